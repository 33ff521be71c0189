//! Sets of whole numbers: a bit for each where they lie close together, ranges where they do not.

use super::in_ranges;

/// Bits from the smallest number to the largest one that a set may have.
const MOST_BITS: u64 = 4096;

/// Numbers.
#[derive(Default)]
pub(super) struct Numbers {
    /// The smallest number.
    low: i64,
    /// A bit for each number from there on; none where there would be too many.
    bits: Box<[u64]>,
    /// Otherwise, the ranges.
    ranges: Box<[(i64, i64)]>,
}

impl Numbers {
    /// The numbers of ranges that are sorted and apart from each other.
    pub(super) fn of(ranges: Vec<(i64, i64)>) -> Self {
        let (Some((low, _)), Some((_, high))) = (ranges.first().copied(), ranges.last().copied()) else {
            return Self::default();
        };
        let span = low.abs_diff(high);
        if span >= MOST_BITS || ranges.len() == 1 {
            return Self { low, bits: Box::default(), ranges: ranges.into() };
        }
        let mut bits = vec![0_u64; usize::try_from(span / 64 + 1).unwrap_or(0)];
        for n in ranges.iter().flat_map(|(first, last)| *first..=*last) {
            let place = low.abs_diff(n);
            if let Some(word) = usize::try_from(place / 64).ok().and_then(|word| bits.get_mut(word)) {
                *word |= 1 << (place % 64);
            }
        }
        Self { low, bits: bits.into(), ranges: Box::default() }
    }

    /// The smallest number, and a bit for each from there on; nothing where they lie too far apart.
    pub(super) fn bits(&self) -> Option<(i64, &[u64])> {
        (!self.bits.is_empty()).then_some((self.low, &*self.bits))
    }

    /// Whether a number is among them.
    #[inline]
    pub(super) fn contain(&self, n: i64) -> bool {
        // What is below the smallest number becomes a large one.
        let place = n.wrapping_sub(self.low).cast_unsigned();
        match usize::try_from(place / 64).ok().and_then(|word| self.bits.get(word)) {
            Some(word) => word >> (place % 64) & 1 == 1,
            None => !self.ranges.is_empty() && in_ranges(&self.ranges, n),
        }
    }
}
