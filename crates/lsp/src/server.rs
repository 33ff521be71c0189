//! The methods of the protocol: take what is needed out of the state, ask on another thread, give the answer.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;
use tower_lsp::jsonrpc::{self, Error};
use tower_lsp::lsp_types::{
    CodeActionParams, CodeActionResponse, CodeLens, CodeLensParams, CompletionItem, CompletionParams,
    CompletionResponse, ConfigurationItem, DidChangeConfigurationParams, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    DocumentFormattingParams, DocumentHighlight, DocumentHighlightParams, DocumentOnTypeFormattingParams,
    DocumentRangeFormattingParams, DocumentSymbolParams, DocumentSymbolResponse, ExecuteCommandParams, FoldingRange,
    FoldingRangeParams, FullDocumentDiagnosticReport, GotoDefinitionParams, GotoDefinitionResponse, Hover, HoverParams,
    InitializeParams, InitializeResult, InitializedParams, InlayHint, InlayHintParams, Location, MessageType,
    PrepareRenameResponse, ReferenceParams, Registration, RelatedFullDocumentDiagnosticReport, RenameParams,
    SelectionRange, SelectionRangeParams, SemanticTokens, SemanticTokensDelta, SemanticTokensDeltaParams,
    SemanticTokensFullDeltaResult, SemanticTokensParams, SemanticTokensRangeParams, SemanticTokensRangeResult,
    SemanticTokensResult, ServerInfo, SignatureHelp, SignatureHelpParams, SymbolInformation, TextDocumentItem,
    TextDocumentPositionParams, TextEdit, Unregistration, Url, VersionedTextDocumentIdentifier,
    WorkspaceDiagnosticParams, WorkspaceDiagnosticReport, WorkspaceDiagnosticReportResult, WorkspaceEdit,
    WorkspaceSymbolParams,
};
use tower_lsp::{Client, LanguageServer};

use crate::capabilities::{abilities, capabilities};
use crate::publish::Publisher;
use crate::settings::Settings;
use crate::state::{Snapshot, State};
use crate::workspace::{Texts, symbols};
use crate::world::World;
use crate::{actions, completion, convert, reading, semantic};

/// How long an editor may take to answer a question.
const PATIENCE: Duration = Duration::from_secs(5);

/// The server of one editor.
#[derive(Clone)]
pub(crate) struct Server {
    client: Client,
    state: State,
    publisher: Arc<OnceLock<Publisher>>,
}

impl Server {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, state: State::new(), publisher: Arc::default() }
    }

    /// Asks about an open text on a thread of its own; none of a text that is not open.
    ///
    /// The version is the one at the time of the call, whatever changes while the answer is made.
    async fn ask<T: Send + 'static>(
        &self,
        uri: &Url,
        answer: impl FnOnce(&Snapshot) -> T + Send + 'static,
    ) -> jsonrpc::Result<Option<T>> {
        match self.state.snapshot(uri) {
            Some(snapshot) => work(move || answer(&snapshot)).await.map(Some),
            None => Ok(None),
        }
    }

    fn changed(&self, uri: Url) {
        let publisher = self.publisher.get_or_init(|| Publisher::start(self.client.clone(), self.state.clone()));
        publisher.changed(uri);
    }

    /// Reads what the settings name and judges every open text anew, without keeping the caller waiting.
    fn load(&self, settings: Settings) {
        let server = self.clone();
        drop(tokio::spawn(async move {
            let root = server.state.lock().folders.first().cloned();
            let Ok((world, problems)) = work(move || World::load(settings, root.as_deref())).await else { return };
            let (open, files) = {
                let mut state = server.state.lock();
                let files = world.files.clone();
                state.move_to(world);
                (state.open.keys().cloned().collect::<Vec<_>>(), files)
            };
            for uri in open {
                server.changed(uri);
            }
            for problem in problems {
                server.client.show_message(MessageType::ERROR, problem).await;
            }
            server.watch(files).await;
            server.refresh().await;
        }));
    }

    /// Asks the editor to draw anew what it got from the old catalog.
    async fn refresh(&self) {
        let abilities = self.state.lock().abilities;
        // An editor that does not answer, or refuses, has lost nothing but the redrawing.
        if abilities.refreshes_diagnostics {
            let _ = timeout(PATIENCE, self.client.workspace_diagnostic_refresh()).await;
        }
        if abilities.refreshes_inlays {
            let _ = timeout(PATIENCE, self.client.inlay_hint_refresh()).await;
        }
        if abilities.refreshes_lenses {
            let _ = timeout(PATIENCE, self.client.code_lens_refresh()).await;
        }
        if abilities.refreshes_tokens {
            let _ = timeout(PATIENCE, self.client.semantic_tokens_refresh()).await;
        }
    }

    /// Asks the editor to tell when one of the files changes.
    async fn watch(&self, files: Vec<PathBuf>) {
        let was_watching = {
            let mut state = self.state.lock();
            if !state.abilities.watches_files {
                return;
            }
            std::mem::replace(&mut state.is_watching, !files.is_empty())
        };
        let watchers: Vec<Value> = files.iter().map(|file| json!({ "globPattern": file })).collect();
        let registration = Registration {
            id: "tamis.files".to_owned(),
            method: "workspace/didChangeWatchedFiles".to_owned(),
            register_options: Some(json!({ "watchers": watchers })),
        };
        if was_watching {
            let old = Unregistration { id: registration.id.clone(), method: registration.method.clone() };
            let _ = timeout(PATIENCE, self.client.unregister_capability(vec![old])).await;
        }
        if !files.is_empty() {
            let _ = timeout(PATIENCE, self.client.register_capability(vec![registration])).await;
        }
    }

    /// Asks the editor for the settings and loads what they name.
    fn ask_settings(&self) {
        let server = self.clone();
        drop(tokio::spawn(async move {
            let item = ConfigurationItem { scope_uri: None, section: Some("tamis".to_owned()) };
            let answer = timeout(PATIENCE, server.client.configuration(vec![item])).await;
            if let Ok(Ok(values)) = answer
                && let Some(value) = values.first().filter(|value| !value.is_null())
            {
                server.take_settings(value);
            }
        }));
    }

    fn take_settings(&self, value: &Value) {
        match Settings::read(value) {
            Ok(settings) if settings == self.state.lock().world.settings => {}
            Ok(settings) => self.load(settings),
            Err(why) => {
                let client = self.client.clone();
                drop(tokio::spawn(async move { client.show_message(MessageType::ERROR, why).await }));
            }
        }
    }
}

