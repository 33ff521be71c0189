//! A request on its way through the phases, and what is decided about each rule of a set.
//!
//! A rule is followed by itself only once a value under which it is filed has arrived, or once it may be dropped for
//! another reason.
//! Of the others it is enough to know which fields they wait for: as long as one of those is not known, nothing can be
//! said, and when all of them are and none has led to the rule, it is dropped.

use std::sync::Arc;

use tamis_lang::phase::Phase;
use tamis_lang::sampling::Randomness;

use super::asking::Asking;
use super::condition::Kind;
use super::index::View;
use super::memory::Memory;
use super::postings::Candidates;
use super::rule_set::{RuleId, RuleSet, UNFILED};
use crate::facts::{Fact, Facts};
use crate::phased::live::State;
use crate::verdict::Verdict;

/// A rule that is followed by itself.
#[derive(Clone, Copy, Debug)]
struct Followed {
    rule: u32,
    verdict: Verdict,
}

/// How many rules match, and how many are still open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rules that the request matches.
    pub matched: usize,
    /// Rules that it does not match.
    pub dropped: usize,
    /// Rules of which that cannot be said yet.
    pub open: usize,
}

/// One request on its way through the phases, for all rules of a set.
///
/// What it says of each rule is what an [`Evaluation`](crate::Evaluation) of that rule says at the same phase.
/// It keeps the set that it began with, whatever becomes of a [`SharedRuleSet`](super::SharedRuleSet).
/// The memory may be another one at each phase.
#[derive(Clone, Debug)]
pub struct SetEvaluation {
    set: Arc<RuleSet>,
    phase: Option<Phase>,
    is_finished: bool,
    /// Rules that are followed by themselves, by their numbers.
    followed: Vec<Followed>,
    /// Of each view of the index, whether all its values were looked up.
    looked_up: Vec<bool>,
    /// Of each group, whether all its rules are followed, because a field came later than the catalog says.
    opened: Vec<bool>,
    /// Up to which phase rules that may be dropped early are followed.
    n_watched: usize,
    /// What has matched at the last phase.
    new: Vec<RuleId>,
}

impl SetEvaluation {
    /// An evaluation of one request, from its beginning.
    #[must_use]
    pub fn new(set: Arc<RuleSet>) -> Self {
        let mut evaluation = Self {
            set,
            phase: None,
            is_finished: false,
            followed: Vec::new(),
            looked_up: Vec::new(),
            opened: Vec::new(),
            n_watched: 0,
            new: Vec::new(),
        };
        evaluation.restart();
        evaluation
    }

    /// Begins again, with another request.
    pub fn restart(&mut self) {
        self.phase = None;
        self.is_finished = false;
        self.followed.clear();
        self.looked_up.clear();
        self.looked_up.resize(self.set.index.views().len(), false);
        self.opened.clear();
        self.opened.resize(self.set.groups.len(), false);
        self.n_watched = 0;
        self.new.clear();
    }

    /// Begins again, with another request and another set.
    pub fn restart_with(&mut self, set: Arc<RuleSet>) {
        self.set = set;
        self.restart();
    }

    /// The set that decides.
    #[must_use]
    pub const fn set(&self) -> &Arc<RuleSet> {
        &self.set
    }

    /// Goes on with what is known at a phase; answers which rules match now that were open before, in the order of their
    /// ids.
    ///
    /// Phases may be left out, and one may come again with more facts; what was decided never changes.
    /// What was known at an earlier phase has to be there at later ones, too.
    pub fn advance<F: Facts + ?Sized>(&mut self, phase: Phase, facts: &F, memory: &mut Memory) -> &[RuleId] {
        let phase = self.phase.map_or(phase, |before| before.max(phase));
        self.go_on(Some(phase), facts, memory)
    }

    /// Decides what is still open, because nothing more will be known: what is not there is absent.
    pub fn finish<F: Facts + ?Sized>(&mut self, facts: &F, memory: &mut Memory) -> &[RuleId] {
        self.is_finished = true;
        self.go_on(None, facts, memory)
    }

    /// What is decided about a rule so far; none where the set has no such rule.
    #[must_use]
    pub fn verdict(&self, id: RuleId) -> Option<Verdict> {
        let rule = self.set.rule(id.0)?;
        if let Ok(at) = self.followed.binary_search_by_key(&id.0, |followed| followed.rule) {
            return self.followed.get(at).map(|followed| followed.verdict);
        }
        let is_dropped = self.phase.is_some() && rule.group != UNFILED && !self.waits(rule.group);
        Some(if is_dropped { Verdict::NoMatch } else { Verdict::NotYet })
    }

