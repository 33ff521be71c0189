//! The outline of a text.

use tamis_lang::span::Span;
use tamis_syntax::tree::ItemKind;
use tamis_types::analysis::NodeType;

use crate::document::View;

/// One entry of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Its name; of a bare rule, the beginning of its text.
    pub name: String,
    /// Which kind of thing it is.
    pub kind: OutlineKind,
    /// The first line of its documentation, or the type of a `let`.
    pub detail: String,
    /// All of it, its documentation included.
    pub span: Span,
    /// Its name, or the rule where it has none.
    pub name_span: Span,
}

/// Which kind of thing an entry of the outline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutlineKind {
    /// A rule.
    Rule,
    /// A `let` of a condition.
    Condition,
    /// A `let` of a value.
    Value,
    /// A `let` of a set.
    Set,
}

/// How much of a bare rule is shown, in characters.
const MOST_CHARACTERS: usize = 60;

/// The items of a file, or the bare rule.
#[must_use]
pub fn symbols(view: &View<'_>) -> Vec<Outline> {
    let analysis = view.document.analysis();
    let items = view.document.items();
    if items.is_empty() {
        return analysis.rules().iter().filter_map(|rule| bare(view, rule.span)).collect();
    }
    let entry = |item: &tamis_syntax::tree::Item| {
        let (kind, detail) = match (item.kind, analysis.node_type(item.body)) {
            (ItemKind::Rule, _) => (OutlineKind::Rule, String::new()),
            (ItemKind::Let, NodeType::Value(ty)) => (OutlineKind::Value, ty.to_string()),
            (ItemKind::Let, NodeType::Set) => (OutlineKind::Set, "set".to_owned()),
            (ItemKind::Let, NodeType::Condition) => (OutlineKind::Condition, "condition".to_owned()),
            (ItemKind::Let, NodeType::Unknown) => (OutlineKind::Value, String::new()),
        };
        let documentation = item.documentation.first();
        let detail = documentation.map_or(detail, |line| view.slice(*line).trim().to_owned());
        let comment = documentation.map(|line| Span::new(line_start(view.text(), line.start), item.span.end));
        let (name, name_span) = match view.slice(item.name) {
            "" => (view.slice(item.keyword).to_owned(), item.keyword),
            name => (name.to_owned(), item.name),
        };
        Outline { name, kind, detail, span: comment.map_or(item.span, |span| span.join(item.span)), name_span }
    };
    items.iter().map(entry).collect()
}

/// The offset at which the line of an offset begins, blanks left out.
fn line_start(text: &str, offset: u32) -> u32 {
    let before = text.get(..offset as usize).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.get(start..).unwrap_or("");
    u32::try_from(start + line.len() - line.trim_start().len()).unwrap_or(offset)
}

fn bare(view: &View<'_>, span: Span) -> Option<Outline> {
    let text = view.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return None;
    }
    let mut name: String = text.chars().take(MOST_CHARACTERS).collect();
    if name.len() < text.len() {
        name.push('…');
    }
    Some(Outline { name, kind: OutlineKind::Rule, detail: String::new(), span, name_span: span })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::at;

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        let found = at(text, |view, _| {
            let line = |it: Outline| {
                format!(
                    "{:?} {} ({}) at {:?}, all {:?}\n",
                    it.kind,
                    it.name,
                    it.detail,
                    view.slice(it.name_span),
                    view.slice(it.span)
                )
            };
            symbols(view).into_iter().map(line).collect::<String>()
        });
        expected.assert_eq(&found);
    }

    #[test]
    fn the_items_of_a_file() {
        check(
            "$0let slow = 2s\n// The gateway or the upstream.\nrule errors = http.response.status_code >= 500\n",
            &expect![[r#"
                Value slow (duration) at "slow", all "let slow = 2s"
                Rule errors (The gateway or the upstream.) at "errors", all "// The gateway or the upstream.\nrule errors = http.response.status_code >= 500"
            "#]],
        );
    }

    #[test]
    fn a_bare_rule() {
        check(
            "$0url.path == \"/v1\"",
            &expect![[r#"
                Rule url.path == "/v1" () at "url.path == \"/v1\"", all "url.path == \"/v1\""
            "#]],
        );
        check("$0", &expect![[""]]);
    }
}
