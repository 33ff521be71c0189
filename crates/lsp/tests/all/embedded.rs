//! Rules within YAML and JSON documents: everything that a text of rules has, at the places of the document.

use serde_json::{Value, json};

use crate::editor::{Editor, run};

const MANIFEST: &str = "file:///sessions/errors.yaml";

/// An editor with a document.
async fn open(uri: &str, language: &str, text: &str) -> Editor {
    let mut editor = Editor::plain().await;
    let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
    editor.notify("textDocument/didOpen", json!({ "textDocument": document })).await;
    editor
}

/// The position of a piece of a text.
fn place(text: &str, piece: &str) -> Value {
    let at = text.find(piece).unwrap_or_else(|| panic!("no {piece:?} in {text:?}"));
    let before = &text[..at];
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap().encode_utf16().count();
    json!({ "line": line, "character": column })
}

fn asked(uri: &str, place: Value) -> Value {
    let mut asked = json!({ "textDocument": { "uri": uri } });
    asked["position"] = place;
    asked
}

/// The text with edits applied.
fn edited(text: &str, edits: &Value) -> String {
    let offset = |place: &Value| {
        let (line, column) = (place["line"].as_u64().unwrap(), place["character"].as_u64().unwrap());
        let start: usize = text.split_inclusive('\n').take(usize::try_from(line).unwrap()).map(str::len).sum();
        let mut left = usize::try_from(column).unwrap();
        let content = &text[start..];
        let units = content.char_indices().find(|(_, c)| {
            let here = left == 0;
            left = left.saturating_sub(c.len_utf16());
            here
        });
        start + units.map_or(content.len(), |(at, _)| at)
    };
    let mut edits: Vec<(usize, usize, &str)> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (offset(&it["range"]["start"]), offset(&it["range"]["end"]), it["newText"].as_str().unwrap()))
        .collect();
    edits.sort_unstable();
    let mut text = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        text.replace_range(start..end, new);
    }
    text
}

const FOLDED: &str =
    "name: \"é💡\"\nsampling_rule: >\n  http.respose.status_code == 503\n  && http.method == \"GET\"\n";

#[test]
fn findings_stand_in_the_document_and_their_fixes_mend_it() {
    run(async {
        let mut editor = open(MANIFEST, "yaml", FOLDED).await;
        let told = editor.told("textDocument/publishDiagnostics").await;
        let found = told["diagnostics"].as_array().unwrap();
        let codes: Vec<&str> = found.iter().map(|it| it["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["T301", "T306"], "{found:?}");
        assert_eq!(found[0]["range"]["start"], place(FOLDED, "http.respose"));
        assert_eq!(found[1]["range"]["start"], place(FOLDED, "http.method"));
        let params = json!({
            "textDocument": { "uri": MANIFEST }, "range": found[0]["range"], "context": { "diagnostics": [] }
        });
        let actions = editor.request("textDocument/codeAction", params).await;
        let fixed = edited(FOLDED, &actions[0]["edit"]["changes"][MANIFEST]);
        assert_eq!(fixed, FOLDED.replace("respose", "response"));
        let all = actions.as_array().unwrap().iter().find(|it| it["kind"] == "source.fixAll.tamis").unwrap();
        let fixed = edited(FOLDED, &all["edit"]["changes"][MANIFEST]);
        assert_eq!(fixed, FOLDED.replace("http.method", "http.request.method"));
    });
}

#[test]
fn edits_are_escaped_as_the_document_wants_it() {
    run(async {
        let text = "{\n  \"sampling_rule\": \"http.request.method == GET\"\n}\n";
        let uri = "file:///sessions/errors.json";
        let mut editor = open(uri, "json", text).await;
        let told = editor.told("textDocument/publishDiagnostics").await;
        let params = json!({
            "textDocument": { "uri": uri }, "range": told["diagnostics"][0]["range"], "context": { "diagnostics": [] }
        });
        let actions = editor.request("textDocument/codeAction", params).await;
        let fixed = edited(text, &actions[0]["edit"]["changes"][uri]);
        assert_eq!(fixed, text.replace("GET", "\\\"GET\\\""));
    });
}

#[test]
fn the_expression_of_a_route_is_read_as_kong_reads_it() {
    run(async {
        let text = "_format_version: '3.0'\nservices:\n- name: a\n  routes:\n  - name: b\n    expression: 'http.method == \"GET\" && http.status == 1'\n";
        let mut editor = open("file:///kong.yml", "yaml", text).await;
        let told = editor.told("textDocument/publishDiagnostics").await;
        let found = told["diagnostics"].as_array().unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0]["range"]["start"], place(text, "http.status"));
        let list = editor.request("textDocument/completion", asked("file:///kong.yml", place(text, "ethod =="))).await;
        assert!(list["items"].as_array().unwrap().iter().any(|it| it["label"] == "http.method"), "{list}");
    });
}

