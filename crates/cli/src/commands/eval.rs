//! `tamis eval`

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};
use serde::Serialize;
use tamis::sampling::{Randomness, TraceState};
use tamis::traffic::{FactSet, Mapping, facts_from_json, trace_of};
use tamis::{Facts as _, PhasedProgram, Scratch, Verdict, Weight};

use crate::arguments::Language;
use crate::catalogs;
use crate::failure::{Failure, Status};
use crate::rules::Rules;
use crate::source::{self, Source};
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
#[group(id = "text", multiple = false)]
pub(crate) struct Arguments {
    /// The rule
    #[arg(short = 'e', long = "expression", value_name = "RULE", allow_hyphen_values = true, group = "text")]
    rule: Option<String>,

    /// A file with rules
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, group = "text")]
    rules: Option<PathBuf>,

    /// What decides `sample`: 14 hexadecimal digits; without it, the trace of the header `traceparent`
    #[arg(long, value_name = "HEX")]
    randomness: Option<Randomness>,

    /// What is known about the request: JSON, `@FILE`, or `-` for standard input
    #[arg(long, value_name = "JSON|@FILE|-")]
    facts: String,

    #[command(flatten)]
    language: Language,

    /// How to print the verdict: `human` or `json`
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human", hide_possible_values = true)]
    format: Format,

    /// Show the hints of the rule too
    #[arg(long)]
    hints: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
}

/// Evaluates.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let facts = read_facts(&arguments.facts)?;
    let source = Source::of(arguments.rule.as_deref(), arguments.rules.as_deref())?;
    let Some(rules) = Rules::load(source, &arguments.language, arguments.hints, terminal)? else {
        return Ok(Status::Found);
    };
    let (raw, problems) = facts_from_json(&facts);
    let mut problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let (facts, unbound) = FactSet::bind(&raw, &catalogs::roomy(&rules.catalog));
    problems.extend(unbound.iter().map(ToString::to_string));
    let trace = trace_of(&raw, &Mapping::shipped());
    let state = trace.map(|(_, state)| state).unwrap_or_default();
    let randomness = arguments.randomness.or_else(|| trace.map(|(randomness, _)| randomness));
    if randomness.is_none() && rules.all.iter().any(|rule| rule.program.samples()) {
        problems.push("the request has no trace, so it is in no share but `sample(100%)`".to_owned());
    }
    let facts = facts.with_randomness(randomness.unwrap_or_default());
    let mut scratch = Scratch::default();
    let names = rules.all.iter().map(|rule| rule.name.as_deref());
    let verdicts =
        names.zip(rules.phased()).map(|(rule, program)| answer(rule, &program, (&facts, &state), &mut scratch));
    let verdicts: Vec<Answer<'_>> = verdicts.collect();
    match arguments.format {
        Format::Json => json(terminal, &verdicts, &problems)?,
        Format::Human => {
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

/// The facts as they were given, once it is certain that they are a JSON object.
pub(crate) fn read_facts(argument: &str) -> Result<String, Failure> {
    let (name, facts) = if argument == "-" {
        ("standard input".to_owned(), Source::read(Path::new("-"))?.text)
    } else if let Some(path) = argument.strip_prefix('@') {
        let bytes = source::read_bytes(Path::new(path))?;
        (format!("`{path}`"), source::utf8(&format!("`{path}`"), bytes)?)
    } else {
        ("`--facts`".to_owned(), argument.to_owned())
    };
    match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&facts) {
        Ok(_) => Ok(facts),
        Err(error) if error.is_data() => Err(Failure::new(format!("{name} is not a JSON object of facts"))),
        Err(error) => Err(Failure::new(format!("{name} is not JSON: {error}"))),
    }
}
