//! Checked rules to flat programs to verdicts.
//!
//! A request is anything that implements [`Facts`].
//! This crate knows no rule text, no tree and no parser; the machine allocates nothing once its memory is warm.
//!
//! ```
//! use tamis_lang::catalog::Catalog;
//! use tamis_lang::scratch::Scratch;
//! use tamis_lang::value::Value;
//! use tamis_types::analysis::{Options, analyze};
//! use tamis_vm::{Fact, Facts, FieldRef, Verdict, compile};
//!
//! struct Response {
//!     status: i64,
//! }
//!
//! impl Facts for Response {
//!     fn get(&self, field: &FieldRef) -> Fact<'_> {
//!         match &*field.name {
//!             "http.response.status_code" => Fact::One(Value::Int(self.status)),
//!             _ => Fact::Absent,
//!         }
//!     }
//! }
//!
//! let rule = "http.response.status_code in [502, 503]";
//! let analysis = analyze(rule, &Catalog::shipped("kong").unwrap(), &Options::default());
//! let program = compile(analysis.rules()[0].checked().unwrap());
//! assert_eq!(program.run(&Response { status: 503 }, &mut Scratch::default()), Verdict::Match);
//! assert_eq!(program.run(&Response { status: 200 }, &mut Scratch::default()), Verdict::NoMatch);
//! ```

pub mod bytecode;
mod compile;
pub mod cost;
mod disasm;
mod facts;
mod moments;
mod op;
mod phased;
mod program;
pub mod reason;
mod run;
pub mod set;
#[cfg(test)]
mod tests;
mod verdict;
mod verify;

pub use compile::compile;
pub use facts::{Fact, Facts, FieldRef};
pub use phased::{Evaluation, PhasedProgram, Weight, compile_phased};
pub use program::Program;
pub use verdict::Verdict;
