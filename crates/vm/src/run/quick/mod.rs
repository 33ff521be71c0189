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
///
/// Each type of values has a family of its own, because a value is taken apart best where its type is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The instruction itself has to be asked.
    Instruction,
    /// A whole number.
    Number(Number),
    /// A text.
    Text(Text),
    /// An address.
    Address(Address),
}

/// What is asked of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    /// An integer: the smallest, and how many lie above it.
    Int,
    /// A duration, in the same way.
    Duration,
    /// A size, in the same way.
    Size,
    /// An integer: the place of a set.
    IntIn,
}

/// What is asked of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    /// Where the other one starts and ends.
    Is,
    /// Its beginning.
    Starts,
    /// Its end.
    Ends,
    /// A part of it: the place of a searcher.
    Has,
    /// The place of a set.
    In,
    /// The place of a pattern.
    Matches,
}

/// What is asked of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Address {
    /// The IPv4 network, and the bits that count.
    Network,
    /// The place of a set.
    In,
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
        Op::Int { subject, sign, bounds: Ints(bounds), .. } => within(Kind::Number(Number::Int), subject, sign, bounds),
        Op::Duration { subject, sign, bounds: Durations(bounds), .. } => {
            within(Kind::Number(Number::Duration), subject, sign, bounds)
        }
        Op::Size { subject, sign, bounds: Sizes(bounds), .. } => {
            within(Kind::Number(Number::Size), subject, sign, bounds)
        }
        Op::TextEquals { fold: Fold::Keep, subject, sign, text, .. } => {
            (Kind::Text(Text::Is), Some(subject), sign, piece(text))
        }
        Op::TextStarts { fold: Fold::Keep, subject, sign, text, .. } => {
            (Kind::Text(Text::Starts), Some(subject), sign, piece(text))
        }
        Op::TextEnds { fold: Fold::Keep, subject, sign, text, .. } => {
            (Kind::Text(Text::Ends), Some(subject), sign, piece(text))
        }
        Op::TextContains { fold: Fold::Keep, subject, sign, finder, .. } => {
            (Kind::Text(Text::Has), Some(subject), sign, [finder.0.into(), 0])
        }
        Op::Prepared { subject, sign, builtin, prepared: place, .. } if !builtin.get().is_sample() => {
            let operands = [place.0.into(), 0];
            let ty = match subject.kind() {
                SubjectKind::Field(slot) => program.field(slot).map(|field| field.ty),
                SubjectKind::Variable(_) => None,
            };
            match (program.prepared(place), ty) {
                (Some(Prepared::Pattern(_)), _) => (Kind::Text(Text::Matches), Some(subject), sign, operands),
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
        Ty::String => (Kind::Text(Text::In), place),
        Ty::Int => (Kind::Number(Number::IntIn), place),
        Ty::Ip => match set.only_network() {
            Some((network, mask)) => (Kind::Address(Address::Network), [network.into(), mask.into()]),
            None => (Kind::Address(Address::In), place),
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
            let answer = match (quick.kind, self.program.fields.get(quick.slot as usize)) {
                (Kind::Number(number), Some(field)) => match self.facts.get(field) {
                    Fact::One(value) | Fact::AtLeast(value) => self.number(quick, number, &value),
                    Fact::Absent | Fact::NotYet => None,
                    Fact::Many | Fact::SoFar => self.slowly(quick, at, scratch),
                },
                (Kind::Text(test), Some(field)) => match self.facts.get(field) {
                    Fact::One(Value::String(text)) | Fact::AtLeast(Value::String(text)) => {
                        self.text_test(quick, test, text)
                    }
                    Fact::Many | Fact::SoFar => self.slowly(quick, at, scratch),
                    Fact::Absent | Fact::NotYet | Fact::One(_) | Fact::AtLeast(_) => None,
                },
                (Kind::Address(test), Some(field)) => match self.facts.get(field) {
                    Fact::One(Value::Ip(address)) | Fact::AtLeast(Value::Ip(address)) => {
                        self.address_test(quick, test, address)
                    }
                    Fact::Many | Fact::SoFar => self.slowly(quick, at, scratch),
                    Fact::Absent | Fact::NotYet | Fact::One(_) | Fact::AtLeast(_) => None,
                },
                _ => self.slowly(quick, at, scratch),
            };
            at = if answer == Some(!quick.negated) { quick.then } else { quick.otherwise };
        }
        at == Target::PASS
    }

    /// What the instruction itself answers, before the sign is looked at.
    #[inline(never)]
    fn slowly(&self, quick: &Quick, at: Target, scratch: &mut Scratch) -> Option<bool> {
        let instruction = self.program.instructions.get(at.index())?;
        Some(self.holds(&instruction.op, at, None, scratch) != quick.negated)
    }

    /// What a test answers for a number; nothing for a value of the wrong type.
    #[inline]
    fn number(&self, quick: &Quick, test: Number, value: &Value<'_>) -> Option<bool> {
        match (test, *value) {
            (Number::Int, Value::Int(n)) | (Number::Duration, Value::Duration(n)) | (Number::Size, Value::Size(n)) => {
                // What is below the smallest number becomes a large one.
                Some(n.cast_unsigned().wrapping_sub(quick.first) <= quick.second)
            }
            (Number::IntIn, Value::Int(n)) => self.set(quick).map(|set| set.contains_number(n)),
            _ => None,
        }
    }

    /// What a test answers for a text.
    #[inline]
    fn text_test(&self, quick: &Quick, test: Text, text: &[u8]) -> Option<bool> {
        match test {
            Text::Is => Some(text::same(text, self.piece(quick))),
            Text::Starts => Some(text::starts(text, self.piece(quick))),
            Text::Ends => Some(text::is_part(text, Part::End, self.piece(quick))),
            Text::Has => self.text_has(quick, text),
            Text::In => self.text_in(quick, text),
            Text::Matches => self.pattern(quick).map(|pattern| pattern.is_match(text)),
        }
    }

    /// What a test answers for an address.
    #[inline]
    fn address_test(&self, quick: &Quick, test: Address, address: IpAddr) -> Option<bool> {
        match (test, address) {
            (Address::Network, IpAddr::V4(address)) => {
                Some(u64::from(u32::from(address)) & quick.second == quick.first)
            }
            (Address::Network, IpAddr::V6(_)) => Some(false),
            (Address::In, address) => self.set(quick).map(|set| set.contains_address(address)),
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
