//! The part of JSON Schema that the document uses.
//!
//! It is stricter than the standard in one way: a member that no schema names is wrong, so that the document forgets
//! none.

use serde_json::{Map, Value};

/// What is wrong with a value, seen from the schema at a pointer of a document.
pub(crate) fn problems(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    Checker::new(document).checked(schema, value, "", &mut Vec::new())
}

struct Checker<'a> {
    document: &'a Value,
    found: Vec<String>,
}

impl<'a> Checker<'a> {
    const fn new(document: &'a Value) -> Self {
        Self { document, found: Vec::new() }
    }

    fn checked(mut self, schema: &'a Value, value: &Value, at: &str, named: &mut Vec<&'a str>) -> Vec<String> {
        self.check(schema, value, at, named);
        self.found
    }

    /// Checks a value, and collects the members that the schema names.
    fn check(&mut self, schema: &'a Value, value: &Value, at: &str, named: &mut Vec<&'a str>) {
        let before = named.len();
        for (keyword, wanted) in schema.as_object().unwrap() {
            self.keyword(keyword, wanted, value, at, named);
        }
        let is_open = schema.get("properties").is_none() && schema.get("allOf").is_none();
        if let (false, Some(members)) = (is_open, value.as_object()) {
            let forgotten = members.keys().filter(|name| !named.iter().skip(before).any(|known| known == name));
            self.found.extend(forgotten.map(|name| format!("{at}/{name}: no schema names it")));
        }
    }

    fn keyword(&mut self, keyword: &str, wanted: &'a Value, value: &Value, at: &str, named: &mut Vec<&'a str>) {
        let mut wrong = |is_wrong: bool| {
            if is_wrong {
                self.found.push(format!("{at}: `{keyword}` wants {wanted}, found {value}"));
            }
        };
        match keyword {
            "description" | "default" | "examples" | "additionalProperties" => {}
            "maximum" => wrong(value.is_number() && value.as_f64() > wanted.as_f64()),
            "const" => wrong(value != wanted),
            "enum" => wrong(!wanted.as_array().unwrap().contains(value)),
            "type" => wrong(!is_of_type(wanted, value)),
            "minimum" => wrong(value.is_number() && value.as_f64() < wanted.as_f64()),
            "pattern" => wrong(value.as_str().is_some_and(|text| !is_like(wanted.as_str().unwrap(), text))),
            "required" => wrong(!has_all(wanted, value)),
            "$ref" => {
                let pointer = wanted.as_str().unwrap().trim_start_matches('#');
                let schema = self.document.pointer(pointer).unwrap_or_else(|| panic!("{pointer} leads nowhere"));
                self.within(schema, value, at, named);
            }
            "properties" => {
                for (name, schema) in wanted.as_object().unwrap() {
                    named.push(name);
                    if let Some(member) = value.get(name) {
                        self.check(schema, member, &format!("{at}/{name}"), &mut Vec::new());
                    }
                }
            }
            "items" => {
                for (place, item) in value.as_array().into_iter().flatten().enumerate() {
                    self.check(wanted, item, &format!("{at}/{place}"), &mut Vec::new());
                }
            }
            "allOf" => {
                for schema in wanted.as_array().unwrap() {
                    self.within(schema, value, at, named);
                }
            }
            "anyOf" => {
                let tries = wanted
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|schema| Checker::new(self.document).checked(schema, value, at, &mut Vec::new()));
                let tries: Vec<_> = tries.collect();
                if tries.iter().all(|found| !found.is_empty()) {
                    self.found.extend(tries.into_iter().flatten());
                }
            }
            other => panic!("`{other}` is no keyword that this checker knows"),
        }
    }

    /// Checks the same value against another schema, whose members count as named here.
    fn within(&mut self, schema: &'a Value, value: &Value, at: &str, named: &mut Vec<&'a str>) {
        let mut inner = Vec::new();
        let found = Checker::new(self.document).checked(schema, value, at, &mut inner);
        // A member that this part does not name may be named by another one; the whole is checked for that.
        self.found.extend(
            found.into_iter().filter(|problem| !problem.ends_with("no schema names it") || !at_level(problem, at)),
        );
        named.extend(inner);
    }
}

/// Whether a problem is about a member of the value at a place itself.
fn at_level(problem: &str, at: &str) -> bool {
    let place = problem.split(": ").next().unwrap();
    place.strip_prefix(at).and_then(|rest| rest.strip_prefix('/')).is_some_and(|name| !name.contains('/'))
}

fn is_of_type(wanted: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        other => panic!("`{other}` is no type that this checker knows"),
    };
    wanted.as_array().map_or_else(|| is(wanted), |several| several.iter().any(is))
}

fn has_all(names: &Value, value: &Value) -> bool {
    let empty = Map::new();
    let members = value.as_object().unwrap_or(&empty);
    names.as_array().unwrap().iter().all(|name| members.contains_key(name.as_str().unwrap()))
}

/// The patterns of the document.
fn is_like(pattern: &str, text: &str) -> bool {
    match pattern {
        "^[TV][0-9]{3}$" => {
            text.len() == 4 && text.starts_with(['T', 'V']) && text.bytes().skip(1).all(|byte| byte.is_ascii_digit())
        }
        "^[0-9a-f]{16}$" => text.len() == 16 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)),
        "^urn:problem-type:tamis:[a-z0-9-]+$" => text.strip_prefix("urn:problem-type:tamis:").is_some_and(|name| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        }),
        other => panic!("`{other}` is no pattern that this checker knows"),
    }
}
