//! Elements that are in a set twice.

use std::collections::HashMap;
use std::net::IpAddr;

use ipnet::IpNet;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix, Severity};
use tamis_lang::span::Span;
use tamis_lang::value::Constant;
use tamis_syntax::tree::{NodeId, NodeKind};

use crate::check::Checker;

/// A constant that can be looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key<'a> {
    Bool(bool),
    Int(i64),
    Float(u64),
    Text(&'a [u8]),
    Ip(IpAddr),
    Network(IpNet),
    Duration(i64),
    Size(i64),
}

impl<'a> Key<'a> {
    fn of(constant: &'a Constant) -> Self {
        match constant {
            Constant::Bool(b) => Self::Bool(*b),
            Constant::Int(n) => Self::Int(*n),
            Constant::Float(x) => Self::Float(x.to_bits()),
            Constant::String(bytes) => Self::Text(bytes),
            Constant::Ip(ip) => Self::Ip(*ip),
            Constant::Network(network) => Self::Network(*network),
            Constant::Duration(n) => Self::Duration(*n),
            Constant::Size(n) => Self::Size(*n),
        }
    }
}

pub(super) fn check(checker: &mut Checker<'_>, elements: &[NodeId]) {
    if elements.len() < 2 {
        return;
    }
    let tree = checker.tree;
    let mut seen: HashMap<(Key<'_>, Option<Key<'_>>), NodeId> = HashMap::with_capacity(elements.len());
    for (place, element) in elements.iter().enumerate() {
        let node = tree.without_groups(*element);
        let constant = |node: NodeId| checker.constant(tree.without_groups(node)).map(Key::of);
        let key = match tree.kind(node) {
            NodeKind::Range { low, high } => constant(*low).zip(constant(*high)).map(|(low, high)| (low, Some(high))),
            _ => constant(node).map(|key| (key, None)),
        };
        let Some(key) = key else { continue };
        let Some(&first) = seen.get(&key) else {
            seen.insert(key, node);
            continue;
        };
        let before = place.checked_sub(1).and_then(|before| elements.get(before));
        checker.report(Severity::Warning, |checker| {
            let message = format!("{} is in the set twice", checker.quote(*element));
            let span = checker.span(*element);
            let from = before.map_or(span.start, |before| checker.span(*before).end);
            Diagnostic::new(Code::DuplicateElement, span, message)
                .label(checker.span(first), "the first time")
                .fix(Fix::delete("remove it", Span::new(from, span.end)))
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_code, check_without};
    use expect_test::expect;
    use tamis_lang::code::Code;

    #[test]
    fn an_element_is_there_once() {
        check_code(
            Code::DuplicateElement,
            &[
                "http.response.status_code in [500, 502, 500]",
                "http.response.status_code in [500..504, 500..504, 0x1F4]",
                r#"kong.route.name in ["a", 'a']"#,
                "client.address in [10.0.0.0/8, 10.0.0.1, 10.0.0.0/8]",
                "let codes = [1, 1]\nrule a = http.response.status_code in codes",
            ],
            &expect![[r#"
                > http.response.status_code in [500, 502, 500]
                T409 warning 40..43 `500` is in the set twice
                  label 30..33 the first time
                  fix remove it: http.response.status_code in [500, 502]
                > http.response.status_code in [500..504, 500..504, 0x1F4]
                T409 warning 40..48 `500..504` is in the set twice
                  label 30..38 the first time
                  fix remove it: http.response.status_code in [500..504, 0x1F4]
                > kong.route.name in ["a", 'a']
                T409 warning 25..28 `'a'` is in the set twice
                  label 20..23 the first time
                  fix remove it: kong.route.name in ["a"]
                > client.address in [10.0.0.0/8, 10.0.0.1, 10.0.0.0/8]
                T409 warning 41..51 `10.0.0.0/8` is in the set twice
                  label 19..29 the first time
                  fix remove it: client.address in [10.0.0.0/8, 10.0.0.1]
                > let codes = [1, 1]
                > rule a = http.response.status_code in codes
                T409 warning 16..17 `1` is in the set twice
                  label 13..14 the first time
                  fix remove it: let codes = [1]
                rule a = http.response.status_code in codes
            "#]],
        );
    }

    #[test]
    fn elements_that_differ_are_fine() {
        check_without(
            Code::DuplicateElement,
            &["http.response.status_code in [500, 500..504]", r#"kong.route.name in ["a", "A"]"#],
        );
    }
}
