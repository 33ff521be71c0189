//! Nothing is left unfinished: no macro that stands for code to come, no mark in a comment without an issue.

use super::{Policy, Violation};
use crate::repository::Repository;

/// Macros that stand for code to come, or for a search that has ended.
const MACROS: &[&str] = &["todo", "unimplemented", "dbg"];

/// Words that mark unfinished places, in pieces so that this file does not hold them.
const MARKS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

pub(super) fn check(repository: &Repository, _: &Policy) -> Vec<Violation> {
    let calls = repository.rust().flat_map(|(path, source)| source.macro_calls().map(move |call| (path, call)));
    let calls = calls.filter(|(_, (name, _))| MACROS.contains(name));
    let calls = calls.map(|(path, (name, line))| {
        Violation::new(path, line, format!("`{name}!` is left in the code"), "write what it stands for, or remove it")
    });
    calls.chain(repository.files().flat_map(|file| marks(&file.path, &file.text))).collect()
}

/// The marks in a file of code or prose that name no issue.
fn marks<'a>(path: &'a str, text: &'a str) -> impl Iterator<Item = Violation> {
    let kept_by_hand = [".rs", ".md", ".toml", ".sh", "/run"].iter().any(|end| path.ends_with(end));
    let lines = kept_by_hand.then(|| text.lines().zip(1..)).into_iter().flatten();
    let marked = lines.filter_map(|(line, number)| Some((number, mark(line)?)));
    marked.map(|(number, mark)| {
        let what = format!("`{mark}` without an issue");
        Violation::new(path, number, what, "do it, or name the issue: `NOTE(#12): …`")
    })
}

fn mark(line: &str) -> Option<&'static str> {
    let is_word = |place: usize, mark: &str| {
        let before = line.get(..place).unwrap_or_default().chars().next_back();
        let after = line.get(place + mark.len()..).unwrap_or_default();
        let joined = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
        !joined(before) && !joined(after.chars().next()) && !after.starts_with("(#")
    };
    MARKS.iter().copied().find(|mark| line.match_indices(mark).any(|(place, _)| is_word(place, mark)))
}

#[cfg(test)]
mod tests {
    use crate::tidy::violation::check_rule;

    #[test]
    fn macros_that_stand_for_code_are_found() {
        check_rule("unfinished", "", &[("a.rs", "fn f() {\n    todo!()\n}")], &["a.rs:2: `todo!` is left in the code"]);
        check_rule("unfinished", "", &[("a.rs", "m!(dbg!(1));")], &["a.rs:1: `dbg!` is left in the code"]);
        check_rule("unfinished", "", &[("a.rs", "//! A todo!() in words.\nfn todo() {}")], &[]);
    }

    #[test]
    fn marks_name_an_issue() {
        let mark = super::MARKS[0];
        let found = format!("a.rs:1: `{mark}` without an issue");
        check_rule("unfinished", "", &[("a.rs", &format!("// {mark}: later"))], &[&found]);
        check_rule("unfinished", "", &[("a.rs", &format!("// {mark}(#7): later"))], &[]);
        check_rule("unfinished", "", &[("a.rs", &format!("const {mark}S: u8 = 0;"))], &[]);
        check_rule("unfinished", "", &[("a.json", mark)], &[]);
    }
}
