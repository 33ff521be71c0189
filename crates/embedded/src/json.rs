//! JSON, read without recursion, so that no depth of nesting is too deep for the stack.

use tamis_lang::span::Span;

use crate::document::{Content, Document, Id, MAX_DEPTH, Problem, Syntax};
use crate::embedded::Style;
use crate::segment::Segments;

pub(crate) fn read(text: &str) -> Document<'_> {
    let mut reader = Reader { document: Document::empty(text, Syntax::Json), at: 0, open: Vec::new() };
    if text.starts_with('\u{feff}') {
        reader.at = '\u{feff}'.len_utf8();
    }
    if let Err(problem) = reader.all() {
        reader.document.problems.push(problem);
    }
    reader.close_all();
    reader.document
}

struct Reader<'t> {
    document: Document<'t>,
    at: usize,
    open: Vec<Open>,
}

/// A list or object that is not closed yet.
struct Open {
    id: Id,
    is_object: bool,
    key: Option<Id>,
}

impl Reader<'_> {
    fn all(&mut self) -> Result<(), Problem> {
        self.skip_blanks();
        self.value()?;
        while let Some((is_object, is_empty)) = self.open.last().map(|open| (open.is_object, self.is_empty(open.id))) {
            self.skip_blanks();
            let close = if is_object { '}' } else { ']' };
            if self.eat(close) {
                self.close();
                continue;
            }
            if !is_empty {
                let expected = if is_object { "`,` or `}`" } else { "`,` or `]`" };
                if !self.eat(',') {
                    return Err(self.expected(expected));
                }
                self.skip_blanks();
            }
            if is_object {
                self.key()?;
                self.skip_blanks();
                if !self.eat(':') {
                    return Err(self.expected("`:`"));
                }
                self.skip_blanks();
            }
            self.value()?;
        }
        self.skip_blanks();
        if self.at < self.document.text.len() { Err(self.expected("the end of the document")) } else { Ok(()) }
    }

    fn rest(&self) -> &str {
        self.document.text.get(self.at..).unwrap_or("")
    }

    fn skip_blanks(&mut self) {
        self.at += self.rest().bytes().take_while(|byte| b" \t\r\n".contains(byte)).count();
    }

    fn eat(&mut self, expected: char) -> bool {
        let is_there = self.rest().starts_with(expected);
        if is_there {
            self.at += expected.len_utf8();
        }
        is_there
    }

    fn expected(&self, what: &str) -> Problem {
        let (span, found) = match self.rest().chars().next() {
            None => (Span::from_range(self.at..self.at), "the end of the document".to_owned()),
            Some(found) => {
                (Span::from_range(self.at..self.at + found.len_utf8()), format!("`{}`", found.escape_debug()))
            }
        };
        Problem { span, message: format!("this is not JSON: expected {what}, found {found}") }
    }

    fn is_empty(&self, id: Id) -> bool {
        match self.document.slots.get(id.0 as usize).map(|slot| &slot.content) {
            Some(Content::List(items)) => items.is_empty(),
            Some(Content::Map(entries)) => entries.is_empty(),
            Some(Content::Scalar { .. } | Content::Alias(_)) | None => true,
        }
    }

    fn close(&mut self) {
        if let Some(slot) = self.open.pop().and_then(|open| self.document.slots.get_mut(open.id.0 as usize)) {
            slot.span = Span::from_range(slot.span.range().start..self.at);
        }
    }

    fn close_all(&mut self) {
        while !self.open.is_empty() {
            self.close();
        }
    }

    fn add(&mut self, start: usize, content: Content) -> Id {
        let id = self.document.add(Span::from_range(start..self.at), content);
        match self.open.last_mut() {
            None => self.document.roots.push(id),
            Some(open) => match self.document.slots.get_mut(open.id.0 as usize).map(|slot| &mut slot.content) {
                Some(Content::List(items)) => items.push(id),
                Some(Content::Map(entries)) => entries.extend(open.key.take().map(|key| (key, id))),
                Some(Content::Scalar { .. } | Content::Alias(_)) | None => {}
            },
        }
        id
    }

    fn value(&mut self) -> Result<(), Problem> {
        let start = self.at;
        let rest = self.rest();
        let word = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).unwrap_or(rest.len());
        match rest.get(..word).unwrap_or("") {
            "" => {}
            word if matches!(word, "null" | "true" | "false") || is_number(word) => {
                let value = word.to_owned();
                self.at += value.len();
                self.add(start, Content::Scalar { value, style: Style::Plain, in_flow: true });
                return Ok(());
            }
            _ => return Err(self.expected("a value")),
        }
        match rest.chars().next() {
            Some('"') => {
                let value = self.string()?;
                self.add(start, Content::Scalar { value, style: Style::Json, in_flow: true });
                Ok(())
            }
            Some(bracket @ ('{' | '[')) => {
                if self.open.len() == MAX_DEPTH {
                    return Err(Problem {
                        span: Span::from_range(start..start + 1),
                        message: format!("values are nested deeper than {MAX_DEPTH} levels"),
                    });
                }
                self.at += 1;
                let is_object = bracket == '{';
                let content = if is_object { Content::Map(Vec::new()) } else { Content::List(Vec::new()) };
                let id = self.add(start, content);
                self.open.push(Open { id, is_object, key: None });
                Ok(())
            }
            Some(_) | None => Err(self.expected("a value")),
        }
    }

    fn key(&mut self) -> Result<(), Problem> {
        let start = self.at;
        if !self.rest().starts_with('"') {
            return Err(self.expected("a key in double quotes"));
        }
        let value = self.string()?;
        let content = Content::Scalar { value, style: Style::Json, in_flow: true };
        let id = self.document.add(Span::from_range(start..self.at), content);
        if let Some(open) = self.open.last_mut() {
            open.key = Some(id);
        }
        Ok(())
    }

    /// A text in double quotes; the cursor stands on the first of them.
    fn string(&mut self) -> Result<String, Problem> {
        let start = self.at;
        let text = self.document.text;
        let mut escaped = false;
        for (place, character) in text.get(start + 1..).unwrap_or("").char_indices() {
            let end = start + 1 + place;
            match character {
                '"' if !escaped => {
                    let decoded = decode(text.get(start + 1..end).unwrap_or(""), start + 1);
                    self.at = end + 1;
                    return decoded.map(|segments| segments.text).map_err(|span| Problem {
                        span,
                        message: "this is not JSON: strings have no such escape".to_owned(),
                    });
                }
                '\0'..'\u{20}' => {
                    let message = "this is not JSON: a control character or line break within a string".to_owned();
                    return Err(Problem { span: Span::from_range(end..end + 1), message });
                }
                _ => escaped = character == '\\' && !escaped,
            }
        }
        let message = "this is not JSON: this string is never closed".to_owned();
        Err(Problem { span: Span::from_range(start..text.len()), message })
    }
}

