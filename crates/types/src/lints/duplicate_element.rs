//! Elements that another element of their set holds: the same value, a range or a network around it.

use std::net::IpAddr;

use ipnet::IpNet;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix, Severity};
use tamis_lang::span::Span;
use tamis_lang::value::Constant;
use tamis_syntax::tree::{NodeId, NodeKind};

use crate::check::Checker;

/// A place in the order of all values of one type; values of different types never stand between each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Point<'a> {
    Bool(bool),
    Int(i64),
    Float(i64),
    Text(&'a [u8]),
    Duration(i64),
    Size(i64),
    Address4(u32),
    Address6(u128),
}

/// What one element of a set holds: every value from `low` to `high`.
#[derive(Clone, Copy, Debug)]
struct Extent<'a> {
    low: Point<'a>,
    high: Point<'a>,
    /// A network is an element of its own, which no range of addresses holds.
    is_network: bool,
    /// The place among the elements.
    place: usize,
}

impl<'a> Extent<'a> {
    fn of(checker: &Checker<'a>, node: NodeId, place: usize) -> Option<Self> {
        let tree = checker.tree;
        let node = tree.without_groups(node);
        let constant = |node: NodeId| checker.constant(tree.without_groups(node));
        let (low, high) = match tree.kind(node) {
            NodeKind::Range { low, high } => (constant(*low)?, constant(*high)?),
            _ => (constant(node)?, constant(node)?),
        };
        if let Constant::Network(network) = low {
            let (low, high) = (address(network.network()), address(last(network)));
            return Some(Self { low, high, is_network: true, place });
        }
        let (low, high) = (point(low)?, point(high)?);
        (low <= high).then_some(Self { low, high, is_network: false, place })
    }
}

fn point(constant: &Constant) -> Option<Point<'_>> {
    Some(match constant {
        Constant::Bool(truth) => Point::Bool(*truth),
        Constant::Int(n) => Point::Int(*n),
        Constant::Float(x) => Point::Float(in_order(*x)),
        Constant::String(bytes) => Point::Text(bytes),
        Constant::Ip(ip) => address(*ip),
        Constant::Duration(n) => Point::Duration(*n),
        Constant::Size(n) => Point::Size(*n),
        Constant::Network(_) => return None,
    })
}

const fn address<'a>(ip: IpAddr) -> Point<'a> {
    match ip {
        IpAddr::V4(ip) => Point::Address4(ip.to_bits()),
        IpAddr::V6(ip) => Point::Address6(ip.to_bits()),
    }
}

fn last(network: &IpNet) -> IpAddr {
    network.broadcast()
}

