//! The gateway's log as OTLP/JSON: one document per line, one line per request.
//!
//! The root is a span of kind SERVER; each attempt at a target is a span of kind CLIENT below it.
//! A key of the log is the name of an attribute, see `nginx.conf`; what is computed from the raw ones is here.

use serde_json::{Value, json};

use super::log::{self, Entry};
use super::server::Observation;
use super::{MASK, MASKED_HEADERS};
use crate::Failure;

/// The headers that the gateway adds to what the client sent.
const ADDED_HEADERS: &[&str] = &["x-request-id", "x-forwarded-for", "host", "connection", "content-length"];

const SERVER: u8 = 2;
const CLIENT: u8 = 3;

/// The bits of a span's flags that say: it is known where the parent is, and it is in another process.
const REMOTE_PARENT: u32 = 0x300;

/// `STATUS_CODE_ERROR`.
const ERROR: u8 = 2;

/// The documents, one per line.
pub(super) fn lines(entries: &[Entry], observations: &[Observation], version: &str) -> Result<String, Failure> {
    let resource = json!({"attributes": [
        attribute("service.name", Value::from("gateway")),
        attribute("service.version", Value::from(version)),
    ]});
    let mut lines = String::new();
    for entry in entries {
        let id = log::value(entry, "_id");
        let seen: Vec<&Observation> = observations.iter().filter(|observation| observation.request == id).collect();
        let scope = json!({"name": "nginx", "version": version});
        let spans = spans(entry, &seen);
        let document =
            json!({"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": scope, "spans": spans}]}]});
        let line = serde_json::to_string(&document).map_err(|error| Failure::new(error.to_string()))?;
        lines.push_str(&line);
        lines.push('\n');
    }
    Ok(lines)
}

/// The spans of one request, the root first.
fn spans(entry: &Entry, seen: &[&Observation]) -> Vec<Value> {
    let id = log::value(entry, "_id");
    let continued = trace_parent(log::value(entry, "_traceparent"));
    let trace = continued.as_ref().map_or(id, |parent| &parent.trace);
    let end = nanoseconds(log::value(entry, "_end"));
    let start = end.saturating_sub(nanoseconds(log::value(entry, "_request_time")));
    let root_id = id.get(..16).unwrap_or_default();
    let attempts = attempts(entry, seen);
    let status = log::value(entry, "http.response.status_code:int");
    let mut root = json!({
        "traceId": trace, "spanId": root_id,
        "name": format!("{} {}", log::value(entry, "http.request.method"), log::value(entry, "http.route")).trim(),
        "kind": SERVER, "startTimeUnixNano": start.to_string(), "endTimeUnixNano": end.to_string(),
        "attributes": root_attributes(entry, seen, &attempts),
    });
    if let Some(root) = root.as_object_mut() {
        if let Some(parent) = &continued {
            root.insert("parentSpanId".to_owned(), Value::from(parent.span.as_str()));
            root.insert("flags".to_owned(), Value::from(REMOTE_PARENT | parent.flags));
            let state = log::value(entry, "_tracestate");
            root.insert("traceState".to_owned(), Value::from(state));
        }
        if status.starts_with('5') {
            root.insert("status".to_owned(), json!({"code": ERROR}));
        }
    }
    let mut spans = vec![root];
    let total: u128 = attempts.iter().map(|attempt| attempt.response_time.unwrap_or(0)).sum();
    let mut begin = end.saturating_sub(total).max(start);
    for (attempt, number) in attempts.iter().zip(1_u64..) {
        let finish = (begin + attempt.response_time.unwrap_or(0)).min(end);
        let span_id = u64::from_str_radix(id.get(16..).unwrap_or_default(), 16).unwrap_or(0).wrapping_add(number);
        spans.push(json!({
            "traceId": trace, "spanId": format!("{span_id:016x}"), "parentSpanId": root_id,
            "name": "kong.find_upstream", "kind": CLIENT,
            "startTimeUnixNano": begin.to_string(), "endTimeUnixNano": finish.to_string(),
            "attributes": attempt.attributes(log::value(entry, "_upstream_name"), number),
        }));
        begin = finish;
    }
    spans
}

/// What a valid `traceparent` says.
struct Parent {
    trace: String,
    span: String,
    flags: u32,
}

fn trace_parent(header: &str) -> Option<Parent> {
    let mut parts = header.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, n: usize| text.len() == n && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_valid = is_hex(version, 2) && is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2);
    let flags = u32::from_str_radix(flags, 16).ok().filter(|_| is_valid)?;
    Some(Parent { trace: trace.to_owned(), span: span.to_owned(), flags })
}

/// One attempt of the gateway to get an answer.
struct Attempt {
    address: String,
    /// What the target answered; 502 and 504 stand for the gateway's own view where it did not.
    status: String,
    /// Nanoseconds; none where it never came to it.
    header_time: Option<u128>,
    response_time: Option<u128>,
    /// Whether the connection had been used before; none where no connection came about.
    reused: Option<bool>,
}

