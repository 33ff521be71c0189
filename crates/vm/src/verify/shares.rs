//! Whether a larger randomness only ever helps.
//!
//! A condition on the randomness of a request is sound if whatever follows where it holds says yes wherever that which
//! follows where it does not hold says yes.
//! That is shown instruction by instruction: both successors of the one that comes first are compared with the other.

use std::collections::HashSet;

use crate::bytecode::{Place, Reason, Refusal};
use crate::op::{Op, Target};
use crate::program::Program;

/// Comparisons of two places for each instruction; programs of the compiler need as many as they have nested conditions.
const STEPS_PER_INSTRUCTION: usize = 1024;

/// Verifies every share.
pub(super) fn verify(program: &Program) -> Result<(), Refusal> {
    let mut seen: HashSet<(Target, Target)> = HashSet::new();
    let room = program.instructions.len().saturating_mul(STEPS_PER_INSTRUCTION);
    for (number, instruction) in (0..).zip(&program.instructions) {
        if !is_share(program, &instruction.op) {
            continue;
        }
        let mut open = vec![(instruction.then, instruction.otherwise)];
        while let Some((more, less)) = open.pop() {
            if more == less || more == Target::PASS || less == Target::FAIL || !seen.insert((more, less)) {
                continue;
            }
            let refuse = |reason| Refusal { place: Place::Instruction(number), reason };
            if seen.len() > room {
                return Err(refuse(Reason::TangledShares {}));
            }
            let successors = |target: Target| {
                let found = program.instructions.get(target.index());
                found.map(|instruction| [instruction.then, instruction.otherwise])
            };
            // The one that comes first; an end comes last.
            let (of_more, of_less) = (successors(more), successors(less));
            match (of_more, of_less) {
                (Some(of_more), _) if more.index() < less.index() => open.extend(of_more.map(|more| (more, less))),
                (_, Some(of_less)) => open.extend(of_less.map(|less| (more, less))),
                _ => return Err(refuse(Reason::MisplacedShare { found: "negated" })),
            }
        }
    }
    Ok(())
}

/// Whether a condition is a share, by the trace or by a key.
fn is_share(program: &Program, op: &Op) -> bool {
    match op {
        Op::Sample { .. } => true,
        Op::Prepared { builtin, .. } => builtin.get().is_sample(),
        Op::Compare { comparison } => {
            program.comparison(*comparison).is_some_and(|comparison| comparison.operator.get().is_sample())
        }
        _ => false,
    }
}
