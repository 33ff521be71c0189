//! Several folders, files that are not open, and pages that the server writes.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::editor::{Editor, TEXT, run};

/// A folder of one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn address(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// A catalog with one field.
fn catalog(field: &str) -> String {
    format!(
        r#"{{ "format": 1, "name": "mine", "fields": {{ "{field}": {{ "type": "bool", "phase": "log", "doc": "It.", "examples": [true] }} }} }}"#
    )
}

async fn in_folders(folders: &[&Path], options: Value) -> Editor {
    let mut editor = Editor::connect();
    let folders: Vec<Value> = folders.iter().map(|it| json!({ "uri": address(it), "name": "rules" })).collect();
    let params = json!({ "capabilities": {}, "workspaceFolders": folders, "initializationOptions": options });
    editor.request("initialize", params).await;
    editor.notify("initialized", json!({})).await;
    editor
}

#[test]
fn each_folder_has_its_own_catalog() {
    run(async {
        let (a, b) = (folder("roots-a"), folder("roots-b"));
        fs::write(a.join("mine.json"), catalog("cart.full")).unwrap();
        fs::write(b.join("mine.json"), catalog("cart.empty")).unwrap();
        let mut editor = in_folders(&[&a, &b], json!({ "catalog": "mine.json" })).await;
        for (folder, text, n_found) in [(&a, "cart.full", 0), (&b, "cart.full", 1), (&b, "cart.empty", 0)] {
            let uri = address(&folder.join(format!("{text}.tamis")));
            editor.open_text(&uri, text).await;
            let told = editor.told("textDocument/publishDiagnostics").await;
            assert_eq!(told["uri"], uri);
            assert_eq!(told["diagnostics"].as_array().unwrap().len(), n_found, "{told}");
        }
        // A change of one catalog judges the texts of both folders anew.
        fs::write(b.join("mine.json"), catalog("cart.full")).unwrap();
        let change = json!({ "changes": [{ "uri": address(&b.join("mine.json")), "type": 2 }] });
        editor.notify("workspace/didChangeWatchedFiles", change).await;
        let empty = address(&b.join("cart.empty.tamis"));
        let told = editor.wait(|it| it["params"]["uri"] == empty && it["params"]["diagnostics"] != json!([])).await;
        assert_eq!(told["params"]["diagnostics"][0]["code"], "T301");
    });
}

#[test]
fn a_folder_that_is_added_is_searched() {
    run(async {
        let (a, b) = (folder("added-a"), folder("added-b"));
        fs::write(b.join("b.tamis"), "rule slow_ones = proxy.kong.latency.total > 2s\n").unwrap();
        fs::write(b.join("session.yaml"), "sampling_rule: 'http.response.status_code == 503'\n").unwrap();
        fs::write(b.join("other.yaml"), "key: 'value'\n").unwrap();
        let mut editor = in_folders(&[&a], Value::Null).await;
        let symbols = editor.request("workspace/symbol", json!({ "query": "slow" })).await;
        assert_eq!(symbols, json!([]));
        let added = json!({ "event": { "added": [{ "uri": address(&b), "name": "b" }], "removed": [] } });
        editor.notify("workspace/didChangeWorkspaceFolders", added).await;
        let symbols = editor.request("workspace/symbol", json!({ "query": "SLOW" })).await;
        assert_eq!(symbols[0]["name"], "slow_ones");
        editor.open_text(TEXT, "proxy.kong.latency.total > 1s && http.response.status_code == 503").await;
        for (character, file) in [(4, "b.tamis"), (40, "session.yaml")] {
            let place = json!({ "line": 0, "character": character });
            let params = json!({ "textDocument": { "uri": TEXT }, "position": place, "context": { "includeDeclaration": true } });
            let found = editor.request("textDocument/references", params).await;
            assert!(found[1]["uri"].as_str().unwrap().ends_with(file), "{found}");
        }
    });
}

