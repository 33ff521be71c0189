//! `POST /v1/complete`: what can be written at an offset.

use serde::Serialize;
use tamis::Options;
use tamis_ide::{Completion, CompletionKind, Document, View, Window, complete};
use tamis_wire::Span;

use super::json;
use crate::problem::Problem;
use crate::request::{self, Pointing};
use crate::service::Inner;

/// How many items are handed out; whoever types on asks again.
const MOST_ITEMS: usize = 200;

/// Above how many bytes only the part of a text is read that matters at the offset.
const LONG: usize = 8 << 10;

#[derive(Serialize)]
struct Answer<'a> {
    version: u32,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    label: &'a str,
    kind: &'static str,
    description: &'a str,
    replace: Span,
    insert: &'a str,
    snippet: bool,
    filter: &'a str,
    deprecated: bool,
    goes_on: bool,
}

/// Completes.
pub(crate) fn answer(service: &Inner, body: &[u8]) -> Result<String, Problem> {
    let request: Pointing<'_> = request::read(body)?;
    let catalog = service.catalog(request.catalog.as_deref())?;
    let options = Options { edition: request.edition, ..Options::default() };
    let offset = request.offset();
    let text = request.text.as_ref();
    let found = if text.len() <= LONG {
        complete(&View::new(&Document::new(text, catalog, &options), catalog), offset)
    } else {
        let window = Window::new(text, offset);
        let document = Document::new(window.text.as_str(), catalog, &options);
        let mut found = complete(&View::new(&document, catalog), window.offset);
        for item in &mut found {
            item.replace = window.outside(item.replace);
        }
        found
    };
    Ok(json(&Answer { version: 1, items: found.iter().take(MOST_ITEMS).map(Item::from).collect() }))
}

impl<'a> From<&'a Completion> for Item<'a> {
    fn from(completion: &'a Completion) -> Self {
        Self {
            label: &completion.label,
            kind: kind(completion.kind),
            description: &completion.description,
            replace: completion.replace.into(),
            insert: &completion.insert,
            snippet: completion.is_snippet,
            filter: &completion.filter,
            deprecated: completion.is_deprecated,
            goes_on: completion.goes_on,
        }
    }
}

const fn kind(kind: CompletionKind) -> &'static str {
    match kind {
        CompletionKind::Field => "field",
        CompletionKind::Family => "family",
        CompletionKind::Let => "let",
        CompletionKind::Variable => "variable",
        CompletionKind::Operator => "operator",
        CompletionKind::Function => "function",
        CompletionKind::Value => "value",
        CompletionKind::Listed => "listed",
        CompletionKind::Quantity => "quantity",
        CompletionKind::Keyword => "keyword",
        CompletionKind::Snippet => "snippet",
    }
}
