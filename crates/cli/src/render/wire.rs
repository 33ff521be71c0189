//! Diagnostics as JSON: one shape for `check --format json` and for `batch`, documented in `docs/cli.md`.
//!
//! The types of the language are not serialised themselves, so that they can change without changing the shape.

use serde::Serialize;
use tamis::Moments;
use tamis::catalog::Phase;
use tamis::diagnostic::{Applicability, Edit, Fix, Label, Span};

/// A diagnostic.
#[derive(Serialize)]
pub(crate) struct Diagnostic<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    span: WireSpan,
    labels: Vec<WireLabel<'a>>,
    notes: &'a [String],
    fixes: Vec<WireFix<'a>>,
}

/// A range of bytes.
#[derive(Serialize)]
pub(crate) struct WireSpan {
    start: u32,
    end: u32,
}

#[derive(Serialize)]
struct WireLabel<'a> {
    span: WireSpan,
    message: &'a str,
}

#[derive(Serialize)]
struct WireFix<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<WireEdit<'a>>,
}

#[derive(Serialize)]
struct WireEdit<'a> {
    start: u32,
    end: u32,
    text: &'a str,
}

/// From when on a rule and its conditions can be decided.
#[derive(Serialize)]
pub(crate) struct Phases {
    #[serde(flatten)]
    rule: WireMoments,
    conditions: Vec<ConditionPhases>,
}

#[derive(Serialize)]
struct ConditionPhases {
    span: WireSpan,
    #[serde(flatten)]
    moments: WireMoments,
}

#[derive(Serialize)]
struct WireMoments {
    drop: Option<&'static str>,
    keep: Option<&'static str>,
    last: &'static str,
    drop_sooner: bool,
    keep_sooner: bool,
}

impl From<&tamis::Phases> for Phases {
    fn from(phases: &tamis::Phases) -> Self {
        let condition =
            |(span, moments): (Span, Moments)| ConditionPhases { span: span.into(), moments: moments.into() };
        Self { rule: phases.rule().into(), conditions: phases.leaves().map(condition).collect() }
    }
}

impl From<Moments> for WireMoments {
    fn from(Moments { drop, keep, last, drop_sooner, keep_sooner }: Moments) -> Self {
        let (drop, keep) = (drop.map(Phase::as_str), keep.map(Phase::as_str));
        Self { drop, keep, last: last.as_str(), drop_sooner, keep_sooner }
    }
}

impl From<Span> for WireSpan {
    fn from(span: Span) -> Self {
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
            edits: fix.edits.iter().map(WireEdit::from).collect(),
        }
    }
}

impl<'a> From<&'a Edit> for WireEdit<'a> {
    fn from(edit: &'a Edit) -> Self {
        Self { start: edit.span.start, end: edit.span.end, text: &edit.text }
    }
}

/// Whether `tamis fix` applies a fix unasked.
pub(crate) const fn applicability(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Safe => "safe",
        Applicability::Suggestion => "suggestion",
    }
}
