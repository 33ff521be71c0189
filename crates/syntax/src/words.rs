//! What contextual words and signs mean where they stand.
//!
//! No word is reserved: `in` is an operator between two operands and a name where an operand is due. Whether an operand
//! or an operator is due follows from the token before, so one pass over the tokens decides, and the grammar behind it
//! needs to look at one token only. Operators of other languages are recognised here as well and replaced by ours.

use tamis_lang::builtin::{self, Builtin, BuiltinId, Power, Special};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Edit, Fix, Severity};
use tamis_lang::edition::Edition;
use tamis_lang::span::Span;
use tamis_lang::unit;
use tamis_lang::value::Constant;

use crate::foreign::{self, Foreign};
use crate::lexer::LexedLiteral;
use crate::number::{self, Number};
use crate::token::{Token, TokenKind};

/// Resolves the words of one rule.
pub(crate) fn resolve(
    text: &str,
    edition: Edition,
    tokens: &[Token],
    literals: &mut Vec<LexedLiteral>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Token> {
    let mut pass = Words { text, edition, tokens, literals, diagnostics, at: 0, out: Vec::with_capacity(tokens.len()) };
    pass.conditional();
    while pass.at < pass.tokens.len() {
        if pass.operator_is_due() { pass.operator() } else { pass.operand() }
    }
    pass.trailing_semicolons();
    pass.out
}

struct Words<'a> {
    text: &'a str,
    edition: Edition,
    tokens: &'a [Token],
    literals: &'a mut Vec<LexedLiteral>,
    diagnostics: &'a mut Vec<Diagnostic>,
    at: usize,
    out: Vec<Token>,
}

impl<'a> Words<'a> {
    fn peek(&self, ahead: usize) -> Option<Token> {
        self.tokens.get(self.at + ahead).copied()
    }

