//! `in` and `not in`.

use super::record::{Absent, Builtin, Cost, Dialects, Eval, Form, Operand, Power, Signature, differs, matches, values};
use crate::prepared::Prepared;
use crate::ty::Ty;
use crate::value::Value;

const VALUE_AND_SET: &[Signature] = &[
    values(&[Operand::Value(Ty::Bool), Operand::Set(Ty::Bool)], Ty::Bool),
    values(&[Operand::Value(Ty::Int), Operand::Set(Ty::Int)], Ty::Bool),
    values(&[Operand::Value(Ty::Float), Operand::Set(Ty::Float)], Ty::Bool),
    values(&[Operand::Value(Ty::String), Operand::Set(Ty::String)], Ty::Bool),
    values(&[Operand::Value(Ty::Ip), Operand::Set(Ty::Ip)], Ty::Bool),
    values(&[Operand::Value(Ty::Network), Operand::Set(Ty::Network)], Ty::Bool),
    values(&[Operand::Value(Ty::Duration), Operand::Set(Ty::Duration)], Ty::Bool),
    values(&[Operand::Value(Ty::Size), Operand::Set(Ty::Size)], Ty::Bool),
];

/// `a in b`
pub(super) static IN: Builtin = Builtin {
    name: "in",
    form: Form::Infix { symbols: &[], words: &["in"], power: Power::Compare },
    signatures: VALUE_AND_SET,
    absent: Absent::False,
    cost: Cost::PerText(2),
    eval: Eval::Prepared(is_member),
    summary: "True when the value is in the set, the range or the network.",
    details: "Ranges include both ends. An address is in no network of the other family. A network is in a network that covers it.",
    examples: &[
        matches("http.response.status_code in [429, 500..504]", r#"{"http.response.status_code": 502}"#),
        differs("http.response.status_code in [429, 500..504]", r#"{"http.response.status_code": 505}"#),
        matches("client.address in 10.0.0.0/8", r#"{"client.address": "10.1.2.3"}"#),
        differs("client.address in 10.0.0.0/8", r#"{"client.address": "::ffff:10.1.2.3"}"#),
    ],
    dialects: Dialects { atc: Some("in"), cel: Some("in"), cloudflare: Some("in") },
    since: "0.1",
};

/// `a not in b`
pub(super) static NOT_IN: Builtin = Builtin {
    name: "not in",
    form: Form::Infix { symbols: &[], words: &["not in"], power: Power::Compare },
    signatures: VALUE_AND_SET,
    absent: Absent::False,
    cost: Cost::PerText(2),
    eval: Eval::Negated(&IN),
    summary: "True when the value is present and not in the set, the range or the network.",
    details: "False where the value is absent; `!(a in b)` is true there. Of several values none may be in it.",
    examples: &[
        matches("client.address not in 10.0.0.0/8", r#"{"client.address": "192.168.0.1"}"#),
        differs("client.address not in 10.0.0.0/8", r#"{"client.address": "10.0.0.1"}"#),
        differs("client.address not in 10.0.0.0/8", "{}"),
    ],
    dialects: Dialects { atc: Some("not in"), cel: None, cloudflare: None },
    since: "0.1",
};

fn is_member(value: &Value<'_>, prepared: &Prepared) -> Option<bool> {
    match prepared {
        Prepared::Set(set) => Some(set.contains(value)),
        Prepared::Pattern(_) | Prepared::Threshold(_) => None,
    }
}
