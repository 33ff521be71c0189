//! Where the places of a window are in the whole text.

use std::ops::Range;

use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::span::Span;

/// The parts of a window: where each begins in it, and where in the whole text.
#[derive(Debug)]
pub(super) struct Places {
    pieces: Vec<(usize, usize)>,
    /// The part that was checked, in the window.
    own: Range<usize>,
    /// What has to be added to its places.
    shift: (usize, usize),
}

impl Places {
    pub(super) fn new(pieces: Vec<(usize, usize)>, own: Range<usize>) -> Self {
        let found = pieces.iter().find(|(inside, _)| *inside == own.start);
        let shift = found.copied().unwrap_or((own.start, own.start));
        Self { pieces, own, shift }
    }

    /// A span of the window in the whole text.
    pub(super) fn span(&self, span: Span) -> Span {
        let Range { start, end } = span.range();
        if self.own.start <= start && end <= self.own.end {
            let (inside, outside) = self.shift;
            return Span::from_range(start - inside + outside..end - inside + outside);
        }
        let start = self.offset(start);
        // An end belongs to what it ends.
        let end = if span.is_empty() { start } else { self.offset(end - 1) + 1 };
        Span::from_range(start..end.max(start))
    }

    fn offset(&self, offset: usize) -> usize {
        let after = self.pieces.partition_point(|(inside, _)| *inside <= offset);
        let piece = after.checked_sub(1).and_then(|place| self.pieces.get(place));
        piece.map_or(offset, |(inside, outside)| offset - inside + outside)
    }

    /// A finding of the window in the whole text.
    pub(super) fn finding(&self, found: &Diagnostic) -> Diagnostic {
        let mut found = found.clone();
        found.span = self.span(found.span);
        for label in &mut found.labels {
            label.span = self.span(label.span);
        }
        for edit in found.fixes.iter_mut().flat_map(|fix| &mut fix.edits) {
            edit.span = self.span(edit.span);
        }
        found
    }
}
