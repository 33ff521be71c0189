//! Edits at random, after which a server has to say what a fresh one says.

use serde_json::{Value, json};
use tamis::{Catalog, Options};

use crate::editor::Editor;

/// A text that is edited.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) uri: &'static str,
    encoding: &'static str,
    /// What comes before the rules, and what each line of them begins with.
    head: &'static str,
    indent: &'static str,
}

/// How much is edited.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edits {
    pub(crate) seed: u64,
    pub(crate) n_edits: usize,
    /// After how many edits everything is compared.
    pub(crate) every: usize,
}

/// The texts: rules in each encoding, and rules within a document.
pub(crate) const STARTS: &[Start] = &[
    Start { uri: "file:///rules/a.tamis", encoding: "utf-16", head: "", indent: "" },
    Start { uri: "file:///rules/b.tamis", encoding: "utf-8", head: "//! edition: atc\n", indent: "" },
    Start { uri: "file:///rules/c.tamis", encoding: "utf-32", head: "// é 漢 💡\n", indent: "" },
    Start { uri: "file:///rules/d.yaml", encoding: "utf-16", head: "a: 1\nsampling_rule: |\n", indent: "  " },
];

/// What is typed, pasted or deleted.
const PIECES: &[&str] = &[
    "rule a = http.response.status_code == 503\n",
    "let slow = 2s\n",
    "rule b = proxy.kong.latency.total > slow\n",
    "rule slow = x",
    "漢",
    "💡",
    "\"",
    "'",
    "// é\n",
    " && ",
    "x",
    "\n",
    "\r\n",
    "",
    "",
    "",
    "r#\"",
    "http.method == \"GET\"",
    "503",
];

/// What is asked of both servers.
const METHODS: &[&str] = &[
    "textDocument/diagnostic",
    "textDocument/documentSymbol",
    "textDocument/semanticTokens/full",
    "textDocument/foldingRange",
    "textDocument/documentLink",
    "textDocument/codeLens",
];

/// Above how many bytes a text begins anew; below that it is long enough to be read part by part.
const MOST_BYTES: usize = 16 << 10;

impl Start {
    fn text(&self) -> String {
        let line =
            |n: usize| format!("{}rule r{n} = http.request.method == \"GET\" && url.path == \"/{n}\"\n", self.indent);
        std::iter::once(self.head.to_owned()).chain((0..140).map(line)).collect()
    }

    async fn editor(&self) -> Editor {
        Editor::with(json!({ "general": { "positionEncodings": [self.encoding] } }), Value::Null).await
    }

    async fn open(&self, text: &str) -> Editor {
        let mut editor = self.editor().await;
        let language = if self.uri.ends_with("yaml") { "yaml" } else { "tamis" };
        let document = json!({ "uri": self.uri, "languageId": language, "version": 1, "text": text });
        editor.notify("textDocument/didOpen", json!({ "textDocument": document })).await;
        editor
    }
}

/// Edits a text at random and compares the server with a fresh one now and then; gives how often.
///
/// Panics where they differ.
pub(crate) async fn edit(start: &Start, edits: &Edits) -> usize {
    let kong = Catalog::shipped("kong").unwrap();
    let mut text = start.text();
    let mut editor = start.open(&text).await;
    let mut dice = Dice(edits.seed);
    let mut colours = Colours::default();
    let mut n_compared = 0;
    for version in 1..=edits.n_edits {
        let change = if text.len() > MOST_BYTES || text.len() < MOST_BYTES / 4 {
            text = start.text();
            json!({ "text": text })
        } else {
            let lines = text.matches('\n').count() + 1;
            let line = dice.roll(lines);
            let (a, b) = (dice.roll(70), dice.roll(70));
            let (from, to) = (a.min(b), if dice.roll(3) == 0 { a.max(b) } else { a.min(b) });
            let last = if dice.roll(12) == 0 { (line + dice.roll(4)).min(lines - 1) } else { line };
            let piece = PIECES[dice.roll(PIECES.len())];
            let range = json!({
                "start": { "line": line, "character": from }, "end": { "line": last, "character": to }
            });
            let (begin, end) = (offset(&text, start.encoding, line, from), offset(&text, start.encoding, last, to));
            text.replace_range(begin..end.max(begin), piece);
            json!({ "range": range, "text": piece })
        };
        let document = json!({ "uri": start.uri, "version": version + 1 });
        let params = json!({ "textDocument": document, "contentChanges": [change] });
        editor.notify("textDocument/didChange", params).await;
        if version % edits.every == 0 {
            compare(start, &mut editor, &text, &mut colours, &kong).await;
            n_compared += 1;
        }
        editor.forget();
    }
    n_compared
}

