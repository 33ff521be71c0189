//! Every `#[allow]` and `#[expect]` says why.

use super::{Policy, Violation};
use crate::repository::Repository;

pub(super) fn check(repository: &Repository, _: &Policy) -> Vec<Violation> {
    let attributes = repository.rust().flat_map(|(path, source)| source.attributes().map(move |it| (path, it)));
    let violations = attributes.filter_map(|(path, attribute)| {
        let words = || attribute.tokens.iter().map(|token| token.text.as_str());
        let level = words().find(|word| ["allow", "expect"].contains(word))?;
        let applies = words().next() == Some(level) || words().next() == Some("cfg_attr");
        (applies && !words().any(|word| word == "reason")).then(|| {
            let mend = "add `reason = \"…\"` with the proof that it is fine here";
            Violation::new(path, attribute.line, format!("`#[{level}]` without a reason"), mend)
        })
    });
    violations.collect()
}

#[cfg(test)]
mod tests {
    use crate::tidy::violation::check_rule;

    #[test]
    fn an_exception_from_a_lint_says_why() {
        check_rule(
            "allow_reasons",
            "",
            &[("a.rs", "#![allow(dead_code)]\n")],
            &["a.rs:1: `#[allow]` without a reason"],
        );
        check_rule(
            "allow_reasons",
            "",
            &[("a.rs", "#[expect(dead_code)]\nfn f() {}")],
            &["a.rs:1: `#[expect]` without a reason"],
        );
        let conditional = "#[cfg_attr(test, allow(dead_code))]\nfn f() {}";
        check_rule("allow_reasons", "", &[("a.rs", conditional)], &["a.rs:1: `#[allow]` without a reason"]);
        check_rule("allow_reasons", "", &[("a.rs", "#[allow(dead_code, reason = \"seam\")]\nfn f() {}")], &[]);
        check_rule("allow_reasons", "", &[("a.rs", "#[derive(Debug)]\nstruct A;\nfn f() { allow(); }")], &[]);
    }
}
