//! What changes a text: fixes, formatting, other names.

use serde_json::json;
use tamis::Diagnostic;
use tamis::diagnostic::Edit;
use tamis_ide as ide;
use tower_lsp::jsonrpc;
use tower_lsp::lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Position, PrepareRenameResponse, Range,
    TextEdit, WorkspaceEdit,
};

use crate::catalog_action;
use crate::region::Region;
use crate::state::Snapshot;

/// The kind of the action that applies every safe fix of a text.
pub(crate) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.tamis");

/// The fixes of a range, and the one that applies all of them.
///
/// Where the editor asks for edits later, that one comes without.
pub(crate) fn code_actions(
    snapshot: &Snapshot,
    params: &CodeActionParams,
    is_resolved: bool,
) -> Vec<CodeActionOrCommand> {
    let wanted = |kind: &CodeActionKind| match &params.context.only {
        None => true,
        Some(only) => only.iter().any(|only| {
            let rest = kind.as_str().strip_prefix(only.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        }),
    };
    let mut actions = Vec::new();
    if wanted(&CodeActionKind::QUICKFIX) {
        let range = snapshot.span(params.range);
        actions.extend(ide::fixes(snapshot.findings(), range).into_iter().map(|action| CodeAction {
            title: action.fix.title.clone(),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![snapshot.diagnostic(action.diagnostic)]),
            edit: Some(snapshot.workspace_edit(&action.fix.edits)),
            is_preferred: action.is_preferred.then_some(true),
            ..CodeAction::default()
        }));
    }
    if wanted(&CodeActionKind::QUICKFIX) {
        let range = snapshot.span(params.range);
        let touches = |found: &&Diagnostic| found.span.start <= range.end && range.start <= found.span.end;
        let findings = snapshot.findings().iter().filter(touches);
        actions.extend(findings.filter_map(|found| catalog_action::add(snapshot, found)));
    }
    let all = ide::fix_all(snapshot.findings());
    if wanted(&FIX_ALL) && !all.is_empty() {
        actions.push(CodeAction {
            title: "apply every safe fix of this file".to_owned(),
            kind: Some(FIX_ALL),
            edit: (!is_resolved).then(|| snapshot.workspace_edit(&all)),
            data: is_resolved.then(|| json!({ "uri": snapshot.uri })),
            ..CodeAction::default()
        });
    }
    actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

/// The edits of an action that was sent without them: those of the text as it is now.
pub(crate) fn resolve(mut action: CodeAction, snapshot: &Snapshot) -> CodeAction {
    if action.kind == Some(FIX_ALL) {
        action.edit = Some(snapshot.workspace_edit(&ide::fix_all(snapshot.findings())));
    }
    action
}

pub(crate) fn format(snapshot: &Snapshot) -> Vec<TextEdit> {
    snapshot.regions().iter().flat_map(|region| region.edits(&ide::format(&region.view))).collect()
}

pub(crate) fn format_range(snapshot: &Snapshot, range: Range) -> Vec<TextEdit> {
    let wanted = snapshot.span(range);
    let touches = |edit: &Edit| wanted.start <= edit.span.end && edit.span.start <= wanted.end;
    let edits = |region: &Region<'_>| {
        let mut edits = region.outside_edits(&ide::format(&region.view));
        edits.retain(touches);
        snapshot.edits(&edits)
    };
    snapshot.regions().iter().flat_map(edits).collect()
}

pub(crate) fn format_line(snapshot: &Snapshot, position: Position) -> Vec<TextEdit> {
    let Some((region, offset)) = snapshot.region_at(position) else { return Vec::new() };
    region.edits(&ide::format_line(&region.view, offset))
}

pub(crate) fn prepare_rename(
    snapshot: &Snapshot,
    position: Position,
) -> jsonrpc::Result<Option<PrepareRenameResponse>> {
    let Some((region, offset)) = snapshot.region_at(position) else { return Ok(None) };
    match ide::prepare_rename(&region.view, offset) {
        Ok(span) => Ok(Some(PrepareRenameResponse::RangeWithPlaceholder {
            range: region.range(span),
            placeholder: span.slice(region.view.document.text()).to_owned(),
        })),
        Err(ide::NotRenamed::NoName) => Ok(None),
        Err(why) => Err(refused(&why)),
    }
}

pub(crate) fn rename(snapshot: &Snapshot, position: Position, name: &str) -> jsonrpc::Result<Option<WorkspaceEdit>> {
    let Some((region, offset)) = snapshot.region_at(position) else { return Ok(None) };
    match ide::rename(&region.view, offset, name) {
        Ok(edits) => Ok(Some(region.workspace_edit(&edits))),
        Err(why) => Err(refused(&why)),
    }
}

fn refused(why: &ide::NotRenamed) -> jsonrpc::Error {
    jsonrpc::Error::invalid_params(why.to_string())
}
