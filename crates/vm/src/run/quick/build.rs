//! From the instructions of a program to its tests.

use tamis_lang::prepared::{Prepared, Set};
use tamis_lang::ty::Ty;

use super::kind::Kind;
use super::piece::Class;
use super::{ASK, Quick, Test};
use crate::op::{
    Bounds, Durations, Fold, Instruction, Ints, Op, PreparedRef, Sign, Sizes, Subject, SubjectKind, Target, TextRef,
};
use crate::program::Program;
use crate::run::text::{self, Part};

/// What is asked, and with which operands.
struct Asked {
    kind: Kind,
    operands: [u64; 2],
    len: u8,
}

impl Asked {
    const fn new(kind: Kind, operands: [u64; 2]) -> Self {
        Self { kind, operands, len: 0 }
    }
}

impl Quick {
    /// The fast form of a program.
    pub(crate) fn of(program: &Program) -> Self {
        let mut bits = Vec::new();
        let tests = program.instructions.iter().map(|instruction| test(program, instruction, &mut bits));
        let tests: Box<[Test]> = tests.collect();
        let only = match &*tests {
            [only] if program.entry == Target::at(0) => Some(*only),
            _ => None,
        };
        Self { tests, only, bits: bits.into() }
    }
}

fn test(program: &Program, instruction: &Instruction, bits: &mut Vec<u64>) -> Test {
    let Instruction { ref op, then, otherwise } = *instruction;
    let quick = subject(op).and_then(|(subject, sign)| match subject.kind() {
        SubjectKind::Field(slot) => Some((slot.0, sign, asked(program, op, bits)?)),
        SubjectKind::Variable(_) => None,
    });
    let (slot, sign, Asked { kind, operands: [first, second], len }) =
        quick.unwrap_or((u32::MAX, Sign::Plain, Asked::new(Kind::Instruction, [0, 0])));
    let (yes, no) = match sign {
        Sign::Plain => (then, otherwise),
        Sign::Negated => (otherwise, then),
    };
    Test { first, second, slot, targets: [no, yes, otherwise, ASK], kind, len }
}

/// What an operation looks at, and which answer passes.
const fn subject(op: &Op) -> Option<(Subject, Sign)> {
    match *op {
        Op::Int { subject, sign, .. }
        | Op::Duration { subject, sign, .. }
        | Op::Size { subject, sign, .. }
        | Op::Bool { subject, sign, .. }
        | Op::Ip { subject, sign, .. }
        | Op::TextEquals { subject, sign, .. }
        | Op::TextStarts { subject, sign, .. }
        | Op::TextEnds { subject, sign, .. }
        | Op::TextContains { subject, sign, .. }
        | Op::Prepared { subject, sign, .. }
        | Op::Kernel { subject, sign, .. } => Some((subject, sign)),
        Op::Compare { .. } | Op::Exists { .. } | Op::Sample { .. } | Op::Quantified { .. } => None,
    }
}

fn asked(program: &Program, op: &Op, bits: &mut Vec<u64>) -> Option<Asked> {
    match *op {
        Op::Int { bounds: Ints(bounds), .. } => within(Kind::Int, bounds),
        Op::Duration { bounds: Durations(bounds), .. } => within(Kind::Duration, bounds),
        Op::Size { bounds: Sizes(bounds), .. } => within(Kind::Size, bounds),
        Op::Bool { .. } => Some(Asked::new(Kind::Bool, [0, 0])),
        Op::TextEquals { fold: Fold::Keep, text, .. } => Some(piece(program, Part::Whole, text)),
        Op::TextStarts { fold: Fold::Keep, text, .. } => Some(piece(program, Part::Start, text)),
        Op::TextEnds { fold: Fold::Keep, text, .. } => Some(piece(program, Part::End, text)),
        Op::TextEquals { fold, text, .. } => text::only_ascii_folds_to(fold, program.text(text)).then(|| {
            let start = u64::from(text.start);
            Asked::new(Kind::TextFolded, [0, start << 32 | (start + u64::from(text.len))])
        }),
        Op::TextContains { fold: Fold::Keep, finder, .. } => Some(Asked::new(Kind::TextHas, [finder.0.into(), 0])),
        Op::Prepared { subject, builtin, prepared, .. } if !builtin.get().is_sample() => {
            self::prepared(program, subject, prepared, bits)
        }
        Op::TextStarts { .. }
        | Op::TextEnds { .. }
        | Op::TextContains { .. }
        | Op::Ip { .. }
        | Op::Prepared { .. }
        | Op::Kernel { .. }
        | Op::Compare { .. }
        | Op::Exists { .. }
        | Op::Sample { .. }
        | Op::Quantified { .. } => None,
    }
}

fn within(kind: Kind, Bounds { low, high }: Bounds) -> Option<Asked> {
    (low <= high).then(|| Asked::new(kind, [low.cast_unsigned(), low.abs_diff(high)]))
}

/// A part of a text against a constant.
fn piece(program: &Program, part: Part, text: TextRef) -> Asked {
    let constant = program.text(text);
    let class = Class::of(constant.len());
    let len = u8::try_from(constant.len()).unwrap_or(u8::MAX);
    Asked { kind: Kind::of_text(part, class), operands: class.operands(constant, text.start), len }
}

fn prepared(program: &Program, subject: Subject, place: PreparedRef, bits: &mut Vec<u64>) -> Option<Asked> {
    let asked = |kind| Some(Asked::new(kind, [place.0.into(), 0]));
    let ty = match subject.kind() {
        SubjectKind::Field(slot) => program.field(slot)?.ty,
        SubjectKind::Variable(_) => return None,
    };
    match (program.prepared(place)?, ty) {
        (Prepared::Pattern(_), _) => asked(Kind::TextMatches),
        (Prepared::Set(_), Ty::String) => asked(Kind::TextIn),
        (Prepared::Set(set), Ty::Int) => among(set, bits).or_else(|| asked(Kind::IntIn)),
        (Prepared::Set(set), Ty::Ip) => match set.only_network() {
            Some((network, mask)) => Some(Asked::new(Kind::Network, [network.into(), mask.into()])),
            None => asked(Kind::AddressIn),
        },
        (Prepared::Set(_), Ty::Bool | Ty::Float | Ty::Network | Ty::Duration | Ty::Size)
        | (Prepared::Threshold(_), _) => None,
    }
}

/// Integers that lie close together, as bits beside those of the other tests.
fn among(set: &Set, bits: &mut Vec<u64>) -> Option<Asked> {
    let (low, words) = set.number_bits()?;
    let start = bits.len() as u64;
    bits.extend_from_slice(words);
    Some(Asked::new(Kind::IntAmong, [low.cast_unsigned(), start << 32 | bits.len() as u64]))
}
