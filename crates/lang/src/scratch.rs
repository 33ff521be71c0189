//! Memory for the text that a function makes while a rule runs.

use bumpalo::Bump;

/// A buffer that grows to what one evaluation needs and is used again by the next.
///
/// Functions such as `lower` write their result here.
/// After the first requests the buffer has its size and an evaluation allocates nothing.
///
/// ```
/// use tamis_lang::scratch::Scratch;
/// let mut scratch = Scratch::default();
/// assert_eq!(scratch.collect(b"GET".iter().map(u8::to_ascii_lowercase)), b"get");
/// scratch.reset();
/// ```
#[derive(Debug, Default)]
pub struct Scratch(Bump);

impl Scratch {
    /// A buffer with room for `bytes` from the start.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self(Bump::with_capacity(bytes))
    }

    /// Forgets what the last evaluation wrote and keeps the memory.
    pub fn reset(&mut self) {
        self.0.reset();
    }

    /// A copy of `bytes` that lives as long as the evaluation.
    #[must_use]
    pub fn copy(&self, bytes: &[u8]) -> &[u8] {
        self.0.alloc_slice_copy(bytes)
    }

    /// The bytes of an iterator of known length.
    #[must_use]
    pub fn collect(&self, bytes: impl ExactSizeIterator<Item = u8>) -> &[u8] {
        self.0.alloc_slice_fill_iter(bytes)
    }

    /// Room for `len` bytes, zeroed, to be written and cut to size by the caller.
    #[must_use]
    pub fn zeroed(&self, len: usize) -> &mut [u8] {
        self.0.alloc_slice_fill_copy(len, 0)
    }
}
