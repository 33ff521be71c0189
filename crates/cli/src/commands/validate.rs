//! `tamis validate`

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};
use tamis::diagnostic::Severity;
use tamis::traffic::Format as Recorded;
use tamis_embedded::{Document, Syntax};
use tamis_validator::{Context, Outcome, Part, Report, SCHEMA, Traffic, Validator};

use crate::arguments::CatalogChoice;
use crate::catalogs;
use crate::commands::validate_output;
use crate::failure::{Failure, Status};
use crate::recordings;
use crate::source::{Origin, Source, is_stdin};
use crate::terminal::Terminal;

/// Say whether debug sessions can start, on which nodes, and what they will do
#[derive(Args, Debug)]
#[command(after_help = "\
A session is YAML or JSON; a file may hold several, and each may bring `fleet`, `entities` and `traffic` along.

Examples:
  tamis validate session.yaml
  tamis validate --fleet fleet.yaml --entities kong.yaml sessions/*.yaml
  tamis validate --traffic monday.otlp.json --deny warnings session.yaml
  tamis validate --format junit sessions/*.yaml > report.xml
  tamis validate --schema > report.schema.json

Exit codes:
  0  every session can start
  1  some session is refused (or, with `--deny warnings`, has a warning)
  2  wrong usage, or a file that cannot be read")]
pub(crate) struct Arguments {
    /// Files with sessions, or `-` for standard input
    #[arg(value_name = "SESSION", required_unless_present = "schema", value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,

    /// The nodes that there are, with version, kind and settings
    #[arg(long, value_name = "FLEET", value_hint = ValueHint::FilePath)]
    fleet: Option<PathBuf>,

    /// Services, Routes, Consumers and plugins, in Kong's declarative configuration format
    #[arg(long, value_name = "DECK", value_hint = ValueHint::FilePath)]
    entities: Option<PathBuf>,

    /// A recording to predict from: OTLP/JSON, HAR, or JSON lines of facts; may be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    traffic: Vec<PathBuf>,

    #[command(flatten)]
    catalog: CatalogChoice,

    /// How to print the report: `human`, `json`, `sarif`, `junit` or `markdown`
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human", hide_possible_values = true)]
    format: Format,

    /// Findings that count as errors for the exit code: `warnings`
    #[arg(long, value_enum, value_name = "FINDINGS", hide_possible_values = true)]
    deny: Option<Deny>,

    /// Leave out hints
    #[arg(long)]
    no_hints: bool,

    /// Print the JSON Schema of `--format json` and do nothing else
    #[arg(long)]
    schema: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
    Sarif,
    Junit,
    Markdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Deny {
    Warnings,
}

/// Validates and prints.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    if arguments.schema {
        write!(terminal.out, "{SCHEMA}")?;
        return Ok(Status::Clean);
    }
    let around = [&arguments.fleet, &arguments.entities];
    let paths = arguments.files.iter().chain(&arguments.traffic).chain(around.into_iter().flatten());
    if paths.filter(|path| is_stdin(path)).count() > 1 {
        return Err(Failure::new("standard input can be read only once, but `-` is given twice"));
    }
    let [fleet, entities] = around.map(|path| path.as_deref().map(Source::read).transpose());
    let (fleet, entities) = (fleet?, entities?);
    let traffic = arguments.traffic.iter().map(|path| recording(path)).collect::<Result<Vec<Traffic>, Failure>>()?;
    let validator = Validator::new(catalogs::load(&arguments.catalog.catalog, terminal)?);
    let (fleet, entities) = (fleet.as_ref().map(document), entities.as_ref().map(document));
    let context = Context {
        fleet: fleet.as_ref().map(|(name, document)| Part::of(name.clone(), document)),
        entities: entities.as_ref().map(|(name, document)| Part::of(name.clone(), document)),
        traffic: &traffic,
    };
    let (mut reports, mut failures) = (Vec::new(), Vec::new());
    for path in &arguments.files {
        match Source::read(path) {
            Ok(source) => reports.extend(validate(&validator, &source, &context)),
            Err(failure) => failures.push(failure.to_string()),
        }
    }
    if arguments.no_hints {
        reports.iter_mut().for_each(Report::without_hints);
    }
    print(arguments.format, &reports, &failures, terminal)?;
    terminal.out.flush()?;
    for failure in &failures {
        terminal.complain(failure)?;
    }
    let unable = if failures.is_empty() { Status::Clean } else { Status::Unable };
    let least = if arguments.deny == Some(Deny::Warnings) { Outcome::Warned } else { Outcome::Refused };
    let is_found = reports.iter().any(|report| report.verdict >= least);
    Ok(if is_found { Status::Found } else { Status::Clean }.worse(unable))
}

/// A document with its name.
fn document(source: &Source) -> (String, Document<'_>) {
    (source.name.clone(), Document::read(&source.text, syntax(source)))
}

fn syntax(source: &Source) -> Syntax {
    let name = match &source.origin {
        Origin::File(path) => path.to_str(),
        Origin::Stdin | Origin::Argument => None,
    };
    name.and_then(Syntax::of_name).unwrap_or_else(|| Syntax::of_text(&source.text))
}

fn recording(path: &Path) -> Result<Traffic, Failure> {
    let loaded = recordings::load(path, Recorded::Auto)?;
    Ok(Traffic { name: loaded.name, recording: loaded.recording })
}

/// A report for each session of a text.
fn validate(validator: &Validator, source: &Source, context: &Context<'_>) -> Vec<Report> {
    let (name, document) = document(source);
    let part = |node| Part { name: name.clone(), document: &document, node };
    let roots: Vec<_> = document.roots().collect();
    // Where the document is broken, that is what is to be said, and once is enough.
    if roots.is_empty() || !document.problems().is_empty() {
        return vec![validator.validate_part(part(roots.first().copied()), context)];
    }
    roots.into_iter().map(|root| validator.validate_part(part(Some(root)), context)).collect()
}

fn print(format: Format, reports: &[Report], failures: &[String], terminal: &mut Terminal) -> io::Result<()> {
    let out = &mut terminal.out;
    match format {
        Format::Human => validate_output::write(out, reports),
        Format::Json => write!(out, "{}", tamis_validator::to_json(reports, failures)),
        Format::Junit => write!(out, "{}", tamis_validator::to_junit(reports, failures)),
        Format::Markdown => write!(out, "{}", tamis_validator::to_markdown(reports, failures)),
        Format::Sarif => validate_output::write_sarif(out, reports, failures),
    }
}

/// How many findings of a severity there are.
pub(super) fn count(reports: &[Report], severity: Severity) -> usize {
    reports.iter().map(|report| report.count(severity)).sum()
}
