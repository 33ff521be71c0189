//! Every diagnostic code has its page, and every page its code.

use tamis_lang::code::Code;

use super::{Policy, Violation};
use crate::repository::Repository;

const FOLDER: &str = "corpus/diagnostics/";

pub(super) fn check(repository: &Repository, _: &Policy) -> Vec<Violation> {
    let codes: Vec<_> = Code::ALL.iter().map(|code| (code.as_str(), code.title())).collect();
    compare(&codes, repository)
}

/// The codes against the pages: each has one, headed by code and title.
fn compare(codes: &[(&str, &str)], repository: &Repository) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut broken = |path: &str, line, what, mend| violations.push(Violation::new(path, line, what, mend));
    for (code, title) in codes {
        let path = format!("{FOLDER}{code}.md");
        let heading = format!("# {code}: {title}");
        match repository.text(&path) {
            None => broken(&path, 0, format!("`{code}` has no page"), "say what is wrong, why, and how to mend it"),
            Some(text) if text.lines().next() != Some(&heading) => {
                broken(&path, 1, format!("the page does not open with `{heading}`"), "make it the first line");
            }
            Some(_) => {}
        }
    }
    for file in repository.with_extension("md") {
        let page = file.path.strip_prefix(FOLDER).and_then(|name| name.strip_suffix(".md"));
        let Some(page) = page.filter(|page| *page != "README") else { continue };
        if !codes.iter().any(|(code, _)| *code == page) {
            broken(&file.path, 0, format!("`{page}` is no code"), "remove the page, or give it the name of its code");
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let violations = compare(&[("T001", "a")], &Repository::of(files));
        let shown: Vec<_> = violations.iter().map(|it| format!("{}:{}: {}", it.path, it.line, it.what)).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn every_code_has_a_page_and_every_page_a_code() {
        let page = ("corpus/diagnostics/T001.md", "# T001: a\n");
        check(&[page, ("corpus/diagnostics/README.md", "")], &[]);
        check(&[], &["corpus/diagnostics/T001.md:0: `T001` has no page"]);
        check(&[page, ("corpus/diagnostics/T002.md", "")], &["corpus/diagnostics/T002.md:0: `T002` is no code"]);
        let found = "corpus/diagnostics/T001.md:1: the page does not open with `# T001: a`";
        check(&[("corpus/diagnostics/T001.md", "# T001\n")], &[found]);
    }
}