/// Compares what a server says with what a fresh one says of the text, and with the analysis of it.
async fn compare(start: &Start, editor: &mut Editor, text: &str, colours: &mut Colours, kong: &Catalog) {
    let mut fresh = start.open(text).await;
    let whole = json!({ "textDocument": { "uri": start.uri } });
    for method in METHODS {
        let (mut a, b) = (editor.request(method, whole.clone()).await, fresh.request(method, whole.clone()).await);
        if *method == "textDocument/semanticTokens/full" {
            colours.follow(start, editor, &b).await;
        }
        if a.get("resultId").is_some() {
            a["resultId"] = b["resultId"].clone();
        }
        assert_eq!(a, b, "{method} in {}: {text}", start.encoding);
        if *method == "textDocument/diagnostic" && start.uri.ends_with("tamis") {
            let code = |it: &Value| it["code"].as_str().unwrap().to_owned();
            let found: Vec<String> = a["items"].as_array().unwrap().iter().map(code).collect();
            let analysed = tamis::analyze(text, kong, &Options::default()).diagnostics;
            assert_eq!(found, analysed.iter().map(|it| it.code.to_string()).collect::<Vec<_>>(), "{text}");
        }
    }
}

/// The colours that an editor keeps, from one difference to the next.
#[derive(Default)]
struct Colours {
    id: Option<String>,
    data: Vec<Value>,
}

impl Colours {
    /// Asks for the difference to the last colours, and compares what it leads to.
    async fn follow(&mut self, start: &Start, editor: &mut Editor, expected: &Value) {
        let params = json!({
            "textDocument": { "uri": start.uri }, "previousResultId": self.id.clone().unwrap_or_default()
        });
        let answer = editor.request("textDocument/semanticTokens/full/delta", params).await;
        if let Some(data) = answer["data"].as_array() {
            self.data.clone_from(data);
        }
        for edit in answer["edits"].as_array().into_iter().flatten() {
            let number = |name: &str| usize::try_from(edit[name].as_u64().unwrap()).unwrap();
            let (from, n) = (number("start"), number("deleteCount"));
            let data = edit["data"].as_array().cloned().unwrap_or_default();
            drop(self.data.splice(from..from + n, data));
        }
        self.id = answer["resultId"].as_str().map(str::to_owned);
        assert_eq!(Some(&self.data), expected["data"].as_array(), "the differences lead to the colours");
    }
}

/// Numbers that look random, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }
}

/// The offset of a column that may be behind the end of the line or within a character.
fn offset(text: &str, encoding: &str, line: usize, column: usize) -> usize {
    let mut lines = text.split_inclusive('\n');
    let start: usize = lines.by_ref().take(line).map(str::len).sum();
    let mut left = column;
    let content = lines.next().unwrap_or("").trim_end_matches(['\r', '\n']);
    for (at, c) in content.char_indices() {
        let units = match encoding {
            "utf-8" => c.len_utf8(),
            "utf-16" => c.len_utf16(),
            _ => 1,
        };
        if units > left {
            return start + at;
        }
        left -= units;
    }
    start + content.len()
}
