//! `min` and `max`.

use std::cmp::Ordering;

use super::record::{Absent, Builtin, Cost, Dialects, Eval, Form, Operand, Signature, differs, matches};
use crate::ty::Ty;
use crate::value::Value;

const fn several(operands: &'static [Operand], result: Ty) -> Signature {
    Signature { parameters: operands, variadic: true, result }
}

const NUMBERS: &[Signature] = &[
    several(&[Operand::Value(Ty::Int), Operand::Value(Ty::Int)], Ty::Int),
    several(&[Operand::Value(Ty::Float), Operand::Value(Ty::Float)], Ty::Float),
    several(&[Operand::Value(Ty::Duration), Operand::Value(Ty::Duration)], Ty::Duration),
    several(&[Operand::Value(Ty::Size), Operand::Value(Ty::Size)], Ty::Size),
];

/// `min(a, b, …)`
pub(super) static MIN: Builtin = Builtin {
    name: "min",
    form: Form::Function { parameters: &["first", "second"] },
    signatures: NUMBERS,
    absent: Absent::Absent,
    cost: Cost::Constant(2),
    eval: Eval::Pure(|operands, _| extreme(operands, Ordering::Less)),
    summary: "The smallest of its operands.",
    details: "Two or more operands of one type. Absent where one of them is.",
    examples: &[
        matches(
            "min(proxy.kong.latency.upstream, proxy.kong.latency.client) > 1s",
            r#"{"proxy.kong.latency.upstream": 1500, "proxy.kong.latency.client": 2000}"#,
        ),
        differs(
            "min(proxy.kong.latency.upstream, proxy.kong.latency.client) > 1s",
            r#"{"proxy.kong.latency.upstream": 1500}"#,
        ),
    ],
    dialects: Dialects { atc: None, cel: Some("math.least"), cloudflare: None },
    since: "0.1",
};

/// `max(a, b, …)`
pub(super) static MAX: Builtin = Builtin {
    name: "max",
    form: Form::Function { parameters: &["first", "second"] },
    signatures: NUMBERS,
    absent: Absent::Absent,
    cost: Cost::Constant(2),
    eval: Eval::Pure(|operands, _| extreme(operands, Ordering::Greater)),
    summary: "The largest of its operands.",
    details: "Two or more operands of one type. Absent where one of them is.",
    examples: &[
        matches(
            "max(proxy.kong.latency.upstream, proxy.kong.latency.client) > 1s",
            r#"{"proxy.kong.latency.upstream": 1500, "proxy.kong.latency.client": 20}"#,
        ),
        differs(
            "max(proxy.kong.latency.upstream, proxy.kong.latency.client) > 1s",
            r#"{"proxy.kong.latency.upstream": 15, "proxy.kong.latency.client": 20}"#,
        ),
    ],
    dialects: Dialects { atc: None, cel: Some("math.greatest"), cloudflare: None },
    since: "0.1",
};

/// The operand that lies furthest in one direction; absent where two operands have no order (NaN).
fn extreme<'a>(operands: &[Value<'a>], direction: Ordering) -> Option<Value<'a>> {
    let (first, rest) = operands.split_first()?;
    rest.iter()
        .try_fold(*first, |best, candidate| Some(if candidate.order(&best)? == direction { *candidate } else { best }))
}
