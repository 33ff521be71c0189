//! The command line: what all commands have in common, and the list of commands.

use std::path::PathBuf;

use clap::builder::Styles;
use clap::builder::styling::{AnsiColor, Effects};
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum, ValueHint};
use tamis::Edition;
use tamis::catalog::Phase;

use crate::commands;
use crate::terminal::Color;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().effects(Effects::BOLD))
    .usage(AnsiColor::Green.on_default().effects(Effects::BOLD))
    .literal(AnsiColor::Cyan.on_default().effects(Effects::BOLD))
    .placeholder(AnsiColor::Cyan.on_default());

/// Sampling rules: check them, explain what is wrong with them, run them over recorded traffic
#[derive(Debug, Parser)]
#[command(
    name = "tamis",
    version,
    styles = STYLES,
    max_term_width = 100,
    subcommand_required = true,
    disable_help_subcommand = true,
    after_help = "\
Examples:
  tamis match 'http.response.status_code == 503' traffic.har
  tamis check rules.tamis
  tamis explain T301

Exit codes:
  0  done, nothing to complain about
  1  a rule has an error (or, with `--check`, a file would change)
  2  wrong usage, or a file that cannot be read"
)]
pub(crate) struct Arguments {
    /// When to use colours: `always`, `never`, or `auto`, which also obeys NO_COLOR
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        default_value = "auto",
        global = true,
        hide_possible_values = true,
        display_order = 900
    )]
    pub(crate) color: Color,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Match(commands::r#match::Arguments),
    Replay(commands::replay::Arguments),
    Check(commands::check::Arguments),
    Eval(commands::eval::Arguments),
    Why(commands::why::Arguments),
    Diff(commands::diff::Arguments),
    Validate(commands::validate::Arguments),
    Batch(commands::batch::Arguments),
    Fmt(commands::fmt::Arguments),
    Fix(commands::fix::Arguments),
    Convert(commands::convert::Arguments),
    Fields(commands::fields::Arguments),
    Ops(commands::ops::Arguments),
    Explain(commands::explain::Arguments),
    Compile(commands::compile::Arguments),
    Disasm(commands::disasm::Arguments),
    #[cfg(feature = "lsp")]
    Lsp(commands::lsp::Arguments),
    #[cfg(feature = "serve")]
    Serve(commands::serve::Arguments),
    Gateway(commands::gateway::Arguments),
    Completions(commands::completions::Arguments),
}

/// How a command prints what it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people.
    Human,
    /// For programs: a document, or one object a line, with a version.
    Json,
}

/// What rules are read with.
#[derive(Args, Debug)]
pub(crate) struct Language {
    #[command(flatten)]
    pub(crate) catalog: CatalogChoice,

    /// How the rules are to be read: `tamis`, `atc` for rules that run on Kong's atc-router, or `atc-strict` for rules that
    /// must still run there
    #[arg(long, value_name = "EDITION", default_value = "tamis", value_parser = edition)]
    pub(crate) edition: Edition,
}

/// Which fields a rule may name.
#[derive(Args, Debug)]
pub(crate) struct CatalogChoice {
    /// The fields that rules may name: `kong`, `kong-sampler`, `kong-router`, `otel`, or a catalog file
    #[arg(long, value_name = "NAME|FILE", default_value = "kong", value_hint = ValueHint::FilePath)]
    pub(crate) catalog: PathBuf,
}

/// The command line with its help, whose headings have colours.
pub(crate) fn command() -> clap::Command {
    with_headings(Arguments::command())
}

/// Colours the headings of what stands below the options.
fn with_headings(mut command: clap::Command) -> clap::Command {
    if let Some(help) = command.get_after_help() {
        let header = STYLES.get_header();
        let lines = help.to_string();
        let lines = lines.lines().map(|line| match line.strip_suffix(':') {
            Some(heading) if !line.starts_with(' ') => format!("{header}{heading}:{header:#}"),
            _ => line.to_owned(),
        });
        let help = lines.collect::<Vec<_>>().join("\n");
        command = command.after_help(help);
    }
    command.mut_subcommands(with_headings)
}

/// The edition of this name.
pub(crate) fn edition(name: &str) -> Result<Edition, String> {
    name.parse().map_err(|unknown: tamis::UnknownEdition| unknown.to_string())
}

/// The phase of this name.
pub(crate) fn phase(name: &str) -> Result<Phase, String> {
    name.parse().map_err(|_| {
        let names: Vec<&str> = Phase::ALL.iter().map(|phase| phase.as_str()).collect();
        format!("the phases are {}", names.join(", "))
    })
}
