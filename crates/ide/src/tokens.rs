//! What each word of a text is, for colours that follow the meaning.

use std::collections::HashMap;

use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_syntax::token::{Token, TokenKind};
use tamis_syntax::tree::{ItemKind, Literal, NodeKind};

use crate::document::View;
use crate::hover::has_units;
use crate::symbol::{Names, Symbol};

/// A range with what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SemanticToken {
    /// Where; never over the end of a line, except in a text that contains one.
    pub span: Span,
    /// What.
    pub class: TokenClass,
    /// What else is to know.
    pub modifiers: Modifiers,
}

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenClass {
    /// A comment.
    Comment,
    /// A word of the language.
    Keyword,
    /// An operator in signs; one in words is a keyword.
    Operator,
    /// A function or a quantifier.
    Function,
    /// A field of the catalog.
    Field,
    /// A name that stands for nothing.
    Unknown,
    /// A `let`.
    Let,
    /// The name of a rule.
    Rule,
    /// The variable of a quantifier.
    Variable,
    /// The label of an argument.
    Label,
    /// A number, an address or a network.
    Number,
    /// A number with a unit.
    Quantity,
    /// `true` or `false`.
    Bool,
    /// A text.
    Text,
    /// A regular expression.
    Pattern,
}

/// What else is to know of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Modifiers {
    /// The name is defined here.
    pub is_definition: bool,
    /// The field is going away.
    pub is_deprecated: bool,
    /// The values of the field must not be shown.
    pub is_sensitive: bool,
}

impl TokenClass {
    /// Every class.
    pub const ALL: &'static [Self] = &[
        Self::Comment,
        Self::Keyword,
        Self::Operator,
        Self::Function,
        Self::Field,
        Self::Unknown,
        Self::Let,
        Self::Rule,
        Self::Variable,
        Self::Label,
        Self::Number,
        Self::Quantity,
        Self::Bool,
        Self::Text,
        Self::Pattern,
    ];
}

/// The words of a text in order; blanks and signs that only group are left out.
#[must_use]
pub fn tokens(view: &View<'_>) -> Vec<SemanticToken> {
    let tree = view.document.tree();
    let names = Names::new(view);
    let mut found: Vec<SemanticToken> = Vec::new();
    let mut push = |span: Span, class: TokenClass, modifiers: Modifiers| {
        if !span.is_empty() {
            found.push(SemanticToken { span, class, modifiers });
        }
    };
    let definition = Modifiers { is_definition: true, ..Modifiers::default() };
    for item in view.document.items() {
        let class = if item.kind == ItemKind::Let { TokenClass::Let } else { TokenClass::Rule };
        push(item.name, class, definition);
    }
    // What the tree knows better than the tokens, by its start.
    let mut literals: HashMap<u32, TokenClass> = HashMap::new();
    for id in tree.ids() {
        match tree.kind(id) {
            NodeKind::Path { name, .. } => {
                let (class, modifiers) = class_of(view, names.of_path(id));
                push(*name, class, modifiers);
            }
            NodeKind::Quantified { variable, .. } => push(*variable, TokenClass::Variable, definition),
            NodeKind::Literal(Literal::Value(value)) => {
                let class = match value.ty() {
                    Ty::Bool => TokenClass::Bool,
                    ty if has_units(ty) => TokenClass::Quantity,
                    Ty::String => TokenClass::Text,
                    _ => TokenClass::Number,
                };
                let _ = literals.insert(tree.span(id).start, class);
            }
            NodeKind::Infix { op, right, .. } => {
                let is_pattern = |it: &tamis_lang::builtin::Signature| {
                    it.parameters.get(1) == Some(&tamis_lang::builtin::Operand::Pattern)
                };
                if op.get().signatures.iter().any(is_pattern) {
                    let _ = literals.insert(tree.span(tree.without_groups(*right)).start, TokenClass::Pattern);
                }
            }
            _ => {}
        }
    }
    for token in view.document.tokens() {
        if let Some(class) = class_of_token(view, *token, &literals) {
            push(token.span, class, Modifiers::default());
        }
    }
    for comment in &view.document.analysis().comments {
        let text = view.slice(*comment);
        push(
            Span::from_range(comment.range().start..comment.range().start + text.trim_end().len()),
            TokenClass::Comment,
            Modifiers::default(),
        );
    }
    found.sort_by_key(|token| (token.span.start, token.span.end));
    found.dedup_by_key(|token| token.span.start);
    found
}

