//! Tokens: what the lexer makes of a text and the grammar reads.

use tamis_lang::builtin::{BuiltinId, Power};
use tamis_lang::span::Span;

/// A piece of text that the grammar treats as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is.
    pub span: Span,
}

/// What a token is.
///
/// The lexer makes the kinds up to `Error`; the pass over words then decides what the contextual words and signs
/// mean where they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A dotted name, or a word that is no keyword where it stands.
    Name,
    /// A literal; its place in the table of literals.
    Literal(u32),
    /// An operator symbol; before the words are resolved also one that stands as a prefix.
    Infix(BuiltinId),
    /// A sign that other languages use as an operator; its place in the table of such signs.
    Foreign(u8),
    /// `!`
    Bang,
    /// `(`
    OpenParenthesis,
    /// `)`
    CloseParenthesis,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `{`, which no construct uses.
    OpenBrace,
    /// `}`, which no construct uses.
    CloseBrace,
    /// `,`
    Comma,
    /// `..`
    DotDot,
    /// `:`
    Colon,
    /// `;`, which no construct uses.
    Semicolon,
    /// Text that was reported already.
    Error,

    /// A prefix operator (`-`, or `not`).
    Prefix(BuiltinId),
    /// A name before `(`.
    Function,
    /// A name and the colon behind it, before an argument.
    Label,
    /// `any`, `all` or `none` before `(variable in`.
    Quantifier(BuiltinId),
    /// `in` within a quantifier.
    QuantifierIn,
    /// `let`, before `NAME =`.
    Let,
    /// `rule`, before `NAME =`.
    Rule,
    /// `=` after the name of an item.
    Define,
}

impl TokenKind {
    /// Whether an operand can begin with this token.
    pub(crate) const fn starts_operand(self) -> bool {
        matches!(
            self,
            Self::Name
                | Self::Literal(_)
                | Self::Bang
                | Self::Prefix(_)
                | Self::Function
                | Self::Quantifier(_)
                | Self::OpenParenthesis
        )
    }

    /// Whether an operand has just ended with this token, so that an operator is due.
    pub(crate) const fn ends_operand(self) -> bool {
        matches!(
            self,
            Self::Name
                | Self::Literal(_)
                | Self::CloseParenthesis
                | Self::CloseBracket
                | Self::CloseBrace
                | Self::Error
        )
    }

    /// Whether an item of a file begins with this token.
    pub(crate) const fn starts_item(self) -> bool {
        matches!(self, Self::Let | Self::Rule)
    }

    /// Whether a condition ends before this token: what follows belongs to what is around it.
    pub(crate) fn ends_condition(self) -> bool {
        match self {
            Self::Infix(id) => id.get().power() == Some(Power::Logic),
            Self::CloseParenthesis | Self::CloseBracket | Self::CloseBrace | Self::Comma => true,
            _ => false,
        }
    }
}
