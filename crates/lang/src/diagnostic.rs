//! What is said about a rule: a code, a place, a sentence, and the edit that mends it.

use crate::code::Code;
use crate::span::Span;

/// One finding about a text.
///
/// A diagnostic is data: the command line, the validator and the language server render the same value and add nothing.
/// The `message` is lower case without a full stop, with user text in backticks.
///
/// ```
/// use tamis_lang::{code::Code, diagnostic::{Diagnostic, Fix}, span::Span};
/// let found = Diagnostic::new(Code::UnknownField, Span::new(0, 4), "`stat` is not a known field")
///     .fix(Fix::replace("use `status`", Span::new(0, 4), "status"));
/// assert_eq!(found.fixes[0].apply("stat == 503"), "status == 503");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code, with its page.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The headline.
    pub message: String,
    /// The smallest text that is wrong.
    pub span: Span,
    /// More places that matter, each with a few words.
    pub labels: Vec<Label>,
    /// Whole sentences below the picture: reasons, consequences, help.
    pub notes: Vec<String>,
    /// Edits that mend it, the best first.
    pub fixes: Vec<Fix>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Hint,
    /// Very likely not what was meant; the rule still runs.
    Warning,
    /// The rule cannot run.
    Error,
}

/// A second place of a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What to see there.
    pub message: String,
}

/// An edit that mends a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the edit does, as the menu entry of an editor.
    pub title: String,
    /// Replacements in the text that was checked, in its order; they do not overlap.
    pub edits: Vec<Edit>,
    /// Whether it may be applied unseen.
    pub applicability: Applicability,
}

/// Whether a fix may be applied without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Applicability {
    /// There is one reading, and the fix writes it down.
    Safe,
    /// A guess, or one of several readings: a person chooses.
    Suggestion,
}

/// The replacement of one range of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes; empty to insert.
    pub span: Span,
    /// What comes; empty to delete.
    pub text: String,
}

impl Severity {
    /// The word that every renderer prints.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Diagnostic {
    /// A diagnostic with the severity that its code usually has.
    #[must_use]
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            span,
            labels: Vec::new(),
            notes: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// Adds a second place.
    #[must_use]
    pub fn label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// Adds a sentence.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds an edit.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// Adds each of several edits.
    #[must_use]
    pub fn fixes(mut self, fixes: impl IntoIterator<Item = Fix>) -> Self {
        self.fixes.extend(fixes);
        self
    }

    /// Whether the rule cannot run.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl Fix {
    /// A safe fix of several edits, which may be given in any order.
    #[must_use]
    pub fn new(title: impl Into<String>, mut edits: Vec<Edit>) -> Self {
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        Self { title: title.into(), edits, applicability: Applicability::Safe }
    }

    /// A safe fix that replaces one range.
    #[must_use]
    pub fn replace(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self::new(title, vec![Edit { span, text: text.into() }])
    }

    /// A safe fix that deletes one range.
    #[must_use]
    pub fn delete(title: impl Into<String>, span: Span) -> Self {
        Self::replace(title, span, "")
    }

    /// A safe fix that inserts text at an offset.
    #[must_use]
    pub fn insert(title: impl Into<String>, offset: u32, text: impl Into<String>) -> Self {
        Self::replace(title, Span::at(offset), text)
    }

    /// The same fix, to be confirmed by a person.
    #[must_use]
    pub fn suggestion(mut self) -> Self {
        self.applicability = Applicability::Suggestion;
        self
    }

    /// The text with the fix applied; edits outside the text are skipped.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        apply_edits(text, self.edits.iter())
    }
}

/// A text with edits applied, last one first; of edits that overlap the first in the text wins.
pub fn apply_edits<'a>(text: &str, edits: impl Iterator<Item = &'a Edit>) -> String {
    let mut edits: Vec<&Edit> = edits.collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        let range = edit.span.range();
        if range.start < done {
            continue;
        }
        let (Some(before), Some(_)) = (text.get(done..range.start), text.get(range.clone())) else {
            continue;
        };
        out.push_str(before);
        out.push_str(&edit.text);
        done = range.end;
    }
    out.push_str(text.get(done..).unwrap_or(""));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { span: Span::new(start, end), text: text.into() }
    }

    #[test]
    fn edits_apply_in_any_order() {
        let edits = [edit(4, 5, "X"), edit(0, 1, "YY"), edit(2, 2, "-")];
        assert_eq!(apply_edits("a bcd", edits.iter()), "YY -bcX");
    }

    #[test]
    fn of_overlapping_edits_the_first_wins() {
        let edits = [edit(0, 3, "x"), edit(2, 4, "y")];
        assert_eq!(apply_edits("abcd", edits.iter()), "xd");
    }

    #[test]
    fn edits_outside_the_text_are_skipped() {
        assert_eq!(apply_edits("é", [edit(1, 2, "x"), edit(7, 9, "y")].iter()), "é");
    }
}
