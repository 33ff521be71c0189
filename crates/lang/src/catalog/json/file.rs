//! A file as a whole: header, base, lists, fields, and what fields say about each other.

use std::collections::HashMap;

use jsonc_parser::ast::{ObjectProp, Value};

use super::kinds;
use super::reader::{Extent, Keyed, Reader, instead, name_span, quoted, span_of};
use super::record::{Context, Record};
use super::syntax;
use super::values::List;
use crate::catalog::lookup::{Conflict, Index, MAX_FIELDS};
use crate::catalog::{Catalog, Field, FieldId, Resolution, Shape};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Fix};
use crate::limits::Limits;
use crate::nearest::nearest;
use crate::span::Span;
use crate::ty::Ty;

/// The format that this version reads.
const FORMAT: i64 = 1;

/// The most families of a catalog: each holds a compiled key pattern.
const MAX_FAMILIES: usize = 1_000;

impl Catalog {
    /// Reads a catalog file.
    ///
    /// ```
    /// use tamis_lang::catalog::Catalog;
    /// let text = r#"{
    ///   "format": 1,
    ///   "name": "shop",
    ///   "extends": "kong",
    ///   "fields": {
    ///     "shop.tenant": { "type": "string", "phase": "authenticated", "doc": "Tenant of the caller." }
    ///   }
    /// }"#;
    /// let shop = Catalog::from_json(text).unwrap();
    /// assert!(shop.fields().iter().any(|field| field.name == "shop.tenant"));
    ///
    /// let problems = Catalog::from_json(&text.replace("phase", "fase")).unwrap_err();
    /// assert_eq!(problems[0].message, "a field has no key `fase`");
    /// ```
    ///
    /// # Errors
    ///
    /// Every problem of the file at once, in its order, each with its span; never an empty list.
    pub fn from_json(text: &str) -> Result<Self, Vec<Diagnostic>> {
        let limits = Limits::default();
        if u32::try_from(text.len()).map_or(true, |length| length > limits.file_bytes) {
            let message = format!("a catalog has at most {} bytes, found {}", limits.file_bytes, text.len());
            return Err(vec![Diagnostic::new(Code::TextTooLong, Span::at(0), message)]);
        }
        let root = syntax::parse(text).map_err(|problem| vec![problem])?;
        let mut reader = Reader::new(usize::try_from(limits.diagnostics).unwrap_or(usize::MAX));
        let catalog = reader.catalog(&root);
        match (reader.into_problems(), catalog) {
            (problems, Some(catalog)) if problems.is_empty() => Ok(catalog),
            (problems, _) => Err(problems),
        }
    }
}

/// The fields of a file in the making.
struct Fields {
    fields: Vec<Field>,
    /// What the file says about each field, by its place.
    records: HashMap<usize, Record>,
}

impl Reader {
    /// The catalog; none where the header keeps it from being read at all.
    fn catalog(&mut self, root: &Value<'_>) -> Option<Catalog> {
        self.format(root)?;
        let file = self.object(&kinds::CATALOG, root)?;
        for key in ["$schema", "doc"] {
            file.get(key).and_then(|value| self.sentence(key, value));
        }
        let name = file.get("name").and_then(|value| self.catalog_name(value)).unwrap_or_default();
        let base = file.get("extends").and_then(|value| self.base(value));
        let lists = file.get("lists").map(|value| self.lists(value)).unwrap_or_default();
        let context = Context { catalog: &name, lists: &lists };
        let fields = self.fields(&file, base.as_ref(), &context);
        let (index, conflicts) = Index::build(&fields.fields);
        for conflict in conflicts {
            self.conflict(&fields, &conflict);
        }
        let Fields { fields, records } = fields;
        let catalog = Catalog::assembled(name, fields, index);
        self.references(&catalog, &records);
        Some(catalog)
    }

    /// Nothing where the file says that it is of another format, in which other keys would be right.
    fn format(&mut self, root: &Value<'_>) -> Option<()> {
        let Value::Object(object) = root else { return Some(()) };
        let Some(ObjectProp { value, .. }) = object.get("format") else { return Some(()) };
        let format = self.integer("format", value)?;
        if format != FORMAT {
            self.refuse(span_of(value), format!("format {format} is unknown; this version reads format {FORMAT}"));
            return None;
        }
        Some(())
    }

    fn catalog_name(&mut self, value: &Value<'_>) -> Option<String> {
        let name = self.sentence("name", value)?;
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b == b'.';
        if !name.bytes().all(is_plain) {
            let message =
                format!("{} is no name of a catalog; it has letters, digits, `-`, `_` and `.`", quoted(&name));
            self.refuse(span_of(value), message);
        }
        Some(name)
    }

