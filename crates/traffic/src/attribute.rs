//! OTLP attributes: `{"key": …, "value": {"stringValue": …}}`.

use serde_json::Value;

use crate::json::{self, Object};
use crate::raw::RawValue;
use crate::recording::{Place, ProblemKind, Problems};

/// A name with its values, in the order of the recording.
pub(crate) type Attributes = Vec<(String, Vec<RawValue>)>;

/// The attributes of a span, an event or a resource.
///
/// An array is several values of one name; a list within it, which no rule can test, becomes its JSON text.
/// The entries of a key-value list become names of their own, joined by a dot.
pub(crate) fn read(owner: &Object<'_>, problems: &mut Problems) -> Attributes {
    let mut attributes = Attributes::new();
    for (element, place) in owner.array("attributes", problems) {
        read_pair(element, &place, "", &mut attributes, problems);
    }
    attributes
}

/// One pair, and what its value holds; lists wait on a stack of their own.
fn read_pair(pair: &Value, place: &Place, prefix: &str, attributes: &mut Attributes, problems: &mut Problems) {
    let mut waiting = vec![(pair, place.clone(), prefix.to_owned())];
    while let Some((pair, place, prefix)) = waiting.pop() {
        let Some(pair) = Object::new(pair, place, problems) else { continue };
        let Some(Value::String(key)) = pair.required("key", problems) else { continue };
        let name = format!("{prefix}{key}");
        // An attribute without a value has the empty value of OTLP: absent.
        let Some(value) = pair.optional("value") else { continue };
        let place = pair.place().at("value");
        let Some(value) = Object::new(value, place, problems) else { continue };
        if value.optional("kvlistValue").is_some() {
            let Some(list) = value.object("kvlistValue", problems) else { continue };
            let entries = list.array("values", problems).into_iter().rev();
            waiting.extend(entries.map(|(entry, place)| (entry, place, format!("{name}."))));
        } else {
            let mut values = Vec::new();
            read_values(&value, &mut values, problems);
            attributes.push((name, values));
        }
    }
}

/// The values of one attribute: one, or those of an array.
fn read_values(value: &Object<'_>, values: &mut Vec<RawValue>, problems: &mut Problems) {
    if value.optional("arrayValue").is_none() {
        values.extend(scalar(value, problems));
        return;
    }
    let Some(array) = value.object("arrayValue", problems) else { return };
    for (element, place) in array.array("values", problems) {
        let Some(element) = Object::new(element, place, problems) else { continue };
        let nested = ["arrayValue", "kvlistValue"].into_iter().find_map(|nested| element.optional(nested));
        match nested {
            Some(nested) => values.push(RawValue::text(&nested.to_string())),
            None => values.extend(scalar(&element, problems)),
        }
    }
}

/// A value that is no list; none where it is empty or wrong.
fn scalar(value: &Object<'_>, problems: &mut Problems) -> Option<RawValue> {
    if value.optional("stringValue").is_some() {
        return value.text("stringValue", problems).map(RawValue::text);
    }
    if value.optional("intValue").is_some() {
        return value.integer("intValue", problems).map(RawValue::Int);
    }
    if let Some(found) = value.optional("boolValue") {
        let bool = found.as_bool();
        if bool.is_none() {
            let kind = ProblemKind::WrongType { expected: "a bool", found: json::kind(found) };
            problems.report(&value.place().at("boolValue"), kind);
        }
        return bool.map(RawValue::Bool);
    }
    if let Some(found) = value.optional("doubleValue") {
        return double(found, &value.place().at("doubleValue"), problems);
    }
    let encoded = value.text("bytesValue", problems)?;
    let bytes = base64(encoded);
    if bytes.is_none() {
        let kind = ProblemKind::Malformed { expected: "bytes in base64", found: json::shortened(encoded) };
        problems.report(&value.place().at("bytesValue"), kind);
    }
    bytes.map(|bytes| RawValue::String(bytes.into()))
}

/// A double: a number, or one of the three that JSON cannot write, as text.
fn double(found: &Value, place: &Place, problems: &mut Problems) -> Option<RawValue> {
    let number = match found {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    if number.is_none() {
        let found = json::shortened(&json::plain(found));
        problems.report(place, ProblemKind::Malformed { expected: "a number", found });
    }
    number.map(RawValue::Float)
}

/// Decodes base64, in the standard or the URL alphabet, padded or not.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    let (mut bits, mut n_bits) = (0_u32, 0_u32);
    for digit in digits.bytes() {
        let digit = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(digit)) & 0xFFFF;
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push(u8::try_from((bits >> n_bits) & 0xFF).ok()?);
        }
    }
    (n_bits != 6).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads one attribute value and prints what it became: `name=values`, then the problems.
    #[track_caller]
    fn check(value: &str, expected: &str) {
        let document = format!(r#"{{"attributes": [{{"key": "k", "value": {value}}}]}}"#);
        let document: Value = serde_json::from_str(&document).unwrap();
        let mut problems = Problems::default();
        let owner = Object::new(&document, Place::default(), &mut problems).unwrap();
        let attributes = read(&owner, &mut problems);
        let mut shown: Vec<String> = attributes
            .iter()
            .map(|(name, values)| {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                format!("{name}={}", values.join(","))
            })
            .collect();
        shown.extend(problems.into_parts().0.iter().map(ToString::to_string));
        assert_eq!(shown.join(" | "), expected, "{value}");
    }

    #[test]
    fn every_kind_of_value_is_read() {
        check(r#"{"stringValue": "a"}"#, r#"k="a""#);
        check(r#"{"boolValue": true}"#, "k=true");
        check(r#"{"intValue": "503"}"#, "k=503");
        check(r#"{"intValue": 503}"#, "k=503");
        check(r#"{"doubleValue": 0.5}"#, "k=0.5");
        check(r#"{"doubleValue": "NaN"}"#, "k=NaN");
        check(r#"{"doubleValue": "-Infinity"}"#, "k=-inf");
        check(r#"{"bytesValue": "/wBh"}"#, r#"k="\xff\0a""#);
        check(r#"{"arrayValue": {"values": [{"intValue": "1"}, {"stringValue": "a"}]}}"#, r#"k=1,"a""#);
    }

    #[test]
    fn an_empty_value_is_absent() {
        check("{}", "k=");
        check("null", "");
        check(r#"{"arrayValue": {}}"#, "k=");
    }

    #[test]
    fn the_entries_of_a_list_of_pairs_are_names_of_their_own() {
        check(
            r#"{"kvlistValue": {"values": [{"key": "a", "value": {"intValue": "1"}},
                {"key": "b", "value": {"kvlistValue": {"values": [{"key": "c", "value": {"intValue": 2}}]}}}]}}"#,
            "k.a=1 | k.b.c=2",
        );
    }

    #[test]
    fn a_list_in_an_array_becomes_its_text() {
        check(r#"{"arrayValue": {"values": [{"arrayValue": {}}, {"intValue": 1}]}}"#, r#"k="{}",1"#);
    }

    #[test]
    fn what_is_wrong_is_reported_with_its_place() {
        check(
            r#"{"intValue": "many"}"#,
            "k= | `attributes[0].value.intValue`: expected a whole number of 64 bits, found `many`",
        );
        check(r#"{"boolValue": 1}"#, "k= | `attributes[0].value.boolValue`: expected a bool, found a number");
        check("[]", "`attributes[0].value`: expected an object, found an array");
        check(r#"{"bytesValue": "a"}"#, "k= | `attributes[0].value.bytesValue`: expected bytes in base64, found `a`");
    }
}
