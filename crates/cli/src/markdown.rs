//! A Markdown page for the terminal.
//!
//! Knows what the pages of `corpus/diagnostics` use: headings, paragraphs, lists, tables, fenced code, and `code`,
//! **strong**, *emphasis* and links within a line.

use std::io::{self, Write};

use anstyle::Style;
use tamis::diagnostic::Severity;

use crate::style::{self, paint};
use crate::text;

/// The widest line of prose that reads well.
const MEASURE: usize = 100;

/// Writes a page in lines of at most `width` columns; code and tables keep theirs.
pub(crate) fn write(out: &mut impl Write, page: &str, width: usize) -> io::Result<()> {
    let mut writer = Writer { out, width: width.min(MEASURE), paragraph: String::new(), indent: Indent::default() };
    let mut fence: Option<Fence<'_>> = None;
    for line in page.lines() {
        let trimmed = line.trim();
        if let Some(open) = &fence {
            if trimmed.starts_with(open.mark) && trimmed.trim_start_matches(['`', '~']).is_empty() {
                fence = None;
            } else {
                let style = code_style(open.language, trimmed);
                writeln!(writer.out, "    {}", paint(style, text::visible(&line.replace('\t', "    "))))?;
            }
        } else if let Some(open) = Fence::open(trimmed) {
            writer.end_paragraph()?;
            fence = Some(open);
        } else {
            writer.line(line)?;
        }
    }
    writer.end_paragraph()
}

/// The head of a fenced block.
struct Fence<'a> {
    /// The characters that open and close it.
    mark: &'a str,
    /// What is in it, `tamis` or `text`.
    language: &'a str,
}

impl<'a> Fence<'a> {
    fn open(trimmed: &'a str) -> Option<Self> {
        let first = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let rest = trimmed.trim_start_matches(first);
        let (mark, _) = trimmed.split_at_checked(trimmed.len() - rest.len())?;
        let language = rest.split_whitespace().next().unwrap_or("");
        (mark.len() >= 3).then_some(Self { mark, language })
    }
}

/// The colour of a line of code; what the command prints is coloured nearly as the command does.
fn code_style(language: &str, line: &str) -> Style {
    if language != "text" {
        return style::CODE;
    }
    let severities = [Severity::Error, Severity::Warning, Severity::Hint];
    let named = severities.into_iter().find(|severity| line.starts_with(&format!("{}[", severity.as_str())));
    match named {
        Some(severity) => style::of(severity),
        None if line.starts_with("> ") => style::GOOD,
        None => Style::new(),
    }
}

struct Writer<'a, W: Write> {
    out: &'a mut W,
    width: usize,
    /// The words of the paragraph so far.
    paragraph: String,
    indent: Indent,
}

/// What stands before the lines of a paragraph.
#[derive(Default)]
struct Indent {
    first: String,
    rest: usize,
}

impl<W: Write> Writer<'_, W> {
    fn line(&mut self, line: &str) -> io::Result<()> {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            self.end_paragraph()?;
            return writeln!(self.out);
        }
        if let Some(heading) = trimmed.strip_prefix('#') {
            self.end_paragraph()?;
            let heading = heading.trim_start_matches('#').trim();
            return writeln!(self.out, "{}", spans(&without_links(heading), style::HEADING));
        }
        if trimmed.starts_with('|') {
            self.end_paragraph()?;
            return writeln!(self.out, "{}", spans(line, Style::new()));
        }
        if let Some((marker, rest)) = item(trimmed) {
            self.end_paragraph()?;
            let before = line.len() - line.trim_start().len();
            let first = format!("{}{marker} ", " ".repeat(before));
            self.indent = Indent { rest: text::width(&first), first };
            self.paragraph.push_str(rest);
            return Ok(());
        }
        if !self.paragraph.is_empty() {
            self.paragraph.push(' ');
        }
        self.paragraph.push_str(trimmed);
        Ok(())
    }

    fn end_paragraph(&mut self) -> io::Result<()> {
        let indent = std::mem::take(&mut self.indent);
        let paragraph = without_links(&std::mem::take(&mut self.paragraph));
        let columns = self.width.saturating_sub(indent.rest);
        let mut before = indent.first;
        let mut open = Style::new();
        for line in text::wrapped_by(&paragraph, columns, shown_width) {
            let (line, still_open) = continued(&line, open);
            writeln!(self.out, "{before}{line}")?;
            open = still_open;
            before = " ".repeat(indent.rest);
        }
        Ok(())
    }
}

