//! Negations that can keep no request before the answer comes back, given to those who ask for advice.

use tamis_lang::code::Code;
use tamis_lang::diagnostic::Diagnostic;

use super::late_drop::EARLY;
use crate::check::Checker;
use crate::hir::{ConditionKind, Hir};
use crate::phases::Phases;
use crate::prose::quote;

/// Hints at what a negation waits for.
pub(crate) fn check(checker: &mut Checker<'_>, hir: &Hir) {
    let mut phases = None;
    for condition in &hir.conditions {
        let ConditionKind::Not(inner) = condition.kind else { continue };
        let phases = phases.get_or_insert_with(|| Phases::of(hir));
        let (Some(moments), Some(negated)) = (phases.condition(inner), hir.condition(inner)) else { continue };
        // What is negated has to be certainly false.
        let Some(keep) = moments.drop.filter(|keep| *keep > EARLY) else { continue };
        checker.report(Code::LateNegation.severity(), |checker| {
            let text = quote(negated.span.slice(checker.text));
            let message =
                format!("{text} is not certainly false before `{keep}`, so its negation keeps no request until then");
            let diagnostic = Diagnostic::new(Code::LateNegation, condition.span, message);
            if moments.keep_sooner {
                return diagnostic.note("it may become true sooner, and then the negation drops the request");
            }
            diagnostic.note("a request that ends before lacks the value, and the negation is true of it")
        });
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check_advice;

    #[test]
    fn a_negation_waits_until_what_it_negates_is_certain() {
        let rules = [
            r#"http.request.method == "GET" && !(proxy.kong.latency.total > 2s)"#,
            r#"http.request.method == "GET" && !(http.response.status_code == 200)"#,
            r#"http.request.method == "GET" && !exists(http.response.header.retry_after)"#,
            r#"!(http.request.method == "GET")"#,
        ];
        check_advice(
            &rules,
            &expect![[r#"
                > http.request.method == "GET" && !(proxy.kong.latency.total > 2s)
                T425 hint 32..64 `proxy.kong.latency.total > 2s` is not certainly false before `log`, so its negation keeps no request until then
                  note it may become true sooner, and then the negation drops the request
                > http.request.method == "GET" && !(http.response.status_code == 200)
                T425 hint 32..67 `http.response.status_code == 200` is not certainly false before `response_headers`, so its negation keeps no request until then
                  note a request that ends before lacks the value, and the negation is true of it
                > http.request.method == "GET" && !exists(http.response.header.retry_after)
                T425 hint 32..73 `exists(http.response.header.retry_after)` is not certainly false before `response_headers`, so its negation keeps no request until then
                  note a request that ends before lacks the value, and the negation is true of it
                T308 hint 40..72 `http.response.header.retry_after` is written `http.response.header.retry-after`
                  fix use `http.response.header.retry-after`: http.request.method == "GET" && !exists(http.response.header.retry-after)
                > !(http.request.method == "GET")
            "#]],
        );
    }
}
