//! `==`, `!=` and the orders.

use std::cmp::Ordering;

use super::record::{Absent, Builtin, Cost, Dialects, Eval, Form, Operand, Power, Signature, differs, matches, values};
use crate::scratch::Scratch;
use crate::ty::Ty;
use crate::value::Value;

const EQUATABLE: &[Signature] = &[
    values(&[Operand::Value(Ty::Bool), Operand::Value(Ty::Bool)], Ty::Bool),
    values(&[Operand::Value(Ty::Int), Operand::Value(Ty::Int)], Ty::Bool),
    values(&[Operand::Value(Ty::Float), Operand::Value(Ty::Float)], Ty::Bool),
    values(&[Operand::Value(Ty::String), Operand::Value(Ty::String)], Ty::Bool),
    values(&[Operand::Value(Ty::Ip), Operand::Value(Ty::Ip)], Ty::Bool),
    values(&[Operand::Value(Ty::Network), Operand::Value(Ty::Network)], Ty::Bool),
    values(&[Operand::Value(Ty::Duration), Operand::Value(Ty::Duration)], Ty::Bool),
    values(&[Operand::Value(Ty::Size), Operand::Value(Ty::Size)], Ty::Bool),
];

const ORDERED: &[Signature] = &[
    values(&[Operand::Value(Ty::Int), Operand::Value(Ty::Int)], Ty::Bool),
    values(&[Operand::Value(Ty::Float), Operand::Value(Ty::Float)], Ty::Bool),
    values(&[Operand::Value(Ty::String), Operand::Value(Ty::String)], Ty::Bool),
    values(&[Operand::Value(Ty::Ip), Operand::Value(Ty::Ip)], Ty::Bool),
    values(&[Operand::Value(Ty::Duration), Operand::Value(Ty::Duration)], Ty::Bool),
    values(&[Operand::Value(Ty::Size), Operand::Value(Ty::Size)], Ty::Bool),
];

/// `a == b`
pub(super) static EQUAL: Builtin = Builtin {
    name: "==",
    form: Form::Infix { symbols: &["=="], words: &[], power: Power::Compare },
    signatures: EQUATABLE,
    absent: Absent::False,
    cost: Cost::PerText(1),
    eval: Eval::Pure(equal),
    summary: "True when both sides are equal.",
    details: "Strings are equal byte by byte, so letter case counts. An IPv4 address never equals an IPv6 address, the IPv4-mapped ones included.",
    examples: &[
        matches("http.response.status_code == 503", r#"{"http.response.status_code": 503}"#),
        differs("http.response.status_code == 503", r#"{"http.response.status_code": 200}"#),
        differs("http.response.status_code == 503", "{}"),
    ],
    dialects: Dialects { atc: Some("=="), cel: Some("=="), cloudflare: Some("eq") },
    since: "0.1",
};

/// `a != b`
pub(super) static NOT_EQUAL: Builtin = Builtin {
    name: "!=",
    form: Form::Infix { symbols: &["!="], words: &[], power: Power::Compare },
    signatures: EQUATABLE,
    absent: Absent::False,
    cost: Cost::PerText(1),
    eval: Eval::Negated(&EQUAL),
    summary: "True when both sides are present and differ.",
    details: "False where a side is absent; `!(a == b)` is true there. Of several values every one must differ.",
    examples: &[
        matches("http.response.status_code != 200", r#"{"http.response.status_code": 503}"#),
        differs("http.response.status_code != 200", r#"{"http.response.status_code": 200}"#),
        differs("http.response.status_code != 200", "{}"),
    ],
    dialects: Dialects { atc: Some("!="), cel: Some("!="), cloudflare: Some("ne") },
    since: "0.1",
};

/// One of the four orders.
const fn order(
    symbol: &'static [&'static str],
    cloudflare: &'static str,
    eval: Eval,
    summary: &'static str,
    examples: &'static [super::record::Example],
) -> Builtin {
    let name = match symbol {
        [first, ..] => first,
        [] => "",
    };
    Builtin {
        name,
        form: Form::Infix { symbols: symbol, words: &[], power: Power::Compare },
        signatures: ORDERED,
        absent: Absent::False,
        cost: Cost::PerText(1),
        eval,
        summary,
        details: "Strings are ordered by bytes. Addresses are ordered within their family; across families it is false.",
        examples,
        dialects: Dialects { atc: Some(name), cel: Some(name), cloudflare: Some(cloudflare) },
        since: "0.1",
    }
}

/// `a < b`
pub(super) static LESS: Builtin = order(
    &["<"],
    "lt",
    Eval::Pure(|operands, _| ordered(operands, Ordering::is_lt)),
    "True when the left side is smaller than the right side.",
    &[
        matches("proxy.kong.latency.upstream < 500ms", r#"{"proxy.kong.latency.upstream": 20}"#),
        differs("proxy.kong.latency.upstream < 500ms", r#"{"proxy.kong.latency.upstream": 500}"#),
    ],
);

/// `a <= b`
pub(super) static LESS_OR_EQUAL: Builtin = order(
    &["<="],
    "le",
    Eval::Pure(|operands, _| ordered(operands, Ordering::is_le)),
    "True when the left side is smaller than the right side or equal to it.",
    &[
        matches("client.address <= 10.0.0.9", r#"{"client.address": "10.0.0.9"}"#),
        differs("client.address <= 10.0.0.9", r#"{"client.address": "::1"}"#),
    ],
);

/// `a > b`
pub(super) static GREATER: Builtin = order(
    &[">"],
    "gt",
    Eval::Pure(|operands, _| ordered(operands, Ordering::is_gt)),
    "True when the left side is greater than the right side.",
    &[
        matches("proxy.kong.latency.total > 250ms", r#"{"proxy.kong.latency.total": 250.5}"#),
        differs("proxy.kong.latency.total > 250ms", r#"{"proxy.kong.latency.total": 250}"#),
    ],
);

/// `a >= b`
pub(super) static GREATER_OR_EQUAL: Builtin = order(
    &[">="],
    "ge",
    Eval::Pure(|operands, _| ordered(operands, Ordering::is_ge)),
    "True when the left side is greater than the right side or equal to it.",
    &[
        matches("http.response.status_code >= 500", r#"{"http.response.status_code": 500}"#),
        differs("http.response.status_code >= 500", r#"{"http.response.status_code": 499}"#),
    ],
);

fn equal<'a>(operands: &[Value<'a>], _: &'a Scratch) -> Option<Value<'a>> {
    let [left, right] = operands else { return None };
    Some(Value::Bool(left.equals(right)))
}

fn ordered<'a>(operands: &[Value<'_>], wanted: fn(Ordering) -> bool) -> Option<Value<'a>> {
    let [left, right] = operands else { return None };
    Some(Value::Bool(left.order(right).is_some_and(wanted)))
}
