//! `tamis replay`

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use tamis::PhasedProgram;
use tamis::traffic::{Format, Observed, Prediction, ReplayOptions, replay};

use crate::arguments::Language;
use crate::commands::r#match::{Misfits, Traffic, load, tell_problems, tell_untraced, texts};
use crate::commands::replay_output;
use crate::failure::{Failure, Status};
use crate::progress::Progress;
use crate::rules::Rules;
use crate::terminal::Terminal;

/// Predict what a session with a rule would capture
#[derive(Args, Debug)]
#[command(
    override_usage = "\
tamis replay [OPTIONS] <RULE> <FILE>...
       tamis replay [OPTIONS] --rules <RULES.tamis> <FILE>...",
    after_help = "\
Recordings are HAR 1.2, OTLP/JSON traces, or JSON lines of facts; `-` is standard input.

Examples:
  tamis replay 'http.response.status_code >= 500' traffic.har
  tamis replay --cap 200 --rules rules.tamis monday.json tuesday.json
  tamis replay --format json 'sample(1%)' traffic.json | jq '.rules[].matches'

Exit codes:
  0  the rules ran, whether something matches or not
  1  a rule has an error
  2  wrong usage, or a file that cannot be read"
)]
pub(crate) struct Arguments {
    /// The rule, unless `--rules` names a file of them; then the recordings
    #[arg(value_names = ["RULE", "FILE"], num_args = 1.., value_hint = ValueHint::FilePath)]
    words: Vec<PathBuf>,

    /// A file with rules; each is a session of its own
    #[arg(long, value_name = "RULES.tamis", value_hint = ValueHint::FilePath)]
    rules: Option<PathBuf>,

    #[command(flatten)]
    language: Language,

    /// The format of the recordings: `auto`, `otlp`, `har` or `facts`
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    input: Format,

    /// How many traces a session takes at most
    #[arg(long, value_name = "TRACES", default_value = "100")]
    cap: usize,

    /// How to print the prediction: `human` or `json`
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human", hide_possible_values = true)]
    format: Output,

    /// Show the hints of the rules too
    #[arg(long)]
    hints: bool,

    /// List every problem of the recordings instead of summing them up
    #[arg(long)]
    problems: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    Human,
    Json,
}

/// Runs the rules over the recordings, each on its own.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let (source, files) = texts("replay", arguments.rules.as_deref(), &arguments.words)?;
    let Some(rules) = Rules::load(source, &arguments.language, arguments.hints, terminal)? else {
        return Ok(Status::Found);
    };
    let mut status = Status::Clean;
    let mut traffic = Vec::new();
    for path in files {
        match load(path, arguments.input) {
            Ok(one) => traffic.push(one),
            Err(failure) => status = status.worse(failure.recover(terminal)?),
        }
    }
    if status == Status::Unable && traffic.is_empty() {
        return Ok(status);
    }
    let (observed, mut misfits) = observe(&rules, &traffic);
    let options = ReplayOptions { cap: arguments.cap, ..ReplayOptions::default() };
    let progress = Progress::new(terminal, "rules", u64::try_from(rules.all.len()).unwrap_or(u64::MAX));
    let predict = |program: PhasedProgram| {
        progress.step();
        replay(&program, &observed, &options)
    };
    let predictions: Vec<Prediction> = rules.phased().map(predict).collect();
    drop(progress);
    tell_problems(&traffic, &mut misfits, arguments.problems, terminal)?;
    let names = rules.all.iter().map(|rule| rule.name.as_deref());
    let named: Vec<_> = names.zip(&predictions).collect();
    match arguments.format {
        Output::Human => replay_output::write(&mut terminal.out, &named, arguments.cap)?,
        Output::Json => replay_output::write_json(&mut terminal.out, &named, arguments.cap)?,
    }
    terminal.out.flush()?;
    tell_untraced(&traffic, &rules, terminal)?;
    Ok(status)
}

/// The requests of all recordings, typed; and the facts that did not fit.
fn observe<'t>(rules: &Rules, traffic: &'t [Traffic]) -> (Vec<Observed>, Misfits<'t>) {
    let mut misfits = Misfits::default();
    let mut observed = Vec::new();
    for file in traffic {
        for request in &file.recording.requests {
            let (one, problems) = Observed::of(request, &rules.catalog);
            misfits.add(file, request, &problems);
            observed.push(one);
        }
    }
    (observed, misfits)
}
