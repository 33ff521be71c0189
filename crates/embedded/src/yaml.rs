//! YAML, through the events of a parser that knows where each begins and ends.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span as Place};
use tamis_lang::span::Span;

use crate::document::{Content, Document, Id, Problem, Syntax};
use crate::embedded::Style;

/// A list or mapping that is not closed yet.
struct Open {
    id: Id,
    is_flow: bool,
    /// The key that waits for its value, in a mapping.
    key: Option<Id>,
}

/// What has been read so far.
struct Reader<'t> {
    document: Document<'t>,
    open: Vec<Open>,
    anchors: HashMap<usize, Id>,
}

pub(crate) fn read(text: &str) -> Document<'_> {
    let document = Document::empty(text, Syntax::Yaml);
    let mut reader = Reader { document, open: Vec::new(), anchors: HashMap::new() };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, place)) => reader.event(event, &place),
            Err(error) => {
                reader.document.problems.push(problem(&error, text));
                break;
            }
        }
    }
    reader.document
}

fn problem(error: &ScanError, text: &str) -> Problem {
    let offset = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
    let length =
        text.get(offset..).and_then(|rest| rest.chars().next()).filter(|c| *c != '\n').map_or(0, char::len_utf8);
    Problem { span: Span::from_range(offset..offset + length), message: format!("this is not YAML: {}", error.info()) }
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, place: &Place) {
        let span = place.byte_range().map(Span::from_range).unwrap_or_default();
        match event {
            Event::Scalar(value, style, anchor, _) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::SingleQuoted,
                    ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
                    ScalarStyle::Literal => Style::Literal,
                    ScalarStyle::Folded => Style::Folded,
                };
                let in_flow = self.open.iter().any(|open| open.is_flow);
                let is_block = matches!(style, Style::Literal | Style::Folded);
                let span = if is_block { self.whole_block(span) } else { span };
                let id = self.add(span, Content::Scalar { value: value.into_owned(), style, in_flow });
                self.name(anchor, id);
            }
            Event::SequenceStart(_, anchor, _) => self.begin(span, Content::List(Vec::new()), anchor),
            Event::MappingStart(_, anchor, _) => self.begin(span, Content::Map(Vec::new()), anchor),
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => {
                if let Some(target) = self.anchors.get(&anchor) {
                    self.add(span, Content::Alias(*target));
                } else {
                    self.add(span, Content::List(Vec::new()));
                }
            }
            Event::DocumentStart(..) => self.anchors.clear(),
            _ => {}
        }
    }

    /// A block scalar from its indicator to the end of its last line; the parser gives the lines only.
    fn whole_block(&self, lines: Span) -> Span {
        let text = self.document.text;
        let length = lines.slice(text).trim_end_matches([' ', '\t', '\r', '\n']).len();
        let end = lines.range().start + length;
        let floor = self.document.slots.last().map_or(0, |slot| match slot.content {
            Content::List(_) | Content::Map(_) => slot.span.range().start,
            Content::Scalar { .. } | Content::Alias(_) => slot.span.range().end,
        });
        let before = text.get(floor..lines.range().start).unwrap_or("").trim_end_matches([' ', '\t']);
        let before = before.trim_end();
        let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let header = before.get(line..).unwrap_or("");
        let start = header.match_indices(['|', '>']).map(|(at, _)| at).find(|at| is_header(header.get(at + 1..)));
        let start = start.map_or(lines.range().start, |at| floor + line + at);
        Span::from_range(start..end.max(start))
    }

    fn name(&mut self, anchor: usize, id: Id) {
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
    }

    fn begin(&mut self, span: Span, content: Content, anchor: usize) {
        let is_flow = span.slice(self.document.text).starts_with(['[', '{']);
        let id = self.add(span, content);
        self.name(anchor, id);
        self.open.push(Open { id, is_flow, key: None });
    }

    fn end(&mut self, span: Span) {
        let Some(open) = self.open.pop() else { return };
        let last = self.last_end(open.id);
        if let Some(slot) = self.document.slots.get_mut(open.id.0 as usize) {
            slot.span = Span::new(slot.span.start, if open.is_flow { span.end } else { last.max(slot.span.start) });
        }
    }

    /// The end of the last value within a list or mapping.
    fn last_end(&self, id: Id) -> u32 {
        let end = |id: &Id| self.document.slots.get(id.0 as usize).map_or(0, |slot| slot.span.end);
        match self.document.slots.get(id.0 as usize).map(|slot| &slot.content) {
            Some(Content::List(items)) => items.last().map_or(0, end),
            Some(Content::Map(entries)) => entries.last().map_or(0, |(key, value)| end(key).max(end(value))),
            Some(Content::Scalar { .. } | Content::Alias(_)) | None => 0,
        }
    }

    /// Adds a value and hangs it into what is open.
    fn add(&mut self, span: Span, content: Content) -> Id {
        let id = self.document.add(span, content);
        let Some(open) = self.open.last_mut() else {
            self.document.roots.push(id);
            return id;
        };
        match self.document.slots.get_mut(open.id.0 as usize).map(|slot| &mut slot.content) {
            Some(Content::List(items)) => items.push(id),
            Some(Content::Map(entries)) => match open.key.take() {
                Some(key) => entries.push((key, id)),
                None => open.key = Some(id),
            },
            Some(Content::Scalar { .. } | Content::Alias(_)) | None => {}
        }
        id
    }
}

/// Whether this can stand behind the indicator of a block scalar.
fn is_header(text: Option<&str>) -> bool {
    let rest = text.unwrap_or("").trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'));
    rest.is_empty() || (rest.starts_with([' ', '\t']) && rest.trim_start().starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each value with its bytes, one on a line.
    fn listed(text: &str) -> String {
        let document = read(text);
        let mut out = String::new();
        for node in document.nodes() {
            out.push_str(&format!("{:?} {:?}\n", node.value(), node.span().slice(text)));
        }
        for problem in document.problems() {
            out.push_str(&format!("{:?}: {}\n", problem.span, problem.message));
        }
        out
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(listed(text), expected);
    }

    #[test]
    fn values_have_their_bytes() {
        check(
            "é: [a, 'b']\nc:\n  - \"d\"\n  - e: |\n      f\n\nx: >-\n  y\n  z\n",
            r#"Map "é: [a, 'b']\nc:\n  - \"d\"\n  - e: |\n      f\n\nx: >-\n  y\n  z"
Text("é") "é"
List "[a, 'b']"
Text("a") "a"
Text("b") "'b'"
Text("c") "c"
List "- \"d\"\n  - e: |\n      f"
Text("d") "\"d\""
Map "e: |\n      f"
Text("e") "e"
Text("f\n") "|\n      f"
Text("x") "x"
Text("y z") ">-\n  y\n  z"
"#,
        );
    }

    #[test]
    fn several_documents_have_several_roots() {
        let document = read("a: 1\n---\nb: 2\n");
        assert_eq!(document.roots().count(), 2);
    }

    #[test]
    fn what_comes_before_a_mistake_is_kept() {
        let document = read("a: 1\nb: [1\nc: 2\n");
        assert_eq!(document.problems().len(), 1);
        assert_eq!(document.roots().next().and_then(|root| root.get("a")).and_then(|a| a.scalar()), Some("1"));
    }
}
