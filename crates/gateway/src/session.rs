//! A debugging session on one node: a rule, its limits, and what became of it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tamis_lang::phase::Phase;
use tamis_types::analysis::CheckedRule;
use tamis_vm::{PhasedProgram, compile_phased};

use crate::Moment;

/// What a session may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many requests it captures at most on this node.
    pub max_samples: u64,
    /// How many nanoseconds it runs once it is on a node; none is without end.
    pub duration: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_samples: 100, duration: None }
    }
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionState {
    /// It captures.
    Active,
    /// It has captured all that it may.
    Completed,
    /// Its time is over.
    TimedOut,
    /// Somebody stopped it.
    Cancelled,
}

impl SessionState {
    /// Every state.
    pub const ALL: &'static [Self] = &[Self::Active, Self::Completed, Self::TimedOut, Self::Cancelled];

    /// The name in metrics and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Completed => "completed",
            Self::TimedOut => "timed_out",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for SessionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A session: one rule that captures requests until a limit, the clock or somebody ends it.
///
/// A copy is the same session.
#[derive(Clone, Debug)]
pub struct Session {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    name: String,
    rule: String,
    program: PhasedProgram,
    limits: Limits,
    stopped: AtomicBool,
    timed_out: AtomicBool,
    begun: AtomicBool,
    ends_at: AtomicU64,
    counters: Counters,
}

/// What happened to the requests that a rule saw.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// What the node had seen when the session began and when it ended.
    seen_from: AtomicU64,
    seen_to: AtomicU64,
    /// Requests that were not dropped when they were asked first.
    survived: AtomicU64,
    matched: AtomicU64,
    captured: AtomicU64,
    /// Matches beyond the limits.
    refused: AtomicU64,
    /// Requests that only their end decided.
    undecided: AtomicU64,
    /// Drops after the first question, by phase.
    dropped: [AtomicU64; Phase::ALL.len()],
    /// Conditions asked of requests that were not dropped at once.
    asked: AtomicU64,
}

/// The counters of a session at one moment.
///
/// On a node with many sessions, drops after the request headers, undecided requests and conditions are not counted for
/// every request: drops and undecided ones are estimated from one request in 64, and conditions are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Requests that the rule saw.
    pub seen: u64,
    /// Requests that it matched while the session was active.
    pub matched: u64,
    /// Requests that were captured.
    pub captured: u64,
    /// Requests that matched when the session was over already.
    pub refused: u64,
    /// Requests whose end decided, because a field that was needed never came.
    pub undecided: u64,
    /// Requests that were dropped, by phase, in the order of [`Phase::ALL`].
    pub dropped: [u64; Phase::ALL.len()],
    /// Conditions that were asked of requests that were not dropped with their headers.
    pub asked: u64,
}

impl Session {
    /// A session that captures what a rule matches; its text is for reports.
    #[must_use]
    pub fn new(name: &str, rule: &str, checked: &CheckedRule, limits: Limits) -> Self {
        let program = compile_phased(checked);
        let counters = Counters::default();
        counters.seen_to.store(u64::MAX, Ordering::Relaxed);
        Self {
            inner: Arc::new(Inner {
                name: name.to_owned(),
                rule: rule.to_owned(),
                program,
                limits,
                stopped: AtomicBool::new(false),
                timed_out: AtomicBool::new(false),
                begun: AtomicBool::new(false),
                ends_at: AtomicU64::new(Moment::MAX),
                counters,
            }),
        }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The text of the rule.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.inner.rule
    }

    /// The compiled rule.
    #[must_use]
    pub fn program(&self) -> &PhasedProgram {
        &self.inner.program
    }

