//! The conditions of a set and what they point to, each kept once.

use std::sync::Arc;

use tamis_lang::builtin::BuiltinId;
use tamis_lang::prepared::Prepared;
use tamis_lang::value::Constant;

use super::condition::{Condition, Draft, How, Kind, Operands, Place};
use super::hash;
use super::slab::Slab;
use super::table::Table;
use crate::phased::Described;

/// Unused bytes that are not worth collecting.
const SMALL_WASTE: usize = 4096;

/// An instruction that the set runs as its program does.
#[derive(Clone, Debug)]
pub(super) struct Opaque {
    /// The program that it is from.
    pub(super) program: Arc<Described>,
    /// The set's place of each field of the program.
    pub(super) slots: Arc<[u16]>,
    /// The place of the instruction.
    pub(super) at: u32,
    /// What tells it from others.
    pub(super) words: Box<str>,
}

/// Where an opaque instruction comes from.
#[derive(Clone, Debug)]
pub(super) struct Origin<'o> {
    pub(super) program: &'o Arc<Described>,
    pub(super) slots: &'o Arc<[u16]>,
    pub(super) at: u32,
}

/// Every condition of a set.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions {
    all: Vec<Condition>,
    free: Vec<u32>,
    table: Table,
    /// The texts of conditions, one after the other.
    pool: Vec<u8>,
    /// How many bytes of the pool belong to no condition.
    n_unused: usize,
    /// Operators that take a set or a pattern, each with it.
    prepared: Slab<(BuiltinId, Prepared)>,
    /// Operators and the constants on their right.
    constants: Slab<(BuiltinId, Constant)>,
    opaque: Slab<Opaque>,
}

impl Conditions {
    /// The place of a condition, which counts one more use; none where there is no room.
    pub(super) fn intern(&mut self, draft: &Draft<'_>, origin: Option<&Origin<'_>>) -> Option<(u32, IsNew)> {
        let hash = hash_of(draft);
        if let Some(id) = self.table.find(hash, |id| self.is(id, draft)) {
            let condition = self.all.get_mut(id as usize)?;
            condition.uses = condition.uses.checked_add(1)?;
            return Some((id, IsNew(false)));
        }
        let (a, b) = self.store(&draft.operands, draft.kind, origin)?;
        let condition = Condition { kind: draft.kind, how: draft.how, slot: draft.slot, uses: 1, a, b };
        let id = if let Some(id) = self.free.pop() {
            if let Some(place) = self.all.get_mut(id as usize) {
                *place = condition;
            }
            id
        } else {
            let id = u32::try_from(self.all.len()).ok().filter(|id| *id < MOST_CONDITIONS)?;
            self.all.push(condition);
            id
        };
        self.table.insert(hash, id);
        Some((id, IsNew(true)))
    }

    /// Takes one use of a condition back; answers whether that was the last one.
    pub(super) fn release(&mut self, id: u32) -> bool {
        let Some(condition) = self.all.get_mut(id as usize) else { return false };
        condition.uses = condition.uses.saturating_sub(1);
        if condition.uses > 0 {
            return false;
        }
        let condition = *condition;
        let hash = hash_of(&self.draft(&condition));
        self.table.remove(hash, id);
        self.free.push(id);
        match condition.kind {
            Kind::Prepared => self.prepared.remove(condition.b),
            Kind::Kernel => self.constants.remove(condition.b),
            Kind::Opaque => self.opaque.remove(condition.a),
            Kind::TextIs | Kind::TextStarts | Kind::TextEnds | Kind::TextHas | Kind::Ip6 => {
                self.n_unused += condition.text().len as usize;
                if self.n_unused > SMALL_WASTE && self.n_unused * 2 > self.pool.len() {
                    self.collect();
                }
            }
            Kind::Int | Kind::Duration | Kind::Size | Kind::Bool | Kind::Ip4 | Kind::Exists | Kind::Sample => {}
        }
        true
    }

    /// A condition.
    #[inline]
    pub(super) fn get(&self, id: u32) -> Option<&Condition> {
        self.all.get(id as usize)
    }

    /// How many places there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// How many conditions there are.
    pub(super) fn n_used(&self) -> usize {
        self.all.len() - self.free.len()
    }

    /// The texts that conditions point to.
    #[inline]
    pub(super) fn pool(&self) -> &[u8] {
        &self.pool
    }

    /// An operator and its set or pattern.
    pub(super) fn prepared(&self, condition: &Condition) -> Option<&(BuiltinId, Prepared)> {
        self.prepared.get(condition.b)
    }

    /// An operator and its constant.
    pub(super) fn constant(&self, condition: &Condition) -> Option<&(BuiltinId, Constant)> {
        self.constants.get(condition.b)
    }

    /// An opaque instruction.
    pub(super) fn opaque(&self, condition: &Condition) -> Option<&Opaque> {
        self.opaque.get(condition.a)
    }

    /// Gives back what is not needed.
    pub(super) fn shrink(&mut self) {
        if self.n_unused > 0 {
            self.collect();
        }
        self.all.shrink_to_fit();
        self.free.shrink_to_fit();
        self.table.shrink();
        self.pool.shrink_to_fit();
    }

    /// Writes the operands of a new condition to where they belong.
    fn store(&mut self, operands: &Operands<'_>, kind: Kind, origin: Option<&Origin<'_>>) -> Option<(u64, u64)> {
        match *operands {
            Operands::Pair(a, b) => Some((a, b)),
            Operands::Text(text) => {
                let head = if kind == Kind::TextIs { head(text) } else { 0 };
                Some((self.add_text(text)?.pack(), head))
            }
            Operands::Ip6(bounds) => Some((self.add_text(bounds)?.pack(), 0)),
            Operands::Prepared(operator, prepared) => Some((0, self.prepared.insert((operator, prepared.clone()))?)),
            Operands::Kernel(operator, constant) => Some((0, self.constants.insert((operator, constant.clone()))?)),
            Operands::Opaque(words) => {
                let Origin { program, slots, at } = origin?;
                let (program, slots) = (Arc::clone(program), Arc::clone(slots));
                Some((self.opaque.insert(Opaque { program, slots, at: *at, words: words.into() })?, 0))
            }
        }
    }

