//! A log tells of every request, and repeats nothing of it.

use std::cell::RefCell;
use std::io;
use std::sync::Once;

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use tamis_serve::Config;

use crate::client::Client;

thread_local! {
    /// What was logged on this thread.
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes to the log of the thread.
struct ThreadLog;

impl io::Write for ThreadLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.with_borrow_mut(|log| log.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is logged of a request.
///
/// The log is that of the whole process, because what is logged is remembered for the whole process.
fn logged(request: Request<Body>) -> Vec<Value> {
    static START: Once = Once::new();
    START.call_once(|| {
        let log = tracing_subscriber::fmt().json().flatten_event(true).with_max_level(tracing::Level::TRACE);
        tracing::subscriber::set_global_default(log.with_writer(|| ThreadLog).finish()).unwrap();
    });
    LOGGED.take();
    Client::new(Config::default()).ask(request);
    let text = String::from_utf8(LOGGED.take()).unwrap();
    assert!(!text.contains("s3cret"), "{text}");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A request whose every part holds a secret.
fn secretive(method: &str, path: &str, body: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    let request = request.header("authorization", "Bearer s3cret").header("x-request-id", "s3cret");
    let request = request.header("traceparent", "00-s3cret-s3cret-01").header("user-agent", "s3cret");
    request.body(Body::from(body.to_owned())).unwrap()
}

#[test]
fn nothing_of_a_request_is_repeated() {
    let rule = r#"{"text": "http.request.header.authorization == \"s3cret\" && s3cret == 1"}"#;
    let lines = logged(secretive("POST", "/v1/check?token=s3cret", rule));
    let [line] = lines.as_slice() else { panic!("{lines:#?}") };
    assert_eq!(
        (&line["message"], &line["route"], &line["status"]),
        (&"answered".into(), &"/v1/check".into(), &200.into())
    );
    assert!(line["microseconds"].is_u64());
    for (method, path, body) in [
        ("POST", "/v1/check", r#"{"s3cret": 1}"#),
        ("POST", "/v1/hover", "s3cret"),
        ("GET", "/s3cret/s3cret", ""),
        ("GET", "/v1/explain/s3cret", ""),
        ("S3CRET", "/v1/check", "s3cret"),
        ("s3cret", "/healthz", ""),
    ] {
        let lines = logged(secretive(method, path, body));
        let [line] = lines.as_slice() else { panic!("{lines:#?}") };
        assert!(line["problem"].is_string(), "{line}");
    }
}