    /// What it may take.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.inner.limits
    }

    /// Whether both stand for the same session: name, rule and limits.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let (a, b) = (&*self.inner, &*other.inner);
        a.name == b.name && a.rule == b.rule && a.limits == b.limits
    }

    /// Ends the session: from now on it captures nothing, on no thread.
    pub fn stop(&self) {
        self.inner.stopped.store(true, Ordering::SeqCst);
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> SessionState {
        let inner = &*self.inner;
        // One that is over stays what it was when somebody stops it.
        if inner.counters.captured.load(Ordering::Relaxed) >= inner.limits.max_samples {
            SessionState::Completed
        } else if inner.timed_out.load(Ordering::Relaxed) {
            SessionState::TimedOut
        } else if inner.stopped.load(Ordering::SeqCst) {
            SessionState::Cancelled
        } else {
            SessionState::Active
        }
    }

    /// Where it stands at a moment.
    #[must_use]
    pub fn state_at(&self, now: Moment) -> SessionState {
        if now >= self.inner.ends_at.load(Ordering::Relaxed) && !self.is_stopped() {
            self.inner.timed_out.store(true, Ordering::Relaxed);
        }
        self.state()
    }

    /// Whether somebody stopped it.
    pub(crate) fn is_stopped(&self) -> bool {
        self.inner.stopped.load(Ordering::SeqCst)
    }

    /// Takes one of the captures that are left.
    pub(crate) fn claim(&self, now: Moment) -> bool {
        let counters = &self.inner.counters;
        let taken = self.state_at(now) == SessionState::Active && {
            let max = self.inner.limits.max_samples;
            let next = |captured: u64| (captured < max).then_some(captured + 1);
            counters.captured.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).is_ok()
        };
        let counter = if taken { &counters.matched } else { &counters.refused };
        counter.fetch_add(1, Ordering::Relaxed);
        taken
    }

    /// Gives a capture back that came to nothing.
    pub(crate) fn give_back(&self) {
        self.inner.counters.captured.fetch_sub(1, Ordering::Relaxed);
    }

    /// Starts its time, and notes how many requests the node had seen; what runs already runs on.
    pub(crate) fn begin(&self, seen: u64, now: Moment) {
        if !self.inner.begun.swap(true, Ordering::Relaxed) {
            self.inner.counters.seen_from.store(seen, Ordering::Relaxed);
            let end = self.inner.limits.duration.map_or(Moment::MAX, |duration| now.saturating_add(duration));
            self.inner.ends_at.store(end, Ordering::Relaxed);
        }
    }

    /// Notes how many requests the node had seen when the session ended.
    pub(crate) fn end(&self, seen: u64) {
        let open = |end: u64| (end == u64::MAX).then_some(seen);
        // Failing means that it has ended already.
        let _ = self.inner.counters.seen_to.fetch_update(Ordering::Relaxed, Ordering::Relaxed, open);
    }

    pub(crate) fn count_survivors(&self, times: u64) {
        self.inner.counters.survived.fetch_add(times, Ordering::Relaxed);
    }

    pub(crate) fn count_drops(&self, phase: Phase, times: u64) {
        if let Some(counter) = self.inner.counters.dropped.get(phase as usize) {
            counter.fetch_add(times, Ordering::Relaxed);
        }
    }

    pub(crate) fn count_undecided(&self, times: u64) {
        self.inner.counters.undecided.fetch_add(times, Ordering::Relaxed);
    }

    pub(crate) fn count_asked(&self, conditions: usize) {
        self.inner.counters.asked.fetch_add(conditions as u64, Ordering::Relaxed);
    }

    /// The counters, where the node has seen so many requests by now.
    pub(crate) fn counts(&self, seen: u64) -> Counts {
        let counters = &self.inner.counters;
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let seen = read(&counters.seen_to).min(seen).saturating_sub(read(&counters.seen_from));
        let survived = read(&counters.survived);
        let mut dropped = std::array::from_fn(|phase| counters.dropped.get(phase).map_or(0, read));
        if let Some(first) = dropped.get_mut(Phase::RequestHeaders as usize) {
            *first += seen.saturating_sub(survived);
        }
        Counts {
            seen,
            matched: read(&counters.matched),
            captured: read(&counters.captured),
            refused: read(&counters.refused),
            undecided: read(&counters.undecided),
            dropped,
            asked: read(&counters.asked),
        }
    }
}
