//! How `tamis validate` prints its reports for people and for code hosts.

use std::io::{self, Write};
use std::path::PathBuf;

use tamis::Diagnostic;
use tamis::diagnostic::Severity;
use tamis_validator::{Finding, NodeReport, Outcome, Predicted, Report, RuleReport};

use crate::commands::validate::count;
use crate::moment::duration;
use crate::render::{human, sarif};
use crate::source::{Origin, Source};
use crate::style::{self, paint};
use crate::table::{Cell, Column, Table};
use crate::terminal::Stream;
use crate::text::{self, counted, grouped};

/// Writes each report, and a line that sums them up.
pub(crate) fn write(out: &mut Stream, reports: &[Report]) -> io::Result<()> {
    if reports.is_empty() {
        return Ok(());
    }
    for report in reports {
        write_one(out, report)?;
    }
    let severities = [Severity::Error, Severity::Warning, Severity::Hint];
    let counts = severities.map(|severity| (severity, count(reports, severity)));
    let found = counts.into_iter().filter(|&(_, n)| n > 0);
    let found = found.map(|(severity, n)| paint(style::of(severity), counted(n, severity.as_str())).to_string());
    let found = found.collect::<Vec<_>>().join(", ");
    let found = if found.is_empty() { paint(style::GOOD, "nothing to complain about").to_string() } else { found };
    let refused = reports.iter().filter(|report| report.verdict == Outcome::Refused).count();
    let refused = if refused == 0 { String::new() } else { format!(", {refused} refused") };
    writeln!(out, "{} validated{refused}: {found}", counted(reports.len(), "session"))
}

fn write_one(out: &mut Stream, report: &Report) -> io::Result<()> {
    let width = out.width();
    let sources = sources(report);
    for finding in &report.findings {
        let Some(source) = sources.get(finding.file.0) else { continue };
        human::write(out, &told(finding, &sources), source, width)?;
        writeln!(out)?;
    }
    let name = report.session.name.as_deref().or(report.files.first().map(|file| file.name.as_str())).unwrap_or("");
    let verdict = paint(style_of(report.verdict), report.verdict.as_str());
    writeln!(out, "{}: {verdict}", paint(style::HEADING, text::visible(name)))?;
    if let Some(rule) = &report.rule {
        writeln!(out, "  {}", asked(report))?;
        writeln!(out, "  {}", about_rule(rule, report))?;
    }
    if let Some(prediction) = &report.prediction {
        writeln!(out, "  {}", predicted(prediction))?;
    }
    if !report.nodes.is_empty() {
        writeln!(out)?;
        nodes(report).write(out, None)?;
    }
    writeln!(out)
}

/// The documents of a report, as pictures want them.
fn sources(report: &Report) -> Vec<Source> {
    let source = |file: &tamis_validator::File| {
        let origin = if file.name == "<stdin>" { Origin::Stdin } else { Origin::File(PathBuf::from(&file.name)) };
        Source::new(file.name.clone(), origin, file.text.clone())
    };
    report.files.iter().map(source).collect()
}

/// The diagnostic of a finding, with the places in other documents as notes.
fn told(finding: &Finding, sources: &[Source]) -> Diagnostic {
    let mut diagnostic = finding.diagnostic.clone();
    for related in &finding.related {
        let Some(source) = sources.get(related.file.0) else { continue };
        let position = source.position(related.span.start);
        diagnostic
            .notes
            .push(format!("{} is in {}:{}:{}", related.message, source.name, position.line, position.column));
    }
    diagnostic
}

/// What is asked for: `advanced, 5m00s, at most 100 traces a node, with headers`.
fn asked(report: &Report) -> String {
    let session = &report.session;
    let mut line = format!("{}, {}", session.sampling.as_str(), duration(session.duration));
    line.push_str(&format!(", at most {} a node", counted(session.cap as usize, "trace")));
    if !session.captures.is_empty() {
        let words: Vec<&str> = session.captures.iter().map(|capture| capture.as_str()).collect();
        line.push_str(&format!(", with {}", words.join(", ")));
    }
    line
}

