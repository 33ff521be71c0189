//! The time: nanoseconds since the start, and what that is on the wall.

use std::time::{SystemTime, UNIX_EPOCH};

use nix::time::ClockId;
use tamis_gateway::Moment;

/// A clock that never goes back.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    origin: u64,
    /// Nanoseconds since 1970 at the origin.
    wall: u64,
}

impl Clock {
    /// A clock that starts now.
    pub(crate) fn start() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        Self { origin: monotonic(), wall: u64::try_from(wall).unwrap_or(u64::MAX) }
    }

    /// Nanoseconds since the start.
    pub(crate) fn now(&self) -> Moment {
        monotonic().saturating_sub(self.origin)
    }

    /// Nanoseconds since 1970 of a moment.
    pub(crate) const fn wall(&self, moment: Moment) -> u64 {
        self.wall.saturating_add(moment)
    }
}

/// The time between two moments, cut to microseconds, which a trace can hold exactly.
pub(crate) fn between(from: Moment, to: Moment) -> i64 {
    let nanoseconds = to.saturating_sub(from);
    i64::try_from(nanoseconds - nanoseconds % 1_000).unwrap_or(i64::MAX)
}

/// Nanoseconds of the clock that never goes back, which a recorded request reads eight times or more.
fn monotonic() -> u64 {
    // There is no Unix without this clock.
    let shown = ClockId::CLOCK_MONOTONIC.now().map(|time| (time.tv_sec(), time.tv_nsec()));
    let (seconds, nanoseconds) = shown.unwrap_or_default();
    seconds.unsigned_abs() * 1_000_000_000 + nanoseconds.unsigned_abs()
}
