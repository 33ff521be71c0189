//! Facts as a recording holds them: names and untyped values.

use std::collections::BTreeMap;
use std::fmt;

use tamis_lang::value::Value;

/// A value as a recording holds it, before a catalog says what it means.
#[derive(Clone, Debug, PartialEq)]
pub enum RawValue {
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating-point number, or an integer that does not fit 64 bits.
    Float(f64),
    /// Text; bytes, because a header need not be UTF-8.
    String(Box<[u8]>),
    /// Nanoseconds that a reader measured itself, from a start and an end.
    Duration(i64),
}

impl RawValue {
    /// Text as a value.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::String(text.as_bytes().into())
    }

    /// The text, where the value is text and UTF-8.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::String(bytes) => std::str::from_utf8(bytes).ok(),
            Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Duration(_) => None,
        }
    }

    /// What kind of value it is, with an article, for a message.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a bool",
            Self::Int(_) => "an int",
            Self::Float(_) => "a float",
            Self::String(_) => "a string",
            Self::Duration(_) => "a duration",
        }
    }
}

/// Writes the value as a literal of the language.
impl fmt::Display for RawValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(b) => Value::Bool(*b).fmt(f),
            Self::Int(n) => Value::Int(*n).fmt(f),
            Self::Float(x) => Value::Float(*x).fmt(f),
            Self::String(bytes) => Value::String(bytes).fmt(f),
            Self::Duration(nanoseconds) => Value::Duration(*nanoseconds).fmt(f),
        }
    }
}

/// The facts of one request: a name and its values, in the order in which they occurred.
///
/// A name without values is not there at all: absence has one form.
/// What a trace says about a part of the request only (one attempt, one plugin) is kept apart in [`RawFacts::parts`],
/// because only a catalog knows which fields such a part feeds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawFacts {
    values: BTreeMap<String, Vec<RawValue>>,
    parts: Vec<PartFacts>,
}

/// The facts of a part of a request: one inner span of its trace.
#[derive(Clone, Debug, PartialEq)]
pub struct PartFacts {
    /// The name of the span.
    pub span: String,
    /// What it says, in the order of the span.
    pub values: Vec<(String, Vec<RawValue>)>,
}

impl RawFacts {
    /// No facts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one more value to a name.
    pub fn add(&mut self, name: &str, value: RawValue) {
        self.extend(name, [value]);
    }

    /// Adds more values to a name; none leave it as it was.
    pub fn extend(&mut self, name: &str, values: impl IntoIterator<Item = RawValue>) {
        let mut values = values.into_iter().peekable();
        if values.peek().is_none() {
            return;
        }
        match self.values.get_mut(name) {
            Some(there) => there.extend(values),
            None => {
                self.values.insert(name.to_owned(), values.collect());
            }
        }
    }

    /// The values of a name, none where it is absent.
    #[must_use]
    pub fn get(&self, name: &str) -> &[RawValue] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether the name has a value.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Every name with its values, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[RawValue])> {
        self.values.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// Adds what a part of the request says; parts come in the order in which they started.
    pub fn add_part(&mut self, part: PartFacts) {
        self.parts.push(part);
    }

    /// What the parts of the request say, in the order in which they started.
    #[must_use]
    pub fn parts(&self) -> &[PartFacts] {
        &self.parts
    }

    /// How many names of the request itself have a value.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.parts.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_values_is_absent() {
        let mut facts = RawFacts::new();
        facts.extend("a", []);
        assert!(!facts.contains("a") && facts.is_empty());
    }

    #[test]
    fn values_of_one_name_keep_their_order() {
        let mut facts = RawFacts::new();
        facts.add("a", RawValue::Int(2));
        facts.add("a", RawValue::Int(1));
        assert_eq!(facts.get("a"), [RawValue::Int(2), RawValue::Int(1)]);
        assert_eq!(facts.len(), 1);
    }

    #[test]
    fn values_print_as_literals() {
        assert_eq!(RawValue::text("a\"b").to_string(), r#""a\"b""#);
        assert_eq!(RawValue::Duration(1_500_000_000).to_string(), "1500ms");
    }
}
