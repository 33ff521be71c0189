//! The border: pointers become references, panics become a status, and nothing else in this crate does either.

use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a function says of its own work.
///
/// Everything but `TAMIS_STATUS_OK` leaves the places for results as they were, except where a function says otherwise.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is done.
    Ok = 0,
    /// A pointer that must not be null is null.
    NullPointer = 1,
    /// A text that must be UTF-8 is not.
    NotUtf8 = 2,
    /// A number stands for nothing: a kind of value, a phase, an edition.
    OutOfRange = 3,
    /// There is nothing of that name.
    Unknown = 4,
    /// A rule, a catalog or a program is refused; the reason was written to the buffer.
    Refused = 5,
    /// A value has another type than its field.
    WrongType = 6,
    /// A mistake in this library: the call did nothing that can be relied on, and the handles should be freed.
    Panic = 7,
}

/// How a function ends early.
pub(crate) type Ending = Result<(), Status>;

/// Runs the body of a function; a panic does not leave it.
pub(crate) fn guard(body: impl FnOnce() -> Ending) -> Status {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => Status::Ok,
        Ok(Err(status)) => status,
        Err(_) => Status::Panic,
    }
}

/// Bytes that somebody else owns.
///
/// They need not end with a zero, and `data` may be null if `len` is 0.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// The first byte.
    pub data: *const c_char,
    /// How many there are.
    pub len: usize,
}

impl Text {
    /// No text.
    pub(crate) const EMPTY: Self = Self { data: std::ptr::null(), len: 0 };

    /// A view of bytes that live on this side.
    pub(crate) const fn of(bytes: &[u8]) -> Self {
        Self { data: bytes.as_ptr().cast(), len: bytes.len() }
    }

    /// What a function was given as two arguments.
    pub(crate) const fn new(data: *const c_char, len: usize) -> Self {
        Self { data, len }
    }

    /// The bytes.
    ///
    /// # Safety
    ///
    /// `data` points to `len` bytes that stay as they are for `'a`, or `len` is 0.
    pub(crate) unsafe fn bytes<'a>(self) -> Result<&'a [u8], Status> {
        if self.len == 0 {
            return Ok(&[]);
        }
        if self.data.is_null() {
            return Err(Status::NullPointer);
        }
        if isize::try_from(self.len).is_err() {
            return Err(Status::OutOfRange);
        }
        // SAFETY: not null and no longer than an allocation can be; the rest is the caller's promise.
        Ok(unsafe { std::slice::from_raw_parts(self.data.cast(), self.len) })
    }

    /// The text.
    ///
    /// # Safety
    ///
    /// As for [`bytes`](Self::bytes).
    pub(crate) unsafe fn text<'a>(self) -> Result<&'a str, Status> {
        // SAFETY: the caller's promise.
        let bytes = unsafe { self.bytes() }?;
        std::str::from_utf8(bytes).map_err(|_| Status::NotUtf8)
    }
}

/// Bytes that were made here and are the caller's: to be freed with `tamis_buffer_free`, and with nothing else.
///
/// `data` is null where nothing was written.
#[repr(C)]
#[derive(Debug)]
pub struct Buffer {
    /// The first byte.
    pub data: *mut c_char,
    /// How many there are.
    pub len: usize,
}

impl Buffer {
    const EMPTY: Self = Self { data: std::ptr::null_mut(), len: 0 };

    fn of(bytes: Vec<u8>) -> Self {
        if bytes.is_empty() {
            return Self::EMPTY;
        }
        let bytes = Box::leak(bytes.into_boxed_slice());
        Self { data: bytes.as_mut_ptr().cast(), len: bytes.len() }
    }
}

/// Hands out bytes, if somebody wants them.
///
/// # Safety
///
/// `out` is null or points to a buffer that may be written.
pub(crate) unsafe fn hand_out(out: *mut Buffer, bytes: impl FnOnce() -> Vec<u8>) {
    if !out.is_null() {
        // SAFETY: not null; the rest is the caller's promise.
        unsafe { out.write(Buffer::of(bytes())) };
    }
}

/// Frees the bytes of a buffer and empties it.
///
/// A null pointer and an empty buffer are fine.
///
/// # Safety
///
/// `buffer` is null or points to a buffer that a function of this library wrote and nobody has freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_buffer_free(buffer: *mut Buffer) {
    guard(|| {
        if buffer.is_null() {
            return Ok(());
        }
        // SAFETY: not null; the rest is the caller's promise.
        let Buffer { data, len } = unsafe { buffer.replace(Buffer::EMPTY) };
        if !data.is_null() {
            // SAFETY: `Buffer::of` leaked a boxed slice with this pointer and length.
            drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(data.cast::<u8>(), len)) });
        }
        Ok(())
    });
}

/// What a handle points to.
///
/// # Safety
///
/// `handle` is null or points to a `T` that nobody writes for `'a`.
pub(crate) unsafe fn read<'a, T>(handle: *const T) -> Result<&'a T, Status> {
    // SAFETY: the caller's promise.
    unsafe { handle.as_ref() }.ok_or(Status::NullPointer)
}

/// What a handle points to, to be changed.
///
/// # Safety
///
/// `handle` is null or points to a `T` that nobody else uses for `'a`.
pub(crate) unsafe fn write<'a, T>(handle: *mut T) -> Result<&'a mut T, Status> {
    // SAFETY: the caller's promise.
    unsafe { handle.as_mut() }.ok_or(Status::NullPointer)
}

/// Puts a result into its place.
///
/// # Safety
///
/// `place` is null or points to memory for a `T`.
pub(crate) unsafe fn put<T>(place: *mut T, value: T) -> Ending {
    if place.is_null() {
        return Err(Status::NullPointer);
    }
    // SAFETY: not null; the rest is the caller's promise.
    unsafe { place.write(value) };
    Ok(())
}

/// Hands out a handle to something new.
///
/// # Safety
///
/// As for [`put`].
pub(crate) unsafe fn put_new<T>(place: *mut *mut T, value: T) -> Ending {
    if place.is_null() {
        return Err(Status::NullPointer);
    }
    // SAFETY: the caller's promise.
    unsafe { put(place, Box::into_raw(Box::new(value))) }
}

/// Frees what a handle points to; a null pointer is fine.
///
/// # Safety
///
/// `handle` is null or came from [`put_new`] and was not freed.
pub(crate) unsafe fn free<T>(handle: *mut T) {
    guard(|| {
        if !handle.is_null() {
            // SAFETY: not null, and made from a box by `put_new`.
            drop(unsafe { Box::from_raw(handle) });
        }
        Ok(())
    });
}
