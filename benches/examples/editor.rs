//! Types into a language server as an editor does, and prints how long its answers take:
//! `editor PATH-OF-TAMIS [KEYSTROKES]`.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for a person at a terminal; whatever goes wrong shall stop it"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tamis_corpus::generate;

/// The text that is open.
const URI: &str = "file:///load/a.tamis";

/// What is typed into a rule, letter by letter.
const TYPED: &str = "http.response.status_code >= 500 && try_count == 1 && ";

/// What the issue of the server asks for: keystroke to diagnostics, and completion, at the 99th percentile.
const GOALS: [(&str, [f64; 2]); 2] = [("1 rule", [5.0, 5.0]), ("10000 rules", [30.0, 15.0])];

struct Server {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    n_requests: i64,
}

impl Server {
    fn start(path: &str) -> (Self, Duration) {
        let start = Instant::now();
        let mut child = Command::new(path)
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut server = Self { child, to, from, n_requests: 0 };
        server.request("initialize", json!({ "capabilities": {} }));
        server.notify("initialized", json!({}));
        (server, start.elapsed())
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.to.flush().unwrap();
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn request(&mut self, method: &str, params: Value) -> Value {
        self.n_requests += 1;
        let id = self.n_requests;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.receive();
            if message["id"] == id {
                return message["result"].clone();
            }
        }
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).unwrap() > 0, "the server is there");
            match line.trim_end() {
                "" => break,
                header => length = header.strip_prefix("Content-Length: ").map_or(length, |n| n.parse().unwrap()),
            }
        }
        let mut body = vec![0; length];
        self.from.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// Waits for the diagnostics of a version; gives how many there are.
    fn diagnostics(&mut self, version: u64) -> usize {
        loop {
            let message = self.receive();
            let params = &message["params"];
            if message["method"] == "textDocument/publishDiagnostics" && params["version"] == version {
                return params["diagnostics"].as_array().unwrap().len();
            }
        }
    }

    /// The most memory that it had, in MB.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM"));
        line.and_then(|line| line.split_whitespace().nth(1)).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0) / 1024
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("the path of `tamis`");
    let n_keys: usize = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(500);
    let mut starts: Vec<f64> = (0..10).map(|_| milliseconds(Server::start(&path).1)).collect();
    println!("cold start: {}", percentiles(&mut starts));
    let file = |rules: Vec<String>| -> String {
        rules.iter().enumerate().map(|(n, rule)| format!("rule r{n} = {rule}\n")).collect()
    };
    let texts = [
        ("1 rule", file(generate::mixed_rules(1))),
        ("10000 rules", file(generate::mixed_rules(10_000))),
        ("10000 rules", file(generate::equality_rules(10_000))),
    ];
    for (name, text) in texts {
        type_into(&path, name, &text, n_keys);
    }
}

fn type_into(path: &str, name: &str, text: &str, n_keys: usize) {
    let (mut server, _) = Server::start(path);
    let start = Instant::now();
    let document = json!({ "uri": URI, "languageId": "tamis", "version": 0, "text": text });
    server.notify("textDocument/didOpen", json!({ "textDocument": document }));
    let n_found = server.diagnostics(0);
    println!(
        "\n{name}, {} bytes: opened in {:.1} ms, {n_found} diagnostics",
        text.len(),
        milliseconds(start.elapsed())
    );
    let n_lines = text.lines().count();
    let (mut keys, mut completions) = (Vec::new(), Vec::new());
    let mut version = 0;
    for key in 0..n_keys {
        let (round, letter) = (key / TYPED.len(), key % TYPED.len());
        let line = (round * 7919 + n_lines / 2) % n_lines;
        let column = text.lines().nth(line).unwrap().find("= ").unwrap() + 2 + letter;
        let place = json!({ "line": line, "character": column });
        let change = json!({ "range": { "start": place, "end": place }, "text": TYPED.get(letter..=letter) });
        version += 1;
        let start = Instant::now();
        let versioned = json!({ "uri": URI, "version": version });
        server.notify("textDocument/didChange", json!({ "textDocument": versioned, "contentChanges": [change] }));
        server.diagnostics(version);
        keys.push(milliseconds(start.elapsed()));
        let start = Instant::now();
        let position = json!({ "line": line, "character": column + 1 });
        server.request("textDocument/completion", json!({ "textDocument": { "uri": URI }, "position": position }));
        completions.push(milliseconds(start.elapsed()));
        // As fast as a person who types without a break.
        std::thread::sleep(Duration::from_millis(20));
    }
    let goals = GOALS.iter().find(|(goal, _)| *goal == name).map_or([0.0; 2], |(_, goals)| *goals);
    println!("keystroke to diagnostics: {} (goal {} ms)", percentiles(&mut keys), goals[0]);
    println!("completion: {} (goal {} ms)", percentiles(&mut completions), goals[1]);
    println!("most memory: {} MB", server.memory());
    let whole = json!({ "textDocument": { "uri": URI } });
    for method in ["textDocument/semanticTokens/full", "textDocument/documentSymbol", "textDocument/foldingRange"] {
        let start = Instant::now();
        server.request(method, whole.clone());
        println!("{method}: {:.1} ms", milliseconds(start.elapsed()));
    }
    println!("most memory after that: {} MB", server.memory());
    server.request("shutdown", Value::Null);
    server.notify("exit", Value::Null);
    server.child.wait().unwrap();
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn percentiles(times: &mut [f64]) -> String {
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    format!("p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms", at(50), at(99), at(100))
}
