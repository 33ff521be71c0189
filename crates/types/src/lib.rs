//! Tree and catalog to checked rules.
//!
//! [`analysis::analyze`] is the only front door: it reads and checks a text and always answers, with every finding in
//! one pass. [`analysis::CheckedRule`] is the proof that a rule has no error; only that can be compiled.

pub mod analysis;
pub mod hir;
pub mod incremental;
pub mod logic;
pub mod phases;

mod arithmetic;
mod builder;
mod calls;
mod check;
mod comparison;
mod conditions;
mod convert;
mod document;
mod functions;
mod lints;
mod meaning;
mod membership;
mod mismatch;
mod names;
mod pattern;
mod prose;
mod retype;
mod sample;
mod scope;
mod sink;
pub mod strict;
mod trial;
mod unknown;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
