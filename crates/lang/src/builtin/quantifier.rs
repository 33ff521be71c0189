//! `any`, `all` and `none`.

use super::record::{Absent, Builtin, Cost, Dialects, Eval, Form, Operand, Special, differs, matches, values};
use crate::ty::Ty;

/// `any(v in f, p)` and `any(f)`
pub(super) static ANY: Builtin = Builtin {
    name: "any",
    form: Form::Quantifier,
    signatures: &[values(&[Operand::Field, Operand::Condition], Ty::Bool), values(&[Operand::Field], Ty::Bool)],
    absent: Absent::Handled,
    cost: Cost::Operands,
    eval: Eval::Special(Special::Any),
    summary: "True when some value of the field satisfies the condition.",
    details: "`any(v in field, condition)` names each value in turn, so that two conditions can hold for the same value. \
              `any(field) == x` asks the comparison around it of each value and wants one that passes. \
              Both are false where the field is absent.",
    examples: &[
        matches(
            r#"any(http.request.header.accept) == "text/html""#,
            r#"{"http.request.header.accept": ["text/html", "*/*"]}"#,
        ),
        differs(r#"any(http.request.header.accept) == "text/html""#, "{}"),
        matches(
            r#"any(v in http.request.header.accept, v ^= "text/" && v contains "q=")"#,
            r#"{"http.request.header.accept": ["*/*", "text/html;q=0.9"]}"#,
        ),
        differs(
            r#"any(v in http.request.header.accept, v ^= "text/" && v contains "q=")"#,
            r#"{"http.request.header.accept": ["*/*;q=0.1", "text/html"]}"#,
        ),
    ],
    dialects: Dialects { atc: Some("any"), cel: Some("exists"), cloudflare: Some("any") },
    since: "0.1",
};

/// `all(v in f, p)` and `all(f)`
pub(super) static ALL: Builtin = Builtin {
    name: "all",
    form: Form::Quantifier,
    signatures: &[values(&[Operand::Field, Operand::Condition], Ty::Bool), values(&[Operand::Field], Ty::Bool)],
    absent: Absent::Handled,
    cost: Cost::Operands,
    eval: Eval::Special(Special::All),
    summary: "True when every value of the field satisfies the condition.",
    details: "`all(v in field, condition)` over no values is false, unlike in CEL: a rule about values wants values. \
              `all(field) == x` says aloud what a comparison over several values does anyway.",
    examples: &[
        matches(
            r#"all(v in http.request.header.accept, v ^= "text/")"#,
            r#"{"http.request.header.accept": ["text/html", "text/plain"]}"#,
        ),
        differs(r#"all(v in http.request.header.accept, v ^= "text/")"#, "{}"),
        differs(
            r#"all(http.request.header.accept) ^= "text/""#,
            r#"{"http.request.header.accept": ["text/html", "*/*"]}"#,
        ),
    ],
    dialects: Dialects { atc: None, cel: Some("all"), cloudflare: Some("all") },
    since: "0.1",
};

/// `none(v in f, p)`
pub(super) static NONE: Builtin = Builtin {
    name: "none",
    form: Form::Quantifier,
    signatures: &[values(&[Operand::Field, Operand::Condition], Ty::Bool)],
    absent: Absent::Handled,
    cost: Cost::Operands,
    eval: Eval::Special(Special::None),
    summary: "True when no value of the field satisfies the condition.",
    details: "True where the field is absent.",
    examples: &[
        matches(
            r#"none(v in http.request.header.accept, v == "*/*")"#,
            r#"{"http.request.header.accept": ["text/html"]}"#,
        ),
        matches(r#"none(v in http.request.header.accept, v == "*/*")"#, "{}"),
        differs(
            r#"none(v in http.request.header.accept, v == "*/*")"#,
            r#"{"http.request.header.accept": ["text/html", "*/*"]}"#,
        ),
    ],
    dialects: Dialects { atc: None, cel: None, cloudflare: None },
    since: "0.1",
};
