//! Relative links in Markdown lead to a file of the repository, and to a heading that it has.

use super::{Policy, Violation};
use crate::markdown::{self, Kind};
use crate::repository::Repository;

pub(super) fn check(repository: &Repository, _: &Policy) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in repository.with_extension("md") {
        for line in markdown::lines(&file.text).iter().filter(|line| line.kind != Kind::Code) {
            let lost = targets(&markdown::without_code(line.text)).into_iter().filter_map(|target| {
                let what = problem(repository, &file.path, &target)?;
                Some(Violation::new(&file.path, line.number, what, "correct the link").of_item(&target))
            });
            violations.extend(lost);
        }
    }
    violations
}

/// The targets of `[text](target)` and `[text]: target` in a line.
fn targets(line: &str) -> Vec<String> {
    let inline = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let definition = line.starts_with('[').then(|| line.split_once("]: ")).flatten().map(|(_, target)| target);
    let targets = inline.chain(definition).filter_map(|target| target.split_whitespace().next());
    targets.map(|target| target.trim_matches(['<', '>']).to_string()).collect()
}

/// What is wrong with a target, seen from a file.
fn problem(repository: &Repository, from: &str, target: &str) -> Option<String> {
    let leads_out = target.contains("://") || target.starts_with("mailto:");
    if leads_out {
        return None;
    }
    if target.starts_with('/') {
        return Some(format!("`{target}` starts at the root of a disk or host"));
    }
    let (path, heading) = target.split_once('#').unwrap_or((target, ""));
    let path = if path.is_empty() { Some(from.to_string()) } else { resolved(from, path) };
    let Some(path) = path.filter(|path| path.is_empty() || repository.has(path)) else {
        return Some(format!("`{target}` leads to no file"));
    };
    let text = repository.text(&path).filter(|_| !heading.is_empty() && path.ends_with(".md"))?;
    let lines = markdown::lines(text);
    let mut headings = lines.iter().filter(|line| line.kind == Kind::Heading);
    let there = headings.any(|line| markdown::anchor(line.text) == heading);
    (!there).then(|| format!("`{target}` leads to no heading"))
}

/// The path from the top of a path relative to a file; none when it leaves the repository.
fn resolved(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<_> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use crate::tidy::violation::check_rule;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        check_rule("links", "", &[("docs/a.md", text), ("b.md", "# One two\n")], expected);
    }

    #[test]
    fn links_that_lead_somewhere_are_fine() {
        check(
            "# Here\n[a](../b.md) [b](../b.md#one-two) [c](#here) [d](https://a.example/x) [e](..) [f](./a.md)\n",
            &[],
        );
        check("`[a](gone.md)`\n```\n[a](gone.md)\n```\n[a]: ../b.md\n", &[]);
    }

    #[test]
    fn links_that_lead_nowhere_are_found() {
        check("[a](gone.md)", &["docs/a.md:1: `gone.md` leads to no file"]);
        check("See [a](b.md), [b](../b.md).", &["docs/a.md:1: `b.md` leads to no file"]);
        check("[a]: gone.md", &["docs/a.md:1: `gone.md` leads to no file"]);
        check("[a](../../b.md)", &["docs/a.md:1: `../../b.md` leads to no file"]);
        check("[a](../b.md#two)", &["docs/a.md:1: `../b.md#two` leads to no heading"]);
        check("[a](/b.md)", &["docs/a.md:1: `/b.md` starts at the root of a disk or host"]);
    }
}
