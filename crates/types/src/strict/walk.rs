//! Finds what atc-router's parser refuses: one walk over tokens and tree.

use tamis_lang::builtin::{BuiltinId, Power, Special};
use tamis_lang::span::Span;
use tamis_syntax::Parse;
use tamis_syntax::token::TokenKind;
use tamis_syntax::tree::{Document, ItemKind, Literal, NodeId, NodeKind, Tree};

use super::literal;
use super::refusal::Refusal;

/// Something that atc-router refuses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) refusal: Refusal,
    pub(super) span: Span,
    /// The node that a fix would write anew.
    pub(super) node: Option<NodeId>,
}

/// A comparison that atc-router's parser takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Accepted {
    pub(super) op: BuiltinId,
    pub(super) op_span: Span,
    /// The field, without the functions around it.
    pub(super) field: NodeId,
    pub(super) literal: NodeId,
}

/// What the walk collects.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    text: &'a str,
    tree: &'a Tree,
    pub(super) found: Vec<Found>,
    pub(super) accepted: Vec<Accepted>,
    /// Conditions that are still to be looked at.
    open: Vec<NodeId>,
}

/// Walks over a parsed text.
pub(super) fn walk<'a>(text: &'a str, parse: &'a Parse) -> Walk<'a> {
    let mut walk = Walk { text, tree: &parse.tree, found: Vec::new(), accepted: Vec::new(), open: Vec::new() };
    // A text over a limit has no tokens, and an error that says so.
    if parse.tokens.is_empty() {
        return walk;
    }
    walk.blanks(parse);
    walk.words(parse);
    match parse.tree.document() {
        Document::Rule(root) => walk.conditions(*root),
        Document::File(items) => {
            for item in items {
                walk.add(Refusal::Item, item.keyword, Some(item.body));
                // The body of a `let` may be a set or a value, and is refused as a whole.
                if item.kind == ItemKind::Rule {
                    walk.conditions(item.body);
                }
            }
        }
    }
    walk
}

