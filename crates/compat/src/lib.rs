//! The interfaces of other rule engines over the language of Tamis, so that a program changes an import and nothing else.
//!
//! [`atc`] is the Rust interface of the crate `atc-router` 1.7.1.

pub mod atc;
