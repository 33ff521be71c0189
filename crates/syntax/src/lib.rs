//! Text to tokens to tree, and back.
//!
//! This crate knows spelling and grammar, and nothing of fields, types or bytecode.

pub mod tree;
