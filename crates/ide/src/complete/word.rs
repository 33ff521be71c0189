//! What is being typed at the cursor, and which range an item replaces.

use tamis_lang::span::Span;
use tamis_syntax::token::{Token, TokenKind};

use crate::document::Document;

/// The word at the cursor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub(super) kind: WordKind,
    /// What stands before the cursor.
    pub(super) typed: &'a str,
    /// What an item replaces: the whole word, also what stands behind the cursor.
    pub(super) replace: Span,
}

/// Which kind of word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WordKind {
    /// A dotted name, or nothing yet.
    Name,
    /// A number with or without its unit, or an address.
    Number,
    /// A sign.
    Sign,
    /// A text in quotes, the opening quote included.
    Text,
    /// A comment.
    Comment,
}

/// The characters of operators.
const SIGNS: &[char] = &['=', '!', '<', '>', '~', '^', '&', '|', '+', '*', '/', '%', '?', '-'];

/// The word at an offset.
pub(super) fn at(document: &Document, offset: u32) -> Word<'_> {
    let text = document.text();
    let slice = |span: Span| span.slice(text);
    let comments = &document.analysis().comments;
    if let Some(comment) = comments.iter().find(|comment| comment.start < offset && offset <= comment.end) {
        return Word { kind: WordKind::Comment, typed: slice(Span::new(comment.start, offset)), replace: *comment };
    }
    if let Some((span, is_closed)) = text_around(document, offset) {
        // Of a text that is not closed on its line only the word goes on: what follows is the rest of the rule.
        let is_closed = is_closed && !slice(span).contains('\n');
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
        let end = if is_closed { span.end } else { (offset + behind(document, offset, word)).min(span.end) };
        let typed = slice(Span::new(span.start, offset));
        return Word { kind: WordKind::Text, typed, replace: Span::new(span.start, end) };
    }
    let before = slice(Span::new(0, offset));
    let run = before.rfind(|c: char| !is_name_character(c)).map_or(0, |at| at + next_len(before, at));
    let run_text = before.get(run..).unwrap_or("");
    if run_text.starts_with(|c: char| c.is_ascii_digit()) {
        let start = run_text.rfind("..").map_or(run, |at| run + at + 2);
        let end = offset + behind(document, offset, |c| c.is_ascii_alphanumeric());
        let replace = Span::from_range(start..end as usize);
        return Word { kind: WordKind::Number, typed: before.get(start..).unwrap_or(""), replace };
    }
    let start = run + name_start(run_text);
    let typed = before.get(start..).unwrap_or("");
    if !typed.is_empty() {
        let has_segments = typed.contains('.');
        let continues = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.' || (has_segments && c == '-');
        let end = offset + behind(document, offset, continues);
        return Word { kind: WordKind::Name, typed, replace: Span::from_range(start..end as usize) };
    }
    let sign = before.trim_end_matches(SIGNS).len();
    if sign < before.len() {
        let typed = before.get(sign..).unwrap_or("");
        return Word { kind: WordKind::Sign, typed, replace: Span::from_range(sign..before.len()) };
    }
    Word { kind: WordKind::Name, typed: "", replace: Span::at(offset) }
}

const fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

/// The bytes of the character at an offset.
fn next_len(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
}

/// How many bytes behind an offset still belong to the word.
fn behind(document: &Document, offset: u32, belongs: impl Fn(char) -> bool) -> u32 {
    let rest = document.text().get(offset as usize..).unwrap_or("");
    let len = rest.find(|c: char| !belongs(c)).unwrap_or(rest.len());
    // A range and the end of a sentence are no part of a name.
    let len = rest.get(..len).and_then(|run| run.find("..")).unwrap_or(len);
    u32::try_from(len).unwrap_or(0)
}

/// Where a name begins within a run of its characters: behind a hyphen of the first segment, at a letter.
fn name_start(run: &str) -> usize {
    let first = run.split('.').next().unwrap_or("");
    let start = first.rfind('-').map_or(0, |at| at + 1);
    let rest = run.get(start..).unwrap_or("");
    let letter = rest.find(|c: char| c.is_ascii_alphabetic() || c == '_');
    letter.map_or(run.len(), |at| start + at)
}

