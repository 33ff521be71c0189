//! A rule at one request, as far as tests of single fields decide it: a quick way to see that nothing follows.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use tamis_lang::catalog::{Catalog, FieldId};
use tamis_lang::value::Constant;

use super::Node;
use super::atom::{HowMany, Passes};
use super::collect::{Atom, Collector, Kind, Leaf, Variable};
use super::domain::Bound;
use super::space::Space;
use crate::hir::{ConditionId, ConditionKind, FieldUse, Hir};

/// A request, of which only what some rules ask is known; other fields are absent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Example<'h> {
    fields: Vec<(&'h FieldUse, Vec<Constant>)>,
}

/// A rule that can be asked about examples.
#[derive(Debug)]
pub(crate) struct Sketch<'h> {
    hir: &'h Hir,
    variables: Vec<Variable<'h>>,
    leaves: Vec<Option<Leaf>>,
}

/// A field and a value that it must have, hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Needed(u64);

/// Which of the states that satisfy a condition an example takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    First,
    Last,
}

impl Needed {
    fn new(field: FieldId, key: Option<&str>, value: &Constant) -> Option<Self> {
        let mut hasher = DefaultHasher::new();
        (field.0, key).hash(&mut hasher);
        match value {
            Constant::String(text) => text.hash(&mut hasher),
            Constant::Int(n) | Constant::Duration(n) | Constant::Size(n) => n.hash(&mut hasher),
            Constant::Ip(ip) => ip.hash(&mut hasher),
            Constant::Bool(_) | Constant::Float(_) | Constant::Network(_) => return None,
        }
        Some(Self(hasher.finish()))
    }
}

impl Example<'_> {
    /// A request that satisfies a condition, unless something of which nothing is known forbids it.
    pub(crate) fn of<'h>(space: &Space<'h>, node: Node, choice: Choice) -> Example<'h> {
        let mut example = Example::default();
        let mut node = node;
        while let Some((variable, successors)) = space.ask(node) {
            let mut possible = successors.iter().enumerate().filter(|(_, next)| **next != Node::FALSE);
            // A field that has a value is the plainer example.
            let taken = match choice {
                Choice::First => possible.clone().find(|(state, _)| *state > 0).or_else(|| possible.clone().next()),
                Choice::Last => possible.next_back(),
            };
            let Some((state, next)) = taken else { break };
            if let Some(field) = space.fields().iter().find(|field| field.variable == variable) {
                let values = field.states.get(state).and_then(|state| state.examples.first()).cloned();
                example.fields.push((field.field, values.unwrap_or_default()));
            }
            node = *next;
        }
        example.fields.shrink_to_fit();
        example
    }

    fn values(&self, field: &FieldUse) -> &[Constant] {
        let found = self.fields.iter().find(|(own, _)| own.id == field.id && own.key == field.key);
        found.map_or(&[], |(_, values)| values)
    }

    /// What the fields of the example have, as rules may need it.
    pub(crate) fn needs(&self) -> impl Iterator<Item = Needed> {
        let pairs = self.fields.iter().flat_map(|(field, values)| values.iter().map(move |value| (*field, value)));
        pairs.filter_map(|(field, value)| Needed::new(field.id, field.key.as_deref(), value))
    }
}

impl<'h> Sketch<'h> {
    pub(crate) fn new(catalog: &'h Catalog, hir: &'h Hir) -> Self {
        let mut collector = Collector::new(catalog);
        let leaves = collector.rule(hir);
        let mut variables = collector.variables;
        // Many sketches are kept beside each other.
        variables.shrink_to_fit();
        for variable in &mut variables {
            variable.tests.shrink_to_fit();
            (variable.related, variable.patterns) = (Vec::new(), Vec::new());
        }
        Self { hir, variables, leaves }
    }

    /// Whether the rule matches the example; none where that depends on more than tests of single fields.
    pub(crate) fn at(&self, example: &Example<'_>) -> Option<bool> {
        let mut answers: Vec<Option<bool>> = Vec::with_capacity(self.leaves.len());
        for (condition, leaf) in self.hir.conditions.iter().zip(&self.leaves) {
            let at = |id: &ConditionId| answers.get(id.0 as usize).copied().flatten();
            let answer = match (leaf, &condition.kind) {
                (Some(Leaf::Constant(answer)), _) => Some(*answer),
                (Some(Leaf::Atom(atom)), _) => self.atom(atom, example),
                (None, ConditionKind::Not(inner)) => at(inner).map(|answer| !answer),
                (None, ConditionKind::And(parts)) => {
                    if parts.iter().any(|part| at(part) == Some(false)) {
                        Some(false)
                    } else {
                        parts.iter().all(|part| at(part) == Some(true)).then_some(true)
                    }
                }
                (None, ConditionKind::Or(parts)) => {
                    if parts.iter().any(|part| at(part) == Some(true)) {
                        Some(true)
                    } else {
                        parts.iter().all(|part| at(part) == Some(false)).then_some(false)
                    }
                }
                (None, _) => None,
            };
            answers.push(answer);
        }
        answers.get(self.hir.root?.0 as usize).copied().flatten()
    }

    fn atom(&self, atom: &Atom, example: &Example<'_>) -> Option<bool> {
        let values = |variable: usize| match self.variables.get(variable)?.kind {
            Kind::Field(field) => Some(example.values(field)),
            Kind::Term | Kind::Randomness => None,
        };
        if atom.present.iter().any(|variable| values(*variable).is_some_and(<[Constant]>::is_empty)) {
            return Some(atom.negated);
        }
        let test = self.variables.get(atom.variable)?.tests.get(atom.test)?;
        let holds = match values(atom.variable)? {
            [] => test.absent,
            values => match test.how_many {
                HowMany::One => values.iter().any(|value| test.passes(value)),
                HowMany::Every => values.iter().all(|value| test.passes(value)),
            },
        };
        Some(holds != atom.negated)
    }

    /// A value without which the rule does not match, if one of its conditions says so.
    pub(crate) fn needed(&self) -> Option<Needed> {
        let mut open = vec![self.hir.root?];
        let mut found = None;
        while let Some(id) = open.pop() {
            if let Some(ConditionKind::And(parts)) = self.hir.condition(id).map(|condition| &condition.kind) {
                open.extend(parts);
            }
            let Some(Leaf::Atom(atom)) = self.leaves.get(id.0 as usize).and_then(Option::as_ref) else { continue };
            let Some(variable) = self.variables.get(atom.variable) else { continue };
            let (Kind::Field(field), Some(test)) = (&variable.kind, variable.tests.get(atom.test)) else { continue };
            let Passes::Compare(compare) = &test.passes else { continue };
            let Some(Bound::Equal(constant)) = compare.bound() else { continue };
            if compare.negated || test.absent || atom.negated {
                continue;
            }
            let needed = Needed::new(field.id, field.key.as_deref(), constant);
            // Texts tell more rules apart than numbers do.
            if matches!(constant, Constant::String(_)) && needed.is_some() {
                return needed;
            }
            found = found.or(needed);
        }
        found
    }
}
