//! Conditions of a checked rule as formulas, one by one.

use tamis_lang::catalog::Catalog;
use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_types::hir::{self, ConditionId, ConditionKind, FieldUseId, Hir, Mode, Right};

use super::comparison::{self, Beside, kind};
use super::fold::{self, Folded};
use super::formula::{FormulaId, Formulas};
use super::literal;
use super::name;
use super::quantifier;
use super::refusal::Refusal;
use super::subject::{self, Source, Subject};
use super::test::{NumberOperator, Numbers, Test, TextOperator};
use super::values::{Field, Laws};
use crate::Values;

/// The formulas of a rule.
#[derive(Debug)]
pub(crate) struct Lowered {
    /// The arena.
    pub(crate) formulas: Formulas,
    /// The formula of each condition; none of one that is refused, or has a part that is.
    pub(crate) of: Vec<Option<FormulaId>>,
    /// Why conditions are refused.
    pub(crate) refused: Vec<Diagnostic>,
}

/// The state of lowering one rule.
pub(crate) struct Lowering<'a> {
    text: &'a str,
    hir: &'a Hir,
    catalog: &'a Catalog,
    values: Values,
    folded: Vec<Option<Folded>>,
    formulas: Formulas,
}

type Answer<T> = Result<T, Refusal>;

/// Lowers every condition of a rule.
pub(crate) fn lower(text: &str, hir: &Hir, catalog: &Catalog, values: Values) -> Lowered {
    let lowering = Lowering { text, hir, catalog, values, folded: fold::fold(hir), formulas: Formulas::default() };
    lowering.run()
}