/// The attempts of a request, from the lists that nginx logs.
fn attempts(entry: &Entry, seen: &[&Observation]) -> Vec<Attempt> {
    let list = |name: &str| -> Vec<String> {
        let text = log::value(entry, name);
        text.split(", ").filter(|item| !item.is_empty()).map(str::to_owned).collect()
    };
    let (statuses, headers, times) =
        (list("_upstream_status"), list("_upstream_header_time"), list("_upstream_response_time"));
    let time = |list: &[String], at: usize| list.get(at).filter(|time| *time != "-").map(|time| nanoseconds(time));
    let of = |(at, address): (usize, String)| Attempt {
        status: statuses.get(at).cloned().unwrap_or_default(),
        header_time: time(&headers, at),
        response_time: time(&times, at),
        reused: seen.iter().find(|one| one.address == address).map(|one| one.on_connection > 1),
        address,
    };
    list("_upstream_addr").into_iter().enumerate().map(of).collect()
}

impl Attempt {
    fn attributes(&self, name: &str, number: u64) -> Vec<Value> {
        let mut attributes = Attributes::default();
        if let Some((address, port)) = self.address.rsplit_once(':') {
            attributes.text("network.peer.address", address);
            attributes.int("network.peer.port", port);
        }
        attributes.text("network.peer.name", name);
        attributes.push("try_count", Value::from(number));
        if let Some(reused) = self.reused {
            attributes.push("keepalive", Value::from(reused));
        }
        attributes.int("http.response.status_code", &self.status);
        attributes.0
    }

    /// Whether the target answered, rather than the gateway for it.
    fn answered(&self) -> bool {
        self.header_time.is_some() && self.status != "-"
    }
}

/// The attributes of the root: those that the log names, and those that follow from its raw values.
fn root_attributes(entry: &Entry, seen: &[&Observation], attempts: &[Attempt]) -> Vec<Value> {
    let mut attributes = Attributes::default();
    let (uri, host) = (log::value(entry, "_uri"), log::value(entry, "_host"));
    if !uri.is_empty() && !host.is_empty() {
        attributes.text("url.full", &format!("{}://{host}{uri}", log::value(entry, "url.scheme")));
    }
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    attributes.text("url.path", path);
    attributes.text("url.query", query);
    attributes.text("network.protocol.name", "http");
    attributes.text("network.transport", "tcp");
    let several = sent_headers(seen);
    for (name, value) in entry.iter().filter(|(name, _)| !name.starts_with('_')) {
        let (name, kind) = name.split_once(':').unwrap_or((name, ""));
        let is_seen = several.iter().any(|(header, _)| name.strip_prefix("http.request.header.") == Some(header));
        match kind {
            _ if is_seen => {}
            "int" => attributes.int(name, value),
            "bool" if !value.is_empty() => attributes.push(name, Value::from(value == "true")),
            "seconds" => attributes.milliseconds(name, nanoseconds(value)),
            _ => attributes.text(name, value),
        }
    }
    for (header, values) in several {
        let is_masked = MASKED_HEADERS.contains(&header.as_str());
        let shown = values.into_iter().map(|value| Value::from(if is_masked { MASK } else { value }));
        attributes.push(&format!("http.request.header.{header}"), Value::Array(shown.collect()));
    }
    let status = log::value(entry, "http.response.status_code:int");
    if status.starts_with('5') {
        attributes.text("error.type", status);
    }
    upstream_attributes(entry, attempts, &mut attributes);
    attributes.0
}

/// The headers of the client as a service saw them, each line a value.
fn sent_headers<'s>(seen: &[&'s Observation]) -> Vec<(String, Vec<&'s str>)> {
    let mut headers: Vec<(String, Vec<&str>)> = Vec::new();
    for (name, value) in seen.last().into_iter().flat_map(|observation| &observation.headers) {
        if ADDED_HEADERS.contains(&name.as_str()) {
            continue;
        }
        match headers.iter_mut().find(|(there, _)| there == name) {
            Some((_, values)) => values.push(value),
            None => headers.push((name.clone(), vec![value])),
        }
    }
    headers
}