    fn add_text(&mut self, text: &[u8]) -> Option<Place> {
        let start = u32::try_from(self.pool.len()).ok()?;
        let len = u32::try_from(text.len()).ok()?;
        start.checked_add(len)?;
        self.pool.extend_from_slice(text);
        Some(Place { start, len })
    }

    /// Writes the texts that are in use to a pool of their own.
    fn collect(&mut self) {
        let mut pool = Vec::with_capacity(self.pool.len().saturating_sub(self.n_unused));
        for condition in &mut self.all {
            if condition.uses == 0 || !points_to_pool(condition.kind) {
                continue;
            }
            let before = condition.text();
            // The new pool is no longer than the old one, whose places fit.
            let start = u32::try_from(pool.len()).unwrap_or(u32::MAX);
            pool.extend_from_slice(before.of(&self.pool));
            condition.a = Place { start, len: before.len }.pack();
        }
        self.pool = pool;
        self.n_unused = 0;
    }

    /// Whether a condition is the one that is described.
    fn is(&self, id: u32, draft: &Draft<'_>) -> bool {
        let Some(condition) = self.get(id) else { return false };
        if (condition.kind, condition.how, condition.slot) != (draft.kind, draft.how, draft.slot) {
            return false;
        }
        match (self.draft(condition).operands, draft.operands) {
            (Operands::Pair(a, b), Operands::Pair(c, d)) => (a, b) == (c, d),
            (Operands::Text(one), Operands::Text(other)) => one == other,
            (Operands::Ip6(one), Operands::Ip6(other)) => one == other,
            (Operands::Prepared(operator, one), Operands::Prepared(wanted, other)) => {
                operator == wanted && is_same(one, other)
            }
            (Operands::Kernel(operator, one), Operands::Kernel(wanted, other)) => operator == wanted && one == other,
            (Operands::Opaque(one), Operands::Opaque(other)) => one == other,
            _ => false,
        }
    }

    /// A condition as it was described.
    pub(super) fn draft(&self, condition: &Condition) -> Draft<'_> {
        let Condition { kind, how, slot, a, b, .. } = *condition;
        let nothing = Operands::Pair(a, b);
        let operands = match kind {
            Kind::TextIs | Kind::TextStarts | Kind::TextEnds | Kind::TextHas => {
                Operands::Text(condition.text().of(&self.pool))
            }
            Kind::Ip6 => condition.text().of(&self.pool).first_chunk().map_or(nothing, Operands::Ip6),
            Kind::Prepared => {
                self.prepared(condition).map_or(nothing, |(operator, it)| Operands::Prepared(*operator, it))
            }
            Kind::Kernel => self.constant(condition).map_or(nothing, |(operator, it)| Operands::Kernel(*operator, it)),
            Kind::Opaque => self.opaque(condition).map_or(nothing, |it| Operands::Opaque(&it.words)),
            Kind::Int | Kind::Duration | Kind::Size | Kind::Bool | Kind::Ip4 | Kind::Exists | Kind::Sample => nothing,
        };
        Draft { kind, how, slot, operands }
    }
}

/// Whether a condition was not there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IsNew(pub(super) bool);

/// A condition's place and whether it has to hold share 32 bits in the code of rules.
const MOST_CONDITIONS: u32 = 1 << 31;

const fn points_to_pool(kind: Kind) -> bool {
    matches!(kind, Kind::TextIs | Kind::TextStarts | Kind::TextEnds | Kind::TextHas | Kind::Ip6)
}

/// The first eight bytes of a text, filled up with zeros.
#[inline]
pub(super) fn head(text: &[u8]) -> u64 {
    if let Some(first) = text.first_chunk::<8>() {
        return u64::from_le_bytes(*first);
    }
    text.iter().rev().fold(0, |all, byte| (all << 8) | u64::from(*byte))
}

fn is_same(one: &Prepared, other: &Prepared) -> bool {
    match (one, other) {
        (Prepared::Set(one), Prepared::Set(other)) => one.elements() == other.elements(),
        (Prepared::Pattern(one), Prepared::Pattern(other)) => one.as_str() == other.as_str(),
        (Prepared::Threshold(one), Prepared::Threshold(other)) => one == other,
        _ => false,
    }
}

fn hash_of(draft: &Draft<'_>) -> u32 {
    let seed = hash::seed(draft.slot.into(), draft.kind as u32, How::bits(draft.how).into());
    let of_words = |words: &str| hash::text(seed, words.as_bytes());
    match draft.operands {
        Operands::Pair(a, b) => hash::number(seed ^ a.rotate_left(32), b),
        Operands::Text(text) => hash::text(seed, text),
        Operands::Ip6(bounds) => hash::text(seed, bounds),
        Operands::Kernel(_, constant) => of_words(&constant.to_string()),
        Operands::Opaque(words) => of_words(words),
        Operands::Prepared(_, prepared) => match prepared {
            Prepared::Pattern(pattern) => of_words(pattern.as_str()),
            Prepared::Threshold(threshold) => hash::number(seed, threshold.get()),
            Prepared::Set(set) => {
                let some = set.elements().iter().take(8).chain(set.elements().last());
                let words: Vec<String> = some.map(|element| format!("{element:?}")).collect();
                of_words(&words.concat())
            }
        },
    }
}
