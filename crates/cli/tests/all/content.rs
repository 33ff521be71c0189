//! What a diagnostic says is the same for people, as JSON and as SARIF.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::runner::{Folder, tamis};

/// Texts with many kinds of mistakes, in several scripts and on several lines.
const WRONG: &[&str] = &[
    "http.respose.status_code == 503",
    "http.response.status_code = \"503\"",
    "http.response.status_code == 500 || 502",
    "500 <= http.response.status_code < 600",
    "(http.response.status_code == 503",
    "a == 1 || b == 2 && c == 3",
    "client.address in [10.0.0.1/8, \"10.0.0.1\"]",
    "url.path ~ \"(?=x)\" && url.path ~ \"*.json\"",
    "http.request.method == \"get\" && http.request.method == GET",
    "proxy.kong.latency.total > 250 ms",
    "proxy.kong.latency.total > 250",
    "http.method == \"GET\"",
    "proxy.kong.consumer.id != \"x\"",
    "url.path == \"größe 日本\" &&\u{a0}tls.resumed == 1",
    "// 日本\nrule a = url.path ==\n\t\"e\u{301}\" && status == 1\nrule b = x\nlet c = [1, \"é\"]\n",
    "not http.request.header == 010",
    "url.path.startsWith(\"/é\") and \u{202e}tls.resumed",
    "http.response.status_code == 5xx;",
    "\"日本\" like url.path && any(x in url.path, y)",
    "",
];

/// A diagnostic in a form that all three renderings lead to.
#[derive(Debug, PartialEq)]
struct Finding {
    code: String,
    severity: String,
    message: String,
    span: (u64, u64),
    labels: Vec<(u64, u64, String)>,
    notes: Vec<String>,
    fixes: Vec<Fix>,
}

#[derive(Debug, PartialEq)]
struct Fix {
    title: String,
    applicability: String,
    edits: Vec<(u64, u64, String)>,
}

/// Texts in files, and what the command says about all of them in one form.
struct Texts<'a> {
    folder: Folder,
    texts: &'a [String],
}

impl<'a> Texts<'a> {
    fn new(test: &str, texts: &'a [String]) -> Self {
        let folder = Folder::new(test);
        for (number, text) in texts.iter().enumerate() {
            folder.write(&file_name(number), text);
        }
        Self { folder, texts }
    }

    fn output(&self, format: &str) -> String {
        let output = tamis(&["check", "--format", format, "."]).within(&self.folder).output();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

/// The name of the file with a text; the names are in the order of the texts.
fn file_name(number: usize) -> String {
    format!("{number:04}.tamis")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("no number: {value}"))
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}")).iter().map(read).collect()
}

/// What the JSON document says about each text.
fn from_json(texts: &Texts<'_>) -> Vec<Vec<Finding>> {
    let document: Value = serde_json::from_str(&texts.output("json")).unwrap();
    let span = |value: &Value| (number(&value["start"]), number(&value["end"]));
    let finding = |found: &Value| Finding {
        code: text(&found["code"]),
        severity: text(&found["severity"]),
        message: text(&found["message"]),
        span: span(&found["span"]),
        labels: list(&found["labels"], |label| {
            let (start, end) = span(&label["span"]);
            (start, end, text(&label["message"]))
        }),
        notes: list(&found["notes"], text),
        fixes: list(&found["fixes"], |fix| Fix {
            title: text(&fix["title"]),
            applicability: text(&fix["applicability"]),
            edits: list(&fix["edits"], |edit| (number(&edit["start"]), number(&edit["end"]), text(&edit["text"]))),
        }),
    };
    list(&document["files"], |file| list(&file["diagnostics"], finding))
}

/// What the SARIF log says about each text; every region has to say the same in bytes, characters and lines.
fn from_sarif(texts: &Texts<'_>) -> Vec<Vec<Finding>> {
    let log: Value = serde_json::from_str(&texts.output("sarif")).unwrap();
    let run = &log["runs"][0];
    let mut findings: Vec<Vec<Finding>> = texts.texts.iter().map(|_| Vec::new()).collect();
    for result in run["results"].as_array().unwrap() {
        let place = &result["locations"][0]["physicalLocation"];
        let file = usize::try_from(number(&place["artifactLocation"]["index"])).unwrap();
        assert_eq!(text(&place["artifactLocation"]["uri"]), file_name(file));
        let rule = usize::try_from(number(&result["ruleIndex"])).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
        findings[file].push(from_result(result, &texts.texts[file]));
    }
    findings
}

fn from_result(result: &Value, rule: &str) -> Finding {
    let span = |region: &Value| checked_region(rule, region);
    let message = text(&result["message"]["text"]);
    let mut lines = message.split('\n').map(str::to_owned);
    Finding {
        code: text(&result["ruleId"]),
        severity: text(&result["level"]).replace("note", "hint"),
        message: lines.next().unwrap(),
        span: span(&result["locations"][0]["physicalLocation"]["region"]),
        labels: list(&result["relatedLocations"], |label| {
            let (start, end) = span(&label["physicalLocation"]["region"]);
            (start, end, text(&label["message"]["text"]))
        }),
        notes: lines.collect(),
        fixes: list(&result["fixes"], |fix| Fix {
            title: text(&fix["description"]["text"]),
            applicability: text(&fix["properties"]["applicability"]),
            edits: list(&fix["artifactChanges"][0]["replacements"], |edit| {
                let (start, end) = span(&edit["deletedRegion"]);
                (start, end, text(&edit["insertedContent"]["text"]))
            }),
        }),
    }
}

