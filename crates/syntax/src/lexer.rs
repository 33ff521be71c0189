//! Text to tokens.
//!
//! logos finds where a token begins and which kind it is; what needs more than a regular expression (strings with
//! hashes, numbers with units, the longest operator) is cut by small functions beside it. Broken text becomes a token
//! and a diagnostic; nothing is lost.

use logos::{Lexer as LogosLexer, Logos};
use tamis_lang::builtin;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix};
use tamis_lang::edition::Edition;
use tamis_lang::span::Span;
use tamis_lang::value::Constant;

use crate::atc;
use crate::foreign;
use crate::lookalike;
use crate::number::{self, Number};
use crate::string;
use crate::token::{Token, TokenKind};

/// The tokens of a text, with what was found on the way.
#[derive(Debug, Default)]
pub(crate) struct Lexed {
    /// Everything but blanks and comments.
    pub(crate) tokens: Vec<Token>,
    /// The literals that the tokens point to.
    pub(crate) literals: Vec<LexedLiteral>,
    /// The comments, slashes included.
    pub(crate) comments: Vec<Span>,
    /// What is wrong.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Whether the end of a text was looked for up to the end of everything, so that what follows could change the
    /// tokens.
    pub(crate) is_open: bool,
}

/// A literal as the lexer knows it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LexedLiteral {
    /// A value of the language.
    Value(Constant),
    /// 2^63, which is an int only behind a minus.
    SmallestInt,
    /// `5xx`
    StatusClass(u8),
    /// `10%`, only in `sample(…)`.
    Probability {
        /// Above the line.
        numerator: u64,
        /// Below the line.
        denominator: u64,
    },
    /// Reported already.
    Malformed,
}

/// What the cutting of one token needs to know of the text.
#[derive(Clone, Copy, Debug, Default)]
struct Cutting {
    edition: Edition,
    /// Raw strings that go on to the end of the text.
    raw: string::NeverClosed,
    /// Whether a string over several lines was found to go on to the end of the text; every later one does, too,
    /// because it begins at a quote that was escaped in the first.
    lines_never_closed: bool,
}

/// The shapes that logos tells apart.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq)]
#[logos(skip r"[ \t\r\n]+", extras = Cutting)]
enum Shape {
    #[regex(r"//[^\n]*", allow_greedy = true)]
    Comment,
    #[regex(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+(-[A-Za-z0-9_]+)*)*")]
    Name,
    #[regex(r"[0-9]", cut_number)]
    Number,
    #[regex(r"\.[0-9]+", priority = 5)]
    BarePoint,
    #[regex(r"([0-9A-Fa-f]{1,4})?(:[0-9A-Fa-f]{0,4}){2,9}((\.[0-9]{1,3}){3})?(/[0-9]+)?", priority = 10)]
    Address6,
    #[regex("[\"']", cut_string)]
    Quoted,
    #[regex("r#*\"", cut_raw_string)]
    Raw,
    #[token("(")]
    OpenParenthesis,
    #[token(")")]
    CloseParenthesis,
    #[token("[")]
    OpenBracket,
    #[token("]")]
    CloseBracket,
    #[token("{")]
    OpenBrace,
    #[token("}")]
    CloseBrace,
    #[token(",")]
    Comma,
    #[token("...")]
    ThreeDots,
    #[token("..")]
    DotDot,
    #[token(":")]
    Colon,
    #[token(";")]
    Semicolon,
    #[token(":=")]
    #[regex(r"[-!<>=~^&|+*/%?$]", cut_symbol)]
    Symbol,
}

fn cut_number(lexer: &mut LogosLexer<'_, Shape>) {
    let text = lexer.source().get(lexer.span().start..).unwrap_or("");
    lexer.bump(number::scan(text).saturating_sub(1));
}

fn cut_string(lexer: &mut LogosLexer<'_, Shape>) {
    let text = lexer.source().get(lexer.span().start..).unwrap_or("");
    let mut extent = string::quoted_extent(text);
    if !extent.closed && lexer.extras.edition.reads_atc() && text.starts_with('"') && !lexer.extras.lines_never_closed {
        match string::extent_over_lines(text) {
            Some(longer) => extent = longer,
            None => lexer.extras.lines_never_closed = true,
        }
    }
    lexer.bump(extent.len - lexer.slice().len());
}

