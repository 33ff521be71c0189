//! Which texts of a document are rules.

use crate::document::{Document, Node, Syntax, Value};
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

/// What stands for a text that is not there yet: a letter that needs no escape in any style.
const LETTER: char = 'x';

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

/// The rule that somebody writes at an offset, also where nothing of it is there yet, or only blanks follow it.
///
/// A document says nothing of the text behind `sampling_rule:` until there is some, and a scalar without quotes ends
/// before its last blanks; both are read here as if a letter stood at the offset.
///
/// ```
/// use tamis_embedded::{Syntax, find_at};
/// let empty = find_at("sampling_rule: \n", Syntax::Yaml, 15).unwrap().rule;
/// assert_eq!((empty.text.as_str(), empty.to_text(15)), ("", Some(0)));
/// let open = find_at("sampling_rule: try_count == \n", Syntax::Yaml, 28).unwrap().rule;
/// assert_eq!((open.text.as_str(), open.to_text(28)), ("try_count == ", Some(13)));
/// assert!(find_at("name: \n", Syntax::Yaml, 6).is_none());
/// ```
#[must_use]
pub fn find_at(text: &str, syntax: Syntax, offset: u32) -> Option<Found> {
    let (before, behind) = text.split_at_checked(offset as usize)?;
    let with_letter = format!("{before}{LETTER}{behind}");
    let found = find(&Document::read(&with_letter, syntax));
    found.into_iter().find_map(|Found { language, rule }| {
        let place = rule.to_text(offset)?;
        let is_there = rule.text.get(place as usize..).is_some_and(|rest| rest.starts_with(LETTER));
        Some(Found { language, rule: is_there.then(|| rule.without_letter(place, offset)).flatten()? })
    })
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
    use tamis_lang::span::Span;

    use super::*;

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

    /// The cursor is where `$0` stands; the text has to be the wanted one, with the cursor in its place.
    #[track_caller]
    fn check_at(marked: &str, expected: Option<&str>) {
        let at = marked.find("$0").unwrap();
        let text = marked.replace("$0", "");
        let offset = u32::try_from(at).unwrap();
        let found = find_at(&text, Syntax::of_text(&text), offset).map(|found| {
            let place = found.rule.to_text(offset).unwrap() as usize;
            assert_eq!(found.rule.to_document(Span::at(u32::try_from(place).unwrap())), Span::at(offset), "{marked:?}");
            let mut said = found.rule.text.clone();
            said.insert_str(place, "$0");
            said
        });
        assert_eq!(found.as_deref(), expected, "{marked:?}");
    }

    #[test]
    fn a_rule_that_is_not_there_yet_is_found() {
        for (marked, expected) in [
            ("sampling_rule: $0\nx: 1\n", "$0"),
            ("sampling_rule: $0", "$0"),
            ("sampling_rule: '$0'\n", "$0"),
            ("sampling_rule: \"$0\"\n", "$0"),
            ("{\"sampling_rule\": \"$0\"}", "$0"),
            ("- sampling_rule: $0\n  name: a\n", "$0"),
            ("sampling_rule:\n  $0\nx: 1\n", "$0"),
            ("sampling_rule: |\n  $0\nx: 1\n", "$0\n"),
            ("sampling_rule: >-\n  $0", "$0"),
            ("sampling_rule: |\n  a == 1\n  $0\n", "a == 1\n$0\n"),
            ("sampling_rule: >\n  a == 1\n  && $0\n", "a == 1 && $0\n"),
            ("sampling_rule: a == $0\nx: 1\n", "a == $0"),
            ("sampling_rule: a == $0 # why\n", "a == $0"),
            ("- {sampling_rule: a == $0, x: 1}", "a == $0"),
            ("routes:\n- expression: $0\n", "$0"),
        ] {
            check_at(marked, Some(expected));
        }
    }

    #[test]
    fn what_is_written_beside_a_rule_is_none() {
        for marked in
            ["$0", "name: $0\n", "sampling_rule:$0\n", "sampling_rule: a\n$0", "$0sampling_rule: a\n", "a: é$0"]
        {
            check_at(marked, None);
        }
        assert!(find_at("é", Syntax::Yaml, 1).is_none(), "within a character");
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
