//! Ranges of randomness.

use tamis_lang::sampling::{Randomness, Threshold};

/// From one randomness up to another one, which is not included.
///
/// INVARIANT: the randomness with which evaluation can reach a condition is such a range: conditions before it in an
/// `&&` have to be possible, which they are from some randomness up, and those before it in an `||` have not to be
/// certain, which they are not below some randomness. No share is negated, so nothing else occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) from: Threshold,
    pub(super) to: Threshold,
}

impl Share {
    /// Every randomness.
    pub(super) const ALL: Self = Self { from: Threshold::ALWAYS, to: Threshold::NEVER };
    /// None.
    pub(super) const NONE: Self = Self { from: Threshold::NEVER, to: Threshold::ALWAYS };

    pub(super) fn is_empty(self) -> bool {
        self.from >= self.to
    }

    /// The part that is in a share of all requests.
    pub(super) fn above(self, threshold: Threshold) -> Self {
        Self { from: self.from.max(threshold), ..self }
    }

    /// The part that is not.
    pub(super) fn below(self, threshold: Threshold) -> Self {
        Self { to: self.to.min(threshold), ..self }
    }

    /// Adds another range; together they are one.
    pub(super) fn add(&mut self, other: Self) {
        if other.is_empty() {
            return;
        }
        if self.is_empty() {
            *self = other;
        } else {
            *self = Self { from: self.from.min(other.from), to: self.to.max(other.to) };
        }
    }

    pub(super) fn contains(self, randomness: Randomness) -> bool {
        self.from.keeps(randomness) && !self.to.keeps(randomness)
    }
}
