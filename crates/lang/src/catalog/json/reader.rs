//! Typed access to a parsed file that collects every problem on the way.

use jsonc_parser::ast::{Object, ObjectProp, Value};
use jsonc_parser::common::Ranged;

use super::kinds::{Key, Kind};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Fix};
use crate::nearest::{distance, nearest};
use crate::span::Span;

/// Collects the problems of a file, up to a limit.
pub(super) struct Reader {
    problems: Vec<Diagnostic>,
    limit: usize,
    hidden: usize,
}

/// Whether an object has to have its required keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// It stands for itself.
    Whole,
    /// It changes some keys of something that is whole already.
    Change,
}

/// The bytes of a part of the file.
pub(super) fn span_of(part: &impl Ranged) -> Span {
    let range = part.range();
    Span::from_range(range.start..range.end)
}

/// The bytes of the name of a property, with its quotes.
pub(super) fn name_span(property: &ObjectProp<'_>) -> Span {
    span_of(&property.name)
}

/// What a value is, for `expected …, found …`.
pub(super) fn describe(value: &Value<'_>) -> &'static str {
    match value {
        Value::StringLit(_) => "a string",
        Value::NumberLit(_) => "a number",
        Value::BooleanLit(_) => "a bool",
        Value::Object(_) => "an object",
        Value::Array(_) => "an array",
        Value::NullKeyword(_) => "null",
    }
}

/// Text for a message: in backticks, shortened where a file is hostile.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{}…`", text.get(..end).unwrap_or_default()),
        None => format!("`{text}`"),
    }
}

/// A problem with the guess of another word for its place, or with a note where no word is near.
pub(super) fn instead(problem: Diagnostic, near: Option<&str>, note: &str) -> Diagnostic {
    let span = problem.span;
    match near {
        Some(near) => problem.fix(Fix::replace(format!("write `{near}`"), span, format!("\"{near}\"")).suggestion()),
        None => problem.note(note),
    }
}

impl Reader {
    /// A reader that keeps at most `limit` problems and counts the rest.
    pub(super) fn new(limit: usize) -> Self {
        Self { problems: Vec::new(), limit, hidden: 0 }
    }

    /// Adds a problem; it is only put together where it will be shown.
    pub(super) fn report(&mut self, problem: impl FnOnce() -> Diagnostic) {
        if self.problems.len() < self.limit {
            self.problems.push(problem());
        } else {
            self.hidden += 1;
        }
    }

    /// Reports a value of the wrong shape (`T702`).
    pub(super) fn shape(&mut self, span: Span, message: impl Into<String>) {
        self.report(|| Diagnostic::new(Code::CatalogShape, span, message));
    }

    /// Reports a value that is not allowed (`T705`).
    pub(super) fn refuse(&mut self, span: Span, message: impl Into<String>) {
        self.report(|| Diagnostic::new(Code::CatalogValue, span, message));
    }

    /// Reports a word that is not among the known ones (`T705`), with the nearest one as a fix.
    pub(super) fn unknown_word(&mut self, span: Span, message: String, word: &str, known: &[&str]) {
        self.report(|| {
            let near = nearest(word, known.iter().copied());
            instead(Diagnostic::new(Code::CatalogValue, span, message), near, &format!("known are {}", listed(known)))
        });
    }

    /// Everything that was found, in the order of the file; nothing where the file is right.
    pub(super) fn into_problems(mut self) -> Vec<Diagnostic> {
        self.problems.sort_by_key(|problem| problem.span);
        if self.hidden > 0 {
            let end = self.problems.last().map_or(Span::at(0), |last| last.span.after());
            let message = format!("{} more problems are not shown", self.hidden);
            self.problems.push(Diagnostic::new(Code::TooManyDiagnostics, end, message));
        }
        self.problems
    }

    /// The text of a string.
    pub(super) fn string<'v>(&mut self, key: &str, value: &'v Value<'_>) -> Option<&'v str> {
        match value {
            Value::StringLit(literal) => Some(&literal.value),
            other => self.wrong_type(key, "a string", other),
        }
    }

    /// The text of a string that says something.
    pub(super) fn sentence(&mut self, key: &str, value: &Value<'_>) -> Option<String> {
        let text = self.string(key, value)?;
        if text.trim().is_empty() {
            self.refuse(span_of(value), format!("`{key}` is empty"));
            return None;
        }
        Some(text.to_owned())
    }

    /// A truth value.
    pub(super) fn boolean(&mut self, key: &str, value: &Value<'_>) -> Option<bool> {
        match value {
            Value::BooleanLit(literal) => Some(literal.value),
            other => self.wrong_type(key, "a bool", other),
        }
    }

