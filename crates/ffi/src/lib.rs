//! The interface of Tamis for C, and for whatever calls C.
//!
//! `include/tamis.h` is generated from this crate; `docs/c.md` shows how it is used.
//!
//! # Rules of the interface
//!
//! - **Handles are opaque.** A function whose name ends in `_new`, `_shipped`, `_from_json` or `_compile` makes one, the
//!   `_free` of the same type ends it, and freeing null is fine.
//! - **Every function answers a `tamis_status`**, unless nothing can go wrong. A result is written through the pointer
//!   that comes last, and only with `TAMIS_STATUS_OK`, except for reports, which are written whenever there is one.
//! - **Texts** come and go as pointer and length. What a function takes, it does not keep, except for the strings of a
//!   request. A `tamis_buffer` belongs to the caller, who frees it with `tamis_buffer_free`.
//! - **Threads.** Catalogs, programs and schemas never change and may be shared. Requests, evaluations, contexts and
//!   routers are for one thread at a time, and may move from thread to thread.
//! - **No panic crosses the border.** One that happens is a mistake in Tamis and becomes `TAMIS_STATUS_PANIC`.
//! - **Versions.** [`tamis_abi_version`] is raised when a program that was compiled with an older header would break.

#![expect(unsafe_code, reason = "pointers of C are followed here, each with the promise that makes it right")]

use std::ffi::c_char;

mod atc;
mod boundary;
mod catalog;
mod evaluation;
mod phase;
mod request;
mod rule;
mod set;
mod source;

pub use atc::*;
pub use boundary::{Buffer, Status, Text, tamis_buffer_free};
pub use catalog::*;
pub use evaluation::*;
pub use phase::Phase;
pub use request::{
    FieldValue, Request, tamis_request_add, tamis_request_add_address, tamis_request_add_integer,
    tamis_request_add_text, tamis_request_free, tamis_request_new, tamis_request_reset, tamis_request_set_trace,
};
pub use rule::*;
pub use set::*;
pub use source::Source;

/// The version of this interface: a program that was compiled with the header of another one must not go on.
pub const TAMIS_ABI_VERSION: u32 = 1;

/// The version of the interface that the library has, to be compared with `TAMIS_ABI_VERSION`.
#[unsafe(no_mangle)]
pub extern "C" fn tamis_abi_version() -> u32 {
    TAMIS_ABI_VERSION
}

/// The version of Tamis, such as `0.1.0`, with a zero behind it; it lives as long as the library.
#[unsafe(no_mangle)]
pub extern "C" fn tamis_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
