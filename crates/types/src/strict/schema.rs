//! Finds what atc-router's check against the schema refuses.

use tamis_lang::catalog::{Field, Resolution, Via};
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_syntax::tree::{Literal, NodeKind};

use super::refusal::Refusal;
use super::walk::{Accepted, Found};
use crate::check::Checker;

/// Whose names the gateway itself gives to its fields.
const GATEWAY: &[&str] = &["Kong's router"];

/// The types of atc-router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum GatewayType {
    String,
    Int,
    Address,
    Network,
}

/// What the check against the schema refuses about a comparison.
pub(super) fn refusal(checker: &Checker<'_>, comparison: &Accepted) -> Option<Found> {
    let tree = checker.tree;
    let at_field = |refusal| Found { refusal, span: tree.span(comparison.field), node: Some(comparison.field) };
    let at_operator = |refusal| Found { refusal, span: comparison.op_span, node: None };
    let name = checker.slice(comparison.field);
    let (field, key, via) = match checker.catalog.resolve(name, None) {
        Resolution::Field { field, key, via, .. } => (field, key, via),
        Resolution::BadKey { id, key } => (checker.catalog.field(id)?, Some(key), Via::Name),
        Resolution::FamilyWithoutKey(_) | Resolution::NotAFamily(_) | Resolution::Unknown => return None,
    };
    if !is_in_schema(name, key.as_deref(), via) {
        return Some(at_field(Refusal::Unknown));
    }
    let Some(ty) = type_of(field) else { return Some(at_field(Refusal::Type)) };
    match comparison.op.get().name {
        "<" | "<=" | ">" | ">=" if ty != GatewayType::Int => Some(at_operator(Refusal::Order)),
        "in" | "not in" if ty == GatewayType::Network => Some(at_operator(Refusal::Membership)),
        "~" => {
            let NodeKind::Literal(Literal::Value(Constant::String(pattern))) = tree.kind(comparison.literal) else {
                return None;
            };
            let matches_text = std::str::from_utf8(pattern).is_ok_and(|text| regex_syntax::parse(text).is_ok());
            let span = tree.span(comparison.literal);
            (!matches_text).then_some(Found { refusal: Refusal::Pattern, span, node: None })
        }
        // Where the two types differ, the checker has refused the comparison.
        _ => None,
    }
}

/// Whether the schema has a name: a wildcard stands for one further segment.
fn is_in_schema(name: &str, key: Option<&str>, via: Via<'_>) -> bool {
    let is_named = match via {
        Via::Name | Via::KeySpelling => true,
        Via::Alias(alias) => GATEWAY.contains(&alias.origin.as_str()),
    };
    let is_one_segment = key.is_none_or(|key| name.rsplit('.').next().is_some_and(|last| last.len() == key.len()));
    is_named && is_one_segment
}

/// The type that a field has in the schema of the gateway, which counts times and sizes.
fn type_of(field: &Field) -> Option<GatewayType> {
    match field.ty {
        Ty::String => Some(GatewayType::String),
        Ty::Int => Some(GatewayType::Int),
        Ty::Ip => Some(GatewayType::Address),
        Ty::Network => Some(GatewayType::Network),
        Ty::Duration | Ty::Size if field.unit.is_some() => Some(GatewayType::Int),
        Ty::Duration | Ty::Size | Ty::Bool | Ty::Float => None,
    }
}

#[cfg(test)]
mod tests {
    use tamis_lang::catalog::Catalog;

    use super::*;

    #[test]
    fn the_shipped_catalogs_call_the_gateway_by_this_name() {
        let sampler = Catalog::shipped("kong-sampler").unwrap();
        let Resolution::Field { via: Via::Alias(alias), .. } = sampler.resolve("net.src.ip", None) else { panic!() };
        assert!(GATEWAY.contains(&alias.origin.as_str()), "{}", alias.origin);
    }
}
