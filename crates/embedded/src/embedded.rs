//! A text within a document.

use tamis_lang::diagnostic::{Diagnostic, Edit, Fix, Label};
use tamis_lang::span::Span;

use crate::block::{self, Breaks};
use crate::document::{Document, Syntax};
use crate::quoted::{self, Quote};
use crate::segment::Segments;
use crate::{edit, json};

/// How a text is written in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// YAML without quotes.
    Plain,
    /// YAML in single quotes.
    SingleQuoted,
    /// YAML in double quotes.
    DoubleQuoted,
    /// YAML behind `|`, line by line.
    Literal,
    /// YAML behind `>`, where line breaks become blanks.
    Folded,
    /// A JSON string.
    Json,
}

/// A text within a document, and where each of its bytes stands there.
#[derive(Clone, Debug)]
pub struct Embedded {
    /// What the text says, after escapes and folding.
    pub text: String,
    /// How it is written.
    pub style: Style,
    /// The bytes of the whole scalar in the document, quotes and indicator included.
    pub span: Span,
    /// The bytes of the scalar as they are written.
    pub(crate) raw: String,
    /// Whether it stands within brackets.
    pub(crate) in_flow: bool,
    /// The piece of the document behind each piece of the text; none where that is not known.
    segments: Option<Segments>,
}

impl Embedded {
    pub(crate) fn new(document: &Document<'_>, span: Span, text: String, style: Style, in_flow: bool) -> Self {
        let style = if document.syntax() == Syntax::Json && style != Style::Plain { Style::Json } else { style };
        let raw = raw(document.text(), span, style).to_owned();
        let segments = segments(&raw, span.range().start, style, &text);
        Self { text, style, span, raw, in_flow, segments }
    }

    /// Whether every place of the text is known; otherwise each is shown as the whole scalar.
    #[must_use]
    pub const fn is_mapped(&self) -> bool {
        self.segments.is_some()
    }

    /// The bytes of the document behind bytes of the text.
    #[must_use]
    pub fn to_document(&self, span: Span) -> Span {
        self.segments.as_ref().map_or(self.span, |segments| segments.to_document(span, self.span))
    }

    /// The place in the text that a byte of the document stands for; none outside the text.
    #[must_use]
    pub fn to_text(&self, offset: u32) -> Option<u32> {
        let place = self.segments.as_ref()?.to_text(offset as usize)?;
        u32::try_from(place).ok()
    }

    /// The text without the letter at a place of it and at an offset of the document, where both know it.
    pub(crate) fn without_letter(mut self, place: u32, offset: u32) -> Option<Self> {
        let (place, offset, start) = (place as usize, offset as usize, self.span.range().start);
        self.segments.as_mut()?.remove(place, offset)?;
        let _ = self.text.remove(place);
        let _ = self.raw.remove(offset.checked_sub(start).filter(|at| *at < self.raw.len())?);
        self.span.end = self.span.end.saturating_sub(1);
        Some(self)
    }

    /// The edits of the document that change the text in this way.
    ///
    /// What is inserted is escaped and indented as the style wants it.
    /// Where that does not give the wanted text, for example a colon in a scalar without quotes, the whole scalar is
    /// replaced by one in quotes.
    #[must_use]
    pub fn edits_to_document(&self, edits: &[Edit]) -> Vec<Edit> {
        edit::to_document(self, edits)
    }

    /// A diagnostic about the text as one about the document, with its labels and fixes.
    #[must_use]
    pub fn diagnostic_to_document(&self, diagnostic: &Diagnostic) -> Diagnostic {
        let label = |label: &Label| Label { span: self.to_document(label.span), message: label.message.clone() };
        let fix = |fix: &Fix| Fix {
            title: fix.title.clone(),
            edits: self.edits_to_document(&fix.edits),
            applicability: fix.applicability,
        };
        Diagnostic {
            code: diagnostic.code,
            severity: diagnostic.severity,
            message: diagnostic.message.clone(),
            span: self.to_document(diagnostic.span),
            labels: diagnostic.labels.iter().map(label).collect(),
            notes: diagnostic.notes.clone(),
            fixes: diagnostic.fixes.iter().map(fix).collect(),
        }
    }
}

/// A scalar as it is written; a block with the empty lines behind it, which may belong to it.
fn raw(document: &str, span: Span, style: Style) -> &str {
    let rest = document.get(span.range().start..).unwrap_or("");
    let length = span.len() as usize;
    let behind = rest.get(length..).unwrap_or("");
    let blanks = behind.len() - behind.trim_start_matches([' ', '\t', '\r', '\n']).len();
    let blanks = behind.get(..blanks).and_then(|blanks| blanks.rfind(['\n', '\r'])).map_or(0, |last| last + 1);
    let is_block = matches!(style, Style::Literal | Style::Folded);
    rest.get(..length + if is_block { blanks } else { 0 }).unwrap_or("")
}

/// The pieces of a scalar; none where they do not give the text that the parser read.
pub(crate) fn segments(raw: &str, start: usize, style: Style, text: &str) -> Option<Segments> {
    let inner = || raw.get(1..raw.len().saturating_sub(1)).unwrap_or("");
    let found = match style {
        Style::Plain => quoted::decode(raw, start, Quote::None),
        Style::SingleQuoted => quoted::decode(inner(), start + 1, Quote::Single),
        Style::DoubleQuoted => quoted::decode(inner(), start + 1, Quote::Double),
        Style::Json => json::decode(inner(), start + 1).ok()?,
        Style::Literal | Style::Folded => {
            let breaks = if style == Style::Literal { Breaks::Literal } else { Breaks::Folded };
            let decoded = |indent| block::decode(raw, start, breaks, indent);
            return block::indents(raw).map(decoded).find(|found| found.text == text);
        }
    };
    (found.text == text).then_some(found)
}

/// The indentation of the lines of a block.
pub(crate) fn indent_of(raw: &str, style: Style, text: &str) -> usize {
    let breaks = if style == Style::Literal { Breaks::Literal } else { Breaks::Folded };
    block::indents(raw).find(|indent| block::decode(raw, 0, breaks, *indent).text == text).unwrap_or(2)
}
