//! A report as JSON: version 1, described by `report.schema.json`.

use serde::Serialize;
use tamis::diagnostic::{LineIndex, Severity};
use tamis::traffic::Decided;
use tamis_wire::{Phases, Span};

use crate::finding::{Finding, Related};
use crate::report::{NodeReport, Predicted, ProgramReport, Report, RuleReport};

/// The JSON Schema of the document that [`to_json`] writes, and of each report that an HTTP service answers with.
pub const SCHEMA: &str = include_str!("report.schema.json");

/// The version of the shape.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    verdict: &'static str,
    reports: Vec<WireReport<'a>>,
    failures: &'a [String],
    summary: Summary,
}

#[derive(Serialize)]
struct Summary {
    sessions: usize,
    runs: usize,
    warned: usize,
    refused: usize,
    errors: usize,
    warnings: usize,
    hints: usize,
}

#[derive(Serialize)]
struct WireReport<'a> {
    file: &'a str,
    verdict: &'static str,
    session: WireSession<'a>,
    rule: Option<WireRule<'a>>,
    nodes: Vec<WireNode<'a>>,
    programs: Vec<WireProgram<'a>>,
    prediction: Option<WirePrediction<'a>>,
    findings: Vec<WireFinding<'a>>,
}

#[derive(Serialize)]
struct WireSession<'a> {
    name: Option<&'a str>,
    sampling: &'static str,
    duration_ns: i64,
    max_samples: u32,
    keep_ns: i64,
    capture: Vec<&'static str>,
}

#[derive(Serialize)]
struct WireRule<'a> {
    text: &'a str,
    fields: &'a [String],
    phases: Phases,
    cost: u64,
    secrets: usize,
}

#[derive(Serialize)]
struct WireNode<'a> {
    name: &'a str,
    id: Option<&'a str>,
    version: String,
    verdict: &'static str,
    reasons: &'a [usize],
    program: Option<usize>,
    requests_per_second: Option<f64>,
    full_after_ns: Option<i64>,
}

#[derive(Serialize)]
struct WireProgram<'a> {
    bytecode: u16,
    catalog: &'a str,
    catalog_fingerprint: String,
    base64: String,
    bytes: usize,
    nodes: &'a [usize],
}

#[derive(Serialize)]
struct WirePrediction<'a> {
    requests: usize,
    matches: usize,
    duration_ns: Option<i64>,
    matches_per_second: Option<f64>,
    estimated_total: Option<f64>,
    captures_per_node: Option<u64>,
    full_after_ns: Option<i64>,
    dropped_early: f64,
    conditions_per_request: Option<f64>,
    phases: Vec<WireDecided>,
    matches_over_time: &'a [usize],
}

#[derive(Serialize)]
struct WireDecided {
    phase: &'static str,
    dropped: usize,
    kept: usize,
    open: usize,
}

#[derive(Serialize)]
struct WireFinding<'a> {
    file: &'a str,
    line: u32,
    column: usize,
    nodes: Vec<&'a str>,
    expected: Option<&'a str>,
    found: Option<&'a str>,
    related: Vec<WireRelated<'a>>,
    diagnostic: tamis_wire::Diagnostic<'a>,
}

#[derive(Serialize)]
struct WireRelated<'a> {
    file: &'a str,
    line: u32,
    column: usize,
    span: Span,
    message: &'a str,
}

