//! `cargo xtask soak-gateway`: an hour of everything that can go wrong around a gateway, with every answer checked.
//!
//! wrk sends the requests and holds each answer to its request (`benches/gateway/soak.lua`); meanwhile sessions are
//! swapped and stopped, an upstream and the receiver of traces die and come back, and clients begin requests that they
//! never end.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use super::site::{Gateway, Running, Site, ask, counted, free_port, memory, rules, sessions};
use crate::failure::Failure;

/// How long it takes when nobody says: an hour.
pub const USUAL_SECONDS: u64 = 3_600;
/// Connections, and the milliseconds that each waits between two requests.
const CONNECTIONS: &str = "16";
const PAUSE: &str = "20";
/// Seconds after which everything begins again.
const ROUND: u64 = 60;
/// Percent of its memory in the second quarter that the gateway may hold in the last one.
const GROWTH: u64 = 115;
/// The program that makes room for others.
const NICE: &[&str] = &["nice", "-n", "5"];

const CONFIG: &str = "
services:
- {name: steady, url: 'http://127.0.0.1:STEADY', routes: [{name: steady, paths: [/steady], strip_path: false}]}
- name: flaky
  host: flaky.upstream
  connect_timeout: 500
  read_timeout: 2000
  retries: 1
  plugins: [{name: cors}]
  routes: [{name: flaky, paths: [/flaky], strip_path: false}]
upstreams:
- {name: flaky.upstream, targets: [{target: '127.0.0.1:FLAKY'}]}
";

/// Everything that runs.
struct Soak {
    site: Site,
    gateway: Gateway,
    flaky: Option<Running>,
    flaky_port: u16,
    receiver: Option<Running>,
    receiver_program: Option<PathBuf>,
    receiver_port: u16,
    slow: Vec<TcpStream>,
    stops: u64,
    swaps: u64,
}

/// Runs it; gives what it found, for a record.
///
/// # Errors
///
/// When an answer was wrong, when memory grew, or when something does not start.
pub fn run(root: &Path, seconds: u64) -> Result<String, Failure> {
    let receiver_program = super::receiver(root);
    let binary = super::build(root)?;
    let site = Site::create(root, "gateway-soak")?;
    let large = site.path("steady/large");
    fs::create_dir_all(site.path("steady")).map_err(|error| Failure::file(&large, &error))?;
    site.write("steady/large", &"x".repeat(100_000))?;
    let (steady_port, flaky_port, receiver_port) = (free_port()?, free_port()?, free_port()?);
    let locations = format!(
        "location /steady/large {{ root {}; add_header x-soak $http_x_soak; }}\n\
         location /steady/missing {{ return 404 \"$http_x_soak $request_uri\\n\"; }}\n\
         location / {{ return 200 \"$http_x_soak $request_uri\\n\"; }}",
        site.folder.display()
    );
    let _steady = site.nginx(NICE, "steady", steady_port, &locations)?;
    let config = CONFIG.replace("STEADY", &steady_port.to_string()).replace("FLAKY", &flaky_port.to_string());
    let export = format!("http://127.0.0.1:{receiver_port}");
    let gateway =
        site.gateway((NICE, &binary), ("gateway", &config), Some("sessions: []\n"), &["--export", &export])?;
    let mut load = Command::new("nice");
    load.args(["-n", "5", "wrk", "--threads", CONNECTIONS, "--connections", CONNECTIONS, "--timeout", "20s"]);
    load.arg("--duration").arg(format!("{seconds}s")).arg("--script").arg(root.join("benches/gateway/soak.lua"));
    load.arg(format!("http://{}/", gateway.address)).args(["--", PAUSE]);
    let log = site.path("wrk.txt");
    load.stdout(fs::File::create(&log).map_err(|error| Failure::file(&log, &error))?);
    let load = load.spawn().map_err(|error| Failure::new(format!("`wrk` does not start: {error}")))?;
    let mut load = Running { child: load };
    let mut soak = Soak {
        site,
        gateway,
        flaky: None,
        flaky_port,
        receiver: None,
        receiver_program,
        receiver_port,
        slow: Vec::new(),
        stops: 0,
        swaps: 0,
    };
    let mut curve = String::from("second\tkilobytes\tseen\texported\tlost\n");
    let mut memories = Vec::new();
    let mut worst_stop = 0;
    for tenth in 0..seconds * 10 {
        worst_stop = worst_stop.max(soak.happens(tenth)?);
        if tenth % 50 == 0 {
            memories.push(soak.sample(tenth / 10, &mut curve)?);
        }
        thread::sleep(Duration::from_millis(100));
        if load.child.try_wait().ok().flatten().is_some() {
            break;
        }
    }
    let _ = load.child.wait();
    soak.told(&log, &curve, &memories, worst_stop)
}

