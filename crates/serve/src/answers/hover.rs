//! `POST /v1/hover`: what is known of the thing at an offset.

use serde::Serialize;
use tamis::Options;
use tamis_ide::{Document, View, hover};
use tamis_wire::Span;

use super::json;
use crate::problem::Problem;
use crate::request::{self, Pointing};
use crate::service::Inner;

#[derive(Serialize)]
struct Answer {
    version: u32,
    hover: Option<Hover>,
}

#[derive(Serialize)]
struct Hover {
    span: Span,
    markdown: String,
}

/// Looks up what stands there.
pub(crate) fn answer(service: &Inner, body: &[u8]) -> Result<String, Problem> {
    let request: Pointing<'_> = request::read(body)?;
    let catalog = service.catalog(request.catalog.as_deref())?;
    let options = Options { edition: request.edition, ..Options::default() };
    let document = Document::new(request.text.as_ref(), catalog, &options);
    let found = hover(&View::new(&document, catalog), request.offset());
    let hover = found.map(|found| Hover { span: found.span.into(), markdown: found.markdown });
    Ok(json(&Answer { version: 1, hover }))
}
