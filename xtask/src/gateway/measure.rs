//! `cargo xtask measure-gateway`: what sessions cost the traffic of `tamis-gateway`.
//!
//! The same program without sessions, which is a proxy and nothing else, and with 0, 1, 100 and 10,000 rules runs in
//! front of nginx, and wrk asks it as fast as it answers; each run is compared with the one without sessions right before
//! or behind it.
//! Both are started anew for each pair, because where a process has its memory makes two percent.
//! The processor time of a request is measured while both run on one processor at once, asked by a wrk each: what slows
//! one of them down slows down the other, so that the ratio scatters far less than that of two runs.
//! Where valgrind is there, it counts the instructions of a request, which no noise changes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use super::site::{Gateway, Running, Site, free_port, rules, sessions};
use crate::failure::Failure;
use crate::test_serve::Load;

/// How many rounds there are when nobody says.
pub const USUAL_ROUNDS: usize = 15;
/// How long each run takes, and how many connections ask.
const DURATION: &str = "2s";
const CONNECTIONS: &str = "32";
/// Milliseconds that a connection waits between two requests where latency is measured: at about half of what the
/// gateway can do, because beyond that the queue is measured and not the gateway.
const PAUSE: &str = "4";
/// The same where two gateways share a processor.
const LONG_PAUSE: &str = "8";
/// Requests that valgrind counts, and how often: memory is not always given out alike.
const COUNTED: u64 = 3_000;
const TIMES: usize = 3;

const CONFIG: &str = "
services:
- name: it
  url: http://127.0.0.1:UPSTREAM
  routes: [{name: all, paths: [/]}]
";

/// Sets of sessions.
const VARIANTS: &[(&str, usize, &[&str])] = &[
    ("0 rules", 0, &[]),
    ("1 rule", 1, &[]),
    ("100 rules", 100, &[]),
    ("10,000 rules", 10_000, &[]),
    ("1 rule that waits for the response", 0, LATE),
    ("100 rules, 1 of them waits for it", 99, LATE),
    ("10,000 rules, 1 of them waits for it", 9_999, LATE),
    ("1 rule that waits for the end", 0, LAST),
];
const LATE: &[&str] = &["http.response.status_code >= 500"];
const LAST: &[&str] = &["proxy.kong.latency.total > 10s"];

/// One run.
#[derive(Clone, Copy)]
struct Run {
    /// Requests a second.
    rate: f64,
    /// Milliseconds of the slowest but one percent.
    slowest: f64,
}

/// What a variant and the gateway without sessions took, right after each other or at once.
#[derive(Clone, Copy)]
struct Pair {
    without: Run,
    with: Run,
    /// Microseconds of processor time a request, both at once: without, with.
    processor: (f64, f64),
}

/// Measures; gives tables for a record.
///
/// # Errors
///
/// When something does not start, or wrk sees an answer that is none.
pub fn run(root: &Path, rounds: usize) -> Result<String, Failure> {
    let binary = super::build(root)?;
    let site = Site::create(root, "gateway-measure")?;
    let upstream = free_port()?;
    let others = pinned("0");
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    let _upstream = site.nginx(
        &others,
        "upstream",
        upstream,
        "location / { return 200 'it is fine, and has some forty-eight bytes or so'; }",
    )?;
    let config = CONFIG.replace("UPSTREAM", &upstream.to_string());
    let mut told = String::new();
    if rounds == 0 {
        return instructions(&site, &binary, &config);
    }
    told.push_str(&load(&site, (root, &binary), &config, &others, rounds)?);
    Ok(told)
}

/// What pins a program to a processor, and puts it before everybody else where that is allowed.
fn pinned(processor: &str) -> Vec<String> {
    let works = |line: &[&str]| {
        let (program, rest) = (line.first().copied().unwrap_or("true"), line.get(1..).unwrap_or(&[]));
        let tried = Command::new(program).args(rest).arg("true").stdout(Stdio::null()).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    };
    let parts = [&["chrt", "--fifo", "50"][..], &["taskset", "--cpu-list", processor]];
    parts.into_iter().filter(|part| works(part)).flatten().map(|word| (*word).to_owned()).collect()
}

fn file(n: usize, more: &[&str]) -> String {
    sessions(rules(n).chain(more.iter().map(|rule| (*rule).to_owned())))
}

