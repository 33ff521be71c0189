//! One field of a file.

use std::collections::HashMap;

use jsonc_parser::ast::{ObjectProp, Value};

use super::kinds;
use super::reader::{Extent, Keyed, Reader, instead, name_span, quoted, span_of};
use super::values::List;
use crate::catalog::{AbsentWhere, Field, Presence, Separator, Shape};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::nearest::nearest;
use crate::phase::Phase;
use crate::span::Span;
use crate::ty::Ty;

/// What the fields of a file have in common.
pub(super) struct Context<'c> {
    /// The name of the catalog.
    pub(super) catalog: &'c str,
    /// Its named lists of values.
    pub(super) lists: &'c HashMap<String, List>,
}

/// Where a file says what has to be compared with other fields.
pub(super) struct Record {
    /// The name of the field.
    pub(super) name: Span,
    /// Its aliases, in order; none where the file inherits them.
    pub(super) aliases: Option<Vec<Span>>,
    /// What replaces it.
    pub(super) replacements: Vec<(String, Span)>,
    /// The field that tells of its absence.
    pub(super) witness: Option<(String, Span)>,
}

/// The longest name, in bytes.
const MAX_NAME: usize = 255;

/// Whether rules can write a name: segments joined by `.`, the first starting with a letter or `_`, hyphens inside
/// later segments only.
pub(super) fn is_name(name: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let mut segments = name.split('.');
    let first = segments.next().unwrap_or_default();
    name.len() <= MAX_NAME
        && word(first)
        && !first.starts_with(|c: char| c.is_ascii_digit())
        && segments.all(|segment| segment.split('-').all(word))
}

/// A field about which nothing is known but its name.
fn blank(name: &str, is_family: bool, source: &str) -> Field {
    let family = Shape::Family {
        many: false,
        key_pattern: "[^.]+".to_owned(),
        case_insensitive: false,
        separator: Separator::AsWritten,
        known_keys: Vec::new(),
    };
    let shape = if is_family { family } else { Shape::One };
    Field { shape, phase: Phase::Log, source: source.to_owned(), ..Field::bare(name, Ty::String) }
}

/// How a file spells a type.
enum Declared {
    One(Ty),
    Many(Ty),
    Opaque,
}

fn declared(text: &str) -> Option<Declared> {
    match text.strip_suffix("[]") {
        Some(element) => element.parse().ok().map(Declared::Many),
        None if text == "opaque" => Some(Declared::Opaque),
        None => text.parse().ok().map(Declared::One),
    }
}

/// What the language calls a type of other languages.
fn other_name(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "integer" | "long" | "i64" | "int64" => Some("int"),
        "double" | "number" | "f64" => Some("float"),
        "text" | "str" | "enum" => Some("string"),
        "boolean" => Some("bool"),
        "address" | "ipaddr" | "ipaddress" => Some("ip"),
        "cidr" | "ipcidr" | "subnet" => Some("network"),
        "time" | "timespan" => Some("duration"),
        _ => None,
    }
}

impl Reader {
    /// The field of one property, based on the field of that name which the file extends.
    pub(super) fn record(
        &mut self,
        property: &ObjectProp<'_>,
        base: Option<&Field>,
        extent: Extent,
        context: &Context<'_>,
    ) -> (Field, Record) {
        let owner = name_span(property);
        let written = property.name.as_str();
        let (name, is_family) = written.strip_suffix(".*").map_or((written, false), |name| (name, true));
        self.name(written, owner);
        let mut field = base.cloned().unwrap_or_else(|| blank(name, is_family, context.catalog));
        let mut record = Record { name: owner, aliases: None, replacements: Vec::new(), witness: None };
        if let Some(keyed) = self.object_of(&kinds::FIELD, &property.value, owner, extent) {
            let ty = self.field_type(&keyed, &mut field, owner, extent);
            self.family_keys(&keyed, &mut field, owner, extent);
            if let Some(ty) = ty {
                self.unit(&keyed, &mut field, owner, ty);
                self.range(&keyed, &mut field, ty);
                self.allowed(&keyed, &mut field, ty, context);
                self.examples(&keyed, &mut field, ty);
            }
            self.moment(&keyed, &mut field, ty);
            self.prose(&keyed, &mut field);
            self.absent_where(&keyed, &mut field, &mut record);
            self.aliases(&keyed, &mut field, &mut record);
            self.deprecation(&keyed, &mut field, &mut record);
        }
        (field, record)
    }

    /// Reports text that rules cannot write as a name; families end in `.*`.
    pub(super) fn name(&mut self, written: &str, span: Span) {
        if !is_name(written.strip_suffix(".*").unwrap_or(written)) {
            self.report(|| {
                let message = format!("{} is no field name", quoted(written));
                Diagnostic::new(Code::CatalogValue, span, message).note(
                    "a name has segments of letters, digits and `_` joined by `.`, the first starting with a letter or \
                     `_`; later ones may have `-` between two words; the name of a family ends in `.*`",
                )
            });
        }
    }

