//! `tamis serve`: it is there, says what `tamis check` says, and goes when it is told to; what else it does is tested
//! where it is made.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::json;

use crate::manual;
use crate::runner::{Folder, tamis};

/// A service on a free port.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(words: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tamis"));
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(words);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap().to_owned();
        Self { child, address }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    /// The body of an answer.
    fn post(&self, path: &str, body: &str) -> String {
        let mut stream = self.connect();
        let length = body.len();
        let head =
            format!("POST {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\n");
        stream.write_all(format!("{head}content-length: {length}\r\n\r\n{body}").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// How it ended, and what it wrote to standard error.
    fn ended(mut self) -> (ExitStatus, String) {
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap(), log)
    }
}

/// The blocks of a kind on the pages of a folder.
fn blocks(folder: &Path, kind: &str) -> Vec<String> {
    let mut pages: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    let pages = pages.iter().filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let mut blocks = Vec::new();
    for page in pages {
        let text = fs::read_to_string(page).unwrap();
        for block in text.split(&format!("```{kind}")).skip(1) {
            let (_, rest) = block.split_once('\n').unwrap();
            blocks.push(rest.split("```").next().unwrap().trim_end_matches('\n').to_owned());
        }
    }
    blocks
}

#[test]
fn the_service_prints_what_check_prints() {
    let server = Server::start(&["--log", "off", "--max-body", "10000000", "--timeout", "600"]);
    let folder = Folder::new("the_service_prints_what_check_prints");
    let rules = blocks(&manual::top().join("corpus/diagnostics"), "tamis");
    assert!(rules.len() > 300, "{} rules", rules.len());
    let names: Vec<String> = (0..rules.len()).map(|number| format!("{number:04}.tamis")).collect();
    for (name, rule) in names.iter().zip(&rules) {
        folder.write(name, rule);
    }
    let files: Vec<_> = names.iter().zip(&rules).map(|(name, rule)| json!({"file": name, "text": rule})).collect();
    for (edition, catalog) in [("tamis", "kong"), ("atc", "kong-router"), ("atc-strict", "kong-sampler")] {
        let words = ["check", "--format", "json", "--phases", "--edition", edition, "--catalog", catalog, "."];
        let printed = tamis(&words).within(&folder).output();
        let printed = String::from_utf8(printed.stdout).unwrap();
        let asked = json!({"files": files, "edition": edition, "catalog": catalog, "phases": true});
        let served = server.post("/v1/check", &asked.to_string());
        assert!(printed == served, "they differ in the edition {edition}");
    }
    server.signal("TERM");
    assert!(server.ended().0.success());
}

#[test]
fn the_service_prints_what_validate_prints() {
    let server = Server::start(&["--log", "off", "--timeout", "600"]);
    let folder = Folder::new("the_service_prints_what_validate_prints");
    let pages = ["corpus/validator", "corpus/diagnostics", "docs"];
    let sessions: Vec<String> =
        pages.iter().flat_map(|page| blocks(&manual::top().join(page), "yaml session")).collect();
    assert!(sessions.len() > 50, "{} sessions", sessions.len());
    for session in &sessions {
        // As a text, whose places are its own, and the request as a file, which has the name that the service gives it.
        let body = json!({ "session": session }).to_string();
        folder.write("request", &body);
        let printed = tamis(&["validate", "--format", "json", "request"]).within(&folder).output();
        assert_eq!(String::from_utf8(printed.stdout).unwrap(), server.post("/v1/validate", &body), "{session}");
    }
    server.signal("TERM");
    assert!(server.ended().0.success());
}

#[test]
fn a_rule_has_the_same_name_in_both() {
    let server = Server::start(&["--log", "off"]);
    let printed = tamis(&["check", "--format", "json", "-e", "a = 1"]).output();
    let served = server.post("/v1/check", r#"{"text": "a = 1"}"#);
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), served);
    server.signal("INT");
    assert!(server.ended().0.success());
}

#[test]
fn it_ends_what_it_is_at_and_logs_that() {
    let server = Server::start(&[]);
    let mut stream = server.connect();
    let body = r#"{"text": "url.path == \"/s3cret\""}"#;
    let head = format!(
        "POST /v1/check HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}",
        body.len()
    );
    stream.write_all(format!("{head}\r\nexpect: 100-continue\r\n\r\n").as_bytes()).unwrap();
    // The service has the request when it asks for its body.
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    assert_eq!(line, "HTTP/1.1 100 Continue\r\n");
    server.signal("TERM");
    while TcpStream::connect(&server.address).is_ok() {}
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    reader.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("HTTP/1.1 200 OK\r\n") && answer.contains("connection: close\r\n"), "{answer}");
    let (status, log) = server.ended();
    assert!(status.success());
    let messages: Vec<String> = log
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["message"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(messages, ["listening", "stopping", "answered", "stopped"]);
    assert!(!log.contains("s3cret"), "{log}");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let server = Server::start(&["--log", "off", "--stop-timeout", "1000"]);
    let mut stream = server.connect();
    stream.write_all(b"POST /v1/check HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n").unwrap();
    stream.write_all(b"content-length: 5\r\nexpect: 100-continue\r\n\r\n").unwrap();
    stream.read_exact(&mut [0; 8]).unwrap();
    server.signal("TERM");
    while TcpStream::connect(&server.address).is_ok() {}
    server.signal("TERM");
    assert!(server.ended().0.success());
}

#[test]
fn what_cannot_be_served_is_said() {
    let server = Server::start(&["--log", "off"]);
    let taken = tamis(&["serve", "--listen", &server.address]).output();
    assert_eq!(taken.status.code(), Some(2));
    let said = String::from_utf8(taken.stderr).unwrap();
    assert_eq!(said, format!("error: cannot serve on `{}`: address already in use\n", server.address));
    let unknown = tamis(&["serve", "--catalog", "kog"]).output();
    assert_eq!(unknown.status.code(), Some(2));
    server.signal("TERM");
    assert!(server.ended().0.success());
}

#[test]
fn the_transcripts_of_the_page_are_what_is_answered() {
    let help = Command::new("curl").args(["--help", "all"]).output();
    let has_json = help.is_ok_and(|help| String::from_utf8_lossy(&help.stdout).contains("--json"));
    if !has_json {
        let _ = writeln!(io::stderr(), "skipped: there is no `curl` here that knows `--json`");
        return;
    }
    let server = Server::start(&["--log", "off"]);
    manual::check("docs/serve.md", &|command, code| {
        manual::run(&command.replace("localhost:7411", &server.address), code)
    });
    server.signal("TERM");
    assert!(server.ended().0.success());
}