#[test]
fn every_feature_answers_within_a_document() {
    run(async {
        let text = "sessions:\n- sampling_rule: |\n    let slow = 2s\n    // Slow ones.\n    rule late = (\n      proxy.kong.latency.total > slow\n      && http.response.status_code == 503\n    )\n- sampling_rule: 'http.response.status_code == 504'\n";
        let mut editor = open(MANIFEST, "yaml", text).await;
        assert_eq!(editor.told("textDocument/publishDiagnostics").await["diagnostics"], json!([]));
        let hover = editor.request("textDocument/hover", asked(MANIFEST, place(text, "total >"))).await;
        assert_eq!(hover["range"]["start"], place(text, "proxy"));
        let defined = editor.request("textDocument/definition", asked(MANIFEST, place(text, "slow\n      &&"))).await;
        assert_eq!(defined["range"]["start"], place(text, "slow = 2s"));
        let whole = json!({ "textDocument": { "uri": MANIFEST } });
        let symbols = editor.request("textDocument/documentSymbol", whole.clone()).await;
        let names: Vec<&str> = symbols.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["slow", "late", "http.response.status_code == 504"]);
        let folds = editor.request("textDocument/foldingRange", whole.clone()).await;
        assert!(folds.as_array().unwrap().iter().any(|it| it["startLine"] == 4 && it["endLine"] == 7), "{folds}");
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
        let hints = editor
            .request("textDocument/inlayHint", json!({ "textDocument": { "uri": MANIFEST }, "range": range }))
            .await;
        let labels: Vec<&str> = hints.as_array().unwrap().iter().map(|it| it["label"].as_str().unwrap()).collect();
        assert!(
            labels.contains(&"Service Unavailable") && labels.iter().any(|it| it.starts_with("Gateway Timeout")),
            "{labels:?}"
        );
        let lenses = editor.request("textDocument/codeLens", whole.clone()).await;
        assert_eq!(lenses[1]["command"]["arguments"], json!([MANIFEST, 1]));
        let tokens = editor.request("textDocument/semanticTokens/full", whole.clone()).await;
        assert!(tokens["data"].as_array().unwrap().len() > 50);
        let links = editor.request("textDocument/documentLink", whole).await;
        assert_eq!(links.as_array().unwrap().len(), 3);
        let references = json!({
            "textDocument": { "uri": MANIFEST }, "position": place(text, "http.response"), "context": { "includeDeclaration": true }
        });
        let uses = editor.request("textDocument/references", references).await;
        assert_eq!(uses.as_array().unwrap().len(), 2, "in the other rule, too: {uses}");
        let selection = json!({ "textDocument": { "uri": MANIFEST }, "positions": [place(text, "503")] });
        let ranges = editor.request("textDocument/selectionRange", selection).await;
        assert!(ranges[0]["parent"]["parent"].is_object());
        let renamed = json!({
            "textDocument": { "uri": MANIFEST }, "position": place(text, "slow = 2s"), "newName": "limit"
        });
        let edit = editor.request("textDocument/rename", renamed).await;
        let expected = text.replace("slow", "limit");
        assert_eq!(edited(text, &edit["changes"][MANIFEST]), expected);
        let nothing = editor.request("textDocument/hover", asked(MANIFEST, json!({ "line": 0, "character": 2 }))).await;
        assert_eq!(nothing, Value::Null, "outside of the rules");
    });
}

