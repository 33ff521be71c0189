//! What was found in texts, as one document: `tamis check --format json`, and `POST /v1/check`.

use serde::Serialize;
use tamis::Analysis;
use tamis::diagnostic::Severity;

use crate::diagnostic::{self, Diagnostic, Span};
use crate::phases::Phases;

/// A text with what is known about it.
#[derive(Clone, Copy, Debug)]
pub struct CheckedText<'a> {
    /// The name under which it is shown.
    pub name: &'a str,
    /// What is known about it.
    pub analysis: &'a Analysis,
}

/// What was found in texts, version 1.
#[derive(Clone, Debug, Serialize)]
pub struct Findings<'a> {
    version: u32,
    files: Vec<File<'a>>,
    failures: &'a [String],
    summary: Summary,
}

/// How many there are of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Texts that were read.
    pub files: usize,
    /// Rules of these texts.
    pub rules: usize,
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Hints.
    pub hints: usize,
}

#[derive(Clone, Debug, Serialize)]
struct File<'a> {
    file: &'a str,
    valid: bool,
    rules: Vec<Rule<'a>>,
    diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Clone, Debug, Serialize)]
struct Rule<'a> {
    name: Option<&'a str>,
    span: Span,
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    phases: Option<Phases>,
}

impl<'a> Findings<'a> {
    /// The document about these texts; `failures` has a line for each that could not be read.
    #[must_use]
    pub fn of(checked: &[CheckedText<'a>], failures: &'a [String], with_phases: bool) -> Self {
        let phases = |rule: &tamis::Rule| {
            let checked = rule.checked().filter(|_| with_phases)?;
            Some(Phases::from(&tamis::Phases::of(checked.hir())))
        };
        let rule = |rule: &'a tamis::Rule| Rule {
            name: rule.name.as_deref(),
            span: rule.span.into(),
            valid: rule.checked().is_some(),
            phases: phases(rule),
        };
        let files = checked.iter().map(|&CheckedText { name, analysis }| File {
            file: name,
            valid: analysis.is_valid(),
            rules: analysis.rules().iter().map(rule).collect(),
            diagnostics: diagnostic::diagnostics(&analysis.diagnostics),
        });
        Self { version: 1, files: files.collect(), failures, summary: Summary::of(checked) }
    }

    /// The document as it is printed: indented, with a line break at its end.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Writing to memory fails for no value of these types.
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }
}

impl Summary {
    /// Counts what was found in texts.
    #[must_use]
    pub fn of(checked: &[CheckedText<'_>]) -> Self {
        let found = || checked.iter().flat_map(|it| &it.analysis.diagnostics);
        let count = |severity: Severity| found().filter(|it| it.severity == severity).count();
        Self {
            files: checked.len(),
            rules: checked.iter().map(|it| it.analysis.rules().len()).sum(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            hints: count(Severity::Hint),
        }
    }
}
