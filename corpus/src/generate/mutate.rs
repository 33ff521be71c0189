//! Near misses: generated rules with a slip or two in them.

use super::draft::{self, Piece};
use super::{Document, Source};

/// What a person types who means something else, or comes from another language.
const SLIPS: &[&str] = &[
    "=",
    "===",
    "<>",
    "=~",
    "&",
    "|",
    "^",
    "?",
    "eq",
    "AND",
    "IN",
    "is",
    "is not",
    "matches",
    "between",
    "xor",
    "null",
    "nil",
    "if",
    "when",
    "then",
    "GET",
    "500",
    "-1",
    "0.5",
    "\"503\"",
    "'GET'",
    "\"10.0.0.1\"",
    "\"250ms\"",
    "\"true\"",
    "250",
    "250 ms",
    "10kb",
    "5 sec",
    "5xx",
    "010",
    "08",
    "1_",
    "0x",
    "1.",
    ".5",
    "1e999",
    "99999999999999999999",
    "10.0.0.1/8",
    "10.0.0.256",
    "10.0.0.0/33",
    "10.0.0.0/255.0.0.0",
    "1.2.3",
    "1:2",
    "30m1h",
    "1s1KB",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    ".",
    "..",
    ":",
    "!",
    "not",
    "NOT",
    "-",
    "+",
    "*",
    "/",
    "%",
    "??",
    "&&",
    "||",
    "==",
    "!=",
    "<",
    "in",
    "not in",
    "contains",
    "like",
    "~",
    "any",
    "all",
    "none",
    "exists",
    "count",
    "len",
    "let",
    "rule",
    "let x =",
    "rule x =",
    "`",
    "“x”",
    "\"unclosed",
    "'unclosed\n",
    "r#\"unclosed\"",
    "\"\\d\"",
    "\"\\x\"",
    "é",
    "stаtus",
    "≥",
    "−",
    "\u{a0}",
    "\u{200b}",
    "\u{feff}",
    "\u{202e}",
    "\0",
    "#",
    "$",
    "@",
    "\\",
    "sample(10%)",
    "path.startsWith(\"a\")",
    "tags.contains(\"a\")",
    "path.size()",
    "length(path)",
    "lower(path, path)",
    "min(n)",
    "header",
    "header[\"\"]",
    "header[n]",
    "path[\"x\"]",
    "pth",
    "Path",
    "took.ms",
    "nothing.at.all",
    "a..b",
    "a.",
    "true",
    "false",
    "// comment",
    "any(v in tags)",
    "any(v in tags, v)",
    "any(v in path, v == \"a\")",
    "any(tags)",
    "path ~ \"*.json\"",
    "path ~ \"(?=a)\"",
    "path ~ host",
    "n / 0",
    "took > 5",
    "method == \"get\"",
    "status == 700",
    "level == 9",
    "n in [1, \"a\"]",
    "n in (1, 2)",
    "n in [2..1]",
    "n in n",
    "n in 5",
    "client in \"10.0.0.0/8\"",
    "client == 10.0.0.0/8",
    "1 < n < 3",
    "n == 1 || 2",
    "!n == 1",
    "flag > true",
    "path == host == path",
    "n == path",
    "took == sent",
    "subnet < subnet",
    "not",
    "a || b && c",
];

/// A generated text with one slip or two: tokens lost, doubled, swapped, replaced, and characters changed.
#[must_use]
pub fn near_miss(document: &Document, source: &mut Source<'_>) -> String {
    let mut pieces = document.pieces.clone();
    let n_slips = 1 + usize::from(source.one_in(4));
    for _ in 0..n_slips {
        slip(&mut pieces, source);
    }
    let text = if source.one_in(4) { draft::odd(&pieces, source).0 } else { draft::plain(&pieces) };
    if source.one_in(4) { mistyped(&text, source) } else { text }
}

fn slip(pieces: &mut Vec<Piece>, source: &mut Source<'_>) {
    let place = source.below(pieces.len());
    let other = source.below(pieces.len());
    match source.below(7) {
        0 if !pieces.is_empty() => drop(pieces.remove(place)),
        1 => {
            if let Some(piece) = pieces.get(place).cloned() {
                pieces.insert(place, piece);
            }
        }
        2 if place + 1 < pieces.len() => pieces.swap(place, place + 1),
        3 if !pieces.is_empty() => pieces.swap(place, other),
        4 => {
            if let Some(piece) = pieces.get_mut(place) {
                *piece = Piece::word(source.word(SLIPS));
            }
        }
        5 => pieces.truncate(place),
        _ => pieces.insert(place, Piece::word(source.word(SLIPS))),
    }
}

/// A text with one character lost, doubled, swapped with its neighbour, replaced or added.
#[must_use]
pub fn mistyped(text: &str, source: &mut Source<'_>) -> String {
    const CHARACTERS: &[char] =
        &['a', '1', ' ', '"', '\'', '(', ')', '.', '-', '=', '&', '|', '!', '\\', '\n', '[', ',', '_', 'é', '\u{200b}'];
    let mut chars: Vec<char> = text.chars().collect();
    let place = source.below(chars.len());
    let added = source.pick(CHARACTERS).copied().unwrap_or(' ');
    match source.below(5) {
        0 if !chars.is_empty() => drop(chars.remove(place)),
        1 if place + 1 < chars.len() => chars.swap(place, place + 1),
        2 => {
            if let Some(c) = chars.get_mut(place) {
                *c = added;
            }
        }
        3 => {
            if let Some(c) = chars.get(place).copied() {
                chars.insert(place, c);
            }
        }
        _ => chars.insert(place, added),
    }
    chars.into_iter().collect()
}

/// Bytes that need not be text at all, read as a text would be.
#[must_use]
pub fn noise(source: &mut Source<'_>) -> String {
    let n = source.below(200);
    let mut bytes = Vec::new();
    for _ in 0..n {
        match source.below(4) {
            0 => bytes.push(u8::try_from(source.bits() >> 24).unwrap_or(0)),
            1 => bytes.push(u8::try_from(32 + source.below(95)).unwrap_or(b' ')),
            _ => {
                bytes.extend_from_slice(source.word(SLIPS).as_bytes());
                bytes.push(b' ');
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
