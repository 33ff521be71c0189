//! A Rust file as a flat list of tokens with lines, which is all that the rules of the repository need.
//!
//! Tokens see what a tree of items hides: the bodies of macros, attributes and their arguments.
//!
//! ```
//! use xtask::source::Source;
//! let source = Source::parse("//! Adds.\n\nfn add() -> u8 {\n    // one\n    1\n}\n").unwrap();
//! assert_eq!(source.code_lines(), 3);
//! assert_eq!(source.functions().map(|function| function.name).collect::<Vec<_>>(), ["add"]);
//! ```

use std::collections::BTreeSet;
use std::str::FromStr;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// A Rust file.
#[derive(Debug)]
pub struct Source {
    tokens: Vec<Token>,
}

/// One token.
#[derive(Debug)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: String,
    /// The line on which it starts, from 1.
    pub line: usize,
    /// The line on which it ends.
    pub last_line: usize,
    /// Of a delimiter: the place of the other one.
    partner: usize,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A keyword or identifier.
    Word,
    /// One character of punctuation.
    Punctuation,
    /// A literal.
    Literal,
    /// An opening delimiter.
    Open,
    /// A closing delimiter.
    Close,
    /// A `///` or `/** */` comment.
    Doc,
    /// A `//!` or `/*! */` comment.
    InnerDoc,
}

/// A function with a body.
#[derive(Debug)]
pub struct Function<'a> {
    /// Its name.
    pub name: &'a str,
    /// The line of its `fn`.
    pub line: usize,
    /// Lines of code from `fn` to the closing brace.
    pub code_lines: usize,
}

/// An attribute, `#[name…]` or `#![name…]`.
#[derive(Debug)]
pub struct Attribute<'a> {
    /// The tokens between the brackets.
    pub tokens: &'a [Token],
    /// Its line.
    pub line: usize,
}

impl Source {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// When the text is not made of Rust tokens; gives the line.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let stream = TokenStream::from_str(text).map_err(|error| error.span().start().line)?;
        let mut flat = Flattening { lines: text.lines().collect(), tokens: Vec::new() };
        flat.stream(stream);
        Ok(Self { tokens: flat.tokens })
    }

    /// The tokens.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Lines that carry code: not blank, not comment, not in a module of tests.
    #[must_use]
    pub fn code_lines(&self) -> usize {
        let tests = self.test_modules();
        let outside = |token: &&Token| !tests.iter().any(|(first, last)| (*first..=*last).contains(&token.line));
        count_lines(self.tokens.iter().filter(outside))
    }

    /// Whether a line lies in a module of tests.
    #[must_use]
    pub fn is_test_line(&self, line: usize) -> bool {
        self.test_modules().iter().any(|(first, last)| (*first..=*last).contains(&line))
    }

    /// Every function with a body, those inside macros and functions included.
    pub fn functions(&self) -> impl Iterator<Item = Function<'_>> {
        (0..self.tokens.len()).filter_map(|place| self.function(place))
    }

    /// Every attribute.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'_>> {
        (0..self.tokens.len()).filter_map(|place| self.attribute(place))
    }

    /// Every macro that is called, by name with its line.
    pub fn macro_calls(&self) -> impl Iterator<Item = (&str, usize)> {
        self.tokens.windows(3).filter_map(|window| match window {
            [name, mark, open] if name.kind == Kind::Word && mark.text == "!" && open.kind == Kind::Open => {
                Some((name.text.as_str(), name.line))
            }
            _ => None,
        })
    }

    fn function(&self, place: usize) -> Option<Function<'_>> {
        let [keyword, name, ..] = self.tokens.get(place..)? else { return None };
        if keyword.text != "fn" || keyword.kind != Kind::Word || name.kind != Kind::Word {
            return None;
        }
        let body = self.body(place + 2)?;
        let end = self.tokens.get(body)?.partner;
        let code_lines = count_lines(self.tokens.get(place..=end)?.iter());
        Some(Function { name: &name.text, line: keyword.line, code_lines })
    }

    /// The place of the brace that opens the body of a function whose signature is at `place`.
    fn body(&self, mut place: usize) -> Option<usize> {
        loop {
            let token = self.tokens.get(place)?;
            match (token.kind, token.text.as_str()) {
                (Kind::Open, "{") => return Some(place),
                (Kind::Open, _) => place = token.partner + 1,
                (Kind::Close, _) | (Kind::Punctuation, ";") => return None,
                _ => place += 1,
            }
        }
    }

    fn attribute(&self, place: usize) -> Option<Attribute<'_>> {
        let hash = self.tokens.get(place).filter(|token| token.text == "#" && token.kind == Kind::Punctuation)?;
        let after = if self.tokens.get(place + 1)?.text == "!" { place + 2 } else { place + 1 };
        let open = self.tokens.get(after).filter(|token| token.kind == Kind::Open && token.text == "[")?;
        Some(Attribute { tokens: self.tokens.get(after + 1..open.partner)?, line: hash.line })
    }

    /// First and last line of every `#[cfg(test)] mod … { … }`.
    fn test_modules(&self) -> Vec<(usize, usize)> {
        let starts = (0..self.tokens.len()).filter(|place| {
            let words = self.tokens.get(*place..).into_iter().flatten().map(|token| token.text.as_str());
            words.take(8).eq(["#", "[", "cfg", "(", "test", ")", "]", "mod"])
        });
        let module = |place: usize| {
            let open = self.tokens.get(place + 9).filter(|token| token.text == "{")?;
            Some((self.tokens.get(place)?.line, self.tokens.get(open.partner)?.last_line))
        };
        starts.filter_map(module).collect()
    }
}

