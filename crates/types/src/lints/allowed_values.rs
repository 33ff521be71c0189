//! Values that a field never or seldom has.

use tamis_lang::catalog::{AllowedValues, Field};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix, Severity};
use tamis_lang::nearest::nearest;
use tamis_lang::value::Constant;
use tamis_syntax::tree::NodeId;

use super::Comparison;
use super::subject::Subject;
use crate::check::Checker;
use crate::prose::{list, quote};

/// How many values a message lists.
const LISTED: usize = 8;

pub(super) fn check(checker: &mut Checker<'_>, comparison: &Comparison, subject: &Subject) {
    let Some(field) = subject.field(checker) else { return };
    let Some(allowed) = &field.allowed else { return };
    // What is not in an open list is no error.
    if allowed.open && !checker.sink.is_wanted(Severity::Warning) || !matches!(comparison.positive(), "==" | "in") {
        return;
    }
    for (node, constant) in subject.each(checker) {
        let is_known = allowed.values.iter().any(|value| value.value == *constant) || field.examples.contains(constant);
        if constant.ty() != field.ty || is_known {
            continue;
        }
        // A number outside the range is reported as that.
        if let (Constant::Int(n), Some((low, high))) = (constant, field.range)
            && !(low..=high).contains(n)
        {
            continue;
        }
        // An open list is seldom complete, so only a value that looks like a slip is worth a warning.
        let severity = match (allowed.open, near(constant, allowed)) {
            (false, _) => checker.unless_atc(),
            (true, Some(_)) => Severity::Warning,
            (true, None) => Severity::Hint,
        };
        let name = subject.node;
        checker.report(severity, |checker| {
            let found = diagnostic(checker, (node, constant), name, field, allowed);
            Diagnostic { severity, ..found }
        });
    }
}

fn diagnostic(
    checker: &Checker<'_>,
    (node, constant): (NodeId, &Constant),
    subject: NodeId,
    field: &Field,
    allowed: &AllowedValues,
) -> Diagnostic {
    let (text, name) = (checker.quote(node), checker.quote(subject));
    let near = near(constant, allowed);
    let code = if allowed.open { Code::UnusualValue } else { Code::ValueNotAllowed };
    let kind = if allowed.open { "listed value" } else { "value" };
    let only_case =
        matches!((constant, near), (Constant::String(a), Some(Constant::String(b))) if a.eq_ignore_ascii_case(b));
    let base = format!("{text} is not a {kind} of {name}");
    let message = match near {
        Some(near) if only_case => format!("{base}, and letter case counts; did you mean `{near}`?"),
        Some(near) => format!("{base}; did you mean `{near}`?"),
        None => base,
    };
    let diagnostic = Diagnostic::new(code, checker.span(node), message).note(values_note(field, allowed));
    match near {
        Some(near) => {
            let fix = Fix::replace(format!("write `{near}`"), checker.span(node), near.to_string());
            let certain = only_case && !allowed.open;
            diagnostic.fix(if certain { fix } else { fix.suggestion() })
        }
        None => diagnostic,
    }
}

/// The listed value that was probably meant.
fn near<'a>(constant: &Constant, allowed: &'a AllowedValues) -> Option<&'a Constant> {
    let Constant::String(bytes) = constant else { return None };
    let text = std::str::from_utf8(bytes).ok()?;
    let name = |constant: &'a Constant| match constant {
        Constant::String(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    };
    let found = nearest(text, allowed.values.iter().filter_map(|value| name(&value.value)))?;
    allowed.values.iter().map(|value| &value.value).find(|value| name(value) == Some(found))
}

