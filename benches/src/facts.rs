//! Requests as Tamis sees them.

use tamis::{Catalog, Fact, Facts, FieldRef, Program, Value};

use crate::request::{Field, Held, Request, Unit};

/// How a gateway finds a field of a request: looked up once, by the field's place in the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// It has no such field.
    Nowhere,
    /// A header; the key of the field names it.
    Header,
    /// One of its own fields.
    Own(Field),
}

/// Where a gateway finds the fields of a catalog.
#[derive(Clone, Debug)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Looks up every field of a catalog.
    #[must_use]
    pub fn of(catalog: &Catalog) -> Self {
        let source = |name: &str| match Field::ALL.iter().find(|field| field.name() == name) {
            Some(field) => Source::Own(*field),
            None if name.starts_with("http.request.header") => Source::Header,
            None => Source::Nowhere,
        };
        Self(catalog.fields().iter().map(|field| source(&field.name)).collect())
    }

    fn find(&self, field: &FieldRef) -> Source {
        self.0.get(usize::from(field.id.0)).copied().unwrap_or(Source::Nowhere)
    }
}

/// A request that is asked for a value only when a condition needs it.
#[derive(Clone, Copy, Debug)]
pub struct Lazy<'r> {
    /// The request.
    pub request: &'r Request,
    /// Where its fields are.
    pub sources: &'r Sources,
}

impl<'r> Lazy<'r> {
    /// What the request has for a field.
    #[inline]
    #[must_use]
    pub fn fact(self, field: &FieldRef) -> Fact<'r> {
        match self.sources.find(field) {
            Source::Nowhere => Fact::Absent,
            Source::Header => {
                let key = field.key.as_deref().unwrap_or_default();
                self.request.header(key).map(|value| Value::String(value.as_bytes())).into()
            }
            Source::Own(own) => Fact::One(value(self.request, own)),
        }
    }
}

impl Facts for Lazy<'_> {
    #[inline]
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        self.fact(field)
    }
}

#[inline]
fn value(request: &Request, field: Field) -> Value<'_> {
    match (request.held(field), field.unit()) {
        (Held::Text(text), _) => Value::String(text.as_bytes()),
        (Held::Address(address), _) => Value::Ip(address),
        (Held::Int(n), Unit::None) => Value::Int(n),
        (Held::Int(n), Unit::Milliseconds) => Value::Duration(n * 1_000_000),
        (Held::Int(n), Unit::Bytes) => Value::Size(n),
    }
}

/// The values that one program asks for, made ready.
#[derive(Clone, Debug)]
pub struct Ready<'r>(Vec<Fact<'r>>);

impl<'r> Ready<'r> {
    /// Asks a request for every field of a program.
    #[must_use]
    pub fn of(lazy: Lazy<'r>, program: &Program) -> Self {
        Self(program.fields().iter().map(|field| lazy.fact(field)).collect())
    }
}

impl Facts for Ready<'_> {
    #[inline]
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        self.0.get(field.slot as usize).copied().unwrap_or(Fact::Absent)
    }
}
