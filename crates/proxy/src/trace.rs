//! From a recording to the spans and logs of OTLP.
//!
//! The trace says of the request exactly what the rules saw of it, secrets aside; so a rule that captured it matches the
//! recording too.

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status, span::SpanKind};
use tamis_gateway::{Capture, Entry, Exchange, Observed, Redaction, RequestHead, Source, Vocabulary};
use tamis_lang::value::Value;

use crate::clock::Clock;
use crate::export::Captured;
use crate::recording::{self, Recording};

/// The name of the root span.
const ROOT: &str = "kong";
/// In the table of fields: every span of a plugin.
const PLUGIN: &str = "plugin";
/// In the table of fields: the resource of a trace.
const RESOURCE: &str = "resource";
/// Bits of a span's flags: it is known whether the parent is remote, and it is.
const PARENT_IS_REMOTE: u32 = 0x300;
const PARENT_IS_LOCAL: u32 = 0x100;
/// `ERROR` and its number in a log.
const SEVERITY: (&str, i32) = ("ERROR", 17);
/// The status of a span that failed.
const ERROR: i32 = 2;

/// What does not change from trace to trace.
pub(crate) struct Tracer {
    pub(crate) clock: Clock,
    pub(crate) redaction: Redaction,
}

/// A request that is over.
pub(crate) struct Finished<'a> {
    pub(crate) recording: &'a Recording,
    pub(crate) exchange: &'a Exchange<'a>,
    pub(crate) request: RequestHead<'a>,
    pub(crate) capture: &'a Capture,
    pub(crate) vocabulary: &'a Vocabulary,
    pub(crate) ended: u64,
}

impl Tracer {
    /// The trace of a request, and its log where something went wrong.
    pub(crate) fn captured(&self, finished: &Finished<'_>) -> Captured {
        let recording = finished.recording;
        let state = recording.context.trace_state(finished.request.headers, finished.capture.weight);
        let trace = recording.context.trace().to_be_bytes().to_vec();
        let mut spans = vec![self.root(finished, &trace, &state)];
        spans.extend(recording.spans.iter().map(|span| self.part(span, finished, &trace, &state)));
        let resource = Resource { attributes: self.attributes(finished, Some(RESOURCE)), ..Resource::default() };
        let scope = InstrumentationScope {
            name: "tamis-gateway".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            attributes: sessions(finished.capture),
            dropped_attributes_count: 0,
        };
        let logs = (!recording.errors.is_empty()).then(|| ResourceLogs {
            resource: Some(resource.clone()),
            scope_logs: vec![ScopeLogs {
                scope: Some(scope.clone()),
                log_records: recording.errors.iter().map(|error| self.log(error, recording, &trace)).collect(),
                schema_url: String::new(),
            }],
            schema_url: String::new(),
        });
        let scope_spans = vec![ScopeSpans { scope: Some(scope), spans, schema_url: String::new() }];
        let spans = ResourceSpans { resource: Some(resource), scope_spans, schema_url: String::new() };
        Captured { spans, logs }
    }

    fn root(&self, finished: &Finished<'_>, trace: &[u8], state: &str) -> Span {
        let recording = finished.recording;
        let parent = recording.context.parent_span();
        let failed = matches!(finished.exchange.value(Source::SpanStatus), Some(Value::String(b"ERROR")));
        Span {
            trace_id: trace.to_vec(),
            span_id: recording.root.to_be_bytes().to_vec(),
            trace_state: state.to_owned(),
            parent_span_id: parent.map(|parent| parent.to_be_bytes().to_vec()).unwrap_or_default(),
            flags: u32::from(recording.context.flags() | 1) | PARENT_IS_REMOTE,
            name: ROOT.to_owned(),
            kind: SpanKind::Server as i32,
            start_time_unix_nano: self.clock.wall(recording.began),
            end_time_unix_nano: self.clock.wall(finished.ended),
            attributes: self.attributes(finished, None),
            status: failed.then(|| Status { message: String::new(), code: ERROR }),
            ..Span::default()
        }
    }

    fn part(&self, span: &recording::Span, finished: &Finished<'_>, trace: &[u8], state: &str) -> Span {
        let name = match span.plugin {
            Some(plugin) => format!("{}.{plugin}", span.name),
            None => span.name.to_owned(),
        };
        let recording = finished.recording;
        let parent = if span.parent == 0 { recording.root } else { span.parent };
        let kind = if span.name.ends_with("find_upstream") { SpanKind::Client } else { SpanKind::Internal };
        let table = if span.plugin.is_some() { PLUGIN } else { span.name };
        let carried = finished.vocabulary.entries().iter().filter(|entry| entry.span == Some(table));
        let mut attributes = Vec::new();
        for entry in carried {
            if !entry.source.is_repeated() {
                attributes.extend(self.single(entry, finished));
                continue;
            }
            let own =
                recording.observations.added(span.own.clone()).iter().filter(|(source, _)| *source == entry.source);
            attributes.extend(own.map(|(_, value)| key_value(&entry.field, of_value(&value.as_value(), entry.scale))));
        }
        Span {
            trace_id: trace.to_vec(),
            span_id: span.id.to_be_bytes().to_vec(),
            trace_state: state.to_owned(),
            parent_span_id: parent.to_be_bytes().to_vec(),
            flags: u32::from(recording.context.flags() | 1) | PARENT_IS_LOCAL,
            name,
            kind: kind as i32,
            start_time_unix_nano: self.clock.wall(span.start),
            end_time_unix_nano: self.clock.wall(span.end),
            attributes,
            status: span.is_error.then(|| Status { message: String::new(), code: ERROR }),
            ..Span::default()
        }
    }

