//! What a condition tests: the values of a field, or the one that a quantifier looks at.

use tamis_lang::builtin::BuiltinId;
use tamis_lang::span::Span;
use tamis_types::hir::{FieldUseId, Hir, ValueId, ValueKind, VariableId};

use super::fold::{self, Folded};
use super::refusal::Refusal;

/// What is tested.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// Where the values come from.
    pub(crate) source: Source,
    /// How their letters are changed first.
    pub(crate) letters: Letters,
    /// What stands in for an absent field, its letters changed in the same way.
    pub(crate) default: Option<Folded>,
    /// Where the field is written.
    pub(crate) span: Span,
}

/// Where values come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A field.
    Field(FieldUseId),
    /// A quantifier's variable.
    Variable(VariableId),
    /// How many values a field has, none included.
    Count(FieldUseId),
    /// How many values a field has; nothing where there is none.
    Values(FieldUseId),
    /// How many bytes each value of a field has.
    Bytes(FieldUseId),
}

/// How letters are changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Letters {
    AsTheyAre,
    Lower,
    Upper,
}

/// What a value tests.
///
/// # Errors
///
/// An operation that Kong's expressions do not have.
pub(crate) fn of(hir: &Hir, folded: &[Option<Folded>], value: ValueId) -> Result<Subject, Refusal> {
    let mut steps: Vec<BuiltinId> = Vec::new();
    let mut default: Option<Folded> = None;
    let mut letters = Letters::AsTheyAre;
    let mut next = value;
    loop {
        let Some(value) = hir.value(next) else { return Err(operation()) };
        let source = match &value.kind {
            ValueKind::Field(id) => Source::Field(*id),
            ValueKind::Variable(id) => Source::Variable(*id),
            ValueKind::Count(id) => Source::Count(*id),
            ValueKind::ListLen(id) => Source::Values(*id),
            ValueKind::TextLen(inner) => match (hir.value(*inner).map(|inner| &inner.kind), steps.is_empty()) {
                (Some(ValueKind::Field(id)), true) => Source::Bytes(*id),
                _ => return Err(operation().at(value.span)),
            },
            ValueKind::Call { builtin, arguments } => {
                let changed = match builtin.get().name {
                    "lower" => Letters::Lower,
                    "upper" => Letters::Upper,
                    name => return Err(call(name).at(value.span)),
                };
                let ([argument], true) =
                    (arguments.as_slice(), matches!(letters, Letters::AsTheyAre) || letters == changed)
                else {
                    return Err(operation().at(value.span));
                };
                letters = changed;
                steps.push(*builtin);
                next = *argument;
                continue;
            }
            ValueKind::Default(left, right) => {
                let right = folded.get(right.0 as usize).and_then(Option::as_ref);
                let (Some(right), None) = (right, &default) else {
                    return Err(Refusal::construct("Kong's expressions have no `??` between two fields").at(value.span));
                };
                let change = |value: Folded, step: &BuiltinId| fold::call(step.get().eval, &[&value]);
                default = Some(steps.iter().rev().fold(right.clone(), change));
                next = *left;
                continue;
            }
            ValueKind::Constant(_) => return Err(operation().at(value.span)),
        };
        return Ok(Subject { source, letters, default, span: value.span });
    }
}

fn call(name: &str) -> Refusal {
    let is_sign = name.starts_with(|c: char| c.is_ascii_punctuation());
    let message = format!("Kong's expressions have no `{name}`");
    Refusal::construct(message).note(if is_sign {
        "they compare a field with a literal and do not calculate"
    } else {
        "their only functions are `lower` and `any`"
    })
}

fn operation() -> Refusal {
    Refusal::construct("Kong's expressions compare a field with a literal and do not calculate")
}