fn is_number(word: &str) -> bool {
    let unsigned = word.strip_prefix('-').unwrap_or(word);
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(unsigned);
    let mut rest = unsigned.get(whole..).unwrap_or("");
    if whole == 0 || (whole > 1 && unsigned.starts_with('0')) {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = digits(fraction);
        rest = fraction.get(length..).unwrap_or("");
        if length == 0 {
            return false;
        }
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

/// What is between the quotes of a JSON string that starts at `start`; or an escape that there is not.
pub(crate) fn decode(raw: &str, start: usize) -> Result<Segments, Span> {
    let mut segments = Segments::default();
    let mut at = 0;
    while let Some(rest) = raw.get(at..).filter(|rest| !rest.is_empty()) {
        let plain = rest.find('\\').unwrap_or(rest.len());
        segments.verbatim(rest.get(..plain).unwrap_or(""), start + at);
        at += plain;
        let Some(escape) = raw.get(at..).filter(|rest| !rest.is_empty()) else { break };
        let (decoded, length) =
            escaped(escape).ok_or_else(|| Span::from_range(start + at..start + at + 2.min(escape.len())))?;
        segments.instead(decoded.encode_utf8(&mut [0; 4]), start + at..start + at + length);
        at += length;
    }
    Ok(segments)
}

/// An escape at the start of a text, and how many bytes it has.
fn escaped(text: &str) -> Option<(char, usize)> {
    let simple = match text.as_bytes().get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(text),
        _ => return None,
    };
    Some((simple, 2))
}

/// `\uXXXX`, or two of them for a character beyond the first 65,536.
fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits =
            text.get(at..at + 6)?.strip_prefix("\\u").filter(|it| it.bytes().all(|b| b.is_ascii_hexdigit()))?;
        u32::from_str_radix(digits, 16).ok()
    };
    let first = unit(0)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, 6));
    }
    let second = unit(6).filter(|unit| (0xdc00..0xe000).contains(unit))?;
    let code = 0x1_0000 + (first.checked_sub(0xd800).filter(|high| *high < 0x400)? << 10) + (second - 0xdc00);
    Some((char::from_u32(code)?, 12))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let document = read(text);
        assert_eq!(document.problems(), []);
        let listed: Vec<(String, &str)> = document
            .nodes()
            .map(|node| {
                (node.scalar().map_or_else(|| format!("{:?}", node.value()), str::to_owned), node.span().slice(text))
            })
            .collect();
        let listed: Vec<(&str, &str)> = listed.iter().map(|(value, raw)| (value.as_str(), *raw)).collect();
        assert_eq!(listed, expected);
    }

    #[track_caller]
    fn check_problem(text: &str, at: &str, message: &str) {
        let document = read(text);
        let problem = document.problems().first().unwrap();
        assert_eq!((problem.span.slice(text), problem.message.as_str()), (at, message));
    }

    #[test]
    fn values_have_their_bytes() {
        check(
            " {\"a\": [1, -2.5e3, true, null], \"b\\n\": {\"c\": \"d\\u00e9\\ud83d\\ude00\"}} ",
            &[
                ("Map", "{\"a\": [1, -2.5e3, true, null], \"b\\n\": {\"c\": \"d\\u00e9\\ud83d\\ude00\"}}"),
                ("a", "\"a\""),
                ("List", "[1, -2.5e3, true, null]"),
                ("1", "1"),
                ("-2.5e3", "-2.5e3"),
                ("true", "true"),
                ("Null", "null"),
                ("b\n", "\"b\\n\""),
                ("Map", "{\"c\": \"d\\u00e9\\ud83d\\ude00\"}"),
                ("c", "\"c\""),
                ("dé😀", "\"d\\u00e9\\ud83d\\ude00\""),
            ],
        );
    }

    #[test]
    fn what_is_no_json_is_told() {
        check_problem("", "", "this is not JSON: expected a value, found the end of the document");
        check_problem("{\"a\" 1}", "1", "this is not JSON: expected `:`, found `1`");
        check_problem("{a: 1}", "a", "this is not JSON: expected a key in double quotes, found `a`");
        check_problem("[1 2]", "2", "this is not JSON: expected `,` or `]`, found `2`");
        check_problem("[01]", "0", "this is not JSON: expected a value, found `0`");
        check_problem("[1,]", "]", "this is not JSON: expected a value, found `]`");
        check_problem("1 2", "2", "this is not JSON: expected the end of the document, found `2`");
        check_problem("\"a\\x\"", "\\x", "this is not JSON: strings have no such escape");
        check_problem("\"\\ud800\"", "\\u", "this is not JSON: strings have no such escape");
        check_problem("\"a", "\"a", "this is not JSON: this string is never closed");
        check_problem("\"a\nb\"", "\n", "this is not JSON: a control character or line break within a string");
        check_problem(&"[".repeat(100_000), "[", "values are nested deeper than 255 levels");
    }
}
