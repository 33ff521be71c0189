//! Text for people: nothing hidden, as wide as it looks.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// How many columns a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// Whether a character would not be seen, or would change how the text around it is seen.
///
/// Control characters can drive a terminal, bidirectional controls reorder a line, the others have no ink.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// How a hidden character is shown.
pub(crate) fn name_of_hidden(c: char) -> String {
    format!("<U+{:04X}>", u32::from(c))
}

/// The text with its hidden characters shown by their numbers.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().fold(String::with_capacity(text.len() + 16), |mut out, c| {
        if is_hidden(c) {
            out.push_str(&name_of_hidden(c));
        } else {
            out.push(c);
        }
        out
    }))
}

/// The text, with `…` in place of what does not fit into `columns`.
pub(crate) fn shortened(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mut used = 0;
    let mut short = String::new();
    for c in text.chars() {
        used += c.width().unwrap_or(1);
        if used >= columns {
            break;
        }
        short.push(c);
    }
    short.push('…');
    Cow::Owned(short)
}

/// Words on lines of at most `columns`; a longer word has a line of its own.
pub(crate) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    wrapped_by(text, columns, width)
}

/// The same for words of which not every character is shown.
pub(crate) fn wrapped_by(text: &str, columns: usize, width: impl Fn(&str) -> usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let wide = width(word);
        if used > 0 && used + 1 + wide > columns {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += wide;
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// `1 rule`, `2 rules`.
pub(crate) fn counted(n: usize, singular: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {singular}{plural}", grouped(n))
}

/// A number with its thousands apart.
pub(crate) fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drives_a_terminal_is_shown_instead() {
        assert_eq!(visible("a\u{1b}[31mb\u{202e}c"), "a<U+001B>[31mb<U+202E>c");
        assert_eq!(visible("größe 日本"), "größe 日本");
    }

    #[test]
    fn a_wide_character_takes_two_columns() {
        assert_eq!(shortened("日本語", 6), "日本語");
        assert_eq!(shortened("日本語x", 6), "日本…");
    }

    #[test]
    fn words_wrap() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("", 7), Vec::<String>::new());
    }

    #[test]
    fn numbers_agree_with_their_noun() {
        assert_eq!(counted(1, "rule"), "1 rule");
        assert_eq!(counted(1_234_567, "request"), "1,234,567 requests");
    }
}
