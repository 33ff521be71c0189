//! The hashes of the index: of texts, of their beginnings and ends, and of numbers.
//!
//! A hash only finds candidates, whose conditions are asked anyway, so two keys with one hash cost time and change no
//! verdict.

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
const LAST: u64 = 0xD6E8_FEB8_6659_FD93;

/// The hash of a key, under a seed that says what kind of key it is.
#[inline]
pub(super) const fn number(seed: u64, n: u64) -> u32 {
    finish(step(seed, n))
}

/// A seed for one kind of key.
pub(super) const fn seed(view: u32, kind: u32, detail: u32) -> u64 {
    step(step(STEP, ((kind as u64) << 32) | view as u64), detail as u64)
}

/// The hash of a text.
#[inline]
pub(super) fn text(seed: u64, text: &[u8]) -> u32 {
    let mut state = seed;
    for chunk in whole_chunks(text) {
        state = step(state, u64::from_le_bytes(*chunk));
    }
    close(state, text)
}

/// Hashes the beginnings of a text, the shorter ones first.
pub(super) struct Beginnings<'t> {
    text: &'t [u8],
    state: u64,
    done: usize,
}

impl<'t> Beginnings<'t> {
    /// All beginnings of a text, under one seed.
    pub(super) const fn new(seed: u64, text: &'t [u8]) -> Self {
        Self { text, state: seed, done: 0 }
    }

    /// The hash of the first `len` bytes; none where there are fewer. No `len` may be smaller than the one before.
    #[inline]
    pub(super) fn next(&mut self, len: usize) -> Option<u32> {
        let beginning = self.text.get(..len)?;
        while let Some(chunk) = beginning.get(self.done..).and_then(|rest| rest.first_chunk::<8>()) {
            // The last bytes are added once more by `close`, as in `text`.
            self.state = step(self.state, u64::from_le_bytes(*chunk));
            self.done += 8;
        }
        Some(close(self.state, beginning))
    }
}

/// The bytes of a text as numbers, as long as there are eight.
#[inline]
fn whole_chunks(text: &[u8]) -> &[[u8; 8]] {
    text.as_chunks::<8>().0
}

/// Adds the length and the last eight bytes, some of which may have been added before.
#[inline]
fn close(state: u64, text: &[u8]) -> u32 {
    finish(step(state ^ (text.len() as u64).wrapping_mul(LAST), tail(text)))
}

/// The last eight bytes; of a shorter text all of it.
#[inline]
fn tail(text: &[u8]) -> u64 {
    if let Some(last) = text.last_chunk::<8>() {
        return u64::from_le_bytes(*last);
    }
    match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) | (u64::from(u32::from_le_bytes(*last)) << 32)
        }
        _ => text.iter().fold(0, |all, byte| (all << 8) | u64::from(*byte)),
    }
}

#[inline]
const fn step(state: u64, n: u64) -> u64 {
    let mixed = (state ^ n).wrapping_mul(STEP);
    mixed ^ (mixed >> 29)
}

#[inline]
const fn finish(state: u64) -> u32 {
    (state.wrapping_mul(LAST) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_has_the_hash_of_its_text() {
        let whole: Vec<u8> = (0..40).collect();
        let mut beginnings = Beginnings::new(7, &whole);
        for len in 0..=40 {
            assert_eq!(beginnings.next(len), Some(text(7, &whole[..len])), "{len}");
        }
        assert_eq!(beginnings.next(41), None);
    }

    #[test]
    fn texts_that_differ_in_a_byte_differ() {
        for len in 1..40 {
            let whole = vec![b'a'; len];
            for at in 0..len {
                let mut other = whole.clone();
                other[at] = b'b';
                assert_ne!(text(1, &whole), text(1, &other), "{len} {at}");
            }
        }
    }
}
