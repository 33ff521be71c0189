//! `tamis match`

use std::collections::HashSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};
use tamis::traffic::{FactProblem, FactProblemKind, FactSet, Format, Recording, Request, read};
use tamis::{Scratch, Verdict};

use crate::arguments::Language;
use crate::commands::match_output::{self, Match};
use crate::commands::match_why;
use crate::failure::{Failure, Status};
use crate::progress::Progress;
use crate::rules::Rules;
use crate::source::{self, Source, is_stdin};
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
    /// The rule, unless `--rules` names a file of them; then the recordings
    #[arg(value_names = ["RULE", "FILE"], num_args = 1.., value_hint = ValueHint::FilePath)]
    words: Vec<PathBuf>,

    /// A file with rules
    #[arg(long, value_name = "RULES.tamis", value_hint = ValueHint::FilePath)]
    rules: Option<PathBuf>,

    #[command(flatten)]
    language: Language,

    /// The format of the recordings: `auto`, `otlp`, `har` or `facts`
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    input: Format,

    /// Print only how many requests match
    #[arg(long)]
    count: bool,

    /// Show of every request why each rule matches it or does not, and what would flip that
    #[arg(long, conflicts_with = "count")]
    why: bool,

    /// How to print them: `human`, or `json` for one object a line
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

/// A recording with the name of its file.
pub(crate) struct Traffic {
    /// The path as given.
    pub(crate) name: String,
    /// What is in it.
    pub(crate) recording: Recording,
}

/// Runs the rules over the recordings.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let (source, files) = texts("match", arguments.rules.as_deref(), &arguments.words)?;
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
    if arguments.why {
        let out = &mut terminal.out;
        match arguments.format {
            Output::Human => match_why::write(out, &rules, &traffic)?,
            Output::Json => match_why::write_json(out, &rules, &traffic)?,
        }
        terminal.out.flush()?;
        return Ok(status);
    }
    let mut found = search(&rules, &traffic, terminal);
    if status == Status::Unable && traffic.is_empty() {
        return Ok(status);
    }
    tell_problems(&traffic, &mut found.misfits, arguments.problems, terminal)?;
    let several = traffic.len() > 1;
    let out = &mut terminal.out;
    match (arguments.format, arguments.count) {
        (Output::Human, true) => match_output::write_counts(out, &rules.all, &found)?,
        (Output::Json, true) => match_output::write_json_counts(out, &rules.all, &found)?,
        (Output::Human, false) => match_output::write(out, &rules.all, &found, several)?,
        (Output::Json, false) => match_output::write_json(out, &found)?,
    }
    terminal.out.flush()?;
    tell_absent(&found, terminal)?;
    tell_untraced(&traffic, &rules, terminal)?;
    Ok(status)
}

/// The text of the rules, and the files of the recordings.
pub(crate) fn texts<'a>(
    command: &str,
    rules: Option<&Path>,
    words: &'a [PathBuf],
) -> Result<(Source, &'a [PathBuf]), Failure> {
    let (source, files) = match (rules, words.split_first()) {
        (Some(path), _) => (Source::read(path)?, words),
        (None, Some((rule, files))) => {
            if rule.is_file() {
                let path = rule.display();
                return Err(Failure::new(format!(
                    "`{path}` is a file; the rules of a file are given with `--rules {path}`"
                )));
            }
            let rule = rule.to_str().ok_or_else(|| Failure::new("the rule is not UTF-8"))?;
            (Source::argument(rule), files)
        }
        (None, None) => return Err(Failure::new(format!("a rule is missing: `tamis {command} RULE FILE`"))),
    };
    if files.is_empty() {
        return Err(Failure::new("a recording is missing: give a FILE after the rule, or `-` for standard input"));
    }
    let n_stdin = files.iter().map(PathBuf::as_path).chain(rules).filter(|path| is_stdin(path)).count();
    if n_stdin > 1 {
        return Err(Failure::new("standard input can be read only once, but `-` is given twice"));
    }
    Ok((source, files))
}

