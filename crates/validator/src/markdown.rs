//! Reports as Markdown: for a comment on a change, or a page.

use std::fmt::Write as _;

use tamis::diagnostic::Severity;

use crate::finding::Finding;
use crate::report::{NodeReport, Predicted, Report};
use crate::session::shown;
use crate::wire::Lines;

/// Reports as a text in Markdown; `failures` are the lines about documents that could not be opened.
#[must_use]
pub fn to_markdown(reports: &[Report], failures: &[String]) -> String {
    let mut out = String::new();
    for report in reports {
        if !out.is_empty() {
            out.push('\n');
        }
        one(&mut out, report);
    }
    for line in failures {
        let _ = writeln!(out, "\n**{}**", escaped(line));
    }
    out
}

fn one(out: &mut String, report: &Report) {
    let lines: Vec<Lines<'_>> = report.files.iter().map(|file| Lines::of(&file.name, &file.text)).collect();
    let file = report.files.first().map_or("", |file| file.name.as_str());
    let title = report.session.name.as_deref().unwrap_or(file);
    let _ = writeln!(out, "### {}: {}\n", escaped(title), report.verdict.as_str());
    if let Some(rule) = &report.rule {
        let session = &report.session;
        let (duration, cap) = (shown(session.duration), session.cap);
        let _ = writeln!(out, "{duration}, at most {cap} traces a node, decided at `{}`.\n", rule.phases.rule().last);
        let fence = if rule.text.contains("```") { "````" } else { "```" };
        let _ = writeln!(out, "{fence}\n{}\n{fence}", rule.text.trim_end());
    }
    if !report.nodes.is_empty() {
        out.push_str("\n| Node | Version | Verdict | Because |\n|---|---|---|---|\n");
        report.nodes.iter().for_each(|node| row(out, node, report));
    }
    if let Some(prediction) = &report.prediction {
        let _ = writeln!(out, "\n{}", sentence(prediction));
    }
    for severity in [Severity::Error, Severity::Warning, Severity::Hint] {
        let findings = report.findings.iter().filter(|finding| finding.diagnostic.severity == severity);
        findings.for_each(|finding| item(out, finding, &lines));
    }
}

fn row(out: &mut String, node: &NodeReport, report: &Report) {
    let mut codes: Vec<&str> = Vec::new();
    for finding in node.reasons.iter().filter_map(|at| report.findings.get(*at)) {
        let is_reason = finding.diagnostic.severity != Severity::Hint;
        let code = finding.diagnostic.code.as_str();
        if is_reason && !codes.contains(&code) {
            codes.push(code);
        }
    }
    let (name, codes) = (escaped(&node.name), codes.join(", "));
    let _ = writeln!(out, "| {name} | {} | {} | {codes} |", node.version, node.outcome.as_str());
}

/// What recorded traffic predicts, as a sentence.
fn sentence(prediction: &Predicted) -> String {
    let run = &prediction.dry_run;
    let mut text = format!("{} of {} recorded requests match", run.matches, run.requests);
    let _ = write!(text, "; {:.1} % are dropped before the upstream answers", prediction.dropped_early * 100.0);
    if let Some(after) = prediction.full_after {
        let _ = write!(text, "; a node is full after {}", shown(after));
    }
    text.push('.');
    text
}

fn item(out: &mut String, finding: &Finding, files: &[Lines<'_>]) {
    let diagnostic = &finding.diagnostic;
    let place = files.get(finding.file.0).map(|lines| {
        let (line, column) = lines.position(diagnostic.span.start);
        format!("{}:{line}:{column}", lines.name)
    });
    let (severity, place) = (diagnostic.severity.as_str(), escaped(&place.unwrap_or_default()));
    let _ = writeln!(out, "\n- **{severity}[{}]** {place}: {}", diagnostic.code, diagnostic.message);
    if let (Some(expected), Some(found)) = (&finding.expected, &finding.found) {
        let _ = writeln!(out, "  - expected {expected}, found {found}");
    }
    for note in &diagnostic.notes {
        let _ = writeln!(out, "  - {note}");
    }
    for fix in &diagnostic.fixes {
        let _ = writeln!(out, "  - fix: {}", fix.title);
    }
}

/// A text of a user within a line of Markdown.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' => out.push(' '),
            '|' | '*' | '_' | '`' | '<' | '[' | '\\' => out.extend(['\\', character]),
            _ => out.push(character),
        }
    }
    out
}
