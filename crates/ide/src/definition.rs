//! Where a name comes from.

use tamis_lang::catalog::FieldId;
use tamis_lang::span::Span;

use crate::document::View;
use crate::symbol::{Names, Symbol};

/// Where a name comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Definition {
    /// This range of the same text.
    Here(Span),
    /// The record of a field in the catalog.
    Field {
        /// Which.
        id: FieldId,
        /// Its name in the catalog.
        name: String,
    },
}

/// Where the name at an offset comes from, with the range of that name.
#[must_use]
pub fn definition(view: &View<'_>, offset: u32) -> Option<(Span, Definition)> {
    let names = Names::new(view);
    let (symbol, span) = names.at(offset)?;
    let found = match &symbol {
        Symbol::Field { id, .. } => Definition::Field { id: *id, name: view.catalog.field(*id)?.name.clone() },
        Symbol::Item(_) | Symbol::Variable(_) => {
            let all = names.occurrences(&symbol);
            Definition::Here(all.iter().find(|occurrence| occurrence.is_definition)?.span)
        }
    };
    Some((span, found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::at;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let found = at(text, |view, offset| {
            definition(view, offset).map(|(_, found)| match found {
                Definition::Here(span) => format!("{}..", view.text().get(span.start as usize..).unwrap()),
                Definition::Field { name, .. } => name,
            })
        });
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn a_name_leads_to_its_definition() {
        check("let a = 1\nrule r = try_count == $0a", Some("a = 1\nrule r = try_count == a.."));
        check("any(v in try_count, $0v > 1)", Some("v in try_count, v > 1).."));
    }

    #[test]
    fn a_field_leads_to_the_catalog() {
        check("http.me$0thod == \"GET\"", Some("http.request.method"));
        check("http.request.header[\"x-$0a\"] == \"\"", Some("http.request.header"));
        check("nothing.here$0 == 1", None);
    }
}
