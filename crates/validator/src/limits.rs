//! The numbers of debug sessions.

use crate::version::Version;

/// Nanoseconds in a second.
pub const SECOND: i64 = 1_000_000_000;
/// The shortest session, in nanoseconds.
pub const SHORTEST: i64 = 10 * SECOND;
/// The longest session, in nanoseconds.
pub const LONGEST: i64 = 30 * 60 * SECOND;
/// How long a session lasts that does not say it, in nanoseconds.
pub const USUAL: i64 = 60 * SECOND;
/// How many traces a node captures in a session that does not say it.
pub const USUAL_CAP: u32 = 100;
/// For how long captures are kept, in nanoseconds.
pub const RETENTION: i64 = 7 * 24 * 60 * 60 * SECOND;
/// A session that is longer than this and drops nothing early gets a warning, in nanoseconds.
pub const LONG: i64 = 5 * 60 * SECOND;
/// The first version of a data plane that has sessions.
pub const FIRST: Version = Version::new(3, 9, 1);
/// The first version in which the settings of sessions are on where nothing is said.
pub const ON_BY_DEFAULT: Version = Version::new(3, 10, 0);
/// The first version that captures logs.
pub const LOGS: Version = Version::new(3, 11, 0);
/// The first version that captures what happens between plugins and upstreams.
pub const INNER: Version = Version::new(3, 14, 0);
