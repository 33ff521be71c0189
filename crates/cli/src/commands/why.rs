//! `tamis why`

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use tamis::reason::explain;
use tamis::traffic::{FactSet, facts_from_json};

use crate::arguments::Language;
use crate::catalogs;
use crate::commands::eval::read_facts;
use crate::commands::why_output::{self, Answer};
use crate::failure::{Failure, Status};
use crate::rules::Rules;
use crate::source::Source;
use crate::terminal::Terminal;

/// Show why a rule matches one request or does not, and what would flip it
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tamis why -e 'http.response.status_code == 503' --facts '{\"http.response.status_code\": 502}'
  tamis why --rules rules.tamis --facts @request.json
  tamis why --format json -e 'tls.resumed' --facts '{}'

Facts are those of `tamis eval`. Values of sensitive fields are never shown.
To explain recorded requests, see `tamis match --why`.

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

    /// What is known about the request: JSON, `@FILE`, or `-` for standard input
    #[arg(long, value_name = "JSON|@FILE|-")]
    facts: String,

    #[command(flatten)]
    language: Language,

    /// How to print it: `human` or `json`
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

/// Explains.
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
    let answers: Vec<Answer<'_>> = rules
        .all
        .iter()
        .map(|rule| Answer {
            rule: rule.name.as_deref(),
            explanation: explain(&rules.catalog, &rule.checked, &facts),
            text: &rules.source.text,
        })
        .collect();
    match arguments.format {
        Format::Json => why_output::write_json(&mut terminal.out, &answers, &problems)?,
        Format::Human => {
            for problem in &problems {
                terminal.warn(problem)?;
            }
            why_output::write(&mut terminal.out, &answers)?;
        }
    }
    Ok(Status::Clean)
}
