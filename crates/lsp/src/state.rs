//! The open texts, and what is known of the editor.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tamis::{Diagnostic, Options};
use tamis_embedded::{Syntax, find};
use tamis_ide::{Document, Incremental};
use tower_lsp::lsp_types::{SemanticToken, TextDocumentContentChangeEvent, Url};

use crate::convert;
use crate::lines::{Encoding, Lines};
use crate::region::Hosted;
use crate::settings::Settings;
use crate::workspace::Ruleless;
use crate::world::World;

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A rule, or a file of them.
    Rules,
    /// A document in which rules stand.
    Host(Syntax),
}

impl Kind {
    /// By what the editor calls its language, otherwise by its name.
    pub(crate) fn of(language: &str, uri: &Url) -> Self {
        match language {
            "tamis" => Self::Rules,
            "yaml" | "dockercompose" => Self::Host(Syntax::Yaml),
            "json" | "jsonc" => Self::Host(Syntax::Json),
            _ => Syntax::of_name(uri.path()).map_or(Self::Rules, Self::Host),
        }
    }
}

/// One version of a text.
///
/// It is analysed by whoever asks first, outside of the lock.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) uri: Url,
    pub(crate) version: i32,
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) lines: Lines,
    pub(crate) world: Arc<World>,
    memory: Arc<Memory>,
    document: OnceLock<Document>,
    hosted: OnceLock<Vec<Hosted>>,
    findings: OnceLock<Vec<Diagnostic>>,
}

/// What is remembered of the versions of a text.
#[derive(Debug, Default)]
struct Memory {
    known: Mutex<Incremental>,
    /// Held while all rules are compared, which takes time and memory: of two versions one waits for the other.
    comparing: Mutex<()>,
}

impl Snapshot {
    pub(crate) fn new(uri: Url, version: i32, kind: Kind, text: String, lines: Lines, world: Arc<World>) -> Self {
        Self {
            uri,
            version,
            kind,
            text,
            lines,
            world,
            memory: Arc::default(),
            document: OnceLock::new(),
            hosted: OnceLock::new(),
            findings: OnceLock::new(),
        }
    }

    /// The same text in another version.
    fn edited(&self, version: i32, text: String, lines: Lines) -> Self {
        let (uri, world) = (self.uri.clone(), Arc::clone(&self.world));
        let memory = Arc::clone(&self.memory);
        Self { memory, ..Self::new(uri, version, self.kind, text, lines, world) }
    }

    /// The text, read as rules; for what is asked of all of it, so without what nobody reads off it.
    pub(crate) fn document(&self) -> &Document {
        self.document.get_or_init(|| {
            let limits = tamis::Limits { trials: 0, ..self.world.options.limits.clone() };
            let options = Options { relations: false, limits, ..self.world.options.clone() };
            Document::new(self.text.as_str(), &self.world.catalog, &options)
        })
    }

    /// The rules that stand in the text, if it is no text of rules itself.
    pub(crate) fn hosted(&self) -> &[Hosted] {
        let Kind::Host(syntax) = self.kind else { return &[] };
        self.hosted.get_or_init(|| {
            let document = tamis_embedded::Document::read(&self.text, syntax);
            find(&document).into_iter().map(|found| Hosted::new(found, &self.world)).collect()
        })
    }

    /// Every finding, at the places of this text.
    pub(crate) fn findings(&self) -> &[Diagnostic] {
        self.findings.get_or_init(|| {
            if self.kind != Kind::Rules {
                let mut found: Vec<Diagnostic> = self.hosted().iter().flat_map(Hosted::findings).collect();
                found.sort_by_key(|found| (found.span.start, found.span.end));
                return found;
            }
            let world = &self.world;
            // Comparing all rules takes a while, and what is known soon of the next version does not wait for it.
            let _turn = self.memory.comparing.lock().unwrap_or_else(PoisonError::into_inner);
            let mut copy = {
                let mut memory = self.memory();
                let _ = memory.soon(&self.text, &world.catalog, &world.options);
                memory.clone()
            };
            let found = copy.diagnostics(&self.text, &world.catalog, &world.options);
            self.memory().learn(copy);
            found
        })
    }

    /// The findings of a long text, as far as they are known soon; none where all of them are.
    pub(crate) fn findings_soon(&self) -> Option<Vec<Diagnostic>> {
        if self.kind != Kind::Rules || self.findings.get().is_some() {
            return None;
        }
        self.memory().soon(&self.text, &self.world.catalog, &self.world.options)
    }

    /// What tells this text, read against this world, from others.
    pub(crate) fn result_id(&self) -> String {
        let mut hasher = DefaultHasher::new();
        (&self.text, self.world.id).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }

    /// A panic while it was held has left it out of step, which the next reading mends.
    fn memory(&self) -> MutexGuard<'_, Incremental> {
        self.memory.known.lock().unwrap_or_else(|broken| {
            let mut memory = broken.into_inner();
            *memory = Incremental::default();
            memory
        })
    }
}

/// What the editor can do.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Abilities {
    pub(crate) encoding: Encoding,
    /// It fills in the places of snippets.
    pub(crate) snippets: bool,
    /// It asks for the edits of an action when a person chooses it.
    pub(crate) resolves_edits: bool,
    /// It shows a file when it is asked to.
    pub(crate) shows_documents: bool,
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

