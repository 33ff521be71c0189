//! Operators and functions: one record each, from which every other layer derives.
//!
//! The lexer reads the symbols, the parser the precedence, the checker the signatures, the compiler and the machine the
//! kernel, the formatter and the documentation the rest.
//! To add one, write its file and its line in [`BUILTINS`].
//!
//! ```
//! use tamis_lang::builtin::{self, BUILTINS};
//! let starts_with = builtin::by_symbol("^=").unwrap();
//! assert_eq!(starts_with.get().name, "^=");
//! assert!(BUILTINS.iter().all(|builtin| builtin.examples.len() >= 2));
//! ```

mod arithmetic;
mod comparison;
mod logic;
mod membership;
mod number;
mod pattern;
mod presence;
mod quantifier;
mod record;
mod sample;
mod symbols;
mod text;
mod url;

pub use symbols::longest_symbol;

pub use record::{
    Absent, Builtin, Cost, Dialects, Eval, Example, Form, Kernel, Operand, Outcome, Power, Signature, Special,
};

/// Every operator and function of the language.
pub const BUILTINS: &[&Builtin] = &[
    &logic::OR,
    &logic::AND,
    &logic::NOT,
    &comparison::EQUAL,
    &comparison::NOT_EQUAL,
    &comparison::LESS,
    &comparison::LESS_OR_EQUAL,
    &comparison::GREATER,
    &comparison::GREATER_OR_EQUAL,
    &text::STARTS_WITH_OPERATOR,
    &text::ENDS_WITH_OPERATOR,
    &text::CONTAINS,
    &text::NOT_CONTAINS,
    &pattern::LIKE,
    &pattern::NOT_LIKE,
    &pattern::MATCHES,
    &pattern::NOT_MATCHES,
    &membership::IN,
    &membership::NOT_IN,
    &arithmetic::ADD,
    &arithmetic::SUBTRACT,
    &arithmetic::MULTIPLY,
    &arithmetic::DIVIDE,
    &arithmetic::REMAINDER,
    &arithmetic::NEGATE,
    &presence::DEFAULT,
    &presence::EXISTS,
    &presence::COUNT,
    &quantifier::ANY,
    &quantifier::ALL,
    &quantifier::NONE,
    &sample::SAMPLE,
    &text::LOWER,
    &text::UPPER,
    &text::LEN,
    &text::STARTS_WITH,
    &text::ENDS_WITH,
    &url::SEGMENT,
    &url::URL_DECODE,
    &number::MIN,
    &number::MAX,
];

/// The place of a record in [`BUILTINS`].
///
/// Two ids are equal exactly when they name the same record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BuiltinId(u8);

impl BuiltinId {
    /// The id of a record.
    #[must_use]
    pub fn of(builtin: &'static Builtin) -> Self {
        let place = BUILTINS.iter().position(|candidate| std::ptr::eq(*candidate, builtin));
        debug_assert!(place.is_some(), "`{}` is not in the list", builtin.name);
        Self(u8::try_from(place.unwrap_or(0)).unwrap_or(0))
    }

    /// The record.
    #[must_use]
    pub fn get(self) -> &'static Builtin {
        BUILTINS.get(usize::from(self.0)).copied().unwrap_or(&logic::OR)
    }
}

/// Every id with its record.
pub fn all() -> impl Iterator<Item = (BuiltinId, &'static Builtin)> {
    (0_u8..).map(BuiltinId).zip(BUILTINS.iter().copied())
}

/// The infix operator that is written with this symbol.
#[must_use]
pub fn by_symbol(symbol: &str) -> Option<BuiltinId> {
    longest_symbol(symbol).filter(|(_, len)| *len == symbol.len()).map(|(id, _)| id)
}

/// The infix operator that is written with this word or these words (`and`, `in`, `not in`).
#[must_use]
pub fn by_word(word: &str) -> Option<BuiltinId> {
    let spelled = |form: &Form| matches!(form, Form::Infix { words, .. } if words.contains(&word));
    all().find(|(_, builtin)| spelled(&builtin.form)).map(|(id, _)| id)
}

/// The function of this name.
#[must_use]
pub fn by_function_name(name: &str) -> Option<BuiltinId> {
    all().find(|(_, builtin)| builtin.form.is_function() && builtin.name == name).map(|(id, _)| id)
}

/// The record of the prefix operator with this symbol or word.
#[must_use]
pub fn by_prefix(spelling: &str) -> Option<BuiltinId> {
    let spelled = |form: &Form| matches!(form, Form::Prefix { symbols, words } if symbols.contains(&spelling) || words.contains(&spelling));
    all().find(|(_, builtin)| spelled(&builtin.form)).map(|(id, _)| id)
}