    /// The catalog that the file extends.
    fn base(&mut self, value: &Value<'_>) -> Option<Catalog> {
        let name = self.string("extends", value)?;
        let base = Catalog::shipped(name);
        if base.is_none() {
            let span = span_of(value);
            self.report(|| {
                let message = format!("no catalog {} comes with Tamis", quoted(name));
                let problem = Diagnostic::new(Code::CatalogReference, span, message);
                let note = format!("there are `{}`", Catalog::SHIPPED.join("`, `"));
                instead(problem, nearest(name, Catalog::SHIPPED.iter().copied()), &note)
            });
        }
        base
    }

    fn lists(&mut self, value: &Value<'_>) -> HashMap<String, List> {
        let mut lists = HashMap::new();
        let mut spans: HashMap<&str, Span> = HashMap::new();
        let Some(object) = self.map("lists", value) else { return lists };
        for property in &object.properties {
            let name = property.name.as_str();
            match spans.get(name) {
                Some(first) => self.repeated(name, name_span(property), *first),
                None => {
                    spans.insert(name, name_span(property));
                    lists.insert(name.to_owned(), self.list(&property.value));
                }
            }
        }
        lists
    }

    /// The fields of the base with those of the file in their places, new ones behind.
    fn fields(&mut self, file: &Keyed<'_, '_>, base: Option<&Catalog>, context: &Context<'_>) -> Fields {
        let fields = base.map(|base| base.fields().to_vec()).unwrap_or_default();
        let mut places: HashMap<String, usize> = HashMap::with_capacity(fields.len());
        places.extend(fields.iter().enumerate().map(|(place, field)| (written_name(field), place)));
        let mut all = Fields { fields, records: HashMap::new() };
        let Some(object) = file.get("fields").and_then(|value| self.map("fields", value)) else { return all };
        let mut n_families = all.fields.iter().filter(|field| matches!(field.shape, Shape::Family { .. })).count();
        for property in &object.properties {
            let place = places.get(property.name.as_str()).copied();
            if let Some(first) = place.and_then(|place| all.records.get(&place)) {
                self.repeated(property.name.as_str(), name_span(property), first.name);
                continue;
            }
            let is_new_family = place.is_none() && property.name.as_str().ends_with(".*");
            n_families += usize::from(is_new_family);
            if self.is_full(property, all.fields.len(), n_families) {
                break;
            }
            self.field(property, place, context, &mut all);
            places.entry(property.name.as_str().to_owned()).or_insert(all.fields.len().saturating_sub(1));
        }
        all
    }

    /// Reads one field into its place.
    fn field(&mut self, property: &ObjectProp<'_>, place: Option<usize>, context: &Context<'_>, all: &mut Fields) {
        let base = place.and_then(|place| all.fields.get(place));
        let extent = if base.is_some() { Extent::Change } else { Extent::Whole };
        let (field, record) = self.record(property, base, extent, context);
        match place.and_then(|place| all.fields.get_mut(place).map(|old| (place, old))) {
            Some((place, old)) => {
                *old = field;
                all.records.insert(place, record);
            }
            None => {
                all.records.insert(all.fields.len(), record);
                all.fields.push(field);
            }
        }
    }

    /// Whether a catalog of this size takes no field more, which is reported.
    fn is_full(&mut self, property: &ObjectProp<'_>, n_fields: usize, n_families: usize) -> bool {
        let message = if n_fields >= MAX_FIELDS {
            format!("a catalog has at most {MAX_FIELDS} fields")
        } else if n_families > MAX_FAMILIES {
            format!("a catalog has at most {MAX_FAMILIES} families")
        } else {
            return false;
        };
        self.refuse(name_span(property), message);
        true
    }

    /// Reports a name that two fields have, at the one that the file says something about.
    fn conflict(&mut self, all: &Fields, conflict: &Conflict) {
        // Patterns and the number of fields were checked where they stand.
        let Conflict::Duplicate { field, alias, first, first_alias } = conflict else { return };
        let here = all.span(*field, *alias);
        let there = all.span(*first, *first_alias);
        let Some(name) = all.name(*field, *alias) else { return };
        let (span, other_span, other) = match (here, there) {
            (Some(here), there) => (here, there, *first),
            (None, Some(there)) => (there, None, *field),
            (None, None) => return,
        };
        self.report(|| {
            let problem = Diagnostic::new(Code::CatalogDuplicate, span, format!("{} is there twice", quoted(name)));
            match other_span {
                Some(other_span) => problem.label(other_span, "first here"),
                None => {
                    let owner = all.fields.get(usize::from(other.0)).map(written_name).unwrap_or_default();
                    problem.note(format!("the catalog that this one extends has it as a name of `{owner}`"))
                }
            }
        });
    }