#[test]
fn what_did_not_change_is_not_sent_again() {
    run(async {
        let folder = folder("unchanged");
        fs::write(folder.join("a.tamis"), "rule x = nonsense\n").unwrap();
        let mut editor = in_folders(&[&folder], Value::Null).await;
        let report = editor.request("workspace/diagnostic", json!({ "previousResultIds": [] })).await;
        let item = &report["items"][0];
        assert_eq!(item["kind"], "full");
        let known = json!([{ "uri": item["uri"], "value": item["resultId"] }]);
        let again = editor.request("workspace/diagnostic", json!({ "previousResultIds": known })).await;
        assert_eq!(again["items"][0]["kind"], "unchanged");
        fs::write(folder.join("a.tamis"), "rule x = other_nonsense\n").unwrap();
        let again = editor.request("workspace/diagnostic", json!({ "previousResultIds": known })).await;
        assert_eq!(again["items"][0]["kind"], "full");
        editor.open_text(TEXT, "nonsense").await;
        let whole = json!({ "textDocument": { "uri": TEXT } });
        let report = editor.request("textDocument/diagnostic", whole).await;
        let params = json!({ "textDocument": { "uri": TEXT }, "previousResultId": report["resultId"] });
        assert_eq!(editor.request("textDocument/diagnostic", params).await["kind"], "unchanged");
    });
}

#[test]
fn a_field_leads_to_its_record_also_in_a_shipped_catalog() {
    run(async {
        let mut editor = Editor::open("http.response.status_code == 503").await;
        let place = editor.at("textDocument/definition", 0, 6).await;
        let path = place["uri"].as_str().unwrap().strip_prefix("file://").unwrap();
        let text = fs::read_to_string(path).unwrap();
        let line = usize::try_from(place["range"]["start"]["line"].as_u64().unwrap()).unwrap();
        assert!(text.lines().nth(line).unwrap().contains("\"http.response.status_code\":"), "{place}");
    });
}

#[test]
fn links_lead_to_pages() {
    run(async {
        let mut editor = Editor::open("// See T301.\nrule a = http.response.status_code == 503").await;
        let links = editor.request("textDocument/documentLink", json!({ "textDocument": { "uri": TEXT } })).await;
        for (link, part) in links.as_array().unwrap().iter().zip(["# T301", "http.response.status_code: int"]) {
            let resolved = editor.request("documentLink/resolve", link.clone()).await;
            let path = resolved["target"].as_str().unwrap().strip_prefix("file://").unwrap();
            assert!(fs::read_to_string(path).unwrap().contains(part), "{resolved}");
        }
        assert_eq!(links.as_array().unwrap().len(), 2);
    });
}

#[test]
fn an_unknown_field_is_added_to_the_catalog_file() {
    run(async {
        let folder = folder("add-field");
        let file = folder.join("mine.json");
        fs::write(&file, catalog("cart.full")).unwrap();
        let mut editor = in_folders(&[&folder], json!({ "catalog": "mine.json" })).await;
        let uri = address(&folder.join("a.tamis"));
        editor.open_text(&uri, "cart.total > 250ms").await;
        let place = json!({ "line": 0, "character": 3 });
        let params = json!({
            "textDocument": { "uri": uri }, "range": { "start": place, "end": place }, "context": { "diagnostics": [] }
        });
        let actions = editor.request("textDocument/codeAction", params).await;
        let add =
            actions.as_array().unwrap().iter().find(|it| it["title"] == "add `cart.total` to the catalog").unwrap();
        let edit = &add["edit"]["changes"][address(&file)][0];
        let at = usize::try_from(edit["range"]["start"]["character"].as_u64().unwrap()).unwrap();
        let mut text = catalog("cart.full");
        text.insert_str(at, edit["newText"].as_str().unwrap());
        fs::write(&file, text).unwrap();
        let change = json!({ "changes": [{ "uri": address(&file), "type": 2 }] });
        editor.notify("workspace/didChangeWatchedFiles", change).await;
        let told = editor.wait(|it| it["params"]["uri"] == uri && it["params"]["diagnostics"] == json!([])).await;
        assert_eq!(told["params"]["version"], 1);
    });
}

#[test]
fn a_document_that_gets_its_first_rule_is_judged() {
    run(async {
        let folder = folder("first-rule");
        let file = folder.join("session.yaml");
        let mut editor = in_folders(&[&folder], Value::Null).await;
        for (text, n_documents) in [("name: a\n", 0), ("name: a\n", 0), ("sampling_rule: nonsense\n", 1), ("a: b\n", 0)]
        {
            fs::write(&file, text).unwrap();
            let report = editor.request("workspace/diagnostic", json!({ "previousResultIds": [] })).await;
            assert_eq!(report["items"].as_array().unwrap().len(), n_documents, "{text}: {report}");
        }
    });
}
