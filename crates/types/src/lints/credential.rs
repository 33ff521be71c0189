//! Secrets in a rule.

use tamis_lang::catalog::{Field, Shape};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix, Severity};
use tamis_syntax::tree::NodeId;

use super::Comparison;
use super::subject::Subject;
use crate::check::Checker;

/// From how many characters on a text may be a secret.
const LONG: usize = 16;

/// How texts begin that are secrets wherever they stand.
const BEGINNINGS: &[&str] = &["Bearer ", "Basic ", "eyJ", "bearer ", "basic "];

pub(super) fn check(checker: &mut Checker<'_>, comparison: &Comparison, subject: &Subject) {
    if subject.term.ty != tamis_lang::ty::Ty::String {
        return;
    }
    for (node, text) in subject.texts(checker) {
        if text.chars().count() < LONG {
            continue;
        }
        let begins = BEGINNINGS.iter().any(|beginning| text.starts_with(beginning));
        if begins || holds_secrets(checker, subject) {
            checker.report(Severity::Warning, |checker| diagnostic(checker, comparison, subject, node));
        }
    }
}

/// Whether the values of a field must never be shown.
fn holds_secrets(checker: &Checker<'_>, subject: &Subject) -> bool {
    let Some(field) = subject.field(checker) else { return false };
    match field.shape {
        // A family is sensitive as a whole where anything may be in it; what is a secret, the known keys say.
        Shape::Family { .. } => key(checker, subject.node, field).is_some_and(|key| is_known_secret(field, &key)),
        Shape::One | Shape::Many | Shape::Opaque => field.sensitive,
    }
}

fn is_known_secret(field: &Field, key: &str) -> bool {
    match &field.shape {
        Shape::Family { known_keys, .. } => known_keys.iter().any(|known| known.key == key && known.sensitive),
        Shape::One | Shape::Many | Shape::Opaque => false,
    }
}

/// The normalised key of a member of a family.
fn key(checker: &Checker<'_>, node: NodeId, field: &Field) -> Option<String> {
    let path = checker.paths(node).into_iter().next()?;
    match checker.resolve(path)? {
        tamis_lang::catalog::Resolution::Field { field: found, key, .. } if found.name == field.name => key,
        _ => None,
    }
}

fn diagnostic(checker: &Checker<'_>, comparison: &Comparison, subject: &Subject, node: NodeId) -> Diagnostic {
    let name = checker.quote(subject.node);
    let message = format!("this looks like a secret of {name}; a rule is stored and shown as it is written");
    let diagnostic = Diagnostic::new(Code::Credential, checker.span(node), message);
    let path = checker.paths(subject.node).into_iter().next().filter(|_| comparison.op.get().name == "==");
    match path {
        Some(path) => {
            let better = format!("exists({})", checker.slice(path));
            diagnostic
                .fix(Fix::replace(format!("write `{better}`"), checker.span(comparison.node), better).suggestion())
        }
        None => diagnostic.note("test that the field is there, or another field that tells the same"),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_code, check_without};
    use expect_test::expect;
    use tamis_lang::code::Code;

    #[test]
    fn a_long_text_beside_a_secret_is_one() {
        check_code(
            Code::Credential,
            &[
                r#"http.request.header.authorization == "Bearer eyJhbGciOi""#,
                r#"http.request.header.x-api-key == "0123456789abcdef""#,
                r#"http.request.header["X-API-Key"] in ["0123456789abcdef", "short"]"#,
                r#"kong.route.name == "eyJhbGciOiJIUzI1NiJ9""#,
                r#"session.id ^= "00112233-4455-6677""#,
            ],
            &expect![[r#"
                > http.request.header.authorization == "Bearer eyJhbGciOi"
                T311 warning 37..56 this looks like a secret of `http.request.header.authorization`; a rule is stored and shown as it is written
                  maybe write `exists(http.request.header.authorization)`: exists(http.request.header.authorization)
                > http.request.header.x-api-key == "0123456789abcdef"
                T311 warning 33..51 this looks like a secret of `http.request.header.x-api-key`; a rule is stored and shown as it is written
                  maybe write `exists(http.request.header.x-api-key)`: exists(http.request.header.x-api-key)
                > http.request.header["X-API-Key"] in ["0123456789abcdef", "short"]
                T311 warning 37..55 this looks like a secret of `http.request.header["X-API-Key"]`; a rule is stored and shown as it is written
                  note test that the field is there, or another field that tells the same
                > kong.route.name == "eyJhbGciOiJIUzI1NiJ9"
                T311 warning 19..41 this looks like a secret of `kong.route.name`; a rule is stored and shown as it is written
                  maybe write `exists(kong.route.name)`: exists(kong.route.name)
                > session.id ^= "00112233-4455-6677"
                T311 warning 14..34 this looks like a secret of `session.id`; a rule is stored and shown as it is written
                  note test that the field is there, or another field that tells the same
            "#]],
        );
    }

    #[test]
    fn other_texts_are_no_secrets() {
        check_without(
            Code::Credential,
            &[
                r#"http.request.header.authorization ^= "Bearer ""#,
                r#"http.request.header.x-request-id == "0208903e83001d216bee5435dbc5ed25""#,
                r#"proxy.kong.route.id == "0f1a4101-3327-4274-b1e4-484a4ab0c030""#,
            ],
        );
    }
}
