//! Durations that are probably in the wrong unit.

use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix, Severity};
use tamis_lang::unit::Dimension;
use tamis_lang::value::Constant;

use super::Comparison;
use super::subject::Subject;
use crate::check::Checker;
use crate::meaning::Scale;

/// From here on a time is too long for what is measured in milliseconds: four minutes.
const TOO_LONG: i64 = 240 * 1_000_000_000;

/// A millisecond.
const MILLISECOND: i64 = 1_000_000;

pub(super) fn check(checker: &mut Checker<'_>, _: &Comparison, subject: &Subject) {
    let Some(Scale { dimension: Dimension::Time, amount }) = subject.term.scale else { return };
    if amount > MILLISECOND {
        return;
    }
    for (node, constant) in subject.each(checker) {
        let Constant::Duration(nanoseconds) = constant else { continue };
        if *nanoseconds < TOO_LONG {
            continue;
        }
        checker.report(Severity::Warning, |checker| {
            let text = checker.slice(node);
            let number = text.strip_suffix(['s', 'm']).filter(|n| n.bytes().all(|b| b.is_ascii_digit() || b == b'_'));
            let minutes = nanoseconds / 60_000_000_000;
            let base =
                format!("`{text}` is {minutes} minutes, and {} counts milliseconds", checker.quote(subject.node));
            let span = checker.span(node);
            match number {
                Some(number) => {
                    let better = format!("{number}ms");
                    Diagnostic::new(Code::LargeDuration, span, format!("{base}; did you mean `{better}`?"))
                        .fix(Fix::replace(format!("write `{better}`"), span, better).suggestion())
                }
                None => Diagnostic::new(Code::LargeDuration, span, base),
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_code, check_without};
    use expect_test::expect;
    use tamis_lang::code::Code;

    #[test]
    fn minutes_beside_milliseconds_are_a_slip() {
        check_code(
            Code::LargeDuration,
            &["proxy.kong.latency.total > 250s", "5m < proxy.kong.latency.total", "proxy.kong.latency.total > 1h30m"],
            &expect![[r#"
                > proxy.kong.latency.total > 250s
                T411 warning 27..31 `250s` is 4 minutes, and `proxy.kong.latency.total` counts milliseconds; did you mean `250ms`?
                  maybe write `250ms`: proxy.kong.latency.total > 250ms
                > 5m < proxy.kong.latency.total
                T411 warning 0..2 `5m` is 5 minutes, and `proxy.kong.latency.total` counts milliseconds; did you mean `5ms`?
                  maybe write `5ms`: 5ms < proxy.kong.latency.total
                > proxy.kong.latency.total > 1h30m
                T411 warning 27..32 `1h30m` is 90 minutes, and `proxy.kong.latency.total` counts milliseconds
            "#]],
        );
    }

    #[test]
    fn a_minute_is_a_common_timeout() {
        check_without(Code::LargeDuration, &["proxy.kong.latency.upstream >= 60s", "proxy.kong.request.time > 5m"]);
    }
}
