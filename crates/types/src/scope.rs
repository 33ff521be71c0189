//! Which quantifier a name belongs to.

use std::collections::HashMap;

use tamis_lang::span::Span;
use tamis_syntax::tree::{NodeId, NodeKind, Tree};

/// The variables of a text.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    /// The quantifier of each path that names its variable.
    uses: HashMap<NodeId, NodeId>,
    /// How many quantifiers are around each path that has some.
    depths: HashMap<NodeId, u32>,
    /// The quantifiers, inner ones after those around them.
    quantifiers: Vec<Scope>,
}

/// One quantifier.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope {
    /// The quantifier.
    pub(crate) node: NodeId,
    /// The variable's name.
    pub(crate) variable: Span,
    /// How many quantifiers are around it.
    pub(crate) depth: u32,
    body: NodeId,
    first: NodeId,
    used: bool,
}

impl Scopes {
    /// Reads the quantifiers off a tree.
    ///
    /// From the last node to the first every quantifier comes before its body, so the quantifiers that are open at a
    /// node form a stack.
    pub(crate) fn new(text: &str, tree: &Tree) -> Self {
        let mut scopes = Self::default();
        if !tree.ids().any(|id| matches!(tree.kind(id), NodeKind::Quantified { .. })) {
            return scopes;
        }
        let mut open: Vec<usize> = Vec::new();
        for id in tree.ids().rev() {
            while open.last().and_then(|&top| scopes.quantifiers.get(top)).is_some_and(|scope| id < scope.first) {
                open.pop();
            }
            match tree.kind(id) {
                NodeKind::Quantified { variable, body, .. } => {
                    let depth = scopes.depth_among(&open, id);
                    let first = tree.node(*body).first;
                    let scope = Scope { node: id, variable: *variable, depth, body: *body, first, used: false };
                    open.push(scopes.quantifiers.len());
                    scopes.quantifiers.push(scope);
                }
                NodeKind::Path { name, key } if !open.is_empty() => {
                    let depth = scopes.depth_among(&open, id);
                    scopes.depths.insert(id, depth);
                    if key.is_none() {
                        scopes.bind(text, &open, id, name.slice(text));
                    }
                }
                _ => {}
            }
        }
        scopes
    }

    /// How many of the open quantifiers have the node in their body.
    fn depth_among(&self, open: &[usize], id: NodeId) -> u32 {
        let around = open.iter().filter_map(|&n| self.quantifiers.get(n)).filter(|scope| scope.holds(id));
        u32::try_from(around.count()).unwrap_or(u32::MAX)
    }

    fn bind(&mut self, text: &str, open: &[usize], id: NodeId, name: &str) {
        for &place in open.iter().rev() {
            let Some(scope) = self.quantifiers.get_mut(place) else { continue };
            if scope.holds(id) && scope.variable.slice(text) == name {
                scope.used = true;
                self.uses.insert(id, scope.node);
                return;
            }
        }
    }

    /// The quantifier whose variable a path names.
    pub(crate) fn quantifier_of(&self, path: NodeId) -> Option<NodeId> {
        if self.uses.is_empty() { None } else { self.uses.get(&path).copied() }
    }

    /// How many quantifiers have a path in their body.
    pub(crate) fn depth_at(&self, path: NodeId) -> u32 {
        if self.depths.is_empty() { 0 } else { self.depths.get(&path).copied().unwrap_or(0) }
    }

    /// The scope of a quantifier.
    pub(crate) fn scope(&self, quantifier: NodeId) -> Option<&Scope> {
        // From the last to the first node, so by descending place.
        let found = self.quantifiers.binary_search_by(|scope| quantifier.cmp(&scope.node));
        found.ok().and_then(|place| self.quantifiers.get(place))
    }
}

impl Scope {
    fn holds(&self, node: NodeId) -> bool {
        self.first <= node && node <= self.body
    }

    /// Whether the body names the variable.
    pub(crate) const fn is_used(&self) -> bool {
        self.used
    }
}