/// Throughput, latency and processor time beside a gateway without sessions.
fn load(
    site: &Site,
    (root, binary): (&Path, &Path),
    config: &str,
    others: &[&str],
    rounds: usize,
) -> Result<String, Failure> {
    let own = pinned("1");
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let start = |name: &str, sessions: Option<&str>| {
        site.gateway((&own, binary), (name, config), sessions, &["--threads", "1"])
    };
    let mut runs: Vec<Vec<Pair>> = vec![Vec::new(); VARIANTS.len()];
    for round in 0..rounds {
        for ((_, n, more), runs) in VARIANTS.iter().zip(&mut runs) {
            // By turns the one or the other goes first.
            let names = if round % 2 == 0 { ["without", "with"] } else { ["with", "without"] };
            let begin = |name: &str| start(name, (name == "with").then(|| file(*n, more)).as_deref());
            let pair = (&begin(names[0])?, &begin(names[1])?);
            // The first time warms up.
            at_once(root, others, pair)?;
            let processor = at_once(root, others, pair)?;
            let run = (ask(root, others, pair.0)?, ask(root, others, pair.1)?);
            let [(without, spent_without), (with, spent_with)] = match round % 2 {
                0 => [(run.0, processor.0), (run.1, processor.1)],
                _ => [(run.1, processor.1), (run.0, processor.0)],
            };
            runs.push(Pair { without, with, processor: (spent_without, spent_with) });
            // Others want to use the machine, too.
            thread::sleep(Duration::from_secs(1));
        }
    }
    Ok(table(&runs, rounds))
}

/// Asks a gateway for a while.
fn ask(root: &Path, others: &[&str], gateway: &Gateway) -> Result<Run, Failure> {
    let said = |pause| {
        let output = asking(root, others, gateway, pause)?.wait_with_output();
        output.map_err(|error| Failure::new(format!("`wrk` does not end: {error}")))
    };
    let (paced, full) = (read(&said(PAUSE)?)?, read(&said("0")?)?);
    Ok(Run { rate: full.per_second, slowest: paced.milliseconds })
}

/// The processor time of a request on two gateways that are asked at once, in microseconds.
fn at_once(root: &Path, others: &[&str], (a, b): (&Gateway, &Gateway)) -> Result<(f64, f64), Failure> {
    let spent = |gateway: &Gateway| processor_time(gateway.running.child.id());
    let before = (spent(a), spent(b));
    let (first, second) = (asking(root, others, a, LONG_PAUSE)?, asking(root, others, b, LONG_PAUSE)?);
    let ended = |wrk: Child| {
        let output = wrk.wait_with_output().map_err(|error| Failure::new(format!("`wrk` does not end: {error}")))?;
        read(&output)?;
        requests(&output).ok_or_else(|| Failure::new("`wrk` does not say how many requests there were"))
    };
    let (first, second) = (ended(first)?, ended(second)?);
    let each = |spent: u64, n: u32| Duration::from_nanos(spent).as_secs_f64() * 1e6 / f64::from(n.max(1));
    Ok((each(spent(a) - before.0, first), each(spent(b) - before.1, second)))
}

/// A wrk that asks a gateway for a while.
fn asking(root: &Path, others: &[&str], gateway: &Gateway, pause: &str) -> Result<Child, Failure> {
    let line: Vec<&str> = others.iter().copied().chain(["wrk"]).collect();
    let (first, rest) = line.split_first().ok_or_else(|| Failure::new("there is no command"))?;
    let mut command = Command::new(first);
    command.args(rest).args(["--threads", "1", "--connections", CONNECTIONS, "--duration", DURATION, "--latency"]);
    command.arg("--script").arg(root.join("benches/gateway/load.lua")).arg(format!("http://{}/", gateway.address));
    command.args(["--", pause]).stdout(Stdio::piped());
    command.spawn().map_err(|error| Failure::new(format!("`wrk` does not start: {error}")))
}

/// What wrk says, if every answer was a success.
fn read(output: &Output) -> Result<Load, Failure> {
    let said = String::from_utf8_lossy(&output.stdout);
    crate::test_serve::read(&said).ok_or_else(|| Failure::new(format!("`wrk` says\n{said}")))
}

/// How many requests there were.
fn requests(output: &Output) -> Option<u32> {
    let said = String::from_utf8_lossy(&output.stdout);
    said.lines().find(|line| line.contains("requests in"))?.split_whitespace().next()?.parse().ok()
}

/// Nanoseconds that the threads of a process have run.
fn processor_time(id: u32) -> u64 {
    let threads = fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    let spent = threads.filter_map(|thread| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    });
    spent.sum()
}

/// Quartiles of the ratios.
fn table(runs: &[Vec<Pair>], rounds: usize) -> String {
    let mut told = format!(
        "\nWith sessions / without: median of {rounds} rounds (first and third quartile). Throughput and p99, at half load, \
         are of runs after each other; the processor time of a request is of both at once.\n\n\
         | Sessions | Throughput | p99 | Processor time | Without: requests/s, p99, µs of processor |\n|---|---|---|---|---|\n"
    );
    for ((name, ..), pairs) in VARIANTS.iter().zip(runs) {
        let ratio = |of: fn(&Pair) -> f64| {
            let [low, middle, high] = quartiles(pairs.iter().map(of).collect());
            format!("{middle:.3} ({low:.3} to {high:.3})")
        };
        let middle = |of: fn(&Pair) -> f64| quartiles(pairs.iter().map(of).collect())[1];
        let ratios = [
            ratio(|pair| pair.with.rate / pair.without.rate),
            ratio(|pair| pair.with.slowest / pair.without.slowest),
            ratio(|pair| pair.processor.1 / pair.processor.0),
        ];
        let (rate, slowest) = (middle(|pair| pair.without.rate), middle(|pair| pair.without.slowest));
        let processor = middle(|pair| pair.processor.0);
        // Writing to a text cannot fail.
        let _ = writeln!(told, "| {name} | {} | {rate:.0}, {slowest:.2} ms, {processor:.1} |", ratios.join(" | "));
    }
    told
}

