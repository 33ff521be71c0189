//! Many rules, and which of them a request matches.

use std::collections::HashMap;
use std::fmt;

use tamis_lang::phase::Phase;
use tamis_lang::sampling::Randomness;

use super::asking::Asking;
use super::code::{self, Code};
use super::condition::Kind;
use super::core::Core;
use super::cut;
use super::index::Index;
use super::keys::{self, Filed};
use super::memory::Memory;
use super::postings::Candidates;
use super::translate::{Next, Node, translate};
use crate::facts::{Fact, Facts, FieldRef};
use crate::program::Program;

/// A rule of a set: a small number, the smallest one that is free when the rule is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub(super) u32);

impl RuleId {
    /// The number, to keep something for each rule in a list.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// There is no room for another rule.
///
/// A set takes 2^31 rules, as many different conditions, 65,535 different fields and 4 GiB of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the set has no room for another rule")
    }
}

impl std::error::Error for Full {}

/// Rules that are asked together.
///
/// Each rule is filed under the conditions without which it cannot match, so a request is compared only with rules that
/// may match it; conditions that several rules have are asked once.
/// What the set says is what [`Program::run`] says of each rule by itself.
///
/// The set is immutable while it is asked, so threads share it; each has a [`Memory`] of its own.
/// To change it while others ask, see [`SharedRuleSet`](super::SharedRuleSet).
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    pub(super) core: Core,
    pub(super) index: Index,
    rules: Vec<Rule>,
    free: Vec<u32>,
    n_rules: usize,
    /// What rules are filed under, and their code.
    words: Vec<u32>,
    n_unused: usize,
    /// Rules that are filed under nothing.
    pub(super) always: Vec<u32>,
    pub(super) groups: Vec<Group>,
    group_places: HashMap<Box<[u32]>, u32>,
    /// Rules that may be dropped before it is known what they are filed under, by the phase from which on.
    pub(super) watched: [Vec<u32>; Phase::ALL.len()],
}

/// A rule in the set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    /// Where its words begin; past all of them if the place is free.
    start: u32,
    /// How many words its code has, and of which form they are.
    code: code::Shape,
    priority: i32,
    /// What it waits for.
    pub(super) group: u32,
}

/// Rules that are filed under values of the same fields.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The views of the index, in order.
    pub(super) views: Box<[u32]>,
    /// How many rules are in it.
    pub(super) n_rules: usize,
}

const FREE: u32 = u32::MAX;
/// The group of rules that are filed under nothing.
pub(super) const UNFILED: u32 = u32::MAX;

/// Beyond this share of requests a rule is simply asked each time.
const TOO_LIKELY: f32 = 0.95;
/// How many conditions there have to be before their numbers say something.
const ENOUGH: u32 = 32;
/// What a look-up that is possible only after the response costs in comparison to an earlier one.
const LATE: f32 = 1.5;

