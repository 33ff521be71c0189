//! String literals: where they end and what they say.

use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix};
use tamis_lang::span::Span;

/// Where a string ends and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Bytes from the opening sign to the end of the literal.
    pub(crate) len: usize,
    /// Whether the closing sign is there.
    pub(crate) closed: bool,
}

/// The extent of a quoted string at the start of `text`; one that is not closed ends with its line.
pub(crate) fn quoted_extent(text: &str) -> Extent {
    let bytes = text.as_bytes();
    let quote = bytes.first().copied().unwrap_or(b'"');
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b if b == quote => return Extent { len: at + 1, closed: true },
            b'\n' => break,
            b'\\' if bytes.get(at + 1).is_some_and(|&next| next != b'\n') => at += 2,
            _ => at += 1,
        }
    }
    let mut len = at.min(bytes.len());
    while !text.is_char_boundary(len) {
        len += 1;
    }
    if bytes.get(len.wrapping_sub(1)) == Some(&b'\r') {
        len -= 1;
    }
    Extent { len, closed: false }
}

/// The extent of a double-quoted string that may go on over several lines; none where it is never closed.
pub(crate) fn extent_over_lines(text: &str) -> Option<Extent> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'"' => return text.starts_with('"').then_some(Extent { len: at + 1, closed: true }),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Which raw strings are known to be never closed, so that the rest of a text is not searched once for each.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NeverClosed {
    /// The fewest hashes with which a closing sign was looked for in vain.
    hashes: Option<usize>,
}

impl NeverClosed {
    /// Whether there is one.
    pub(crate) const fn is_open(&self) -> bool {
        self.hashes.is_some()
    }

    /// The extent of a raw string (`r#"…"#`) at the start of what is left of a text.
    pub(crate) fn extent(&mut self, rest: &str) -> Extent {
        let hashes = raw_hashes(rest);
        if self.hashes.is_some_and(|fewest| fewest <= hashes) {
            return raw_line(rest);
        }
        let extent = raw_extent(rest);
        if !extent.closed {
            self.hashes = Some(hashes);
        }
        extent
    }
}

/// The extent of a raw string that is not closed: it ends with its line.
fn raw_line(text: &str) -> Extent {
    Extent { len: text.find('\n').unwrap_or(text.len()), closed: false }
}

/// The extent of a raw string (`r#"…"#`) at the start of `text`.
pub(crate) fn raw_extent(text: &str) -> Extent {
    let hashes = raw_hashes(text);
    let body = hashes + 2;
    let closing = format!("\"{}", "#".repeat(hashes));
    match text.get(body..).and_then(|rest| rest.find(&closing)) {
        Some(found) => Extent { len: body + found + closing.len(), closed: true },
        None => raw_line(text),
    }
}

/// The number of hashes of a raw string.
fn raw_hashes(text: &str) -> usize {
    text.bytes().skip(1).take_while(|&b| b == b'#').count()
}

/// The content of a raw string.
pub(crate) fn raw_content(text: &str, extent: Extent) -> &str {
    let open = raw_hashes(text) + 2;
    let close = if extent.closed { open - 1 } else { 0 };
    text.get(open..extent.len - close).unwrap_or("")
}

/// The content of a quoted string with its escapes undone, and what is wrong with them.
pub(crate) fn quoted_content(text: &str, extent: Extent, start: u32) -> (Box<[u8]>, Vec<Diagnostic>) {
    let end = extent.len - usize::from(extent.closed);
    let body = text.get(1..end).unwrap_or("");
    if !body.contains('\\') {
        return (body.as_bytes().into(), Vec::new());
    }
    let mut out = Vec::with_capacity(body.len());
    let mut problems = Vec::new();
    let mut raw_offered = false;
    let mut rest = body;
    while let Some(found) = rest.find('\\') {
        let (plain, escape) = rest.split_at(found);
        out.extend_from_slice(plain.as_bytes());
        let offset = start + 1 + u32::try_from(body.len() - escape.len()).unwrap_or(0);
        let used = match decode(escape) {
            Ok((bytes, used)) => {
                out.extend_from_slice(bytes.as_slice());
                used
            }
            Err(bad) => {
                out.extend_from_slice(escape.get(1..bad.len).unwrap_or("").as_bytes());
                // The raw string mends every escape of the text, so it is offered once.
                let raw = if bad.reason.is_none() && !raw_offered { raw_fix(text, extent, start) } else { None };
                raw_offered |= raw.is_some();
                problems.push(unknown_escape(escape, bad, offset, raw));
                bad.len
            }
        };
        rest = escape.get(used..).unwrap_or("");
    }
    out.extend_from_slice(rest.as_bytes());
    (out.into_boxed_slice(), problems)
}

