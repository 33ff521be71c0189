//! Whatever happens around it, the gateway answers every request, and answers it right.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "it fails the test"
)]

mod common;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use common::{Gateway, exchange, free_port, send, serve, status, upstream, wait_until};

const CONFIG: &str = "
services:
- name: it
  url: http://127.0.0.1:UPSTREAM
  read_timeout: 2000
  connect_timeout: 500
  retries: 1
  routes: [{name: all, paths: [/]}]
";
const ALL: &str = "name: all\nmax_samples: 1000000\nduration: 1h\n";

fn gateway(sessions: &str, export: &str) -> Gateway {
    Gateway::start(&CONFIG.replace("UPSTREAM", &upstream().to_string()), sessions, &["--export", export])
}

fn n_lines(gateway: &Gateway) -> usize {
    std::fs::read_to_string(gateway.folder.join("c.jsonl")).unwrap_or_default().lines().count()
}

/// Sends requests from several threads until told to end; gives how many were answered with 200 and how many not.
fn load(address: &str, is_over: &Arc<AtomicBool>) -> (u64, u64) {
    let (right, wrong) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let counter = if send(address, "GET /x", "") == 200 { &right } else { &wrong };
                    counter.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    (right.into_inner(), wrong.into_inner())
}

#[test]
fn an_upstream_that_dies_and_comes_back_is_an_answer_each_time() {
    let port = free_port();
    let gateway = Gateway::start(&CONFIG.replace("UPSTREAM", &port.to_string()), ALL, &["--export", "FOLDER/c.jsonl"]);
    assert_eq!(send(&gateway.address, "GET /x", ""), 502);
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    std::thread::spawn(move || serve(&listener));
    assert_eq!(send(&gateway.address, "GET /x", ""), 200);
    assert_eq!(send(&gateway.address, "GET /die", ""), 502);
    assert_eq!(send(&gateway.address, "POST /die", "content-length: 0\r\n"), 502);
    assert_eq!(send(&gateway.address, "GET /slow/2500", ""), 504);
    assert_eq!(send(&gateway.address, "GET /cut?bytes=10000", ""), 200);
    assert_eq!(send(&gateway.address, "GET /x", ""), 200);
    wait_until("every capture", || n_lines(&gateway) == 7);
}

#[test]
fn slow_clients_do_not_hold_up_others() {
    let gateway = gateway(ALL, "FOLDER/c.jsonl");
    let slow: Vec<_> = (0..50)
        .map(|_| {
            let mut stream = TcpStream::connect(&gateway.address).unwrap();
            stream
                .write_all(b"POST /slow-client HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\nconnection: close\r\n")
                .unwrap();
            stream
        })
        .collect();
    let began = Instant::now();
    for _ in 0..20 {
        assert_eq!(send(&gateway.address, "GET /x", ""), 200);
    }
    assert!(began.elapsed() < Duration::from_secs(10));
    for mut stream in slow {
        stream.write_all(b"\r\n01234").unwrap();
        stream.write_all(b"56789").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert_eq!(status(&answer), 200);
    }
    wait_until("every capture", || n_lines(&gateway) == 70);
}

#[test]
fn huge_headers_and_odd_bytes_are_answered_and_captured() {
    let gateway = gateway(ALL, "FOLDER/c.jsonl");
    let value = "v".repeat(30_000);
    assert_eq!(send(&gateway.address, "GET /x", &format!("x-large: {value}\r\n")), 200);
    let odd =
        b"GET /x?a=%ff%zz HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-odd: \xff\xfe\x80\r\ntraceparent: \xff\r\n\r\n";
    assert_eq!(status(&exchange(&gateway.address, odd).unwrap()), 200);
    // What is no HTTP, or beyond all limits, is refused, and nobody else suffers.
    let endless = format!("x-endless: {}\r\n", "v".repeat(3_000_000));
    assert!(matches!(send(&gateway.address, "GET /x", &endless), 0 | 400 | 413 | 431));
    assert!(matches!(
        exchange(&gateway.address, b"\x16\x03\x01 nonsense\r\n\r\n").map(|it| status(&it)),
        Ok(0 | 400) | Err(_)
    ));
    assert_eq!(send(&gateway.address, "GET /x", ""), 200);
    wait_until("every capture", || n_lines(&gateway) >= 3);
    let text = std::fs::read_to_string(gateway.folder.join("c.jsonl")).unwrap();
    assert!(text.contains("bytesValue"), "a header that is no text is bytes in the trace");
}

