//! A file cut into parts that read the same alone as they do in the file.
//!
//! A part begins at a line that begins an item, and goes on to the next such line.
//! What looks like such a line within a text over several lines makes the part before it one that
//! [depends on what follows](Outline::is_open); everything else depends on the part alone.

use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::span::Span;

use crate::edition_line;
use crate::lexer::{self, Lexed};
use crate::parse::{Parse, read_as};
use crate::segments;
use crate::settle::settle;
use crate::token::TokenKind;
use crate::tree::ItemKind;

/// What is seen of a part without parsing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The items that begin in it: what each is, and where its name is written.
    pub items: Vec<(ItemKind, Span)>,
    /// Every name that is written in it, those of the items included.
    pub names: Vec<Span>,
    /// Whether a text begins in it that may end behind it, so that the part means nothing alone.
    pub is_open: bool,
}

/// Cuts a text into parts; one part where no line of it begins an item.
///
/// Only lines that begin with `let NAME =` or `rule NAME =` without blanks before them are found; an item that begins
/// elsewhere belongs to the part before.
///
/// ```
/// let text = "// All.\nlet a = 1\nrule b = x == a\n  && y == 2\nrule c = z == 3\n";
/// let parts = tamis_syntax::parts::cut(text);
/// assert_eq!(parts.map(|part| part.len()).collect::<Vec<_>>(), [18, 28, 16]);
/// ```
pub fn cut(text: &str) -> impl Iterator<Item = &str> {
    let mut heads = lines(text).filter(|(_, line)| begins_item(line)).map(|(at, _)| at).skip(1);
    let mut start = Some(0);
    std::iter::from_fn(move || {
        let from = start?;
        start = heads.next();
        text.get(from..start.unwrap_or(text.len()))
    })
}

/// The lines of a text with their offsets, line ends included.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    })
}

/// Whether a line begins an item for sure.
fn begins_item(line: &str) -> bool {
    let blank = [' ', '\t'];
    let Some(rest) = line.strip_prefix("rule").or_else(|| line.strip_prefix("let")) else { return false };
    let name = rest.trim_start_matches(blank);
    let behind = name.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let Some(body) = behind.trim_start_matches(blank).strip_prefix('=') else { return false };
    // Other signs may make another operator of the `=`.
    let follows = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '\t' | '\r' | '\n' | '_' | '(' | '"' | '\'');
    is_name && name.len() < rest.len() && body.chars().next().is_none_or(follows)
}

/// Looks at a part.
///
/// ```
/// use tamis_lang::edition::Edition;
/// let part = "rule b = x == a\n";
/// let outline = tamis_syntax::parts::outline(part, Edition::Tamis);
/// assert_eq!(outline.names.iter().map(|name| name.slice(part)).collect::<Vec<_>>(), ["rule", "b", "x", "a"]);
/// ```
#[must_use]
pub fn outline(part: &str, edition: Edition) -> Outline {
    let Lexed { tokens, is_open, .. } = lexer::lex(part, edition);
    let segments = segments::cut(part, &tokens);
    let items = segments.iter().filter_map(|segment| segment.head).map(|head| (head.kind, head.name)).collect();
    let names = tokens.iter().filter(|token| token.kind == TokenKind::Name).map(|token| token.span).collect();
    Outline { items, names, is_open }
}

/// The edition in which a text is read: the one that its first line names, or the one that the caller wants.
#[must_use]
pub fn edition(text: &str, wanted: Edition) -> Edition {
    edition_line::chosen(text, wanted, &mut Vec::new())
}

/// Parses parts of a file; its first line, if it is among them, does not choose the edition.
#[must_use]
pub fn parse(parts: &str, edition: Edition, limits: &Limits) -> Parse {
    let mut parse = read_as(parts, edition, limits, Vec::new());
    settle(parts, edition, &parse.tree, &mut parse.diagnostics);
    parse
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(cut(text).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn each_item_is_a_part() {
        check("rule a = x\n// b\nrule b=y\nlet c\t= 1", &["rule a = x\n// b\n", "rule b=y\n", "let c\t= 1"]);
    }

    #[test]
    fn what_is_before_the_first_item_belongs_to_it() {
        check(
            "//! edition: atc\nstray\nrule a = x\nrule b = y",
            &["//! edition: atc\nstray\nrule a = x\n", "rule b = y"],
        );
    }

    #[test]
    fn what_may_be_no_item_belongs_to_the_part_before() {
        let text = "rule a = x\nrule b\nrule c == y\n rule d = z\nrule 1 = w\nrule =~ v\nruler = u\n";
        check(text, &[text]);
    }

    #[test]
    fn a_text_without_items_is_one_part() {
        check("", &[""]);
        check("x == 1\n&& y == 2", &["x == 1\n&& y == 2"]);
    }

    #[test]
    fn a_text_that_goes_on_makes_a_part_open() {
        let is_open = |part: &str, edition| outline(part, edition).is_open;
        assert!(is_open("rule a = x == r#\"y\n", Edition::Tamis));
        assert!(!is_open("rule a = x == \"y\n", Edition::Tamis));
        assert!(is_open("rule a = x == \"y\n", Edition::Atc));
        assert!(!is_open("rule a = x == r#\"y\n\"#\n", Edition::Tamis));
    }
}
