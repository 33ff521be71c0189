//! Cases as data, generators, the reference evaluator, and the properties that every engine is held to.
//!
//! The cases are files beside this crate; `README.md` says how to add one.
//! The runners, one per kind of case, are the tests of this package.
//!
//! - [`generate`] writes rules that are well typed by construction, requests that hit their boundaries, near misses.
//! - [`hostile`] has texts of any size that try to exhaust a parser.
//! - [`reference`](mod@reference) evaluates a rule slowly, to hold the machine against.

pub mod atc;
pub mod atc_judge;
mod atc_slip;
mod atc_text;
pub mod catalogs;
pub mod compact;
pub mod edits;
pub mod facts;
pub mod fence;
pub mod generate;
pub mod hostile;
pub mod page;
pub mod property;
pub mod reference;
pub mod sections;
pub mod verdict;
