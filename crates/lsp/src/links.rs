//! `textDocument/documentLink`: fields and codes, each with its page.

use serde_json::{Value, json};
use tamis_ide::{Page, Subject, describe, links};
use tower_lsp::lsp_types::DocumentLink;

use crate::pages;
use crate::region::Region;
use crate::state::Snapshot;

/// The words of a text that have a page; which file that is, is told when a person follows the link.
pub(crate) fn document_links(snapshot: &Snapshot) -> Vec<DocumentLink> {
    let link = |region: &Region<'_>, link: tamis_ide::Link| {
        let (data, tooltip) = match link.page {
            Page::Code(code) => (json!({ "code": code.as_str() }), code.title().to_owned()),
            Page::Field(subject) => {
                let Subject::Field { id, .. } = &subject else { return None };
                let field = region.view.catalog.field(*id)?;
                let routes = std::ptr::eq(region.view.catalog, snapshot.world.router());
                (json!({ "field": field.name, "uri": snapshot.uri, "routes": routes }), field.doc.clone())
            }
        };
        let range = region.range(link.span);
        Some(DocumentLink { range, target: None, tooltip: Some(tooltip), data: Some(data) })
    };
    snapshot.each(|region, from| {
        let found = links(&region.view).into_iter().filter(|it| it.span.start >= from);
        found.filter_map(|it| link(region, it)).collect()
    })
}

/// The link with the file of its page.
pub(crate) fn resolve(mut link: DocumentLink, world: &crate::world::World) -> DocumentLink {
    let text = |member: &str| link.data.as_ref().and_then(|data| data.get(member)).and_then(Value::as_str);
    let code = text("code").and_then(|code| code.parse().ok()).and_then(pages::code);
    let catalog = world.catalog_of(link.data.as_ref());
    let field = || {
        let name = text("field")?;
        let subject = Subject::field(catalog, name, None)?;
        pages::field(catalog.name(), name, &describe(&subject, catalog))
    };
    link.target = code.or_else(field);
    link
}
