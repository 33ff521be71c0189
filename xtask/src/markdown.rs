//! Markdown as lines that know what they are: enough to hold prose and links to rules.

/// A line of a Markdown file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Its number, from 1.
    pub number: usize,
    /// Its text; for prose and items without marker and indentation.
    pub text: &'a str,
    /// What it is.
    pub kind: Kind,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Part of a paragraph that began above, or its first line.
    Prose,
    /// The first line of a list item.
    Item,
    /// A heading.
    Heading,
    /// A row of a table.
    Row,
    /// Inside a fenced block, or its fence.
    Code,
    /// A blank line, an HTML line or a rule, which ends a paragraph.
    Break,
}

/// The lines of a text.
#[must_use]
pub fn lines(text: &str) -> Vec<Line<'_>> {
    let mut fence: Option<&str> = None;
    let mut lines = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let trimmed = line.trim();
        let marker = fence_marker(trimmed);
        let kind_and_text = match (fence, marker) {
            (Some(open), Some(close)) if close == trimmed && close.starts_with(open) => {
                fence = None;
                (Kind::Code, line)
            }
            (Some(_), _) => (Kind::Code, line),
            (None, Some(open)) => {
                fence = Some(open);
                (Kind::Code, line)
            }
            (None, None) => kind(trimmed),
        };
        lines.push(Line { number, text: kind_and_text.1, kind: kind_and_text.0 });
    }
    lines
}

/// The blocks of code whose fence names one of `languages`: the number of the fence's line, its words, the code.
#[must_use]
pub fn blocks<'a>(text: &'a str, language: &str) -> Vec<(usize, &'a str, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, &str, &str, String)> = None;
    for line in lines(text) {
        match (&mut open, fence_marker(line.text.trim())) {
            (None, Some(marker)) if line.kind == Kind::Code => {
                let words = line.text.trim().trim_start_matches(['`', '~']).trim();
                open = Some((line.number, marker, words, String::new()));
            }
            (Some((number, marker, words, code)), Some(close)) if close.starts_with(*marker) => {
                if words.split([' ', ',']).next() == Some(language) {
                    blocks.push((*number, *words, std::mem::take(code)));
                }
                open = None;
            }
            (Some((.., code)), _) => {
                code.push_str(line.text);
                code.push('\n');
            }
            (None, _) => {}
        }
    }
    blocks
}

/// The text without inline code: every span of code becomes one `x`.
#[must_use]
pub fn without_code(text: &str) -> String {
    let mut prose = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let (before, code) = rest.split_at(start);
        let n_ticks = code.chars().take_while(|it| *it == '`').count();
        let (ticks, inner) = code.split_at(n_ticks);
        prose.push_str(before);
        match inner.find(ticks) {
            Some(end) => {
                prose.push('x');
                rest = inner.get(end + n_ticks..).unwrap_or_default();
            }
            None => {
                prose.push_str(ticks);
                rest = inner;
            }
        }
    }
    prose + rest
}

/// The anchor that a heading gets.
#[must_use]
pub fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|it| it.is_alphanumeric() || "-_ ".contains(*it));
    kept.map(|it| if it == ' ' { '-' } else { it }).collect()
}

/// The three or more characters that open or close a fenced block.
fn fence_marker(trimmed: &str) -> Option<&str> {
    let first = trimmed.chars().next().filter(|it| "`~".contains(*it))?;
    let n_marks = trimmed.chars().take_while(|it| *it == first).count();
    let marks = trimmed.get(..n_marks).filter(|_| n_marks >= 3)?;
    let inline = first == '`' && trimmed.get(n_marks..).is_some_and(|rest| rest.contains('`'));
    (!inline).then_some(marks)
}

fn kind(trimmed: &str) -> (Kind, &str) {
    let is_rule = trimmed.len() >= 3 && trimmed.chars().all(|it| it == '-' || it == '*' || it == '_');
    let is_definition = trimmed.starts_with('[') && trimmed.contains("]: ");
    if trimmed.is_empty() || is_rule || is_definition || trimmed.starts_with('<') {
        return (Kind::Break, trimmed);
    }
    if trimmed.starts_with('#') {
        return (Kind::Heading, trimmed);
    }
    if trimmed.starts_with('|') {
        return (Kind::Row, trimmed);
    }
    let quoted = trimmed.trim_start_matches(['>', ' ']);
    match item(quoted) {
        Some(text) => (Kind::Item, text),
        None if quoted.is_empty() => (Kind::Break, quoted),
        None => (Kind::Prose, quoted),
    }
}

/// The text of a list item after its marker.
fn item(line: &str) -> Option<&str> {
    let bullet = ["- ", "* ", "+ "].iter().find_map(|marker| line.strip_prefix(marker));
    let numbered = || {
        let rest = line.trim_start_matches(|it: char| it.is_ascii_digit());
        (rest.len() < line.len()).then(|| rest.strip_prefix(". ")).flatten()
    };
    bullet.or_else(numbered).map(str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_know_what_they_are() {
        let text = "# A\n\nProse.\n- item\n  more\n2. two\n| a |\n```sh\nx\n```\n> quoted\n<br>\n---\n";
        let kinds: Vec<_> = lines(text).iter().map(|line| line.kind).collect();
        use Kind::{Break, Code, Heading, Item, Prose, Row};
        let expected = [Heading, Break, Prose, Item, Prose, Item, Row, Code, Code, Code, Prose, Break, Break];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn a_longer_fence_holds_a_shorter_one() {
        let text = "````md\n```sh\n```\n````\nProse.\n";
        assert_eq!(lines(text).last().unwrap().kind, Kind::Prose);
        assert_eq!(blocks(text, "md"), [(1, "md", "```sh\n```\n".to_string())]);
    }

    #[test]
    fn blocks_are_found_by_language() {
        let text = "```tamis T301\na\nb\n```\n```sh\nc\n```\n";
        assert_eq!(blocks(text, "tamis"), [(1, "tamis T301", "a\nb\n".to_string())]);
    }

    #[test]
    fn inline_code_is_taken_out() {
        assert_eq!(without_code("a `b. C` d ``e ` f`` g"), "a x d x g");
        assert_eq!(without_code("a ` b"), "a ` b");
    }

    #[test]
    fn anchors_are_those_of_the_usual_renderers() {
        assert_eq!(anchor("## Where do I put X?"), "where-do-i-put-x");
        assert_eq!(anchor("# `T301`: it's so"), "t301-its-so");
    }
}