fn cut_raw_string(lexer: &mut LogosLexer<'_, Shape>) {
    let text = lexer.source().get(lexer.span().start..).unwrap_or("");
    let extent = lexer.extras.raw.extent(text);
    lexer.bump(extent.len - lexer.slice().len());
}

fn cut_symbol(lexer: &mut LogosLexer<'_, Shape>) {
    let text = lexer.source().get(lexer.span().start..).unwrap_or("");
    lexer.bump(symbol_len(text).saturating_sub(1));
}

/// The bytes of the longest operator, ours or foreign, at the start of a text; one where there is none.
fn symbol_len(text: &str) -> usize {
    let ours = builtin::longest_symbol(text).map_or(1, |(_, len)| len);
    let foreign = foreign::symbol_at(text).and_then(|place| foreign::SYMBOLS.get(usize::from(place)));
    ours.max(foreign.map_or(0, |foreign| foreign.spelling.len()))
}

/// Splits a text into tokens.
pub(crate) fn lex(text: &str, edition: Edition) -> Lexed {
    let mut lexing = Lexing { text, edition, out: Lexed::default(), glued: string::NeverClosed::default() };
    lexing.out.tokens.reserve(text.len() / 4);
    let mut shapes = Shape::lexer_with_extras(text, Cutting { edition, ..Cutting::default() });
    while let Some(shape) = shapes.next() {
        let range = shapes.span();
        let skip = match shape {
            Ok(shape) => lexing.shape(shape, Span::from_range(range.clone())),
            Err(()) => lexing.unknown(range.start),
        };
        let ahead = skip.saturating_sub(range.end);
        if ahead > 0 {
            shapes.bump(ahead);
        }
    }
    if !text.is_ascii() {
        lexing.hidden_characters();
    }
    lexing.out.is_open = shapes.extras.raw.is_open() || shapes.extras.lines_never_closed || lexing.glued.is_open();
    lexing.out
}

/// The lexer at work.
pub(crate) struct Lexing<'a> {
    pub(crate) text: &'a str,
    edition: Edition,
    pub(crate) out: Lexed,
    /// Raw strings right behind a word that go on to the end of the text.
    glued: string::NeverClosed,
}

