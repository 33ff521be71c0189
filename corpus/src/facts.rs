//! Facts of cases: any field may be absent and any may have several values, whatever its catalog says.

use std::collections::HashMap;
use std::ops::ControlFlow;

use tamis_lang::catalog::{Catalog, FieldId};
use tamis_lang::sampling::Randomness;
use tamis_lang::value::{Constant, Value};
use tamis_traffic::{FactSet, RawFacts, RawValue};
use tamis_vm::{Fact, Facts, FieldRef};

/// The typed facts of one case.
#[derive(Clone, Debug, Default)]
pub struct CaseFacts {
    /// What decides whether the request is in a share.
    pub randomness: Randomness,
    values: HashMap<(FieldId, Option<String>), Vec<Constant>>,
}

impl CaseFacts {
    /// Reads a table of a field's name and its value or values.
    ///
    /// `{ bytes = "61 ff" }` is text that need not be UTF-8.
    ///
    /// # Errors
    ///
    /// The first fact that does not fit its field.
    pub fn of_table(table: &toml::Table, catalog: &Catalog) -> Result<Self, String> {
        let mut facts = Self::default();
        for (name, value) in table {
            let values = match value {
                toml::Value::Array(values) => values.as_slice(),
                value => std::slice::from_ref(value),
            };
            for value in values {
                let value = raw(value).ok_or_else(|| format!("`{name}` cannot be {value}"))?;
                facts.add(name, value, catalog)?;
            }
        }
        Ok(facts)
    }

    /// Reads the same from JSON.
    ///
    /// # Errors
    ///
    /// The first fact that does not fit its field, or why the text is not JSON.
    pub fn of_json(text: &str, catalog: &Catalog) -> Result<Self, String> {
        let (raw, problems) = tamis_traffic::facts_from_json(text);
        if let Some(problem) = problems.first() {
            return Err(problem.to_string());
        }
        let mut facts = Self::default();
        for (name, values) in raw.iter() {
            for value in values {
                facts.add(name, value.clone(), catalog)?;
            }
        }
        Ok(facts)
    }

    /// Adds one more value of a field.
    fn add(&mut self, name: &str, value: RawValue, catalog: &Catalog) -> Result<(), String> {
        let mut one = RawFacts::new();
        one.add(name, value);
        let (bound, problems) = FactSet::bind(&one, catalog);
        if let Some(problem) = problems.first() {
            return Err(problem.to_string());
        }
        for (id, key, values) in bound.iter() {
            self.values.entry((id, key.map(str::to_owned))).or_default().extend(values.iter().cloned());
        }
        Ok(())
    }

    /// The fields with their keys and values, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (FieldId, Option<&str>, &[Constant])> {
        self.values.iter().map(|((id, key), values)| (*id, key.as_deref(), values.as_slice()))
    }

    /// The values of a field, none where it is absent.
    #[must_use]
    pub fn values(&self, id: FieldId, key: Option<&str>) -> &[Constant] {
        self.values.get(&(id, key.map(str::to_owned))).map_or(&[], Vec::as_slice)
    }
}

impl Facts for CaseFacts {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        match self.values(field.id, field.key.as_deref()) {
            [] => Fact::Absent,
            [value] => Fact::One(value.as_value()),
            _ => Fact::Many,
        }
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        for value in self.values(field.id, field.key.as_deref()) {
            if visit(value.as_value()).is_break() {
                return;
            }
        }
    }

    fn randomness(&self) -> Randomness {
        self.randomness
    }
}

/// A value of a case file as a recording would hold it.
fn raw(value: &toml::Value) -> Option<RawValue> {
    match value {
        toml::Value::Boolean(value) => Some(RawValue::Bool(*value)),
        toml::Value::Integer(value) => Some(RawValue::Int(*value)),
        toml::Value::Float(value) => Some(RawValue::Float(*value)),
        toml::Value::String(value) => Some(RawValue::text(value)),
        toml::Value::Table(table) => {
            let digits = table.get("bytes")?.as_str()?;
            let bytes = digits.split_whitespace().map(|digits| u8::from_str_radix(digits, 16).ok());
            Some(RawValue::String(bytes.collect::<Option<Vec<_>>>()?.into()))
        }
        toml::Value::Datetime(_) | toml::Value::Array(_) => None,
    }
}
