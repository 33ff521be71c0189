//! Texts as they are while somebody writes a file of rules: edit after edit, most of them small, some of them wild.

use crate::generate::{self, Source};

/// What is written, line by line and word by word.
const LINES: &[&str] = &[
    "let slow = 2s\n",
    "let slow = proxy.kong.latency.total > 2s\n",
    "let bad = [500, 502..504]\n",
    "let good = http.response.status_code < 400 && http.response.status_code > 900\n",
    "let late = slow && http.response.status_code == 503\n",
    "let limit = \"5\"\n",
    "// All of them.\n",
    "//! edition: atc\n",
    "//! edition: tamis\n",
    "//! edition: atx\n",
    "\n",
    "rule errors = http.response.status_code in bad\n",
    "rule methods = http.request.method in bad || proxy.kong.latency.total in bad\n",
    "rule errors = http.response.status_code >= 500\n",
    "rule worse = http.response.status_code >= 503\n",
    "rule worse = http.response.status_code == 503 && http.response.status_code == 504\n",
    "rule waits = proxy.kong.latency.total > slow\n",
    "rule waits = slow || late || good\n",
    "rule early = later\nlet later = try_count > 1\n",
    "rule self_made = self_made\n",
    "rule typo = http.respose.status_code == 503 && slwo\n",
    "rule none = http.request.header.x-a != \"1\"\n",
    "rule none = !(http.request.header.x-a == \"1\")\n",
    "rule over = any(slow in try_count, slow > 1)\n",
    "rule open = url.path == \"/a\n",
    "rule raw = url.path == r#\"/a\n",
    "rule shut = url.path == r#\"/a\"#\n",
    "rule lines = url.path == \"a\nrule b = url.path == \"c\"\n",
    "rule alias = http.method == \"get\"\n",
    "rule word = http.request.method == GET\n",
    "  rule indented = url.path == \"/\"\n",
    "rule a = try_count == 1 rule b = try_count == 2\n",
    "rule héros = url.path == \"/é💡\"\n",
    "rule\u{202e} = url.path == \"/\"\n",
    "// \u{202e} turned\n",
    "stray == 1\n",
];

const WORDS: &[&str] = &[
    "rule ",
    "let ",
    "=",
    " = ",
    "x",
    "slow",
    "bad",
    "late",
    "\"",
    "'",
    "r#\"",
    "\"#",
    "//",
    "\n",
    " ",
    "&&",
    "||",
    "(",
    ")",
    "[",
    "]",
    "503",
    "5",
    "not ",
    "!",
    "\t",
    "\r\n",
    "é",
    "💡",
    "漢",
    ",",
    "..",
    "try_count",
    "http.",
    "rule b",
];

/// A file that is edited without end.
#[derive(Clone, Debug)]
pub struct Edits {
    source: Source<'static>,
    text: String,
    /// What it was some edits ago, for those who undo.
    before: String,
    most_bytes: usize,
}

impl Edits {
    /// Edits that follow from a seed, of a text with about so many bytes at most.
    #[must_use]
    pub fn new(seed: u64, most_bytes: usize) -> Self {
        let mut source = Source::seeded(seed);
        let n_lines = source.below(12);
        let text: String = (0..n_lines).map(|_| source.word(LINES).to_owned()).collect();
        Self { source, before: text.clone(), text, most_bytes }
    }

    /// The text as it is now.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Edits once; gives the bytes that were replaced, and by what.
    pub fn edit(&mut self) -> (std::ops::Range<usize>, String) {
        let old = self.text.clone();
        let (range, new) = self.choose();
        self.text.replace_range(range.clone(), &new);
        if self.source.one_in(8) {
            self.before = old;
        }
        (range, new)
    }

    fn choose(&mut self) -> (std::ops::Range<usize>, String) {
        if self.text.len() > self.most_bytes {
            let (a, b) = (self.place(), self.place());
            return (a.min(b)..a.max(b), String::new());
        }
        let place = self.place();
        match self.source.below(12) {
            0..4 => {
                let line = self.line_start(place);
                (line..line, self.line())
            }
            4..8 => (place..place, self.source.word(WORDS).to_owned()),
            8..10 => {
                let end = self.forward(place);
                let new = if self.source.one_in(2) { self.source.word(WORDS) } else { "" };
                (place..end, new.to_owned())
            }
            10 => (self.line_start(place)..place, String::new()),
            _ if self.source.one_in(3) => (0..self.text.len(), self.before.clone()),
            _ => {
                let end = self.place();
                (place.min(end)..place.max(end), self.source.word(WORDS).to_owned())
            }
        }
    }

    fn line(&mut self) -> String {
        if self.source.one_in(4) {
            let n = self.source.below(30);
            let name = self.source.below(20);
            let rule = generate::mixed_rules(n + 1).pop().unwrap_or_default();
            return format!("rule r{name} = {rule}\n");
        }
        self.source.word(LINES).to_owned()
    }

    /// A place between two characters.
    fn place(&mut self) -> usize {
        let mut place = self.source.below(self.text.len() + 1);
        while !self.text.is_char_boundary(place) {
            place -= 1;
        }
        place
    }

    fn line_start(&self, place: usize) -> usize {
        self.text.get(..place).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1)
    }

    /// A place some characters on.
    fn forward(&mut self, place: usize) -> usize {
        let n = self.source.below(12);
        let rest = self.text.get(place..).unwrap_or("");
        place + rest.chars().take(n).map(char::len_utf8).sum::<usize>()
    }
}
