//! What the rules of a set have in common: their fields and their conditions.

use std::collections::HashMap;

use tamis_lang::builtin;

use super::condition::{Condition, Draft, Kind, Letters};
use super::conditions::{Conditions, IsNew, Origin};
use crate::facts::FieldRef;
use crate::op::{Fold, Sign};

/// Fields and conditions, each once.
#[derive(Clone, Debug)]
pub(super) struct Core {
    fields: Vec<FieldRef>,
    /// How many conditions ask for each field.
    field_uses: Vec<u32>,
    /// The fields with a name; several only where catalogs differ.
    by_name: HashMap<Box<str>, Vec<u16>>,
    pub(super) conditions: Conditions,
    /// How conditions of each kind hit which fields, to tell which of them are selective.
    statistics: HashMap<(u16, Kind), Statistics>,
    lower: Fold,
    upper: Fold,
}

/// How often conditions of one kind stand in rules.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Statistics {
    /// How many different ones there are.
    pub(super) n_different: u32,
    /// How often they stand in rules.
    pub(super) n_uses: u32,
}

impl Default for Core {
    fn default() -> Self {
        let fold =
            |name: &str, fold: fn(builtin::BuiltinId) -> Fold| builtin::by_function_name(name).map_or(Fold::Keep, fold);
        Self {
            fields: Vec::new(),
            field_uses: Vec::new(),
            by_name: HashMap::new(),
            conditions: Conditions::default(),
            statistics: HashMap::new(),
            lower: fold("lower", Fold::Lower),
            upper: fold("upper", Fold::Upper),
        }
    }
}

impl Core {
    /// Every field; those that no condition asks for any more are still there until another one takes their place.
    pub(super) fn fields(&self) -> &[FieldRef] {
        &self.fields
    }

    /// A field.
    #[inline]
    pub(super) fn field(&self, slot: usize) -> Option<&FieldRef> {
        self.fields.get(slot)
    }

    /// What the machine does to letters.
    pub(super) const fn fold(&self, letters: Letters) -> Fold {
        match letters {
            Letters::Kept => Fold::Keep,
            Letters::Lower => self.lower,
            Letters::Upper => self.upper,
        }
    }

    /// The set's place of a program's field, which is held until it is let go; none where there is no room.
    pub(super) fn place(&mut self, field: &FieldRef) -> Option<u16> {
        let known = self.by_name.get(&field.name).into_iter().flatten();
        let same = |slot: &&u16| self.fields.get(usize::from(**slot)).is_some_and(|known| is_same(known, field));
        if let Some(slot) = known.into_iter().find(same).copied() {
            self.hold(slot);
            return Some(slot);
        }
        let unused = self.field_uses.iter().position(|uses| *uses == 0);
        let place = unused.unwrap_or(self.fields.len());
        let slot = u16::try_from(place).ok()?;
        let mut new = field.clone();
        new.slot = slot.into();
        match self.fields.get_mut(place) {
            Some(old) => {
                if let Some(slots) = self.by_name.get_mut(&old.name) {
                    slots.retain(|known| *known != slot);
                }
                *old = new;
            }
            None => {
                self.fields.push(new);
                self.field_uses.push(0);
            }
        }
        self.by_name.entry(field.name.clone()).or_default().push(slot);
        self.hold(slot);
        Some(slot)
    }

    fn hold(&mut self, slot: u16) {
        if let Some(uses) = self.field_uses.get_mut(usize::from(slot)) {
            *uses = uses.saturating_add(1);
        }
    }

    /// Gives back the place that [`place`](Self::place) held; conditions hold it from now on.
    pub(super) fn let_go(&mut self, slot: u16) {
        if let Some(uses) = self.field_uses.get_mut(usize::from(slot)) {
            *uses = uses.saturating_sub(1);
        }
    }

    /// The place of a condition, counting one more use; none where there is no room.
    pub(super) fn intern(&mut self, draft: &Draft<'_>, origin: Option<&Origin<'_>>) -> Option<u32> {
        let (id, IsNew(is_new)) = self.conditions.intern(draft, origin)?;
        let condition = *self.conditions.get(id)?;
        if is_new {
            self.count_fields(&condition, |uses| uses.saturating_add(1));
        }
        if says_something(&condition) {
            let statistics = self.statistics.entry((condition.slot, condition.kind)).or_default();
            statistics.n_uses = statistics.n_uses.saturating_add(1);
            statistics.n_different = statistics.n_different.saturating_add(u32::from(is_new));
        }
        Some(id)
    }

    /// Takes one use of a condition back.
    pub(super) fn release(&mut self, id: u32) {
        let Some(condition) = self.conditions.get(id).copied() else { return };
        let is_last = condition.uses == 1;
        if is_last {
            self.count_fields(&condition, |uses| uses.saturating_sub(1));
        }
        self.conditions.release(id);
        if let Some(statistics) = self.statistics.get_mut(&(condition.slot, condition.kind))
            && says_something(&condition)
        {
            statistics.n_uses = statistics.n_uses.saturating_sub(1);
            statistics.n_different = statistics.n_different.saturating_sub(u32::from(is_last));
        }
    }

    /// How often conditions like this one stand in rules, if that says how likely it is that one holds.
    pub(super) fn statistics(&self, condition: &Condition) -> Option<&Statistics> {
        self.statistics.get(&(condition.slot, condition.kind)).filter(|_| says_something(condition))
    }

    /// Visits the fields that a condition asks for.
    pub(super) fn fields_of(&self, condition: &Condition, visit: &mut dyn FnMut(u16)) {
        match condition.kind {
            Kind::Sample => {}
            Kind::Opaque => {
                self.conditions.opaque(condition).into_iter().flat_map(|opaque| opaque.fields()).for_each(visit);
            }
            _ => visit(condition.slot),
        }
    }

    fn count_fields(&mut self, condition: &Condition, count: impl Fn(u32) -> u32) {
        let uses = &mut self.field_uses;
        let mut slots = Vec::new();
        match condition.kind {
            Kind::Sample => {}
            Kind::Opaque => slots.extend(self.conditions.opaque(condition).into_iter().flat_map(|it| it.fields())),
            _ => slots.push(condition.slot),
        }
        for slot in slots {
            if let Some(n) = uses.get_mut(usize::from(slot)) {
                *n = count(*n);
            }
        }
    }
}

/// Whether two fields are the same but for their place.
fn is_same(one: &FieldRef, other: &FieldRef) -> bool {
    let FieldRef { slot: _, id, key, name, ty, many, phase, monotone, sensitive, optional } = one;
    (id, key, name, ty, many) == (&other.id, &other.key, &other.name, &other.ty, &other.many)
        && (phase, monotone) == (&other.phase, &other.monotone)
        && (sensitive, optional) == (&other.sensitive, &other.optional)
}

/// Whether it is true of a single value, or of few: then other conditions on the field tell how rare it is.
fn says_something(condition: &Condition) -> bool {
    let is_plain = condition.how.sign() == Sign::Plain;
    match condition.kind {
        Kind::TextIs | Kind::TextStarts | Kind::TextEnds | Kind::TextHas | Kind::Ip4 | Kind::Ip6 => is_plain,
        Kind::Int | Kind::Duration | Kind::Size => is_plain && condition.a == condition.b,
        Kind::Bool | Kind::Prepared | Kind::Kernel | Kind::Exists | Kind::Sample | Kind::Opaque => false,
    }
}
