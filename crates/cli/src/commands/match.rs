//! `tamis match`

use std::collections::HashSet;
use std::io::Write as _;

use clap::Args;
use tamis::set::{Full, Memory, RuleSet};

use crate::arguments::Output;
use crate::commands::match_output::{self, Match};
use crate::commands::match_why;
use crate::failure::{Failure, Status};
use crate::progress::Progress;
use crate::recordings::{Loaded, Misfits, Recorded, Traffic};
use crate::rules::Rules;
use crate::terminal::Terminal;
use crate::text::counted;

/// Show which recorded requests a rule captures
#[derive(Args, Debug)]
#[command(
    override_usage = "\
tamis match [OPTIONS] <RULE> <FILE>...
       tamis match [OPTIONS] --rules <RULES.tamis> <FILE>...",
    after_help = "\
Recordings are HAR 1.2, OTLP/JSON traces, or JSON lines of facts; `-` is standard input.

Examples:
  tamis match 'http.response.status_code >= 500' traffic.har
  tamis match --rules rules.tamis monday.json tuesday.json
  tamis match --count 'http.request.method == \"POST\"' traffic.har
  tamis match --format json 'url.path ^= \"/api/\"' traffic.har | jq .path

Exit codes:
  0  the rules ran, whether something matches or not
  1  a rule has an error
  2  wrong usage, or a file that cannot be read"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    recorded: Recorded,

    /// Print only how many requests match
    #[arg(long)]
    count: bool,

    /// Show of every request why each rule matches it or does not, and what would flip that
    #[arg(long, conflicts_with = "count")]
    why: bool,

    /// How to print them: `human`, or `json` for one object a line
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human", hide_possible_values = true)]
    format: Output,
}

/// Runs the rules over the recordings.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let Some(loaded) = arguments.recorded.load("match", terminal)? else { return Ok(Status::Found) };
    if loaded.is_empty() {
        return Ok(loaded.status);
    }
    let Loaded { rules, traffic, status } = &loaded;
    let mut found = search(rules, traffic, terminal).map_err(|full| Failure::new(full.to_string()))?;
    arguments.recorded.tell_problems(traffic, &mut found.misfits, terminal)?;
    let several = traffic.len() > 1;
    let out = &mut terminal.out;
    match (arguments.format, arguments.count) {
        (Output::Human, _) if arguments.why => match_why::write(out, rules, traffic)?,
        (Output::Json, _) if arguments.why => match_why::write_json(out, rules, traffic)?,
        (Output::Human, true) => match_output::write_counts(out, &rules.all, &found)?,
        (Output::Json, true) => match_output::write_json_counts(out, &rules.all, &found)?,
        (Output::Human, false) => match_output::write(out, &rules.all, &found, several)?,
        (Output::Json, false) => match_output::write_json(out, &found)?,
    }
    terminal.out.flush()?;
    tell_absent(&found, terminal)?;
    loaded.tell_untraced(terminal)?;
    Ok(*status)
}

/// What the rules captured.
pub(crate) struct Found<'t> {
    /// The requests that match some rule, in order.
    pub(crate) matches: Vec<Match<'t>>,
    /// How many requests there were.
    pub(crate) requests: usize,
    /// How many requests each rule matches.
    pub(crate) counts: Vec<usize>,
    /// Fields of rules without a match that no request has.
    absent: Vec<String>,
    misfits: Misfits<'t>,
}

fn search<'t>(rules: &'t Rules, traffic: &'t [Traffic], terminal: &Terminal) -> Result<Found<'t>, Full> {
    let requests = traffic.iter().map(|it| it.recording.requests.len()).sum();
    let progress = Progress::new(terminal, "requests", u64::try_from(requests).unwrap_or(u64::MAX));
    let mut found = Found {
        matches: Vec::new(),
        requests,
        counts: vec![0; rules.all.len()],
        absent: Vec::new(),
        misfits: Misfits::default(),
    };
    // Together the rules cost hardly more than a few of them.
    let set = RuleSet::of(rules.all.iter().map(|rule| (&rule.program, 0)))?;
    let mut memory = Memory::default();
    let mut present: HashSet<&str> = HashSet::new();
    let requests = traffic.iter().flat_map(|file| file.recording.requests.iter().map(move |request| (file, request)));
    for (file, request) in requests {
        let (facts, problems) = request.bind(&rules.catalog);
        found.misfits.add(file, request, &problems);
        for field in set.fields() {
            if !present.contains(&*field.name) && !facts.values(field.id, field.key.as_deref()).is_empty() {
                present.insert(&field.name);
            }
        }
        let mut names = Vec::new();
        for id in set.matches(&facts, &mut memory) {
            if let (Some(rule), Some(count)) = (rules.all.get(id.index()), found.counts.get_mut(id.index())) {
                *count += 1;
                names.push(rule.name.as_deref());
            }
        }
        if !names.is_empty() {
            found.matches.push(Match { file: &file.name, request, rules: names });
        }
        progress.step();
    }
    let unlucky = rules.all.iter().zip(&found.counts).filter(|(_, count)| **count == 0).map(|(rule, _)| rule);
    for field in unlucky.flat_map(|rule| rule.program.fields()) {
        if !present.contains(&*field.name) && !found.absent.iter().any(|name| **name == *field.name) {
            found.absent.push(field.name.to_string());
        }
    }
    Ok(found)
}

/// Says why nothing can match: fields that no request has.
fn tell_absent(found: &Found<'_>, terminal: &mut Terminal) -> Result<(), Failure> {
    if found.requests == 0 || found.absent.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = found.absent.iter().map(|name| format!("`{name}`")).collect();
    let requests = counted(found.requests, "request");
    terminal.warn(&format!("none of the {requests} has {}", names.join(" or ")))?;
    Ok(())
}
