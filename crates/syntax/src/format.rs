//! Rules in their canonical layout.
//!
//! A rule that fits stands on one line; otherwise each operand of a chain has its own, with the operator in front.
//! `and` and `or` become `&&` and `||`, single quotes double ones where nothing has to be escaped. Comments stay where
//! they are. The tokens themselves are never changed otherwise, so the meaning is the same.

use std::borrow::Cow;

use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::span::Span;

use crate::layout::{self, Item};
use crate::parse::{Parse, parse};
use crate::token::{Token, TokenKind};
use crate::tree::{Document, NodeId, NodeKind, Tree};

/// The text in its canonical layout.
///
/// Formatting twice changes nothing more.
///
/// ```
/// use tamis_lang::{edition::Edition, limits::Limits};
/// let formatted = tamis_syntax::format("a==1 and( b in[1,2])", Edition::Tamis, &Limits::default());
/// assert_eq!(formatted.unwrap(), "a == 1 && (b in [1, 2])");
/// ```
///
/// # Errors
///
/// The diagnostics of a text with a syntax error: what cannot be read is not touched.
pub fn format(text: &str, edition: Edition, limits: &Limits) -> Result<String, Vec<Diagnostic>> {
    let parse = parse(text, edition, limits);
    if !parse.is_valid() {
        return Err(parse.diagnostics);
    }
    let is_file = matches!(parse.tree.document(), Document::File(_));
    let mut out = layout::print(&Formatter::new(text, &parse).stream());
    let end = out.trim_end().len();
    out.truncate(end);
    if is_file || text.ends_with('\n') {
        out.push('\n');
    }
    Ok(out)
}

/// What happens around the tokens, by their place.
#[derive(Default)]
struct Marks {
    /// Outermost last, so they are played in reverse.
    before: Vec<(usize, Mark)>,
    /// Innermost first.
    after: Vec<(usize, Mark)>,
}

/// A piece of layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Open,
    Close,
    Indent,
    Dedent,
    /// A break instead of the blank between two tokens.
    Break,
    /// A break where there is nothing between two tokens.
    SoftBreak,
    /// A break that is used only where the line is full.
    FillBreak,
}

struct Formatter<'a> {
    text: &'a str,
    tree: &'a Tree,
    tokens: &'a [Token],
    comments: &'a [Span],
}

impl<'a> Formatter<'a> {
    fn new(text: &'a str, parse: &'a Parse) -> Self {
        Self { text, tree: &parse.tree, tokens: &parse.tokens, comments: &parse.comments }
    }

