//! From the program of a rule to conditions of the set and the way from one to the next.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::Arc;

use tamis_lang::builtin::BuiltinId;
use tamis_lang::prepared::{Element, Prepared};
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_types::hir::Mode;

use super::condition::{Draft, How, Kind, Operands};
use super::conditions::Origin;
use super::core::Core;
use crate::op::{
    Action, BodyLen, Bounds, Durations, Fold, Ints, Op, Operand, Sign, Sizes, Slot, Subject, SubjectKind, Target,
};
use crate::phased::Described;
use crate::program::{Comparison, Program};

/// A condition of the set with its successors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// The condition.
    pub(super) id: u32,
    /// Where to go if it holds.
    pub(super) then: Next,
    /// Where to go if it does not.
    pub(super) otherwise: Next,
}

/// What comes after a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Next {
    /// A later node.
    Node(u32),
    /// The rule matches.
    Match,
    /// It does not.
    NoMatch,
}

/// The conditions of a program, each one use more in the set; none where there is no room.
///
/// A program that always says the same has no nodes, and `entry` is what it says.
pub(super) fn translate(core: &mut Core, program: &Program) -> Option<(Next, Vec<Node>)> {
    let mut slots = Vec::with_capacity(program.fields().len());
    for field in program.fields() {
        match core.place(field) {
            Some(slot) => slots.push(slot),
            None => break,
        }
    }
    let is_complete = slots.len() == program.fields().len();
    let slots: Arc<[u16]> = slots.into();
    let translated = if is_complete { with_fields(core, program, &slots) } else { None };
    for slot in slots.iter() {
        core.let_go(*slot);
    }
    translated
}

fn with_fields(core: &mut Core, program: &Program, slots: &Arc<[u16]>) -> Option<(Next, Vec<Node>)> {
    // What comes before the entry is never reached.
    let first = if program.entry.is_end() { program.len() } else { program.entry.index() };
    // The bodies of quantifiers belong to them and have no places of their own.
    let mut places: Vec<Option<u32>> = vec![None; first];
    let mut n_nodes = 0;
    while let Some(instruction) = program.instructions.get(places.len()) {
        places.push(Some(n_nodes));
        n_nodes += 1;
        if let Op::Quantified { body: BodyLen(len), .. } = instruction.op {
            places.extend(std::iter::repeat_n(None, len as usize));
        }
    }
    let next = |target: Target| match places.get(target.index()) {
        Some(Some(place)) => Next::Node(*place),
        _ if target == Target::PASS => Next::Match,
        _ => Next::NoMatch,
    };
    let mut described: Option<Arc<Described>> = None;
    let mut nodes = Vec::with_capacity(places.len());
    for (at, instruction) in program.instructions.iter().enumerate() {
        if places.get(at).copied().flatten().is_none() {
            continue;
        }
        match intern(core, (program, at), slots, &mut described) {
            Some(id) => nodes.push(Node { id, then: next(instruction.then), otherwise: next(instruction.otherwise) }),
            None => {
                nodes.iter().for_each(|node: &Node| core.release(node.id));
                return None;
            }
        }
    }
    Some((next(program.entry), nodes))
}

fn intern(
    core: &mut Core,
    (program, at): (&Program, usize),
    slots: &Arc<[u16]>,
    described: &mut Option<Arc<Described>>,
) -> Option<u32> {
    let op = &program.instructions.get(at)?.op;
    if let Some(one) = OneDraft::of(program, op, |slot| slots.get(slot.0 as usize).copied()) {
        return core.intern(&one.draft(), None);
    }
    let program = described.get_or_insert_with(|| Arc::new(Described::of(program.clone())));
    let words = words(&program.program, at, slots);
    let origin = Origin { program, slots, at: u32::try_from(at).ok()? };
    let how = How::new(Mode::All, Sign::Plain, Fold::Keep);
    core.intern(&Draft { kind: Kind::Opaque, how, slot: 0, operands: Operands::Opaque(&words) }, Some(&origin))
}

/// A draft together with what it may have to own.
pub(super) struct OneDraft<'p> {
    draft: Draft<'p>,
    ip6: Option<[u8; 32]>,
}

impl OneDraft<'_> {
    /// The draft.
    pub(super) fn draft(&self) -> Draft<'_> {
        match &self.ip6 {
            Some(bounds) => Draft { operands: Operands::Ip6(bounds), ..self.draft },
            None => self.draft,
        }
    }
}

