//! The smallest change of facts that flips a verdict.
//!
//! Smallest means that the fewest fields change; of such changes the one in which the fewest fields appear or vanish,
//! then the one whose values are nearest to what they are, in the order of the rule.
//! Where the states of the fields decide everything, the smallest change is a shortest way through the diagram.
//! Else values are tried, first of one field, then of two, and so on; what is found flips the verdict, because the
//! machine was asked, and says itself whether it is proved to be the smallest.

use std::collections::HashMap;

use tamis_lang::catalog::Catalog;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::Constant;
use tamis_types::hir::{FieldUse, Hir};
use tamis_types::logic::{FieldStates, Node, Space};

use super::distance::rank;
use super::explain::FieldValues;
use super::known::KnownFacts;
use super::search::find;
use crate::facts::FieldRef;
use crate::program::Program;
use crate::verdict::Verdict;

/// How many requests are tried.
const MOST_TRIALS: usize = 30_000;

/// How many fields are changed at once in a search.
const MOST_FIELDS: usize = 4;

/// What would flip a verdict.
#[derive(Clone, Debug)]
pub enum Flip {
    /// This change of facts.
    Change(Change),
    /// Nothing: the rule says the same of every request.
    Never,
    /// No change was found.
    Unknown,
}

/// A change of facts that flips a verdict.
#[derive(Clone, Debug)]
pub struct Change {
    /// The fields that change, in the order of the rule.
    pub fields: Vec<FieldChange>,
    /// Whether it is proved that no change of fewer fields flips the verdict.
    pub is_smallest: bool,
    /// The facts with the change.
    pub facts: KnownFacts,
}

/// A field that changes.
#[derive(Clone, Debug)]
pub struct FieldChange {
    /// What it is.
    pub from: FieldValues,
    /// What it would have to be; nothing where it would have to be absent.
    pub to: FieldValues,
}

/// A rule and a request whose verdict is to flip.
struct Question<'q> {
    hir: &'q Hir,
    program: &'q Program,
    now: &'q KnownFacts,
    wanted: Verdict,
    scratch: Scratch,
}

/// The smallest change of facts that flips what a program says.
pub(super) fn flip(catalog: &Catalog, hir: &Hir, program: &Program, now: &KnownFacts) -> Flip {
    let mut scratch = Scratch::default();
    let verdict = program.run(now, &mut scratch);
    let wanted = if verdict == Verdict::Match { Verdict::NoMatch } else { Verdict::Match };
    let mut question = Question { hir, program, now, wanted, scratch };
    let Some(mut space) = Space::new(catalog, &[hir]) else { return Flip::Unknown };
    let Some(root) = space.root(0) else { return Flip::Unknown };
    let target = if wanted == Verdict::Match { Some(root) } else { space.not(root) };
    let Some(target) = target else { return Flip::Unknown };
    if target == Node::FALSE {
        return Flip::Never;
    }
    if let Some(facts) = shortest(catalog, &space, target, now)
        && question.flips(&facts)
    {
        return Flip::Change(question.change(facts, true));
    }
    let options = options(catalog, &space, now);
    if let Some((facts, is_smallest)) = question.try_options(&options, &space) {
        return Flip::Change(question.change(facts, is_smallest));
    }
    match find(&space, target, |facts| question.flips(facts)) {
        Some(facts) => {
            let facts = question.fewer(facts);
            Flip::Change(question.change(facts, false))
        }
        None => Flip::Unknown,
    }
}

