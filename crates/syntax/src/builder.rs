//! The state of the parser: the tree as it grows, and what was reported on the way.

use chumsky::input::{Checkpoint, Cursor};
use chumsky::inspector::Inspector;
use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::edition::Edition;
use tamis_lang::span::Span;
use tamis_lang::value::Constant;

use crate::lexer::LexedLiteral;
use crate::production::Operator;
use crate::token::Token;
use crate::tree::{Children, Key, Literal, Node, NodeId, NodeKind};

/// Collects nodes, children before parents, and diagnostics.
///
/// INVARIANT: the grammar decides by one token, so a production that has begun never fails and nothing is built twice.
pub(crate) struct Builder<'src> {
    pub(crate) text: &'src str,
    pub(crate) edition: Edition,
    /// The tokens of the rule that is being parsed.
    pub(crate) tokens: &'src [Token],
    pub(crate) nodes: Vec<Node>,
    pub(crate) children: Vec<NodeId>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    literals: Vec<LexedLiteral>,
    /// The token at which the last mistake was reported: what follows from it is not reported again.
    reported_at: Option<usize>,
    /// Whether text that belongs to nothing was reported in this rule.
    pub(crate) said_unexpected: bool,
}

impl<'src> Builder<'src> {
    pub(crate) fn new(
        text: &'src str,
        edition: Edition,
        n_tokens: usize,
        literals: Vec<LexedLiteral>,
        diagnostics: Vec<Diagnostic>,
    ) -> Self {
        Self {
            text,
            edition,
            tokens: &[],
            nodes: Vec::with_capacity(n_tokens),
            children: Vec::new(),
            diagnostics,
            literals,
            reported_at: None,
            said_unexpected: false,
        }
    }

    /// Starts with the tokens of another rule.
    pub(crate) fn begin(&mut self, tokens: &'src [Token]) {
        self.tokens = tokens;
        self.reported_at = None;
        self.said_unexpected = false;
    }

    /// Adds a node over its children; `first` is the first node of the leftmost child, or the node itself.
    pub(crate) fn push(&mut self, kind: NodeKind, span: Span, first: Option<NodeId>) -> NodeId {
        let id = NodeId::new(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        let first = first.map_or(id, |child| self.first(child));
        self.nodes.push(Node { kind, span, first });
        id
    }

    /// Adds a node without children.
    pub(crate) fn leaf(&mut self, kind: NodeKind, span: Span) -> NodeId {
        self.push(kind, span, None)
    }

    /// Adds the list of a node's children.
    pub(crate) fn list(&mut self, ids: &[NodeId]) -> Children {
        let start = u32::try_from(self.children.len()).unwrap_or(u32::MAX);
        self.children.extend_from_slice(ids);
        Children { start, end: u32::try_from(self.children.len()).unwrap_or(u32::MAX) }
    }

    fn first(&self, id: NodeId) -> NodeId {
        self.nodes.get(id.index()).map_or(id, |node| node.first)
    }

    pub(crate) fn kind(&self, id: NodeId) -> &NodeKind {
        const HOLE: &NodeKind = &NodeKind::Hole;
        self.nodes.get(id.index()).map_or(HOLE, |node| &node.kind)
    }

    pub(crate) fn span(&self, id: NodeId) -> Span {
        self.nodes.get(id.index()).map_or(Span::at(0), |node| node.span)
    }

    /// The text of a node.
    pub(crate) fn slice(&self, id: NodeId) -> &'src str {
        self.span(id).slice(self.text)
    }