impl RuleSet {
    /// A set without rules.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The rules in their order, each with its priority.
    ///
    /// This is better than adding one after the other: what rules are filed under is chosen when all of them are known,
    /// and no memory is kept in reserve.
    ///
    /// # Errors
    ///
    /// There is no room for all of them.
    pub fn of<'p>(rules: impl IntoIterator<Item = (&'p Program, i32)>) -> Result<Self, Full> {
        let mut set = Self::default();
        let mut translated = Vec::new();
        for (program, priority) in rules {
            translated.push((translate(&mut set.core, program).ok_or(Full)?, priority));
        }
        set.index = Index::with_capacity(translated.len());
        set.rules.reserve_exact(translated.len());
        let n_nodes: usize = translated.iter().map(|((_, nodes), _)| nodes.len() + 2).sum();
        set.words.reserve_exact(n_nodes);
        for ((entry, nodes), priority) in translated {
            set.file(entry, &nodes, priority)?;
        }
        set.shrink();
        Ok(set)
    }

    /// Adds a rule.
    ///
    /// Of rules that match, the first one is that of the largest priority, and among those of one priority the one with
    /// the smallest id.
    ///
    /// # Errors
    ///
    /// There is no room; the set is as before.
    pub fn insert(&mut self, program: &Program, priority: i32) -> Result<RuleId, Full> {
        let (entry, nodes) = translate(&mut self.core, program).ok_or(Full)?;
        self.file(entry, &nodes, priority)
    }

    /// Removes a rule; false where there is none with this id.
    pub fn remove(&mut self, id: RuleId) -> bool {
        let Some(rule) = self.rule(id.0).copied() else { return false };
        let Self { core, index, .. } = self;
        let (cut, code) = words_of(&self.words, &rule);
        let n_words = 1 + cut.len() + code.len();
        for condition in cut {
            keys::visit(core, *condition, &mut |filed| index.remove(&filed, id.0));
        }
        for condition in Code::new(rule.code, code).conditions() {
            core.release(condition);
        }
        match self.groups.get_mut(rule.group as usize) {
            Some(group) => group.n_rules = group.n_rules.saturating_sub(1),
            None => take_out(&mut self.always, id.0),
        }
        self.watched.iter_mut().for_each(|watched| take_out(watched, id.0));
        if let Some(rule) = self.rules.get_mut(id.index()) {
            rule.start = FREE;
        }
        self.free.push(id.0);
        self.n_rules -= 1;
        self.n_unused += n_words;
        if self.n_unused * 2 > self.words.len() {
            self.collect();
        }
        true
    }

    /// How many rules there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.n_rules
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.n_rules == 0
    }

    /// The ids of the rules, in order.
    pub fn ids(&self) -> impl Iterator<Item = RuleId> {
        (0..).zip(&self.rules).filter(|(_, rule)| rule.start != FREE).map(|(id, _)| RuleId(id))
    }

    /// The fields that the rules use; the place of each is its [`slot`](FieldRef::slot).
    ///
    /// A field that no rule uses any more stays until a new one takes its place.
    #[must_use]
    pub fn fields(&self) -> &[FieldRef] {
        self.core.fields()
    }

    /// How many different conditions the rules have.
    #[must_use]
    pub fn n_conditions(&self) -> usize {
        self.core.conditions.n_used()
    }

    /// Gives memory back that was kept for more rules.
    pub fn shrink(&mut self) {
        if self.n_unused > 0 {
            self.collect();
        }
        self.core.conditions.shrink();
        self.index.shrink();
        self.rules.shrink_to_fit();
        self.words.shrink_to_fit();
        self.always.shrink_to_fit();
        self.watched.iter_mut().for_each(Vec::shrink_to_fit);
    }

    /// The rules that match a request, in the order of their ids.
    #[must_use]
    pub fn matches<'m, F: Facts + ?Sized>(&self, facts: &F, memory: &'m mut Memory) -> &'m [RuleId] {
        memory.matches.clear();
        self.each_match(facts, memory, |rule, _, matches| matches.push(RuleId(rule)));
        memory.matches.sort_unstable();
        &memory.matches
    }

    /// How many rules match a request.
    #[must_use]
    pub fn count<F: Facts + ?Sized>(&self, facts: &F, memory: &mut Memory) -> usize {
        let mut n_matches = 0;
        self.each_match(facts, memory, |_, _, _| n_matches += 1);
        n_matches
    }

    /// The rule of the largest priority that matches a request; of several the one with the smallest id.
    #[must_use]
    pub fn first_match<F: Facts + ?Sized>(&self, facts: &F, memory: &mut Memory) -> Option<RuleId> {
        let mut best: Option<(i32, u32)> = None;
        let is_better = |best: Option<(i32, u32)>, rule: u32, priority: i32| {
            best.is_none_or(|(most, id)| priority > most || (priority == most && rule < id))
        };
        self.with_candidates(facts, memory, |set, asking, candidates, _| {
            for id in candidates {
                let Some(rule) = set.rule(*id) else { continue };
                if is_better(best, *id, rule.priority) && set.code(rule).matches(asking) {
                    best = Some((rule.priority, *id));
                }
            }
        });
        best.map(|(_, id)| RuleId(id))
    }

    fn each_match<F: Facts + ?Sized>(
        &self,
        facts: &F,
        memory: &mut Memory,
        mut visit: impl FnMut(u32, &Rule, &mut Vec<RuleId>),
    ) {
        self.with_candidates(facts, memory, |set, asking, candidates, matches| {
            for id in candidates {
                if let Some(rule) = set.rule(*id)
                    && set.code(rule).matches(asking)
                {
                    visit(*id, rule, matches);
                }
            }
        });
    }

    /// Finds the rules that may match and hands them out, those that are filed under nothing after the others.
    fn with_candidates<F: Facts + ?Sized>(
        &self,
        facts: &F,
        memory: &mut Memory,
        mut run: impl FnMut(&Self, &mut Asking<'_, F>, &[u32], &mut Vec<RuleId>),
    ) {
        let Memory { scratch, answers, candidates, matches } = memory;
        candidates.reset(self.rules.len());
        answers.reset(self.core.conditions.len());
        let (arena, inner) = scratch.split();
        let fields = arena.filled(self.core.fields().len(), None);
        let mut asking =
            Asking { core: &self.core, facts, fields, answers, randomness: None, phase: None, arena, scratch: inner };
        for (place, view) in (0..).zip(self.index.views()) {
            if view.is_empty() {
                continue;
            }
            match asking.fact(view.slot) {
                Fact::Absent | Fact::NotYet => {}
                Fact::One(value) | Fact::AtLeast(value) => {
                    self.index.present(view, candidates);
                    self.index.look_up((place, view), &self.core, value, asking.scratch, candidates);
                }
                Fact::Many | Fact::SoFar => self.look_up_several((place, view.slot), &mut asking, candidates),
            }
        }
        run(self, &mut asking, candidates.rules(), matches);
        run(self, &mut asking, &self.always, matches);
        scratch.reset();
    }

    /// Looks every value of a field up; answers whether there is one.
    #[inline(never)]
    pub(super) fn look_up_several<F: Facts + ?Sized>(
        &self,
        (place, slot): (u32, u16),
        asking: &mut Asking<'_, F>,
        found: &mut Candidates,
    ) {
        let (Some(view), Some(field)) = (self.index.views().get(place as usize), self.core.field(slot.into())) else {
            return;
        };
        asking.facts.each(field, &mut |value| {
            self.index.present(view, found);
            self.index.look_up((place, view), &self.core, value, asking.scratch, found);
            std::ops::ControlFlow::Continue(())
        });
    }

    /// A rule.
    #[inline]
    pub(super) fn rule(&self, id: u32) -> Option<&Rule> {
        self.rules.get(id as usize).filter(|rule| rule.start != FREE)
    }

    /// How many places for rules there are.
    pub(super) fn n_places(&self) -> usize {
        self.rules.len()
    }

    /// The code of a rule.
    #[inline]
    pub(super) fn code(&self, rule: &Rule) -> Code<'_> {
        Code::new(rule.code, words_of(&self.words, rule).1)
    }

    /// Gives a translated rule a place and files it.
    fn file(&mut self, entry: Next, nodes: &[Node], priority: i32) -> Result<RuleId, Full> {
        let Ok(start) = u32::try_from(self.words.len()) else { return self.give_up(nodes) };
        let id = match self.free.pop() {
            Some(id) => id,
            None if self.rules.len() < 1 << 31 => {
                let id = u32::try_from(self.rules.len()).unwrap_or(0);
                self.rules.push(Rule { start: FREE, code: code::Shape::default(), priority, group: UNFILED });
                id
            }
            None => return self.give_up(nodes),
        };
        let core = &self.core;
        let cut = cut::cheapest(entry, nodes, |node| self.cost(node.id), TOO_LIKELY).map(|(cut, _)| cut);
        let cut_len = u32::try_from(cut.as_ref().map_or(0, Vec::len)).unwrap_or(u32::MAX);
        self.words.push(cut_len);
        self.words.extend(cut.iter().flatten());
        let code = code::write(entry, nodes, |id| is_in(cut.as_ref(), id), core, &mut self.words);
        let drop = cut::earliest_drop(entry, nodes, |node| self.earliest(node.id));
        let group = self.group(id, cut.as_deref(), drop);
        if let Some(rule) = self.rules.get_mut(id as usize) {
            *rule = Rule { start, code, priority, group };
        }
        self.n_rules += 1;
        Ok(RuleId(id))
    }

    fn give_up(&mut self, nodes: &[Node]) -> Result<RuleId, Full> {
        nodes.iter().for_each(|node| self.core.release(node.id));
        Err(Full)
    }

    /// Files a rule under its keys; answers its group.
    fn group(&mut self, id: u32, cut: Option<&[u32]>, drop: Option<Phase>) -> u32 {
        let Some(cut) = cut else {
            self.always.push(id);
            return UNFILED;
        };
        let Self { core, index, .. } = self;
        let mut views: Vec<u32> = Vec::new();
        let mut known = Phase::Connect;
        for condition in cut {
            keys::visit(core, *condition, &mut |filed: Filed<'_>| {
                index.add(&filed, id);
                views.extend(index.view_of(&filed));
                known = known.max(core.field(filed.slot.into()).map_or(Phase::Log, |field| field.phase));
            });
        }
        views.sort_unstable();
        views.dedup();
        if let Some(drop) = drop.filter(|drop| *drop < known)
            && let Some(watched) = Phase::ALL.iter().position(|phase| *phase == drop)
        {
            self.watched.iter_mut().skip(watched).take(1).for_each(|watched| watched.push(id));
        }
        let views: Box<[u32]> = views.into();
        let place = *self.group_places.entry(views).or_insert_with_key(|views| {
            self.groups.push(Group { views: views.clone(), n_rules: 0 });
            u32::try_from(self.groups.len() - 1).unwrap_or(0)
        });
        if let Some(group) = self.groups.get_mut(place as usize) {
            group.n_rules += 1;
        }
        place
    }

    /// How likely it is that a request is found under the keys of a condition; none if it has no keys.
    fn cost(&self, id: u32) -> Option<f32> {
        let condition = self.core.conditions.get(id)?;
        let mut chance = 0.0;
        let mut phase = Phase::Connect;
        let is_filed = keys::visit(&self.core, id, &mut |filed| {
            chance += filed.chance;
            phase = phase.max(self.core.field(filed.slot.into()).map_or(Phase::Log, |field| field.phase));
        });
        if !is_filed {
            return None;
        }
        if let Some(statistics) = self.core.statistics(condition).filter(|statistics| statistics.n_uses >= ENOUGH) {
            // What rules often ask for is frequent, and of many different values each is rare.
            #[expect(clippy::cast_precision_loss, reason = "an estimate")]
            let (uses, n_uses, n_different) =
                (condition.uses as f32, statistics.n_uses as f32, statistics.n_different as f32);
            chance = chance.min(1.0 / n_different).max(uses / n_uses);
        }
        Some(if phase > Phase::Authenticated { chance * LATE } else { chance })
    }

    /// The first phase at which something can be said about a condition.
    fn earliest(&self, id: u32) -> Phase {
        let Some(condition) = self.core.conditions.get(id) else { return Phase::Connect };
        if condition.kind == Kind::Sample {
            return Randomness::PHASE;
        }
        let mut earliest: Option<Phase> = None;
        self.core.fields_of(condition, &mut |slot| {
            let field = self.core.field(slot.into());
            let phase = field.filter(|field| !field.monotone).map_or(Phase::Connect, |field| field.phase);
            earliest = Some(earliest.map_or(phase, |earliest| earliest.min(phase)));
        });
        // Without fields it is known at once.
        earliest.unwrap_or(Phase::Connect)
    }

    /// Writes the words that are in use to a list of their own.
    fn collect(&mut self) {
        let mut words = Vec::with_capacity(self.words.len().saturating_sub(self.n_unused));
        for rule in &mut self.rules {
            if rule.start == FREE {
                continue;
            }
            let (cut, code) = words_of(&self.words, rule);
            // There are fewer words than before.
            let start = u32::try_from(words.len()).unwrap_or(0);
            words.push(u32::try_from(cut.len()).unwrap_or(0));
            words.extend_from_slice(cut);
            words.extend_from_slice(code);
            rule.start = start;
        }
        self.words = words;
        self.n_unused = 0;
    }
}

/// The conditions that a rule is filed under, and its code.
#[inline]
fn words_of<'w>(words: &'w [u32], rule: &Rule) -> (&'w [u32], &'w [u32]) {
    let Some((n_cut, rest)) = words.get(rule.start as usize..).and_then(<[u32]>::split_first) else {
        return (&[], &[]);
    };
    let (cut, rest) = rest.split_at_checked(*n_cut as usize).unwrap_or_default();
    (cut, rest.get(..rule.code.n_words()).unwrap_or_default())
}

fn is_in(cut: Option<&Vec<u32>>, id: u32) -> bool {
    cut.is_some_and(|cut| cut.contains(&id))
}

fn take_out(rules: &mut Vec<u32>, rule: u32) {
    if let Some(at) = rules.iter().position(|known| *known == rule) {
        rules.swap_remove(at);
    }
}
