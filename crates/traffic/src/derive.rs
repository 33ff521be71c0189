//! Facts that follow from other facts: the parts of an address, the parameters of a query.
//!
//! A fact that the recording states itself is never replaced.

use crate::mapping::{self, Mapping};
use crate::raw::{RawFacts, RawValue};
use crate::url;

/// Adds what follows from the address, the target, the query and the headers.
pub(crate) fn derive(facts: &mut RawFacts, mapping: &Mapping) {
    address(facts, mapping);
    target(facts, mapping);
    let path = mapping::first_text(facts, &mapping.path).map(str::to_owned);
    if let Some(extension) = path.as_deref().and_then(url::extension) {
        mapping::set_if_absent(facts, &mapping.extension, RawValue::text(extension));
    }
    parameters(facts, mapping);
    user_agent(facts, mapping);
}

/// Scheme, host, port, path and query of the whole address.
fn address(facts: &mut RawFacts, mapping: &Mapping) {
    let Some(full) = mapping::first_text(facts, &mapping.full_address).map(str::to_owned) else { return };
    let parts = url::split(&full);
    set_text(facts, &mapping.scheme, parts.scheme);
    set_text(facts, &mapping.domain, parts.host);
    if let Some(port) = parts.port {
        mapping::set_if_absent(facts, &mapping.port, RawValue::Int(i64::from(port)));
    }
    set_text(facts, &mapping.path, parts.path);
    set_text(facts, &mapping.query, parts.query);
}

/// Path and query of the request target.
fn target(facts: &mut RawFacts, mapping: &Mapping) {
    let Some(target) = mapping::first_text(facts, &mapping.target).map(str::to_owned) else { return };
    let parts = url::split_target(&target);
    set_text(facts, &mapping.path, parts.path.filter(|path| path.starts_with('/')));
    set_text(facts, &mapping.query, parts.query);
}

/// The parameters of the query, unless the recording has some itself.
fn parameters(facts: &mut RawFacts, mapping: &Mapping) {
    let Some(family) = mapping.query_parameter.first() else { return };
    let prefix = format!("{family}.");
    if facts.iter().any(|(name, _)| name.starts_with(&prefix)) {
        return;
    }
    let Some(query) = mapping::first_text(facts, &mapping.query).map(str::to_owned) else { return };
    for (name, value) in url::parameters(&query) {
        // A name that is not text cannot be named in a rule.
        if let Ok(name) = String::from_utf8(name) {
            mapping::add_member(facts, &mapping.query_parameter, &name, RawValue::String(value.into()));
        }
    }
}

/// The user agent is the header of that name.
fn user_agent(facts: &mut RawFacts, mapping: &Mapping) {
    let Some(family) = mapping.request_header.first() else { return };
    let header = format!("{family}.user-agent");
    let value =
        facts.iter().find(|(name, _)| name.eq_ignore_ascii_case(&header)).and_then(|(_, values)| values.first());
    if let Some(value) = value.cloned() {
        mapping::set_if_absent(facts, &mapping.user_agent, value);
    }
}

fn set_text(facts: &mut RawFacts, role: &[String], text: Option<&str>) {
    if let Some(text) = text {
        mapping::set_if_absent(facts, role, RawValue::text(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &[(&str, &str)], name: &str, expected: &[&str]) {
        let mut facts = RawFacts::new();
        for (name, value) in given {
            facts.add(name, RawValue::text(value));
        }
        derive(&mut facts, &Mapping::shipped());
        let found: Vec<String> = facts.get(name).iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{name}");
    }

    #[test]
    fn the_parts_of_an_address_become_facts() {
        let address = &[("url.full", "https://shop.example/v1/a.json?x=1&x=2")];
        check(address, "url.scheme", &["\"https\""]);
        check(address, "url.domain", &["\"shop.example\""]);
        check(address, "url.port", &["443"]);
        check(address, "url.path", &["\"/v1/a.json\""]);
        check(address, "url.extension", &["\"json\""]);
        check(address, "url.query", &["\"x=1&x=2\""]);
        check(address, "url.query.x", &["\"1\"", "\"2\""]);
    }

    #[test]
    fn a_stated_fact_is_not_replaced() {
        check(&[("url.full", "http://a/b?c"), ("url.path", "/stated")], "url.path", &["\"/stated\""]);
        check(&[("url.full", "http://a/b"), ("http.path", "/stated")], "url.path", &[]);
        check(&[("url.query", "a=1"), ("url.query.a", "2")], "url.query.a", &["\"2\""]);
    }

    #[test]
    fn the_target_of_older_traces_has_path_and_query() {
        check(&[("http.target", "/a?b=c")], "url.path", &["\"/a\""]);
        check(&[("http.target", "/a?b=c")], "url.query.b", &["\"c\""]);
        check(&[("http.target", "*")], "url.path", &[]);
    }

    #[test]
    fn the_user_agent_is_its_header() {
        check(&[("http.request.header.User-Agent", "curl/8")], "user_agent.original", &["\"curl/8\""]);
    }
}
