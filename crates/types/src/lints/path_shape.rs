//! Texts beside a path that no path looks like.
//!
//! Which fields hold a path the catalog's examples tell: all of them begin with `/` and none has a `?`.

use tamis_lang::catalog::{Field, Shape};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix, Severity};
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_syntax::tree::NodeId;

use super::Comparison;
use super::subject::Subject;
use crate::check::Checker;
use crate::prose::string_literal;

pub(super) fn check(checker: &mut Checker<'_>, comparison: &Comparison, subject: &Subject) {
    if subject.term.ty != Ty::String {
        return;
    }
    let op = comparison.positive();
    let Some(field) = subject.field(checker).filter(|field| is_path(field)) else { return };
    for (node, text) in subject.texts(checker) {
        let is_pattern = matches!(op, "~" | "like");
        if !is_pattern && text.contains('?') {
            checker.report(Severity::Warning, |checker| with_query(checker, comparison, subject, node, text, field));
        } else if begins(op, text) {
            checker.report(Severity::Warning, |checker| without_slash(checker, comparison, subject, node, text));
        }
    }
}

/// Whether a field holds paths without a query.
pub(super) fn is_path(field: &Field) -> bool {
    let path = |example: &Constant| match example {
        Constant::String(bytes) => bytes.starts_with(b"/") && !bytes.contains(&b'?'),
        _ => false,
    };
    !field.examples.is_empty() && field.examples.iter().all(path)
}

/// Whether an operator tests the beginning of a path against a text that begins otherwise.
fn begins(op: &str, text: &str) -> bool {
    let wild = op == "like" && text.starts_with(['*', '?', '\\']);
    matches!(op, "==" | "in" | "^=" | "like") && !text.is_empty() && !text.starts_with('/') && !wild
}

fn without_slash(
    checker: &Checker<'_>,
    comparison: &Comparison,
    subject: &Subject,
    node: NodeId,
    text: &str,
) -> Diagnostic {
    let literal = string_literal(&format!("/{text}"));
    let outcome = if comparison.is_negated() { "always" } else { "never" };
    let name = checker.quote(subject.node);
    let op = comparison.op.get().name;
    let message = format!("{name} begins with `/`, so `{op} {}` {outcome} matches", checker.slice(node));
    Diagnostic::new(Code::PathSpelling, checker.span(node), message)
        .fix(Fix::replace(format!("write `{literal}`"), checker.span(node), literal).suggestion())
}

/// `url.path contains "?page=2"`
fn with_query(
    checker: &Checker<'_>,
    comparison: &Comparison,
    subject: &Subject,
    node: NodeId,
    text: &str,
    field: &Field,
) -> Diagnostic {
    let name = checker.quote(subject.node);
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let parameters =
        parameters(checker, field).filter(|_| !comparison.is_negated() && comparison.op.get().name != "in");
    let tests: Option<Vec<String>> = parameters
        .and_then(|family| query.split('&').filter(|part| !part.is_empty()).map(|part| test(family, part)).collect());
    let tests = tests.filter(|tests| !tests.is_empty());
    let Some(mut tests) = tests else {
        let message = format!("{name} has no query, so a text with `?` never matches");
        return Diagnostic::new(Code::PathSpelling, checker.span(node), message);
    };
    if !path.is_empty() {
        let op = if comparison.op.get().name == "contains" { "=^" } else { comparison.op.get().name };
        let path = if begins(op, path) { format!("/{path}") } else { path.to_owned() };
        tests.insert(0, format!("{} {op} {}", checker.slice(subject.node), string_literal(&path)));
    }
    let better = tests.join(" && ");
    let message = format!("{name} has no query; write `{better}`");
    Diagnostic::new(Code::PathSpelling, checker.span(node), message)
        .fix(Fix::replace("test the query parameter", checker.span(comparison.node), better).suggestion())
}