impl Soak {
    /// What happens in a tenth of a second; gives how many milliseconds a stop took, if there was one.
    fn happens(&mut self, tenth: u64) -> Result<u64, Failure> {
        let (round, tenth) = (tenth / (ROUND * 10), tenth % (ROUND * 10));
        match tenth {
            // An upstream that is not there for ten seconds.
            0 | 300 if self.flaky.is_none() => self.flaky = Some(self.start_flaky()?),
            200 => self.flaky = None,
            // A receiver that is not there for most of every third minute.
            10 if round % 3 != 2 && self.receiver.is_none() => self.receiver = self.start_receiver()?,
            450 if round % 3 == 1 => self.receiver = None,
            _ => {}
        }
        // Ten times a second other rules, for ten seconds.
        if tenth < 100 {
            let n = usize::try_from(tenth * 7 % 150).unwrap_or(0);
            let all = format!("- {{name: 'all {round} {tenth}', max_samples: 20}}\n");
            self.swap(&(sessions(rules(n)).replace("sessions: []", "sessions:") + &all))?;
        }
        match tenth {
            100 => self.swap(&sessions(rules(10_000)))?,
            200 => {
                let late = ["http.response.status_code >= 500", "proxy.kong.latency.total > 1s"];
                self.swap(&sessions(late.into_iter().map(str::to_owned).chain(rules(100))))?;
            }
            // A session that captures everything until somebody stops it.
            350 => self.swap("name: all\nmax_samples: 1000000000\nduration: 1h\n")?,
            420 => return self.stop(),
            480 => self.swap("sessions: []\n")?,
            // Captures that nobody takes, every third minute.
            500 => self.swap("name: lost\nmax_samples: 3000\nduration: 1h\n")?,
            _ => {}
        }
        if tenth % 70 == 0 {
            self.slow.clear();
            for _ in 0..5 {
                let mut stream = TcpStream::connect(&self.gateway.address)
                    .map_err(|error| Failure::new(format!("the gateway takes no connection: {error}")))?;
                // Whether it takes half a request does not matter.
                let _ = stream.write_all(b"POST /steady/slow HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\nx-half: ");
                self.slow.push(stream);
            }
        }
        Ok(0)
    }

    fn swap(&mut self, text: &str) -> Result<(), Failure> {
        self.swaps += 1;
        self.site.replace("gateway-sessions.yaml", text)
    }