#[test]
fn a_rule_is_laid_out_within_its_document() {
    run(async {
        let text = "a:\n  sampling_rule: 'url.path==\"/a\"  and url.scheme == \"http\"'\nb:\n  sampling_rule: |\n    rule x = url.path=='/v1'\n    rule y = url.path=='/v2'\n";
        let mut editor = open(MANIFEST, "yaml", text).await;
        let options = json!({ "textDocument": { "uri": MANIFEST }, "options": { "tabSize": 2, "insertSpaces": true } });
        let edits = editor.request("textDocument/formatting", options).await;
        let expected = "a:\n  sampling_rule: 'url.path == \"/a\" && url.scheme == \"http\"'\nb:\n  sampling_rule: |\n    rule x = url.path == \"/v1\"\n    rule y = url.path == \"/v2\"\n";
        assert_eq!(edited(text, &edits), expected);
    });
}

#[test]
fn what_is_completed_within_quotes_is_escaped() {
    run(async {
        let text = "{ \"sampling_rule\": \"http.request.method == \" }";
        let uri = "file:///a.json";
        let mut editor = open(uri, "json", text).await;
        let list = editor.request("textDocument/completion", asked(uri, place(text, "\" }"))).await;
        let item = list["items"].as_array().unwrap().iter().find(|it| it["label"] == "\"GET\"").unwrap();
        assert_eq!(edited(text, &json!([item["textEdit"]])), text.replace("== ", "== \\\"GET\\\""));
    });
}

#[test]
fn a_rule_of_which_nothing_is_there_yet_is_completed() {
    run(async {
        for (uri, language, marked, label, expected) in [
            (MANIFEST, "yaml", "sampling_rule: $0\n", "url.path", "sampling_rule: url.path\n"),
            (MANIFEST, "yaml", "sampling_rule: '$0'\n", "url.path", "sampling_rule: 'url.path'\n"),
            (MANIFEST, "yaml", "sampling_rule: |\n  $0\nx: 1\n", "url.path", "sampling_rule: |\n  url.path\nx: 1\n"),
            (MANIFEST, "yaml", "- sampling_rule: >-\n    $0\n", "url.path", "- sampling_rule: >-\n    url.path\n"),
            (
                MANIFEST,
                "yaml",
                "sampling_rule: tls.resumed && $0\n",
                "url.path",
                "sampling_rule: tls.resumed && url.path\n",
            ),
            (
                MANIFEST,
                "yaml",
                "sampling_rule: http.request.method == $0\n",
                "\"GET\"",
                "sampling_rule: http.request.method == \"GET\"\n",
            ),
            ("file:///a.json", "json", "{\"sampling_rule\": \"$0\"}", "url.path", "{\"sampling_rule\": \"url.path\"}"),
            (
                "file:///kong.yaml",
                "yaml",
                "routes:\n- expression: $0\n",
                "http.path",
                "routes:\n- expression: http.path\n",
            ),
        ] {
            let text = marked.replace("$0", "");
            let mut editor = open(uri, language, &text).await;
            let list = editor.request("textDocument/completion", asked(uri, place(marked, "$0"))).await;
            let item = list["items"].as_array().unwrap().iter().find(|it| it["label"] == label);
            let item = item.unwrap_or_else(|| panic!("{marked:?} is offered {list}"));
            assert_eq!(edited(&text, &json!([item["textEdit"]])), expected, "{marked:?}");
        }
        let mut editor = open(MANIFEST, "yaml", "name: \nsampling_rule: a\n").await;
        let place = json!({ "line": 0, "character": 6 });
        let beside = editor.request("textDocument/completion", asked(MANIFEST, place)).await;
        assert_eq!(beside, Value::Null, "beside a rule");
    });
}

#[test]
fn a_document_without_rules_or_a_broken_one_has_no_answers_and_no_findings() {
    run(async {
        for text in ["a: [1, 2", "", "sampling_rule:\n", "{ \"x\": \"\\ud800\" "] {
            let mut editor = open(MANIFEST, "yaml", text).await;
            assert_eq!(editor.told("textDocument/publishDiagnostics").await["diagnostics"], json!([]), "{text:?}");
            let found =
                editor.request("textDocument/hover", asked(MANIFEST, json!({ "line": 0, "character": 0 }))).await;
            assert_eq!(found, Value::Null);
        }
    });
}
