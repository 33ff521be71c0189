//! The typed facts of one request.

use std::collections::HashSet;
use std::fmt;
use std::ops::ControlFlow;

use tamis_lang::catalog::{Catalog, Field, FieldId, Resolution, Shape, Via};
use tamis_lang::value::{Constant, Value};
use tamis_vm::{Fact, Facts, FieldRef};

use crate::coerce::{FactProblemKind, coerce};
use crate::raw::{RawFacts, RawValue};

/// The facts of one request, typed by a catalog, as a rule asks for them.
///
/// ```
/// use tamis_lang::catalog::Catalog;
/// use tamis_traffic::{facts_from_json, FactSet};
///
/// let catalog = Catalog::from_fields("empty", Vec::new()).unwrap();
/// let (raw, _) = facts_from_json(r#"{"http.respose.status_code": 503}"#);
/// let (facts, problems) = FactSet::bind(&raw, &catalog);
/// assert!(facts.is_empty());
/// assert_eq!(problems[0].to_string(), "`http.respose.status_code`: the catalog has no such field");
/// ```
#[derive(Clone, Debug, Default)]
pub struct FactSet {
    /// Ordered by field and key.
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    id: FieldId,
    key: Option<Box<str>>,
    values: Vec<Constant>,
}

/// A fact that did not reach its field as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct FactProblem {
    /// The name of the fact in the recording.
    pub name: String,
    /// The value; none where the field is unknown or its values must never be shown.
    pub value: Option<RawValue>,
    /// What happened.
    pub kind: FactProblemKind,
}

impl fmt::Display for FactProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.value, &self.kind) {
            (Some(value), FactProblemKind::Converted { .. }) => {
                write!(f, "`{}`: `{value}` is {}", self.name, self.kind)
            }
            (Some(value), FactProblemKind::WrongType { .. } | FactProblemKind::Unreadable { .. }) => {
                write!(f, "`{}`: {}, found `{value}`", self.name, self.kind)
            }
            (Some(value), kind) => write!(f, "`{}`: `{value}`: {kind}", self.name),
            (None, kind) => write!(f, "`{}`: {kind}", self.name),
        }
    }
}

impl FactSet {
    /// Types the facts of a request by a catalog, and says which did not fit.
    ///
    /// A name may be the field's own, one of its aliases, or a family's with a key in any spelling.
    /// The field's own name wins over its aliases.
    ///
    /// What a part of the request says (an inner span) never replaces what the request says.
    /// It feeds a field with several values, and a field with one value whose record lists that span.
    #[must_use]
    pub fn bind(facts: &RawFacts, catalog: &Catalog) -> (Self, Vec<FactProblem>) {
        let mut binder = Binder { catalog, bound: Vec::new(), problems: Vec::new(), unknown: HashSet::new() };
        for (name, values) in facts.iter() {
            binder.bind(name, values, None);
        }
        for part in facts.parts() {
            for (name, values) in &part.values {
                binder.bind(name, values, Some(&part.span));
            }
        }
        binder.finish()
    }

    /// The values of a field; of a family's member with the normalised key. Absent fields have none.
    #[must_use]
    pub fn values(&self, id: FieldId, key: Option<&str>) -> &[Constant] {
        let found = self.entries.binary_search_by(|entry| (entry.id, entry.key.as_deref()).cmp(&(id, key)));
        found.ok().and_then(|at| self.entries.get(at)).map_or(&[], |entry| &entry.values)
    }

    /// Every field that has a value, with its key and its values, in the order of the catalog.
    pub fn iter(&self) -> impl Iterator<Item = (FieldId, Option<&str>, &[Constant])> {
        self.entries.iter().map(|entry| (entry.id, entry.key.as_deref(), entry.values.as_slice()))
    }

    /// How many fields have a value.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no field has a value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Facts for FactSet {
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
}

/// How directly a fact names its field; the smallest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// The request says so, under the field's own name.
    Own,
    /// The request says so, under another name.
    Alias,
    /// The request says so, under a name that does not always mean the same.
    InexactAlias,
    /// A part of the request says so, under the field's own name.
    Part,
    /// A part of the request says so, under another name.
    PartAlias,
}

/// Facts on their way into a set.
struct Binder<'c> {
    catalog: &'c Catalog,
    bound: Vec<Bound<'c>>,
    problems: Vec<FactProblem>,
    /// Names that were reported as unknown already; a trace repeats them in many spans.
    unknown: HashSet<String>,
}

struct Bound<'c> {
    id: FieldId,
    field: &'c Field,
    key: Option<String>,
    rank: Rank,
    name: String,
    values: Vec<Constant>,
}