impl Question<'_> {
    fn flips(&mut self, facts: &KnownFacts) -> bool {
        // Shares do not change: they belong to the trace, not to the request.
        let mut own = facts.clone();
        own.keep_sampling_of(self.now);
        self.program.run(&own, &mut self.scratch) == self.wanted
    }

    /// Takes back each change that is not needed.
    fn fewer(&mut self, mut facts: KnownFacts) -> KnownFacts {
        for field in &self.hir.fields {
            let mut without = facts.clone();
            without.set(field, self.now.values(field).to_vec());
            if self.flips(&without) {
                facts = without;
            }
        }
        facts
    }

    /// Tries values of one field, then of two, and so on; says whether fewer fields are proved not to be enough.
    fn try_options(&mut self, options: &[Options<'_>], space: &Space<'_>) -> Option<(KnownFacts, bool)> {
        let mut n_trials = 0;
        let is_complete = space.fields().iter().all(|field| field.is_known) && space.is_closed();
        for n_fields in 1..=MOST_FIELDS.min(options.len()) {
            let mut chosen: Vec<usize> = (0..n_fields).collect();
            loop {
                let picked: Vec<&Options<'_>> = chosen.iter().filter_map(|place| options.get(*place)).collect();
                if let Some(found) = self.try_fields(&picked, &mut n_trials)? {
                    return Some((found, n_fields == 1 || is_complete));
                }
                if !next_choice(&mut chosen, options.len()) {
                    break;
                }
            }
        }
        None
    }

    /// Tries every combination of values of some fields; nothing once too many were tried.
    fn try_fields(&mut self, fields: &[&Options<'_>], n_trials: &mut usize) -> Option<Option<KnownFacts>> {
        let mut places = vec![0_usize; fields.len()];
        let mut facts = self.now.clone();
        if fields.iter().any(|field| field.values.is_empty()) {
            return Some(None);
        }
        loop {
            *n_trials += 1;
            if *n_trials > MOST_TRIALS {
                return None;
            }
            for (field, place) in fields.iter().zip(&places) {
                facts.set(field.field, field.values.get(*place).cloned().unwrap_or_default());
            }
            if self.flips(&facts) {
                return Some(Some(facts));
            }
            let mut carry = true;
            for (field, place) in fields.iter().zip(&mut places).rev() {
                *place += 1;
                if *place < field.values.len() {
                    carry = false;
                    break;
                }
                *place = 0;
            }
            if carry {
                return Some(None);
            }
        }
    }

    fn change(&self, mut facts: KnownFacts, is_smallest: bool) -> Change {
        facts.keep_sampling_of(self.now);
        let mut fields = Vec::new();
        for (place, field) in self.hir.fields.iter().enumerate() {
            let (from, to) = (self.now.values(field), facts.values(field));
            if !same(from, to) {
                let own = || FieldRef::new(u32::try_from(place).unwrap_or(u32::MAX), field);
                fields.push(FieldChange { from: FieldValues::new(own(), from), to: FieldValues::new(own(), to) });
            }
        }
        Change { fields, is_smallest, facts }
    }
}

fn same(a: &[Constant], b: &[Constant]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a == b)
}

/// The next combination of places below `n`, in the order of the alphabet.
fn next_choice(chosen: &mut [usize], n: usize) -> bool {
    let size = chosen.len();
    for at in (0..size).rev() {
        let most = n.saturating_sub(size - at);
        let Some(place) = chosen.get(at).copied() else { return false };
        if place < most {
            for (offset, slot) in chosen.iter_mut().skip(at).enumerate() {
                *slot = place + 1 + offset;
            }
            return true;
        }
    }
    false
}

/// What a field may become instead.
struct Options<'o> {
    field: &'o FieldUse,
    values: Vec<Vec<Constant>>,
}

/// For each field the values that may make a difference, the nearest first.
fn options<'o>(catalog: &Catalog, space: &'o Space<'_>, now: &KnownFacts) -> Vec<Options<'o>> {
    let others: Vec<Constant> = space.fields().iter().flat_map(|field| now.values(field.field).to_vec()).collect();
    let mut found = Vec::new();
    for field in space.fields() {
        let current = now.values(field.field);
        let mut values: Vec<Vec<Constant>> = Vec::new();
        for (state, examples) in field.states.iter().enumerate() {
            if field.is_open {
                values.extend(examples.examples.iter().cloned());
            } else if space.state_of(field, current) != Some(state) {
                values.extend(nearest(catalog, field, state, current).map(<[Constant]>::to_vec));
            }
        }
        if field.is_open {
            let near = near(&others, space.related(field)).filter(|value| value.ty() == field.field.ty);
            values.extend(near.map(|value| vec![value]));
        }
        values.retain(|values| !same(values, current));
        let record = catalog.field(field.field.id);
        let ranks = |(place, values): (usize, Vec<Constant>)| {
            (values.is_empty() != current.is_empty(), rank(current, &values, record, place), values)
        };
        let mut ranked: Vec<_> = values.into_iter().enumerate().map(ranks).collect();
        ranked.sort_by_key(|it| (it.0, it.1));
        found.push(Options { field: field.field, values: ranked.into_iter().map(|(_, _, values)| values).collect() });
    }
    found
}

