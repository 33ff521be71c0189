//! Texts to rules, and rules over requests.

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde::Serialize;
use tamis::bytecode::Origin;
use tamis::reason::explain;
use tamis::traffic::{Observed, Prediction, ReplayOptions, replay};
use tamis::{Catalog, CheckedRule, Edition, Options, PhasedProgram, Phases, Scratch, Verdict, compile_phased};
use tamis_wire::{Reason, Reasons};

use crate::catalog::{PyCatalog, json};
use crate::facts::PyFacts;
use crate::recording::PyRecording;

/// The name of a rule, its bytes in the text, and the rule where it has no error.
type Row = (Option<String>, u32, u32, Option<PyRule>);

/// Reads a text: its diagnostics as JSON, and its rules.
#[pyfunction]
pub(crate) fn analyze(py: Python<'_>, text: &str, catalog: &PyCatalog, edition: &str) -> PyResult<(String, Vec<Row>)> {
    let edition: Edition = edition.parse().map_err(|_| {
        PyValueError::new_err(format!("{edition:?} is no edition; there are tamis, atc and atc-strict"))
    })?;
    Ok(py.detach(|| {
        let analysis = tamis::analyze(text, &catalog.inner, &Options { edition, ..Options::default() });
        let source: Arc<str> = text.into();
        let rule = |rule: &tamis::Rule| {
            let span = rule.span;
            let runs = rule.checked().map(|checked| PyRule {
                catalog: Arc::clone(&catalog.inner),
                text: Arc::clone(&source),
                checked: checked.clone(),
                program: compile_phased(checked),
            });
            (rule.name.clone(), span.start, span.end, runs)
        };
        (json(&tamis_wire::diagnostics(&analysis.diagnostics)), analysis.rules().iter().map(rule).collect())
    }))
}

/// A rule that runs.
#[pyclass(frozen, name = "Rule", module = "tamis._native")]
pub(crate) struct PyRule {
    catalog: Arc<Catalog>,
    /// The text that it stands in.
    text: Arc<str>,
    checked: CheckedRule,
    program: PhasedProgram,
}

#[pymethods]
impl PyRule {
    /// The names of the fields that it asks for.
    fn fields(&self) -> Vec<String> {
        self.program.program().fields().iter().map(|field| field.name.to_string()).collect()
    }

    /// The most that one evaluation costs, in comparisons of numbers.
    fn cost(&self) -> u64 {
        self.program.program().cost()
    }

    /// Whether it asks in which share of the requests one is.
    fn samples(&self) -> bool {
        self.program.program().samples()
    }

    /// From when on it can be decided, as JSON.
    fn phases(&self) -> String {
        json(&tamis_wire::Phases::from(&Phases::of(self.checked.hir())))
    }

    /// The program as bytes, with the text.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let program = self.program.program();
        PyBytes::new(py, &program.to_bytes(&Origin::new(program, &self.catalog).with_source(&self.text)))
    }

    fn matches(&self, facts: &PyFacts) -> bool {
        self.program.program().run(&facts.inner, &mut Scratch::default()) == Verdict::Match
    }

    /// Why it says what it says of a request, as the document of `tamis why --format json`.
    fn explain(&self, py: Python<'_>, facts: &PyFacts) -> String {
        py.detach(|| {
            let explanation = explain(&self.catalog, &self.checked, &facts.inner);
            Reasons::new(vec![Reason::of(None, &explanation, &self.text)], &[]).to_json()
        })
    }

    /// Whether it matches a recorded request, with what its trace says of parts of it; None where there is none.
    fn matches_recorded(&self, recording: &PyRecording, index: usize) -> Option<bool> {
        let (facts, _) = recording.inner.requests.get(index)?.bind(&self.catalog);
        Some(self.program.program().run(&facts, &mut Scratch::default()) == Verdict::Match)
    }

    /// Why it says what it says of a recorded request; None where there is none.
    fn explain_recorded(&self, py: Python<'_>, recording: &PyRecording, index: usize) -> Option<String> {
        let request = recording.inner.requests.get(index)?;
        Some(py.detach(|| {
            let (facts, _) = request.bind(&self.catalog);
            let explanation = explain(&self.catalog, &self.checked, &facts);
            Reasons::new(vec![Reason::of(None, &explanation, &self.text)], &[]).to_json()
        }))
    }

    /// Which requests of a recording it matches, by their places, and what of them could not be used.
    fn select(&self, py: Python<'_>, recording: &PyRecording) -> (Vec<usize>, Vec<String>) {
        py.detach(|| {
            let mut scratch = Scratch::default();
            let (mut found, mut told) = (Vec::new(), Vec::new());
            for (place, request) in recording.inner.requests.iter().enumerate() {
                let (facts, problems) = request.bind(&self.catalog);
                let lost = problems.iter().filter(|problem| problem.kind.is_loss());
                told.extend(lost.map(|problem| format!("{}: {problem}", request.id)));
                if self.program.program().run(&facts, &mut scratch) == Verdict::Match {
                    found.push(place);
                }
            }
            (found, told)
        })
    }

    /// What a session with it would do, as JSON.
    fn replay(&self, py: Python<'_>, recording: &PyRecording, cap: usize) -> String {
        py.detach(|| {
            let requests = &recording.inner.requests;
            let observed: Vec<Observed> = requests.iter().map(|it| Observed::of(it, &self.catalog).0).collect();
            let prediction = replay(&self.program, &observed, &ReplayOptions { cap, ..ReplayOptions::default() });
            json(&Told::from(&prediction))
        })
    }
}

/// A prediction, as Python takes it.
#[derive(Serialize)]
struct Told {
    requests: usize,
    matches: usize,
    total: Option<f64>,
    phases: Vec<Decided>,
    conditions: usize,
    duration_ns: Option<i64>,
    full_after_ns: Option<i64>,
    full_is_projected: bool,
    slices: Vec<usize>,
}

#[derive(Serialize)]
struct Decided {
    phase: &'static str,
    dropped: usize,
    kept: usize,
    open: usize,
}

impl From<&Prediction> for Told {
    fn from(prediction: &Prediction) -> Self {
        let decided = |it: &tamis::traffic::Decided| Decided {
            phase: it.phase.as_str(),
            dropped: it.dropped,
            kept: it.kept,
            open: it.open,
        };
        Self {
            requests: prediction.requests,
            matches: prediction.matches,
            total: prediction.total,
            phases: prediction.phases.iter().map(decided).collect(),
            conditions: prediction.conditions,
            duration_ns: prediction.duration,
            full_after_ns: prediction.full.map(|full| full.after),
            full_is_projected: prediction.full.is_some_and(|full| full.is_projected),
            slices: prediction.slices.clone(),
        }
    }
}
