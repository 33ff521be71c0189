//! The top level of a program in the form in which it runs fastest.
//!
//! Nearly every condition asks for one value of one field and compares it with something short.
//! Such a condition is one test here: the field is asked for in one place, whatever the test is, and the answer says
//! where to go on.
//! All else, and a field that turns out to have several values, goes through the instruction itself.

use std::net::IpAddr;

use tamis_lang::prepared::{Pattern, Prepared, Set};
use tamis_lang::scratch::Scratch;
use tamis_lang::ty::Ty;
use tamis_lang::value::Value;

use super::Machine;
use super::text::{self, Part};
use crate::facts::{Fact, Facts};
use crate::op::{Bounds, Durations, Fold, Ints, Op, Sign, Sizes, Subject, SubjectKind, Target, TextRef};
use crate::program::Program;

/// What is asked of a value; the operands of the test say the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The instruction itself has to be asked.
    Instruction,
    /// An integer: the smallest, and how many lie above it.
    Int,
    /// A duration, in the same way.
    Duration,
    /// A size, in the same way.
    Size,
    /// A boolean.
    Bool,
    /// An IPv4 address: the network, and the bits that count.
    Network,
    /// An address: the place of a set.
    AddressIn,
    /// A whole number of any type: the place of a set.
    NumberIn,
    /// A text: the place of a set.
    TextIn,
    /// A text: where the other one starts and ends.
    TextIs,
    /// Its beginning.
    TextStarts,
    /// Its end.
    TextEnds,
    /// A part of it: the place of a searcher.
    TextHas,
    /// A text: the place of a pattern.
    Matches,
}

/// A condition with its successors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quick {
    first: u64,
    second: u64,
    /// The field; none of the table's where the instruction has to be asked.
    slot: u32,
    then: Target,
    otherwise: Target,
    kind: Kind,
    negated: bool,
}

// Two conditions share a cache line.
const _: () = assert!(size_of::<Quick>() == 32);

impl Quick {
    /// The quick form of every instruction, by its number.
    pub(crate) fn all(program: &Program) -> Box<[Self]> {
        program
            .instructions
            .iter()
            .map(|instruction| {
                let (kind, subject, sign, [first, second]) = test(program, &instruction.op);
                let slot = match subject.map(Subject::kind) {
                    Some(SubjectKind::Field(slot)) => Some(slot.0),
                    Some(SubjectKind::Variable(_)) | None => None,
                };
                let kind = if slot.is_some() { kind } else { Kind::Instruction };
                Self {
                    first,
                    second,
                    slot: slot.filter(|_| kind != Kind::Instruction).unwrap_or(u32::MAX),
                    then: instruction.then,
                    otherwise: instruction.otherwise,
                    kind,
                    negated: sign == Sign::Negated,
                }
            })
            .collect()
    }
}

/// The test of an operation: what is asked of which subject, and the operands.
fn test(program: &Program, op: &Op) -> (Kind, Option<Subject>, Sign, [u64; 2]) {
    let other = (Kind::Instruction, None, Sign::Plain, [0, 0]);
    let within = |kind, subject, sign, Bounds { low, high }: Bounds| {
        if low > high { other } else { (kind, Some(subject), sign, [low.cast_unsigned(), low.abs_diff(high)]) }
    };
    let piece = |TextRef { start, len }: TextRef| [u64::from(start), u64::from(start) + u64::from(len)];
    match *op {
        Op::Int { subject, sign, bounds: Ints(bounds), .. } => within(Kind::Int, subject, sign, bounds),
        Op::Duration { subject, sign, bounds: Durations(bounds), .. } => within(Kind::Duration, subject, sign, bounds),
        Op::Size { subject, sign, bounds: Sizes(bounds), .. } => within(Kind::Size, subject, sign, bounds),
        Op::Bool { subject, sign, .. } => (Kind::Bool, Some(subject), sign, [0, 0]),
        Op::TextEquals { fold: Fold::Keep, subject, sign, text, .. } => {
            (Kind::TextIs, Some(subject), sign, piece(text))
        }
        Op::TextStarts { fold: Fold::Keep, subject, sign, text, .. } => {
            (Kind::TextStarts, Some(subject), sign, piece(text))
        }
        Op::TextEnds { fold: Fold::Keep, subject, sign, text, .. } => {
            (Kind::TextEnds, Some(subject), sign, piece(text))
        }
        Op::TextContains { fold: Fold::Keep, subject, sign, finder, .. } => {
            (Kind::TextHas, Some(subject), sign, [finder.0.into(), 0])
        }
        Op::Prepared { subject, sign, builtin, prepared: place, .. } if !builtin.get().is_sample() => {
            let operands = [place.0.into(), 0];
            let ty = match subject.kind() {
                SubjectKind::Field(slot) => program.field(slot).map(|field| field.ty),
                SubjectKind::Variable(_) => None,
            };
            match (program.prepared(place), ty) {
                (Some(Prepared::Pattern(_)), _) => (Kind::Matches, Some(subject), sign, operands),
                (Some(Prepared::Set(set)), Some(ty)) => {
                    let (kind, operands) = membership(set, ty, operands);
                    (kind, Some(subject), sign, operands)
                }
                _ => other,
            }
        }
        _ => other,
    }
}

