//! Sets of texts: an open table, found by the length and the last eight bytes.
//!
//! The last bytes tell ids and names of hosts apart better than the first ones do.
//! Where many texts end alike, the sorted texts are searched, so that no choice of texts makes a look-up slow.

/// Places that are looked at from a text's own place on.
const REACH: usize = 8;

/// Texts.
#[derive(Default)]
pub(super) struct Texts {
    /// All of them, one after the other, sorted.
    bytes: Box<[u8]>,
    /// Where each one starts and ends, in their order.
    sorted: Box<[(u32, u32)]>,
    /// The table: where a text starts and ends; an end before its start where there is none.
    table: Box<[(u32, u32)]>,
    /// How far a hash is shifted to be a place in the table.
    shift: u32,
}

const EMPTY: (u32, u32) = (1, 0);

impl Texts {
    /// A set of texts, in any order and perhaps several times.
    pub(super) fn of(mut texts: Vec<&[u8]>) -> Self {
        texts.sort_unstable();
        texts.dedup();
        if texts.is_empty() {
            return Self::default();
        }
        let mut bytes = Vec::new();
        let mut sorted = Vec::with_capacity(texts.len());
        for text in texts {
            let start = bytes.len();
            bytes.extend_from_slice(text);
            // A rule is far shorter than 4 GiB.
            let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            sorted.push((place(start), place(bytes.len())));
        }
        let mut set = Self { bytes: bytes.into(), sorted: sorted.into(), table: Box::default(), shift: 0 };
        set.table = set.tabled().unwrap_or_default();
        set.shift = 64 - set.table.len().max(2).ilog2();
        set
    }

    /// The table, if every text has a place near its own.
    fn tabled(&self) -> Option<Box<[(u32, u32)]>> {
        let size = (self.sorted.len() * 4).next_power_of_two().max(8);
        let shift = 64 - size.ilog2();
        let mut table = vec![EMPTY; size];
        for range in &self.sorted {
            let own = place(self.text(*range), shift);
            let free = (own..own + REACH).map(|at| at & (size - 1)).find(|at| table.get(*at) == Some(&EMPTY))?;
            if let Some(slot) = table.get_mut(free) {
                *slot = *range;
            }
        }
        Some(table.into())
    }

    #[inline]
    fn text(&self, (start, end): (u32, u32)) -> &[u8] {
        self.bytes.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Whether a text is among them.
    #[inline]
    pub(super) fn contain(&self, text: &[u8]) -> bool {
        if self.table.is_empty() {
            return !self.sorted.is_empty()
                && self.sorted.binary_search_by(|range| self.text(*range).cmp(text)).is_ok();
        }
        let own = place(text, self.shift);
        let last = self.table.len() - 1;
        for at in own..own + REACH {
            let Some(&(start, end)) = self.table.get(at & last) else { return false };
            if start > end {
                return false;
            }
            if (end - start) as usize == text.len() && self.text((start, end)) == text {
                return true;
            }
        }
        false
    }
}

/// The place of a text in a table.
#[inline]
fn place(text: &[u8], shift: u32) -> usize {
    let tail = match text.last_chunk() {
        Some(tail) => u64::from_le_bytes(*tail),
        None => text.iter().fold(0, |tail, byte| tail << 8 | u64::from(*byte)),
    };
    let hash = (tail ^ (text.len() as u64).rotate_right(8)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(hash >> shift).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(members: &[&[u8]], others: &[&[u8]], in_table: bool) {
        let set = Texts::of(members.to_vec());
        assert_eq!(!set.table.is_empty(), in_table);
        assert!(members.iter().all(|text| set.contain(text)));
        assert!(!others.iter().any(|text| set.contain(text)));
    }

    #[test]
    fn members_are_found_and_others_are_not() {
        check(&[], &[b"", b"a"], false);
        check(&[b"", b"a", b"ab", b"a"], &[b"b", b"aa"], true);
        check(&[b"tenant-000001", b"tenant-000002"], &[b"tenant-000003", b"enant-000001", b"xtenant-000001"], true);
    }

    #[test]
    fn texts_that_end_alike_are_searched() {
        let members: Vec<String> = (10..99).map(|n| format!("{n}.the-same-end")).collect();
        let members: Vec<&[u8]> = members.iter().map(String::as_bytes).collect();
        check(&members, &[b"9.the-same-end", b"09.the-same-end", b"99.the-same-end"], false);
    }
}
