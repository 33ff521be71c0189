//! Reading JSON without losing the good parts: members by name, elements one at a time.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::recording::{Place, ProblemKind, Problems};

/// How much of a bad text a message shows, in characters.
const SHOWN: usize = 40;

/// What a JSON value is, with an article, for a message.
pub(crate) const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// A member that has a value; null counts as absent.
pub(crate) fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.get(name).filter(|member| !member.is_null())
}

/// A text for a message, shortened.
pub(crate) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// One object with the means to read its members and to report what is wrong with them.
pub(crate) struct Object<'a> {
    value: &'a Value,
    place: Place,
}

impl<'a> Object<'a> {
    pub(crate) fn new(value: &'a Value, place: Place, problems: &mut Problems) -> Option<Self> {
        if value.is_object() {
            return Some(Self { value, place });
        }
        problems.report(&place, ProblemKind::WrongType { expected: "an object", found: kind(value) });
        None
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// A member that must be there.
    pub(crate) fn required(&self, name: &'static str, problems: &mut Problems) -> Option<&'a Value> {
        let found = member(self.value, name);
        if found.is_none() {
            problems.report(&self.place, ProblemKind::Missing(name));
        }
        found
    }

    /// A member that must be an object and must be there.
    pub(crate) fn object(&self, name: &'static str, problems: &mut Problems) -> Option<Object<'a>> {
        let value = self.required(name, problems)?;
        Object::new(value, self.place.at(name), problems)
    }

    /// A member that may be there.
    pub(crate) fn optional(&self, name: &str) -> Option<&'a Value> {
        member(self.value, name)
    }

    /// A member that is an array, with a place for each element; empty where it is absent.
    pub(crate) fn array(&self, name: &str, problems: &mut Problems) -> Vec<(&'a Value, Place)> {
        let Some(found) = self.optional(name) else { return Vec::new() };
        let place = self.place.at(name);
        match found {
            Value::Array(elements) => {
                elements.iter().enumerate().map(|(index, element)| (element, place.element(index))).collect()
            }
            other => {
                problems.report(&place, ProblemKind::WrongType { expected: "an array", found: kind(other) });
                Vec::new()
            }
        }
    }

    /// A member that is text.
    pub(crate) fn text(&self, name: &str, problems: &mut Problems) -> Option<&'a str> {
        match self.optional(name)? {
            Value::String(text) => Some(text),
            other => {
                let kind = ProblemKind::WrongType { expected: "a string", found: kind(other) };
                problems.report(&self.place.at(name), kind);
                None
            }
        }
    }

    /// A member that is a number.
    pub(crate) fn number(&self, name: &str, problems: &mut Problems) -> Option<f64> {
        let found = self.optional(name)?;
        let number = found.as_f64();
        if number.is_none() {
            let kind = ProblemKind::WrongType { expected: "a number", found: kind(found) };
            problems.report(&self.place.at(name), kind);
        }
        number
    }

    /// A member that is a whole number, as a number or as text.
    pub(crate) fn integer(&self, name: &str, problems: &mut Problems) -> Option<i64> {
        let found = self.optional(name)?;
        match integer(found) {
            Ok(number) => Some(number),
            Err(kind) => {
                problems.report(&self.place.at(name), kind);
                None
            }
        }
    }
}

/// A 64-bit integer as JSON writes it: as a number or as text.
pub(crate) fn integer(value: &Value) -> Result<i64, ProblemKind> {
    const EXPECTED: &str = "a whole number of 64 bits";
    let parsed = match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(whole)),
        Value::String(text) => text.trim().parse().ok(),
        other => return Err(ProblemKind::WrongType { expected: EXPECTED, found: kind(other) }),
    };
    parsed.ok_or_else(|| ProblemKind::Malformed { expected: EXPECTED, found: shortened(&plain(value)) })
}

/// A value as a person would read it: text without its quotes.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The integer that a float is, where it is one and fits.
pub(crate) fn whole(number: f64) -> Option<i64> {
    /// 2^63, the first float that is too large.
    const END: f64 = 9_223_372_036_854_775_808.0;
    if number.fract() != 0.0 || !(-END..END).contains(&number) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the number is whole and within the range of i64")]
    let number = number as i64;
    Some(number)
}

/// A JSON error without its position, which the place of the problem says.
pub(crate) fn not_json(error: &serde_json::Error) -> ProblemKind {
    let text = error.to_string();
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    ProblemKind::NotJson(message.to_owned())
}

/// The place of a JSON error in a document.
pub(crate) fn place_of(error: &serde_json::Error) -> Place {
    let column = (error.column() > 0).then(|| error.column());
    Place { line: Some(error.line().max(1)), column, path: String::new() }
}

/// Hands every element of the array at `path` to `visit`, one after the other, so that only one is in memory
/// and the elements before a syntax error are not lost.
///
/// # Errors
///
/// The syntax error that ended the walk.
pub(crate) fn each_element(
    document: &str,
    path: &'static [&'static str],
    visit: &mut dyn FnMut(usize, Value),
) -> Result<Walk, serde_json::Error> {
    let mut walk = Walk::Missing(path.first().copied().unwrap_or_default());
    let mut deserializer = serde_json::Deserializer::from_str(document);
    Step { path, walk: &mut walk, visit }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(walk)
}

/// How far a walk to an array came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Walk {
    /// The array was there.
    Found,
    /// This member was not.
    Missing(&'static str),
    /// Something else stood where an object or the array belongs.
    WrongType {
        /// What belongs there.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
}

/// One step down to the array; the depth is that of `path`, not of the document.
struct Step<'a> {
    path: &'static [&'static str],
    walk: &'a mut Walk,
    visit: &'a mut dyn FnMut(usize, Value),
}

impl Step<'_> {
    fn wrong<E>(self, found: &'static str) -> Result<(), E> {
        let expected = if self.path.is_empty() { "an array" } else { "an object" };
        *self.walk = Walk::WrongType { expected, found };
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Step<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Step<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((&wanted, rest)) = self.path.split_first() else {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return self.wrong("an object");
        };
        let mut found = false;
        while let Some(name) = map.next_key::<String>()? {
            if name == wanted && !found {
                found = true;
                if let Some(&next) = rest.first() {
                    *self.walk = Walk::Missing(next);
                }
                map.next_value_seed(Step { path: rest, walk: &mut *self.walk, visit: &mut *self.visit })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        if !self.path.is_empty() {
            while elements.next_element::<IgnoredAny>()?.is_some() {}
            return self.wrong("an array");
        }
        *self.walk = Walk::Found;
        let mut index = 0;
        while let Some(element) = elements.next_element::<Value>()? {
            (self.visit)(index, element);
            index += 1;
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.wrong("a bool")
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.wrong("a number")
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        self.wrong("a number")
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.wrong("a number")
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        self.wrong("a string")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.wrong("null")
    }
}

/// An object with its members in order, the repeated ones too.
pub(crate) struct Members(pub(crate) Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    members.push(entry);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}