/// The family of query parameters that belongs to a path: a family beside a raw query, with the nearest name.
fn parameters<'c>(checker: &Checker<'c>, path: &Field) -> Option<&'c Field> {
    let fields = checker.catalog.fields();
    let is_query = |field: &Field| {
        let looks = |example: &Constant| matches!(example, Constant::String(bytes) if bytes.contains(&b'=') && !bytes.contains(&b'/'));
        field.shape == Shape::One && field.examples.iter().any(looks)
    };
    let families = fields.iter().filter(|family| {
        matches!(family.shape, Shape::Family { .. })
            && fields.iter().any(|field| field.name == family.name && is_query(field))
    });
    let shared = |name: &str| name.bytes().zip(path.name.bytes()).take_while(|(a, b)| a == b).count();
    families.max_by_key(|family| shared(&family.name))
}

/// The test of one part of a query.
fn test(family: &Field, part: &str) -> Option<String> {
    let (key, value) = part.split_once('=').map_or((part, None), |(key, value)| (key, Some(value)));
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if key.is_empty() || !key.chars().all(is_name) {
        return None;
    }
    let name = format!("{}.{key}", family.name);
    Some(match value {
        Some(value) => format!("{name} == {}", string_literal(value)),
        None => format!("exists({name})"),
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_code, check_without};
    use expect_test::expect;
    use tamis_lang::code::Code;

    #[test]
    fn a_path_begins_with_a_slash() {
        check_code(
            Code::PathSpelling,
            &[
                r#"url.path == "orders""#,
                r#"url.path ^= "v1/" && tls.resumed"#,
                r#"url.path not in ["/a", "b"]"#,
                r#"http.route like "v?/*""#,
            ],
            &expect![[r#"
                > url.path == "orders"
                T405 warning 12..20 `url.path` begins with `/`, so `== "orders"` never matches
                  maybe write `"/orders"`: url.path == "/orders"
                > url.path ^= "v1/" && tls.resumed
                T405 warning 12..17 `url.path` begins with `/`, so `^= "v1/"` never matches
                  maybe write `"/v1/"`: url.path ^= "/v1/" && tls.resumed
                > url.path not in ["/a", "b"]
                T405 warning 23..26 `url.path` begins with `/`, so `not in "b"` always matches
                  maybe write `"/b"`: url.path not in ["/a", "/b"]
                > http.route like "v?/*"
                T405 warning 16..22 `http.route` begins with `/`, so `like "v?/*"` never matches
                  maybe write `"/v?/*"`: http.route like "/v?/*"
            "#]],
        );
    }

    #[test]
    fn a_path_has_no_query() {
        check_code(
            Code::PathSpelling,
            &[
                r#"url.path contains "?page=2""#,
                r#"tls.resumed || url.path == "/orders?page=2&full""#,
                r#"url.path contains "orders?page=2""#,
                r#"url.path == "orders?page=2""#,
                r#"url.path != "/a?b=c""#,
                r#"url.path contains "?""#,
            ],
            &expect![[r#"
                > url.path contains "?page=2"
                T405 warning 18..27 `url.path` has no query; write `url.query.page == "2"`
                  maybe test the query parameter: url.query.page == "2"
                > tls.resumed || url.path == "/orders?page=2&full"
                T405 warning 27..48 `url.path` has no query; write `url.path == "/orders" && url.query.page == "2" && exists(url.query.full)`
                  maybe test the query parameter: tls.resumed || (url.path == "/orders" && url.query.page == "2" && exists(url.query.full))
                > url.path contains "orders?page=2"
                T405 warning 18..33 `url.path` has no query; write `url.path =^ "orders" && url.query.page == "2"`
                  maybe test the query parameter: url.path =^ "orders" && url.query.page == "2"
                > url.path == "orders?page=2"
                T405 warning 12..27 `url.path` has no query; write `url.path == "/orders" && url.query.page == "2"`
                  maybe test the query parameter: url.path == "/orders" && url.query.page == "2"
                > url.path != "/a?b=c"
                T405 warning 12..20 `url.path` has no query, so a text with `?` never matches
                > url.path contains "?"
                T405 warning 18..21 `url.path` has no query, so a text with `?` never matches
            "#]],
        );
    }

    #[test]
    fn parts_and_patterns_of_paths_are_fine() {
        check_without(
            Code::PathSpelling,
            &[
                r#"url.path contains "orders""#,
                r#"url.path =^ ".json""#,
                r#"url.path like "*.json""#,
                r#"url.path ~ "v1?""#,
                r#"http.target == "search?q=a""#,
                r#"kong.route.name == "orders""#,
            ],
        );
    }
}
