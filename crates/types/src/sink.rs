//! Collects diagnostics, up to a limit.

use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix, Severity};
use tamis_lang::span::Span;

use crate::strict::{is_refusal, overlap};

/// Diagnostics of one text.
///
/// Each severity is counted apart, so that no number of hints hides an error or a warning.
#[derive(Debug)]
pub(crate) struct Sink {
    kept: Vec<Diagnostic>,
    limit: usize,
    least: Severity,
    /// Up to how many of each severity are kept.
    room: Counts,
    found: Counts,
}

/// So many of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    pub(crate) hints: usize,
}

impl Counts {
    pub(crate) const fn of_each(n: usize) -> Self {
        Self { errors: n, warnings: n, hints: n }
    }

    /// Each of two numbers by a function of both.
    pub(crate) fn zip(self, other: Self, of: impl Fn(usize, usize) -> usize) -> Self {
        Self {
            errors: of(self.errors, other.errors),
            warnings: of(self.warnings, other.warnings),
            hints: of(self.hints, other.hints),
        }
    }

    pub(crate) const fn slot(&mut self, severity: Severity) -> &mut usize {
        match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Hint => &mut self.hints,
        }
    }
}

impl Sink {
    /// Starts with the findings of the parser.
    pub(crate) fn new(found: Vec<Diagnostic>, limit: u32, least: Severity) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let (room, counts) = (Counts::of_each(limit), Counts::default());
        if found.is_empty() {
            return Self { kept: found, limit, least, room, found: counts };
        }
        let mut sink = Self { kept: Vec::with_capacity(found.len()), limit, least, room, found: counts };
        for diagnostic in found {
            sink.push(diagnostic);
        }
        sink
    }

    /// Whether one more of this severity would be shown; where not, its text need not be made.
    pub(crate) const fn has_room(&self, severity: Severity) -> bool {
        match severity {
            Severity::Error => self.found.errors < self.room.errors,
            Severity::Warning => self.is_wanted(severity) && self.found.warnings < self.room.warnings,
            Severity::Hint => self.is_wanted(severity) && self.found.hints < self.room.hints,
        }
    }

    /// What was found so far, shown or not.
    pub(crate) const fn counts(&self) -> Counts {
        self.found
    }

    /// How many more of each severity would be shown.
    pub(crate) fn left(&self) -> Counts {
        self.room.zip(self.found, usize::saturating_sub)
    }

    /// Shows so many more of each severity.
    pub(crate) fn leave(&mut self, left: Counts) {
        self.room = self.found.zip(left, usize::saturating_add);
    }

    /// Counts findings that were counted elsewhere.
    pub(crate) fn count_all(&mut self, counts: Counts) {
        self.found = self.found.zip(counts, usize::saturating_add);
    }

    /// What is kept, in the order in which it was found.
    pub(crate) const fn kept(&self) -> &Vec<Diagnostic> {
        &self.kept
    }

    /// Whether a finding of this severity is asked for at all.
    pub(crate) const fn is_wanted(&self, severity: Severity) -> bool {
        severity as u8 >= self.least as u8
    }

    /// How many errors there are, shown or not.
    pub(crate) const fn errors(&self) -> usize {
        self.found.errors
    }

    /// Whether the parser reported a mistake within a text, so that what the text became means little.
    pub(crate) fn is_misread(&self, span: Span) -> bool {
        let of_parser = |code: Code| code < Code::TypeMismatch;
        self.kept.iter().any(|d| d.is_error() && of_parser(d.code) && span.contains(d.span))
    }

    /// Whether there is an error that shares text with a span.
    pub(crate) fn has_error_at(&self, span: Span) -> bool {
        self.kept.iter().any(|d| d.is_error() && overlap(d.span, span))
    }

    /// Takes back what was said of a text with one of some codes, because something worse is said of it.
    pub(crate) fn replace(&mut self, span: Span, codes: &[Code]) {
        let (mut warnings, mut hints) = (0, 0);
        self.kept.retain(|d| {
            let stays = d.is_error() || d.span != span || !codes.contains(&d.code);
            warnings += usize::from(!stays && d.severity == Severity::Warning);
            hints += usize::from(!stays && d.severity == Severity::Hint);
            stays
        });
        self.found = self.found.zip(Counts { errors: 0, warnings, hints }, usize::saturating_sub);
    }

    /// Keeps the fixes that are wanted, apart from those of the strict edition itself.
    pub(crate) fn retain_fixes(&mut self, mut wanted: impl FnMut(&Fix) -> bool) {
        for diagnostic in self.kept.iter_mut().filter(|d| !is_refusal(d)) {
            diagnostic.fixes.retain(&mut wanted);
        }
    }

    /// How many findings there are, shown or not.
    pub(crate) const fn len(&self) -> usize {
        self.found.errors + self.found.warnings + self.found.hints
    }

    /// Whether something in a text was found to say the same of every request, so that nothing more is said of it.
    pub(crate) fn is_constant(&self, span: Span) -> bool {
        let constant = |code: Code| {
            matches!(
                code,
                Code::ConstantCondition
                    | Code::OutOfRange
                    | Code::CaseNeverMatches
                    | Code::PathSpelling
                    | Code::NeverTrue
                    | Code::Contradiction
                    | Code::AlwaysTrue
            )
        };
        self.kept.iter().any(|d| constant(d.code) && (span.contains(d.span) || d.span.contains(span)))
    }

    /// Adds a finding.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if self.has_room(diagnostic.severity) {
            self.count(diagnostic.severity);
            self.kept.push(diagnostic);
        } else {
            self.count(diagnostic.severity);
        }
    }

    /// Counts a finding whose text was not made.
    pub(crate) const fn count(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.found.errors += 1,
            Severity::Warning | Severity::Hint if self.is_wanted(severity) => *self.found.slot(severity) += 1,
            Severity::Warning | Severity::Hint => {}
        }
    }

    /// The findings in the order of the text; where some are left out, the last one says so.
    ///
    /// What several rules say of one `let` is said once.
    pub(crate) fn finish(mut self, text: &str) -> Vec<Diagnostic> {
        let found = self.len();
        if found > self.limit {
            self.kept.sort_by_key(|d| (std::cmp::Reverse(d.severity), d.span.start));
            let severity = if self.found.errors > self.limit {
                Severity::Error
            } else if self.found.errors + self.found.warnings > self.limit {
                Severity::Warning
            } else {
                Severity::Hint
            };
            self.kept.truncate(self.limit);
            sort(&mut self.kept);
            self.kept.push(left_out(found - self.limit, severity, text));
        } else {
            sort(&mut self.kept);
        }
        self.kept
    }
}

fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by_key(|d| (d.span.start, d.span.end, d.code));
    diagnostics.dedup();
}

fn left_out(n: usize, severity: Severity, text: &str) -> Diagnostic {
    let plural = if n == 1 { "diagnostic is" } else { "diagnostics are" };
    let end = Span::from_range(text.len()..text.len());
    let mut diagnostic = Diagnostic::new(Code::TooManyDiagnostics, end, format!("{n} more {plural} not shown"));
    diagnostic.severity = severity;
    diagnostic.note("mend those above and check again")
}
