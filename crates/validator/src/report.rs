//! What the validator answers.

use tamis::Phases;
use tamis::diagnostic::Severity;
use tamis::traffic::Prediction;

use crate::finding::{FileId, Finding};
use crate::session::Capture;
use crate::version::Version;

/// Everything that is known about a session before it starts.
#[derive(Clone, Debug)]
pub struct Report {
    /// Whether the session may start.
    pub verdict: Outcome,
    /// The documents that findings refer to.
    pub files: Vec<File>,
    /// What is asked for.
    pub session: Asked,
    /// The rule; none where it has an error.
    pub rule: Option<RuleReport>,
    /// The targeted nodes, in the order of the fleet.
    pub nodes: Vec<NodeReport>,
    /// The program of each kind of node.
    pub programs: Vec<ProgramReport>,
    /// What recorded traffic predicts; none without traffic or rule.
    pub prediction: Option<Predicted>,
    /// Everything that is said: errors of documents first, then in the order of the documents.
    pub findings: Vec<Finding>,
}

/// A document, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Whether something runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It runs.
    Runs,
    /// It runs, and there is a warning.
    Warned,
    /// It is refused.
    Refused,
}

impl Outcome {
    /// The word in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Runs => "runs",
            Self::Warned => "runs with a warning",
            Self::Refused => "refused",
        }
    }
}

/// What is asked for, with what was left out filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The name of the session.
    pub name: Option<String>,
    /// How long it lasts, in nanoseconds.
    pub duration: i64,
    /// How many traces each node captures at most.
    pub cap: u32,
    /// For how long the captures are kept, in nanoseconds.
    pub keep: i64,
    /// What is captured.
    pub captures: Vec<Capture>,
    /// Which rules there are.
    pub sampling: Sampling,
}

/// How a session picks requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sampling {
    /// It takes every request.
    #[default]
    Every,
    /// One Route or one Service.
    Basic,
    /// An expression.
    Advanced,
    /// An expression within one Route or one Service.
    Both,
}

impl Sampling {
    /// The word in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Every => "every request",
            Self::Basic => "basic",
            Self::Advanced => "advanced",
            Self::Both => "basic and advanced",
        }
    }
}

/// The rule that the nodes run.
#[derive(Clone, Debug)]
pub struct RuleReport {
    /// Its text, the basic rule included; what looks like a secret is replaced by `…`.
    pub text: String,
    /// The fields that it asks for.
    pub fields: Vec<String>,
    /// When it is decided.
    pub phases: Phases,
    /// The most that one evaluation can cost, in units of the machine.
    pub cost: u64,
    /// How many secrets are written in it.
    pub secrets: usize,
}

/// What is said of a node.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeReport {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: Option<String>,
    /// The version of its gateway.
    pub version: Version,
    /// Whether it runs the session.
    pub outcome: Outcome,
    /// The findings that concern it, by their place in the report; those of the whole session included.
    pub reasons: Vec<usize>,
    /// Its program; none where it is refused.
    pub program: Option<usize>,
    /// Requests in a second, where that is known.
    pub rate: Option<f64>,
    /// When it will have captured as many traces as it may, in nanoseconds from the start.
    pub full_after: Option<i64>,
}

/// A compiled rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramReport {
    /// The version of the bytecode that it needs.
    pub bytecode: u16,
    /// The name of the catalog that it was compiled with.
    pub catalog: String,
    /// The fingerprint of that catalog.
    pub fingerprint: u64,
    /// The program.
    pub bytes: Vec<u8>,
    /// The nodes that run it, by their place in the report.
    pub nodes: Vec<usize>,
}

/// What recorded traffic predicts.
#[derive(Clone, Debug)]
pub struct Predicted {
    /// The dry run.
    pub dry_run: Prediction,
    /// The share of the requests that is dropped before the answer of the upstream comes, from 0 to 1.
    pub dropped_early: f64,
    /// The number of traces that one node captures within the duration, never more than the cap; none where no time is
    /// known.
    pub captures: Option<u64>,
    /// When one node has as many traces as it may, in nanoseconds from the start; none where it never has.
    pub full_after: Option<i64>,
}

impl Report {
    /// How many findings there are of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.diagnostic.severity == severity).count()
    }

    /// Leaves hints out.
    pub fn without_hints(&mut self) {
        let kept: Vec<usize> = (0..self.findings.len())
            .filter(|at| self.findings.get(*at).is_some_and(|it| it.diagnostic.severity != Severity::Hint))
            .collect();
        for node in &mut self.nodes {
            node.reasons = node.reasons.iter().filter_map(|at| kept.binary_search(at).ok()).collect();
        }
        self.findings.retain(|finding| finding.diagnostic.severity != Severity::Hint);
    }

    /// A document of the report.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&File> {
        self.files.get(id.0)
    }
}
