//! A compiled rule: its instructions and the tables that they point into.

use std::ops::Range;

use memchr::memmem::Finder;
use tamis_lang::builtin::BuiltinId;
use tamis_lang::prepared::Prepared;
use tamis_lang::span::Span;
use tamis_lang::value::Constant;
use tamis_types::hir::Mode;

use crate::facts::FieldRef;
use crate::op::{
    Action, ComparisonRef, ConstantRef, FinderRef, Instruction, Op, PreparedRef, Sign, Slot, Target, TextRef,
};
use crate::run::quick::Quick;

/// A compiled rule.
///
/// It is immutable and can be shared between threads; what an evaluation needs to write lies in a
/// [`Scratch`](tamis_lang::scratch::Scratch), one for each thread.
#[derive(Clone, Debug)]
pub struct Program {
    /// Where evaluation starts: the first instruction, or an end where the rule always says the same.
    pub(crate) entry: Target,
    /// The conditions in the order in which they are asked.
    pub(crate) instructions: Box<[Instruction]>,
    /// Where each condition was written.
    pub(crate) spans: Box<[Span]>,
    /// The fields, by slot.
    pub(crate) fields: Box<[FieldRef]>,
    /// The texts of comparisons, one after the other.
    pub(crate) text: Box<[u8]>,
    /// Searchers of texts.
    pub(crate) finders: Box<[Finder<'static>]>,
    /// Sets and patterns.
    pub(crate) prepared: Box<[Prepared]>,
    /// What has no place within an instruction.
    pub(crate) constants: Box<[Constant]>,
    /// Comparisons of expressions.
    pub(crate) comparisons: Box<[Comparison]>,
    /// How many values and combinations of values one evaluation can look at.
    pub(crate) fuel: u64,
    /// The instructions in the form in which they run.
    pub(crate) quick: Quick,
}

/// A comparison of expressions.
///
/// Its steps write the left side to the first place and the right side, if that is no set or pattern, to the second.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    /// What computes both sides.
    pub(crate) steps: Box<[Step]>,
    /// The operator.
    pub(crate) operator: BuiltinId,
    /// The right side, if it is a set or a pattern.
    pub(crate) prepared: Option<PreparedRef>,
    /// Whether some combination of values must pass or all.
    pub(crate) mode: Mode,
    /// Which answer of the operator passes.
    pub(crate) sign: Sign,
    /// The fields that its steps read, each once.
    pub(crate) fields: Box<[Slot]>,
    /// How many places its steps write to.
    pub(crate) n_places: usize,
    /// How many of its steps read a field.
    pub(crate) n_leaves: usize,
    /// The left side of each `??`, the inner ones before those around them.
    pub(crate) left_sides: Box<[Section]>,
}

/// A part of a comparison that has a result of its own.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    /// Its steps.
    pub(crate) steps: Range<usize>,
    /// Those of its steps that read a field, by their numbers.
    pub(crate) leaves: Range<usize>,
    /// The place of its result.
    pub(crate) place: usize,
}

/// One step of an expression.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    /// The place that it writes to.
    pub(crate) into: u32,
    /// What it writes.
    pub(crate) action: Action,
}

impl Program {
    /// The same program with what follows from its tables.
    pub(crate) fn prepare(mut self) -> Self {
        self.fuel = self.visits();
        self.quick = Quick::of(&self);
        self
    }

    /// The fields that the rule uses; the place of each is its [`slot`](FieldRef::slot).
    #[must_use]
    pub fn fields(&self) -> &[FieldRef] {
        &self.fields
    }

    /// How many instructions there are; none where the rule always says the same.
    #[must_use]
    pub fn len(&self) -> usize {
        self.instructions.len()
    }

    /// Whether the rule always says the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.instructions.is_empty()
    }

    /// Where the condition of each instruction was written, by the number of the instruction.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Whether a share by the trace is in the rule, so that the randomness of requests matters.
    #[must_use]
    pub fn samples(&self) -> bool {
        self.instructions.iter().any(|instruction| matches!(instruction.op, Op::Sample { .. }))
    }

    /// A field of the table.
    pub(crate) fn field(&self, slot: Slot) -> Option<&FieldRef> {
        self.fields.get(slot.0 as usize)
    }

    /// A text of the pool.
    pub(crate) fn text(&self, text: TextRef) -> &[u8] {
        let start = text.start as usize;
        self.text.get(start..start.saturating_add(text.len as usize)).unwrap_or_default()
    }

    /// A searcher.
    pub(crate) fn finder(&self, finder: FinderRef) -> Option<&Finder<'static>> {
        self.finders.get(finder.0 as usize)
    }

    /// A set or pattern.
    pub(crate) fn prepared(&self, prepared: PreparedRef) -> Option<&Prepared> {
        self.prepared.get(prepared.0 as usize)
    }

    /// A constant.
    pub(crate) fn constant(&self, constant: ConstantRef) -> Option<&Constant> {
        self.constants.get(constant.0 as usize)
    }

    /// A comparison of expressions.
    pub(crate) fn comparison(&self, comparison: ComparisonRef) -> Option<&Comparison> {
        self.comparisons.get(comparison.0 as usize)
    }
}
