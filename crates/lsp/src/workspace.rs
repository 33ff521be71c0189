//! What is asked of all texts of a workspace.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use tamis_embedded::Syntax;
use tower_lsp::lsp_types::{
    FullDocumentDiagnosticReport, Location, PreviousResultId, SymbolInformation, UnchangedDocumentDiagnosticReport,
    Url, WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
    WorkspaceUnchangedDocumentDiagnosticReport,
};

use crate::lines::Lines;
use crate::reading;
use crate::state::{Inner, Kind, Snapshot};
use crate::world::World;

/// The texts of a workspace: the open ones, and files that are not open.
pub(crate) struct Texts {
    open: Vec<Arc<Snapshot>>,
    folders: Vec<(PathBuf, Arc<World>)>,
    encoding: crate::lines::Encoding,
    ruleless: Ruleless,
}

/// Documents in which no rule was found, each as it was then.
///
/// Most YAML and JSON of a workspace is such, and some editors ask for all findings every other second.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ruleless(Arc<Mutex<HashMap<PathBuf, Stamp>>>);

/// What tells one version of a file from another: when it was written, and how long it is.
type Stamp = (SystemTime, u64);

impl Ruleless {
    fn stamp(file: &Path) -> Option<Stamp> {
        let metadata = std::fs::metadata(file).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    }

    fn has(&self, file: &Path, stamp: Option<Stamp>) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stamp.is_some() && known.get(file).copied() == stamp
    }

    fn add(&self, file: PathBuf, stamp: Option<Stamp>) {
        if let Some(stamp) = stamp {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(file, stamp);
        }
    }
}

/// How many files of a workspace are judged, and how deep folders are searched.
const MOST_FILES: usize = 2_000;
const MOST_FOLDERS: usize = 10_000;

/// The longest file that is read.
const MOST_BYTES: u64 = 16 << 20;

/// How many names are found at most; the editor asks again with every letter.
const MOST_NAMES: usize = 1_000;

impl Texts {
    /// What is needed to read them without holding the state.
    pub(crate) fn of(state: &Inner) -> Self {
        let world = |folder: &PathBuf| match Url::from_file_path(folder.join("x")) {
            Ok(uri) => state.world(&uri),
            Err(()) => state.first_world(),
        };
        Self {
            open: state.open.values().cloned().collect(),
            folders: state.folders.iter().map(|folder| (folder.clone(), world(folder))).collect(),
            encoding: state.abilities.encoding,
            ruleless: state.ruleless.clone(),
        }
    }

    /// The files of the folders that are not open, read one after the other.
    pub(crate) fn closed(&self) -> impl Iterator<Item = Snapshot> + '_ {
        rule_files(&self.folders).into_iter().filter_map(|(file, world)| {
            let uri = Url::from_file_path(&file).ok()?;
            if self.open.iter().any(|snapshot| snapshot.uri == uri) {
                return None;
            }
            let stamp = Ruleless::stamp(&file);
            if self.ruleless.has(&file, stamp) {
                return None;
            }
            // A file that vanished meanwhile, or is no text, has nothing to tell.
            let text = std::fs::read_to_string(&file).ok()?;
            let kind = Kind::of("", &uri);
            let lines = Lines::new(&text, self.encoding);
            let snapshot = Snapshot::new(uri, 0, kind, text, lines, world);
            if kind != Kind::Rules && snapshot.hosted().is_empty() {
                self.ruleless.add(file, stamp);
                return None;
            }
            Some(snapshot)
        })
    }

    /// The diagnostics of each, the open ones first; of those that did not change since the editor asked last, that.
    pub(crate) fn report(&self, known: &[PreviousResultId]) -> Vec<WorkspaceDocumentDiagnosticReport> {
        let report = |snapshot: &Snapshot, version: Option<i64>| {
            let uri = snapshot.uri.clone();
            let result_id = snapshot.result_id();
            if known.iter().any(|known| known.uri == uri && known.value == result_id) {
                let report = UnchangedDocumentDiagnosticReport { result_id };
                let report = WorkspaceUnchangedDocumentDiagnosticReport {
                    uri,
                    version,
                    unchanged_document_diagnostic_report: report,
                };
                return WorkspaceDocumentDiagnosticReport::Unchanged(report);
            }
            let report = FullDocumentDiagnosticReport { result_id: Some(result_id), items: snapshot.diagnostics() };
            WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
                uri,
                version,
                full_document_diagnostic_report: report,
            })
        };
        let open = self.open.iter().map(|it| report(it, Some(i64::from(it.version))));
        open.chain(self.closed().map(|snapshot| report(&snapshot, None))).collect()
    }

    /// The rules and `let`s of all texts whose name has the letters of the query in it.
    pub(crate) fn symbols(&self, query: &str) -> Vec<SymbolInformation> {
        let query = query.to_lowercase();
        let mut found: Vec<SymbolInformation> = self.open.iter().flat_map(|it| symbols(it, &query)).collect();
        for snapshot in self.closed() {
            if found.len() >= MOST_NAMES {
                break;
            }
            found.extend(symbols(&snapshot, &query));
        }
        found.truncate(MOST_NAMES);
        found.sort_by(|a, b| (&a.location.uri, a.location.range.start).cmp(&(&b.location.uri, b.location.range.start)));
        found
    }

    /// The open texts but one.
    pub(crate) fn others(&self, uri: &Url) -> impl Iterator<Item = &Arc<Snapshot>> {
        let uri = uri.clone();
        self.open.iter().filter(move |it| it.uri != uri)
    }
}

fn symbols(snapshot: &Snapshot, query: &str) -> Vec<SymbolInformation> {
    snapshot.each(|region, from| {
        let mut found = Vec::new();
        for outline in tamis_ide::symbols(&region.view) {
            if outline.name_span.start < from || !outline.name.to_lowercase().contains(query) {
                continue;
            }
            #[expect(deprecated, reason = "the member `deprecated` of the protocol has no default")]
            found.push(SymbolInformation {
                kind: reading::kind(outline.kind),
                location: Location::new(snapshot.uri.clone(), region.range(outline.name_span)),
                name: outline.name,
                tags: None,
                deprecated: None,
                container_name: None,
            });
        }
        found
    })
}

/// The files with rules below some folders, each with what it is read against; hidden folders and links are left out.
fn rule_files(folders: &[(PathBuf, Arc<World>)]) -> Vec<(PathBuf, Arc<World>)> {
    let mut files: Vec<(PathBuf, Arc<World>)> = Vec::new();
    let mut waiting: Vec<(PathBuf, Arc<World>)> = folders.to_vec();
    let mut n_folders = 0;
    while let Some((folder, world)) = waiting.pop() {
        n_folders += 1;
        // A folder within another one has a world of its own.
        let world = folders.iter().find(|(root, _)| *root == folder).map_or(world, |(_, own)| Arc::clone(own));
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            let Ok(kind) = entry.file_type() else { continue };
            let is_wanted = || {
                let is_rules = path.extension().is_some_and(|it| it == "tamis");
                let is_short = || entry.metadata().is_ok_and(|it| it.len() <= MOST_BYTES);
                (is_rules || Syntax::of_name(&name).is_some()) && is_short()
            };
            if name.starts_with('.') {
                continue;
            }
            if kind.is_dir() && n_folders < MOST_FOLDERS && name != "node_modules" && name != "target" {
                waiting.push((path, Arc::clone(&world)));
            } else if kind.is_file() && files.len() < MOST_FILES && is_wanted() {
                files.push((path, Arc::clone(&world)));
            }
        }
    }
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    files.dedup_by(|(a, _), (b, _)| a == b);
    files
}
