//! Every feature once over the stream, and every method that is advertised.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::editor::{Editor, TEXT, run};

const FILE: &str =
    "let slow = 2s\n// Slow ones.\nrule late = proxy.kong.latency.total > slow && http.method == \"GET\"\n";

/// The methods behind each capability, with parameters beside the text.
fn methods(capability: &str) -> Vec<(&'static str, Value)> {
    let start = json!({ "line": 2, "character": 12 });
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": start });
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    let at = |method| vec![(method, json!({ "position": start }))];
    let whole = |method| vec![(method, json!({}))];
    match capability {
        "completionProvider" => at("textDocument/completion"),
        "hoverProvider" => at("textDocument/hover"),
        "signatureHelpProvider" => at("textDocument/signatureHelp"),
        "definitionProvider" => at("textDocument/definition"),
        "referencesProvider" => {
            vec![("textDocument/references", json!({ "position": start, "context": { "includeDeclaration": true } }))]
        }
        "documentHighlightProvider" => at("textDocument/documentHighlight"),
        "documentSymbolProvider" => whole("textDocument/documentSymbol"),
        "workspaceSymbolProvider" => vec![("workspace/symbol", json!({ "query": "" }))],
        "codeActionProvider" => {
            vec![("textDocument/codeAction", json!({ "range": range, "context": { "diagnostics": [] } }))]
        }
        "codeLensProvider" => whole("textDocument/codeLens"),
        "documentFormattingProvider" => vec![("textDocument/formatting", json!({ "options": options }))],
        "documentRangeFormattingProvider" => {
            vec![("textDocument/rangeFormatting", json!({ "range": range, "options": options }))]
        }
        "documentOnTypeFormattingProvider" => {
            vec![("textDocument/onTypeFormatting", json!({ "position": start, "ch": "\n", "options": options }))]
        }
        "renameProvider" => vec![
            ("textDocument/prepareRename", json!({ "position": { "line": 2, "character": 6 } })),
            ("textDocument/rename", json!({ "position": { "line": 2, "character": 6 }, "newName": "later" })),
        ],
        "foldingRangeProvider" => whole("textDocument/foldingRange"),
        "selectionRangeProvider" => vec![("textDocument/selectionRange", json!({ "positions": [start] }))],
        "semanticTokensProvider" => vec![
            ("textDocument/semanticTokens/full", json!({})),
            ("textDocument/semanticTokens/full/delta", json!({ "previousResultId": "1" })),
            ("textDocument/semanticTokens/range", json!({ "range": range })),
        ],
        "documentLinkProvider" => whole("textDocument/documentLink"),
        "inlayHintProvider" => vec![("textDocument/inlayHint", json!({ "range": range }))],
        "diagnosticProvider" => {
            vec![("textDocument/diagnostic", json!({})), ("workspace/diagnostic", json!({ "previousResultIds": [] }))]
        }
        "executeCommandProvider" => {
            vec![("workspace/executeCommand", json!({ "command": "tamis.matches", "arguments": [TEXT, 0] }))]
        }
        "positionEncoding" | "textDocumentSync" | "workspace" => Vec::new(),
        other => panic!("nobody tests `{other}`"),
    }
}

#[test]
fn every_method_that_is_advertised_answers() {
    run(async {
        let mut editor = Editor::open(FILE).await;
        let capabilities = editor.started["capabilities"].as_object().unwrap().clone();
        let mut asked = BTreeSet::new();
        for (method, mut params) in capabilities.keys().flat_map(|capability| methods(capability)) {
            params["textDocument"] = json!({ "uri": TEXT });
            editor.request(method, params).await;
            asked.insert(method);
        }
        assert_eq!(asked.len(), 25, "{asked:?}");
        let all = json!({ "title": "all", "kind": "source.fixAll.tamis", "data": { "uri": TEXT } });
        let resolved = editor.request("codeAction/resolve", all).await;
        assert_eq!(resolved["edit"]["changes"][TEXT].as_array().unwrap().len(), 1);
        let item = json!({ "label": "x", "data": { "field": "url.path", "key": null } });
        let resolved = editor.request("completionItem/resolve", item).await;
        assert!(resolved["documentation"]["value"].as_str().unwrap().contains("Path part of the address"));
    });
}

