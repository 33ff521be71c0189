//! Texts of the user within a sentence.

use std::borrow::Cow;

/// The most characters of a text that a sentence repeats.
const LONGEST: usize = 60;

/// The most characters of what a sentence says to write instead, which is worth more room.
const LONGEST_PROPOSAL: usize = 160;

/// Whether a character has no ink, drives a terminal or turns the direction of the text around it.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A text on one line, with hidden characters by their numbers.
///
/// ```
/// use tamis_lang::excerpt::visible;
/// assert_eq!(visible("a\u{200b}b"), "a<U+200B>b");
/// assert_eq!(visible("a\n    && b"), "a && b");
/// ```
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    // Most sentences are ASCII, of which bytes tell.
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain || !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // A line break and the indentation behind it are one blank.
            '\t' | '\r' | '\n' => {
                while chars.next_if(|next| matches!(next, ' ' | '\t' | '\r' | '\n')).is_some() {}
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            _ if is_hidden(c) => out.push_str(&format!("<U+{:04X}>", u32::from(c))),
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// A text as [`visible`] shows it, cut where it is long.
///
/// ```
/// use tamis_lang::excerpt::excerpt;
/// assert_eq!(excerpt(&"ab".repeat(40)).chars().count(), 61);
/// ```
#[must_use]
pub fn excerpt(text: &str) -> Cow<'_, str> {
    cut(text, LONGEST)
}

fn cut(text: &str, longest: usize) -> Cow<'_, str> {
    let text = visible(text);
    match text.char_indices().nth(longest) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or(""))),
        None => text,
    }
}

/// An [`excerpt`] in backticks.
///
/// ```
/// use tamis_lang::excerpt::quote;
/// assert_eq!(quote("a ==\n 1"), "`a == 1`");
/// ```
#[must_use]
pub fn quote(text: &str) -> String {
    format!("`{}`", excerpt(text))
}

/// What to write instead, in backticks: like [`quote`], and longer.
#[must_use]
pub fn proposal(text: &str) -> String {
    format!("`{}`", cut(text, LONGEST_PROPOSAL))
}
