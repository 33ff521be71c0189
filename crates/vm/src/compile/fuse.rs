//! Which operation a comparison becomes.
//!
//! A field or a variable against a constant has an operation of its own for most types and operators; all else becomes
//! a comparison of expressions.

use tamis_lang::builtin::{self, BuiltinId, Eval};
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_types::hir::{Mode, Right, Test, ValueId, ValueKind};

use super::Lowering;
use crate::op::{Bounds, Durations, Fold, Ints, Level, Op, PreparedRef, Sign, Sizes, Slot, Subject};

/// A comparison of a subject with something that is known.
struct Against {
    operator: BuiltinId,
    mode: Mode,
    sign: Sign,
    subject: Subject,
    /// The type of the subject's values.
    ty: Ty,
    fold: Fold,
}

/// The operators that have operations of their own.
#[derive(Clone, Copy)]
enum Relation {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    StartsWith,
    EndsWith,
    Contains,
}

impl Relation {
    /// Nothing for all other operators: they run through their kernels.
    fn of(operator: BuiltinId) -> Option<Self> {
        match operator.get().name {
            "==" => Some(Self::Equal),
            "<" => Some(Self::Less),
            "<=" => Some(Self::LessOrEqual),
            ">" => Some(Self::Greater),
            ">=" => Some(Self::GreaterOrEqual),
            "^=" | "starts_with" => Some(Self::StartsWith),
            "=^" | "ends_with" => Some(Self::EndsWith),
            "contains" => Some(Self::Contains),
            _ => None,
        }
    }

    /// The symbol of the operator that says the same with its sides exchanged.
    const fn mirrored(self) -> Option<&'static str> {
        match self {
            Self::Equal => Some("=="),
            Self::Less => Some(">"),
            Self::LessOrEqual => Some(">="),
            Self::Greater => Some("<"),
            Self::GreaterOrEqual => Some("<="),
            Self::StartsWith | Self::EndsWith | Self::Contains => None,
        }
    }

    /// The whole numbers that have this relation to `n`.
    fn bounds(self, n: i64) -> Option<Bounds> {
        let upto = |high: Option<i64>| high.map_or(Bounds::NONE, |high| Bounds { low: i64::MIN, high });
        let from = |low: Option<i64>| low.map_or(Bounds::NONE, |low| Bounds { low, high: i64::MAX });
        match self {
            Self::Equal => Some(Bounds { low: n, high: n }),
            Self::Less => Some(upto(n.checked_sub(1))),
            Self::LessOrEqual => Some(upto(Some(n))),
            Self::Greater => Some(from(n.checked_add(1))),
            Self::GreaterOrEqual => Some(from(Some(n))),
            Self::StartsWith | Self::EndsWith | Self::Contains => None,
        }
    }
}

