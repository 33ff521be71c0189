//! Captures are read by an OTLP receiver that nobody here wrote: Rotel, whose program `TAMIS_ROTEL` names.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "it fails the test"
)]

mod common;

use std::process::{Command, Stdio};

use common::{Gateway, free_port, send, upstream, wait_until};

const CONFIG: &str = "
services:
- name: it
  url: http://localhost:UPSTREAM
  routes: [{name: all, paths: [/], plugins: [{name: cors}]}]
- {name: gone, url: 'http://127.0.0.1:9', retries: 1, routes: [{name: gone, paths: [/gone]}]}
";

/// Sends requests to a gateway that exports so; gives what the receiver printed.
fn received(scheme: &str) -> Option<String> {
    let Some(program) = std::env::var_os("TAMIS_ROTEL") else {
        println!("skipped: `TAMIS_ROTEL` does not name a receiver; `cargo xtask test-gateway` installs one");
        return None;
    };
    let (grpc, http) = (free_port(), free_port());
    let log = std::env::temp_dir().join(format!("rotel-{}-{grpc}", std::process::id()));
    let mut receiver = Command::new(program)
        .args(["start", "--exporter", "blackhole", "--debug-log", "traces", "--debug-log", "logs"])
        .args(["--debug-log-verbosity", "detailed"])
        .args(["--otlp-grpc-endpoint", &format!("127.0.0.1:{grpc}")])
        .args(["--otlp-http-endpoint", &format!("127.0.0.1:{http}")])
        .stdout(std::fs::File::create(&log).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let to = if scheme == "grpc" { format!("grpc://127.0.0.1:{grpc}") } else { format!("http://127.0.0.1:{http}") };
    let config = CONFIG.replace("UPSTREAM", &upstream().to_string());
    let gateway = Gateway::start(&config, "name: all\n", &["--export", &to]);
    let parent = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nx-odd: a\u{fffd}b\r\n";
    assert_eq!(send(&gateway.address, "GET /a?token=1", parent), 200);
    assert_eq!(send(&gateway.address, "GET /gone", ""), 502);
    let exported = format!("tamis_export_captures_total{{to=\"{to}\",outcome=\"exported\"}}");
    wait_until("the export", || gateway.metric(&exported) == Some(2));
    let text = || std::fs::read_to_string(&log).unwrap_or_default();
    wait_until("what the receiver prints", || {
        text().contains("LogRecord #") && text().matches("kong.phase.log").count() == 2
    });
    receiver.kill().unwrap();
    receiver.wait().unwrap();
    let shown = text();
    std::fs::remove_file(log).unwrap();
    Some(shown)
}

#[track_caller]
fn check(scheme: &str) {
    let Some(text) = received(scheme) else { return };
    for part in [
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "00f067aa0ba902b7",
        "ot=th:0",
        "kong.router",
        "kong.dns",
        "kong.find_upstream",
        "kong.header_filter.plugin.cors",
        "url.query: Str(token=***)",
        "http.response.status_code: Int(502)",
        "tamis.session.name: Str(all)",
        "SeverityText: ERROR",
    ] {
        assert!(text.contains(part), "{part} is not in what the receiver read:\n{text}");
    }
}

#[test]
fn a_receiver_reads_captures_over_grpc() {
    check("grpc");
}

#[test]
fn a_receiver_reads_captures_over_http() {
    check("http");
}