/// Reports as one document; `failures` are the lines about documents that could not be opened.
///
/// The document ends with a line break.
#[must_use]
pub fn to_json(reports: &[Report], failures: &[String]) -> String {
    let count = |severity| reports.iter().map(|report| report.count(severity)).sum();
    let outcomes = |outcome| reports.iter().filter(|report| report.verdict == outcome).count();
    use crate::report::Outcome::{Refused, Runs, Warned};
    let worst = reports.iter().map(|report| report.verdict).max().unwrap_or(Runs);
    let document = Document {
        version: VERSION,
        verdict: worst.as_str(),
        reports: reports.iter().map(WireReport::of).collect(),
        failures,
        summary: Summary {
            sessions: reports.len(),
            runs: outcomes(Runs),
            warned: outcomes(Warned),
            refused: outcomes(Refused),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            hints: count(Severity::Hint),
        },
    };
    // A tree of texts and numbers can always be written.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

impl<'a> WireReport<'a> {
    fn of(report: &'a Report) -> Self {
        let lines: Vec<Lines<'_>> = report.files.iter().map(|file| Lines::of(&file.name, &file.text)).collect();
        Self {
            file: report.files.first().map_or("", |file| file.name.as_str()),
            verdict: report.verdict.as_str(),
            session: WireSession {
                name: report.session.name.as_deref(),
                sampling: report.session.sampling.as_str(),
                duration_ns: report.session.duration,
                max_samples: report.session.cap,
                keep_ns: report.session.keep,
                capture: report.session.captures.iter().map(|capture| capture.as_str()).collect(),
            },
            rule: report.rule.as_ref().map(WireRule::of),
            nodes: report.nodes.iter().map(WireNode::of).collect(),
            programs: report.programs.iter().map(WireProgram::of).collect(),
            prediction: report.prediction.as_ref().map(WirePrediction::of),
            findings: report.findings.iter().map(|finding| WireFinding::of(finding, report, &lines)).collect(),
        }
    }
}

impl<'a> WireRule<'a> {
    fn of(rule: &'a RuleReport) -> Self {
        let RuleReport { text, fields, phases, cost, secrets } = rule;
        Self { text, fields, phases: phases.into(), cost: *cost, secrets: *secrets }
    }
}

impl<'a> WireNode<'a> {
    fn of(node: &'a NodeReport) -> Self {
        Self {
            name: &node.name,
            id: node.id.as_deref(),
            version: node.version.to_string(),
            verdict: node.outcome.as_str(),
            reasons: &node.reasons,
            program: node.program,
            requests_per_second: node.rate,
            full_after_ns: node.full_after,
        }
    }
}

impl<'a> WireProgram<'a> {
    fn of(program: &'a ProgramReport) -> Self {
        Self {
            bytecode: program.bytecode,
            catalog: &program.catalog,
            catalog_fingerprint: format!("{:016x}", program.fingerprint),
            base64: base64(&program.bytes),
            bytes: program.bytes.len(),
            nodes: &program.nodes,
        }
    }
}

impl<'a> WirePrediction<'a> {
    fn of(prediction: &'a Predicted) -> Self {
        let run = &prediction.dry_run;
        let decided =
            |it: &Decided| WireDecided { phase: it.phase.as_str(), dropped: it.dropped, kept: it.kept, open: it.open };
        Self {
            requests: run.requests,
            matches: run.matches,
            duration_ns: run.duration,
            matches_per_second: run.rate(),
            estimated_total: run.total,
            captures_per_node: prediction.captures,
            full_after_ns: prediction.full_after,
            dropped_early: prediction.dropped_early,
            conditions_per_request: run.conditions_each(),
            phases: run.phases.iter().map(decided).collect(),
            matches_over_time: &run.slices,
        }
    }
}

impl<'a> WireFinding<'a> {
    fn of(finding: &'a Finding, report: &'a Report, files: &[Lines<'a>]) -> Self {
        let (file, line, column) = place(files, finding.file.0, finding.diagnostic.span.start);
        let name = |number: &usize| report.nodes.get(*number).map(|node| node.name.as_str());
        let related = |related: &'a Related| {
            let (file, line, column) = place(files, related.file.0, related.span.start);
            WireRelated { file, line, column, span: related.span.into(), message: &related.message }
        };
        Self {
            file,
            line,
            column,
            nodes: finding.nodes.iter().filter_map(name).collect(),
            expected: finding.expected.as_deref(),
            found: finding.found.as_deref(),
            related: finding.related.iter().map(related).collect(),
            diagnostic: (&finding.diagnostic).into(),
        }
    }
}

/// A document with its lines.
pub(crate) struct Lines<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
    index: LineIndex,
}

impl<'a> Lines<'a> {
    pub(crate) fn of(name: &'a str, text: &'a str) -> Self {
        Self { name, text, index: LineIndex::new(text) }
    }

    /// Line and column of a byte, both from 1; the column counts characters.
    pub(crate) fn position(&self, offset: u32) -> (u32, usize) {
        let (line, bytes) = self.index.line_column(offset);
        let start = offset.saturating_sub(bytes.saturating_sub(1)) as usize;
        let before = self.text.get(start..offset as usize).unwrap_or("");
        (line, before.chars().count() + 1)
    }
}

/// Name, line and column of a byte of a document.
fn place<'a>(files: &[Lines<'a>], file: usize, offset: u32) -> (&'a str, u32, usize) {
    let Some(lines) = files.get(file) else { return ("", 1, 1) };
    let (line, column) = lines.position(offset);
    (lines.name, line, column)
}

/// Bytes as RFC 4648 writes them.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for place in 0..4 {
            let six = (bits >> (18 - 6 * place)) & 63;
            let letter = LETTERS.get(six as usize).filter(|_| place <= chunk.len()).copied().unwrap_or(b'=');
            out.push(char::from(letter));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_as_the_rfc_does() {
        let shown = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|text| base64(text.as_bytes()));
        assert_eq!(shown, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]);
    }
}
