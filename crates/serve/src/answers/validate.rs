//! `POST /v1/validate`: what `tamis validate --format json` prints.

use serde::Deserialize;
use serde_json::value::RawValue;
use tamis_validator::to_json;

use crate::problem::{Kind, Problem};
use crate::request;
use crate::service::Inner;

/// The parts of a request; what is within them is judged by the validator, at its place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request<'a> {
    #[serde(borrow)]
    session: &'a RawValue,
    #[serde(borrow, default, deserialize_with = "request::some")]
    fleet: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "request::some")]
    entities: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "request::some")]
    traffic: Option<&'a RawValue>,
}

/// Validates a session.
pub(crate) fn answer(service: &Inner, body: &[u8]) -> Result<String, Problem> {
    let Request { session, fleet, entities, traffic } = request::read(body)?;
    let parts = [
        ("session", Some(session), "{\""),
        ("fleet", fleet, "{[\""),
        ("entities", entities, "{\""),
        ("traffic", traffic, "{[\""),
    ];
    for (name, value, starts) in parts {
        if let Some(value) = value.filter(|value| !value.get().starts_with(|first| starts.contains(first))) {
            return Err(wrong(name, starts, value.get()));
        }
    }
    // It was read as JSON above, so it is UTF-8.
    let body = std::str::from_utf8(body).unwrap_or_default();
    Ok(to_json(&[service.validator.validate_body(body)], &[]))
}

/// A part that can be no document.
fn wrong(name: &str, starts: &str, found: &str) -> Problem {
    let expected = if starts.contains('[') { "an object, an array or a text" } else { "an object or a text" };
    let found = match found.as_bytes().first() {
        Some(b'[') => "an array",
        Some(b'n') => "null",
        Some(b't' | b'f') => "a boolean",
        _ => "a number",
    };
    Problem::new(Kind::WrongShape, format!("`{name}`: expected {expected}, found {found}"))
}