/// How a value of a type is looked up in a set.
fn membership(set: &Set, ty: Ty, place: [u64; 2]) -> (Kind, [u64; 2]) {
    match ty {
        Ty::String => (Kind::TextIn, place),
        Ty::Int => (Kind::NumberIn, place),
        Ty::Ip => match set.only_network() {
            Some((network, mask)) => (Kind::Network, [network.into(), mask.into()]),
            None => (Kind::AddressIn, place),
        },
        Ty::Bool | Ty::Float | Ty::Network | Ty::Duration | Ty::Size => (Kind::Instruction, place),
    }
}

impl<F: Facts + ?Sized> Machine<'_, F> {
    /// Runs the whole program; whether it ends where the rule holds.
    ///
    /// INVARIANT: successors lie further on, so this ends after at most one visit of each condition.
    #[inline]
    pub(super) fn whole(&self, scratch: &mut Scratch) -> bool {
        let mut at = self.program.entry;
        while let Some(quick) = self.program.quick.get(at.index()) {
            let holds = match self.program.fields.get(quick.slot as usize) {
                Some(field) => match self.facts.get(field) {
                    Fact::One(value) | Fact::AtLeast(value) => self.passes(quick, value) == Some(!quick.negated),
                    Fact::Absent | Fact::NotYet => false,
                    Fact::Many | Fact::SoFar => self.slowly(at, scratch),
                },
                None => self.slowly(at, scratch),
            };
            at = if holds { quick.then } else { quick.otherwise };
        }
        at == Target::PASS
    }

    /// What the instruction itself answers.
    #[inline(never)]
    fn slowly(&self, at: Target, scratch: &mut Scratch) -> bool {
        let instruction = self.program.instructions.get(at.index());
        instruction.is_some_and(|instruction| self.holds(&instruction.op, at, None, scratch))
    }

    /// What a test answers for a value; nothing for one of the wrong type.
    #[inline]
    fn passes(&self, quick: &Quick, value: Value<'_>) -> Option<bool> {
        match (quick.kind, value) {
            (Kind::Int, Value::Int(n)) | (Kind::Duration, Value::Duration(n)) | (Kind::Size, Value::Size(n)) => {
                // What is below the smallest number becomes a large one.
                Some(n.cast_unsigned().wrapping_sub(quick.first) <= quick.second)
            }
            (Kind::TextIs, Value::String(text)) => Some(text::same(text, self.piece(quick))),
            (Kind::TextStarts, Value::String(text)) => Some(text::starts(text, self.piece(quick))),
            (Kind::TextEnds, Value::String(text)) => Some(text::is_part(text, Part::End, self.piece(quick))),
            (Kind::Bool, Value::Bool(answer)) => Some(answer),
            (Kind::Network, Value::Ip(address)) => Some(match address {
                IpAddr::V4(address) => u64::from(u32::from(address)) & quick.second == quick.first,
                IpAddr::V6(_) => false,
            }),
            (Kind::NumberIn, Value::Int(n)) => self.set(quick).map(|set| set.contains_number(n)),
            (Kind::TextIn, Value::String(text)) => self.text_in(quick, text),
            (Kind::AddressIn, Value::Ip(address)) => self.set(quick).map(|set| set.contains_address(address)),
            (Kind::TextHas, Value::String(text)) => self.text_has(quick, text),
            (Kind::Matches, Value::String(text)) => self.pattern(quick).map(|pattern| pattern.is_match(text)),
            _ => None,
        }
    }

    /// The text that another one is compared with.
    #[inline]
    fn piece(&self, quick: &Quick) -> &[u8] {
        self.program.text.get(index(quick.first)..index(quick.second)).unwrap_or_default()
    }

    #[inline]
    fn set(&self, quick: &Quick) -> Option<&Set> {
        match self.program.prepared.get(index(quick.first)) {
            Some(Prepared::Set(set)) => Some(set),
            _ => None,
        }
    }

    #[inline]
    fn pattern(&self, quick: &Quick) -> Option<&Pattern> {
        match self.program.prepared.get(index(quick.first)) {
            Some(Prepared::Pattern(pattern)) => Some(pattern),
            _ => None,
        }
    }

    #[inline(never)]
    fn text_in(&self, quick: &Quick, text: &[u8]) -> Option<bool> {
        self.set(quick).map(|set| set.contains_text(text))
    }

    #[inline(never)]
    fn text_has(&self, quick: &Quick, text: &[u8]) -> Option<bool> {
        self.program.finders.get(index(quick.first)).map(|finder| finder.find(text).is_some())
    }
}

/// A place in a table; one that does not fit lies outside every table.
#[inline]
fn index(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}
