//! The commands, and what editors get of their answers.

use std::fs;

use serde_json::{Value, json};

use crate::editor::{Editor, TEXT, run};

const RULES: &str = "rule put = http.request.method == \"PUT\" && http.response.status_code >= 500\n";

/// An editor with rules and recorded requests.
async fn open(text: &str) -> Editor {
    let recording = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/ide/traffic.jsonl");
    let abilities = json!({ "window": { "showDocument": { "support": true } } });
    let mut editor = Editor::with(abilities, json!({ "traffic": [recording] })).await;
    editor.open_text(TEXT, text).await;
    editor
}

async fn command(editor: &mut Editor, name: &str, arguments: Value) -> Result<Value, Value> {
    editor.try_request("workspace/executeCommand", json!({ "command": name, "arguments": arguments })).await
}

fn text(answer: &Value) -> &str {
    assert_eq!(answer["language"], "markdown");
    answer["text"].as_str().unwrap()
}

#[test]
fn each_command_answers_with_a_page() {
    run(async {
        let mut editor = open(RULES).await;
        let quiet = json!({ "show": false });
        for (name, arguments, part) in [
            ("tamis.replay", json!([TEXT, quiet]), "matches 1 of 3 recorded requests"),
            ("tamis.phases", json!([TEXT, quiet]), "| `http.request.method == \"PUT\"` | request_headers |"),
            ("tamis.bytecode", json!([TEXT, quiet]), "http.response.status_code"),
            ("tamis.why", json!([TEXT, 0, quiet]), "## 1. `GET /v1/orders` does not match"),
            ("tamis.why", json!([TEXT, 0, 1, quiet]), "← decides"),
            ("tamis.explain", json!(["T301", quiet]), "# T301: field that the catalog does not have"),
        ] {
            let answer = command(&mut editor, name, arguments).await.unwrap();
            assert!(text(&answer).contains(part), "{name}: {answer}");
        }
    });
}

#[test]
fn a_page_is_shown_as_a_file_where_the_editor_can() {
    run(async {
        let mut editor = open(RULES).await;
        let answer = command(&mut editor, "tamis.phases", json!([TEXT])).await.unwrap();
        let shown = editor.asked("window/showDocument").await;
        let path = shown["uri"].as_str().unwrap().strip_prefix("file://").unwrap().to_owned();
        assert_eq!(fs::read_to_string(path).unwrap(), text(&answer));
    });
}

#[test]
fn another_edition_is_one_edit() {
    run(async {
        let mut editor = open("rule a = http.response.status_code in 500..504\n").await;
        let answer = command(&mut editor, "tamis.convert", json!([TEXT, "atc"])).await.unwrap();
        let new = "//! edition: atc\nrule a = http.response.status_code >= 500 && http.response.status_code <= 504\n";
        assert_eq!(answer["text"], new);
        let edit = editor.asked("workspace/applyEdit").await;
        assert_eq!(edit["edit"]["changes"][TEXT][0]["newText"], new);
        let error = command(&mut editor, "tamis.convert", json!([TEXT, "tamis"])).await.unwrap_err();
        assert_eq!(error["message"], "the text is written in `tamis` already");
        editor.change(2, json!([{ "text": "rule a = sample(10%)\n" }])).await;
        let error = command(&mut editor, "tamis.convert", json!([TEXT, "atc"])).await.unwrap_err();
        assert!(error["message"].as_str().unwrap().starts_with("not converted: "), "{error}");
    });
}

#[test]
fn wrong_arguments_are_told() {
    run(async {
        let mut editor = open(RULES).await;
        for (name, arguments, message) in [
            (
                "tamis.why",
                json!([]),
                "`tamis.why` takes the address of a text, the number of a rule, and perhaps the number of a request",
            ),
            ("tamis.why", json!([TEXT, 7]), "there is no such rule"),
            ("tamis.explain", json!(["T999"]), "`tamis.explain` takes a code"),
            ("tamis.phases", json!(["file:///closed.tamis"]), "`file:///closed.tamis` is not open"),
            (
                "tamis.convert",
                json!([TEXT, "klingon"]),
                "`tamis.convert` takes the address of a text and `tamis` or `atc`",
            ),
        ] {
            let error = command(&mut editor, name, arguments).await.unwrap_err();
            assert_eq!(error["message"], message);
        }
    });
}

#[test]
fn the_line_above_a_rule_leads_to_why() {
    run(async {
        let mut editor = open(RULES).await;
        let lenses = editor.request("textDocument/codeLens", json!({ "textDocument": { "uri": TEXT } })).await;
        assert_eq!(lenses[1]["command"]["title"], "why");
        let answer = editor.request("workspace/executeCommand", lenses[1]["command"].clone()).await;
        assert!(text(&answer).contains("## 3. `PUT /v2/carts` matches"), "{answer}");
    });
}
