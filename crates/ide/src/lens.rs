//! A line above each rule: what it would have captured, and when it can be decided.

use tamis_lang::span::Span;

use crate::document::View;
use crate::hover::moments;
use crate::traffic::Captured;

/// The line above a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The rule's name, or a bare rule.
    pub span: Span,
    /// The place of the rule among the rules of the text.
    pub rule: usize,
    /// The line.
    pub title: String,
    /// What the rule would have captured, where there is traffic.
    pub captured: Option<Captured>,
}

/// A lens for each rule without errors.
#[must_use]
pub fn lenses(view: &View<'_>) -> Vec<Lens> {
    let rules = view.document.analysis().rules().iter().enumerate();
    let items = view.document.items();
    rules
        .filter_map(|(place, rule)| {
            let checked = rule.checked()?;
            let item = items.get(items.partition_point(|item| item.span.start < rule.span.start));
            let span = item.map_or(rule.span, |item| item.name);
            let captured = view.traffic.map(|traffic| traffic.captured(checked));
            let decided = moments(view, rule.span).map(|moments| format!("decided at {}", moments.last));
            let parts: Vec<String> = captured.as_ref().map(title).into_iter().chain(decided).collect();
            (!parts.is_empty()).then(|| Lens { span, rule: place, title: parts.join(", "), captured })
        })
        .collect()
}

fn title(captured: &Captured) -> String {
    let Captured { matches, total } = captured;
    let requests = if *total == 1 { "request" } else { "requests" };
    format!("matches {} of {total} recorded {requests}", matches.len())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{at, with_traffic};

    fn show(view: &View<'_>, _: u32) -> String {
        lenses(view).into_iter().map(|lens| format!("{}: {}\n", view.slice(lens.span), lens.title)).collect()
    }

    #[track_caller]
    fn check(found: &str, expected: &Expect) {
        expected.assert_eq(found);
    }

    #[test]
    fn a_rule_says_what_it_would_have_captured() {
        let text = "$0let m = \"PUT\"\nrule put = http.request.method == m\nrule broken = x ==\nrule slow = proxy.kong.latency.total > 2s";
        check(
            &with_traffic(text, show),
            &expect![[r#"
                put: matches 2 of 3 recorded requests, decided at request_headers
                slow: matches 0 of 3 recorded requests, decided at log
            "#]],
        );
    }

    #[test]
    fn without_traffic_it_says_when() {
        check(
            &at("$0http.response.status_code == 503", show),
            &expect![[r#"
                http.response.status_code == 503: decided at response_headers
            "#]],
        );
    }
}
