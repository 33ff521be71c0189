//! One request on its way through the phases, under all sessions of a node.

use std::sync::Arc;

use tamis_lang::phase::Phase;
use tamis_lang::sampling::Threshold;
use tamis_vm::{Facts, Weight};

use crate::Moment;
use crate::engine::{Asking, Engine, Tools};
use crate::node::{ActiveSet, Worker};
use crate::observations::Observations;
use crate::session::Session;

/// What a gateway does with a request now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// No session will capture it: stop recording, free what was recorded.
    Drop,
    /// A session captures it, whatever comes.
    Keep,
    /// Record on.
    NotYet,
}

/// A request that some session captured.
#[derive(Clone, Debug)]
pub struct Capture {
    /// The sessions, at least one.
    pub sessions: Vec<Session>,
    /// What the request stands for among all that the sessions would have captured.
    pub weight: Weight,
}

/// The memory of one request, used again for the next one.
#[derive(Debug)]
pub(crate) struct Memory {
    set: Arc<ActiveSet>,
    engine: Engine,
    /// Rules that have captured the request.
    kept: Vec<u32>,
}

impl Memory {
    pub(crate) fn new(set: Arc<ActiveSet>) -> Self {
        let engine = set.rules.engine(&set.active);
        let kept = Vec::with_capacity(set.active.len().min(64));
        Self { set, engine, kept }
    }

    pub(crate) fn generation(&self) -> u64 {
        self.set.generation
    }
}

/// One request on its way.
///
/// One that is dropped from memory without [`finish`](Tracked::finish) gives its captures back.
#[derive(Debug)]
pub struct Tracked {
    /// None once it is finished.
    memory: Option<Box<Memory>>,
    is_first: bool,
}

impl Tracked {
    pub(crate) fn new(memory: Box<Memory>) -> Self {
        Self { memory: Some(memory), is_first: true }
    }

    /// Goes on with what is known after a phase.
    ///
    /// Before the request headers nothing is decided: what is known earlier is asked with them.
    /// After `Drop` the request needs no further call; one does no harm.
    pub fn advance<F: Facts + ?Sized>(&mut self, worker: &mut Worker, phase: Phase, facts: &F, now: Moment) -> Answer {
        if phase < Phase::RequestHeaders {
            return Answer::NotYet;
        }
        let is_first = std::mem::replace(&mut self.is_first, false);
        let Some(memory) = self.memory.as_mut() else { return Answer::Drop };
        memory.ask(is_first, Some(phase), facts, worker, now);
        match (memory.engine.is_open(), memory.kept.is_empty()) {
            (false, true) => Answer::Drop,
            (_, false) => Answer::Keep,
            (true, true) => Answer::NotYet,
        }
    }

    /// Whether asking after a phase can change anything: some rule waits for what is known by then.
    ///
    /// A phase of which this is false may be left out, which is cheaper and changes no verdict; only a rule about what
    /// grows, such as the time that has passed, may be certain before it is asked.
    #[must_use]
    pub fn waits_for(&self, phase: Phase, observations: &Observations) -> bool {
        // A value that comes later than the catalog says may decide at any phase.
        let is_awake = self.is_first || observations.expects_any();
        is_awake || self.memory.as_ref().is_some_and(|memory| phase >= memory.engine.wakes_at())
    }

    /// Whether a session has captured the request.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.memory.as_ref().is_some_and(|memory| !memory.kept.is_empty())
    }

    /// What the request stands for, as far as that is known.
    #[must_use]
    pub fn weight(&self) -> Weight {
        self.memory.as_ref().map_or(Weight::NotYet, |memory| memory.weight(|rule, _| memory.engine.weight(rule)))
    }

    /// Decides what is open, because nothing more will be known, and gives the capture.
    ///
    /// A session that was stopped meanwhile does not get it.
    pub fn finish<F: Facts + ?Sized>(mut self, worker: &mut Worker, facts: &F, now: Moment) -> Option<Capture> {
        let mut memory = self.memory.take()?;
        memory.ask(self.is_first, Some(Phase::Log), facts, worker, now);
        if memory.engine.is_open() {
            memory.ask(false, None, facts, worker, now);
        }
        let capture = memory.capture(facts, &mut worker.tools);
        memory.kept.clear();
        worker.put_back(memory);
        capture
    }

    /// Ends a request that is dropped, and keeps its memory for the next one.
    pub fn discard(mut self, worker: &mut Worker) {
        if let Some(mut memory) = self.memory.take() {
            memory.give_back();
            worker.put_back(memory);
        }
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        if let Some(memory) = self.memory.as_mut() {
            memory.give_back();
        }
    }
}

impl Memory {
    /// Asks every rule that is open.
    fn ask<F: Facts + ?Sized>(
        &mut self,
        is_first: bool,
        phase: Option<Phase>,
        facts: &F,
        worker: &mut Worker,
        now: Moment,
    ) {
        let Self { set, engine, kept } = self;
        if is_first {
            kept.clear();
        }
        let asking = Asking { sessions: &set.active, is_first, phase, now };
        engine.ask(&asking, facts, &mut worker.tools, kept);
    }

    /// The smallest threshold of the rules that captured the request: that of their disjunction.
    fn weight(&self, mut of: impl FnMut(u32, &Session) -> Weight) -> Weight {
        let mut smallest: Option<Threshold> = None;
        for &rule in &self.kept {
            let Some(session) = self.set.active.get(rule as usize) else { continue };
            match of(rule, session) {
                Weight::Threshold(own) => smallest = Some(smallest.map_or(own, |before| before.min(own))),
                Weight::NotYet => return Weight::NotYet,
                Weight::Unknown => return Weight::Unknown,
            }
        }
        smallest.map_or(Weight::NotYet, Weight::Threshold)
    }

    fn capture<F: Facts + ?Sized>(&mut self, facts: &F, tools: &mut Tools) -> Option<Capture> {
        let set = Arc::clone(&self.set);
        let session = |rule: u32| set.active.get(rule as usize);
        self.kept.retain(|rule| {
            let is_stopped = session(*rule).is_none_or(Session::is_stopped);
            if let Some(session) = session(*rule).filter(|_| is_stopped) {
                session.give_back();
            }
            !is_stopped
        });
        if self.kept.is_empty() {
            return None;
        }
        let sessions = self.kept.iter().filter_map(|rule| session(*rule)).cloned().collect();
        let weight = self.weight(|rule, session| self.engine.final_weight(rule, session, facts, tools));
        Some(Capture { sessions, weight })
    }

    fn give_back(&mut self) {
        for rule in self.kept.drain(..) {
            if let Some(session) = self.set.active.get(rule as usize) {
                session.give_back();
            }
        }
    }
}
