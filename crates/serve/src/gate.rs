//! Who is worked for: as many at once as there are workers, and as many waiting as there are places.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use crate::config::{Bounds, Times};
use crate::problem::{Kind, Problem};

/// The workers, and who waits for them.
#[derive(Debug)]
pub(crate) struct Gate {
    places: Arc<Semaphore>,
    n_places: usize,
    workers: Arc<Semaphore>,
    n_workers: usize,
    panics: AtomicU64,
}

impl Gate {
    pub(crate) fn new(bounds: &Bounds) -> Self {
        let (n_places, n_workers) = (bounds.requests.max(1), bounds.workers.max(1));
        let (places, workers) = (Semaphore::new(n_places), Semaphore::new(n_workers));
        Self { places: Arc::new(places), n_places, workers: Arc::new(workers), n_workers, panics: AtomicU64::new(0) }
    }

    /// Lets a worker do something, and gives its result if that comes in time.
    ///
    /// What has begun is never broken off, so place and worker are free again only when it is done.
    pub(crate) async fn work<T, F>(&self, times: &Times, what: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            let detail = format!("{} requests are being worked on or wait", self.n_places);
            return Err(Problem::new(Kind::Busy, detail));
        };
        let end = Instant::now() + times.work;
        let done = timeout_at(end, async {
            // The semaphore is never closed.
            let worker = Arc::clone(&self.workers).acquire_owned().await.ok()?;
            let work = move || {
                let result = what();
                drop((worker, place));
                result
            };
            spawn_blocking(work).await.ok()
        });
        match done.await {
            Ok(Some(result)) => Ok(result),
            Ok(None) => {
                self.panics.fetch_add(1, Ordering::Relaxed);
                Err(Problem::new(Kind::Defect, "the request is refused; others are not concerned"))
            }
            Err(_) => {
                let detail = format!("it would have taken more than {} s", times.work.as_secs_f64());
                Err(Problem::new(Kind::TookTooLong, detail))
            }
        }
    }

    /// How many workers have something to do.
    pub(crate) fn busy(&self) -> usize {
        self.n_workers.saturating_sub(self.workers.available_permits())
    }

    /// How many requests wait for a worker.
    pub(crate) fn waiting(&self) -> usize {
        self.n_places.saturating_sub(self.places.available_permits()).saturating_sub(self.busy())
    }

    /// How many workers there are.
    pub(crate) const fn workers(&self) -> usize {
        self.n_workers
    }

    /// How often something ended in a panic.
    pub(crate) fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }
}
