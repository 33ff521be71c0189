//! The time: nanoseconds since the start, and what that is on the wall.

use std::time::{SystemTime, UNIX_EPOCH};

use tamis_gateway::Moment;

/// A clock that never goes back.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    origin: Reading,
    /// Nanoseconds since 1970 at the origin.
    wall: u64,
}

impl Clock {
    /// A clock that starts now.
    pub(crate) fn start() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        Self { origin: Reading::take(), wall: u64::try_from(wall).unwrap_or(u64::MAX) }
    }

    /// Nanoseconds since the start.
    pub(crate) fn now(&self) -> Moment {
        Reading::take().since(self.origin)
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

/// What the machine's clock shows: a recorded request reads it a dozen times.
#[cfg(unix)]
#[derive(Clone, Copy)]
struct Reading(u64);

#[cfg(unix)]
impl Reading {
    fn take() -> Self {
        // There is no Unix without this clock.
        let shown = nix::time::ClockId::CLOCK_MONOTONIC.now().map(|time| (time.tv_sec(), time.tv_nsec()));
        let (seconds, nanoseconds) = shown.unwrap_or_default();
        Self(seconds.unsigned_abs() * 1_000_000_000 + nanoseconds.unsigned_abs())
    }

    const fn since(self, origin: Self) -> Moment {
        self.0.saturating_sub(origin.0)
    }
}

#[cfg(not(unix))]
#[derive(Clone, Copy)]
struct Reading(std::time::Instant);

#[cfg(not(unix))]
impl Reading {
    fn take() -> Self {
        Self(std::time::Instant::now())
    }

    fn since(self, origin: Self) -> Moment {
        u64::try_from(self.0.saturating_duration_since(origin.0).as_nanos()).unwrap_or(u64::MAX)
    }
}
