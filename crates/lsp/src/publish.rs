//! Diagnostics that the server sends by itself: from one task, the newest version only.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp::Client;
use tower_lsp::lsp_types::Url;

use crate::state::State;

/// How long a text must rest before it is judged.
const REST: Duration = Duration::from_millis(30);

/// Takes the texts whose diagnostics may have changed.
#[derive(Clone, Debug)]
pub(crate) struct Publisher {
    changed: UnboundedSender<Url>,
}

impl Publisher {
    /// Starts the task.
    pub(crate) fn start(client: Client, state: State) -> Self {
        let (changed, changes) = unbounded_channel();
        drop(tokio::spawn(publish(client, state, changes)));
        Self { changed }
    }

    /// Notes that a text changed; after the end of the task nobody listens, and nothing is lost.
    pub(crate) fn changed(&self, uri: Url) {
        drop(self.changed.send(uri));
    }
}

async fn publish(client: Client, state: State, mut changes: UnboundedReceiver<Url>) {
    while let Some(first) = changes.recv().await {
        let mut waiting = BTreeSet::from([first]);
        tokio::time::sleep(REST).await;
        while let Ok(more) = changes.try_recv() {
            waiting.insert(more);
        }
        if state.lock().abilities.pulls_diagnostics {
            continue;
        }
        for uri in waiting {
            let Some(snapshot) = state.snapshot(&uri) else {
                // The text is closed, and with it its squiggles.
                client.publish_diagnostics(uri, Vec::new(), None).await;
                continue;
            };
            let version = snapshot.version;
            let Ok(found) = tokio::task::spawn_blocking(move || snapshot.diagnostics()).await else { continue };
            // A newer version waits already; its diagnostics are what a person should see.
            let is_newest = state.snapshot(&uri).is_some_and(|newest| newest.version == version);
            if is_newest {
                client.publish_diagnostics(uri, found, Some(version)).await;
            }
        }
    }
}
