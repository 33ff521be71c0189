//! The rules of the repository, one test each; `cargo xtask tidy` prints the same.

use std::sync::LazyLock;

use xtask::Repository;
use xtask::tidy::{self, Policy};

static REPOSITORY: LazyLock<Repository> = LazyLock::new(|| Repository::open(&xtask::repository::root()).unwrap());

#[track_caller]
fn check(rule: &str) {
    let policy = Policy::of(&REPOSITORY).unwrap();
    let violations = tidy::rule(rule).unwrap().violations(&REPOSITORY, &policy);
    let shown: String = violations.iter().map(|violation| format!("{violation}\n")).collect();
    assert!(violations.is_empty(), "the repository breaks the rule `{rule}`:\n{shown}");
}

/// One test per rule, and one that no rule is left out.
macro_rules! rules {
    ($($rule:ident)*) => {
        $(
            #[test]
            fn $rule() {
                check(stringify!($rule));
            }
        )*

        #[test]
        fn every_rule_has_a_test() {
            let names: Vec<_> = tidy::RULES.iter().map(|rule| rule.name).collect();
            assert_eq!(names, [$(stringify!($rule)),*]);
        }
    };
}

rules! {
    layers
    file_size
    function_size
    module_docs
    top_level
    unsafe_code
    unfinished
    printing
    tests_run
    allow_reasons
    dependency_reasons
    origin
    prose
    links
    grammar
    code_pages
    ledger
    readme
}
