//! From a name in a rule to a field.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::name_hash::NameHash;
use super::{Alias, Catalog, Field, FieldId, Separator, Shape};
use crate::limits::Limits;
use crate::prepared::Pattern;
use crate::value::Value;

/// What a name in a rule stands for.
#[derive(Clone, Debug)]
pub enum Resolution<'a> {
    /// A field, or a member of a family.
    Field {
        /// The field.
        id: FieldId,
        /// Its record.
        field: &'a Field,
        /// The normalised key, of a family.
        key: Option<String>,
        /// How the name was understood.
        via: Via<'a>,
    },
    /// The name of a family without a key.
    FamilyWithoutKey(FieldId),
    /// A family with a key that it does not take.
    BadKey {
        /// The family.
        id: FieldId,
        /// The key as written.
        key: String,
    },
    /// A key on a field that is no family.
    NotAFamily(FieldId),
    /// No field.
    Unknown,
}

/// How a name was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via<'a> {
    /// It is the field's name.
    Name,
    /// It is another vocabulary's name.
    Alias(&'a Alias),
    /// The key was written in another spelling (letter case, `_` for `-`).
    KeySpelling,
}

/// Names to fields.
///
/// Fields and families have namespaces of their own: `url.query` is a text and also the family of its parameters.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    names: HashMap<String, Target, NameHash>,
    families: HashMap<String, Target, NameHash>,
    /// The keys of each family.
    keys: HashMap<FieldId, Keys>,
    /// Bytes of the longest name of a family, so that a hostile name is not hashed once per dot.
    longest_family: usize,
}

/// Which keys a family takes.
#[derive(Clone, Debug)]
struct Keys {
    /// The whole key matches this.
    pattern: Pattern,
    /// Where the pattern is one class of characters, repeated: which ASCII characters are in it.
    characters: Option<u128>,
}

impl Keys {
    fn new(pattern: Pattern, written: &str) -> Self {
        let class = written.strip_prefix('[').and_then(|rest| rest.strip_suffix("]+"));
        let is_class = class.is_some_and(|class| !class.contains(['[', ']', '\\', '&', '~']));
        let is_in = |byte: &u8| pattern.is_match(&[*byte]);
        let characters = is_class.then(|| (0..128_u8).filter(is_in).fold(0, |all, byte| all | 1 << byte));
        Self { pattern, characters }
    }

    fn take(&self, key: &str) -> bool {
        match self.characters {
            Some(characters) if key.is_ascii() => {
                !key.is_empty() && key.bytes().all(|byte| characters >> byte & 1 == 1)
            }
            _ => self.pattern.is_match(key.as_bytes()),
        }
    }
}

/// What a name leads to.
#[derive(Clone, Copy, Debug)]
struct Target {
    id: FieldId,
    /// Which alias of the field it is; none for the field's own name.
    alias: Option<usize>,
}

/// What keeps a field out of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Conflict {
    /// A name or an alias that another field already has.
    Duplicate {
        /// The field that comes second.
        field: FieldId,
        /// Which of its aliases; none for its own name.
        alias: Option<usize>,
        /// The field that has the name.
        first: FieldId,
        /// Under which of its aliases; none for its own name.
        first_alias: Option<usize>,
    },
    /// A key pattern that is no regular expression, or too large a one.
    Pattern(FieldId),
    /// A field beyond the last number.
    TooMany,
}

/// The most fields that a catalog may have.
pub(super) const MAX_FIELDS: usize = u16::MAX as usize;

impl Index {
    /// Enters every field; of two with one name the first wins, and names win over aliases.
    pub(super) fn build(fields: &[Field]) -> (Self, Vec<Conflict>) {
        let mut index = Self::default();
        let mut conflicts = Vec::new();
        if fields.len() > MAX_FIELDS {
            conflicts.push(Conflict::TooMany);
        }
        for (id, field) in numbered(fields) {
            index.enter(&field.name, field, Target { id, alias: None }, &mut conflicts);
            if let Shape::Family { key_pattern, .. } = &field.shape {
                match compile_key_pattern(key_pattern) {
                    Ok(pattern) => drop(index.keys.insert(id, Keys::new(pattern, key_pattern))),
                    Err(_) => conflicts.push(Conflict::Pattern(id)),
                }
            }
        }
        for (id, field) in numbered(fields) {
            for (place, alias) in field.aliases.iter().enumerate() {
                index.enter(&alias.name, field, Target { id, alias: Some(place) }, &mut conflicts);
            }
        }
        (index, conflicts)
    }

