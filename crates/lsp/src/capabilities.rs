//! What both sides can do.

use tower_lsp::lsp_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CodeLensOptions,
    CompletionOptions, DiagnosticOptions, DiagnosticServerCapabilities, DocumentLinkOptions,
    DocumentOnTypeFormattingOptions, ExecuteCommandOptions, FoldingRangeProviderCapability, HoverProviderCapability,
    OneOf, RenameOptions, SelectionRangeProviderCapability, SemanticTokensFullOptions, SemanticTokensOptions,
    SemanticTokensServerCapabilities, ServerCapabilities, SignatureHelpOptions, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, WorkDoneProgressOptions, WorkspaceFoldersServerCapabilities,
    WorkspaceServerCapabilities,
};

use crate::lines::Encoding;
use crate::state::Abilities;
use crate::{actions, commands, semantic};

/// What the editor said that it can do.
pub(crate) fn abilities(client: &ClientCapabilities) -> Abilities {
    let offered = client.general.as_ref().and_then(|it| it.position_encodings.as_deref()).unwrap_or(&[]);
    let text = client.text_document.as_ref();
    let workspace = client.workspace.as_ref();
    let item = text.and_then(|it| it.completion.as_ref()).and_then(|it| it.completion_item.as_ref());
    let watched = workspace.and_then(|it| it.did_change_watched_files.as_ref());
    Abilities {
        encoding: Encoding::choose(offered),
        snippets: item.and_then(|it| it.snippet_support) == Some(true),
        resolves_edits: text
            .and_then(|it| it.code_action.as_ref())
            .and_then(|it| it.resolve_support.as_ref())
            .is_some_and(|it| it.properties.iter().any(|property| property == "edit")),
        shows_documents: client.window.as_ref().and_then(|it| it.show_document.as_ref()).is_some_and(|it| it.support),
        pulls_diagnostics: text.is_some_and(|it| it.diagnostic.is_some()),
        has_configuration: workspace.and_then(|it| it.configuration) == Some(true),
        watches_files: watched.and_then(|it| it.dynamic_registration) == Some(true),
        refreshes_diagnostics: workspace.and_then(|it| it.diagnostic.as_ref()).and_then(|it| it.refresh_support)
            == Some(true),
        refreshes_inlays: workspace.and_then(|it| it.inlay_hint.as_ref()).and_then(|it| it.refresh_support)
            == Some(true),
        refreshes_lenses: workspace.and_then(|it| it.code_lens.as_ref()).and_then(|it| it.refresh_support)
            == Some(true),
        refreshes_tokens: workspace.and_then(|it| it.semantic_tokens.as_ref()).and_then(|it| it.refresh_support)
            == Some(true),
    }
}

/// What this server can do; each is served below, and a test holds it to that.
pub(crate) fn capabilities(encoding: Encoding) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            ..TextDocumentSyncOptions::default()
        })),
        completion_provider: Some(CompletionOptions {
            resolve_provider: Some(true),
            trigger_characters: Some([".", "\"", "'", " ", "=", "<", ">", "~"].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        signature_help_provider: Some(SignatureHelpOptions {
            trigger_characters: Some(vec!["(".to_owned(), ",".to_owned()]),
            ..SignatureHelpOptions::default()
        }),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, actions::FIX_ALL]),
            resolve_provider: Some(true),
            ..CodeActionOptions::default()
        })),
        document_link_provider: Some(DocumentLinkOptions {
            resolve_provider: Some(true),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        }),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        document_formatting_provider: Some(OneOf::Left(true)),
        document_range_formatting_provider: Some(OneOf::Left(true)),
        document_on_type_formatting_provider: Some(DocumentOnTypeFormattingOptions {
            first_trigger_character: "\n".to_owned(),
            more_trigger_character: None,
        }),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
        semantic_tokens_provider: Some(SemanticTokensServerCapabilities::SemanticTokensOptions(
            SemanticTokensOptions {
                legend: semantic::legend(),
                range: Some(true),
                full: Some(SemanticTokensFullOptions::Delta { delta: Some(true) }),
                ..SemanticTokensOptions::default()
            },
        )),
        inlay_hint_provider: Some(OneOf::Left(true)),
        diagnostic_provider: Some(DiagnosticServerCapabilities::Options(DiagnosticOptions {
            identifier: Some("tamis".to_owned()),
            inter_file_dependencies: false,
            workspace_diagnostics: true,
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: commands::COMMANDS.iter().map(|(name, _)| (*name).to_owned()).collect(),
            ..ExecuteCommandOptions::default()
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: None,
        }),
        ..ServerCapabilities::default()
    }
}
