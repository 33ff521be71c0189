//! Where the fields of a condition are written, and what is around a node.

use tamis_lang::catalog::Resolution;
use tamis_syntax::tree::{NodeId, NodeKind};

use crate::check::Checker;
use crate::meaning::{Meaning, Place};

impl<'a> Checker<'a> {
    /// The names of fields within a node, also those that `let` gives.
    pub(super) fn paths(&self, node: NodeId) -> Vec<NodeId> {
        let is_field = |id: &NodeId| {
            matches!(self.tree.kind(*id), NodeKind::Path { .. })
                && matches!(self.meaning(*id), Meaning::Value(term) if matches!(term.place, Place::Field(_)))
        };
        self.tree.subtree(node).filter(is_field).collect()
    }

    /// What a path resolves to in the catalog.
    pub(super) fn resolve(&self, path: NodeId) -> Option<Resolution<'a>> {
        let NodeKind::Path { name, key } = self.tree.kind(path) else { return None };
        Some(self.catalog.resolve(name.slice(self.text), key.as_ref().map(|key| key.text.as_str())))
    }

    /// The names within a node that stand for several values, outside `any`, `all` and what counts values.
    pub(super) fn bare_many_paths(&self, node: NodeId) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut skip_from: Option<NodeId> = None;
        for id in self.tree.subtree(node).rev() {
            if skip_from.is_some_and(|first| id >= first) {
                continue;
            }
            skip_from = None;
            let is_many = self.meaning(id).term().is_some_and(|term| term.many);
            match self.tree.kind(id) {
                // What no longer has several values has none within that matter.
                NodeKind::Call { .. } if !is_many => skip_from = Some(self.tree.node(id).first),
                NodeKind::Path { .. } if is_many => found.push(id),
                _ => {}
            }
        }
        found.reverse();
        found
    }

    /// The node around a node.
    pub(super) fn parent(&mut self, node: NodeId) -> Option<NodeId> {
        if self.parents.is_empty() {
            self.parents = self.tree.parents();
        }
        self.parents.get(node.index()).copied().flatten()
    }

    /// Whether a condition can grow by `word` without parentheses: it stands alone, in a group or in such a chain.
    pub(super) fn joins_with(&mut self, node: NodeId, word: &str) -> bool {
        match self.parent(node).map(|parent| self.tree.kind(parent)) {
            None | Some(NodeKind::Group(_) | NodeKind::Quantified { .. }) => true,
            Some(NodeKind::Chain { op, .. }) => op.get().name == word,
            Some(_) => false,
        }
    }
}
