//! The `tamis` command: files, the terminal and nothing else; what it knows about rules is in the crate `tamis`.
//!
//! It is a library so that more than a terminal can hold it to its promises: [`Batch`] is fuzzed line by line.

mod arguments;
mod catalogs;
mod commands;
mod failure;
mod inputs;
mod markdown;
mod moment;
mod one_request;
mod progress;
mod recordings;
mod render;
mod rewrite;
mod rules;
mod source;
mod style;
mod table;
mod terminal;
mod text;
mod usage;
mod witness;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::FromArgMatches as _;

use crate::arguments::Arguments;
use crate::failure::{Failure, Status};
use crate::terminal::{Color, Terminal};

pub use crate::commands::batch::Batch;

/// Does what the arguments of the process say, and gives its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let line: Vec<OsString> = std::env::args_os().collect();
    let color = usage::color(&line);
    let command = arguments::command().color(color.for_clap());
    let parsed = command.try_get_matches_from(&line).and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) if !error.use_stderr() => return exit(print_help(&error)),
        Err(error) => {
            return exit(unable(&mut Terminal::new(color), &usage::line(&error, &line)));
        }
    };
    let mut terminal = Terminal::new(arguments.color);
    let ended = commands::run(arguments.command, &mut terminal);
    let ended = ended.and_then(|status| terminal.out.flush().map(|()| status).map_err(Failure::from));
    exit(match ended {
        Ok(status) => status,
        Err(failure) if failure.is_broken_pipe() => Status::Clean,
        Err(failure) => unable(&mut terminal, &failure.to_string()),
    })
}

/// Prints the help or the version; a reader that went away has seen enough.
fn print_help(error: &clap::Error) -> Status {
    match error.print() {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Status::Unable,
        Ok(()) | Err(_) => Status::Clean,
    }
}

/// Says why nothing more can be done; where that cannot be said either, the exit code says it.
fn unable(terminal: &mut Terminal, line: &str) -> Status {
    let _ = terminal.complain(line);
    Status::Unable
}

/// Ends with the code of a status.
fn exit(status: Status) -> ExitCode {
    ExitCode::from(status.code())
}

impl Color {
    const fn for_clap(self) -> clap::ColorChoice {
        match self {
            Self::Auto => clap::ColorChoice::Auto,
            Self::Always => clap::ColorChoice::Always,
            Self::Never => clap::ColorChoice::Never,
        }
    }
}
