//! No bytes make a reader panic, and what stands before a break is kept.

use tamis_traffic::{Format, read};

const FORMATS: [Format; 4] = [Format::Auto, Format::Otlp, Format::Har, Format::Facts];

const OTLP: &str = r#"{"resourceSpans": [{"resource": {"attributes": [{"key": "a", "value": {"stringValue": "x"}}]},
  "scopeSpans": [{"spans": [{"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331", "kind": 2,
    "startTimeUnixNano": "1", "endTimeUnixNano": 3, "name": "n", "status": {"code": 2, "message": "m"},
    "events": [{"attributes": []}], "attributes": [
      {"key": "url.full", "value": {"stringValue": "http://[::1]:80/a.b?c=%41&d"}},
      {"key": "list", "value": {"arrayValue": {"values": [{"intValue": "-1"}, {"doubleValue": 1e9}]}}},
      {"key": "pairs", "value": {"kvlistValue": {"values": [{"key": "b", "value": {"bytesValue": "AAE="}}]}}}]},
    {"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203332", "parentSpanId": "b7ad6b7169203331"}
  ]}]}]}"#;

const HAR: &str = r#"{"log": {"version": "1.2", "entries": [{"startedDateTime": "2026-01-02T03:04:05.678+01:00",
  "time": 12.5, "request": {"method": "GET", "url": "http://a.example:8/b?c", "httpVersion": "h2", "headersSize": -1,
    "bodySize": 0, "headers": [{"name": "A", "value": "b"}]}, "response": {"status": 200, "headers": []},
  "serverIPAddress": "[::1]"}]}}"#;

const FACTS: &str = "{\"a\": [1, 0.5, null, \"x\"], \"b\": true}\n{\"http.request.method\": \"GET\"}\n";

/// Reads the bytes in every format, and shows everything that came out.
fn survive(bytes: &[u8]) {
    for format in FORMATS {
        let recording = read(bytes, format);
        for request in &recording.requests {
            assert!(!request.label().is_empty() || request.id.is_empty());
        }
        for problem in &recording.problems {
            assert!(!problem.to_string().is_empty());
        }
    }
}

/// A small generator of numbers, so that a failure happens again.
struct Numbers(u32);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize % end.max(1)
    }
}

#[test]
fn a_document_may_break_off_anywhere() {
    for document in [OTLP, HAR, FACTS] {
        for end in 0..document.len() {
            survive(&document.as_bytes()[..end]);
        }
    }
}

#[test]
fn any_byte_may_be_another() {
    let mut numbers = Numbers(0x9E37_79B9);
    let interesting = b"\"{}[]:,\\0-9eE.tfn\n \xff\x00u";
    for document in [OTLP, HAR, FACTS] {
        for _ in 0..3_000 {
            let mut bytes = document.as_bytes().to_vec();
            for _ in 0..=numbers.below(4) {
                let at = numbers.below(bytes.len());
                bytes[at] = interesting[numbers.below(interesting.len())];
            }
            survive(&bytes);
        }
    }
}

#[test]
fn a_recording_may_be_damaged_anywhere() {
    const RECORDED: [&[u8]; 2] = [
        include_bytes!("../../../corpus/traffic/gateway.otlp.json"),
        include_bytes!("../../../corpus/traffic/browser.har"),
    ];
    let mut numbers = Numbers(0xA076_1D64);
    for recording in RECORDED {
        for _ in 0..150 {
            // The beginning is as good as the whole, and sooner read.
            let mut bytes = recording[..numbers.below(20_000)].to_vec();
            for _ in 0..numbers.below(20) {
                let at = numbers.below(bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << numbers.below(8);
                }
            }
            survive(&bytes);
        }
    }
}

#[test]
fn any_piece_may_stand_anywhere() {
    let mut numbers = Numbers(0xD1B5_4A32);
    for document in [OTLP, HAR, FACTS] {
        for _ in 0..2_000 {
            let bytes = document.as_bytes();
            let (a, b) = (numbers.below(bytes.len()), numbers.below(bytes.len()));
            let (start, end) = (a.min(b), a.max(b));
            let mut twice = bytes[..end].to_vec();
            twice.extend_from_slice(&bytes[start..]);
            survive(&twice);
        }
    }
}

#[test]
fn deep_nesting_is_a_problem_and_no_more() {
    let deep = 200_000;
    for (before, after) in [
        ("", ""),
        ("{\"log\": {\"entries\": ", "}}"),
        ("{\"log\": ", "}"),
        ("{\"resourceSpans\": ", "}"),
        ("{\"other\": ", ", \"resourceSpans\": []}"),
        ("{\"a\": ", "}"),
    ] {
        let text = format!("{before}{}{}{after}", "[".repeat(deep), "]".repeat(deep));
        survive(text.as_bytes());
        let text = format!("{before}{}1{}{after}", "{\"a\":".repeat(deep), "}".repeat(deep));
        survive(text.as_bytes());
    }
}

#[test]
fn a_long_chain_of_spans_is_read_in_linear_time() {
    let n_spans = 100_000;
    let spans: Vec<String> = (1..=n_spans)
        .map(|id| format!(r#"{{"traceId": "{:032x}", "spanId": "{id:016x}", "parentSpanId": "{:016x}"}}"#, 1, id - 1))
        .collect();
    let text = format!(r#"{{"resourceSpans": [{{"scopeSpans": [{{"spans": [{}]}}]}}]}}"#, spans.join(","));
    let recording = read(text.as_bytes(), Format::Auto);
    assert_eq!(recording.requests.len(), 1);
    assert_eq!(recording.requests[0].facts.parts().len(), n_spans - 1);
}
