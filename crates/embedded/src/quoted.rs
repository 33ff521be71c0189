//! Plain and quoted scalars of YAML, decoded piece by piece.

use crate::segment::Segments;

/// What lies between the quotes of a scalar that starts at `start`, or a plain scalar.
///
/// What YAML does not allow is decoded somehow: the caller compares the result with the parser's.
pub(crate) fn decode(raw: &str, start: usize, quote: Quote) -> Segments {
    let mut segments = Segments::default();
    let mut at = 0;
    while let Some(rest) = raw.get(at..).filter(|rest| !rest.is_empty()) {
        let plain = rest.find(|c| is_special(c, quote)).unwrap_or(rest.len());
        let folded = rest.get(plain..).filter(|rest| rest.starts_with(['\n', '\r']));
        let shown = rest.get(..plain).unwrap_or("");
        let shown = if folded.is_some() { shown.trim_end_matches([' ', '\t']) } else { shown };
        segments.verbatim(shown, start + at);
        let gap = at + shown.len();
        at += plain;
        if let Some(folded) = folded {
            let (breaks, length) = line_breaks(folded);
            at += length;
            let text = if breaks == 1 { " ".to_owned() } else { "\n".repeat(breaks - 1) };
            segments.instead(&text, start + gap..start + at);
            continue;
        }
        let Some(escape) = raw.get(at..).filter(|rest| !rest.is_empty()) else { break };
        let length = match quote {
            Quote::Single => {
                segments.instead("'", start + at..start + at + 2);
                2
            }
            Quote::Double => {
                let (decoded, length) = escaped(escape);
                segments.instead(&decoded, start + at..start + at + length);
                length
            }
            Quote::None => break,
        };
        at += length.max(1);
    }
    segments
}

/// What stands around a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quote {
    None,
    Single,
    Double,
}

fn is_special(character: char, quote: Quote) -> bool {
    match character {
        '\n' | '\r' => true,
        '\'' => quote == Quote::Single,
        '\\' => quote == Quote::Double,
        _ => false,
    }
}

/// How many line breaks a text begins with, and the bytes up to what follows their blanks.
fn line_breaks(text: &str) -> (usize, usize) {
    let (mut breaks, mut at) = (0, 0);
    while let Some(length) = text.get(at..).and_then(line_break) {
        breaks += 1;
        at += length;
        at += text.bytes().skip(at).take_while(|byte| b" \t".contains(byte)).count();
    }
    (breaks, at)
}

/// The bytes of the line break that a text starts with.
pub(crate) fn line_break(text: &str) -> Option<usize> {
    if text.starts_with("\r\n") {
        return Some(2);
    }
    text.starts_with(['\n', '\r']).then_some(1)
}

/// What an escape at the start of a text stands for, and how many bytes it has.
fn escaped(text: &str) -> (String, usize) {
    let Some(letter) = text.chars().nth(1) else { return (String::new(), text.len()) };
    let digits = match letter {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        '\n' | '\r' => {
            let rest = text.get(1..).unwrap_or("");
            let (_, length) = line_breaks(rest);
            let first = line_break(rest).unwrap_or(0);
            let blanks = rest.bytes().skip(first).take_while(|byte| b" \t".contains(byte)).count();
            // Only the first break is escaped; empty lines behind it count.
            let breaks = rest.get(first + blanks..length).map_or(0, |rest| line_breaks(rest).0);
            return ("\n".repeat(breaks), 1 + length);
        }
        _ => return (simple(letter).to_owned(), 1 + letter.len_utf8()),
    };
    let unit = |at: usize| u32::from_str_radix(text.get(at + 2..at + 2 + digits)?, 16).ok();
    let Some(first) = unit(0) else { return (String::new(), 2) };
    if let Some(character) = char::from_u32(first) {
        return (character.to_string(), 2 + digits);
    }
    let second = unit(6).filter(|_| text.get(6..8) == Some("\\u"));
    let pair = first.checked_sub(0xd800).zip(second.and_then(|second| second.checked_sub(0xdc00)));
    let character = pair.and_then(|(high, low)| char::from_u32(0x1_0000 + (high << 10) + low));
    (character.map(String::from).unwrap_or_default(), 12)
}

const fn simple(letter: char) -> &'static str {
    match letter {
        '0' => "\0",
        'a' => "\u{7}",
        'b' => "\u{8}",
        't' | '\t' => "\t",
        'n' => "\n",
        'v' => "\u{b}",
        'f' => "\u{c}",
        'r' => "\r",
        'e' => "\u{1b}",
        ' ' => " ",
        '"' => "\"",
        '/' => "/",
        '\\' => "\\",
        'N' => "\u{85}",
        '_' => "\u{a0}",
        'L' => "\u{2028}",
        'P' => "\u{2029}",
        _ => "",
    }
}
