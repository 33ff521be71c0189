//! A gateway and an upstream for one test.
#![allow(dead_code, reason = "not every test needs everything")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A gateway that runs.
pub(crate) struct Gateway {
    pub(crate) child: Child,
    pub(crate) address: String,
    pub(crate) admin: String,
    pub(crate) folder: PathBuf,
    arguments: Vec<String>,
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

impl Gateway {
    /// Starts a gateway; `UPSTREAM` in the configuration is the port of the upstream.
    pub(crate) fn start(config: &str, sessions: &str, more: &[&str]) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("tamis-gateway-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("gateway.yaml"), config).unwrap();
        std::fs::write(folder.join("sessions.yaml"), sessions).unwrap();
        let (address, admin) = (format!("127.0.0.1:{}", free_port()), format!("127.0.0.1:{}", free_port()));
        let path = |name: &str| folder.join(name).display().to_string();
        let mut arguments = vec![
            "--config".to_owned(),
            path("gateway.yaml"),
            "--sessions".to_owned(),
            path("sessions.yaml"),
            "--listen".to_owned(),
            address.clone(),
            "--admin".to_owned(),
            admin.clone(),
        ];
        arguments.extend(more.iter().map(|argument| argument.replace("FOLDER", &folder.display().to_string())));
        let child = spawn(&arguments, &folder);
        let gateway = Self { child, address, admin, folder, arguments };
        gateway.wait();
        gateway
    }

    fn wait(&self) {
        let began = Instant::now();
        while get(&self.admin, "/health").is_none() || TcpStream::connect(&self.address).is_err() {
            assert!(began.elapsed() < Duration::from_secs(10), "{}", self.complaints());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What it wrote on its error output.
    pub(crate) fn complaints(&self) -> String {
        std::fs::read_to_string(self.folder.join("errors.txt")).unwrap_or_default()
    }

    /// Kills it at once.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again, on the same ports.
    pub(crate) fn restart(&mut self) {
        self.child = spawn(&self.arguments, &self.folder);
        self.wait();
    }

    /// Ends it, so that what it captured is written.
    pub(crate) fn end(&mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let began = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < Duration::from_secs(20), "the gateway does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn sessions(&self, text: &str) {
        // Written beside and moved, as an editor does it.
        std::fs::write(self.folder.join("next.yaml"), text).unwrap();
        std::fs::rename(self.folder.join("next.yaml"), self.folder.join("sessions.yaml")).unwrap();
    }

    /// One counter.
    pub(crate) fn metric(&self, line: &str) -> Option<u64> {
        let text = get(&self.admin, "/metrics")?;
        text.lines().find_map(|found| found.strip_prefix(line)?.trim().parse().ok())
    }

    /// Kilobytes of memory that are in use.
    pub(crate) fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0");
        line.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn spawn(arguments: &[String], folder: &Path) -> Child {
    let errors = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("errors.txt")).unwrap();
    Command::new(env!("CARGO_BIN_EXE_tamis-gateway"))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(errors)
        .spawn()
        .unwrap()
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Starts an upstream that does what the path says; gives its port.
///
/// `/status/503` answers so; `/slow/50` waits so many milliseconds; `/die` closes the connection without an answer;
/// `/cut` closes it in the middle of the body; anything else answers 200. `?bytes=N` says how long the body is.
pub(crate) fn upstream() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || serve(&listener));
    port
}

/// Serves on a listener until it is closed.
pub(crate) fn serve(listener: &TcpListener) {
    for stream in listener.incoming().flatten() {
        std::thread::spawn(move || {
            let _ = answer(stream);
        });
    }
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let _ = stream.set_nodelay(true);
    let mut waiting = Vec::new();
    loop {
        let Some((head, length)) = read_head(&mut stream, &mut waiting)? else { return Ok(()) };
        read_body(&mut stream, &mut waiting, length)?;
        let target = head.split(' ').nth(1).unwrap_or("/").to_owned();
        let number = |after: &str| -> Option<u64> {
            let rest = target.split_once(after)?.1;
            rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
        };
        if let Some(milliseconds) = number("/slow/") {
            std::thread::sleep(Duration::from_millis(milliseconds));
        }
        if target.contains("/die") {
            return Ok(());
        }
        let status = number("/status/").unwrap_or(200);
        let body = "x".repeat(usize::try_from(number("bytes=").unwrap_or(20)).unwrap());
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 {status} It\r\nserver: test\r\nx-upstream: one\r\nx-upstream: two\r\ncontent-length: {length}\r\n\r\n"
        )?;
        if target.contains("/cut") {
            return stream.write_all(&body.as_bytes()[..length / 2]);
        }
        stream.write_all(body.as_bytes())?;
    }
}

fn read_head(stream: &mut TcpStream, waiting: &mut Vec<u8>) -> std::io::Result<Option<(String, usize)>> {
    let mut buffer = [0; 65_536];
    loop {
        if let Some(at) = waiting.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&waiting[..at]).into_owned();
            waiting.drain(..at + 4);
            let lower = head.to_ascii_lowercase();
            let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
            return Ok(Some((head, length.unwrap_or(0))));
        }
        match stream.read(&mut buffer)? {
            0 => return Ok(None),
            n => waiting.extend_from_slice(&buffer[..n]),
        }
    }
}

fn read_body(stream: &mut TcpStream, waiting: &mut Vec<u8>, length: usize) -> std::io::Result<()> {
    let mut buffer = [0; 65_536];
    while waiting.len() < length {
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            n => waiting.extend_from_slice(&buffer[..n]),
        }
    }
    waiting.drain(..length);
    Ok(())
}

/// Sends bytes, and gives the whole answer; the request has to ask for the end of the connection.
pub(crate) fn exchange(address: &str, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream.write_all(request)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

/// The status of an answer; zero where there is none.
pub(crate) fn status(answer: &[u8]) -> u16 {
    let text = String::from_utf8_lossy(answer);
    text.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0)
}

/// Sends `METHOD TARGET` with header lines, and gives the status.
pub(crate) fn send(address: &str, line: &str, headers: &str) -> u16 {
    let request = format!("{line} HTTP/1.1\r\nhost: api.example\r\nconnection: close\r\n{headers}\r\n");
    exchange(address, request.as_bytes()).map_or(0, |answer| status(&answer))
}

/// The body of an answer of the second port.
pub(crate) fn get(address: &str, path: &str) -> Option<String> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    let answer = exchange(address, request.as_bytes()).ok()?;
    let text = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = text.split_once("\r\n\r\n")?;
    head.starts_with("HTTP/1.1 200").then(|| body.to_owned())
}

/// Waits until something holds.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(10), "{what} does not come");
        std::thread::sleep(Duration::from_millis(10));
    }
}
