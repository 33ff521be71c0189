//! Requests as Tamis sees them.

use tamis::{Catalog, Fact, Facts, FieldRef, Program, Value};

use crate::request::{Field, Request};

/// How a gateway finds a field of a request: looked up once, by the field's place in the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// It has no such field.
    Nowhere,
    /// A header; the key of the field names it.
    Header,
    Status,
    Method,
    Path,
    Query,
    Host,
    Scheme,
    Client,
    Service,
    Route,
    Consumer,
    Total,
    Upstream,
    RequestSize,
    ResponseSize,
}

impl Source {
    const fn of(field: Field) -> Self {
        match field {
            Field::Status => Self::Status,
            Field::Method => Self::Method,
            Field::Path => Self::Path,
            Field::Query => Self::Query,
            Field::Host => Self::Host,
            Field::Scheme => Self::Scheme,
            Field::Client => Self::Client,
            Field::Service => Self::Service,
            Field::Route => Self::Route,
            Field::Consumer => Self::Consumer,
            Field::Total => Self::Total,
            Field::Upstream => Self::Upstream,
            Field::RequestSize => Self::RequestSize,
            Field::ResponseSize => Self::ResponseSize,
            Field::UserAgent | Field::Tenant | Field::ContentType => Self::Header,
        }
    }
}

/// Where a gateway finds the fields of a catalog.
#[derive(Clone, Debug)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Looks up every field of a catalog.
    #[must_use]
    pub fn of(catalog: &Catalog) -> Self {
        let source = |name: &str| match Field::ALL.iter().find(|field| field.name() == name) {
            Some(field) => Source::of(*field),
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
    ///
    /// One choice with an arm for each field, as a gateway would write it: the evaluator's question is of one type, so
    /// the compiler leaves out of each of its loops what no value of that type comes from.
    #[inline(always)]
    #[must_use]
    pub fn fact(self, field: &FieldRef) -> Fact<'r> {
        let Self { request, .. } = self;
        let text = |text: &'r str| Fact::One(Value::String(text.as_bytes()));
        let milliseconds = |n: i64| Fact::One(Value::Duration(n * 1_000_000));
        match self.sources.find(field) {
            Source::Nowhere => Fact::Absent,
            Source::Header => match header(request, field.key.as_deref().unwrap_or_default()) {
                Some(value) => text(value),
                None => Fact::Absent,
            },
            Source::Status => Fact::One(Value::Int(request.status)),
            Source::Method => text(&request.method),
            Source::Path => text(&request.path),
            Source::Query => text(&request.query),
            Source::Host => text(&request.host),
            Source::Scheme => text(&request.scheme),
            Source::Client => Fact::One(Value::Ip(request.client)),
            Source::Service => text(&request.service),
            Source::Route => text(&request.route),
            Source::Consumer => text(&request.consumer),
            Source::Total => milliseconds(request.total),
            Source::Upstream => milliseconds(request.upstream),
            Source::RequestSize => Fact::One(Value::Size(request.request_size)),
            Source::ResponseSize => Fact::One(Value::Size(request.response_size)),
        }
    }
}

/// A header's first value; a function of its own, so that the loop stays out of what asks for other fields.
#[inline(never)]
fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.header(name)
}

impl Facts for Lazy<'_> {
    #[inline(always)]
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        self.fact(field)
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
        self.get_at(field.slot as usize, &[])
    }

    #[inline]
    fn get_at(&self, place: usize, _: &[FieldRef]) -> Fact<'_> {
        self.0.get(place).copied().unwrap_or(Fact::Absent)
    }
}
