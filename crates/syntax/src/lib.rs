//! Text to tokens to tree, and back.
//!
//! This crate knows spelling and grammar, and nothing of fields, types or bytecode.
//! [`parse()`] answers a [`tree::Tree`] for every text, with holes where it is broken, and all diagnostics in one pass.

mod atc;
mod builder;
mod comparison_mistake;
mod delimiters;
mod edition_line;
mod foreign;
mod format;
mod grammar;
mod layout;
mod lexer;
mod lookalike;
mod mistake;
mod mix;
mod number;
mod parse;
pub mod parts;
mod print;
mod production;
mod segments;
mod settle;
mod stray;
mod string;
pub mod token;
pub mod tree;
mod words;

pub use format::format;
pub use parse::{Parse, parse};
pub use print::print_tree;
pub use settle::settle;
