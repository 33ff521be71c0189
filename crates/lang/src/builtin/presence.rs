//! `exists`, `count` and `??`.

use super::record::{Absent, Builtin, Cost, Dialects, Eval, Form, Operand, Power, Special, differs, matches, values};
use crate::ty::Ty;

/// `exists(f)`
pub(super) static EXISTS: Builtin = Builtin {
    name: "exists",
    form: Form::Function { parameters: &["field"] },
    signatures: &[values(&[Operand::Field], Ty::Bool)],
    absent: Absent::Handled,
    cost: Cost::Constant(1),
    eval: Eval::Special(Special::Exists),
    summary: "True when the field has a value.",
    details: "An empty text is a value.",
    examples: &[
        matches(
            "exists(proxy.kong.consumer.id)",
            r#"{"proxy.kong.consumer.id": "7d5c1f0e-2a44-4c55-9d0c-6a2f7e3b1c90"}"#,
        ),
        differs("exists(proxy.kong.consumer.id)", "{}"),
        matches("!exists(proxy.kong.consumer.id)", "{}"),
    ],
    dialects: Dialects { atc: None, cel: Some("has"), cloudflare: None },
    since: "0.1",
};

/// `count(f)`
pub(super) static COUNT: Builtin = Builtin {
    name: "count",
    form: Form::Function { parameters: &["field"] },
    signatures: &[values(&[Operand::Field], Ty::Int)],
    absent: Absent::Handled,
    cost: Cost::Constant(4),
    eval: Eval::Special(Special::Count),
    summary: "The number of values that a field has.",
    details: "Zero where the field is absent, so the result is never absent.",
    examples: &[
        matches("count(http.request.header.accept) > 1", r#"{"http.request.header.accept": ["text/html", "*/*"]}"#),
        matches("count(http.request.header.accept) == 0", "{}"),
        differs("count(http.request.header.accept) > 1", r#"{"http.request.header.accept": "text/html"}"#),
    ],
    dialects: Dialects { atc: None, cel: Some("size"), cloudflare: Some("len") },
    since: "0.1",
};

/// `a ?? b`
pub(super) static DEFAULT: Builtin = Builtin {
    name: "??",
    form: Form::Infix { symbols: &["??"], words: &[], power: Power::Default },
    signatures: &[
        values(&[Operand::Value(Ty::Bool), Operand::Value(Ty::Bool)], Ty::Bool),
        values(&[Operand::Value(Ty::Int), Operand::Value(Ty::Int)], Ty::Int),
        values(&[Operand::Value(Ty::Float), Operand::Value(Ty::Float)], Ty::Float),
        values(&[Operand::Value(Ty::String), Operand::Value(Ty::String)], Ty::String),
        values(&[Operand::Value(Ty::Ip), Operand::Value(Ty::Ip)], Ty::Ip),
        values(&[Operand::Value(Ty::Network), Operand::Value(Ty::Network)], Ty::Network),
        values(&[Operand::Value(Ty::Duration), Operand::Value(Ty::Duration)], Ty::Duration),
        values(&[Operand::Value(Ty::Size), Operand::Value(Ty::Size)], Ty::Size),
    ],
    absent: Absent::Handled,
    cost: Cost::Constant(1),
    eval: Eval::Special(Special::Default),
    summary: "The left value, or the right one where the left is absent.",
    details: "It binds tighter than any other operator. Where the left side has values, the right side plays no part.",
    examples: &[
        matches("proxy.kong.upstream.status_code ?? 0 == 0", "{}"),
        differs("proxy.kong.upstream.status_code ?? 0 == 0", r#"{"proxy.kong.upstream.status_code": 200}"#),
    ],
    dialects: Dialects { atc: None, cel: Some("orValue"), cloudflare: None },
    since: "0.1",
};