/// Does something on a thread of its own; a panic there is an error of this request only.
async fn work<T: Send + 'static>(task: impl FnOnce() -> T + Send + 'static) -> jsonrpc::Result<T> {
    tokio::task::spawn_blocking(task).await.map_err(|_| Error::internal_error())
}

#[tower_lsp::async_trait]
impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> jsonrpc::Result<InitializeResult> {
        let abilities = abilities(&params.capabilities);
        let folders = folders(&params);
        let given = params.initialization_options.as_ref().map_or(Ok(Settings::default()), Settings::read);
        let root = folders.first().cloned();
        let settings = given.clone().unwrap_or_default();
        let (world, mut problems) = work(move || World::load(settings, root.as_deref())).await?;
        problems.extend(given.err());
        {
            let mut state = self.state.lock();
            state.abilities = abilities;
            state.folders = folders;
            state.move_to(world);
        }
        let client = self.client.clone();
        drop(tokio::spawn(async move {
            for problem in problems {
                client.show_message(MessageType::ERROR, problem).await;
            }
        }));
        Ok(InitializeResult {
            capabilities: capabilities(abilities.encoding),
            server_info: Some(ServerInfo {
                name: "tamis".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        let (files, asks) = {
            let state = self.state.lock();
            (state.world.files.clone(), state.abilities.has_configuration)
        };
        if asks {
            self.ask_settings();
        }
        let server = self.clone();
        drop(tokio::spawn(async move { server.watch(files).await }));
    }

    async fn shutdown(&self) -> jsonrpc::Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let TextDocumentItem { uri, version, text, .. } = params.text_document;
        self.state.lock().open(uri.clone(), version, text);
        self.changed(uri);
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let VersionedTextDocumentIdentifier { uri, version } = params.text_document;
        self.state.lock().change(&uri, version, params.content_changes);
        self.changed(uri);
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        let uri = params.text_document.uri;
        self.state.lock().close(&uri);
        self.changed(uri);
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        if self.state.lock().abilities.has_configuration {
            self.ask_settings();
        } else {
            self.take_settings(&params.settings);
        }
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        let changed: Vec<PathBuf> = params.changes.iter().filter_map(|event| convert::path(&event.uri)).collect();
        let settings = {
            let state = self.state.lock();
            let is_read = state.world.files.iter().any(|file| changed.iter().any(|path| same_file(file, path)));
            is_read.then(|| state.world.settings.clone())
        };
        if let Some(settings) = settings {
            self.load(settings);
        }
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        let mut state = self.state.lock();
        let gone: Vec<PathBuf> = params.event.removed.iter().filter_map(|folder| convert::path(&folder.uri)).collect();
        state.folders.retain(|folder| !gone.contains(folder));
        state.folders.extend(params.event.added.iter().filter_map(|folder| convert::path(&folder.uri)));
    }

    async fn completion(&self, params: CompletionParams) -> jsonrpc::Result<Option<CompletionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let typed = params.context.and_then(|context| context.trigger_character);
        let snippets = self.state.lock().abilities.snippets;
        let ask = move |it: &Snapshot| completion::completion(it, position, typed.as_deref(), snippets);
        self.ask(&text_document.uri, ask).await
    }

    async fn completion_resolve(&self, item: CompletionItem) -> jsonrpc::Result<CompletionItem> {
        let world = Arc::clone(&self.state.lock().world);
        work(move || completion::resolve(item, &world.catalog)).await
    }

    async fn hover(&self, params: HoverParams) -> jsonrpc::Result<Option<Hover>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        Ok(self.ask(&text_document.uri, move |it| reading::hover(it, position)).await?.flatten())
    }

    async fn signature_help(&self, params: SignatureHelpParams) -> jsonrpc::Result<Option<SignatureHelp>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        Ok(self.ask(&text_document.uri, move |it| reading::signature(it, position)).await?.flatten())
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> jsonrpc::Result<Option<GotoDefinitionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let found = self.ask(&text_document.uri, move |it| reading::definition(it, position)).await?;
        Ok(found.flatten().map(GotoDefinitionResponse::Scalar))
    }

    async fn references(&self, params: ReferenceParams) -> jsonrpc::Result<Option<Vec<Location>>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let with_definition = params.context.include_declaration;
        let others: Vec<Arc<Snapshot>> = {
            let state = self.state.lock();
            state.open.values().filter(|it| it.uri != text_document.uri).cloned().collect()
        };
        let ask = move |it: &Snapshot| {
            let mut found = reading::references(it, position, with_definition);
            found.extend(others.iter().flat_map(|other| reading::uses_elsewhere(it, position, other)));
            found
        };
        self.ask(&text_document.uri, ask).await
    }

    async fn document_highlight(
        &self,
        params: DocumentHighlightParams,
    ) -> jsonrpc::Result<Option<Vec<DocumentHighlight>>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        self.ask(&text_document.uri, move |it| reading::highlights(it, position)).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> jsonrpc::Result<Option<DocumentSymbolResponse>> {
        let found = self.ask(&params.text_document.uri, reading::symbols).await?;
        Ok(found.map(DocumentSymbolResponse::Nested))
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> jsonrpc::Result<Option<Vec<SymbolInformation>>> {
        let open: Vec<Arc<Snapshot>> = self.state.lock().open.values().cloned().collect();
        work(move || Some(symbols(&open, &params.query))).await
    }

    async fn code_action(&self, params: CodeActionParams) -> jsonrpc::Result<Option<CodeActionResponse>> {
        let uri = params.text_document.uri.clone();
        self.ask(&uri, move |it| actions::code_actions(it, &params)).await
    }

    async fn code_lens(&self, params: CodeLensParams) -> jsonrpc::Result<Option<Vec<CodeLens>>> {
        self.ask(&params.text_document.uri, reading::lenses).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> jsonrpc::Result<Option<Value>> {
        if params.command != reading::MATCHES {
            return Err(Error::invalid_params(format!("`{}` is not a command", params.command)));
        }
        let uri = params.arguments.first().and_then(Value::as_str).and_then(|uri| Url::parse(uri).ok());
        let rule = params.arguments.get(1).and_then(Value::as_u64).and_then(|rule| usize::try_from(rule).ok());
        let (Some(uri), Some(rule)) = (uri, rule) else {
            return Err(Error::invalid_params("expected the address of a text and the number of a rule"));
        };
        let found = self.ask(&uri, move |it| reading::matches(it, rule)).await?.flatten();
        let told = match &found {
            None => "no requests are recorded; name a recording in the setting `tamis.traffic`".to_owned(),
            Some(labels) if labels.is_empty() => "no recorded request matches".to_owned(),
            Some(labels) => labels.join("\n"),
        };
        let client = self.client.clone();
        drop(tokio::spawn(async move { client.show_message(MessageType::INFO, told).await }));
        Ok(found.map(|labels| json!(labels)))
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> jsonrpc::Result<Option<Vec<TextEdit>>> {
        self.ask(&params.text_document.uri, actions::format).await
    }

    async fn range_formatting(&self, params: DocumentRangeFormattingParams) -> jsonrpc::Result<Option<Vec<TextEdit>>> {
        self.ask(&params.text_document.uri, move |it| actions::format_range(it, params.range)).await
    }

    async fn on_type_formatting(
        &self,
        params: DocumentOnTypeFormattingParams,
    ) -> jsonrpc::Result<Option<Vec<TextEdit>>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        self.ask(&text_document.uri, move |it| actions::format_line(it, position)).await
    }

    async fn prepare_rename(
        &self,
        params: TextDocumentPositionParams,
    ) -> jsonrpc::Result<Option<PrepareRenameResponse>> {
        let position = params.position;
        let found = self.ask(&params.text_document.uri, move |it| actions::prepare_rename(it, position)).await?;
        found.unwrap_or(Ok(None))
    }

    async fn rename(&self, params: RenameParams) -> jsonrpc::Result<Option<WorkspaceEdit>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let found = self.ask(&text_document.uri, move |it| actions::rename(it, position, &params.new_name)).await?;
        found.unwrap_or(Ok(None))
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> jsonrpc::Result<Option<Vec<FoldingRange>>> {
        self.ask(&params.text_document.uri, reading::folds).await
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> jsonrpc::Result<Option<Vec<SelectionRange>>> {
        self.ask(&params.text_document.uri, move |it| reading::selection(it, &params.positions)).await
    }

    async fn semantic_tokens_full(
        &self,
        params: SemanticTokensParams,
    ) -> jsonrpc::Result<Option<SemanticTokensResult>> {
        let uri = params.text_document.uri;
        let Some(data) = self.ask(&uri, |it| semantic::colours(it, None)).await? else { return Ok(None) };
        let id = self.state.lock().remember_colours(&uri, data.clone());
        Ok(Some(SemanticTokensResult::Tokens(SemanticTokens { result_id: Some(id), data })))
    }

    async fn semantic_tokens_full_delta(
        &self,
        params: SemanticTokensDeltaParams,
    ) -> jsonrpc::Result<Option<SemanticTokensFullDeltaResult>> {
        let uri = params.text_document.uri;
        let Some(data) = self.ask(&uri, |it| semantic::colours(it, None)).await? else { return Ok(None) };
        let (old, id) = {
            let mut state = self.state.lock();
            let old = state.colours.get(&uri).filter(|(id, _)| *id == params.previous_result_id).cloned();
            (old, state.remember_colours(&uri, data.clone()))
        };
        Ok(Some(match old {
            Some((_, old)) => SemanticTokensFullDeltaResult::TokensDelta(SemanticTokensDelta {
                result_id: Some(id),
                edits: semantic::difference(&old, &data),
            }),
            None => SemanticTokensFullDeltaResult::Tokens(SemanticTokens { result_id: Some(id), data }),
        }))
    }

    async fn semantic_tokens_range(
        &self,
        params: SemanticTokensRangeParams,
    ) -> jsonrpc::Result<Option<SemanticTokensRangeResult>> {
        let ask = move |it: &Snapshot| semantic::colours(it, Some(it.span(params.range)));
        let data = self.ask(&params.text_document.uri, ask).await?;
        Ok(data.map(|data| SemanticTokensRangeResult::Tokens(SemanticTokens { result_id: None, data })))
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> jsonrpc::Result<Option<Vec<InlayHint>>> {
        self.ask(&params.text_document.uri, move |it| reading::inlays(it, params.range)).await
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> jsonrpc::Result<DocumentDiagnosticReportResult> {
        let items = self.ask(&params.text_document.uri, Snapshot::diagnostics).await?.unwrap_or_default();
        let report = FullDocumentDiagnosticReport { result_id: None, items };
        Ok(DocumentDiagnosticReportResult::Report(DocumentDiagnosticReport::Full(
            RelatedFullDocumentDiagnosticReport { related_documents: None, full_document_diagnostic_report: report },
        )))
    }

    async fn workspace_diagnostic(
        &self,
        _: WorkspaceDiagnosticParams,
    ) -> jsonrpc::Result<WorkspaceDiagnosticReportResult> {
        let texts = {
            let state = self.state.lock();
            Texts::of(&state)
        };
        let items = work(move || texts.report()).await?;
        Ok(WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items }))
    }
}

/// The folders of the editor; of an old one its root.
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let folders = params.workspace_folders.iter().flatten();
    let mut found: Vec<PathBuf> = folders.filter_map(|folder| convert::path(&folder.uri)).collect();
    if found.is_empty() {
        let root = params.root_uri.as_ref();
        found.extend(root.and_then(convert::path));
    }
    found
}

/// Whether two paths name the same file, whatever links lead there.
fn same_file(a: &Path, b: &Path) -> bool {
    a == b || a.canonicalize().ok().zip(b.canonicalize().ok()).is_some_and(|(a, b)| a == b)
}
