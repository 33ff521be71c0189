//! `cargo xtask ci` and `cargo xtask test-all`.

use std::path::Path;
use std::process::Command;

use crate::failure::{self, Failure};

/// Does everything that has to be green before a change lands.
///
/// # Errors
///
/// When something is not green; what, has been printed.
pub fn run(root: &Path) -> Result<(), Failure> {
    failure::run(Command::new("bash").arg(".ci/run").current_dir(root))
}

/// Tests every member of the workspace; benchmarks run once each, without measuring.
///
/// # Errors
///
/// When a test fails; which, has been printed.
pub fn test_all(root: &Path) -> Result<(), Failure> {
    failure::run(Command::new("cargo").args(["test", "--workspace"]).current_dir(root))?;
    failure::run(Command::new("cargo").args(["test", "--package", "tamis-benches", "--benches"]).current_dir(root))
}
