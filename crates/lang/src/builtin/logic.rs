//! `&&`, `||` and `!`.

use super::record::{Absent, Builtin, Cost, Dialects, Eval, Form, Operand, Power, Special, differs, matches, values};
use crate::ty::Ty;

/// `a || b`
pub(super) static OR: Builtin = Builtin {
    name: "||",
    form: Form::Infix { symbols: &["||"], words: &["or"], power: Power::Logic },
    signatures: &[values(&[Operand::Condition, Operand::Condition], Ty::Bool)],
    absent: Absent::Handled,
    cost: Cost::Operands,
    eval: Eval::Special(Special::Or),
    summary: "True when at least one of its conditions is true.",
    details: "Conditions are never absent: a comparison over an absent field is simply false. \
              A mix of `||` and `&&` needs parentheses.",
    examples: &[
        matches(
            "http.response.status_code == 502 || http.response.status_code == 504",
            r#"{"http.response.status_code": 504}"#,
        ),
        differs(
            "http.response.status_code == 502 || http.response.status_code == 504",
            r#"{"http.response.status_code": 503}"#,
        ),
    ],
    dialects: Dialects { atc: Some("||"), cel: Some("||"), cloudflare: Some("or") },
    since: "0.1",
};

/// `a && b`
pub(super) static AND: Builtin = Builtin {
    name: "&&",
    form: Form::Infix { symbols: &["&&"], words: &["and"], power: Power::Logic },
    signatures: &[values(&[Operand::Condition, Operand::Condition], Ty::Bool)],
    absent: Absent::Handled,
    cost: Cost::Operands,
    eval: Eval::Special(Special::And),
    summary: "True when all of its conditions are true.",
    details: "Conditions are never absent: a comparison over an absent field is simply false. \
              A mix of `&&` and `||` needs parentheses.",
    examples: &[
        matches(
            r#"http.request.method == "POST" && url.path ^= "/v1""#,
            r#"{"http.request.method": "POST", "url.path": "/v1/orders"}"#,
        ),
        differs(
            r#"http.request.method == "POST" && url.path ^= "/v1""#,
            r#"{"http.request.method": "GET", "url.path": "/v1/orders"}"#,
        ),
    ],
    dialects: Dialects { atc: Some("&&"), cel: Some("&&"), cloudflare: Some("and") },
    since: "0.1",
};

/// `!a`
pub(super) static NOT: Builtin = Builtin {
    name: "!",
    form: Form::Prefix { symbols: &["!"], words: &["not"] },
    signatures: &[values(&[Operand::Condition], Ty::Bool)],
    absent: Absent::Handled,
    cost: Cost::Operands,
    eval: Eval::Special(Special::Not),
    summary: "True when the condition is false.",
    details: "A comparison over an absent field is false, so its negation is true: `!(x == 1)` is true where `x` is absent, \
              while `x != 1` is false there. `!` needs parentheses before a comparison; `not` does not.",
    examples: &[
        matches(r#"!(url.path ^= "/health")"#, r#"{"url.path": "/v1"}"#),
        matches(r#"!(url.path ^= "/health")"#, "{}"),
        differs(r#"not url.path ^= "/health""#, r#"{"url.path": "/healthz"}"#),
    ],
    dialects: Dialects { atc: Some("!"), cel: Some("!"), cloudflare: Some("not") },
    since: "0.1",
};
