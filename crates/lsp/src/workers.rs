//! Threads for what takes a while, so that messages are read meanwhile.
//!
//! A few are enough, because nothing here waits for anything but a processor.
//! The first one that is free gets the next task: memory that a thread has used stays with it, and one that works
//! mostly alone needs it once.

use std::collections::{BTreeSet, VecDeque};
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{Builder, available_parallelism};

use tokio::sync::oneshot;

/// How many threads there are at most; fewer on a machine with fewer processors, but two, so that a quick question does
/// not wait for a slow one.
const MOST: usize = 3;
const LEAST: usize = 2;

/// Does something; what it gives tells whoever waits, once the thread is free again.
type Task = Box<dyn FnOnce() -> Tell + Send>;
type Tell = Box<dyn FnOnce()>;

/// Runs tasks on threads, a few at once.
#[derive(Clone)]
pub(crate) struct Workers(Arc<Mutex<Pool>>);

struct Pool {
    most: usize,
    threads: Vec<Sender<Task>>,
    /// The threads that have nothing to do.
    idle: BTreeSet<usize>,
    waiting: VecDeque<Task>,
}

/// A task that gave no answer: it panicked, or no thread could be started for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failed;

impl Workers {
    pub(crate) fn new() -> Self {
        let most = available_parallelism().map_or(LEAST, NonZero::get).clamp(LEAST, MOST);
        let pool = Pool { most, threads: Vec::new(), idle: BTreeSet::new(), waiting: VecDeque::new() };
        Self(Arc::new(Mutex::new(pool)))
    }

    /// Does something on a thread of its own, once one is free; what nobody waits for any more is not begun.
    ///
    /// # Errors
    ///
    /// It panicked.
    pub(crate) async fn run<T: Send + 'static>(&self, task: impl FnOnce() -> T + Send + 'static) -> Result<T, Failed> {
        let (answer, answered) = oneshot::channel();
        self.submit(Box::new(move || {
            let found = (!answer.is_closed()).then(|| catch_unwind(AssertUnwindSafe(task)));
            Box::new(move || {
                if let Some(Ok(found)) = found {
                    // Whoever asked may have left meanwhile.
                    drop(answer.send(found));
                }
            })
        }));
        answered.await.map_err(|_| Failed)
    }

    fn submit(&self, task: Task) {
        let mut pool = lock(&self.0);
        let free = pool.idle.pop_first().or_else(|| self.start(&mut pool));
        match free.and_then(|place| pool.threads.get(place)) {
            // A thread ends only with the pool.
            Some(thread) => drop(thread.send(task)),
            None if pool.threads.is_empty() => drop(task),
            None => pool.waiting.push_back(task),
        }
    }

    /// Starts one more thread, if there may be one; gives its place.
    fn start(&self, pool: &mut Pool) -> Option<usize> {
        let place = pool.threads.len();
        let (tasks, received) = channel();
        let weak = Arc::downgrade(&self.0);
        let thread = Builder::new().name(format!("worker-{place}"));
        let started = place < pool.most && thread.spawn(move || work(place, &received, &weak)).is_ok();
        started.then(|| pool.threads.push(tasks))?;
        Some(place)
    }
}

/// Works until the pool is gone.
fn work(place: usize, tasks: &Receiver<Task>, pool: &Weak<Mutex<Pool>>) {
    while let Ok(task) = tasks.recv() {
        let mut next = Some(task);
        while let Some(task) = next {
            let tell = task();
            let Some(pool) = pool.upgrade() else { return };
            next = {
                let mut pool = lock(&pool);
                let next = pool.waiting.pop_front();
                if next.is_none() {
                    pool.idle.insert(place);
                }
                next
            };
            tell();
        }
    }
}

/// The pool; no task runs while it is held, so a panic has left it whole.
fn lock(pool: &Mutex<Pool>) -> MutexGuard<'_, Pool> {
    pool.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Workers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workers").field("n_threads", &lock(&self.0).threads.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    fn run<T>(conversation: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(conversation)
    }

    #[test]
    fn every_task_is_answered_and_a_panic_is_the_end_of_its_own() {
        run(async {
            let workers = Workers::new();
            for n in 0..100 {
                let found = workers.run(move || if n % 10 == 3 { panic!("on purpose") } else { n }).await;
                assert_eq!(found, if n % 10 == 3 { Err(Failed) } else { Ok(n) });
            }
        });
    }

    #[test]
    fn a_quick_task_does_not_wait_for_a_slow_one() {
        run(async {
            let workers = Workers::new();
            let gate = Arc::new(Barrier::new(2));
            let own = Arc::clone(&gate);
            let asked = workers.clone();
            let wait = move || {
                own.wait();
            };
            let slow = tokio::spawn(async move { asked.run(wait).await });
            tokio::task::yield_now().await;
            assert_eq!(workers.run(|| 1).await, Ok(1));
            gate.wait();
            assert_eq!(slow.await.unwrap(), Ok(()));
        });
    }

    #[test]
    fn one_thread_does_what_comes_one_by_one() {
        run(async {
            let workers = Workers::new();
            for _ in 0..20 {
                assert_eq!(
                    workers.run(|| std::thread::current().name().map(str::to_owned)).await,
                    Ok(Some("worker-0".to_owned()))
                );
            }
        });
    }
}
