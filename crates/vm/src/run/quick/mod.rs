//! The top level of a program in the form in which it runs fastest.
//!
//! Nearly every condition asks for one value of one field and compares it with something short.
//! Such a condition is one test here: its kind names a function that asks for the field, compares, and answers where
//! to go on, and what it compares with lies beside it, so that most tests read nothing else.
//! All else, and a field that turns out to have several values, goes through the instruction itself.

mod build;
mod function;
mod kind;
mod piece;

use tamis_lang::scratch::Scratch;

use self::kind::Kind;
use super::Machine;
use crate::facts::Facts;
use crate::op::Target;
use crate::program::Program;

/// The fast form of a program: a test for each instruction, by its number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quick {
    tests: Box<[Test]>,
    /// The test of a rule that is a single condition, as many are, once more: it needs no loop, and here no pointer.
    only: Option<Test>,
    /// Sets of integers, a bit for each number.
    bits: Box<[u64]>,
}

/// A condition with its successors.
#[derive(Clone, Copy, Debug)]
struct Test {
    first: u64,
    second: u64,
    /// The field; none of the table's where the instruction has to be asked.
    slot: u32,
    /// Where to go on, by the answer.
    targets: [Target; 4],
    kind: Kind,
    /// How long a text of at most sixteen bytes is.
    len: u8,
}

const _: () = assert!(size_of::<Test>() == 40);

/// What a test says about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// The value does not pass the plain test.
    No,
    /// It passes.
    Yes,
    /// There is no value, or one of another type.
    Nothing,
    /// The instruction itself has to be asked.
    Ask,
}

/// Where the answer [`Answer::Ask`] leads to; like the ends it lies outside every table.
const ASK: Target = Target::from_bits(Target::FAIL.bits() - 1);

/// Runs a whole program; whether it ends where the rule holds.
///
/// INVARIANT: successors lie further on, so this ends after at most one visit of each condition.
#[inline]
pub(super) fn run<F: Facts + ?Sized>(program: &Program, facts: &F, scratch: &mut Scratch) -> bool {
    let (last, end) = match &program.quick.only {
        Some(only) => (program.entry, only.target(kind::function::<F>(only.kind)(program, facts, only))),
        None => run_from(program, facts, program.entry),
    };
    if end == ASK { go_on(program, facts, scratch, last) } else { end == Target::PASS }
}

/// Runs tests until an end, or until an instruction has to be asked; the last test, and that end.
#[inline]
fn run_from<F: Facts + ?Sized>(program: &Program, facts: &F, mut at: Target) -> (Target, Target) {
    let tests = &*program.quick.tests;
    let mut last = at;
    while let Some(test) = tests.get(at.index()) {
        last = at;
        let answer = kind::function::<F>(test.kind)(program, facts, test);
        at = test.target(answer);
    }
    (last, at)
}

/// Goes on with an instruction that itself has to be asked.
#[cold]
#[inline(never)]
fn go_on<F: Facts + ?Sized>(program: &Program, facts: &F, scratch: &mut Scratch, mut at: Target) -> bool {
    let machine = Machine::new(program, facts);
    while let Some(instruction) = program.instructions.get(at.index()) {
        let holds = machine.holds(&instruction.op, at, None, scratch);
        at = if holds { instruction.then } else { instruction.otherwise };
        let (last, end) = run_from(program, facts, at);
        at = if end == ASK { last } else { end };
    }
    at == Target::PASS
}

impl Test {
    /// Where an answer leads to.
    #[inline]
    fn target(&self, answer: Answer) -> Target {
        // The compiler does not know how many answers a function has that is called by its address.
        self.targets.get(answer as usize & 3).copied().unwrap_or(Target::FAIL)
    }

    /// Whether a number lies between the smallest one and so many above it.
    #[inline]
    const fn holds_number(&self, n: i64) -> bool {
        // What is below the smallest number becomes a large one.
        n.cast_unsigned().wrapping_sub(self.first) <= self.second
    }

    /// The part of a table that lies in the second operand.
    #[inline]
    const fn range(&self) -> std::ops::Range<usize> {
        (self.second >> 32) as usize..(self.second & 0xffff_ffff) as usize
    }
}
