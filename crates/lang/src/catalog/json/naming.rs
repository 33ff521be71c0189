//! Other names of a field: the keys of a family, aliases, replacements.

use std::collections::HashMap;

use jsonc_parser::ast::Value;

use super::kinds;
use super::reader::{Extent, Keyed, Reader, quoted, span_of};
use super::record::Record;
use crate::catalog::lookup::compile_key_pattern;
use crate::catalog::{Alias, Deprecation, Field, KnownKey, Separator, Shape};
use crate::prepared::Pattern;
use crate::span::Span;

impl Reader {
    /// What the keys of a family look like.
    pub(super) fn family_keys(&mut self, keyed: &Keyed<'_, '_>, field: &mut Field, owner: Span, extent: Extent) {
        let value = keyed.get("keys");
        let Shape::Family { many, .. } = field.shape else {
            if let Some(value) = value {
                self.shape(span_of(value), "only a family has `keys`, and its name ends in `.*`");
            }
            return;
        };
        let Some(value) = value else {
            if extent == Extent::Whole {
                self.shape(owner, "a family needs the key `keys`");
            }
            return;
        };
        let Some(keys) = self.object(&kinds::KEYS, value) else { return };
        let (key_pattern, pattern) = match keys.get("pattern").and_then(|value| self.key_pattern(value)) {
            Some((text, pattern)) => (text, Some(pattern)),
            None => (String::new(), None),
        };
        let case_insensitive =
            keys.get("ignore_case").and_then(|value| self.boolean("ignore_case", value)).unwrap_or(false);
        let separator = keys.get("separator").and_then(|value| self.separator(value));
        field.shape = Shape::Family {
            many,
            key_pattern,
            case_insensitive,
            separator: separator.unwrap_or(Separator::AsWritten),
            known_keys: Vec::new(),
        };
        let known_keys = keys.get("known").map(|value| self.known_keys(value, field, pattern.as_ref()));
        if let Shape::Family { known_keys: slot, .. } = &mut field.shape {
            *slot = known_keys.unwrap_or_default();
        }
    }

    fn key_pattern(&mut self, value: &Value<'_>) -> Option<(String, Pattern)> {
        let text = self.sentence("pattern", value)?;
        match compile_key_pattern(&text) {
            Ok(pattern) => Some((text, pattern)),
            Err(regex::Error::CompiledTooBig(_)) => {
                self.refuse(span_of(value), format!("the pattern {} is too large", quoted(&text)));
                None
            }
            Err(_) => {
                self.refuse(span_of(value), format!("{} is no regular expression", quoted(&text)));
                None
            }
        }
    }

    fn separator(&mut self, value: &Value<'_>) -> Option<Separator> {
        match self.string("separator", value)? {
            "-" => Some(Separator::Hyphen),
            "_" => Some(Separator::Underscore),
            other => {
                self.refuse(span_of(value), format!("`separator` is `-` or `_`, found {}", quoted(other)));
                None
            }
        }
    }

    /// Keys worth offering; each has to be spelled as rules find it.
    fn known_keys(&mut self, value: &Value<'_>, family: &Field, pattern: Option<&Pattern>) -> Vec<KnownKey> {
        let elements = self.array("known", value).unwrap_or_default();
        let mut known: Vec<KnownKey> = Vec::with_capacity(elements.len());
        let mut spans: HashMap<String, Span> = HashMap::new();
        for element in elements {
            let Some(entry) = self.object(&kinds::KNOWN_KEY, element) else { continue };
            let doc = entry.get("doc").and_then(|doc| self.sentence("doc", doc)).unwrap_or_default();
            let sensitive = entry.get("sensitive").and_then(|value| self.boolean("sensitive", value)).unwrap_or(false);
            let Some(written) = entry.get("key") else { continue };
            let Some(key) = self.string("key", written) else { continue };
            let span = span_of(written);
            if let Some(first) = spans.get(key) {
                self.repeated(key, span, *first);
            } else if pattern.is_some_and(|pattern| !pattern.is_match(key.as_bytes())) {
                self.refuse(span, format!("{} does not match the pattern of the keys", quoted(key)));
            } else if family.normalised_key(key) != key {
                let message =
                    format!("{} is spelled {} in this family", quoted(key), quoted(&family.normalised_key(key)));
                self.refuse(span, message);
            } else {
                spans.insert(key.to_owned(), span);
                known.push(KnownKey { key: key.to_owned(), doc, sensitive });
            }
        }
        known
    }

