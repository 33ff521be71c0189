//! Why a rule says what it says, as JSON.

use serde::Serialize;
use serde_json::Value;
use tamis::Constant;
use tamis::reason::{Change, Connective, Explained, Explanation, FieldChange, FieldValues, Flip};

/// A value as `--facts` takes it.
#[must_use]
pub fn constant(value: &Constant) -> Value {
    match value {
        Constant::Bool(value) => Value::from(*value),
        Constant::Int(value) => Value::from(*value),
        Constant::Float(value) => {
            serde_json::Number::from_f64(*value).map_or_else(|| Value::from(value.to_string()), Value::Number)
        }
        Constant::String(text) => Value::from(String::from_utf8_lossy(text)),
        Constant::Ip(_) | Constant::Network(_) | Constant::Duration(_) | Constant::Size(_) => {
            Value::from(value.to_string())
        }
    }
}

/// A rule and why it says what it says of a request.
#[derive(Clone, Debug, Serialize)]
pub struct Reason<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    verdict: &'static str,
    conditions: Vec<WireCondition<'a>>,
    flip: &'static str,
    change: Option<WireChange<'a>>,
}

#[derive(Clone, Debug, Serialize)]
struct WireCondition<'a> {
    depth: usize,
    kind: &'static str,
    text: &'a str,
    start: u32,
    end: u32,
    holds: bool,
    decides: bool,
    fields: Vec<WireField<'a>>,
    result: Option<Vec<Value>>,
}

#[derive(Clone, Debug, Serialize)]
struct WireField<'a> {
    field: &'a str,
    values: Vec<Value>,
    hidden: bool,
}

#[derive(Clone, Debug, Serialize)]
struct WireChange<'a> {
    smallest: bool,
    fields: Vec<WireFieldChange<'a>>,
}

#[derive(Clone, Debug, Serialize)]
struct WireFieldChange<'a> {
    field: &'a str,
    from: Vec<Value>,
    to: Vec<Value>,
    hidden: bool,
}

/// Why rules say what they say of a request: the document of `tamis why --format json`, version 1.
#[derive(Clone, Debug, Serialize)]
pub struct Reasons<'a> {
    version: u32,
    rules: Vec<Reason<'a>>,
    problems: &'a [String],
}

impl<'a> Reasons<'a> {
    /// Of some rules; `problems` says what of the request could not be used.
    #[must_use]
    pub const fn new(rules: Vec<Reason<'a>>, problems: &'a [String]) -> Self {
        Self { version: 1, rules, problems }
    }

    /// The document, on one line.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = serde_json::to_string(self).unwrap_or_default();
        json.push('\n');
        json
    }
}

impl<'a> Reason<'a> {
    /// Of one rule, by its name if it has one; `text` is what it was read from.
    #[must_use]
    pub fn of(rule: Option<&'a str>, explanation: &'a Explanation, text: &'a str) -> Self {
        let (flip, change) = match &explanation.flip {
            Flip::Change(change) => ("change", Some(WireChange::from(change))),
            Flip::Never => ("never", None),
            Flip::Unknown => ("unknown", None),
        };
        let condition = |condition: &'a Explained| WireCondition {
            depth: condition.depth,
            kind: match condition.connective {
                Some(Connective::And) => "and",
                Some(Connective::Or) => "or",
                Some(Connective::Not) => "not",
                None => "condition",
            },
            text: condition.span.slice(text),
            start: condition.span.start,
            end: condition.span.end,
            holds: condition.holds,
            decides: condition.decides,
            fields: condition.fields.iter().map(WireField::from).collect(),
            result: condition.result.as_ref().map(|results| results.iter().map(wire_result).collect()),
        };
        Self {
            rule,
            verdict: explanation.verdict.as_str(),
            conditions: explanation.conditions.iter().map(condition).collect(),
            flip,
            change,
        }
    }
}

fn wire_result(result: &Option<Constant>) -> Value {
    result.as_ref().map_or(Value::Null, constant)
}

fn wire_values(field: &FieldValues) -> Vec<Value> {
    field.values.iter().map(constant).collect()
}

impl<'a> From<&'a FieldValues> for WireField<'a> {
    fn from(field: &'a FieldValues) -> Self {
        Self { field: &field.field.name, values: wire_values(field), hidden: field.hidden }
    }
}

impl<'a> From<&'a Change> for WireChange<'a> {
    fn from(change: &'a Change) -> Self {
        let field = |it: &'a FieldChange| WireFieldChange {
            field: &it.from.field.name,
            from: wire_values(&it.from),
            to: wire_values(&it.to),
            hidden: it.from.hidden || it.to.hidden,
        };
        Self { smallest: change.is_smallest, fields: change.fields.iter().map(field).collect() }
    }
}