    fn stream(&self) -> Vec<Item<'a>> {
        let marks = self.marks();
        let mut items = Vec::with_capacity(self.tokens.len() * 3);
        let mut comments = self.comments.iter().copied().peekable();
        let (mut before, mut after) = (marks.before.into_iter().peekable(), marks.after.into_iter().peekable());
        let mut previous: Option<Token> = None;
        for (place, token) in self.tokens.iter().enumerate() {
            let starts_item = token.kind.starts_item();
            let mut opening: Vec<Mark> = Vec::new();
            while let Some((_, mark)) = before.next_if(|(at, _)| *at == place) {
                opening.push(mark);
            }
            let mut last_end = previous.map(|token| token.span.end);
            while let Some(comment) = comments.next_if(|comment| comment.start < token.span.start) {
                self.comment(comment, last_end, starts_item || previous.is_none(), &mut items);
                last_end = Some(comment.end);
            }
            if starts_item && let Some(end) = last_end {
                items.push(Item::Newline { empty_line: self.has_empty_line(end, token.span.start) });
            }
            let between = previous.is_some_and(|previous| !starts_item && blank_between(previous, *token, self.text));
            self.play_before(&opening, between, &mut items);
            items.push(Item::Text(self.spelling(*token)));
            let mut closing: Vec<Mark> = Vec::new();
            while let Some((_, mark)) = after.next_if(|(at, _)| *at == place) {
                closing.push(mark);
            }
            // A comment behind a token belongs to what ends there, and comes before the break of what begins there.
            let (ends, begins): (Vec<Mark>, Vec<Mark>) =
                closing.into_iter().partition(|mark| matches!(mark, Mark::Close | Mark::Dedent));
            ends.into_iter().for_each(|mark| play(mark, &mut items));
            let mut last_end = token.span.end;
            while let Some(comment) = comments.next_if(|comment| self.follows_on_line(last_end, *comment)) {
                self.comment(comment, Some(last_end), false, &mut items);
                last_end = comment.end;
            }
            begins.into_iter().for_each(|mark| play(mark, &mut items));
            previous = Some(*token);
        }
        let mut last_end = previous.map(|token| token.span.end);
        for comment in comments {
            self.comment(comment, last_end, true, &mut items);
            last_end = Some(comment.end);
        }
        items
    }

    /// The marks before a token, with the blank or the break between it and the token before.
    fn play_before(&self, opening: &[Mark], blank: bool, items: &mut Vec<Item<'a>>) {
        let is_break = |mark: &Mark| matches!(mark, Mark::Break | Mark::SoftBreak | Mark::FillBreak);
        if blank && !opening.iter().any(is_break) {
            items.push(Item::Blank);
        }
        for mark in opening.iter().rev() {
            play(*mark, items);
        }
    }

    /// A comment: behind the text of its line, or on a line of its own.
    fn comment(&self, comment: Span, last_end: Option<u32>, keeps_empty_lines: bool, items: &mut Vec<Item<'a>>) {
        let between = last_end.map_or("\n", |end| Span::new(end, comment.start).slice(self.text));
        if between.contains('\n') {
            let empty_line = keeps_empty_lines && last_end.is_some_and(|end| self.has_empty_line(end, comment.start));
            items.push(Item::Newline { empty_line });
        } else {
            items.push(Item::Blank);
        }
        items.push(Item::Text(Cow::Borrowed(comment.slice(self.text).trim_end())));
        let next = self.text.get(comment.end as usize..).unwrap_or("");
        let blank_behind = next
            .split_once('\n')
            .is_some_and(|(_, rest)| rest.lines().next().is_some_and(|line| line.trim().is_empty()));
        items.push(Item::Newline { empty_line: keeps_empty_lines && blank_behind });
    }

    /// Whether a comment stands on the line on which the text before it ends.
    fn follows_on_line(&self, end: u32, comment: Span) -> bool {
        end <= comment.start
            && Span::new(end, comment.start).slice(self.text).trim_matches([' ', '\t', '\r']).is_empty()
    }

    fn has_empty_line(&self, from: u32, to: u32) -> bool {
        Span::new(from, to).slice(self.text).matches('\n').count() > 1
    }

    /// The canonical spelling of a token.
    fn spelling(&self, token: Token) -> Cow<'a, str> {
        let written = token.span.slice(self.text);
        match token.kind {
            TokenKind::Infix(id) => Cow::Borrowed(id.get().name),
            TokenKind::Literal(_) if written.starts_with('\'') && !written.contains(['\\', '"']) => {
                Cow::Owned(format!("\"{}\"", written.trim_matches('\'')))
            }
            TokenKind::Literal(_)
                if written.starts_with(|c: char| c.is_ascii_digit()) && written.contains(['%', '/', ' ']) =>
            {
                Cow::Owned(written.split_whitespace().collect())
            }
            TokenKind::Label => Cow::Owned(written.split_whitespace().collect()),
            _ => Cow::Borrowed(written),
        }
    }

    /// The layout that the nodes ask for.
    fn marks(&self) -> Marks {
        let mut marks = Marks::default();
        for id in self.tree.ids() {
            self.node_marks(id, &mut marks);
        }
        if let Document::File(items) = self.tree.document() {
            for item in items {
                let first = self.at(item.keyword.start);
                let (body_first, body_last) = (first + 3, self.last_before(item.span.end));
                let body = self.tree.without_groups(item.body);
                let hugs = matches!(
                    self.tree.kind(item.body),
                    NodeKind::Group(_) | NodeKind::Set(_) | NodeKind::Call { .. } | NodeKind::Quantified { .. }
                );
                marks.before.push((first, Mark::Open));
                if !hugs && matches!(self.tree.kind(body), NodeKind::Chain { .. }) {
                    marks.before.push((body_first, Mark::Break));
                    marks.before.push((body_first, Mark::Indent));
                    marks.after.push((body_last, Mark::Dedent));
                }
                marks.after.push((body_last, Mark::Close));
            }
        }
        marks.before.sort_by_key(|(place, _)| *place);
        marks.after.sort_by_key(|(place, _)| *place);
        marks
    }

    fn node_marks(&self, id: NodeId, marks: &mut Marks) {
        let span = self.tree.span(id);
        match self.tree.kind(id) {
            NodeKind::Chain { operands, .. } => {
                for operand in self.tree.children(*operands).iter().skip(1) {
                    let operator = self.at(self.tree.span(*operand).start).saturating_sub(1);
                    marks.before.push((operator, Mark::Break));
                }
                marks.before.push((self.at(span.start), Mark::Open));
                marks.after.push((self.last_before(span.end), Mark::Close));
            }
            NodeKind::Group(_) => {
                let (open, close) = (self.at(span.start), self.last_before(span.end));
                self.enclosed(open, open, close, &[], Mark::Break, marks);
            }
            NodeKind::Set(elements) => {
                let (open, close) = (self.at(span.start), self.last_before(span.end));
                let starts: Vec<usize> =
                    self.tree.children(*elements).iter().skip(1).map(|id| self.at(self.tree.span(*id).start)).collect();
                self.enclosed(open, open, close, &starts, Mark::FillBreak, marks);
            }
            NodeKind::Call { arguments, .. } => {
                let (name, close) = (self.at(span.start), self.last_before(span.end));
                let starts: Vec<usize> = self
                    .tree
                    .children(*arguments)
                    .iter()
                    .skip(1)
                    .map(|id| self.argument(self.at(self.tree.span(*id).start)))
                    .collect();
                self.enclosed(name, name + 1, close, &starts, Mark::Break, marks);
            }
            NodeKind::Quantified { body, .. } => {
                let (name, close) = (self.at(span.start), self.last_before(span.end));
                let body = self.at(self.tree.span(*body).start);
                self.enclosed(name, name + 1, close, &[body], Mark::Break, marks);
            }
            NodeKind::Hole
            | NodeKind::Literal(_)
            | NodeKind::Path { .. }
            | NodeKind::Range { .. }
            | NodeKind::Prefix { .. }
            | NodeKind::Infix { .. } => {}
        }
    }

    /// Where an argument begins, its label included.
    fn argument(&self, first: usize) -> usize {
        let labelled = first
            .checked_sub(1)
            .and_then(|before| self.tokens.get(before))
            .is_some_and(|token| token.kind == TokenKind::Label);
        if labelled { first - 1 } else { first }
    }

    /// A list between two signs: a break behind the first, between the parts and before the last.
    fn enclosed(&self, first: usize, open: usize, close: usize, parts: &[usize], between: Mark, marks: &mut Marks) {
        if close == open + 1 {
            return;
        }
        for part in parts {
            marks.before.push((*part, between));
        }
        marks.before.push((first, Mark::Open));
        marks.after.push((open, Mark::Indent));
        marks.after.push((open, Mark::SoftBreak));
        marks.before.push((close, Mark::SoftBreak));
        marks.before.push((close, Mark::Dedent));
        marks.after.push((close, Mark::Close));
    }

    /// The place of the token that begins at an offset.
    fn at(&self, offset: u32) -> usize {
        self.tokens.partition_point(|token| token.span.start < offset)
    }

    /// The place of the last token that ends at or before an offset.
    fn last_before(&self, offset: u32) -> usize {
        self.tokens.partition_point(|token| token.span.end <= offset).saturating_sub(1)
    }
}

