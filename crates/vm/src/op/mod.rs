//! The operations and steps of a program, in two tables.
//!
//! A program is a flat array of conditions, each with two successors that lie further on.
//! The tables at the end of this file are the only lists of operations: the enumerations, what writes them to bytes and
//! reads them again, what the verifier asks of them, their price and what the disassembly shows come from there.
//! An operation of its own is an optimisation, never a requirement: [`Op::Compare`] can do whatever a comparison can,
//! with the kernels of the operators' records.

mod operand;

use std::net::IpAddr;

use tamis_lang::builtin::{BuiltinId, Cost};
use tamis_lang::sampling::Threshold;
use tamis_lang::ty::Ty;
use tamis_types::hir::{Mode, Quantifier};

pub(crate) use operand::{
    BodyLen, Bounds, ComparisonRef, ConstantRef, Durations, FinderRef, Fold, Ints, Jump, LeafPlace, Level, Operand,
    OperandCount, PreparedRef, Sign, Sizes, Slot, Subject, SubjectKind, Target, TextRef,
};

use crate::bytecode::Reason;
use crate::bytecode::wire::{Reader, Wire, Writer};

/// A condition with its successors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instruction {
    /// The condition.
    pub(crate) op: Op,
    /// Where to go if it holds.
    pub(crate) then: Target,
    /// Where to go if it does not.
    pub(crate) otherwise: Target,
}

// Two instructions share a cache line.
const _: () = assert!(size_of::<Instruction>() == 32);

/// What the values of an operation's subject have to be, for the verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Values of this type.
    Values(Ty),
    /// What the operator's record says.
    Operator,
    /// It has no subject.
    Nothing,
}

/// What one evaluation of an operation costs, for each value that it looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Price {
    /// This much, with the text that it holds as the other operand.
    Of(Cost),
    /// What the operator's record says.
    Operator,
    /// What the steps of a comparison cost, for each combination.
    Steps,
    /// What the body costs, for each value.
    Body,
}

/// A row of a table: what does not depend on the operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The name in the disassembly and in bytes; it never changes its meaning.
    pub(crate) name: &'static str,
    /// The first version of the bytecode that has it.
    pub(crate) since: u16,
    /// What it takes.
    pub(crate) takes: Takes,
    /// What it costs.
    pub(crate) price: Price,
}

