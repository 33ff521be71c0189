//! Cases as data, and everything that reads them.
//!
//! The cases are files beside this crate; `README.md` says how to add one.
//! The runners, one per kind of case, are the tests of this package.

pub mod atc;
mod atc_text;
pub mod catalogs;
pub mod compact;
pub mod facts;
pub mod fence;
pub mod page;
pub mod sections;
pub mod verdict;
