//! `sample`.

use super::record::{Absent, Builtin, Cost, Dialects, Eval, Form, Operand, Signature, differs, matches, values};
use crate::prepared::Prepared;
use crate::sampling::Randomness;
use crate::ty::Ty;
use crate::value::Value;

const SHARES: &[Signature] = &[
    values(&[Operand::Probability], Ty::Bool),
    values(&[Operand::Probability, Operand::Value(Ty::Bool)], Ty::Bool),
    values(&[Operand::Probability, Operand::Value(Ty::Int)], Ty::Bool),
    values(&[Operand::Probability, Operand::Value(Ty::Float)], Ty::Bool),
    values(&[Operand::Probability, Operand::Value(Ty::String)], Ty::Bool),
    values(&[Operand::Probability, Operand::Value(Ty::Ip)], Ty::Bool),
    values(&[Operand::Probability, Operand::Value(Ty::Network)], Ty::Bool),
    values(&[Operand::Probability, Operand::Value(Ty::Duration)], Ty::Bool),
    values(&[Operand::Probability, Operand::Value(Ty::Size)], Ty::Bool),
];

/// `sample(p)`
pub(super) static SAMPLE: Builtin = Builtin {
    name: "sample",
    form: Form::Function { parameters: &["probability", "by: key"] },
    signatures: SHARES,
    absent: Absent::False,
    cost: Cost::PerText(1),
    eval: Eval::Prepared(is_in_share),
    summary: "True for a share of the requests, the same ones everywhere a trace is seen.",
    details: "The probability is a literal: `10%`, `0.1%` or `1/1000`. \
              A request in a share is in every larger share. \
              With `by: key` the key decides and not the trace: a consumer is in or out on every node, \
              and the requests that are kept have no adjusted count. \
              A condition with `sample` cannot be negated, and it stands outside quantifiers.",
    examples: &[
        matches("http.response.status_code >= 500 || sample(1%)", r#"{"http.response.status_code": 503}"#),
        matches("sample(100%)", "{}"),
        matches("sample(75%, by: client.address)", r#"{"client.address": "10.0.0.1"}"#),
        differs("sample(1/1000, by: client.address)", r#"{"client.address": "10.0.0.1"}"#),
        differs("sample(99%, by: client.address)", "{}"),
    ],
    dialects: Dialects { atc: None, cel: None, cloudflare: None },
    since: "0.2",
};

fn is_in_share(key: &Value<'_>, prepared: &Prepared) -> Option<bool> {
    match prepared {
        Prepared::Threshold(threshold) => Some(threshold.keeps(Randomness::of_key(key))),
        Prepared::Set(_) | Prepared::Pattern(_) => None,
    }
}