/// Reads a recording; one that is broken as a whole is a failure.
pub(crate) fn load(path: &Path, format: Format) -> Result<Traffic, Failure> {
    let bytes = source::read_bytes(path)?;
    let recording = read(&bytes, format);
    let name = if is_stdin(path) { "<stdin>".to_owned() } else { path.display().to_string() };
    match recording.problems.first() {
        Some(problem) if recording.requests.is_empty() => {
            Err(Failure::new(format!("`{name}` is no recording ({}): {problem}", recording.format)))
        }
        _ => Ok(Traffic { name, recording }),
    }
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

/// Facts that their field could not take: the file and the sentence.
#[derive(Default)]
pub(crate) struct Misfits<'t>(Vec<(&'t str, String)>);

impl<'t> Misfits<'t> {
    /// Adds those of a request.
    pub(crate) fn add(&mut self, file: &'t Traffic, request: &Request, problems: &[FactProblem]) {
        let misfits = problems.iter().filter(|problem| is_misfit(&problem.kind));
        self.0.extend(misfits.map(|problem| (file.name.as_str(), format!("{}: {problem}", request.place))));
    }
}

fn search<'t>(rules: &'t Rules, traffic: &'t [Traffic], terminal: &Terminal) -> Found<'t> {
    let requests = traffic.iter().map(|it| it.recording.requests.len()).sum();
    let progress = Progress::new(terminal, "requests", u64::try_from(requests).unwrap_or(u64::MAX));
    let mut found = Found {
        matches: Vec::new(),
        requests,
        counts: vec![0; rules.all.len()],
        absent: Vec::new(),
        misfits: Misfits::default(),
    };
    let mut scratch = Scratch::default();
    let mut present: HashSet<&str> = HashSet::new();
    let requests = traffic.iter().flat_map(|file| file.recording.requests.iter().map(move |request| (file, request)));
    for (file, request) in requests {
        let (facts, problems) = FactSet::bind(&request.facts, &rules.catalog);
        let facts = facts.with_randomness(request.randomness().unwrap_or_default());
        found.misfits.add(file, request, &problems);
        let mut names = Vec::new();
        for (rule, count) in rules.all.iter().zip(&mut found.counts) {
            if rule.program.run(&facts, &mut scratch) == Verdict::Match {
                *count += 1;
                names.push(rule.name.as_deref());
            }
            for field in rule.program.fields() {
                if !present.contains(&*field.name) && !facts.values(field.id, field.key.as_deref()).is_empty() {
                    present.insert(&field.name);
                }
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
    found
}

/// Whether a value was lost although the catalog has its field.
const fn is_misfit(kind: &FactProblemKind) -> bool {
    matches!(
        kind,
        FactProblemKind::WrongType { .. }
            | FactProblemKind::Unreadable { .. }
            | FactProblemKind::OutOfRange { .. }
            | FactProblemKind::HostBits { .. }
    )
}

/// Says what of the recordings could not be used.
pub(crate) fn tell_problems(
    traffic: &[Traffic],
    misfits: &mut Misfits<'_>,
    all: bool,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    for Traffic { name, recording } in traffic {
        let problems = recording.problems.len() + recording.problems_left_out;
        let mut lines: Vec<String> = recording.problems.iter().map(|problem| problem.to_string()).collect();
        let own = misfits.0.extract_if(.., |(file, _)| *file == name).map(|(_, line)| line);
        let own: Vec<String> = own.collect();
        let summaries = [(problems, "record", "could not be read"), (own.len(), "fact", "did not fit its field")];
        if all {
            lines.extend(own);
            for line in lines {
                terminal.warn(&format!("`{name}`: {line}"))?;
            }
        } else {
            for ((n, what, happened), first) in summaries.into_iter().zip([lines.first(), own.first()]) {
                if let Some(first) = first {
                    let line = format!("`{name}`: {} {happened}; the first: {first}", counted(n, what));
                    terminal.warn(&line)?;
                }
            }
        }
        if recording.requests.is_empty() {
            terminal.warn(&format!("`{name}` holds no request"))?;
        }
    }
    Ok(())
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

/// Says how many requests are in no share because they have no trace, if a rule asks for one.
pub(crate) fn tell_untraced(traffic: &[Traffic], rules: &Rules, terminal: &mut Terminal) -> Result<(), Failure> {
    let requests = traffic.iter().flat_map(|file| &file.recording.requests);
    let untraced = requests.filter(|request| request.randomness().is_none()).count();
    if untraced > 0 && rules.all.iter().any(|rule| rule.program.samples()) {
        let untraced = counted(untraced, "request");
        terminal.warn(&format!("{untraced} without a trace id: in no share but `sample(100%)`"))?;
    }
    Ok(())
}
