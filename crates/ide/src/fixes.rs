//! Edits that mend what is wrong.

use tamis_lang::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use tamis_lang::span::Span;

/// A fix with the finding that it mends.
#[derive(Clone, Copy, Debug)]
pub struct Action<'a> {
    /// The finding.
    pub diagnostic: &'a Diagnostic,
    /// Title and edits.
    pub fix: &'a Fix,
    /// Whether it is the one that an editor may choose by itself: the only reading, and the first of its finding.
    pub is_preferred: bool,
}

/// The fixes of the findings that touch a range, in the order of the findings.
#[must_use]
pub fn fixes(findings: &[Diagnostic], range: Span) -> Vec<Action<'_>> {
    let touches = |diagnostic: &&Diagnostic| diagnostic.span.start <= range.end && range.start <= diagnostic.span.end;
    findings
        .iter()
        .filter(touches)
        .flat_map(|diagnostic| {
            let safe = diagnostic.fixes.iter().position(is_safe);
            diagnostic.fixes.iter().enumerate().map(move |(place, fix)| Action {
                diagnostic,
                fix,
                is_preferred: Some(place) == safe,
            })
        })
        .collect()
}

/// The edits of all fixes that are the only reading, as far as they do not touch one another.
///
/// Applying them may bring out more; the command `tamis fix` goes on until nothing changes.
#[must_use]
pub fn fix_all(findings: &[Diagnostic]) -> Vec<Edit> {
    let mut taken: Vec<Edit> = Vec::new();
    for diagnostic in findings {
        let Some(fix) = diagnostic.fixes.iter().find(|fix| is_safe(fix)) else { continue };
        let touches = |edit: &Edit| {
            taken.iter().any(|other| other.span.start <= edit.span.end && edit.span.start <= other.span.end)
        };
        if !fix.edits.iter().any(touches) {
            taken.extend(fix.edits.iter().cloned());
        }
    }
    taken.sort_by_key(|edit| edit.span.start);
    taken
}

fn is_safe(fix: &Fix) -> bool {
    fix.applicability == Applicability::Safe
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use tamis_lang::diagnostic::apply_edits;

    use super::*;
    use crate::diagnostics;
    use crate::testing::at;

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        let found = at(text, |view, offset| {
            let lines = fixes(diagnostics(view), Span::at(offset)).into_iter().map(|action| {
                let mark = if action.is_preferred { "*" } else { "-" };
                format!("{mark} {} -> {}\n", action.fix.title, action.fix.apply(view.document.text()))
            });
            lines.collect::<String>()
        });
        expected.assert_eq(&found);
    }

    #[test]
    fn the_fixes_of_the_finding_at_the_cursor() {
        check(
            "http.response.status_code =$0 503",
            &expect![[r#"
                * write `==` -> http.response.status_code == 503
            "#]],
        );
        check("http.response.status_code == $0503", &expect![[""]]);
    }

    #[test]
    fn a_guess_is_not_preferred() {
        check(
            "http.respo$0se.status_code == 503",
            &expect![[r#"
                - use `http.response.status_code` -> http.response.status_code == 503
            "#]],
        );
    }

    #[test]
    fn all_safe_fixes_at_once() {
        let text = "http.response.status_code = \"503\" && http.method == \"GET\"$0";
        let fixed = at(text, |view, _| apply_edits(view.text(), fix_all(diagnostics(view)).iter()));
        assert_eq!(fixed, r#"http.response.status_code == 503 && http.request.method == "GET""#);
    }
}
