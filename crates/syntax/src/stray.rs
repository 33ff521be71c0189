//! Text of other languages that the lexer can tell at once: comments, variables, text without quotes.

use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix};
use tamis_lang::span::Span;
use tamis_lang::value::{Constant, Value};

use crate::lexer::{LexedLiteral, Lexing};
use crate::token::{Token, TokenKind};

/// How many hexadecimal digits the parts of a UUID have.
const UUID_PARTS: [usize; 5] = [8, 4, 4, 4, 12];

impl Lexing<'_> {
    /// A symbol that begins something foreign; answers where that ends.
    pub(crate) fn stray_symbol(&mut self, symbol: &str, span: Span) -> Option<usize> {
        match symbol {
            "/" if self.rest(span.start).starts_with("/*") => Some(self.block_comment(span)),
            "/" | "*" if self.operand_is_due() => self.bare_text(span),
            "$" => self.variable(span),
            _ => None,
        }
    }

    /// A sign that no token begins with; answers where what it begins ends.
    pub(crate) fn stray_sign(&mut self, sign: char, span: Span) -> Option<usize> {
        match sign {
            '#' => Some(self.hash_comment(span)),
            '.' => self.leading_dot(span),
            _ => None,
        }
    }

    /// `7d5c1f0e-2a44-4c55-9d0c-6a2f7e3b1c90`, which is text; answers where it ends.
    pub(crate) fn without_quotes(&mut self, start: Span) -> Option<usize> {
        let len = uuid_len(self.rest(start.start))?;
        let span = Span::new(start.start, start.start + u32::try_from(len).unwrap_or(0));
        self.needs_quotes(span, span.slice(self.text));
        Some(span.end as usize)
    }

    /// `10.0.0.1:80`, whose address was read; answers where the port ends.
    pub(crate) fn port(&mut self, address: Span) -> usize {
        let rest = self.rest(address.end);
        let digits = rest.strip_prefix(':').map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
        if digits == 0 {
            return 0;
        }
        let port = Span::new(address.end, address.end + 1 + u32::try_from(digits).unwrap_or(0));
        let text = address.join(port).slice(self.text);
        let message = format!("`{text}` has a port, which is no part of an address");
        self.report(Diagnostic::new(Code::BadAddress, port, message).fix(Fix::delete("remove the port", port)));
        port.end as usize
    }

    /// `3p.total`, whose head is no number; answers where it ends.
    pub(crate) fn digit_before_name(&mut self, head: Span) -> Option<usize> {
        let rest = self.rest(head.end);
        let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_';
        rest.strip_prefix('.').filter(|rest| rest.starts_with(is_letter))?;
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        let len = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        let whole = Span::new(head.start, head.end + u32::try_from(len).unwrap_or(0));
        let message = format!("`{}` begins with a digit, as no name does", whole.slice(self.text));
        self.report(Diagnostic::new(Code::BadName, whole, message));
        self.push(TokenKind::Error, whole);
        Some(whole.end as usize)
    }

    fn rest(&self, start: u32) -> &str {
        self.text.get(start as usize..).unwrap_or("")
    }

    /// Whether an operand is due behind the last token.
    ///
    /// Only what the lexer can see counts: behind a word it is due if the word is an operator and stands behind an
    /// operand itself.
    fn operand_is_due(&self) -> bool {
        let Some((last, before)) = self.out.tokens.split_last() else { return true };
        let ends_operand = |token: &Token| token.kind.ends_operand();
        match last.kind {
            TokenKind::Name => {
                let word = last.span.slice(self.text);
                let is_operator = matches!(word, "in" | "contains" | "like" | "matches" | "and" | "or");
                is_operator && before.last().is_some_and(ends_operand)
            }
            _ => !ends_operand(last),
        }
    }

    /// `/v1/orders` and `*.json`: text without quotes, up to the next blank or sign that separates.
    fn bare_text(&mut self, span: Span) -> Option<usize> {
        let rest = self.rest(span.start);
        let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ',' | '"' | '\'' | '&' | '|');
        let len = rest.find(ends).unwrap_or(rest.len());
        if len < 2 {
            return None;
        }
        let whole = Span::new(span.start, span.start + u32::try_from(len).unwrap_or(0));
        let text = whole.slice(self.text);
        let is_match = self.out.tokens.last().is_some_and(|token| token.span.slice(self.text).ends_with('~'));
        let pattern = text.strip_prefix('/').and_then(|text| text.strip_suffix('/')).filter(|_| is_match);
        self.needs_quotes(whole, pattern.unwrap_or(text));
        Some(whole.end as usize)
    }

    /// Reports text without quotes and takes it as a string.
    fn needs_quotes(&mut self, span: Span, text: &str) {
        let better = Value::String(text.as_bytes()).to_string();
        let message = format!("text needs quotes: `{better}`");
        let fix = Fix::replace("write it in quotes", span, better);
        self.report(Diagnostic::new(Code::UnquotedText, span, message).fix(fix));
        self.literal(LexedLiteral::Value(Constant::String(text.as_bytes().into())), span);
    }

    /// `# why`
    fn hash_comment(&mut self, sign: Span) -> usize {
        let line = self.rest(sign.start).lines().next().unwrap_or("");
        let end = sign.start as usize + line.len();
        let fix = Fix::replace("write `//`", sign, "//");
        let message = "a comment begins with `//`, not with `#`";
        self.report(Diagnostic::new(Code::ForeignSyntax, sign, message).fix(fix));
        end
    }

    /// `/* why */`
    fn block_comment(&mut self, open: Span) -> usize {
        let rest = self.rest(open.start);
        let len = rest.find("*/").map_or(rest.len(), |end| end + 2);
        let whole = Span::new(open.start, open.start + u32::try_from(len).unwrap_or(0));
        let text = whole.slice(self.text);
        let message = "a comment begins with `//` and ends with the line";
        let diagnostic = Diagnostic::new(Code::ForeignSyntax, Span::new(open.start, open.start + 2), message);
        let behind = self.rest(whole.end).split('\n').next().unwrap_or("");
        let is_last = behind.trim().is_empty() && !text.contains('\n');
        let content = text.trim_start_matches("/*").trim_end_matches("*/").trim();
        let better = format!("// {content}");
        self.report(if is_last {
            diagnostic.fix(Fix::replace(format!("write `{better}`"), whole, better))
        } else {
            diagnostic
        });
        whole.end as usize
    }

    /// `$status` and `${status}`
    fn variable(&mut self, sign: Span) -> Option<usize> {
        let rest = self.rest(sign.end);
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        let diagnostic = |span| Diagnostic::new(Code::ForeignSyntax, span, "a field is written without `$`");
        if rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            self.report(diagnostic(sign).fix(Fix::delete("remove `$`", sign)));
            return Some(sign.end as usize);
        }
        let name = rest.strip_prefix('{')?.split_once('}')?.0;
        if name.is_empty() || !name.chars().all(is_name) {
            return None;
        }
        let start = sign.end + 1;
        let name = Span::new(start, start + u32::try_from(name.len()).unwrap_or(0));
        let whole = Span::new(sign.start, name.end + 1);
        let fix = Fix::replace(format!("write `{}`", name.slice(self.text)), whole, name.slice(self.text));
        self.report(diagnostic(whole).fix(fix));
        self.push(TokenKind::Name, name);
        Some(whole.end as usize)
    }

    /// `.status`, or `.json` without quotes.
    fn leading_dot(&mut self, dot: Span) -> Option<usize> {
        let rest = self.rest(dot.end);
        let len =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))).unwrap_or(rest.len());
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return None;
        }
        let whole = Span::new(dot.start, dot.end + u32::try_from(len).unwrap_or(0));
        let text = whole.slice(self.text);
        let in_value = !self.out.tokens.is_empty() && self.operand_is_due();
        let message = match in_value {
            true => format!("`{text}` begins with a dot, as no name does; text needs quotes"),
            false => format!("`{text}` begins with a dot, as no name does"),
        };
        let quoted = Value::String(text.as_bytes()).to_string();
        let diagnostic = Diagnostic::new(Code::BadName, whole, message);
        let (name, string) = (
            Fix::delete("remove the dot", dot).suggestion(),
            Fix::replace("write it in quotes", whole, quoted).suggestion(),
        );
        self.report(diagnostic.fix(if in_value { string } else { name }));
        self.push(TokenKind::Error, whole);
        Some(whole.end as usize)
    }
}

/// The length of the UUID at the start of a text.
fn uuid_len(text: &str) -> Option<usize> {
    let mut rest = text;
    for (place, digits) in UUID_PARTS.into_iter().enumerate() {
        if place > 0 {
            rest = rest.strip_prefix('-')?;
        }
        let (part, behind) = rest.split_at_checked(digits)?;
        if !part.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        rest = behind;
    }
    let goes_on = rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    (!goes_on).then_some(text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_five_groups_of_hexadecimal_digits() {
        assert_eq!(uuid_len("7d5c1f0e-2a44-4c55-9d0c-6a2f7e3b1c90)"), Some(36));
        assert_eq!(uuid_len("7d5c1f0e-2a44-4c55-9d0c-6a2f7e3b1c901"), None);
        assert_eq!(uuid_len("7d5c1f0e-2a44-4c55-9d0c"), None);
        assert_eq!(uuid_len("7d5c1f0é-2a44"), None);
    }
}
