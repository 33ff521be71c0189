//! Ranges that can be folded.

use tamis_lang::span::Span;
use tamis_syntax::tree::NodeKind;

use crate::document::View;

/// A range over several lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// What disappears, from the first of its lines to the last.
    pub span: Span,
    /// What it is.
    pub kind: FoldKind,
}

/// What a fold is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FoldKind {
    /// A `let` or a rule.
    Item,
    /// Comment lines in a row.
    Comment,
    /// Parentheses or brackets.
    Group,
}

/// The ranges of a text that go over several lines.
#[must_use]
pub fn folds(view: &View<'_>) -> Vec<Fold> {
    let tree = view.document.tree();
    let mut found: Vec<Fold> = Vec::new();
    found.extend(view.document.items().iter().map(|item| Fold { span: item.span, kind: FoldKind::Item }));
    for id in tree.ids() {
        if matches!(
            tree.kind(id),
            NodeKind::Group(_) | NodeKind::Set(_) | NodeKind::Call { .. } | NodeKind::Quantified { .. }
        ) {
            found.push(Fold { span: tree.span(id), kind: FoldKind::Group });
        }
    }
    found.extend(comments(view).into_iter().map(|span| Fold { span, kind: FoldKind::Comment }));
    found.retain(|fold| view.slice(fold.span).contains('\n'));
    found.sort_by_key(|fold| (fold.span.start, std::cmp::Reverse(fold.span.end)));
    found
}

/// Comments with nothing but one line break and blanks between them, joined.
fn comments(view: &View<'_>) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::new();
    for comment in &view.document.analysis().comments {
        match joined.last_mut() {
            Some(last) if is_next_line(view.slice(Span::new(last.end, comment.start))) => *last = last.join(*comment),
            _ => joined.push(*comment),
        }
    }
    joined
}

fn is_next_line(between: &str) -> bool {
    between.trim().is_empty() && between.matches('\n').count() == 1
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::at;

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        let line = |view: &View<'_>, fold: Fold| format!("{:?} {:?}\n", fold.kind, view.slice(fold.span));
        expected
            .assert_eq(&at(text, |view, _| folds(view).into_iter().map(|fold| line(view, fold)).collect::<String>()));
    }

    #[test]
    fn what_goes_over_several_lines_folds() {
        check(
            "$0// a\n// b\n\n// c\nrule x = (\n  url.path == \"/\"\n)\nrule y = url.path in [\"a\"]\n",
            &expect![[r#"
                Comment "// a\n// b"
                Item "rule x = (\n  url.path == \"/\"\n)"
                Group "(\n  url.path == \"/\"\n)"
            "#]],
        );
    }
}
