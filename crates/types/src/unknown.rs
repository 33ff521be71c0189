//! Names that stand for nothing: what was probably meant.

use tamis_lang::builtin::{self, BuiltinId, Operand, Power};
use tamis_lang::catalog::{Field, Resolution, Suggestion};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix};
use tamis_lang::nearest::nearest;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_syntax::tree::{NodeId, NodeKind};

use crate::check::{Checker, Definition, constant_of};
use crate::comparison::takes;
use crate::convert::convert;
use crate::meaning::{Meaning, Scale, Term};
use crate::names::use_name;
use crate::prose::{list, quote};

/// How many names a message proposes, and how many are looked at for that.
const SUGGESTIONS: usize = 3;
const CANDIDATES: usize = 8;

impl<'a> Checker<'a> {
    /// Reports the names of the item that stand for nothing.
    pub(crate) fn unknown_names(&mut self) {
        for id in std::mem::take(&mut self.item.unknown) {
            // Where the parser had something to say of the very name, that was it.
            let is_told = self.sink.is_misread(self.span(id));
            self.item.broken = true;
            if matches!(self.meaning(id), Meaning::Unknown) && !is_told {
                self.error(|checker| checker.unknown_name(id));
            }
        }
    }

    fn unknown_name(&self, id: NodeId) -> Diagnostic {
        let NodeKind::Path { name, key } = self.tree.kind(id) else {
            return Diagnostic::new(Code::UnknownField, self.span(id), "unknown field");
        };
        let name = name.slice(self.text);
        let quoted = self.quote(id);
        // Of a name of one or two letters every other one is near.
        let usable = |definition: &Definition| definition.is_let && definition.place < self.item.place;
        let defined = self.names.iter().filter(|(_, definition)| usable(definition));
        let mut defined: Vec<(usize, &str)> = defined.map(|(name, definition)| (definition.place, *name)).collect();
        defined.sort_unstable();
        self.asked_for_names.set(true);
        let near = nearest(name, defined.iter().map(|(_, name)| *name));
        if let Some(near) = near.filter(|_| name.len() > 2) {
            let message = format!("{quoted} is not a known name; did you mean {}?", quote(near));
            return Diagnostic::new(Code::UnknownField, self.span(id), message)
                .fix(use_name(self.span(id), near).suggestion());
        }
        let suggestions = self.suggestions(id, name);
        let written = |name: &str| match key {
            Some(key) => format!("{name}{}", key.span.slice(self.text)),
            None => name.to_owned(),
        };
        let names: Vec<String> = suggestions.iter().map(|suggestion| quote(&written(&suggestion.name))).collect();
        let words = || list(names.iter().map(String::as_str), "or");
        let is_word = !name.contains('.') && key.is_none();
        if is_word && names.len() > 1 {
            let message = format!("{quoted} may mean {}", words());
            let notes = suggestions.iter().map(|s| format!("{}: {}", quote(&s.name), s.doc));
            let diagnostic = Diagnostic::new(Code::AmbiguousField, self.span(id), message)
                .fixes(suggestions.iter().map(|s| use_name(self.span(id), &s.name).suggestion()));
            return notes.fold(diagnostic, Diagnostic::note);
        }
        let message = match names.len() {
            0 => format!("{quoted} is not a known field"),
            _ => format!("{quoted} is not a known field; did you mean {}?", words()),
        };
        let fixes = suggestions.iter().map(|suggestion| {
            let fix = use_name(self.span(id), &written(&suggestion.name));
            let certain = suggestions.len() == 1 && suggestion.name.eq_ignore_ascii_case(name);
            if certain { fix } else { fix.suggestion() }
        });
        let diagnostic = Diagnostic::new(Code::UnknownField, self.span(id), message).fixes(fixes);
        if builtin::by_function_name(name).is_some() {
            return diagnostic.note(format!("{quoted} is a function; it is called with parentheses"));
        }
        match suggestions.is_empty() && is_word {
            true => diagnostic.note(format!("a text stands in quotes: `\"{name}\"`")),
            false => diagnostic,
        }
    }

    /// The fields that were probably meant: those that fit where the name stands, if there are any.
    fn suggestions(&self, id: NodeId, name: &str) -> Vec<Suggestion> {
        let mut suggestions = self.search(name, CANDIDATES);
        let parent = self.around(id);
        let fits = |suggestion: &Suggestion| self.fits((id, parent), &suggestion.name);
        if suggestions.iter().any(fits) {
            suggestions.retain(fits);
        }
        // A bare word seldom means a field with several values where others fit.
        let is_one = |suggestion: &Suggestion| {
            let resolution = self.catalog.resolve(&suggestion.name, None);
            matches!(resolution, Resolution::Field { field, .. } if !field.is_many())
        };
        if !name.contains('.') && suggestions.iter().filter(|suggestion| is_one(suggestion)).count() > 1 {
            suggestions.retain(is_one);
        }
        suggestions.truncate(SUGGESTIONS);
        suggestions
    }

    /// The fields with the most similar names, for the first unknown names of a text.
    fn search(&self, name: &str, limit: usize) -> Vec<Suggestion> {
        let Some(left) = self.searches.get().checked_sub(1) else { return Vec::new() };
        self.searches.set(left);
        self.catalog.suggest(name, limit)
    }

