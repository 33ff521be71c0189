//! `tamis check`

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use tamis::catalog::Phase;
use tamis::diagnostic::Severity;
use tamis::{Analysis, Catalog, Options, analyze};
use tamis_wire::{CheckedText, Findings, Summary};

use crate::arguments::{Language, phase};
use crate::catalogs;
use crate::failure::{Failure, Status};
use crate::inputs;
use crate::render::{human, phases, sarif};
use crate::source::Source;
use crate::style::{self, paint};
use crate::terminal::{Stream, Terminal};
use crate::text::counted;

/// Say what is wrong with rules
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tamis check rules.tamis
  tamis check -e 'http.response.status == 503'
  git show HEAD:rules.tamis | tamis check -
  tamis check rules/ --format sarif > rules.sarif
  tamis check rules/ --deny warnings --no-hints
  tamis check --phases -e 'http.request.method == \"POST\" && http.response.status_code == 503'

Exit codes:
  0  no rule has an error
  1  some rule has one (or, with `--deny warnings`, a warning)
  2  wrong usage, or a file that cannot be read")]
pub(crate) struct Arguments {
    /// Files with rules, folders with `.tamis` files, or `-` for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    files: Vec<PathBuf>,

    /// A rule; may be repeated
    #[arg(short = 'e', long = "expression", value_name = "RULE", allow_hyphen_values = true)]
    rules: Vec<String>,

    #[command(flatten)]
    language: Language,

    /// How to print the findings: `human`, `json` or `sarif`
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human", hide_possible_values = true)]
    format: Format,

    /// Findings that count as errors for the exit code: `warnings` or `hints` (which includes warnings)
    #[arg(long, value_enum, value_name = "FINDINGS", hide_possible_values = true)]
    deny: Option<Deny>,

    /// Leave out hints
    #[arg(long)]
    no_hints: bool,

    /// Show from when on each rule and each of its conditions can be decided
    #[arg(long)]
    phases: bool,

    /// The phase at which the rules have to be decided; a field that is known later is an error
    #[arg(long, value_name = "PHASE", value_parser = phase)]
    decide_by: Option<Phase>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
    Sarif,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Deny {
    Warnings,
    Hints,
}

/// A text with what is known about it.
struct Checked {
    source: Source,
    analysis: Analysis,
}

/// Checks and prints.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let sources = inputs::texts(&arguments.rules, &arguments.files)?;
    let catalog = catalogs::load(&arguments.language.catalog.catalog, terminal)?;
    let options = Options {
        edition: arguments.language.edition,
        decide_by: arguments.decide_by,
        advise_on_phases: arguments.phases,
        ..Options::default()
    };
    let mut checked = Vec::new();
    let mut failures = Vec::new();
    for text in sources {
        match text {
            Ok(source) => checked.push(check(source, &catalog, &options, arguments.no_hints)),
            Err(failure) => failures.push(failure.to_string()),
        }
    }
    let summary = Summary::of(&texts(&checked));
    match arguments.format {
        Format::Human => print(&mut terminal.out, &checked, &summary, arguments.phases)?,
        Format::Json => {
            let findings = Findings::of(&texts(&checked), &failures, arguments.phases);
            terminal.out.write_all(findings.to_json().as_bytes())?;
        }
        Format::Sarif => {
            let checked: Vec<sarif::Checked<'_>> =
                checked.iter().map(|it| (&it.source, it.analysis.diagnostics.as_slice())).collect();
            serde_json::to_writer_pretty(&mut terminal.out, &sarif::log(&checked, &failures))
                .map_err(io::Error::from)?;
            writeln!(terminal.out)?;
        }
    }
    terminal.out.flush()?;
    for failure in &failures {
        terminal.complain(failure)?;
    }
    let unable = if failures.is_empty() { Status::Clean } else { Status::Unable };
    Ok(status(summary, arguments.deny).worse(unable))
}

/// Checks one text.
fn check(source: Source, catalog: &Catalog, options: &Options, no_hints: bool) -> Checked {
    let mut analysis = analyze(&source.text, catalog, options);
    if no_hints {
        analysis.diagnostics.retain(|found| found.severity != Severity::Hint);
    }
    Checked { source, analysis }
}

/// What the checked texts are called, and what is known about them.
fn texts(checked: &[Checked]) -> Vec<CheckedText<'_>> {
    checked.iter().map(|it| CheckedText { name: &it.source.name, analysis: &it.analysis }).collect()
}

/// What the findings mean for the exit code.
fn status(summary: Summary, deny: Option<Deny>) -> Status {
    let denied = match deny {
        None => summary.errors,
        Some(Deny::Warnings) => summary.errors + summary.warnings,
        Some(Deny::Hints) => summary.errors + summary.warnings + summary.hints,
    };
    if denied == 0 { Status::Clean } else { Status::Found }
}

/// The findings as pictures, and a line that sums them up.
fn print(out: &mut Stream, checked: &[Checked], summary: &Summary, with_phases: bool) -> io::Result<()> {
    if checked.is_empty() {
        return Ok(());
    }
    let width = out.width();
    for Checked { source, analysis } in checked {
        for diagnostic in &analysis.diagnostics {
            human::write(out, diagnostic, source, width)?;
            writeln!(out)?;
        }
        for rule in analysis.rules().iter().filter(|_| with_phases) {
            phases::write(out, rule, source)?;
        }
    }
    let counts =
        [(Severity::Error, summary.errors), (Severity::Warning, summary.warnings), (Severity::Hint, summary.hints)];
    let found = counts.into_iter().filter(|&(_, n)| n > 0);
    let found = found.map(|(severity, n)| paint(style::of(severity), counted(n, severity.as_str())).to_string());
    let found = found.collect::<Vec<_>>().join(", ");
    let found = if found.is_empty() { paint(style::GOOD, "nothing to complain about").to_string() } else { found };
    let place = if summary.files == 1 { String::new() } else { format!(" in {}", counted(summary.files, "text")) };
    writeln!(out, "{}{place} checked: {found}", counted(summary.rules, "rule"))
}