fn quartiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    let at = |part: usize| values.get(values.len() * part / 4).copied().unwrap_or(f64::NAN);
    [at(1), at(2), at(3)]
}

/// Instructions of a request in the thread that serves it.
fn instructions(site: &Site, binary: &Path, config: &str) -> Result<String, Failure> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Ok("skipped: there is no valgrind to count instructions with\n".to_owned());
    }
    let mut told = format!(
        "Instructions a request, {COUNTED} requests on one connection, median of {TIMES}.\n\n| Sessions | Instructions | More than without |\n|---|---|---|\n"
    );
    let without = counted(site, binary, config, None)?;
    // Writing to a text cannot fail.
    let _ = writeln!(told, "| none, without `--sessions` | {without:.0} | |");
    for (name, n, more) in VARIANTS {
        let with = counted(site, binary, config, Some(&file(*n, more)))?;
        let percent = (with / without - 1.0) * 100.0;
        let _ = writeln!(told, "| {name} | {with:.0} | {:+.0}, {percent:+.2} % |", with - without);
    }
    Ok(told)
}

/// Runs a gateway under callgrind, twice, with more requests the second time.
fn counted(site: &Site, binary: &Path, config: &str, sessions: Option<&str>) -> Result<f64, Failure> {
    let mut counts = Vec::new();
    for _ in 0..TIMES {
        let few = total(site, binary, config, sessions, COUNTED / 4)?;
        let many = total(site, binary, config, sessions, COUNTED / 4 + COUNTED)?;
        counts.push((many - few) / f64::from(u32::try_from(COUNTED).unwrap_or(1)));
    }
    Ok(quartiles(counts)[1])
}

/// The instructions of the busiest thread that serves requests.
fn total(site: &Site, binary: &Path, config: &str, sessions: Option<&str>, requests: u64) -> Result<f64, Failure> {
    let dumps = site.path("callgrind");
    drop(fs::remove_dir_all(&dumps));
    fs::create_dir_all(&dumps).map_err(|error| Failure::file(&dumps, &error))?;
    let out = format!("--callgrind-out-file={}/dump", dumps.display());
    let valgrind = ["valgrind", "--tool=callgrind", "--quiet", "--separate-threads=yes", &out];
    let gateway = site.gateway((&valgrind, binary), ("counted", config), sessions, &["--threads", "1"])?;
    send(&gateway.address, requests)?;
    end(gateway.running);
    let read = fs::read_dir(&dumps).into_iter().flatten().flatten().filter_map(|file| {
        let text = fs::read_to_string(file.path()).ok()?;
        let serves = text.contains("proxy_to_upstream");
        let total = text.lines().find_map(|line| line.strip_prefix("totals: "))?;
        serves.then(|| total.trim().parse::<f64>().ok()).flatten()
    });
    let most = read.fold(0.0, f64::max);
    if most > 0.0 { Ok(most) } else { Err(Failure::new(format!("callgrind left nothing in `{}`", dumps.display()))) }
}

/// Valgrind writes what it counted when the program ends by itself.
fn end(running: Running) {
    running.end();
}

/// Sends requests one after the other on one connection.
fn send(address: &str, n: u64) -> Result<(), Failure> {
    use std::io::{Read as _, Write as _};
    let told = |error: std::io::Error| Failure::new(format!("the gateway does not answer: {error}"));
    let mut stream = std::net::TcpStream::connect(address).map_err(told)?;
    stream.set_nodelay(true).map_err(told)?;
    let mut buffer = vec![0; 65_536];
    for number in 0..n {
        let request = format!(
            "GET /v1/catalog/items/{}?page=2 HTTP/1.1\r\nhost: shop.example\r\nuser-agent: load/1.0\r\naccept: */*\r\n\
             x-tenant: tenant-{}\r\n\r\n",
            100 + number % 900,
            100 + number % 500
        );
        stream.write_all(request.as_bytes()).map_err(told)?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"bytes or so") {
            match stream.read(&mut buffer).map_err(told)? {
                0 => return Err(Failure::new("the gateway ended the connection")),
                n => answer.extend_from_slice(buffer.get(..n).unwrap_or_default()),
            }
        }
    }
    Ok(())
}
