//! The values of one request, and what matched.

use std::collections::HashMap;
use std::fmt;
use std::ops::ControlFlow;

use tamis_lang::scratch::Scratch;
use tamis_vm::set::Memory;
use tamis_vm::{Fact, Facts, FieldRef};
use uuid::Uuid;

use super::ast::{Type, Value};
use super::schema::Schema;

/// What the first matching rule says of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Match<K = Uuid> {
    /// The key of the rule.
    pub uuid: K,
    /// By field what it was found to be: the literal of `==`, `^=` and `=^`, the matching part of `~`.
    pub matches: HashMap<String, Value>,
    /// The groups of regular expressions, by number and by name.
    pub captures: HashMap<String, String>,
}

impl<K: Default> Match<K> {
    /// A match of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::of(K::default())
    }
}

impl<K> Match<K> {
    pub(super) fn of(uuid: K) -> Self {
        Self { uuid, matches: HashMap::new(), captures: HashMap::new() }
    }
}

impl<K: Default> Default for Match<K> {
    fn default() -> Self {
        Self::new()
    }
}

/// The values of one request.
#[derive(Debug)]
pub struct Context<'a, K = Uuid> {
    pub(super) schema: &'a Schema,
    pub(super) values: Values,
    pub(super) scratch: Scratch,
    pub(super) memory: Memory,
    /// What matched in the last [`execute`](super::router::Router::execute) that found something.
    pub result: Option<Match<K>>,
}

/// Why a value is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueError {
    /// The schema does not have the field.
    UnknownField(String),
    /// The field has another type.
    WrongType {
        /// The field.
        field: String,
        /// The type that the schema gives it.
        expected: Type,
        /// The type of the value.
        found: Type,
    },
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownField(field) => write!(f, "the schema has no field `{field}`"),
            Self::WrongType { field, expected, found } => {
                write!(f, "`{field}` has the type {expected:?}, and the value {found:?}")
            }
        }
    }
}

impl std::error::Error for ValueError {}

impl<'a> Context<'a> {
    /// A request without values, for rules whose keys are UUIDs.
    #[must_use]
    pub fn new(schema: &'a Schema) -> Self {
        Self::keyed(schema)
    }
}

impl<'a, K> Context<'a, K> {
    /// A request without values, for rules with keys of any kind.
    #[must_use]
    pub fn keyed(schema: &'a Schema) -> Self {
        Self { schema, values: Values::default(), scratch: Scratch::default(), memory: Memory::default(), result: None }
    }

    /// Adds a value to a field; one that the field cannot have is left out.
    pub fn add_value(&mut self, field: &str, value: Value) {
        let _ = self.try_add_value(field, value);
    }

    /// Adds a value to a field.
    ///
    /// # Errors
    ///
    /// That the schema does not have the field, or gives it another type.
    pub fn try_add_value(&mut self, field: &str, value: Value) -> Result<(), ValueError> {
        let Some(&expected) = self.schema.type_of(field) else {
            return Err(ValueError::UnknownField(field.to_string()));
        };
        let found = value.my_type();
        if expected != found {
            return Err(ValueError::WrongType { field: field.to_string(), expected, found });
        }
        self.values.add(field, value);
        Ok(())
    }

    /// The values of a field, in the order in which they were added.
    #[must_use]
    pub fn value_of(&self, field: &str) -> Option<&[Value]> {
        self.values.by_name.get(field).map(Vec::as_slice).filter(|values| !values.is_empty())
    }

    /// Forgets every value and the result; what was allocated is kept.
    pub fn reset(&mut self) {
        self.values.reset();
        self.result = None;
    }
}

/// Values by the name of their field.
#[derive(Debug, Default)]
pub(super) struct Values {
    by_name: HashMap<String, Vec<Value>>,
}

/// How many names are kept from request to request; more come from requests with fields of their own each.
const MOST_NAMES: usize = 64;

impl Values {
    fn add(&mut self, name: &str, value: Value) {
        match self.by_name.get_mut(name) {
            Some(values) => values.push(value),
            None => drop(self.by_name.insert(name.to_string(), vec![value])),
        }
    }

    /// Forgets the values; names stay, because the next request has most of them again.
    fn reset(&mut self) {
        if self.by_name.len() > MOST_NAMES {
            self.by_name.clear();
        }
        self.by_name.values_mut().for_each(Vec::clear);
    }

    pub(super) fn of(&self, name: &str) -> &[Value] {
        // A key that is empty has no dotted spelling of ours.
        let found = match name.strip_suffix("[\"\"]") {
            Some(family) => self.by_name.get(&format!("{family}.")),
            None => self.by_name.get(name),
        };
        found.map_or(&[], Vec::as_slice)
    }
}

impl Facts for Values {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        match self.of(&field.name) {
            [] => Fact::Absent,
            [value] => value.as_fact().into(),
            [_, _, ..] => Fact::Many,
        }
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(tamis_lang::value::Value<'_>) -> ControlFlow<()>) {
        for value in self.of(&field.name).iter().filter_map(Value::as_fact) {
            if visit(value).is_break() {
                return;
            }
        }
    }
}