    /// Turns a node into a hole, so that no later stage speaks of it again.
    pub(crate) fn forget(&mut self, id: NodeId) {
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.kind = NodeKind::Hole;
        }
    }

    /// Adds a binary operation.
    pub(crate) fn infix(&mut self, op: Operator, left: NodeId, right: NodeId) -> NodeId {
        let span = self.span(left).join(self.span(right));
        self.push(NodeKind::Infix { op: op.id, op_span: op.span, left, right }, span, Some(left))
    }

    /// The token at a place, if there is one.
    pub(crate) fn token(&self, place: usize) -> Option<Token> {
        self.tokens.get(place).copied()
    }

    /// The empty range right after the token before `place`.
    pub(crate) fn gap(&self, place: usize) -> Span {
        match place.checked_sub(1).and_then(|before| self.token(before)) {
            Some(before) => before.span.after(),
            None => self.token(place).map_or(Span::at(0), |token| token.span.before()),
        }
    }

    /// Reports a mistake at a token, unless one was reported there already.
    pub(crate) fn report(&mut self, place: usize, diagnostic: Diagnostic) {
        if self.reported_at != Some(place) {
            self.diagnostics.push(diagnostic);
        }
        self.reported_at = Some(place);
    }

    /// Whether a mistake was just reported at a token.
    pub(crate) fn was_reported(&self, place: usize) -> bool {
        self.reported_at == Some(place)
    }

    /// What follows from a token that was reported earlier (by the lexer) is not reported again.
    pub(crate) fn mark_reported(&mut self, place: usize) {
        self.reported_at = Some(place);
    }

    /// The status class of a literal token (`5xx`).
    pub(crate) fn status_class(&self, literal: u32) -> Option<u8> {
        match self.literals.get(literal as usize) {
            Some(LexedLiteral::StatusClass(class)) => Some(*class),
            _ => None,
        }
    }

    /// Takes a literal out of the lexer's table; `negative` where a minus stands before it.
    pub(crate) fn take_literal(&mut self, literal: u32, negative: bool) -> Literal {
        let Some(slot) = self.literals.get_mut(literal as usize) else { return Literal::Malformed };
        match std::mem::replace(slot, LexedLiteral::Malformed) {
            LexedLiteral::Value(value) => Literal::Value(if negative { negated(value) } else { value }),
            LexedLiteral::SmallestInt if negative => Literal::Value(Constant::Int(i64::MIN)),
            LexedLiteral::Probability { numerator, denominator } => Literal::Probability { numerator, denominator },
            LexedLiteral::SmallestInt | LexedLiteral::StatusClass(_) | LexedLiteral::Malformed => Literal::Malformed,
        }
    }

    /// Whether a literal is a number that a minus before it makes negative.
    pub(crate) fn is_number(&self, literal: u32) -> bool {
        matches!(
            self.literals.get(literal as usize),
            Some(
                LexedLiteral::SmallestInt
                    | LexedLiteral::Value(
                        Constant::Int(_) | Constant::Float(_) | Constant::Duration(_) | Constant::Size(_)
                    )
            )
        )
    }

    /// Whether a literal is 2^63, which is no int without a minus.
    pub(crate) fn is_smallest_int(&self, literal: u32) -> bool {
        matches!(self.literals.get(literal as usize), Some(LexedLiteral::SmallestInt))
    }

    /// The key within brackets, if that is one string.
    pub(crate) fn key(&mut self, tokens: &[Token], span: Span) -> Option<Box<Key>> {
        let [Token { kind: crate::token::TokenKind::Literal(literal), .. }] = tokens else { return None };
        match self.literals.get(*literal as usize) {
            Some(LexedLiteral::Value(Constant::String(bytes))) => {
                let text = String::from_utf8(bytes.to_vec()).ok()?;
                Some(Box::new(Key { span, text }))
            }
            _ => None,
        }
    }
}

/// The value with the other sign; literals are never the smallest number, so nothing overflows.
fn negated(value: Constant) -> Constant {
    match value {
        Constant::Int(n) => Constant::Int(n.saturating_neg()),
        Constant::Float(x) => Constant::Float(-x),
        Constant::Duration(n) => Constant::Duration(n.saturating_neg()),
        Constant::Size(n) => Constant::Size(n.saturating_neg()),
        other => other,
    }
}

impl<'src> Inspector<'src, &'src [Token]> for Builder<'src> {
    type Checkpoint = usize;

    fn on_token(&mut self, _: &Token) {}

    fn on_save<'parse>(&self, _: &Cursor<'src, 'parse, &'src [Token]>) -> Self::Checkpoint {
        self.nodes.len()
    }

    fn on_rewind<'parse>(&mut self, marker: &Checkpoint<'src, 'parse, &'src [Token], Self::Checkpoint>) {
        debug_assert_eq!(*marker.inspector(), self.nodes.len(), "a production failed after it had begun");
    }
}
