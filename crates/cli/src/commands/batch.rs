//! `tamis batch`

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Write};
use std::rc::Rc;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tamis::traffic::{FactSet, facts_from_json};
use tamis::{Catalog, Edition, Scratch};

use crate::arguments::{Language, edition};
use crate::catalogs;
use crate::commands::batch_cache::{Cache, Prepared};
use crate::failure::{Failure, Status};
use crate::progress::Progress;
use crate::terminal::Terminal;

/// Answer questions about rules, one JSON line each, for scripts
#[derive(Args, Debug)]
#[command(after_help = "\
Every line of standard input is one question, and has one line of standard output as its answer, in order.

  in   {\"rule\": TEXT, \"edition\"?: NAME, \"catalog\"?: NAME or {\"fields\": {NAME: TYPE}}, \"facts\"?: {FIELD: VALUE or [VALUES]}}
  out  {\"valid\": BOOL, \"verdict\": \"match\" | \"no match\" | null, \"diagnostics\": [...]}
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
}

/// A line of output.
#[derive(Serialize)]
struct Answer<'a> {
    valid: bool,
    verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdicts: Option<Vec<Named<'a>>>,
    diagnostics: &'a RawValue,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<String>,
}

/// The verdict of one rule of several.
#[derive(Serialize)]
struct Named<'a> {
    rule: Option<&'a str>,
    verdict: &'static str,
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
    scratch: Scratch,
}

impl Batch {
    /// A run in which lines that say nothing else mean this catalog and this edition.
    #[must_use]
    pub fn new(catalog: Catalog, edition: Edition) -> Self {
        Self { edition, cache: Cache::new(catalog), scratch: Scratch::default() }
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
        let edition = question.edition.as_deref().map_or(Ok(self.edition), edition);
        let prepared = edition.and_then(|edition| self.cache.prepare(&question.rule, edition, question.catalog));
        match prepared {
            Ok(_) if question.facts.is_some_and(|facts| !facts.get().starts_with('{')) => {
                Ok(Err(": `facts` is not an object".to_owned()))
            }
            Ok(prepared) => self.evaluate(&prepared, question.facts, out).map(Ok),
            Err(wrong) => Ok(Err(format!(": {wrong}"))),
        }
    }

    fn evaluate(&mut self, prepared: &Rc<Prepared>, facts: Option<&RawValue>, out: &mut impl Write) -> io::Result<()> {
        let mut problems = Vec::new();
        let mut verdicts = Vec::new();
        if let Some(facts) = facts {
            let (raw, unread) = facts_from_json(facts.get());
            problems.extend(unread.iter().map(ToString::to_string));
            let (facts, unbound) = FactSet::bind(&raw, &prepared.vocabulary.facts);
            problems.extend(unbound.iter().map(ToString::to_string));
            if prepared.valid {
                verdicts.extend(prepared.rules.iter().map(|(name, program)| {
                    let verdict = program.run(&facts, &mut self.scratch);
                    Named { rule: name.as_deref(), verdict: verdict.as_str() }
                }));
            }
        }
        let only = if let [only] = verdicts.as_slice() { Some(only.verdict) } else { None };
        let several = if verdicts.len() > 1 { Some(verdicts) } else { None };
        let answer = Answer {
            valid: prepared.valid,
            verdict: only,
            verdicts: several,
            diagnostics: &prepared.diagnostics,
            problems,
        };
        serde_json::to_writer(out, &answer).map_err(io::Error::from)
    }
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
