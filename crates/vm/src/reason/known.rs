//! The facts of one request, as far as some rules ask for them.

use std::ops::ControlFlow;

use tamis_lang::sampling::Randomness;
use tamis_lang::value::{Constant, Value};
use tamis_types::hir::FieldUse;

use crate::facts::{Fact, Facts, FieldRef};

/// The values of some fields; every other field is absent.
#[derive(Clone, Debug, Default)]
pub struct KnownFacts {
    fields: Vec<(FieldRef, Vec<Constant>)>,
    randomness: Randomness,
}

impl KnownFacts {
    /// What a request has for the fields of a rule.
    #[must_use]
    pub fn of<F: Facts + ?Sized>(facts: &F, fields: &[FieldUse]) -> Self {
        let mut known = Self { fields: Vec::with_capacity(fields.len()), randomness: facts.randomness() };
        for field in fields {
            let field = FieldRef::new(u32::try_from(known.fields.len()).unwrap_or(u32::MAX), field);
            let mut values = Vec::new();
            match facts.get(&field) {
                Fact::Absent | Fact::NotYet => {}
                Fact::One(value) | Fact::AtLeast(value) => values.push(value.to_constant()),
                Fact::Many | Fact::SoFar => facts.each(&field, &mut |value| {
                    values.push(value.to_constant());
                    ControlFlow::Continue(())
                }),
            }
            known.fields.push((field, values));
        }
        known
    }

    /// Facts without any value yet.
    pub(super) const fn empty(randomness: Randomness) -> Self {
        Self { fields: Vec::new(), randomness }
    }

    /// Takes the randomness of another request.
    pub(super) const fn keep_sampling_of(&mut self, other: &Self) {
        self.randomness = other.randomness;
    }

    /// Gives a field other values.
    pub(super) fn set(&mut self, field: &FieldUse, values: Vec<Constant>) {
        let place =
            self.fields.iter().position(|(own, _)| own.id == field.id && own.key.as_deref() == field.key.as_deref());
        match place.and_then(|place| self.fields.get_mut(place)) {
            Some((_, own)) => *own = values,
            None => {
                let slot = u32::try_from(self.fields.len()).unwrap_or(u32::MAX);
                self.fields.push((FieldRef::new(slot, field), values));
            }
        }
    }

    /// The values of a field; none where it is absent.
    #[must_use]
    pub fn values(&self, field: &FieldUse) -> &[Constant] {
        let found =
            self.fields.iter().find(|(own, _)| own.id == field.id && own.key.as_deref() == field.key.as_deref());
        found.map_or(&[], |(_, values)| values)
    }

    /// Every field with its values; absent ones have none.
    #[must_use]
    pub fn fields(&self) -> &[(FieldRef, Vec<Constant>)] {
        &self.fields
    }

    /// What decides about shares of the requests.
    #[must_use]
    pub const fn sampling(&self) -> Randomness {
        self.randomness
    }
}

impl Facts for KnownFacts {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        match self
            .fields
            .iter()
            .find(|(own, _)| own.id == field.id && own.key == field.key)
            .map(|(_, values)| &**values)
        {
            None | Some([]) => Fact::Absent,
            Some([value]) => Fact::One(value.as_value()),
            Some(_) => Fact::Many,
        }
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        let found = self.fields.iter().find(|(own, _)| own.id == field.id && own.key == field.key);
        for value in found.into_iter().flat_map(|(_, values)| values) {
            if visit(value.as_value()).is_break() {
                return;
            }
        }
    }

    fn randomness(&self) -> Randomness {
        self.randomness
    }
}
