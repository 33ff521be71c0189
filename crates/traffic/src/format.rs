//! The formats of recordings, how they are told apart, and the one way in.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::mapping::Mapping;
use crate::otlp::{self, Spans};
use crate::recording::{Place, ProblemKind, Problems, Recording};
use crate::{facts, har, trace};

/// The format of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Whichever of the others it looks like.
    Auto,
    /// OTLP/JSON traces: one document, or one per line.
    Otlp,
    /// HAR 1.2.
    Har,
    /// One JSON object of facts per line.
    Facts,
}

impl Format {
    /// Every format, with the name that commands use.
    pub const ALL: &'static [(Self, &'static str)] =
        &[(Self::Auto, "auto"), (Self::Otlp, "otlp"), (Self::Har, "har"), (Self::Facts, "facts")];

    /// The name that commands use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(format, _)| *format == self).map_or("auto", |(_, name)| name)
    }

    /// The format that the bytes look like; [`Format::Facts`] where nothing says otherwise, never [`Format::Auto`].
    #[must_use]
    pub fn detect(bytes: &[u8]) -> Self {
        const LOOKS: usize = 64;
        let text = valid_prefix(without_mark(bytes));
        let mut rest = text;
        for _ in 0..LOOKS {
            if let Some(format) = object_format(rest.trim_start()) {
                return format;
            }
            let Some((_, after)) = rest.trim_start().split_once('\n') else { break };
            rest = after;
        }
        Self::Facts
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of no format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownFormat;

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a format of recordings; expected `auto`, `otlp`, `har` or `facts`")
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(format, _)| *format).ok_or(UnknownFormat)
    }
}

/// Reads a recording, with the names of [`Mapping::shipped`].
///
/// A byte-order mark at the start is skipped.
#[must_use]
pub fn read(bytes: &[u8], format: Format) -> Recording {
    read_with(bytes, format, &Mapping::shipped())
}

/// Reads a recording, with names of one's own.
#[must_use]
pub fn read_with(bytes: &[u8], format: Format, mapping: &Mapping) -> Recording {
    let bytes = without_mark(bytes);
    let format = if format == Format::Auto { Format::detect(bytes) } else { format };
    let mut problems = Problems::default();
    let requests = match format {
        Format::Har => document(bytes, &mut problems)
            .map_or_else(Vec::new, |text| har::read_document(text, mapping, &mut problems)),
        Format::Otlp => {
            let mut spans = Spans::default();
            if is_line_oriented(bytes) {
                each_line(bytes, &mut problems, &mut |line, number, problems| {
                    otlp::read_line(line, number, &mut spans, problems);
                });
            } else if let Some(text) = document(bytes, &mut problems) {
                otlp::read_document(text, &mut spans, &mut problems);
            }
            trace::requests(&spans, mapping, &mut problems)
        }
        Format::Facts | Format::Auto => {
            let mut requests = Vec::new();
            each_line(bytes, &mut problems, &mut |line, number, problems| {
                requests.extend(facts::read_line(line, number, mapping, problems));
            });
            requests
        }
    };
    let (problems, problems_left_out) = problems.into_parts();
    Recording { format, requests, problems, problems_left_out }
}

/// The whole text, where it is text.
fn document<'b>(bytes: &'b [u8], problems: &mut Problems) -> Option<&'b str> {
    let text = std::str::from_utf8(bytes);
    if let Err(error) = &text {
        let before = bytes.get(..error.valid_up_to()).unwrap_or(bytes);
        let n_breaks = before.iter().filter(|&&byte| byte == b'\n').count();
        let column = before.iter().rev().take_while(|&&byte| byte != b'\n').count() + 1;
        let place = Place { line: Some(n_breaks + 1), column: Some(column), path: String::new() };
        problems.report(&place, ProblemKind::NotUtf8);
    }
    text.ok()
}

/// Visits every line that is not blank, with its number counted from 1.
fn each_line(bytes: &[u8], problems: &mut Problems, visit: &mut dyn FnMut(&str, usize, &mut Problems)) {
    for (index, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match std::str::from_utf8(line) {
            Ok(text) => visit(text, index + 1, problems),
            Err(error) => {
                let place = Place { column: Some(error.valid_up_to() + 1), ..Place::line(index + 1) };
                problems.report(&place, ProblemKind::NotUtf8);
            }
        }
    }
}

