//! Plain data of `tamis-ide` to the types of the protocol.

use std::collections::HashMap;

use tamis::Diagnostic;
use tamis::diagnostic::{Code, Edit, Severity, Span};
use tower_lsp::lsp_types::{
    self as lsp, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, NumberOrString, TextEdit,
    Url, WorkspaceEdit,
};

use crate::state::Snapshot;

impl Snapshot {
    pub(crate) fn range(&self, span: Span) -> lsp::Range {
        self.lines.range(&self.text, span)
    }

    pub(crate) fn span(&self, range: lsp::Range) -> Span {
        self.lines.span(&self.text, range)
    }

    pub(crate) fn offset(&self, position: lsp::Position) -> u32 {
        self.lines.offset(&self.text, position)
    }

    pub(crate) fn edits(&self, edits: &[Edit]) -> Vec<TextEdit> {
        edits.iter().map(|edit| TextEdit::new(self.range(edit.span), edit.text.clone())).collect()
    }

    /// Edits of this text, for an editor that applies them.
    pub(crate) fn workspace_edit(&self, edits: &[Edit]) -> WorkspaceEdit {
        WorkspaceEdit::new(HashMap::from([(self.uri.clone(), self.edits(edits))]))
    }

    /// Every finding, without hints where nobody wants them.
    pub(crate) fn diagnostics(&self) -> Vec<lsp::Diagnostic> {
        self.wanted(self.findings())
    }

    /// The findings of a long text, as far as they are known soon; otherwise every one. Whether these are all.
    pub(crate) fn diagnostics_soon(&self) -> (Vec<lsp::Diagnostic>, bool) {
        match self.findings_soon() {
            Some(found) => (self.wanted(&found), false),
            None => (self.diagnostics(), true),
        }
    }

    fn wanted(&self, findings: &[Diagnostic]) -> Vec<lsp::Diagnostic> {
        let wanted = |found: &&Diagnostic| found.severity > Severity::Hint || !self.world.settings.without_hints;
        findings.iter().filter(wanted).map(|found| self.diagnostic(found)).collect()
    }

    /// One finding; its notes stand below its message.
    pub(crate) fn diagnostic(&self, found: &Diagnostic) -> lsp::Diagnostic {
        let related = found.labels.iter().map(|label| DiagnosticRelatedInformation {
            location: Location::new(self.uri.clone(), self.range(label.span)),
            message: label.message.clone(),
        });
        let related: Vec<_> = related.collect();
        let notes = found.notes.iter().map(|note| format!("\n{note}"));
        lsp::Diagnostic {
            range: self.range(found.span),
            severity: Some(match found.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
                Severity::Hint => DiagnosticSeverity::HINT,
            }),
            code: Some(NumberOrString::String(found.code.to_string())),
            source: Some("tamis".to_owned()),
            message: std::iter::once(found.message.clone()).chain(notes).collect(),
            related_information: (!related.is_empty()).then_some(related),
            tags: tag(found.code).map(|tag| vec![tag]),
            ..lsp::Diagnostic::default()
        }
    }
}

/// How an editor may draw a finding: struck through, or faded.
const fn tag(code: Code) -> Option<DiagnosticTag> {
    match code {
        Code::DeprecatedField => Some(DiagnosticTag::DEPRECATED),
        Code::UnusedName => Some(DiagnosticTag::UNNECESSARY),
        _ => None,
    }
}

/// The path of a file's address.
pub(crate) fn path(uri: &Url) -> Option<std::path::PathBuf> {
    uri.to_file_path().ok()
}