/// The text in quotes around an offset, and whether it is closed behind it.
fn text_around(document: &Document, offset: u32) -> Option<(Span, bool)> {
    let tokens = document.tokens();
    let after = tokens.partition_point(|token| token.span.start < offset);
    let Token { kind, span } = *tokens.get(after.checked_sub(1)?)?;
    let written = span.slice(document.text());
    if !matches!(kind, TokenKind::Literal(_)) || offset > span.end {
        return None;
    }
    let is_closed = match written.chars().next()? {
        quote @ ('"' | '\'') => closes(written, quote),
        'r' => {
            let hashes = written.get(1..)?.bytes().take_while(|byte| *byte == b'#').count();
            let end = format!("\"{}", "#".repeat(hashes));
            written.len() >= 2 + hashes + end.len() && written.ends_with(&end)
        }
        _ => return None,
    };
    (offset < span.end || !is_closed).then_some((span, is_closed))
}

/// Whether a text in quotes has its closing quote.
fn closes(written: &str, quote: char) -> bool {
    let mut escaped = false;
    let mut inner = written.chars().skip(1);
    inner.any(|c| {
        let closes = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing;

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        let found = testing::at(text, |view, offset| {
            let word = at(view.document, offset);
            format!("{:?} `{}` replaces `{}`", word.kind, word.typed, view.slice(word.replace))
        });
        expected.assert_eq(&found);
    }

    #[test]
    fn a_name_is_replaced_as_a_whole() {
        check("http.resp$0onse.status == 1", &expect!["Name `http.resp` replaces `http.response.status`"]);
        check("a == 1 && http.resp$0", &expect!["Name `http.resp` replaces `http.resp`"]);
        check(
            "http.request.header.x-te$0nant == 1",
            &expect!["Name `http.request.header.x-te` replaces `http.request.header.x-tenant`"],
        );
        check("1-a$0", &expect!["Number `1-a` replaces `1-a`"]);
        check("a-b$0", &expect!["Name `b` replaces `b`"]);
        check("http.request.$0", &expect!["Name `http.request.` replaces `http.request.`"]);
        check("$0http.x", &expect!["Name `` replaces ``"]);
        check("é$0", &expect!["Name `` replaces ``"]);
    }

    #[test]
    fn numbers_and_signs_are_words_of_their_own() {
        check("a > 250$0", &expect!["Number `250` replaces `250`"]);
        check("a > 250m$0", &expect!["Number `250m` replaces `250m`"]);
        check("a in [500..5$0", &expect!["Number `5` replaces `5`"]);
        check("a in 10.0.$0", &expect!["Number `10.0.` replaces `10.0.`"]);
        check("a =$0", &expect!["Sign `=` replaces `=`"]);
        check("a ==$0", &expect!["Sign `==` replaces `==`"]);
        check("a == $0", &expect!["Name `` replaces ``"]);
    }

    #[test]
    fn a_text_is_replaced_with_its_quotes() {
        check(r#"a == "G$0""#, &expect![[r#"Text `"G` replaces `"G"`"#]]);
        check(r#"a == "G$0"#, &expect![[r#"Text `"G` replaces `"G`"#]]);
        check(r#"a == "$0"#, &expect![[r#"Text `"` replaces `"`"#]]);
        check(r#"a == "$0G"#, &expect![[r#"Text `"` replaces `"G`"#]]);
        check(r#"a == "$0 && b == 1"#, &expect![[r#"Text `"` replaces `"`"#]]);
        check(r#"a == "GET"$0"#, &expect!["Name `` replaces ``"]);
        check(r#"a == "\"$0"#, &expect![[r#"Text `"\"` replaces `"\"`"#]]);
        check(r##"a == r#"x$0"#"##, &expect![[r##"Text `r#"x` replaces `r#"x"#`"##]]);
    }

    #[test]
    fn a_comment_is_left_alone() {
        check("// http$0\na", &expect!["Comment `// http` replaces `// http`"]);
    }
}
