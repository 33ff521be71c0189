//! Words of a text that a page belongs to: fields, and codes that a comment names.

use tamis_lang::code::Code;
use tamis_lang::span::Span;
use tamis_syntax::tree::NodeKind;

use crate::complete::Subject;
use crate::document::View;
use crate::symbol::{Names, Symbol};

/// A word with its page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The word.
    pub span: Span,
    /// What the page is about.
    pub page: Page,
}

/// What a page is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// A diagnostic code.
    Code(Code),
    /// A field; [`describe`](crate::describe) writes the page.
    Field(Subject),
}

/// The words with a page, in order.
#[must_use]
pub fn links(view: &View<'_>) -> Vec<Link> {
    let tree = view.document.tree();
    let names = Names::new(view);
    let fields = tree.ids().filter(|id| matches!(tree.kind(*id), NodeKind::Path { .. })).filter_map(|id| {
        let Some(Symbol::Field { id: field, key }) = names.of_path(id) else { return None };
        Some(Link { span: tree.span(id), page: Page::Field(Subject::Field { id: field, key }) })
    });
    let comments = view.document.analysis().comments.iter();
    let mut found: Vec<Link> = fields.chain(comments.flat_map(|comment| codes(view, *comment))).collect();
    found.sort_by_key(|link| link.span.start);
    found
}

/// The codes that a comment names.
fn codes(view: &View<'_>, comment: Span) -> Vec<Link> {
    let text = view.slice(comment);
    let mut found = Vec::new();
    let mut at = 0;
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        let place = comment.range().start + at;
        if let Some(code) = word.parse().ok().filter(|_| word.starts_with(['T', 'V'])) {
            found.push(Link { span: Span::from_range(place..place + word.len()), page: Page::Code(code) });
        }
        // What separates words is one character, of one byte or more.
        at += word.len();
        at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    found
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::at;

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        let found = at(text, |view, _| {
            let page = |page: &Page| match page {
                Page::Code(code) => code.to_string(),
                Page::Field(Subject::Field { id, .. }) => view.catalog.field(*id).unwrap().name.clone(),
                Page::Field(_) => "no field".to_owned(),
            };
            links(view).iter().map(|it| format!("{} -> {}\n", view.slice(it.span), page(&it.page))).collect::<String>()
        });
        expected.assert_eq(&found);
    }

    #[test]
    fn fields_and_codes() {
        check(
            "$0// héllo, T301: and (T203) but not XT301 or T999\nlet a = 1\nrule r = http.method == \"GET\" && try_count == a && http.request.header.x-a == \"\"",
            &expect![[r#"
                T301 -> T301
                T203 -> T203
                http.method -> http.request.method
                try_count -> try_count
                http.request.header.x-a -> http.request.header
            "#]],
        );
    }
}
