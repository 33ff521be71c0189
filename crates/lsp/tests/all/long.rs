//! Files of thousands of rules: what is known soon is told at once, the rest when the text rests; and edits, however
//! many, lead to what a fresh server says (`cargo run --release -p tamis-lsp --example server_edits` makes more of them).

use crate::edited::{Edits, STARTS, edit};
use crate::editor::{Editor, TEXT, run};
use serde_json::{Value, json};

fn rules(n: usize) -> String {
    (0..n).map(|n| format!("rule r{n} = http.request.method == \"GET\" && url.path == \"/{n}\"\n")).collect()
}

fn codes(found: &[Value]) -> Vec<&str> {
    found.iter().map(|it| it["code"].as_str().unwrap()).collect()
}

#[test]
fn what_takes_a_while_is_told_when_the_text_rests() {
    run(async {
        let mut editor = Editor::open(&rules(2_000)).await;
        assert_eq!(codes(&editor.diagnostics(1).await), [""; 0]);
        let place = json!({ "line": 2_000, "character": 0 });
        let rule = "rule same = url.path == \"/7\" && http.request.method == \"GET\"\nrule x = nonsense\n";
        editor.change(2, json!([{ "range": { "start": place, "end": place }, "text": rule }])).await;
        let soon = editor.diagnostics(2).await;
        assert_eq!(codes(&soon), ["T301"], "what one rule says");
        let mut all = editor.diagnostics(2).await;
        while codes(&all) == ["T301"] {
            all = editor.diagnostics(2).await;
        }
        assert_eq!(codes(&all), ["T508", "T301"], "what rules say beside each other");
        // It stays while something else is typed.
        let place = json!({ "line": 10, "character": 5 });
        editor.change(3, json!([{ "range": { "start": place, "end": place }, "text": "x" }])).await;
        assert_eq!(codes(&editor.diagnostics(3).await), ["T508", "T301"]);
    });
}

#[test]
fn an_editor_that_pulls_is_asked_to_pull_again() {
    run(async {
        let abilities = json!({
            "textDocument": { "diagnostic": {} }, "workspace": { "diagnostics": { "refreshSupport": true } }
        });
        let mut editor = Editor::with(abilities, Value::Null).await;
        editor
            .open_text(TEXT, &(rules(1_000) + "rule same = url.path == \"/7\" && http.request.method == \"GET\"\n"))
            .await;
        let whole = json!({ "textDocument": { "uri": TEXT } });
        let soon = editor.request("textDocument/diagnostic", whole.clone()).await;
        assert_eq!(soon["items"], json!([]));
        editor.asked("workspace/diagnostic/refresh").await;
        let params = json!({ "textDocument": { "uri": TEXT }, "previousResultId": soon["resultId"] });
        let all = editor.request("textDocument/diagnostic", params).await;
        assert_eq!(codes(all["items"].as_array().unwrap()), ["T508"]);
    });
}

#[test]
fn after_many_edits_the_server_says_what_a_fresh_one_says() {
    for (seed, start) in STARTS.iter().enumerate() {
        let n_compared = run(edit(start, &Edits { seed: u64::try_from(seed).unwrap(), n_edits: 120, every: 40 }));
        assert_eq!(n_compared, 3, "{}", start.uri);
    }
}
