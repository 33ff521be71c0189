//! Probabilities as thresholds.

use std::fmt;
use std::str::FromStr;

use super::Randomness;

/// A share of the requests, as the smallest randomness that is in it; from 0 (all) to 2^56 (none).
///
/// Thresholds are ordered as numbers: a larger one is a smaller share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Threshold(u64);

/// Hexadecimal digits of a whole threshold.
const DIGITS: u32 = 14;
/// How many of them are kept behind the leading zeros or `f`s.
const PRECISION: u32 = 4;

impl Threshold {
    /// Every request.
    pub const ALWAYS: Self = Self(0);
    /// No request. No probability has this threshold, and it is never written.
    pub const NEVER: Self = Self(1 << 56);

    /// The threshold of a probability, given as a fraction; none where it is zero, more than one or less than 2^-56.
    ///
    /// As the specification suggests, it is rounded to four hexadecimal digits behind leading zeros and `f`s.
    #[must_use]
    pub fn of(numerator: u64, denominator: u64) -> Option<Self> {
        if numerator == 0 || numerator > denominator {
            return None;
        }
        let whole = u128::from(Self::NEVER.0);
        let (n, d) = (u128::from(numerator), u128::from(denominator));
        // The products stay below 2^121.
        let scaled = (n * whole + d / 2) / d;
        if n * whole < d {
            return None;
        }
        let threshold = whole - scaled;
        let leading = leading_digits(n, d).max(leading_digits(d - n, d));
        let shift = 4 * DIGITS.saturating_sub(PRECISION + leading);
        let half = (1_u128 << shift) >> 1;
        let rounded = ((threshold + half) >> shift) << shift;
        u64::try_from(rounded).ok().map(Self)
    }

    /// The threshold of a number up to 2^56.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Option<Self> {
        if bits <= Self::NEVER.0 { Some(Self(bits)) } else { None }
    }

    /// The number, at most 2^56.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Whether a request with this randomness is in the share.
    #[must_use]
    pub const fn keeps(self, randomness: Randomness) -> bool {
        self.0 <= randomness.get()
    }

    /// The share, from 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share is as precise as a float is")]
    pub fn probability(self) -> f64 {
        (Self::NEVER.0 - self.0) as f64 / Self::NEVER.0 as f64
    }

    /// How many requests each request of the share stands for; none of the empty share.
    #[must_use]
    pub fn adjusted_count(self) -> Option<f64> {
        (self < Self::NEVER).then(|| 1.0 / self.probability())
    }
}

/// How many leading hexadecimal digits of a fraction below one are zero.
fn leading_digits(numerator: u128, denominator: u128) -> u32 {
    let mut digits = 0;
    let mut scaled = numerator;
    while scaled > 0 && scaled * 16 <= denominator && digits < DIGITS {
        scaled *= 16;
        digits += 1;
    }
    digits
}

impl fmt::Display for Threshold {
    /// As the key `th` has it: hexadecimal digits without trailing zeros, `0` for every request.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ALWAYS {
            return f.write_str("0");
        }
        if *self == Self::NEVER {
            return f.write_str("never");
        }
        let digits = format!("{:014x}", self.0);
        f.write_str(digits.trim_end_matches('0'))
    }
}

/// The text is not what the key `th` has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadThreshold;

impl fmt::Display for BadThreshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a threshold is written as 1 to 14 lower-case hexadecimal digits")
    }
}

impl std::error::Error for BadThreshold {}

impl FromStr for Threshold {
    type Err = BadThreshold;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.is_empty() || text.len() > DIGITS as usize || !text.bytes().all(is_digit) {
            return Err(BadThreshold);
        }
        u64::from_str_radix(&format!("{text:0<14}"), 16).map(Self).map_err(|_| BadThreshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(numerator: u64, denominator: u64, expected: &str) {
        let threshold = Threshold::of(numerator, denominator).expect("a probability");
        assert_eq!(threshold.to_string(), expected);
        assert_eq!(expected.parse(), Ok(threshold));
    }

    #[test]
    fn thresholds_are_those_of_the_specification() {
        check(1, 1, "0");
        check(1, 2, "8");
        check(1, 3, "aaab");
        check(2, 3, "5555");
        check(1, 4, "c");
        check(1, 5, "cccd");
        check(1, 8, "e");
        check(1, 10, "e666");
        check(1, 16, "f");
        check(5, 100, "f3333");
        check(1, 100, "fd70a");
        check(1, 1000, "ffbe77");
        check(99, 100, "028f6");
        check(1, 1 << 56, "ffffffffffffff");
    }

    #[test]
    fn no_probability_has_no_threshold() {
        assert_eq!(Threshold::of(0, 1), None);
        assert_eq!(Threshold::of(3, 2), None);
        assert_eq!(Threshold::of(1, (1 << 56) + 1), None);
        assert_eq!(Threshold::of(u64::MAX, u64::MAX), Some(Threshold::ALWAYS));
        assert_eq!(Threshold::of(u64::MAX / 2 + 1, u64::MAX).map(|threshold| threshold.to_string()), Some("8".into()));
    }

    #[test]
    fn a_share_is_what_its_digits_say() {
        let quarter = Threshold::of(1, 4).expect("a probability");
        assert!((quarter.probability() - 0.25).abs() < 1e-12);
        assert_eq!(quarter.adjusted_count(), Some(4.0));
        assert_eq!(Threshold::NEVER.adjusted_count(), None);
        assert!(quarter.keeps(Randomness::new(0xc0_0000_0000_0000)));
        assert!(!quarter.keeps(Randomness::new(0xbf_ffff_ffff_ffff)));
        assert!(Threshold::ALWAYS.keeps(Randomness::default()));
        assert!(!Threshold::NEVER.keeps(Randomness::MAX));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "fffffffffffffff", "C", "0x8", "-1", "never"] {
            assert_eq!(text.parse::<Threshold>(), Err(BadThreshold), "{text}");
        }
    }
}
