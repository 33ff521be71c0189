//! How a rule asks a request for its values.

use std::ops::ControlFlow;

use tamis_lang::catalog::{Field, FieldId, Presence};
use tamis_lang::phase::Phase;
use tamis_lang::sampling::Randomness;
use tamis_lang::ty::Ty;
use tamis_lang::value::Value;
use tamis_types::hir::FieldUse;

/// A request, as a rule sees it: the embedder's own type, asked for a field only when a condition needs it.
///
/// There is no context to build and nothing to copy: values are borrowed from the request.
/// A field that no condition reaches is never asked for; one that several conditions need may be asked for again.
///
/// Any field may be absent and any field may have several values, whatever the catalog says.
/// A value of another type than [`FieldRef::ty`] is *nothing*: it is there, so `exists` and `count` see it, but it
/// passes no comparison, the negated ones included, and `??` puts the default in its place.
///
/// The answers must not change while one evaluation runs; if they do, the verdict may be either, and nothing worse.
///
/// ```
/// use std::net::IpAddr;
/// use std::ops::ControlFlow;
///
/// use tamis_lang::catalog::Catalog;
/// use tamis_lang::scratch::Scratch;
/// use tamis_lang::value::Value;
/// use tamis_types::analysis::{Options, analyze};
/// use tamis_vm::{Fact, Facts, FieldRef, Verdict, compile};
///
/// struct Request {
///     method: String,
///     client: IpAddr,
///     status: Option<u16>,
///     headers: Vec<(String, Vec<u8>)>,
/// }
///
/// impl Request {
///     fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
///         self.headers.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_slice())
///     }
/// }
///
/// impl Facts for Request {
///     fn get(&self, field: &FieldRef) -> Fact<'_> {
///         match (&*field.name, field.key.as_deref()) {
///             ("http.request.method", _) => Fact::One(Value::String(self.method.as_bytes())),
///             ("client.address", _) => Fact::One(Value::Ip(self.client)),
///             // Not known before the response: absent.
///             ("http.response.status_code", _) => self.status.map(|code| Value::Int(code.into())).into(),
///             (name, Some(key)) if name.starts_with("http.request.header.") => {
///                 let mut found = self.headers.iter().filter(|(name, _)| name == key);
///                 match (found.next(), found.next()) {
///                     (None, _) => Fact::Absent,
///                     (Some((_, value)), None) => Fact::One(Value::String(value)),
///                     (Some(_), Some(_)) => Fact::Many,
///                 }
///             }
///             _ => Fact::Absent,
///         }
///     }
///
///     fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
///         // Asked only for what is `Many` above.
///         let Some(key) = field.key.as_deref() else { return };
///         for value in self.headers(key) {
///             if visit(Value::String(value)).is_break() {
///                 return;
///             }
///         }
///     }
/// }
///
/// let request = Request {
///     method: "POST".into(),
///     client: "10.1.2.3".parse().unwrap(),
///     status: Some(503),
///     headers: vec![("accept".into(), b"text/html".to_vec()), ("accept".into(), b"*/*".to_vec())],
/// };
/// let catalog = Catalog::shipped("kong").unwrap();
/// let mut scratch = Scratch::default();
/// let mut says = |rule: &str| {
///     let analysis = analyze(rule, &catalog, &Options::default());
///     compile(analysis.rules()[0].checked().unwrap()).run(&request, &mut scratch)
/// };
/// assert_eq!(says(r#"http.request.method == "POST" && client.address in 10.0.0.0/8"#), Verdict::Match);
/// assert_eq!(says(r#"any(http.request.header.accept) == "text/html""#), Verdict::Match);
/// assert_eq!(says(r#"http.request.header.accept == "text/html""#), Verdict::NoMatch);
/// assert_eq!(says("http.response.status_code != 503 || exists(http.request.header.cookie)"), Verdict::NoMatch);
/// ```
///
/// The names make the example short.
/// A gateway looks up each [`FieldRef::id`] once, when a rule is loaded, and keeps what it found under
/// [`FieldRef::slot`].
pub trait Facts {
    /// The field's value: absent, one, or several.
    fn get(&self, field: &FieldRef) -> Fact<'_>;

