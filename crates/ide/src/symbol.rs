//! What a name in a text stands for, and where else it stands.

use std::collections::HashMap;

use tamis_lang::catalog::{Field, FieldId, Resolution};
use tamis_lang::span::Span;
use tamis_syntax::tree::{NodeId, NodeKind};

use crate::document::View;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    /// A field; of a family, the member with this key.
    Field {
        /// Which.
        id: FieldId,
        /// The normalised key.
        key: Option<String>,
    },
    /// The `let` or `rule` at this place of the file.
    Item(usize),
    /// The variable of this quantifier.
    Variable(NodeId),
}

/// One place where a name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Where.
    pub span: Span,
    /// Whether the name is defined there.
    pub is_definition: bool,
}

/// The names of a text, to be asked many times.
pub(crate) struct Names<'a> {
    view: View<'a>,
    items: HashMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(view: &View<'a>) -> Self {
        let mut items = HashMap::new();
        for (place, item) in view.document.items().iter().enumerate().rev() {
            // Of two with one name the first counts.
            let _ = items.insert(view.slice(item.name), place);
        }
        let _ = items.remove("");
        Self { view: *view, items }
    }

    /// The symbol at an offset, with the range of its name.
    pub(crate) fn at(&self, offset: u32) -> Option<(Symbol, Span)> {
        let document = self.view.document;
        let token = document.token_at(offset)?;
        let items = document.items();
        let before = items.partition_point(|item| item.name.start <= token.span.start);
        let here = before.checked_sub(1).filter(|place| items.get(*place).is_some_and(|item| item.name == token.span));
        if let Some(place) = here.filter(|_| !token.span.is_empty()) {
            return Some((Symbol::Item(place), token.span));
        }
        let id = document.node_at(token.span)?;
        match document.tree().kind(id) {
            NodeKind::Path { .. } => Some((self.of_path(id)?, document.tree().span(id))),
            NodeKind::Quantified { variable, .. } if *variable == token.span => {
                Some((Symbol::Variable(id), token.span))
            }
            _ => None,
        }
    }

    /// What a path stands for: the variable of the nearest quantifier, a `let`, or a field.
    pub(crate) fn of_path(&self, id: NodeId) -> Option<Symbol> {
        let tree = self.view.document.tree();
        let NodeKind::Path { name, key } = tree.kind(id) else { return None };
        let text = self.view.slice(*name);
        if key.is_none() && !text.contains('.') {
            let binds = |around: &NodeId| match tree.kind(*around) {
                NodeKind::Quantified { variable, body, .. } => {
                    self.view.slice(*variable) == text && tree.node(*body).first <= id && id <= *body
                }
                _ => false,
            };
            if let Some(quantifier) = self.view.document.ancestors(id).into_iter().find(binds) {
                return Some(Symbol::Variable(quantifier));
            }
            if let Some(place) = self.items.get(text) {
                return Some(Symbol::Item(*place));
            }
        }
        match self.view.catalog.resolve(text, key.as_ref().map(|key| key.text.as_str())) {
            Resolution::Field { id, key, .. } => Some(Symbol::Field { id, key }),
            Resolution::FamilyWithoutKey(id) | Resolution::NotAFamily(id) | Resolution::BadKey { id, .. } => {
                Some(Symbol::Field { id, key: None })
            }
            Resolution::Unknown => None,
        }
    }

    /// Every place of a symbol in its text, in order.
    pub(crate) fn occurrences(&self, symbol: &Symbol) -> Vec<Occurrence> {
        let tree = self.view.document.tree();
        let definition = match symbol {
            Symbol::Field { .. } => None,
            Symbol::Item(place) => self.view.document.items().get(*place).map(|item| item.name),
            Symbol::Variable(quantifier) => match tree.kind(*quantifier) {
                NodeKind::Quantified { variable, .. } => Some(*variable),
                _ => None,
            },
        };
        let name = definition.map(|span| self.view.slice(span));
        let may_be = |id: &NodeId| match tree.kind(*id) {
            NodeKind::Path { name: written, .. } => name.is_none_or(|name| name == self.view.slice(*written)),
            _ => false,
        };
        let uses = tree.ids().filter(may_be).filter(|id| self.of_path(*id).as_ref() == Some(symbol));
        let uses = uses.map(|id| Occurrence { span: tree.span(id), is_definition: false });
        let definition = definition.map(|span| Occurrence { span, is_definition: true });
        let mut found: Vec<Occurrence> = definition.into_iter().chain(uses).collect();
        found.sort_by_key(|occurrence| occurrence.span.start);
        found
    }
}

/// The name of a field as a rule writes it, with its key.
pub(crate) fn field_name(field: &Field, key: Option<&str>) -> String {
    match key {
        Some(key) if is_plain(key) => format!("{}.{key}", field.name),
        Some(key) => format!("{}[{}]", field.name, tamis_lang::value::Value::String(key.as_bytes())),
        None => field.name.clone(),
    }
}

/// Whether a key can be written behind a dot.
fn is_plain(key: &str) -> bool {
    key.split('.').all(|segment| {
        let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        !segment.is_empty() && segment.chars().all(inner) && !segment.starts_with('-') && !segment.ends_with('-')
    })
}