impl<'c> Binder<'c> {
    fn bind(&mut self, name: &str, values: &[RawValue], part: Option<&str>) {
        let (id, field, key, via) = match find(self.catalog, name) {
            Ok(found) => found,
            Err(kind) => {
                if self.unknown.insert(name.to_owned()) {
                    self.problems.push(FactProblem { name: name.to_owned(), value: None, kind });
                }
                return;
            }
        };
        if part.is_some_and(|span| !feeds(span, field)) {
            return;
        }
        if field.shape == Shape::Opaque {
            if self.unknown.insert(name.to_owned()) {
                let kind = FactProblemKind::Opaque;
                self.problems.push(FactProblem { name: name.to_owned(), value: None, kind });
            }
            return;
        }
        let rank = match (part, via) {
            (None, Via::Name | Via::KeySpelling) => Rank::Own,
            (None, Via::Alias(alias)) if alias.exact => Rank::Alias,
            (None, Via::Alias(_)) => Rank::InexactAlias,
            (Some(_), Via::Name | Via::KeySpelling) => Rank::Part,
            (Some(_), Via::Alias(_)) => Rank::PartAlias,
        };
        let is_secret = is_sensitive(field, key.as_deref());
        let mut typed = Vec::with_capacity(values.len());
        for value in values {
            let kind = match coerce(value, field) {
                Ok(coerced) => {
                    typed.push(coerced.value);
                    coerced.converted.then_some(FactProblemKind::Converted { to: field.ty })
                }
                Err(kind) => Some(kind),
            };
            if let Some(kind) = kind {
                let value = (!is_secret).then(|| value.clone());
                self.problems.push(FactProblem { name: name.to_owned(), value, kind });
            }
        }
        if !typed.is_empty() {
            self.bound.push(Bound { id, field, key, rank, name: name.to_owned(), values: typed });
        }
    }

    /// Merges the names of one field, the most direct first.
    fn finish(mut self) -> (FactSet, Vec<FactProblem>) {
        // The sort is stable, so values of equal standing keep the order of the recording.
        self.bound.sort_by(|a, b| (a.id, &a.key, a.rank).cmp(&(b.id, &b.key, b.rank)));
        let mut entries: Vec<Entry> = Vec::with_capacity(self.bound.len());
        let mut problems = self.problems;
        let mut current: Option<(Rank, String)> = None;
        for bound in self.bound {
            match entries
                .last_mut()
                .filter(|entry| entry.id == bound.id && entry.key.as_deref() == bound.key.as_deref())
            {
                Some(entry) => {
                    let Some((rank, name)) = current.as_ref() else { continue };
                    if bound.rank == *rank {
                        add(entry, bound, &mut problems);
                    } else if bound.rank < Rank::Part && entry.values != bound.values {
                        let kind = FactProblemKind::Overruled { by: name.clone() };
                        problems.push(FactProblem { name: bound.name, value: None, kind });
                    }
                }
                None => {
                    current = Some((bound.rank, bound.name.clone()));
                    let key = bound.key.as_deref().map(Box::from);
                    let mut entry = Entry { id: bound.id, key, values: Vec::new() };
                    add(&mut entry, bound, &mut problems);
                    entries.push(entry);
                }
            }
        }
        (FactSet { entries }, problems)
    }
}

/// Adds values to a field; one that has a single value keeps the first.
fn add(entry: &mut Entry, bound: Bound<'_>, problems: &mut Vec<FactProblem>) {
    if has_many(bound.field) {
        entry.values.extend(bound.values);
        return;
    }
    let mut differs = false;
    for value in bound.values {
        match entry.values.first() {
            None => entry.values.push(value),
            Some(first) => differs |= *first != value,
        }
    }
    if differs {
        problems.push(FactProblem { name: bound.name, value: None, kind: FactProblemKind::SeveralValues });
    }
}

/// The field that a name of a recording stands for.
type Found<'c> = (FieldId, &'c Field, Option<String>, Via<'c>);

fn find<'c>(catalog: &'c Catalog, name: &str) -> Result<Found<'c>, FactProblemKind> {
    // `family["key"]`, as a rule may write it.
    if let Some((family, key)) = name.strip_suffix("\"]").and_then(|inner| inner.split_once("[\"")) {
        return found(catalog.resolve(family, Some(key)));
    }
    found(catalog.resolve(name, None))
}

fn found(resolution: Resolution<'_>) -> Result<Found<'_>, FactProblemKind> {
    match resolution {
        Resolution::Field { id, field, key, via } => Ok((id, field, key, via)),
        Resolution::FamilyWithoutKey(_) => Err(FactProblemKind::FamilyWithoutKey),
        Resolution::BadKey { .. } => Err(FactProblemKind::BadKey),
        Resolution::NotAFamily(_) | Resolution::Unknown => Err(FactProblemKind::Unknown),
    }
}

/// Whether a field may have several values.
fn has_many(field: &Field) -> bool {
    match field.shape {
        Shape::Many => true,
        Shape::Family { many, .. } => many,
        Shape::One | Shape::Opaque => false,
    }
}

/// Whether an inner span of this name feeds a field.
fn feeds(span: &str, field: &Field) -> bool {
    let is_listed = field.spans.iter().any(|listed| match listed.split_once('*') {
        Some((before, after)) => span.strip_prefix(before).is_some_and(|rest| rest.ends_with(after)),
        None => listed == span,
    });
    is_listed || field.shape == Shape::Many
}

/// Whether a value must never be shown.
fn is_sensitive(field: &Field, key: Option<&str>) -> bool {
    field.sensitive
        || match &field.shape {
            Shape::Family { known_keys, .. } => {
                known_keys.iter().any(|known| known.sensitive && Some(known.key.as_str()) == key)
            }
            Shape::One | Shape::Many | Shape::Opaque => false,
        }
}
