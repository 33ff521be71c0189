//! Whether a program is safe: looked at once, before it runs.
//!
//! What the machine relies on is checked here and nowhere else: every place lies in its table, values have the types
//! that operations take, jumps go forward and stay within their block, quantifiers bind the variables that their bodies
//! use, and a share stands where a larger randomness can only help.
//! The compiler makes only such programs; the tests verify all that it makes.

mod blocks;
mod operands;
mod shares;
pub(crate) mod steps;

use crate::bytecode::wire::count;
use crate::bytecode::{LoadLimits, Place, Reason, Refusal};
use crate::program::Program;
use blocks::Blocks;
use steps::Shape;

/// Adds the comparisons, of which bytes have only the steps.
pub(crate) fn comparisons(program: &mut Program, shapes: Vec<Shape>) -> Result<(), Vec<Refusal>> {
    let mut comparisons = Vec::with_capacity(shapes.len());
    for (number, shape) in (0..).zip(shapes) {
        comparisons.push(steps::assemble(program, number, shape).map_err(|refusal| vec![refusal])?);
    }
    program.comparisons = comparisons.into();
    Ok(())
}

/// Verifies a program whose comparisons are assembled.
pub(crate) fn verify(program: &Program, limits: &LoadLimits) -> Result<(), Vec<Refusal>> {
    all(program, limits).map_err(|refusal| vec![refusal])
}

fn all(program: &Program, limits: &LoadLimits) -> Result<(), Refusal> {
    let n_instructions = count(program.instructions.len());
    if n_instructions > limits.instructions {
        let (limit, found) = (limits.instructions.into(), n_instructions.into());
        let reason = Reason::TooMany { what: "instructions", limit, found };
        return Err(Refusal { place: Place::Instruction(limits.instructions), reason });
    }
    let blocks = Blocks::of(program, limits)?;
    for (number, instruction) in (0..).zip(&program.instructions) {
        let refuse = |reason| Refusal { place: Place::Instruction(number), reason };
        let around = blocks.around(number);
        operands::verify(program, &instruction.op, around).map_err(refuse)?;
        for target in [instruction.then, instruction.otherwise] {
            blocks.target(number, target).map_err(refuse)?;
        }
    }
    blocks.entry(program.entry).map_err(|reason| Refusal { place: Place::Entry, reason })?;
    shares::verify(program)
}
