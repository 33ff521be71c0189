//! Every use of a name.

use tamis_lang::catalog::FieldId;
use tamis_lang::span::Span;

use crate::document::View;
use crate::symbol::{Names, Occurrence, Symbol};

/// Every place of the name at an offset; for a field also ask [`field_uses`] of the other texts.
#[must_use]
pub fn references(view: &View<'_>, offset: u32) -> Vec<Occurrence> {
    crate::highlight::highlight(view, offset)
}

/// Every place of a field in a text; of a family without a key, those of all its members.
#[must_use]
pub fn field_uses(view: &View<'_>, id: FieldId) -> Vec<Span> {
    let names = Names::new(view);
    let tree = view.document.tree();
    let is_use = |node: &tamis_syntax::tree::NodeId| matches!(names.of_path(*node), Some(Symbol::Field { id: used, .. }) if used == id);
    tree.ids().filter(is_use).map(|node| tree.span(node)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{KONG, at};
    use tamis_lang::catalog::Resolution;

    #[test]
    fn the_uses_of_a_family_are_those_of_its_members() {
        let Resolution::Field { id, .. } = KONG.resolve("http.request.header.x-a", None) else { panic!() };
        let text = "$0http.request.header.x-a == \"1\" && http.request.header[\"x-b\"] == \"2\" && url.path == \"/\"";
        let found = at(text, |view, _| {
            field_uses(view, id).iter().map(|span| view.slice(*span).to_owned()).collect::<Vec<_>>()
        });
        assert_eq!(found, ["http.request.header.x-a", "http.request.header[\"x-b\"]"]);
    }

    #[test]
    fn references_name_the_definition() {
        let found = at("let a = 1\nrule r = try_count == $0a", references);
        assert_eq!(found.iter().map(|it| it.is_definition).collect::<Vec<_>>(), [true, false]);
    }
}
