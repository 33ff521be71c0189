//! One place where a rule is broken.

use std::fmt;

/// One place where a rule is broken: where, what, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The file, from the top of the repository.
    pub path: String,
    /// The line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// The function, crate or word in question, where an exception may name it.
    pub item: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub mend: &'static str,
}

impl Violation {
    /// A violation at a line, or of a whole file with line 0.
    pub(super) fn new(path: &str, line: usize, what: impl Into<String>, mend: &'static str) -> Self {
        Self { path: path.into(), line, item: String::new(), what: what.into(), mend }
    }

    /// The same, with the name by which an exception may call it.
    pub(super) fn of_item(self, item: &str) -> Self {
        Self { item: item.into(), ..self }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, what, mend, .. } = self;
        match line {
            0 => write!(f, "{path}: {what}; {mend}"),
            _ => write!(f, "{path}:{line}: {what}; {mend}"),
        }
    }
}

/// Runs a rule over a few files and compares the violations as printed, without the advice.
#[cfg(test)]
#[track_caller]
pub(super) fn check_rule(name: &str, policy: &str, files: &[(&str, &str)], expected: &[&str]) {
    let policy = super::Policy::parse(policy).unwrap();
    let found = super::rule(name).unwrap().violations(&crate::Repository::of(files), &policy);
    let shown: Vec<_> = found.iter().map(|it| format!("{}:{}: {}", it.path, it.line, it.what)).collect();
    assert_eq!(shown, expected);
}
