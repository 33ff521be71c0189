//! The open texts, and what is known of the editor.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tamis_ide::{Document, View};
use tower_lsp::lsp_types::{SemanticToken, TextDocumentContentChangeEvent, Url};

use crate::lines::{Encoding, Lines};
use crate::world::World;

/// One version of a text.
///
/// It is analysed by whoever asks first, outside of the lock.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) uri: Url,
    pub(crate) version: i32,
    pub(crate) text: String,
    pub(crate) lines: Lines,
    pub(crate) world: Arc<World>,
    document: OnceLock<Document>,
}

impl Snapshot {
    pub(crate) fn new(uri: Url, version: i32, text: String, encoding: Encoding, world: Arc<World>) -> Self {
        let lines = Lines::new(&text, encoding);
        Self { uri, version, text, lines, world, document: OnceLock::new() }
    }

    /// The text, analysed, with what it is read against.
    pub(crate) fn view(&self) -> View<'_> {
        let world = &self.world;
        let document = self.document.get_or_init(|| Document::new(self.text.as_str(), &world.catalog, &world.options));
        View { document, catalog: &world.catalog, traffic: world.traffic.as_ref() }
    }
}

/// What the editor can do.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Abilities {
    pub(crate) encoding: Encoding,
    /// It fills in the places of snippets.
    pub(crate) snippets: bool,
    /// It asks for diagnostics itself.
    pub(crate) pulls_diagnostics: bool,
    /// It answers questions about its settings.
    pub(crate) has_configuration: bool,
    /// It can be asked to watch files.
    pub(crate) watches_files: bool,
    pub(crate) refreshes_diagnostics: bool,
    pub(crate) refreshes_inlays: bool,
    pub(crate) refreshes_lenses: bool,
    pub(crate) refreshes_tokens: bool,
}

/// Everything that changes.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) abilities: Abilities,
    pub(crate) world: Arc<World>,
    pub(crate) open: HashMap<Url, Arc<Snapshot>>,
    pub(crate) folders: Vec<PathBuf>,
    /// The colours that were sent last, for the next difference.
    pub(crate) colours: HashMap<Url, (String, Vec<SemanticToken>)>,
    n_colours: u64,
    /// Whether the editor was asked to watch files.
    pub(crate) is_watching: bool,
}

/// The state, behind a lock that is never held over an `await`.
#[derive(Clone, Debug)]
pub(crate) struct State(Arc<Mutex<Inner>>);

impl State {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Inner {
            abilities: Abilities::default(),
            world: Arc::new(World::empty()),
            open: HashMap::new(),
            folders: Vec::new(),
            colours: HashMap::new(),
            n_colours: 0,
            is_watching: false,
        })))
    }

    /// The state; a panic while it was held has left it whole, because every change is one assignment.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest version of an open text.
    pub(crate) fn snapshot(&self, uri: &Url) -> Option<Arc<Snapshot>> {
        self.lock().open.get(uri).cloned()
    }
}

impl Inner {
    pub(crate) fn open(&mut self, uri: Url, version: i32, text: String) {
        let snapshot = Snapshot::new(uri.clone(), version, text, self.abilities.encoding, Arc::clone(&self.world));
        self.open.insert(uri, Arc::new(snapshot));
    }

    /// Applies changes in their order; a change of a text that is not open is ignored.
    pub(crate) fn change(&mut self, uri: &Url, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let Some(old) = self.open.get(uri) else { return };
        let encoding = self.abilities.encoding;
        let mut text = old.text.clone();
        let mut lines = old.lines.clone();
        for change in changes {
            match change.range {
                None => text = change.text,
                Some(range) => {
                    let span = lines.span(&text, range).range();
                    text.replace_range(span, &change.text);
                }
            }
            lines = Lines::new(&text, encoding);
        }
        self.open(uri.clone(), version, text);
    }

    pub(crate) fn close(&mut self, uri: &Url) {
        self.open.remove(uri);
        self.colours.remove(uri);
    }

    /// Reads every open text against another world.
    pub(crate) fn move_to(&mut self, world: World) {
        self.world = Arc::new(world);
        let old: Vec<Arc<Snapshot>> = self.open.values().cloned().collect();
        for snapshot in old {
            self.open(snapshot.uri.clone(), snapshot.version, snapshot.text.clone());
        }
    }

    /// A name for colours that were sent.
    pub(crate) fn remember_colours(&mut self, uri: &Url, colours: Vec<SemanticToken>) -> String {
        self.n_colours += 1;
        let id = self.n_colours.to_string();
        self.colours.insert(uri.clone(), (id.clone(), colours));
        id
    }
}

#[cfg(test)]
mod tests {
    use tower_lsp::lsp_types::{Position, Range};

    use super::*;

    /// Numbers that look random, the same in every run.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
        }
    }

    /// The offset of a line and a column, counted the slow way.
    fn offset(text: &str, encoding: Encoding, line: usize, column: usize) -> usize {
        let start = text.split_inclusive('\n').take(line).map(str::len).sum::<usize>();
        let rest = &text.get(start..).unwrap();
        let units = |c: char| match encoding {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16 => c.len_utf16(),
            Encoding::Utf32 => 1,
        };
        let mut left = column;
        for (at, c) in rest.char_indices() {
            if c == '\n' || units(c) > left {
                return start + at;
            }
            left -= units(c);
        }
        text.len()
    }

    #[test]
    fn a_hundred_thousand_edits_leave_the_text_that_they_lead_to() {
        let pieces = ["a", "é", "漢", "💡", "\n", " == ", "", "http."];
        let uri = Url::parse("file:///a.tamis").unwrap();
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let state = State::new();
            state.lock().abilities.encoding = encoding;
            state.lock().open(uri.clone(), 0, String::new());
            let (mut dice, mut expected) = (Dice(7), String::new());
            for version in 1..=33_334 {
                let lines = expected.matches('\n').count() + 1;
                let mut ends = [(dice.roll(lines), dice.roll(12)), (dice.roll(lines), dice.roll(12))];
                ends.sort_unstable();
                let piece = pieces[dice.roll(pieces.len())];
                let [(from_line, from), (to_line, to)] = ends;
                // Mostly short ranges, so that the text grows and shrinks.
                let (to_line, to) = if dice.roll(4) > 0 { (from_line, from) } else { (to_line, to) };
                let (start, end) =
                    (offset(&expected, encoding, from_line, from), offset(&expected, encoding, to_line, to));
                let small = |n: usize| u32::try_from(n).unwrap();
                let range =
                    Range::new(Position::new(small(from_line), small(from)), Position::new(small(to_line), small(to)));
                let change =
                    TextDocumentContentChangeEvent { range: Some(range), range_length: None, text: piece.to_owned() };
                state.lock().change(&uri, version, vec![change]);
                expected.replace_range(start..end.max(start), piece);
                if expected.len() > 400 {
                    expected.clear();
                    let all = TextDocumentContentChangeEvent { range: None, range_length: None, text: String::new() };
                    state.lock().change(&uri, version, vec![all]);
                }
                assert_eq!(state.snapshot(&uri).unwrap().text, expected, "after {version} edits in {encoding:?}");
            }
        }
    }
}
