//! Every shared dependency says on its line why it is here.

use super::{Policy, Violation};
use crate::repository::Repository;

const MANIFEST: &str = "Cargo.toml";

pub(super) fn check(repository: &Repository, _: &Policy) -> Vec<Violation> {
    let text = repository.text(MANIFEST).unwrap_or_default();
    let mut violations = Vec::new();
    let mut inside = false;
    for (line, number) in text.lines().zip(1..) {
        if line.starts_with('[') {
            inside = line.trim() == "[workspace.dependencies]";
        }
        let (entry, reason) = split_comment(line);
        let Some((name, value)) = entry.split_once('=').filter(|_| inside) else { continue };
        if !value.contains("path =") && reason.len() < 4 {
            let what = format!("dependency `{}` without a reason", name.trim());
            violations.push(Violation::new(MANIFEST, number, what, "say after `#` who needs it for what"));
        }
    }
    violations
}

/// A line of TOML before and after its `#`.
fn split_comment(line: &str) -> (&str, &str) {
    let mut quoted = false;
    for (place, character) in line.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '#' if !quoted => return (line.get(..place).unwrap_or(line), line.get(place + 1..).unwrap_or("").trim()),
            _ => {}
        }
    }
    (line, "")
}

#[cfg(test)]
mod tests {
    use crate::tidy::violation::check_rule;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let text = format!("[package]\nname = \"a\"\n[workspace.dependencies]\n{line}\n[lints]\na = 1\n");
        check_rule("dependency_reasons", "", &[("Cargo.toml", &text)], expected);
    }

    #[test]
    fn a_dependency_says_why() {
        check("regex = \"1\" # lang: patterns", &[]);
        check("own = { path = \"crates/own\" }", &[]);
        check("# The shells.", &[]);
        check("regex = \"1\"", &["Cargo.toml:4: dependency `regex` without a reason"]);
        check("regex = { git = \"a#b\" }", &["Cargo.toml:4: dependency `regex` without a reason"]);
    }
}
