//! What a name stands for.

use tamis_lang::builtin::{self, BuiltinId, Special};
use tamis_lang::catalog::{Field, FieldId, Resolution};
use tamis_syntax::tree::{Children, Document, ItemKind, NodeId, NodeKind};

use super::Reference;
use super::value::{Scope, Variable};

/// A name, found.
pub(super) enum Name<'s> {
    /// The variable of a quantifier.
    Variable(&'s Variable),
    /// What a `let` names.
    Let(NodeId),
    /// A field, with the key of a family's member.
    Field(FieldId, Option<String>),
    /// Nothing.
    Nothing,
}

impl Reference<'_> {
    /// Looks a path up: a variable hides a `let`, which hides a field.
    pub(super) fn name<'s>(&self, path: NodeId, scope: &'s Scope<'s>) -> Name<'s> {
        let NodeKind::Path { name, key } = self.tree.kind(path) else { return Name::Nothing };
        let spelled = name.slice(self.text);
        let key = key.as_ref().map(|key| key.text.as_str());
        if key.is_none() {
            if let Some(variable) = scope.find(spelled) {
                return Name::Variable(variable);
            }
            if let Some(body) = self.definition(spelled) {
                return Name::Let(body);
            }
        }
        match self.catalog.resolve(spelled, key) {
            Resolution::Field { id, key, .. } => Name::Field(id, key),
            _ => Name::Nothing,
        }
    }

    /// What a `let` of this name stands for.
    fn definition(&self, name: &str) -> Option<NodeId> {
        let Document::File(items) = self.tree.document() else { return None };
        let named = |kind, span: tamis_lang::span::Span| kind == ItemKind::Let && span.slice(self.text) == name;
        items.iter().find(|item| named(item.kind, item.name)).map(|item| item.body)
    }

    /// The node without parentheses, and without the `let` that names it; names within a `let` see no variables.
    pub(super) fn plain<'s>(&self, node: NodeId, scope: &'s Scope<'s>) -> (NodeId, &'s Scope<'s>) {
        let node = self.tree.without_groups(node);
        match self.name(node, scope) {
            Name::Let(body) => self.plain(body, &Scope::Outermost),
            Name::Variable(_) | Name::Field(..) | Name::Nothing => (node, scope),
        }
    }

    /// The field that a node names.
    pub(super) fn field(&self, node: NodeId, scope: &Scope<'_>) -> Option<(FieldId, Option<String>)> {
        let (node, scope) = self.plain(node, scope);
        match self.name(node, scope) {
            Name::Field(id, key) => Some((id, key)),
            Name::Variable(_) | Name::Let(_) | Name::Nothing => None,
        }
    }

    /// The record of a field.
    pub(super) fn record(&self, id: FieldId) -> Option<&Field> {
        self.catalog.field(id)
    }

    /// The function that a node calls, with its arguments.
    pub(super) fn call(&self, node: NodeId) -> Option<(BuiltinId, Children)> {
        let NodeKind::Call { name, arguments, .. } = self.tree.kind(node) else { return None };
        builtin::by_function_name(name.slice(self.text)).map(|function| (function, *arguments))
    }

    /// The operand of `any(…)` or `all(…)` around a value.
    pub(super) fn inside_mode(&self, node: NodeId) -> Option<(Special, NodeId)> {
        let (function, arguments) = self.call(node)?;
        let special = function.get().special().filter(|special| matches!(special, Special::Any | Special::All))?;
        self.tree.children(arguments).first().map(|operand| (special, *operand))
    }
}