/// What is known about the upstream and who answered.
fn upstream_attributes(entry: &Entry, attempts: &[Attempt], attributes: &mut Attributes) {
    let asked_keys = log::value(entry, "_auth_time");
    if !asked_keys.is_empty() {
        attributes.milliseconds("proxy.kong.latency.3p.http_client.total_io", nanoseconds(asked_keys));
        attributes.milliseconds("proxy.kong.latency.3p.total_io", nanoseconds(asked_keys));
    }
    let is_answered = attempts.last().is_some_and(Attempt::answered);
    attributes.text("kong.response.source", if is_answered { "upstream" } else { "kong" });
    let Some(last) = attempts.last() else { return };
    attributes.text("proxy.kong.upstream.host", log::value(entry, "_upstream_name"));
    attributes.text("proxy.kong.upstream.address", &last.address);
    if let Some((address, _)) = last.address.rsplit_once(':') {
        attributes.text("proxy.kong.upstream.addr", address);
        attributes.text("destination.address", address);
    }
    let total = attempts.iter().filter_map(|attempt| attempt.response_time).sum();
    attributes.milliseconds("proxy.kong.latency.upstream", total);
    if let (true, Some(header), Some(response)) = (last.answered(), last.header_time, last.response_time) {
        attributes.int("proxy.kong.upstream.status_code", &last.status);
        attributes.milliseconds("proxy.kong.latency.upstream.ttfb", header);
        let reading = response.saturating_sub(header);
        attributes.milliseconds("proxy.kong.latency.upstream.read_response_duration", reading);
    }
}

/// Attributes under way; empty texts are absent.
#[derive(Default)]
struct Attributes(Vec<Value>);

impl Attributes {
    fn push(&mut self, name: &str, value: Value) {
        self.0.push(attribute(name, value));
    }

    fn text(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.push(name, Value::from(text));
        }
    }

    fn int(&mut self, name: &str, text: &str) {
        if let Ok(number) = text.parse::<i64>() {
            self.push(name, Value::from(number));
        }
    }

    fn milliseconds(&mut self, name: &str, nanoseconds: u128) {
        // nginx measures whole milliseconds.
        self.push(name, Value::from(u64::try_from(nanoseconds / 1_000_000).unwrap_or(u64::MAX)));
    }
}

/// One attribute in the form of OTLP/JSON: 64-bit integers are text.
fn attribute(name: &str, value: Value) -> Value {
    json!({"key": name, "value": any_value(value)})
}

fn any_value(value: Value) -> Value {
    match value {
        Value::Bool(bool) => json!({"boolValue": bool}),
        Value::Number(number) => json!({"intValue": number.to_string()}),
        Value::Array(elements) => {
            let elements: Vec<Value> = elements.into_iter().map(|element| json!({"stringValue": element})).collect();
            json!({"arrayValue": {"values": elements}})
        }
        other => json!({"stringValue": other}),
    }
}

/// Seconds with three places, as nginx writes them, in nanoseconds.
fn nanoseconds(seconds: &str) -> u128 {
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let whole: u128 = whole.parse().unwrap_or(0);
    let fraction: u128 = format!("{fraction:0<9}").get(..9).and_then(|digits| digits.parse().ok()).unwrap_or(0);
    whole * 1_000_000_000 + fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(values: &[(&str, &str)]) -> Entry {
        let shared = [("_id", "0123456789abcdef0123456789abcdef"), ("_end", "100.500"), ("_request_time", "0.250")];
        shared.iter().chain(values).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn seconds_are_read_exactly() {
        assert_eq!(nanoseconds("1.250"), 1_250_000_000);
        assert_eq!(nanoseconds(""), 0);
        assert_eq!(nanoseconds("0.001"), 1_000_000);
    }

    #[test]
    fn the_root_lasts_as_long_as_the_request() {
        let spans = spans(&entry(&[]), &[]);
        assert_eq!(spans[0]["startTimeUnixNano"], "100250000000");
        assert_eq!(spans[0]["endTimeUnixNano"], "100500000000");
        assert_eq!(spans[0]["traceId"], "0123456789abcdef0123456789abcdef");
    }

    #[test]
    fn a_valid_parent_is_continued_and_another_is_not() {
        let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let continued = spans(&entry(&[("_traceparent", header), ("_tracestate", "ot=th:c")]), &[]);
        assert_eq!(continued[0]["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(continued[0]["parentSpanId"], "00f067aa0ba902b7");
        assert_eq!(continued[0]["traceState"], "ot=th:c");
        assert_eq!(continued[0]["flags"], 0x301);
        let own = spans(&entry(&[("_traceparent", "00-no-trace-01"), ("_tracestate", "ot=th:c")]), &[]);
        assert_eq!(own[0].get("parentSpanId"), None);
        assert_eq!(own[0].get("traceState"), None);
    }

    #[test]
    fn every_attempt_is_a_span() {
        let spans = spans(
            &entry(&[
                ("_upstream_name", "orders"),
                ("_upstream_addr", "127.0.1.2:9101, 127.0.1.1:9101"),
                ("_upstream_status", "502, 200"),
                ("_upstream_header_time", "-, 0.020"),
                ("_upstream_response_time", "0.010, 0.030"),
            ]),
            &[],
        );
        let tries: Vec<&Value> = spans.iter().filter(|span| span["kind"] == CLIENT).collect();
        assert_eq!(tries.len(), 2);
        assert_eq!(tries[0]["startTimeUnixNano"], "100460000000");
        assert_eq!(tries[1]["startTimeUnixNano"], "100470000000");
        assert_eq!(tries[1]["endTimeUnixNano"], "100500000000");
    }
}