    /// The type and the shape; none where the type is not known, so that nothing is checked against it.
    fn field_type(&mut self, keyed: &Keyed<'_, '_>, field: &mut Field, owner: Span, extent: Extent) -> Option<Ty> {
        let Some(value) = keyed.get("type") else { return (extent == Extent::Change).then_some(field.ty) };
        let text = self.string("type", value)?;
        let Some(declared) = declared(text) else {
            self.unknown_type(text, span_of(value));
            return None;
        };
        let (ty, shape) = match declared {
            Declared::Opaque => (Ty::String, Shape::Opaque),
            Declared::One(ty) => (ty, Shape::One),
            Declared::Many(ty) => (ty, Shape::Many),
        };
        match (&mut field.shape, shape) {
            (Shape::Family { .. }, Shape::Opaque) => {
                self.refuse(span_of(value), "a family holds values of a type that rules can test");
            }
            (Shape::Family { many, .. }, shape) => *many = shape == Shape::Many,
            (old, new) => *old = new,
        }
        if field.shape == Shape::Opaque && field.note.is_none() && keyed.get("note").is_none() {
            self.shape(owner, "an opaque field needs the key `note`, which says what to test instead");
        }
        if field.ty != ty {
            field.unit = None;
            field.range = None;
            field.allowed = None;
            field.examples = Vec::new();
            field.ty = ty;
        }
        Some(ty)
    }

    fn unknown_type(&mut self, text: &str, span: Span) {
        self.report(|| {
            let problem = Diagnostic::new(Code::CatalogValue, span, format!("{} is not a type", quoted(text)));
            let (element, list) = text.strip_suffix("[]").map_or((text, ""), |element| (element, "[]"));
            let known = Ty::ALL.iter().map(|ty| ty.as_str());
            let near = other_name(element).or_else(|| nearest(element, known)).map(|near| format!("{near}{list}"));
            instead(
                problem,
                near.as_deref(),
                "types are `bool`, `int`, `float`, `string`, `ip`, `network`, `duration` and `size`, several values of one \
                 type such as `string[]`, and `opaque` for what rules cannot test",
            )
        });
    }

    /// When the field is known, and whether it then is there.
    fn moment(&mut self, keyed: &Keyed<'_, '_>, field: &mut Field, ty: Option<Ty>) {
        if let Some(value) = keyed.get("phase")
            && let Some(text) = self.string("phase", value)
        {
            match text.parse() {
                Ok(phase) => field.phase = phase,
                Err(_) => {
                    let known: Vec<&str> = Phase::ALL.iter().map(|phase| phase.as_str()).collect();
                    self.unknown_word(span_of(value), format!("{} is not a phase", quoted(text)), text, &known);
                }
            }
        }
        if let Some(value) = keyed.get("presence")
            && let Some(text) = self.string("presence", value)
        {
            match text {
                "always" => field.presence = Presence::Always,
                "optional" => field.presence = Presence::Optional,
                _ => {
                    let message = format!("{} is not a presence", quoted(text));
                    self.unknown_word(span_of(value), message, text, &["always", "optional"]);
                }
            }
        }
        if let Some(value) = keyed.get("monotone")
            && let Some(monotone) = self.boolean("monotone", value)
        {
            let grows = ty.is_none_or(|ty| matches!(ty, Ty::Int | Ty::Float | Ty::Duration | Ty::Size));
            if monotone && !grows {
                self.refuse(span_of(value), "only a number, a duration or a size can grow");
            }
            field.monotone = monotone;
        }
    }

    /// What a person reads, and what a host needs to know.
    fn prose(&mut self, keyed: &Keyed<'_, '_>, field: &mut Field) {
        if let Some(doc) = keyed.get("doc").and_then(|value| self.sentence("doc", value)) {
            field.doc = doc;
        }
        if let Some(note) = keyed.get("note").and_then(|value| self.sentence("note", value)) {
            field.note = Some(note);
        }
        if let Some(absence) = keyed.get("absence").and_then(|value| self.sentence("absence", value)) {
            field.absence = Some(absence);
        }
        if let Some(source) = keyed.get("source").and_then(|value| self.sentence("source", value)) {
            field.source = source;
        }
        if let Some(sensitive) = keyed.get("sensitive").and_then(|value| self.boolean("sensitive", value)) {
            field.sensitive = sensitive;
        }
        if let Some(spans) = keyed.get("spans").and_then(|value| self.strings("spans", value)) {
            field.spans = spans.into_iter().map(|(span, _)| span.to_owned()).collect();
        }
        if let Some(value) = keyed.get("since") {
            field.since = self.version(value).or(field.since.take());
        }
    }

