//! Rules over one request that is described by hand: the arguments of the commands that take it, and what they mean.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use tamis::sampling::{Randomness, TraceState};
use tamis::traffic::{FactSet, Mapping, facts_from_json, trace_of};

use crate::arguments::Language;
use crate::catalogs;
use crate::failure::Failure;
use crate::rules::Rules;
use crate::source::{self, Source};
use crate::terminal::Terminal;

/// Which rules run over which request.
#[derive(Args, Debug)]
#[group(id = "text", multiple = false)]
pub(crate) struct OneRequest {
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

    /// Show the hints of the rule too
    #[arg(long)]
    hints: bool,
}

/// The rules and the request.
pub(crate) struct Question {
    /// The rules, none of them broken.
    pub(crate) rules: Rules,
    /// The request, with its place in the shares.
    pub(crate) facts: FactSet,
    /// What earlier samplers said of its trace.
    pub(crate) state: TraceState,
    /// What of the facts could not be used.
    pub(crate) problems: Vec<String>,
}

impl OneRequest {
    /// Reads rules and facts; none where a rule has an error, which was drawn.
    pub(crate) fn load(&self, terminal: &mut Terminal) -> Result<Option<Question>, Failure> {
        let facts = read_facts(&self.facts)?;
        let source = Source::of(self.rule.as_deref(), self.rules.as_deref())?;
        let Some(rules) = Rules::load(source, &self.language, self.hints, terminal)? else { return Ok(None) };
        let (raw, problems) = facts_from_json(&facts);
        let mut problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let (facts, unbound) = FactSet::bind(&raw, &catalogs::roomy(&rules.catalog));
        problems.extend(unbound.iter().map(ToString::to_string));
        let trace = trace_of(&raw, &Mapping::shipped());
        let state = trace.map(|(_, state)| state).unwrap_or_default();
        let randomness = self.randomness.or_else(|| trace.map(|(randomness, _)| randomness));
        if randomness.is_none() && rules.all.iter().any(|rule| rule.program.samples()) {
            problems.push("the request has no trace, so it is in no share but `sample(100%)`".to_owned());
        }
        let facts = facts.with_randomness(randomness.unwrap_or_default());
        Ok(Some(Question { rules, facts, state, problems }))
    }
}

/// The facts as they were given, once it is certain that they are a JSON object.
fn read_facts(argument: &str) -> Result<String, Failure> {
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
