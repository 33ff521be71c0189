//! A decoded text and, piece by piece, the bytes that it was decoded from.

use std::ops::Range;

use tamis_lang::span::Span;

/// A decoded text with its pieces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Segments {
    pub(crate) text: String,
    pieces: Vec<Piece>,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    /// Its bytes in the text.
    text: Range<usize>,
    /// Its bytes in the document.
    document: Range<usize>,
    /// Whether both are the same bytes.
    is_verbatim: bool,
}

impl Segments {
    /// Adds text that stands in the document as it is.
    pub(crate) fn verbatim(&mut self, text: &str, at: usize) {
        self.push(text, at..at + text.len(), true);
    }

    /// Adds text that stands for other bytes of the document.
    pub(crate) fn instead(&mut self, text: &str, of: Range<usize>) {
        self.push(text, of, false);
    }

    fn push(&mut self, text: &str, document: Range<usize>, is_verbatim: bool) {
        if text.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.pieces.push(Piece { text: start..self.text.len(), document, is_verbatim });
    }

    /// Takes away one byte that stands for itself; none where there is no such byte.
    pub(crate) fn remove(&mut self, at: usize, document: usize) -> Option<()> {
        let holds = |piece: &Piece| piece.text.contains(&at) && piece.document.contains(&document) && piece.is_verbatim;
        let place = self.pieces.iter().position(holds)?;
        let _ = self.text.remove(at);
        for (n, piece) in self.pieces.iter_mut().enumerate().skip(place) {
            let moved = usize::from(n > place);
            piece.text = piece.text.start - moved..piece.text.end - 1;
            piece.document = piece.document.start - moved..piece.document.end - 1;
        }
        Some(())
    }

    /// The bytes of the document behind a range of the text.
    pub(crate) fn to_document(&self, span: Span, all: Span) -> Span {
        let found = self.find(span, all);
        Span::new(found.start.min(all.end), found.end.min(all.end))
    }

    fn find(&self, span: Span, all: Span) -> Span {
        let range = span.range();
        let start = self.start(range.start).unwrap_or(all.range().end);
        if span.is_empty() {
            let end = self.pieces.last().filter(|_| range.start >= self.text.len());
            return Span::from_range(end.map_or(start..start, |last| last.document.end..last.document.end));
        }
        let end = self.end(range.end).unwrap_or(start);
        Span::from_range(start..end.max(start))
    }

    fn start(&self, offset: usize) -> Option<usize> {
        let piece = self.pieces.get(self.pieces.partition_point(|piece| piece.text.end <= offset));
        match piece {
            Some(piece) if piece.is_verbatim => Some(piece.document.start + offset.saturating_sub(piece.text.start)),
            Some(piece) => Some(piece.document.start),
            None => self.pieces.last().map(|piece| piece.document.end),
        }
    }

    fn end(&self, offset: usize) -> Option<usize> {
        let piece = self.pieces.get(self.pieces.partition_point(|piece| piece.text.end < offset));
        match piece {
            Some(piece) if piece.is_verbatim => Some(piece.document.start + offset.saturating_sub(piece.text.start)),
            Some(piece) => Some(piece.document.end),
            None => self.pieces.last().map(|piece| piece.document.end),
        }
    }

    /// The place in the text that a byte of the document stands for; none outside the text.
    pub(crate) fn to_text(&self, offset: usize) -> Option<usize> {
        let place = self.pieces.partition_point(|piece| piece.document.end <= offset);
        match self.pieces.get(place) {
            Some(piece) if piece.document.start <= offset => {
                let within = if piece.is_verbatim { offset - piece.document.start } else { 0 };
                Some(piece.text.start + within)
            }
            // Between two pieces, as in the indentation of a line; or right behind the last one.
            Some(piece) => (place > 0).then_some(piece.text.start),
            None => self.pieces.last().filter(|last| last.document.end == offset).map(|last| last.text.end),
        }
    }
}
