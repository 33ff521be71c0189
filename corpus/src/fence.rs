//! Fenced blocks of Markdown files, with their places, so that a runner can rewrite them.

use std::ops::Range;

/// One fenced block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    /// The words behind the opening fence, `tamis T301`.
    pub words: Vec<&'a str>,
    /// The line of the opening fence, from 1.
    pub line: usize,
    /// The lines between the fences, without the last line break.
    pub text: &'a str,
    /// Where these lines are in the file, the last line break included.
    pub range: Range<usize>,
}

impl Block<'_> {
    /// The first word, which names the language; empty where there is none.
    #[must_use]
    pub fn language(&self) -> &str {
        self.words.first().copied().unwrap_or("")
    }
}

/// The fenced blocks of a text, in order; a fence that is never closed reaches to the end.
#[must_use]
pub fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, Vec<&str>, usize, usize)> = None;
    let mut offset = 0;
    for (line, number) in text.split_inclusive('\n').zip(1..) {
        let trimmed = line.trim();
        let ticks = trimmed.bytes().take_while(|&byte| byte == b'`').count();
        let end = offset + line.len();
        match open.take() {
            Some((n_ticks, words, opened, start)) => {
                if ticks >= n_ticks && trimmed.len() == ticks {
                    found.push(block(text, words, opened, start..offset));
                } else {
                    open = Some((n_ticks, words, opened, start));
                }
            }
            None if ticks >= 3 => {
                let words = trimmed.trim_start_matches('`').split([' ', ',']).filter(|word| !word.is_empty());
                open = Some((ticks, words.collect(), number, end));
            }
            None => {}
        }
        offset = end;
    }
    if let Some((_, words, opened, start)) = open {
        found.push(block(text, words, opened, start..text.len()));
    }
    found
}

fn block<'a>(text: &'a str, words: Vec<&'a str>, line: usize, range: Range<usize>) -> Block<'a> {
    let inner = text.get(range.clone()).unwrap_or("");
    Block { words, line, text: inner.strip_suffix('\n').unwrap_or(inner), range }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let found = blocks(text);
        let found: Vec<_> = found.iter().map(|block| (block.words.join("+"), block.text)).collect();
        let expected: Vec<_> = expected.iter().map(|(words, text)| ((*words).to_owned(), *text)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn blocks_have_words_and_text() {
        check("a\n```tamis T301, file\nx\ny\n```\n```\nz\n```\n", &[("tamis+T301+file", "x\ny"), ("", "z")]);
    }

    #[test]
    fn a_longer_fence_holds_a_shorter_one() {
        check("````md\n```\nx\n```\n````\n", &[("md", "```\nx\n```")]);
    }

    #[test]
    fn the_range_is_what_stands_between_the_fences() {
        let text = "é\n```\nab\n```\n";
        let found = blocks(text);
        assert_eq!(text.get(found[0].range.clone()), Some("ab\n"));
        check("```\n```\n", &[("", "")]);
    }
}
