//! The sessions of one node, swapped as a whole while requests run.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tamis_lang::catalog::Catalog;

use crate::Moment;
use crate::engine::{Rules, Tools};
use crate::session::{Counts, Session, SessionState};
use crate::source::Vocabulary;
use crate::tracked::{Memory, Tracked};

/// How many counters share the work of counting requests, so that threads do not wait for each other.
const SHARDS: usize = 16;
/// How much memory for requests a thread keeps at most.
const MAX_POOLED: usize = 1_024;

/// The sessions of a node.
///
/// Threads ask it through a [`Worker`] of their own; while the sessions stay the same, they share nothing but counters.
#[derive(Debug)]
pub struct Node {
    vocabulary: Vocabulary,
    catalog: Catalog,
    set: RwLock<Arc<ActiveSet>>,
    /// The number of the set, so that a thread sees without a lock whether it has changed.
    generation: AtomicU64,
    seen: [Shard; SHARDS],
    workers: AtomicUsize,
}

/// A counter on a cache line of its own.
#[derive(Debug, Default)]
#[repr(align(64))]
struct Shard(AtomicU64);

/// Sessions that run together.
#[derive(Debug)]
pub(crate) struct ActiveSet {
    pub(crate) generation: u64,
    /// All sessions that are known, those that are over included.
    all: Vec<Session>,
    /// Those that ran when the set was made.
    pub(crate) active: Box<[Session]>,
    pub(crate) rules: Rules,
}

impl ActiveSet {
    fn new(generation: u64, all: Vec<Session>) -> Self {
        let active: Box<[Session]> =
            all.iter().filter(|session| session.state() == SessionState::Active).cloned().collect();
        let rules = Rules::new(&active);
        Self { generation, all, active, rules }
    }
}

/// What one thread needs to evaluate requests; it may move to another thread, but serves one at a time.
#[derive(Debug)]
pub struct Worker {
    set: Arc<ActiveSet>,
    #[expect(clippy::vec_box, reason = "a request holds its memory in a box, which comes and goes as it is")]
    pool: Vec<Box<Memory>>,
    pub(crate) tools: Tools,
    shard: usize,
}

impl Node {
    /// A node without sessions, whose rules name the fields of a catalog.
    #[must_use]
    pub fn new(catalog: Catalog) -> Self {
        Self {
            vocabulary: Vocabulary::of(&catalog),
            catalog,
            set: RwLock::new(Arc::new(ActiveSet::new(0, Vec::new()))),
            generation: AtomicU64::new(0),
            seen: std::array::from_fn(|_| Shard::default()),
            workers: AtomicUsize::new(0),
        }
    }

    /// The catalog.
    #[must_use]
    pub const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What the node can know of a request.
    #[must_use]
    pub const fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The means of one more thread.
    #[must_use]
    pub fn worker(&self) -> Worker {
        let shard = self.workers.fetch_add(1, Ordering::Relaxed) % SHARDS;
        Worker { set: self.current(), pool: Vec::new(), tools: Tools::default(), shard }
    }

    /// The sessions, those that are over included.
    #[must_use]
    pub fn sessions(&self) -> Vec<Session> {
        self.current().all.clone()
    }

    /// Puts other sessions in the place of those there are; the time of new ones runs from now.
    ///
    /// A session with the same name, rule and limits as one that is there goes on as it is, with its counters and its
    /// end.
    /// One that is missing is stopped.
    /// Requests on their way are decided by the set with which they began, and the sessions that are gone capture none
    /// of them.
    pub fn replace(&self, sessions: Vec<Session>, now: Moment) {
        let mut set = self.set.write().unwrap_or_else(PoisonError::into_inner);
        let seen = self.seen();
        let mut kept = Vec::with_capacity(sessions.len());
        let before: std::collections::HashMap<&str, &Session> =
            set.all.iter().map(|session| (session.name(), session)).collect();
        for session in sessions {
            match before.get(session.name()).filter(|there| there.is_like(&session)) {
                Some(there) => kept.push((*there).clone()),
                None => kept.push(session),
            }
        }
        let names: std::collections::HashMap<&str, &Session> =
            kept.iter().map(|session| (session.name(), session)).collect();
        for gone in set.all.iter().filter(|old| !names.get(old.name()).is_some_and(|new| new.is_like(old))) {
            gone.stop();
            gone.end(seen);
        }
        self.put(&mut set, kept, seen, now);
    }

    /// Takes sessions that are over out of the work; to be called now and then, a few times a second at most.
    ///
    /// Gives back how many sessions are active.
    pub fn maintain(&self, now: Moment) -> usize {
        let current = self.current();
        let n_active = current.active.iter().filter(|session| session.state_at(now) == SessionState::Active).count();
        if n_active < current.active.len() {
            let mut set = self.set.write().unwrap_or_else(PoisonError::into_inner);
            let seen = self.seen();
            let all = set.all.clone();
            self.put(&mut set, all, seen, now);
        }
        n_active
    }

    fn put(&self, set: &mut Arc<ActiveSet>, all: Vec<Session>, seen: u64, now: Moment) {
        let generation = set.generation + 1;
        let next = ActiveSet::new(generation, all);
        for session in &next.all {
            match session.state() {
                SessionState::Active => session.begin(seen, now),
                SessionState::Completed | SessionState::TimedOut | SessionState::Cancelled => session.end(seen),
            }
        }
        *set = Arc::new(next);
        self.generation.store(generation, Ordering::Release);
    }

    /// Begins a request; none where no session is active, so that there is nothing to do for it.
    pub fn begin(&self, worker: &mut Worker) -> Option<Tracked> {
        if self.generation.load(Ordering::Acquire) != worker.set.generation {
            worker.set = self.current();
            worker.pool.clear();
        }
        if worker.set.active.is_empty() {
            return None;
        }
        if let Some(shard) = self.seen.get(worker.shard) {
            shard.0.fetch_add(1, Ordering::Relaxed);
        }
        let memory = match worker.pool.pop() {
            Some(memory) => memory,
            None => Box::new(Memory::new(Arc::clone(&worker.set))),
        };
        Some(Tracked::new(memory))
    }

    /// The counters of a session.
    #[must_use]
    pub fn counts(&self, session: &Session) -> Counts {
        session.counts(self.seen())
    }

    /// How many requests came while a session was active.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.seen.iter().map(|shard| shard.0.load(Ordering::Relaxed)).sum()
    }

    fn current(&self) -> Arc<ActiveSet> {
        Arc::clone(&self.set.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Worker {
    /// Keeps the memory of a request for the next one.
    pub(crate) fn put_back(&mut self, memory: Box<Memory>) {
        if memory.generation() == self.set.generation && self.pool.len() < MAX_POOLED {
            self.pool.push(memory);
        }
    }
}
