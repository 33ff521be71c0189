//! `tamis-gateway`: a reverse proxy whose requests can be captured by debugging sessions.
//!
//! `docs/gateway.md` tells how to use it.

mod admin;
mod balancer;
mod clock;
mod config;
mod demo;
mod export;
mod known;
mod model;
mod observe;
mod plugin;
mod proxy;
mod recording;
mod router;
mod serve;
mod sessions;
mod trace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A reverse proxy whose requests can be captured by debugging sessions
#[derive(Parser)]
#[command(name = "tamis-gateway", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: serve::Options,
}

#[derive(Subcommand)]
enum Command {
    /// Run a gateway, an upstream and some traffic for a few seconds, and keep what was captured
    Demo(demo::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Some(Command::Demo(options)) => demo::run(&options),
        None => serve::run(arguments.options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(format_args!("{error}"));
            ExitCode::FAILURE
        }
    }
}

/// Tells the operator that something is wrong.
#[expect(clippy::print_stderr, reason = "the log of this program is its error output")]
pub(crate) fn complain(text: std::fmt::Arguments<'_>) {
    eprintln!("tamis-gateway: {text}");
}

/// Tells what somebody asked for.
#[expect(clippy::print_stdout, reason = "the demonstration speaks to the person who started it")]
pub(crate) fn say(text: std::fmt::Arguments<'_>) {
    println!("{text}");
}
