//! HAR 1.2: entries to requests.

use serde_json::Value;

use crate::clock;
use crate::derive::derive;
use crate::json::{self, Object, Walk};
use crate::mapping::{self, Mapping};
use crate::raw::{RawFacts, RawValue};
use crate::recording::{Place, ProblemKind, Problems, Request};

/// The members above the entries.
pub(crate) const LOG: &str = "log";
const ENTRIES: &str = "entries";

/// Nanoseconds of a millisecond, in which HAR counts.
const MILLISECOND: f64 = 1_000_000.0;

/// Reads a whole document.
pub(crate) fn read_document(text: &str, mapping: &Mapping, problems: &mut Problems) -> Vec<Request> {
    let mut requests = Vec::new();
    let entries = Place::default().at(LOG).at(ENTRIES);
    let mut visit = |index: usize, entry: Value| {
        let place = entries.element(index);
        if let Some(entry) = Object::new(&entry, place, problems) {
            requests.extend(read_entry(&entry, index + 1, mapping, problems));
        }
    };
    match json::each_element(text, &[LOG, ENTRIES], &mut visit) {
        Ok(Walk::Found) => {}
        Ok(Walk::Missing(member)) => problems.report(&Place::default(), ProblemKind::Missing(member)),
        Ok(Walk::WrongType { expected, found }) => {
            problems.report(&Place::default(), ProblemKind::WrongType { expected, found });
        }
        Err(error) => problems.report(&json::place_of(&error), json::not_json(&error)),
    }
    requests
}

/// Reads one entry; none where it has no request.
fn read_entry(entry: &Object<'_>, number: usize, mapping: &Mapping, problems: &mut Problems) -> Option<Request> {
    let request = entry.object("request", problems)?;
    let mut facts = RawFacts::new();
    let version = read_request(&request, &mut facts, mapping, problems);
    let answer = match entry.optional("response") {
        Some(_) => entry.object("response", problems),
        None => None,
    };
    let answered_version = answer.and_then(|answer| read_response(&answer, &mut facts, mapping, problems));
    if let Some(version) = version.or(answered_version) {
        mapping::set(&mut facts, &mapping.protocol_version, RawValue::text(&version));
    }
    mapping::set(&mut facts, &mapping.protocol_name, RawValue::text("http"));
    let duration = duration(entry, problems);
    if let Some(duration) = duration {
        mapping::set(&mut facts, &mapping.total_duration, RawValue::Duration(duration));
    }
    derive(&mut facts, mapping);
    read_server(entry, &mut facts, mapping, problems);
    let (trace_id, trace_state) = mapping::trace(&facts, mapping);
    Some(Request {
        id: format!("entry {number}"),
        place: entry.place().clone(),
        method: mapping::first_text(&facts, &mapping.method).map(str::to_owned),
        path: mapping::first_text(&facts, &mapping.path).map(str::to_owned),
        time: moment(entry, problems),
        duration,
        trace_id,
        trace_state,
        facts,
    })
}

/// Reads what was asked; gives back the version of the protocol.
fn read_request(
    request: &Object<'_>,
    facts: &mut RawFacts,
    mapping: &Mapping,
    problems: &mut Problems,
) -> Option<String> {
    for (name, role) in [("method", &mapping.method), ("url", &mapping.full_address)] {
        request.required(name, problems);
        if let Some(text) = request.text(name, problems) {
            mapping::set(facts, role, RawValue::text(text));
        }
    }
    read_headers(request, facts, &mapping.request_header, problems);
    read_sizes(request, facts, &mapping.request_size, &mapping.request_body_size, problems);
    request.text("httpVersion", problems).and_then(version)
}

/// Reads what was answered; gives back the version of the protocol. The status 0 means that nothing was answered.
fn read_response(
    response: &Object<'_>,
    facts: &mut RawFacts,
    mapping: &Mapping,
    problems: &mut Problems,
) -> Option<String> {
    let status = response.integer("status", problems).filter(|&status| status > 0)?;
    mapping::set(facts, &mapping.status, RawValue::Int(status));
    read_headers(response, facts, &mapping.response_header, problems);
    read_sizes(response, facts, &mapping.response_size, &mapping.response_body_size, problems);
    response.text("httpVersion", problems).and_then(version)
}