fn values_note(field: &Field, allowed: &AllowedValues) -> String {
    let shown: Vec<String> = allowed.values.iter().take(LISTED).map(|value| quote(&value.value.to_string())).collect();
    let more = allowed.values.len().saturating_sub(LISTED);
    let words = shown.iter().map(String::as_str);
    let name = &field.name;
    match more {
        0 => format!("the values of `{name}` are {}", list(words, "and")),
        _ => format!("the values of `{name}` are {} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_code, check_without};
    use expect_test::expect;
    use tamis_lang::code::Code;

    #[test]
    fn a_value_outside_an_open_list_is_a_warning() {
        check_code(
            Code::UnusualValue,
            &[
                r#"http.request.method == "get""#,
                r#"http.request.method in ["GET", "POTS"]"#,
                r#"http.request.method != "FETCH""#,
                "http.response.status_code == 599",
                r#"any(v in proxy.kong.plugin.id, http.request.method == "Get")"#,
                "let m = \"get\"\nrule a = http.request.method == m\nrule b = http.request.method == m",
            ],
            &expect![[r#"
                > http.request.method == "get"
                T402 warning 23..28 `"get"` is not a listed value of `http.request.method`, and letter case counts; did you mean `"GET"`?
                  note the values of `http.request.method` are `"GET"`, `"HEAD"`, `"POST"`, `"PUT"`, `"PATCH"`, `"DELETE"`, `"OPTIONS"`, `"TRACE"` and 33 more
                  maybe write `"GET"`: http.request.method == "GET"
                > http.request.method in ["GET", "POTS"]
                T402 warning 31..37 `"POTS"` is not a listed value of `http.request.method`; did you mean `"POST"`?
                  note the values of `http.request.method` are `"GET"`, `"HEAD"`, `"POST"`, `"PUT"`, `"PATCH"`, `"DELETE"`, `"OPTIONS"`, `"TRACE"` and 33 more
                  maybe write `"POST"`: http.request.method in ["GET", "POST"]
                > http.request.method != "FETCH"
                T402 hint 23..30 `"FETCH"` is not a listed value of `http.request.method`
                  note the values of `http.request.method` are `"GET"`, `"HEAD"`, `"POST"`, `"PUT"`, `"PATCH"`, `"DELETE"`, `"OPTIONS"`, `"TRACE"` and 33 more
                > http.response.status_code == 599
                T402 hint 29..32 `599` is not a listed value of `http.response.status_code`
                  note the values of `http.response.status_code` are `100`, `101`, `102`, `103`, `104`, `200`, `201`, `202` and 70 more
                > any(v in proxy.kong.plugin.id, http.request.method == "Get")
                T402 warning 54..59 `"Get"` is not a listed value of `http.request.method`, and letter case counts; did you mean `"GET"`?
                  note the values of `http.request.method` are `"GET"`, `"HEAD"`, `"POST"`, `"PUT"`, `"PATCH"`, `"DELETE"`, `"OPTIONS"`, `"TRACE"` and 33 more
                  maybe write `"GET"`: any(v in proxy.kong.plugin.id, http.request.method == "GET")
                > let m = "get"
                > rule a = http.request.method == m
                > rule b = http.request.method == m
                T402 warning 8..13 `"get"` is not a listed value of `http.request.method`, and letter case counts; did you mean `"GET"`?
                  note the values of `http.request.method` are `"GET"`, `"HEAD"`, `"POST"`, `"PUT"`, `"PATCH"`, `"DELETE"`, `"OPTIONS"`, `"TRACE"` and 33 more
                  maybe write `"GET"`: let m = "GET"
                rule a = http.request.method == m
                rule b = http.request.method == m
            "#]],
        );
    }

    #[test]
    fn a_value_outside_a_closed_list_is_an_error() {
        check_code(
            Code::ValueNotAllowed,
            &[r#"otel.status_code == "error""#, r#"kong.response.source in ["kong", "nginx"]"#],
            &expect![[r#"
                > otel.status_code == "error"
                T401 error 20..27 `"error"` is not a value of `otel.status_code`, and letter case counts; did you mean `"ERROR"`?
                  note the values of `otel.status_code` are `"OK"` and `"ERROR"`
                  fix write `"ERROR"`: otel.status_code == "ERROR"
                > kong.response.source in ["kong", "nginx"]
                T401 error 33..40 `"nginx"` is not a value of `kong.response.source`
                  note the values of `kong.response.source` are `"upstream"` and `"kong"`
            "#]],
        );
    }

    #[test]
    fn tests_of_parts_may_name_any_text() {
        check_without(
            Code::UnusualValue,
            &[r#"error.type == "timeout""#, r#"http.request.method ^= "P""#, r#"lower(http.request.method) == "get""#],
        );
    }
}
