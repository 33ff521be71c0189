//! What a diagnostic says is the same for people, as JSON and as SARIF.

use serde_json::Value;

use crate::runner::tamis;

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

fn output(rule: &str, format: &str) -> String {
    let output = tamis(&["check", "--format", format, "-"]).stdin(rule).output();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
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

/// What the JSON document says.
fn from_json(rule: &str) -> Vec<Finding> {
    let document: Value = serde_json::from_str(&output(rule, "json")).unwrap();
    let span = |value: &Value| (number(&value["start"]), number(&value["end"]));
    list(&document["files"][0]["diagnostics"], |found| Finding {
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
    })
}

/// What the SARIF log says; every region has to say the same in bytes, characters and lines.
fn from_sarif(rule: &str) -> Vec<Finding> {
    let log: Value = serde_json::from_str(&output(rule, "sarif")).unwrap();
    let run = &log["runs"][0];
    let span = |region: &Value| checked_region(rule, region);
    list(&run["results"], |result| {
        let place = usize::try_from(number(&result["ruleIndex"])).unwrap();
        let metadata = &run["tool"]["driver"]["rules"][place];
        assert_eq!(metadata["id"], result["ruleId"]);
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
    })
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

/// What is drawn has everything that the findings say.
#[track_caller]
fn check_drawn(rule: &str, findings: &[Finding]) {
    let human = output(rule, "human");
    let pictures: Vec<&str> = human.split_inclusive("──╯\n").collect();
    assert_eq!(pictures.len(), findings.len() + 1, "{human}");
    for (picture, finding) in pictures.iter().zip(findings) {
        let Finding { code, severity, message, span, labels, notes, fixes } = finding;
        let headline = picture.trim_start().lines().next().unwrap();
        assert_eq!(shown(headline), shown(&format!("{severity}[{code}]: {message}")));
        let before = rule.get(..usize::try_from(span.0).unwrap()).unwrap();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
        assert!(picture.contains(&format!("[ <stdin>:{line}:{column} ]")), "{picture}");
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
}

#[test]
fn three_renderings_have_the_same_content() {
    let mut n_findings = 0;
    for rule in WRONG {
        let findings = from_json(rule);
        assert!(!findings.is_empty(), "nothing is wrong with {rule}");
        assert_eq!(findings, from_sarif(rule), "{rule}");
        check_drawn(rule, &findings);
        n_findings += findings.len();
    }
    assert!(n_findings > WRONG.len(), "some have several");
}
