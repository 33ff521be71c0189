//! Which of many texts occur in another one, found in one pass.
//!
//! Each text is filed under four of its bytes, those that fewest other texts are filed under.
//! A filter of bits says of nearly every place of the searched text that nothing is filed under the four bytes there;
//! where something is, the whole text is compared.
//! Texts are added and removed one by one, and nothing has to be built anew.

use std::collections::HashMap;

use memchr::memmem;

use super::postings::Postings;

/// How many bits of the filter there are for each bucket.
const BITS: usize = 16;
/// The smallest number of buckets.
const FEWEST: usize = 64;
/// The end of a chain.
const NONE: u32 = u32::MAX;

/// A text that is looked for.
#[derive(Clone, Debug)]
struct Needle {
    text: Box<[u8]>,
    /// Where the four bytes are that it is filed under; nowhere for a shorter text.
    at: u32,
    /// The next needle in the same bucket.
    next: u32,
    /// Its rules; none where its place is free.
    posting: Option<u32>,
}

/// Texts, by four of their bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Within {
    needles: Vec<Needle>,
    free: Vec<u32>,
    places: HashMap<Box<[u8]>, u32>,
    /// The first needle of each bucket; as many as a power of two.
    buckets: Vec<u32>,
    /// Bits that are set where something is filed.
    filter: Vec<u64>,
    /// Texts of fewer than four bytes, looked for one by one.
    short: Vec<u32>,
    n_removed: usize,
}

impl Within {
    /// Adds a rule that can match only where a text, which is not empty, occurs.
    pub(super) fn add(&mut self, text: &[u8], rule: u32, postings: &mut Postings) {
        if let Some(needle) = self.places.get(text).and_then(|place| self.needles.get_mut(*place as usize)) {
            needle.posting = Some(postings.add(needle.posting, rule));
            return;
        }
        let needle = Needle { text: text.into(), at: 0, next: NONE, posting: Some(rule) };
        let place = if let Some(place) = self.free.pop() {
            if let Some(free) = self.needles.get_mut(place as usize) {
                *free = needle;
            }
            place
        } else {
            // There are fewer texts than rules.
            let place = u32::try_from(self.needles.len()).unwrap_or(NONE);
            self.needles.push(needle);
            place
        };
        self.places.insert(text.into(), place);
        if self.places.len() > self.buckets.len() {
            self.rebuild();
        } else {
            self.link(place);
        }
    }

    /// Removes a rule from a text.
    pub(super) fn remove(&mut self, text: &[u8], rule: u32, postings: &mut Postings) {
        let Some(place) = self.places.get(text).copied() else { return };
        let Some(needle) = self.needles.get_mut(place as usize) else { return };
        needle.posting = needle.posting.and_then(|posting| postings.remove(posting, rule));
        if needle.posting.is_some() {
            return;
        }
        self.places.remove(text);
        self.unlink(place);
        if let Some(needle) = self.needles.get_mut(place as usize) {
            needle.text = Box::default();
        }
        self.free.push(place);
        // Bits of the filter stay behind.
        self.n_removed += 1;
        if self.n_removed > self.buckets.len() {
            self.rebuild();
        }
    }

    /// Whether no text is left.
    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Visits the rules of each text that occurs; those of one text may be visited again.
    pub(super) fn scan(&self, text: &[u8], mut visit: impl FnMut(u32)) {
        for place in &self.short {
            if let Some(Needle { text: wanted, posting: Some(posting), .. }) = self.needles.get(*place as usize)
                && memmem::find(text, wanted).is_some()
            {
                visit(*posting);
            }
        }
        if self.places.len() == self.short.len() {
            return;
        }
        let bits = self.filter.len() * 64;
        let shift = 32_u32.saturating_sub(bits.trailing_zeros());
        for (at, window) in text.windows(4).enumerate() {
            let Some(gram) = window.first_chunk::<4>() else { continue };
            let hash = hash(*gram);
            let bit = hash >> shift;
            if self.filter.get((bit / 64) as usize).is_some_and(|word| word >> (bit % 64) & 1 == 1) {
                self.compare(text, at, hash, &mut visit);
            }
        }
    }

    /// Compares what is filed under the four bytes at a place.
    #[inline(never)]
    fn compare(&self, text: &[u8], at: usize, hash: u32, visit: &mut impl FnMut(u32)) {
        let mut place = self.bucket(hash).and_then(|bucket| self.buckets.get(bucket)).copied().unwrap_or(NONE);
        while let Some(needle) = self.needles.get(place as usize) {
            let start = at.checked_sub(needle.at as usize);
            if let Some(posting) = needle.posting
                && start.and_then(|start| text.get(start..)).is_some_and(|rest| rest.starts_with(&needle.text))
            {
                visit(posting);
            }
            place = needle.next;
        }
    }

