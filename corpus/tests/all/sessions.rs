//! The cases of `corpus/validator`: what is said about a session, and the verdict of each node.

use std::fmt::Write as _;

use serde_json::Value;
use tamis_corpus::{compact, fence};
use tamis_embedded::{Document, Syntax};
use tamis_lang::catalog::Catalog;
use tamis_validator::{Report, SCHEMA, Validator, to_json, to_junit, to_markdown};

use crate::expected::{Differences, files};

const FOLDER: &str = "corpus/validator";

fn validator() -> Validator {
    Validator::new(Catalog::shipped("kong").unwrap())
}

/// What is said, then a line for each node and one for the session.
fn told(report: &Report) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        let text = &report.file(finding.file).unwrap().text;
        out.push_str(&compact::render(text, std::slice::from_ref(&finding.diagnostic)));
    }
    for node in &report.nodes {
        let _ = writeln!(out, "node {} ({}): {}", node.name, node.version, node.outcome.as_str());
    }
    let _ = writeln!(out, "session: {}", report.verdict.as_str());
    out
}

/// Every request of a page, with its report.
fn reports() -> Vec<Report> {
    let validator = validator();
    let mut reports = Vec::new();
    for file in files(FOLDER, "md") {
        for block in fence::blocks(&file.text).iter().filter(|block| block.words.get(1) == Some(&"session")) {
            reports.push(validator.validate_document("request", &Document::read(block.text, Syntax::Yaml)));
        }
    }
    assert!(reports.len() > 20, "the cases are gone");
    reports
}

#[test]
fn cases_show_what_is_said() {
    let validator = validator();
    let mut differences = Differences::default();
    for file in files(FOLDER, "md") {
        let mut new = file.text.clone();
        let blocks = fence::blocks(&file.text);
        for (block, answer) in blocks.iter().zip(blocks.iter().skip(1)).rev() {
            if block.words.get(1) != Some(&"session") {
                continue;
            }
            if answer.language() != "text" {
                differences.add(&format!("{}:{}", file.path, block.line), "a block of text is missing below");
                continue;
            }
            let report = validator.validate_document("request", &Document::read(block.text, Syntax::Yaml));
            new.replace_range(answer.range.clone(), &told(&report));
        }
        differences.settle(&file, &new);
    }
    differences.finish();
}

/// Why a value is not what a schema says; the keywords that the shipped schema uses.
fn misfit(schema: &Value, value: &Value, root: &Value, path: &str) -> Option<String> {
    for (keyword, wanted) in schema.as_object()? {
        let problem = match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" | "additionalProperties" => None,
            "$ref" => {
                let target = root.pointer(wanted.as_str()?.strip_prefix('#')?);
                misfit(target.unwrap_or(&Value::Null), value, root, path)
            }
            "type" => {
                let types: Vec<&str> = match wanted {
                    Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
                    one => one.as_str().into_iter().collect(),
                };
                let fits = types.iter().any(|ty| match *ty {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "number" => value.is_number(),
                    "boolean" => value.is_boolean(),
                    "null" => value.is_null(),
                    other => panic!("unknown type {other}"),
                });
                (!fits).then(|| format!("{path}: {value} is no {wanted}"))
            }
            "required" => wanted
                .as_array()?
                .iter()
                .filter_map(Value::as_str)
                .find_map(|key| value.get(key).is_none().then(|| format!("{path}: `{key}` is missing"))),
            "properties" => wanted
                .as_object()?
                .iter()
                .find_map(|(key, schema)| misfit(schema, value.get(key)?, root, &format!("{path}.{key}"))),
            "items" => {
                let items = value.as_array().into_iter().flatten().enumerate();
                items.filter_map(|(at, item)| misfit(wanted, item, root, &format!("{path}[{at}]"))).next()
            }
            "enum" => (!wanted.as_array()?.contains(value)).then(|| format!("{path}: {value} is not listed")),
            "const" => (wanted != value).then(|| format!("{path}: {value} is not {wanted}")),
            "minimum" => {
                value.as_f64().filter(|n| *n < wanted.as_f64().unwrap()).map(|n| format!("{path}: {n} is small"))
            }
            "maximum" => {
                value.as_f64().filter(|n| *n > wanted.as_f64().unwrap()).map(|n| format!("{path}: {n} is large"))
            }
            // The patterns are those of codes and of hexadecimal numbers.
            "pattern" => value.as_str().filter(|text| !text.is_ascii()).map(|text| format!("{path}: `{text}`")),
            "anyOf" => {
                let fits = wanted.as_array()?.iter().any(|schema| misfit(schema, value, root, path).is_none());
                (!fits).then(|| format!("{path}: {value} fits none"))
            }
            other => Some(format!("the schema has the keyword `{other}`, which this test does not know")),
        };
        if problem.is_some() {
            return problem;
        }
    }
    // A member that the schema does not know is one that somebody forgot to describe.
    let known = schema.get("properties")?.as_object()?;
    let unknown = value.as_object()?.keys().find(|key| !known.contains_key(*key))?;
    Some(format!("{path}: the schema does not describe `{unknown}`"))
}

#[test]
fn every_report_fits_the_schema() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let failures = ["cannot read `a`: there is no such file".to_owned()];
    let json: Value = serde_json::from_str(&to_json(&reports(), &failures)).unwrap();
    assert_eq!(misfit(&schema, &json, &schema, "report"), None);
}

#[test]
fn a_report_that_lacks_something_does_not_fit_the_schema() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut json: Value = serde_json::from_str(&to_json(&[], &[])).unwrap();
    json["verdict"] = "perhaps".into();
    assert_eq!(misfit(&schema, &json, &schema, "report").unwrap(), "report.verdict: \"perhaps\" is not listed");
    json.as_object_mut().unwrap().remove("verdict");
    assert_eq!(misfit(&schema, &json, &schema, "report").unwrap(), "report: `verdict` is missing");
}

#[test]
fn every_report_can_be_rendered() {
    let reports = reports();
    let junit = to_junit(&reports, &["a < b".to_owned()]);
    assert_eq!(junit.matches("<testsuite ").count(), reports.len() + 1);
    assert_eq!(
        junit.matches("<testcase ").count(),
        junit.matches("</testcase>").count() + junit.matches("/>\n").count()
    );
    let failed = junit.split("failures=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert_ne!(failed, "0");
    let markdown = to_markdown(&reports, &[]);
    assert_eq!(markdown.matches("\n### ").count() + 1, reports.len());
}

#[test]
fn a_body_and_a_file_get_the_same_report() {
    let yaml = "sampling_rule: \"http.response.status_code = 503\"\n";
    let document = Document::read(yaml, Syntax::Yaml);
    let part = tamis_validator::Part::of("session", &document);
    let of_file = validator().validate_part(part, &tamis_validator::Context::default());
    let body = serde_json::json!({ "session": yaml }).to_string();
    let of_body = validator().validate_body(&body);
    assert_eq!(to_json(&[of_file], &[]), to_json(&[of_body], &[]));
}