impl<'p> OneDraft<'p> {
    /// The condition that an operation on a field asks; none for what stays an instruction of its program.
    pub(super) fn of(program: &'p Program, op: &Op, place: impl Fn(Slot) -> Option<u16>) -> Option<Self> {
        let on = |kind, (mode, subject, sign, fold): (Mode, Subject, Sign, Fold), operands| {
            let SubjectKind::Field(slot) = subject.kind() else { return None };
            let draft = Draft { kind, how: How::new(mode, sign, fold), slot: place(slot)?, operands };
            Some(Self { draft, ip6: None })
        };
        let pair = |Bounds { low, high }: Bounds| Operands::Pair(low.cast_unsigned(), high.cast_unsigned());
        let keep = Fold::Keep;
        match *op {
            Op::Int { mode, subject, sign, bounds: Ints(it) } => on(Kind::Int, (mode, subject, sign, keep), pair(it)),
            Op::Duration { mode, subject, sign, bounds: Durations(it) } => {
                on(Kind::Duration, (mode, subject, sign, keep), pair(it))
            }
            Op::Size { mode, subject, sign, bounds: Sizes(it) } => {
                on(Kind::Size, (mode, subject, sign, keep), pair(it))
            }
            Op::Bool { mode, subject, sign } => on(Kind::Bool, (mode, subject, sign, keep), Operands::Pair(0, 0)),
            Op::TextEquals { mode, subject, sign, fold, text } => {
                on(Kind::TextIs, (mode, subject, sign, fold), Operands::Text(program.text(text)))
            }
            Op::TextStarts { mode, subject, sign, fold, text } => {
                on(Kind::TextStarts, (mode, subject, sign, fold), Operands::Text(program.text(text)))
            }
            Op::TextEnds { mode, subject, sign, fold, text } => {
                on(Kind::TextEnds, (mode, subject, sign, fold), Operands::Text(program.text(text)))
            }
            Op::TextContains { mode, subject, sign, fold, finder } => {
                on(Kind::TextHas, (mode, subject, sign, fold), Operands::Text(program.finder(finder)?.needle()))
            }
            Op::Ip { mode, subject, sign, address } => {
                Self::between(on(Kind::Ip4, (mode, subject, sign, keep), Operands::Pair(0, 0))?, address, address)
            }
            Op::Prepared { mode, subject, sign, builtin, prepared } => {
                let prepared = program.prepared(prepared)?;
                let operands = Operands::Prepared(builtin, prepared);
                let whole = on(Kind::Prepared, (mode, subject, sign, keep), operands)?;
                let SubjectKind::Field(slot) = subject.kind() else { return None };
                let is_address = program.field(slot).is_some_and(|field| field.ty == Ty::Ip);
                match addresses(builtin, prepared).filter(|_| is_address) {
                    Some((first, last)) => {
                        let between = on(Kind::Ip4, (mode, subject, sign, keep), Operands::Pair(0, 0))?;
                        Self::between(between, first, last).or(Some(whole))
                    }
                    None => Some(whole),
                }
            }
            Op::Kernel { mode, subject, sign, builtin, constant } => {
                let constant = program.constant(constant)?;
                on(Kind::Kernel, (mode, subject, sign, keep), Operands::Kernel(builtin, constant))
            }
            Op::Exists { field } => {
                let how = How::new(Mode::All, Sign::Plain, keep);
                let (slot, operands) = (place(field)?, Operands::Pair(0, 0));
                Some(Self { draft: Draft { kind: Kind::Exists, how, slot, operands }, ip6: None })
            }
            Op::Sample { threshold } => {
                let how = How::new(Mode::All, Sign::Plain, keep);
                let operands = Operands::Pair(threshold.get(), 0);
                Some(Self { draft: Draft { kind: Kind::Sample, how, slot: 0, operands }, ip6: None })
            }
            Op::Compare { .. } | Op::Quantified { .. } => None,
        }
    }

    /// The same for addresses from the first to the last, if they are of one family.
    fn between(mut self, first: IpAddr, last: IpAddr) -> Option<Self> {
        match (first, last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => {
                self.draft.operands = Operands::Pair(first.to_bits().into(), last.to_bits().into());
            }
            (IpAddr::V6(first), IpAddr::V6(last)) => {
                let mut bounds = [0; 32];
                let (low, high) = bounds.split_at_mut(16);
                low.copy_from_slice(&first.octets());
                high.copy_from_slice(&last.octets());
                self.draft.kind = Kind::Ip6;
                self.ip6 = Some(bounds);
            }
            _ => return None,
        }
        Some(self)
    }
}

