//! `tamis batch`

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Write};
use std::rc::Rc;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tamis::catalog::Phase;
use tamis::sampling::{BadRandomness, Randomness};
use tamis::traffic::{FactSet, Mapping, facts_from_json, trace_of};
use tamis::{Catalog, Edition, Scratch};

use crate::arguments::{Language, edition, phase};
use crate::catalogs;
use crate::commands::batch_cache::{Cache, Prepared};
use crate::failure::{Failure, Status};
use crate::progress::Progress;
use crate::terminal::Terminal;

/// Answer questions about rules, one JSON line each, for scripts
#[derive(Args, Debug)]
#[command(after_help = "\
Every line of standard input is one question, and has one line of standard output as its answer, in order.

  in   {\"rule\": TEXT, \"edition\"?: NAME, \"catalog\"?: NAME or {\"fields\": {NAME: TYPE}}, \"facts\"?: {FIELD: VALUE or [VALUES]}, \"phase\"?: NAME, \"randomness\"?: HEX}
  out  {\"valid\": BOOL, \"verdict\": \"match\" | \"no match\" | \"not yet\" | null, \"diagnostics\": [...]}
  or   {\"error\": TEXT} for a line that is no question; the run goes on

Examples:
  echo '{\"rule\": \"a == 1\", \"catalog\": {\"fields\": {\"a\": \"int\"}}, \"facts\": {\"a\": 1}}' | tamis batch
  tamis batch < questions.jsonl > answers.jsonl

Exit codes:
  0  every line has its answer
  2  wrong usage, or standard input cannot be read")]
pub(crate) struct Arguments {
    #[command(flatten)]
    language: Language,
}

/// A line of input.
#[derive(Deserialize)]
struct Question<'a> {
    #[serde(borrow)]
    rule: Cow<'a, str>,
    #[serde(borrow, default)]
    edition: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    catalog: Option<&'a RawValue>,
    #[serde(borrow, default)]
    facts: Option<&'a RawValue>,
    #[serde(borrow, default)]
    randomness: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    phase: Option<Cow<'a, str>>,
}

/// A line of output.
#[derive(Serialize)]
struct Answer<'a> {
    valid: bool,
    verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdicts: Option<Vec<Named<'a>>>,
    /// The fields that are missing for a verdict.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    needed: Vec<String>,
    diagnostics: &'a RawValue,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<String>,
}

/// The verdict of one rule of several.
#[derive(Serialize)]
struct Named<'a> {
    rule: Option<&'a str>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    needed: Vec<String>,
}

/// How facts are to be understood.
struct Asked<'a> {
    facts: Option<&'a RawValue>,
    randomness: Option<Randomness>,
    /// At which phase that is all that is known; none where it is the whole request.
    phase: Option<Phase>,
}

#[derive(Serialize)]
struct Wrong<'a> {
    error: &'a str,
}

/// Answers line after line.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let catalog = catalogs::load(&arguments.language.catalog.catalog, terminal)?;
    let mut batch = Batch::new(catalog, arguments.language.edition);
    let progress = Progress::endless(terminal, "lines");
    let mut input = BufReader::with_capacity(1 << 16, io::stdin().lock());
    let mut line = Vec::new();
    let mut number = 0_usize;
    loop {
        // Whoever waits for an answer before asking on gets it; a flood is answered in large pieces.
        if input.buffer().is_empty() {
            terminal.out.flush()?;
        }
        line.clear();
        let read = input.read_until(b'\n', &mut line);
        if read.map_err(|error| Failure::new(format!("cannot read standard input: {error}")))? == 0 {
            return Ok(Status::Clean);
        }
        number += 1;
        batch.answer(&line, number, &mut terminal.out)?;
        progress.step();
    }
}

/// A run of `tamis batch`, with what it keeps from line to line.
pub struct Batch {
    edition: Edition,
    cache: Cache,
    mapping: Mapping,
    scratch: Scratch,
}

impl Batch {
    /// A run in which lines that say nothing else mean this catalog and this edition.
    #[must_use]
    pub fn new(catalog: Catalog, edition: Edition) -> Self {
        Self { edition, cache: Cache::new(catalog), mapping: Mapping::shipped(), scratch: Scratch::default() }
    }

