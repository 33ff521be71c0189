//! `??` behind a field that is always there.

use tamis_lang::builtin::Special;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix, Severity};

use super::Comparison;
use crate::check::Checker;
use crate::meaning::Meaning;

pub(super) fn check(checker: &mut Checker<'_>, operation: &Comparison) {
    if operation.op.get().special() != Some(Special::Default) {
        return;
    }
    let Meaning::Value(left) = checker.meaning(operation.left) else { return };
    let never_absent = left.literal().is_some() || (left.field.is_some() && !left.optional && !left.constant);
    if !never_absent {
        return;
    }
    checker.report(Severity::Warning, |checker| {
        let text = checker.slice(operation.left);
        let message = format!(
            "{} is never absent, so {} plays no part",
            checker.quote(operation.left),
            checker.quote(operation.right)
        );
        Diagnostic::new(Code::UselessDefault, operation.op_span, message).fix(Fix::replace(
            "remove the default",
            checker.span(operation.node),
            text,
        ))
    });
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_code, check_without};
    use expect_test::expect;
    use tamis_lang::code::Code;

    #[test]
    fn what_is_always_there_needs_no_default() {
        check_code(
            Code::UselessDefault,
            &["http.response.status_code ?? 0 == 0", r#"kong.route.name ?? ("a" ?? "b") == "x""#],
            &expect![[r#"
                > http.response.status_code ?? 0 == 0
                T412 warning 26..28 `http.response.status_code` is never absent, so `0` plays no part
                  fix remove the default: http.response.status_code == 0
                > kong.route.name ?? ("a" ?? "b") == "x"
                T412 warning 24..26 `"a"` is never absent, so `"b"` plays no part
                  fix remove the default: kong.route.name ?? ("a") == "x"
            "#]],
        );
    }

    #[test]
    fn what_may_be_absent_takes_a_default() {
        check_without(
            Code::UselessDefault,
            &["proxy.kong.upstream.status_code ?? 0 == 0", "(http.response.status_code / 2) ?? 1.5 > 1"],
        );
    }
}
