//! The commands, one file each: what they take, and what they do.

pub(crate) mod batch;
mod batch_cache;
pub(crate) mod check;
pub(crate) mod compile;
pub(crate) mod completions;
pub(crate) mod convert;
pub(crate) mod diff;
mod diff_output;
pub(crate) mod disasm;
pub(crate) mod eval;
pub(crate) mod explain;
mod field_json;
pub(crate) mod fields;
pub(crate) mod fix;
pub(crate) mod fmt;
pub(crate) mod gateway;
#[cfg(feature = "lsp")]
pub(crate) mod lsp;
pub(crate) mod r#match;
mod match_output;
mod match_why;
pub(crate) mod ops;
pub(crate) mod replay;
mod replay_output;
#[cfg(feature = "serve")]
pub(crate) mod serve;
pub(crate) mod validate;
mod validate_output;
pub(crate) mod why;
mod why_output;

use crate::arguments::Command;
use crate::failure::{Failure, Status};
use crate::terminal::Terminal;

/// Runs a command.
pub(crate) fn run(command: Command, terminal: &mut Terminal) -> Result<Status, Failure> {
    match command {
        Command::Match(arguments) => r#match::run(&arguments, terminal),
        Command::Replay(arguments) => replay::run(&arguments, terminal),
        Command::Check(arguments) => check::run(&arguments, terminal),
        Command::Eval(arguments) => eval::run(&arguments, terminal),
        Command::Why(arguments) => why::run(&arguments, terminal),
        Command::Diff(arguments) => diff::run(&arguments, terminal),
        Command::Validate(arguments) => validate::run(&arguments, terminal),
        Command::Batch(arguments) => batch::run(&arguments, terminal),
        Command::Fmt(arguments) => fmt::run(&arguments, terminal),
        Command::Fix(arguments) => fix::run(&arguments, terminal),
        Command::Convert(arguments) => convert::run(&arguments, terminal),
        Command::Fields(arguments) => fields::run(&arguments, terminal),
        Command::Ops(arguments) => ops::run(&arguments, terminal),
        Command::Explain(arguments) => explain::run(&arguments, terminal),
        Command::Compile(arguments) => compile::run(&arguments, terminal),
        Command::Disasm(arguments) => disasm::run(&arguments, terminal),
        #[cfg(feature = "lsp")]
        Command::Lsp(arguments) => lsp::run(&arguments),
        #[cfg(feature = "serve")]
        Command::Serve(arguments) => serve::run(&arguments, terminal),
        Command::Gateway(arguments) => gateway::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments, terminal),
    }
}