    /// Writes the answer to a line, which is the `number`-th, as one line.
    ///
    /// # Errors
    ///
    /// When `out` cannot be written; a line that is no question has an answer too.
    pub fn answer(&mut self, line: &[u8], number: usize, out: &mut impl Write) -> io::Result<()> {
        match self.try_answer(line, out)? {
            Ok(()) => {}
            Err(wrong) => serde_json::to_writer(&mut *out, &Wrong { error: &format!("line {number}{wrong}") })?,
        }
        out.write_all(b"\n")
    }

    fn try_answer(&mut self, line: &[u8], out: &mut impl Write) -> io::Result<Result<(), String>> {
        let question = match question(line) {
            Ok(question) => question,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let asked = match asked(&question) {
            Ok(asked) => asked,
            Err(wrong) => return Ok(Err(format!(": {wrong}"))),
        };
        let edition = question.edition.as_deref().map_or(Ok(self.edition), edition);
        let prepared = edition.and_then(|edition| self.cache.prepare(&question.rule, edition, question.catalog));
        match prepared {
            Ok(_) if question.facts.is_some_and(|facts| !facts.get().starts_with('{')) => {
                Ok(Err(": `facts` is not an object".to_owned()))
            }
            Ok(prepared) => self.evaluate(&prepared, &asked, out).map(Ok),
            Err(wrong) => Ok(Err(format!(": {wrong}"))),
        }
    }

    fn evaluate(&mut self, prepared: &Rc<Prepared>, asked: &Asked<'_>, out: &mut impl Write) -> io::Result<()> {
        let mut problems = Vec::new();
        let mut verdicts = Vec::new();
        if let Some(facts) = asked.facts {
            let (raw, unread) = facts_from_json(facts.get());
            problems.extend(unread.iter().map(ToString::to_string));
            let (facts, unbound) = FactSet::bind(&raw, &prepared.vocabulary.facts);
            problems.extend(unbound.iter().map(ToString::to_string));
            let randomness =
                asked.randomness.or_else(|| trace_of(&raw, &self.mapping).map(|(randomness, _)| randomness));
            let facts = facts.with_randomness(randomness.unwrap_or_default());
            if prepared.valid {
                let rules = prepared.rules.iter().enumerate();
                verdicts.extend(rules.map(|(place, (name, program))| {
                    let (verdict, needed) = match asked.phase.and_then(|phase| Some((phase, prepared.phased(place)?))) {
                        None => (program.run(&facts, &mut self.scratch), Vec::new()),
                        Some((phase, program)) => {
                            let mut evaluation = program.evaluation();
                            let verdict = evaluation.advance(phase, &facts, &mut self.scratch);
                            (verdict, evaluation.needed().map(|field| field.name.to_string()).collect())
                        }
                    };
                    Named { rule: name.as_deref(), verdict: verdict.as_str(), needed }
                }));
            }
        }
        let mut only = (None, Vec::new());
        if let [one] = verdicts.as_mut_slice() {
            only = (Some(one.verdict), std::mem::take(&mut one.needed));
        }
        let several = if verdicts.len() > 1 { Some(verdicts) } else { None };
        let answer = Answer {
            valid: prepared.valid,
            verdict: only.0,
            verdicts: several,
            needed: only.1,
            diagnostics: &prepared.diagnostics,
            problems,
        };
        serde_json::to_writer(out, &answer).map_err(io::Error::from)
    }
}

/// How the facts of a question are to be understood; the error says which member is wrong.
fn asked<'a>(question: &'a Question<'_>) -> Result<Asked<'a>, String> {
    let randomness = question.randomness.as_deref().map(str::parse).transpose();
    let randomness = randomness.map_err(|error: BadRandomness| format!("`randomness`: {error}"))?;
    let phase = question.phase.as_deref().map(phase).transpose().map_err(|error| format!("`phase`: {error}"))?;
    Ok(Asked { facts: question.facts, randomness, phase })
}

/// Reads a line; the error continues `line 3`.
fn question(line: &[u8]) -> Result<Question<'_>, String> {
    let text = std::str::from_utf8(line)
        .map_err(|error| format!(", byte {}: the line is not UTF-8", error.valid_up_to() + 1))?;
    if text.trim().is_empty() {
        return Err(": the line is empty".to_owned());
    }
    serde_json::from_str(text.trim_end()).map_err(|error| {
        let message = error.to_string();
        let end = message.rfind(" at line ").unwrap_or(message.len());
        format!(", column {}: {}", error.column(), message.get(..end).unwrap_or(&message))
    })
}
