//! From a JSON value to a value of the language.
//!
//! Numbers and truth values are JSON's own; addresses, networks, durations and sizes are strings in the language's
//! spelling, `"10.0.0.0/8"`, `"250ms"`, `"8KiB"`.

use jsonc_parser::ast::Value;

use super::reader::{Reader, describe, quoted, span_of};
use crate::ty::Ty;
use crate::unit::{Dimension, parse_quantity};
use crate::value::Constant;

impl Reader {
    /// A value of a type; anything else is reported.
    pub(super) fn constant(&mut self, value: &Value<'_>, ty: Ty) -> Option<Constant> {
        let constant = constant(value, ty);
        if constant.is_none() {
            let found = match value {
                Value::StringLit(literal) => quoted(&format!("\"{}\"", literal.value)),
                Value::NumberLit(literal) => quoted(literal.value),
                Value::BooleanLit(literal) => quoted(if literal.value { "true" } else { "false" }),
                Value::Object(_) | Value::Array(_) | Value::NullKeyword(_) => describe(value).to_owned(),
            };
            self.refuse(span_of(value), format!("expected {}, found {found}", spelling(ty)));
        }
        constant
    }
}

fn constant(value: &Value<'_>, ty: Ty) -> Option<Constant> {
    match (ty, value) {
        (Ty::Bool, Value::BooleanLit(literal)) => Some(Constant::Bool(literal.value)),
        (Ty::Int, Value::NumberLit(literal)) => literal.value.parse().ok().map(Constant::Int),
        (Ty::Float, Value::NumberLit(literal)) => {
            literal.value.parse().ok().filter(|number: &f64| number.is_finite()).map(Constant::Float)
        }
        (Ty::String, Value::StringLit(literal)) => Some(Constant::String(literal.value.as_bytes().into())),
        (Ty::Ip, Value::StringLit(literal)) => literal.value.parse().ok().map(Constant::Ip),
        (Ty::Network, Value::StringLit(literal)) => {
            let network: ipnet::IpNet = literal.value.parse().ok()?;
            (network == network.trunc()).then_some(Constant::Network(network))
        }
        (Ty::Duration | Ty::Size, Value::StringLit(literal)) => {
            let quantity = parse_quantity(&literal.value).ok()?;
            match (ty, quantity.dimension) {
                (Ty::Duration, Dimension::Time) => Some(Constant::Duration(quantity.amount)),
                (Ty::Size, Dimension::Data) => Some(Constant::Size(quantity.amount)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// How a value of a type is written in a file.
const fn spelling(ty: Ty) -> &'static str {
    match ty {
        Ty::Bool => "`true` or `false`",
        Ty::Int => "a whole number of 64 bits",
        Ty::Float => "a number",
        Ty::String => "a string",
        Ty::Ip => "an address such as `\"10.0.0.1\"`",
        Ty::Network => "a network such as `\"10.0.0.0/8\"`",
        Ty::Duration => "a duration such as `\"250ms\"`",
        Ty::Size => "a size such as `\"8KiB\"`",
    }
}
