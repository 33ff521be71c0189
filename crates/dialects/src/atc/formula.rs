//! Conditions on the way to Kong's expressions: an arena of formulas, parts before the whole.

use tamis_types::hir::VariableId;

use super::test::Test;

/// The place of a formula in its [`Formulas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FormulaId(u32);

/// A condition.
#[derive(Clone, Debug)]
pub(crate) enum Formula {
    /// Always the same.
    Constant(bool),
    /// A predicate as it is written.
    Predicate(String),
    /// A test of the value that a quantifier looks at; gone once the quantifier is converted.
    Element { variable: VariableId, test: Test, negated: bool },
    /// The opposite.
    Not(FormulaId),
    /// All of them.
    And(Vec<FormulaId>),
    /// One of them.
    Or(Vec<FormulaId>),
}

/// An arena of formulas.
#[derive(Clone, Debug, Default)]
pub(crate) struct Formulas {
    all: Vec<Formula>,
}

/// What stands in for a formula of another arena.
static NOWHERE: Formula = Formula::Constant(false);

impl FormulaId {
    /// The place in the arena.
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

impl Formulas {
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    pub(crate) fn get(&self, id: FormulaId) -> &Formula {
        self.all.get(id.index()).unwrap_or(&NOWHERE)
    }

    fn push(&mut self, formula: Formula) -> FormulaId {
        let id = FormulaId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(formula);
        id
    }

    pub(crate) fn constant(&mut self, truth: bool) -> FormulaId {
        self.push(Formula::Constant(truth))
    }

    pub(crate) fn predicate(&mut self, text: String) -> FormulaId {
        self.push(Formula::Predicate(text))
    }

    pub(crate) fn element(&mut self, variable: VariableId, test: Test, negated: bool) -> FormulaId {
        self.push(Formula::Element { variable, test, negated })
    }

    /// The opposite; of a negation what it negates.
    pub(crate) fn not(&mut self, id: FormulaId) -> FormulaId {
        match self.get(id) {
            Formula::Constant(truth) => {
                let truth = !*truth;
                self.constant(truth)
            }
            Formula::Not(inner) => *inner,
            Formula::Predicate(_) | Formula::Element { .. } | Formula::And(_) | Formula::Or(_) => {
                self.push(Formula::Not(id))
            }
        }
    }

    /// All of some formulas, without those that are always true.
    pub(crate) fn and(&mut self, parts: Vec<FormulaId>) -> FormulaId {
        self.joined(parts, true)
    }

    /// One of some formulas, without those that are always false.
    pub(crate) fn or(&mut self, parts: Vec<FormulaId>) -> FormulaId {
        self.joined(parts, false)
    }

    /// `neutral` is what a part may be left out for; its opposite decides alone.
    fn joined(&mut self, mut parts: Vec<FormulaId>, neutral: bool) -> FormulaId {
        let is =
            |all: &Self, id: FormulaId, wanted| matches!(all.get(id), Formula::Constant(truth) if *truth == wanted);
        if parts.iter().any(|part| is(self, *part, !neutral)) {
            return self.constant(!neutral);
        }
        parts.retain(|part| !is(self, *part, neutral));
        match parts.as_slice() {
            [] => self.constant(neutral),
            [only] => *only,
            _ if neutral => self.push(Formula::And(parts)),
            _ => self.push(Formula::Or(parts)),
        }
    }

    /// Whether a formula is written as several operands side by side, and by which sign.
    pub(crate) fn sign(&self, id: FormulaId) -> Option<&'static str> {
        match self.get(id) {
            Formula::And(_) => Some("&&"),
            Formula::Or(_) => Some("||"),
            Formula::Constant(_) | Formula::Predicate(_) | Formula::Element { .. } | Formula::Not(_) => None,
        }
    }

    /// The formula as text, with parentheses around every group; none where a constant is left in it.
    pub(crate) fn print(&self, root: FormulaId) -> Option<String> {
        enum Work {
            Formula(FormulaId),
            Text(&'static str),
        }
        let mut out = String::new();
        let mut stack = vec![Work::Formula(root)];
        while let Some(work) = stack.pop() {
            let id = match work {
                Work::Text(text) => {
                    out.push_str(text);
                    continue;
                }
                Work::Formula(id) => id,
            };
            match self.get(id) {
                Formula::Constant(_) | Formula::Element { .. } => return None,
                Formula::Predicate(text) => out.push_str(text),
                Formula::Not(inner) => stack.extend([Work::Text(")"), Work::Formula(*inner), Work::Text("!(")]),
                Formula::And(parts) | Formula::Or(parts) => {
                    let sign = if self.sign(id) == Some("&&") { " && " } else { " || " };
                    for (place, part) in parts.iter().enumerate().rev() {
                        let grouped = self.sign(*part).is_some();
                        stack.extend(grouped.then_some(Work::Text(")")));
                        stack.push(Work::Formula(*part));
                        stack.extend(grouped.then_some(Work::Text("(")));
                        stack.extend((place > 0).then_some(Work::Text(sign)));
                    }
                }
            }
        }
        Some(out)
    }
}
