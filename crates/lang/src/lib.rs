//! What the Tamis language *is*: types, values, operators, units, phases, catalogs and diagnostics.
//!
//! This crate is data and pure functions.
//! It knows no rule text, no tree and no bytecode; it does no I/O, reads no clock and keeps no state.
//! Every other layer (lexer, parser, checker, compiler, machine, editor, documentation) reads its tables:
//!
//! - [`builtin::BUILTINS`]: one record per operator and function;
//! - [`catalog::Catalog`]: the fields that a rule may name, loaded from data;
//! - [`unit::UNITS`]: the suffixes of durations and sizes;
//! - [`code::Code`]: every diagnostic that can be raised.

pub mod builtin;
pub mod catalog;
pub mod code;
pub mod diagnostic;
pub mod edition;
pub mod excerpt;
pub mod limits;
pub mod nearest;
pub mod phase;
pub mod prepared;
pub mod sampling;
pub mod scratch;
pub mod span;
pub mod ty;
pub mod unit;
pub mod value;
