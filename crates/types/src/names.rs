//! What a name stands for: a variable, a `let` or a field.

use tamis_lang::catalog::{Alias, Field, FieldId, Presence, Resolution, Shape, Via};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix, Severity};
use tamis_lang::nearest::nearest;
use tamis_lang::span::Span;
use tamis_syntax::tree::{Key, NodeId, NodeKind};

use crate::builder::TooLarge;
use crate::check::Checker;
use crate::hir::{FieldUse, VariableId};
use crate::meaning::{Meaning, Place, Scale, Term};
use crate::prose::{list, quote};

impl<'a> Checker<'a> {
    pub(crate) fn path(&mut self, id: NodeId, name: Span, key: Option<&Key>) -> Meaning {
        if key.is_none() {
            if let Some(quantifier) = self.scopes.quantifier_of(id) {
                return self.variable(quantifier);
            }
            if let Some(meaning) = self.defined(id, name.slice(self.text)) {
                return meaning;
            }
        }
        let catalog = self.catalog;
        match catalog.resolve(name.slice(self.text), key.map(|key| key.text.as_str())) {
            Resolution::Field { id: field_id, field, key, via } => self.field(id, (field_id, field), key, via),
            Resolution::Unknown => {
                self.item.unknown.push(id);
                Meaning::Unknown
            }
            Resolution::FamilyWithoutKey(family) => {
                self.error(|checker| checker.family_without_key(id, family));
                Meaning::Hole
            }
            Resolution::BadKey { id: family, key } => {
                // To atc-router a wildcard stands for any one segment.
                let severity = if key.contains('.') { Severity::Error } else { self.unless_atc() };
                self.report(severity, |checker| Diagnostic { severity, ..checker.bad_key(id, family, &key) });
                match catalog.field(family).filter(|_| severity != Severity::Error) {
                    Some(record) => {
                        let key = record.normalised_key(&key).into_owned();
                        self.field(id, (family, record), Some(key), Via::Name)
                    }
                    None => Meaning::Hole,
                }
            }
            Resolution::NotAFamily(field) => {
                self.error(|checker| checker.not_a_family(id, name, field));
                // What it is without the key is known, so the rest of the rule is checked with that.
                match catalog.field(field) {
                    Some(record) => self.field(id, (field, record), None, Via::Name),
                    None => Meaning::Hole,
                }
            }
        }
    }

    /// The variable of a quantifier: one value of its source.
    fn variable(&mut self, quantifier: NodeId) -> Meaning {
        let NodeKind::Quantified { source, .. } = self.tree.kind(quantifier) else { return Meaning::Hole };
        let depth = self.scopes.scope(quantifier).map_or(0, |scope| scope.depth);
        match self.meaning(*source) {
            // Of another source it is said that it has no values to run over.
            Meaning::Value(term) if matches!(term.place, Place::Field(_)) && term.mode.is_none() => {
                let place = Place::Variable(VariableId(depth));
                Meaning::Value(Term { place, many: false, optional: false, mode: None, ..term })
            }
            _ => self.hole(),
        }
    }

    /// What a `let` stands for, copied to its use.
    fn defined(&mut self, id: NodeId, name: &str) -> Option<Meaning> {
        if self.names.is_empty() {
            return None;
        }
        let here = self.item.place;
        let definition = self.names.get_mut(name)?;
        definition.used = true;
        if !definition.is_let {
            let place = definition.name;
            self.error(|checker| {
                let message = format!("{} is a rule; only names that `let` defines can be used", checker.quote(id));
                Diagnostic::new(Code::UnknownField, checker.span(id), message).label(place, "the rule")
            });
            return Some(Meaning::Hole);
        }
        if definition.place >= here {
            let (place, itself) = (definition.name, definition.place == here);
            self.error(|checker| {
                let text = checker.quote(id);
                let message = if itself {
                    format!("{text} is used in its own definition")
                } else {
                    format!("{text} is used before it is defined; move its `let` up")
                };
                Diagnostic::new(Code::UsedBeforeDefined, checker.span(id), message).label(place, "defined here")
            });
            return Some(Meaning::Hole);
        }
        let broken = definition.broken;
        let Some(fragment) = definition.value.as_ref() else { return Some(self.hole()) };
        self.item.broken |= broken;
        if matches!(fragment.root(), Meaning::Hole | Meaning::Unknown | Meaning::Broken) {
            return Some(self.hole());
        }
        let size = fragment.size();
        if size > self.budget {
            self.item.too_large = true;
            self.error(|checker| {
                let message = format!("the uses of {} and other `let`s make the text too large", checker.quote(id));
                Diagnostic::new(Code::TooManyConditions, checker.span(id), message)
                    .note("each use of a `let` counts as what it stands for")
            });
            return Some(Meaning::Hole);
        }
        let depth = self.scopes.depth_at(id);
        // Borrowed again beside the builder, which grows.
        let imported = self.item.builder.import(fragment, depth, self.limits);
        self.budget -= size;
        Some(match imported {
            Ok(meaning) => meaning,
            Err(TooLarge::Conditions) => {
                let span = self.span(id);
                self.too_many_conditions(span);
                self.hole()
            }
            Err(TooLarge::Quantifiers) => {
                self.quantifiers_too_deep(id);
                self.hole()
            }
        })
    }

