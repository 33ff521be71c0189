//! The part of a long file that matters at one place, so that what is asked with every letter stays quick.
//!
//! A rule depends on itself and on the `let`s above it.
//! Items are found by their first words at the beginnings of lines, without reading what is between them; where that is
//! mistaken, something that could be offered is not.

use tamis_lang::span::Span;

/// A text made of parts of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first line, the `let`s above, and the item around the place.
    pub text: String,
    /// Where the place is in it.
    pub offset: u32,
    /// Where the item begins in the whole text, and in this one.
    starts: (usize, usize),
}

impl Window {
    /// The part that matters at an offset.
    ///
    /// ```
    /// use tamis_ide::Window;
    ///
    /// let text = "let slow = 2s\nrule a = url.path == \"/\"\nrule b = \nrule c = url.path == \"/c\"\n";
    /// let window = Window::new(text, 48);
    /// assert_eq!(window.text, "let slow = 2s\nrule b = \n");
    /// assert_eq!(window.offset, 23);
    /// ```
    #[must_use]
    pub fn new(text: &str, offset: u32) -> Self {
        let place = (offset as usize).min(text.len());
        let mut head = String::new();
        let (mut start, mut end) = (0, text.len());
        let mut open: Option<&str> = None;
        for (at, line) in lines(text) {
            let keyword = ["let ", "rule "].into_iter().find(|keyword| line.starts_with(keyword));
            if at > place && keyword.is_some() {
                end = at;
                break;
            }
            let is_first = at == 0 && line.starts_with("//!");
            if let Some(keyword) = keyword {
                if open == Some("let ") {
                    head.push_str(text.get(start..at).unwrap_or(""));
                }
                (start, open) = (at, Some(keyword));
            } else if is_first {
                head.push_str(line);
                start = line.len();
            }
        }
        let begins = head.len();
        head.push_str(text.get(start..end).unwrap_or(""));
        let offset = u32::try_from(begins + place.saturating_sub(start)).unwrap_or(u32::MAX);
        Self { text: head, offset, starts: (start, begins) }
    }

    /// The range in the whole text of a range within the item.
    #[must_use]
    pub fn outside(&self, span: Span) -> Span {
        let (start, begins) = self.starts;
        let range = span.range();
        let moved = |at: usize| at.saturating_sub(begins).saturating_add(start);
        Span::from_range(moved(range.start)..moved(range.end))
    }
}

/// The lines of a text with their offsets, line ends included.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    })
}

#[cfg(test)]
mod tests {
    use tamis_types::analysis::Options;

    use super::*;
    use crate::testing::{KONG, cursor};
    use crate::{Document, View, complete};

    #[track_caller]
    fn check(marked: &str) {
        let (text, offset) = cursor(marked);
        let whole = Document::new(text.as_str(), &KONG, &Options::default());
        let window = Window::new(&text, offset);
        let part = Document::new(window.text.as_str(), &KONG, &Options::default());
        let mut found = complete(&View::new(&part, &KONG), window.offset);
        for item in &mut found {
            item.replace = window.outside(item.replace);
        }
        assert_eq!(found, complete(&View::new(&whole, &KONG), offset), "{marked}");
    }

    #[test]
    fn a_window_offers_what_the_whole_file_offers() {
        let file = "//! edition: atc\n// All.\nlet slow = 2s\nlet bad = [\n  502,\n  503\n]\nrule a = url.path == \"/\"\nrule b = HERE\nrule c = url.path == \"/c\"\n";
        for rule in [
            "$0",
            "http.resp$0onse.status_code == 503",
            "http.response.status_code in $0",
            "proxy.kong.latency.total > $0",
            "url.path == \"/é\"\n  && any(v in try_count, v $0)",
            "http.request.method == \"P$0",
        ] {
            check(&file.replace("HERE", rule));
        }
        check("url.pa$0th == \"/\"");
        check("//! edition: atc\nurl.pa$0th == \"/\"");
        check("$0");
    }

    #[test]
    fn a_new_rule_at_the_end_belongs_to_the_last_item() {
        check("let a = 1\nrule b = try_count == 1\n$0");
        check("let a = 1\n$0");
    }
}