    /// What another field says of requests that lack this one.
    fn absent_where(&mut self, keyed: &Keyed<'_, '_>, field: &mut Field, record: &mut Record) {
        let Some(value) = keyed.get("absent_where") else { return };
        let Some(entry) = self.object(&kinds::ABSENT_WHERE, value) else { return };
        let values = entry.get("is").and_then(|values| self.strings("is", values)).unwrap_or_default();
        let values: Vec<String> = values.into_iter().map(|(value, _)| value.to_owned()).collect();
        let Some(written) = entry.get("field") else { return };
        let Some(name) = self.string("field", written) else { return };
        record.witness = Some((name.to_owned(), span_of(written)));
        field.absent_where = Some(AbsentWhere { field: name.to_owned(), values });
    }

    /// A gateway version: numbers joined by `.`.
    fn version(&mut self, value: &Value<'_>) -> Option<String> {
        let text = self.string("since", value)?;
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !text.split('.').all(is_number) {
            self.refuse(span_of(value), format!("{} is not a version such as `3.14`", quoted(text)));
        }
        Some(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_field, fix};
    use super::*;

    #[test]
    fn a_name_is_what_rules_can_write() {
        for name in ["a", "_", "a.b", "a.3p.total_io", "a.x-tenant-id", "client_KA", "try_count"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", ".", "a.", ".a", "a..b", "3p", "x-a.b", "a.-b", "a.b-", "a.b--c", "a b", "ä", "a.*"] {
            assert!(!is_name(name), "{name}");
        }
        check(r#"«"a..b"»: { "type": "int", "phase": "log", "doc": "A." }"#, &["T705 `a..b` is no field name"]);
    }

    #[test]
    fn a_type_is_one_of_the_language() {
        let problems = check_field(r#""type": «"sting[]"»"#, &["T705 `sting[]` is not a type"]);
        assert_eq!(fix(&problems), ("write `string[]`", "\"string[]\""));
        let problems = check_field(r#""type": «"integer"»"#, &["T705 `integer` is not a type"]);
        assert_eq!(fix(&problems), ("write `int`", "\"int\""));
        check_field(r#""type": «"bytes32"»"#, &["T705 `bytes32` is not a type"]);
        check_field(r#""type": «"int[][]"»"#, &["T705 `int[][]` is not a type"]);
    }

    #[test]
    fn phase_presence_and_version_are_known_words() {
        let problems = check(
            r#""a": { "type": "int", "phase": «"request_header"», "doc": "A." }"#,
            &["T705 `request_header` is not a phase"],
        );
        assert_eq!(fix(&problems), ("write `request_headers`", "\"request_headers\""));
        check_field(r#""type": "int", "presence": «"never"»"#, &["T705 `never` is not a presence"]);
        check_field(r#""type": "int", "since": «"3.x"»"#, &["T705 `3.x` is not a version such as `3.14`"]);
    }

    #[test]
    fn only_amounts_grow() {
        check_field(r#""type": "string", "monotone": «true»"#, &["T705 only a number, a duration or a size can grow"]);
        check_field(r#""type": "size", "unit": "By", "monotone": true"#, &[]);
    }

    #[test]
    fn the_field_that_tells_of_absence_is_a_string() {
        let absent = |field: &str| format!(r#""type": "int", "absent_where": {{ "field": {field}, "is": ["http"] }}"#);
        check_field(&absent("«\"scheme\"»"), &["T704 `scheme` is no field of this catalog"]);
        check_field(&absent("«\"a.b\"»"), &["T704 `a.b` has no text to compare with"]);
        check_field(
            r#""type": "int", "absent_where": «{» "field": «"a"» }"#,
            &["T702 a description of absence needs the key `is`", "T704 `a` is no field of this catalog"],
        );
    }

    #[test]
    fn prose_says_something() {
        check_field(r#""type": "int", "note": «""»"#, &["T705 `note` is empty"]);
        check(r#""a": { "type": "int", "phase": "log", "doc": «"\n"» }"#, &["T705 `doc` is empty"]);
    }

    #[test]
    fn an_opaque_field_says_what_to_use_instead() {
        check(
            r#"«"a"»: { "type": "opaque", "phase": "log", "doc": "A." }"#,
            &["T702 an opaque field needs the key `note`, which says what to test instead"],
        );
        check_field(r#""type": "opaque", "note": "Test `b` instead.""#, &[]);
        check(
            r#""a.*": { "type": «"opaque"», "keys": { "pattern": "x" }, "phase": "log", "doc": "A.", "note": "N." }"#,
            &["T705 a family holds values of a type that rules can test"],
        );
    }
}