    pub(crate) fn field(
        &mut self,
        id: NodeId,
        field: (FieldId, &'a Field),
        key: Option<String>,
        via: Via<'a>,
    ) -> Meaning {
        let (field_id, field) = field;
        if field.shape == Shape::Opaque {
            self.error(|checker| checker.opaque(id, field));
            return Meaning::Hole;
        }
        self.spelling(id, field, key.as_deref(), via);
        if let Some(decide_by) = self.options.decide_by.filter(|decide_by| field.phase > *decide_by) {
            self.error(|checker| {
                let (text, phase) = (checker.quote(id), field.phase);
                let message = format!("{text} is known from `{phase}` on, and the rule is decided at `{decide_by}`");
                Diagnostic::new(Code::LateField, checker.span(id), message)
                    .note("`tamis fields` says of each field from when on it is known")
            });
        }
        if let Some(deprecation) = &field.deprecated {
            self.warn(|checker| {
                let mut diagnostic = Diagnostic::new(
                    Code::DeprecatedField,
                    checker.span(id),
                    deprecated_message(&checker.quote(id), &deprecation.replacement),
                );
                if !deprecation.note.is_empty() {
                    diagnostic = diagnostic.note(deprecation.note.clone());
                }
                let fixes = deprecation.replacement.iter().filter(|name| {
                    matches!(checker.catalog.resolve(name, None), Resolution::Field { field: other, .. } if other.ty == field.ty && other.shape == field.shape)
                });
                diagnostic.fixes(fixes.map(|name| use_name(checker.span(id), name).suggestion()))
            });
        }
        let name = field.name_with(key.as_deref());
        let scale = field.unit.as_ref().and_then(|unit| unit.scale);
        let field_use = FieldUse {
            id: field_id,
            sensitive: field.is_sensitive(key.as_deref()),
            key,
            name,
            ty: field.ty,
            many: field.is_many(),
            optional: field.presence == Presence::Optional,
            phase: field.phase,
            monotone: field.monotone,
        };
        let field_use = self.item.builder.field(field_use);
        Meaning::Value(Term {
            place: Place::Field(field_use),
            ty: field.ty,
            field: Some(field_id),
            scale: scale.map(|(dimension, amount)| Scale { dimension, amount }),
            mode: None,
            many: field.is_many(),
            optional: field.presence == Presence::Optional,
            constant: false,
            depth: 1,
        })
    }

    /// A field under another name, or with its key in another spelling.
    fn spelling(&mut self, id: NodeId, field: &'a Field, key: Option<&str>, via: Via<'a>) {
        match via {
            Via::Name => {}
            Via::Alias(alias) => {
                let severity = if alias.exact { Severity::Hint } else { Severity::Warning };
                self.report(severity, |checker| checker.alias(id, field, key, alias));
            }
            Via::KeySpelling => {
                self.report(Severity::Hint, |checker| {
                    let name = field.name_with(key);
                    let message = format!("{} is written {}", checker.quote(id), quote(&name));
                    Diagnostic::new(Code::KeySpelling, checker.span(id), message).fix(use_name(checker.span(id), &name))
                });
            }
        }
    }

    fn alias(&self, id: NodeId, field: &Field, key: Option<&str>, alias: &Alias) -> Diagnostic {
        let name = field.name_with(key);
        let (text, name_text) = (self.quote(id), quote(&name));
        let fix = use_name(self.span(id), &name);
        let (code, message, fix) = if alias.exact {
            (Code::AliasUsed, format!("{text} is called {name_text} here"), fix)
        } else {
            let message = format!("{text} is read as {name_text}, which is not quite the same");
            (Code::InexactAlias, message, fix.suggestion())
        };
        let origin = format!("the name comes from {}", vocabulary(&alias.origin));
        let note = match &alias.note {
            Some(note) => format!("{origin}: {note}"),
            None => origin,
        };
        Diagnostic::new(code, self.span(id), message).note(note).fix(fix)
    }

    fn opaque(&self, id: NodeId, field: &Field) -> Diagnostic {
        let message = format!("{} is a structure that rules cannot test", self.quote(id));
        let diagnostic = Diagnostic::new(Code::NotFilterable, self.span(id), message);
        let diagnostic = if field.doc.is_empty() { diagnostic } else { diagnostic.note(field.doc.clone()) };
        match &field.note {
            Some(note) => diagnostic.note(note.clone()),
            None => diagnostic,
        }
    }

    fn family_without_key(&self, id: NodeId, family: FieldId) -> Diagnostic {
        let text = self.quote(id);
        let field = self.catalog.field(family);
        let known = field.map_or(&[][..], |field| match &field.shape {
            Shape::Family { known_keys, .. } => known_keys.as_slice(),
            Shape::One | Shape::Many | Shape::Opaque => &[],
        });
        let example = field.zip(known.first()).map(|(field, known)| field.name_with(Some(&known.key)));
        let message = match example {
            Some(example) => format!("{text} is a family of fields; name one, for example {}", quote(&example)),
            None => format!("{text} is a family of fields; name one by its key, `{}.…`", self.slice(id)),
        };
        Diagnostic::new(Code::FamilyWithoutKey, self.span(id), message)
    }

    fn bad_key(&self, id: NodeId, family: FieldId, key: &str) -> Diagnostic {
        let Some(field) = self.catalog.field(family) else {
            return Diagnostic::new(Code::UnknownKey, self.span(id), format!("{} has no such key", self.quote(id)));
        };
        let message = format!("{} is no key of {}", quote(key), quote(&field.name));
        let diagnostic = Diagnostic::new(Code::UnknownKey, self.span(id), message);
        let Shape::Family { key_pattern, known_keys, .. } = &field.shape else { return diagnostic };
        let near = nearest(key, known_keys.iter().map(|known| known.key.as_str()));
        let diagnostic = match in_words(key_pattern) {
            Some(words) => diagnostic.note(format!("a key consists of {words}")),
            None => diagnostic.note(format!("a key matches the regular expression `{key_pattern}`")),
        };
        match near {
            Some(near) => diagnostic.fix(use_name(self.span(id), &field.name_with(Some(near))).suggestion()),
            None => diagnostic,
        }
    }

    fn not_a_family(&self, id: NodeId, name: Span, field: FieldId) -> Diagnostic {
        let ty = self.catalog.field(field).map_or("a field", |field| field.ty.with_article());
        let message = format!("{} is {ty} and has no keys", quote(name.slice(self.text)));
        let span = Span::new(name.end, self.span(id).end);
        Diagnostic::new(Code::UnknownKey, span, message).fix(Fix::delete("remove the key", span).suggestion())
    }
}

pub(crate) fn use_name(span: Span, name: &str) -> Fix {
    Fix::replace(format!("use {}", quote(name)), span, name)
}

fn deprecated_message(name: &str, replacement: &[String]) -> String {
    if replacement.is_empty() {
        return format!("{name} is deprecated");
    }
    let names: Vec<String> = replacement.iter().map(|name| quote(name)).collect();
    format!("{name} is deprecated; use {}", list(names.iter().map(String::as_str), "or"))
}

/// What the pattern of a key allows, in words, where it is as simple as most are: `[0-9a-z_-]+` is digits, small
/// letters, `_` and `-`; `[0-9]+(_[0-9]+)?` is digits, and perhaps `_` and digits behind them.
fn in_words(pattern: &str) -> Option<String> {
    let Some((first, rest)) = pattern.strip_suffix(")?").and_then(|pattern| pattern.split_once('(')) else {
        return characters(pattern);
    };
    let sign = rest.chars().next().filter(|sign| matches!(sign, '_' | '-' | ':' | '/'))?;
    let (first, second) = (characters(first)?, characters(rest.get(1..)?)?);
    Some(format!("{first}, and perhaps `{sign}` and {second} behind them"))
}

/// The characters of a class.
fn characters(pattern: &str) -> Option<String> {
    let mut rest = pattern.strip_prefix('[')?.strip_suffix("]+").filter(|class| !class.starts_with('^'))?;
    let (mut groups, mut signs) = (Vec::new(), Vec::new());
    while let Some(first) = rest.chars().next() {
        let group = match rest.get(..3) {
            Some("0-9") => Some("digits"),
            Some("a-z") => Some("small letters"),
            Some("A-Z") => Some("capital letters"),
            _ => None,
        };
        let is_sign = first.is_ascii_punctuation() && !matches!(first, '\\' | '[' | ']');
        let len = match group {
            Some(group) => {
                groups.push(group.to_owned());
                3
            }
            None if first == '`' => {
                signs.push("a backtick".to_owned());
                1
            }
            None if is_sign => {
                signs.push(format!("`{first}`"));
                1
            }
            None => return None,
        };
        rest = rest.get(len..)?;
    }
    groups.append(&mut signs);
    Some(list(groups.iter().map(String::as_str), "and"))
}

/// The vocabulary of an alias, for a sentence.
fn vocabulary(origin: &str) -> String {
    if origin.is_empty() { "another vocabulary".to_owned() } else { origin.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_patterns_have_words() {
        assert_eq!(in_words("[0-9a-z_.-]+").as_deref(), Some("digits, small letters, `_`, `.` and `-`"));
        assert_eq!(in_words("[0-9]+(_[0-9]+)?").as_deref(), Some("digits, and perhaps `_` and digits behind them"));
        assert_eq!(in_words("[a]+"), None);
        assert_eq!(in_words("[^0-9]+"), None, "the opposite of what stands there");
        assert_eq!(in_words("(?s).+"), None);
    }
}
