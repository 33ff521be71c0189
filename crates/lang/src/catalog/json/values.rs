//! The values that a field may have: unit, range, lists, examples.

use std::collections::HashMap;

use jsonc_parser::ast::Value;

use super::kinds;
use super::reader::{Keyed, Reader, describe, instead, quoted, span_of};
use super::record::Context;
use crate::catalog::{AllowedValue, AllowedValues, Field, FieldUnit};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::nearest::nearest;
use crate::span::Span;
use crate::ty::Ty;
use crate::unit::Dimension;
use crate::value::Constant;

/// A named list of values, shared by fields.
#[derive(Debug, Default)]
pub(super) struct List {
    /// The type of the values; none where the list cannot be read.
    ty: Option<Ty>,
    values: Vec<AllowedValue>,
}

impl Reader {
    /// A list under the key `lists`; its first value says whether it holds numbers or text.
    pub(super) fn list(&mut self, value: &Value<'_>) -> List {
        let Some(elements) = self.array("lists", value) else { return List::default() };
        let first = elements.first().and_then(|first| match first {
            Value::Object(object) => object.get("value").map(|property| &property.value),
            _ => None,
        });
        let ty = match first {
            Some(Value::NumberLit(_)) => Some(Ty::Int),
            Some(Value::StringLit(_)) => Some(Ty::String),
            Some(other) => {
                let found = describe(other);
                self.refuse(span_of(other), format!("a list holds whole numbers or strings, found {found}"));
                None
            }
            None => None,
        };
        let values = self.allowed_values(elements, ty.unwrap_or(Ty::String));
        List { ty, values }
    }

    /// The unit in which a bare number counts.
    pub(super) fn unit(&mut self, keyed: &Keyed<'_, '_>, field: &mut Field, owner: Span, ty: Ty) {
        let Some(value) = keyed.get("unit") else {
            if Dimension::of(ty).is_some() && field.unit.is_none() {
                let example = if ty == Ty::Duration { "ms" } else { "By" };
                let message =
                    format!("a {ty} needs the key `unit`, in which a bare number counts, for example `{example}`");
                self.shape(owner, message);
            }
            return;
        };
        let Some(code) = self.string("unit", value) else { return };
        let Some(unit) = FieldUnit::from_ucum(code) else {
            return self.unknown_unit(code, span_of(value));
        };
        let found = unit.scale.map(|(dimension, _)| dimension);
        match (ty, Dimension::of(ty)) {
            (Ty::Int | Ty::Float, _) => {}
            (_, Some(dimension)) if Some(dimension) == found => {}
            (_, Some(dimension)) => {
                let measures = if dimension == Dimension::Time { "time" } else { "data" };
                self.refuse(span_of(value), format!("a {ty} needs a unit of {measures}, found {}", quoted(code)));
            }
            (_, None) => self.refuse(span_of(value), format!("{} has no unit", ty.with_article())),
        }
        field.unit = Some(unit);
    }

    fn unknown_unit(&mut self, code: &str, span: Span) {
        self.report(|| {
            let problem = Diagnostic::new(Code::CatalogValue, span, format!("{} is not a unit", quoted(code)));
            // The words that people write for the codes.
            let near = match code {
                "sec" | "secs" | "second" | "seconds" => Some("s"),
                "msec" | "millis" | "millisecond" | "milliseconds" => Some("ms"),
                "B" | "b" | "byte" | "bytes" => Some("By"),
                "KiB" => Some("KiBy"),
                "KB" | "kB" => Some("kBy"),
                "m" | "minute" | "minutes" => Some("min"),
                _ => nearest(code, FieldUnit::codes()),
            };
            instead(
                problem,
                near,
                "units are UCUM codes: `ns`, `us`, `ms`, `s`, `min`, `h`, `d`, `By`, `kBy`, `KiBy`, `MBy`, `MiBy`, `GBy`, \
                 `GiBy`, `1`, `%`, and for things counted a word in braces such as `{token}`",
            )
        });
    }

    /// The smallest and the largest integer.
    pub(super) fn range(&mut self, keyed: &Keyed<'_, '_>, field: &mut Field, ty: Ty) {
        let Some(value) = keyed.get("range") else { return };
        let Some(elements) = self.array("range", value) else { return };
        let [low, high] = elements else {
            return self.shape(span_of(value), "`range` has two numbers, the smallest and the largest");
        };
        let (Some(first), Some(last)) = (self.integer("range", low), self.integer("range", high)) else { return };
        if ty != Ty::Int {
            self.refuse(span_of(value), format!("only an int has a range, this field is {}", ty.with_article()));
        } else if first > last {
            self.refuse(span_of(value), format!("the range ends at {last}, before it starts at {first}"));
        } else {
            field.range = Some((first, last));
        }
    }

