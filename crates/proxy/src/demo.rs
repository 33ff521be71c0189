//! The demonstration: a gateway, an upstream that sometimes fails, and somebody who calls.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;

use crate::serve;

const CONFIG: &str = include_str!("../demo/gateway.yaml");
const SESSIONS: &str = include_str!("../demo/sessions.yaml");

/// What the demonstration does.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// How long traffic runs
    #[arg(long, value_name = "N", default_value_t = 5)]
    seconds: u64,
    /// Where configuration, sessions and captures are put
    #[arg(long, value_name = "FOLDER", default_value = "target/gateway-demo")]
    folder: PathBuf,
    /// Where clients connect to
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8000")]
    listen: String,
    /// Where counters are read and sessions stopped
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8001")]
    admin: String,
}

/// Runs it.
///
/// # Errors
///
/// A sentence about a port that is taken or a file that cannot be written.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let upstream = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let port = upstream.local_addr().map_err(|error| error.to_string())?.port();
    std::thread::spawn(move || upstream.incoming().flatten().for_each(answer_in_background));

    let folder = &options.folder;
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
        Ok::<_, String>(path)
    };
    std::fs::create_dir_all(folder).map_err(|error| format!("cannot make `{}`: {error}", folder.display()))?;
    let captures = write("captures.jsonl", "")?;
    let ready = serve::start(serve::Options {
        config: Some(write("gateway.yaml", &CONFIG.replace("UPSTREAM", &port.to_string()))?),
        sessions: Some(write("sessions.yaml", SESSIONS)?),
        export: vec![captures.display().to_string()],
        listen: options.listen.clone(),
        admin: options.admin.clone(),
        threads: 2,
        catalog: "kong".to_owned(),
        instance: "demo".to_owned(),
        ..serve::Options::default()
    })?;
    let flush = ready.run_in_background();
    let n_requests = call(&options.listen, Duration::from_secs(options.seconds))?;
    flush();
    let text = std::fs::read_to_string(&captures).unwrap_or_default();
    let (n, file) = (text.lines().count(), captures.display());
    crate::say(format_args!("{n_requests} requests, {n} captured in {file}; sessions and Routes are beside it\n"));
    let sessions = get(&options.admin, "/sessions").unwrap_or_default();
    crate::say(format_args!("{sessions}"));
    crate::say(format_args!("look at them with\n  tamis match 'any(try_count) > 1' {file}"));
    Ok(())
}

/// The calls of the demonstration: method, target, more headers.
const CALLS: &[(&str, &str, &str)] = &[
    ("GET", "/v1/orders?page=2", "apikey: demo-key\r\n"),
    ("GET", "/v1/orders/7?fail=1", "apikey: demo-key\r\nauthorization: Bearer secret\r\n"),
    ("POST", "/v1/checkout", "apikey: demo-key\r\n"),
    ("GET", "/v1/orders/8", ""),
    ("GET", "/v1/products/42", "origin: https://shop.example\r\nx-debug: 1\r\n"),
    (
        "GET",
        "/v1/products?token=secret&page=3",
        "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n",
    ),
    ("GET", "/nowhere", ""),
    ("POST", "/v1/checkout", "apikey: demo-key\r\n"),
];

/// Calls the gateway for a while, one request after the other; gives their number.
fn call(address: &str, time: Duration) -> Result<usize, String> {
    let began = Instant::now();
    let mut n_requests = 0;
    let connect = || {
        let patience = Instant::now();
        loop {
            match TcpStream::connect(address) {
                Ok(stream) => return Ok(stream),
                Err(error) if patience.elapsed() > Duration::from_secs(5) => return Err(error.to_string()),
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    };
    for (method, target, headers) in CALLS.iter().cycle() {
        if began.elapsed() > time {
            break;
        }
        let mut stream = connect()?;
        let (body, length) = if *method == "POST" { ("{\"item\": 7}", "content-length: 11\r\n") } else { ("", "") };
        let request = format!(
            "{method} {target} HTTP/1.1\r\nhost: shop.example\r\nuser-agent: demo\r\nconnection: close\r\n{headers}{length}\r\n{body}"
        );
        let mut answer = Vec::new();
        let done = stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_end(&mut answer));
        done.map_err(|error| format!("the gateway at {address} does not answer: {error}"))?;
        n_requests += 1;
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(n_requests)
}

/// The body of an answer.
fn get(address: &str, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned())
}

fn answer_in_background(stream: TcpStream) {
    std::thread::spawn(move || {
        // A client that goes away ends its thread.
        let _ = answer(stream);
    });
}

/// The upstream: fails where the query says so, and needs some milliseconds.
fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut waiting = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        let end = loop {
            if let Some(at) = waiting.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            match stream.read(&mut buffer)? {
                0 => return Ok(()),
                n => waiting.extend_from_slice(buffer.get(..n).unwrap_or(&[])),
            }
        };
        let head = String::from_utf8_lossy(waiting.get(..end).unwrap_or(&[])).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        while waiting.len() < end + length {
            match stream.read(&mut buffer)? {
                0 => return Ok(()),
                n => waiting.extend_from_slice(buffer.get(..n).unwrap_or(&[])),
            }
        }
        waiting.drain(..end + length);
        std::thread::sleep(Duration::from_millis(3));
        let status = if head.contains("fail=1") { "503 Service Unavailable" } else { "200 OK" };
        let body = "{\"upstream\": \"demo\"}\n";
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )?;
    }
}
