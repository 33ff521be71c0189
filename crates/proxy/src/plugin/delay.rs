//! `delay`: waits, for demonstrations of latency.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Deserialize;

use super::Step;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    milliseconds: u64,
    /// Only each so-manieth request waits.
    #[serde(default = "each")]
    every: u64,
}

fn each() -> u64 {
    1
}

pub(super) struct Delay {
    config: Config,
    count: AtomicU64,
}

impl Delay {
    pub(super) fn new(config: Config) -> Self {
        Self { config, count: AtomicU64::new(0) }
    }

    pub(super) fn access(&self) -> Step {
        let number = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        match number.checked_rem(self.config.every) {
            Some(0) => Step::Wait(Duration::from_millis(self.config.milliseconds)),
            _ => Step::Continue,
        }
    }
}