fn class_of(view: &View<'_>, symbol: Option<Symbol>) -> (TokenClass, Modifiers) {
    match symbol {
        None => (TokenClass::Unknown, Modifiers::default()),
        Some(Symbol::Variable(_)) => (TokenClass::Variable, Modifiers::default()),
        Some(Symbol::Item(_)) => (TokenClass::Let, Modifiers::default()),
        Some(Symbol::Field { id, key }) => {
            let field = view.catalog.field(id);
            let modifiers = Modifiers {
                is_deprecated: field.is_some_and(|field| field.deprecated.is_some()),
                is_sensitive: field.is_some_and(|field| field.is_sensitive(key.as_deref())),
                is_definition: false,
            };
            (TokenClass::Field, modifiers)
        }
    }
}

fn class_of_token(view: &View<'_>, token: Token, literals: &HashMap<u32, TokenClass>) -> Option<TokenClass> {
    match token.kind {
        TokenKind::Literal(_) => Some(literals.get(&token.span.start).copied().unwrap_or_else(|| {
            if view.slice(token.span).starts_with(|c: char| c.is_ascii_digit()) {
                TokenClass::Number
            } else {
                TokenClass::Text
            }
        })),
        TokenKind::Infix(_) | TokenKind::Prefix(_) | TokenKind::Bang | TokenKind::Foreign(_) => {
            let is_word = view.slice(token.span).starts_with(|c: char| c.is_ascii_alphabetic());
            Some(if is_word { TokenClass::Keyword } else { TokenClass::Operator })
        }
        TokenKind::Function | TokenKind::Quantifier(_) => Some(TokenClass::Function),
        TokenKind::QuantifierIn | TokenKind::Let | TokenKind::Rule | TokenKind::Define => Some(TokenClass::Keyword),
        TokenKind::Label => Some(TokenClass::Label),
        TokenKind::Name
        | TokenKind::OpenParenthesis
        | TokenKind::CloseParenthesis
        | TokenKind::OpenBracket
        | TokenKind::CloseBracket
        | TokenKind::OpenBrace
        | TokenKind::CloseBrace
        | TokenKind::Comma
        | TokenKind::DotDot
        | TokenKind::Colon
        | TokenKind::Semicolon
        | TokenKind::Error => None,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::at;

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        let found = at(text, |view, _| {
            let line = |token: SemanticToken| {
                let Modifiers { is_definition, is_deprecated, is_sensitive } = token.modifiers;
                let mut line = format!("{:?} {}", token.class, view.slice(token.span));
                for (holds, word) in
                    [(is_definition, " definition"), (is_deprecated, " deprecated"), (is_sensitive, " sensitive")]
                {
                    line.push_str(if holds { word } else { "" });
                }
                line + "\n"
            };
            tokens(view).into_iter().map(line).collect::<String>()
        });
        expected.assert_eq(&found);
    }

    #[test]
    fn names_are_what_they_stand_for() {
        check(
            "$0// slow\nlet slow = 2s\nrule a = proc.x > slow and any(v in http.request.header.cookie, v ~ \"a\")",
            &expect![[r#"
                Comment // slow
                Keyword let
                Let slow definition
                Keyword =
                Quantity 2s
                Keyword rule
                Rule a definition
                Keyword =
                Unknown proc.x
                Operator >
                Let slow
                Keyword and
                Function any
                Variable v definition
                Keyword in
                Field http.request.header.cookie sensitive
                Variable v
                Operator ~
                Pattern "a"
            "#]],
        );
    }

    #[test]
    fn broken_text_has_colours_too() {
        check(
            "$0!(url.path == \"/x && 503 tru",
            &expect![[r#"
                Operator !
                Field url.path
                Operator ==
                Text "/x && 503 tru
            "#]],
        );
    }
}