    /// Names of the same value in other vocabularies.
    pub(super) fn aliases(&mut self, keyed: &Keyed<'_, '_>, field: &mut Field, record: &mut Record) {
        let Some(value) = keyed.get("aliases") else { return };
        let Some(elements) = self.array("aliases", value) else { return };
        let mut aliases = Vec::with_capacity(elements.len());
        let mut spans = Vec::with_capacity(elements.len());
        let is_family = matches!(field.shape, Shape::Family { .. });
        for element in elements {
            let Some(entry) = self.object(&kinds::ALIAS, element) else { continue };
            let origin = entry.get("origin").and_then(|origin| self.sentence("origin", origin)).unwrap_or_default();
            let exact = entry.get("exact").and_then(|exact| self.boolean("exact", exact)).unwrap_or(true);
            let note = entry.get("note").and_then(|note| self.sentence("note", note));
            let Some(written) = entry.get("name") else { continue };
            let Some(name) = self.string("name", written) else { continue };
            self.name(name, span_of(written));
            let plain = name.strip_suffix(".*");
            if plain.is_some() != is_family {
                let message = "the aliases of a family, and only those, end in `.*`";
                self.refuse(span_of(written), message);
            }
            aliases.push(Alias { name: plain.unwrap_or(name).to_owned(), origin, exact, note });
            spans.push(span_of(written));
        }
        field.aliases = aliases;
        record.aliases = Some(spans);
    }

    /// Why a field is going away, and what to write instead.
    pub(super) fn deprecation(&mut self, keyed: &Keyed<'_, '_>, field: &mut Field, record: &mut Record) {
        let Some(value) = keyed.get("deprecated") else { return };
        let Some(entry) = self.object(&kinds::DEPRECATED, value) else { return };
        let note = entry.get("note").and_then(|note| self.sentence("note", note)).unwrap_or_default();
        let names = entry.get("replacement").and_then(|names| self.strings("replacement", names)).unwrap_or_default();
        record.replacements = names.iter().map(|(name, span)| ((*name).to_owned(), *span)).collect();
        let replacement = names.into_iter().map(|(name, _)| name.to_owned()).collect();
        field.deprecated = Some(Deprecation { replacement, note });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_family, check_field};

    #[test]
    fn a_family_has_keys_and_nothing_else_has() {
        check(r#"«"a.*"»: { "type": "string", "phase": "log", "doc": "A." }"#, &["T702 a family needs the key `keys`"]);
        check_field(
            r#""type": "int", "keys": «{ "pattern": "x" }»"#,
            &["T702 only a family has `keys`, and its name ends in `.*`"],
        );
        check_family(r#""keys": «{» "ignore_case": true }"#, &["T702 a description of keys needs the key `pattern`"]);
    }

    #[test]
    fn a_key_pattern_is_a_regular_expression() {
        check_family(r#""keys": { "pattern": «"[a-z"» }"#, &["T705 `[a-z` is no regular expression"]);
        check_family(r#""keys": { "pattern": «"a)(b"» }"#, &["T705 `a)(b` is no regular expression"]);
        check_family(r#""keys": { "pattern": «"(?x)a#"» }"#, &["T705 `(?x)a#` is no regular expression"]);
        check_family(r#""keys": { "pattern": «"\\w{9999}"» }"#, &["T705 the pattern `\\w{9999}` is too large"]);
        check_family(
            r#""keys": { "pattern": "x", "separator": «"+"» }"#,
            &["T705 `separator` is `-` or `_`, found `+`"],
        );
    }

    #[test]
    fn a_known_key_is_spelled_as_rules_find_it() {
        let keys = |known: &str| {
            format!(
                r#""keys": {{ "pattern": "[A-Za-z_-]+", "ignore_case": true, "separator": "-", "known": [{known}] }}"#
            )
        };
        check_family(&keys(r#"{ "key": «"X_Foo"», "doc": "D" }"#), &["T705 `X_Foo` is spelled `x-foo` in this family"]);
        check_family(
            &keys(r#"{ "key": «"a b"», "doc": "D" }"#),
            &["T705 `a b` does not match the pattern of the keys"],
        );
        check_family(
            &keys(r#"{ "key": "a", "doc": "D" }, { "key": «"a"», "doc": "D" }"#),
            &["T703 `a` is there twice"],
        );
        check_family(&keys(r#"{ "key": "x-foo", "doc": "D", "sensitive": true }"#), &[]);
    }

    #[test]
    fn an_alias_is_of_the_same_kind_as_its_field() {
        check_field(
            r#""type": "int", "aliases": [{ "name": «"x.*"», "origin": "o" }]"#,
            &["T705 the aliases of a family, and only those, end in `.*`"],
        );
        check_family(
            r#""keys": { "pattern": "x" }, "aliases": [{ "name": «"x"», "origin": "o" }]"#,
            &["T705 the aliases of a family, and only those, end in `.*`"],
        );
        check_field(
            r#""type": "int", "aliases": [{ "name": «"x y"», "origin": "o" }]"#,
            &["T705 `x y` is no field name"],
        );
    }
}