/// What the texts of each folder are read against.
pub(crate) type Worlds = Vec<(Option<PathBuf>, Arc<World>)>;

/// Everything that changes.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) abilities: Abilities,
    /// What the texts of each folder are read against; the first one belongs to texts outside of all folders, too.
    pub(crate) worlds: Worlds,
    pub(crate) open: HashMap<Url, Arc<Snapshot>>,
    pub(crate) folders: Vec<PathBuf>,
    /// The colours that were sent last, for the next difference.
    pub(crate) colours: HashMap<Url, (String, Arc<Vec<SemanticToken>>)>,
    n_colours: u64,
    /// Whether the editor was asked to watch files.
    pub(crate) is_watching: bool,
    /// Files that need not be read again to know that they hold no rule.
    pub(crate) ruleless: Ruleless,
}

/// The state, behind a lock that is never held over an `await`.
#[derive(Clone, Debug)]
pub(crate) struct State(Arc<Mutex<Inner>>);

impl State {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Inner {
            abilities: Abilities::default(),
            worlds: vec![(None, Arc::new(World::empty()))],
            open: HashMap::new(),
            folders: Vec::new(),
            colours: HashMap::new(),
            n_colours: 0,
            is_watching: false,
            ruleless: Ruleless::default(),
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

/// The folders that have settings of their own; without any, one for everything.
pub(crate) fn roots(folders: &[PathBuf]) -> Vec<Option<PathBuf>> {
    if folders.is_empty() { vec![None] } else { folders.iter().cloned().map(Some).collect() }
}

impl Inner {
    /// What each folder is read against; without folders, what everything is.
    pub(crate) fn roots(&self) -> Vec<Option<PathBuf>> {
        roots(&self.folders)
    }

    /// The settings of each folder.
    pub(crate) fn settings(&self) -> Vec<(Option<PathBuf>, Settings)> {
        self.worlds.iter().map(|(folder, world)| (folder.clone(), world.settings.clone())).collect()
    }

    /// The files that everything was read from.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = self.worlds.iter().flat_map(|(_, world)| world.files.clone()).collect();
        files.sort();
        files.dedup();
        files
    }

    /// What texts outside of all folders are read against.
    pub(crate) fn first_world(&self) -> Arc<World> {
        self.worlds.first().map_or_else(|| Arc::new(World::empty()), |(_, world)| Arc::clone(world))
    }

    /// What a text is read against: what belongs to the innermost folder that it is in.
    pub(crate) fn world(&self, uri: &Url) -> Arc<World> {
        let path = convert::path(uri);
        let holds = |folder: &Option<PathBuf>| {
            folder.as_deref().zip(path.as_deref()).is_some_and(|(folder, path)| path.starts_with(folder))
        };
        let depth = |folder: &Option<PathBuf>| folder.as_ref().map_or(0, |folder| folder.components().count());
        let inner = self.worlds.iter().filter(|(folder, _)| holds(folder)).max_by_key(|(folder, _)| depth(folder));
        inner.map_or_else(|| self.first_world(), |(_, world)| Arc::clone(world))
    }

    pub(crate) fn open(&mut self, uri: Url, version: i32, kind: Kind, text: String) {
        let lines = Lines::new(&text, self.abilities.encoding);
        let world = self.world(&uri);
        self.open.insert(uri.clone(), Arc::new(Snapshot::new(uri, version, kind, text, lines, world)));
    }

    /// Applies changes in their order; a change of a text that is not open is ignored.
    pub(crate) fn change(&mut self, uri: &Url, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let Some(old) = self.open.get(uri) else { return };
        let (mut text, mut lines) = (old.text.clone(), old.lines.clone());
        for change in changes {
            match change.range {
                None => {
                    text = change.text;
                    lines = Lines::new(&text, self.abilities.encoding);
                }
                Some(range) => {
                    let range = lines.span(&text, range).range();
                    lines.edit(&mut text, range, &change.text);
                }
            }
        }
        let new = old.edited(version, text, lines);
        self.open.insert(uri.clone(), Arc::new(new));
    }

    pub(crate) fn close(&mut self, uri: &Url) {
        self.open.remove(uri);
        self.colours.remove(uri);
    }

    /// Reads every open text against other worlds.
    pub(crate) fn move_to(&mut self, worlds: Worlds) {
        self.worlds = worlds;
        let old: Vec<Arc<Snapshot>> = self.open.values().cloned().collect();
        for snapshot in old {
            self.open(snapshot.uri.clone(), snapshot.version, snapshot.kind, snapshot.text.clone());
        }
    }

    /// A name for colours that were sent.
    pub(crate) fn next_colours(&mut self) -> String {
        self.n_colours += 1;
        self.n_colours.to_string()
    }

    /// Remembers what was sent under a name, unless the text was closed meanwhile.
    pub(crate) fn remember_colours(&mut self, uri: &Url, id: String, colours: Vec<SemanticToken>) {
        if self.open.contains_key(uri) {
            self.colours.insert(uri.clone(), (id, Arc::new(colours)));
        }
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
            state.lock().open(uri.clone(), 0, Kind::Rules, String::new());
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
