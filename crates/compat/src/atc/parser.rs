//! From text to expression.

use std::fmt;

use tamis_lang::diagnostic::Diagnostic;

use super::ast::Expression;
use super::matcher::{options, said};

/// Why a text is no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    text: String,
    diagnostics: Vec<Diagnostic>,
}

impl ParseError {
    /// Everything that is wrong, each with its place and, where one is known, a fix.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&said(&self.text, &self.diagnostics))
    }
}

impl std::error::Error for ParseError {}

/// Reads a rule, of which fields and types are not known yet.
///
/// # Errors
///
/// Everything that is wrong with its syntax.
pub fn parse(source: &str) -> Result<Expression, ParseError> {
    let options = options();
    let parse = tamis_syntax::parse(source, options.edition, &options.limits);
    if parse.is_valid() {
        return Ok(Expression { text: source.to_owned() });
    }
    Err(ParseError { text: source.to_owned(), diagnostics: parse.diagnostics })
}
