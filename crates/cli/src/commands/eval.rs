//! `tamis eval`

use std::io::{self, Write as _};

use clap::Args;
use serde::Serialize;
use tamis::sampling::TraceState;
use tamis::traffic::FactSet;
use tamis::{Facts as _, PhasedProgram, Scratch, Verdict, Weight};

use crate::arguments::Output;
use crate::failure::{Failure, Status};
use crate::one_request::{OneRequest, Question};
use crate::style::{self, paint};
use crate::terminal::Terminal;
use crate::text;

/// Say whether a rule matches one request
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tamis eval -e 'http.response.status_code >= 500' --facts '{\"http.response.status_code\": 503}'
  tamis eval -e 'exists(proxy.kong.consumer.id)' --facts @request.json
  tamis eval --rules rules.tamis --facts - < request.json

Facts are a JSON object: a field name and its value, or an array of its values.
Durations and sizes may be written as in a rule, \"250ms\".

Exit codes:
  0  there is a verdict, whichever it is
  1  the rule has an error
  2  wrong usage, or facts that cannot be read")]
pub(crate) struct Arguments {
    #[command(flatten)]
    request: OneRequest,

    /// How to print the verdict: `human` or `json`
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human", hide_possible_values = true)]
    format: Output,
}

/// Evaluates.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let Some(Question { rules, facts, state, problems }) = arguments.request.load(terminal)? else {
        return Ok(Status::Found);
    };
    let mut scratch = Scratch::default();
    let names = rules.all.iter().map(|rule| rule.name.as_deref());
    let verdicts =
        names.zip(rules.phased()).map(|(rule, program)| answer(rule, &program, (&facts, &state), &mut scratch));
    let verdicts: Vec<Answer<'_>> = verdicts.collect();
    match arguments.format {
        Output::Json => json(terminal, &verdicts, &problems)?,
        Output::Human => {
            for problem in &problems {
                terminal.warn(problem)?;
            }
            for answer in &verdicts {
                print(terminal, answer)?;
            }
        }
    }
    Ok(Status::Clean)
}

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    verdict: &'static str,
    /// What `th` is to say of the request, where the rule or an earlier sampler has a share.
    #[serde(skip_serializing_if = "Option::is_none")]
    th: Option<String>,
}

fn answer<'a>(
    rule: Option<&'a str>,
    program: &PhasedProgram,
    (facts, state): (&FactSet, &TraceState),
    scratch: &mut Scratch,
) -> Answer<'a> {
    let mut evaluation = program.evaluation();
    let verdict = evaluation.finish(facts, scratch).as_str();
    let th = match evaluation.weight() {
        Weight::Threshold(threshold) if program.samples() || state.threshold.is_some() => {
            state.combined(threshold, facts.randomness()).map(|combined| combined.to_string())
        }
        Weight::Threshold(_) | Weight::Unknown | Weight::NotYet => None,
    };
    Answer { rule, verdict, th }
}

fn print(terminal: &mut Terminal, answer: &Answer<'_>) -> io::Result<()> {
    let style = if answer.verdict == Verdict::Match.as_str() { style::GOOD } else { style::NOTICE };
    let verdict = paint(style, answer.verdict);
    if let Some(name) = answer.rule {
        write!(terminal.out, "{}: ", text::visible(name))?;
    }
    match &answer.th {
        Some(th) => writeln!(terminal.out, "{verdict}, th:{th}"),
        None => writeln!(terminal.out, "{verdict}"),
    }
}

/// One document, version 1.
fn json(terminal: &mut Terminal, verdicts: &[Answer<'_>], problems: &[String]) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Document<'a> {
        version: u32,
        verdicts: &'a [Answer<'a>],
        problems: &'a [String],
    }
    let document = Document { version: 1, verdicts, problems };
    serde_json::to_writer(&mut terminal.out, &document).map_err(io::Error::from)?;
    writeln!(terminal.out)?;
    Ok(())
}
