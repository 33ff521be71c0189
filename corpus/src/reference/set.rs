//! Membership, element by element.

use std::cmp::Ordering;

use tamis_lang::value::Constant;
use tamis_syntax::tree::{Literal, NodeId, NodeKind};

use super::Reference;
use super::quantity::{Unit, in_units, literal_as};
use super::value::Scope;

impl Reference<'_> {
    /// Whether a value is in a set, a range or a network.
    pub(super) fn is_member(&self, value: &Constant, unit: Option<Unit>, set: NodeId, scope: &Scope<'_>) -> bool {
        let (set, scope) = self.plain(set, scope);
        match self.tree.kind(set) {
            NodeKind::Set(elements) => {
                self.tree.children(*elements).iter().any(|element| self.is_member(value, unit, *element, scope))
            }
            NodeKind::Range { low, high } => {
                let (low, high) = (self.constant(*low), self.constant(*high));
                low.and_then(|low| order(value, unit, low)).is_some_and(Ordering::is_ge)
                    && high.and_then(|high| order(value, unit, high)).is_some_and(Ordering::is_le)
            }
            _ => self.constant(set).is_some_and(|element| is_element(value, unit, element)),
        }
    }

    fn constant(&self, node: NodeId) -> Option<&Constant> {
        match self.tree.kind(self.tree.without_groups(node)) {
            NodeKind::Literal(Literal::Value(constant)) => Some(constant),
            _ => None,
        }
    }
}

/// Whether a value is an element as written, or lies within it.
fn is_element(value: &Constant, unit: Option<Unit>, element: &Constant) -> bool {
    match (value, element) {
        (Constant::Ip(ip), Constant::Network(network)) => network.contains(ip),
        (Constant::Network(inner), Constant::Network(network)) => network.contains(inner),
        // An address among networks is the network of that one address.
        (Constant::Network(inner), Constant::Ip(ip)) => {
            inner.addr() == *ip && inner.prefix_len() == inner.max_prefix_len()
        }
        (Constant::Bool(a), Constant::Bool(b)) => a == b,
        _ => order(value, unit, element).is_some_and(Ordering::is_eq),
    }
}

/// How a value lies to a literal of its type, or of a type that is converted to it.
fn order(value: &Constant, unit: Option<Unit>, literal: &Constant) -> Option<Ordering> {
    match (value, literal) {
        (Constant::Int(n), Constant::Duration(amount) | Constant::Size(amount)) => {
            Some(in_units(*n, unit?).cmp(&i128::from(*amount)))
        }
        _ => value.as_value().order(&literal_as(literal, value.ty(), unit)?.as_value()),
    }
}
