//! Files of thousands of rules: what is known soon is told at once, the rest when the text rests; and edits, however
//! many, lead to what a fresh server says.

use serde_json::{Value, json};
use tamis::{Catalog, Options};

use crate::editor::{Editor, TEXT, run};

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

/// Numbers that look random, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }
}

/// The offset of a column that may be behind the end of the line or within a character.
fn offset(text: &str, encoding: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let mut left = column;
    for (at, c) in text[start..].char_indices() {
        let units = match encoding {
            "utf-8" => c.len_utf8(),
            "utf-16" => c.len_utf16(),
            _ => 1,
        };
        if c == '\n' || units > left {
            return start + at;
        }
        left -= units;
    }
    text.len()
}

#[test]
fn after_many_edits_the_server_says_what_a_fresh_one_says() {
    let pieces = [
        "rule a = http.response.status_code == 503\n",
        "let slow = 2s\n",
        "rule b = proxy.kong.latency.total > slow\n",
        "漢",
        "💡",
        "\"",
        "'",
        "// é\n",
        " && ",
        "x",
        "\n",
        "",
        "",
        "r#\"",
        "http.method == \"GET\"",
    ];
    let kong = Catalog::shipped("kong").unwrap();
    run(async {
        for encoding in ["utf-8", "utf-16", "utf-32"] {
            let general = json!({ "general": { "positionEncodings": [encoding] } });
            let mut editor = Editor::with(general, Value::Null).await;
            let mut text = rules(120);
            editor.open_text(TEXT, &text).await;
            let mut dice = Dice(9);
            for version in 2..=200 {
                let lines = text.matches('\n').count() + 1;
                let line = dice.roll(lines);
                let (from, to) = (dice.roll(50), dice.roll(50));
                let (from, to) = (from.min(to), if dice.roll(3) == 0 { from.max(to) } else { from.min(to) });
                let piece = pieces[dice.roll(pieces.len())];
                let range =
                    json!({ "start": { "line": line, "character": from }, "end": { "line": line, "character": to } });
                editor.change(version, json!([{ "range": range, "text": piece }])).await;
                let (start, end) = (offset(&text, encoding, line, from), offset(&text, encoding, line, to));
                text.replace_range(start..end, piece);
            }
            let whole = json!({ "textDocument": { "uri": TEXT } });
            let found = editor.request("textDocument/diagnostic", whole).await;
            let found: Vec<&str> =
                found["items"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
            let fresh = tamis::analyze(&text, &kong, &Options::default()).diagnostics;
            let fresh: Vec<&str> = fresh.iter().map(|it| it.code.as_str()).collect();
            assert_eq!(found, fresh, "{encoding}: {text}");
            let mut other = Editor::with(json!({ "general": { "positionEncodings": [encoding] } }), Value::Null).await;
            other.open_text(TEXT, &text).await;
            for method in ["textDocument/diagnostic", "textDocument/documentSymbol", "textDocument/semanticTokens/full"]
            {
                let whole = json!({ "textDocument": { "uri": TEXT } });
                let (mut a, b) = (editor.request(method, whole.clone()).await, other.request(method, whole).await);
                if a.get("resultId").is_some() {
                    a["resultId"] = b["resultId"].clone();
                }
                assert_eq!(a, b, "{method} in {encoding}");
            }
        }
    });
}
