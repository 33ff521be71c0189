//! What a rule says about a request.

use std::fmt;

/// The answer of one evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The request matches.
    Match,
    /// It does not.
    NoMatch,
    /// It cannot be said yet.
    ///
    /// Only an [`Evaluation`](crate::Evaluation) says so; [`Program::run`](crate::Program::run) sees a whole request.
    NotYet,
}

impl Verdict {
    /// The words that every output uses: `match`, `no match`, `not yet`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::NoMatch => "no match",
            Self::NotYet => "not yet",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<bool> for Verdict {
    fn from(matches: bool) -> Self {
        if matches { Self::Match } else { Self::NoMatch }
    }
}
