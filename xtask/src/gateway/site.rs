//! What a measured gateway stands between: upstreams, a file of sessions, and whoever asks its second port.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::failure::Failure;

/// A folder with everything that a run leaves behind.
pub(super) struct Site {
    pub(super) folder: PathBuf,
}

/// A program that is ended when nobody needs it any more.
pub(super) struct Running {
    pub(super) child: Child,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    /// Starts a program behind the words of another one, such as those that pin it to a processor.
    pub(super) fn start(starter: &[&str], program: &Path, words: &[String], errors: &Path) -> Result<Self, Failure> {
        let program = program.display().to_string();
        let words = words.iter().map(String::as_str);
        let line: Vec<&str> = starter.iter().copied().chain([program.as_str()]).chain(words).collect();
        let (first, rest) = line.split_first().ok_or_else(|| Failure::new("there is no command"))?;
        let errors = fs::File::create(errors).map_err(|error| Failure::file(errors, &error))?;
        let child = Command::new(first).args(rest).stdout(Stdio::null()).stderr(errors).spawn();
        let child = child.map_err(|error| Failure::new(format!("`{first}` does not start: {error}")))?;
        Ok(Self { child })
    }

    /// Asks it to end, and waits until it has.
    pub(super) fn end(mut self) {
        let id = self.child.id().to_string();
        // Where that fails it is killed when it is dropped.
        if Command::new("kill").args(["-TERM", &id]).status().is_ok_and(|status| status.success()) {
            let _ = self.child.wait();
        }
    }
}

/// A gateway that runs.
pub(super) struct Gateway {
    pub(super) running: Running,
    pub(super) address: String,
    pub(super) admin: String,
}

impl Site {
    /// An empty folder below `target`.
    pub(super) fn create(root: &Path, name: &str) -> Result<Self, Failure> {
        let folder = root.join("target").join(name);
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
        Ok(Self { folder })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf, Failure> {
        let path = self.path(name);
        fs::write(&path, text).map_err(|error| Failure::file(&path, &error))?;
        Ok(path)
    }

    /// Puts a file into the place of another one at once, as an editor does it.
    pub(super) fn replace(&self, name: &str, text: &str) -> Result<(), Failure> {
        let next = self.write(&format!("{name}.next"), text)?;
        fs::rename(&next, self.path(name)).map_err(|error| Failure::file(&next, &error))
    }

    /// An nginx of one process with the locations of a server.
    pub(super) fn nginx(&self, starter: &[&str], name: &str, port: u16, locations: &str) -> Result<Running, Failure> {
        let folder = self.folder.display();
        let text = format!(
            "daemon off; master_process off; pid {folder}/{name}.pid; error_log {folder}/{name}.log;\n\
             events {{ worker_connections 2048; }}\n\
             http {{ access_log off; keepalive_requests 100000000; keepalive_timeout 1h;\n\
             client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;\n\
             uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi; default_type text/plain;\n\
             server {{ listen 127.0.0.1:{port} backlog=4096;\n{locations}\n}} }}\n"
        );
        let path = self.write(&format!("{name}.conf"), &text)?;
        let words = ["-p", &folder.to_string(), "-c", &path.display().to_string()].map(str::to_owned);
        let running = Running::start(starter, Path::new("nginx"), &words, &self.path(&format!("{name}.txt")))?;
        wait_for(&format!("127.0.0.1:{port}"), "nginx")?;
        Ok(running)
    }

    /// A gateway with a configuration; without sessions it is a proxy and nothing else.
    pub(super) fn gateway(
        &self,
        (starter, binary): (&[&str], &Path),
        (name, config): (&str, &str),
        sessions: Option<&str>,
        more: &[&str],
    ) -> Result<Gateway, Failure> {
        let (address, admin) = (format!("127.0.0.1:{}", free_port()?), format!("127.0.0.1:{}", free_port()?));
        let mut words = vec!["--config".to_owned(), self.write(&format!("{name}.yaml"), config)?.display().to_string()];
        words.extend(["--listen", &address, "--admin", &admin].map(str::to_owned));
        if let Some(sessions) = sessions {
            let path = self.write(&format!("{name}-sessions.yaml"), sessions)?;
            words.extend(["--sessions".to_owned(), path.display().to_string()]);
        }
        words.extend(more.iter().map(|word| (*word).to_owned()));
        let running = Running::start(starter, binary, &words, &self.path(&format!("{name}.txt")))?;
        wait_for(&address, name)?;
        Ok(Gateway { running, address, admin })
    }
}

/// Waits until somebody listens on an address.
fn wait_for(address: &str, name: &str) -> Result<(), Failure> {
    for _ in 0..6_000 {
        if TcpStream::connect(address).is_ok() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Err(Failure::new(format!("`{name}` does not listen on {address}")))
}

/// A port that nobody listens on; somebody else may take it, which then shows.
pub(super) fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|error| Failure::new(format!("there is no free port: {error}")))
}

/// Asks the second port of a gateway; gives the answer with its head.
pub(super) fn ask(address: &str, line: &str) -> Result<String, Failure> {
    let told = |error: std::io::Error| Failure::new(format!("the gateway does not answer `{line}`: {error}"));
    let mut stream = TcpStream::connect(address).map_err(told)?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).map_err(told)?;
    let request = format!("{line} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(told)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(told)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The sum of the counters whose line begins so.
pub(super) fn counted(metrics: &str, begins: &str, holds: &str) -> u64 {
    let lines = metrics.lines().filter(|line| line.starts_with(begins) && line.contains(holds));
    lines.filter_map(|line| line.rsplit_once(' ')?.1.trim().parse::<u64>().ok()).sum()
}

/// Kilobytes of memory that a process has in use.
pub(super) fn memory(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0");
    line.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0)
}

/// Rules as they are written for a gateway with many tenants, one kind after the other; none matches the load.
pub(super) fn rules(n: usize) -> impl Iterator<Item = String> {
    (0..n).map(|number| match number % 4 {
        0 => format!("url.path ^= \"/v2/tenant-{number}/\" && http.response.status_code >= 500"),
        1 => {
            let (a, b) = (number / 256 % 256, number % 256);
            format!("client.address in 10.{a}.{b}.0/24 && http.response.status_code >= 400")
        }
        2 => format!("http.request.header.x-tenant == \"other-{number}\" && http.response.status_code == 503"),
        _ => format!(
            "http.request.method == \"POST\" && url.path == \"/v1/orders/{number}\" && http.response.status_code != 200"
        ),
    })
}

/// Sessions with these rules, as a file; each captures as many requests as it likes, for hours.
pub(super) fn sessions(rules: impl Iterator<Item = String>) -> String {
    let mut text = "sessions:\n".to_owned();
    for (number, rule) in rules.enumerate() {
        // Writing to a text cannot fail.
        let _ =
            writeln!(text, "- {{name: s{number}, max_samples: 1000000000, duration: 24h, sampling_rule: '{rule}'}}");
    }
    if text.ends_with("sessions:\n") { "sessions: []\n".to_owned() } else { text }
}
