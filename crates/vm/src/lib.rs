//! Checked rules to flat programs to verdicts.
//!
//! A request is anything that implements [`Facts`].
//! This crate knows no rule text, no tree and no parser; the machine allocates nothing once its memory is warm.

mod compile;
mod disasm;
mod facts;
mod op;
mod program;
mod run;
#[cfg(test)]
mod tests;
mod verdict;

pub use compile::compile;
pub use facts::{Fact, Facts, FieldRef};
pub use program::Program;
pub use verdict::Verdict;
