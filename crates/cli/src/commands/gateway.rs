//! `tamis gateway`

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use clap::Args;

use crate::failure::{Failure, Status};

/// The program that is started.
const PROGRAM: &str = "tamis-gateway";

/// Run a gateway with sessions: a reverse proxy, in a program of its own
#[derive(Args, Debug)]
#[command(
    disable_help_flag = true,
    after_help = "\
Starts the program `tamis-gateway` with everything that follows; `tamis gateway --help` shows its help.
It is built apart, because it brings much more than the rest: docs/gateway.md tells how."
)]
pub(crate) struct Arguments {
    /// What the program is given
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    arguments: Vec<OsString>,
}

/// Starts the program and waits for it.
pub(crate) fn run(arguments: &Arguments) -> Result<Status, Failure> {
    let program = beside().unwrap_or_else(|| PathBuf::from(PROGRAM));
    let ended = Command::new(&program).args(&arguments.arguments).status().map_err(|_| {
        let build = "cargo install --path crates/proxy";
        Failure::new(format!("there is no program `{PROGRAM}` beside this one or in the path; build it with `{build}`"))
    })?;
    Ok(match ended.code() {
        Some(0) => Status::Clean,
        Some(1) => Status::Found,
        Some(_) | None => Status::Unable,
    })
}

/// The program in the folder of this one.
fn beside() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    own.parent().map(|folder| folder.join(name)).filter(|path| path.is_file())
}