    /// The rules that match so far, in the order of their ids.
    pub fn matches(&self) -> impl Iterator<Item = RuleId> {
        let matches = self.followed.iter().filter(|followed| followed.verdict == Verdict::Match);
        matches.map(|followed| RuleId(followed.rule))
    }

    /// How many rules match, do not match, and are open.
    #[must_use]
    pub fn tally(&self) -> Tally {
        if self.phase.is_none() {
            return Tally { open: self.set.len(), ..Tally::default() };
        }
        let groups = (0..).zip(&self.set.groups).filter(|(group, _)| self.waits(*group));
        let mut open: usize = groups.map(|(_, group)| group.n_rules).sum();
        let mut matched = 0;
        for Followed { rule, verdict } in &self.followed {
            // Counted above.
            if self.set.rule(*rule).is_some_and(|rule| rule.group != UNFILED && self.waits(rule.group)) {
                open -= 1;
            }
            open += usize::from(*verdict == Verdict::NotYet);
            matched += usize::from(*verdict == Verdict::Match);
        }
        Tally { matched, dropped: self.set.len().saturating_sub(matched + open), open }
    }

    /// Whether a rule is still open; if none is, the request need not be followed any more.
    #[must_use]
    pub fn is_open(&self) -> bool {
        if self.phase.is_none() {
            return !self.set.is_empty();
        }
        if self.followed.iter().any(|followed| followed.verdict == Verdict::NotYet) {
            return true;
        }
        // What is followed is decided, so only a group with more rules than that can have one that is open.
        let mut waiting = (0..).zip(&self.set.groups).filter(|(place, group)| group.n_rules > 0 && self.waits(*place));
        waiting.any(|(place, group)| group.n_rules > self.followed.len() || group.n_rules > self.n_followed(place))
    }

    /// How many rules of a group are followed.
    fn n_followed(&self, group: u32) -> usize {
        let of = |followed: &&Followed| self.set.rule(followed.rule).is_some_and(|rule| rule.group == group);
        self.followed.iter().filter(of).count()
    }

    /// The first later phase at which something may be decided that is open now.
    ///
    /// A field that only grows may decide sooner.
    #[must_use]
    pub fn next_phase(&self) -> Option<Phase> {
        let mut next: Option<Phase> = None;
        let mut consider = |phase: Phase| {
            if self.phase.is_none_or(|now| phase > now) && next.is_none_or(|next| phase < next) {
                next = Some(phase);
            }
        };
        if self.is_finished || !self.is_open() {
            return None;
        }
        let waiting = (0..).zip(&self.set.groups).filter(|(place, group)| group.n_rules > 0 && self.waits(*place));
        for view in waiting.flat_map(|(_, group)| &group.views) {
            if let Some(field) = self.view(*view).and_then(|view| self.set.core.field(view.slot.into())) {
                consider(field.phase);
            }
        }
        let watched = Phase::ALL.iter().zip(&self.set.watched).skip(self.n_watched);
        watched.filter(|(_, rules)| !rules.is_empty()).for_each(|(phase, _)| consider(*phase));
        let open = self.followed.iter().filter(|followed| followed.verdict == Verdict::NotYet);
        let unfiled = self.set.always.iter().filter(|_| self.phase.is_none()).copied();
        for rule in open.map(|followed| followed.rule).chain(unfiled).filter_map(|rule| self.set.rule(rule)) {
            for condition in self.set.code(rule).conditions().filter_map(|id| self.set.core.conditions.get(id)) {
                if condition.kind == Kind::Sample {
                    consider(Randomness::PHASE);
                }
                self.set.core.fields_of(condition, &mut |slot| {
                    self.set.core.field(slot.into()).into_iter().for_each(|field| consider(field.phase));
                });
            }
        }
        next
    }

    /// Whether a group has rules that are not followed and of which nothing can be said yet.
    fn waits(&self, group: u32) -> bool {
        let is_opened = self.opened.get(group as usize).copied().unwrap_or(false);
        let is_open = |view: &u32| !self.looked_up.get(*view as usize).copied().unwrap_or(true);
        !is_opened && self.set.groups.get(group as usize).is_some_and(|group| group.views.iter().any(is_open))
    }