    /// Reports replacements that no rule could name, and fields that cannot tell of absence.
    fn references(&mut self, catalog: &Catalog, records: &HashMap<usize, Record>) {
        let mut records: Vec<(&usize, &Record)> = records.iter().collect();
        records.sort_by_key(|(place, _)| **place);
        for (place, record) in records {
            if let Some((name, span)) = &record.witness {
                match catalog.resolve(name, None) {
                    Resolution::Field { field, .. } if field.ty == Ty::String => {}
                    Resolution::Field { .. } => self.report(|| {
                        let message = format!("{} has no text to compare with", quoted(name));
                        Diagnostic::new(Code::CatalogReference, *span, message)
                    }),
                    _ => self.report(|| dangling(catalog, *place, name, *span)),
                }
            }
            for (name, span) in &record.replacements {
                let target = match catalog.resolve(name.strip_suffix(".*").unwrap_or(name), None) {
                    Resolution::Field { id, .. } => Some(id),
                    Resolution::FamilyWithoutKey(id) if name.ends_with(".*") => Some(id),
                    _ => None,
                };
                match target {
                    Some(id) if usize::from(id.0) == *place => self.report(|| {
                        Diagnostic::new(Code::CatalogReference, *span, format!("{} replaces itself", quoted(name)))
                    }),
                    Some(_) => {}
                    None => self.report(|| dangling(catalog, *place, name, *span)),
                }
            }
        }
    }
}

/// A replacement that does not exist, with the name that was probably meant.
fn dangling(catalog: &Catalog, place: usize, name: &str, span: Span) -> Diagnostic {
    let message = format!("{} is no field of this catalog", quoted(name));
    let itself = catalog.fields().get(place).map(|field| field.name.as_str());
    let near = catalog.suggest(name, 3).into_iter().filter(|near| Some(near.name.as_str()) != itself);
    let fixes = near
        .map(|near| Fix::replace(format!("write `{}`", near.name), span, format!("\"{}\"", near.name)).suggestion());
    Diagnostic::new(Code::CatalogReference, span, message).fixes(fixes)
}

/// The name of a field as a file writes it: families end in `.*`.
fn written_name(field: &Field) -> String {
    match field.shape {
        Shape::Family { .. } => format!("{}.*", field.name),
        Shape::One | Shape::Many | Shape::Opaque => field.name.clone(),
    }
}

impl Fields {
    fn name(&self, id: FieldId, alias: Option<usize>) -> Option<&str> {
        let field = self.fields.get(usize::from(id.0))?;
        match alias {
            Some(place) => field.aliases.get(place).map(|alias| alias.name.as_str()),
            None => Some(&field.name),
        }
    }