impl Lowering<'_> {
    fn run(mut self) -> Lowered {
        let mut of: Vec<Option<FormulaId>> = Vec::with_capacity(self.hir.conditions.len());
        let mut refused: Vec<Diagnostic> = Vec::new();
        for condition in &self.hir.conditions {
            let get = |id: &ConditionId| of.get(id.0 as usize).copied().flatten();
            let parts = |ids: &[ConditionId]| ids.iter().map(get).collect::<Option<Vec<FormulaId>>>();
            let found = match &condition.kind {
                ConditionKind::Constant(truth) => Ok(Some(self.formulas.constant(*truth))),
                ConditionKind::Not(inner) => Ok(get(inner).map(|inner| self.formulas.not(inner))),
                ConditionKind::And(ids) => Ok(parts(ids).map(|parts| self.formulas.and(parts))),
                ConditionKind::Or(ids) => Ok(parts(ids).map(|parts| self.formulas.or(parts))),
                ConditionKind::Exists(field) => {
                    self.field(*field, condition.span).map(|field| Some(self.there(&field)))
                }
                ConditionKind::Sample(_) => {
                    Err(Refusal::construct("Kong's expressions cannot take a share of the requests")
                        .note("a session there has a limit on the requests it captures instead"))
                }
                ConditionKind::Test(test) => self.test(test, condition.span).map(Some),
                ConditionKind::Quantified { quantifier, source, variable, body } => match get(body) {
                    None => Ok(None),
                    Some(body) => self.field(*source, condition.span).and_then(|field| {
                        let quantified = (*quantifier, *variable, body);
                        quantifier::formula(&mut self.formulas, &field, quantified).map(Some)
                    }),
                },
            };
            of.push(found.unwrap_or_else(|refusal| {
                let diagnostic = refusal.diagnostic(condition.span);
                if !refused.contains(&diagnostic) {
                    refused.push(diagnostic);
                }
                None
            }));
        }
        Lowered { formulas: self.formulas, of, refused }
    }

    fn there(&mut self, field: &Field) -> FormulaId {
        Laws { formulas: &mut self.formulas, field, mode: Mode::All }.there()
    }

    /// A field as it is named there.
    fn field(&self, id: FieldUseId, span: Span) -> Answer<Field> {
        let Some(field) = self.hir.field(id) else { return Err(Refusal::construct("the field is not known")) };
        let kind = kind(field.ty).ok_or_else(|| {
            let message =
                format!("`{}` is {}, a type that Kong's expressions do not have", field.name, field.ty.with_article());
            Refusal::value(message).note("their fields are texts, integers, addresses and networks")
        })?;
        let Some(name) = name::written(field, innermost(span.slice(self.text)), self.catalog) else {
            let message = format!("Kong's expressions cannot write the name `{}`", field.name);
            return Err(Refusal::name(message).note(
                "a name there has letters, digits, `_` and dots; an alias of such a name in the catalog would do",
            ));
        };
        let single = self.values == Values::AsTheCatalogSays && !field.many;
        Ok(Field { name, kind, single })
    }

    fn test(&mut self, test: &hir::Test, span: Span) -> Answer<FormulaId> {
        let folded = |id: hir::ValueId| self.folded.get(id.0 as usize).and_then(Option::as_ref);
        let left = folded(test.left);
        let (right_id, right) = match test.right {
            Right::Value(id) => (Some(id), folded(id)),
            Right::Prepared(_) => (None, None),
        };
        if matches!(left, Some(Folded::Nothing)) || matches!(right, Some(Folded::Nothing)) {
            return Ok(self.formulas.constant(false));
        }
        match (left, right_id, right) {
            (Some(left), _, Some(right)) => {
                let truth = fold::holds(self.hir, test, left, Some(right));
                Ok(self.formulas.constant(truth))
            }
            (Some(left), None, _) => {
                let truth = fold::holds(self.hir, test, left, None);
                Ok(self.formulas.constant(truth))
            }
            (Some(Folded::Constant(literal)), Some(subject), None) => {
                let Some(operator) = NumberOperator::of(test.op.get().name) else {
                    let message = format!("the field stands on the right of `{}`", test.op.get().name);
                    return Err(Refusal::construct(message).note("Kong's expressions have it on the left only"));
                };
                let literal = literal.clone();
                let subject = subject::of(self.hir, &self.folded, subject)?;
                self.subject(test, (operator.flipped().as_str(), span), &subject, Some((&literal, test.left)))
            }
            (None, Some(_), None) => {
                Err(Refusal::construct("Kong's expressions compare a field with a literal, not with another field"))
            }
            (_, right_id, right) => {
                let literal = right_id.zip(right.cloned());
                let literal = literal.as_ref().and_then(|(id, folded)| match folded {
                    Folded::Constant(constant) => Some((constant, *id)),
                    Folded::Nothing => None,
                });
                let subject = subject::of(self.hir, &self.folded, test.left)?;
                self.subject(test, (test.op.get().name, span), &subject, literal)
            }
        }
    }

    /// A subject beside a literal, or beside what was prepared.
    fn subject(
        &mut self,
        test: &hir::Test,
        (operator, span): (&'static str, Span),
        subject: &Subject,
        literal: Option<(&Constant, hir::ValueId)>,
    ) -> Answer<FormulaId> {
        let beside = match (literal, test.right) {
            (Some((constant, id)), _) => Beside::Value(constant, self.hir.value(id).map_or(span, |value| value.span)),
            (None, Right::Prepared(id)) => match self.hir.prepared.get(id.0 as usize) {
                Some(prepared) => Beside::Prepared(prepared),
                None => return Err(Refusal::construct("the operand is not known")),
            },
            (None, Right::Value(_)) => return Err(Refusal::construct("the operand is not known")),
        };
        match subject.source {
            Source::Variable(variable) => {
                let ty = self.hir.value(test.left).map_or(Ty::String, |value| value.ty);
                let one = comparison::of(self.text, ty, 1, subject, operator, &beside)?;
                Ok(self.formulas.element(variable, one, test.negated))
            }
            Source::Count(id) | Source::Values(id) | Source::Bytes(id) => {
                self.amount(test, id, subject, operator, &beside)
            }
            Source::Field(id) => {
                let field = self.field(id, subject.span)?;
                let record = self.hir.field(id);
                let ty = record.map_or(Ty::String, |field| field.ty);
                let one = comparison::of(self.text, ty, self.unit(id), subject, operator, &beside)?;
                let found = Laws { formulas: &mut self.formulas, field: &field, mode: test.mode }
                    .formula(&one, test.negated)?;
                let Some(default) = &subject.default else { return Ok(found) };
                if !self.accepts(test, default, literal) {
                    return Ok(found);
                }
                let there = self.there(&field);
                let absent = self.formulas.not(there);
                Ok(self.formulas.or(vec![found, absent]))
            }
        }
    }

    /// Whether a comparison holds for a value in place of its subject.
    fn accepts(&self, test: &hir::Test, subject: &Folded, literal: Option<(&Constant, hir::ValueId)>) -> bool {
        let literal = literal.map(|(constant, id)| (Folded::Constant(constant.clone()), id));
        match &literal {
            Some((literal, id)) if *id == test.left => fold::holds(self.hir, test, literal, Some(subject)),
            Some((literal, _)) => fold::holds(self.hir, test, subject, Some(literal)),
            None => fold::holds(self.hir, test, subject, None),
        }
    }

    /// Nanoseconds or bytes of one in the field's own unit.
    fn unit(&self, id: FieldUseId) -> i64 {
        let field = self.hir.field(id).and_then(|field| self.catalog.field(field.id));
        let counts = field.filter(|field| matches!(field.ty, Ty::Duration | Ty::Size));
        counts.and_then(|field| field.unit.as_ref()?.scale).map_or(1, |(_, scale)| scale.max(1))
    }

    /// An amount of values or bytes, of which only none and some can be told apart there.
    fn amount(
        &mut self,
        test: &hir::Test,
        id: FieldUseId,
        subject: &Subject,
        operator: &'static str,
        beside: &Beside<'_>,
    ) -> Answer<FormulaId> {
        let what = if matches!(subject.source, Source::Bytes(_)) { "bytes" } else { "values" };
        let counted = || {
            let message = format!("Kong's expressions cannot count {what}");
            Refusal::construct(message).note("whether there are any can be asked: `> 0`, `== 0`").at(subject.span)
        };
        let mut numbers = match (comparison::numbers(self.text, operator, beside, 1), beside) {
            (Ok(Test::Numbers(numbers)), _) => numbers,
            (Ok(_), Beside::Value(Constant::Int(n), _)) => {
                let operator = NumberOperator::of(operator).ok_or_else(counted)?;
                Numbers::of_comparison(operator, *n, 1)
            }
            _ => return Err(counted()),
        };
        if test.negated {
            numbers = numbers.complement();
        }
        let takes = |n: i64| numbers.ranges().iter().any(|(low, high)| (*low..=*high).contains(&n));
        let some = numbers.ranges().iter().find(|(_, high)| *high >= 1);
        let (none, some) = match some {
            None => (takes(0), false),
            Some((low, i64::MAX)) if *low <= 1 => (takes(0), true),
            Some(_) => return Err(counted()),
        };
        let field = self.field(id, subject.span)?;
        let there = self.there(&field);
        if matches!(subject.source, Source::Bytes(_)) {
            let one = match (none, some) {
                (true, true) => return Ok(there),
                (false, false) => return Ok(self.formulas.constant(false)),
                (none, _) => (Test::text(TextOperator::Equal, literal::text(""), false), !none),
            };
            return Laws { formulas: &mut self.formulas, field: &field, mode: test.mode }.formula(&one.0, one.1);
        }
        Ok(match (none && matches!(subject.source, Source::Count(_)), some) {
            (true, true) => self.formulas.constant(true),
            (true, false) => self.formulas.not(there),
            (false, true) => there,
            (false, false) => self.formulas.constant(false),
        })
    }
}

/// The name within functions: `x` of `any(lower(x))`.
fn innermost(source: &str) -> &str {
    let inner = source.rsplit_once('(').map_or(source, |(_, inner)| inner);
    inner.trim_end_matches([')', ' ', '\t', '\r', '\n']).trim()
}