#[test]
fn completion_replaces_the_whole_name() {
    run(async {
        let mut editor = Editor::open("http.respo").await;
        let list = editor.at("textDocument/completion", 0, 10).await;
        let first = &list["items"][0];
        assert_eq!(first["label"], "http.response.status_code");
        assert_eq!(first["textEdit"]["newText"], "http.response.status_code");
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 10 } });
        assert_eq!(first["textEdit"]["range"], range);
        let resolved = editor.request("completionItem/resolve", first.clone()).await;
        assert!(resolved["documentation"]["value"].as_str().unwrap().contains("known from"));
    });
}

#[test]
fn completion_in_a_long_file_knows_its_own_rule_and_the_lets() {
    run(async {
        let rules: String = (0..400).map(|n| format!("rule r{n} = http.response.status_code == {n}\n")).collect();
        let mut editor =
            Editor::open(&format!("let slow = 2s\n{rules}rule last = proxy.kong.latency.total > sl")).await;
        let list = editor.at("textDocument/completion", 401, 41).await;
        let first = &list["items"][0];
        assert_eq!(first["label"], "slow");
        let range = json!({ "start": { "line": 401, "character": 39 }, "end": { "line": 401, "character": 41 } });
        assert_eq!(first["textEdit"]["range"], range);
    });
}

#[test]
fn snippets_are_sent_only_to_editors_that_know_them() {
    run(async {
        for (knows, text) in [(true, "[$1]$0"), (false, "[]")] {
            let item = json!({ "snippetSupport": knows });
            let abilities = json!({ "textDocument": { "completion": { "completionItem": item } } });
            let mut editor = Editor::with(abilities, Value::Null).await;
            editor.open_text(TEXT, "http.response.status_code in ").await;
            let list = editor.at("textDocument/completion", 0, 29).await;
            assert_eq!(list["items"][0]["textEdit"]["newText"], text);
        }
    });
}

#[test]
fn a_blank_behind_a_whole_condition_opens_nothing() {
    run(async {
        let mut editor = Editor::open("url.path == \"/\" ").await;
        let params = |context: Value| json!({ "textDocument": { "uri": TEXT }, "position": { "line": 0, "character": 16 }, "context": context });
        let typed = params(json!({ "triggerKind": 2, "triggerCharacter": " " }));
        assert_eq!(editor.request("textDocument/completion", typed).await["items"], json!([]));
        let asked = params(json!({ "triggerKind": 1 }));
        assert_eq!(editor.request("textDocument/completion", asked).await["items"][0]["label"], "&&");
    });
}

#[test]
fn positions_count_as_the_editor_counts() {
    run(async {
        for (encoding, character) in [("utf-8", 13), ("utf-16", 9), ("utf-32", 8)] {
            let abilities = json!({ "general": { "positionEncodings": [encoding] } });
            let mut editor = Editor::with(abilities, Value::Null).await;
            editor.open_text(TEXT, "// 漢💡\n'💡漢' == url.path").await;
            let hover = editor.at("textDocument/hover", 1, character + 4).await;
            let range = json!({ "start": { "line": 1, "character": character }, "end": { "line": 1, "character": character + 8 } });
            assert_eq!(hover["range"], range, "{encoding}");
        }
    });
}

#[test]
fn a_quick_fix_and_all_of_them() {
    run(async {
        let mut editor = Editor::open("http.response.status_code = 503 && http.method == \"GET\"").await;
        let place = json!({ "line": 0, "character": 26 });
        let params = |only: Value| {
            let range = json!({ "start": place, "end": place });
            json!({ "textDocument": { "uri": TEXT }, "range": range, "context": { "diagnostics": [], "only": only } })
        };
        let quick = editor.request("textDocument/codeAction", params(json!(["quickfix"]))).await;
        assert_eq!(quick[0]["title"], "write `==`");
        assert_eq!(quick[0]["isPreferred"], true);
        let all = editor.request("textDocument/codeAction", params(json!(["source.fixAll"]))).await;
        assert_eq!(all.as_array().unwrap().len(), 1);
        assert_eq!(all[0]["edit"]["changes"][TEXT].as_array().unwrap().len(), 2);
    });
}

