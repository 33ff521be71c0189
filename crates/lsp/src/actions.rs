//! What changes a text: fixes, formatting, other names.

use tamis_ide as ide;
use tower_lsp::jsonrpc;
use tower_lsp::lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Position, PrepareRenameResponse, Range,
    TextEdit, WorkspaceEdit,
};

use crate::state::Snapshot;

/// The kind of the action that applies every safe fix of a text.
pub(crate) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.tamis");

/// The fixes of a range, and the one that applies all of them.
pub(crate) fn code_actions(snapshot: &Snapshot, params: &CodeActionParams) -> Vec<CodeActionOrCommand> {
    let view = snapshot.view();
    let wanted = |kind: &CodeActionKind| match &params.context.only {
        None => true,
        Some(only) => only.iter().any(|only| {
            let rest = kind.as_str().strip_prefix(only.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        }),
    };
    let mut actions = Vec::new();
    if wanted(&CodeActionKind::QUICKFIX) {
        actions.extend(ide::fixes(&view, snapshot.span(params.range)).into_iter().map(|action| CodeAction {
            title: action.fix.title.clone(),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![snapshot.diagnostic(action.diagnostic)]),
            edit: Some(snapshot.workspace_edit(&action.fix.edits)),
            is_preferred: action.is_preferred.then_some(true),
            ..CodeAction::default()
        }));
    }
    let all = ide::fix_all(&view);
    if wanted(&FIX_ALL) && !all.is_empty() {
        actions.push(CodeAction {
            title: "apply every safe fix of this file".to_owned(),
            kind: Some(FIX_ALL),
            edit: Some(snapshot.workspace_edit(&all)),
            ..CodeAction::default()
        });
    }
    actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

pub(crate) fn format(snapshot: &Snapshot) -> Vec<TextEdit> {
    snapshot.edits(&ide::format(&snapshot.view()))
}

pub(crate) fn format_range(snapshot: &Snapshot, range: Range) -> Vec<TextEdit> {
    snapshot.edits(&ide::format_range(&snapshot.view(), snapshot.span(range)))
}

pub(crate) fn format_line(snapshot: &Snapshot, position: Position) -> Vec<TextEdit> {
    snapshot.edits(&ide::format_line(&snapshot.view(), snapshot.offset(position)))
}

pub(crate) fn prepare_rename(
    snapshot: &Snapshot,
    position: Position,
) -> jsonrpc::Result<Option<PrepareRenameResponse>> {
    match ide::prepare_rename(&snapshot.view(), snapshot.offset(position)) {
        Ok(span) => Ok(Some(PrepareRenameResponse::RangeWithPlaceholder {
            range: snapshot.range(span),
            placeholder: span.slice(&snapshot.text).to_owned(),
        })),
        Err(ide::NotRenamed::NoName) => Ok(None),
        Err(why) => Err(refused(&why)),
    }
}

pub(crate) fn rename(snapshot: &Snapshot, position: Position, name: &str) -> jsonrpc::Result<Option<WorkspaceEdit>> {
    match ide::rename(&snapshot.view(), snapshot.offset(position), name) {
        Ok(edits) => Ok(Some(snapshot.workspace_edit(&edits))),
        Err(why) => Err(refused(&why)),
    }
}

fn refused(why: &ide::NotRenamed) -> jsonrpc::Error {
    jsonrpc::Error::invalid_params(why.to_string())
}