/// How many lines the tokens touch, comments left out.
fn count_lines<'a>(tokens: impl Iterator<Item = &'a Token>) -> usize {
    let code = tokens.filter(|token| !matches!(token.kind, Kind::Doc | Kind::InnerDoc));
    code.flat_map(|token| token.line..=token.last_line).collect::<BTreeSet<_>>().len()
}

/// The work of [`Source::parse`].
struct Flattening<'a> {
    lines: Vec<&'a str>,
    tokens: Vec<Token>,
}

impl Flattening<'_> {
    /// Appends a stream; groups are walked with a stack of our own.
    fn stream(&mut self, stream: TokenStream) {
        let mut stack = vec![(stream.into_iter(), None::<(usize, &'static str, usize)>)];
        while let Some((trees, _)) = stack.last_mut() {
            let Some(tree) = trees.next() else {
                if let Some((_, Some((open, close, line)))) = stack.pop() {
                    self.close(open, close, line);
                }
                continue;
            };
            if let Some(kind) = self.doc_kind(&tree) {
                // The comment stands for the whole attribute: `#`, perhaps `!`, and the group.
                let n_rest = if kind == Kind::InnerDoc { 2 } else { 1 };
                trees.by_ref().take(n_rest).for_each(drop);
                self.push(kind, &tree, String::new());
                continue;
            }
            match &tree {
                TokenTree::Group(group) if group.delimiter() != Delimiter::None => {
                    let (open, close) = delimiters(group.delimiter());
                    let place = self.tokens.len();
                    let line = group.span_open().start().line;
                    self.tokens.push(Token { kind: Kind::Open, text: open.into(), line, last_line: line, partner: 0 });
                    stack.push((group.stream().into_iter(), Some((place, close, group.span_close().end().line))));
                }
                TokenTree::Group(group) => stack.push((group.stream().into_iter(), None)),
                TokenTree::Ident(word) => self.push(Kind::Word, &tree, word.to_string()),
                TokenTree::Punct(mark) => self.push(Kind::Punctuation, &tree, mark.as_char().to_string()),
                TokenTree::Literal(literal) => self.push(Kind::Literal, &tree, literal.to_string()),
            }
        }
    }

    fn push(&mut self, kind: Kind, tree: &TokenTree, text: String) {
        let span = tree.span();
        self.tokens.push(Token { kind, text, line: span.start().line, last_line: span.end().line, partner: 0 });
    }

    fn close(&mut self, open: usize, text: &str, line: usize) {
        let place = self.tokens.len();
        self.tokens.push(Token { kind: Kind::Close, text: text.into(), line, last_line: line, partner: open });
        if let Some(token) = self.tokens.get_mut(open) {
            token.partner = place;
        }
    }

    /// Whether the tree is the `#` that stands for a documentation comment, and of which kind.
    fn doc_kind(&self, tree: &TokenTree) -> Option<Kind> {
        let TokenTree::Punct(mark) = tree else { return None };
        if mark.as_char() != '#' || mark.spacing() != Spacing::Alone {
            return None;
        }
        let start = mark.span().start();
        let line = self.lines.get(start.line.checked_sub(1)?)?;
        let mut text = line.chars().skip(start.column);
        match (text.next(), text.next(), text.next()) {
            (Some('/'), _, Some('!')) => Some(Kind::InnerDoc),
            (Some('/'), _, _) => Some(Kind::Doc),
            _ => None,
        }
    }
}

const fn delimiters(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, code_lines: usize, functions: &[(&str, usize)]) {
        let source = Source::parse(text).unwrap();
        assert_eq!(source.code_lines(), code_lines);
        let found: Vec<_> = source.functions().map(|function| (function.name, function.code_lines)).collect();
        assert_eq!(found, functions);
    }

    #[test]
    fn comments_and_blanks_are_no_code() {
        check("//! One.\n\n/// Two.\n/** Three\n */\nfn f() {\n    // four\n\n    g(); // five\n}\n", 3, &[("f", 3)]);
    }

    #[test]
    fn braces_in_strings_and_comments_do_not_end_a_function() {
        check("fn f() {\n    g(\"}\", r#\"}\"#, '}'); /* } */\n}\nfn h() {}\n", 4, &[("f", 3), ("h", 1)]);
    }

    #[test]
    fn a_string_over_lines_is_code() {
        check("const TEXT: &str = \"one\n\nthree\";\n", 3, &[]);
    }

    #[test]
    fn modules_of_tests_are_left_out() {
        let text = "fn f() {}\n\n#[cfg(test)]\nmod tests {\n    fn g() {\n    }\n}\n";
        check(text, 1, &[("f", 1), ("g", 2)]);
        let source = Source::parse(text).unwrap();
        assert!(source.is_test_line(5) && !source.is_test_line(1));
    }

    #[test]
    fn functions_without_a_body_and_function_types_do_not_count() {
        check("trait T {\n    fn f(&self);\n}\ntype F = fn(u8) -> u8;\n", 4, &[]);
    }

    #[test]
    fn functions_inside_macros_count() {
        check("macro_rules! m {\n    () => {\n        fn f() {}\n    };\n}\n", 5, &[("f", 1)]);
    }

    #[test]
    fn attributes_are_found_with_their_line() {
        let source = Source::parse("#![forbid(unsafe_code)]\n#[must_use]\nfn f() {}\n").unwrap();
        let found: Vec<_> = source.attributes().map(|it| (it.tokens[0].text.as_str(), it.line)).collect();
        assert_eq!(found, [("forbid", 1), ("must_use", 2)]);
    }

    #[test]
    fn macro_calls_are_found_with_their_line() {
        let source = Source::parse("fn f() {\n    vec![1];\n    a != (b);\n    panic!();\n}\n").unwrap();
        assert_eq!(source.macro_calls().collect::<Vec<_>>(), [("vec", 2), ("panic", 4)]);
    }

    #[test]
    fn a_file_that_is_not_rust_gives_its_line() {
        assert_eq!(Source::parse("fn f() {\n").err(), Some(1));
    }
}
