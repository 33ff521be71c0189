//! JSON lines of facts: one object per line, a field name and its value or values.

use serde_json::Value;

use crate::json::{self, Members};
use crate::mapping::{self, Mapping};
use crate::raw::{RawFacts, RawValue};
use crate::recording::{Place, Problem, ProblemKind, Problems, Request};

/// Reads one line.
pub(crate) fn read_line(text: &str, line: usize, mapping: &Mapping, problems: &mut Problems) -> Option<Request> {
    let place = Place::line(line);
    let facts = read_object(text, &place, problems)?;
    let (trace_id, trace_state) = mapping::trace(&facts, mapping);
    Some(Request {
        id: format!("line {line}"),
        place,
        method: mapping::first_text(&facts, &mapping.method).map(str::to_owned),
        path: mapping::first_text(&facts, &mapping.path).map(str::to_owned),
        time: None,
        duration: None,
        trace_id,
        trace_state,
        facts,
    })
}

/// Reads the facts of one request from a JSON object: a field name and its value or an array of values.
///
/// Null and an empty array are absent.
/// What is wrong is left out and reported; text that is no JSON object gives no facts.
///
/// ```
/// use tamis_traffic::{facts_from_json, RawValue};
///
/// let (facts, problems) = facts_from_json(r#"{"http.response.status_code": 503, "try_count": [1, 2]}"#);
/// assert_eq!(facts.get("try_count"), [RawValue::Int(1), RawValue::Int(2)]);
/// assert!(problems.is_empty());
/// ```
#[must_use]
pub fn facts_from_json(text: &str) -> (RawFacts, Vec<Problem>) {
    let mut problems = Problems::default();
    let facts = read_object(text, &Place::default(), &mut problems).unwrap_or_default();
    (facts, problems.into_parts().0)
}

fn read_object(text: &str, place: &Place, problems: &mut Problems) -> Option<RawFacts> {
    let members: Members = match serde_json::from_str(text) {
        Ok(members) => members,
        Err(error) if error.is_data() => {
            let found = serde_json::from_str::<Value>(text).map_or("something else", |value| json::kind(&value));
            problems.report(place, ProblemKind::WrongType { expected: "an object of facts", found });
            return None;
        }
        Err(error) => {
            let position = json::place_of(&error);
            let line = place.line.or(position.line);
            problems.report(&Place { line, ..position }, json::not_json(&error));
            return None;
        }
    };
    let mut last: RawFacts = RawFacts::new();
    let mut seen: Vec<(String, Vec<RawValue>)> = Vec::with_capacity(members.0.len());
    for (name, value) in members.0 {
        let values = read_values(&value, &place.at(&name), problems);
        seen.push((name, values));
    }
    seen.reverse();
    let mut names = std::collections::HashSet::new();
    for (name, values) in &seen {
        if names.insert(name.as_str()) {
            last.extend(name, values.iter().cloned());
        } else {
            problems.report(place, ProblemKind::DuplicateFact(name.clone()));
        }
    }
    Some(last)
}

/// A value, or the values of an array.
fn read_values(value: &Value, place: &Place, problems: &mut Problems) -> Vec<RawValue> {
    let Value::Array(elements) = value else { return scalar(value, place, problems).into_iter().collect() };
    let mut values = Vec::with_capacity(elements.len());
    for (index, element) in elements.iter().enumerate() {
        values.extend(scalar(element, &place.element(index), problems));
    }
    values
}

fn scalar(value: &Value, place: &Place, problems: &mut Problems) -> Option<RawValue> {
    match value {
        Value::Null => None,
        Value::Bool(bool) => Some(RawValue::Bool(*bool)),
        Value::String(text) => Some(RawValue::text(text)),
        Value::Number(number) => number.as_i64().map(RawValue::Int).or_else(|| number.as_f64().map(RawValue::Float)),
        Value::Array(_) | Value::Object(_) => {
            let kind = ProblemKind::WrongType { expected: "a bool, a number or a string", found: json::kind(value) };
            problems.report(place, kind);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Format, read};

    /// Reads lines and prints the facts of each request, then the problems.
    #[track_caller]
    fn check(lines: &str, expected: &str) {
        let recording = read(lines.as_bytes(), Format::Facts);
        let facts = |request: &Request| {
            let facts = request.facts.iter().map(|(name, values)| {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                format!("{name}={}", values.join(","))
            });
            facts.collect::<Vec<_>>().join(" ")
        };
        let mut shown: Vec<String> = recording.requests.iter().map(facts).collect();
        shown.extend(recording.problems.iter().map(ToString::to_string));
        assert_eq!(shown.join(" | "), expected, "{lines}");
    }

    #[test]
    fn a_line_is_a_request() {
        check(r#"{"a": 1, "b": "x", "c": true, "d": 0.5}"#, r#"a=1 b="x" c=true d=0.5"#);
        check("{\"a\": 1}\n\r\n  {\"a\": 2}\r\n", "a=1 | a=2");
        check(r#"{"a": [1, null, "x"]}"#, r#"a=1,"x""#);
    }

    #[test]
    fn null_and_no_values_are_absent() {
        check(r#"{"a": null, "b": [], "c": [null]}"#, "");
    }

    #[test]
    fn a_bad_line_does_not_lose_the_others() {
        check(
            "{\"a\": 1}\n{\"a\": }\n7\n{\"a\": 3}",
            "a=1 | a=3 | line 2, column 7: this is not JSON: expected value | \
             line 3: expected an object of facts, found a number",
        );
    }

    #[test]
    fn a_bad_value_does_not_lose_the_others() {
        check(
            r#"{"a": {"b": 1}, "c": [2, [3]]}"#,
            "c=2 | line 1, `a`: expected a bool, a number or a string, found an object | \
             line 1, `c[1]`: expected a bool, a number or a string, found an array",
        );
    }

    #[test]
    fn of_two_values_of_one_name_the_last_counts() {
        check(r#"{"a": 1, "a": 2}"#, "a=2 | line 1: `a` is given twice; the last one counts");
    }

    #[test]
    fn an_integer_beyond_64_bits_is_a_float() {
        check(r#"{"a": 9223372036854775808}"#, "a=9.223372036854776e18");
    }
}
