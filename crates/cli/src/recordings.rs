//! Rules over recordings: the arguments of the commands that run them, the files, and what is said of what was lost.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use tamis::traffic::{FactProblem, FactProblemKind, Format, Recording, Request, read};

use crate::arguments::Language;
use crate::failure::{Failure, Status};
use crate::rules::Rules;
use crate::source::{self, Source, is_stdin};
use crate::terminal::Terminal;
use crate::text::counted;

/// Which rules run over which recordings.
#[derive(Args, Debug)]
pub(crate) struct Recorded {
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

    /// Show the hints of the rules too
    #[arg(long)]
    hints: bool,

    /// List every problem of the recordings instead of summing them up
    #[arg(long)]
    problems: bool,
}

/// The rules and the recordings that could be read.
pub(crate) struct Loaded {
    /// The rules, none of them broken.
    pub(crate) rules: Rules,
    /// The recordings in the order of the arguments.
    pub(crate) traffic: Vec<Traffic>,
    /// What came of reading the recordings.
    pub(crate) status: Status,
}

impl Recorded {
    /// Reads rules and recordings; none where a rule has an error, which was drawn.
    pub(crate) fn load(&self, command: &str, terminal: &mut Terminal) -> Result<Option<Loaded>, Failure> {
        let (source, files) = texts(command, self.rules.as_deref(), &self.words)?;
        let Some(rules) = Rules::load(source, &self.language, self.hints, terminal)? else { return Ok(None) };
        let mut status = Status::Clean;
        let mut traffic = Vec::new();
        for path in files {
            match load(path, self.input) {
                Ok(one) => traffic.push(one),
                Err(failure) => status = status.worse(failure.recover(terminal)?),
            }
        }
        Ok(Some(Loaded { rules, traffic, status }))
    }

    /// Says what of the recordings could not be used.
    pub(crate) fn tell_problems(
        &self,
        traffic: &[Traffic],
        misfits: &mut Misfits<'_>,
        terminal: &mut Terminal,
    ) -> Result<(), Failure> {
        tell_problems(traffic, misfits, self.problems, terminal)
    }
}

impl Loaded {
    /// Whether there is nothing to run rules over, because no recording could be read.
    pub(crate) fn is_empty(&self) -> bool {
        self.status == Status::Unable && self.traffic.is_empty()
    }

    /// Says how many requests are in no share because they have no trace, if a rule asks for one.
    pub(crate) fn tell_untraced(&self, terminal: &mut Terminal) -> Result<(), Failure> {
        tell_untraced(&self.traffic, &self.rules, terminal)
    }
}

/// A recording with the name of its file.
pub(crate) struct Traffic {
    /// The path as given.
    pub(crate) name: String,
    /// What is in it.
    pub(crate) recording: Recording,
}

/// The text of the rules, and the files of the recordings.
fn texts<'a>(command: &str, rules: Option<&Path>, words: &'a [PathBuf]) -> Result<(Source, &'a [PathBuf]), Failure> {
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
fn tell_problems(
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

/// Says how many requests are in no share because they have no trace, if a rule asks for one.
fn tell_untraced(traffic: &[Traffic], rules: &Rules, terminal: &mut Terminal) -> Result<(), Failure> {
    let requests = traffic.iter().flat_map(|file| &file.recording.requests);
    let untraced = requests.filter(|request| request.randomness().is_none()).count();
    if untraced > 0 && rules.all.iter().any(|rule| rule.program.samples()) {
        let untraced = counted(untraced, "request");
        terminal.warn(&format!("{untraced} without a trace id: in no share but `sample(100%)`"))?;
    }
    Ok(())
}
