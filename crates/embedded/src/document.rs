//! A document as a flat list of values, each with its bytes.

use tamis_lang::span::Span;

use crate::embedded::{Embedded, Style};
use crate::{json, yaml};

/// How deep values may be nested.
pub(crate) const MAX_DEPTH: usize = 255;
/// How many merged mappings one look-up follows.
const MAX_MERGES: usize = 16;

/// What a document is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// YAML 1.2, several documents in one text included.
    Yaml,
    /// JSON as RFC 8259 has it: no comments, no trailing commas.
    Json,
}

impl Syntax {
    /// The syntax of a file by the end of its name; none where that says nothing.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// The syntax of a text by its first character: `{` and `[` begin JSON.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        if text.trim_start().starts_with(['{', '[']) { Self::Json } else { Self::Yaml }
    }
}

/// A text that was read, as far as it can be read.
#[derive(Clone, Debug)]
pub struct Document<'t> {
    pub(crate) text: &'t str,
    pub(crate) syntax: Syntax,
    pub(crate) slots: Vec<Slot>,
    pub(crate) roots: Vec<Id>,
    pub(crate) problems: Vec<Problem>,
}

/// Something that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub span: Span,
    /// What is wrong, as a message.
    pub message: String,
}

/// The place of a value in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Id(pub(crate) u32);

/// A value with its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) span: Span,
    pub(crate) content: Content,
}

/// What a value is made of.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Scalar {
        value: String,
        style: Style,
        /// Whether it stands within brackets, where fewer texts can do without quotes.
        in_flow: bool,
    },
    List(Vec<Id>),
    Map(Vec<(Id, Id)>),
    Alias(Id),
}

/// A value of a document.
#[derive(Clone, Copy, Debug)]
pub struct Node<'d> {
    document: &'d Document<'d>,
    id: Id,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'d> {
    /// `null`, `~`, or nothing at all.
    Null,
    /// `true` or `false` without quotes.
    Bool(bool),
    /// A number without quotes, as it is written.
    Number(&'d str),
    /// Any other text.
    Text(&'d str),
    /// A list.
    List,
    /// A mapping.
    Map,
}

/// A key with its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'d> {
    /// The key.
    pub key: Node<'d>,
    /// The value.
    pub value: Node<'d>,
}

impl<'t> Document<'t> {
    /// Reads a text; what comes behind a problem is missing.
    #[must_use]
    pub fn read(text: &'t str, syntax: Syntax) -> Self {
        match syntax {
            Syntax::Yaml => yaml::read(text),
            Syntax::Json => json::read(text),
        }
    }

    pub(crate) const fn empty(text: &'t str, syntax: Syntax) -> Self {
        Self { text, syntax, slots: Vec::new(), roots: Vec::new(), problems: Vec::new() }
    }

    pub(crate) fn add(&mut self, span: Span, content: Content) -> Id {
        let id = Id(u32::try_from(self.slots.len()).unwrap_or(u32::MAX));
        self.slots.push(Slot { span, content });
        id
    }

    /// The text itself.
    #[must_use]
    pub const fn text(&self) -> &'t str {
        self.text
    }

    /// What the text is written in.
    #[must_use]
    pub const fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// What cannot be read.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The topmost value of each document in the text; YAML may have several.
    pub fn roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.roots.iter().map(|id| Node { document: self, id: *id })
    }

    /// Every value, in the order in which they begin.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..u32::try_from(self.slots.len()).unwrap_or(u32::MAX)).map(|id| Node { document: self, id: Id(id) })
    }
}

impl<'d> Node<'d> {
    /// The bytes of the value; of an alias those of the alias.
    #[must_use]
    pub fn span(self) -> Span {
        self.document.slots.get(self.id.0 as usize).map(|slot| slot.span).unwrap_or_default()
    }

    /// Whether it stands for a value elsewhere in the document.
    #[must_use]
    pub fn is_alias(self) -> bool {
        let slot = self.document.slots.get(self.id.0 as usize);
        slot.is_some_and(|slot| matches!(slot.content, Content::Alias(_)))
    }

    /// Whether both are one value of the document.
    #[must_use]
    pub fn is(self, other: Self) -> bool {
        self.id == other.id
    }

    const fn with(self, id: Id) -> Self {
        Self { document: self.document, id }
    }

