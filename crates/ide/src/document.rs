//! A text with everything that is known about it, and what stands where in it.

use tamis_lang::catalog::{Catalog, FieldId};
use tamis_lang::span::Span;
use tamis_syntax::token::{Token, TokenKind};
use tamis_syntax::tree::{self, Item, NodeId, NodeKind, Tree};
use tamis_types::analysis::{Analysis, Options, analyze};

use crate::traffic::Traffic;

/// One text, analysed.
///
/// A document never changes: an edit makes a new one.
#[derive(Clone, Debug)]
pub struct Document {
    text: String,
    options: Options,
    analysis: Analysis,
}

/// A document with what it is read against.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The text.
    pub document: &'a Document,
    /// The fields that it may name; the catalog with which the document was made.
    pub catalog: &'a Catalog,
    /// Recorded requests, if there are any.
    pub traffic: Option<&'a Traffic>,
}

impl Document {
    /// Reads and checks a text.
    #[must_use]
    pub fn new(text: impl Into<String>, catalog: &Catalog, options: &Options) -> Self {
        let text = text.into();
        let analysis = analyze(&text, catalog, options);
        Self { text, options: options.clone(), analysis }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How the text was read.
    #[must_use]
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// What is known about it.
    #[must_use]
    pub const fn analysis(&self) -> &Analysis {
        &self.analysis
    }

    pub(crate) const fn tree(&self) -> &Tree {
        &self.analysis.tree
    }

    pub(crate) fn tokens(&self) -> &[Token] {
        &self.analysis.tokens
    }

    /// The items of a file; none of a bare rule.
    pub(crate) fn items(&self) -> &[Item] {
        match self.tree().document() {
            tree::Document::Rule(_) => &[],
            tree::Document::File(items) => items,
        }
    }

    /// The token that holds an offset; of two that touch there, the one with a word in it, otherwise the later.
    pub(crate) fn token_at(&self, offset: u32) -> Option<Token> {
        let tokens = self.tokens();
        let after = tokens.partition_point(|token| token.span.start <= offset);
        let here = after.checked_sub(1).and_then(|place| tokens.get(place)).copied();
        let here = here.filter(|token| offset <= token.span.end);
        let before = after.checked_sub(2).and_then(|place| tokens.get(place)).copied();
        let before = before.filter(|token| token.span.end == offset && is_word(token.kind));
        match (before, here) {
            (Some(before), Some(here)) if !is_word(here.kind) => Some(before),
            (before, here) => here.or(before),
        }
    }

    /// The innermost node that holds a range.
    pub(crate) fn node_at(&self, span: Span) -> Option<NodeId> {
        let root = match self.tree().document() {
            tree::Document::Rule(root) => *root,
            tree::Document::File(items) => {
                let after = items.partition_point(|item| item.span.start <= span.start);
                items.get(after.checked_sub(1)?)?.body
            }
        };
        self.tree().subtree(root).find(|id| self.tree().span(*id).contains(span))
    }

    /// The nodes around a node, the innermost first.
    pub(crate) fn ancestors(&self, id: NodeId) -> Vec<NodeId> {
        let root = match self.tree().document() {
            tree::Document::Rule(root) => Some(*root),
            tree::Document::File(items) => {
                items.get(items.partition_point(|item| item.body < id)).map(|item| item.body)
            }
        };
        root.map_or_else(Vec::new, |root| ancestors(self.tree(), root, id))
    }
}

/// The nodes of a subtree that are around a node, the innermost first.
pub(crate) fn ancestors(tree: &Tree, root: NodeId, id: NodeId) -> Vec<NodeId> {
    tree.subtree(root).filter(|other| *other > id && tree.node(*other).first <= id).collect()
}

/// The nodes right below a node, in the order of the text.
pub(crate) fn children(tree: &Tree, id: NodeId) -> Vec<NodeId> {
    match tree.kind(id) {
        NodeKind::Hole | NodeKind::Literal(_) | NodeKind::Path { .. } => Vec::new(),
        NodeKind::Call { arguments: several, .. }
        | NodeKind::Set(several)
        | NodeKind::Chain { operands: several, .. } => tree.children(*several).to_vec(),
        NodeKind::Quantified { source: left, body: right, .. }
        | NodeKind::Range { low: left, high: right }
        | NodeKind::Infix { left, right, .. } => vec![*left, *right],
        NodeKind::Prefix { operand: only, .. } | NodeKind::Group(only) => vec![*only],
    }
}

/// Whether a token is a word or a value, rather than a sign.
const fn is_word(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name
            | TokenKind::Literal(_)
            | TokenKind::Function
            | TokenKind::Quantifier(_)
            | TokenKind::QuantifierIn
            | TokenKind::Label
            | TokenKind::Let
            | TokenKind::Rule
    )
}

impl<'a> View<'a> {
    /// A view without recorded traffic.
    #[must_use]
    pub const fn new(document: &'a Document, catalog: &'a Catalog) -> Self {
        Self { document, catalog, traffic: None }
    }

    /// The same view with recorded traffic.
    #[must_use]
    pub const fn with_traffic(self, traffic: &'a Traffic) -> Self {
        Self { traffic: Some(traffic), ..self }
    }

    pub(crate) fn text(&self) -> &'a str {
        self.document.text()
    }

    pub(crate) fn slice(&self, span: Span) -> &'a str {
        span.slice(self.document.text())
    }

    /// The field that a value is, directly or through a `let`, a variable or a function that picks values.
    pub(crate) fn field_of(&self, id: NodeId) -> Option<FieldId> {
        self.document.analysis().field_of(id)
    }
}