    /// The same by the field's place in [`Program::fields`](crate::Program::fields), which are given as well.
    ///
    /// A type that keeps its values in the order of one program's fields reads the one at the place, and never looks at
    /// the field; it must answer what [`get`](Facts::get) answers, and [`Fact::Absent`] for a place that is none.
    // Always, so that what comes behind is made anew for the values that `get` can give.
    #[inline(always)]
    fn get_at(&self, place: usize, fields: &[FieldRef]) -> Fact<'_> {
        let Some(field) = fields.get(place) else { return Fact::Absent };
        self.get(field)
    }

    /// Visits every value of a field for which [`get`](Facts::get) answered [`Fact::Many`] or [`Fact::SoFar`], until
    /// `visit` breaks.
    ///
    /// The order plays no part in a verdict.
    /// A field without any value is absent.
    /// A type that never answers `Many` need not write this.
    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        if let Fact::One(value) = self.get(field) {
            // There is nothing after the only value that a break could stop.
            let _ = visit(value);
        }
    }

    /// What decides whether the request is in a share: the key `rv` of its `tracestate`, or its trace id.
    ///
    /// A request without a trace keeps the default, with which it is in no share but that of all requests.
    /// An embedder that starts traces itself gives the id that it makes.
    fn randomness(&self) -> Randomness {
        Randomness::default()
    }
}

impl<F: Facts + ?Sized> Facts for &F {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        (**self).get(field)
    }

    fn get_at(&self, place: usize, fields: &[FieldRef]) -> Fact<'_> {
        (**self).get_at(place, fields)
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        (**self).each(field, visit);
    }

    fn randomness(&self) -> Randomness {
        (**self).randomness()
    }
}

/// What a request has for one field.
///
/// The last three answers are for evaluation by phase, see [`PhasedProgram`](crate::PhasedProgram);
/// [`Program::run`](crate::Program::run), which sees a whole request, takes them for `Absent`, `One` and `Many`.
/// More may come, so code that takes a `Fact` apart needs a last arm.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Fact<'a> {
    /// No value.
    Absent,
    /// One value.
    One(Value<'a>),
    /// Several values: [`Facts::each`] tells which.
    Many,
    /// Not known yet.
    NotYet,
    /// A number that still grows and is this large by now, such as the time that has passed.
    AtLeast(Value<'a>),
    /// Some values by now, or none, and more may come: [`Facts::each`] tells which there are.
    SoFar,
}

impl<'a> From<Option<Value<'a>>> for Fact<'a> {
    fn from(value: Option<Value<'a>>) -> Self {
        value.map_or(Self::Absent, Self::One)
    }
}

/// A field that a rule uses.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldRef {
    /// The place of the field in [`Program::fields`](crate::Program::fields), counted from zero.
    pub slot: u32,
    /// The field in its catalog.
    pub id: FieldId,
    /// The normalised key, of a family's member.
    pub key: Option<Box<str>>,
    /// The canonical name, key included.
    pub name: Box<str>,
    /// The type of one value.
    pub ty: Ty,
    /// Whether the catalog expects several values; a request may have several of any field.
    pub many: bool,
    /// Whether the catalog expects requests without it; a request may lack any field.
    pub optional: bool,
    /// From when on the field is known.
    pub phase: Phase,
    /// Whether its value only ever grows, so that what it is before its phase is a lower bound.
    pub monotone: bool,
    /// Whether its values must never be shown.
    pub sensitive: bool,
}

impl FieldRef {
    /// The field at one place of a program's table.
    #[must_use]
    pub fn new(slot: u32, field: &FieldUse) -> Self {
        Self {
            slot,
            id: field.id,
            key: field.key.as_deref().map(Box::from),
            name: field.name.as_str().into(),
            ty: field.ty,
            many: field.many,
            optional: field.optional,
            phase: field.phase,
            monotone: field.monotone,
            sensitive: field.sensitive,
        }
    }

    /// The same for a field of a catalog, or for the member of a family with this normalised key.
    pub(crate) fn of_catalog(slot: u32, (id, field): (FieldId, &Field), key: Option<&str>) -> Self {
        Self {
            slot,
            id,
            key: key.map(Box::from),
            name: field.name_with(key).into(),
            ty: field.ty,
            many: field.is_many(),
            optional: field.presence == Presence::Optional,
            phase: field.phase,
            monotone: field.monotone,
            sensitive: field.is_sensitive(key),
        }
    }

    /// The name in the catalog; of the member of a family that of the family.
    pub(crate) fn catalog_name(&self) -> &str {
        let name = &*self.name;
        match self.key.as_deref() {
            None => name,
            Some(key) => match name.strip_suffix(key).and_then(|name| name.strip_suffix('.')) {
                Some(family) => family,
                // A key that is no name stands in brackets.
                None => name.split_once('[').map_or(name, |(family, _)| family),
            },
        }
    }
}