    /// The text of a token ahead, if it is a name.
    fn word(&self, ahead: usize) -> Option<&'a str> {
        self.peek(ahead).filter(|token| token.kind == TokenKind::Name).map(|token| token.span.slice(self.text))
    }

    fn kind(&self, ahead: usize) -> Option<TokenKind> {
        self.peek(ahead).map(|token| token.kind)
    }

    fn push(&mut self, kind: TokenKind, span: Span) {
        self.out.push(Token { kind, span });
    }

    /// Takes `count` tokens as one.
    fn take(&mut self, count: usize, kind: TokenKind) {
        let first = self.peek(0).map_or(Span::at(0), |token| token.span);
        let last = self.peek(count.saturating_sub(1)).map_or(first, |token| token.span);
        self.push(kind, first.join(last));
        self.at += count;
    }

    /// Takes a token as it is.
    fn keep(&mut self) {
        if let Some(token) = self.peek(0) {
            self.out.push(token);
        }
        self.at += 1;
    }

    fn operator_is_due(&self) -> bool {
        self.out.last().is_some_and(|token| token.kind.ends_operand())
    }

    /// A token in the place of an operator.
    fn operator(&mut self) {
        match self.kind(0) {
            Some(TokenKind::Name) => self.operator_word(),
            Some(TokenKind::Foreign(place)) => {
                let foreign = foreign::SYMBOLS.get(usize::from(place));
                self.foreign_operator(foreign, 1);
            }
            _ => self.keep(),
        }
    }

    fn operator_word(&mut self) {
        let word = self.word(0).unwrap_or("");
        if word == "not"
            && let Some(negated) = self.word(1).and_then(|next| builtin::by_word(negated_spelling(next)))
        {
            self.blank_before_operand(2);
            return self.take(2, TokenKind::Infix(negated));
        }
        // atc-router reads the two words as one, and panics.
        if word == "notin"
            && let (Some(token), Some(negated)) = (self.peek(0), builtin::by_word("not in"))
        {
            let fix = Fix::replace("write `not in`", token.span, "not in");
            self.missing_blank(token.span, "`not` and `in` are two words", fix);
            return self.take(1, TokenKind::Infix(negated));
        }
        if word == "is" && self.word(1) == Some("not") {
            return self.foreign_operator(Some(&IS_NOT), 2);
        }
        if let Some(builtin) = builtin::by_word(word) {
            self.blank_before_operand(1);
            return self.take(1, TokenKind::Infix(builtin));
        }
        if self.detached_unit(word) || self.glued_network(word) {
            return;
        }
        if word == "between" && self.between() {
            return;
        }
        match foreign::word(word) {
            Some(foreign) => self.foreign_operator(Some(foreign), 1),
            None => self.keep(),
        }
    }

    /// `between 1 and 2`: reported, and read as `in 1..2`.
    fn between(&mut self) -> bool {
        let literal = |token: Option<Token>| token.filter(|token| matches!(token.kind, TokenKind::Literal(_)));
        let (Some(word), Some(low), Some(and), Some(high)) =
            (self.peek(0), literal(self.peek(1)), self.peek(2), literal(self.peek(3)))
        else {
            return false;
        };
        let joins = self.word(2) == Some("and") || and.span.slice(self.text) == "&&" || self.word(2) == Some("AND");
        let Some(member) = builtin::by_word("in").filter(|_| joins) else { return false };
        let span = word.span.join(high.span);
        let better = format!("in {}..{}", low.span.slice(self.text), high.span.slice(self.text));
        let message = format!("`between` is not an operator; write `{better}`");
        let fix = Fix::replace(format!("write `{better}`"), span, better);
        self.diagnostics.push(Diagnostic::new(Code::ForeignOperator, word.span, message).fix(fix));
        self.push(TokenKind::Infix(member), word.span);
        self.out.extend([low, Token { kind: TokenKind::DotDot, span: and.span }, high]);
        self.at += 4;
        true
    }

    /// Reports `contains"x"`, which reads as one word in other places.
    fn blank_before_operand(&mut self, count: usize) {
        let (Some(word), Some(next)) = (self.peek(count - 1), self.peek(count)) else { return };
        if word.span.end == next.span.start && matches!(next.kind, TokenKind::Literal(_)) {
            let message = format!("`{}` needs a blank behind it", word.span.slice(self.text));
            let fix = Fix::insert("insert the blank", word.span.end, " ");
            self.missing_blank(word.span.join(next.span), message, fix);
        }
    }

    fn missing_blank(&mut self, span: Span, message: impl Into<String>, fix: Fix) {
        let severity = if self.edition.reads_atc() { Severity::Warning } else { Severity::Error };
        let diagnostic = Diagnostic::new(Code::MissingBlank, span, message).fix(fix);
        self.diagnostics.push(Diagnostic { severity, ..diagnostic });
    }

    /// `in10.0.0.0/8`, which Kong's expressions accept; the lexer sees a name and a rest.
    fn glued_network(&mut self, word: &str) -> bool {
        let Some(token) = self.peek(0) else { return false };
        if !word.starts_with("in") {
            return false;
        }
        let mut count = 1;
        let mut span = token.span;
        while let Some(next) =
            self.peek(count).filter(|next| next.span.start == span.end && next.kind != TokenKind::CloseParenthesis)
            && count < 8
        {
            span = span.join(next.span);
            count += 1;
        }
        let network = Span::new(span.start + 2, span.end);
        let Ok(value) = number::read_address(network.slice(self.text), network) else { return false };
        let message = "`in` needs a blank behind it";
        let fix = Fix::insert("insert the blank", network.start, " ");
        self.missing_blank(span, message, fix);
        if let Some(member) = builtin::by_word("in") {
            self.push(TokenKind::Infix(member), Span::new(span.start, network.start));
        }
        self.literal(LexedLiteral::Value(value), network);
        self.at += count;
        true
    }

    fn literal(&mut self, literal: LexedLiteral, span: Span) {
        let place = u32::try_from(self.literals.len()).unwrap_or(u32::MAX);
        self.literals.push(literal);
        self.push(TokenKind::Literal(place), span);
    }

    /// `250 ms`: a unit apart from its number.
    fn detached_unit(&mut self, word: &str) -> bool {
        let (Some(before), Some(token)) = (self.out.last().copied(), self.peek(0)) else { return false };
        let number = before.span.slice(self.text);
        let plain = number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'_'));
        let ours = match (unit::by_suffix(word), foreign::unit(word)) {
            (Some(unit), _) => &[unit.suffix][..],
            (None, Some(ours)) => ours,
            (None, None) => return false,
        };
        if !plain || !matches!(before.kind, TokenKind::Literal(_)) || self.comparison_follows(1) {
            return false;
        }
        let span = before.span.join(token.span);
        let first = ours.first().copied().unwrap_or("");
        let joined = format!("{number}{first}");
        let mut diagnostic =
            Diagnostic::new(Code::DetachedUnit, span, format!("a number and its unit are one word: `{joined}`"));
        for suffix in ours {
            let fix = Fix::replace(format!("write `{number}{suffix}`"), span, format!("{number}{suffix}"));
            diagnostic = diagnostic.fix(if ours.len() == 1 { fix } else { fix.suggestion() });
        }
        self.diagnostics.push(diagnostic);
        let value = match number::read(&joined, span) {
            Ok(Number::Value(value)) => LexedLiteral::Value(value),
            _ => LexedLiteral::Malformed,
        };
        self.out.pop();
        self.literal(value, span);
        self.at += 1;
        true
    }

    /// Replaces an operator of another language by ours and says so.
    fn foreign_operator(&mut self, foreign: Option<&Foreign>, count: usize) {
        let first = self.peek(0).map_or(Span::at(0), |token| token.span);
        let span = first.join(self.peek(count - 1).map_or(first, |token| token.span));
        let spelled = span.slice(self.text);
        let meant = foreign.and_then(Foreign::builtin);
        let message = match foreign.and_then(|foreign| foreign.means) {
            Some(ours) => format!("`{spelled}` is not an operator; write `{ours}`"),
            None => format!("`{spelled}` is not an operator"),
        };
        let mut diagnostic = Diagnostic::new(Code::ForeignOperator, span, message);
        if let Some(ours) = foreign.and_then(|foreign| foreign.means) {
            diagnostic = diagnostic.fix(Fix::replace(format!("write `{ours}`"), span, self.with_blanks(ours, span)));
        }
        if let Some(note) = foreign.and_then(|foreign| foreign.note) {
            diagnostic = diagnostic.note(note);
        }
        self.diagnostics.push(diagnostic);
        self.take(count, meant.map_or(TokenKind::Error, TokenKind::Infix));
    }

    /// A word operator keeps its distance from its neighbours when it replaces a sign (`a*="x"`).
    fn with_blanks(&self, ours: &str, span: Span) -> String {
        if !ours.bytes().all(|b| b.is_ascii_alphabetic() || b == b' ') {
            return ours.to_owned();
        }
        let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let before = self.text.get(..span.start as usize).and_then(|text| text.chars().next_back());
        let after = self.text.get(span.end as usize..).and_then(|text| text.chars().next());
        let (left, right) = (if is_blank(before) { "" } else { " " }, if is_blank(after) { "" } else { " " });
        format!("{left}{ours}{right}")
    }

    /// A token in the place of an operand.
    fn operand(&mut self) {
        match self.kind(0) {
            Some(TokenKind::Name) => self.operand_word(),
            Some(TokenKind::Infix(id)) => match prefix_of(id.get()) {
                Some(prefix) => self.take(1, TokenKind::Prefix(prefix)),
                None => self.keep(),
            },
            Some(TokenKind::OpenBrace | TokenKind::OpenParenthesis) if self.set_is_due() && !self.is_group() => {
                self.foreign_set(None);
            }
            Some(TokenKind::OpenBracket) => self.set_without_commas(),
            Some(TokenKind::OpenParenthesis) if self.is_list() => {
                let membership = self.membership();
                self.foreign_set(membership);
            }
            _ => self.keep(),
        }
    }

    fn operand_word(&mut self) {
        let word = self.word(0).unwrap_or("");
        let is_name = self.comparison_follows(1);
        match word {
            "true" | "false" if self.is_atc_argument() || self.is_atc_field() => self.keep(),
            "not" if self.is_atc_argument() => self.keep(),
            "true" | "false" => {
                let value = LexedLiteral::Value(Constant::Bool(word == "true"));
                let span = self.peek(0).map_or(Span::at(0), |token| token.span);
                self.literal(value, span);
                self.at += 1;
            }
            "not" if !is_name => {
                let not = builtin::by_prefix("not");
                self.take(1, not.map_or(TokenKind::Error, TokenKind::Prefix));
            }
            // Twice the same operator: the condition between them is missing.
            "and" | "or"
                if !is_name
                    && !self.edition.reads_atc()
                    && !self.out.is_empty()
                    && self.kind(1).is_some_and(TokenKind::starts_operand) =>
            {
                let joint = builtin::by_word(word);
                self.take(1, joint.map_or(TokenKind::Error, TokenKind::Infix));
            }
            "NOT" if !is_name && self.kind(1).is_some_and(TokenKind::starts_operand) => {
                self.foreign_operator(Some(&NOT), 1);
                if let (Some(token), Some(not)) = (self.out.last_mut(), builtin::by_prefix("not")) {
                    token.kind = TokenKind::Prefix(not);
                }
            }
            _ if self.kind(1) == Some(TokenKind::OpenParenthesis) => self.function(word),
            _ if self.kind(1) == Some(TokenKind::Colon)
                && self.out.last().is_some_and(|token| token.kind == TokenKind::Comma) =>
            {
                self.take(2, TokenKind::Label);
            }
            _ => self.keep(),
        }
    }

    /// Whether a word stands alone within `lower` and `any`, where atc-router, which reserves no word, has a field.
    fn is_atc_argument(&self) -> bool {
        let is_call = |function: &Token, open: &Token| {
            function.kind == TokenKind::Function
                && open.kind == TokenKind::OpenParenthesis
                && matches!(function.span.slice(self.text), "lower" | "any")
        };
        self.edition.reads_atc()
            && self.kind(1) == Some(TokenKind::CloseParenthesis)
            && matches!(self.out.as_slice(), [.., function, open] if is_call(function, open))
    }

    /// Whether `true` or `false` is a field: no rule that atc-router accepts has a truth value.
    fn is_atc_field(&self) -> bool {
        if !self.edition.reads_atc() {
            return false;
        }
        let is_literal = |kind: Option<TokenKind>| match kind {
            Some(TokenKind::Literal(_)) => true,
            Some(TokenKind::Infix(id)) => prefix_of(id.get()).is_some(),
            _ => false,
        };
        let n_operator = if self.word(1) == Some("not") { 2 } else { 1 };
        self.comparison_follows(1) && is_literal(self.kind(1 + n_operator))
    }

    /// Whether the token ahead compares, so that a word before it is a name (`not == 1`, `not in 10.0.0.0/8`).
    fn comparison_follows(&self, ahead: usize) -> bool {
        let compares = |kind: Option<TokenKind>| {
            let foreign = matches!(kind, Some(TokenKind::Foreign(_)));
            let ours = matches!(kind, Some(TokenKind::Infix(id)) if id.get().power() == Some(Power::Compare));
            foreign || ours
        };
        match self.word(ahead) {
            Some("not") => self.word(ahead + 1).is_some_and(|next| builtin::by_word(negated_spelling(next)).is_some()),
            Some(word) => {
                let is_operator = builtin::by_word(word).is_some_and(|id| id.get().power() == Some(Power::Compare));
                is_operator && !compares(self.kind(ahead + 1))
            }
            None => compares(self.kind(ahead)),
        }
    }

    /// A name before a parenthesis: a function, or a quantifier with its variable.
    fn function(&mut self, word: &str) {
        let quantifier = builtin::by_function_name(word)
            .filter(|id| matches!(id.get().special(), Some(Special::Any | Special::All | Special::None)));
        match quantifier {
            Some(id) if self.kind(2) == Some(TokenKind::Name) && self.word(3) == Some("in") => {
                self.take(1, TokenKind::Quantifier(id));
                self.keep();
                self.keep();
                self.take(1, TokenKind::QuantifierIn);
            }
            _ => {
                self.take(1, TokenKind::Function);
                if word == "sample" {
                    self.keep();
                    self.probability();
                }
            }
        }
    }

    /// `10%`, `0.1%` and `1/1000` at the start of the arguments of `sample`.
    fn probability(&mut self) {
        let number = |token: Option<Token>| {
            token.filter(|token| matches!(token.kind, TokenKind::Literal(_))).map(|token| token.span)
        };
        let sign = |token: Option<Token>| {
            token.filter(|token| matches!(token.kind, TokenKind::Infix(_))).map(|token| token.span.slice(self.text))
        };
        let Some(first) = number(self.peek(0)) else { return };
        let (fraction, count, span) = match (sign(self.peek(1)), number(self.peek(2))) {
            (Some("%"), _) => {
                (percent(first.slice(self.text)), 2, first.join(self.peek(1).map_or(first, |token| token.span)))
            }
            (Some("/"), Some(second)) => {
                (ratio(first.slice(self.text), second.slice(self.text)), 3, first.join(second))
            }
            _ => return,
        };
        let literal = match fraction {
            Some((numerator, denominator)) => LexedLiteral::Probability { numerator, denominator },
            None => {
                let message = format!("`{}` is not a probability: more than 0 and at most 100%", span.slice(self.text));
                self.diagnostics.push(Diagnostic::new(Code::BadNumber, span, message));
                LexedLiteral::Malformed
            }
        };
        self.literal(literal, span);
        self.at += count;
    }

    /// Whether the operand that is due is the right side of `in`.
    fn set_is_due(&self) -> bool {
        let Some(TokenKind::Infix(id)) = self.out.last().map(|token| token.kind) else { return false };
        let set = |signature: &builtin::Signature| matches!(signature.parameters, [_, builtin::Operand::Set(_)]);
        id.get().signatures.iter().any(set)
    }

    /// Whether a parenthesis encloses one name, as around a named set.
    fn is_group(&self) -> bool {
        self.kind(0) == Some(TokenKind::OpenParenthesis)
            && self.kind(1) == Some(TokenKind::Name)
            && self.kind(2) == Some(TokenKind::CloseParenthesis)
    }

    /// `[1 2 3]`: reported once, and read with its commas.
    fn set_without_commas(&mut self) {
        self.keep();
        let rest = self.tokens.get(self.at..).unwrap_or(&[]);
        let is_literal = |token: &Token| matches!(token.kind, TokenKind::Literal(_));
        let belongs = |token: &Token| is_literal(token) || matches!(token.kind, TokenKind::Comma | TokenKind::DotDot);
        let elements = rest.iter().take_while(|token| belongs(token)).count();
        let is_closed = rest.get(elements).is_some_and(|token| token.kind == TokenKind::CloseBracket);
        let elements = rest.get(..elements).unwrap_or(&[]);
        let lacks = |pair: &[Token]| pair.iter().all(is_literal);
        if !is_closed || !elements.windows(2).any(lacks) {
            return;
        }
        let mut edits = Vec::new();
        for (place, element) in elements.iter().enumerate() {
            let before = place.checked_sub(1).and_then(|before| elements.get(before));
            if let Some(before) = before.filter(|before| lacks(&[**before, *element])) {
                edits.push(Edit { span: before.span.after(), text: ",".into() });
                self.push(TokenKind::Comma, before.span.after());
            }
            self.out.push(*element);
        }
        let span =
            elements.first().zip(elements.last()).map_or(Span::at(0), |(first, last)| first.span.join(last.span));
        self.at += elements.len();
        let message = "the elements of a set are separated by commas";
        let fix = Fix::new("write the commas", edits);
        self.diagnostics.push(Diagnostic::new(Code::BadSet, span, message).fix(fix));
    }

    /// Whether a parenthesis encloses literals with a comma between the first two, as the lists of other languages.
    fn is_list(&self) -> bool {
        let is_literal = |ahead| matches!(self.kind(ahead), Some(TokenKind::Literal(_)));
        is_literal(1) && self.kind(2) == Some(TokenKind::Comma) && is_literal(3) && self.membership().is_some()
    }

    /// The operator that asks of a set what the last one asks of a value.
    fn membership(&self) -> Option<(Span, BuiltinId)> {
        let last = self.out.last()?;
        let TokenKind::Infix(id) = last.kind else { return None };
        let word = match id.get().name {
            "==" => "in",
            "!=" => "not in",
            _ => return None,
        };
        Some((last.span, builtin::by_word(word)?))
    }

    /// `(1, 2)` or `{1 2}` where a set is due, or behind `==`: reported, and read as `[1, 2]`.
    fn foreign_set(&mut self, instead: Option<(Span, BuiltinId)>) {
        let Some(open) = self.peek(0) else { return };
        let mut depth = 0_usize;
        let length = self.tokens.iter().skip(self.at).position(|token| {
            match token.kind {
                TokenKind::OpenParenthesis | TokenKind::OpenBrace | TokenKind::OpenBracket => depth += 1,
                TokenKind::CloseParenthesis | TokenKind::CloseBrace | TokenKind::CloseBracket => {
                    depth = depth.saturating_sub(1);
                }
                _ => {}
            }
            depth == 0
        });
        let Some(close) = length.and_then(|length| self.peek(length)) else { return self.keep() };
        let mut edits = vec![Edit { span: open.span, text: "[".into() }, Edit { span: close.span, text: "]".into() }];
        if let Some((span, membership)) = instead {
            edits.push(Edit { span, text: self.with_blanks(membership.get().name, span) });
            if let Some(operator) = self.out.last_mut() {
                operator.kind = TokenKind::Infix(membership);
            }
        }
        self.push(TokenKind::OpenBracket, open.span);
        self.at += 1;
        while let Some(token) = self.peek(0).filter(|token| token.span != close.span) {
            let before = self.out.last().copied();
            if let Some(before) =
                before.filter(|before| before.kind.ends_operand() && matches!(token.kind, TokenKind::Literal(_)))
            {
                edits.push(Edit { span: before.span.after(), text: ",".into() });
                self.push(TokenKind::Comma, before.span.after());
            }
            self.keep();
        }
        self.push(TokenKind::CloseBracket, close.span);
        self.at += 1;
        let span = open.span.join(close.span);
        let sign = open.span.slice(self.text);
        let message = match instead {
            Some((_, membership)) => format!("a set is written in brackets behind `{}`", membership.get().name),
            None => format!("a set is written in brackets, not in `{sign}`"),
        };
        self.diagnostics
            .push(Diagnostic::new(Code::ForeignSet, span, message).fix(Fix::new("write it in brackets", edits)));
    }

    /// `if … then …`: a rule is only the condition.
    fn conditional(&mut self) {
        let Some(word @ ("if" | "when" | "where")) = self.word(0) else { return };
        let goes_on =
            self.kind(1).is_some_and(TokenKind::starts_operand) && self.kind(1) != Some(TokenKind::OpenParenthesis);
        let is_call = self.kind(1) == Some(TokenKind::OpenParenthesis)
            && !self.tokens.iter().any(|token| token.span.slice(self.text) == "then");
        if (!goes_on && self.kind(1) != Some(TokenKind::OpenParenthesis)) || is_call || self.comparison_follows(1) {
            return;
        }
        let keyword = self.peek(0).map_or(Span::at(0), |token| token.span);
        let start = self.peek(1).map_or(keyword, |token| token.span);
        let then =
            self.tokens.iter().position(|token| token.kind == TokenKind::Name && token.span.slice(self.text) == "then");
        let mut edits = vec![Edit { span: Span::new(keyword.start, start.start), text: String::new() }];
        let mut message = format!("a rule is only the condition; drop `{word}`");
        if let Some((then, before)) =
            then.and_then(|place| Some((self.tokens.get(place)?, self.tokens.get(place - 1)?)))
        {
            let end = self.tokens.last().map_or(then.span, |token| token.span);
            let tail = Span::new(then.span.start, end.end);
            edits.push(Edit { span: Span::new(before.span.end, end.end), text: String::new() });
            message.push_str(&format!(" and `{}`", tail.slice(self.text)));
        }
        let fix = Fix::new("keep the condition", edits);
        self.diagnostics.push(Diagnostic::new(Code::ForeignSyntax, keyword, message).fix(fix));
        self.at = 1;
        self.tokens = self.tokens.get(..then.unwrap_or(self.tokens.len())).unwrap_or(self.tokens);
    }

    /// Drops semicolons at the end and says so once.
    fn trailing_semicolons(&mut self) {
        let Some(last) = self.out.last().filter(|token| token.kind == TokenKind::Semicolon).copied() else { return };
        while self.out.last().is_some_and(|token| token.kind == TokenKind::Semicolon) {
            self.out.pop();
        }
        let first = self.out.last().map_or(last.span, |token| Span::new(token.span.end, last.span.end));
        self.diagnostics.push(
            Diagnostic::new(Code::TrailingSemicolon, last.span, "a rule does not end with `;`")
                .fix(Fix::delete("remove it", first)),
        );
    }
}

