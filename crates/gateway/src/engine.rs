//! All rules on one request: few are asked one by one, many as a set.

use std::sync::Arc;

use tamis_lang::phase::Phase;
use tamis_lang::scratch::Scratch;
use tamis_vm::set::{self, RuleSet, SetEvaluation};
use tamis_vm::{Evaluation, Facts, FieldRef, Verdict, Weight};

use crate::Moment;
use crate::session::Session;

/// Up to so many rules are asked one by one, which counts exactly what became of each.
const FEW: usize = 32;
/// With more rules, what became of each is counted for one request of so many, so many times.
///
/// That asks every rule for its verdict, so with very many rules it is done for fewer requests: what it costs a request
/// on the average stays that of a few rules.
const fn counted(n_rules: usize) -> u64 {
    const LEAST: u64 = 128;
    let of_rules = n_rules as u64 / 4;
    if of_rules > LEAST { of_rules } else { LEAST }
}

/// The rules of a set of sessions, ready for any number of requests.
#[derive(Debug)]
pub(crate) struct Rules {
    set: Option<Arc<RuleSet>>,
}

/// The rules on one request.
#[derive(Debug)]
pub(crate) enum Engine {
    Each(Each),
    Set(OfSet),
}

/// What a thread lends.
#[derive(Debug, Default)]
pub(crate) struct Tools {
    scratch: Scratch,
    memory: set::Memory,
}

/// One question.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asking<'a> {
    pub(crate) sessions: &'a [Session],
    pub(crate) is_first: bool,
    /// None where nothing more will be known.
    pub(crate) phase: Option<Phase>,
    pub(crate) now: Moment,
}

impl Rules {
    pub(crate) fn new(sessions: &[Session]) -> Self {
        let programs = sessions.iter().map(|session| (session.program().program(), 0));
        // A set that is too large for its numbers is asked one by one.
        let set = if sessions.len() > FEW { RuleSet::of(programs).ok().map(Arc::new) } else { None };
        Self { set }
    }

    pub(crate) fn engine(&self, sessions: &[Session]) -> Engine {
        match &self.set {
            Some(set) => Engine::Set(OfSet {
                evaluation: SetEvaluation::new(Arc::clone(set)),
                is_open: false,
                wakes_at: Phase::RequestHeaders,
                count: 0,
                open: Vec::new(),
            }),
            None => Engine::Each(Each {
                rules: sessions.iter().map(|session| session.program().evaluation()).collect(),
                open: Vec::with_capacity(sessions.len()),
                wakes_at: Phase::RequestHeaders,
            }),
        }
    }
}

impl Engine {
    /// Asks every rule that is open; those that match now and may capture the request are added to `kept`.
    pub(crate) fn ask<F: Facts + ?Sized>(
        &mut self,
        asking: &Asking<'_>,
        facts: &F,
        tools: &mut Tools,
        kept: &mut Vec<u32>,
    ) {
        match self {
            Self::Each(each) => each.ask(asking, facts, &mut tools.scratch, kept),
            Self::Set(set) => set.ask(asking, facts, &mut tools.memory, kept),
        }
    }

    /// Whether more facts could change anything.
    pub(crate) fn is_open(&self) -> bool {
        match self {
            Self::Each(each) => !each.open.is_empty(),
            Self::Set(set) => set.is_open,
        }
    }

    /// The first phase after which a rule that is open may say something else.
    pub(crate) const fn wakes_at(&self) -> Phase {
        match self {
            Self::Each(each) => each.wakes_at,
            Self::Set(set) => set.wakes_at,
        }
    }

    /// What a request that the rule matched stands for, as far as that was followed.
    pub(crate) fn weight(&self, rule: u32) -> Weight {
        match self {
            Self::Each(each) => each.rules.get(rule as usize).map_or(Weight::NotYet, Evaluation::weight),
            Self::Set(_) => Weight::NotYet,
        }
    }

    /// The same at the end of the request.
    pub(crate) fn final_weight<F: Facts + ?Sized>(
        &self,
        rule: u32,
        session: &Session,
        facts: &F,
        tools: &mut Tools,
    ) -> Weight {
        match self {
            Self::Each(_) => self.weight(rule),
            Self::Set(_) => {
                let mut evaluation = session.program().evaluation();
                evaluation.advance(Phase::Log, facts, &mut tools.scratch);
                evaluation.finish(facts, &mut tools.scratch);
                evaluation.weight()
            }
        }
    }
}

/// Rules that are asked one by one.
#[derive(Debug)]
pub(crate) struct Each {
    rules: Box<[Evaluation]>,
    /// Rules that are open, or whose weight is.
    open: Vec<u32>,
    wakes_at: Phase,
}