    fn view(&self, place: u32) -> Option<&View> {
        self.set.index.views().get(place as usize)
    }

    fn go_on<F: Facts + ?Sized>(&mut self, phase: Option<Phase>, facts: &F, memory: &mut Memory) -> &[RuleId] {
        let set = Arc::clone(&self.set);
        let Memory { scratch, answers, candidates, .. } = memory;
        candidates.reset(set.n_places());
        answers.reset(set.core.conditions.len());
        if self.phase.is_none() {
            set.always.iter().for_each(|rule| candidates.add(*rule));
        }
        let reached = phase.map_or(0, |phase| phase.index() + 1);
        for watched in set.watched.iter().take(reached).skip(self.n_watched) {
            watched.iter().for_each(|rule| candidates.add(*rule));
        }
        self.n_watched = self.n_watched.max(reached);
        self.phase = Some(phase.unwrap_or(Phase::Log));

        let (arena, inner) = scratch.split();
        let fields = arena.filled(set.core.fields().len(), None);
        let core = &set.core;
        let mut asking = Asking { core, facts, fields, answers, randomness: None, phase, arena, scratch: inner };
        self.look_up(&set, &mut asking, candidates);
        self.follow(candidates);
        self.new.clear();
        for followed in self.followed.iter_mut().filter(|followed| followed.verdict == Verdict::NotYet) {
            let Some(rule) = set.rule(followed.rule) else { continue };
            if let Some(matches) = set.code(rule).matches_early(&mut asking) {
                followed.verdict = matches.into();
                if matches {
                    self.new.push(RuleId(followed.rule));
                }
            }
        }
        scratch.reset();
        &self.new
    }

    /// Looks up what has become known since the last phase.
    fn look_up<F: Facts + ?Sized>(&mut self, set: &RuleSet, asking: &mut Asking<'_, F>, found: &mut Candidates) {
        let mut is_late = false;
        for (place, view) in (0..).zip(set.index.views()) {
            let Some(looked_up) = self.looked_up.get_mut(place as usize).filter(|looked_up| !**looked_up) else {
                continue;
            };
            if view.is_empty() {
                *looked_up = true;
                continue;
            }
            let state = asking.state(view.slot);
            match &state {
                State::Known => {
                    *looked_up = true;
                    match asking.fact(view.slot) {
                        Fact::Absent | Fact::NotYet => {}
                        Fact::One(value) | Fact::AtLeast(value) => {
                            set.index.present(view, found);
                            set.index.look_up((place, view), &set.core, value, asking.scratch, found);
                        }
                        Fact::Many | Fact::SoFar => set.look_up_several((place, view.slot), asking, found),
                    }
                }
                State::AtLeast(value) => {
                    set.index.present(view, found);
                    set.index.at_least(view, value, found);
                }
                State::SoFar => set.look_up_several((place, view.slot), asking, found),
                State::NotYet => {}
            }
            let field = set.core.field(view.slot.into());
            let has_come = field.is_none_or(|field| asking.phase.is_none_or(|phase| phase >= field.phase));
            if !matches!(state, State::Known) && has_come {
                is_late |= self.open(set, place);
            }
        }
        if is_late {
            for rule in set.ids().map(|id| id.0) {
                let group = set.rule(rule).map_or(UNFILED, |rule| rule.group);
                if self.opened.get(group as usize).copied().unwrap_or(false) {
                    found.add(rule);
                }
            }
        }
    }

    /// Lets all rules be followed that wait for a view; answers whether there are new ones.
    fn open(&mut self, set: &RuleSet, view: u32) -> bool {
        let mut is_new = false;
        for (opened, group) in self.opened.iter_mut().zip(&set.groups) {
            if !*opened && group.n_rules > 0 && group.views.binary_search(&view).is_ok() {
                *opened = true;
                is_new = true;
            }
        }
        is_new
    }

    /// Adds the rules that were found and are not followed yet.
    fn follow(&mut self, found: &Candidates) {
        let n_before = self.followed.len();
        for rule in found.rules() {
            let known = self.followed.get(..n_before).unwrap_or_default();
            if known.binary_search_by_key(rule, |followed| followed.rule).is_err() {
                self.followed.push(Followed { rule: *rule, verdict: Verdict::NotYet });
            }
        }
        if self.followed.len() > n_before {
            self.followed.sort_unstable_by_key(|followed| followed.rule);
        }
    }
}
