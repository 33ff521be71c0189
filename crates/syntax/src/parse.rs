//! The way from a text to its tree.

use chumsky::Parser as _;
use tamis_lang::builtin::{self, BuiltinId};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix, Severity};
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::span::Span;

use crate::builder::Builder;
use crate::delimiters;
use crate::edition_line;
use crate::grammar::{self, Grouping};
use crate::lexer::{self, Lexed, LexedLiteral};
use crate::segments::{self, Segment};
use crate::settle::settle;
use crate::token::{Token, TokenKind};
use crate::tree::{Document, Item, ItemKind, NodeId, NodeKind, Tree};
use crate::words;

/// A text, parsed.
#[derive(Clone, Debug)]
pub struct Parse {
    /// The tree, with holes where the text is broken.
    pub tree: Tree,
    /// What is wrong with the text, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// How the text was read: as the caller wanted, or as its first line says.
    pub edition: Edition,
    /// Every token, as the grammar read it.
    pub tokens: Vec<Token>,
    /// The comments, slashes included.
    pub comments: Vec<Span>,
}

impl Parse {
    /// Whether the text has no error.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Parses a bare rule or a file of named rules.
///
/// Never fails and never recurses deeper than the nesting limit: broken text gives a tree with holes and a diagnostic
/// for each mistake. A first line `//! edition: …` overrides `edition`.
///
/// ```
/// use tamis_lang::{edition::Edition, limits::Limits};
/// let parse = tamis_syntax::parse("status = 503", Edition::Tamis, &Limits::default());
/// assert_eq!(parse.diagnostics[0].message, "`=` is not an operator; write `==`");
/// ```
#[must_use]
pub fn parse(text: &str, edition: Edition, limits: &Limits) -> Parse {
    let mut parse = read(text, edition, limits);
    settle(text, parse.edition, &parse.tree, &mut parse.diagnostics);
    parse
}

/// Parses; the fixes are as they were proposed.
pub(crate) fn read(text: &str, edition: Edition, limits: &Limits) -> Parse {
    if text.len() > limits.file_bytes as usize {
        return refused(text, edition, limits.file_bytes, "file");
    }
    let mut problems = Vec::new();
    let edition = edition_line::chosen(text, edition, &mut problems);
    read_as(text, edition, limits, problems)
}

/// Parses in an edition that is chosen already, with what was found wrong with that choice.
pub(crate) fn read_as(text: &str, edition: Edition, limits: &Limits, mut problems: Vec<Diagnostic>) -> Parse {
    let lexed = lexer::lex(text, edition);
    let segments = segments::cut(text, &lexed.tokens);
    let is_file = segments.iter().any(|segment| segment.head.is_some());
    if !is_file && text.len() > limits.rule_bytes as usize {
        return refused(text, edition, limits.rule_bytes, "rule");
    }
    let Lexed { tokens, mut literals, comments, mut diagnostics, is_open: _ } = lexed;
    diagnostics.append(&mut problems);
    let reading = Reading { text, edition, limits };
    let n_tokens = tokens.len();
    let rules: Vec<(Segment, Vec<Token>)> = if is_file {
        let resolved = segments.into_iter().map(|segment| {
            let body = tokens.get(segment.start..segment.end).unwrap_or(&[]).to_vec();
            (segment, reading.resolved(body, segment, &mut literals, &mut diagnostics))
        });
        resolved.collect()
    } else {
        let whole = Segment { head: None, start: 0, end: n_tokens };
        vec![(whole, reading.resolved(tokens, whole, &mut literals, &mut diagnostics))]
    };
    let mut builder = Builder::new(text, edition, n_tokens, literals, diagnostics);
    let document = document(&rules, is_file, &comments, &mut builder);
    let Builder { nodes, children, mut diagnostics, .. } = builder;
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
    let mut rules = rules;
    let tokens = match rules.as_mut_slice() {
        [(Segment { head: None, .. }, body)] => std::mem::take(body),
        rules => rules
            .iter()
            .flat_map(|(segment, body)| head_tokens(segment).into_iter().chain(body.iter().copied()))
            .collect(),
    };
    Parse { tree: Tree { nodes, children, document }, diagnostics, edition, tokens, comments }
}

/// The tree of a text that is too long to be read.
fn refused(text: &str, edition: Edition, limit: u32, what: &str) -> Parse {
    let span = Span::from_range(0..text.len());
    let message = format!("the {what} has {} bytes; at most {limit} are allowed", text.len());
    let node = crate::tree::Node { kind: NodeKind::Hole, span, first: NodeId::new(0) };
    let tree = Tree { nodes: vec![node], children: Vec::new(), document: Document::Rule(NodeId::new(0)) };
    let start = Span::from_range(0..text.chars().next().map_or(0, char::len_utf8));
    let diagnostics = vec![Diagnostic::new(Code::TextTooLong, start, message)];
    Parse { tree, diagnostics, edition, tokens: Vec::new(), comments: Vec::new() }
}

/// A text and the terms on which it is read.
#[derive(Clone, Copy)]
struct Reading<'a> {
    text: &'a str,
    edition: Edition,
    limits: &'a Limits,
}

