//! A piece of a text against a constant, in as few comparisons as its length allows.
//!
//! The length of a constant is known when a rule is compiled, so each class of lengths is a kind of tests of its own:
//! up to sixteen bytes are compared as two numbers that overlap, and lie in the test itself.

use super::Test;

/// The whole text, if it is as long as the constant.
#[inline]
pub(super) fn whole(text: &[u8], len: usize) -> Option<&[u8]> {
    (text.len() == len).then_some(text)
}

/// As much of its start as the constant is long.
#[inline]
pub(super) fn start(text: &[u8], len: usize) -> Option<&[u8]> {
    text.get(..len)
}

/// As much of its end.
#[inline]
pub(super) fn end(text: &[u8], len: usize) -> Option<&[u8]> {
    text.get(text.len().checked_sub(len)?..)
}

/// How constants are compared, by their lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Up to three bytes, in the first operand.
    Few,
    /// Four to seven: the first and the last four.
    Four,
    /// Eight to sixteen: the first and the last eight.
    Eight,
    /// More: the first eight, and where all of them are.
    Many,
}

impl Class {
    pub(super) const fn of(len: usize) -> Self {
        match len {
            0..=3 => Self::Few,
            4..=7 => Self::Four,
            8..=16 => Self::Eight,
            _ => Self::Many,
        }
    }

    /// The operands of a constant of this class, which starts at this place of the program's texts.
    pub(super) fn operands(self, constant: &[u8], start: u32) -> [u64; 2] {
        match self {
            Self::Few => [few(constant), 0],
            Self::Four => [first_four(constant).into(), last_four(constant).into()],
            Self::Eight => [first_eight(constant), last_eight(constant)],
            Self::Many => {
                let end = u64::from(start) + constant.len() as u64;
                [first_eight(constant), u64::from(start) << 32 | end]
            }
        }
    }
}

impl Test {
    #[inline]
    pub(super) fn is_few(&self, piece: &[u8]) -> bool {
        few(piece) == self.first
    }

    #[inline]
    pub(super) fn is_four(&self, piece: &[u8]) -> bool {
        u64::from(first_four(piece)) == self.first && u64::from(last_four(piece)) == self.second
    }

    #[inline]
    pub(super) fn is_eight(&self, piece: &[u8]) -> bool {
        first_eight(piece) == self.first && last_eight(piece) == self.second
    }

    #[inline]
    pub(super) fn is_many(&self, piece: &[u8], texts: &[u8]) -> bool {
        first_eight(piece) == self.first && texts.get(self.range()) == Some(piece)
    }

    /// How long a constant of at most sixteen bytes is.
    #[inline]
    pub(super) const fn short(&self) -> usize {
        self.len as usize
    }

    /// How long any other constant is.
    #[inline]
    pub(super) fn long(&self) -> usize {
        self.range().len()
    }
}

/// Up to three bytes as a number; pieces of different lengths are never compared.
#[inline]
fn few(piece: &[u8]) -> u64 {
    match *piece {
        [a] => a.into(),
        [a, b] => u16::from_le_bytes([a, b]).into(),
        [a, b, c] => u32::from_le_bytes([a, b, c, 0]).into(),
        _ => 0,
    }
}

/// The first four bytes; zero for a piece that is shorter, which is never asked for.
#[inline]
fn first_four(piece: &[u8]) -> u32 {
    piece.first_chunk().map_or(0, |chunk| u32::from_le_bytes(*chunk))
}

#[inline]
fn last_four(piece: &[u8]) -> u32 {
    piece.last_chunk().map_or(0, |chunk| u32::from_le_bytes(*chunk))
}

#[inline]
fn first_eight(piece: &[u8]) -> u64 {
    piece.first_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk))
}

#[inline]
fn last_eight(piece: &[u8]) -> u64 {
    piece.last_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::op::Target;
    use crate::run::quick::kind::Kind;

    /// Whether a part of a text is the constant, as a test says it.
    fn is(cut: fn(&[u8], usize) -> Option<&[u8]>, text: &[u8], constant: &[u8]) -> bool {
        let class = Class::of(constant.len());
        let [first, second] = class.operands(constant, 0);
        let len = u8::try_from(constant.len()).unwrap();
        let test = Test { first, second, slot: 0, targets: [Target::FAIL; 4], kind: Kind::Instruction, len };
        let whole_len = if class == Class::Many { test.long() } else { test.short() };
        cut(text, whole_len).is_some_and(|piece| match class {
            Class::Few => test.is_few(piece),
            Class::Four => test.is_four(piece),
            Class::Eight => test.is_eight(piece),
            Class::Many => test.is_many(piece, constant),
        })
    }

    #[track_caller]
    fn check(text: &[u8], constant: &[u8]) {
        assert_eq!(is(whole, text, constant), text == constant, "{text:?} is {constant:?}");
        assert_eq!(is(start, text, constant), text.starts_with(constant), "{text:?} starts with {constant:?}");
        assert_eq!(is(end, text, constant), text.ends_with(constant), "{text:?} ends with {constant:?}");
    }

    #[test]
    fn pieces_are_compared_byte_by_byte_whatever_their_length() {
        for len in 0..=40_u8 {
            let constant: Vec<u8> = (1..=len).collect();
            check(&constant, &constant);
            check(&[&constant[..], b"x"].concat(), &constant);
            check(&[b"x", &constant[..]].concat(), &constant);
            check(&[&constant[..], &constant[..]].concat(), &constant);
            for at in 0..constant.len() {
                let mut other = constant.clone();
                other[at] ^= 0x80;
                check(&other, &constant);
                other.remove(at);
                check(&other, &constant);
            }
        }
    }
}
