//! The README gives a stranger with nothing but a Rust toolchain two commands: one that shows, one that tests.
//!
//! `.ci/run` runs the two lines as they stand there.

use super::{Policy, Violation};
use crate::markdown;
use crate::repository::Repository;

const PATH: &str = "README.md";

pub(super) fn check(repository: &Repository, _: &Policy) -> Vec<Violation> {
    let Some(text) = repository.text(PATH) else {
        return vec![Violation::new(PATH, 0, "the README is missing", "write it")];
    };
    let blocks = markdown::blocks(text, "sh");
    let lines: Vec<_> = blocks.iter().flat_map(|(_, _, code)| code.lines()).collect();
    let mut violations = Vec::new();
    let mut wanted = |found: Vec<&str>, what: &str| {
        if found.len() != 1 {
            let what = format!("{} commands in `sh` blocks {what}, one is wanted", found.len());
            violations.push(Violation::new(PATH, 0, what, "give it once, on a line of its own"));
        }
        found.first().copied().unwrap_or_default().to_string()
    };
    let shows = lines.iter().copied().filter(|line| line.starts_with("cargo run --release -- match ")).collect();
    let command = wanted(shows, "start with `cargo run --release -- match`");
    let tests = lines.iter().copied().filter(|line| *line == "cargo test").collect();
    wanted(tests, "are `cargo test`");
    let file = command.split_whitespace().last().unwrap_or_default();
    if !command.is_empty() && !repository.has(file) {
        let what = format!("the first command reads `{file}`, which is not there");
        violations.push(Violation::new(PATH, 0, what, "name a recording of `corpus/traffic`"));
    }
    violations
}

#[cfg(test)]
mod tests {
    use crate::tidy::violation::check_rule;

    const SHOWS: &str = "cargo run --release -- match 'a == 1' corpus/a.har";

    #[track_caller]
    fn check(block: &str, expected: &[&str]) {
        let text = format!("# Tamis\n\n```sh\n{block}\n```\n");
        check_rule("readme", "", &[("README.md", &text), ("corpus/a.har", "")], expected);
    }

    #[test]
    fn both_commands_are_there_once() {
        check(&format!("{SHOWS}\ncargo test"), &[]);
        check(SHOWS, &["README.md:0: 0 commands in `sh` blocks are `cargo test`, one is wanted"]);
        let shows = "README.md:0: 0 commands in `sh` blocks start with `cargo run --release -- match`, one is wanted";
        check("cargo test", &[shows]);
        let both = format!("cargo test\n{SHOWS}\ncargo test");
        check(&both, &["README.md:0: 2 commands in `sh` blocks are `cargo test`, one is wanted"]);
    }

    #[test]
    fn the_recording_is_there() {
        let gone = SHOWS.replace("a.har", "b.har");
        let found = "README.md:0: the first command reads `corpus/b.har`, which is not there";
        check(&format!("{gone}\ncargo test"), &[found]);
    }
}
