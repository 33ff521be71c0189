//! `tamis replay`

use std::io::Write as _;

use clap::Args;
use tamis::PhasedProgram;
use tamis::traffic::{Observed, Prediction, ReplayOptions, replay};

use crate::arguments::Output;
use crate::commands::replay_output;
use crate::failure::{Failure, Status};
use crate::progress::Progress;
use crate::recordings::{Loaded, Misfits, Recorded, Traffic};
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
    #[command(flatten)]
    recorded: Recorded,

    /// How many traces a session takes at most
    #[arg(long, value_name = "TRACES", default_value = "100")]
    cap: usize,

    /// How to print the prediction: `human` or `json`
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human", hide_possible_values = true)]
    format: Output,
}

/// Runs the rules over the recordings, each on its own.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let Some(loaded) = arguments.recorded.load("replay", terminal)? else { return Ok(Status::Found) };
    if loaded.is_empty() {
        return Ok(loaded.status);
    }
    let Loaded { rules, traffic, status } = &loaded;
    let (observed, mut misfits) = observe(rules, traffic);
    let options = ReplayOptions { cap: arguments.cap, ..ReplayOptions::default() };
    let progress = Progress::new(terminal, "rules", u64::try_from(rules.all.len()).unwrap_or(u64::MAX));
    let predict = |program: PhasedProgram| {
        progress.step();
        replay(&program, &observed, &options)
    };
    let predictions: Vec<Prediction> = rules.phased().map(predict).collect();
    drop(progress);
    arguments.recorded.tell_problems(traffic, &mut misfits, terminal)?;
    let names = rules.all.iter().map(|rule| rule.name.as_deref());
    let named: Vec<_> = names.zip(&predictions).collect();
    match arguments.format {
        Output::Human => replay_output::write(&mut terminal.out, &named, arguments.cap)?,
        Output::Json => replay_output::write_json(&mut terminal.out, &named, arguments.cap)?,
    }
    terminal.out.flush()?;
    loaded.tell_untraced(terminal)?;
    Ok(*status)
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