    /// The listed values.
    pub(super) fn allowed(&mut self, keyed: &Keyed<'_, '_>, field: &mut Field, ty: Ty, context: &Context<'_>) {
        let Some(value) = keyed.get("allowed") else { return };
        let Some(allowed) = self.object(&kinds::ALLOWED, value) else { return };
        if !matches!(ty, Ty::Int | Ty::String) {
            let message = format!("only an int or a string has listed values, this field is {}", ty.with_article());
            return self.refuse(span_of(value), message);
        }
        let open = allowed.get("open").and_then(|open| self.boolean("open", open)).unwrap_or(true);
        let values = match (allowed.get("list"), allowed.get("values")) {
            (Some(list), None) => self.named_list(list, ty, context),
            (None, Some(values)) => match self.array("values", values) {
                Some(elements) => self.allowed_values(elements, ty),
                None => Vec::new(),
            },
            _ => {
                let span = span_of(value);
                let message = "a description of allowed values needs one of the keys `list` and `values`";
                return self.shape(Span::new(span.start, span.start.saturating_add(1)), message);
            }
        };
        if let Some(range) = field.range
            && let Some(outside) = values.iter().find(|value| !is_within(&value.value, range))
        {
            let message =
                format!("the allowed value {} is outside the range {} to {}", outside.value, range.0, range.1);
            self.refuse(span_of(value), message);
        }
        field.allowed = Some(AllowedValues { values, open });
    }

    fn named_list(&mut self, value: &Value<'_>, ty: Ty, context: &Context<'_>) -> Vec<AllowedValue> {
        let Some(name) = self.string("list", value) else { return Vec::new() };
        let Some(list) = context.lists.get(name) else {
            let span = span_of(value);
            self.report(|| {
                let problem =
                    Diagnostic::new(Code::CatalogReference, span, format!("there is no list {}", quoted(name)));
                let mut known: Vec<&str> = context.lists.keys().map(String::as_str).collect();
                known.sort_unstable();
                instead(problem, nearest(name, known), "lists stand under the key `lists` of the same file")
            });
            return Vec::new();
        };
        if list.ty.is_some_and(|found| found != ty) {
            let message = format!("the list {} does not hold values of the type {ty}", quoted(name));
            self.refuse(span_of(value), message);
            return Vec::new();
        }
        list.values.clone()
    }

