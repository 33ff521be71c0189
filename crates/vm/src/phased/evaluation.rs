//! The evaluation of one request, from phase to phase.
//!
//! Conditions are three-valued: true, false, or not known yet.
//! Evaluation follows both successors of a condition that is not known, and of a share it follows each with the part of
//! the randomness that leads there.
//! If only one end of the program can be reached, the rule is decided.
//!
//! What is kept from phase to phase is a byte for each condition, a byte for each field, and where to go on.

use tamis_lang::phase::Phase;
use tamis_lang::sampling::{Randomness, Threshold};
use tamis_lang::scratch::{Arena, Scratch};

use super::live::Live;
use super::share::Share;
use super::{PhasedProgram, samples_by_key};
use crate::facts::{Facts, FieldRef};
use crate::op::{Op, Target};
use crate::verdict::Verdict;

/// One request on its way through the phases.
///
/// Nothing is allocated after it was made, once the scratch memory is warm.
#[derive(Clone, Debug)]
pub struct Evaluation {
    program: PhasedProgram,
    /// What is known of each condition; none while it is open.
    answers: Box<[Option<bool>]>,
    /// Which fields are still asked for.
    needed: Box<[bool]>,
    /// Where what is open begins.
    entry: Target,
    phase: Option<Phase>,
    verdict: Verdict,
    /// The thresholds that are possible.
    thresholds: (Threshold, Threshold),
    weight: Weight,
    n_asked: usize,
}

/// How many requests a kept one stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It is not known yet: a condition that is still open may put the request into a larger share.
    NotYet,
    /// One over the share that has this threshold, which is what `th` in `tracestate` is to say.
    Threshold(Threshold),
    /// A key has put it into its share, so `th` is to be removed.
    Unknown,
}

/// Which conditions a pass asks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    /// Those that are reached with this randomness.
    With(Randomness),
    /// All that are reached.
    All,
    /// All that are reached if no key is in its share.
    WithoutKeys,
}

/// Which ends of the program can be reached.
struct Ends {
    pass: Share,
    fail: Share,
}

impl Ends {
    /// The thresholds between which that of the request lies.
    fn thresholds(&self) -> (Threshold, Threshold) {
        let low = if self.pass.is_empty() { Threshold::NEVER } else { self.pass.from };
        let high = if self.fail.is_empty() { Threshold::ALWAYS } else { self.fail.to };
        (low, high)
    }
}

impl Evaluation {
    pub(super) fn new(program: PhasedProgram) -> Self {
        let (n_conditions, n_fields) = (program.program().len(), program.fields().len());
        let mut evaluation = Self {
            program,
            answers: vec![None; n_conditions].into(),
            needed: vec![false; n_fields].into(),
            entry: Target::FAIL,
            phase: None,
            verdict: Verdict::NotYet,
            thresholds: (Threshold::ALWAYS, Threshold::NEVER),
            weight: Weight::NotYet,
            n_asked: 0,
        };
        evaluation.restart();
        evaluation
    }

    /// Begins again, with another request.
    pub fn restart(&mut self) {
        self.answers.fill(None);
        self.needed.fill(true);
        self.entry = self.program.program().entry;
        self.phase = None;
        self.verdict = Verdict::NotYet;
        self.thresholds = (Threshold::ALWAYS, Threshold::NEVER);
        self.weight = Weight::NotYet;
        self.n_asked = 0;
    }

    /// Goes on with what is known at a phase: `Match` keeps the request, `NoMatch` drops it.
    ///
    /// Phases may be left out, and one may come again with more facts; a verdict, once given, never changes.
    /// A field that is known only from a later phase on is not asked for, unless it only grows: then what the request
    /// says of it is a lower bound.
    /// The randomness of the request counts from [`Randomness::PHASE`] on.
    pub fn advance<F: Facts + ?Sized>(&mut self, phase: Phase, facts: &F, scratch: &mut Scratch) -> Verdict {
        let phase = self.phase.map_or(phase, |before| before.max(phase));
        self.phase = Some(phase);
        self.go_on(Some(phase), facts, scratch)
    }

