//! What an expression was for one request, to be shown.

use tamis_lang::builtin::Eval;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::{Constant, Value};
use tamis_types::hir::{FieldUse, FieldUseId, Hir, ValueId, ValueKind};

use super::known::KnownFacts;

/// The most results that are shown of one expression.
const MOST_RESULTS: usize = 64;

/// The most operations of an expression whose result is shown.
const MOST_VALUES: usize = 256;

/// The results of an expression, `None` for an operation without a result; nothing where there are too many.
pub(super) fn results(hir: &Hir, facts: &KnownFacts, root: ValueId) -> Option<Vec<Option<Constant>>> {
    let needed = parts(hir, root)?;
    let mut known: Vec<(ValueId, Vec<Option<Constant>>)> = Vec::with_capacity(needed.len());
    for id in needed {
        let at = |id: &ValueId| known.iter().find(|(own, _)| own == id).map_or(&[][..], |(_, results)| results);
        let results = match &hir.value(id)?.kind {
            ValueKind::Constant(constant) => vec![Some(constant.clone())],
            ValueKind::Field(field) => {
                let field = hir.field(*field)?;
                let typed = |value: &Constant| (value.ty() == field.ty).then(|| value.clone());
                facts.values(field).iter().map(typed).collect()
            }
            ValueKind::Variable(_) => return None,
            ValueKind::Call { builtin, arguments } => {
                let Eval::Pure(kernel) = builtin.get().eval else { return None };
                let mut rows: Vec<Vec<Option<Constant>>> = vec![Vec::new()];
                for argument in arguments {
                    let results = at(argument);
                    if rows.len().saturating_mul(results.len()) > MOST_RESULTS {
                        return None;
                    }
                    let row = |row: &Vec<Option<Constant>>, result: &Option<Constant>| {
                        [row.as_slice(), std::slice::from_ref(result)].concat()
                    };
                    rows =
                        rows.iter().flat_map(|before| results.iter().map(move |result| row(before, result))).collect();
                }
                rows.into_iter().map(|operands| apply(kernel, operands)).collect()
            }
            ValueKind::Default(left, right) => {
                let (left, right) = (at(left), at(right));
                match left {
                    [] => right.to_vec(),
                    left => left
                        .iter()
                        .flat_map(|it| if it.is_some() { vec![it.clone()] } else { right.to_vec() })
                        .collect(),
                }
            }
            ValueKind::TextLen(text) => at(text).iter().map(length).collect(),
            ValueKind::Count(field) => vec![count(facts, hir.field(*field)?)],
            ValueKind::ListLen(field) => {
                let field = hir.field(*field)?;
                if facts.values(field).is_empty() { Vec::new() } else { vec![count(facts, field)] }
            }
        };
        if results.len() > MOST_RESULTS {
            return None;
        }
        known.push((id, results));
    }
    known.pop().map(|(_, results)| results)
}

fn apply(kernel: tamis_lang::builtin::Kernel, operands: Vec<Option<Constant>>) -> Option<Constant> {
    let operands: Vec<Constant> = operands.into_iter().collect::<Option<_>>()?;
    let operands: Vec<Value<'_>> = operands.iter().map(Constant::as_value).collect();
    let scratch = Scratch::default();
    kernel(&operands, &scratch).map(|value| value.to_constant())
}

fn length(text: &Option<Constant>) -> Option<Constant> {
    match text {
        Some(Constant::String(bytes)) => i64::try_from(bytes.len()).ok().map(Constant::Int),
        _ => None,
    }
}

fn count(facts: &KnownFacts, field: &FieldUse) -> Option<Constant> {
    i64::try_from(facts.values(field).len()).ok().map(Constant::Int)
}

/// An expression and everything in it, in the order of the arena; none where that is too much.
fn parts(hir: &Hir, root: ValueId) -> Option<Vec<ValueId>> {
    let mut found = vec![root];
    let mut next = 0;
    while let Some(id) = found.get(next).copied() {
        next += 1;
        match &hir.value(id)?.kind {
            ValueKind::Call { arguments, .. } => found.extend(arguments),
            ValueKind::Default(left, right) => found.extend([*left, *right]),
            ValueKind::TextLen(text) => found.push(*text),
            ValueKind::Constant(_)
            | ValueKind::Field(_)
            | ValueKind::Variable(_)
            | ValueKind::Count(_)
            | ValueKind::ListLen(_) => {}
        }
        if found.len() > MOST_VALUES {
            return None;
        }
    }
    found.sort_unstable();
    found.dedup();
    Some(found)
}

/// The fields that some expressions look at, each once, in the order of the rule.
pub(super) fn fields(hir: &Hir, roots: &[ValueId]) -> Vec<FieldUseId> {
    let mut open: Vec<ValueId> = roots.to_vec();
    let mut found: Vec<FieldUseId> = Vec::new();
    while let Some(id) = open.pop() {
        match hir.value(id).map(|value| &value.kind) {
            Some(ValueKind::Field(field) | ValueKind::Count(field) | ValueKind::ListLen(field)) => found.push(*field),
            Some(ValueKind::Call { arguments, .. }) => open.extend(arguments),
            Some(ValueKind::Default(left, right)) => open.extend([*left, *right]),
            Some(ValueKind::TextLen(text)) => open.push(*text),
            Some(ValueKind::Constant(_) | ValueKind::Variable(_)) | None => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
