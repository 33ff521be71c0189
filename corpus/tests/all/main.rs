//! Every case against every engine, and the rules of the repository, in one test binary.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also the functions that the tests share; a panic is how a test fails"
)]

mod atc;
mod compat;
mod conversions;
mod coverage;
#[path = "../gateway/engine.rs"]
mod engine;
mod expected;
mod generated;
mod ide;
mod kong_pages;
mod markdown;
mod pages;
mod properties;
mod serve;
mod sessions;
mod syntax;
mod tidy;
mod verdicts;
mod wrong_rules;