fn play(mark: Mark, items: &mut Vec<Item<'_>>) {
    items.push(match mark {
        Mark::Open => Item::Open,
        Mark::Close => Item::Close,
        Mark::Indent => Item::Indent,
        Mark::Dedent => Item::Dedent,
        Mark::Break => Item::Break { blank: true, fill: false },
        Mark::SoftBreak => Item::Break { blank: false, fill: false },
        Mark::FillBreak => Item::Break { blank: true, fill: true },
    });
}

/// Whether a blank stands between two tokens of one line.
fn blank_between(before: Token, after: Token, text: &str) -> bool {
    let glued_behind = match before.kind {
        TokenKind::OpenParenthesis
        | TokenKind::OpenBracket
        | TokenKind::Bang
        | TokenKind::DotDot
        | TokenKind::Function
        | TokenKind::Quantifier(_) => true,
        TokenKind::Prefix(_) => crate::production::is_minus(before),
        TokenKind::Name => after.kind == TokenKind::OpenBracket,
        _ => false,
    };
    let glued_before = match after.kind {
        TokenKind::CloseParenthesis | TokenKind::CloseBracket | TokenKind::Comma => true,
        // The dots would become part of a word before them.
        TokenKind::DotDot => before.kind != TokenKind::Name && !matches!(before.span.slice(text), "true" | "false"),
        _ => false,
    };
    !glued_behind && !glued_before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let limits = Limits::default();
        let found = format(text, Edition::Tamis, &limits).unwrap_or_else(|errors| panic!("{errors:?}"));
        assert_eq!(found, expected);
        assert_eq!(format(&found, Edition::Tamis, &limits).as_deref(), Ok(expected), "not idempotent");
    }

    #[test]
    fn blanks_and_spellings_are_canonical() {
        check("a==1 and b  not   in[1,2..3]", "a == 1 && b not in [1, 2..3]");
        check("! ( a ) or not b=='x'", "!(a) || not b == \"x\"");
        check("lower( any (h [ 'k' ] ) )==\"it's\"", "lower(any(h[\"k\"])) == \"it's\"");
        check("-  a - - 5 >- b", "-a - -5 > -b");
        check("x == 'a\"b'", "x == 'a\"b'");
        check("sample( 1 / 1000 ,by : x)", "sample(1/1000, by: x)");
        check("x in [a ..5, true ..b, 1h .. 2h]", "x in [a ..5, true ..b, 1h..2h]");
    }

    #[test]
    fn long_chains_break_before_their_operators() {
        let part = "http.request.header.x-tenant-id == \"acme\"";
        check(&format!("{part} && ({part} || {part}) && {part}"), &format!("{part}\n&& ({part} || {part})\n&& {part}"));
        check(
            &format!("{part} && ({part} || {part} || {part})"),
            &format!("{part}\n&& (\n    {part}\n    || {part}\n    || {part}\n)"),
        );
    }

    #[test]
    fn comments_stay_where_they_are() {
        check("// why\na == 1 // one\n&& b == 2 // two", "// why\na == 1 // one\n&& b == 2 // two");
        check("a == // here\n1", "a == // here\n1");
        check("( // open\na == 1\n// own line\n)", "( // open\n    a == 1\n    // own line\n)");
        check("x in [1, // one\n2]", "x in [\n    1, // one\n    2\n]");
    }

    #[test]
    fn items_stand_one_below_the_other() {
        check("let a=[1,2]rule b=x in a", "let a = [1, 2]\nrule b = x in a\n");
        check(
            "// head\n\n// doc\nlet a=1\n\n\n\nrule b=x==a // end",
            "// head\n\n// doc\nlet a = 1\n\nrule b = x == a // end\n",
        );
        let part = "http.request.header.x-tenant-id == \"acme\"";
        check(
            &format!("rule a = {part} && {part} && {part}"),
            &format!("rule a =\n    {part}\n    && {part}\n    && {part}\n"),
        );
    }

    #[test]
    fn a_negation_right_behind_the_sign_of_an_item_is_one() {
        check("rule a =!flag let b=!(flag)", "rule a = !flag\nlet b = !(flag)\n");
    }

    #[test]
    fn long_sets_are_filled() {
        let numbers: Vec<String> = (100..140).map(|n| n.to_string()).collect();
        let found = format(&format!("x in [{}]", numbers.join(",")), Edition::Tamis, &Limits::default()).unwrap();
        assert_eq!(found.lines().count(), 5, "{found}");
    }

    #[test]
    fn broken_text_is_not_touched() {
        assert!(format("a == ", Edition::Tamis, &Limits::default()).is_err());
    }
}
