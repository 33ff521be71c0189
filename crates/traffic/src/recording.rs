//! What a reader gives back: requests, and the problems that it met.

use std::fmt;

use tamis_lang::catalog::Catalog;
use tamis_lang::sampling::{Randomness, TraceState};

use crate::bind::{FactProblem, FactSet};
use crate::format::Format;
use crate::raw::RawFacts;

/// The requests of one recording.
#[derive(Clone, Debug)]
pub struct Recording {
    /// In which format it was read; never [`Format::Auto`].
    pub format: Format,
    /// The requests, in the order of the recording.
    pub requests: Vec<Request>,
    /// What could not be read, at most [`Recording::MAX_PROBLEMS`] of it.
    pub problems: Vec<Problem>,
    /// How many more problems there were.
    pub problems_left_out: usize,
}

impl Recording {
    /// How many problems are kept; of the others only their number.
    pub const MAX_PROBLEMS: usize = 1_000;
}

/// One recorded request.
#[derive(Clone, Debug)]
pub struct Request {
    /// What tells it apart from the others of its recording: the trace id, or the number of the entry or line.
    pub id: String,
    /// The place in the recording where it starts.
    pub place: Place,
    /// The method, for display.
    pub method: Option<String>,
    /// The path without the query, for display.
    pub path: Option<String>,
    /// When it started, in nanoseconds since 1970-01-01 UTC.
    pub time: Option<i64>,
    /// How long it took, in nanoseconds.
    pub duration: Option<i64>,
    /// The trace id, 32 lower-case hexadecimal digits; sampling takes its randomness from it.
    pub trace_id: Option<String>,
    /// The `tracestate` of the request, as recorded.
    pub trace_state: Option<String>,
    /// What is known about it.
    pub facts: RawFacts,
}

impl Request {
    /// What decides whether the request is in a share: the key `rv` of its `tracestate`, or its trace id; none where it
    /// has neither.
    #[must_use]
    pub fn randomness(&self) -> Option<Randomness> {
        let state = self.trace_state.as_deref().map(TraceState::read).unwrap_or_default();
        let trace = self.trace_id.as_deref().and_then(|id| u128::from_str_radix(id, 16).ok());
        state.randomness.or_else(|| trace.map(Randomness::of_trace))
    }

    /// The facts with the types of a catalog, and what the catalog's fields could not take.
    ///
    /// Unlike [`FactSet::bind`] this knows in which shares the request is, so `sample` is decided as it was for the
    /// recorded request.
    #[must_use]
    pub fn bind(&self, catalog: &Catalog) -> (FactSet, Vec<FactProblem>) {
        let (facts, problems) = FactSet::bind(&self.facts, catalog);
        (facts.with_randomness(self.randomness().unwrap_or_default()), problems)
    }

    /// Method and path on one line, or the id where neither is known.
    #[must_use]
    pub fn label(&self) -> String {
        match (&self.method, &self.path) {
            (Some(method), Some(path)) => format!("{method} {path}"),
            (Some(only), None) | (None, Some(only)) => only.clone(),
            (None, None) => self.id.clone(),
        }
    }
}

/// A place in a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The line, counted from 1, where it is known.
    pub line: Option<usize>,
    /// The byte within the line, counted from 1, where it is known.
    pub column: Option<usize>,
    /// The way down from the top of the document, `log.entries[3].request.url`; empty for the top.
    pub path: String,
}

impl Place {
    pub(crate) fn line(line: usize) -> Self {
        Self { line: Some(line), ..Self::default() }
    }

    pub(crate) fn at(&self, member: &str) -> Self {
        let mut inner = self.clone();
        if !inner.path.is_empty() {
            inner.path.push('.');
        }
        inner.path.push_str(member);
        inner
    }

    pub(crate) fn element(&self, index: usize) -> Self {
        Self { path: format!("{}[{index}]", self.path), ..self.clone() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, "line {line}, column {column}")?,
            (Some(line), None) => write!(f, "line {line}")?,
            (None, _) if self.path.is_empty() => return f.write_str("the whole document"),
            (None, _) => {}
        }
        if self.path.is_empty() {
            return Ok(());
        }
        if self.line.is_some() {
            f.write_str(", ")?;
        }
        write!(f, "`{}`", self.path)
    }
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// Why.
    pub kind: ProblemKind,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.kind)
    }
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The text is not JSON; what the JSON reader says.
    NotJson(String),
    /// A member is not there.
    Missing(&'static str),
    /// A member is of another JSON type.
    WrongType {
        /// What belongs here, with an article.
        expected: &'static str,
        /// What is here, with an article.
        found: &'static str,
    },
    /// A text or number does not have the form that belongs here.
    Malformed {
        /// What belongs here, with an article.
        expected: &'static str,
        /// What is here, shortened.
        found: String,
    },
    /// A fact is given twice in one object; the last one counts.
    DuplicateFact(String),
    /// Two spans of a trace have the same id; the first one counts.
    DuplicateSpan(String),
    /// Spans of a trace that are their own ancestors; they are left out.
    SpanCycle(usize),
    /// A span whose parent is not in the recording, in a trace of several requests; it is left out.
    OrphanSpan(String),
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("the text is not UTF-8"),
            Self::NotJson(why) => write!(f, "this is not JSON: {why}"),
            Self::Missing(member) => write!(f, "`{member}` is missing"),
            Self::WrongType { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::Malformed { expected, found } => write!(f, "expected {expected}, found `{found}`"),
            Self::DuplicateFact(name) => write!(f, "`{name}` is given twice; the last one counts"),
            Self::DuplicateSpan(id) => write!(f, "span `{id}` is there twice; the first one counts"),
            Self::SpanCycle(n_spans) => write!(f, "spans of this trace that are their own ancestors: {n_spans}"),
            Self::OrphanSpan(id) => {
                write!(f, "the parent of span `{id}` is not in the recording, and its trace has several requests")
            }
        }
    }
}

/// Collects problems up to the limit and counts the rest.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    kept: Vec<Problem>,
    left_out: usize,
}

impl Problems {
    pub(crate) fn report(&mut self, place: &Place, kind: ProblemKind) {
        if self.kept.len() < Recording::MAX_PROBLEMS {
            self.kept.push(Problem { place: place.clone(), kind });
        } else {
            self.left_out += 1;
        }
    }

    pub(crate) fn into_parts(self) -> (Vec<Problem>, usize) {
        (self.kept, self.left_out)
    }
}
