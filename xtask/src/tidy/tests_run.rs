//! Every test runs, and says what it wants: no `#[ignore]`, no `#[should_panic]`.

use super::{Policy, Violation};
use crate::repository::Repository;

pub(super) fn check(repository: &Repository, _: &Policy) -> Vec<Violation> {
    let attributes = repository.rust().flat_map(|(path, source)| source.attributes().map(move |it| (path, it)));
    let violations = attributes.filter_map(|(path, attribute)| {
        let name = attribute.tokens.first()?.text.as_str();
        let mend = match name {
            "ignore" => "assert today's result with a sentence why, or make the test quick",
            "should_panic" => "give a value and assert it",
            _ => return None,
        };
        Some(Violation::new(path, attribute.line, format!("`#[{name}]` on a test"), mend))
    });
    violations.collect()
}

#[cfg(test)]
mod tests {
    use crate::tidy::violation::check_rule;

    #[test]
    fn tests_that_do_not_run_or_want_a_panic_are_found() {
        check_rule("tests_run", "", &[("a.rs", "#[test]\n#[ignore]\nfn f() {}")], &["a.rs:2: `#[ignore]` on a test"]);
        let panics = "#[test]\n#[should_panic(expected = \"x\")]\nfn f() {}";
        check_rule("tests_run", "", &[("a.rs", panics)], &["a.rs:2: `#[should_panic]` on a test"]);
        check_rule("tests_run", "", &[("a.rs", "#[test]\nfn ignore() {}")], &[]);
    }
}
