//! The 56 bits that decide whether a request is in a share.

use std::fmt;
use std::str::FromStr;

use crate::phase::Phase;

/// The randomness of a request: 56 bits, the same for a whole trace.
///
/// The default is what a request without a trace has: the smallest one, so that only `sample(100%)` is true for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Randomness(u64);

impl Randomness {
    /// The largest one: every share has it.
    pub const MAX: Self = Self((1 << 56) - 1);

    /// The phase from which it is known: the trace id comes with the request headers, or is made when they are read.
    pub const PHASE: Phase = Phase::RequestHeaders;

    /// The low 56 bits of a number.
    #[must_use]
    pub const fn new(bits: u64) -> Self {
        Self(bits & Self::MAX.0)
    }

    /// The low 56 bits of a trace id, which the W3C recommendation wants to be random.
    ///
    /// An explicit value, the key `rv` of `tracestate`, goes before it.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "only the low 56 bits count")]
    pub const fn of_trace(id: u128) -> Self {
        Self::new(id as u64)
    }

    /// The number, below 2^56.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Randomness {
    /// As the key `rv` has it: 14 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:014x}", self.0)
    }
}

/// The text is not what the key `rv` has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadRandomness;

impl fmt::Display for BadRandomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("randomness is written as 14 lower-case hexadecimal digits")
    }
}

impl std::error::Error for BadRandomness {}

impl FromStr for Randomness {
    type Err = BadRandomness;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 14 || !text.bytes().all(is_digit) {
            return Err(BadRandomness);
        }
        u64::from_str_radix(text, 16).map(Self).map_err(|_| BadRandomness)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_14_digits_of_a_trace_id_count() {
        let randomness = Randomness::of_trace(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736);
        assert_eq!(randomness.to_string(), "ce929d0e0e4736");
        assert_eq!("ce929d0e0e4736".parse(), Ok(randomness));
        assert_eq!(Randomness::new(7).to_string(), "00000000000007");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "ce929d0e0e473", "ce929d0e0e47361", "CE929D0E0E4736", "+e929d0e0e4736", "ce929d0e0e473é"] {
            assert_eq!(text.parse::<Randomness>(), Err(BadRandomness), "{text}");
        }
    }
}
