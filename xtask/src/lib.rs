//! The chores of the repository: what keeps it consistent, beside the compiler and the tests of the language.
//!
//! `cargo xtask` lists the chores.
//! The rules of [`tidy`] also run as tests of the package `tamis-corpus`, so that plain `cargo test` holds them.

pub mod bench;
pub mod bindings;
pub mod ci;
pub mod codegen;
pub mod editors;
pub mod failure;
pub mod fuzz;
pub mod gateway;
pub mod markdown;
pub mod record;
pub mod repository;
pub mod source;
pub mod test_hooks;
pub mod test_python;
pub mod test_serve;
pub mod tidy;

pub use failure::Failure;
pub use repository::Repository;
