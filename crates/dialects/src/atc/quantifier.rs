//! Quantifiers: a condition on one value becomes conditions on all values of a field.

use tamis_types::hir::{Mode, Quantifier, VariableId};

use super::formula::{Formula, FormulaId, Formulas};
use super::refusal::Refusal;
use super::values::{Field, Laws};

/// So many formulas are made at most for one rule; no rule within the usual limits comes near.
const MOST: usize = 1 << 20;

/// A condition on one value, over the values of the field: that some value passes, that each does, and the same of its
/// opposite. All four are false where there is no value, and none where it cannot be said exactly.
#[derive(Clone, Copy, Debug, Default)]
struct Over {
    some: Option<FormulaId>,
    each: Option<FormulaId>,
    some_not: Option<FormulaId>,
    each_not: Option<FormulaId>,
}

impl Over {
    /// The same of the opposite.
    const fn opposite(self) -> Self {
        Self { some: self.some_not, each: self.each_not, some_not: self.some, each_not: self.each }
    }
}

/// A quantifier over a field.
///
/// # Errors
///
/// That two conditions on one value cannot be told from conditions on two.
pub(crate) fn formula(
    formulas: &mut Formulas,
    field: &Field,
    (quantifier, variable, body): (Quantifier, VariableId, FormulaId),
) -> Result<FormulaId, Refusal> {
    let mut all: Vec<Option<Over>> = vec![None; body.index() + 1];
    let mut refused: Option<Refusal> = None;
    for id in reachable(formulas, body) {
        if formulas.len() > MOST {
            return Err(Refusal::construct("the rule would become too long"));
        }
        let over = match formulas.get(id).clone() {
            Formula::Element { variable: of, test, negated } if of == variable => {
                let mut write = |mode, opposite: bool| {
                    let mut laws = Laws { formulas, field, mode };
                    let answer = laws.formula(&test, negated != opposite);
                    answer.map_err(|refusal| refused = refused.take().or(Some(refusal))).ok()
                };
                Over {
                    some: write(Mode::Any, false),
                    each: write(Mode::All, false),
                    some_not: write(Mode::Any, true),
                    each_not: write(Mode::All, true),
                }
            }
            Formula::Not(inner) => of(&all, inner).opposite(),
            Formula::And(parts) => joined(formulas, field, &parts, &all, true),
            Formula::Or(parts) => joined(formulas, field, &parts, &all, false),
            Formula::Constant(_) | Formula::Predicate(_) | Formula::Element { .. } => closed(formulas, field, id),
        };
        if let Some(slot) = all.get_mut(id.index()) {
            *slot = Some(over);
        }
    }
    let over = of(&all, body);
    let found = match quantifier {
        Quantifier::Any => over.some,
        // Over no value `all` is false, as `each` is.
        Quantifier::All => over.each,
        Quantifier::None => over.some.map(|some| formulas.not(some)),
    };
    found.ok_or_else(|| {
        refused.unwrap_or_else(|| {
            Refusal::several("Kong's expressions cannot ask that one value satisfies two conditions").note(
                "`any(f) … && any(f) …` is true as well where one value satisfies the first and another the second",
            )
        })
    })
}

/// The parts of a formula, itself included, parts before the whole.
fn reachable(formulas: &Formulas, root: FormulaId) -> Vec<FormulaId> {
    let mut seen = vec![false; root.index() + 1];
    let mut found = Vec::new();
    let mut stack = vec![root];
    while let Some(id) = stack.pop() {
        let Some(slot) = seen.get_mut(id.index()) else { continue };
        if std::mem::replace(slot, true) {
            continue;
        }
        found.push(id);
        match formulas.get(id) {
            Formula::Not(inner) => stack.push(*inner),
            Formula::And(parts) | Formula::Or(parts) => stack.extend(parts),
            Formula::Constant(_) | Formula::Predicate(_) | Formula::Element { .. } => {}
        }
    }
    found.sort_unstable();
    found
}

fn of(all: &[Option<Over>], id: FormulaId) -> Over {
    all.get(id.index()).copied().flatten().unwrap_or_default()
}

/// A condition that does not look at the value: it holds for every value, or for none.
fn closed(formulas: &mut Formulas, field: &Field, id: FormulaId) -> Over {
    let there = Laws { formulas: &mut *formulas, field, mode: Mode::All }.there();
    let opposite = formulas.not(id);
    let (holds, fails) = (formulas.and(vec![id, there]), formulas.and(vec![opposite, there]));
    Over { some: Some(holds), each: Some(holds), some_not: Some(fails), each_not: Some(fails) }
}

/// Several conditions on one value.
fn joined(formulas: &mut Formulas, field: &Field, parts: &[FormulaId], all: &[Option<Over>], is_and: bool) -> Over {
    let overs: Vec<Over> = parts.iter().map(|part| of(all, *part)).collect();
    // Where every value is treated alike, or all but one condition treat it alike, the order of the two does not matter.
    let alike = |over: &Over| over.some.is_some() && over.some == over.each;
    let exact = field.single || overs.iter().filter(|over| !alike(over)).count() < 2;
    let column = |of: fn(&Over) -> Option<FormulaId>| overs.iter().map(of).collect::<Option<Vec<FormulaId>>>();
    let mut join = |ids: Option<Vec<FormulaId>>, and: bool, allowed: bool| {
        let ids = ids.filter(|_| allowed)?;
        Some(if and { formulas.and(ids) } else { formulas.or(ids) })
    };
    Over {
        some: join(column(|over| over.some), is_and, exact || !is_and),
        each: join(column(|over| over.each), is_and, exact || is_and),
        some_not: join(column(|over| over.some_not), !is_and, exact || is_and),
        each_not: join(column(|over| over.each_not), !is_and, exact || !is_and),
    }
}