impl Reading<'_> {
    /// The tokens of one rule as the grammar reads them; a rule over a limit is one token that stands for a hole.
    ///
    /// The limits come first, so that what follows works on little, and again when the words are known to be prefixes.
    fn resolved(
        self,
        mut body: Vec<Token>,
        segment: Segment,
        literals: &mut Vec<LexedLiteral>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Token> {
        let (Some(first), Some(last)) = (body.first(), body.last()) else { return Vec::new() };
        let span = first.span.join(last.span);
        let hole = vec![Token { kind: TokenKind::Error, span }];
        let depth = self.limits.nesting.min(Limits::MAX_NESTING);
        if let Some(found) = too_long(span, segment, self.limits).or_else(|| delimiters::too_deep(&body, depth)) {
            diagnostics.push(found);
            return hole;
        }
        delimiters::balance(self.text, &mut body, diagnostics);
        let body = words::resolve(self.text, self.edition, &body, literals, diagnostics);
        match delimiters::too_deep(&body, depth) {
            Some(found) => {
                diagnostics.push(found);
                hole
            }
            None => body,
        }
    }
}

/// Reports a rule of a file that is longer than a rule may be.
fn too_long(span: Span, segment: Segment, limits: &Limits) -> Option<Diagnostic> {
    let head = segment.head.filter(|_| span.len() > limits.rule_bytes)?;
    let message = format!("the rule has {} bytes; at most {} are allowed", span.len(), limits.rule_bytes);
    Some(Diagnostic::new(Code::TextTooLong, head.name, message))
}

fn document<'src>(
    rules: &'src [(Segment, Vec<Token>)],
    is_file: bool,
    comments: &[Span],
    builder: &mut Builder<'src>,
) -> Document {
    let rule = grammar::rule(grouping(builder.edition));
    let body = |tokens: &'src [Token], builder: &mut Builder<'src>| {
        builder.begin(tokens);
        let root = rule.parse_with_state(tokens, builder).into_output();
        debug_assert!(root.is_some(), "the grammar accepts every sequence of tokens");
        root.unwrap_or_else(|| builder.leaf(NodeKind::Hole, Span::at(0)))
    };
    let mut items = Vec::new();
    for (segment, tokens) in rules {
        let Some(head) = segment.head else {
            if !is_file {
                return Document::Rule(body(tokens, builder));
            }
            stray(tokens, builder);
            continue;
        };
        if tokens.is_empty() {
            let message = format!("`{}` has no condition behind `=`", head.name.slice(builder.text));
            builder.diagnostics.push(Diagnostic::new(Code::EmptyRule, head.define, message));
        }
        let id =
            if tokens.is_empty() { builder.leaf(NodeKind::Hole, head.define.after()) } else { body(tokens, builder) };
        let end = tokens.last().map_or(head.define, |token| token.span);
        let documentation = documentation(builder.text, head.keyword, comments);
        items.push(Item {
            kind: head.kind,
            keyword: head.keyword,
            name: head.name,
            body: id,
            span: head.keyword.join(end),
            documentation,
        });
    }
    check_names(&items, builder);
    Document::File(items)
}

/// Text before the first item of a file.
fn stray(tokens: &[Token], builder: &mut Builder<'_>) {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
    if stray_item(tokens, builder) {
        return;
    }
    let span = first.span.join(last.span);
    let message = "a file of rules has only `let` and `rule` items; give this condition a name";
    let fix = Fix::insert("name it: `rule unnamed = …`", span.start, "rule unnamed = ").suggestion();
    builder.diagnostics.push(Diagnostic::new(Code::BadItem, span, message).fix(fix));
}

