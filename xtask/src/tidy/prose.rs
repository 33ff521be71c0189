//! Markdown has one sentence per line, so that a change of a sentence is a change of a line.

use super::{Policy, Violation};
use crate::markdown::{self, Kind, Line};
use crate::repository::Repository;

/// Words whose full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &["e.g.", "i.e.", "etc.", "cf.", "vs.", "no.", "approx."];

pub(super) fn check(repository: &Repository, _: &Policy) -> Vec<Violation> {
    let files = repository.with_extension("md");
    files
        .flat_map(|file| in_text(&file.text).map(|(line, what, mend)| Violation::new(&file.path, line, what, mend)))
        .collect()
}

type Finding = (usize, &'static str, &'static str);

fn in_text(text: &str) -> impl Iterator<Item = Finding> {
    let lines = markdown::lines(text);
    let several = lines.iter().filter(|line| is_prose(line) && holds_an_end(line.text));
    let several = several.map(|line| (line.number, "several sentences on one line", "start a new line after each"));
    let broken = lines.windows(2).filter_map(|pair| match pair {
        [line, next] if is_prose(line) && next.kind == Kind::Prose && !ends(line.text) => Some(line.number),
        _ => None,
    });
    let broken = broken.map(|number| (number, "a sentence that goes on on the next line", "write it on one line"));
    let mut findings: Vec<Finding> = several.chain(broken).collect();
    findings.sort_unstable();
    findings.into_iter()
}

const fn is_prose(line: &Line<'_>) -> bool {
    matches!(line.kind, Kind::Prose | Kind::Item)
}

/// Whether a sentence ends before the end of the line and another one starts.
fn holds_an_end(text: &str) -> bool {
    let prose = markdown::without_code(text);
    let words: Vec<_> = prose.split_whitespace().collect();
    words.windows(2).any(|pair| match pair {
        [word, next] => ends_sentence(word) && starts_sentence(next),
        _ => false,
    })
}

fn ends_sentence(word: &str) -> bool {
    let word = word.trim_end_matches(['"', '\'', ')', '*', '_', '”', '’']);
    word.ends_with(['.', '!', '?']) && !word.ends_with("..") && !ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

fn starts_sentence(word: &str) -> bool {
    let word = word.trim_start_matches(['"', '\'', '(', '*', '_', '[', '“', '‘']);
    word.starts_with(char::is_uppercase) || word.starts_with("x") && word.trim_end_matches([',', '.', ':']) == "x"
}

/// Whether the line ends where a sentence, or the lead of a list, may end.
fn ends(text: &str) -> bool {
    let text = text.trim_end_matches(['"', '\'', ')', '*', '_', '”', '’', '`', '\\']);
    text.ends_with(['.', '!', '?', ':', ';', '…'])
}

#[cfg(test)]
mod tests {
    use crate::tidy::violation::check_rule;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        check_rule("prose", "", &[("a.md", text)], expected);
    }

    #[test]
    fn one_sentence_per_line_is_fine() {
        check(
            "# A title. With Two\n\nOne sentence, e.g. This.\nAnother (with *stress*).\n\n- An item\n- Another\n",
            &[],
        );
        check("Version 1.2 is small.\nSay `a. B` twice.\n1. First item.\n2. Second item.\n", &[]);
        check("| One. Two. | Three |\n|---|---|\n\n```\nOne. Two.\n```\n", &[]);
        check("The sets are:\n- one\n", &[]);
    }

    #[test]
    fn two_sentences_on_a_line_are_found() {
        let found = &["a.md:1: several sentences on one line"];
        check("One. Two.\n", found);
        check("- One! *Two.*\n", found);
        check("(One?) [Two](b.md).\n", found);
        check("One. `two` is code.\n", found);
    }

    #[test]
    fn a_sentence_over_two_lines_is_found() {
        let found = &["a.md:1: a sentence that goes on on the next line"];
        check("One sentence that\ngoes on.\n", found);
        check("- One item that\n  goes on.\n", found);
        check("> One quote that\n> goes on.\n", found);
    }
}
