//! `textDocument/completion` and `completionItem/resolve`.

use serde_json::{Value, json};
use tamis::Catalog;
use tamis::builtin::{Form, Power};
use tamis::diagnostic::Edit;
use tamis_ide::{Completion, CompletionKind, Subject, complete, describe};
use tower_lsp::lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionItemTag, CompletionList,
    CompletionResponse, CompletionTextEdit, Documentation, InsertTextFormat, MarkupContent, MarkupKind, Position,
    TextEdit,
};

use crate::region::Region;
use crate::state::Snapshot;

/// How many items are sent; the editor asks again with every letter.
const MOST_ITEMS: usize = 200;

/// What an editor shows at a position, after a typed character if there is one.
pub(crate) fn completion(
    snapshot: &Snapshot,
    position: Position,
    typed: Option<&str>,
    snippets: bool,
) -> Option<CompletionResponse> {
    snapshot.near(position, |region, offset| {
        let mut found = complete(&region.view, offset);
        // Whoever types a blank behind a whole condition may want to go on or to end the line.
        if typed == Some(" ") && found.first().is_some_and(is_logic) {
            found.clear();
        }
        let items = found.into_iter().take(MOST_ITEMS).enumerate();
        let items = items.map(|(place, it)| item(region, position, place, it, snippets)).collect();
        Some(CompletionResponse::List(CompletionList { is_incomplete: true, items }))
    })
}

fn is_logic(item: &Completion) -> bool {
    match item.subject {
        Subject::Builtin(id) => matches!(id.get().form, Form::Infix { power: Power::Logic, .. }),
        Subject::Nothing | Subject::Field { .. } => false,
    }
}

fn item(
    region: &Region<'_>,
    position: Position,
    place: usize,
    completion: Completion,
    snippets: bool,
) -> CompletionItem {
    let Completion { label, kind, description, replace, insert, is_snippet, filter, is_deprecated, subject, .. } =
        completion;
    // Within another document what is inserted has to be escaped, and the signs of a snippet must not be.
    let snippets = snippets && !region.is_embedded();
    let text = if is_snippet && !snippets { without_places(&insert) } else { insert };
    let is_snippet = is_snippet && snippets;
    let edit = text_edit(region, position, Edit { span: replace, text });
    CompletionItem {
        label,
        // Neovim and Emacs show only this one.
        detail: (!description.is_empty()).then(|| description.clone()),
        label_details: (!description.is_empty())
            .then_some(CompletionItemLabelDetails { detail: None, description: Some(description) }),
        kind: Some(kind_of(kind)),
        deprecated: is_deprecated.then_some(true),
        tags: is_deprecated.then(|| vec![CompletionItemTag::DEPRECATED]),
        sort_text: Some(format!("{place:04}")),
        filter_text: Some(filter),
        insert_text_format: Some(if is_snippet { InsertTextFormat::SNIPPET } else { InsertTextFormat::PLAIN_TEXT }),
        text_edit: Some(CompletionTextEdit::Edit(edit)),
        data: data(&subject, region),
        ..CompletionItem::default()
    }
}

/// The edit of an item: within one line, and around the cursor, as editors want it.
fn text_edit(region: &Region<'_>, position: Position, edit: Edit) -> TextEdit {
    let plain = |edit: Edit| TextEdit::new(region.range(edit.span), edit.text);
    if !region.is_embedded() {
        return plain(edit);
    }
    let fits = |it: &TextEdit| {
        it.range.start.line == it.range.end.line && it.range.start <= position && position <= it.range.end
    };
    match region.edits(std::slice::from_ref(&edit)).as_slice() {
        [escaped] if fits(escaped) => escaped.clone(),
        _ => plain(edit),
    }
}

const fn kind_of(kind: CompletionKind) -> CompletionItemKind {
    match kind {
        CompletionKind::Field => CompletionItemKind::FIELD,
        CompletionKind::Family => CompletionItemKind::MODULE,
        CompletionKind::Let => CompletionItemKind::CONSTANT,
        CompletionKind::Variable => CompletionItemKind::VARIABLE,
        CompletionKind::Operator => CompletionItemKind::OPERATOR,
        CompletionKind::Function => CompletionItemKind::FUNCTION,
        CompletionKind::Value => CompletionItemKind::VALUE,
        CompletionKind::Listed => CompletionItemKind::ENUM_MEMBER,
        CompletionKind::Quantity => CompletionItemKind::UNIT,
        CompletionKind::Keyword => CompletionItemKind::KEYWORD,
        CompletionKind::Snippet => CompletionItemKind::SNIPPET,
    }
}

/// A snippet for an editor that knows none: `any(${1:v} in $2, $0)` is `any(v in , )`.
fn without_places(snippet: &str) -> String {
    let mut out = String::new();
    let mut rest = snippet;
    while let Some((before, place)) = rest.split_once('$') {
        out.push_str(before);
        rest = match place.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some((inner, behind)) => {
                out.push_str(inner.split_once(':').map_or("", |(_, name)| name));
                behind
            }
            None => place.trim_start_matches(|c: char| c.is_ascii_digit()),
        };
    }
    out + rest
}

/// What an item is about, as the editor sends it back when a person asks for more.
fn data(subject: &Subject, region: &Region<'_>) -> Option<Value> {
    let (catalog, uri) = (region.view.catalog, &region.snapshot.uri);
    let routes = std::ptr::eq(catalog, region.snapshot.world.router());
    match subject {
        Subject::Nothing => None,
        Subject::Field { id, key } => {
            Some(json!({ "field": catalog.field(*id)?.name, "key": key, "uri": uri, "routes": routes }))
        }
        Subject::Builtin(id) => Some(json!({ "builtin": id.get().name })),
    }
}

/// The item with its documentation.
pub(crate) fn resolve(mut item: CompletionItem, catalog: &Catalog) -> CompletionItem {
    let text = |member: &str| item.data.as_ref().and_then(|data| data.get(member)).and_then(Value::as_str);
    let field = text("field").and_then(|name| Subject::field(catalog, name, text("key")));
    let builtin = text("builtin").and_then(Subject::builtin);
    if let Some(subject) = field.or(builtin) {
        item.documentation = Some(Documentation::MarkupContent(MarkupContent {
            kind: MarkupKind::Markdown,
            value: describe(&subject, catalog),
        }));
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_without_its_places_is_text() {
        assert_eq!(without_places("any(${1:v} in $2, $0)"), "any(v in , )");
        assert_eq!(without_places("r#\"^$1\"#$0"), "r#\"^\"#");
        assert_eq!(without_places("plain"), "plain");
    }
}
