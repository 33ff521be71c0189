//! Values: every result that an expression has for the request.

use tamis_lang::builtin::{Builtin, Eval, Power, Special};
use tamis_lang::catalog::{FieldId, Shape};
use tamis_lang::scratch::Scratch;
use tamis_lang::ty::Ty;
use tamis_lang::value::{Constant, Value};
use tamis_syntax::tree::{Literal, NodeId, NodeKind};
use tamis_vm::cost::MOST_VALUES;

use super::Reference;
use super::name::Name;
use super::quantity::{Side, Unit, converted, overload};

/// The variables that can be seen.
pub(super) enum Scope<'s> {
    /// None.
    Outermost,
    /// One more.
    Inner {
        /// The innermost.
        variable: &'s Variable,
        /// The others.
        outer: &'s Scope<'s>,
    },
}

/// The variable of a quantifier, and the value that it has at the moment.
pub(super) struct Variable {
    name: String,
    /// The field that it runs over.
    field: FieldId,
    /// Nothing where the value is not of the field's type.
    value: Option<Constant>,
}

impl<'s> Scope<'s> {
    /// The innermost variable of a name.
    pub(super) fn find(&'s self, name: &str) -> Option<&'s Variable> {
        match self {
            Self::Outermost => None,
            Self::Inner { variable, .. } if variable.name == name => Some(variable),
            Self::Inner { outer, .. } => outer.find(name),
        }
    }
}

impl Reference<'_> {
    /// The results of a value, one after the other; `None` is an operation without a result.
    pub(super) fn value(&self, node: NodeId, scope: &Scope<'_>) -> Vec<Option<Constant>> {
        let (node, scope) = self.plain(node, scope);
        match self.tree.kind(node) {
            NodeKind::Literal(Literal::Value(constant)) => vec![Some(constant.clone())],
            NodeKind::Path { .. } => match self.name(node, scope) {
                Name::Variable(variable) => vec![variable.value.clone()],
                Name::Field(..) => self.values_of(node, scope),
                Name::Let(_) | Name::Nothing => Vec::new(),
            },
            NodeKind::Prefix { op, operand, .. } => self.operation(op.get(), &[*operand], scope),
            NodeKind::Infix { op, left, right, .. } if op.get().special() == Some(Special::Default) => {
                self.default(op.get(), *left, *right, scope)
            }
            NodeKind::Infix { op, left, right, .. } => self.operation(op.get(), &[*left, *right], scope),
            NodeKind::Call { .. } => self.call_value(node, scope),
            _ => Vec::new(),
        }
    }

    fn call_value(&self, node: NodeId, scope: &Scope<'_>) -> Vec<Option<Constant>> {
        let Some((function, arguments)) = self.call(node) else { return Vec::new() };
        let arguments = self.tree.children(arguments);
        let Some(&first) = arguments.first() else { return Vec::new() };
        match function.get().special() {
            // The mode belongs to the comparison around.
            Some(Special::Any | Special::All) => self.value(first, scope),
            Some(Special::Count) => vec![number(self.values_of(first, scope).len())],
            Some(Special::Len) if self.is_list(first, scope) => match self.values_of(first, scope).len() {
                0 => Vec::new(),
                n => vec![number(n)],
            },
            Some(Special::Len) => self.value(first, scope).into_iter().map(length).collect(),
            _ => self.operation(function.get(), arguments, scope),
        }
    }