    /// The content behind an alias.
    fn content(self) -> Option<&'d Content> {
        let slot = |id: Id| self.document.slots.get(id.0 as usize);
        match &slot(self.id)?.content {
            // An alias leads to a value that has a name; that one is no alias.
            Content::Alias(target) => Some(&slot(*target)?.content),
            content => Some(content),
        }
    }

    /// What the value is; an alias is what it stands for.
    #[must_use]
    pub fn value(self) -> Value<'d> {
        match self.content() {
            Some(Content::Scalar { value, style, .. }) => typed(value, *style),
            Some(Content::List(_)) => Value::List,
            Some(Content::Map(_)) => Value::Map,
            Some(Content::Alias(_)) | None => Value::Null,
        }
    }

    /// The text of a scalar, whatever its type: `3.10` stays `3.10`. None for `null`, lists and mappings.
    #[must_use]
    pub fn scalar(self) -> Option<&'d str> {
        match self.content() {
            Some(Content::Scalar { value, style, .. }) if typed(value, *style) != Value::Null => Some(value),
            _ => None,
        }
    }

    /// The scalar as a text within the document. None for `null`, lists, mappings and aliases.
    #[must_use]
    pub fn embedded(self) -> Option<Embedded> {
        let slot = self.document.slots.get(self.id.0 as usize)?;
        match &slot.content {
            Content::Scalar { value, style, in_flow } if typed(value, *style) != Value::Null => {
                Some(Embedded::new(self.document, slot.span, value.clone(), *style, *in_flow))
            }
            _ => None,
        }
    }

    /// The items of a list; none of anything else.
    pub fn items(self) -> impl Iterator<Item = Self> {
        let items = match self.content() {
            Some(Content::List(items)) => items.as_slice(),
            _ => &[],
        };
        items.iter().map(move |id| self.with(*id))
    }

    /// The entries of a mapping as they are written; none of anything else.
    pub fn entries(self) -> impl Iterator<Item = Entry<'d>> {
        let entries = match self.content() {
            Some(Content::Map(entries)) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(move |(key, value)| Entry { key: self.with(*key), value: self.with(*value) })
    }

    /// The entry of a key: the last one that is written, or one of a mapping that YAML's key `<<` merges.
    #[must_use]
    pub fn entry(self, key: &str) -> Option<Entry<'d>> {
        let mut open = vec![self];
        let mut followed = 0;
        while let Some(node) = open.pop() {
            if let Some(found) = node.entries().filter(|entry| entry.key.scalar() == Some(key)).last() {
                return Some(found);
            }
            if self.document.syntax != Syntax::Yaml || followed == MAX_MERGES {
                continue;
            }
            followed += 1;
            for merged in node.entries().filter(|entry| entry.key.scalar() == Some("<<")) {
                match merged.value.value() {
                    Value::Map => open.push(merged.value),
                    Value::List => open.extend(merged.value.items().take(MAX_MERGES)),
                    _ => {}
                }
            }
        }
        None
    }

    /// The value of a key, unless it is `null`.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Self> {
        self.entry(key).map(|entry| entry.value).filter(|value| value.value() != Value::Null)
    }
}

impl Value<'_> {
    /// What it is, with an article.
    #[must_use]
    pub const fn described(self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "`true` or `false`",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List => "a list",
            Self::Map => "a mapping",
        }
    }
}

/// A scalar by the core schema of YAML 1.2, of which JSON's is a part.
fn typed(value: &str, style: Style) -> Value<'_> {
    if style != Style::Plain {
        return Value::Text(value);
    }
    match value {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if is_number(value) => Value::Number(value),
        _ => Value::Text(value),
    }
}

fn is_number(value: &str) -> bool {
    let unsigned = value.strip_prefix(['-', '+']).unwrap_or(value);
    unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && unsigned.contains(|character: char| character.is_ascii_digit())
        && unsigned.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte))
        && value.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(yaml: &str, expected: Value<'_>) {
        let text = format!("k: {yaml}\n");
        let document = Document::read(&text, Syntax::Yaml);
        let root = document.roots().next().unwrap();
        assert_eq!(root.entry("k").unwrap().value.value(), expected);
    }

    #[test]
    fn plain_scalars_have_types() {
        check("", Value::Null);
        check("~", Value::Null);
        check("false", Value::Bool(false));
        check("3.10", Value::Number("3.10"));
        check("-2e3", Value::Number("-2e3"));
        check("3.9.1", Value::Text("3.9.1"));
        check("yes", Value::Text("yes"));
        check("\"3.10\"", Value::Text("3.10"));
        check("'null'", Value::Text("null"));
        check("[1]", Value::List);
        check("{a: 1}", Value::Map);
    }

    #[test]
    fn an_alias_is_what_it_stands_for() {
        let text = "base: &base { kind: dedicated, version: 3.12 }\nnode:\n  <<: *base\n  version: 3.13\nsame: *base\n";
        let document = Document::read(text, Syntax::Yaml);
        let root = document.roots().next().unwrap();
        let node = root.get("node").unwrap();
        assert_eq!(node.get("version").and_then(Node::scalar), Some("3.13"));
        assert_eq!(node.get("kind").and_then(Node::scalar), Some("dedicated"));
        let same = root.get("same").unwrap();
        assert_eq!(same.get("version").and_then(Node::scalar), Some("3.12"));
        assert_eq!(same.span().slice(text), "*base");
    }

    #[test]
    fn a_value_that_contains_itself_is_finite() {
        let document = Document::read("a: &a [*a, &b {<<: *b}]\n", Syntax::Yaml);
        assert!(document.problems().is_empty());
        assert!(document.nodes().all(|node| node.get("x").is_none()));
    }

    #[test]
    fn the_name_of_a_file_tells_its_syntax() {
        assert_eq!(Syntax::of_name("session.YML"), Some(Syntax::Yaml));
        assert_eq!(Syntax::of_name("a.b/session.json"), Some(Syntax::Json));
        assert_eq!(Syntax::of_name("session"), None);
    }
}
