//! Comparisons of two values: types, conversions and the checked form.

use tamis_lang::builtin::{BuiltinId, Operand, Signature};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix, Severity};
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_syntax::tree::NodeId;

use crate::check::{Checker, Ids, ids};
use crate::convert::{Converted, convert, suffix};
use crate::hir::{ConditionKind, Mode, Right, ValueId};
use crate::meaning::{Meaning, Place, Scale, Term};

/// One side of a comparison.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side {
    pub(crate) node: NodeId,
    pub(crate) term: Term,
}

/// A comparison with both sides known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub(crate) node: NodeId,
    pub(crate) op: BuiltinId,
    pub(crate) op_span: Span,
    pub(crate) left: Side,
    pub(crate) right: Side,
}

/// Which side of a comparison is the literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LiteralSide {
    Left,
    Right,
}

impl Pair {
    /// The sides, the one that is no literal first; the left first where both or neither is.
    pub(crate) const fn subject_first(&self) -> (Side, Side) {
        if self.left.term.literal().is_some() && self.right.term.literal().is_none() {
            (self.right, self.left)
        } else {
            (self.left, self.right)
        }
    }
}

impl Checker<'_> {
    pub(crate) fn comparison(&mut self, id: NodeId, op: (BuiltinId, Span), left: NodeId, right: NodeId) -> Meaning {
        self.unquoted_words(left, right);
        if self.set_beside_sign(op, left, right) {
            return self.broken_condition();
        }
        if self.condition_compared(id, op, left, right) {
            return self.broken_condition();
        }
        let (Some(left_term), Some(right_term)) = (self.term(left), self.term(right)) else {
            return self.broken_condition();
        };
        let left = Side { node: left, term: left_term };
        let right = Side { node: right, term: right_term };
        let pair = Pair { node: id, op: op.0, op_span: op.1, left, right };
        let mode = self.mode(id, &[left_term, right_term]);
        if takes(op.0, left_term.ty, right_term.ty) {
            let _ = self.negative_quantity(&pair);
            let sides = (self.value(left.node, &left_term), self.value(right.node, &right_term));
            return self.push_test(id, op.0, mode, (sides.0, Right::Value(sides.1)));
        }
        match self.converted(&pair) {
            Some((side, converted)) => self.converted_comparison(&pair, side, converted, mode),
            None => {
                self.mismatch(&pair);
                self.broken_condition()
            }
        }
    }

    /// The literal of a pair in the type of the other side.
    fn converted(&self, pair: &Pair) -> Option<(LiteralSide, Converted)> {
        let attempt = |literal: &Side, other: &Side, side: LiteralSide| {
            let constant = self.constant(literal.term.literal()?)?;
            takes(pair.op, other.term.ty, other.term.ty).then_some(())?;
            Some((side, convert(constant, other.term.ty, other.term.scale)?))
        };
        attempt(&pair.right, &pair.left, LiteralSide::Right)
            .or_else(|| attempt(&pair.left, &pair.right, LiteralSide::Left))
    }

    fn converted_comparison(
        &mut self,
        pair: &Pair,
        side: LiteralSide,
        converted: Converted,
        mode: Option<Mode>,
    ) -> Meaning {
        let (literal, other) = match side {
            LiteralSide::Right => (pair.right, pair.left),
            LiteralSide::Left => (pair.left, pair.right),
        };
        if self.negative_quantity(pair) {
            return self.broken_condition();
        }
        let constant = match converted {
            Converted::Exact(constant) => constant,
            Converted::Counted(constant) => {
                self.bare_unit(literal.node, &other);
                constant
            }
            Converted::TooLarge => {
                self.too_large(literal.node, &other);
                return self.broken_condition();
            }
            Converted::Between(below) => return self.between(pair, side, below, mode),
        };
        // Operands come before the operation on them, in the order of the text.
        let (left, right) = match side {
            LiteralSide::Right => {
                let left = self.value(other.node, &other.term);
                (left, self.constant_value(literal.node, constant))
            }
            LiteralSide::Left => {
                let left = self.constant_value(literal.node, constant);
                (left, self.value(other.node, &other.term))
            }
        };
        self.push_test(pair.node, pair.op, mode, (left, Right::Value(right)))
    }

    /// A comparison with a quantity that lies between two ints of the other side.
    fn between(&mut self, pair: &Pair, side: LiteralSide, below: i64, mode: Option<Mode>) -> Meaning {
        let (literal, other) = match side {
            LiteralSide::Right => (pair.right, pair.left),
            LiteralSide::Left => (pair.left, pair.right),
        };
        let ids = ids();
        let op = if side == LiteralSide::Left { flipped(ids, pair.op) } else { pair.op };
        let above = below.saturating_add(1);
        let (op, bound) = if op == ids.less || op == ids.greater_or_equal {
            (op, above)
        } else if op == ids.less_or_equal || op == ids.greater {
            (op, below)
        } else {
            let negated = op.get().negates().is_some();
            self.never_equal(literal.node, &other, negated);
            return self.unequal(pair.node, &other, negated, mode);
        };
        let left = self.value(other.node, &other.term);
        let right = self.constant_value(literal.node, Constant::Int(bound));
        self.push_test(pair.node, op, mode, (left, Right::Value(right)))
    }

    /// A comparison with a value that the other side can never have: false, or true where the other side is present.
    fn unequal(&mut self, node: NodeId, other: &Side, negated: bool, mode: Option<Mode>) -> Meaning {
        if let (Place::Field(_), false) = (other.term.place, negated) {
            return self.push_condition(node, ConditionKind::Constant(false));
        }
        // Every int is at least the smallest one, and nothing is less than it; a value of another type is neither.
        let op = if negated { ids().greater_or_equal } else { ids().less };
        let left = self.value(other.node, &other.term);
        let right: ValueId = self.constant_value(node, Constant::Int(i64::MIN));
        self.push_test(node, op, mode, (left, Right::Value(right)))
    }

    fn never_equal(&mut self, literal: NodeId, other: &Side, negated: bool) {
        let Some(suffix) = other.term.scale.and_then(suffix) else { return };
        let what = if negated { "always differs from" } else { "never equals" };
        self.report(Severity::Warning, |checker| {
            let (name, text) = (checker.quote(other.node), checker.quote(literal));
            let message = format!("{name} counts whole `{suffix}`, so it {what} {text}");
            Diagnostic::new(Code::OutOfRange, checker.span(literal), message)
        });
    }

    /// Warns of a bare number that counts in a unit; where it cannot have one, it is only said in which.
    pub(crate) fn bare_unit(&mut self, literal: NodeId, other: &Side) {
        let Some(scale) = other.term.scale else { return };
        if self.edition.must_run_on_atc() {
            return self.report(Severity::Hint, |checker| {
                let (name, text, ty) =
                    (checker.quote(other.node), checker.quote(literal), other.term.ty.with_article());
                let unit = suffix(scale).unwrap_or("its unit");
                let message = format!("{name} is {ty}, and {text} counts as `{unit}`");
                let diagnostic = Diagnostic::new(Code::BareUnit, checker.span(literal), message);
                Diagnostic { severity: Severity::Hint, ..diagnostic }
            });
        }
        self.report(Severity::Warning, |checker| checker.bare_unit_diagnostic(literal, other, scale));
    }

    fn bare_unit_diagnostic(&self, literal: NodeId, other: &Side, scale: Scale) -> Diagnostic {
        let (name, text, ty) = (self.quote(other.node), self.quote(literal), other.term.ty.with_article());
        let Some(suffix) = suffix(scale) else {
            let message = format!("{name} is {ty}; write the unit of {text}");
            return Diagnostic::new(Code::BareUnit, self.span(literal), message);
        };
        let message = format!("{name} is {ty}, so {text} counts as `{suffix}`; write the unit");
        let diagnostic = Diagnostic::new(Code::BareUnit, self.span(literal), message);
        match self.constant(self.tree.without_groups(literal)) {
            Some(Constant::Int(n)) => {
                let spelled = format!("{n}{suffix}");
                diagnostic.fix(Fix::replace(format!("write `{spelled}`"), self.span(literal), spelled))
            }
            // The number stands in a `let`, which may be used beside other fields as well.
            _ => diagnostic.note("the number comes from a `let`; give it the unit there"),
        }
    }

    pub(crate) fn too_large(&mut self, literal: NodeId, other: &Side) {
        self.error(|checker| {
            let suffix = other.term.scale.and_then(suffix).unwrap_or("units");
            let message = format!("{} counted in `{suffix}` does not fit into 64 bits", checker.quote(literal));
            Diagnostic::new(Code::NumberTooLarge, checker.span(literal), message)
        });
    }

    /// Refuses a negative literal beside a field that is a duration or a size; atc-router, to which it is any int, takes
    /// it.
    fn negative_quantity(&mut self, pair: &Pair) -> bool {
        let (subject, literal) = pair.subject_first();
        let constant = literal.term.literal().and_then(|node| self.constant(node));
        let negative = matches!(constant, Some(Constant::Duration(n) | Constant::Size(n) | Constant::Int(n)) if *n < 0);
        if !negative || !matches!(subject.term.ty, Ty::Duration | Ty::Size) {
            return false;
        }
        let field = subject.term.field.and_then(|id| self.catalog.field(id));
        if field.is_none_or(|field| field.range.is_some_and(|(low, _)| low < 0)) {
            return false;
        }
        let severity = self.unless_atc();
        self.report(severity, |checker| {
            let (name, ty) = (checker.quote(subject.node), subject.term.ty.with_article());
            let message =
                format!("{name} is {ty} and never below zero, so {} is no bound", checker.quote(literal.node));
            let diagnostic = Diagnostic::new(Code::NegativeQuantity, checker.span(literal.node), message);
            let diagnostic = Diagnostic { severity, ..diagnostic };
            let text = checker.slice(literal.node);
            match text.strip_prefix('-') {
                Some(positive) => {
                    let span = checker.span(literal.node);
                    diagnostic.fix(Fix::replace("remove the minus sign", span, positive.trim_start()).suggestion())
                }
                None => diagnostic,
            }
        });
        severity == Severity::Error
    }
}

/// The operator with its sides swapped: `<` for `>`.
pub(crate) fn flipped(ids: &Ids, op: BuiltinId) -> BuiltinId {
    if op == ids.less {
        ids.greater
    } else if op == ids.less_or_equal {
        ids.greater_or_equal
    } else if op == ids.greater {
        ids.less
    } else if op == ids.greater_or_equal {
        ids.less_or_equal
    } else {
        op
    }
}

/// Whether an operator takes two values of these types.
pub(crate) fn takes(op: BuiltinId, left: Ty, right: Ty) -> bool {
    let fits = |signature: &Signature| signature.parameters == [Operand::Value(left), Operand::Value(right)];
    op.get().signatures.iter().any(fits)
}
