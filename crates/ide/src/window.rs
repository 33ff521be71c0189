//! The part of a long file that matters at one place or for one range, so that what is asked often stays quick.
//!
//! A rule depends on itself and on the `let`s above it.
//! Items are found by their first words at the beginnings of lines, without reading what is between them; where that is
//! mistaken, something that could be offered is not.

use tamis_lang::span::Span;

/// A text made of parts of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first line, the `let`s above, and the items around the place.
    pub text: String,
    /// Where the place is in it.
    pub offset: u32,
    /// Where each part begins in this text, and in the whole one.
    parts: Vec<(usize, usize)>,
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
        Self::over(text, Span::at(offset))
    }

    /// The part that matters for a range; the place is its start.
    #[must_use]
    pub fn over(text: &str, range: Span) -> Self {
        let (first, last) = ((range.start as usize).min(text.len()), (range.end as usize).min(text.len()));
        let mut window = Self { text: String::new(), offset: 0, parts: Vec::new() };
        let (mut start, mut end) = (0, text.len());
        let mut open: Option<&str> = None;
        for (at, line) in lines(text) {
            let keyword = ["let ", "rule "].into_iter().find(|keyword| line.starts_with(keyword));
            if at > last && keyword.is_some() {
                end = at;
                break;
            }
            let is_first = at == 0 && line.starts_with("//!");
            if keyword.is_some() && at <= first {
                if open == Some("let ") {
                    window.push(text, start..at);
                }
                (start, open) = (at, keyword);
            } else if is_first {
                window.push(text, 0..line.len());
                start = line.len();
            }
        }
        let begins = window.text.len();
        window.push(text, start..end);
        window.offset = u32::try_from(begins + first.saturating_sub(start)).unwrap_or(u32::MAX);
        window
    }

    /// All of a text, in windows of about so many bytes; what belongs to each begins at its offset.
    ///
    /// Comments stay with the item below them.
    /// A text whose `let`s are longer than a window is one window, because each would have to repeat them.
    ///
    /// ```
    /// use tamis_ide::Window;
    ///
    /// let text = "let slow = 2s\n// Pages.\nrule a = url.path == \"/\"\nrule b = true\n";
    /// let windows: Vec<Window> = Window::pieces(text, 20).collect();
    /// assert_eq!(windows[0].text, "let slow = 2s\n");
    /// assert_eq!(windows[1].text, "let slow = 2s\n// Pages.\nrule a = url.path == \"/\"\n");
    /// assert_eq!(windows[1].offset, 14);
    /// assert_eq!(windows[2].text, "let slow = 2s\nrule b = true\n");
    /// ```
    pub fn pieces(text: &str, bytes: usize) -> impl Iterator<Item = Self> {
        let items = Item::all(text);
        let ends = |place: usize| items.get(place + 1).map_or(text.len(), |next| next.start);
        let lets: usize = items.iter().enumerate().filter(|(_, it)| it.is_let).map(|(n, it)| ends(n) - it.head).sum();
        let mut starts = vec![0];
        let mut begun = 0;
        for (place, item) in items.iter().enumerate().skip(1) {
            if lets <= bytes && ends(place) - begun > bytes && item.start > begun {
                begun = item.start;
                starts.push(place);
            }
        }
        let edition = text.split_inclusive('\n').next().filter(|line| line.starts_with("//!")).map_or(0, str::len);
        let piece = move |(n, first): (usize, usize), starts: &[usize]| {
            let mut window = Self { text: String::new(), offset: 0, parts: Vec::new() };
            let start = if n == 0 { 0 } else { items.get(first).map_or(text.len(), |item| item.start) };
            let next = starts.get(n + 1).and_then(|place| items.get(*place));
            if n > 0 && edition > 0 {
                window.push(text, 0..edition);
            }
            let above = items.iter().take(first).enumerate().filter(|(_, item)| n > 0 && item.is_let);
            for (place, item) in above {
                window.push(text, item.head..items.get(place + 1).map_or(text.len(), |next| next.start));
            }
            window.offset = u32::try_from(window.text.len()).unwrap_or(u32::MAX);
            window.push(text, start..next.map_or(text.len(), |next| next.start));
            window
        };
        (0..starts.len()).map(move |n| piece((n, starts.get(n).copied().unwrap_or(0)), &starts))
    }

    fn push(&mut self, text: &str, range: std::ops::Range<usize>) {
        self.parts.push((self.text.len(), range.start));
        self.text.push_str(text.get(range).unwrap_or(""));
    }

    /// The range in the whole text of a range within one part.
    #[must_use]
    pub fn outside(&self, span: Span) -> Span {
        let place = self.parts.partition_point(|(inside, _)| *inside <= span.start as usize);
        let part = place.checked_sub(1).and_then(|place| self.parts.get(place));
        let (inside, outside) = part.copied().unwrap_or((0, 0));
        let range = span.range();
        let moved = |at: usize| at.saturating_sub(inside).saturating_add(outside);
        Span::from_range(moved(range.start)..moved(range.end))
    }
}

/// Where an item begins: with the comments above it, and with its keyword.
struct Item {
    start: usize,
    head: usize,
    is_let: bool,
}

impl Item {
    fn all(text: &str) -> Vec<Self> {
        let mut found = Vec::new();
        let mut comments: Option<usize> = None;
        for (at, line) in lines(text) {
            let is_let = line.starts_with("let ");
            if is_let || line.starts_with("rule ") {
                found.push(Self { start: comments.take().unwrap_or(at), head: at, is_let });
            } else if line.starts_with("//") {
                comments = comments.or(Some(at));
            } else {
                comments = None;
            }
        }
        found
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
    fn a_range_takes_all_items_that_it_touches() {
        let text = "let a = 1\nrule b = try_count == a\nrule c = try_count == 2\nrule d = try_count == 3\n";
        let window = Window::over(text, Span::new(40, 62));
        assert_eq!(window.text, "let a = 1\nrule c = try_count == 2\nrule d = try_count == 3\n");
        assert_eq!(window.outside(Span::new(4, 5)), Span::new(4, 5), "a `let` above");
        assert_eq!(window.outside(Span::new(15, 16)).slice(text), "c");
    }

    #[test]
    fn a_new_rule_at_the_end_belongs_to_the_last_item() {
        check("let a = 1\nrule b = try_count == 1\n$0");
        check("let a = 1\n$0");
    }
}