#[test]
fn sessions_are_swapped_ten_times_a_second_under_load() {
    let gateway = gateway(ALL, "FOLDER/c.jsonl");
    let is_over = Arc::new(AtomicBool::new(false));
    let (address, flag) = (gateway.address.clone(), Arc::clone(&is_over));
    let clients = std::thread::spawn(move || load(&address, &flag));
    for number in 0..40 {
        let rules: String = (0..number % 50)
            .map(|rule| format!("- {{name: r{rule}, sampling_rule: 'http.response.status_code == {}'}}\n", 200 + rule))
            .collect();
        gateway.sessions(&format!("sessions:\n- {{name: s{number}, max_samples: 5}}\n{rules}"));
        std::thread::sleep(Duration::from_millis(100));
    }
    is_over.store(true, Ordering::Relaxed);
    let (right, wrong) = clients.join().unwrap();
    println!("{right} requests, {} captures", n_lines(&gateway));
    assert_eq!(wrong, 0, "of {right}");
    assert!(right > 100, "{right}");
    assert_eq!(gateway.complaints(), "");
}

#[test]
fn a_broken_file_of_sessions_changes_nothing() {
    let gateway = gateway("name: first\nmax_samples: 7\n", "FOLDER/c.jsonl");
    gateway.sessions("name: second\nsampling_rule: url.pth == 1\n");
    wait_until("the complaint", || gateway.complaints().contains("sessions.yaml:2:16: error[T301]"));
    assert!(common::get(&gateway.admin, "/sessions").unwrap().contains("first"));
    gateway.sessions("name: third\n");
    wait_until("the new session", || common::get(&gateway.admin, "/sessions").unwrap().contains("third"));
}

#[test]
fn an_exporter_that_cannot_be_reached_costs_bounded_memory_and_counted_captures() {
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let gateway = gateway(ALL, &nobody);
    let is_over = Arc::new(AtomicBool::new(false));
    let (address, flag) = (gateway.address.clone(), Arc::clone(&is_over));
    let clients = std::thread::spawn(move || load(&address, &flag));
    let counter = |outcome: &str| {
        gateway.metric(&format!("tamis_export_captures_total{{to=\"{nobody}\",outcome=\"{outcome}\"}}")).unwrap_or(0)
    };
    let overflows = |n| counter("overflowed") + counter("failed") > n;
    let began = Instant::now();
    while !overflows(200) && began.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(100));
    }
    is_over.store(true, Ordering::Relaxed);
    let (right, wrong) = clients.join().unwrap();
    assert_eq!(wrong, 0, "of {right}");
    assert!(overflows(200), "nothing was lost, so nothing was tested");
    let waiting = gateway.metric(&format!("tamis_export_waiting_bytes{{to=\"{nobody}\"}}")).unwrap();
    println!("{right} requests, {} lost, {waiting} bytes wait, {} KiB", counter("overflowed"), gateway.memory());
    assert!(waiting <= 64 * 1_024 * 1_024 && gateway.memory() < 400_000);
    assert_eq!(counter("exported"), 0);
}

#[test]
fn a_stop_takes_effect_within_a_second_at_saturation() {
    let gateway = gateway(ALL, "FOLDER/c.jsonl");
    let is_over = Arc::new(AtomicBool::new(false));
    let (address, flag) = (gateway.address.clone(), Arc::clone(&is_over));
    let clients = std::thread::spawn(move || load(&address, &flag));
    wait_until("captures", || n_lines(&gateway) > 100);
    let captured = || gateway.metric("tamis_rule_requests_captured{session=\"all\"}").unwrap();
    let began = Instant::now();
    let stop = "POST /sessions/all/stop HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(status(&exchange(&gateway.admin, stop.as_bytes()).unwrap()), 200);
    let took = began.elapsed();
    let (at_stop, seen) = (captured(), gateway.metric("tamis_requests_seen_total").unwrap());
    std::thread::sleep(Duration::from_millis(500));
    // What was on its way when the stop came is given back.
    assert!(captured() <= at_stop);
    is_over.store(true, Ordering::Relaxed);
    let (right, wrong) = clients.join().unwrap();
    println!("stopped in {took:?} after {seen} requests, {right} right");
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert_eq!(wrong, 0);
}

#[test]
fn after_a_kill_the_file_holds_whole_traces_and_the_gateway_goes_on() {
    let mut gateway = gateway(ALL, "FOLDER/c.jsonl");
    for _ in 0..50 {
        assert_eq!(send(&gateway.address, "GET /x", ""), 200);
    }
    gateway.kill();
    let before = n_lines(&gateway);
    gateway.restart();
    assert_eq!(send(&gateway.address, "GET /x", ""), 200);
    wait_until("the capture", || n_lines(&gateway) > before);
    let text = std::fs::read_to_string(gateway.folder.join("c.jsonl")).unwrap();
    assert!(text.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}
