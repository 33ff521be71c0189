//! What commands that change texts have in common: where the new text goes, or how the change is shown.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use similar::{ChangeTag, TextDiff};

use crate::failure::{Failure, Status};
use crate::source::{Origin, Source};
use crate::style::{self, paint};
use crate::terminal::{Stream, Terminal};
use crate::text;

/// Lines of unchanged text around a change.
const CONTEXT: usize = 3;

/// The texts of a command that changes them, and what is to happen to the change.
#[derive(Args, Debug)]
pub(crate) struct Rewriting {
    /// Files with rules, folders with `.tamis` files, or `-` for standard input, which is written to standard output
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) files: Vec<PathBuf>,

    /// A rule, written to standard output; may be repeated
    #[arg(short = 'e', long = "expression", value_name = "RULE", allow_hyphen_values = true)]
    pub(crate) rules: Vec<String>,

    /// Change nothing; name what would change, and exit with 1 if there is something
    #[arg(long, conflicts_with = "diff")]
    check: bool,

    /// Change nothing; show what would change, and exit with 1 if there is something
    #[arg(long)]
    diff: bool,
}

impl Rewriting {
    /// Writes a new text, or shows the change, as the command line wants.
    pub(crate) fn deliver(&self, source: &Source, new: &str, terminal: &mut Terminal) -> Result<Status, Failure> {
        let changed = source.text != new;
        if self.diff {
            if changed {
                diff(&mut terminal.out, source, new)?;
            }
        } else if self.check {
            if changed {
                writeln!(terminal.out, "would change {}", text::visible(&source.name))?;
            }
        } else {
            match &source.origin {
                Origin::File(path) if changed => {
                    fs::write(path, new).map_err(|error| Failure::file("write", path, &error))?;
                    writeln!(terminal.out, "changed {}", text::visible(&source.name))?;
                }
                Origin::File(_) => {}
                Origin::Stdin | Origin::Argument => print(&mut terminal.out, new)?,
            }
            return Ok(Status::Clean);
        }
        Ok(if changed { Status::Found } else { Status::Clean })
    }
}

/// A text on lines of its own.
fn print(out: &mut Stream, new: &str) -> io::Result<()> {
    out.write_all(new.as_bytes())?;
    if new.ends_with('\n') { Ok(()) } else { writeln!(out) }
}

/// A change in the form that `patch` reads.
fn diff(out: &mut Stream, source: &Source, new: &str) -> io::Result<()> {
    let name = text::visible(&source.name);
    // A rule on the command line has no line break at its end, and nobody misses it.
    let end = if source.origin == Origin::Argument { "\n" } else { "" };
    let (old, new) = (format!("{}{end}", source.text), format!("{new}{end}"));
    let lines = TextDiff::from_lines(&old, &new);
    writeln!(out, "{}", paint(style::HEADING, format_args!("--- {name}")))?;
    writeln!(out, "{}", paint(style::HEADING, format_args!("+++ {name}")))?;
    for hunk in lines.unified_diff().context_radius(CONTEXT).iter_hunks() {
        writeln!(out, "{}", paint(style::CODE, hunk.header()))?;
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                ChangeTag::Delete => ('-', style::BAD),
                ChangeTag::Insert => ('+', style::GOOD),
                ChangeTag::Equal => (' ', anstyle::Style::new()),
            };
            let line = change.value().trim_end_matches(['\r', '\n']);
            writeln!(out, "{}", paint(style, format_args!("{sign}{line}")))?;
            if change.missing_newline() {
                writeln!(out, "\\ No newline at end of file")?;
            }
        }
    }
    Ok(())
}
