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
pub struct Scratch {
    arena: Arena,
    inner: Option<Box<Scratch>>,
}

impl Scratch {
    /// A buffer with room for `bytes` from the start.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self { arena: Arena(Bump::with_capacity(bytes)), inner: None }
    }

    /// Forgets what the last evaluation wrote and keeps the memory.
    pub fn reset(&mut self) {
        self.arena.0.reset();
    }

    /// The memory itself, for more than text.
    #[must_use]
    pub const fn arena(&self) -> &Arena {
        &self.arena
    }

    /// The memory of this buffer, and a second buffer that can be reset while the first is still in use.
    ///
    /// What is kept from one step to the next goes to the first; what only one step needs goes to the second.
    #[must_use]
    pub fn split(&mut self) -> (&Arena, &mut Self) {
        (&self.arena, self.inner.get_or_insert_default())
    }

    /// A copy of `bytes` that lives as long as the evaluation.
    #[must_use]
    pub fn copy(&self, bytes: &[u8]) -> &[u8] {
        self.arena.copy(bytes)
    }

    /// The bytes of an iterator of known length.
    #[must_use]
    pub fn collect(&self, bytes: impl ExactSizeIterator<Item = u8>) -> &[u8] {
        self.arena.0.alloc_slice_fill_iter(bytes)
    }

    /// Room for `len` bytes, zeroed, to be written and cut to size by the caller.
    #[must_use]
    pub fn zeroed(&self, len: usize) -> &mut [u8] {
        self.arena.filled(len, 0)
    }
}

/// Memory that grows and is given back as a whole.
#[derive(Debug, Default)]
pub struct Arena(Bump);

impl Arena {
    /// A copy of `bytes`.
    #[must_use]
    pub fn copy(&self, bytes: &[u8]) -> &[u8] {
        self.0.alloc_slice_copy(bytes)
    }

    /// `len` copies of a value, to be overwritten by the caller.
    #[must_use]
    pub fn filled<T: Copy>(&self, len: usize, value: T) -> &mut [T] {
        self.0.alloc_slice_fill_copy(len, value)
    }
}
