//! What operations are made of: places in the tables of a program, and small values.

use std::net::IpAddr;

use tamis_lang::builtin::BuiltinId;
use tamis_lang::sampling::Threshold;
use tamis_lang::value::Value;
use tamis_types::hir::{Mode, Quantifier};

/// Where evaluation goes next: a later instruction, or the end of the block with its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Target(u32);

impl Target {
    /// The end of the block: its condition holds.
    pub(crate) const PASS: Self = Self(u32::MAX);
    /// The end of the block: its condition does not hold.
    pub(crate) const FAIL: Self = Self(u32::MAX - 1);

    /// An instruction.
    ///
    /// A rule has at most as many instructions as bytes, far below the two ends.
    pub(crate) fn at(index: usize) -> Self {
        u32::try_from(index).map_or(Self::FAIL, Self)
    }

    /// The place in the array of instructions; the two ends lie outside every array.
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }

    /// The number that stands for it in bytes.
    pub(crate) const fn bits(self) -> u32 {
        self.0
    }

    /// The target of a number.
    pub(crate) const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Whether it is an end and not an instruction.
    pub(crate) const fn is_end(self) -> bool {
        self.0 >= Self::FAIL.0
    }
}

/// The place of a field in the program's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot(pub(crate) u32);

/// How many quantifiers are around the one that binds a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Level(pub(crate) u32);

/// What a fused comparison looks at: a field or the variable of a quantifier, packed into four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Subject(u32);

/// A subject, unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SubjectKind {
    /// A field.
    Field(Slot),
    /// A variable.
    Variable(Level),
}

impl Subject {
    const VARIABLE: u32 = 1 << 31;

    /// A field; the table of fields is far smaller than half of 32 bits.
    pub(crate) const fn field(slot: Slot) -> Self {
        Self(slot.0 & !Self::VARIABLE)
    }

    /// A variable.
    pub(crate) const fn variable(level: Level) -> Self {
        Self(level.0 | Self::VARIABLE)
    }

    /// The number that stands for it in bytes: the highest bit marks a variable.
    pub(crate) const fn bits(self) -> u32 {
        self.0
    }

    /// The subject of a number.
    pub(crate) const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// What it is.
    pub(crate) const fn kind(self) -> SubjectKind {
        if self.0 & Self::VARIABLE == 0 {
            SubjectKind::Field(Slot(self.0))
        } else {
            SubjectKind::Variable(Level(self.0 & !Self::VARIABLE))
        }
    }
}

/// Which answer of an operator lets a value pass; a value of the wrong type passes neither way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// Yes.
    Plain,
    /// No.
    Negated,
}

impl Sign {
    /// The sign of a test.
    pub(crate) const fn of(negated: bool) -> Self {
        if negated { Self::Negated } else { Self::Plain }
    }

    /// The other sign.
    pub(crate) const fn flipped(self) -> Self {
        match self {
            Self::Plain => Self::Negated,
            Self::Negated => Self::Plain,
        }
    }

    /// Whether this answer passes; no answer never does.
    pub(crate) fn passes(self, answer: Option<bool>) -> bool {
        answer == Some(matches!(self, Self::Plain))
    }
}

/// Whole numbers from the first to the second, both included; none where the first is larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// The smallest.
    pub(crate) low: i64,
    /// The largest.
    pub(crate) high: i64,
}

impl Bounds {
    /// No number.
    pub(crate) const NONE: Self = Self { low: 1, high: 0 };

    /// The numbers that lie within both.
    pub(crate) fn both(self, other: Self) -> Self {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        if low > high { Self::NONE } else { Self { low, high } }
    }

    /// Whether a number lies between them.
    pub(crate) const fn contain(self, n: i64) -> bool {
        self.low <= n && n <= self.high
    }
}

/// Bounds of integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ints(pub(crate) Bounds);

/// Bounds of durations, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Durations(pub(crate) Bounds);

/// Bounds of sizes, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sizes(pub(crate) Bounds);

/// What is done to the letters of a text before it is compared; the function's record knows how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    /// Nothing.
    Keep,
    /// `lower(…)`.
    Lower(BuiltinId),
    /// `upper(…)`.
    Upper(BuiltinId),
}

/// A text in the program's pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TextRef {
    /// Where it starts.
    pub(crate) start: u32,
    /// How many bytes it has.
    pub(crate) len: u32,
}

/// The place of a searcher in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FinderRef(pub(crate) u32);

/// The place of a set or pattern in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PreparedRef(pub(crate) u32);

/// The place of a constant in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ConstantRef(pub(crate) u32);

/// The place of a comparison of expressions in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ComparisonRef(pub(crate) u32);

/// How many instructions right after a quantifier are its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BodyLen(pub(crate) u32);

/// How many operands a call takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OperandCount(pub(crate) u32);

/// The place of a step among those of its comparison that read a field.
///
/// It follows from the steps, so it is not written into bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LeafPlace {
    /// The place of the field in [`Comparison::fields`](crate::program::Comparison::fields).
    pub(crate) local: u32,
    /// How many such steps come before this one.
    pub(crate) number: u32,
}

/// The jump over the right side of a `??`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Jump {
    /// The place of the left side among those of the comparison; it follows from the steps.
    pub(crate) left: u32,
    /// The first step behind the right side.
    pub(crate) end: u32,
}

/// An operand of any operation or step, as verifier and disassembly see it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operand {
    Subject(Subject),
    Field(Slot),
    Variable(Level),
    Mode(Mode),
    Sign(Sign),
    Quantifier(Quantifier),
    Bounds(Bounds, fn(i64) -> Value<'static>),
    Address(IpAddr),
    Fold(Fold),
    Text(TextRef),
    Finder(FinderRef),
    Prepared(PreparedRef),
    Builtin(BuiltinId),
    Constant(ConstantRef),
    Comparison(ComparisonRef),
    BodyLen(BodyLen),
    Threshold(Threshold),
    /// What only a step has.
    OfStep,
}

macro_rules! operand_from {
    ($($ty:ty => $variant:ident),* $(,)?) => {
        $(impl From<$ty> for Operand {
            fn from(operand: $ty) -> Self {
                Self::$variant(operand)
            }
        })*
    };
}

operand_from! {
    Subject => Subject,
    Slot => Field,
    Level => Variable,
    Mode => Mode,
    Sign => Sign,
    Quantifier => Quantifier,
    IpAddr => Address,
    Fold => Fold,
    TextRef => Text,
    FinderRef => Finder,
    PreparedRef => Prepared,
    BuiltinId => Builtin,
    ConstantRef => Constant,
    ComparisonRef => Comparison,
    BodyLen => BodyLen,
    Threshold => Threshold,
}

macro_rules! of_steps {
    ($($ty:ty),*) => {
        $(impl From<$ty> for Operand {
            fn from(_: $ty) -> Self {
                Self::OfStep
            }
        })*
    };
}

of_steps! { OperandCount, LeafPlace, Jump }

impl From<Ints> for Operand {
    fn from(Ints(bounds): Ints) -> Self {
        Self::Bounds(bounds, Value::Int)
    }
}

impl From<Durations> for Operand {
    fn from(Durations(bounds): Durations) -> Self {
        Self::Bounds(bounds, Value::Duration)
    }
}

impl From<Sizes> for Operand {
    fn from(Sizes(bounds): Sizes) -> Self {
        Self::Bounds(bounds, Value::Size)
    }
}