/// The addresses of a set that is one network, one address or one range.
fn addresses(operator: BuiltinId, prepared: &Prepared) -> Option<(IpAddr, IpAddr)> {
    let Prepared::Set(set) = prepared else { return None };
    if operator.get().name != "in" {
        return None;
    }
    match set.elements() {
        [Element::Value(Constant::Ip(address))] => Some((*address, *address)),
        [Element::Value(Constant::Network(network))] => Some((network.network(), network.broadcast())),
        [Element::Range(Constant::Ip(first), Constant::Ip(last))] => Some((*first, *last)),
        _ => None,
    }
}

/// An instruction, and the body behind it, in words that are the same exactly where the meaning is.
fn words(program: &Program, at: usize, slots: &[u16]) -> String {
    let mut words = String::new();
    let Some(first) = program.instructions.get(at) else { return words };
    let n_body = if let Op::Quantified { body, .. } = first.op { body.0 as usize } else { 0 };
    for (place, instruction) in program.instructions.iter().enumerate().skip(at).take(1 + n_body) {
        let _ = write!(words, "{}(", instruction.op.row().name);
        instruction.op.operands(&mut |operand| write_operand(&mut words, program, operand, slots));
        if place > at {
            for target in [instruction.then, instruction.otherwise] {
                let _ = match target.is_end() {
                    true => write!(words, "{}", target == Target::PASS),
                    false => write!(words, "+{}", target.index().saturating_sub(at)),
                };
                words.push(' ');
            }
        }
        words.push(')');
    }
    words
}

fn write_operand(words: &mut String, program: &Program, operand: Operand, slots: &[u16]) {
    let field = |slot: Slot| slots.get(slot.0 as usize).copied();
    let _ = match operand {
        Operand::Subject(subject) => match subject.kind() {
            SubjectKind::Field(slot) => write!(words, "field {:?}", field(slot)),
            SubjectKind::Variable(level) => write!(words, "{level:?}"),
        },
        Operand::Field(slot) => write!(words, "field {:?}", field(slot)),
        Operand::Text(text) => write!(words, "{:?}", program.text(text)),
        Operand::Finder(finder) => write!(words, "{:?}", program.finder(finder).map(|finder| finder.needle())),
        Operand::Prepared(prepared) => write_prepared(words, program.prepared(prepared)),
        Operand::Constant(constant) => write!(words, "{:?}", program.constant(constant)),
        Operand::Comparison(comparison) => {
            program.comparison(comparison).map_or(Ok(()), |it| write_comparison(words, program, it, slots))
        }
        Operand::Bounds(bounds, _) => write!(words, "{bounds:?}"),
        Operand::Variable(_)
        | Operand::Mode(_)
        | Operand::Sign(_)
        | Operand::Quantifier(_)
        | Operand::Address(_)
        | Operand::Fold(_)
        | Operand::Builtin(_)
        | Operand::BodyLen(_)
        | Operand::Threshold(_)
        | Operand::OfStep => write!(words, "{operand:?}"),
    };
    words.push(' ');
}

fn write_prepared(words: &mut String, prepared: Option<&Prepared>) -> std::fmt::Result {
    match prepared {
        Some(Prepared::Set(set)) => write!(words, "{:?}", set.elements()),
        Some(Prepared::Pattern(pattern)) => write!(words, "{:?}", pattern.as_str()),
        Some(Prepared::Threshold(threshold)) => write!(words, "{threshold:?}"),
        None => Ok(()),
    }
}

fn write_comparison(words: &mut String, program: &Program, comparison: &Comparison, slots: &[u16]) -> std::fmt::Result {
    let Comparison { operator, mode, sign, prepared, .. } = comparison;
    write!(words, "{operator:?} {mode:?} {sign:?} ")?;
    write_prepared(words, prepared.and_then(|prepared| program.prepared(prepared)))?;
    for step in &comparison.steps {
        write!(words, "; {} ", step.into)?;
        let field = |slot: Slot| slots.get(slot.0 as usize).copied();
        match step.action {
            Action::Constant { constant } => write!(words, "{:?}", program.constant(constant))?,
            Action::Field { slot, .. } => write!(words, "field {:?}", field(slot))?,
            Action::Count { field: slot } => write!(words, "count {:?}", field(slot))?,
            Action::ListLen { field: slot } => write!(words, "length {:?}", field(slot))?,
            Action::Variable { .. } | Action::Call { .. } | Action::TextLen {} | Action::OrElse { .. } => {
                write!(words, "{:?}", step.action)?;
            }
        }
    }
    Ok(())
}
