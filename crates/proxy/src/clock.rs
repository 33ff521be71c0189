//! The time: nanoseconds since the start, and what that is on the wall.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use tamis_gateway::Moment;

/// A clock that never goes back.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    origin: Instant,
    /// Nanoseconds since 1970 at the origin.
    wall: u64,
}

impl Clock {
    /// A clock that starts now.
    pub(crate) fn start() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        Self { origin: Instant::now(), wall: u64::try_from(wall).unwrap_or(u64::MAX) }
    }

    /// Nanoseconds since the start.
    pub(crate) fn now(&self) -> Moment {
        u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(u64::MAX)
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
