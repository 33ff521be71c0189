//! The transcripts of the pages in `docs/` are what the command prints.
//!
//! In a block of `console`, a line after `$ ` is a command for the shell, and the lines below are what it prints, on
//! standard error first. `exit=N` behind `console` is the exit code of every command of the block.
//! `UPDATE_EXPECT=1` writes the pages anew.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The pages with transcripts.
const PAGES: [&str; 2] = ["docs/cli.md", "docs/phases.md"];

pub(crate) fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_transcript_is_what_happens() {
    PAGES.into_iter().for_each(|page| check(page, &run));
}

/// Compares the transcripts of a page with what `play` says that a command with an exit code prints.
#[track_caller]
pub(crate) fn check(page: &str, play: &dyn Fn(&str, i32) -> String) {
    let path = top().join(page);
    let page = fs::read_to_string(&path).unwrap();
    let played = played(&page, play);
    if played == page {
        return;
    }
    let update = env::vars_os().any(|(name, value)| name == "UPDATE_EXPECT" && value == "1");
    if update {
        fs::write(path, played).unwrap();
        return;
    }
    expect_test::expect![[""]]
        .assert_eq(similar::TextDiff::from_lines(&page, &played).unified_diff().to_string().as_str());
}

/// The page with every transcript played again.
fn played(page: &str, play: &dyn Fn(&str, i32) -> String) -> String {
    let mut out = String::new();
    let mut code = None;
    for line in page.lines() {
        match (&code, line.strip_prefix("$ ")) {
            (None, _) => {
                code = line.strip_prefix("```console").map(exit_code);
                writeln!(out, "{line}").unwrap();
            }
            (Some(_), _) if line == "```" => {
                code = None;
                writeln!(out, "{line}").unwrap();
            }
            (Some(code), Some(command)) => {
                writeln!(out, "{line}").unwrap();
                out.push_str(&play(command, *code));
            }
            // What was printed the last time.
            (Some(_), None) => {}
        }
    }
    out
}

/// The exit code that the head of a block announces.
fn exit_code(head: &str) -> i32 {
    head.trim().strip_prefix("exit=").map_or(0, |code| code.parse().unwrap())
}

/// What a command prints.
pub(crate) fn run(command: &str, code: i32) -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_tamis")).parent().unwrap();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", folder.display());
    let output = Command::new("sh").arg("-c").arg(command).env("PATH", path).current_dir(top()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let printed = text(output.stderr) + &text(output.stdout);
    assert_eq!(output.status.code(), Some(code), "`{command}`:\n{printed}");
    printed
}
