//! The rules of a set, asked one by one.

use tamis_lang::phase::Phase;
use tamis_lang::scratch::Scratch;
use tamis_vm::{Evaluation, Facts, Verdict, Weight};

use crate::session::Session;

/// What became of a rule at a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It cannot match any more.
    Dropped,
    /// It matches; what the request stands for may be open.
    Matched,
    /// It is open.
    Open,
}

/// The evaluations of all rules on one request.
#[derive(Debug)]
pub(crate) struct Evaluations {
    rules: Box<[Evaluation]>,
}

impl Evaluations {
    pub(crate) fn new(sessions: &[Session]) -> Self {
        Self { rules: sessions.iter().map(|session| session.program().evaluation()).collect() }
    }

    /// Begins again with another request.
    pub(crate) fn restart(&mut self) {
        self.rules.iter_mut().for_each(Evaluation::restart);
    }

    /// Goes on with one rule; without a phase nothing more will be known.
    pub(crate) fn advance<F: Facts + ?Sized>(
        &mut self,
        rule: u32,
        phase: Option<Phase>,
        facts: &F,
        scratch: &mut Scratch,
    ) -> Outcome {
        let Some(evaluation) = self.rules.get_mut(rule as usize) else { return Outcome::Dropped };
        let verdict = match phase {
            Some(phase) => evaluation.advance(phase, facts, scratch),
            None => evaluation.finish(facts, scratch),
        };
        match verdict {
            Verdict::Match => Outcome::Matched,
            Verdict::NoMatch => Outcome::Dropped,
            Verdict::NotYet => Outcome::Open,
        }
    }

    /// What a request that the rule matched stands for.
    pub(crate) fn weight(&self, rule: u32) -> Weight {
        self.rules.get(rule as usize).map_or(Weight::NotYet, Evaluation::weight)
    }

    /// How many conditions of a rule were asked.
    pub(crate) fn n_asked(&self, rule: u32) -> usize {
        self.rules.get(rule as usize).map_or(0, Evaluation::n_asked)
    }
}