/// Reads headers, each line a value of its own; the pseudo headers of HTTP/2 (`:method`) are no headers.
fn read_headers(message: &Object<'_>, facts: &mut RawFacts, family: &[String], problems: &mut Problems) {
    for (header, place) in message.array("headers", problems) {
        let Some(header) = Object::new(header, place, problems) else { continue };
        header.required("name", problems);
        let Some(name) = header.text("name", problems).filter(|name| !name.is_empty() && !name.starts_with(':')) else {
            continue;
        };
        if let Some(value) = header.text("value", problems) {
            mapping::add_member(facts, family, &name.to_ascii_lowercase(), RawValue::text(value));
        }
    }
}

/// Reads the sizes of a message; -1 means unknown.
fn read_sizes(message: &Object<'_>, facts: &mut RawFacts, whole: &[String], body: &[String], problems: &mut Problems) {
    let mut size = |name| message.integer(name, problems).filter(|&bytes| bytes >= 0);
    let (headers_size, body_size) = (size("headersSize"), size("bodySize"));
    if let Some(bytes) = body_size {
        mapping::set(facts, body, RawValue::Int(bytes));
    }
    if let Some(bytes) = headers_size.zip(body_size).and_then(|(headers, body)| headers.checked_add(body)) {
        mapping::set(facts, whole, RawValue::Int(bytes));
    }
}

/// The address and port that accepted the request, and the host that it is for.
fn read_server(entry: &Object<'_>, facts: &mut RawFacts, mapping: &Mapping, problems: &mut Problems) {
    let address = entry.text("serverIPAddress", problems).filter(|address| !address.is_empty());
    if let Some(address) = address {
        let address = address.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(address);
        mapping::set(facts, &mapping.server_address, RawValue::text(address));
    }
    for (from, to) in [(&mapping.port, &mapping.server_port), (&mapping.domain, &mapping.host)] {
        if let Some(value) = mapping::first(facts, from).cloned() {
            mapping::set_if_absent(facts, to, value);
        }
    }
}

/// The whole time of the entry, in nanoseconds; negative means unknown.
fn duration(entry: &Object<'_>, problems: &mut Problems) -> Option<i64> {
    let milliseconds = entry.number("time", problems).filter(|time| *time >= 0.0)?;
    json::whole((milliseconds * MILLISECOND).round())
}

fn moment(entry: &Object<'_>, problems: &mut Problems) -> Option<i64> {
    let text = entry.text("startedDateTime", problems)?;
    let moment = clock::parse_moment(text);
    if moment.is_none() {
        let kind = ProblemKind::Malformed { expected: "a moment in ISO 8601", found: json::shortened(text) };
        problems.report(&entry.place().at("startedDateTime"), kind);
    }
    moment
}

