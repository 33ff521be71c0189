//! Jumps, and the bodies of quantifiers.

use tamis_lang::ty::Ty;

use crate::bytecode::wire::count;
use crate::bytecode::{LoadLimits, Place, Reason, Refusal};
use crate::op::{Op, Target};
use crate::program::Program;

/// A body of a quantifier, or the whole program.
struct Block {
    /// Its first instruction.
    start: u32,
    /// The first one behind it.
    end: u32,
    /// The block around it.
    outer: Option<usize>,
    /// The types of the variables that are bound in it, the outermost first.
    variables: Vec<Ty>,
}

/// Which instruction belongs to which block.
pub(super) struct Blocks {
    blocks: Vec<Block>,
    /// The innermost block of each instruction.
    of: Vec<usize>,
    /// The first instruction behind each one and its body.
    next: Vec<u32>,
}

impl Blocks {
    /// Finds the blocks from the first instruction to the last.
    pub(super) fn of(program: &Program, limits: &LoadLimits) -> Result<Self, Refusal> {
        let n = count(program.instructions.len());
        let whole = Block { start: 0, end: n, outer: None, variables: Vec::new() };
        let mut found = Self { blocks: vec![whole], of: Vec::new(), next: Vec::new() };
        let mut current = 0;
        for (number, instruction) in (0..n).zip(&program.instructions) {
            while let Some(Block { end, outer: Some(outer), .. }) = found.blocks.get(current)
                && *end <= number
            {
                current = *outer;
            }
            let Some(block) = found.blocks.get(current) else { break };
            found.of.push(current);
            let Op::Quantified { variable, field, body, .. } = instruction.op else {
                found.next.push(number + 1);
                continue;
            };
            let refuse = |reason| Refusal { place: Place::Instruction(number), reason };
            let start = number + 1;
            let room = block.end.saturating_sub(start);
            if body.0 == 0 || body.0 > room {
                return Err(refuse(Reason::BadBody { room, found: body.0 }));
            }
            let depth = count(block.variables.len());
            if variable.0 != depth {
                return Err(refuse(Reason::WrongVariable { expected: depth, found: variable.0 }));
            }
            if depth >= limits.quantifiers {
                let (limit, found) = (limits.quantifiers.into(), u64::from(depth) + 1);
                return Err(refuse(Reason::TooMany { what: "quantifiers within quantifiers", limit, found }));
            }
            let row = program.field(field);
            let outside = || Reason::Outside { table: "fields", len: program.fields.len(), found: field.0.into() };
            let ty = row.map(|row| row.ty).ok_or_else(|| refuse(outside()))?;
            let mut variables = block.variables.clone();
            variables.push(ty);
            let end = start + body.0;
            found.next.push(end);
            found.blocks.push(Block { start, end, outer: Some(current), variables });
            current = found.blocks.len() - 1;
        }
        Ok(found)
    }

    fn block(&self, number: u32) -> Option<&Block> {
        self.blocks.get(*self.of.get(number as usize)?)
    }

    /// The types of the variables that are bound around an instruction.
    pub(super) fn around(&self, number: u32) -> &[Ty] {
        self.block(number).map_or(&[], |block| &block.variables)
    }

    /// Whether an instruction may go there: forward, and to a place of its own block.
    pub(super) fn target(&self, number: u32, target: Target) -> Result<(), Reason> {
        let (Some(block), Some(first)) = (self.block(number), self.next.get(number as usize)) else { return Ok(()) };
        self.within(block, *first, target)
    }

    /// Whether evaluation may start there.
    pub(super) fn entry(&self, target: Target) -> Result<(), Reason> {
        self.blocks.first().map_or(Ok(()), |whole| self.within(whole, 0, target))
    }

    fn within(&self, block: &Block, first: u32, target: Target) -> Result<(), Reason> {
        if target.is_end() {
            return Ok(());
        }
        let found = target.bits();
        if found < first || found >= block.end {
            return Err(Reason::BadTarget { first, end: block.end, found });
        }
        match self.block(found) {
            Some(own) if own.start == block.start && own.end == block.end => Ok(()),
            _ => Err(Reason::IntoBody { found }),
        }
    }
}
