//! The server as an editor sees it: bytes in, bytes out.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "everything here is a test, also the editor that the tests share; a panic is how a test fails"
)]

mod commands;
mod corpus;
mod diagnostics;
mod edited;
mod editor;
mod embedded;
mod features;
mod lifecycle;
mod long;
mod workspace;