/// Values of other fields, and numbers that are a constant away from them.
fn near<'n>(others: &'n [Constant], related: &'n [Constant]) -> impl Iterator<Item = Constant> {
    let number = |constant: &Constant| match constant {
        Constant::Int(n) | Constant::Duration(n) | Constant::Size(n) => Some(*n),
        _ => None,
    };
    let like = |constant: &Constant, n: i64| match constant {
        Constant::Duration(_) => Constant::Duration(n),
        Constant::Size(_) => Constant::Size(n),
        _ => Constant::Int(n),
    };
    let steps: Vec<i64> = [0, 1].into_iter().chain(related.iter().filter_map(number)).collect();
    others.iter().take(16).flat_map(move |other| {
        let mut near = vec![other.clone()];
        if let Some(n) = number(other) {
            for step in &steps {
                for beyond in [-1, 0, 1] {
                    let sums = [n.saturating_add(*step), n.saturating_sub(*step)];
                    near.extend(sums.map(|sum| like(other, sum.saturating_add(beyond))));
                }
            }
        }
        near
    })
}

/// The example of a state that is nearest to what is there.
fn nearest<'f>(
    catalog: &Catalog,
    field: &'f FieldStates<'_>,
    state: usize,
    current: &[Constant],
) -> Option<&'f [Constant]> {
    let record = catalog.field(field.field.id);
    let examples = field.states.get(state)?.examples.iter().enumerate();
    examples.min_by_key(|(place, values)| rank(current, values, record, *place)).map(|(_, values)| values.as_slice())
}

/// What a way through a diagram costs: fields that change, and those of them that appear or vanish.
type Cost = (usize, usize);

/// The facts with the smallest change; none where fields alone do not decide, or a field is in no known state.
fn shortest(catalog: &Catalog, space: &Space<'_>, target: Node, now: &KnownFacts) -> Option<KnownFacts> {
    if !space.is_closed() {
        return None;
    }
    let mut states: HashMap<usize, (usize, &FieldStates<'_>)> = HashMap::new();
    for field in space.fields() {
        states.insert(field.variable, (space.state_of(field, now.values(field.field))?, field));
    }
    // Successors have smaller numbers than the nodes that lead to them.
    let mut costs: HashMap<Node, (Cost, usize)> = HashMap::from([(Node::TRUE, ((0, 0), 0))]);
    for node in reached(space, target) {
        let (variable, successors) = space.ask(node)?;
        let (current, _) = states.get(&variable)?;
        let mut best: Option<(Cost, usize)> = None;
        for (state, next) in successors.iter().enumerate() {
            let Some(((n_fields, n_presence), _)) = costs.get(next) else { continue };
            let is_change = state != *current;
            let is_presence = is_change && (state == 0 || *current == 0);
            let cost = (n_fields + usize::from(is_change), n_presence + usize::from(is_presence));
            // The current state wins over others that cost as much.
            let key = |cost: Cost, state: usize| (cost, state != *current, state);
            if best.is_none_or(|(other, place)| key(cost, state) < key(other, place)) {
                best = Some((cost, state));
            }
        }
        if let Some(best) = best {
            costs.insert(node, best);
        }
    }
    let mut facts = now.clone();
    let mut node = target;
    while let Some((variable, successors)) = space.ask(node) {
        let (_, state) = costs.get(&node)?;
        let (current, field) = states.get(&variable)?;
        if state != current {
            let values = nearest(catalog, field, *state, now.values(field.field))?;
            facts.set(field.field, values.to_vec());
        }
        node = *successors.get(*state)?;
    }
    Some(facts)
}

/// The inner nodes of a diagram, successors before the nodes that lead to them.
fn reached(space: &Space<'_>, root: Node) -> Vec<Node> {
    let mut found = std::collections::BTreeSet::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if let Some((_, successors)) = space.ask(node)
            && found.insert(node)
        {
            open.extend(successors);
        }
    }
    found.into_iter().collect()
}