/// An escape that means nothing.
#[derive(Clone, Copy)]
struct BadEscape {
    /// How much of the text it is.
    len: usize,
    /// What is wrong; none for an unknown letter.
    reason: Option<&'static str>,
}

/// The bytes that one escape stands for.
enum Decoded {
    Byte(u8),
    Char([u8; 4], usize),
}

impl Decoded {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Byte(byte) => std::slice::from_ref(byte),
            Self::Char(bytes, len) => bytes.get(..*len).unwrap_or(&[]),
        }
    }
}

/// Decodes the escape at the start of a text and says how long it is.
fn decode(escape: &str) -> Result<(Decoded, usize), BadEscape> {
    let Some(letter) = escape.chars().nth(1) else {
        return Err(BadEscape { len: 1, reason: Some("a backslash ends the text") });
    };
    let byte = match letter {
        '"' | '\'' | '\\' | '/' => u8::try_from(letter).unwrap_or(b'?'),
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        '0' => b'\0',
        'x' => {
            let digits = escape.get(2..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
            let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
            return byte
                .map(|b| (Decoded::Byte(b), 4))
                .ok_or(BadEscape { len: 2, reason: Some("`\\x` needs two hexadecimal digits") });
        }
        'u' => return decode_unicode(escape),
        other => return Err(BadEscape { len: 1 + other.len_utf8(), reason: None }),
    };
    Ok((Decoded::Byte(byte), 2))
}

/// Decodes `\u{1F980}`.
fn decode_unicode(escape: &str) -> Result<(Decoded, usize), BadEscape> {
    let rest = escape.get(2..).and_then(|rest| rest.strip_prefix('{')).unwrap_or("");
    let n_digits = rest.bytes().take(7).take_while(u8::is_ascii_hexdigit).count();
    let (digits, rest) = rest.split_at_checked(n_digits).unwrap_or((rest, ""));
    let Some(digits) = Some(digits).filter(|_| (1..=6).contains(&n_digits) && rest.starts_with('}')) else {
        return Err(BadEscape {
            len: 2,
            reason: Some("`\\u` needs one to six hexadecimal digits in braces: `\\u{e9}`"),
        });
    };
    let len = 4 + digits.len();
    match u32::from_str_radix(digits, 16).ok().and_then(char::from_u32) {
        Some(c) => {
            let mut bytes = [0; 4];
            let used = c.encode_utf8(&mut bytes).len();
            Ok((Decoded::Char(bytes, used), len))
        }
        None => Err(BadEscape { len, reason: Some("no character has this number") }),
    }
}

fn unknown_escape(escape: &str, bad: BadEscape, offset: u32, raw: Option<Fix>) -> Diagnostic {
    let spelled = escape.get(..bad.len).unwrap_or("\\");
    let len = u32::try_from(bad.len).unwrap_or(1);
    let span = Span::new(offset, offset + len);
    let message = match bad.reason {
        Some(reason) => reason.to_owned(),
        None => format!("`{spelled}` is not an escape of a text"),
    };
    Diagnostic::new(Code::UnknownEscape, span, message)
        .fixes(raw)
        .fix(Fix::insert("write a backslash as `\\\\`", offset, "\\").suggestion())
        .note("the escapes are \\\" \\' \\\\ \\/ \\n \\r \\t \\0 \\xHH \\u{…}")
}

/// The raw string with the same text, where there is one.
fn raw_fix(text: &str, extent: Extent, start: u32) -> Option<Fix> {
    let body = text.get(1..extent.len - 1).unwrap_or("");
    if !extent.closed || body.contains('"') || body.contains("\\\\") {
        return None;
    }
    let span = Span::new(start, start + u32::try_from(extent.len).unwrap_or(0));
    let raw = format!("r#\"{body}\"#");
    Some(Fix::replace(format!("write it as a raw text: `{raw}`"), span, raw))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, content: &[u8], problems: &[&str]) {
        let extent = quoted_extent(text);
        let (found, diagnostics) = quoted_content(text, extent, 0);
        assert_eq!(&*found, content, "{text}");
        let messages: Vec<_> = diagnostics.iter().map(|d| format!("{} {}", d.span, d.message)).collect();
        assert_eq!(messages, problems, "{text}");
    }

    #[test]
    fn escapes_are_undone() {
        check(r#""a\"\'\\\/\n\r\t\0""#, b"a\"'\\/\n\r\t\0", &[]);
        check(
            r#""\x41\xff\u{e9}\u{1F980}""#,
            "A\u{0}é🦀"
                .replace('\0', "")
                .as_bytes()
                .split_at(1)
                .0
                .iter()
                .chain(b"\xff")
                .chain("é🦀".as_bytes())
                .copied()
                .collect::<Vec<_>>()
                .as_slice(),
            &[],
        );
        check("'it\"s'", b"it\"s", &[]);
    }

    #[test]
    fn unknown_escapes_keep_their_letter_and_are_located() {
        check(r#""^/v\d+""#, b"^/vd+", &["4..6 `\\d` is not an escape of a text"]);
        check(r#""\xg1""#, b"xg1", &["1..3 `\\x` needs two hexadecimal digits"]);
        check(r#""\u{110000}""#, b"u{110000}", &["1..11 no character has this number"]);
    }

    #[test]
    fn a_string_that_is_not_closed_ends_with_its_line() {
        assert_eq!(quoted_extent("\"abc\ndef"), Extent { len: 4, closed: false });
        assert_eq!(quoted_extent("\"abc\r\ndef"), Extent { len: 4, closed: false });
        assert_eq!(quoted_extent("\"abc\\"), Extent { len: 5, closed: false });
        assert_eq!(quoted_extent("\"a\\\nb\""), Extent { len: 3, closed: false });
        assert_eq!(quoted_extent("\"é"), Extent { len: 3, closed: false });
        assert_eq!(quoted_extent("\"\\é"), Extent { len: 4, closed: false });
    }

    #[test]
    fn raw_strings_end_with_their_hashes() {
        let text = r####"r##"a"#b"## rest"####;
        let extent = raw_extent(text);
        assert_eq!((raw_content(text, extent), extent.closed), ("a\"#b", true));
        assert_eq!(raw_content("r\"\\d\"", raw_extent("r\"\\d\"")), "\\d");
        assert!(!raw_extent("r#\"abc\"").closed);
    }

    #[test]
    fn what_was_looked_for_in_vain_is_not_looked_for_again() {
        let mut never = NeverClosed::default();
        assert!(never.extent("r#\"a\"# r##\"b\nc\" r\"d\"").closed);
        assert_eq!(never.extent("r##\"b\nc\" r\"d\""), Extent { len: 5, closed: false });
        assert_eq!(never.extent("r###\"x"), Extent { len: 6, closed: false });
        assert!(never.extent("r\"d\"").closed);
    }

    #[test]
    fn the_raw_string_is_offered_once() {
        let text = r#""\d\w""#;
        let (_, problems) = quoted_content(text, quoted_extent(text), 0);
        let titles: Vec<_> = problems.iter().map(|d| d.fixes.len()).collect();
        assert_eq!(titles, [2, 1]);
    }
}