/// `name = …` and `filter name = …`, which lack the keyword of an item.
fn stray_item(tokens: &[Token], builder: &mut Builder<'_>) -> bool {
    let is_define = |token: &Token| token.span.slice(builder.text) == "=";
    let is_name = |token: &Token| token.kind == TokenKind::Name;
    let (span, define, fix) = match tokens {
        [name, define, ..] if is_name(name) && is_define(define) => {
            (name.span, define.span, Fix::insert("write `rule` before it", name.span.start, "rule "))
        }
        [word, name, define, ..] if is_name(word) && is_name(name) && is_define(define) => {
            (word.span, define.span, Fix::replace("write `rule`", word.span, "rule"))
        }
        _ => return false,
    };
    // The `=` was taken for an operator.
    builder.diagnostics.retain(|diagnostic| diagnostic.span != define);
    let message = format!("an item begins with `let` or `rule`, not with `{}`", span.slice(builder.text));
    builder.diagnostics.push(Diagnostic::new(Code::BadItem, span, message).fix(fix.suggestion()));
    true
}

/// The name of an item is one plain word.
fn check_names(items: &[Item], builder: &mut Builder<'_>) {
    for item in items {
        let name = item.name.slice(builder.text);
        if item.name.is_empty() {
            let keyword = item.keyword.slice(builder.text);
            let message = format!("this `{keyword}` has no name; write `{keyword} name = …`");
            let fix = Fix::insert("name it `unnamed`", item.keyword.end, " unnamed").suggestion();
            builder.diagnostics.push(Diagnostic::new(Code::BadName, item.keyword, message).fix(fix));
            continue;
        }
        let is_word = !name.starts_with(|c: char| c.is_ascii_digit())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_word {
            let keyword = if item.kind == ItemKind::Let { "let" } else { "rule" };
            let message =
                format!("`{name}` cannot be defined: the name of a `{keyword}` is one word of letters, digits and `_`");
            builder.diagnostics.retain(|diagnostic| !item.name.contains(diagnostic.span) || diagnostic.span.is_empty());
            let better: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            let diagnostic = Diagnostic::new(Code::BadName, item.name, message);
            let starts_well = better.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            builder.diagnostics.push(if starts_well {
                diagnostic.fix(Fix::replace(format!("write `{better}`"), item.name, better).suggestion())
            } else {
                diagnostic
            });
        }
    }
}

/// The comment lines right above an item, without slashes and the blank behind them.
fn documentation(text: &str, keyword: Span, comments: &[Span]) -> Vec<Span> {
    let mut lines = Vec::new();
    let mut next = keyword.start;
    let before = comments.partition_point(|comment| comment.start < keyword.start);
    for comment in comments.iter().take(before).rev() {
        let between = Span::new(comment.end, next).slice(text);
        let alone = text
            .get(..comment.start as usize)
            .and_then(|before| before.rsplit('\n').next())
            .is_some_and(|line| line.trim().is_empty());
        if !between.trim().is_empty() || between.matches('\n').count() != 1 || !alone {
            break;
        }
        let body = comment.slice(text);
        let content = body.trim_start_matches('/');
        let content = content.strip_prefix(' ').unwrap_or(content);
        lines.push(Span::new(comment.end - u32::try_from(content.len()).unwrap_or(0), comment.end));
        next = comment.start;
    }
    lines.reverse();
    lines
}

/// How an edition groups the logical operators.
fn grouping(edition: Edition) -> Grouping {
    let (and, or) = (logic("&&"), logic("||"));
    match edition {
        Edition::Tamis => Grouping { inner: and, outer: or, mix: Severity::Error },
        Edition::Atc | Edition::AtcStrict => Grouping { inner: or, outer: and, mix: Severity::Warning },
    }
}

fn logic(symbol: &str) -> BuiltinId {
    let found = builtin::by_symbol(symbol);
    debug_assert!(found.is_some(), "`{symbol}` is an operator of the language");
    found.unwrap_or_default()
}

/// The tokens of an item's head.
fn head_tokens(segment: &Segment) -> Vec<Token> {
    let Some(head) = segment.head else { return Vec::new() };
    let keyword = if head.kind == ItemKind::Let { TokenKind::Let } else { TokenKind::Rule };
    vec![
        Token { kind: keyword, span: head.keyword },
        Token { kind: TokenKind::Name, span: head.name },
        Token { kind: TokenKind::Define, span: head.define },
    ]
}
