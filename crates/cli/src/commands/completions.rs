//! `tamis completions`

use std::io::Write as _;

use clap::{Args, ValueEnum};
use clap_complete::{Shell, generate};

use crate::arguments;
use crate::failure::{Failure, Status};
use crate::terminal::Terminal;

/// Print what makes a shell complete this command
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tamis completions bash > ~/.local/share/bash-completion/completions/tamis
  tamis completions zsh  > ~/.zfunc/_tamis
  tamis completions fish > ~/.config/fish/completions/tamis.fish")]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    debug_assert!(Shell::value_variants().contains(&arguments.shell));
    let mut script = Vec::new();
    generate(arguments.shell, &mut arguments::command(), "tamis", &mut script);
    terminal.out.write_all(&script)?;
    Ok(Status::Clean)
}
