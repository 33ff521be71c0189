//! Checked rules and requests, written by hand.

use std::ops::ControlFlow;

use tamis_lang::builtin::{self, BuiltinId};
use tamis_lang::catalog::FieldId;
use tamis_lang::phase::Phase;
use tamis_lang::prepared::Prepared;
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_lang::value::{Constant, Value};
use tamis_types::hir::{
    self, Condition, ConditionId, ConditionKind, FieldUse, FieldUseId, Hir, Mode, PreparedId, Quantifier, Right, Test,
    ValueId, ValueKind, VariableId,
};

use crate::facts::{Fact, Facts, FieldRef};

/// A checked rule that grows; what was added last decides.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rule {
    pub(crate) hir: Hir,
}

impl Rule {
    pub(crate) fn declare(&mut self, name: &str, ty: Ty) -> FieldUseId {
        if let Some(known) = self.hir.fields.iter().position(|field| field.name == name) {
            return FieldUseId(known.try_into().unwrap());
        }
        let n = self.hir.fields.len();
        self.hir.fields.push(FieldUse {
            id: FieldId(n.try_into().unwrap()),
            key: None,
            name: name.to_owned(),
            ty,
            many: false,
            optional: true,
            phase: Phase::RequestHeaders,
            monotone: false,
            sensitive: false,
        });
        FieldUseId(n.try_into().unwrap())
    }

    pub(crate) fn value(&mut self, kind: ValueKind, ty: Ty) -> ValueId {
        self.hir.values.push(hir::Value { kind, ty, span: Span::default() });
        ValueId((self.hir.values.len() - 1).try_into().unwrap())
    }

    pub(crate) fn field(&mut self, name: &str, ty: Ty) -> ValueId {
        let field = self.declare(name, ty);
        self.value(ValueKind::Field(field), ty)
    }

    pub(crate) fn constant(&mut self, constant: Constant) -> ValueId {
        let ty = constant.ty();
        self.value(ValueKind::Constant(constant), ty)
    }

    pub(crate) fn int(&mut self, n: i64) -> ValueId {
        self.constant(Constant::Int(n))
    }

    pub(crate) fn text(&mut self, text: &str) -> ValueId {
        self.constant(Constant::String(text.as_bytes().into()))
    }

    pub(crate) fn call(&mut self, name: &str, arguments: &[ValueId], ty: Ty) -> ValueId {
        self.value(ValueKind::Call { builtin: operator(name).0, arguments: arguments.to_vec() }, ty)
    }

    pub(crate) fn condition(&mut self, kind: ConditionKind, span: Span) -> ConditionId {
        self.hir.conditions.push(Condition { kind, span });
        let id = ConditionId((self.hir.conditions.len() - 1).try_into().unwrap());
        self.hir.root = Some(id);
        id
    }

    /// `left operator right`, over all values.
    pub(crate) fn test(&mut self, left: ValueId, name: &str, right: ValueId) -> ConditionId {
        self.test_in(Mode::All, left, name, right)
    }

    pub(crate) fn test_in(&mut self, mode: Mode, left: ValueId, name: &str, right: ValueId) -> ConditionId {
        let (op, negated) = operator(name);
        let test = Test { op, negated, mode, left, right: Right::Value(right) };
        self.condition(ConditionKind::Test(test), Span::default())
    }

    pub(crate) fn test_prepared(&mut self, left: ValueId, name: &str, right: Prepared) -> ConditionId {
        self.hir.prepared.push(right);
        let right = Right::Prepared(PreparedId((self.hir.prepared.len() - 1).try_into().unwrap()));
        let (op, negated) = operator(name);
        self.condition(ConditionKind::Test(Test { op, negated, mode: Mode::All, left, right }), Span::default())
    }

    pub(crate) fn and(&mut self, children: &[ConditionId]) -> ConditionId {
        self.condition(ConditionKind::And(children.to_vec()), Span::default())
    }

    pub(crate) fn or(&mut self, children: &[ConditionId]) -> ConditionId {
        self.condition(ConditionKind::Or(children.to_vec()), Span::default())
    }

    pub(crate) fn not(&mut self, inner: ConditionId) -> ConditionId {
        self.condition(ConditionKind::Not(inner), Span::default())
    }

    pub(crate) fn quantified(
        &mut self,
        quantifier: Quantifier,
        source: FieldUseId,
        level: u32,
        body: ConditionId,
    ) -> ConditionId {
        let variable = VariableId(level);
        self.condition(ConditionKind::Quantified { quantifier, source, variable, body }, Span::default())
    }

    pub(crate) fn variable(&mut self, level: u32, ty: Ty) -> ValueId {
        self.value(ValueKind::Variable(VariableId(level)), ty)
    }

    /// Says where the condition that was added last was written.
    pub(crate) fn at(&mut self, source: &str, piece: &str) {
        let start = source.find(piece).unwrap();
        self.hir.conditions.last_mut().unwrap().span = Span::from_range(start..start + piece.len());
    }
}

/// The positive record of an operator or function, and whether the name was that of its opposite.
pub(crate) fn operator(name: &str) -> (BuiltinId, bool) {
    let (id, record) = builtin::all().find(|(_, record)| record.name == name).unwrap();
    record.negates().map_or((id, false), |positive| (BuiltinId::of(positive), true))
}

/// A request: for each slot its values and whether they come as several in any case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request(pub(crate) Vec<Answer>);

#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) values: Vec<Constant>,
    pub(crate) as_many: bool,
}

impl Request {
    /// The values of each slot, as few as can be.
    pub(crate) fn of(values: &[&[Constant]]) -> Self {
        Self(values.iter().map(|values| Answer { values: values.to_vec(), as_many: false }).collect())
    }

    pub(crate) fn values(&self, slot: u32) -> &[Constant] {
        self.0.get(slot as usize).map_or(&[], |answer| &answer.values)
    }
}

impl Facts for Request {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        let as_many = self.0.get(field.slot as usize).is_some_and(|answer| answer.as_many);
        match self.values(field.slot) {
            [] if !as_many => Fact::Absent,
            [value] if !as_many => Fact::One(value.as_value()),
            _ => Fact::Many,
        }
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        let _ = self.values(field.slot).iter().try_for_each(|value| visit(value.as_value()));
    }
}

pub(crate) fn int(n: i64) -> Constant {
    Constant::Int(n)
}

pub(crate) fn text(text: &str) -> Constant {
    Constant::String(text.as_bytes().into())
}
