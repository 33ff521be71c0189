//! Operations that make a value of values: arithmetic, `??` and functions.

use tamis_lang::builtin::{Builtin, BuiltinId, Eval, Operand, Power, Signature, Special};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Severity};
use tamis_lang::scratch::Scratch;
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_lang::value::{Constant, Value};
use tamis_syntax::tree::NodeId;

use crate::check::{Checker, twin};
use crate::comparison::Side;
use crate::convert::{Converted, convert};
use crate::hir::{ValueId, ValueKind};
use crate::meaning::{Meaning, Place, Scale, Term};
use crate::prose::accepted;
use crate::retype::retype;

/// An operand in the type that the chosen overload wants.
#[derive(Clone, Debug)]
struct Argument {
    node: NodeId,
    term: Term,
    converted: Option<Converted>,
}

impl Checker<'_> {
    /// An operator over values.
    pub(crate) fn arithmetic(&mut self, id: NodeId, op: BuiltinId, op_span: Span, operands: &[NodeId]) -> Meaning {
        let Some(terms) = self.terms(operands) else { return self.hole() };
        let builtin = op.get();
        let Some((signature, arguments)) = self.overload(builtin, operands, &terms) else {
            self.error(|checker| checker.no_overload(builtin, op_span, operands, &terms));
            return Meaning::Hole;
        };
        self.apply(id, op, signature, &arguments)
    }

    /// The operands as values; all of them are looked at, so that each mistake is reported.
    pub(crate) fn terms(&mut self, operands: &[NodeId]) -> Option<Vec<Term>> {
        let terms: Vec<Option<Term>> = operands.iter().map(|node| self.term(*node)).collect();
        terms.into_iter().collect()
    }

    /// A function over values.
    pub(crate) fn function(&mut self, id: NodeId, function: BuiltinId, name: Span, operands: &[NodeId]) -> Meaning {
        let builtin = function.get();
        let Some(terms) = self.terms(operands) else {
            // What it gives is known without its operands where every overload gives a condition.
            return if twin(function).is_some() { self.broken_condition() } else { self.hole() };
        };
        if !self.count_arguments(builtin, name, operands.len()) {
            return self.hole();
        }
        let Some((signature, arguments)) = self.overload(builtin, operands, &terms) else {
            self.error(|checker| checker.argument_type(builtin, name, operands, &terms));
            return Meaning::Hole;
        };
        if twin(function).is_none() {
            return self.apply(id, function, signature, &arguments);
        }
        let values: Vec<ValueId> = arguments.iter().map(|argument| self.argument(argument)).collect();
        let [left, right] = *values else { return self.hole() };
        let term = self.result(id, builtin, signature.result, &arguments);
        Meaning::Value(Term { place: Place::Test { function, left, right }, ..term })
    }

    /// Checks how many arguments a function has.
    pub(crate) fn count_arguments(&mut self, builtin: &'static Builtin, name: Span, found: usize) -> bool {
        let fits = |signature: &Signature| {
            let wanted = signature.parameters.len();
            found == wanted || (signature.variadic && found > wanted)
        };
        if builtin.signatures.iter().any(fits) {
            return true;
        }
        self.error(|_| {
            let counts = builtin.signatures.first().map_or(0, |signature| signature.parameters.len());
            let or_more = if builtin.signatures.iter().any(|s| s.variadic) { " or more" } else { "" };
            let plural = if counts == 1 && or_more.is_empty() { "argument" } else { "arguments" };
            let message = format!("`{}` takes {counts}{or_more} {plural}, not {found}", builtin.name);
            Diagnostic::new(Code::ArgumentCount, name, message).note(format!("it is written `{}`", usage(builtin)))
        });
        false
    }

    /// The first overload that takes the operands, as they are or with literals converted.
    fn overload(
        &self,
        builtin: &'static Builtin,
        operands: &[NodeId],
        terms: &[Term],
    ) -> Option<(&'static Signature, Vec<Argument>)> {
        let exact = builtin.signatures.iter().find_map(|signature| {
            let arguments = self.arguments(builtin, signature, operands, terms)?;
            arguments.iter().all(|argument| argument.converted.is_none()).then_some((signature, arguments))
        });
        exact.or_else(|| {
            builtin
                .signatures
                .iter()
                .find_map(|signature| Some((signature, self.arguments(builtin, signature, operands, terms)?)))
        })
    }

    fn arguments(
        &self,
        builtin: &Builtin,
        signature: &Signature,
        operands: &[NodeId],
        terms: &[Term],
    ) -> Option<Vec<Argument>> {
        let wanted = signature.parameters.len();
        if terms.len() != wanted && !(signature.variadic && terms.len() > wanted) {
            return None;
        }
        // A bare number beside a quantity counts in its unit where one stands in for the other.
        let scale = match builtin.power() {
            Some(Power::Default) => terms.iter().find_map(|term| term.scale),
            _ => None,
        };
        let last = signature.parameters.last()?;
        let pairs = operands.iter().zip(terms).enumerate();
        pairs
            .map(|(place, (node, term))| {
                let Operand::Value(ty) = signature.parameters.get(place).unwrap_or(last) else { return None };
                if term.ty == *ty {
                    return Some(Argument { node: *node, term: *term, converted: None });
                }
                let constant = self.constant(term.literal()?)?;
                let converted = convert(constant, *ty, scale)?;
                let allowed = *ty == Ty::Float || scale.is_some();
                allowed.then_some(Argument { node: *node, term: *term, converted: Some(converted) })
            })
            .collect()
    }

    /// An operand in the checked form.
    fn argument(&mut self, argument: &Argument) -> ValueId {
        let other = |term: Term| Side { node: argument.node, term };
        match &argument.converted {
            None => self.value(argument.node, &argument.term),
            Some(Converted::Exact(constant) | Converted::Counted(constant)) => {
                self.constant_value(argument.node, constant.clone())
            }
            Some(Converted::TooLarge) => {
                self.too_large(argument.node, &other(argument.term));
                self.constant_value(argument.node, Constant::Int(0))
            }
            Some(Converted::Between(_)) => {
                self.item.broken = true;
                self.constant_value(argument.node, Constant::Int(0))
            }
        }
    }

    fn apply(&mut self, id: NodeId, op: BuiltinId, signature: &'static Signature, arguments: &[Argument]) -> Meaning {
        let builtin = op.get();
        for argument in arguments {
            if let Some(Converted::Counted(_)) = &argument.converted {
                let beside = arguments.iter().find(|other| other.converted.is_none());
                if let Some(beside) = beside {
                    self.bare_unit(argument.node, &Side { node: beside.node, term: beside.term });
                }
            }
        }
        self.never_defined(id, builtin, arguments);
        let values: Vec<ValueId> = arguments.iter().map(|argument| self.argument(argument)).collect();
        let term = self.result(id, builtin, signature.result, arguments);
        let kind = match (builtin.special(), values.as_slice()) {
            (Some(Special::Default), [left, right]) => ValueKind::Default(*left, *right),
            _ => ValueKind::Call { builtin: op, arguments: values },
        };
        self.ready(id, kind, term)
    }

    /// Adds an operation to the checked form, up to the depth limit.
    pub(crate) fn ready(&mut self, id: NodeId, kind: ValueKind, term: Term) -> Meaning {
        let limit = self.limits.nesting.min(tamis_lang::limits::Limits::MAX_NESTING);
        if term.depth > limit {
            self.error(|checker| {
                let message = format!("more than {limit} operations are stacked in one value");
                Diagnostic::new(Code::NestingTooDeep, checker.span(id), message)
            });
            return Meaning::Hole;
        }
        let span = self.span(id);
        let value = self.item.builder.value(kind, term.ty, span);
        Meaning::Value(Term { place: Place::Ready(value), ..term })
    }

    /// What is known of the result of an operation.
    fn result(&mut self, id: NodeId, builtin: &Builtin, ty: Ty, arguments: &[Argument]) -> Term {
        let terms: Vec<Term> = arguments.iter().map(|argument| argument.term).collect();
        let is_default = builtin.special() == Some(Special::Default);
        let optional = match terms.as_slice() {
            [_, right] if is_default => right.optional,
            _ => terms.iter().any(|term| term.optional),
        };
        let depth = terms.iter().map(|term| term.depth).max().unwrap_or(0).saturating_add(1);
        Term {
            place: Place::Literal(id),
            ty,
            field: None,
            scale: scale_of(builtin, ty, &terms),
            mode: self.mode(id, &terms),
            many: terms.iter().any(|term| term.many),
            optional,
            constant: terms.iter().all(|term| term.constant),
            depth,
        }
    }

    /// An operation that has no result, whatever the request.
    fn never_defined(&mut self, id: NodeId, builtin: &Builtin, arguments: &[Argument]) {
        let Eval::Pure(kernel) = builtin.eval else { return };
        let literal = |argument: &Argument| match &argument.converted {
            Some(Converted::Exact(constant)) => Some(constant.clone()),
            Some(_) => None,
            None => self.constant(argument.term.literal()?).cloned(),
        };
        let divides = matches!(builtin.name, "/" | "%");
        let divisor = arguments.get(1).filter(|_| divides).and_then(literal);
        if divisor.as_ref().is_some_and(is_zero) {
            self.error(|checker| {
                let message = format!("{} divides by zero, so it never has a value", checker.quote(id));
                Diagnostic::new(Code::NeverDefined, checker.span(id), message)
                    .note("a comparison with a value that is never there is always false")
            });
            return;
        }
        let Some(constants) = arguments.iter().map(literal).collect::<Option<Vec<_>>>() else { return };
        let values: Vec<Value<'_>> = constants.iter().map(Constant::as_value).collect();
        let scratch = Scratch::default();
        if kernel(&values, &scratch).is_none() {
            self.error(|checker| {
                let message = format!("{} never has a value", checker.quote(id));
                Diagnostic::new(Code::NeverDefined, checker.span(id), message)
                    .note("a comparison with a value that is never there is always false")
            });
        }
    }

    /// An operator without an overload for these operands.
    fn no_overload(&self, builtin: &'static Builtin, op_span: Span, operands: &[NodeId], terms: &[Term]) -> Diagnostic {
        let op = op_span.slice(self.text);
        let takes = |ty: Ty| {
            let has = |signature: &Signature| signature.parameters.contains(&Operand::Value(ty));
            builtin.signatures.iter().any(has)
        };
        let wrong = operands.iter().zip(terms).find(|(_, term)| !takes(term.ty));
        if let Some((node, term)) = wrong {
            let ty = term.ty.with_article();
            let base = format!("`{op}` works on {}, but {} is {ty}", accepted(builtin, 0), self.quote(*node));
            return self.operand_rewrite(base, op_span, (*node, term), operands, terms);
        }
        let ([left_node, right_node], [left, right]) = (operands, terms) else {
            return Diagnostic::new(Code::OperatorType, op_span, format!("`{op}` works on {}", accepted(builtin, 0)));
        };
        let (left_text, right_text) = (self.quote(*left_node), self.quote(*right_node));
        let (left_ty, right_ty) = (left.ty.with_article(), right.ty.with_article());
        let message =
            format!("`{op}` does not join {left_text}, which is {left_ty}, and {right_text}, which is {right_ty}");
        if left.ty == right.ty {
            let message = format!("`{op}` does not join two values of type {}", left.ty);
            return Diagnostic::new(Code::OperatorType, op_span, message);
        }
        let diagnostic = Diagnostic::new(Code::TypeMismatch, op_span, message);
        let bare = [left, right].into_iter().any(|term| term.literal().is_some() && term.ty == Ty::Int);
        match [left.ty, right.ty].into_iter().find(|ty| bare && matches!(ty, Ty::Duration | Ty::Size)) {
            Some(Ty::Duration) => diagnostic.note("a duration is written with its unit, such as `250ms`"),
            Some(_) => diagnostic.note("a size is written with its unit, such as `10KB`"),
            None => diagnostic,
        }
    }

    /// An operand of a wrong type, with the literal that was meant.
    fn operand_rewrite(
        &self,
        base: String,
        op_span: Span,
        (node, term): (NodeId, &Term),
        operands: &[NodeId],
        terms: &[Term],
    ) -> Diagnostic {
        let other = operands.iter().zip(terms).find(|(other, _)| **other != node);
        let constant = term.literal().and_then(|literal| self.constant(literal));
        let rewrite = match (constant, other) {
            (Some(constant), Some((_, other))) => retype(constant, self.slice(node), other.ty, other.scale),
            _ => None,
        };
        match rewrite {
            Some(rewrite) => {
                let quoted = matches!(constant, Some(Constant::String(_)));
                let code = if quoted { Code::QuotedNumber } else { Code::OperatorType };
                self.with_rewrite(code, &base, node, &rewrite)
            }
            None => Diagnostic::new(Code::OperatorType, op_span, base),
        }
    }

    /// A function without an overload for these arguments.
    fn argument_type(&self, builtin: &'static Builtin, name: Span, operands: &[NodeId], terms: &[Term]) -> Diagnostic {
        let takes = |place: usize, ty: Ty| {
            builtin.signatures.iter().any(|signature| {
                let parameter = signature.parameters.get(place).or(signature.parameters.last());
                parameter == Some(&Operand::Value(ty))
            })
        };
        let wrong = operands.iter().zip(terms).enumerate().find(|(place, (_, term))| !takes(*place, term.ty));
        let Some((place, (node, term))) = wrong else {
            let types: Vec<&str> = terms.iter().map(|term| term.ty.as_str()).collect();
            let message = format!("`{}` takes arguments of one type, not {}", builtin.name, types.join(", "));
            return Diagnostic::new(Code::ArgumentType, name, message)
                .note(format!("it is written `{}`", usage(builtin)));
        };
        let types = accepted(builtin, place.min(1));
        let base = format!("`{}` takes {types}, but {} is {}", builtin.name, self.quote(*node), term.ty.with_article());
        let only = match builtin.signatures {
            [signature] => signature.parameters.get(place),
            _ => None,
        };
        let constant = term.literal().and_then(|literal| self.constant(literal));
        let rewrite = match (only, constant) {
            (Some(Operand::Value(ty)), Some(constant)) => retype(constant, self.slice(*node), *ty, None),
            _ => None,
        };
        match rewrite {
            Some(rewrite) => self.with_rewrite(Code::ArgumentType, &base, *node, &rewrite),
            None => Diagnostic::new(Code::ArgumentType, self.span(*node), base),
        }
    }

    /// Reports a finding that is no error.
    pub(crate) fn warn(&mut self, diagnostic: impl FnOnce(&Self) -> Diagnostic) {
        self.report(Severity::Warning, diagnostic);
    }
}

/// How a function is called.
pub(crate) fn usage(builtin: &Builtin) -> String {
    match builtin.form {
        tamis_lang::builtin::Form::Function { parameters } => format!("{}({})", builtin.name, parameters.join(", ")),
        _ => builtin.name.to_owned(),
    }
}

fn is_zero(constant: &Constant) -> bool {
    match constant {
        Constant::Int(n) | Constant::Duration(n) | Constant::Size(n) => *n == 0,
        Constant::Float(x) => *x == 0.0,
        Constant::Bool(_) | Constant::String(_) | Constant::Ip(_) | Constant::Network(_) => false,
    }
}

/// What a bare number beside the result counts in: the unit of the operands, where they agree.
fn scale_of(builtin: &Builtin, ty: Ty, terms: &[Term]) -> Option<Scale> {
    let mut scales = terms.iter().filter_map(|term| term.scale);
    let first = scales.next()?;
    let agree = match builtin.power() {
        // A product has the unit of the one operand that has a unit.
        Some(Power::Product) => scales.next().is_none(),
        _ => terms.iter().all(|term| term.scale == Some(first) || term.literal().is_some()),
    };
    let fits = ty == Ty::Int || first.dimension.ty() == ty;
    (fits && agree).then_some(first)
}
