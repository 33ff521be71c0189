//! Operations without a field: what they give.

use tamis_lang::builtin::Eval;
use tamis_lang::prepared::Prepared;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::{Constant, Value};
use tamis_types::hir::Right;
use tamis_types::hir::{Hir, Test, ValueId, ValueKind};

/// What a value without a field gives.
#[derive(Clone, Debug)]
pub(crate) enum Folded {
    /// A value.
    Constant(Constant),
    /// Nothing: the operation has no result.
    Nothing,
}

/// Of each value of a rule what it gives, of those without a field.
pub(crate) fn fold(hir: &Hir) -> Vec<Option<Folded>> {
    let mut folded: Vec<Option<Folded>> = Vec::with_capacity(hir.values.len());
    for value in &hir.values {
        let of = |id: &ValueId| folded.get(id.0 as usize).and_then(Option::as_ref);
        let result = match &value.kind {
            ValueKind::Constant(constant) => Some(Folded::Constant(constant.clone())),
            ValueKind::Call { builtin, arguments } => {
                let operands: Option<Vec<&Folded>> = arguments.iter().map(of).collect();
                operands.map(|operands| call(builtin.get().eval, &operands))
            }
            ValueKind::Default(left, right) => match (of(left), of(right)) {
                (Some(Folded::Nothing), right) => right.cloned(),
                (left, _) => left.cloned(),
            },
            ValueKind::TextLen(text) => of(text).map(|text| match text {
                Folded::Constant(Constant::String(text)) => {
                    Folded::Constant(Constant::Int(i64::try_from(text.len()).unwrap_or(i64::MAX)))
                }
                _ => Folded::Nothing,
            }),
            ValueKind::Field(_) | ValueKind::Variable(_) | ValueKind::Count(_) | ValueKind::ListLen(_) => None,
        };
        folded.push(result);
    }
    folded
}

/// A kernel on constants.
pub(crate) fn call(eval: Eval, operands: &[&Folded]) -> Folded {
    let Eval::Pure(kernel) = eval else { return Folded::Nothing };
    let values: Option<Vec<Value<'_>>> = operands
        .iter()
        .map(|operand| match operand {
            Folded::Constant(constant) => Some(constant.as_value()),
            Folded::Nothing => None,
        })
        .collect();
    let Some(values) = values else { return Folded::Nothing };
    let scratch = Scratch::default();
    kernel(&values, &scratch).map_or(Folded::Nothing, |value| Folded::Constant(value.to_constant()))
}

/// What a comparison says of one value on its left; `right` is the value of an ordinary right side.
pub(crate) fn holds(hir: &Hir, test: &Test, left: &Folded, right: Option<&Folded>) -> bool {
    let Folded::Constant(left) = left else { return false };
    let answer = match (test.op.get().eval, test.right, right) {
        (Eval::Prepared(kernel), Right::Prepared(id), _) => {
            let prepared: Option<&Prepared> = hir.prepared.get(id.0 as usize);
            prepared.and_then(|prepared| kernel(&left.as_value(), prepared))
        }
        (eval, _, Some(right)) => match call(eval, &[&Folded::Constant(left.clone()), right]) {
            Folded::Constant(Constant::Bool(truth)) => Some(truth),
            _ => None,
        },
        _ => None,
    };
    answer.is_some_and(|truth| truth != test.negated)
}
