//! Rules about the repository itself, each a function from files to violations.
//!
//! `cargo xtask tidy` prints the violations; the tests of `tamis-corpus` run every rule of [`RULES`].
//! What a rule has to know about this repository (layers, allowed files, exceptions) stands in `xtask/tidy.toml`.

mod allow_reasons;
mod code_pages;
mod dependency_reasons;
mod file_size;
mod function_size;
mod grammar;
mod layers;
pub(crate) mod ledger;
mod links;
mod module_docs;
mod origin;
mod policy;
mod printing;
mod prose;
mod readme;
mod tests_run;
mod top_level;
mod unfinished;
mod unsafe_code;
mod violation;

use std::path::Path;

use crate::failure::Failure;
use crate::repository::Repository;

pub use policy::{Exception, Layer, Policy};
pub use violation::Violation;

/// A rule of the repository.
#[derive(Debug)]
pub struct Rule {
    /// Its name, as exceptions in `xtask/tidy.toml` use it.
    pub name: &'static str,
    /// What holds everywhere.
    pub promise: &'static str,
    /// Finds where it does not, exceptions included.
    check: fn(&Repository, &Policy) -> Vec<Violation>,
}

/// Every rule.
pub const RULES: &[Rule] = &[
    Rule { name: "layers", promise: "crates depend on what their layer may know", check: layers::check },
    Rule { name: "file_size", promise: "a file has at most 600 lines of code", check: file_size::check },
    Rule { name: "function_size", promise: "a function has at most 80 lines of code", check: function_size::check },
    Rule { name: "module_docs", promise: "every module opens with its documentation", check: module_docs::check },
    Rule { name: "top_level", promise: "the top of the repository has only listed entries", check: top_level::check },
    Rule { name: "unsafe_code", promise: "`unsafe` stands only in listed files", check: unsafe_code::check },
    Rule { name: "unfinished", promise: "nothing is left unfinished", check: unfinished::check },
    Rule { name: "printing", promise: "only binaries print", check: printing::check },
    Rule { name: "tests_run", promise: "every test runs and asserts what it wants", check: tests_run::check },
    Rule { name: "allow_reasons", promise: "every exception from a lint says why", check: allow_reasons::check },
    Rule {
        name: "dependency_reasons",
        promise: "every dependency says why it is here",
        check: dependency_reasons::check,
    },
    Rule { name: "origin", promise: "files name no machine, private host or writing tool", check: origin::check },
    Rule { name: "prose", promise: "Markdown has one sentence per line", check: prose::check },
    Rule { name: "links", promise: "relative links lead somewhere", check: links::check },
    Rule { name: "grammar", promise: "the grammar has the operators and units of the language", check: grammar::check },
    Rule { name: "code_pages", promise: "every diagnostic code has its page", check: code_pages::check },
    Rule { name: "ledger", promise: "a diagnostic code is given once and for ever", check: ledger::check },
    Rule {
        name: "readme",
        promise: "the README gives two commands, one that shows and one that tests",
        check: readme::check,
    },
];

/// The rule of this name.
#[must_use]
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// Holds every rule against the repository at `root`.
///
/// # Errors
///
/// When the repository or its policy cannot be read.
pub fn check(root: &Path) -> Result<Vec<Violation>, Failure> {
    let repository = Repository::open(root)?;
    let policy = Policy::of(&repository)?;
    Ok(RULES.iter().flat_map(|rule| rule.violations(&repository, &policy)).collect())
}

impl Rule {
    /// Where the rule is broken without an exception, and the exceptions that nothing needs.
    #[must_use]
    pub fn violations(&self, repository: &Repository, policy: &Policy) -> Vec<Violation> {
        let found = (self.check)(repository, policy);
        let exceptions = || policy.exceptions.iter().filter(|exception| exception.rule == self.name);
        let stale = exceptions().filter(|exception| !found.iter().any(|violation| exception.excuses(violation)));
        let stale: Vec<_> = stale.map(Exception::as_stale).collect();
        let excused = |violation: &Violation| exceptions().any(|exception| exception.excuses(violation));
        found.into_iter().filter(|violation| !excused(violation)).chain(stale).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_UNSAFE: &[(&str, &str)] = &[("a.rs", "unsafe fn f() {}\n"), ("b.rs", "unsafe fn f() {}\n")];

    #[track_caller]
    fn check_exception(path: &str, expected: &[&str]) {
        let policy = format!("[[exceptions]]\nrule = \"unsafe_code\"\npath = \"{path}\"\nreason = \"proved\"\n");
        let policy = Policy::parse(&policy).unwrap();
        let found = rule("unsafe_code").unwrap().violations(&Repository::of(TWO_UNSAFE), &policy);
        assert_eq!(found.iter().map(|violation| violation.path.as_str()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn an_exception_excuses_its_file_only() {
        check_exception("a.rs", &["b.rs"]);
    }

    #[test]
    fn an_exception_that_nothing_needs_is_a_violation() {
        check_exception("c.rs", &["a.rs", "b.rs", "xtask/tidy.toml"]);
    }

    #[test]
    fn names_of_rules_are_unique() {
        let names: std::collections::BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), RULES.len());
    }
}
