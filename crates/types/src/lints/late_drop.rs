//! Rules that cannot drop a request before the answer comes back, given to those who ask for advice.

use tamis_lang::catalog::{Catalog, Field, Shape};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::phase::Phase;
use tamis_lang::ty::Ty;
use tamis_syntax::tree::NodeId;

use crate::check::Checker;
use crate::hir::Hir;
use crate::phases::Phases;
use crate::prose::{list, quote};

/// The last phase that counts as early: the request is not yet worked on.
pub(super) const EARLY: Phase = Phase::Route;

/// Hints at a condition that would let most requests go at once.
pub(crate) fn check(checker: &mut Checker<'_>, root: NodeId, hir: &Hir) {
    let Some(drop) = Phases::of(hir).rule().drop.filter(|drop| *drop > EARLY) else { return };
    checker.report(Code::LateDrop.severity(), |checker| {
        let message = format!("no request can be dropped before `{drop}`; until then every one is recorded");
        let diagnostic = Diagnostic::new(Code::LateDrop, checker.span(root), message);
        let fields = early_fields(checker.catalog);
        if fields.is_empty() {
            return diagnostic;
        }
        let names: Vec<String> = fields.iter().map(|field| quote(&field.name)).collect();
        let fields = list(names.iter().map(String::as_str), "or");
        diagnostic.note(format!("join a condition that is known at once by `&&`, for example on {fields}"))
    });
}

/// One field of each kind that narrows a rule down, the catalog's first: with listed values, with text, of the Route.
fn early_fields(catalog: &Catalog) -> Vec<&Field> {
    let text = |field: &&Field| field.ty == Ty::String && field.shape == Shape::One && field.deprecated.is_none();
    let known_at = |phase: Phase| move |field: &&Field| field.phase == phase;
    let fields = || catalog.fields().iter().filter(text);
    let listed = fields().filter(known_at(Phase::RequestHeaders)).find(|field| field.allowed.is_some());
    let path = fields().filter(known_at(Phase::RequestHeaders)).find(|field| {
        let is_path = |example: &tamis_lang::value::Constant| example.as_value().to_string().starts_with("\"/");
        field.examples.iter().any(is_path)
    });
    let route = fields().find(known_at(Phase::Route));
    listed.into_iter().chain(path).chain(route).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::check_advice;

    #[test]
    fn a_rule_on_the_response_alone_is_late() {
        let rules = [
            "http.response.status_code == 503",
            "exists(proxy.kong.consumer.id)",
            r#"http.request.method == "POST" && http.response.status_code == 503"#,
            "proxy.kong.router.matched && http.response.status_code == 503",
            "http.response.status_code == 503 && sample(1%)",
            r#"http.request.method == "POST" || http.response.status_code == 503"#,
        ];
        check_advice(
            &rules,
            &expect![[r#"
            > http.response.status_code == 503
            T418 hint 0..32 no request can be dropped before `response_headers`; until then every one is recorded
              note join a condition that is known at once by `&&`, for example on `http.request.method`, `url.path` or `proxy.kong.route.id`
            > exists(proxy.kong.consumer.id)
            T418 hint 0..30 no request can be dropped before `authenticated`; until then every one is recorded
              note join a condition that is known at once by `&&`, for example on `http.request.method`, `url.path` or `proxy.kong.route.id`
            > http.request.method == "POST" && http.response.status_code == 503
            > proxy.kong.router.matched && http.response.status_code == 503
            > http.response.status_code == 503 && sample(1%)
            > http.request.method == "POST" || http.response.status_code == 503
            T418 hint 0..65 no request can be dropped before `response_headers`; until then every one is recorded
              note join a condition that is known at once by `&&`, for example on `http.request.method`, `url.path` or `proxy.kong.route.id`
        "#]],
        );
    }
}
