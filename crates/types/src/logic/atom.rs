//! Tests of one variable.

use tamis_lang::builtin::{BuiltinId, Eval};
use tamis_lang::prepared::Prepared;
use tamis_lang::sampling::Threshold;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::{Constant, Value};

use super::body::Body;
use super::domain::Bound;

/// A comparison with something constant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Compare<'h> {
    pub(super) op: BuiltinId,
    pub(super) negated: bool,
    pub(super) operand: Operand<'h>,
}

/// The constant side of a comparison.
#[derive(Clone, Copy, Debug)]
pub(super) enum Operand<'h> {
    /// On the left.
    Left(&'h Constant),
    /// On the right.
    Right(&'h Constant),
    /// A set or a pattern, on the right.
    Prepared(&'h Prepared),
}

/// Which values pass a test.
#[derive(Clone, Debug)]
pub(super) enum Passes<'h> {
    /// All, or none.
    Every(bool),
    /// Those that compare so.
    Compare(Compare<'h>),
    /// Those that satisfy the body of a quantifier.
    Body(Body<'h>),
    /// The randomness that is not below a threshold.
    Share(Threshold),
}

/// How many of the values must pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HowMany {
    One,
    Every,
}

/// A test of one variable.
#[derive(Clone, Debug)]
pub(super) struct Test<'h> {
    pub(super) passes: Passes<'h>,
    pub(super) how_many: HowMany,
    /// What it says where there is no value.
    pub(super) absent: bool,
}

impl Compare<'_> {
    /// Whether a value passes.
    pub(super) fn passes(&self, value: &Value<'_>) -> bool {
        let scratch = Scratch::default();
        let answer = match (self.op.get().eval, self.operand) {
            (Eval::Pure(kernel), Operand::Right(right)) => kernel(&[*value, right.as_value()], &scratch),
            (Eval::Pure(kernel), Operand::Left(left)) => kernel(&[left.as_value(), *value], &scratch),
            (Eval::Prepared(kernel), Operand::Prepared(prepared)) => kernel(value, prepared).map(Value::Bool),
            _ => None,
        };
        matches!(answer, Some(Value::Bool(answer)) if answer != self.negated)
    }

    /// What it says about the order and the parts of values, if the domain of its values knows such tests.
    pub(super) fn bound(&self) -> Option<Bound<'_>> {
        let constant = match self.operand {
            Operand::Prepared(Prepared::Set(set)) => return Some(Bound::Set(set)),
            Operand::Prepared(Prepared::Pattern(pattern)) => return plain(pattern.as_str()),
            Operand::Prepared(Prepared::Threshold(_)) => return None,
            Operand::Left(constant) | Operand::Right(constant) => constant,
        };
        let is_right = matches!(self.operand, Operand::Right(_));
        match (self.op.get().name, constant) {
            ("==", _) => Some(Bound::Equal(constant)),
            ("<" | "<=" | ">" | ">=", _) => Some(Bound::Order(constant)),
            ("^=", Constant::String(text)) if is_right => Some(Bound::Prefix(text)),
            ("=^", Constant::String(text)) if is_right => Some(Bound::Suffix(text)),
            ("contains", Constant::String(text)) if is_right => Some(Bound::Contains(text)),
            ("like", Constant::String(text)) if is_right => Some(Bound::Like(text)),
            _ => None,
        }
    }
}

/// What a regular expression says that is a plain text, perhaps with an anchor at one end.
fn plain(pattern: &str) -> Option<Bound<'_>> {
    let is_plain = |text: &str| !text.contains(['\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$']);
    let (start, end) = (pattern.strip_prefix('^'), pattern.strip_suffix('$'));
    match (start, end) {
        (Some(text), None) if is_plain(text) => Some(Bound::Prefix(text.as_bytes())),
        (None, Some(text)) if is_plain(text) => Some(Bound::Suffix(text.as_bytes())),
        (None, None) if is_plain(pattern) => Some(Bound::Contains(pattern.as_bytes())),
        _ => None,
    }
}

impl<'h> Test<'h> {
    /// Whether there is a value.
    pub(super) const fn presence() -> Self {
        Self { passes: Passes::Every(true), how_many: HowMany::One, absent: false }
    }

    /// Whether a value passes.
    pub(super) fn passes(&self, value: &Constant) -> bool {
        match &self.passes {
            Passes::Every(answer) => *answer,
            Passes::Compare(compare) => compare.passes(&value.as_value()),
            Passes::Body(body) => body.holds(value),
            Passes::Share(threshold) => {
                matches!(value, Constant::Int(n) if u64::try_from(*n).is_ok_and(|n| n >= threshold.get()))
            }
        }
    }

    /// What it says about order and parts; `visit` is called for each comparison within.
    pub(super) fn bounds<'s>(&'s self, visit: &mut impl FnMut(Bound<'s>)) {
        match &self.passes {
            Passes::Every(_) | Passes::Share(_) => {}
            Passes::Compare(compare) => compare.bound().into_iter().for_each(visit),
            Passes::Body(body) => body.compares().filter_map(Compare::bound).for_each(visit),
        }
    }
}

impl<'h> Operand<'h> {
    /// The constants in it.
    pub(super) fn pattern(&self) -> Option<&'h str> {
        match self {
            Self::Prepared(Prepared::Pattern(pattern)) => Some(pattern.as_str()),
            Self::Prepared(Prepared::Set(_) | Prepared::Threshold(_)) | Self::Left(_) | Self::Right(_) => None,
        }
    }
}