    fn enter(&mut self, name: &str, field: &Field, target: Target, conflicts: &mut Vec<Conflict>) {
        let is_family = matches!(field.shape, Shape::Family { .. });
        if is_family {
            self.longest_family = self.longest_family.max(name.len());
        }
        let names = if is_family { &mut self.families } else { &mut self.names };
        match names.entry(name.to_owned()) {
            Entry::Vacant(entry) => drop(entry.insert(target)),
            Entry::Occupied(entry) => {
                let first = *entry.get();
                conflicts.push(Conflict::Duplicate {
                    field: target.id,
                    alias: target.alias,
                    first: first.id,
                    first_alias: first.alias,
                });
            }
        }
    }
}

/// The fields that have a number, with it.
fn numbered(fields: &[Field]) -> impl Iterator<Item = (FieldId, &Field)> {
    (0..u16::MAX).map(FieldId).zip(fields)
}

/// Compiles a key pattern so that it has to match the whole key.
///
/// # Errors
///
/// The reason of the `regex` crate.
pub(super) fn compile_key_pattern(pattern: &str) -> Result<Pattern, regex::Error> {
    let limit = usize::try_from(Limits::default().regex_bytes).unwrap_or(usize::MAX);
    // On its own first: `a)(b` is only balanced once it is wrapped.
    Pattern::new(pattern, limit)?;
    Pattern::new(&format!(r"\A(?:{pattern})\z"), limit)
}

impl Field {
    /// The spelling under which a key of this family is looked up; the key itself for any other field.
    ///
    /// Readers of requests normalise the names of headers with it, so that rule and request agree.
    #[must_use]
    pub fn normalised_key<'k>(&self, key: &'k str) -> Cow<'k, str> {
        let Shape::Family { case_insensitive, separator, .. } = &self.shape else {
            return Cow::Borrowed(key);
        };
        let lower = |c: char| if *case_insensitive { c.to_ascii_lowercase() } else { c };
        let normal = |c: char| match (separator, c) {
            (Separator::Hyphen, '_') => '-',
            (Separator::Underscore, '-') => '_',
            (Separator::AsWritten | Separator::Hyphen | Separator::Underscore, c) => lower(c),
        };
        if key.chars().all(|c| normal(c) == c) {
            return Cow::Borrowed(key);
        }
        Cow::Owned(key.chars().map(normal).collect())
    }

    /// The name under which a rule can test the field; of a family, the member with this normalised key.
    ///
    /// ```
    /// use tamis_lang::catalog::{Catalog, Resolution};
    /// let kong = Catalog::shipped("kong").unwrap();
    /// let Resolution::Field { field, .. } = kong.resolve("http.request.header.x-tenant", None) else { panic!() };
    /// assert_eq!(field.name_with(Some("x-tenant")), "http.request.header.x-tenant");
    /// assert_eq!(field.name_with(Some("a b")), r#"http.request.header["a b"]"#);
    /// ```
    #[must_use]
    pub fn name_with(&self, key: Option<&str>) -> String {
        match key {
            None => self.name.clone(),
            Some(key) if key.split('.').all(is_segment) => format!("{}.{key}", self.name),
            Some(key) => format!("{}[{}]", self.name, Value::String(key.as_bytes())),
        }
    }

    /// Whether the values must never be shown; of a family, those of this normalised key.
    #[must_use]
    pub fn is_sensitive(&self, key: Option<&str>) -> bool {
        let known = match &self.shape {
            Shape::Family { known_keys, .. } => known_keys.iter().find(|known| Some(known.key.as_str()) == key),
            Shape::One | Shape::Many | Shape::Opaque => None,
        };
        self.sensitive || known.is_some_and(|known| known.sensitive)
    }

    /// Whether one request may have several values of it; of a family, under one key.
    #[must_use]
    pub const fn is_many(&self) -> bool {
        match &self.shape {
            Shape::Many => true,
            Shape::Family { many, .. } => *many,
            Shape::One | Shape::Opaque => false,
        }
    }
}

/// Whether a text can be a later segment of a dotted name.
fn is_segment(text: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let inner = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.chars().all(part) && text.starts_with(inner) && text.ends_with(inner) && !text.contains("--")
}

