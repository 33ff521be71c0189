//! `catalog/schema.json` says the same as the reader.

use jsonc_parser::ast::{Object, Value};

use super::kinds::{ALIAS, ALLOWED, ALLOWED_VALUE, CATALOG, DEPRECATED, FIELD, KEYS, KNOWN_KEY, Kind};
use super::reader::describe;
use super::syntax;
use crate::catalog::Catalog;
use crate::phase::Phase;
use crate::ty::Ty;

const SCHEMA: &str = include_str!("../../../catalog/schema.json");

/// The value at a path of keys.
fn at<'v, 't>(mut value: &'v Value<'t>, path: &str) -> Option<&'v Value<'t>> {
    for key in path.split('/').filter(|key| !key.is_empty()) {
        value = &value.as_object()?.get(key)?.value;
    }
    Some(value)
}

fn keys<'v>(value: Option<&'v Value<'_>>) -> Vec<&'v str> {
    let properties = value.and_then(Value::as_object).map(|object| object.properties.iter());
    properties.into_iter().flatten().map(|property| property.name.as_str()).collect()
}

fn texts<'v>(value: Option<&'v Value<'_>>) -> Vec<&'v str> {
    let elements = value.and_then(Value::as_array).map(|array| array.elements.iter());
    elements.into_iter().flatten().map(|text| text.as_string_lit().unwrap().value.as_ref()).collect()
}

/// The part of JSON Schema that the schema uses; another keyword fails the test.
struct Validator<'s> {
    root: &'s Value<'s>,
}

impl Validator<'_> {
    fn accepts(&self, schema: &Value<'_>, value: &Value<'_>) -> bool {
        if let Value::BooleanLit(literal) = schema {
            return literal.value;
        }
        let schema = schema.as_object().unwrap();
        schema.properties.iter().all(|keyword| self.keyword(schema, keyword.name.as_str(), &keyword.value, value))
    }

    fn keyword(&self, schema: &Object<'_>, keyword: &str, rule: &Value<'_>, value: &Value<'_>) -> bool {
        let object = value.as_object();
        let array = value.as_array();
        let number = || rule.as_number_lit().unwrap().value.parse::<usize>().unwrap();
        match keyword {
            "$schema" | "title" | "description" | "$defs" | "else" => true,
            "$ref" => self.accepts(at(self.root, text(rule).strip_prefix('#').unwrap()).unwrap(), value),
            "type" => match rule {
                Value::Array(_) => texts(Some(rule)).iter().any(|ty| is_of(ty, value)),
                rule => is_of(text(rule), value),
            },
            "const" => same(rule, value),
            "enum" => rule.as_array().unwrap().elements.iter().any(|allowed| same(allowed, value)),
            "pattern" => {
                value.as_string_lit().is_none_or(|s| regex::Regex::new(text(rule)).unwrap().is_match(&s.value))
            }
            "maxLength" => value.as_string_lit().is_none_or(|s| s.value.chars().count() <= number()),
            "required" => object.is_none_or(|object| texts(Some(rule)).iter().all(|key| object.get(key).is_some())),
            "properties" => object.is_none_or(|object| {
                let properties = object.properties.iter();
                properties.into_iter().all(|property| {
                    at(rule, property.name.as_str()).is_none_or(|schema| self.accepts(schema, &property.value))
                })
            }),
            "additionalProperties" => object.is_none_or(|object| {
                let known = keys(schema.get("properties").map(|property| &property.value));
                let mut others = object.properties.iter().filter(|property| !known.contains(&property.name.as_str()));
                others.all(|property| self.accepts(rule, &property.value))
            }),
            "propertyNames" => object.is_none_or(|object| {
                object.properties.iter().all(|property| match &property.name {
                    jsonc_parser::ast::ObjectPropName::String(name) => {
                        self.accepts(rule, &Value::StringLit(name.clone()))
                    }
                    jsonc_parser::ast::ObjectPropName::Word(_) => false,
                })
            }),
            "maxProperties" => object.is_none_or(|object| object.properties.len() <= number()),
            "items" => array.is_none_or(|array| array.elements.iter().all(|element| self.accepts(rule, element))),
            "minItems" => array.is_none_or(|array| array.elements.len() >= number()),
            "maxItems" => array.is_none_or(|array| array.elements.len() <= number()),
            "oneOf" => {
                let schemas = &rule.as_array().unwrap().elements;
                schemas.iter().filter(|schema| self.accepts(schema, value)).count() == 1
            }
            "if" => {
                self.accepts(rule, value)
                    || schema.get("else").is_none_or(|otherwise| self.accepts(&otherwise.value, value))
            }
            other => panic!("unknown keyword {other}"),
        }
    }
}

fn text<'v>(value: &'v Value<'_>) -> &'v str {
    &value.as_string_lit().unwrap().value
}

fn is_of(ty: &str, value: &Value<'_>) -> bool {
    match ty {
        "integer" => value.as_number_lit().is_some_and(|number| number.value.parse::<i64>().is_ok()),
        "boolean" => value.as_boolean_lit().is_some(),
        other => describe(value).ends_with(other),
    }
}

fn same(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a, b) {
        (Value::StringLit(a), Value::StringLit(b)) => a.value == b.value,
        (Value::NumberLit(a), Value::NumberLit(b)) => a.value == b.value,
        _ => false,
    }
}

/// Whether the schema accepts a file.
fn accepts(file: &str) -> bool {
    let root = syntax::parse(SCHEMA).unwrap();
    Validator { root: &root }.accepts(&root, &syntax::parse(file).unwrap())
}