impl Lowering<'_> {
    /// The operation of a comparison.
    pub(super) fn test(&mut self, test: &Test) -> Op {
        let fused = match test.right {
            Right::Prepared(id) => self.with_prepared(test, PreparedRef(id.0)),
            Right::Value(right) => self.with_constant(test, right),
        };
        fused.unwrap_or_else(|| self.compare(test))
    }

    fn with_prepared(&self, test: &Test, prepared: PreparedRef) -> Option<Op> {
        let Against { operator: builtin, mode, sign, subject, fold, .. } = self.against(test, test.op, test.left)?;
        let takes_prepared = matches!(builtin.get().eval, Eval::Prepared(_));
        (takes_prepared && fold == Fold::Keep).then_some(Op::Prepared { mode, subject, sign, builtin, prepared })
    }

    /// The operation of a comparison of a subject with a whole number, if it is one.
    pub(super) fn bounded(&self, test: &Test) -> Option<Op> {
        let Right::Value(right) = test.right else { return None };
        let (against, known) = self.sides(test, right)?;
        let constant = self.known.value(known)?;
        match constant {
            Constant::Int(_) | Constant::Duration(_) | Constant::Size(_) => number(&against, constant),
            _ => None,
        }
    }

    fn with_constant(&mut self, test: &Test, right: ValueId) -> Option<Op> {
        let (against, known) = self.sides(test, right)?;
        let constant = self.known.value(known)?.clone();
        self.typed(&against, &constant).or_else(|| self.kernel(&against, &constant))
    }

    /// A comparison as one of a subject on the left with a constant, which is the value beside it.
    fn sides(&self, test: &Test, right: ValueId) -> Option<(Against, ValueId)> {
        Some(if self.known.value(right).is_some() {
            (self.against(test, test.op, test.left)?, right)
        } else {
            self.known.value(test.left)?;
            let mirrored = builtin::by_symbol(Relation::of(test.op)?.mirrored()?)?;
            (self.against(test, mirrored, right)?, test.left)
        })
    }

    /// The subject of a comparison: a field, a variable, or one of them in lower or upper case.
    fn against(&self, test: &Test, operator: BuiltinId, id: ValueId) -> Option<Against> {
        let (value, fold) = match &self.hir.value(id)?.kind {
            ValueKind::Call { builtin, arguments } => {
                let [argument] = arguments.as_slice() else { return None };
                let fold = match builtin.get().name {
                    "lower" => Fold::Lower(*builtin),
                    "upper" => Fold::Upper(*builtin),
                    _ => return None,
                };
                (self.hir.value(*argument)?, fold)
            }
            _ => (self.hir.value(id)?, Fold::Keep),
        };
        let subject = match value.kind {
            ValueKind::Field(field) => Subject::field(Slot(field.0)),
            ValueKind::Variable(variable) => Subject::variable(Level(variable.0)),
            _ => return None,
        };
        Some(Against { operator, mode: test.mode, sign: Sign::of(test.negated), subject, ty: value.ty, fold })
    }

    /// An operation of the constant's type.
    fn typed(&mut self, against: &Against, constant: &Constant) -> Option<Op> {
        let Against { mode, sign, subject, ty, fold, .. } = *against;
        let relation = Relation::of(against.operator)?;
        if ty != constant.ty() {
            return None;
        }
        if let Constant::String(text) = constant {
            return self.text(against, relation, text);
        }
        if fold != Fold::Keep {
            return None;
        }
        match constant {
            Constant::Int(_) | Constant::Duration(_) | Constant::Size(_) => number(against, constant),
            Constant::Bool(wanted) if matches!(relation, Relation::Equal) => {
                Some(Op::Bool { mode, subject, sign: if *wanted { sign } else { sign.flipped() } })
            }
            Constant::Ip(address) if matches!(relation, Relation::Equal) => {
                Some(Op::Ip { mode, subject, sign, address: *address })
            }
            Constant::Bool(_)
            | Constant::Ip(_)
            | Constant::Float(_)
            | Constant::Network(_)
            // Handled above.
            | Constant::String(_) => None,
        }
    }

    fn text(&mut self, against: &Against, relation: Relation, text: &[u8]) -> Option<Op> {
        let Against { mode, sign, subject, fold, .. } = *against;
        match relation {
            Relation::Equal => Some(Op::TextEquals { mode, fold, subject, sign, text: self.tables.text(text) }),
            Relation::StartsWith => Some(Op::TextStarts { mode, fold, subject, sign, text: self.tables.text(text) }),
            Relation::EndsWith => Some(Op::TextEnds { mode, fold, subject, sign, text: self.tables.text(text) }),
            Relation::Contains => {
                Some(Op::TextContains { mode, fold, subject, sign, finder: self.tables.finder(text) })
            }
            Relation::Less | Relation::LessOrEqual | Relation::Greater | Relation::GreaterOrEqual => None,
        }
    }

    /// The operator's own kernel, for what has no operation of its type.
    fn kernel(&mut self, against: &Against, constant: &Constant) -> Option<Op> {
        let Against { operator: builtin, mode, sign, subject, fold, .. } = *against;
        if !matches!(builtin.get().eval, Eval::Pure(_)) || fold != Fold::Keep {
            return None;
        }
        Some(Op::Kernel { mode, subject, sign, builtin, constant: self.tables.constant(constant) })
    }
}

/// The operation of a comparison with a whole number.
fn number(against: &Against, constant: &Constant) -> Option<Op> {
    let Against { mode, sign, subject, ty, fold, .. } = *against;
    let relation = Relation::of(against.operator)?;
    if ty != constant.ty() || fold != Fold::Keep {
        return None;
    }
    match constant {
        Constant::Int(n) => Some(Op::Int { mode, subject, sign, bounds: Ints(relation.bounds(*n)?) }),
        Constant::Duration(n) => Some(Op::Duration { mode, subject, sign, bounds: Durations(relation.bounds(*n)?) }),
        Constant::Size(n) => Some(Op::Size { mode, subject, sign, bounds: Sizes(relation.bounds(*n)?) }),
        Constant::Bool(_) | Constant::Ip(_) | Constant::Float(_) | Constant::Network(_) | Constant::String(_) => None,
    }
}

/// What two comparisons say together of all values of one subject, if they are about the same one.
pub(super) fn narrow(a: Op, b: Op) -> Option<Op> {
    match (a, b) {
        (Op::Int { mode, subject, sign, bounds: Ints(a) }, Op::Int { subject: other, bounds: Ints(b), .. })
            if subject == other =>
        {
            Some(Op::Int { mode, subject, sign, bounds: Ints(a.both(b)) })
        }
        (
            Op::Duration { mode, subject, sign, bounds: Durations(a) },
            Op::Duration { subject: other, bounds: Durations(b), .. },
        ) if subject == other => Some(Op::Duration { mode, subject, sign, bounds: Durations(a.both(b)) }),
        (Op::Size { mode, subject, sign, bounds: Sizes(a) }, Op::Size { subject: other, bounds: Sizes(b), .. })
            if subject == other =>
        {
            Some(Op::Size { mode, subject, sign, bounds: Sizes(a.both(b)) })
        }
        _ => None,
    }
}