    /// A whole number.
    pub(super) fn integer(&mut self, key: &str, value: &Value<'_>) -> Option<i64> {
        let Value::NumberLit(literal) = value else { return self.wrong_type(key, "a whole number", value) };
        let number = literal.value.parse().ok();
        if number.is_none() {
            let message = format!("`{key}` takes a whole number of 64 bits, found {}", quoted(literal.value));
            self.refuse(span_of(value), message);
        }
        number
    }

    /// The elements of an array.
    pub(super) fn array<'v, 't>(&mut self, key: &str, value: &'v Value<'t>) -> Option<&'v [Value<'t>]> {
        match value {
            Value::Array(array) => Some(&array.elements),
            other => self.wrong_type(key, "an array", other),
        }
    }

    /// An array of strings, those that are none left out.
    pub(super) fn strings<'v>(&mut self, key: &str, value: &'v Value<'_>) -> Option<Vec<(&'v str, Span)>> {
        let elements = self.array(key, value)?;
        Some(elements.iter().filter_map(|element| Some((self.string(key, element)?, span_of(element)))).collect())
    }

    /// An object with any keys.
    pub(super) fn map<'v, 't>(&mut self, key: &str, value: &'v Value<'t>) -> Option<&'v Object<'t>> {
        match value {
            Value::Object(object) => Some(object),
            other => self.wrong_type(key, "an object", other),
        }
    }

    /// An object of a kind; unknown, repeated and missing keys are reported, the latter at its opening brace.
    pub(super) fn object<'v, 't>(&mut self, kind: &Kind, value: &'v Value<'t>) -> Option<Keyed<'v, 't>> {
        let start = span_of(value).start;
        self.object_of(kind, value, Span::new(start, start.saturating_add(1)), Extent::Whole)
    }

    /// The same, with missing keys reported at `owner`, if it has to have them.
    pub(super) fn object_of<'v, 't>(
        &mut self,
        kind: &Kind,
        value: &'v Value<'t>,
        owner: Span,
        extent: Extent,
    ) -> Option<Keyed<'v, 't>> {
        let Value::Object(object) = value else {
            self.shape(span_of(value), format!("{} is an object, found {}", kind.title, describe(value)));
            return None;
        };
        let mut properties: Vec<&ObjectProp<'_>> = Vec::new();
        let mut unknown: Vec<&ObjectProp<'_>> = Vec::new();
        for property in &object.properties {
            let name = property.name.as_str();
            if let Some(first) = properties.iter().find(|earlier| earlier.name.as_str() == name) {
                self.repeated(name, name_span(property), name_span(first));
            } else if kind.keys.iter().any(|key| key.name == name) {
                properties.push(property);
            } else {
                unknown.push(property);
            }
        }
        let is_missing = |key: &&Key| {
            let is_there = properties.iter().any(|property| property.name.as_str() == key.name);
            key.required && extent == Extent::Whole && !is_there
        };
        let mut missing: Vec<&str> = kind.keys.iter().filter(is_missing).map(|key| key.name).collect();
        for property in unknown {
            self.unknown_key(kind, property, &mut missing);
        }
        for key in missing {
            self.shape(owner, format!("{} needs the key `{key}`", kind.title));
        }
        Some(Keyed { properties })
    }

    /// Reports a name that is there twice (`T703`).
    pub(super) fn repeated(&mut self, name: &str, span: Span, first: Span) {
        self.report(|| {
            let message = format!("{} is there twice", quoted(name));
            Diagnostic::new(Code::CatalogDuplicate, span, message).label(first, "first here")
        });
    }

    /// Reports a key that the kind does not have; where it looks like a missing one, that one is meant and is no
    /// longer missing.
    fn unknown_key(&mut self, kind: &Kind, property: &ObjectProp<'_>, missing: &mut Vec<&'static str>) {
        let name = property.name.as_str();
        let meant = missing.iter().position(|key| distance(name, key, key.len().div_ceil(2)).is_some());
        let meant = meant.map(|place| missing.remove(place));
        let span = name_span(property);
        self.report(|| {
            let known: Vec<&str> = kind.keys.iter().map(|key| key.name).collect();
            let message = format!("{} has no key {}", kind.title, quoted(name));
            let near = meant.or_else(|| nearest(name, known.iter().copied()));
            instead(Diagnostic::new(Code::CatalogShape, span, message), near, &format!("known are {}", listed(&known)))
        });
    }

    fn wrong_type<T>(&mut self, key: &str, expected: &str, found: &Value<'_>) -> Option<T> {
        self.shape(span_of(found), format!("`{key}` takes {expected}, found {}", describe(found)));
        None
    }
}

