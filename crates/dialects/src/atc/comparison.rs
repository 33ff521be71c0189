//! From a comparison to a test of one value.

use ipnet::IpNet;
use tamis_lang::prepared::{Element, Prepared};
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;

use super::glob;
use super::literal;
use super::refusal::Refusal;
use super::subject::{Letters, Subject};
use super::test::{NumberOperator, Numbers, Test, TextOperator};
use super::upper;
use super::values::Kind;

/// The literal side of a comparison.
pub(crate) enum Beside<'a> {
    /// An ordinary value, and where it is written.
    Value(&'a Constant, Span),
    /// A set or a pattern.
    Prepared(&'a Prepared),
}

type Answer<T> = Result<T, Refusal>;

/// The test of one value that a comparison makes.
pub(crate) fn of(
    source: &str,
    ty: Ty,
    unit: i64,
    subject: &Subject,
    operator: &'static str,
    beside: &Beside<'_>,
) -> Answer<Test> {
    match kind(ty) {
        None => {
            let message = format!("Kong's expressions have no {ty}s");
            Err(Refusal::value(message).at(subject.span))
        }
        Some(Kind::Text) => text(source, subject, operator, beside),
        Some(Kind::Number) => numbers(source, operator, beside, unit),
        Some(Kind::Address | Kind::Network) => addresses(ty, operator, beside),
    }
}

fn text(source: &str, subject: &Subject, operator: &'static str, beside: &Beside<'_>) -> Answer<Test> {
    let lower = subject.letters == Letters::Lower;
    let is_upper = subject.letters == Letters::Upper;
    let no_upper = || {
        Refusal::construct("Kong's expressions have no `upper`, and this test has no pattern that says the same")
            .note("`lower(…)` beside a text in small letters is nearly the same")
            .at(subject.span)
    };
    match beside {
        Beside::Value(Constant::String(bytes), span) => {
            let text = utf8(bytes, *span)?;
            if is_upper {
                return (operator == "==").then(|| upper::test(text)).flatten().ok_or_else(no_upper);
            }
            if operator == "like" {
                return Ok(glob::test(text, lower));
            }
            let Some(operator) = TextOperator::of(operator) else { return Err(no_operator(operator, "texts")) };
            let source = span.slice(source);
            let spelled = if literal::as_written(source, text) { source.to_owned() } else { literal::text(text) };
            Ok(Test::text(operator, spelled, lower))
        }
        Beside::Prepared(Prepared::Pattern(pattern)) if !is_upper => {
            let text = pattern.as_str();
            if regex_syntax::Parser::new().parse(text).is_err() {
                return Err(Refusal::value(
                    "the pattern matches bytes that are not UTF-8, which Kong's texts never have",
                ));
            }
            Ok(Test::text(TextOperator::Matches, literal::pattern(text), lower))
        }
        Beside::Prepared(Prepared::Set(set)) => {
            let each = set.elements().iter().map(|element| match element {
                Element::Value(Constant::String(bytes)) => utf8(bytes, subject.span).map(str::to_owned),
                Element::Value(_) | Element::Range(..) => Err(no_operator("a range of texts", "texts")),
            });
            let texts = each.collect::<Answer<Vec<String>>>()?;
            if is_upper {
                return upper::test_of_several(&texts).ok_or_else(no_upper);
            }
            Ok(Test::Texts { texts, lower })
        }
        Beside::Prepared(_) => Err(no_upper()),
        Beside::Value(..) => Err(no_operator(operator, "texts")),
    }
}

pub(crate) fn numbers(source: &str, operator: &'static str, beside: &Beside<'_>, unit: i64) -> Answer<Test> {
    let number = |constant: &Constant| match constant {
        Constant::Int(n) | Constant::Duration(n) | Constant::Size(n) => Some(*n),
        Constant::Bool(_) | Constant::Float(_) | Constant::String(_) | Constant::Ip(_) | Constant::Network(_) => None,
    };
    match beside {
        Beside::Value(constant, span) => {
            let (Some(n), Some(operator)) = (number(constant), NumberOperator::of(operator)) else {
                return Err(no_operator(operator, "numbers"));
            };
            let whole = n.checked_div_euclid(unit).filter(|whole| whole.checked_mul(unit) == Some(n));
            let source = span.slice(source);
            Ok(match whole.filter(|whole| *whole != i64::MIN) {
                Some(whole) if literal::number_as_written(source, whole) => {
                    Test::Number { operator, literal: source.to_owned() }
                }
                Some(whole) => Test::Number { operator, literal: whole.to_string() },
                None => Test::Numbers(Numbers::of_comparison(operator, n, unit)),
            })
        }
        Beside::Prepared(Prepared::Set(set)) => {
            let each = set.elements().iter().map(|element| match element {
                Element::Value(constant) => number(constant).map(|n| (n, n)),
                Element::Range(low, high) => number(low).zip(number(high)),
            });
            let ranges = each.collect::<Option<Vec<(i64, i64)>>>();
            ranges
                .map(|ranges| Test::Numbers(Numbers::new(ranges, unit)))
                .ok_or_else(|| no_operator(operator, "numbers"))
        }
        Beside::Prepared(Prepared::Pattern(_) | Prepared::Threshold(_)) => Err(no_operator(operator, "numbers")),
    }
}

/// A test of an address or of a network.
fn addresses(ty: Ty, operator: &'static str, beside: &Beside<'_>) -> Answer<Test> {
    match (beside, ty) {
        (Beside::Value(Constant::Ip(ip), _), Ty::Ip) if operator == "==" => Ok(Test::Address(IpNet::from(*ip))),
        (Beside::Value(Constant::Network(network), _), Ty::Network) if operator == "==" => Ok(Test::Network(*network)),
        (Beside::Prepared(Prepared::Set(set)), Ty::Ip) => {
            let mut networks = Vec::new();
            for element in set.elements() {
                match element {
                    Element::Value(Constant::Ip(ip)) => networks.push(IpNet::from(*ip)),
                    Element::Value(Constant::Network(network)) => networks.push(*network),
                    Element::Range(Constant::Ip(low), Constant::Ip(high)) => networks.extend(between(*low, *high)),
                    Element::Value(_) | Element::Range(..) => return Err(no_operator(operator, "addresses")),
                }
            }
            Ok(match networks.as_slice() {
                [only] => Test::Address(*only),
                _ => Test::Addresses(networks),
            })
        }
        (Beside::Prepared(_), Ty::Network) => {
            Err(Refusal::construct("Kong's expressions have `in` for addresses, not for networks"))
        }
        _ => Err(no_operator(operator, if ty == Ty::Network { "networks" } else { "addresses" })),
    }
}

/// The networks that cover a range of addresses exactly.
fn between(low: std::net::IpAddr, high: std::net::IpAddr) -> Vec<IpNet> {
    use std::net::IpAddr;
    match (low, high) {
        (IpAddr::V4(low), IpAddr::V4(high)) => ipnet::Ipv4Subnets::new(low, high, 0).map(IpNet::V4).collect(),
        (IpAddr::V6(low), IpAddr::V6(high)) => ipnet::Ipv6Subnets::new(low, high, 0).map(IpNet::V6).collect(),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => Vec::new(),
    }
}

/// What a type is there.
pub(crate) const fn kind(ty: Ty) -> Option<Kind> {
    match ty {
        Ty::String => Some(Kind::Text),
        Ty::Int | Ty::Duration | Ty::Size => Some(Kind::Number),
        Ty::Ip => Some(Kind::Address),
        Ty::Network => Some(Kind::Network),
        Ty::Bool | Ty::Float => None,
    }
}

fn utf8(bytes: &[u8], span: Span) -> Answer<&str> {
    std::str::from_utf8(bytes)
        .map_err(|_| Refusal::value("Kong's texts are UTF-8, and this one has other bytes").at(span))
}

fn no_operator(operator: &str, what: &str) -> Refusal {
    let named = if operator.contains(' ') { operator.to_owned() } else { format!("`{operator}`") };
    Refusal::construct(format!("Kong's expressions have no {named} for {what}"))
}