/// The bytes of a region, after its other ways of counting were compared with the text.
fn checked_region(rule: &str, region: &Value) -> (u64, u64) {
    let start = number(&region["byteOffset"]);
    let end = start + number(&region["byteLength"]);
    let before = |offset: u64| rule.get(..usize::try_from(offset).unwrap()).unwrap();
    let characters = |offset: u64| before(offset).chars().count() as u64;
    assert_eq!(number(&region["charOffset"]), characters(start), "{rule}");
    assert_eq!(number(&region["charLength"]), characters(end) - characters(start), "{rule}");
    for (line, column, offset) in [("startLine", "startColumn", start), ("endLine", "endColumn", end)] {
        let text = before(offset);
        assert_eq!(number(&region[line]), text.matches('\n').count() as u64 + 1, "{rule}");
        let last = text.rsplit('\n').next().unwrap();
        assert_eq!(number(&region[column]), last.chars().count() as u64 + 1, "{rule}");
    }
    (start, end)
}

/// The text as a picture shows it: hidden characters by number, and blanks do not matter.
fn shown(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        match c {
            '\u{a0}' | '\u{202e}' | '\u{200b}' => shown.push_str(&format!("<U+{:04X}>", u32::from(c))),
            c if c.is_whitespace() => {}
            c => shown.push(c),
        }
    }
    shown
}

/// What is drawn has everything that the findings say, in their order.
fn check_drawn(texts: &Texts<'_>, findings: &[Vec<Finding>]) {
    let human = texts.output("human");
    let mut pictures = human.split_inclusive("─╯\n");
    for (number, (rule, findings)) in texts.texts.iter().zip(findings).enumerate() {
        for finding in findings {
            check_picture(rule, &file_name(number), finding, pictures.next().unwrap());
        }
    }
    let summary = pictures.next().unwrap();
    assert!(summary.contains("checked: ") && pictures.next().is_none(), "{summary}");
}

fn check_picture(rule: &str, file: &str, finding: &Finding, picture: &str) {
    let Finding { code, severity, message, span, labels, notes, fixes } = finding;
    let headline = picture.trim_start().lines().next().unwrap();
    assert_eq!(shown(headline), shown(&format!("{severity}[{code}]: {message}")));
    let before = rule.get(..usize::try_from(span.0).unwrap()).unwrap();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    assert!(picture.contains(&format!("[ {file}:{line}:{column} ]")), "{picture}");
    // The bar goes, so that a sentence on several lines is one again.
    let flat = shown(&picture.replace(['│', '├', '─'], ""));
    for (.., label) in labels {
        assert!(flat.contains(&shown(label)), "{label}\n{picture}");
    }
    for note in notes {
        assert!(flat.contains(&shown(&format!("note: {note}"))), "{note}\n{picture}");
    }
    for fix in fixes {
        let word = if fix.applicability == "safe" { "fix" } else { "help" };
        assert!(flat.contains(&shown(&format!("{word}: {}", fix.title))), "{}\n{picture}", fix.title);
        for (.., text) in &fix.edits {
            assert!(text.lines().all(|line| flat.contains(&shown(line))), "{text}\n{picture}");
        }
    }
}

/// Every wrong rule of a page of `corpus/diagnostics` that says something about rules, not about catalogs.
fn rules_of_pages() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/diagnostics");
    let mut rules = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let page = fs::read_to_string(entry.unwrap().path()).unwrap();
        for block in page.split("\n```tamis\n").skip(1) {
            rules.extend(block.split_once("\n```\n").map(|(rule, _)| rule.to_owned()));
        }
    }
    rules.sort();
    rules.dedup();
    rules
}

/// Compares the three renderings of some texts, and gives the number of findings in each text.
#[track_caller]
fn check(test: &str, texts: &[String]) -> Vec<usize> {
    let texts = Texts::new(test, texts);
    let findings = from_json(&texts);
    assert_eq!(findings, from_sarif(&texts));
    check_drawn(&texts, &findings);
    findings.iter().map(Vec::len).collect()
}

#[test]
fn three_renderings_have_the_same_content() {
    let texts: Vec<String> = WRONG.iter().map(ToString::to_string).collect();
    let counts = check("three_renderings_have_the_same_content", &texts);
    let fine = texts.iter().zip(counts).find(|(_, count)| *count == 0);
    assert_eq!(fine, None, "nothing is wrong with this one");
}

#[test]
fn the_rules_of_the_pages_are_rendered_alike() {
    let rules = rules_of_pages();
    let n_findings: usize = check("the_rules_of_the_pages_are_rendered_alike", &rules).iter().sum();
    assert!(rules.len() > 200 && n_findings > 200, "{} rules, {n_findings} findings", rules.len());
}