fn about_rule(rule: &RuleReport, report: &Report) -> String {
    let moments = rule.phases.rule();
    let mut line = format!("decided at {}", moments.last);
    if let Some(drop) = moments.drop.filter(|drop| *drop != moments.last) {
        line.push_str(&format!(", dropped from {drop} on"));
    }
    let cost = counted(usize::try_from(rule.cost).unwrap_or(usize::MAX), "comparison");
    line.push_str(&format!(", costs at most {cost}"));
    if let Some(program) = report.programs.first() {
        line.push_str(&format!(", {} of bytecode {}", counted(program.bytes.len(), "byte"), program.bytecode));
    }
    line
}

fn predicted(prediction: &Predicted) -> String {
    let run = &prediction.dry_run;
    let mut line = format!("{} of {} match", grouped(run.matches), counted(run.requests, "recorded request"));
    line.push_str(&format!(", {:.1}% dropped before the answer", prediction.dropped_early * 100.0));
    if let Some(captures) = prediction.captures {
        line.push_str(&format!(", {} a node", counted(usize::try_from(captures).unwrap_or(usize::MAX), "trace")));
    }
    if let Some(after) = prediction.full_after {
        line.push_str(&format!(", full after {}", duration(after)));
    }
    line
}

/// A row for each node.
fn nodes(report: &Report) -> Table {
    let titles = ["NODE", "VERSION", "VERDICT", "BECAUSE"];
    let mut table = Table::new(titles.into_iter().map(Column::left).collect());
    for node in &report.nodes {
        table.push(vec![
            Cell::plain(text::visible(&node.name)),
            Cell::plain(node.version.to_string()),
            Cell::new(style_of(node.outcome), node.outcome.as_str()),
            Cell::plain(because(node, report)),
        ]);
    }
    table
}

/// The codes that decide the verdict of a node, each once.
fn because(node: &NodeReport, report: &Report) -> String {
    let findings = || node.reasons.iter().filter_map(|at| report.findings.get(*at)).map(|finding| &finding.diagnostic);
    let worst = findings().map(|diagnostic| diagnostic.severity).max();
    let mut codes: Vec<&str> = Vec::new();
    for diagnostic in findings().filter(|it| Some(it.severity) == worst && it.severity != Severity::Hint) {
        if !codes.contains(&diagnostic.code.as_str()) {
            codes.push(diagnostic.code.as_str());
        }
    }
    codes.join(", ")
}

const fn style_of(outcome: Outcome) -> anstyle::Style {
    match outcome {
        Outcome::Runs => style::GOOD,
        Outcome::Warned => style::NOTICE,
        Outcome::Refused => style::BAD,
    }
}

/// The findings as SARIF, each document once.
pub(crate) fn write_sarif(out: &mut Stream, reports: &[Report], failures: &[String]) -> io::Result<()> {
    let mut checked: Vec<(Source, Vec<Diagnostic>)> = Vec::new();
    for report in reports {
        let sources = sources(report);
        let told: Vec<(usize, Diagnostic)> =
            report.findings.iter().map(|finding| (finding.file.0, told(finding, &sources))).collect();
        for (number, source) in sources.into_iter().enumerate() {
            let own = told.iter().filter(|(file, _)| *file == number).map(|(_, diagnostic)| diagnostic.clone());
            match checked.iter_mut().find(|(other, _)| other.name == source.name && other.text == source.text) {
                // What is said of the fleet for one session is not said again for the next.
                Some((_, all)) => {
                    for diagnostic in own {
                        if !all.contains(&diagnostic) {
                            all.push(diagnostic);
                        }
                    }
                }
                None => checked.push((source, own.collect())),
            }
        }
    }
    let checked: Vec<sarif::Checked<'_>> = checked.iter().map(|(source, found)| (source, found.as_slice())).collect();
    serde_json::to_writer_pretty(&mut *out, &sarif::log(&checked, failures)).map_err(io::Error::from)?;
    writeln!(out)
}