impl Walk<'_> {
    fn add(&mut self, refusal: Refusal, span: Span, node: Option<NodeId>) {
        self.found.push(Found { refusal, span, node });
    }

    fn slice(&self, span: Span) -> &str {
        span.slice(self.text)
    }

    /// Comments, and blanks other than the four.
    fn blanks(&mut self, parse: &Parse) {
        let comments = parse.comments.iter().copied();
        let mut covered: Vec<(Span, bool)> = comments.map(|span| (span, true)).collect();
        covered.extend(parse.tokens.iter().map(|token| (token.span, false)));
        covered.sort_unstable_by_key(|(span, _)| (span.start, span.end));
        let mut end = 0;
        for (span, is_comment) in covered {
            self.gap(end, span.start);
            end = end.max(span.end);
            if is_comment && !self.is_edition_line(span) {
                self.add(Refusal::Comment, span, None);
            }
        }
        self.gap(end, u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    fn gap(&mut self, start: u32, end: u32) {
        if start >= end {
            return;
        }
        let text = self.text;
        for (at, character) in Span::new(start, end).slice(text).char_indices() {
            if !is_blank(character) {
                let place = start.saturating_add(u32::try_from(at).unwrap_or(0));
                let len = u32::try_from(character.len_utf8()).unwrap_or(1);
                self.add(Refusal::Blank, Span::new(place, place.saturating_add(len)), None);
            }
        }
    }

    /// Whether a comment is the first line and names the edition: that line is for us, and no part of the rule.
    fn is_edition_line(&self, comment: Span) -> bool {
        let is_first = Span::new(0, comment.start).slice(self.text).trim_start_matches('\u{feff}').is_empty();
        let words = self.slice(comment).strip_prefix("//!").unwrap_or("");
        is_first && words.trim_start().strip_prefix("edition").is_some_and(|rest| rest.trim_start().starts_with(':'))
    }

    /// `and` and `or`, which the tree does not tell from `&&` and `||`.
    fn words(&mut self, parse: &Parse) {
        for token in &parse.tokens {
            let TokenKind::Infix(op) = token.kind else { continue };
            if op.get().power() == Some(Power::Logic) && op.get().dialects.atc != Some(self.slice(token.span)) {
                self.add(Refusal::Word, token.span, None);
            }
        }
    }

    /// Looks at a condition and all within it.
    fn conditions(&mut self, root: NodeId) {
        self.open.push(root);
        while let Some(id) = self.open.pop() {
            self.condition(id);
        }
    }

    fn condition(&mut self, id: NodeId) {
        let tree = self.tree;
        let span = tree.span(id);
        match tree.kind(id) {
            NodeKind::Hole | NodeKind::Literal(Literal::Malformed) => {}
            NodeKind::Chain { operands, .. } => self.open.extend(tree.children(*operands)),
            NodeKind::Group(inner) => self.open.push(*inner),
            NodeKind::Prefix { op, op_span, operand } if op.get().special() == Some(Special::Not) => {
                let is_sign = self.slice(*op_span) == "!";
                let is_group = matches!(tree.kind(*operand), NodeKind::Group(_));
                match (is_sign, is_group) {
                    (true, true) => {}
                    (true, false) => self.add(Refusal::Negation, *op_span, Some(id)),
                    (false, _) => self.add(Refusal::Not, *op_span, Some(id)),
                }
                self.open.push(*operand);
            }
            NodeKind::Infix { op, op_span, left, right } if op.get().power() == Some(Power::Compare) => {
                self.comparison(id, (*op, *op_span), *left, *right);
            }
            NodeKind::Call { .. } => self.add(Refusal::Function, span, Some(id)),
            NodeKind::Quantified { .. } => self.add(Refusal::Quantifier, span, Some(id)),
            NodeKind::Literal(Literal::Value(tamis_lang::value::Constant::Bool(_))) => {
                self.add(Refusal::Truth, span, None);
            }
            NodeKind::Literal(_)
            | NodeKind::Path { .. }
            | NodeKind::Set(_)
            | NodeKind::Range { .. }
            | NodeKind::Prefix { .. }
            | NodeKind::Infix { .. } => self.add(Refusal::Alone, span, None),
        }
    }

    fn comparison(&mut self, id: NodeId, (op, op_span): (BuiltinId, Span), left: NodeId, right: NodeId) {
        let n_found = self.found.len();
        self.operator(id, op, op_span);
        let field = self.left(id, left);
        let literal = self.right(id, right);
        if let (Some(field), Some(literal)) = (field, literal)
            && self.found.len() == n_found
        {
            self.accepted.push(Accepted { op, op_span, field, literal });
        }
    }

    fn operator(&mut self, id: NodeId, op: BuiltinId, span: Span) {
        let spelled = self.slice(span);
        let Some(theirs) = op.get().dialects.atc else { return self.add(Refusal::Operator, span, Some(id)) };
        if spelled == theirs {
            return;
        }
        // Only `not in` can have something within it.
        let between = spelled.strip_prefix("not").and_then(|rest| rest.strip_suffix("in"));
        if between.is_some_and(|between| between.chars().all(is_blank)) {
            return self.add(Refusal::NotIn, span, Some(id));
        }
        let strange =
            spelled.char_indices().find(|(_, character)| !character.is_ascii_alphabetic() && !is_blank(*character));
        if let Some((at, character)) = strange.filter(|(_, character)| *character != '/') {
            let start = span.start.saturating_add(u32::try_from(at).unwrap_or(0));
            let len = u32::try_from(character.len_utf8()).unwrap_or(1);
            self.add(Refusal::Blank, Span::new(start, start.saturating_add(len)), None);
        }
    }

    /// The field on the left, with any number of `lower` and `any` around it.
    fn left(&mut self, comparison: NodeId, left: NodeId) -> Option<NodeId> {
        let tree = self.tree;
        let mut id = left;
        loop {
            let span = tree.span(id);
            match tree.kind(id) {
                NodeKind::Path { name, key } => {
                    let name = *name;
                    if let Some(key) = key {
                        self.add(Refusal::Key, key.span, Some(id));
                    } else if !is_name(self.slice(name)) {
                        self.add(Refusal::Name, name, Some(id));
                    }
                    return Some(id);
                }
                NodeKind::Call { name, arguments, label } => match (self.slice(*name), tree.children(*arguments)) {
                    ("lower" | "any", [argument]) if label.is_none() => id = *argument,
                    _ => {
                        self.add(Refusal::Function, span, Some(id));
                        return None;
                    }
                },
                NodeKind::Infix { op, op_span, .. } | NodeKind::Prefix { op, op_span, .. }
                    if op.get().dialects.atc.is_none() =>
                {
                    self.add(Refusal::Operator, *op_span, Some(id));
                    return None;
                }
                NodeKind::Group(_) => {
                    self.add(Refusal::Group, span, Some(id));
                    return None;
                }
                NodeKind::Hole | NodeKind::Literal(Literal::Malformed) => return None,
                _ => {
                    self.add(Refusal::Left, span, Some(comparison));
                    return None;
                }
            }
        }
    }

    fn right(&mut self, comparison: NodeId, right: NodeId) -> Option<NodeId> {
        let tree = self.tree;
        let span = tree.span(right);
        match tree.kind(right) {
            NodeKind::Literal(Literal::Value(constant)) => {
                if let Some(refusal) = literal::refusal(constant, self.slice(span)) {
                    self.add(refusal, span, Some(comparison));
                }
                Some(right)
            }
            NodeKind::Hole | NodeKind::Literal(Literal::Malformed) => None,
            kind => {
                // Beside a field on the right, what stands on the left was named already.
                let is_flipped = matches!(tree.kind(comparison), NodeKind::Infix { left, .. } if matches!(tree.kind(*left), NodeKind::Literal(_)));
                match kind {
                    NodeKind::Set(_) => self.add(Refusal::Set, span, Some(comparison)),
                    NodeKind::Range { .. } => self.add(Refusal::Range, span, Some(comparison)),
                    NodeKind::Group(_) => self.add(Refusal::Group, span, Some(right)),
                    _ if is_flipped => {}
                    NodeKind::Call { .. } => self.add(Refusal::Function, span, Some(right)),
                    NodeKind::Infix { op_span, .. } | NodeKind::Prefix { op_span, .. } => {
                        self.add(Refusal::Operator, *op_span, Some(right));
                    }
                    _ => self.add(Refusal::Right, span, Some(comparison)),
                }
                None
            }
        }
    }
}

/// A blank of atc-router.
const fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

/// Whether a text is a name in atc-router.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}
