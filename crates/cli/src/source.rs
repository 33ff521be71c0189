//! Texts and where they come from: a file, standard input, or the command line itself.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use tamis::diagnostic::{LineIndex, Span};

use crate::failure::Failure;
use crate::usage::looks_like_a_rule;

/// A text with the name under which it is shown.
pub(crate) struct Source {
    /// The path as given, `<stdin>`, or what the text is (`rule`).
    pub(crate) name: String,
    /// Where it came from.
    pub(crate) origin: Origin,
    /// The text itself.
    pub(crate) text: String,
    lines: LineIndex,
}

/// Where a text came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// The command line.
    Argument,
}

/// A line and a column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// The line.
    pub(crate) line: u32,
    /// The character within the line.
    pub(crate) column: u32,
}

impl Source {
    /// A text with its name.
    pub(crate) fn new(name: impl Into<String>, origin: Origin, text: String) -> Self {
        let lines = LineIndex::new(&text);
        Self { name: name.into(), origin, text, lines }
    }

    /// A rule given on the command line.
    pub(crate) fn argument(text: impl Into<String>) -> Self {
        Self::new("rule", Origin::Argument, text.into())
    }

    /// A text file, or standard input for `-`.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        if is_stdin(path) {
            let text = utf8("standard input", read_stdin()?)?;
            return Ok(Self::new("<stdin>", Origin::Stdin, text));
        }
        let bytes = read_bytes(path).map_err(|failure| match path.to_str() {
            Some(name) if looks_like_a_rule(name) => Failure::new(format!("{failure}; a rule is given with `-e`")),
            _ => failure,
        })?;
        let text = utf8(&format!("`{}`", path.display()), bytes)?;
        Ok(Self::new(path.display().to_string(), Origin::File(path.to_owned()), text))
    }

    /// A rule given on the command line, or else a text file.
    pub(crate) fn of(rule: Option<&str>, path: Option<&Path>) -> Result<Self, Failure> {
        match (rule, path) {
            (Some(rule), _) => Ok(Self::argument(rule)),
            (None, Some(path)) => Self::read(path),
            (None, None) => Err(Failure::new("nothing to read: give `-e RULE` or a FILE")),
        }
    }

    /// Line and column of a byte offset.
    pub(crate) fn position(&self, offset: u32) -> Position {
        let (line, bytes) = self.lines.line_column(offset);
        let start = offset.saturating_sub(bytes.saturating_sub(1));
        let before = self.text.get(Span::new(start, offset).range()).unwrap_or("");
        Position { line, column: u32::try_from(before.chars().count()).unwrap_or(u32::MAX).saturating_add(1) }
    }

    /// The line that holds a byte offset: its number from 1 and its bytes without the line break.
    pub(crate) fn line_at(&self, offset: usize) -> (usize, std::ops::Range<usize>) {
        let (line, column) = self.lines.line_column(u32::try_from(offset).unwrap_or(u32::MAX));
        let start = offset.saturating_sub(column.saturating_sub(1) as usize);
        let rest = self.text.get(start..).unwrap_or("");
        let length = rest.find('\n').unwrap_or(rest.len());
        let length = rest.get(..length).map_or(length, |text| text.strip_suffix('\r').unwrap_or(text).len());
        (line as usize, start..start + length)
    }
}

/// Whether a path stands for standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The bytes of a file, or of standard input for `-`.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    if is_stdin(path) {
        return read_stdin();
    }
    fs::read(path).map_err(|error| Failure::file("read", path, &error))
}

fn read_stdin() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut bytes);
    read.map(|_| bytes).map_err(|error| Failure::new(format!("cannot read standard input: {error}")))
}

/// The bytes as text, or the first byte that is none.
pub(crate) fn utf8(name: &str, bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let byte = error.as_bytes().get(offset).copied().unwrap_or(0);
        Failure::new(format!("{name} is not UTF-8: byte 0x{byte:02x} at byte offset {offset}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let source = Source::argument("é ==\n 日本 x");
        assert_eq!(source.position(3), Position { line: 1, column: 3 });
        assert_eq!(source.position(14), Position { line: 2, column: 5 });
    }

    #[test]
    fn a_line_ends_before_its_break() {
        let source = Source::argument("ab\r\ncd\n");
        assert_eq!(source.line_at(1), (1, 0..2));
        assert_eq!(source.line_at(4), (2, 4..6));
        assert_eq!(source.line_at(7), (3, 7..7));
    }

    #[test]
    fn the_first_bad_byte_is_named() {
        let failure = utf8("`x`", b"ab\xffcd".to_vec()).map(|_| ()).map_err(|failure| failure.to_string());
        assert_eq!(failure, Err("`x` is not UTF-8: byte 0xff at byte offset 2".to_owned()));
    }
}
