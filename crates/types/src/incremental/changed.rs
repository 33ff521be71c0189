//! What differs between two versions of a text, and which parts that concerns.

use std::ops::Range;

use super::part::Part;

/// How many bytes are compared at once.
const BLOCK: usize = 1 << 10;

/// The bytes between the common beginning and the common end of two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Changed {
    start: usize,
    end_of_old: usize,
    end_of_new: usize,
}

/// The parts that have to be cut anew, and what they were and are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Around {
    /// The old parts.
    pub(super) parts: Range<usize>,
    /// Their bytes in the old text.
    pub(super) old: Range<usize>,
    /// What stands there now.
    pub(super) new: Range<usize>,
}

impl Changed {
    pub(super) fn between(old: &str, new: &str) -> Self {
        let (old, new) = (old.as_bytes(), new.as_bytes());
        let start = common_start(old, new);
        let (rest_old, rest_new) = (old.get(start..).unwrap_or(&[]), new.get(start..).unwrap_or(&[]));
        let end = common_end(rest_old, rest_new);
        Self { start, end_of_old: old.len() - end, end_of_new: new.len() - end }
    }

    /// Whether both texts are the same.
    pub(super) const fn is_nothing(self) -> bool {
        self.start == self.end_of_old && self.start == self.end_of_new
    }

    /// The parts that the change concerns.
    ///
    /// The last part before it is among them, because lines at its end belong to that; so is, at the beginning of the
    /// text, the first part behind it, because what stands before the first item belongs to that.
    /// A part behind the change begins where it began, if the line break before it did not change.
    pub(super) fn around(self, parts: &[Part], new_len: usize) -> Around {
        let mut ends = parts.iter().scan(0, |end, part| {
            *end += part.len;
            Some(*end)
        });
        let n_before = ends.by_ref().take_while(|end| *end <= self.start).count();
        let first = n_before.saturating_sub(1);
        let (mut from, mut old_len, mut last) = (0, 0, parts.len());
        for (place, part) in parts.iter().enumerate() {
            if place == first {
                from = old_len;
            }
            if old_len > self.end_of_old && last == parts.len() {
                last = place;
            }
            old_len += part.len;
        }
        if first == 0 {
            last = last.saturating_add(1).min(parts.len());
        }
        let behind: usize = parts.iter().skip(last).map(|part| part.len).sum();
        Around { parts: first..last, old: from..old_len - behind, new: from..new_len - behind }
    }
}

fn common_start(a: &[u8], b: &[u8]) -> usize {
    let blocks = a.chunks_exact(BLOCK).zip(b.chunks_exact(BLOCK)).take_while(|(a, b)| a == b).count() * BLOCK;
    let (a, b) = (a.get(blocks..).unwrap_or(&[]), b.get(blocks..).unwrap_or(&[]));
    blocks + a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

fn common_end(a: &[u8], b: &[u8]) -> usize {
    let blocks = a.rchunks_exact(BLOCK).zip(b.rchunks_exact(BLOCK)).take_while(|(a, b)| a == b).count() * BLOCK;
    let rest = |bytes: &[u8]| bytes.len() - blocks;
    let (a, b) = (a.get(..rest(a)).unwrap_or(&[]), b.get(..rest(b)).unwrap_or(&[]));
    blocks + a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count()
}
