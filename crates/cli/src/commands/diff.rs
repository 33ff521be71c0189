//! `tamis diff`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use tamis::reason::{Comparison, Relation, compare};
use tamis::traffic::{Format, Request};
use tamis::{Scratch, Verdict};

use crate::arguments::{Language, Output};
use crate::commands::diff_output;
use crate::failure::{Failure, Status};
use crate::recordings::{Traffic, load};
use crate::rules::{Rules, Runnable};
use crate::source::{Source, is_stdin};
use crate::terminal::Terminal;

/// Show which requests two versions of a rule treat differently
#[derive(Args, Debug)]
#[command(after_help = "\
Rules of files are paired by their names. A witness is a request that one version matches and
the other does not; the verdicts on it come from the machine, the rest is proved.

Examples:
  tamis diff old.tamis new.tamis
  tamis diff -e 'http.response.status_code >= 500' 'http.response.status_code in [502, 503]'
  tamis diff old.tamis new.tamis --traffic monday.json --traffic tuesday.json

Exit codes:
  0  both match the same requests
  1  some rule differs, or it is not known whether it does
  2  a rule has an error, wrong usage, or a file that cannot be read")]
pub(crate) struct Arguments {
    /// The old rules: a file, or `-` for standard input
    #[arg(value_hint = ValueHint::FilePath)]
    old: PathBuf,

    /// The new rules
    #[arg(value_hint = ValueHint::FilePath)]
    new: PathBuf,

    /// OLD and NEW are rules, not files
    #[arg(short = 'e', long = "expression")]
    expression: bool,

    /// Recorded requests, of which those are listed whose verdict flips
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    traffic: Vec<PathBuf>,

    /// The format of the recordings: `auto`, `otlp`, `har` or `facts`
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    input: Format,

    #[command(flatten)]
    language: Language,

    /// How to print it: `human` or `json`
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human", hide_possible_values = true)]
    format: Output,
}

/// What became of one rule.
pub(crate) struct Entry<'r> {
    /// Its name; none of a bare rule.
    pub(crate) name: Option<&'r str>,
    /// What is known of it.
    pub(crate) fate: Fate,
}

/// What became of a rule.
pub(crate) enum Fate {
    /// Only the new text has it.
    Added,
    /// Only the old text has it.
    Removed,
    /// Both have it.
    Kept(Box<Comparison>),
}

/// A recorded request whose verdict flips.
pub(crate) struct FlipOf<'t> {
    /// The recording.
    pub(crate) file: &'t str,
    /// The request.
    pub(crate) request: &'t Request,
    /// The rule; none of a bare rule.
    pub(crate) rule: Option<&'t str>,
    /// What the new version says.
    pub(crate) now: Verdict,
}

/// What traffic says.
pub(crate) struct Flips<'t> {
    /// The requests whose verdict flips.
    pub(crate) all: Vec<FlipOf<'t>>,
    /// How many requests there were.
    pub(crate) requests: usize,
}

/// Compares.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let n_stdin =
        [&arguments.old, &arguments.new].into_iter().chain(&arguments.traffic).filter(|it| is_stdin(it)).count();
    if n_stdin > 1 && !arguments.expression {
        return Err(Failure::new("standard input can be read only once, but `-` is given twice"));
    }
    let read = |path: &Path, terminal: &mut Terminal| {
        let source = if arguments.expression {
            Source::argument(path.to_str().ok_or_else(|| Failure::new("the rule is not UTF-8"))?)
        } else {
            Source::read(path)?
        };
        Rules::load(source, &arguments.language, false, terminal)
    };
    let (Some(old), Some(new)) = (read(&arguments.old, terminal)?, read(&arguments.new, terminal)?) else {
        return Ok(Status::Unable);
    };
    let mut traffic = Vec::new();
    for path in &arguments.traffic {
        traffic.push(load(path, arguments.input)?);
    }
    let pairs = pairs(&old.all, &new.all);
    let entries: Vec<Entry<'_>> = pairs.iter().map(|pair| entry(&new, *pair)).collect();
    let flips = (!arguments.traffic.is_empty()).then(|| flips(&new, &pairs, &traffic));
    match arguments.format {
        Output::Human => diff_output::write(&mut terminal.out, &entries, flips.as_ref())?,
        Output::Json => diff_output::write_json(&mut terminal.out, &entries, flips.as_ref())?,
    }
    terminal.out.flush()?;
    let is_same = |entry: &Entry<'_>| matches!(&entry.fate, Fate::Kept(it) if it.relation() == Relation::Equivalent);
    Ok(if entries.iter().all(is_same) { Status::Clean } else { Status::Found })
}

/// A rule in its old and its new version.
type Pair<'r> = (Option<&'r Runnable>, Option<&'r Runnable>);

/// Rules by their names, in the order of the new text; the ones that are gone come last.
fn pairs<'r>(old: &'r [Runnable], new: &'r [Runnable]) -> Vec<Pair<'r>> {
    if let ([before], [after]) = (old, new)
        && (before.name.is_none() || after.name.is_none())
    {
        return vec![(Some(before), Some(after))];
    }
    let find = |rules: &'r [Runnable], rule: &Runnable| rules.iter().find(|other| other.name == rule.name);
    let mut pairs: Vec<Pair<'r>> = new.iter().map(|rule| (find(old, rule), Some(rule))).collect();
    pairs.extend(old.iter().filter(|rule| find(new, rule).is_none()).map(|rule| (Some(rule), None)));
    pairs
}

fn entry<'r>(rules: &Rules, pair: Pair<'r>) -> Entry<'r> {
    let name = pair.1.or(pair.0).and_then(|rule| rule.name.as_deref());
    let fate = match pair {
        (Some(old), Some(new)) => Fate::Kept(Box::new(compare(&rules.catalog, &old.checked, &new.checked))),
        (None, _) => Fate::Added,
        (Some(_), None) => Fate::Removed,
    };
    Entry { name, fate }
}

/// The requests whose verdict flips; a rule that is not there matches nothing.
fn flips<'t>(rules: &Rules, pairs: &[Pair<'t>], traffic: &'t [Traffic]) -> Flips<'t> {
    let mut scratch = Scratch::default();
    let mut flips = Flips { all: Vec::new(), requests: 0 };
    for file in traffic {
        for request in &file.recording.requests {
            flips.requests += 1;
            let (facts, _) = request.bind(&rules.catalog);
            for (old, new) in pairs {
                let mut verdict =
                    |rule: &Option<&Runnable>| rule.map_or(Verdict::NoMatch, |it| it.program.run(&facts, &mut scratch));
                let (before, now) = (verdict(old), verdict(new));
                if before != now {
                    let rule = new.or(*old).and_then(|rule| rule.name.as_deref());
                    flips.all.push(FlipOf { file: &file.name, request, rule, now });
                }
            }
        }
    }
    flips
}
