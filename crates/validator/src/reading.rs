//! From the values of a document to those of a session, with a finding for everything that does not fit.

use tamis::diagnostic::{Code, Fix, Span, nearest};
use tamis_embedded::{Document, Node, Value};

use crate::finding::{FileId, Finding};

/// A value with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl Spanned<String> {
    /// The fix that writes another text in its place.
    pub(crate) fn rewrite(&self, text: &str) -> Fix {
        rewrite(self.span, &self.value, text)
    }
}

/// Reads values of one document.
pub(crate) struct Reader<'f> {
    pub(crate) file: FileId,
    pub(crate) findings: &'f mut Vec<Finding>,
}

impl Reader<'_> {
    pub(crate) fn say(&mut self, code: Code, span: Span, message: impl Into<String>) -> Finding {
        Finding::new(self.file, code, span, message)
    }

    pub(crate) fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// What the document cannot be read for.
    pub(crate) fn problems(&mut self, document: &Document<'_>) {
        for problem in document.problems() {
            let finding = self.say(Code::DocumentUnreadable, problem.span, problem.message.clone());
            self.add(finding);
        }
    }

    /// Whether the value is what is wanted; otherwise a finding says so.
    pub(crate) fn wants(&mut self, node: Node<'_>, is_wanted: bool, what: &str, wanted: &str) -> bool {
        if !is_wanted {
            let found = node.value().described();
            let finding = self
                .say(Code::DocumentShape, start_of(node), format!("{what} has to be {wanted}, and this is {found}"))
                .expected(wanted)
                .found(found);
            self.add(finding);
        }
        is_wanted
    }

    /// The value as a mapping with no other keys than these, each at most once.
    pub(crate) fn map(&mut self, node: Node<'_>, what: &str, keys: &[&str]) -> bool {
        if !self.wants(node, node.value() == Value::Map, what, "a mapping") {
            return false;
        }
        let mut seen: Vec<&str> = Vec::new();
        for entry in node.entries() {
            let Some(key) = entry.key.scalar() else {
                self.wants(entry.key, false, "a key", "a text");
                continue;
            };
            if key == "<<" || key.starts_with("x-") {
                continue;
            }
            let span = entry.key.span();
            if seen.contains(&key) {
                let finding = self.say(Code::RepeatedEntry, span, format!("`{key}` is there twice"));
                self.add(finding.found(key).note("it is not clear which of the two is meant"));
            } else if !keys.contains(&key) {
                let near = nearest(key, keys.iter().copied());
                let fix = near.map(|near| rewrite(span, key, near));
                let listed: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
                let finding = self.say(Code::UnknownEntry, span, format!("{what} has no key `{key}`"));
                let listed = listed.join(", ");
                self.add(
                    finding
                        .expected(format!("one of {listed}"))
                        .found(key)
                        .note(format!("the keys are {listed}"))
                        .fix(fix),
                );
            }
            seen.push(key);
        }
        true
    }

    /// The text of a key; numbers and truth values are taken as they are written.
    pub(crate) fn text(&mut self, map: Node<'_>, key: &str) -> Option<Spanned<String>> {
        let node = map.get(key)?;
        let text = node.scalar();
        self.wants(node, text.is_some(), &format!("`{key}`"), "a text");
        Some(Spanned { value: text?.to_owned(), span: node.span() })
    }

    /// The truth value of a key; `on` and `off` are taken too, as environment variables have them.
    pub(crate) fn switch(&mut self, map: Node<'_>, key: &str) -> Option<Spanned<bool>> {
        let node = map.get(key)?;
        let value = match node.value() {
            Value::Bool(value) => Some(value),
            Value::Text("on" | "On" | "ON") => Some(true),
            Value::Text("off" | "Off" | "OFF") => Some(false),
            _ => None,
        };
        self.wants(node, value.is_some(), &format!("`{key}`"), "`on` or `off`");
        Some(Spanned { value: value?, span: node.span() })
    }

    /// The whole number of a key.
    pub(crate) fn number<N: std::str::FromStr>(
        &mut self,
        map: Node<'_>,
        key: &str,
        wanted: &str,
    ) -> Option<Spanned<N>> {
        let node = map.get(key)?;
        let number = match node.value() {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        };
        if number.is_none() && matches!(node.value(), Value::Number(_)) {
            let written = node.scalar().unwrap_or_default();
            let finding =
                self.say(Code::BadEntry, node.span(), format!("`{key}` has to be {wanted}, and this is `{written}`"));
            self.add(finding.expected(wanted).found(written));
            return None;
        }
        self.wants(node, number.is_some(), &format!("`{key}`"), wanted);
        Some(Spanned { value: number?, span: node.span() })
    }

    /// The items of a list of texts.
    pub(crate) fn texts(&mut self, node: Node<'_>, what: &str) -> Vec<Spanned<String>> {
        if node.value() != Value::List {
            let (wanted, found) = ("a list of texts", node.value().described());
            let message = format!("{what} has to be {wanted}, and this is {found}");
            let fix = node.scalar().map(|written| {
                let list = format!("[{}]", like(node.span(), written, written));
                Fix::replace(format!("write `[{written}]`"), node.span(), list).suggestion()
            });
            let finding = self.say(Code::DocumentShape, start_of(node), message);
            self.add(finding.expected(wanted).found(found).fix(fix));
            return Vec::new();
        }
        let mut texts = Vec::new();
        for item in node.items() {
            match item.scalar() {
                Some(text) => texts.push(Spanned { value: text.to_owned(), span: item.span() }),
                None => drop(self.wants(item, false, &format!("an item of {what}"), "a text")),
            }
        }
        texts
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(&mut self, text: &Spanned<String>, what: &str, words: &[(&str, T)]) -> Option<T> {
        let found = words.iter().find(|(word, _)| *word == text.value);
        if let Some((_, meaning)) = found {
            return Some(*meaning);
        }
        let names = words.iter().map(|(word, _)| *word);
        let near = nearest(&text.value, names.clone());
        let fix = near.map(|near| text.rewrite(near));
        let listed = names.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let finding = self.say(Code::BadEntry, text.span, format!("`{}` is no {what}", text.value));
        self.add(
            finding
                .expected(format!("one of {listed}"))
                .found(&text.value)
                .note(format!("it may be {listed}"))
                .fix(fix),
        );
        None
    }

    /// A finding for a key that has to be there.
    pub(crate) fn missing(&mut self, map: Node<'_>, what: &str, key: &str, why: &str) {
        let finding = self.say(Code::MissingEntry, start_of(map), format!("{what} has no `{key}`"));
        self.add(finding.expected(format!("`{key}`")).found("nothing").note(why));
    }
}

/// The fix that writes a text in the place of a scalar.
pub(crate) fn rewrite(span: Span, written: &str, text: &str) -> Fix {
    Fix::replace(format!("write `{text}`"), span, like(span, written, text)).suggestion()
}

/// A text as it stands in a document in the place of a scalar: as it is where that one stands there without quotes, and
/// otherwise in double quotes, which YAML and JSON share.
pub(crate) fn like(span: Span, written: &str, text: &str) -> String {
    if span.range().len() == written.len() { text.to_owned() } else { quoted(text) }
}

/// A text in double quotes.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The place of a value: all of a scalar, the first key or bracket of anything larger.
pub(crate) fn start_of(node: Node<'_>) -> Span {
    let first = node.entries().next().map(|entry| entry.key.span());
    match node.value() {
        Value::Map if first.is_some() => first.unwrap_or_default(),
        Value::Map | Value::List => Span::new(node.span().start, node.span().end.min(node.span().start + 1)),
        _ => node.span(),
    }
}
