//! Diagnostics that the server sends by itself: from one task, the newest version only.
//!
//! Of a long text the findings that are known soon are sent at once; when the text has rested, all of them.
//! An editor that asks for diagnostics itself is asked to do so again then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;
use tower_lsp::Client;
use tower_lsp::lsp_types::{Diagnostic, Url};

use crate::state::{Snapshot, State};
use crate::workers::Workers;

/// How long a text must rest before what takes a while is looked at.
const REST: Duration = Duration::from_millis(200);

/// How long an editor may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the task is told.
enum Note {
    /// The diagnostics of a text may have changed.
    Changed(Url),
    /// The editor was told only what was known soon.
    ToldSoon(Url),
    /// All findings of a version are known.
    Judged(Arc<Snapshot>, Vec<Diagnostic>),
}

/// Takes the texts whose diagnostics may have changed.
#[derive(Clone, Debug)]
pub(crate) struct Publisher {
    notes: UnboundedSender<Note>,
}

impl std::fmt::Debug for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Changed(uri) => write!(f, "Changed({uri})"),
            Self::ToldSoon(uri) => write!(f, "ToldSoon({uri})"),
            Self::Judged(snapshot, _) => write!(f, "Judged({}, {})", snapshot.uri, snapshot.version),
        }
    }
}

impl Publisher {
    /// Starts the task.
    pub(crate) fn start(client: Client, state: State, workers: Workers) -> Self {
        let (notes, received) = unbounded_channel();
        let task = Task { client, state, workers, notes: notes.clone(), resting: BTreeSet::new() };
        drop(tokio::spawn(task.run(received)));
        Self { notes }
    }

    /// Notes that a text changed; after the end of the task nobody listens, and nothing is lost.
    pub(crate) fn changed(&self, uri: Url) {
        drop(self.notes.send(Note::Changed(uri)));
    }

    /// Notes that the editor got only what was known soon.
    pub(crate) fn told_soon(&self, uri: Url) {
        drop(self.notes.send(Note::ToldSoon(uri)));
    }
}

struct Task {
    client: Client,
    state: State,
    workers: Workers,
    notes: UnboundedSender<Note>,
    /// Texts of which only what was known soon was sent.
    resting: BTreeSet<Url>,
}

impl Task {
    async fn run(mut self, mut notes: UnboundedReceiver<Note>) {
        loop {
            let first = match self.resting.is_empty() {
                true => notes.recv().await,
                false => match timeout(REST, notes.recv()).await {
                    Ok(first) => first,
                    Err(_) => {
                        self.judge();
                        continue;
                    }
                },
            };
            let Some(first) = first else { return };
            let (mut changed, mut judged) = (BTreeSet::new(), BTreeMap::new());
            let mut next = Some(first);
            while let Some(note) = next {
                match note {
                    Note::Changed(uri) => drop(changed.insert(uri)),
                    Note::ToldSoon(uri) => drop(self.resting.insert(uri)),
                    Note::Judged(snapshot, found) => drop(judged.insert(snapshot.uri.clone(), (snapshot, found))),
                }
                next = notes.try_recv().ok();
            }
            for uri in changed {
                let _ = judged.remove(&uri);
                self.publish(uri).await;
            }
            for (snapshot, found) in judged.into_values() {
                self.send(&snapshot, found).await;
            }
        }
    }

    /// Sends what is known soon of the newest version of a text.
    async fn publish(&mut self, uri: Url) {
        let _ = self.resting.remove(&uri);
        if self.state.lock().abilities.pulls_diagnostics {
            return;
        }
        let Some(snapshot) = self.state.snapshot(&uri) else {
            // The text is closed, and with it its squiggles.
            self.client.publish_diagnostics(uri, Vec::new(), None).await;
            return;
        };
        let asked = Arc::clone(&snapshot);
        let Ok((found, is_all)) = self.workers.run(move || asked.diagnostics_soon()).await else { return };
        self.send(&snapshot, found).await;
        if !is_all {
            let _ = self.resting.insert(uri);
        }
    }

    /// Sends the findings of a version, unless there is a newer one, whose findings a person should see.
    async fn send(&self, snapshot: &Arc<Snapshot>, found: Vec<Diagnostic>) {
        let newest = self.state.snapshot(&snapshot.uri);
        if newest.is_some_and(|newest| Arc::ptr_eq(&newest, snapshot)) {
            self.client.publish_diagnostics(snapshot.uri.clone(), found, Some(snapshot.version)).await;
        }
    }

    /// Looks for all findings of the texts that rest, while other texts are served.
    fn judge(&mut self) {
        for uri in std::mem::take(&mut self.resting) {
            let Some(snapshot) = self.state.snapshot(&uri) else { continue };
            let (notes, client, workers) = (self.notes.clone(), self.client.clone(), self.workers.clone());
            let abilities = self.state.lock().abilities;
            drop(tokio::spawn(async move {
                let asked = Arc::clone(&snapshot);
                let Ok(found) = workers.run(move || asked.diagnostics()).await else { return };
                if !abilities.pulls_diagnostics {
                    drop(notes.send(Note::Judged(snapshot, found)));
                } else if abilities.refreshes_diagnostics {
                    // An editor that does not answer is not asked again.
                    let _ = timeout(PATIENCE, client.workspace_diagnostic_refresh()).await;
                }
            }));
        }
    }
}
