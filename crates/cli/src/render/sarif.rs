//! Diagnostics as SARIF 2.1.0, for code hosts and editors that read it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tamis::Diagnostic;
use tamis::diagnostic::{Code, Fix, Severity, Span};

use crate::source::{Origin, Source};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// A text with what was found in it.
pub(crate) type Checked<'a> = (&'a Source, &'a [Diagnostic]);

/// The log of one run.
pub(crate) fn log(checked: &[Checked<'_>], failures: &[String]) -> Value {
    let used: BTreeSet<Code> = checked.iter().flat_map(|(_, found)| found.iter().map(|it| it.code)).collect();
    let rules: Vec<Code> = used.into_iter().collect();
    let results: Vec<Value> = checked
        .iter()
        .enumerate()
        .flat_map(|(artifact, (source, found))| found.iter().map(move |it| (artifact, *source, it)))
        .map(|(artifact, source, diagnostic)| result(artifact, source, diagnostic, &rules))
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "tamis",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "artifacts": checked.iter().map(|(source, _)| artifact(source)).collect::<Vec<_>>(),
            "invocations": [{
                "executionSuccessful": failures.is_empty(),
                "toolExecutionNotifications": failures.iter().map(|line| notification(line)).collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    })
}

/// What a code means.
fn rule(code: Code) -> Value {
    let mut rule = json!({
        "id": code.as_str(),
        "shortDescription": { "text": code.title() },
        "defaultConfiguration": { "level": level(code.severity()) },
    });
    if let (Some(page), Some(rule)) = (tamis_wire::page(code), rule.as_object_mut()) {
        rule.insert("help".to_owned(), json!({ "text": page, "markdown": page }));
    }
    rule
}

fn notification(line: &str) -> Value {
    json!({ "level": "error", "message": { "text": line } })
}

/// A checked text; one that is no file is part of the log, because nobody could look it up.
fn artifact(source: &Source) -> Value {
    let mut artifact = json!({
        "location": { "uri": uri(source) },
        "length": source.text.len(),
        "encoding": "UTF-8",
        "sourceLanguage": language(source),
    });
    if !matches!(source.origin, Origin::File(_))
        && let Some(artifact) = artifact.as_object_mut()
    {
        artifact.insert("contents".to_owned(), json!({ "text": source.text }));
    }
    artifact
}

fn result(artifact: usize, source: &Source, diagnostic: &Diagnostic, rules: &[Code]) -> Value {
    let location = |span: Span| {
        json!({
            "artifactLocation": { "uri": uri(source), "index": artifact },
            "region": region(source, span),
        })
    };
    let related: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|label| json!({ "physicalLocation": location(label.span), "message": { "text": label.message } }))
        .collect();
    json!({
        "ruleId": diagnostic.code.as_str(),
        "ruleIndex": rules.iter().position(|code| *code == diagnostic.code),
        "level": level(diagnostic.severity),
        "message": { "text": message(diagnostic) },
        "locations": [{ "physicalLocation": location(diagnostic.span) }],
        "relatedLocations": related,
        "fixes": diagnostic.fixes.iter().map(|it| fix(artifact, source, it)).collect::<Vec<_>>(),
    })
}

/// The headline, and a line for each note.
fn message(diagnostic: &Diagnostic) -> String {
    let notes = diagnostic.notes.iter().map(String::as_str);
    std::iter::once(diagnostic.message.as_str()).chain(notes).collect::<Vec<_>>().join("\n")
}

fn fix(artifact: usize, source: &Source, fix: &Fix) -> Value {
    let replacements: Vec<Value> = fix
        .edits
        .iter()
        .map(|edit| {
            json!({
                "deletedRegion": region(source, edit.span),
                "insertedContent": { "text": edit.text },
            })
        })
        .collect();
    json!({
        "description": { "text": fix.title },
        "artifactChanges": [{
            "artifactLocation": { "uri": uri(source), "index": artifact },
            "replacements": replacements,
        }],
        "properties": { "applicability": tamis_wire::applicability(fix.applicability) },
    })
}

/// A place in all three ways of counting: lines and columns from 1, characters and bytes from 0.
fn region(source: &Source, span: Span) -> Value {
    let (start, end) = (source.position(span.start), source.position(span.end));
    let characters = |span: Span| span.slice(&source.text).chars().count();
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "charOffset": characters(Span::new(0, span.start)),
        "charLength": characters(span),
        "byteOffset": span.start,
        "byteLength": span.len(),
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "note",
    }
}

/// What a text is written in.
fn language(source: &Source) -> &'static str {
    match source.name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("yaml" | "yml") => "yaml",
        Some("json") => "json",
        _ => "tamis",
    }
}

/// The name of a text as a relative or absolute URI.
fn uri(source: &Source) -> String {
    let path = match &source.origin {
        Origin::File(path) => path.to_string_lossy().replace('\\', "/"),
        Origin::Stdin => "stdin".to_owned(),
        Origin::Argument => "rule".to_owned(),
    };
    let mut uri = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[track_caller]
    fn check_uri(path: &str, expected: &str) {
        assert_eq!(uri(&Source::new(path, Origin::File(PathBuf::from(path)), String::new())), expected);
    }

    #[test]
    fn a_path_becomes_a_uri() {
        check_uri("rules/größe 1.tamis", "rules/gr%C3%B6%C3%9Fe%201.tamis");
        check_uri("/etc/a:b", "file:///etc/a%3Ab");
    }
}
