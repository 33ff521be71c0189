//! The typed facts of one request.

use std::collections::HashSet;
use std::fmt;
use std::ops::ControlFlow;

use tamis_lang::catalog::{Catalog, Field, FieldId, Resolution, Shape, Via};
use tamis_lang::sampling::Randomness;
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
/// let catalog = Catalog::shipped("kong").unwrap();
/// let (raw, _) = facts_from_json(r#"{"http.respose.status_code": 503}"#);
/// let (facts, problems) = FactSet::bind(&raw, &catalog);
/// assert!(facts.is_empty());
/// assert_eq!(problems[0].to_string(), "`http.respose.status_code`: the catalog has no such field");
/// ```
#[derive(Clone, Debug, Default)]
pub struct FactSet {
    /// Ordered by field and key.
    entries: Vec<Entry>,
    randomness: Randomness,
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

    /// The same facts of a request with a trace, so that `sample` can be true for it.
    #[must_use]
    pub fn with_randomness(self, randomness: Randomness) -> Self {
        Self { randomness, ..self }
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

    fn randomness(&self) -> Randomness {
        self.randomness
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
        let is_secret = field.is_sensitive(key.as_deref());
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
        (FactSet { entries, randomness: Randomness::default() }, problems)
    }
}

/// Adds values to a field; one that has a single value keeps the first.
fn add(entry: &mut Entry, bound: Bound<'_>, problems: &mut Vec<FactProblem>) {
    if bound.field.is_many() {
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

/// Whether an inner span of this name feeds a field.
fn feeds(span: &str, field: &Field) -> bool {
    let is_listed = field.spans.iter().any(|listed| match listed.split_once('*') {
        Some((before, after)) => span.strip_prefix(before).is_some_and(|rest| rest.ends_with(after)),
        None => listed == span,
    });
    is_listed || field.shape == Shape::Many
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts_from_json;
    use crate::raw::PartFacts;

    fn kong() -> Catalog {
        Catalog::shipped("kong").unwrap()
    }

    /// The name of a field with its key, as the catalog writes it.
    fn shown(facts: &FactSet, catalog: &Catalog) -> Vec<String> {
        let entry = |(id, key, values): (FieldId, Option<&str>, &[Constant])| {
            let values: Vec<String> = values.iter().map(|value| format!("{} {value}", value.ty())).collect();
            let key = key.map(|key| format!("[{key}]")).unwrap_or_default();
            format!("{}{key} = {}", catalog.field(id).unwrap().name, values.join(", "))
        };
        facts.iter().map(entry).collect()
    }

    /// Binds facts by the catalog `kong` and compares the typed facts, then the problems, line by line.
    #[track_caller]
    fn check(json: &str, expected: &[&str]) {
        let (raw, problems) = facts_from_json(json);
        assert_eq!(problems, [], "{json}");
        check_facts(&raw, expected);
    }

    #[track_caller]
    fn check_facts(raw: &RawFacts, expected: &[&str]) {
        let catalog = kong();
        let (facts, problems) = FactSet::bind(raw, &catalog);
        let mut lines = shown(&facts, &catalog);
        lines.extend(problems.iter().map(ToString::to_string));
        assert_eq!(lines, expected);
    }

    #[test]
    fn each_type_takes_its_values() {
        check(r#"{"http.request.method": "GET"}"#, &[r#"http.request.method = string "GET""#]);
        check(r#"{"http.response.status_code": 503}"#, &["http.response.status_code = int 503"]);
        check(r#"{"http.response.status_code": 503.0}"#, &["http.response.status_code = int 503"]);
        check(r#"{"tls.resumed": true}"#, &["tls.resumed = bool true"]);
        check(r#"{"gen_ai.request.temperature": 1}"#, &["gen_ai.request.temperature = float 1.0"]);
        check(r#"{"client.address": "2001:db8::1"}"#, &["client.address = ip 2001:db8::1"]);
    }

    #[test]
    fn a_number_counts_in_the_unit_of_its_field() {
        check(r#"{"proxy.kong.latency.total": 250}"#, &["proxy.kong.latency.total = duration 250ms"]);
        check(r#"{"proxy.kong.latency.total": 0.25}"#, &["proxy.kong.latency.total = duration 250us"]);
        check(r#"{"kong.latency.total": 0.25}"#, &["kong.latency.total = duration 250ms"]);
        check(r#"{"http.request.size": 1437}"#, &["http.request.size = size 1437B"]);
        check(r#"{"http.request.size": "10KB"}"#, &["http.request.size = size 10KB"]);
        check(r#"{"proxy.kong.latency.total": "1.5s"}"#, &["proxy.kong.latency.total = duration 1500ms"]);
    }

    #[test]
    fn a_measured_time_needs_no_unit() {
        let mut raw = RawFacts::new();
        raw.add("kong.latency.total", RawValue::Duration(1_500_000));
        raw.add("http.response.status_code", RawValue::Duration(1));
        check_facts(
            &raw,
            &["kong.latency.total = duration 1500us", "`http.response.status_code`: expected an int, found `1ns`"],
        );
    }

    #[test]
    fn what_is_converted_is_kept_and_counted() {
        check(
            r#"{"http.response.status_code": "503"}"#,
            &["http.response.status_code = int 503", "`http.response.status_code`: `\"503\"` is taken as an int"],
        );
        check(
            r#"{"proxy.kong.latency.total": "250"}"#,
            &[
                "proxy.kong.latency.total = duration 250ms",
                "`proxy.kong.latency.total`: `\"250\"` is taken as a duration",
            ],
        );
        let (raw, _) = facts_from_json(r#"{"network.protocol.version": 2}"#);
        let (facts, problems) = FactSet::bind(&raw, &kong());
        assert_eq!(facts.len(), 1);
        assert!(!problems[0].kind.is_loss());
    }

    #[test]
    fn what_does_not_fit_is_left_out_and_reported() {
        for (json, problem) in [
            (r#"{"http.respose.size": 1}"#, "`http.respose.size`: the catalog has no such field"),
            (
                r#"{"http.request.header": "a"}"#,
                "`http.request.header`: this is a family of fields; a key must follow the name",
            ),
            (r#"{"proxy.kong.dns.tries": "x"}"#, "`proxy.kong.dns.tries`: rules cannot test this field"),
            (r#"{"http.response.status_code": true}"#, "`http.response.status_code`: expected an int, found `true`"),
            (
                r#"{"http.response.status_code": "5xx"}"#,
                "`http.response.status_code`: expected text that says an int, found `\"5xx\"`",
            ),
            (
                r#"{"http.response.status_code": 0.5}"#,
                "`http.response.status_code`: `0.5`: the number is no value of an int",
            ),
            (
                r#"{"client.address": "10.0.0.256"}"#,
                "`client.address`: expected text that says an ip address, found `\"10.0.0.256\"`",
            ),
            (
                r#"{"proxy.kong.latency.total": "10KB"}"#,
                "`proxy.kong.latency.total`: expected text that says a duration, found `\"10KB\"`",
            ),
            (
                r#"{"proxy.kong.latency.total": 1e300}"#,
                "`proxy.kong.latency.total`: `1e300`: the number is no value of a duration",
            ),
            (r#"{"http.request.size": 0.5}"#, "`http.request.size`: `0.5`: the number is no value of a size"),
            (r#"{"tls.resumed": "true"}"#, "`tls.resumed`: expected a bool, found `\"true\"`"),
            (r#"{"url.path": 0.5}"#, "`url.path`: expected a string, found `0.5`"),
        ] {
            check(json, &[problem]);
        }
    }

    #[test]
    fn one_bad_value_does_not_lose_the_others() {
        check(
            r#"{"try_count": [1, "x", 2]}"#,
            &["try_count = int 1, int 2", "`try_count`: expected text that says an int, found `\"x\"`"],
        );
    }

    #[test]
    fn keys_of_a_family_have_one_spelling() {
        for name in ["http.request.header.X-Tenant-Id", "http.request.header.x_tenant_id"] {
            check(&format!(r#"{{"{name}": "acme"}}"#), &[r#"http.request.header[x-tenant-id] = string "acme""#]);
        }
        check(
            r#"{"http.request.header[\"X-Tenant-Id\"]": ["acme", "globex"]}"#,
            &[r#"http.request.header[x-tenant-id] = string "acme", string "globex""#],
        );
        check(
            r#"{"http.request.header.x-a": "1", "http.request.header.X-A": "2"}"#,
            &[r#"http.request.header[x-a] = string "2", string "1""#],
        );
        check(
            r#"{"url.query": "a=1", "url.query.a": "1"}"#,
            &[r#"url.query = string "a=1""#, r#"url.query[a] = string "1""#],
        );
    }

    #[test]
    fn a_field_with_a_record_beside_its_family_is_that_field() {
        check(r#"{"http.request.header.Host": "a"}"#, &[r#"http.request.header.host = string "a""#]);
    }

    #[test]
    fn an_alias_names_the_field_and_its_own_name_wins() {
        check(r#"{"http.method": "GET"}"#, &[r#"http.request.method = string "GET""#]);
        check(
            r#"{"http.method": "GET", "http.request.method": "POST"}"#,
            &[
                r#"http.request.method = string "POST""#,
                "`http.method`: `http.request.method` names the same field, says something else, and counts",
            ],
        );
        check(r#"{"http.method": "GET", "http.request.method": "GET"}"#, &[r#"http.request.method = string "GET""#]);
    }

    #[test]
    fn of_several_values_of_a_single_field_the_first_counts() {
        check(
            r#"{"http.response.status_code": [502, 200]}"#,
            &[
                "http.response.status_code = int 502",
                "`http.response.status_code`: the field has one value; the first of several counts",
            ],
        );
        check(r#"{"http.response.status_code": [200, 200]}"#, &["http.response.status_code = int 200"]);
    }

    #[test]
    fn a_value_that_must_never_be_shown_is_not() {
        let (raw, _) = facts_from_json(r#"{"http.request.header.authorization": 0.5}"#);
        let (_, problems) = FactSet::bind(&raw, &kong());
        assert_eq!(problems[0].to_string(), "`http.request.header.authorization`: expected a string");
    }

    /// Facts of a request with one fact of a part.
    fn with_part(own: &str, span: &str, name: &str, value: i64) -> RawFacts {
        let (mut raw, _) = facts_from_json(own);
        raw.add_part(PartFacts { span: span.to_owned(), values: vec![(name.to_owned(), vec![RawValue::Int(value)])] });
        raw
    }

    #[test]
    fn parts_feed_what_has_several_values() {
        let mut raw = with_part("{}", "any", "try_count", 1);
        raw.add_part(PartFacts {
            span: "any".to_owned(),
            values: vec![("try_count".to_owned(), vec![RawValue::Int(2)])],
        });
        check_facts(&raw, &["try_count = int 1, int 2"]);
    }

    #[test]
    fn parts_feed_a_single_field_only_from_the_spans_of_its_record() {
        check_facts(&with_part("{}", "upstream call", "http.response.status_code", 200), &[]);
        check_facts(
            &with_part("{}", "kong.read_client_http_headers", "proxy.kong.http_headers_count", 9),
            &["proxy.kong.http_headers_count = int 9"],
        );
        check_facts(&with_part("{}", "kong.io.redis.get", "network.peer.port", 6379), &[]);
        check_facts(&with_part("{}", "kong.find_upstream", "network.peer.port", 80), &["network.peer.port = int 80"]);
    }

    #[test]
    fn the_request_itself_wins_over_its_parts() {
        check_facts(&with_part(r#"{"try_count": 7}"#, "any", "try_count", 1), &["try_count = int 7"]);
    }

    #[test]
    fn an_unknown_name_of_many_parts_is_reported_once() {
        let mut raw = with_part("{}", "a", "no.such", 1);
        raw.add_part(PartFacts { span: "b".to_owned(), values: vec![("no.such".to_owned(), vec![RawValue::Int(2)])] });
        check_facts(&raw, &["`no.such`: the catalog has no such field"]);
    }

    #[test]
    fn values_are_found_by_field_and_key() {
        let catalog = kong();
        let (raw, _) = facts_from_json(r#"{"http.request.header.x-a": ["1", "2"], "try_count": 1}"#);
        let (facts, _) = FactSet::bind(&raw, &catalog);
        let id =
            |name: &str| FieldId(u16::try_from(catalog.fields().iter().position(|f| f.name == name).unwrap()).unwrap());
        assert_eq!(facts.values(id("http.request.header"), Some("x-a")).len(), 2);
        assert_eq!(facts.values(id("http.request.header"), Some("x-b")), []);
        assert_eq!(facts.values(id("http.request.header"), None), []);
        assert_eq!(facts.values(id("try_count"), None), [Constant::Int(1)]);
    }
}