    /// Where the file gives a field a name; none where the base does.
    fn span(&self, id: FieldId, alias: Option<usize>) -> Option<Span> {
        let record = self.records.get(&usize::from(id.0))?;
        match alias {
            Some(place) => record.aliases.as_ref()?.get(place).copied(),
            None => Some(record.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_file, fix};
    use super::*;

    /// A field that is right.
    fn field(name: &str, more: &str) -> String {
        format!(r#"{name}: {{ "type": "int", "phase": "log", "doc": "A."{more} }}"#)
    }

    /// A catalog that extends `kong` with some fields.
    fn extended(fields: &str) -> String {
        format!(r#"{{ "format": 1, "name": "t", "extends": "kong", "fields": {{ {fields} }} }}"#)
    }

    #[test]
    fn the_header_says_format_and_name() {
        check_file(
            r#"{ "format": «2», "name": 7, "what": 1 }"#,
            &["T705 format 2 is unknown; this version reads format 1"],
        );
        check_file(
            r#"{ "format": 1, "name": «"a b"», "fields": {} }"#,
            &["T705 `a b` is no name of a catalog; it has letters, digits, `-`, `_` and `.`"],
        );
        check_file(r#"{ "$schema": "s", "format": 1, "name": "t", "doc": "D.", "fields": {} }"#, &[]);
    }

    #[test]
    fn a_name_twice_points_at_the_first() {
        let fields = [field("\"a\"", ""), field("«\"a\"»", "")].join(",");
        let problems = check(&fields, &["T703 `a` is there twice"]);
        assert_eq!(problems[0].labels.len(), 1);
    }

    #[test]
    fn an_alias_is_a_name_too() {
        let alias = |name: &str| format!(r#", "aliases": [{{ "name": {name}, "origin": "o" }}]"#);
        let fields = [field("\"a\"", ""), field("\"b\"", &alias("«\"a\"»"))].join(",");
        let problems = check(&fields, &["T703 `a` is there twice"]);
        assert_eq!(problems[0].labels[0].message, "first here");
        let fields = [field("\"a\"", &alias("\"c\"")), field("\"b\"", &alias("«\"c\"»"))].join(",");
        check(&fields, &["T703 `c` is there twice"]);
    }

    #[test]
    fn a_field_and_a_family_may_share_a_name() {
        let family = r#""a.*": { "type": "int", "keys": { "pattern": "x" }, "phase": "log", "doc": "A." }"#;
        check(&[field("\"a\"", ""), family.to_owned()].join(","), &[]);
    }

    #[test]
    fn a_replacement_exists() {
        let deprecated = |name: &str| format!(r#", "deprecated": {{ "replacement": [{name}], "note": "Renamed." }}"#);
        let fields = [field("\"stat\"", ""), field("\"b\"", &deprecated("«\"stats\"»"))].join(",");
        let problems = check(&fields, &["T704 `stats` is no field of this catalog"]);
        assert_eq!(fix(&problems), ("write `stat`", "\"stat\""));
        check(&field("\"a\"", &deprecated("«\"a\"»")), &["T704 `a` replaces itself"]);
        check_file(&extended(&field("\"a\"", &deprecated("\"http.request.header.via\""))), &[]);
        check_file(&extended(&field("\"a\"", &deprecated("\"http.request.header.*\""))), &[]);
        check_file(
            &extended(&field("\"a\"", &deprecated("«\"http.request.header\"»"))),
            &["T704 `http.request.header` is no field of this catalog"],
        );
    }

    #[test]
    fn a_base_exists() {
        let problems = check_file(
            r#"{ "format": 1, "name": "t", "extends": «"kng"», "fields": {} }"#,
            &["T704 no catalog `kng` comes with Tamis"],
        );
        assert_eq!(fix(&problems), ("write `kong`", "\"kong\""));
    }

    #[test]
    fn a_file_adds_to_its_base() {
        let kong = Catalog::shipped("kong").unwrap();
        let catalog = Catalog::from_json(&extended(&field("\"shop.tenant\"", ""))).unwrap();
        assert_eq!(catalog.fields().len(), kong.fields().len() + 1);
        assert_eq!(catalog.fields().last().unwrap().source, "t");
        assert!(matches!(catalog.resolve("http.method", None), Resolution::Field { .. }));
    }

    #[test]
    fn a_file_changes_single_keys_of_its_base() {
        let changed = r#""http.request.method": { "doc": "Changed." }, "url.path": { "aliases": [] }"#;
        let catalog = Catalog::from_json(&extended(changed)).unwrap();
        let Resolution::Field { field, .. } = catalog.resolve("http.request.method", None) else { panic!() };
        assert_eq!((field.doc.as_str(), field.phase.as_str()), ("Changed.", "request_headers"));
        assert!(field.allowed.is_some());
        assert!(matches!(catalog.resolve("http.path", None), Resolution::Unknown));
    }

    #[test]
    fn another_type_brings_its_own_values() {
        let changed = r#""http.response.status_code": { "type": "string", "examples": ["503"] }"#;
        let catalog = Catalog::from_json(&extended(changed)).unwrap();
        let Resolution::Field { field, .. } = catalog.resolve("http.response.status_code", None) else { panic!() };
        assert!(field.range.is_none() && field.allowed.is_none() && field.examples.len() == 1);
    }

    #[test]
    fn a_clash_with_the_base_names_the_field_there() {
        let problems = check_file(&extended(&field("«\"http.method\"»", "")), &["T703 `http.method` is there twice"]);
        assert_eq!(problems[0].notes, ["the catalog that this one extends has it as a name of `http.request.method`"]);
        let alias = r#", "aliases": [{ "name": «"url.path"», "origin": "o" }]"#;
        check_file(&extended(&field("\"a\"", alias)), &["T703 `url.path` is there twice"]);
    }

    #[test]
    fn a_file_has_a_limit() {
        let text = " ".repeat(5 << 20);
        let problems = Catalog::from_json(&text).unwrap_err();
        assert_eq!(problems[0].code, Code::TextTooLong);
        assert_eq!(problems[0].message, "a catalog has at most 4194304 bytes, found 5242880");
    }

    #[test]
    fn the_number_of_families_is_limited() {
        let family = |n: usize| {
            format!(r#""a{n}.*": {{ "type": "int", "keys": {{ "pattern": "x" }}, "phase": "log", "doc": "A." }}"#)
        };
        let fields: Vec<String> = (0..=MAX_FAMILIES).map(family).collect();
        let text = format!(r#"{{ "format": 1, "name": "t", "fields": {{ {} }} }}"#, fields.join(","));
        let problems = Catalog::from_json(&text).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].message, "a catalog has at most 1000 families");
    }

    #[test]
    fn the_number_of_fields_is_limited() {
        let fields: Vec<String> =
            (0..=MAX_FIELDS).map(|n| format!(r#""a{n}":{{"type":"int","phase":"log","doc":"A"}}"#)).collect();
        let text = format!(r#"{{"format":1,"name":"t","fields":{{{}}}}}"#, fields.join(","));
        let problems = Catalog::from_json(&text).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].message, "a catalog has at most 65535 fields");
    }
}