    /// Decides what is still open, because nothing more will be known: what is not there is absent.
    pub fn finish<F: Facts + ?Sized>(&mut self, facts: &F, scratch: &mut Scratch) -> Verdict {
        self.phase = Some(Phase::Log);
        self.go_on(None, facts, scratch)
    }

    /// The verdict so far.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// How many requests a kept one stands for.
    ///
    /// A request that is kept early may turn out to be wanted in a larger share: `sample(1%) || status >= 500` keeps one
    /// in a hundred at once, and each of those that fails later stands for itself alone.
    /// So evaluation goes on after `Match` as long as this is [`Weight::NotYet`], and only this changes.
    #[must_use]
    pub const fn weight(&self) -> Weight {
        self.weight
    }

    /// The smallest and the largest threshold that the request may have in the end.
    ///
    /// It is dropped where its randomness is below the first, and kept where it is not below the second; the first never
    /// falls, and the second never rises.
    #[must_use]
    pub const fn thresholds(&self) -> (Threshold, Threshold) {
        self.thresholds
    }

    /// The fields that open conditions ask for and that are not known yet; none once everything is decided.
    pub fn needed(&self) -> impl Iterator<Item = &FieldRef> {
        self.program.fields().iter().zip(&self.needed).filter(|(_, needed)| **needed).map(|(field, _)| field)
    }

    /// The first later phase at which a field that is needed becomes known.
    ///
    /// A field that only grows may decide sooner.
    #[must_use]
    pub fn next_phase(&self) -> Option<Phase> {
        let later = |phase: &Phase| self.phase.is_none_or(|now| *phase > now);
        let waits_for_trace = self.program.inner.samples && self.is_open();
        let trace = waits_for_trace.then_some(Randomness::PHASE);
        self.needed().map(|field| field.phase).chain(trace).filter(later).min()
    }

    /// How many conditions were asked so far.
    #[must_use]
    pub const fn n_asked(&self) -> usize {
        self.n_asked
    }

