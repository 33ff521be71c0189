//! Words shown between the words of a rule.

use tamis_lang::phase::Phase;
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_syntax::tree::{Literal, NodeKind};
use tamis_types::analysis::Rule;
use tamis_types::phases::Phases;

use crate::compared::{asks_for_order, compared, meaning};
use crate::describe::short;
use crate::document::View;
use crate::hover::{counted, told};

/// A few words behind a place of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inlay {
    /// Behind which byte.
    pub offset: u32,
    /// The words.
    pub label: String,
    /// More about them.
    pub tooltip: String,
    /// What they tell.
    pub kind: InlayKind,
}

/// What an inlay tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InlayKind {
    /// What a listed value means.
    Meaning,
    /// What a bare number counts.
    Unit,
    /// The share of requests that a sample keeps.
    Share,
    /// From when a rule can be decided.
    Phase,
}

/// The inlays of a range, in order.
#[must_use]
pub fn inlays(view: &View<'_>, range: Span) -> Vec<Inlay> {
    let tree = view.document.tree();
    let mut found: Vec<Inlay> = Vec::new();
    for id in tree.ids() {
        let span = tree.span(id);
        if span.end < range.start || range.end < span.start {
            continue;
        }
        match tree.kind(id) {
            NodeKind::Literal(Literal::Value(value)) => {
                let Some(compared) = compared(view, id) else { continue };
                // A bound is no code: `>= 500` is about more than *Internal Server Error*.
                let is_code = value.ty() == Ty::Int && !asks_for_order(compared.op);
                if let Some(allowed) = meaning(compared.field, value).filter(|_| is_code) {
                    found.push(Inlay {
                        offset: span.end,
                        label: short(allowed).to_owned(),
                        tooltip: allowed.doc.clone(),
                        kind: InlayKind::Meaning,
                    });
                } else if let Some(counted) = counted(compared.field, value) {
                    let tooltip = format!("a bare number beside `{}`", compared.field.name);
                    found.push(Inlay {
                        offset: span.end,
                        label: format!("= {counted}"),
                        tooltip,
                        kind: InlayKind::Unit,
                    });
                }
            }
            NodeKind::Literal(Literal::Probability { numerator, denominator }) => {
                let label = share(*numerator, *denominator);
                let tooltip = "the same requests of a trace everywhere".to_owned();
                found.push(Inlay { offset: span.end, label, tooltip, kind: InlayKind::Share });
            }
            _ => {}
        }
    }
    found.extend(
        view.document
            .analysis()
            .rules()
            .iter()
            .filter_map(|rule| phase(view, rule))
            .filter(|inlay| range.start <= inlay.offset && inlay.offset <= range.end),
    );
    found.sort_by_key(|inlay| inlay.offset);
    found.dedup_by(|next, one| next.offset == one.offset && join(one, next));
    found
}

/// Takes another inlay in the same place into one, because editors draw two without anything between.
fn join(one: &mut Inlay, next: &Inlay) -> bool {
    one.label = format!("{}, {}", one.label, next.label);
    one.tooltip = format!("{}\n\n{}", one.tooltip, next.tooltip);
    true
}

/// `keeps 1 in 10`, as far as that is a whole number.
fn share(numerator: u64, denominator: u64) -> String {
    match denominator.checked_rem(numerator) {
        Some(0) => format!("keeps 1 in {}", denominator / numerator.max(1)),
        _ => format!("keeps {numerator} in {denominator}"),
    }
}

/// When a rule is decided at the latest, behind the rule; nothing where that is before the request is sent on.
fn phase(view: &View<'_>, rule: &Rule) -> Option<Inlay> {
    let moments = Phases::of(rule.checked()?.hir()).rule();
    if moments.last <= Phase::RequestHeaders {
        return None;
    }
    let offset = rule.span.start + u32::try_from(view.slice(rule.span).trim_end().len()).ok()?;
    let label = format!("decided at {}", moments.last);
    Some(Inlay { offset, label, tooltip: told(&moments).join("\n"), kind: InlayKind::Phase })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::at;

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        let found = at(text, |view, _| {
            let mut shown = view.text().to_owned();
            let all = inlays(view, Span::from_range(0..view.text().len()));
            for inlay in all.iter().rev() {
                shown.insert_str(inlay.offset as usize, &format!("⟨{}⟩", inlay.label));
            }
            shown
        });
        expected.assert_eq(&found);
    }

    #[test]
    fn a_listed_number_says_what_it_means() {
        check(
            "$0http.response.status_code in [429, 503..504]",
            &expect![
                "http.response.status_code in [429⟨Too Many Requests⟩, 503⟨Service Unavailable⟩..504⟨Gateway Timeout⟩]⟨decided at response_headers⟩"
            ],
        );
    }

    #[test]
    fn a_bound_is_no_code() {
        check(
            "$0http.response.status_code >= 500 || http.response.status_code < 200",
            &expect![
                "http.response.status_code >= 500 || http.response.status_code < 200⟨decided at response_headers⟩"
            ],
        );
    }

    #[test]
    fn a_bare_number_says_what_it_counts() {
        check("$0proxy.kong.latency.total > 250", &expect!["proxy.kong.latency.total > 250⟨= 250ms, decided at log⟩"]);
    }

    #[test]
    fn an_early_rule_is_left_alone() {
        check("$0http.request.method == \"GET\"", &expect![[r#"http.request.method == "GET""#]]);
    }

    #[test]
    fn a_sample_says_its_share() {
        check("$0sample(10%)", &expect!["sample(10%⟨keeps 1 in 10⟩)"]);
        check("$0sample(15%)", &expect!["sample(15%⟨keeps 15 in 100⟩)"]);
    }
}
