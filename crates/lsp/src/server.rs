//! The methods of the protocol: take what is needed out of the state, ask on another thread, give the answer.
//!
//! Those whose answer grows with the text are in `whole`.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;
use tower_lsp::jsonrpc::{self, Error};
use tower_lsp::lsp_types::{
    CodeAction, CodeActionParams, CodeActionResponse, CompletionItem, CompletionParams, CompletionResponse,
    ConfigurationItem, Diagnostic, DidChangeConfigurationParams, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    DocumentFormattingParams, DocumentHighlight, DocumentHighlightParams, DocumentLink, DocumentOnTypeFormattingParams,
    DocumentRangeFormattingParams, ExecuteCommandParams, FullDocumentDiagnosticReport, GotoDefinitionParams,
    GotoDefinitionResponse, Hover, HoverParams, InitializeParams, InitializeResult, InitializedParams, InlayHint,
    InlayHintParams, Location, MessageType, PrepareRenameResponse, ReferenceParams, Registration,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport, RenameParams, SelectionRange,
    SelectionRangeParams, SemanticTokens, SemanticTokensRangeParams, SemanticTokensRangeResult, ServerInfo,
    ShowDocumentParams, SignatureHelp, SignatureHelpParams, SymbolInformation, TextDocumentItem,
    TextDocumentPositionParams, TextEdit, UnchangedDocumentDiagnosticReport, Unregistration, Url,
    VersionedTextDocumentIdentifier, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceDiagnosticReportResult, WorkspaceEdit, WorkspaceSymbolParams,
};
use tower_lsp::{Client, LanguageServer};

use crate::capabilities::{abilities, capabilities};
use crate::publish::Publisher;
use crate::settings::Settings;
use crate::state::{Kind, Snapshot, State, Worlds, roots};
use crate::workers::Workers;
use crate::workspace::Texts;
use crate::world::World;
use crate::written::Written;
use crate::{actions, commands, completion, convert, links, pages, reading, semantic};

/// How long an editor may take to answer a question.
const PATIENCE: Duration = Duration::from_secs(5);

/// The server of one editor.
#[derive(Clone)]
pub(crate) struct Server {
    client: Client,
    pub(crate) state: State,
    workers: Workers,
    publisher: Arc<OnceLock<Publisher>>,
    pub(crate) written: Written,
}

impl Server {
    pub(crate) fn new(client: Client, written: Written) -> Self {
        Self { client, state: State::new(), workers: Workers::new(), publisher: Arc::default(), written }
    }