    /// Whether more facts could change the verdict or the weight.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self.verdict {
            Verdict::NotYet => true,
            Verdict::NoMatch => false,
            Verdict::Match => self.weight == Weight::NotYet,
        }
    }

    fn go_on<F: Facts + ?Sized>(&mut self, phase: Option<Phase>, facts: &F, scratch: &mut Scratch) -> Verdict {
        if !self.is_open() {
            return self.verdict;
        }
        let program = self.program.clone();
        let live = Live { program: &program.inner.described, facts, phase };
        let knows_trace = phase.is_none_or(|phase| phase >= Randomness::PHASE);
        let randomness = (program.inner.samples && knows_trace).then(|| facts.randomness());
        let (arena, inner) = scratch.split();
        if let Some(randomness) = randomness {
            let ends = self.pass(&live, Asking::With(randomness), (arena, inner));
            self.narrow(ends.thresholds(), Some(randomness));
        }
        if self.verdict != Verdict::NoMatch {
            let ends = self.pass(&live, Asking::All, (arena, inner));
            self.narrow(ends.thresholds(), randomness);
        }
        if self.verdict == Verdict::Match {
            self.weigh(&live, randomness, (arena, inner));
        }
        if !self.is_open() {
            self.needed.fill(false);
        }
        scratch.reset();
        self.verdict
    }

    /// Notes which thresholds are possible, and decides if one of them decides.
    fn narrow(&mut self, (low, high): (Threshold, Threshold), randomness: Option<Randomness>) {
        let (low, high) = (self.thresholds.0.max(low), self.thresholds.1.min(high));
        debug_assert!(low <= high);
        self.thresholds = (low, high);
        if self.verdict != Verdict::NotYet {
            return;
        }
        let dropped = randomness.map_or(low == Threshold::NEVER, |randomness| !low.keeps(randomness));
        let kept = randomness.map_or(high == Threshold::ALWAYS, |randomness| high.keeps(randomness));
        self.verdict = match (dropped, kept) {
            (true, _) => Verdict::NoMatch,
            (_, true) => Verdict::Match,
            (false, false) => Verdict::NotYet,
        };
    }

    /// Finds how many requests a kept one stands for: what it would take without the shares by a key.
    fn weigh<F: Facts + ?Sized>(
        &mut self,
        live: &Live<'_, F>,
        randomness: Option<Randomness>,
        memory: (&Arena, &mut Scratch),
    ) {
        let (low, high) = if live.program.samples_by_key {
            self.pass(live, Asking::WithoutKeys, memory).thresholds()
        } else {
            self.thresholds
        };
        let is_counted = randomness.map_or(high == Threshold::ALWAYS, |randomness| high.keeps(randomness));
        let is_uncounted = randomness.map_or(low == Threshold::NEVER, |randomness| !low.keeps(randomness));
        self.weight = if is_uncounted {
            Weight::Unknown
        } else if is_counted && low == high {
            Weight::Threshold(high)
        } else {
            Weight::NotYet
        };
    }

    /// Follows every way that is open, from where it begins, and asks the conditions on it that are not known.
    fn pass<F: Facts + ?Sized>(
        &mut self,
        live: &Live<'_, F>,
        asking: Asking,
        (arena, scratch): (&Arena, &mut Scratch),
    ) -> Ends {
        let instructions = &live.program.program.instructions;
        let start = self.entry.index().min(instructions.len());
        let shares = arena.filled(instructions.len() - start, Share::NONE);
        let mut ends = Ends { pass: Share::NONE, fail: Share::NONE };
        ends.reach(self.entry, Share::ALL, (start, shares));
        let mut entry = None;
        if asking == Asking::All {
            self.needed.fill(false);
        }
        for (at, instruction) in instructions.iter().enumerate().skip(start) {
            let share = shares.get(at - start).copied().unwrap_or(Share::NONE);
            if share.is_empty() {
                continue;
            }
            if let Op::Sample { threshold } = instruction.op {
                entry.get_or_insert(Target::at(at));
                ends.reach(instruction.then, share.above(threshold), (start, shares));
                ends.reach(instruction.otherwise, share.below(threshold), (start, shares));
                continue;
            }
            let is_keyed = live.program.samples_by_key && samples_by_key(&live.program.program, &instruction.op);
            let answer = match (asking, self.answers.get(at).copied().flatten()) {
                (Asking::WithoutKeys, _) if is_keyed => Some(false),
                (_, Some(known)) => Some(known),
                (Asking::With(randomness), None) if !share.contains(randomness) => None,
                (_, None) => self.ask(live, at, &instruction.op, (arena, scratch)),
            };
            // A share by a key counts as open, because what it hides may have to be weighed.
            if answer.is_none() || is_keyed {
                entry.get_or_insert(Target::at(at));
            }
            if answer.is_none() && !matches!(asking, Asking::With(_)) {
                self.need(live, at);
            }
            if answer != Some(false) {
                ends.reach(instruction.then, share, (start, shares));
            }
            if answer != Some(true) {
                ends.reach(instruction.otherwise, share, (start, shares));
            }
        }
        if asking == Asking::All {
            // Everything before the first open condition is decided, so one way leads there.
            self.entry = entry.unwrap_or(if ends.pass.is_empty() { Target::FAIL } else { Target::PASS });
        }
        ends
    }

    fn ask<F: Facts + ?Sized>(
        &mut self,
        live: &Live<'_, F>,
        at: usize,
        op: &Op,
        memory: (&Arena, &mut Scratch),
    ) -> Option<bool> {
        let answer = live.holds((op, at), None, memory);
        if let (Some(_), Some(slot)) = (answer, self.answers.get_mut(at)) {
            *slot = answer;
            self.n_asked += 1;
        }
        answer
    }

    fn need<F: Facts + ?Sized>(&mut self, live: &Live<'_, F>, at: usize) {
        for slot in live.program.slots(at) {
            if let Some(needed) = self.needed.get_mut(slot.0 as usize) {
                *needed |= !live.is_known(*slot);
            }
        }
    }
}

impl Ends {
    /// Notes that a target can be reached with some randomness.
    fn reach(&mut self, target: Target, share: Share, (start, shares): (usize, &mut [Share])) {
        if target == Target::PASS {
            self.pass.add(share);
        } else if target == Target::FAIL {
            self.fail.add(share);
        } else if let Some(slot) = target.index().checked_sub(start).and_then(|place| shares.get_mut(place)) {
            slot.add(share);
        }
    }
}
