//! A diagnostic as JSON: one shape wherever one is handed out, documented in `docs/cli.md`.

use serde::Serialize;
use tamis::diagnostic::{self, Applicability, Fix, Label};

/// A diagnostic.
#[derive(Clone, Debug, Serialize)]
pub struct Diagnostic<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    span: Span,
    labels: Vec<WireLabel<'a>>,
    notes: &'a [String],
    fixes: Vec<WireFix<'a>>,
}

/// A range of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte behind the last one.
    pub end: u32,
}

/// Bytes, and the text that they become.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edit<'a> {
    /// The first byte.
    pub start: u32,
    /// The byte behind the last one.
    pub end: u32,
    /// What comes instead.
    pub text: &'a str,
}

#[derive(Clone, Debug, Serialize)]
struct WireLabel<'a> {
    span: Span,
    message: &'a str,
}

#[derive(Clone, Debug, Serialize)]
struct WireFix<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<Edit<'a>>,
}

/// Several diagnostics, in their order.
#[must_use]
pub fn diagnostics(found: &[tamis::Diagnostic]) -> Vec<Diagnostic<'_>> {
    found.iter().map(Diagnostic::from).collect()
}

impl From<diagnostic::Span> for Span {
    fn from(span: diagnostic::Span) -> Self {
        Self { start: span.start, end: span.end }
    }
}

impl<'a> From<&'a tamis::Diagnostic> for Diagnostic<'a> {
    fn from(diagnostic: &'a tamis::Diagnostic) -> Self {
        Self {
            code: diagnostic.code.as_str(),
            severity: diagnostic.severity.as_str(),
            message: &diagnostic.message,
            span: diagnostic.span.into(),
            labels: diagnostic.labels.iter().map(WireLabel::from).collect(),
            notes: &diagnostic.notes,
            fixes: diagnostic.fixes.iter().map(WireFix::from).collect(),
        }
    }
}

impl<'a> From<&'a Label> for WireLabel<'a> {
    fn from(label: &'a Label) -> Self {
        Self { span: label.span.into(), message: &label.message }
    }
}

impl<'a> From<&'a Fix> for WireFix<'a> {
    fn from(fix: &'a Fix) -> Self {
        Self {
            title: &fix.title,
            applicability: applicability(fix.applicability),
            edits: fix.edits.iter().map(Edit::from).collect(),
        }
    }
}

impl<'a> From<&'a diagnostic::Edit> for Edit<'a> {
    fn from(edit: &'a diagnostic::Edit) -> Self {
        Self { start: edit.span.start, end: edit.span.end, text: &edit.text }
    }
}

/// Whether `tamis fix` applies a fix unasked.
#[must_use]
pub const fn applicability(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Safe => "safe",
        Applicability::Suggestion => "suggestion",
    }
}
