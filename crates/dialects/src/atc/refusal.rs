//! Why something cannot be said in Kong's expressions.

use tamis_lang::code::Code;
use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::span::Span;

/// A reason, before it is known where it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    code: Code,
    message: String,
    note: Option<String>,
    /// The place, where it is a smaller one than the condition.
    span: Option<Span>,
}

impl Refusal {
    /// A construct that the other language does not have.
    pub(crate) fn construct(message: impl Into<String>) -> Self {
        Self::new(Code::NoCounterpart, message)
    }

    /// A condition that would change where a field has several values.
    pub(crate) fn several(message: impl Into<String>) -> Self {
        Self::new(Code::InexactOverValues, message)
    }

    /// A name that cannot be written.
    pub(crate) fn name(message: impl Into<String>) -> Self {
        Self::new(Code::UnwritableName, message)
    }

    /// A value or a type that cannot be written.
    pub(crate) fn value(message: impl Into<String>) -> Self {
        Self::new(Code::UnwritableValue, message)
    }

    fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), note: None, span: None }
    }

    /// What to write instead.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// The place that is meant.
    pub(crate) const fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// The diagnostic of a condition.
    pub(crate) fn diagnostic(&self, condition: Span) -> Diagnostic {
        let found = Diagnostic::new(self.code, self.span.unwrap_or(condition), self.message.clone());
        match &self.note {
            Some(note) => found.note(note.clone()),
            None => found,
        }
    }
}
