//! `~` and `!~`: regular expressions.

use regex_syntax::ast::{ErrorKind, parse::Parser as AstParser};
use tamis_lang::builtin::BuiltinId;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Edit, Fix};
use tamis_lang::prepared::{Pattern, PatternBudget, PatternRefusal, Prepared};
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_syntax::tree::NodeId;

use crate::check::Checker;
use crate::comparison::Side;
use crate::hir::Right;
use crate::meaning::Meaning;
use crate::prose::{quote, string_literal};

/// A regular expression that cannot be compiled.
#[derive(Debug)]
struct Refusal {
    code: Code,
    message: String,
    note: Option<String>,
    /// Where in the pattern, in bytes.
    place: Option<(usize, usize)>,
}

impl Checker<'_> {
    pub(crate) fn pattern(&mut self, id: NodeId, op: (BuiltinId, Span), left: NodeId, right: NodeId) -> Meaning {
        let left_term = self.term(left);
        let Some(literal) = self.pattern_literal(op.0, right) else { return self.broken_condition() };
        let Some(term) = left_term else { return self.broken_condition() };
        if term.ty != Ty::String {
            let side = Side { node: left, term };
            self.error(|checker| checker.text_operator_on(op, side, right));
            return self.broken_condition();
        }
        let Some(text) = self.constant_text(literal) else {
            self.error(|checker| {
                let message = "a pattern is UTF-8; write other bytes as `(?-u:\\xff)` within it";
                Diagnostic::new(Code::BadPattern, checker.span(literal), message)
            });
            return self.broken_condition();
        };
        let Some(pattern) = self.compile((id, left, literal), op, &text) else { return self.broken_condition() };
        let mode = self.mode(id, &[term]);
        let left = self.value(left, &term);
        let prepared = self.item.builder.prepared(Prepared::Pattern(pattern));
        self.push_test(id, op.0, mode, (left, Right::Prepared(prepared)))
    }

    /// The string literal on the right of `~`.
    fn pattern_literal(&mut self, op: BuiltinId, right: NodeId) -> Option<NodeId> {
        let literal = self.tree.without_groups(right);
        let name = op.get().name;
        match (self.meaning(right), self.constant(literal)) {
            (_, Some(Constant::String(_))) => Some(literal),
            (Meaning::Hole | Meaning::Broken | Meaning::Unknown, _) => None,
            (meaning, constant) => {
                self.error(|checker| {
                    let text = checker.quote(right);
                    let message = format!("`{name}` takes a regular expression in quotes, and {text} is none");
                    let diagnostic = Diagnostic::new(Code::PatternNotLiteral, checker.span(right), message);
                    let named = meaning.term().and_then(crate::meaning::Term::literal);
                    let source = match constant {
                        Some(_) => Some(format!("\"{}\"", checker.slice(literal))),
                        None => named
                            .filter(|node| checker.constant_text(*node).is_some())
                            .map(|node| checker.slice(node).to_owned()),
                    };
                    match source.filter(|source| !source.contains('\n')) {
                        Some(source) => {
                            let title = format!("write `{source}`");
                            diagnostic.fix(Fix::replace(title, checker.span(right), source).suggestion())
                        }
                        None => diagnostic.note("a pattern is compiled once, so it cannot come from the request"),
                    }
                });
                None
            }
        }
    }

    /// Compiles a pattern within the limits of the rule.
    fn compile(&mut self, nodes: (NodeId, NodeId, NodeId), op: (BuiltinId, Span), text: &str) -> Option<Pattern> {
        let (_, _, literal) = nodes;
        let (each, whole) = if self.edition.reads_atc() {
            (self.limits.atc_regex_bytes, self.limits.atc_rule_regex_bytes)
        } else {
            (self.limits.regex_bytes, self.limits.rule_regex_bytes)
        };
        let budget = self.item.patterns.get_or_insert_with(|| PatternBudget::new(each, whole));
        let too_large = |message: String| {
            move |checker: &Self| {
                Diagnostic::new(Code::PatternTooLarge, checker.span(literal), message)
                    .note("counted repetitions such as `{1000}` and classes such as `\\w` take the most")
            }
        };
        match budget.compile(text) {
            Ok(pattern) => return Some(pattern),
            Err(PatternRefusal::TooLarge { limit }) => {
                self.error(too_large(format!("the regular expression takes more than {limit} bytes")));
            }
            Err(PatternRefusal::TooLargeTogether { limit }) => {
                let message = format!("the regular expressions of the rule take more than {limit} bytes together");
                self.error(too_large(message));
            }
            Err(PatternRefusal::Syntax(_)) => self.error(|checker| checker.bad_pattern(nodes, op, text)),
        }
        None
    }

    fn bad_pattern(&self, nodes: (NodeId, NodeId, NodeId), op: (BuiltinId, Span), text: &str) -> Diagnostic {
        let (id, left, literal) = nodes;
        let field = self.slice(left);
        if let Some(better) = glob_as_test(text, op.0.get().name) {
            let message = format!(
                "this is a file pattern, not a regular expression; write {}",
                quote(&format!("{field} {better}"))
            );
            let span = self.within_literal(literal, Some((0, 1)));
            let edit = Edit { span: op.1.join(self.span(literal)), text: better.clone() };
            return Diagnostic::new(Code::PatternIsGlob, span, message)
                .note("in a regular expression `*` repeats what stands before it")
                .fix(Fix::new(format!("write {}", quote(&better)), vec![edit]));
        }
        let refusal = refusal(text);
        let span = self.within_literal(literal, refusal.place);
        let diagnostic = Diagnostic::new(refusal.code, span, refusal.message);
        let diagnostic = match refusal.note {
            Some(note) => diagnostic.note(note),
            None => diagnostic,
        };
        let negative = refusal.code == Code::LookAround && op.0.get().name == "~";
        match negative.then(|| without_look_ahead(field, text)).flatten() {
            Some(better) => {
                diagnostic.fix(Fix::replace(format!("write {}", quote(&better)), self.span(id), better).suggestion())
            }
            None => diagnostic,
        }
    }

    /// The place within a string literal, where its text is as written; otherwise the literal.
    pub(crate) fn within_literal(&self, literal: NodeId, place: Option<(usize, usize)>) -> Span {
        let span = self.span(literal);
        let source = self.slice(literal);
        let Some((start, end)) = place else { return span };
        let opening = match source.strip_prefix('r') {
            Some(raw) => 2 + raw.bytes().take_while(|byte| *byte == b'#').count(),
            // Text that lacks its quotes, or has those of a word processor, was reported and read all the same.
            None if source.contains('\\') || !source.starts_with(['"', '\'']) => return span,
            None => 1,
        };
        let offset = |n: usize| span.start.saturating_add(u32::try_from(opening + n).unwrap_or(u32::MAX));
        let inner = Span::new(offset(start), offset(end));
        if span.contains(inner) { inner } else { span }
    }
}

