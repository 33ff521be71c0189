//! `tamis why`

use clap::Args;
use tamis::reason::explain;

use crate::arguments::Output;
use crate::commands::why_output::{self, Answer};
use crate::failure::{Failure, Status};
use crate::one_request::{OneRequest, Question};
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
pub(crate) struct Arguments {
    #[command(flatten)]
    request: OneRequest,

    /// How to print it: `human` or `json`
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human", hide_possible_values = true)]
    format: Output,
}

/// Explains.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let Some(Question { rules, facts, problems, .. }) = arguments.request.load(terminal)? else {
        return Ok(Status::Found);
    };
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
        Output::Json => why_output::write_json(&mut terminal.out, &answers, &problems)?,
        Output::Human => {
            for problem in &problems {
                terminal.warn(problem)?;
            }
            why_output::write(&mut terminal.out, &answers)?;
        }
    }
    Ok(Status::Clean)
}