/// The version of the protocol, in OpenTelemetry's form: `HTTP/1.1` is `1.1`, `h2` and `http/2.0` are `2`.
fn version(written: &str) -> Option<String> {
    let lower = written.to_ascii_lowercase();
    let number = lower.strip_prefix("http/").or_else(|| lower.strip_prefix('h')).unwrap_or(&lower);
    let number = number.strip_suffix(".0").filter(|major| *major != "1").unwrap_or(number);
    // `h2c` is HTTP/2 without TLS, `h3-29` a draft of HTTP/3.
    let number = number.split(['-', 'c']).next().unwrap_or(number);
    let is_version =
        number.starts_with(|c: char| c.is_ascii_digit()) && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    is_version.then(|| number.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Format, read};

    const ENTRY: &str = r#"{"startedDateTime": "2026-01-02T03:04:05.678Z", "time": 12.5,
        "request": {"method": "GET", "url": "http://shop.example:8000/v1/a?x=1", "httpVersion": "HTTP/1.1",
          "headers": [{"name": "X-Tenant-Id", "value": "acme"}, {"name": "accept", "value": "a"},
            {"name": "Accept", "value": "b"}, {"name": ":path", "value": "/"}], "headersSize": 100, "bodySize": 20},
        "response": {"status": 503, "httpVersion": "HTTP/1.1", "headers": [{"name": "Server", "value": "nginx"}],
          "headersSize": -1, "bodySize": 7},
        "serverIPAddress": "[::1]"}"#;

    /// Reads the entries and prints the facts of one name in each.
    #[track_caller]
    fn check(entries: &str, name: &str, expected: &str) {
        let document = format!(r#"{{"log": {{"version": "1.2", "entries": [{entries}]}}}}"#);
        let recording = read(document.as_bytes(), Format::Har);
        let values = |request: &Request| {
            let values: Vec<String> = request.facts.get(name).iter().map(ToString::to_string).collect();
            values.join(",")
        };
        let mut shown: Vec<String> = recording.requests.iter().map(values).collect();
        shown.extend(recording.problems.iter().map(ToString::to_string));
        assert_eq!(shown.join(" | "), expected, "{name}");
    }

    #[test]
    fn an_entry_becomes_facts() {
        check(ENTRY, "http.request.method", r#""GET""#);
        check(ENTRY, "url.full", r#""http://shop.example:8000/v1/a?x=1""#);
        check(ENTRY, "url.path", r#""/v1/a""#);
        check(ENTRY, "url.query.x", r#""1""#);
        check(ENTRY, "http.request.header.x-tenant-id", r#""acme""#);
        check(ENTRY, "http.request.header.accept", r#""a","b""#);
        check(ENTRY, "http.request.header.:path", "");
        check(ENTRY, "http.response.header.server", r#""nginx""#);
        check(ENTRY, "http.response.status_code", "503");
        check(ENTRY, "proxy.kong.latency.total", "12500us");
        check(ENTRY, "http.request.size", "120");
        check(ENTRY, "http.response.size", "");
        check(ENTRY, "http.response.body.size", "7");
        check(ENTRY, "network.protocol.version", r#""1.1""#);
        check(ENTRY, "server.address", r#""::1""#);
        check(ENTRY, "server.port", "8000");
        check(ENTRY, "proxy.kong.request.host", r#""shop.example""#);
    }

    #[test]
    fn time_and_duration_are_known() {
        let recording = read(format!(r#"{{"log": {{"entries": [{ENTRY}]}}}}"#).as_bytes(), Format::Auto);
        let request = &recording.requests[0];
        assert_eq!((request.time, request.duration), (Some(1_767_323_045_678_000_000), Some(12_500_000)));
        assert_eq!((request.id.as_str(), request.label()), ("entry 1", "GET /v1/a".to_owned()));
    }

    #[test]
    fn no_answer_means_no_status() {
        let aborted = r#"{"request": {"method": "GET", "url": "http://a/"}, "response": {"status": 0}, "time": -1}"#;
        check(aborted, "http.response.status_code", "");
        check(aborted, "proxy.kong.latency.total", "");
    }

    #[test]
    fn a_bad_entry_does_not_lose_the_others() {
        check(
            &format!("7, {{}}, {ENTRY}"),
            "http.response.status_code",
            "503 | `log.entries[0]`: expected an object, found a number | `log.entries[1]`: `request` is missing",
        );
        let odd = r#"{"request": {"method": 1, "url": "/x"}, "startedDateTime": "yesterday"}"#;
        check(
            odd,
            "url.path",
            "\"/x\" | `log.entries[0].request.method`: expected a string, found a number | \
             `log.entries[0].startedDateTime`: expected a moment in ISO 8601, found `yesterday`",
        );
    }

    #[test]
    fn the_entries_before_a_syntax_error_are_kept() {
        let text = format!(r#"{{"log": {{"entries": [{ENTRY}, {{"#);
        let recording = read(text.as_bytes(), Format::Auto);
        assert_eq!(recording.format, Format::Har);
        assert_eq!(recording.requests.len(), 1);
        assert!(recording.problems[0].to_string().contains("this is not JSON"), "{}", recording.problems[0]);
    }

    #[test]
    fn versions_are_written_one_way() {
        for (written, expected) in
            [("HTTP/1.1", "1.1"), ("http/2.0", "2"), ("h2", "2"), ("HTTP/2", "2"), ("h3", "3"), ("HTTP/1.0", "1.0")]
        {
            assert_eq!(version(written).as_deref(), Some(expected), "{written}");
        }
        for (written, expected) in [("h2c", Some("2")), ("h3-29", Some("3")), ("", None), ("unknown", None)] {
            assert_eq!(version(written).as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn a_document_without_entries_says_so() {
        for (text, expected) in [
            ("{}", "the whole document: `log` is missing"),
            (r#"{"log": {}}"#, "the whole document: `entries` is missing"),
            (r#"{"log": []}"#, "the whole document: expected an object, found an array"),
            (r#"{"log": {"entries": 7}}"#, "the whole document: expected an array, found a number"),
        ] {
            let recording = read(text.as_bytes(), Format::Har);
            let shown: Vec<String> = recording.problems.iter().map(ToString::to_string).collect();
            assert_eq!(shown, [expected], "{text}");
        }
    }
}
