//! A rule as tokens, and the ways to lay them out.

use super::Source;

/// One token of a generated rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its text.
    pub text: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A name, a keyword, a number, an address: what a letter beside it would change.
    Word,
    /// Text in quotes.
    Quoted,
    /// A sign.
    Sign,
    /// A sign that is part of names where no blank is around it.
    Minus,
}

impl Piece {
    /// A name, a keyword, a number, an address or a raw string.
    pub fn word(text: impl Into<String>) -> Self {
        Self { text: text.into(), kind: Kind::Word }
    }

    /// Text in quotes.
    pub fn quoted(text: impl Into<String>) -> Self {
        Self { text: text.into(), kind: Kind::Quoted }
    }

    /// A literal as printed.
    pub fn of(literal: String) -> Self {
        if literal.starts_with(['"', '\'']) { Self::quoted(literal) } else { Self::word(literal) }
    }

    /// A sign; a minus between two operands keeps its distance.
    pub fn sign(text: impl Into<String>) -> Self {
        let text = text.into();
        let kind = if text == "-" { Kind::Minus } else { Kind::Sign };
        Self { text, kind }
    }

    /// Whether something has to stand between this token and the next one.
    fn needs_blank(&self, next: &Self) -> bool {
        match (self.kind, next.kind) {
            (Kind::Word, Kind::Word | Kind::Quoted) | (Kind::Word, Kind::Minus) | (Kind::Minus, Kind::Word) => true,
            // Two signs may read as one longer sign.
            (Kind::Sign | Kind::Minus, Kind::Sign | Kind::Minus) => {
                let is_alone = |text: &str| matches!(text, "(" | ")" | "[" | "]" | ",");
                !is_alone(&self.text) && !is_alone(&next.text)
            }
            (Kind::Quoted | Kind::Sign | Kind::Minus, _) | (Kind::Word, Kind::Sign) => false,
        }
    }
}

/// Comments that a layout puts between tokens; some look like rules.
const COMMENTS: &[&str] = &["// a comment\n", "//\n", "// rule r = n == 1\n", "// \"quoted\" `é`\r\n", "//// (\n"];

/// Blanks that a layout puts between tokens, the plainest first.
const BLANKS: &[&str] = &[" ", "  ", "\t", "\n", "\r\n", " \n\t "];

/// The tokens as text with one blank between any two.
#[must_use]
pub fn plain(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// The tokens as text with blanks, line breaks and comments as no person would write them, and the comments.
pub fn odd(pieces: &[Piece], source: &mut Source<'_>) -> (String, Vec<&'static str>) {
    let mut text = String::new();
    let mut comments = Vec::new();
    for (place, piece) in pieces.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| pieces.get(place));
        match source.below(12) {
            0..=5 if before.is_some() => text.push(' '),
            6..=8 if before.is_some_and(|before| before.needs_blank(piece)) => text.push(' '),
            9 | 10 => text.push_str(source.word(BLANKS)),
            11 => {
                let comment = source.word(COMMENTS);
                text.push(' ');
                text.push_str(comment);
                comments.push(comment);
            }
            _ => {}
        }
        text.push_str(&piece.text);
    }
    if source.one_in(8) {
        text.push_str(" // the end");
        comments.push("// the end");
    }
    (text, comments)
}