/// Makes an enumeration of operations and what is derived from it.
///
/// A row is a documentation comment, the variant, its name, the version of the bytecode that has it first, what it
/// takes, what it costs, and its operands in the order in which bytes and disassembly have them.
macro_rules! operations {
    (
        $(#[$about:meta])* $name:ident
        $($(#[$doc:meta])* $variant:ident $mnemonic:literal since $since:literal takes $takes:expr, costs $price:expr;
            { $($operand:ident: $ty:ty),* $(,)? })*
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) enum $name {
            $($(#[$doc])* $variant { $($operand: $ty),* },)*
        }

        impl $name {
            /// What does not depend on the operands, in the order of the table.
            pub(crate) const ROWS: &'static [Row] =
                &[$(Row { name: $mnemonic, since: $since, takes: $takes, price: $price }),*];

            /// The row of this one.
            pub(crate) const fn row(&self) -> Row {
                match self {
                    $(Self::$variant { .. } => {
                        Row { name: $mnemonic, since: $since, takes: $takes, price: $price }
                    })*
                }
            }

            /// Visits the operands in the order of the table.
            pub(crate) fn operands(&self, visit: &mut dyn FnMut(Operand)) {
                match *self {
                    $(Self::$variant { $($operand),* } => { $(visit($operand.into());)* })*
                }
            }

            /// Writes the operands.
            pub(crate) fn write(&self, out: &mut Writer<'_>) {
                match self {
                    $(Self::$variant { $($operand),* } => { $($operand.write(out);)* })*
                }
            }

            /// Reads the operands of the row with this name.
            pub(crate) fn read(name: &str, input: &mut Reader<'_>) -> Result<Self, Reason> {
                match name {
                    $($mnemonic => Ok(Self::$variant { $($operand: Wire::read(input)?),* }),)*
                    // Names are looked up before.
                    _ => Err(Reason::NotText {}),
                }
            }
        }
    };
}

const TEXT: Takes = Takes::Values(Ty::String);
const ONE: Price = Price::Of(Cost::Constant(1));
const SCAN: Price = Price::Of(Cost::PerText(1));

operations! {
    /// A condition on a request.
    Op
    /// An integer lies within bounds.
    Int "int" since 1 takes Takes::Values(Ty::Int), costs ONE;
        { mode: Mode, subject: Subject, sign: Sign, bounds: Ints }
    /// A duration lies within bounds.
    Duration "duration" since 1 takes Takes::Values(Ty::Duration), costs ONE;
        { mode: Mode, subject: Subject, sign: Sign, bounds: Durations }
    /// A size lies within bounds.
    Size "size" since 1 takes Takes::Values(Ty::Size), costs ONE;
        { mode: Mode, subject: Subject, sign: Sign, bounds: Sizes }
    /// A boolean is true, or with the other sign false.
    Bool "bool" since 1 takes Takes::Values(Ty::Bool), costs ONE;
        { mode: Mode, sign: Sign, subject: Subject }
    /// An address is this one.
    Ip "ip" since 1 takes Takes::Values(Ty::Ip), costs ONE;
        { mode: Mode, subject: Subject, sign: Sign, address: IpAddr }
    /// A text is this one.
    TextEquals "text.is" since 1 takes TEXT, costs SCAN;
        { mode: Mode, fold: Fold, subject: Subject, sign: Sign, text: TextRef }
    /// A text begins with this one.
    TextStarts "text.starts" since 1 takes TEXT, costs SCAN;
        { mode: Mode, fold: Fold, subject: Subject, sign: Sign, text: TextRef }
    /// A text ends with this one.
    TextEnds "text.ends" since 1 takes TEXT, costs SCAN;
        { mode: Mode, fold: Fold, subject: Subject, sign: Sign, text: TextRef }
    /// A text holds this one.
    TextContains "text.has" since 1 takes TEXT, costs Price::Of(Cost::PerText(2));
        { mode: Mode, fold: Fold, subject: Subject, sign: Sign, finder: FinderRef }
    /// A value passes an operator that takes a set or a pattern.
    Prepared "prepared" since 1 takes Takes::Operator, costs Price::Operator;
        { mode: Mode, subject: Subject, sign: Sign, builtin: BuiltinId, prepared: PreparedRef }
    /// A value and a constant pass the kernel of an operator.
    Kernel "kernel" since 1 takes Takes::Operator, costs Price::Operator;
        { mode: Mode, subject: Subject, sign: Sign, builtin: BuiltinId, constant: ConstantRef }
    /// Two expressions pass an operator.
    Compare "compare" since 1 takes Takes::Nothing, costs Price::Steps;
        { comparison: ComparisonRef }
    /// A field has a value.
    Exists "exists" since 1 takes Takes::Nothing, costs ONE;
        { field: Slot }
    /// The request is in a share of all requests.
    Sample "sample" since 2 takes Takes::Nothing, costs ONE;
        { threshold: Threshold }
    /// The body, which is the instructions right after, holds for some, all or none of a field's values.
    Quantified "each" since 1 takes Takes::Nothing, costs Price::Body;
        { quantifier: Quantifier, variable: Level, field: Slot, body: BodyLen }
}

operations! {
    /// What a step of a comparison does; operands lie in the places from the one that it writes to.
    Action
    /// Writes a constant.
    Constant "constant" since 1 takes Takes::Nothing, costs ONE;
        { constant: ConstantRef }
    /// Writes a value of a field.
    Field "field" since 1 takes Takes::Nothing, costs ONE;
        { slot: Slot, leaf: LeafPlace }
    /// Writes the value that a quantifier looks at.
    Variable "variable" since 1 takes Takes::Nothing, costs ONE;
        { level: Level }
    /// Applies a kernel to the operands in this place and the ones after it.
    Call "call" since 1 takes Takes::Operator, costs Price::Operator;
        { builtin: BuiltinId, count: OperandCount }
    /// Replaces the text in this place by its length.
    TextLen "length" since 1 takes TEXT, costs ONE;
        {}
    /// Writes how many values a field has.
    Count "count" since 1 takes Takes::Nothing, costs ONE;
        { field: Slot }
    /// Writes how many values a field has, if it has any.
    ListLen "list.length" since 1 takes Takes::Nothing, costs ONE;
        { field: Slot }
    /// Goes on behind the right side of `??` if the left side, in this place, has a value.
    OrElse "or.else" since 1 takes Takes::Nothing, costs ONE;
        { jump: Jump }
}