#[test]
fn shipped_catalogs_conform() {
    for name in Catalog::SHIPPED {
        assert!(accepts(Catalog::shipped_text(name).unwrap()), "{name}");
    }
}

/// The schema and the reader have the same opinion of a file.
#[track_caller]
fn check(file: &str, good: bool) {
    assert_eq!((accepts(file), Catalog::from_json(file).is_ok()), (good, good), "{file}");
}

#[test]
fn schema_and_reader_agree() {
    let file = |fields: &str| format!(r#"{{ "format": 1, "name": "t", "fields": {{ {fields} }} }}"#);
    let field = |more: &str| file(&format!(r#""a.b": {{ "type": "int", "phase": "log", "doc": "A."{more} }}"#));
    check(&field(""), true);
    check(&field(r#", "unit": "{token}", "range": [0, 9], "since": "3.14", "presence": "always""#), true);
    check(&field(r#", "unit": "token""#), false);
    check(&field(r#", "range": [0]"#), false);
    check(&field(r#", "since": "v3""#), false);
    check(&field(r#", "presence": "seldom""#), false);
    check(&field(r#", "sensitive": 1"#), false);
    check(&field(r#", "what": 1"#), false);
    check(&field(r#", "note": " ""#), false);
    check(&field(r#", "allowed": { "open": true }"#), false);
    check(&field(r#", "allowed": { "open": true, "values": [{ "value": 1, "doc": "One" }] }"#), true);
    check(&field(r#", "aliases": [{ "name": "a..b", "origin": "o" }]"#), false);
    check(&field(r#", "deprecated": { "replacement": [] }"#), false);
    check(&file(r#""a b": { "type": "int", "phase": "log", "doc": "A." }"#), false);
    check(&file(r#""a": { "type": "integer", "phase": "log", "doc": "A." }"#), false);
    check(&file(r#""a": { "doc": "A." }"#), false);
    check(r#"{ "format": 1, "name": "t", "extends": "kong", "fields": { "url.path": { "doc": "A." } } }"#, true);
    check(r#"{ "format": 2, "name": "t", "fields": {} }"#, false);
    check(r#"{ "format": 1, "name": "a b", "fields": {} }"#, false);
    check(r#"{ "format": 1, "name": "t" }"#, false);
    check("[]", false);
}

#[test]
fn the_keys_are_the_readers_in_its_order() {
    let root = syntax::parse(SCHEMA).unwrap();
    let kind = |path: &str, kind: &Kind, required: &str| {
        let known: Vec<&str> = kind.keys.iter().map(|key| key.name).collect();
        assert_eq!(keys(at(&root, &format!("{path}/properties"))), known, "{}", kind.title);
        let needed: Vec<&str> = kind.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
        assert_eq!(texts(at(&root, required)), needed, "{}", kind.title);
    };
    kind("", &CATALOG, "required");
    kind("$defs/field", &FIELD, "else/properties/fields/additionalProperties/required");
    kind("$defs/keys", &KEYS, "$defs/keys/required");
    kind("$defs/known_key", &KNOWN_KEY, "$defs/known_key/required");
    kind("$defs/allowed", &ALLOWED, "$defs/allowed/required");
    kind("$defs/allowed_value", &ALLOWED_VALUE, "$defs/allowed_value/required");
    kind("$defs/alias", &ALIAS, "$defs/alias/required");
    kind("$defs/deprecated", &DEPRECATED, "$defs/deprecated/required");
}

#[test]
fn the_words_are_the_languages() {
    let root = syntax::parse(SCHEMA).unwrap();
    let words = |path: &str| texts(at(&root, &format!("$defs/field/properties/{path}/enum")));
    let phases: Vec<&str> = Phase::ALL.iter().map(|phase| phase.as_str()).collect();
    assert_eq!(words("phase"), phases);
    let single = Ty::ALL.iter().map(|ty| ty.as_str().to_owned());
    let many = Ty::ALL.iter().map(|ty| format!("{ty}[]"));
    let types: Vec<String> = single.chain(many).chain(["opaque".to_owned()]).collect();
    assert_eq!(words("type"), types);
    assert_eq!(texts(at(&root, "properties/extends/enum")), Catalog::SHIPPED);
}

/// The fenced JSON of the page about catalogs.
fn documented() -> Vec<&'static str> {
    let page = include_str!("../../../../../docs/catalogs.md");
    page.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn the_documented_catalog_loads_and_conforms() {
    let examples = documented();
    assert_eq!(examples.len(), 1);
    for text in examples {
        assert_eq!(Catalog::from_json(text).map(|catalog| catalog.name().to_owned()), Ok("shop".to_owned()));
        assert!(accepts(text));
    }
}

#[test]
fn files_write_keys_in_one_order_and_nothing_empty() {
    let shipped = Catalog::SHIPPED.iter().filter_map(|name| Catalog::shipped_text(name));
    for text in shipped.chain(documented()) {
        let root = syntax::parse(text).unwrap();
        for property in &at(&root, "fields").unwrap().as_object().unwrap().properties {
            let name = property.name.as_str();
            let places = keys(Some(&property.value));
            let places = places.iter().map(|key| FIELD.keys.iter().position(|known| known.name == *key).unwrap());
            assert!(places.is_sorted(), "{name}");
            for key in &property.value.as_object().unwrap().properties {
                let is_empty = key.value.as_array().is_some_and(|array| array.elements.is_empty());
                let is_change = at(&root, "extends").is_some();
                assert!(is_change || !is_empty && key.value.as_null_keyword().is_none(), "{name}");
            }
        }
    }
}
