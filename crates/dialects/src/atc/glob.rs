//! File patterns as tests.

use super::literal;
use super::test::{Test, TextOperator};

/// A piece of a file pattern.
enum Piece {
    Text(String),
    /// `?`
    One,
    /// `*`
    Any,
}

/// What `like` tests.
pub(crate) fn test(glob: &str, lower: bool) -> Test {
    let pieces = pieces(glob);
    let compare = |operator, text: &str| Test::text(operator, literal::text(text), lower);
    match pieces.as_slice() {
        [] => compare(TextOperator::Equal, ""),
        [Piece::Any] => Test::Always,
        [Piece::Text(text)] => compare(TextOperator::Equal, text),
        [Piece::Text(text), Piece::Any] => compare(TextOperator::StartsWith, text),
        [Piece::Any, Piece::Text(text)] => compare(TextOperator::EndsWith, text),
        [Piece::Any, Piece::Text(text), Piece::Any] => compare(TextOperator::Contains, text),
        _ => {
            let mut pattern = "^".to_owned();
            for piece in &pieces {
                match piece {
                    Piece::Text(text) => pattern.push_str(&regex_syntax::escape(text)),
                    Piece::One => pattern.push_str("(?s:.)"),
                    Piece::Any => pattern.push_str("(?s:.*)"),
                }
            }
            pattern.push('$');
            Test::text(TextOperator::Matches, literal::pattern(&pattern), lower)
        }
    }
}

fn pieces(glob: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut letters = glob.chars();
    while let Some(letter) = letters.next() {
        let literal = match letter {
            '*' => {
                if !matches!(pieces.last(), Some(Piece::Any)) {
                    pieces.push(Piece::Any);
                }
                continue;
            }
            '?' => {
                pieces.push(Piece::One);
                continue;
            }
            // A backslash at the end is an ordinary character.
            '\\' => letters.next().unwrap_or('\\'),
            other => other,
        };
        match pieces.last_mut() {
            Some(Piece::Text(text)) => text.push(literal),
            _ => pieces.push(Piece::Text(literal.to_string())),
        }
    }
    pieces
}
