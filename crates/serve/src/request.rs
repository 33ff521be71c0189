//! The members that requests have in common.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Unexpected, Visitor};
use tamis::Edition;
use tamis::catalog::Phase;

use crate::problem::{Kind, Problem};

/// An object; what is derived would also take the values of its members in an array.
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members))
            }
        }

        from.deserialize_map(Members(PhantomData)).map(Self)
    }
}

/// A place in a text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pointing<'a> {
    #[serde(borrow)]
    pub(crate) text: Cow<'a, str>,
    /// The end of the text where none is given.
    #[serde(default, deserialize_with = "offset")]
    offset: Option<u32>,
    #[serde(borrow, default, deserialize_with = "some")]
    pub(crate) catalog: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "edition")]
    pub(crate) edition: Edition,
}

impl Pointing<'_> {
    /// The place, as an offset that the text has.
    pub(crate) fn offset(&self) -> u32 {
        offset_in(&self.text, self.offset)
    }
}

/// Reads the body of a request.
pub(crate) fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(body).map_err(|error| {
        let at = error.valid_up_to();
        let byte = body.get(at).copied().unwrap_or(0);
        Problem::new(Kind::NotUtf8, format!("byte 0x{byte:02x} at byte offset {at}"))
    })?;
    if text.trim().is_empty() {
        return Err(Problem::new(Kind::NotJson, "expected an object, found nothing"));
    }
    let read = serde_json::from_str(text).map(|Object(request)| request);
    read.map_err(|error| {
        let kind = if error.is_data() { Kind::WrongShape } else { Kind::NotJson };
        Problem::new(kind, told(&error))
    })
}

/// What is wrong with JSON and where; a field is something else here than in the words of the library.
fn told(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let what = message.split(" at line ").next().unwrap_or(&message);
    let words = ["unknown", "missing", "duplicate"];
    let member = words.into_iter().find_map(|word| Some((word, what.strip_prefix(word)?.strip_prefix(" field ")?)));
    let what = member.map_or_else(|| what.to_owned(), |(word, rest)| format!("{word} member {rest}"));
    format!("{what} (line {}, column {})", error.line(), error.column())
}

/// A member that may be missing, but not null.
pub(crate) fn some<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// A member that is a name of which there is a list.
fn named<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let name = Cow::<str>::deserialize(from)?;
    name.parse().map_err(D::Error::custom)
}

/// A place in a text; like all numbers of JSON it may be written with a fraction of zero.
fn offset<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    struct Whole;

    impl Visitor<'_> for Whole {
        type Value = u32;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a whole number from 0 to 4294967295")
        }

        fn visit_u64<E: Error>(self, value: u64) -> Result<u32, E> {
            u32::try_from(value).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
        }

        fn visit_f64<E: Error>(self, value: f64) -> Result<u32, E> {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast to integers saturates")]
            let whole = value as u32;
            if f64::from(whole).total_cmp(&value.abs()).is_eq() && value >= 0.0 {
                Ok(whole)
            } else {
                Err(E::invalid_value(Unexpected::Float(value), &self))
            }
        }
    }

    from.deserialize_any(Whole).map(Some)
}

/// How a text is read.
pub(crate) fn edition<'de, D: Deserializer<'de>>(from: D) -> Result<Edition, D::Error> {
    named(from)
}

/// The phase at which rules have to be decided.
pub(crate) fn phase<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Phase>, D::Error> {
    let name = Cow::<str>::deserialize(from)?;
    name.parse().map(Some).map_err(|_| {
        let names: Vec<&str> = Phase::ALL.iter().map(|phase| phase.as_str()).collect();
        D::Error::custom(format_args!("there is no phase `{name}`; the phases are {}", names.join(", ")))
    })
}

/// The nearest beginning of a character at or before an offset; the end of the text where there is none.
fn offset_in(text: &str, offset: Option<u32>) -> u32 {
    let wanted = offset.and_then(|offset| usize::try_from(offset).ok()).unwrap_or(text.len()).min(text.len());
    let at = (0..=wanted).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &str) {
        let found = read::<Pointing<'_>>(body.as_bytes()).map(|_| ()).map_err(|problem| problem.detail);
        assert_eq!(found, Err(expected.to_owned()));
    }

    #[test]
    fn a_wrong_body_is_told_what_is_wrong_and_where() {
        let members = "`text`, `offset`, `catalog`, `edition`";
        check(r#"{"txt": 1}"#, &format!("unknown member `txt`, expected one of {members} (line 1, column 6)"));
        check("{\n}", "missing member `text` (line 2, column 1)");
        check(r#"{"text": "", "text": ""}"#, "duplicate member `text` (line 1, column 19)");
        check(r#"{"text": 1}"#, "invalid type: integer `1`, expected a string (line 1, column 10)");
        check(r#"{"text": ""#, "EOF while parsing a string (line 1, column 10)");
        let whole = "expected a whole number from 0 to 4294967295";
        check(
            r#"{"text": "", "offset": 4294967296}"#,
            &format!("invalid value: integer `4294967296`, {whole} (line 1, column 33)"),
        );
        check(
            r#"{"text": "", "offset": 1.5}"#,
            &format!("invalid value: floating point `1.5`, {whole} (line 1, column 26)"),
        );
        check("[]", "invalid type: sequence, expected an object (line 1, column 0)");
        check("", "expected an object, found nothing");
    }

    #[test]
    fn a_whole_number_may_have_a_fraction_of_zero() {
        let read = |body: &str| read::<Pointing<'_>>(body.as_bytes()).map(|it| it.offset).ok();
        assert_eq!(read(r#"{"text": "", "offset": 7.0}"#), Some(Some(7)));
        assert_eq!(read(r#"{"text": "", "offset": -0.0}"#), Some(Some(0)));
        assert_eq!(read(r#"{"text": "", "offset": -1.0}"#), None);
        assert_eq!(read(r#"{"text": ""}"#), Some(None));
    }

    #[test]
    fn an_offset_stands_at_the_beginning_of_a_character() {
        assert_eq!(offset_in("aé", None), 3);
        assert_eq!(offset_in("aé", Some(2)), 1);
        assert_eq!(offset_in("aé", Some(u32::MAX)), 3);
        assert_eq!(offset_in("", Some(1)), 0);
    }
}