/// A number that is greater where the float is.
const fn in_order(x: f64) -> i64 {
    let bits = (x + 0.0).to_bits().cast_signed();
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

pub(super) fn check(checker: &mut Checker<'_>, elements: &[NodeId]) {
    if elements.len() < 2 {
        return;
    }
    let mut extents: Vec<Extent<'_>> = Vec::with_capacity(elements.len());
    extents.extend(elements.iter().enumerate().filter_map(|(place, node)| Extent::of(checker, *node, place)));
    // What holds others comes before them: it begins earlier, or there and ends later.
    extents.sort_by_key(|it| (it.low, std::cmp::Reverse((it.high, it.is_network)), it.place));
    let (mut widest, mut widest_network): (Option<Extent<'_>>, Option<Extent<'_>>) = (None, None);
    let mut held: Vec<(usize, usize, bool)> = Vec::new();
    for extent in extents {
        let around = if extent.is_network { widest_network } else { widest };
        if let Some(around) = around.filter(|around| around.high >= extent.high) {
            let is_same = (around.low, around.high, around.is_network) == (extent.low, extent.high, extent.is_network);
            held.push((extent.place, around.place, is_same));
            continue;
        }
        let is_wider = |widest: &Option<Extent<'_>>| widest.is_none_or(|widest| widest.high < extent.high);
        if is_wider(&widest) {
            widest = Some(extent);
        }
        if extent.is_network && is_wider(&widest_network) {
            widest_network = Some(extent);
        }
    }
    held.sort_unstable();
    for (place, around, is_same) in held {
        report(checker, elements, (place, around), is_same);
    }
}

fn report(checker: &mut Checker<'_>, elements: &[NodeId], (place, around): (usize, usize), is_same: bool) {
    let (Some(element), Some(around)) = (elements.get(place), elements.get(around)) else { return };
    checker.report(Severity::Warning, |checker| {
        let (text, span) = (checker.quote(*element), checker.span(*element));
        let (message, label) = match is_same {
            true => (format!("{text} is in the set twice"), "the first time"),
            false => (format!("{text} lies within {} of the same set", checker.quote(*around)), "this holds it"),
        };
        let neighbour = |place: Option<usize>| place.and_then(|place| elements.get(place)).map(|id| checker.span(*id));
        let gone = match (neighbour(place.checked_sub(1)), neighbour(place.checked_add(1))) {
            (Some(before), _) => Span::new(before.end, span.end),
            (None, Some(after)) => Span::new(span.start, after.start),
            (None, None) => span,
        };
        Diagnostic::new(Code::DuplicateElement, span, message)
            .label(checker.span(*around), label)
            .fix(Fix::delete("remove it", gone))
    });
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
                "http.response.status_code in [500..504, 500..504]",
                "http.response.status_code in [500, 500, 0x1F4]",
                r#"kong.route.name in ["a", 'a']"#,
                "client.address in [10.0.0.0/8, 10.0.0.0/8]",
                "let codes = [1, 1]\nrule a = http.response.status_code in codes",
            ],
            &expect![[r#"
                > http.response.status_code in [500, 502, 500]
                T409 warning 40..43 `500` is in the set twice
                  label 30..33 the first time
                  fix remove it: http.response.status_code in [500, 502]
                > http.response.status_code in [500..504, 500..504]
                T409 warning 40..48 `500..504` is in the set twice
                  label 30..38 the first time
                  fix remove it: http.response.status_code in [500..504]
                > http.response.status_code in [500, 500, 0x1F4]
                T409 warning 35..38 `500` is in the set twice
                  label 30..33 the first time
                  fix remove it: http.response.status_code in [500, 0x1F4]
                T409 warning 40..45 `0x1F4` is in the set twice
                  label 30..33 the first time
                  fix remove it: http.response.status_code in [500, 500]
                > kong.route.name in ["a", 'a']
                T409 warning 25..28 `'a'` is in the set twice
                  label 20..23 the first time
                  fix remove it: kong.route.name in ["a"]
                > client.address in [10.0.0.0/8, 10.0.0.0/8]
                T409 warning 31..41 `10.0.0.0/8` is in the set twice
                  label 19..29 the first time
                  fix remove it: client.address in [10.0.0.0/8]
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
    fn an_element_within_another_one_is_there_already() {
        check_code(
            Code::DuplicateElement,
            &[
                "http.response.status_code in [500, 500..504]",
                "http.response.status_code in [400..499, 404..410, 499]",
                "client.address in [10.1.0.0/16, 10.0.0.0/8, 10.0.0.1]",
                "client.address in [10.0.0.1..10.0.0.9, 10.0.0.5]",
                "client.address in [2001:db8::/32, 2001:db8::1]",
                r#"url.path in ["a".."c", "b"]"#,
            ],
            &expect![[r#"
                > http.response.status_code in [500, 500..504]
                T409 warning 30..33 `500` lies within `500..504` of the same set
                  label 35..43 this holds it
                  fix remove it: http.response.status_code in [500..504]
                > http.response.status_code in [400..499, 404..410, 499]
                T409 warning 40..48 `404..410` lies within `400..499` of the same set
                  label 30..38 this holds it
                  fix remove it: http.response.status_code in [400..499, 499]
                T409 warning 50..53 `499` lies within `400..499` of the same set
                  label 30..38 this holds it
                  fix remove it: http.response.status_code in [400..499, 404..410]
                > client.address in [10.1.0.0/16, 10.0.0.0/8, 10.0.0.1]
                T409 warning 19..30 `10.1.0.0/16` lies within `10.0.0.0/8` of the same set
                  label 32..42 this holds it
                  fix remove it: client.address in [10.0.0.0/8, 10.0.0.1]
                T409 warning 44..52 `10.0.0.1` lies within `10.0.0.0/8` of the same set
                  label 32..42 this holds it
                  fix remove it: client.address in [10.1.0.0/16, 10.0.0.0/8]
                > client.address in [10.0.0.1..10.0.0.9, 10.0.0.5]
                T409 warning 39..47 `10.0.0.5` lies within `10.0.0.1..10.0.0.9` of the same set
                  label 19..37 this holds it
                  fix remove it: client.address in [10.0.0.1..10.0.0.9]
                > client.address in [2001:db8::/32, 2001:db8::1]
                T409 warning 34..45 `2001:db8::1` lies within `2001:db8::/32` of the same set
                  label 19..32 this holds it
                  fix remove it: client.address in [2001:db8::/32]
                > url.path in ["a".."c", "b"]
                T409 warning 23..26 `"b"` lies within `"a".."c"` of the same set
                  label 13..21 this holds it
                  fix remove it: url.path in ["a".."c"]
            "#]],
        );
    }

    #[test]
    fn elements_that_differ_are_fine() {
        check_without(
            Code::DuplicateElement,
            &[
                "http.response.status_code in [500..504, 504..510, 499]",
                r#"kong.route.name in ["a", "A"]"#,
                "client.address in [10.0.0.0/8, 11.0.0.0/8, ::10.0.0.0/104]",
                "client.address in [10.0.0.0..10.0.0.250, 10.0.0.0/25]",
            ],
        );
    }
}
