//! The values that a field may have: unit, range, lists, examples.

use jsonc_parser::ast::Value;

use super::kinds;
use super::reader::{Keyed, Reader, describe, quoted, span_of};
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
            let code = match code {
                "sec" | "secs" | "second" | "seconds" => Some("s"),
                "msec" | "millis" | "millisecond" | "milliseconds" => Some("ms"),
                "B" | "b" | "byte" | "bytes" => Some("By"),
                "KiB" => Some("KiBy"),
                "KB" | "kB" => Some("kBy"),
                "m" | "minute" | "minutes" => Some("min"),
                _ => nearest(code, FieldUnit::codes()),
            };
            match code {
                Some(near) => {
                    problem.fix(crate::diagnostic::Fix::replace(format!("write `{near}`"), span, format!("\"{near}\"")))
                }
                None => problem.note(
                    "units are UCUM codes: `ns`, `us`, `ms`, `s`, `min`, `h`, `d`, `By`, `kBy`, `KiBy`, `MBy`, `MiBy`, \
                     `GBy`, `GiBy`, `1`, `%`, and for things counted a word in braces such as `{token}`",
                ),
            }
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
                let message = "the allowed values need one of the keys `list` and `values`";
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
                match nearest(name, known) {
                    Some(near) => problem.fix(crate::diagnostic::Fix::replace(
                        format!("write `{near}`"),
                        span,
                        format!("\"{near}\""),
                    )),
                    None => problem.note("lists stand under the key `lists` of the same file"),
                }
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
        let mut spans: std::collections::HashMap<String, Span> = std::collections::HashMap::new();
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