    /// A kernel over every combination of the operands' results.
    fn operation(&self, op: &'static Builtin, operands: &[NodeId], scope: &Scope<'_>) -> Vec<Option<Constant>> {
        let Eval::Pure(kernel) = op.eval else { return Vec::new() };
        let sides: Vec<Side> = operands.iter().map(|operand| self.side(*operand, scope)).collect();
        let mut combinations: Vec<Vec<Option<Constant>>> = vec![Vec::new()];
        for (place, operand) in operands.iter().enumerate() {
            let values = self.value(*operand, scope);
            let values: Vec<_> = values.into_iter().map(|value| converted(value, place, &sides, op)).collect();
            let extended = combinations.iter().flat_map(|before| {
                values.iter().map(move |value| before.iter().chain([value]).cloned().collect::<Vec<_>>())
            });
            combinations = extended.collect();
        }
        let apply = |operands: Vec<Option<Constant>>| {
            let operands: Vec<Constant> = operands.into_iter().collect::<Option<_>>()?;
            let values: Vec<Value<'_>> = operands.iter().map(Constant::as_value).collect();
            let scratch = Scratch::default();
            kernel(&values, &scratch).map(|result| result.to_constant())
        };
        combinations.into_iter().map(apply).collect()
    }

    /// `left ?? right`
    fn default(&self, op: &'static Builtin, left: NodeId, right: NodeId, scope: &Scope<'_>) -> Vec<Option<Constant>> {
        let sides = [self.side(left, scope), self.side(right, scope)];
        let side = |node, place| -> Vec<Option<Constant>> {
            self.value(node, scope).into_iter().map(|value| converted(value, place, &sides, op)).collect()
        };
        let (left, right) = (side(left, 0), side(right, 1));
        if left.is_empty() {
            return right;
        }
        left.into_iter().flat_map(|value| if value.is_some() { vec![value] } else { right.clone() }).collect()
    }

    /// The values of a field; one of another type than the field's is there, but it is nothing.
    pub(super) fn values_of(&self, node: NodeId, scope: &Scope<'_>) -> Vec<Option<Constant>> {
        let Some((id, key)) = self.field(node, scope) else { return Vec::new() };
        let ty = self.record(id).map(|field| field.ty);
        let values = self.request.values(id, key.as_deref()).iter().take(MOST_VALUES);
        values.map(|value| Some(value).filter(|value| Some(value.ty()) == ty).cloned()).collect()
    }

    /// The values of the field that a quantifier runs over, each under the variable's name.
    pub(super) fn elements(&self, name: &str, source: NodeId, scope: &Scope<'_>) -> Vec<Variable> {
        let Some((field, _)) = self.field(source, scope) else { return Vec::new() };
        let values = self.values_of(source, scope).into_iter();
        values.map(|value| Variable { name: name.to_owned(), field, value }).collect()
    }

    /// How many combinations of values there are for a value: one where no field in it has several.
    pub(super) fn combinations(&self, node: NodeId, scope: &Scope<'_>) -> usize {
        let (node, scope) = self.plain(node, scope);
        let all = |operands: &[NodeId]| {
            operands.iter().fold(1_usize, |n, operand| n.saturating_mul(self.combinations(*operand, scope)))
        };
        match self.tree.kind(node) {
            NodeKind::Path { .. } => match self.name(node, scope) {
                Name::Field(..) => self.values_of(node, scope).len().max(1),
                Name::Variable(_) | Name::Let(_) | Name::Nothing => 1,
            },
            NodeKind::Prefix { operand, .. } => all(&[*operand]),
            NodeKind::Infix { left, right, .. } => all(&[*left, *right]),
            NodeKind::Call { .. } => {
                let Some((function, arguments)) = self.call(node) else { return 1 };
                let arguments = self.tree.children(arguments);
                match (function.get().special(), arguments) {
                    (Some(Special::Count), _) => 1,
                    (Some(Special::Len), [list]) if self.is_list(*list, scope) => 1,
                    _ => all(arguments),
                }
            }
            _ => 1,
        }
    }

    /// Whether a node names a list, so that `len` counts its values.
    fn is_list(&self, node: NodeId, scope: &Scope<'_>) -> bool {
        let field = self.field(node, scope).and_then(|(id, _)| self.record(id));
        field.is_some_and(|field| field.shape == Shape::Many)
    }

    /// The type of a value, the unit of a bare number beside it, and whether it is a literal.
    pub(super) fn side(&self, node: NodeId, scope: &Scope<'_>) -> Side {
        let (node, scope) = self.plain(node, scope);
        let is_literal = matches!(self.tree.kind(node), NodeKind::Literal(_));
        Side { ty: self.ty(node, scope), unit: self.unit(node, scope), is_literal }
    }

