//! A hash of names that is fast for some tens of bytes.
//!
//! Only the names of a catalog are ever entered, so nobody who writes rules can make them collide.

use std::hash::{BuildHasherDefault, Hasher};

/// Makes the hashers of the index.
pub(super) type NameHash = BuildHasherDefault<NameHasher>;

/// Eight bytes at a time: turn, mix in, multiply.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NameHasher(u64);

impl NameHasher {
    const fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        // The rest overlaps the last word, so that it is read in one piece where there is one.
        if let (false, Some(last)) = (rest.is_empty(), bytes.last_chunk()) {
            self.mix(u64::from_le_bytes(*last));
        } else {
            rest.iter().for_each(|byte| self.mix(u64::from(*byte)));
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.mix(u64::from(byte));
    }

    fn finish(&self) -> u64 {
        // The table looks at the upper bits and at the lower ones.
        self.0 ^ (self.0 >> 32)
    }
}