    /// Whether a field could stand where a name stands within another node.
    fn fits(&self, (id, parent): (NodeId, Option<NodeId>), name: &str) -> bool {
        let Resolution::Field { field, .. } = self.catalog.resolve(name, None) else { return true };
        let Some(parent) = parent else { return field.ty == Ty::Bool };
        match self.tree.kind(parent) {
            NodeKind::Infix { op, left, right, .. } if op.get().power() == Some(Power::Compare) => {
                let other = if self.tree.without_groups(*left) == id { *right } else { *left };
                self.fits_beside(*op, field, other)
            }
            NodeKind::Chain { .. } => field.ty == Ty::Bool,
            _ => true,
        }
    }

    /// Whether an operator takes a field beside what stands on the other side.
    fn fits_beside(&self, op: BuiltinId, field: &Field, other: NodeId) -> bool {
        let scale = field.unit.as_ref().and_then(|unit| unit.scale);
        let scale = scale.map(|(dimension, amount)| Scale { dimension, amount });
        let literal = |constant: &Constant| {
            let ty = constant.ty();
            let networks = matches!((field.ty, ty), (Ty::Ip, Ty::Network));
            if let (Constant::Int(n), Ty::Int, Some((low, high))) = (constant, field.ty, field.range) {
                return (low..=high).contains(n);
            }
            ty == field.ty || networks || convert(constant, field.ty, scale).is_some()
        };
        let is_pattern = op.get().signatures.iter().any(|s| s.parameters.get(1) == Some(&Operand::Pattern));
        match self.meaning(other) {
            _ if is_pattern => field.ty == Ty::String,
            Meaning::Value(term) => match term.literal().and_then(|node| self.constant(node)) {
                Some(constant) => literal(constant) && (takes(op, field.ty, field.ty) || constant.ty() == Ty::Network),
                None => takes(op, field.ty, term.ty),
            },
            Meaning::Set(set) => {
                let first = self.tree.subtree(set).find_map(|node| constant_of(self.tree, node));
                first.is_none_or(literal)
            }
            Meaning::Hole | Meaning::Unknown | Meaning::Condition(_) | Meaning::Broken => true,
        }
    }

    /// The node around a node, parentheses left out; for messages, as it looks through the nodes behind it.
    fn around(&self, id: NodeId) -> Option<NodeId> {
        let behind = self.tree.ids().filter(|candidate| *candidate > id);
        let mut holders = behind.filter(|candidate| self.tree.node(*candidate).first <= id);
        holders.find(|candidate| !matches!(self.tree.kind(*candidate), NodeKind::Group(_)))
    }

    /// Names on one side of a comparison that were meant as texts: `http.request.method == GET`.
    pub(crate) fn unquoted_words(&mut self, left: NodeId, right: NodeId) {
        let (term, word) = match (self.meaning(left), self.meaning(right)) {
            (Meaning::Unknown, Meaning::Value(term)) => (term, left),
            (Meaning::Value(term), Meaning::Unknown) => (term, right),
            (Meaning::Unknown | Meaning::Hole, Meaning::Unknown) => return self.word_in_capitals(right),
            _ => return,
        };
        let word = self.tree.without_groups(word);
        let NodeKind::Path { name, key: None } = self.tree.kind(word) else { return };
        if term.constant {
            return;
        }
        let text = name.slice(self.text);
        let literal = match term.ty {
            Ty::String if !text.contains('.') || term.field.is_some() && !self.looks_like_a_field(text) => {
                format!("\"{text}\"")
            }
            Ty::Bool if text.eq_ignore_ascii_case("true") => "true".to_owned(),
            Ty::Bool if text.eq_ignore_ascii_case("false") => "false".to_owned(),
            _ => return,
        };
        let allowed = self.is_allowed(&term, text);
        if let Some(slot) = self.meanings.get_mut(word.index()) {
            *slot = Meaning::Hole;
        }
        self.error(|checker| {
            let fix = Fix::replace(format!("write `{literal}`"), checker.span(word), literal.clone());
            let certain = allowed || term.ty == Ty::Bool;
            let message = match term.ty {
                Ty::Bool => format!("{} is written `{literal}`", checker.quote(word)),
                _ => format!(
                    "{} is not a known field; a text stands in quotes: {}",
                    checker.quote(word),
                    quote(&literal)
                ),
            };
            Diagnostic::new(Code::UnquotedText, checker.span(word), message).fix(if certain {
                fix
            } else {
                fix.suggestion()
            })
        });
    }

    /// `POST` beside something that is not known itself: a text, since no field is written in capitals only.
    fn word_in_capitals(&mut self, word: NodeId) {
        let word = self.tree.without_groups(word);
        let NodeKind::Path { name, key: None } = self.tree.kind(word) else { return };
        let text = name.slice(self.text);
        if text.len() < 2 || !text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') {
            return;
        }
        if let Some(slot) = self.meanings.get_mut(word.index()) {
            *slot = Meaning::Hole;
        }
        self.error(|checker| {
            let literal = format!("\"{text}\"");
            let message = format!("{} is not a known field; a text stands in quotes: `{literal}`", checker.quote(word));
            let fix = Fix::replace(format!("write `{literal}`"), checker.span(word), literal);
            Diagnostic::new(Code::UnquotedText, checker.span(word), message).fix(fix.suggestion())
        });
    }

    /// Whether a dotted name has something in common with a field.
    fn looks_like_a_field(&self, name: &str) -> bool {
        !self.search(name, 1).is_empty()
    }

    fn is_allowed(&self, term: &Term, text: &str) -> bool {
        let field = term.field.and_then(|id| self.catalog.field(id));
        let allowed = field.and_then(|field| field.allowed.as_ref());
        let is_text = |value: &Constant| matches!(value, Constant::String(bytes) if **bytes == *text.as_bytes());
        allowed.is_some_and(|allowed| allowed.values.iter().any(|allowed| is_text(&allowed.value)))
    }
}
