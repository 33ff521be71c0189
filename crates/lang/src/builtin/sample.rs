//! `sample`.

use super::record::{Absent, Builtin, Cost, Dialects, Eval, Form, Operand, Special, values};
use crate::ty::Ty;

/// `sample(p)`
pub(super) static SAMPLE: Builtin = Builtin {
    name: "sample",
    form: Form::Function { parameters: &["probability"] },
    signatures: &[values(&[Operand::Probability], Ty::Bool)],
    absent: Absent::Handled,
    cost: Cost::Constant(1),
    eval: Eval::Special(Special::Sample),
    summary: "True for a share of the requests, consistently for a whole trace.",
    details: "Reserved: rules with `sample` are read and refused with T215 until rules are decided by phase.",
    examples: &[],
    dialects: Dialects { atc: None, cel: None, cloudflare: None },
    since: "0.2",
};