const IS_NOT: Foreign = Foreign { spelling: "is not", means: Some("!="), note: None };
const NOT: Foreign = Foreign { spelling: "NOT", means: Some("not"), note: None };

/// The spelling of an operator with `not` before it.
fn negated_spelling(word: &str) -> &'static str {
    match word {
        "in" => "not in",
        "contains" => "not contains",
        "like" => "not like",
        _ => "",
    }
}

/// The prefix operator with the same sign as an infix one.
fn prefix_of(infix: &Builtin) -> Option<BuiltinId> {
    infix.spellings().find_map(builtin::by_prefix)
}

/// A percentage as a fraction in lowest terms of ten, if it is a probability.
fn percent(number: &str) -> Option<(u64, u64)> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let places = u32::try_from(fraction.len()).ok()?;
    let numerator: u64 = format!("{whole}{fraction}").replace('_', "").parse().ok()?;
    let denominator = 100_u64.checked_mul(10_u64.checked_pow(places)?)?;
    (numerator > 0 && numerator <= denominator).then_some((numerator, denominator))
}

/// A ratio, if it is a probability.
fn ratio(numerator: &str, denominator: &str) -> Option<(u64, u64)> {
    let number = |text: &str| text.replace('_', "").parse::<u64>().ok();
    let (numerator, denominator) = (number(numerator)?, number(denominator)?);
    (numerator > 0 && numerator <= denominator).then_some((numerator, denominator))
}
