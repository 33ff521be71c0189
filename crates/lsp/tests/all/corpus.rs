//! The server says what the front door says, of every rule on the pages of the codes: as a text, within YAML and
//! within JSON.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tamis::{Catalog, Options};

use crate::editor::{Editor, TEXT, run};

/// The rules of a page that are read as they stand, over the usual catalog.
fn rules(page: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((_, behind)) = rest.split_once("\n```tamis") {
        let Some((words, block)) = behind.split_once('\n') else { break };
        let Some((text, behind)) = block.split_once("\n```") else { break };
        if words.split_whitespace().all(|word| word == "instead" || word.starts_with('T')) {
            found.push(text);
        }
        rest = behind;
    }
    found
}

fn said(diagnostics: &Value) -> Vec<(String, String)> {
    let text = |it: &Value, member: &str| it[member].as_str().unwrap().to_owned();
    diagnostics.as_array().unwrap().iter().map(|it| (text(it, "code"), text(it, "message"))).collect()
}

#[test]
fn every_page_has_the_findings_of_the_front_door() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/diagnostics");
    let kong = Catalog::shipped("kong").unwrap();
    run(async {
        let mut editor = Editor::plain().await;
        let mut n_rules = 0;
        let mut pages: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
        pages.sort();
        for page in pages {
            let page = fs::read_to_string(&page).unwrap();
            for rule in rules(&page) {
                n_rules += 1;
                let expected: Vec<(String, String)> = tamis::analyze(rule, &kong, &Options::default())
                    .diagnostics
                    .iter()
                    .map(|it| {
                        let notes: String = it.notes.iter().map(|note| format!("\n{note}")).collect();
                        (it.code.to_string(), it.message.clone() + &notes)
                    })
                    .collect();
                let quoted = json!({ "sampling_rule": rule }).to_string();
                let literal: String = rule.lines().map(|line| format!("  {line}\n")).collect();
                let literal = format!("a:\n- sampling_rule: |2-\n  {}", literal.replace('\n', "\n  "));
                let texts = [("tamis", rule.to_owned()), ("json", quoted.clone()), ("yaml", quoted), ("yaml", literal)];
                for (language, text) in texts {
                    // What YAML cannot hold as it is stands in quotes above.
                    if text.starts_with("a:") && !rule.chars().all(|c| c == '\n' || !c.is_control() && c.is_ascii()) {
                        continue;
                    }
                    let document = json!({ "uri": TEXT, "languageId": language, "version": 1, "text": text });
                    editor.notify("textDocument/didOpen", json!({ "textDocument": document })).await;
                    let whole = json!({ "textDocument": { "uri": TEXT } });
                    let report = editor.request("textDocument/diagnostic", whole).await;
                    assert_eq!(said(&report["items"]), expected, "{language}: {text}");
                }
            }
        }
        assert!(n_rules > 150, "{n_rules}");
    });
}
