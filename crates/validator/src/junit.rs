//! Reports as JUnit XML: a suite for each session, a case for the session and for each node.

use std::fmt::Write as _;

use crate::finding::Finding;
use crate::report::Report;
use crate::wire::Lines;

/// Reports for a program that shows the results of tests; `failures` are the lines about documents that could not be
/// opened.
#[must_use]
pub fn to_junit(reports: &[Report], failures: &[String]) -> String {
    let tests: usize = reports.iter().map(|report| 1 + report.nodes.len()).sum::<usize>() + failures.len();
    let failed: usize = reports.iter().map(failed).sum();
    let errors = failures.len();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ =
        writeln!(out, r#"<testsuites name="tamis validate" tests="{tests}" failures="{failed}" errors="{errors}">"#);
    for report in reports {
        suite(&mut out, report);
    }
    if !failures.is_empty() {
        let _ = writeln!(out, r#"  <testsuite name="documents" tests="{errors}" failures="0" errors="{errors}">"#);
        for line in failures {
            let line = escaped(line);
            let _ = writeln!(
                out,
                r#"    <testcase classname="documents" name="{line}"><error message="{line}"/></testcase>"#
            );
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// How many cases of a session fail.
fn failed(report: &Report) -> usize {
    let nodes = (0..report.nodes.len()).filter(|number| about_node(report, *number).any(Finding::is_error));
    nodes.count() + usize::from(about_session(report).any(Finding::is_error))
}

fn about_session(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| finding.nodes.is_empty())
}

fn about_node(report: &Report, number: usize) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(move |finding| finding.nodes.contains(&number))
}

fn suite(out: &mut String, report: &Report) {
    let lines: Vec<Lines<'_>> = report.files.iter().map(|file| Lines::of(&file.name, &file.text)).collect();
    let file = escaped(report.files.first().map_or("", |file| file.name.as_str()));
    let name = report.session.name.as_deref().map_or_else(|| file.clone(), escaped);
    let (tests, failed) = (1 + report.nodes.len(), failed(report));
    let _ =
        writeln!(out, r#"  <testsuite name="{name}" file="{file}" tests="{tests}" failures="{failed}" errors="0">"#);
    case(out, &file, "session", about_session(report), &lines);
    for (number, node) in report.nodes.iter().enumerate() {
        case(out, &file, &escaped(&format!("node {}", node.name)), about_node(report, number), &lines);
    }
    out.push_str("  </testsuite>\n");
}

/// A case: it fails with its errors, and says its warnings and hints.
fn case<'r>(
    out: &mut String,
    file: &str,
    name: &str,
    findings: impl Iterator<Item = &'r Finding>,
    files: &[Lines<'_>],
) {
    let (errors, others): (Vec<_>, Vec<_>) = findings.partition(|finding| finding.is_error());
    let _ = write!(out, r#"    <testcase classname="{file}" name="{name}""#);
    if errors.is_empty() && others.is_empty() {
        out.push_str("/>\n");
        return;
    }
    out.push_str(">\n");
    for error in errors {
        let (code, message) = (error.diagnostic.code, escaped(&error.diagnostic.message));
        let text = escaped(&line(error, files));
        let _ = writeln!(out, r#"      <failure type="{code}" message="{message}">{text}</failure>"#);
    }
    if !others.is_empty() {
        let told: Vec<String> = others.iter().map(|other| escaped(&line(other, files))).collect();
        let _ = writeln!(out, "      <system-out>{}</system-out>", told.join("\n"));
    }
    out.push_str("    </testcase>\n");
}

/// A finding as compilers print one: `session.yaml:3:13: error[V101]: …`, and its notes.
fn line(finding: &Finding, files: &[Lines<'_>]) -> String {
    let diagnostic = &finding.diagnostic;
    let place = files.get(finding.file.0).map(|lines| {
        let (line, column) = lines.position(diagnostic.span.start);
        format!("{}:{line}:{column}: ", lines.name)
    });
    let (place, severity) = (place.unwrap_or_default(), diagnostic.severity.as_str());
    let mut text = format!("{place}{severity}[{}]: {}", diagnostic.code, diagnostic.message);
    for note in &diagnostic.notes {
        let _ = write!(text, "\n  note: {note}");
    }
    for fix in &diagnostic.fixes {
        let _ = write!(text, "\n  fix: {}", fix.title);
    }
    text
}

/// A text within XML; what XML cannot hold becomes the replacement character.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}
