//! The second port: counters, sessions, and the stop.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use http::{Method, Response, StatusCode, header};
use pingora_core::apps::http_app::ServeHttp;
use pingora_core::protocols::http::ServerSession;
use serde::Serialize;
use tamis_gateway::{Node, metrics};

use crate::clock::Clock;
use crate::export::Exporter;

/// What the second port needs.
pub(crate) struct Admin {
    pub(crate) node: Option<Arc<Node>>,
    pub(crate) exporter: Arc<Exporter>,
    pub(crate) clock: Clock,
}

/// One session, as it is told.
#[derive(Serialize)]
struct SessionReport {
    name: String,
    sampling_rule: String,
    state: &'static str,
    seen: u64,
    matched: u64,
    captured: u64,
    max_samples: u64,
}

#[async_trait]
impl ServeHttp for Admin {
    async fn response(&self, session: &mut ServerSession) -> Response<Vec<u8>> {
        let request = session.req_header();
        let path = request.uri.path().to_owned();
        match (&request.method, path.as_str()) {
            (&Method::GET, "/metrics") => answer(StatusCode::OK, "text/plain; version=0.0.4", self.metrics()),
            (&Method::GET, "/sessions") => answer(StatusCode::OK, "application/json", self.sessions()),
            (&Method::GET, "/health") => answer(StatusCode::OK, "text/plain", "fine\n".to_owned()),
            (&Method::POST, path) => {
                let name = path.strip_prefix("/sessions/").and_then(|rest| rest.strip_suffix("/stop"));
                match name.map(|name| self.stop(&decoded(name))) {
                    Some(true) => answer(StatusCode::OK, "application/json", self.sessions()),
                    _ => answer(StatusCode::NOT_FOUND, "text/plain", "there is no such session\n".to_owned()),
                }
            }
            _ => answer(StatusCode::NOT_FOUND, "text/plain", "GET /metrics, /sessions, /health\n".to_owned()),
        }
    }
}

impl Admin {
    fn stop(&self, name: &str) -> bool {
        let sessions = self.node.as_ref().map(|node| node.sessions()).unwrap_or_default();
        let found = sessions.iter().find(|session| session.name() == name);
        found.map(|session| session.stop()).is_some()
    }

    fn sessions(&self) -> String {
        let Some(node) = &self.node else { return "[]".to_owned() };
        let now = self.clock.now();
        let report = |session: tamis_gateway::Session| {
            let counts = node.counts(&session);
            SessionReport {
                name: session.name().to_owned(),
                sampling_rule: session.rule().to_owned(),
                state: session.state_at(now).as_str(),
                seen: counts.seen,
                matched: counts.matched,
                captured: counts.captured,
                max_samples: session.limits().max_samples,
            }
        };
        let reports: Vec<_> = node.sessions().into_iter().map(report).collect();
        serde_json::to_string_pretty(&reports).unwrap_or_default() + "\n"
    }

    fn metrics(&self) -> String {
        let mut out = self.node.as_ref().map(|node| metrics(node, self.clock.now())).unwrap_or_default();
        out.push_str(
            "# HELP tamis_export_captures_total Captured requests on their way out, by what became of them.\n",
        );
        out.push_str("# TYPE tamis_export_captures_total counter\n");
        for queue in &self.exporter.queues {
            let counters = &queue.counters;
            let outcomes = [
                ("exported", &counters.exported),
                ("overflowed", &counters.overflowed),
                ("failed", &counters.failed),
                ("rejected_spans", &counters.rejected),
            ];
            for (outcome, counter) in outcomes {
                let (name, value) = (&queue.name, counter.load(Ordering::Relaxed));
                // Writing to a text cannot fail.
                let _ = writeln!(out, "tamis_export_captures_total{{to=\"{name}\",outcome=\"{outcome}\"}} {value}");
            }
            let waiting = counters.waiting_bytes.load(Ordering::Relaxed);
            let _ = writeln!(out, "tamis_export_waiting_bytes{{to=\"{}\"}} {waiting}", queue.name);
        }
        out
    }
}

fn answer(status: StatusCode, kind: &str, body: String) -> Response<Vec<u8>> {
    let body = body.into_bytes();
    let built = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, kind)
        .header(header::CONTENT_LENGTH, body.len())
        .body(body);
    built.unwrap_or_default()
}

/// Undoes the encoding of a part of a path.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let hex = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        if let (b'%', [high, low, after @ ..]) = (byte, tail)
            && let Some((high, low)) = hex(*high).zip(hex(*low))
        {
            bytes.push(high << 4 | low);
            rest = after;
            continue;
        }
        bytes.push(byte);
        rest = tail;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
