//! Case files in sections: a title line, then texts with dashes between them.
//!
//! ```text
//! === a chain is one node
//! a && b && c
//! ----
//! (&& a b c)
//! ```

use std::fmt::Write as _;

/// One case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case<'a> {
    /// What it shows.
    pub title: &'a str,
    /// The line of the title, from 1.
    pub line: usize,
    /// The texts between the lines of dashes, each without its last line break.
    pub sections: Vec<String>,
}

/// The cases of a file; what stands before the first title is left out.
#[must_use]
pub fn parse(text: &str) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> = Vec::new();
    let mut section: Option<Vec<&str>> = None;
    let finish = |case: Option<&mut Case<'_>>, section: &mut Option<Vec<&str>>| {
        if let (Some(case), Some(lines)) = (case, section.take()) {
            let text = lines.join("\n");
            case.sections.push(text.strip_suffix('\n').unwrap_or(&text).to_owned());
        }
    };
    for (line, number) in text.lines().zip(1..) {
        if let Some(title) = line.strip_prefix("=== ") {
            finish(cases.last_mut(), &mut section);
            cases.push(Case { title, line: number, sections: Vec::new() });
            section = Some(Vec::new());
        } else if line == "----" {
            finish(cases.last_mut(), &mut section);
            section = Some(Vec::new());
        } else if let Some(lines) = &mut section {
            lines.push(line);
        }
    }
    finish(cases.last_mut(), &mut section);
    cases
}

/// The file of some cases, below what stood before the first title of the old one.
#[must_use]
pub fn write(old: &str, cases: &[Case<'_>]) -> String {
    let head = old.find("=== ").and_then(|at| old.get(..at)).unwrap_or("");
    let mut out = head.to_owned();
    for (place, case) in cases.iter().enumerate() {
        let gap = if place == 0 { "" } else { "\n" };
        let _ = writeln!(out, "{gap}=== {}", case.title);
        for (place, section) in case.sections.iter().enumerate() {
            let dashes = if place == 0 { "" } else { "----\n" };
            let end = if section.is_empty() { "" } else { "\n" };
            let _ = write!(out, "{dashes}{section}{end}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_read_back_as_written() {
        let text = "Head.\n\n=== one\na\n\nb\n----\nx\n----\n\n=== two\nc\n----\ny\n";
        let cases = parse(text);
        assert_eq!(cases.len(), 2);
        assert_eq!(cases[0].sections, ["a\n\nb", "x", ""]);
        assert_eq!((cases[1].title, cases[1].line), ("two", 11));
        assert_eq!(write(text, &cases), text);
    }
}