    /// Stops the session that captures everything; afterwards it holds no more than it held.
    fn stop(&mut self) -> Result<u64, Failure> {
        self.stops += 1;
        // On a machine that is busy with other work the file may not have been read yet.
        for _ in 0..600 {
            if ask(&self.gateway.admin, "GET /sessions")?.contains("\"all\"") {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        // Something has to be there to be stopped.
        thread::sleep(Duration::from_millis(500));
        let began = now();
        let answer = ask(&self.gateway.admin, "POST /sessions/all/stop")?;
        let took = now().saturating_sub(began);
        if !answer.starts_with("HTTP/1.1 200") {
            return Err(Failure::new(format!("a session is not stopped: {answer}")));
        }
        let captured = |metrics: &str| counted(metrics, "tamis_rule_requests_captured{session=\"all\"}", "");
        let before = captured(&ask(&self.gateway.admin, "GET /metrics")?);
        thread::sleep(Duration::from_millis(300));
        let after = captured(&ask(&self.gateway.admin, "GET /metrics")?);
        if before == 0 || after > before {
            return Err(Failure::new(format!("a session that was stopped went from {before} captures to {after}")));
        }
        Ok(took)
    }

    fn start_flaky(&self) -> Result<Running, Failure> {
        self.site.nginx(NICE, "flaky", self.flaky_port, "location / { return 200 \"$http_x_soak $request_uri\\n\"; }")
    }

    fn start_receiver(&self) -> Result<Option<Running>, Failure> {
        let Some(program) = &self.receiver_program else { return Ok(None) };
        let http = format!("127.0.0.1:{}", self.receiver_port);
        let grpc = format!("127.0.0.1:{}", free_port()?);
        let words = ["start", "--exporter", "blackhole", "--otlp-http-endpoint", &http, "--otlp-grpc-endpoint", &grpc];
        let words = words.map(str::to_owned);
        Running::start(NICE, program, &words, &self.site.path("receiver.txt")).map(Some)
    }

    /// Notes where the gateway is; gives its memory.
    fn sample(&self, second: u64, curve: &mut String) -> Result<u64, Failure> {
        let metrics = ask(&self.gateway.admin, "GET /metrics")?;
        let kilobytes = memory(self.gateway.running.child.id());
        let seen = counted(&metrics, "tamis_requests_seen_total", "");
        let (exported, lost) = exported(&metrics);
        // Writing to a text cannot fail.
        let _ = writeln!(curve, "{second}\t{kilobytes}\t{seen}\t{exported}\t{lost}");
        self.site.write("memory.tsv", curve)?;
        Ok(kilobytes)
    }

    /// What was found.
    fn told(self, log: &Path, curve: &str, memories: &[u64], worst_stop: u64) -> Result<String, Failure> {
        self.site.write("memory.tsv", curve)?;
        let said = fs::read_to_string(log).map_err(|error| Failure::file(log, &error))?;
        let metrics = ask(&self.gateway.admin, "GET /metrics")?;
        let (exported, lost) = exported(&metrics);
        let complaints = fs::read_to_string(self.site.path("gateway.txt")).unwrap_or_default();
        let strange = complaints.lines().filter(|line| !line.contains("export: ")).count();
        let answers: Vec<&str> =
            said.lines().filter(|line| line.contains("wrong") || line.contains("connect")).collect();
        let mut told = format!("{}\n", answers.join("\n"));
        for (quarter, part) in quarters(memories).enumerate() {
            let _ =
                writeln!(told, "memory, quarter {}: median {} KiB, most {} KiB", quarter + 1, median(part), most(part));
        }
        let (swaps, stops) = (self.swaps, self.stops);
        let _ = writeln!(told, "{swaps} sets of sessions, {stops} stops, the slowest answered after {worst_stop} ms");
        let _ = writeln!(told, "{exported} captures exported, {lost} lost and counted, {strange} other complaints");
        let is_right = said.contains("wrong 0\n") && said.contains("connect 0, read 0, write 0, timeout 0");
        self.gateway.running.end();
        if !is_right || strange > 0 {
            return Err(Failure::new(format!("an answer was wrong, or something was complained about\n{told}")));
        }
        if has_grown(memories) {
            return Err(Failure::new(format!("the gateway holds more memory than it held\n{told}")));
        }
        Ok(told)
    }
}

/// Captures that went out, and captures that were lost.
fn exported(metrics: &str) -> (u64, u64) {
    let outcome = |name: &str| counted(metrics, "tamis_export_captures_total", &format!("outcome=\"{name}\""));
    (outcome("exported"), outcome("overflowed") + outcome("failed"))
}

fn quarters(memories: &[u64]) -> impl Iterator<Item = &[u64]> {
    memories.chunks(memories.len().div_ceil(4).max(1))
}

/// Whether the last quarter needs more than the second; the first one warms up.
fn has_grown(memories: &[u64]) -> bool {
    let medians: Vec<u64> = quarters(memories).map(median).collect();
    matches!(medians[..], [_, early, _, late] if late * 100 > early * GROWTH)
}

fn median(values: &[u64]) -> u64 {
    let mut values = values.to_vec();
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

fn most(values: &[u64]) -> u64 {
    values.iter().copied().max().unwrap_or(0)
}

/// Milliseconds of a clock that does not go back.
#[expect(clippy::disallowed_methods, reason = "a chore may look at the clock")]
fn now() -> u64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    u64::try_from(BEGAN.get_or_init(Instant::now).elapsed().as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_grows_after_the_first_quarter_is_noticed() {
        let curve = |quarters: [u64; 4]| quarters.into_iter().flat_map(|kilobytes| [kilobytes; 6]).collect::<Vec<_>>();
        assert!(!has_grown(&curve([60, 100, 110, 114])));
        assert!(has_grown(&curve([60, 100, 110, 116])));
        assert!(!has_grown(&[]) && !has_grown(&[1, 2, 9]));
    }
}
