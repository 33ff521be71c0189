//! What makes two conditions of which nothing is known the same: their text without names and places.

use std::fmt::Write as _;

use tamis_lang::prepared::Prepared;

use super::body::conditions;
use crate::hir::{ConditionId, ConditionKind, FieldUseId, Hir, Right, Test, ValueId, ValueKind};

/// The most values of an expression that is compared with others.
const MOST_VALUES: usize = 64;

/// The most elements of a set that is compared with others.
const MOST_ELEMENTS: usize = 64;

/// Writes keys of one rule; fields are named by their variables.
pub(super) struct Keys<'k> {
    pub(super) hir: &'k Hir,
    /// The variable of each field.
    pub(super) variables: &'k [usize],
}

impl Keys<'_> {
    /// The key of an expression.
    pub(super) fn value(&self, root: ValueId) -> Option<String> {
        let mut key = String::new();
        self.write_value(&mut key, root)?;
        Some(key)
    }

    /// The key of a comparison without its negation.
    pub(super) fn test(&self, test: &Test) -> Option<String> {
        let mut key = String::new();
        self.write_test(&mut key, test)?;
        Some(key)
    }

    /// The key of a condition with everything in it.
    pub(super) fn condition(&self, root: ConditionId) -> Option<String> {
        let ids = conditions(self.hir, root)?;
        let place = |id: &ConditionId| ids.binary_search(id).ok();
        let mut key = String::new();
        for id in &ids {
            match &self.hir.condition(*id)?.kind {
                ConditionKind::Constant(answer) => write!(key, "c{answer};").ok()?,
                ConditionKind::Not(inner) => write!(key, "n{};", place(inner)?).ok()?,
                ConditionKind::And(parts) | ConditionKind::Or(parts) => {
                    let is_and = matches!(self.hir.condition(*id)?.kind, ConditionKind::And(_));
                    let places: Vec<usize> = parts.iter().map(place).collect::<Option<_>>()?;
                    write!(key, "{}{places:?};", if is_and { 'a' } else { 'o' }).ok()?;
                }
                ConditionKind::Test(test) => {
                    write!(key, "t{}", test.negated).ok()?;
                    self.write_test(&mut key, test)?;
                }
                ConditionKind::Sample(threshold) => write!(key, "s{};", threshold.get()).ok()?,
                ConditionKind::Exists(field) => write!(key, "e{};", self.variable(*field)?).ok()?,
                ConditionKind::Quantified { quantifier, source, variable, body } => {
                    let (source, body) = (self.variable(*source)?, place(body)?);
                    write!(key, "q{quantifier:?},{source},{},{body};", variable.0).ok()?;
                }
            }
        }
        Some(key)
    }

    fn variable(&self, field: FieldUseId) -> Option<usize> {
        self.variables.get(field.0 as usize).copied()
    }

    fn write_test(&self, key: &mut String, test: &Test) -> Option<()> {
        write!(key, "{:?}{:?}", test.op, test.mode).ok()?;
        self.write_value(key, test.left)?;
        match test.right {
            Right::Value(right) => self.write_value(key, right),
            Right::Prepared(id) => match self.hir.prepared.get(id.0 as usize)? {
                Prepared::Threshold(threshold) => write!(key, "p{};", threshold.get()).ok(),
                Prepared::Pattern(pattern) => write!(key, "r{:?};", pattern.as_str()).ok(),
                Prepared::Set(set) if set.elements().len() <= MOST_ELEMENTS => {
                    write!(key, "s{:?};", set.elements()).ok()
                }
                Prepared::Set(_) => None,
            },
        }
    }

    /// Operations before their operands, with the number of these, so that no two expressions have one key.
    fn write_value(&self, key: &mut String, root: ValueId) -> Option<()> {
        let mut open = vec![root];
        let mut n_values = 0;
        while let Some(id) = open.pop() {
            n_values += 1;
            if n_values > MOST_VALUES {
                return None;
            }
            match &self.hir.value(id)?.kind {
                ValueKind::Constant(constant) => write!(key, "{constant:?};").ok()?,
                ValueKind::Field(field) => write!(key, "f{};", self.variable(*field)?).ok()?,
                ValueKind::Variable(variable) => write!(key, "v{};", variable.0).ok()?,
                ValueKind::Call { builtin, arguments } => {
                    write!(key, "{builtin:?}/{};", arguments.len()).ok()?;
                    open.extend(arguments.iter().rev());
                }
                ValueKind::Default(left, right) => {
                    key.push_str("??;");
                    open.extend([*right, *left]);
                }
                ValueKind::TextLen(text) => {
                    key.push_str("len;");
                    open.push(*text);
                }
                ValueKind::Count(field) => write!(key, "count{};", self.variable(*field)?).ok()?,
                ValueKind::ListLen(field) => write!(key, "list{};", self.variable(*field)?).ok()?,
            }
        }
        Some(())
    }
}
