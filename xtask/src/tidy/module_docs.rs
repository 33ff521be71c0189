//! Every Rust file opens with `//!` documentation.

use super::{Policy, Violation};
use crate::repository::Repository;

pub(super) fn check(repository: &Repository, _: &Policy) -> Vec<Violation> {
    let unreadable = repository.files().filter_map(|file| {
        let line = *file.source.as_ref()?.as_ref().err()?;
        Some(Violation::new(&file.path, line, "cannot be read as Rust", "make it compile"))
    });
    let silent = repository.with_extension("rs").filter(|file| !opens_with_docs(&file.text));
    let silent = silent.map(|file| {
        let what = "the module does not open with its documentation";
        Violation::new(&file.path, 1, what, "say in a `//!` sentence what it is")
    });
    unreadable.chain(silent).collect()
}

fn opens_with_docs(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with("#!"));
    first.and_then(|line| line.strip_prefix("//!")).is_some_and(|sentence| sentence.trim().chars().count() > 3)
}

#[cfg(test)]
mod tests {
    use crate::tidy::violation::check_rule;

    #[test]
    fn a_module_opens_with_a_sentence() {
        check_rule("module_docs", "", &[("a.rs", "//! Adds numbers.\n\nfn f() {}\n")], &[]);
        check_rule("module_docs", "", &[("a.rs", "#![no_main]\n//! Adds numbers.\n")], &[]);
        let silent = &["a.rs:1: the module does not open with its documentation"];
        check_rule("module_docs", "", &[("a.rs", "fn f() {}\n//! Adds.\n")], silent);
        check_rule("module_docs", "", &[("a.rs", "// Adds numbers.\n")], silent);
        check_rule("module_docs", "", &[("a.rs", "//!\n")], silent);
    }

    #[test]
    fn a_file_that_is_not_rust_is_told() {
        check_rule(
            "module_docs",
            "",
            &[("a.rs", "//! Adds numbers.\nfn f() {\n")],
            &["a.rs:2: cannot be read as Rust"],
        );
    }
}
