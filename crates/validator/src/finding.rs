//! Findings: diagnostics about documents, with the nodes that they concern.

use tamis::Diagnostic;
use tamis::diagnostic::{Code, Fix, Severity, Span};

/// One of the documents that were validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub usize);

/// Something to say about a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The document that the places of the diagnostic refer to.
    pub file: FileId,
    /// What is said; its bytes are those of the document.
    pub diagnostic: Diagnostic,
    /// What belongs there, where that can be said in a few words.
    pub expected: Option<String>,
    /// What is there.
    pub found: Option<String>,
    /// The nodes that it concerns, by their place in the report; none where it concerns the session as a whole.
    pub nodes: Vec<usize>,
    /// Places in other documents that matter.
    pub related: Vec<Related>,
}

/// A place in another document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The document.
    pub file: FileId,
    /// The bytes.
    pub span: Span,
    /// What to see there.
    pub message: String,
}

impl Finding {
    /// A finding with the severity that its code usually has.
    pub(crate) fn new(file: FileId, code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::of(file, Diagnostic::new(code, span, message))
    }

    /// A diagnostic as a finding.
    pub(crate) const fn of(file: FileId, diagnostic: Diagnostic) -> Self {
        Self { file, diagnostic, expected: None, found: None, nodes: Vec::new(), related: Vec::new() }
    }

    pub(crate) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    pub(crate) fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.diagnostic.notes.push(note.into());
        self
    }

    pub(crate) fn fix(mut self, fix: Option<Fix>) -> Self {
        self.diagnostic.fixes.extend(fix);
        self
    }

    pub(crate) fn on(mut self, nodes: impl IntoIterator<Item = usize>) -> Self {
        self.nodes.extend(nodes);
        self
    }

    pub(crate) fn related(mut self, file: FileId, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Related { file, span, message: message.into() });
        self
    }

    /// Whether nothing may start because of it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.diagnostic.severity == Severity::Error
    }
}
