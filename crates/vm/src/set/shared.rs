//! A set that is exchanged while threads ask it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use super::rule_set::RuleSet;

/// The set that is in force, for many threads that ask and few that change it.
///
/// Who asks takes the set that is in force with [`load`](Self::load) and keeps it for a whole request; it stays alive and
/// unchanged until the last request that took it has ended.
/// Who changes it works on a copy, which takes the place of the old set at once and as a whole: every request sees the
/// rules before the change or the rules after it, and none sees anything between.
///
/// # Order in memory
///
/// A set is put in place under a lock and taken under it, so everything that was written before
/// [`store`](Self::store) or within [`update`](Self::update) is seen by every `load` that returns that set.
/// Sets are seen in the order in which they were stored: a thread that has loaded one never loads an older one later.
/// The lock is held while a counter is raised or a pointer is exchanged, never while a set is built, copied, asked or
/// freed; a change that panics leaves the old set in force.
///
/// ```
/// use tamis_vm::set::{RuleSet, SharedRuleSet};
/// let shared = SharedRuleSet::new(RuleSet::new());
/// let before = shared.load();
/// shared.store(RuleSet::new());
/// assert!(!std::sync::Arc::ptr_eq(&before, &shared.load()));
/// ```
#[derive(Debug, Default)]
pub struct SharedRuleSet {
    current: RwLock<Arc<RuleSet>>,
    /// Held by the one that makes a new set of the old one.
    changing: Mutex<()>,
}

impl SharedRuleSet {
    /// Puts a first set in force.
    #[must_use]
    pub fn new(set: RuleSet) -> Self {
        Self { current: RwLock::new(Arc::new(set)), changing: Mutex::new(()) }
    }

    /// The set that is in force.
    #[must_use]
    pub fn load(&self) -> Arc<RuleSet> {
        // Nothing that could be left half done happens under the lock.
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another set in force; answers the one that was.
    pub fn store(&self, set: RuleSet) -> Arc<RuleSet> {
        let _changing = self.changing();
        self.put(Arc::new(set))
    }

    /// Changes a copy of the set and puts it in force; changes are made one after the other, and none is lost.
    ///
    /// The copy takes the time of copying some hundred bytes a rule; nothing is filed anew.
    pub fn update<T>(&self, change: impl FnOnce(&mut RuleSet) -> T) -> T {
        let _changing = self.changing();
        let mut set = RuleSet::clone(&self.load());
        let answer = change(&mut set);
        self.put(Arc::new(set));
        answer
    }

    fn changing(&self) -> MutexGuard<'_, ()> {
        // A change that panicked has not touched the set that is in force.
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Exchanges the sets; the old one is dropped by the caller, after the lock.
    fn put(&self, set: Arc<RuleSet>) -> Arc<RuleSet> {
        std::mem::replace(&mut *self.current.write().unwrap_or_else(PoisonError::into_inner), set)
    }
}