/// Words in backticks, separated by commas.
fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The properties of an object whose keys were checked.
pub(super) struct Keyed<'v, 't> {
    properties: Vec<&'v ObjectProp<'t>>,
}

impl<'v, 't> Keyed<'v, 't> {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&'v Value<'t>> {
        self.properties.iter().find(|property| property.name.as_str() == key).map(|property| &property.value)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_field, check_file, fix};

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let problems = check_field(r#""type": "int", «"alowed"»: {}"#, &["T702 a field has no key `alowed`"]);
        assert_eq!(fix(&problems), ("write `allowed`", "\"allowed\""));
        let problems = check_field(r#""type": "int", «"xyz"»: 1"#, &["T702 a field has no key `xyz`"]);
        assert!(problems[0].notes[0].starts_with("known are `type`"));
    }

    #[test]
    fn a_misspelled_key_is_not_missing_too() {
        let problems =
            check(r#""a": { "type": "int", «"fase"»: "log", "doc": "A." }"#, &["T702 a field has no key `fase`"]);
        assert_eq!(fix(&problems), ("write `phase`", "\"phase\""));
    }

    #[test]
    fn a_missing_key_is_reported_at_the_field() {
        check(
            r#"«««"a"»»»: {}"#,
            &[
                "T702 a field needs the key `type`",
                "T702 a field needs the key `phase`",
                "T702 a field needs the key `doc`",
            ],
        );
        check_file(r#"«{» "format": 1, "name": "t" }"#, &["T702 a catalog needs the key `fields`"]);
        check_file(
            r#"«««{»»»}"#,
            &[
                "T702 a catalog needs the key `format`",
                "T702 a catalog needs the key `name`",
                "T702 a catalog needs the key `fields`",
            ],
        );
    }

    #[test]
    fn a_wrong_json_type_says_what_was_expected_and_found() {
        check_file("«[]»", &["T702 a catalog is an object, found an array"]);
        check(r#""a": «7»"#, &["T702 a field is an object, found a number"]);
        check_field(r#""type": «7»"#, &["T702 `type` takes a string, found a number"]);
        check_field(r#""type": "int", "monotone": «"yes"»"#, &["T702 `monotone` takes a bool, found a string"]);
        check_field(r#""type": "int", "spans": «"x"»"#, &["T702 `spans` takes an array, found a string"]);
        check_field(r#""type": "int", "spans": ["x", «null»]"#, &["T702 `spans` takes a string, found null"]);
        check_field(r#""type": "int", "range": [«true», 2]"#, &["T702 `range` takes a whole number, found a bool"]);
        check_file(
            r#"{ "format": 1, "name": "t", "fields": «[]» }"#,
            &["T702 `fields` takes an object, found an array"],
        );
    }

    #[test]
    fn a_key_twice_points_at_the_first() {
        let problems = check_field(r#""type": "int", «"type"»: "int""#, &["T703 `type` is there twice"]);
        assert_eq!(problems[0].labels[0].message, "first here");
    }

    #[test]
    fn every_problem_is_reported_at_once() {
        check(
            r#""a": { "type": «"it"», "phase": «"lag"», "doc": «" "», «"nots"»: 1 },
               «"1b"»: { "type": "int", "phase": "log", "doc": "B.", "unit": «"s "», "sensitive": «0» }"#,
            &[
                "T705 `it` is not a type",
                "T705 `lag` is not a phase",
                "T705 `doc` is empty",
                "T702 a field has no key `nots`",
                "T705 `1b` is no field name",
                "T705 `s ` is not a unit",
                "T702 `sensitive` takes a bool, found a number",
            ],
        );
    }

    #[test]
    fn the_number_of_problems_is_limited() {
        let fields: Vec<String> = (0..150).map(|n| format!(r#""a{n}": 1"#)).collect();
        let text = format!(r#"{{ "format": 1, "name": "t", "fields": {{ {} }} }}"#, fields.join(","));
        let problems = crate::catalog::Catalog::from_json(&text).unwrap_err();
        assert_eq!(problems.len(), 101);
        assert_eq!(problems[100].message, "50 more problems are not shown");
    }

    #[test]
    fn long_names_are_shortened_in_messages() {
        let name = "é".repeat(1_000);
        let problems = check(
            &format!(r#"«"{name}"»: {{ "type": "int", "phase": "log", "doc": "A." }}"#),
            &[&format!("T705 `{}…` is no field name", "é".repeat(80))],
        );
        assert_eq!(problems.len(), 1);
    }
}
