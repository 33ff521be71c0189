//! The parameters of the function around the cursor.

use std::ops::Range;

use tamis_lang::builtin::{self, Builtin, BuiltinId, Form};
use tamis_syntax::token::TokenKind;

use crate::describe::parameters;
use crate::document::View;

/// The signatures of a function, with the parameter that is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureHelp {
    /// Each way to call it: the whole of it, and the ranges of its parameters in bytes.
    pub signatures: Vec<(String, Vec<Range<usize>>)>,
    /// The place of the signature that fits the arguments so far.
    pub active_signature: usize,
    /// The place of the argument at the cursor.
    pub active_parameter: usize,
    /// The function.
    pub builtin: BuiltinId,
}

/// The function whose arguments are being typed at an offset.
#[must_use]
pub fn signature(view: &View<'_>, offset: u32) -> Option<SignatureHelp> {
    let tokens = view.document.tokens();
    let n = tokens.partition_point(|token| token.span.end <= offset);
    let before = tokens.get(..n)?;
    let (mut depth, mut n_commas) = (0_usize, 0_usize);
    for (place, token) in before.iter().enumerate().rev() {
        match token.kind {
            TokenKind::CloseParenthesis | TokenKind::CloseBracket => depth += 1,
            TokenKind::OpenBracket if depth == 0 => n_commas = 0,
            TokenKind::OpenBracket => depth -= 1,
            TokenKind::OpenParenthesis if depth > 0 => depth -= 1,
            TokenKind::OpenParenthesis => {
                let name = before.get(place.checked_sub(1)?)?;
                let id = builtin::by_function_name(view.slice(name.span));
                // Parentheses around a condition; the function is further out.
                let Some(id) = id.filter(|_| name.span.end == token.span.start) else {
                    n_commas = 0;
                    continue;
                };
                let has_variable = before.iter().skip(place).any(|token| token.kind == TokenKind::QuantifierIn);
                return Some(help(id, n_commas, has_variable));
            }
            TokenKind::Comma if depth == 0 => n_commas += 1,
            TokenKind::Let | TokenKind::Rule | TokenKind::Define => return None,
            _ => {}
        }
    }
    None
}

fn help(id: BuiltinId, n_commas: usize, has_variable: bool) -> SignatureHelp {
    let builtin: &Builtin = id.get();
    let mut signatures: Vec<(String, Vec<Range<usize>>)> = Vec::new();
    for signature in builtin.signatures {
        let mut label = format!("{}(", builtin.name);
        let mut ranges = Vec::new();
        for (place, parameter) in parameters(builtin, signature).iter().enumerate() {
            if place > 0 {
                label.push_str(", ");
            }
            ranges.push(label.len()..label.len() + parameter.len());
            label.push_str(parameter);
        }
        label.push_str("): ");
        label.push_str(signature.result.as_str());
        if !signatures.iter().any(|(known, _)| *known == label) {
            signatures.push((label, ranges));
        }
    }
    let takes_more = |(_, ranges): &(String, Vec<Range<usize>>)| ranges.len() > n_commas;
    let fits = signatures.iter().position(takes_more).unwrap_or(0);
    let is_each = matches!(builtin.form, Form::Quantifier) && !has_variable && n_commas == 0;
    let active_signature =
        if is_each { signatures.iter().position(|(_, ranges)| ranges.len() == 1).unwrap_or(fits) } else { fits };
    let last = signatures.get(active_signature).map_or(0, |(_, ranges)| ranges.len().saturating_sub(1));
    SignatureHelp { signatures, active_signature, active_parameter: n_commas.min(last), builtin: id }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::at;

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        let found = at(text, |view, offset| match signature(view, offset) {
            None => "nothing".to_owned(),
            Some(help) => {
                let (label, ranges) = &help.signatures[help.active_signature];
                format!("{label}, at `{}`", label.get(ranges[help.active_parameter].clone()).unwrap())
            }
        });
        expected.assert_eq(&found);
    }

    #[test]
    fn the_parameter_at_the_cursor() {
        check("segment($0", &expect!["segment(path: string, index: int): string, at `path: string`"]);
        check("segment(url.path, $0) == 1", &expect!["segment(path: string, index: int): string, at `index: int`"]);
        check(
            "segment(lower(url.path), $0) == 1",
            &expect!["segment(path: string, index: int): string, at `index: int`"],
        );
        check("segment(lower($0url.path), 1) == 1", &expect!["lower(text: string): string, at `text: string`"]);
        check("min(1, 2, 3, $0)", &expect!["min(first: int, second: int, …): int, at `…`"]);
    }

    #[test]
    fn a_quantifier_shows_the_form_that_is_typed() {
        check("any($0", &expect!["any(field): bool, at `field`"]);
        check(
            "any(v in http.request.header.accept, $0",
            &expect!["any(variable in field, condition): bool, at `condition`"],
        );
    }

    #[test]
    fn outside_of_a_call_there_is_nothing() {
        check("lower(url.path)$0 == 1", &expect!["nothing"]);
        check("(a $0== 1)", &expect!["nothing"]);
        check("rule a = lower(x) == 1\nrule b = $0", &expect!["nothing"]);
    }
}
