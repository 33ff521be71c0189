//! A table from a hash to a number, in eight bytes an entry.
//!
//! Keys are not kept: who looks something up says which of the entries with its hash is the one.

/// An entry that is free.
const FREE: Entry = Entry { hash: 0, value: u32::MAX };
/// The smallest table.
const SMALLEST: usize = 16;

/// A hash and its number.
#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: u32,
    value: u32,
}

/// Open addressing with linear probing; removal shifts back what comes after, so nothing is left behind.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// As many as a power of two, or none.
    entries: Vec<Entry>,
    len: usize,
}

impl Table {
    /// A table that takes so many entries without growing.
    pub(super) fn with_capacity(len: usize) -> Self {
        let mut table = Self::default();
        if len > 0 {
            table.resize(capacity_for(len));
        }
        table
    }

    /// The first number with this hash that is the wanted one.
    #[inline]
    pub(super) fn find(&self, hash: u32, mut is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        let mask = self.entries.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        loop {
            let entry = self.entries.get(at)?;
            if entry.value == FREE.value {
                return None;
            }
            if entry.hash == hash && is_it(entry.value) {
                return Some(entry.value);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a number, which must not be the largest of 32 bits.
    pub(super) fn insert(&mut self, hash: u32, value: u32) {
        if (self.len + 1) * 2 > self.entries.len() {
            self.resize(capacity_for(self.len + 1));
        }
        self.put(Entry { hash, value });
        self.len += 1;
    }

    /// Puts another number in the place of one.
    pub(super) fn replace(&mut self, hash: u32, old: u32, new: u32) {
        if let Some(entry) = self.place(hash, old).and_then(|at| self.entries.get_mut(at)) {
            entry.value = new;
        }
    }

    /// Removes a number.
    pub(super) fn remove(&mut self, hash: u32, value: u32) {
        let Some(mut hole) = self.place(hash, value) else { return };
        let mask = self.entries.len() - 1;
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let Some(entry) = self.entries.get(at).copied() else { break };
            if entry.value == FREE.value {
                break;
            }
            let home = entry.hash as usize & mask;
            // It may move back to the hole if that does not lie before its home.
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(hole) & mask {
                self.set(hole, entry);
                hole = at;
            }
        }
        self.set(hole, FREE);
        self.len -= 1;
    }

    /// Gives back what is not needed.
    pub(super) fn shrink(&mut self) {
        let wanted = if self.len == 0 { 0 } else { capacity_for(self.len) };
        if wanted < self.entries.len() {
            self.resize(wanted);
        }
        self.entries.shrink_to_fit();
    }

    fn place(&self, hash: u32, value: u32) -> Option<usize> {
        let mask = self.entries.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        loop {
            let entry = self.entries.get(at)?;
            if entry.value == FREE.value {
                return None;
            }
            if entry.hash == hash && entry.value == value {
                return Some(at);
            }
            at = (at + 1) & mask;
        }
    }

    fn put(&mut self, new: Entry) {
        let mask = self.entries.len().saturating_sub(1);
        let mut at = new.hash as usize & mask;
        while self.entries.get(at).is_some_and(|entry| entry.value != FREE.value) {
            at = (at + 1) & mask;
        }
        self.set(at, new);
    }

    fn set(&mut self, at: usize, entry: Entry) {
        if let Some(place) = self.entries.get_mut(at) {
            *place = entry;
        }
    }

    fn resize(&mut self, capacity: usize) {
        let before = std::mem::replace(&mut self.entries, vec![FREE; capacity]);
        for entry in before {
            if entry.value != FREE.value {
                self.put(entry);
            }
        }
    }
}

/// The size of a table of which at most half is taken, so that what is not there is missed after a step or two.
fn capacity_for(len: usize) -> usize {
    (len * 2).next_power_of_two().max(SMALLEST)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn it_has_what_was_put_in_and_not_taken_out() {
        let (mut table, mut expected) = (Table::default(), BTreeSet::new());
        let mut state: u32 = 1;
        for _ in 0..20_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let value = (state >> 16) % 512;
            // Few hashes, all close together, so that entries are in each other's way.
            let hash = value % 40;
            if expected.insert(value) {
                table.insert(hash, value);
            } else if state.is_multiple_of(3) {
                expected.remove(&value);
                table.remove(hash, value);
            }
        }
        for value in 0..512 {
            let found = table.find(value % 40, |candidate| candidate == value);
            assert_eq!(found.is_some(), expected.contains(&value), "{value}");
        }
        assert_eq!(table.len, expected.len());
        table.shrink();
        assert!(expected.iter().all(|value| table.find(value % 40, |candidate| candidate == *value).is_some()));
    }
}