/// Why a pattern is refused, and where.
fn refusal(text: &str) -> Refusal {
    let bad =
        |message: String, place: Option<(usize, usize)>| Refusal { code: Code::BadPattern, message, note: None, place };
    match AstParser::new().parse(text) {
        Err(error) => {
            let place = Some((error.span().start.offset, error.span().end.offset));
            match error.kind() {
                ErrorKind::UnsupportedLookAround => Refusal {
                    code: Code::LookAround,
                    message: "regular expressions have no look-around; write two conditions".to_owned(),
                    note: Some("such as `path ~ \"a\" && path !~ \"b\"`".to_owned()),
                    place,
                },
                ErrorKind::UnsupportedBackreference => Refusal {
                    note: Some("a regular expression is searched in one pass, in linear time".to_owned()),
                    ..bad("regular expressions have no back-references".to_owned(), place)
                },
                kind => bad(format!("the regular expression cannot be read: {kind}"), place),
            }
        }
        Ok(_) => match regex_syntax::ParserBuilder::new().utf8(false).build().parse(text) {
            Err(regex_syntax::Error::Translate(error)) => {
                let place = Some((error.span().start.offset, error.span().end.offset));
                bad(format!("the regular expression cannot be read: {}", error.kind()), place)
            }
            _ => bad("the regular expression cannot be read".to_owned(), None),
        },
    }
}

/// The test that a file pattern means: `=^ ".json"` for `*.json`.
fn glob_as_test(pattern: &str, op: &str) -> Option<String> {
    let rest = pattern.strip_prefix('*')?;
    let is_plain = |text: &str| !text.is_empty() && !text.contains(['*', '?', '[', ']', '(', ')', '|', '\\', '+', '{']);
    let negated = op == "!~";
    let inner = rest.strip_suffix('*').filter(|inner| is_plain(inner));
    Some(match inner {
        Some(inner) => format!("{} {}", if negated { "not contains" } else { "contains" }, string_literal(inner)),
        None if is_plain(rest) && !negated => format!("=^ {}", string_literal(rest)),
        None => format!("{} {}", if negated { "not like" } else { "like" }, string_literal(pattern)),
    })
}

/// Two conditions for a pattern that begins with a negative look-ahead.
fn without_look_ahead(field: &str, pattern: &str) -> Option<String> {
    let rest = pattern.strip_prefix("^(?!")?;
    let mut depth = 1_u32;
    let end = rest.char_indices().find(|(_, c)| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    let (unwanted, wanted) = (rest.get(..end.0)?, rest.get(end.0 + 1..)?);
    if unwanted.contains('\\') && unwanted.contains(['(', '[']) {
        return None;
    }
    let refused = format!("{field} !~ {}", string_literal(&format!("^{}", grouped(unwanted))));
    Some(match wanted {
        "" | ".*" | ".*$" => refused,
        _ => format!("{field} ~ {} && {refused}", string_literal(&format!("^{wanted}"))),
    })
}

/// A pattern that binds as one.
fn grouped(pattern: &str) -> String {
    if pattern.contains('|') { format!("(?:{pattern})") } else { pattern.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_pattern_is_a_test_of_text() {
        assert_eq!(glob_as_test("*.json", "~").as_deref(), Some("=^ \".json\""));
        assert_eq!(glob_as_test("*orders*", "~").as_deref(), Some("contains \"orders\""));
        assert_eq!(glob_as_test("*.js?n", "~").as_deref(), Some("like \"*.js?n\""));
        assert_eq!(glob_as_test("*.json", "!~").as_deref(), Some("not like \"*.json\""));
        assert_eq!(glob_as_test("a*", "~"), None);
    }

    #[test]
    fn a_negative_look_ahead_is_a_second_condition() {
        let better = |pattern| without_look_ahead("p", pattern);
        assert_eq!(better("^(?!/health).*").as_deref(), Some("p !~ \"^/health\""));
        assert_eq!(better("^(?!/a|/b)/v1").as_deref(), Some("p ~ \"^/v1\" && p !~ \"^(?:/a|/b)\""));
        assert_eq!(better("(?<=a)b"), None);
    }
}
