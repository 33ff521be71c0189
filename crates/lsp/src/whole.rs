//! The methods whose answer grows with the text: each answers with a text of its own making.

use std::sync::Arc;

use serde::Serialize;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::lsp_types::{
    CodeLensParams, DocumentLinkParams, DocumentSymbolParams, FoldingRangeParams, SemanticTokens, SemanticTokensDelta,
    SemanticTokensDeltaParams, SemanticTokensParams, Url,
};
use tower_lsp::{Client, ClientSocket, LspService};

use crate::server::Server;
use crate::state::Snapshot;
use crate::written::{Ticket, Written};
use crate::{links, reading, semantic};

const OUTLINE: &str = "$/tamis/documentSymbol";
const FOLDS: &str = "$/tamis/foldingRange";
const LENSES: &str = "$/tamis/codeLens";
const LINKS: &str = "$/tamis/documentLink";
const COLOURS: &str = "$/tamis/semanticTokens/full";
const DIFFERENCE: &str = "$/tamis/semanticTokens/full/delta";

/// The name under which the library finds a method of this file, whose own name it keeps for itself.
pub(crate) fn name(method: &str) -> Option<&'static str> {
    match method {
        "textDocument/documentSymbol" => Some(OUTLINE),
        "textDocument/foldingRange" => Some(FOLDS),
        "textDocument/codeLens" => Some(LENSES),
        "textDocument/documentLink" => Some(LINKS),
        "textDocument/semanticTokens/full" => Some(COLOURS),
        "textDocument/semanticTokens/full/delta" => Some(DIFFERENCE),
        _ => None,
    }
}

/// The service of the library around a server that keeps its large answers as texts.
pub(crate) fn service(written: Written) -> (LspService<Server>, ClientSocket) {
    LspService::build(|client: Client| Server::new(client, written))
        .custom_method(OUTLINE, Server::outline)
        .custom_method(FOLDS, Server::folds)
        .custom_method(LENSES, Server::lenses)
        .custom_method(LINKS, Server::links)
        .custom_method(COLOURS, Server::colours)
        .custom_method(DIFFERENCE, Server::difference)
        .finish()
}

impl Server {
    async fn outline(&self, params: DocumentSymbolParams) -> Result<Ticket> {
        self.tell(&params.text_document.uri, reading::symbols).await
    }

    async fn folds(&self, params: FoldingRangeParams) -> Result<Ticket> {
        self.tell(&params.text_document.uri, reading::folds).await
    }

    async fn lenses(&self, params: CodeLensParams) -> Result<Ticket> {
        self.tell(&params.text_document.uri, reading::lenses).await
    }

    async fn links(&self, params: DocumentLinkParams) -> Result<Ticket> {
        self.tell(&params.text_document.uri, links::document_links).await
    }

    async fn colours(&self, params: SemanticTokensParams) -> Result<Ticket> {
        self.tell_colours(&params.text_document.uri, None).await
    }

    async fn difference(&self, params: SemanticTokensDeltaParams) -> Result<Ticket> {
        self.tell_colours(&params.text_document.uri, Some(&params.previous_result_id)).await
    }

    /// The colours; where those before are still known, what has to be changed in them.
    async fn tell_colours(&self, uri: &Url, before: Option<&str>) -> Result<Ticket> {
        let (old, id) = {
            let mut state = self.state.lock();
            let old = state.colours.get(uri).filter(|(id, _)| Some(id.as_str()) == before);
            (old.map(|(_, old)| Arc::clone(old)), state.next_colours())
        };
        let result_id = Some(id.clone());
        let answer = self.ask(uri, move |it| {
            let data = semantic::colours(it);
            match old {
                Some(old) => {
                    let edits = semantic::difference(&old, &data);
                    (serde_json::to_vec(&SemanticTokensDelta { result_id, edits }), data)
                }
                None => {
                    let tokens = SemanticTokens { result_id, data };
                    (serde_json::to_vec(&tokens), tokens.data)
                }
            }
        });
        let (written, data) = answer.await?.unzip();
        if let Some(data) = data {
            self.state.lock().remember_colours(uri, id, data);
        }
        self.keep(written)
    }

    /// Asks about an open text on a thread of its own, where the answer is written, too.
    async fn tell<T: Serialize>(
        &self,
        uri: &Url,
        answer: impl FnOnce(&Snapshot) -> T + Send + 'static,
    ) -> Result<Ticket> {
        let written = self.ask(uri, move |it| serde_json::to_vec(&answer(it))).await?;
        self.keep(written)
    }

    /// Keeps what was written; of a text that is not open, nothing was.
    fn keep(&self, written: Option<serde_json::Result<Vec<u8>>>) -> Result<Ticket> {
        let text = written.unwrap_or_else(|| Ok(b"null".to_vec())).map_err(|_| Error::internal_error())?;
        Ok(self.written.keep(text))
    }
}