impl Lexing<'_> {
    /// Adds the token of a shape and answers the offset at which lexing goes on, if that is further on.
    fn shape(&mut self, shape: Shape, span: Span) -> usize {
        match shape {
            Shape::Comment => self.out.comments.push(span),
            Shape::Name => return self.name(span),
            Shape::Number => return self.number(span),
            Shape::BarePoint => {
                let text = span.slice(self.text);
                let message = format!("`{text}` needs a digit before the point");
                self.report(Diagnostic::new(Code::BadNumber, span, message).fix(Fix::insert(
                    format!("write `0{text}`"),
                    span.start,
                    "0",
                )));
                self.literal(LexedLiteral::Malformed, span);
            }
            Shape::Address6 => self.address(span),
            Shape::Quoted => self.quoted(span),
            Shape::Raw => self.raw(span),
            Shape::OpenParenthesis => self.push(TokenKind::OpenParenthesis, span),
            Shape::CloseParenthesis => self.push(TokenKind::CloseParenthesis, span),
            Shape::OpenBracket => self.push(TokenKind::OpenBracket, span),
            Shape::CloseBracket => self.push(TokenKind::CloseBracket, span),
            Shape::OpenBrace => self.push(TokenKind::OpenBrace, span),
            Shape::CloseBrace => self.push(TokenKind::CloseBrace, span),
            Shape::Comma => self.push(TokenKind::Comma, span),
            Shape::ThreeDots => {
                let fix = Fix::replace("write `..`", span, "..");
                let message = "a range has two points and includes both its ends";
                self.report(Diagnostic::new(Code::BadSet, span, message).fix(fix));
                self.push(TokenKind::DotDot, span);
            }
            Shape::DotDot => self.push(TokenKind::DotDot, span),
            Shape::Colon => self.push(TokenKind::Colon, span),
            Shape::Semicolon => self.push(TokenKind::Semicolon, span),
            Shape::Symbol => return self.symbol(span),
        }
        0
    }

    pub(crate) fn push(&mut self, kind: TokenKind, span: Span) {
        self.out.tokens.push(Token { kind, span });
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.out.diagnostics.push(diagnostic);
    }

    pub(crate) fn literal(&mut self, literal: LexedLiteral, span: Span) {
        let place = u32::try_from(self.out.literals.len()).unwrap_or(u32::MAX);
        self.out.literals.push(literal);
        self.push(TokenKind::Literal(place), span);
    }

    /// An address or a network.
    fn address(&mut self, span: Span) {
        let text = span.slice(self.text);
        if !self.edition.reads_atc() || !self.read_by_atc(atc::network(text, span), span) {
            self.value_or_report(number::read_address(text, span), span);
        }
    }

    fn value_or_report(&mut self, read: Result<Constant, Box<Diagnostic>>, span: Span) {
        match read {
            Ok(value) => self.literal(LexedLiteral::Value(value), span),
            Err(diagnostic) => {
                self.report(*diagnostic);
                self.literal(LexedLiteral::Malformed, span);
            }
        }
    }

    /// Adds a literal that atc-router reads in its own way; whether there is one.
    fn read_by_atc(&mut self, read: Option<(Constant, Diagnostic)>, span: Span) -> bool {
        let Some((value, warning)) = read else { return false };
        self.report(warning);
        self.literal(LexedLiteral::Value(value), span);
        true
    }

    fn number(&mut self, span: Span) -> usize {
        if let Some(end) = self.without_quotes(span) {
            return end;
        }
        let text = span.slice(self.text);
        if self.edition.reads_atc() {
            let read = atc::leading_zero(text, span).or_else(|| atc::network(text, span));
            if self.read_by_atc(read, span) {
                return 0;
            }
        }
        match number::read(span.slice(self.text), span) {
            Ok(Number::Value(value)) => {
                let is_address = matches!(value, Constant::Ip(_));
                self.literal(LexedLiteral::Value(value), span);
                return if is_address { self.port(span) } else { 0 };
            }
            Ok(Number::SmallestInt) => self.literal(LexedLiteral::SmallestInt, span),
            Ok(Number::StatusClass(class)) => self.literal(LexedLiteral::StatusClass(class), span),
            Err(diagnostic) => {
                if let Some(end) = self.digit_before_name(span) {
                    return end;
                }
                self.report(*diagnostic);
                self.literal(LexedLiteral::Malformed, span);
            }
        }
        0
    }

    fn quoted(&mut self, span: Span) {
        let text = span.slice(self.text);
        let mut extent = string::quoted_extent(text);
        if !extent.closed
            && let Some(longer) = string::extent_over_lines(text).filter(|_| self.edition.reads_atc())
        {
            extent = longer;
            self.out.diagnostics.extend(atc::line_breaks(text, span));
        }
        if !extent.closed {
            let quote = text.get(..1).unwrap_or("\"");
            self.report(Diagnostic::new(Code::UnclosedString, span, "this text is never closed").fix(
                Fix::insert(format!("close it with `{quote}` at the end of the line"), span.end, quote).suggestion(),
            ));
        }
        let (content, problems) = string::quoted_content(text, extent, span.start);
        self.out.diagnostics.extend(problems);
        self.literal(LexedLiteral::Value(Constant::String(content)), span);
    }

    fn raw(&mut self, span: Span) {
        let text = span.slice(self.text);
        let extent = string::raw_extent(text);
        if !extent.closed {
            let hashes = "#".repeat(text.bytes().skip(1).take_while(|&b| b == b'#').count());
            let closing = format!("\"{hashes}");
            self.report(
                Diagnostic::new(Code::UnclosedString, span, format!("this raw text is never closed by `{closing}`"))
                    .fix(
                        Fix::insert(format!("close it with `{closing}` at the end of the line"), span.end, closing)
                            .suggestion(),
                    ),
            );
        }
        let content = string::raw_content(text, extent).as_bytes().into();
        self.literal(LexedLiteral::Value(Constant::String(content)), span);
    }

    fn symbol(&mut self, span: Span) -> usize {
        let symbol = span.slice(self.text);
        // `rule name =!flag`: the sign behind the name of an item ends before the negation.
        if symbol == "=!" && self.is_after_item_name() {
            self.symbol(Span::new(span.start, span.start + 1));
            return self.symbol(Span::new(span.start + 1, span.end));
        }
        if let Some(end) = self.stray_symbol(symbol, span) {
            return end;
        }
        let kind = match (builtin::by_symbol(symbol), symbol) {
            (Some(builtin), _) => TokenKind::Infix(builtin),
            (None, "!") => TokenKind::Bang,
            _ => match foreign::symbol_at(symbol) {
                Some(place) => TokenKind::Foreign(place),
                None => {
                    self.report(Diagnostic::new(
                        Code::UnknownCharacter,
                        span,
                        format!("`{symbol}` belongs to no construct of the language"),
                    ));
                    TokenKind::Error
                }
            },
        };
        self.push(kind, span);
        0
    }

    /// Whether the last two tokens are `let` or `rule` and a name.
    fn is_after_item_name(&self) -> bool {
        let [.., keyword, name] = self.out.tokens.as_slice() else { return false };
        let is_item = matches!(keyword.span.slice(self.text), "let" | "rule");
        is_item && keyword.kind == TokenKind::Name && name.kind == TokenKind::Name
    }

    /// A name; where it goes on with letters of other scripts or with dots, the whole word is one mistake.
    fn name(&mut self, span: Span) -> usize {
        if let Some(end) = self.without_quotes(span) {
            return end;
        }
        let rest = self.text.get(span.end as usize..).unwrap_or("");
        let follows_dot = rest.starts_with('.');
        let goes_on = rest.chars().next().is_some_and(|c| !c.is_ascii() && c.is_alphanumeric());
        if goes_on {
            return self.foreign_word(span.start as usize);
        }
        if self.edition.reads_atc()
            && let Some(end) = self.glued(span)
        {
            return end;
        }
        if !follows_dot {
            self.push(TokenKind::Name, span);
            return 0;
        }
        let tail =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))).unwrap_or(rest.len());
        let mut whole = Span::new(span.start, span.end + u32::try_from(tail).unwrap_or(0));
        if whole.slice(self.text).ends_with('.') && rest.get(tail..).is_some_and(|rest| rest.starts_with('*')) {
            whole.end += 1;
            let text = whole.slice(self.text);
            let message = format!("`{text}` stands for many fields, and a rule names one");
            self.report(Diagnostic::new(Code::BadName, whole, message));
            self.push(TokenKind::Error, whole);
            return whole.end as usize;
        }
        let text = whole.slice(self.text);
        if self.edition.reads_atc() && !text.contains('-') {
            self.report(atc::odd_name(text, whole));
            self.push(TokenKind::Name, whole);
            return whole.end as usize;
        }
        let better = text.split('.').filter(|segment| !segment.is_empty()).collect::<Vec<_>>().join(".");
        let reason = if text.contains("..") { "two dots in a row" } else { "a dot without a name behind it" };
        self.report(Diagnostic::new(Code::BadName, whole, format!("`{text}` has {reason}")).fix(Fix::replace(
            format!("write `{better}`"),
            whole,
            better,
        )));
        self.push(TokenKind::Error, whole);
        whole.end as usize
    }

    /// `in10.0.0.0/8` and `containsr#"…"#`: an operator and its right side, because no word of atc-router needs a blank
    /// behind it. Answers where the right side ends.
    fn glued(&mut self, span: Span) -> Option<usize> {
        if !self.out.tokens.last().is_some_and(|before| before.kind.ends_operand()) {
            return None;
        }
        let word = span.slice(self.text);
        let operator = ["in", "notin"].into_iter().find(|operator| word.starts_with(operator));
        if let Some(operator) = operator {
            let network = atc::network_at(self.text, span.start + u32::try_from(operator.len()).unwrap_or(0))?;
            self.push(TokenKind::Name, Span::new(span.start, network.start));
            self.address(network);
            return Some(network.end as usize);
        }
        let start = span.end as usize - 1;
        let rest = self.text.get(start..).filter(|rest| word == "containsr" && rest.starts_with("r#\""))?;
        let extent = Some(self.glued.extent(rest)).filter(|extent| extent.closed)?;
        self.push(TokenKind::Name, Span::new(span.start, span.end - 1));
        self.raw(Span::from_range(start..start + extent.len));
        Some(start + extent.len)
    }

    /// A word with letters outside ASCII: almost always look-alikes from another script.
    fn foreign_word(&mut self, start: usize) -> usize {
        let rest = self.text.get(start..).unwrap_or("");
        let len = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))).unwrap_or(rest.len());
        let word = rest.get(..len).unwrap_or("");
        let span = Span::from_range(start..start + len);
        let latin: Option<String> =
            word.chars().map(|c| if c.is_ascii() { Some(c) } else { lookalike::letter(c) }).collect();
        let strange: Vec<String> =
            word.chars().filter(|c| !c.is_ascii()).map(|c| format!("`{c}` ({})", lookalike::code_point(c))).collect();
        let diagnostic = match latin {
            Some(latin) => Diagnostic::new(
                Code::MixedScripts,
                span,
                format!("`{word}` is not `{latin}`: it has {} in it", strange.join(", ")),
            )
            .fix(Fix::replace(format!("write `{latin}`"), span, latin)),
            None => Diagnostic::new(
                Code::BadName,
                span,
                format!(
                    "`{word}` is not a name: {} is not an ASCII letter",
                    strange.first().map_or("", String::as_str)
                ),
            )
            .note("text needs quotes"),
        };
        self.report(diagnostic);
        self.push(TokenKind::Error, span);
        start + len
    }

    /// What no shape fits: one character, a blank, a foreign quote.
    fn unknown(&mut self, start: usize) -> usize {
        let rest = self.text.get(start..).unwrap_or("");
        let Some(c) = rest.chars().next() else { return start + 1 };
        let end = start + c.len_utf8();
        let span = Span::from_range(start..end);
        if lookalike::hides_text(c) {
            return end;
        }
        if lookalike::is_unusual_blank(c) {
            let message = format!("there is an unusual blank ({}) here", lookalike::code_point(c));
            let fix = match c {
                '\u{feff}' => Fix::delete("remove it", span),
                _ => Fix::replace("replace it with a space", span, " "),
            };
            self.report(Diagnostic::new(Code::UnusualBlank, span, message).fix(fix));
            return end;
        }
        if lookalike::is_foreign_quote(c) {
            return self.foreign_quoted(start, c);
        }
        if c.is_alphanumeric() {
            return self.foreign_word(start);
        }
        if let Some(end) = self.stray_sign(c, span) {
            return end;
        }
        let diagnostic = match lookalike::sign(c) {
            Some(sign) => Diagnostic::new(
                Code::UnknownCharacter,
                span,
                format!("`{c}` ({}) is written `{sign}`", lookalike::code_point(c)),
            )
            .fix(Fix::replace(format!("write `{sign}`"), span, sign)),
            None => {
                let shown = if c.is_control() { lookalike::code_point(c) } else { c.to_string() };
                Diagnostic::new(
                    Code::UnknownCharacter,
                    span,
                    format!("`{shown}` belongs to no construct of the language"),
                )
            }
        };
        self.report(diagnostic);
        let kind = lookalike::sign(c).and_then(builtin::by_symbol).map_or(TokenKind::Error, TokenKind::Infix);
        self.push(kind, span);
        end
    }

    /// A string between quotation marks of a word processor.
    fn foreign_quoted(&mut self, start: usize, open: char) -> usize {
        let rest = self.text.get(start..).unwrap_or("");
        let inner = rest.get(open.len_utf8()..).unwrap_or("");
        let close = inner.find(|c: char| lookalike::is_foreign_quote(c) || matches!(c, '"' | '\n'));
        let close = close.filter(|close| !inner.get(*close..).unwrap_or("").starts_with('\n'));
        let message = format!("`{open}` ({}) does not open a text", lookalike::code_point(open));
        let Some(close) = close else {
            let span = Span::from_range(start..start + open.len_utf8());
            self.report(
                Diagnostic::new(Code::UnknownCharacter, span, message)
                    .fix(Fix::replace("use plain quotes", span, "\"").suggestion()),
            );
            self.push(TokenKind::Error, span);
            return span.end as usize;
        };
        let content = inner.get(..close).unwrap_or("");
        let mark = inner.get(close..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        let span = Span::from_range(start..start + open.len_utf8() + close + mark);
        let better = tamis_lang::value::Value::String(content.as_bytes()).to_string();
        self.report(Diagnostic::new(Code::UnknownCharacter, span, message).fix(Fix::replace(
            "use plain quotes",
            span,
            better,
        )));
        self.literal(LexedLiteral::Value(Constant::String(content.as_bytes().into())), span);
        span.end as usize
    }

    /// Warns of characters that hide what the text says, wherever they are: between tokens, in strings, in comments.
    fn hidden_characters(&mut self) {
        for (start, c) in self.text.char_indices().filter(|(_, c)| lookalike::hides_text(*c)) {
            let span = Span::from_range(start..start + c.len_utf8());
            let message = format!("an invisible character ({}) hides what the rule says", lookalike::code_point(c));
            self.out.diagnostics.push(
                Diagnostic::new(Code::HiddenCharacter, span, message).fix(Fix::delete("remove it", span).suggestion()),
            );
        }
    }
}