    fn ty(&self, node: NodeId, scope: &Scope<'_>) -> Ty {
        let (node, scope) = self.plain(node, scope);
        let of_field = |id| self.record(id).map_or(Ty::Bool, |field| field.ty);
        match self.tree.kind(node) {
            NodeKind::Literal(Literal::Value(constant)) => constant.ty(),
            NodeKind::Path { .. } => match self.name(node, scope) {
                Name::Variable(variable) => of_field(variable.field),
                Name::Field(id, _) => of_field(id),
                Name::Let(_) | Name::Nothing => Ty::Bool,
            },
            NodeKind::Prefix { op, operand, .. } => self.result(op.get(), &[*operand], scope),
            NodeKind::Infix { op, left, right, .. } => self.result(op.get(), &[*left, *right], scope),
            NodeKind::Call { .. } => match (self.inside_mode(node), self.call(node)) {
                (Some((_, operand)), _) => self.ty(operand, scope),
                (None, Some((function, arguments))) => {
                    self.result(function.get(), self.tree.children(arguments), scope)
                }
                (None, None) => Ty::Bool,
            },
            _ => Ty::Bool,
        }
    }

    /// What an operation gives: by the overload of its operands' types, literals among them as the other operands are.
    fn result(&self, op: &Builtin, operands: &[NodeId], scope: &Scope<'_>) -> Ty {
        if let Some(Special::Count | Special::Len) = op.special() {
            return Ty::Int;
        }
        let sides: Vec<Side> = operands.iter().map(|operand| self.side(*operand, scope)).collect();
        let types: Vec<Ty> = (0..sides.len()).map(|place| Side::wanted(&sides, place, op)).collect();
        overload(op, &types).map_or(Ty::Bool, |signature| signature.result)
    }

    /// In what a bare number beside a value counts: the unit that its fields share.
    pub(super) fn unit(&self, node: NodeId, scope: &Scope<'_>) -> Option<Unit> {
        let (node, scope) = self.plain(node, scope);
        let of_field = |id| Unit::of(self.record(id)?);
        let operands = match self.tree.kind(node) {
            NodeKind::Path { .. } => {
                return match self.name(node, scope) {
                    Name::Variable(variable) => of_field(variable.field),
                    Name::Field(id, _) => of_field(id),
                    Name::Let(_) | Name::Nothing => None,
                };
            }
            NodeKind::Prefix { operand, .. } => vec![*operand],
            NodeKind::Infix { left, right, .. } => vec![*left, *right],
            NodeKind::Call { .. } => match self.call(node) {
                Some((function, _)) if matches!(function.get().special(), Some(Special::Count | Special::Len)) => {
                    return None;
                }
                Some((_, arguments)) => self.tree.children(arguments).to_vec(),
                None => return None,
            },
            _ => return None,
        };
        let units: Vec<Option<Unit>> = operands.iter().map(|operand| self.unit(*operand, scope)).collect();
        let first = units.iter().flatten().next().copied()?;
        let is_product =
            matches!(self.tree.kind(node), NodeKind::Infix { op, .. } if op.get().power() == Some(Power::Product));
        let agree = if is_product {
            // A product has the unit of the one operand that has a unit.
            units.iter().flatten().count() == 1
        } else {
            let is_literal = |operand: &NodeId| self.side(*operand, scope).is_literal;
            operands.iter().zip(&units).all(|(operand, unit)| *unit == Some(first) || is_literal(operand))
        };
        let ty = self.ty(node, scope);
        (agree && (ty == Ty::Int || ty == first.ty)).then_some(first)
    }
}

/// A number of values.
fn number(n: usize) -> Option<Constant> {
    i64::try_from(n).ok().map(Constant::Int)
}

/// The bytes of a text.
fn length(value: Option<Constant>) -> Option<Constant> {
    match value {
        Some(Constant::String(text)) => number(text.len()),
        _ => None,
    }
}