/// The first phase after one at which a rule may say something else.
fn wakes_at(evaluation: &Evaluation, phase: Phase) -> Phase {
    let of_field = |field: &FieldRef| {
        // What is late may come at any time.
        if field.phase <= phase { Phase::Connect } else { field.phase }
    };
    evaluation.needed().map(of_field).min().unwrap_or(Phase::Log)
}

impl Each {
    fn ask<F: Facts + ?Sized>(&mut self, asking: &Asking<'_>, facts: &F, scratch: &mut Scratch, kept: &mut Vec<u32>) {
        let Self { rules, open, wakes_at: wakes } = self;
        *wakes = Phase::Log;
        if asking.is_first {
            rules.iter_mut().for_each(Evaluation::restart);
            open.clear();
            open.extend((0..).zip(&*rules).map(|(rule, _): (u32, _)| rule));
        }
        open.retain(|&rule| {
            let at = rule as usize;
            let (Some(session), Some(evaluation)) = (asking.sessions.get(at), rules.get_mut(at)) else { return false };
            let verdict = match asking.phase {
                Some(phase) => evaluation.advance(phase, facts, scratch),
                None => evaluation.finish(facts, scratch),
            };
            let is_new = !kept.contains(&rule);
            if is_new {
                count(session, asking, verdict, 1);
                if verdict != Verdict::NotYet && (verdict == Verdict::Match || !asking.is_first) {
                    session.count_asked(evaluation.n_asked());
                }
            }
            let is_open = match verdict {
                Verdict::NotYet => true,
                Verdict::NoMatch => false,
                Verdict::Match => {
                    if is_new && !session.claim(asking.now) {
                        return false;
                    }
                    if is_new {
                        kept.push(rule);
                    }
                    evaluation.weight() == Weight::NotYet
                }
            };
            if let (true, Some(phase)) = (is_open, asking.phase) {
                *wakes = (*wakes).min(wakes_at(evaluation, phase));
            }
            is_open
        });
    }
}

/// Rules that are asked as a set.
#[derive(Debug)]
pub(crate) struct OfSet {
    evaluation: SetEvaluation,
    is_open: bool,
    wakes_at: Phase,
    /// Requests that used this memory.
    count: u64,
    /// Rules that are open, on a request that is counted.
    open: Vec<u32>,
}

impl OfSet {
    fn ask<F: Facts + ?Sized>(
        &mut self,
        asking: &Asking<'_>,
        facts: &F,
        memory: &mut set::Memory,
        kept: &mut Vec<u32>,
    ) {
        let Self { evaluation, is_open, wakes_at, count: n_requests, open } = self;
        if asking.is_first {
            evaluation.restart();
            *n_requests += 1;
            open.clear();
            if n_requests.is_multiple_of(counted(asking.sessions.len())) {
                open.extend((0..).zip(asking.sessions).map(|(rule, _): (u32, _)| rule));
            }
        }
        let matched = match asking.phase {
            Some(phase) => evaluation.advance(phase, facts, memory),
            None => evaluation.finish(facts, memory),
        };
        for id in matched {
            let at = id.index();
            let (Some(session), Ok(rule)) = (asking.sessions.get(at), u32::try_from(at)) else { continue };
            if session.claim(asking.now) {
                kept.push(rule);
            }
        }
        *is_open = evaluation.is_open();
        *wakes_at = if *is_open { evaluation.next_phase().unwrap_or(Phase::Log) } else { Phase::Log };
        if !open.is_empty() {
            let ids = evaluation.set().ids();
            let mut verdicts = ids.map(|id| evaluation.verdict(id).unwrap_or(Verdict::NoMatch)).zip(0_u32..);
            open.retain(|&rule| {
                let verdict = verdicts.find(|(_, at)| *at == rule).map_or(Verdict::NoMatch, |(verdict, _)| verdict);
                if let Some(session) = asking.sessions.get(rule as usize) {
                    count(session, asking, verdict, counted(asking.sessions.len()));
                }
                verdict == Verdict::NotYet
            });
        }
    }
}

/// Counts what became of a rule; drops at the first question follow from the requests that were seen.
fn count(session: &Session, asking: &Asking<'_>, verdict: Verdict, times: u64) {
    if asking.is_first && verdict != Verdict::NoMatch {
        session.count_survivors(times);
    }
    match (asking.phase, verdict) {
        (None, _) => session.count_undecided(times),
        (Some(phase), Verdict::NoMatch) if !asking.is_first => session.count_drops(phase, times),
        (Some(_), _) => {}
    }
}
