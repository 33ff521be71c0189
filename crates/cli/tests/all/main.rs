//! The command as a user meets it: words in, text out.
//!
//! Every test runs the real binary. `UPDATE_EXPECT=1` rewrites what is expected; read the difference as prose.
#![cfg(test)]

mod batch;
mod check;
mod completions;
mod content;
mod convert;
mod diff;
mod disasm;
mod eval;
mod explain;
mod fields;
mod fix;
mod fmt;
mod inputs;
#[cfg(feature = "lsp")]
mod lsp;
#[cfg(unix)]
mod manual;
mod matching;
mod ops;
mod phases;
mod replay;
mod runner;
#[cfg(all(feature = "serve", unix))]
mod serve;
mod shares;
mod streams;
mod usage;
mod why;