/// The marker and the text of a list item.
fn item(trimmed: &str) -> Option<(String, &str)> {
    if let Some(rest) = ["- ", "* ", "+ "].iter().find_map(|bullet| trimmed.strip_prefix(bullet)) {
        return Some(("•".to_owned(), rest.trim_start()));
    }
    let digits = trimmed.chars().take_while(char::is_ascii_digit).count();
    let (number, rest) = trimmed.split_at_checked(digits)?;
    let rest = rest.strip_prefix(". ")?;
    (digits > 0).then(|| (format!("{number}."), rest.trim_start()))
}

/// A text with the marks within its line turned into colours.
fn spans(text: &str, base: Style) -> String {
    let (line, _) = marked(text, base, Style::new());
    line
}

/// The same for a line of a paragraph whose line above may have left a mark open.
fn continued(text: &str, open: Style) -> (String, Style) {
    marked(text, Style::new(), open)
}

fn marked(text: &str, base: Style, open: Style) -> (String, Style) {
    let mut out = String::new();
    let mut style = open;
    let mut run = String::new();
    let text = text::visible(text);
    let mut rest: &str = &text;
    let flush = |out: &mut String, run: &mut String, style: Style| {
        let style = if style == Style::new() { base } else { style };
        if !run.is_empty() {
            out.push_str(&paint(style, std::mem::take(run)).to_string());
        }
    };
    while let Some(c) = rest.chars().next() {
        let in_code = style == style::CODE;
        let (mark, new) = match c {
            '`' => ("`", style::CODE),
            '*' if !in_code && rest.starts_with("**") => ("**", Style::new().bold()),
            '*' if style == Style::new().italic() || opens(rest) && !in_code => ("*", Style::new().italic()),
            _ => ("", style),
        };
        if !mark.is_empty() && (style == new || style == Style::new()) {
            let closes = style == new;
            // Without colours the marks are all that tells code from prose.
            let kept = if mark == "`" { mark } else { "" };
            run.push_str(if closes { kept } else { "" });
            flush(&mut out, &mut run, style);
            run.push_str(if closes { "" } else { kept });
            style = if closes { Style::new() } else { new };
            rest = rest.get(mark.len()..).unwrap_or("");
            continue;
        }
        run.push(c);
        rest = rest.get(c.len_utf8()..).unwrap_or("");
    }
    flush(&mut out, &mut run, style);
    (out, style)
}

/// Whether the star at the start of a text belongs to the word behind it.
fn opens(text: &str) -> bool {
    text.chars().nth(1).is_some_and(char::is_alphanumeric)
}

/// How many columns a word takes once its marks are gone.
fn shown_width(word: &str) -> usize {
    let marks = word.chars().filter(|&c| c == '*').count();
    text::width(word).saturating_sub(marks)
}

/// The text with every link replaced by its label.
fn without_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_code = false;
    while let Some(c) = rest.chars().next() {
        in_code ^= c == '`';
        if let Some((label, after)) = link(rest).filter(|_| !in_code) {
            out.push_str(label);
            rest = after;
        } else {
            out.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or("");
        }
    }
    out
}

/// The label of the link at the start of a text, and what follows the link.
fn link(text: &str) -> Option<(&str, &str)> {
    let (label, after) = text.strip_prefix('[')?.split_once("](")?;
    let (_, after) = after.split_once(')')?;
    (!label.contains(['[', ']'])).then_some((label, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &str, expected: &str) {
        let mut out = Vec::new();
        write(&mut anstream::StripStream::new(&mut out), page, 40).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn sentences_flow_into_paragraphs() {
        check(
            "# T301: `field`\n\nOne sentence.\nAnother one that is longer.\n",
            "T301: `field`\n\nOne sentence. Another one that is\nlonger.\n",
        );
    }

    #[test]
    fn items_hang() {
        check(
            "- one two three four five six seven eight nine\n2. b\n",
            "• one two three four five six seven\n  eight nine\n2. b\n",
        );
    }

    #[test]
    fn code_stays_as_it_is() {
        check("```tamis T301\na  ==  1\n```\n", "    a  ==  1\n");
    }

    #[test]
    fn marks_within_a_line_become_colours() {
        check("`a * b` and a * b and **c** or *d*, [here](x.md)\n", "`a * b` and a * b and c or d, here\n");
        assert_eq!(marked("`a", Style::new(), Style::new()).1, style::CODE, "open at the end of a line");
    }
}