    /// Asks about an open text on a thread of its own; none of a text that is not open.
    ///
    /// The version is the one at the time of the call, whatever changes while the answer is made.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        uri: &Url,
        answer: impl FnOnce(&Snapshot) -> T + Send + 'static,
    ) -> jsonrpc::Result<Option<T>> {
        match self.state.snapshot(uri) {
            Some(snapshot) => self.work(move || answer(&snapshot)).await.map(Some),
            None => Ok(None),
        }
    }

    /// Does something on a thread of its own; a panic there is an error of this request only.
    async fn work<T: Send + 'static>(&self, task: impl FnOnce() -> T + Send + 'static) -> jsonrpc::Result<T> {
        self.workers.run(task).await.map_err(|_| Error::internal_error())
    }

    fn publisher(&self) -> &Publisher {
        let start = || Publisher::start(self.client.clone(), self.state.clone(), self.workers.clone());
        self.publisher.get_or_init(start)
    }

    fn changed(&self, uri: Url) {
        self.publisher().changed(uri);
    }

    /// Reads what the settings of each folder name and judges every open text anew, without keeping the caller waiting.
    fn load(&self, settings: Vec<(Option<PathBuf>, Settings)>) {
        let server = self.clone();
        drop(tokio::spawn(async move {
            let Ok((worlds, problems)) = server.work(move || worlds(settings)).await else { return };
            let (open, files) = {
                let mut state = server.state.lock();
                state.move_to(worlds);
                (state.open.keys().cloned().collect::<Vec<_>>(), state.files())
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

    /// Asks the editor for the settings of each folder and loads what they name.
    fn ask_settings(&self) {
        let server = self.clone();
        drop(tokio::spawn(async move {
            let folders = server.state.lock().roots();
            let item = |folder: &Option<PathBuf>| ConfigurationItem {
                scope_uri: folder.as_deref().and_then(|folder| Url::from_directory_path(folder).ok()),
                section: Some("tamis".to_owned()),
            };
            let answer = timeout(PATIENCE, server.client.configuration(folders.iter().map(item).collect())).await;
            if let Ok(Ok(values)) = answer
                && values.iter().any(|value| !value.is_null())
            {
                server.take_settings(folders.into_iter().zip(values));
            }
        }));
    }

    /// Takes settings as the editor sends them, for each folder.
    fn take_settings(&self, values: impl Iterator<Item = (Option<PathBuf>, Value)>) {
        let read = values.map(|(folder, value)| Ok((folder, Settings::read(&value)?)));
        match read.collect::<Result<Vec<_>, String>>() {
            Ok(settings) if settings == self.state.lock().settings() => {}
            Ok(settings) => self.load(settings),
            Err(why) => {
                let client = self.client.clone();
                drop(tokio::spawn(async move { client.show_message(MessageType::ERROR, why).await }));
            }
        }
    }

    /// What something that was sent to the editor is read against.
    fn world_of(&self, data: Option<&Value>) -> Arc<World> {
        let uri = data.and_then(|data| data.get("uri")).and_then(Value::as_str).and_then(|uri| Url::parse(uri).ok());
        let state = self.state.lock();
        uri.map_or_else(|| state.first_world(), |uri| state.world(&uri))
    }

    /// Shows the answer of a command where the editor can, and gives it as a value.
    fn deliver(&self, answer: commands::Answer, is_shown_by_caller: bool) -> Value {
        let (server, client, abilities) = (self.clone(), self.client.clone(), self.state.lock().abilities);
        match answer {
            commands::Answer::Message(text, value) => {
                if !is_shown_by_caller {
                    drop(tokio::spawn(async move { client.show_message(MessageType::INFO, text).await }));
                }
                value
            }
            commands::Answer::Page { title, text } => {
                let value = json!({ "title": title, "language": "markdown", "text": text });
                if !is_shown_by_caller {
                    drop(tokio::spawn(async move {
                        let page = server.work(move || pages::answer(&title, &text).ok_or(text)).await;
                        match page {
                            Ok(Ok(uri)) if abilities.shows_documents => {
                                let params =
                                    ShowDocumentParams { uri, external: None, take_focus: Some(true), selection: None };
                                let _ = timeout(PATIENCE, client.show_document(params)).await;
                            }
                            Ok(Ok(uri)) => {
                                client
                                    .show_message(MessageType::INFO, format!("the answer is in {}", uri.path()))
                                    .await;
                            }
                            Ok(Err(text)) => client.show_message(MessageType::INFO, text).await,
                            Err(_) => {}
                        }
                    }));
                }
                value
            }
            commands::Answer::Edit(edit, text) => {
                if !is_shown_by_caller {
                    drop(tokio::spawn(async move {
                        let _ = timeout(PATIENCE, client.apply_edit(*edit)).await;
                    }));
                }
                json!({ "title": "converted", "language": "tamis", "text": text })
            }
        }
    }
}

/// What the settings of each folder lead to, and what could not be read, each once.
fn worlds(settings: Vec<(Option<PathBuf>, Settings)>) -> (Worlds, Vec<String>) {
    let mut all = Vec::new();
    let worlds = settings.into_iter().map(|(folder, settings)| {
        let (world, problems) = World::load(settings, folder.as_deref());
        all.extend(problems);
        (folder, Arc::new(world))
    });
    let worlds = worlds.collect();
    all.sort();
    all.dedup();
    (worlds, all)
}

#[tower_lsp::async_trait]
impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> jsonrpc::Result<InitializeResult> {
        let abilities = abilities(&params.capabilities);
        let folders = folders(&params);
        let given = params.initialization_options.as_ref().map_or(Ok(Settings::default()), Settings::read);
        let settings = given.clone().unwrap_or_default();
        let roots = roots(&folders).into_iter().map(|root| (root, settings.clone())).collect();
        let (worlds, mut problems) = self.work(move || worlds(roots)).await?;
        problems.extend(given.err());
        {
            let mut state = self.state.lock();
            state.abilities = abilities;
            state.folders = folders;
            state.move_to(worlds);
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
            (state.files(), state.abilities.has_configuration)
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
        let TextDocumentItem { uri, version, text, language_id } = params.text_document;
        let kind = Kind::of(&language_id, &uri);
        self.state.lock().open(uri.clone(), version, kind, text);
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
            let folders = self.state.lock().roots();
            self.take_settings(folders.into_iter().map(|folder| (folder, params.settings.clone())));
        }
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        let changed: Vec<PathBuf> = params.changes.iter().filter_map(|event| convert::path(&event.uri)).collect();
        let settings = {
            let state = self.state.lock();
            let is_read = state.files().iter().any(|file| changed.iter().any(|path| same_file(file, path)));
            is_read.then(|| state.settings())
        };
        if let Some(settings) = settings {
            self.load(settings);
        }
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        let (settings, asks) = {
            let mut state = self.state.lock();
            let gone: Vec<PathBuf> =
                params.event.removed.iter().filter_map(|folder| convert::path(&folder.uri)).collect();
            state.folders.retain(|folder| !gone.contains(folder));
            state.folders.extend(params.event.added.iter().filter_map(|folder| convert::path(&folder.uri)));
            let known = state.settings();
            let first = known.first().map(|(_, settings)| settings.clone()).unwrap_or_default();
            let own =
                |root: &Option<PathBuf>| known.iter().find(|(folder, _)| folder == root).map(|(_, own)| own.clone());
            let roots = state.roots().into_iter();
            let settings: Vec<_> =
                roots.map(|root| (root.clone(), own(&root).unwrap_or_else(|| first.clone()))).collect();
            (settings, state.abilities.has_configuration)
        };
        self.load(settings);
        if asks {
            self.ask_settings();
        }
    }

    async fn completion(&self, params: CompletionParams) -> jsonrpc::Result<Option<CompletionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let typed = params.context.and_then(|context| context.trigger_character);
        let snippets = self.state.lock().abilities.snippets;
        let ask = move |it: &Snapshot| completion::completion(it, position, typed.as_deref(), snippets);
        Ok(self.ask(&text_document.uri, ask).await?.flatten())
    }

    async fn completion_resolve(&self, item: CompletionItem) -> jsonrpc::Result<CompletionItem> {
        let world = self.world_of(item.data.as_ref());
        self.work(move || {
            let catalog = world.catalog_of(item.data.as_ref());
            completion::resolve(item, catalog)
        })
        .await
    }

    async fn document_link_resolve(&self, link: DocumentLink) -> jsonrpc::Result<DocumentLink> {
        let world = self.world_of(link.data.as_ref());
        self.work(move || links::resolve(link, &world)).await
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
        let texts = {
            let state = self.state.lock();
            Texts::of(&state)
        };
        let uri = text_document.uri.clone();
        let ask = move |it: &Snapshot| {
            let mut found = reading::references(it, position, with_definition);
            found.extend(texts.others(&uri).flat_map(|other| reading::uses_elsewhere(it, position, other)));
            found.extend(texts.closed().flat_map(|other| reading::uses_elsewhere(it, position, &other)));
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

    async fn symbol(&self, params: WorkspaceSymbolParams) -> jsonrpc::Result<Option<Vec<SymbolInformation>>> {
        let texts = {
            let state = self.state.lock();
            Texts::of(&state)
        };
        self.work(move || Some(texts.symbols(&params.query))).await
    }

    async fn code_action(&self, params: CodeActionParams) -> jsonrpc::Result<Option<CodeActionResponse>> {
        let uri = params.text_document.uri.clone();
        let is_resolved = self.state.lock().abilities.resolves_edits;
        self.ask(&uri, move |it| actions::code_actions(it, &params, is_resolved)).await
    }

    async fn code_action_resolve(&self, action: CodeAction) -> jsonrpc::Result<CodeAction> {
        let uri = action.data.as_ref().and_then(|data| data.get("uri")).and_then(Value::as_str);
        let Some(snapshot) = uri.and_then(|uri| Url::parse(uri).ok()).and_then(|uri| self.state.snapshot(&uri)) else {
            return Ok(action);
        };
        self.work(move || actions::resolve(action, &snapshot)).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> jsonrpc::Result<Option<Value>> {
        let command = commands::Command::new(&params.command, &params.arguments)?;
        let is_shown_by_caller = command.is_shown_by_caller();
        let answer = match command.uri()? {
            None => command.explain()?,
            Some(uri) => {
                let snapshot = self.state.snapshot(&uri);
                let snapshot = snapshot.ok_or_else(|| Error::invalid_params(format!("`{uri}` is not open")))?;
                let ExecuteCommandParams { command, arguments, .. } = params;
                self.work(move || commands::Command::new(&command, &arguments)?.ask(&snapshot)).await??
            }
        };
        Ok(Some(self.deliver(answer, is_shown_by_caller)))
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

    async fn selection_range(&self, params: SelectionRangeParams) -> jsonrpc::Result<Option<Vec<SelectionRange>>> {
        self.ask(&params.text_document.uri, move |it| reading::selection(it, &params.positions)).await
    }

    async fn semantic_tokens_range(
        &self,
        params: SemanticTokensRangeParams,
    ) -> jsonrpc::Result<Option<SemanticTokensRangeResult>> {
        let ask = move |it: &Snapshot| semantic::colours_of(it, params.range);
        let data = self.ask(&params.text_document.uri, ask).await?;
        Ok(data.map(|data| SemanticTokensRangeResult::Tokens(SemanticTokens { result_id: None, data })))
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> jsonrpc::Result<Option<Vec<InlayHint>>> {
        self.ask(&params.text_document.uri, move |it| reading::inlays(it, params.range)).await
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> jsonrpc::Result<DocumentDiagnosticReportResult> {
        let (uri, known) = (params.text_document.uri, params.previous_result_id);
        let asks_again = self.state.lock().abilities.refreshes_diagnostics;
        let ask = move |it: &Snapshot| {
            let (items, is_all) = if asks_again { it.diagnostics_soon() } else { (it.diagnostics(), true) };
            let result_id = if is_all { it.result_id() } else { format!("{} soon", it.result_id()) };
            if known.as_ref() == Some(&result_id) {
                let report = UnchangedDocumentDiagnosticReport { result_id };
                let report = RelatedUnchangedDocumentDiagnosticReport {
                    related_documents: None,
                    unchanged_document_diagnostic_report: report,
                };
                return (DocumentDiagnosticReport::Unchanged(report), is_all);
            }
            (full_report(Some(result_id), items), is_all)
        };
        let (report, is_all) = self.ask(&uri, ask).await?.unwrap_or_else(|| (full_report(None, Vec::new()), true));
        if !is_all {
            self.publisher().told_soon(uri);
        }
        Ok(DocumentDiagnosticReportResult::Report(report))
    }

    async fn workspace_diagnostic(
        &self,
        params: WorkspaceDiagnosticParams,
    ) -> jsonrpc::Result<WorkspaceDiagnosticReportResult> {
        let texts = {
            let state = self.state.lock();
            Texts::of(&state)
        };
        let items = self.work(move || texts.report(&params.previous_result_ids)).await?;
        Ok(WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items }))
    }
}

fn full_report(result_id: Option<String>, items: Vec<Diagnostic>) -> DocumentDiagnosticReport {
    DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id, items },
    })
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