    fn bucket(&self, hash: u32) -> Option<usize> {
        let shift = 32_u32.saturating_sub(self.buckets.len().trailing_zeros());
        (!self.buckets.is_empty()).then_some((hash >> shift) as usize)
    }

    /// Files a text under those of its bytes that have the shortest chain.
    fn link(&mut self, place: u32) {
        let Some(needle) = self.needles.get(place as usize) else { return };
        let grams = needle.text.windows(4).enumerate().filter_map(|(at, gram)| {
            let hash = hash(*gram.first_chunk::<4>()?);
            Some((self.chain(hash), at, hash))
        });
        let Some((_, at, hash)) = grams.min() else {
            self.short.push(place);
            return;
        };
        let Some(bucket) = self.bucket(hash) else { return };
        let Some(first) = self.buckets.get_mut(bucket) else { return };
        let next = std::mem::replace(first, place);
        if let Some(needle) = self.needles.get_mut(place as usize) {
            needle.next = next;
            needle.at = u32::try_from(at).unwrap_or(0);
        }
        let shift = 32_u32.saturating_sub((self.filter.len() * 64).trailing_zeros());
        let bit = hash >> shift;
        if let Some(word) = self.filter.get_mut((bit / 64) as usize) {
            *word |= 1 << (bit % 64);
        }
    }

    /// How many texts are in the bucket of a hash.
    fn chain(&self, hash: u32) -> usize {
        let first = self.bucket(hash).and_then(|bucket| self.buckets.get(bucket)).copied();
        let next = |place: &u32| self.needles.get(*place as usize).map(|needle| needle.next);
        std::iter::successors(first, next).take_while(|place| *place != NONE).count()
    }

    fn unlink(&mut self, place: u32) {
        self.short.retain(|known| *known != place);
        let Some(needle) = self.needles.get(place as usize) else { return };
        let (at, next) = (needle.at as usize, needle.next);
        let Some(gram) = needle.text.get(at..).and_then(|rest| rest.first_chunk::<4>()) else { return };
        let Some(bucket) = self.bucket(hash(*gram)) else { return };
        let Some(first) = self.buckets.get_mut(bucket) else { return };
        if *first == place {
            *first = next;
            return;
        }
        let mut before = *first;
        while let Some(needle) = self.needles.get_mut(before as usize) {
            if needle.next == place {
                needle.next = next;
                return;
            }
            before = needle.next;
        }
    }

    /// Files everything anew, with as many buckets as texts or more.
    fn rebuild(&mut self) {
        let n_buckets = self.places.len().next_power_of_two().max(FEWEST);
        self.buckets = vec![NONE; n_buckets];
        self.filter = vec![0; n_buckets * BITS / 64];
        self.short.clear();
        self.n_removed = 0;
        let mut places: Vec<u32> = self.places.values().copied().collect();
        places.sort_unstable();
        for place in places {
            self.link(place);
        }
    }
}

#[inline]
fn hash(gram: [u8; 4]) -> u32 {
    let mixed = u32::from_le_bytes(gram).wrapping_mul(0x9E37_79B1);
    (mixed ^ (mixed >> 15)).wrapping_mul(0x85EB_CA6B)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn it_finds_what_occurs_and_forgets_what_was_removed() {
        let (mut within, mut postings) = (Within::default(), Postings::default());
        let mut texts: Vec<Vec<u8>> = Vec::new();
        let mut state: u32 = 7;
        let mut next = |n: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % n
        };
        for rule in 0..600 {
            let text: Vec<u8> = (0..1 + next(9)).map(|_| b"ab-"[next(3) as usize]).collect();
            within.add(&text, rule, &mut postings);
            texts.push(text);
        }
        let mut gone = BTreeSet::new();
        for round in 0..40 {
            let searched: Vec<u8> = (0..next(40)).map(|_| b"ab-"[next(3) as usize]).collect();
            let mut found = BTreeSet::new();
            within.scan(&searched, |posting| postings.each(posting, |rule| found.extend([rule])));
            let expected: BTreeSet<u32> = (0..600)
                .filter(|rule| !gone.contains(rule))
                .filter(|rule| memmem::find(&searched, &texts[*rule as usize]).is_some())
                .collect();
            assert_eq!(found, expected, "{round}");
            for _ in 0..15 {
                let rule = next(600);
                if gone.insert(rule) {
                    within.remove(&texts[rule as usize], rule, &mut postings);
                }
            }
        }
        for rule in 0..600 {
            within.remove(&texts[rule as usize], rule, &mut postings);
        }
        assert!(within.is_empty());
    }
}
