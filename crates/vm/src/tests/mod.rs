//! Tests of the whole way from a checked rule to a verdict.

pub(crate) mod build;
mod bytecode;
mod depth;
mod moments;
mod naive;
mod phased;
mod random;
mod sets;
mod verdicts;
mod written;
