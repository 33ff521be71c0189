//! Diagnostics: pushed, pulled, of the newest version, of the catalog that is set.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::editor::{Editor, TEXT, run};

fn codes(found: &[Value]) -> Vec<&str> {
    found.iter().map(|it| it["code"].as_str().unwrap()).collect()
}

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

#[test]
fn a_finding_has_its_code_its_range_and_its_notes() {
    run(async {
        let mut editor = Editor::open("http.respose.status_code = 503").await;
        let found = editor.diagnostics(1).await;
        assert_eq!(codes(&found), ["T301", "T108"]);
        assert_eq!(found[0]["source"], "tamis");
        assert_eq!(found[0]["severity"], 1);
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 24 } });
        assert_eq!(found[0]["range"], range);
    });
}

#[test]
fn changes_apply_in_order_and_only_the_last_version_is_told() {
    run(async {
        let mut editor = Editor::open("").await;
        let rule = "url.path == \"/\"";
        for (version, c) in (2..).zip(rule.chars()) {
            let place = json!({ "line": 0, "character": version - 2 });
            let change = json!([{ "range": { "start": place, "end": place }, "text": c.to_string() }]);
            editor.change(version, change).await;
        }
        let last = i32::try_from(rule.len()).unwrap() + 1;
        assert_eq!(editor.diagnostics(last).await, Vec::<Value>::new());
    });
}

#[test]
fn a_closed_text_has_no_diagnostics() {
    run(async {
        let mut editor = Editor::open("nonsense").await;
        assert_eq!(editor.diagnostics(1).await.len(), 1);
        editor.notify("textDocument/didClose", json!({ "textDocument": { "uri": TEXT } })).await;
        let told = editor.told("textDocument/publishDiagnostics").await;
        assert_eq!(told["diagnostics"], json!([]));
    });
}

#[test]
fn an_editor_that_pulls_gets_the_same_and_nothing_unasked() {
    run(async {
        let abilities = json!({ "textDocument": { "diagnostic": {} } });
        let mut editor = Editor::with(abilities, Value::Null).await;
        editor.open_text(TEXT, "http.response.status_code = 503").await;
        let asked = json!({ "textDocument": { "uri": TEXT } });
        let report = editor.request("textDocument/diagnostic", asked).await;
        assert_eq!(report["kind"], "full");
        assert_eq!(codes(report["items"].as_array().unwrap()), ["T108"]);
    });
}

#[test]
fn workspace_diagnostics_cover_files_that_are_not_open() {
    run(async {
        let folder = folder("workspace");
        fs::create_dir(folder.join("deeper")).unwrap();
        fs::write(folder.join("deeper/b.tamis"), "rule x = nonsense\n").unwrap();
        fs::write(folder.join("notes.txt"), "nonsense").unwrap();
        let mut editor = Editor::connect();
        let folders = json!([{ "uri": address(&folder), "name": "rules" }]);
        editor.request("initialize", json!({ "capabilities": {}, "workspaceFolders": folders })).await;
        editor.notify("initialized", json!({})).await;
        editor.open_text(TEXT, "url.path == \"/\"").await;
        let report = editor.request("workspace/diagnostic", json!({ "previousResultIds": [] })).await;
        let items = report["items"].as_array().unwrap();
        assert_eq!(items.len(), 2);
        let closed = items.iter().find(|item| item["uri"].as_str().unwrap().ends_with("deeper/b.tamis")).unwrap();
        assert_eq!(codes(closed["items"].as_array().unwrap()), ["T301"]);
    });
}

#[test]
fn another_catalog_judges_every_open_text_anew() {
    run(async {
        let mut editor = Editor::open("proxy.kong.router.matched").await;
        assert_eq!(editor.diagnostics(1).await, Vec::<Value>::new());
        editor
            .notify("workspace/didChangeConfiguration", json!({ "settings": { "tamis": { "catalog": "otel" } } }))
            .await;
        assert_eq!(codes(&editor.diagnostics(1).await), ["T301"]);
    });
}

#[test]
fn settings_are_asked_for_where_the_editor_answers() {
    run(async {
        let mut editor = Editor::connect();
        editor.settings = Some(json!({ "edition": "atc" }));
        let abilities = json!({ "workspace": { "configuration": true } });
        editor.request("initialize", json!({ "capabilities": abilities })).await;
        editor.open_text(TEXT, "url.path == \"a\" || url.path == \"b\" && url.scheme == \"http\"").await;
        assert_eq!(codes(&editor.diagnostics(1).await)[0], "T107");
        editor.notify("initialized", json!({})).await;
        let again = editor.diagnostics(1).await;
        assert!(again.iter().all(|it| it["severity"] != 1), "{again:?}");
    });
}

#[test]
fn a_catalog_file_that_changes_is_read_again() {
    run(async {
        let file = folder("catalog").join("mine.json");
        let catalog = |field: &str| {
            format!(
                r#"{{ "format": 1, "name": "mine", "fields": {{ "{field}": {{ "type": "bool", "phase": "log", "doc": "It.", "examples": [true] }} }} }}"#
            )
        };
        fs::write(&file, catalog("cart.full")).unwrap();
        let mut editor = Editor::with(json!({}), json!({ "catalog": file })).await;
        editor.open_text(TEXT, "cart.empty").await;
        assert_eq!(codes(&editor.diagnostics(1).await), ["T301"]);
        fs::write(&file, catalog("cart.empty")).unwrap();
        let change = json!({ "changes": [{ "uri": address(&file), "type": 2 }] });
        editor.notify("workspace/didChangeWatchedFiles", change).await;
        assert_eq!(editor.diagnostics(1).await, Vec::<Value>::new());
        let place = editor.at("textDocument/definition", 0, 6).await;
        assert_eq!(place["uri"], address(&file));
    });
}

#[test]
fn a_catalog_that_cannot_be_read_is_told_and_the_default_is_used() {
    run(async {
        let mut editor = Editor::with(json!({}), json!({ "catalog": "/nowhere/mine.json" })).await;
        let told = editor.told("window/showMessage").await;
        assert!(
            told["message"].as_str().unwrap().starts_with("cannot read the catalog `/nowhere/mine.json`"),
            "{told}"
        );
        editor.open_text(TEXT, "url.path == \"/\"").await;
        assert_eq!(editor.diagnostics(1).await, Vec::<Value>::new());
    });
}
