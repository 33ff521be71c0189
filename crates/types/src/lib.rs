//! Tree and catalog to checked rules.

pub mod analysis;
pub mod hir;
