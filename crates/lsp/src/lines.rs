//! Byte offsets to lines and columns, in the three encodings of the protocol, and back.

use std::ops::Range;

use tower_lsp::lsp_types::{self as lsp, Position, PositionEncodingKind};

use tamis::diagnostic::Span;

/// In what columns count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of two bytes, which every editor can.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The one that costs least among those that an editor offers, in its order of preference.
    pub(crate) fn choose(offered: &[PositionEncodingKind]) -> Self {
        let known = |kind: &PositionEncodingKind| match kind.as_str() {
            "utf-8" => Some(Self::Utf8),
            "utf-16" => Some(Self::Utf16),
            "utf-32" => Some(Self::Utf32),
            _ => None,
        };
        offered.iter().find_map(known).unwrap_or_default()
    }

    /// The name in the protocol.
    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn units(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// Where the lines of a text begin; a line ends with `\n`, `\r\n` or `\r`.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    starts: Vec<usize>,
    encoding: Encoding,
}

impl Lines {
    pub(crate) fn new(text: &str, encoding: Encoding) -> Self {
        Self { starts: std::iter::once(0).chain(starts(text, 0)).collect(), encoding }
    }

    /// Replaces bytes of a text, and follows.
    pub(crate) fn edit(&mut self, text: &mut String, range: Range<usize>, new: &str) {
        let Range { start, end } = range;
        let first = self.starts.partition_point(|line| *line <= start).saturating_sub(1);
        // What is inserted may begin with the other half of a line break.
        let first = first.saturating_sub(1);
        let behind = self.starts.partition_point(|line| *line <= end);
        text.replace_range(start..end, new);
        let moved = |line: &usize| line - end + start + new.len();
        let from = self.starts.get(first).copied().unwrap_or(0);
        let to = self.starts.get(behind).map_or(text.len(), moved);
        let again: Vec<usize> = starts(text.get(from..to).unwrap_or(""), from).collect();
        let rest: Vec<usize> = self.starts.iter().skip(behind).map(moved).collect();
        self.starts.truncate(first + 1);
        self.starts.extend(again.into_iter().filter(|line| rest.first() != Some(line)));
        self.starts.extend(rest);
    }

    pub(crate) const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The position of an offset.
    pub(crate) fn position(&self, text: &str, offset: u32) -> Position {
        let offset = (offset as usize).min(text.len());
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let before = text.get(start..offset).unwrap_or("");
        let column = before.chars().map(|c| self.encoding.units(c)).sum::<usize>();
        Position::new(small(line), small(column))
    }

    /// The offset of a position; what lies behind the end of a line or within a character is moved to before it.
    pub(crate) fn offset(&self, text: &str, position: Position) -> u32 {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).copied() else { return small(text.len()) };
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        let content = text.get(start..end).unwrap_or("").trim_end_matches(['\r', '\n']);
        let mut left = position.character as usize;
        for (at, c) in content.char_indices() {
            let units = self.encoding.units(c);
            if units > left {
                return small(start + at);
            }
            left -= units;
        }
        small(start + content.len())
    }

    /// The range of a span.
    pub(crate) fn range(&self, text: &str, span: Span) -> lsp::Range {
        lsp::Range::new(self.position(text, span.start), self.position(text, span.end))
    }

    /// The span of a range.
    pub(crate) fn span(&self, text: &str, range: lsp::Range) -> Span {
        Span::new(self.offset(text, range.start), self.offset(text, range.end))
    }

    /// How many units a piece of text has.
    pub(crate) fn units(&self, text: &str) -> u32 {
        small(text.chars().map(|c| self.encoding.units(c)).sum())
    }
}

/// Where the lines behind the first one begin in a part of a text that begins at an offset.
fn starts(part: &str, offset: usize) -> impl Iterator<Item = usize> {
    let bytes = part.as_bytes();
    let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    ends.map(move |(at, _)| at + 1 + offset)
}

/// A length as the protocol counts it; texts are limited far below 4 GiB.
fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(encoding: Encoding, text: &str, offset: u32, position: (u32, u32)) {
        let lines = Lines::new(text, encoding);
        let position = Position::new(position.0, position.1);
        assert_eq!(lines.position(text, offset), position);
        assert_eq!(lines.offset(text, position), offset);
    }

    #[test]
    fn columns_count_what_the_editor_counts() {
        let text = "é💡漢x\ny";
        for (encoding, column) in [(Encoding::Utf8, 9), (Encoding::Utf16, 4), (Encoding::Utf32, 3)] {
            check(encoding, text, 9, (0, column));
            check(encoding, text, 11, (1, 0));
        }
    }

    #[test]
    fn lines_end_in_three_ways() {
        for (offset, position) in [(1, (0, 1)), (3, (1, 0)), (5, (2, 0)), (7, (3, 0))] {
            check(Encoding::Utf16, "a\r\nb\rc\nd", offset, position);
        }
    }

    #[test]
    fn a_position_outside_is_moved_inside() {
        let lines = Lines::new("a💡\nb", Encoding::Utf16);
        assert_eq!(lines.offset("a💡\nb", Position::new(0, 2)), 1, "within a character");
        assert_eq!(lines.offset("a💡\nb", Position::new(0, 99)), 5, "behind the line");
        assert_eq!(lines.offset("a💡\nb", Position::new(9, 0)), 7, "behind the text");
    }

    #[test]
    fn the_first_encoding_that_is_known_is_chosen() {
        let offer = |names: &[&'static str]| {
            let kinds: Vec<_> = names.iter().map(|name| PositionEncodingKind::new(name)).collect();
            Encoding::choose(&kinds)
        };
        assert_eq!(offer(&["utf-7", "utf-8", "utf-16"]), Encoding::Utf8);
        assert_eq!(offer(&[]), Encoding::Utf16);
    }
}
