//! OTLP/JSON: a traces document, or one document per line, to spans.
//!
//! The rules are those of OTLP 1.11.0: keys are lowerCamelCase, ids are hexadecimal, 64-bit integers are numbers or
//! text, enumerations are numbers, and unknown members are ignored.

use serde_json::Value;

use crate::attribute::{self, Attributes};
use crate::json::{self, Object, Walk};
use crate::recording::{Place, ProblemKind, Problems};

/// The member that makes a document one of traces.
pub(crate) const RESOURCE_SPANS: &str = "resourceSpans";

/// `SPAN_KIND_SERVER`.
const KIND_SERVER: i64 = 2;

/// The spans of a recording, with the attributes of the resources that emitted them.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    pub(crate) resources: Vec<Attributes>,
    pub(crate) spans: Vec<Span>,
}

/// One span.
#[derive(Debug)]
pub(crate) struct Span {
    pub(crate) place: Place,
    pub(crate) trace: String,
    /// The id of the span; empty where it has none.
    pub(crate) id: String,
    /// The id of its parent, where it has one.
    pub(crate) parent: Option<String>,
    pub(crate) name: String,
    pub(crate) is_server: bool,
    /// Nanoseconds since 1970.
    pub(crate) start: Option<i64>,
    pub(crate) end: Option<i64>,
    pub(crate) trace_state: Option<String>,
    /// The code and the text of its status.
    pub(crate) status: (i64, Option<String>),
    pub(crate) attributes: Attributes,
    /// The attributes of each of its events.
    pub(crate) events: Vec<Attributes>,
    /// The index of its resource.
    pub(crate) resource: usize,
}

/// Reads a whole document.
pub(crate) fn read_document(text: &str, into: &mut Spans, problems: &mut Problems) {
    let path: &'static [&'static str] = &[RESOURCE_SPANS];
    let top = Place::default().at(RESOURCE_SPANS);
    let mut visit = |index, element: Value| read_resource(&element, top.element(index), into, problems);
    match json::each_element(text, path, &mut visit) {
        Ok(Walk::Found) => {}
        Ok(Walk::Missing(member)) => problems.report(&Place::default(), ProblemKind::Missing(member)),
        Ok(Walk::WrongType { expected, found }) => {
            problems.report(&Place::default(), ProblemKind::WrongType { expected, found });
        }
        Err(error) => problems.report(&json::place_of(&error), json::not_json(&error)),
    }
}

/// Reads a line that is a document of its own.
pub(crate) fn read_line(text: &str, line: usize, into: &mut Spans, problems: &mut Problems) {
    let place = Place::line(line);
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            let column = (error.column() > 0).then(|| error.column());
            return problems.report(&Place { column, ..place }, json::not_json(&error));
        }
    };
    let Some(document) = Object::new(&value, place, problems) else { return };
    if document.required(RESOURCE_SPANS, problems).is_none() {
        return;
    }
    for (element, place) in document.array(RESOURCE_SPANS, problems) {
        read_resource(element, place, into, problems);
    }
}

/// Reads the spans of one resource.
fn read_resource(value: &Value, place: Place, into: &mut Spans, problems: &mut Problems) {
    let Some(resource_spans) = Object::new(value, place, problems) else { return };
    let resource = match resource_spans.optional("resource") {
        Some(_) => resource_spans.object("resource", problems).map(|resource| attribute::read(&resource, problems)),
        None => None,
    };
    let index = into.resources.len();
    into.resources.push(resource.unwrap_or_default());
    for (scope, place) in resource_spans.array("scopeSpans", problems) {
        let Some(scope) = Object::new(scope, place, problems) else { continue };
        for (span, place) in scope.array("spans", problems) {
            let Some(span) = Object::new(span, place, problems) else { continue };
            into.spans.extend(read_span(&span, index, problems));
        }
    }
}

/// Reads one span; none where it does not say to which trace it belongs.
fn read_span(span: &Object<'_>, resource: usize, problems: &mut Problems) -> Option<Span> {
    span.required("traceId", problems)?;
    let trace = id(span, "traceId", 32, problems)?;
    let mut events = Vec::new();
    for (event, place) in span.array("events", problems) {
        let Some(event) = Object::new(event, place, problems) else { continue };
        events.push(attribute::read(&event, problems));
    }
    let status = match span.optional("status") {
        Some(_) => span.object("status", problems),
        None => None,
    };
    let status = status.map_or((0, None), |status| {
        let code = status.integer("code", problems).unwrap_or(0);
        (code, non_empty(status.text("message", problems)))
    });
    Some(Span {
        place: span.place().clone(),
        trace,
        id: id(span, "spanId", 16, problems).unwrap_or_default(),
        parent: id(span, "parentSpanId", 16, problems),
        name: span.text("name", problems).unwrap_or_default().to_owned(),
        is_server: span.integer("kind", problems) == Some(KIND_SERVER),
        start: span.integer("startTimeUnixNano", problems).filter(|&time| time != 0),
        end: span.integer("endTimeUnixNano", problems).filter(|&time| time != 0),
        trace_state: non_empty(span.text("traceState", problems)),
        status,
        attributes: attribute::read(span, problems),
        events,
        resource,
    })
}

/// An id in lower case; another length or alphabet is reported but still tells spans apart.
fn id(span: &Object<'_>, name: &'static str, n_digits: usize, problems: &mut Problems) -> Option<String> {
    let text = span.text(name, problems).filter(|text| !text.is_empty())?;
    if text.len() != n_digits || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let expected = if n_digits == 32 { "32 hexadecimal digits" } else { "16 hexadecimal digits" };
        problems.report(&span.place().at(name), ProblemKind::Malformed { expected, found: json::shortened(text) });
        return Some(text.to_owned());
    }
    Some(text.to_ascii_lowercase())
}

fn non_empty(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}
