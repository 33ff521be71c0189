//! What is asked of all texts of a workspace.

use std::path::PathBuf;
use std::sync::Arc;

use tower_lsp::lsp_types::{
    FullDocumentDiagnosticReport, Location, SymbolInformation, Url, WorkspaceDocumentDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport,
};

use crate::lines::Encoding;
use crate::reading;
use crate::state::{Inner, Snapshot};
use crate::world::World;

/// The rules and `let`s of all open texts whose name has the letters of the query in it.
pub(crate) fn symbols(open: &[Arc<Snapshot>], query: &str) -> Vec<SymbolInformation> {
    let query = query.to_lowercase();
    let mut found = Vec::new();
    for snapshot in open {
        for outline in tamis_ide::symbols(&snapshot.view()) {
            if !outline.name.to_lowercase().contains(&query) {
                continue;
            }
            #[expect(deprecated, reason = "the member `deprecated` of the protocol has no default")]
            found.push(SymbolInformation {
                kind: reading::kind(outline.kind),
                location: Location::new(snapshot.uri.clone(), snapshot.range(outline.name_span)),
                name: outline.name,
                tags: None,
                deprecated: None,
                container_name: None,
            });
        }
    }
    found.sort_by(|a, b| (&a.location.uri, a.location.range.start).cmp(&(&b.location.uri, b.location.range.start)));
    found
}

/// The texts of a workspace: the open ones, and files that are not open.
pub(crate) struct Texts {
    open: Vec<Arc<Snapshot>>,
    folders: Vec<PathBuf>,
    world: Arc<World>,
    encoding: Encoding,
}

/// How many files of a workspace are judged, and how deep folders are searched.
const MOST_FILES: usize = 2_000;
const MOST_FOLDERS: usize = 10_000;

impl Texts {
    /// What is needed to judge them without holding the state.
    pub(crate) fn of(state: &Inner) -> Self {
        Self {
            open: state.open.values().cloned().collect(),
            folders: state.folders.clone(),
            world: Arc::clone(&state.world),
            encoding: state.abilities.encoding,
        }
    }

    /// The diagnostics of each, the open ones first.
    pub(crate) fn report(self) -> Vec<WorkspaceDocumentDiagnosticReport> {
        let full = |snapshot: &Snapshot, version: Option<i64>| {
            WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
                uri: snapshot.uri.clone(),
                version,
                full_document_diagnostic_report: FullDocumentDiagnosticReport {
                    result_id: None,
                    items: snapshot.diagnostics(),
                },
            })
        };
        let mut reports: Vec<_> = self.open.iter().map(|it| full(it, Some(i64::from(it.version)))).collect();
        for file in rule_files(&self.folders) {
            let Ok(uri) = Url::from_file_path(&file) else { continue };
            if self.open.iter().any(|snapshot| snapshot.uri == uri) {
                continue;
            }
            // A file that vanished meanwhile, or is no text, has no diagnostics.
            let Ok(text) = std::fs::read_to_string(&file) else { continue };
            let snapshot = Snapshot::new(uri, 0, text, self.encoding, Arc::clone(&self.world));
            reports.push(full(&snapshot, None));
        }
        reports
    }
}

/// The files with rules below some folders; hidden folders and links are left out.
fn rule_files(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut waiting: Vec<PathBuf> = folders.to_vec();
    let mut n_folders = 0;
    while let Some(folder) = waiting.pop() {
        n_folders += 1;
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let is_hidden = name.to_str().is_none_or(|name| name.starts_with('.'));
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() && !is_hidden && n_folders < MOST_FOLDERS {
                waiting.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|it| it == "tamis") && files.len() < MOST_FILES {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
