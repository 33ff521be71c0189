//! Which texts of a document are rules.

use crate::document::{Document, Node, Value};
use crate::embedded::Embedded;

/// A rule within a document.
#[derive(Clone, Debug)]
pub struct Found {
    /// In which language it is.
    pub language: Language,
    /// The rule with its place.
    pub rule: Embedded,
}

/// The language of a rule within a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// A sampling rule: the value of a key `sampling_rule`.
    Sampling,
    /// An expression of Kong's router: the value of a key `expression` of a Route.
    Router,
}

/// The key of a sampling rule, wherever it stands.
const SAMPLING: &str = "sampling_rule";
/// The key of an expression of Kong's router.
const ROUTER: &str = "expression";
/// The key of the Routes of a Kong configuration.
const ROUTES: &str = "routes";

/// The rules of a document, in the order of the text.
///
/// ```
/// use tamis_embedded::{Document, Language, Syntax, find};
/// let deck = "_format_version: '3.0'\nroutes:\n- name: a\n  expression: 'http.path ^= \"/v1\"'\n";
/// let found = find(&Document::read(deck, Syntax::Yaml));
/// assert_eq!((found[0].language, found[0].rule.text.as_str()), (Language::Router, "http.path ^= \"/v1\""));
/// ```
#[must_use]
pub fn find(document: &Document<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for entry in document.nodes().filter(|node| is_here(*node)).flat_map(Node::entries) {
        match entry.key.scalar() {
            Some(SAMPLING) => found.extend(rule(Language::Sampling, entry.value)),
            Some(ROUTES) => {
                let expressions = entry.value.items().filter(|route| is_here(*route)).filter_map(|it| it.entry(ROUTER));
                found.extend(expressions.filter_map(|entry| rule(Language::Router, entry.value)));
            }
            _ => {}
        }
    }
    found.sort_by_key(|found| found.rule.span.start);
    found.dedup_by_key(|found| found.rule.span.start);
    found
}

/// Whether a value is a mapping that is written in its own place, and not an alias for one elsewhere.
fn is_here(node: Node<'_>) -> bool {
    node.value() == Value::Map && !node.is_alias()
}

fn rule(language: Language, node: Node<'_>) -> Option<Found> {
    Some(Found { language, rule: node.embedded()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Syntax;

    #[track_caller]
    fn check(text: &str, expected: &[(Language, &str)]) {
        let document = Document::read(text, Syntax::of_text(text));
        let found = find(&document);
        let found: Vec<(Language, &str)> = found.iter().map(|it| (it.language, it.rule.text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn rules_are_found_at_any_depth() {
        check("sessions:\n- sampling_rule: a == 1\n- sampling_rule: ~\n", &[(Language::Sampling, "a == 1")]);
        check("{\"session\": {\"sampling_rule\": \"a\"}}", &[(Language::Sampling, "a")]);
        check(
            "sampling_rule: true\n---\nsampling_rule: 'b'\n",
            &[(Language::Sampling, "true"), (Language::Sampling, "b")],
        );
    }

    #[test]
    fn an_expression_is_a_rule_of_a_route_only() {
        check("plugins:\n- config: {expression: a}\n", &[]);
        check("services:\n- routes:\n  - expression: a\n", &[(Language::Router, "a")]);
    }

    #[test]
    fn a_rule_behind_an_alias_is_found_once() {
        check("routes:\n- &r {expression: a}\n- *r\n", &[(Language::Router, "a")]);
    }
}
