//! `tamis lsp`

use clap::Args;

use crate::failure::{Failure, Status};

/// Serve an editor: the language server, on standard input and output
#[derive(Args, Debug)]
#[command(
    long_about = "\
Serve an editor: the language server, on standard input and output.

An editor starts this command and speaks the Language Server Protocol to it.
How to tell it to is written in docs/editors.md.",
    after_help = "\
Exit codes:
  0  the editor said `shutdown` before `exit`, or closed the stream
  1  the editor said `exit` only"
)]
pub(crate) struct Arguments {
    /// Accepted because many editors pass it; there is no other way to speak
    #[arg(long)]
    stdio: bool,
}

/// Serves until the editor is done.
pub(crate) fn run(arguments: &Arguments) -> Result<Status, Failure> {
    let Arguments { stdio: _ } = arguments;
    Ok(if tamis_lsp::serve_standard_streams()? == 0 { Status::Clean } else { Status::Found })
}
