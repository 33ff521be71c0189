//! How much at once, and for how long.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use tamis_serve::{Bounds, Config, Times};

use crate::socket::{Running, post, small};

const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";

/// A request that keeps a worker busy for a while.
fn long() -> Vec<u8> {
    let mut rule = String::new();
    for n in 0..3000 {
        write!(rule, "{}url.path == \"/{n}\"", if n == 0 { "" } else { " || " }).unwrap();
    }
    let files: Vec<_> = (0..40).map(|n| json!({"file": n.to_string(), "text": rule})).collect();
    post("/v1/check", json!({ "files": files }).to_string().as_bytes())
}

/// Waits until a worker is busy.
fn wait_for_work(running: &Running, is_done: impl Fn() -> bool) {
    while !running.answer(b"GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n").body.contains("tamis_workers_busy 1") {
        assert!(!is_done(), "the work is done before it was seen");
    }
}

fn large() -> Config {
    let config = small();
    Config { bounds: Bounds { body: 8 << 20, ..config.bounds }, ..config }
}

#[expect(clippy::disallowed_methods, reason = "a test of how long things take reads a clock")]
fn now() -> Instant {
    Instant::now()
}

#[test]
fn health_is_told_while_every_worker_is_busy() {
    let running = Running::start(large());
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            assert_eq!(running.answer(&long()).status, 200);
            is_done.store(true, Ordering::SeqCst);
        });
        wait_for_work(&running, || is_done.load(Ordering::SeqCst));
        let before = now();
        for _ in 0..10 {
            assert!(running.is_healthy());
        }
        let took = before.elapsed();
        assert!(!is_done.load(Ordering::SeqCst), "the work is done before health was told ten times in {took:?}");
    });
}

#[test]
fn who_comes_when_all_places_are_taken_is_told_so() {
    let config = large();
    let running = Running::start(Config { bounds: Bounds { requests: 1, ..config.bounds }, ..config });
    thread::scope(|scope| {
        let first = scope.spawn(|| running.answer(&long()));
        wait_for_work(&running, || first.is_finished());
        let reply = running.answer(&post("/v1/check", br#"{"text": "a"}"#));
        assert_eq!((reply.status, reply.problem().as_str()), (503, "busy"));
        assert!(reply.head.contains("retry-after: 1\r\n"));
        assert_eq!(first.join().unwrap().status, 200, "the one that was there first is answered");
    });
    assert_eq!(running.answer(&post("/v1/check", br#"{"text": "a"}"#)).status, 200);
}

#[test]
fn what_takes_too_long_is_told_so() {
    let config = large();
    let times = Times { work: Duration::from_millis(20), ..config.times };
    let running = Running::start(Config { times, ..config });
    let reply = running.answer(&long());
    assert_eq!((reply.status, reply.problem().as_str()), (503, "took-too-long"));
    assert!(running.is_healthy());
}

#[test]
fn a_connection_too_many_is_told_so() {
    let config = small();
    let running = Running::start(Config { bounds: Bounds { connections: 2, ..config.bounds }, ..config });
    let mut kept: Vec<_> = (0..2).map(|_| running.connect()).collect();
    for client in &mut kept {
        client.send(HEALTH);
        assert_eq!(client.reply().status, 200);
    }
    let mut third = running.connect();
    let reply = third.reply();
    assert_eq!((reply.status, reply.problem().as_str()), (503, "busy"));
    assert!(third.is_closed());
    drop(kept.pop());
    let is_taken = |_: &u32| {
        let mut client = running.connect();
        client.send(HEALTH);
        client.reply().status == 200
    };
    assert!((0..1000).any(|n| is_taken(&n)), "a place is never free again");
}

#[test]
fn an_idle_connection_is_closed_without_a_word() {
    let config = small();
    let running = Running::start(Config { times: Times { idle: Duration::from_secs(1), ..config.times }, ..config });
    let mut client = running.connect();
    client.send(HEALTH);
    assert_eq!(client.reply().status, 200);
    assert!(client.is_closed());
    assert!(running.connect().is_closed(), "also one that never says anything");
}

#[test]
fn a_connection_may_be_idle_longer_than_a_request_may_take() {
    let config = small();
    let times = Times { read: Duration::from_millis(50), idle: Duration::from_secs(60), ..config.times };
    let running = Running::start(Config { times, ..config });
    let mut client = running.connect();
    for _ in 0..3 {
        thread::sleep(Duration::from_millis(150));
        client.send(HEALTH);
        assert_eq!(client.reply().status, 200);
    }
}

#[test]
fn who_does_not_take_an_answer_is_cut() {
    let config = large();
    let running =
        Running::start(Config { times: Times { write: Duration::from_millis(100), ..config.times }, ..config });
    let mut client = running.connect();
    // Answers of many times the size of every buffer on the way.
    let request = post("/v1/check", json!({"text": "x == 1 && ".repeat(60) + "x == 1"}).to_string().as_bytes());
    let requests = request.repeat(2000);
    let is_cut = !client.try_send(&requests) || {
        let metrics = || running.answer(b"GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n").body;
        (0..600).any(|_| {
            thread::sleep(Duration::from_millis(50));
            metrics().contains("tamis_connections_too_slow_total 1")
        })
    };
    assert!(is_cut);
    assert!(running.is_healthy());
}

#[test]
fn one_connection_takes_many_requests() {
    let running = Running::start(small());
    let mut client = running.connect();
    for _ in 0..20 {
        client.send(&post("/v1/check", br#"{"text": "url.path == \"/\""}"#));
        assert_eq!(client.reply().status, 200);
    }
}

#[test]
fn a_service_that_is_told_to_stop_ends_what_it_is_at() {
    let mut running = Running::start(large());
    let mut busy = running.connect();
    busy.send(&long());
    let mut idle = running.connect();
    idle.send(HEALTH);
    assert_eq!(idle.reply().status, 200);
    running.tell();
    assert!(idle.is_closed(), "an idle connection is closed at once");
    let reply = busy.reply();
    assert_eq!(reply.status, 200);
    assert!(reply.head.contains("connection: close\r\n"), "{}", reply.head);
    assert_eq!(running.ended().cut, 0);
}

#[test]
fn a_service_that_is_told_to_stop_does_not_wait_forever() {
    let config = large();
    let times = Times { stop: Duration::from_millis(50), read: Duration::from_secs(60), ..config.times };
    let running = Running::start(Config { times, ..config });
    let mut client = running.connect();
    client.send(HEALTH);
    assert_eq!(client.reply().status, 200);
    client.send(b"POST /v1/check HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 5\r\n");
    client.send(b"expect: 100-continue\r\n\r\n");
    assert_eq!(client.reply().status, 100, "the request is there before the service is told");
    assert_eq!(running.ended().cut, 1);
}
