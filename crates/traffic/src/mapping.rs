//! Which fact a piece of a recording becomes: data, in `mapping.json`.
//!
//! Every role has a list of names.
//! A reader writes the first one; where it only looks, it takes the first of the list that is there.

use serde::Deserialize;
use tamis_lang::sampling::{Randomness, TraceState, trace_of_parent};

use crate::raw::{RawFacts, RawValue};

/// The names under which the readers write facts.
///
/// The names of a role are one and the same fact in several vocabularies, the one to write first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The request method.
    pub method: Vec<String>,
    /// The whole address.
    pub full_address: Vec<String>,
    /// The scheme of the address.
    pub scheme: Vec<String>,
    /// The host of the address.
    pub domain: Vec<String>,
    /// The host that the request is for.
    pub host: Vec<String>,
    /// The port of the address.
    pub port: Vec<String>,
    /// The path of the address, without the query.
    pub path: Vec<String>,
    /// The query of the address, without the question mark.
    pub query: Vec<String>,
    /// The family of decoded query parameters.
    pub query_parameter: Vec<String>,
    /// Path and query in one.
    pub target: Vec<String>,
    /// The ending of the path.
    pub extension: Vec<String>,
    /// The family of request headers.
    pub request_header: Vec<String>,
    /// The family of response headers.
    pub response_header: Vec<String>,
    /// The header with the trace id.
    pub trace_parent: Vec<String>,
    /// The header with the trace's state.
    pub trace_state: Vec<String>,
    /// The user agent.
    pub user_agent: Vec<String>,
    /// The name of the protocol.
    pub protocol_name: Vec<String>,
    /// The version of the protocol.
    pub protocol_version: Vec<String>,
    /// The address that accepted the request.
    pub server_address: Vec<String>,
    /// The port that accepted the request.
    pub server_port: Vec<String>,
    /// The status of the answer.
    pub status: Vec<String>,
    /// How long the request took.
    pub total_duration: Vec<String>,
    /// Bytes of the request, headers and body.
    pub request_size: Vec<String>,
    /// Bytes of the request body.
    pub request_body_size: Vec<String>,
    /// Bytes of the answer, headers and body.
    pub response_size: Vec<String>,
    /// Bytes of the answer's body.
    pub response_body_size: Vec<String>,
    /// Whether a span ended well.
    pub span_status: Vec<String>,
    /// What a span says about its end.
    pub span_status_text: Vec<String>,
}

impl Mapping {
    /// The mapping that comes with this crate: OpenTelemetry's names, and the gateway's where those have none.
    #[must_use]
    pub fn shipped() -> Self {
        // A test holds the file to its form, so the default (no names, so nothing is derived) never shows.
        serde_json::from_str(include_str!("mapping.json")).unwrap_or_default()
    }
}

/// The trace id and the trace's state, as the headers of a request have them.
pub(crate) fn trace(facts: &RawFacts, mapping: &Mapping) -> (Option<String>, Option<String>) {
    let parent = first_text(facts, &mapping.trace_parent);
    let id = parent.and_then(trace_of_parent).map(|id| format!("{id:032x}"));
    // Without its parent a state means nothing.
    let state = first_text(facts, &mapping.trace_state).filter(|_| id.is_some());
    (id, state.map(str::to_owned))
}

/// What decides whether a request with these facts is in a share, and what earlier samplers said, as its headers have it.
///
/// ```
/// let facts = r#"{"http.request.header.traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}"#;
/// let (facts, _) = tamis_traffic::facts_from_json(facts);
/// let (randomness, state) = tamis_traffic::trace_of(&facts, &tamis_traffic::Mapping::shipped()).unwrap();
/// assert_eq!(randomness.to_string(), "ce929d0e0e4736");
/// assert_eq!(state.threshold, None);
/// ```
#[must_use]
pub fn trace_of(facts: &RawFacts, mapping: &Mapping) -> Option<(Randomness, TraceState)> {
    let (id, state) = trace(facts, mapping);
    let id = u128::from_str_radix(&id?, 16).ok()?;
    let state = TraceState::read(&state.unwrap_or_default());
    Some((state.randomness(id), state))
}

/// Writes a fact under the name of its role.
pub(crate) fn set(facts: &mut RawFacts, role: &[String], value: RawValue) {
    if let Some(name) = role.first() {
        facts.add(name, value);
    }
}

/// Writes a fact under the name of its role, unless the role already has a value.
pub(crate) fn set_if_absent(facts: &mut RawFacts, role: &[String], value: RawValue) {
    if !role.iter().any(|name| facts.contains(name)) {
        set(facts, role, value);
    }
}

/// Writes a member of a family.
pub(crate) fn add_member(facts: &mut RawFacts, family: &[String], key: &str, value: RawValue) {
    if let Some(prefix) = family.first() {
        facts.add(&format!("{prefix}.{key}"), value);
    }
}

/// The first value of a role.
pub(crate) fn first<'f>(facts: &'f RawFacts, role: &[String]) -> Option<&'f RawValue> {
    role.iter().find_map(|name| facts.get(name).first())
}

/// The first value of a role, where it is text.
pub(crate) fn first_text<'f>(facts: &'f RawFacts, role: &[String]) -> Option<&'f str> {
    first(facts, role).and_then(RawValue::as_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_mapping_has_a_name_for_every_role() {
        let mapping: Mapping = serde_json::from_str(include_str!("mapping.json")).unwrap();
        assert_eq!(mapping, Mapping::shipped());
        let roles: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(include_str!("mapping.json")).unwrap();
        for (role, names) in roles {
            assert!(names.as_array().is_some_and(|names| !names.is_empty()), "{role}");
        }
    }

    #[test]
    fn every_name_that_is_written_is_a_field() {
        use tamis_lang::catalog::{Catalog, Resolution};

        let kong = Catalog::shipped("kong").unwrap();
        let roles: std::collections::BTreeMap<String, Vec<String>> =
            serde_json::from_str(include_str!("mapping.json")).unwrap();
        for (role, names) in roles {
            let found = kong.resolve(&names[0], None);
            let is_field = matches!(found, Resolution::Field { .. } | Resolution::FamilyWithoutKey(_));
            assert!(is_field, "{role}: {}", names[0]);
        }
    }
}