    /// The attributes of the root span, or of the resource.
    fn attributes(&self, finished: &Finished<'_>, place: Option<&str>) -> Vec<KeyValue> {
        let mut attributes = Vec::with_capacity(64);
        let entries = finished.vocabulary.entries().iter().filter(|entry| entry.span == place);
        for entry in entries {
            match entry.source {
                Source::RequestHeader => self.headers(&entry.field, finished.request.headers, &mut attributes),
                Source::ResponseHeader => {
                    if let Some(headers) = &finished.recording.response {
                        self.headers(&entry.field, headers, &mut attributes);
                    }
                }
                // It follows from the query.
                Source::UrlParameter => {}
                source if source.is_repeated() => {
                    let values: Vec<&Observed> = finished.recording.observations.all(source).collect();
                    let values = values.iter().map(|value| of_value(&value.as_value(), entry.scale));
                    attributes.extend(several(&entry.field, values.collect()));
                }
                _ => attributes.extend(self.single(entry, finished)),
            }
        }
        attributes
    }

    fn single(&self, entry: &Entry, finished: &Finished<'_>) -> Option<KeyValue> {
        let value = finished.exchange.value(entry.source)?;
        let Value::String(bytes) = value else { return Some(key_value(&entry.field, of_value(&value, entry.scale))) };
        let text = std::str::from_utf8(bytes);
        let shown = match (entry.source, text) {
            (Source::UrlQuery, Ok(query)) => text_of(self.redaction.query(query).as_bytes()),
            (Source::UserAgent, _) => text_of(&self.redaction.header("user-agent", bytes)),
            _ => text_of(bytes),
        };
        Some(key_value(&entry.field, shown))
    }

    fn headers(&self, family: &str, headers: &http::HeaderMap, attributes: &mut Vec<KeyValue>) {
        for name in headers.keys() {
            let values = headers.get_all(name).iter();
            let values = values.map(|value| text_of(&self.redaction.header(name.as_str(), value.as_bytes())));
            attributes.extend(several(&format!("{family}.{name}"), values.collect()));
        }
    }

    fn log(&self, (at, text): &(u64, String), recording: &Recording, trace: &[u8]) -> LogRecord {
        LogRecord {
            time_unix_nano: self.clock.wall(*at),
            observed_time_unix_nano: self.clock.wall(*at),
            severity_number: SEVERITY.1,
            severity_text: SEVERITY.0.to_owned(),
            body: Some(AnyValue { value: Some(Any::StringValue(text.clone())) }),
            trace_id: trace.to_vec(),
            span_id: recording.root.to_be_bytes().to_vec(),
            ..LogRecord::default()
        }
    }
}

/// Which sessions captured the request, as attributes of the scope: the request itself does not change by it.
fn sessions(capture: &Capture) -> Vec<KeyValue> {
    let text = |text: &str| Any::StringValue(text.to_owned());
    let names = capture.sessions.iter().map(|session| text(session.name())).collect();
    let rules = capture.sessions.iter().map(|session| text(session.rule())).collect();
    [several("tamis.session.name", names), several("tamis.session.rule", rules)].into_iter().flatten().collect()
}

fn key_value(key: &str, value: Any) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

/// One value as it is, several as a list, none not at all.
fn several(key: &str, values: Vec<Any>) -> Option<KeyValue> {
    let mut values = values;
    match values.len() {
        0 => None,
        1 => values.pop().map(|value| key_value(key, value)),
        _ => {
            let values = values.into_iter().map(|value| AnyValue { value: Some(value) }).collect();
            Some(key_value(key, Any::ArrayValue(ArrayValue { values })))
        }
    }
}

/// Text where it is text, bytes where it is not.
fn text_of(bytes: &[u8]) -> Any {
    match std::str::from_utf8(bytes) {
        Ok(text) => Any::StringValue(text.to_owned()),
        Err(_) => Any::BytesValue(bytes.to_vec()),
    }
}

/// A value as an attribute; times and sizes are numbers in the unit of their field.
fn of_value(value: &Value<'_>, scale: i64) -> Any {
    match value {
        Value::Bool(bool) => Any::BoolValue(*bool),
        Value::Int(number) => Any::IntValue(*number),
        Value::Float(number) => Any::DoubleValue(*number),
        Value::String(bytes) => text_of(bytes),
        Value::Ip(address) => Any::StringValue(address.to_string()),
        Value::Network(network) => Any::StringValue(network.to_string()),
        Value::Size(bytes) if scale == 1 => Any::IntValue(*bytes),
        #[expect(clippy::cast_precision_loss, reason = "a trace has doubles; microseconds of a century fit")]
        Value::Duration(amount) | Value::Size(amount) => Any::DoubleValue(*amount as f64 / scale as f64),
    }
}