    fn allowed_values(&mut self, elements: &[Value<'_>], ty: Ty) -> Vec<AllowedValue> {
        let mut values: Vec<AllowedValue> = Vec::with_capacity(elements.len());
        let mut spans: HashMap<String, Span> = HashMap::new();
        for element in elements {
            let Some(entry) = self.object(&kinds::ALLOWED_VALUE, element) else { continue };
            let doc = entry.get("doc").and_then(|doc| self.sentence("doc", doc)).unwrap_or_default();
            let Some(written) = entry.get("value") else { continue };
            let Some(value) = self.constant(written, ty) else { continue };
            match spans.get(&value.to_string()) {
                Some(first) => self.repeated(&value.to_string(), span_of(written), *first),
                None => {
                    spans.insert(value.to_string(), span_of(written));
                    values.push(AllowedValue { value, doc });
                }
            }
        }
        values
    }

    /// Values as one would write them in a rule.
    pub(super) fn examples(&mut self, keyed: &Keyed<'_, '_>, field: &mut Field, ty: Ty) {
        let Some(value) = keyed.get("examples") else { return };
        let Some(elements) = self.array("examples", value) else { return };
        field.examples = Vec::with_capacity(elements.len());
        for element in elements {
            let Some(example) = self.constant(element, ty) else { continue };
            let closed = field.allowed.as_ref().filter(|allowed| !allowed.open);
            if let Some(range) = field.range
                && !is_within(&example, range)
            {
                let message = format!("the example {example} is outside the range {} to {}", range.0, range.1);
                self.refuse(span_of(element), message);
            } else if closed.is_some_and(|allowed| allowed.values.iter().all(|value| value.value != example)) {
                self.refuse(span_of(element), format!("the example {example} is not among the allowed values"));
            } else {
                field.examples.push(example);
            }
        }
    }
}

fn is_within(value: &Constant, (low, high): (i64, i64)) -> bool {
    match value {
        Constant::Int(number) => (low..=high).contains(number),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check_field, check_file, fix};

    #[test]
    fn durations_and_sizes_have_a_unit_of_their_kind() {
        let problems = check_field(r#""type": "duration", "unit": «"msec"»"#, &["T705 `msec` is not a unit"]);
        assert_eq!(fix(&problems), ("write `ms`", "\"ms\""));
        check_field(r#""type": "duration", "unit": «"By"»"#, &["T705 a duration needs a unit of time, found `By`"]);
        check_field(r#""type": "size", "unit": «"{token}"»"#, &["T705 a size needs a unit of data, found `{token}`"]);
        check_field(r#""type": "string", "unit": «"s"»"#, &["T705 a string has no unit"]);
        check_field(r#""type": "int", "unit": "ms""#, &[]);
        check_field(r#""type": "float", "unit": "{token}""#, &[]);
    }

    #[test]
    fn a_bare_number_has_to_count_in_something() {
        super::super::testing::check(
            r#"«"a"»: { "type": "size", "phase": "log", "doc": "A." }"#,
            &["T702 a size needs the key `unit`, in which a bare number counts, for example `By`"],
        );
    }

    #[test]
    fn a_range_is_two_whole_numbers_in_order() {
        check_field(r#""type": "int", "range": «[9, 1]»"#, &["T705 the range ends at 1, before it starts at 9"]);
        check_field(
            r#""type": "int", "range": «[1]»"#,
            &["T702 `range` has two numbers, the smallest and the largest"],
        );
        check_field(
            r#""type": "int", "range": [1, «1e3»]"#,
            &["T705 `range` takes a whole number of 64 bits, found `1e3`"],
        );
        check_field(
            r#""type": "ip", "range": «[1, 2]»"#,
            &["T705 only an int has a range, this field is an ip address"],
        );
    }

    #[test]
    fn an_example_is_a_value_of_the_type() {
        check_field(
            r#""type": "int", "examples": [1, «"1"», «1.5», «9223372036854775808»]"#,
            &[
                "T705 expected a whole number of 64 bits, found `\"1\"`",
                "T705 expected a whole number of 64 bits, found `1.5`",
                "T705 expected a whole number of 64 bits, found `9223372036854775808`",
            ],
        );
        check_field(r#""type": "bool", "examples": [«1»]"#, &["T705 expected `true` or `false`, found `1`"]);
        check_field(r#""type": "float", "examples": [0.5, «1e999»]"#, &["T705 expected a number, found `1e999`"]);
        check_field(r#""type": "string", "examples": [«{}»]"#, &["T705 expected a string, found an object"]);
        check_field(
            r#""type": "ip", "examples": ["::1", «"10.0.0.256"»]"#,
            &["T705 expected an address such as `\"10.0.0.1\"`, found `\"10.0.0.256\"`"],
        );
        check_field(
            r#""type": "network", "examples": ["10.0.0.0/8", «"10.0.0.1/8"»]"#,
            &["T705 expected a network such as `\"10.0.0.0/8\"`, found `\"10.0.0.1/8\"`"],
        );
        check_field(
            r#""type": "duration", "unit": "s", "examples": ["1.5s", «"8KiB"», «250»]"#,
            &[
                "T705 expected a duration such as `\"250ms\"`, found `\"8KiB\"`",
                "T705 expected a duration such as `\"250ms\"`, found `250`",
            ],
        );
        check_field(
            r#""type": "size", "unit": "By", "examples": [«"1s"»]"#,
            &["T705 expected a size such as `\"8KiB\"`, found `\"1s\"`"],
        );
    }

    #[test]
    fn an_example_fits_the_range_and_the_closed_list() {
        check_field(
            r#""type": "int", "range": [100, 599], "examples": [«600»]"#,
            &["T705 the example 600 is outside the range 100 to 599"],
        );
        check_field(
            r#""type": "string", "allowed": { "open": false, "values": [{ "value": "a", "doc": "A" }] }, "examples": [«"b"»]"#,
            &["T705 the example \"b\" is not among the allowed values"],
        );
        check_field(
            r#""type": "string", "allowed": { "open": true, "values": [{ "value": "a", "doc": "A" }] }, "examples": ["b"]"#,
            &[],
        );
    }

    #[test]
    fn allowed_values_are_of_the_type_and_there_once() {
        check_field(
            r#""type": "int", "allowed": { "open": true, "values": [{ "value": «"a"», "doc": "A" }] }"#,
            &["T705 expected a whole number of 64 bits, found `\"a\"`"],
        );
        check_field(
            r#""type": "int", "allowed": { "open": true, "values": [{ "value": 1, "doc": "A" }, { "value": «1», "doc": "B" }] }"#,
            &["T703 `1` is there twice"],
        );
        check_field(
            r#""type": "int", "range": [1, 2], "allowed": «{ "open": true, "values": [{ "value": 3, "doc": "A" }] }»"#,
            &["T705 the allowed value 3 is outside the range 1 to 2"],
        );
        check_field(
            r#""type": "float", "allowed": «{ "open": true, "values": [] }»"#,
            &["T705 only an int or a string has listed values, this field is a float"],
        );
        check_field(
            r#""type": "int", "allowed": «{» "open": true }"#,
            &["T702 a description of allowed values needs one of the keys `list` and `values`"],
        );
        check_field(
            r#""type": "int", "allowed": { "open": true, "values": [«{» "value": 1 }] }"#,
            &["T702 an allowed value needs the key `doc`"],
        );
    }

    #[test]
    fn a_list_is_named() {
        let file = |list: &str, ty: &str| {
            format!(
                r#"{{ "format": 1, "name": "t", "lists": {{ "codes": [{{ "value": 7, "doc": "Seven" }}] }}, "fields": {{
                "a": {{ "type": "{ty}", "allowed": {{ "open": false, "list": {list} }}, "phase": "log", "doc": "A." }} }} }}"#
            )
        };
        check_file(&file("\"codes\"", "int"), &[]);
        let problems = check_file(&file("«\"code\"»", "int"), &["T704 there is no list `code`"]);
        assert_eq!(fix(&problems), ("write `codes`", "\"codes\""));
        check_file(&file("«\"codes\"»", "string"), &["T705 the list `codes` does not hold values of the type string"]);
    }
}