/// Whether some line is a whole traces document, and not the only line.
fn is_line_oriented(bytes: &[u8]) -> bool {
    let mut n_lines = 0;
    let mut has_document = false;
    for line in bytes.split(|&byte| byte == b'\n').filter(|line| !line.iter().all(u8::is_ascii_whitespace)) {
        n_lines += 1;
        if !has_document && line.trim_ascii_start().starts_with(b"{") {
            let top: Result<TopMembers, _> = serde_json::from_slice(line);
            has_document = top.is_ok_and(|top| top.has_resource_spans);
        }
        if has_document && n_lines > 1 {
            return true;
        }
    }
    false
}

/// The bytes without a byte-order mark.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// The text up to the first byte that is no UTF-8.
fn valid_prefix(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => bytes.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or(""),
    }
}

/// The format that the members of the object at the start of a text show.
fn object_format(text: &str) -> Option<Format> {
    if !text.starts_with('{') {
        return None;
    }
    let mut found = None;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let complete = deserializer.deserialize_map(Look { found: &mut found }).is_ok();
    found.or(complete.then_some(Format::Facts))
}

/// Looks at the names of an object's members until one decides.
struct Look<'a> {
    found: &'a mut Option<Format>,
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        use serde::de::Error as _;
        while let Some(name) = map.next_key::<String>()? {
            *self.found = match name.as_str() {
                otlp::RESOURCE_SPANS => Some(Format::Otlp),
                har::LOG => Some(Format::Har),
                _ => None,
            };
            if self.found.is_some() {
                // What follows does not matter, and may be long.
                return Err(A::Error::custom("decided"));
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

/// Whether an object is a traces document.
#[derive(serde::Deserialize)]
struct TopMembers {
    #[serde(rename = "resourceSpans", default, deserialize_with = "is_there")]
    has_resource_spans: bool,
}

fn is_there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    deserializer.deserialize_ignored_any(IgnoredAny).map(|_| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Format) {
        assert_eq!(Format::detect(text.as_bytes()), expected, "{text}");
    }

    #[test]
    fn the_members_of_the_first_object_decide() {
        check(r#"{"resourceSpans": []}"#, Format::Otlp);
        check(r#"{"log": {"entries": []}}"#, Format::Har);
        check(r#"{"http.request.method": "GET"}"#, Format::Facts);
        check("\u{feff}\n {\n \"x\": {\"log\": 1},\n \"resourceSpans\": [", Format::Otlp);
        check("", Format::Facts);
    }

    #[test]
    fn a_broken_first_line_does_not_hide_the_format() {
        check("{\"resou\n{\"resourceSpans\": []}", Format::Otlp);
        check("garbage\n{\"log\": {}}", Format::Har);
    }

    #[test]
    fn a_name_of_a_format_is_read_and_written() {
        for (format, name) in Format::ALL {
            assert_eq!((name.parse(), format.to_string()), (Ok(*format), (*name).to_owned()));
        }
        assert_eq!("csv".parse::<Format>(), Err(UnknownFormat));
    }

    #[test]
    fn invalid_utf8_is_located() {
        let recording = read(b"{\"log\": {}\n, \"\xff\"}", Format::Har);
        assert_eq!(recording.problems[0].to_string(), "line 2, column 4: the text is not UTF-8");
        let recording = read(b"{\"a\": 1}\n{\"\xff\": 1}\n{\"a\": 2}", Format::Facts);
        assert_eq!(recording.requests.len(), 2);
        assert_eq!(recording.problems[0].to_string(), "line 2, column 3: the text is not UTF-8");
    }

    #[test]
    fn only_so_many_problems_are_kept() {
        let recording = read("x\n".repeat(Recording::MAX_PROBLEMS + 5).as_bytes(), Format::Facts);
        assert_eq!((recording.problems.len(), recording.problems_left_out), (Recording::MAX_PROBLEMS, 5));
    }
}