impl Catalog {
    /// What `name` (with an optional bracketed key, `http.request.header["X-Tenant"]`) stands for.
    ///
    /// A field wins over a member of a family, a longer family over a shorter one, a member over a family without key.
    /// A key may contain dots where the pattern of the family allows them.
    ///
    /// ```
    /// use tamis_lang::catalog::{Catalog, Resolution};
    /// let kong = Catalog::shipped("kong").unwrap();
    /// let Resolution::Field { field, key, .. } = kong.resolve("http.request.header.X_Tenant", None) else { panic!() };
    /// assert_eq!((field.name.as_str(), key.as_deref()), ("http.request.header", Some("x-tenant")));
    /// ```
    #[must_use]
    pub fn resolve(&self, name: &str, key: Option<&str>) -> Resolution<'_> {
        match key {
            Some(key) => self.resolve_member(name, key),
            None => self.resolve_name(name),
        }
    }

    fn resolve_name(&self, name: &str) -> Resolution<'_> {
        if let Some(&target) = self.index.names.get(name) {
            return self.found(target.id, None, self.via(target));
        }
        let without_key = self.index.families.get(name).map(|target| Resolution::FamilyWithoutKey(target.id));
        let mut refused = without_key.unwrap_or(Resolution::Unknown);
        let end = self.index.longest_family.saturating_add(1).min(name.len());
        let head = (0..=end).rev().find_map(|end| name.get(..end)).unwrap_or_default();
        for (dot, _) in head.rmatch_indices('.') {
            let Some((family, key)) = name.split_at_checked(dot) else { continue };
            let Some(&target) = self.index.families.get(family) else { continue };
            match self.member(target, key.strip_prefix('.').unwrap_or(key), true) {
                found @ Resolution::Field { .. } => return found,
                other if matches!(refused, Resolution::Unknown) => refused = other,
                _ => {}
            }
        }
        refused
    }

    fn resolve_member(&self, name: &str, key: &str) -> Resolution<'_> {
        match (self.index.families.get(name), self.index.names.get(name)) {
            (Some(&target), _) => self.member(target, key, false),
            (None, Some(target)) => Resolution::NotAFamily(target.id),
            (None, None) => Resolution::Unknown,
        }
    }

    /// A key of a family, or the field that stands beside the family under that name.
    ///
    /// Whether there is one is `looked_up` already, under the name as written, where that was no field.
    fn member(&self, target: Target, key: &str, looked_up: bool) -> Resolution<'_> {
        let refused = || Resolution::BadKey { id: target.id, key: key.to_owned() };
        let Some(family) = self.field(target.id) else { return refused() };
        let normalised = family.normalised_key(key);
        if !self.index.keys.get(&target.id).is_some_and(|keys| keys.take(&normalised)) {
            return refused();
        }
        let via = match (self.via(target), normalised != key) {
            (Via::Name, true) => Via::KeySpelling,
            (via, _) => via,
        };
        let is_as_written = target.alias.is_none() && matches!(normalised, Cow::Borrowed(_));
        let beside = if looked_up && is_as_written {
            None
        } else {
            self.index.names.get(&format!("{}.{normalised}", family.name))
        };
        match beside.filter(|beside| beside.alias.is_none()) {
            Some(beside) => self.found(beside.id, None, via),
            None => self.found(target.id, Some(normalised.into_owned()), via),
        }
    }

    fn via(&self, target: Target) -> Via<'_> {
        let alias = target.alias.and_then(|place| self.field(target.id)?.aliases.get(place));
        alias.map_or(Via::Name, Via::Alias)
    }

    fn found<'a>(&'a self, id: FieldId, key: Option<String>, via: Via<'a>) -> Resolution<'a> {
        match self.field(id) {
            Some(field) => Resolution::Field { id, field, key, via },
            None => Resolution::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a name of a shipped catalog stands for, as one line.
    #[track_caller]
    fn check(catalog: &str, name: &str, key: Option<&str>, expected: &str) {
        let catalog = Catalog::shipped(catalog).unwrap();
        let named = |id| &catalog.field(id).unwrap().name;
        let found = match catalog.resolve(name, key) {
            Resolution::Field { field, key, via, .. } => {
                let key = key.map(|key| format!("[{key}]")).unwrap_or_default();
                let via = match via {
                    Via::Name => String::new(),
                    Via::Alias(alias) => format!(" by alias {}", alias.name),
                    Via::KeySpelling => " by spelling".to_owned(),
                };
                format!("{}{key}{via}", field.name)
            }
            Resolution::FamilyWithoutKey(id) => format!("{} without key", named(id)),
            Resolution::BadKey { id, key } => format!("{} not with {key}", named(id)),
            Resolution::NotAFamily(id) => format!("{} is no family", named(id)),
            Resolution::Unknown => "unknown".to_owned(),
        };
        assert_eq!(found, expected, "{name} {key:?}");
    }

    #[test]
    fn names_and_aliases_are_found() {
        check("kong", "http.response.status_code", None, "http.response.status_code");
        check("kong", "http.method", None, "http.request.method by alias http.method");
        check("kong", "proxy.kong.latency.3p.total_io", None, "proxy.kong.latency.3p.total_io");
        check("kong", "proxy.kong.client_KA", None, "proxy.kong.client_KA");
        check("kong", "try_count", None, "try_count");
        check("kong", "http.Method", None, "unknown");
    }

    #[test]
    fn a_family_takes_a_key() {
        check("kong", "http.request.header.x-tenant-id", None, "http.request.header[x-tenant-id]");
        check("kong", "http.request.header", Some("x-tenant-id"), "http.request.header[x-tenant-id]");
        check("kong", "url.query.page", None, "url.query[page]");
        check("kong-router", "http.path.segments.0_1", None, "http.path.segments[0_1]");
        check("kong", "http.request.header", None, "http.request.header without key");
    }

    #[test]
    fn the_key_of_a_header_has_several_spellings() {
        check("kong", "http.request.header.X-Tenant_id", None, "http.request.header[x-tenant-id] by spelling");
        check("kong", "http.request.header", Some("X-Tenant-Id"), "http.request.header[x-tenant-id] by spelling");
        check("kong-router", "http.headers.x-tenant-id", None, "http.headers[x_tenant_id] by spelling");
        check("kong", "url.query.Page", None, "url.query[Page]");
    }

    #[test]
    fn an_alias_of_a_family_takes_a_key() {
        check("kong", "http.headers.x_tenant_id", None, "http.request.header[x-tenant-id] by alias http.headers");
        check("kong", "http.queries.a.b", None, "url.query[a.b] by alias http.queries");
    }

    #[test]
    fn a_field_wins_over_a_member_of_a_family() {
        check("kong", "http.request.header.connection", None, "http.request.header.connection");
        check("kong", "http.request.header.Connection", None, "http.request.header.connection by spelling");
        check("kong", "http.headers.host", None, "http.request.header.host by alias http.headers");
        check("kong", "http.request.header", Some("host"), "http.request.header.host");
        check("kong", "url.query", None, "url.query");
        check("kong-router", "http.path.segments.len", None, "http.path.segments.len");
    }

    #[test]
    fn dots_in_a_key_are_up_to_the_family() {
        check("kong", "url.query.filter.name", None, "url.query[filter.name]");
        check("kong", "url.query", Some("filter[name]"), "url.query[filter[name]]");
        check("kong", "http.request.header.x.y", None, "http.request.header not with x.y");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        check("kong", "http.request.header", Some(""), "http.request.header not with ");
        check("kong", "http.request.header", Some("a b"), "http.request.header not with a b");
        check("kong-router", "http.path.segments.first", None, "http.path.segments not with first");
        check("kong", "url.path", Some("x"), "url.path is no family");
        check("kong", "url.pth", Some("x"), "unknown");
    }

    #[test]
    fn the_longest_family_wins_and_the_shorter_one_is_tried() {
        let text = r#"{ "format": 1, "name": "t", "fields": {
            "a.*": { "type": "string", "keys": { "pattern": ".+" }, "phase": "log", "doc": "A." },
            "a.b.*": { "type": "int", "keys": { "pattern": "[0-9]+" }, "phase": "log", "doc": "B." } } }"#;
        let catalog = Catalog::from_json(text).unwrap();
        let key = |name| match catalog.resolve(name, None) {
            Resolution::Field { field, key, .. } => format!("{}|{}", field.name, key.unwrap()),
            other => panic!("{other:?}"),
        };
        assert_eq!(key("a.b.7"), "a.b|7");
        assert_eq!(key("a.b.x"), "a|b.x");
    }

    #[test]
    fn a_hostile_name_is_answered_at_once() {
        let catalog = Catalog::shipped("kong").unwrap();
        let dots = "a.".repeat(2 << 20);
        assert!(matches!(catalog.resolve(&dots, None), Resolution::Unknown));
    }

    #[test]
    fn a_key_may_be_sensitive_on_its_own() {
        let catalog = Catalog::shipped("kong").unwrap();
        let Resolution::Field { field, key, .. } = catalog.resolve("http.request.header.Authorization", None) else {
            panic!()
        };
        assert!(field.is_sensitive(key.as_deref()));
        assert!(!field.is_sensitive(Some("accept")));
    }
}
