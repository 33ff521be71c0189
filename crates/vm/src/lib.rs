//! Checked rules to flat programs to verdicts.
//!
//! A request is anything that implements [`Facts`].
//! This crate knows no rule text, no tree and no parser; the machine allocates nothing once its memory is warm.

mod facts;
mod verdict;

pub use facts::{Fact, Facts, FieldRef};
pub use verdict::Verdict;