#[test]
fn a_rename_changes_every_use() {
    run(async {
        let mut editor = Editor::open(FILE).await;
        let params = |name: &str| {
            let place = json!({ "line": 0, "character": 5 });
            json!({ "textDocument": { "uri": TEXT }, "position": place, "newName": name })
        };
        let edit = editor.request("textDocument/rename", params("limit")).await;
        assert_eq!(edit["changes"][TEXT].as_array().unwrap().len(), 2);
        let error = editor.try_request("textDocument/rename", params("a b")).await.unwrap_err();
        assert!(error["message"].as_str().unwrap().starts_with("`a b` is not a name"));
    });
}

#[test]
fn the_difference_of_colours_leads_to_the_new_ones() {
    run(async {
        let mut editor = Editor::open("url.path == \"/\" && url.scheme == \"http\"").await;
        let whole = json!({ "textDocument": { "uri": TEXT } });
        let old = editor.request("textDocument/semanticTokens/full", whole.clone()).await;
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 8 } });
        editor.change(2, json!([{ "range": range, "text": "nonsense" }])).await;
        let params = json!({ "textDocument": { "uri": TEXT }, "previousResultId": old["resultId"] });
        let delta = editor.request("textDocument/semanticTokens/full/delta", params).await;
        let mut numbers = old["data"].as_array().unwrap().clone();
        for edit in delta["edits"].as_array().unwrap() {
            let start = usize::try_from(edit["start"].as_u64().unwrap()).unwrap();
            let deleted = usize::try_from(edit["deleteCount"].as_u64().unwrap()).unwrap();
            numbers.splice(start..start + deleted, edit["data"].as_array().unwrap().clone());
        }
        let new = editor.request("textDocument/semanticTokens/full", whole).await;
        assert_eq!(Value::Array(numbers), new["data"]);
    });
}

#[test]
fn recorded_requests_are_counted_above_each_rule() {
    run(async {
        let recording = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/ide/traffic.jsonl");
        let mut editor = Editor::with(json!({}), json!({ "traffic": [recording] })).await;
        editor.open_text(TEXT, "rule put = http.request.method == \"PUT\"").await;
        let lenses = editor.request("textDocument/codeLens", json!({ "textDocument": { "uri": TEXT } })).await;
        let title = "matches 2 of 3 recorded requests, decided at request_headers";
        assert_eq!(lenses[0]["command"]["title"], title);
        let found = editor.request("workspace/executeCommand", lenses[0]["command"].clone()).await;
        assert_eq!(found, json!(["PUT /v1/orders", "PUT /v2/carts"]));
        assert_eq!(editor.told("window/showMessage").await["message"], "PUT /v1/orders\nPUT /v2/carts");
    });
}

#[test]
fn the_uses_of_a_field_are_found_in_every_open_text() {
    run(async {
        let mut editor = Editor::open("url.path == \"/\"").await;
        editor.open_text("file:///rules/b.tamis", "rule b = http.path == \"/b\"").await;
        let place = json!({ "line": 0, "character": 4 });
        let params =
            json!({ "textDocument": { "uri": TEXT }, "position": place, "context": { "includeDeclaration": false } });
        let found = editor.request("textDocument/references", params).await;
        assert_eq!(found.as_array().unwrap().len(), 2);
    });
}

#[test]
fn what_is_typed_line_by_line_is_laid_out() {
    run(async {
        let mut editor = Editor::open("rule a = url.path=='/'\n").await;
        let params = json!({ "textDocument": { "uri": TEXT }, "position": { "line": 1, "character": 0 }, "ch": "\n", "options": { "tabSize": 2, "insertSpaces": true } });
        let edits = editor.request("textDocument/onTypeFormatting", params).await;
        assert_eq!(edits.as_array().unwrap().len(), 3);
    });
}

#[test]
fn a_text_that_is_not_open_has_no_answers() {
    run(async {
        let mut editor = Editor::plain().await;
        assert_eq!(editor.at("textDocument/hover", 0, 0).await, Value::Null);
        assert_eq!(editor.at("textDocument/completion", 0, 0).await, Value::Null);
    });
}
