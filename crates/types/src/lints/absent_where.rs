//! Fields that are absent wherever another condition of the same `&&` holds, as the catalog says.

use tamis_lang::catalog::AbsentWhere;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Severity};
use tamis_lang::span::Span;
use tamis_lang::value::Constant;

use crate::check::Checker;
use crate::hir::{ConditionId, ConditionKind, FieldUse, FieldUseId, Hir, Quantifier, Right, Test, ValueId, ValueKind};
use crate::prose::quote;

/// A condition that says which value a field has.
struct Said<'a> {
    field: &'a FieldUse,
    value: &'a [u8],
    span: Span,
}

/// A field without which a condition is not true, and where it stands.
#[derive(Clone, Copy)]
struct Needed {
    field: FieldUseId,
    span: Span,
}

/// Reports what never matches because a field that it needs is never there.
pub(crate) fn check(checker: &mut Checker<'_>, hir: &Hir) {
    if !checker.sink.has_room(Severity::Warning) {
        return;
    }
    for condition in &hir.conditions {
        let ConditionKind::And(parts) = &condition.kind else { continue };
        let said: Vec<Said<'_>> = parts.iter().filter_map(|part| said(hir, *part)).collect();
        if said.is_empty() {
            continue;
        }
        for needed in parts.iter().flat_map(|part| needed(hir, *part)) {
            let Some(field) = hir.field(needed.field) else { continue };
            let Some(rule) = checker.catalog.field(field.id).and_then(|record| record.absent_where.as_ref()) else {
                continue;
            };
            if let Some(said) = said.iter().find(|said| is_about(said, rule)) {
                report(checker, field, needed.span, said);
            }
        }
    }
}

fn is_about(said: &Said<'_>, rule: &AbsentWhere) -> bool {
    said.field.name == rule.field && rule.values.iter().any(|value| value.as_bytes() == said.value)
}

fn report(checker: &mut Checker<'_>, field: &FieldUse, span: Span, said: &Said<'_>) {
    checker.report(Severity::Warning, |checker| {
        let (name, other) = (quote(&field.name), quote(&said.field.name));
        let value = quote(&Constant::String(said.value.into()).to_string());
        let message = format!("{name} is absent where {other} is {value}, so this never matches");
        let mut found = Diagnostic::new(Code::AbsentBeside, span, message).label(said.span, "this condition says so");
        if let Some(absence) = checker.catalog.field(field.id).and_then(|record| record.absence.as_deref()) {
            found = found.note(format!("the catalog says of {name}: {}", absence.trim_end_matches('.')));
        }
        found
    });
}

/// A field and the only text that lets a condition be true.
fn said(hir: &Hir, id: ConditionId) -> Option<Said<'_>> {
    let condition = hir.condition(id)?;
    let ConditionKind::Test(Test { op, negated: false, left, right: Right::Value(right), .. }) = &condition.kind else {
        return None;
    };
    if op.get().name != "==" {
        return None;
    }
    let sides = (&hir.value(*left)?.kind, &hir.value(*right)?.kind);
    let ((ValueKind::Field(field), ValueKind::Constant(Constant::String(value)))
    | (ValueKind::Constant(Constant::String(value)), ValueKind::Field(field))) = sides
    else {
        return None;
    };
    Some(Said { field: hir.field(*field)?, value, span: condition.span })
}

/// The fields without which a condition is not true.
fn needed(hir: &Hir, id: ConditionId) -> Vec<Needed> {
    let Some(condition) = hir.condition(id) else { return Vec::new() };
    let span = condition.span;
    match &condition.kind {
        ConditionKind::Exists(field)
        | ConditionKind::Quantified { quantifier: Quantifier::Any | Quantifier::All, source: field, .. } => {
            vec![Needed { field: *field, span }]
        }
        ConditionKind::Test(Test { left, right, .. }) => {
            let mut open = vec![*left];
            if let Right::Value(right) = right {
                open.push(*right);
            }
            operands(hir, open)
        }
        _ => Vec::new(),
    }
}

/// The fields without which some values have no result.
fn operands(hir: &Hir, mut open: Vec<ValueId>) -> Vec<Needed> {
    let mut found = Vec::new();
    while let Some(value) = open.pop().and_then(|id| hir.value(id)) {
        match &value.kind {
            ValueKind::Field(field) | ValueKind::ListLen(field) => {
                found.push(Needed { field: *field, span: value.span });
            }
            ValueKind::Call { arguments, .. } => open.extend(arguments),
            ValueKind::TextLen(text) => open.push(*text),
            // A default stands in for what is absent, and a count is there without values.
            ValueKind::Default(..) | ValueKind::Count(_) | ValueKind::Constant(_) | ValueKind::Variable(_) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_code, check_without};
    use expect_test::expect;
    use tamis_lang::code::Code;

    #[test]
    fn what_needs_an_absent_field_never_matches() {
        check_code(
            Code::AbsentBeside,
            &[
                r#"url.scheme == "http" && tls.client.subject contains "Partners""#,
                r#"exists(tls.cipher) && "http" == url.scheme"#,
                r#"url.scheme == "http" && tls.resumed"#,
                r#"url.scheme == "http" && lower(tls.cipher) != "a""#,
            ],
            &expect![[r#"
                > url.scheme == "http" && tls.client.subject contains "Partners"
                T424 warning 24..42 `tls.client.subject` is absent where `url.scheme` is `"http"`, so this never matches
                  label 0..20 this condition says so
                  note the catalog says of `tls.client.subject`: Absent on plain HTTP and when the client shows no certificate
                > exists(tls.cipher) && "http" == url.scheme
                T424 warning 0..18 `tls.cipher` is absent where `url.scheme` is `"http"`, so this never matches
                  label 22..42 this condition says so
                  note the catalog says of `tls.cipher`: Absent on plain HTTP
                > url.scheme == "http" && tls.resumed
                T424 warning 24..35 `tls.resumed` is absent where `url.scheme` is `"http"`, so this never matches
                  label 0..20 this condition says so
                  note the catalog says of `tls.resumed`: Absent on plain HTTP
                > url.scheme == "http" && lower(tls.cipher) != "a"
                T424 warning 30..40 `tls.cipher` is absent where `url.scheme` is `"http"`, so this never matches
                  label 0..20 this condition says so
                  note the catalog says of `tls.cipher`: Absent on plain HTTP
            "#]],
        );
    }

    #[test]
    fn a_request_may_lack_what_is_not_needed() {
        check_without(
            Code::AbsentBeside,
            &[
                r#"url.scheme == "https" && tls.resumed"#,
                r#"url.scheme != "http" && tls.resumed"#,
                r#"url.scheme == "http" || tls.resumed"#,
                r#"url.scheme == "http" && !tls.resumed"#,
                r#"url.scheme == "http" && (tls.cipher ?? "none") == "none""#,
                r#"url.scheme == "http" && !exists(tls.cipher)"#,
            ],
        );
    }
}
