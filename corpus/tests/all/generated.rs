//! Generated files are what `cargo xtask codegen` would write now.

use xtask::tidy::Policy;
use xtask::{Repository, codegen};

#[test]
fn generated_files_are_fresh() {
    let repository = Repository::open(&xtask::repository::root()).unwrap();
    let stale = codegen::stale(&repository, &Policy::of(&repository).unwrap()).unwrap();
    let paths: Vec<_> = stale.iter().map(|file| file.path.as_str()).collect();
    assert!(paths.is_empty(), "run `cargo xtask codegen`: {paths:?}");
}
