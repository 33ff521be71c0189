//! Regular expressions that are a plain text.

use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Edit, Fix, Severity};

use super::Comparison;
use super::path_shape::is_path;
use super::subject::Subject;
use crate::check::Checker;
use crate::prose::string_literal;

/// What a regular expression says that needs none.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Plain {
    Equal(String),
    OneOf(Vec<String>),
    Start(String),
    End(String),
    Part(String),
}

pub(super) fn check(checker: &mut Checker<'_>, comparison: &Comparison, subject: &Subject) {
    if comparison.positive() != "~" || !checker.sink.has_room(Severity::Warning) {
        return;
    }
    let found = subject.texts(checker).find_map(|(_, text)| read(text));
    let Some((plain, exact)) = found else { return };
    let Some(better) = plain.test(comparison.is_negated()) else { return };
    checker.report(Severity::Warning, |checker| diagnostic(checker, comparison, subject, (&plain, &better), exact));
}

fn diagnostic(
    checker: &Checker<'_>,
    comparison: &Comparison,
    subject: &Subject,
    (plain, better): (&Plain, &str),
    exact: bool,
) -> Diagnostic {
    let span = comparison.op_span.join(checker.span(comparison.right));
    let write = |text: &str| {
        let edit = Edit { span, text: text.to_owned() };
        Fix::new(format!("write `{text}`"), vec![edit])
    };
    let whole = |text: &str| format!("{} {text}", checker.slice(subject.node));
    let fix = if exact { write(better) } else { write(better).suggestion() };
    // A text that begins like the field's values was probably meant as their beginning.
    let is_beginning = subject.field(checker).is_some_and(is_path) && !comparison.is_negated();
    if let (Plain::Part(text), true) = (plain, is_beginning)
        && text.starts_with('/')
    {
        let prefix = format!("^= {}", string_literal(text));
        let message = format!(
            "a regular expression may match anywhere, so `/old{text}` matches too; for a prefix write `{}`",
            whole(&prefix)
        );
        return Diagnostic::new(Code::PlainPattern, comparison.op_span, message)
            .fix(write(&prefix).suggestion())
            .fix(fix);
    }
    let message = format!("this regular expression is a plain text; write `{}`", whole(better));
    Diagnostic::new(Code::PlainPattern, comparison.op_span, message).fix(fix)
}

/// Reads a pattern that needs no regular expression; and whether the plain test means exactly the same.
fn read(pattern: &str) -> Option<(Plain, bool)> {
    let (anchored, rest) = match pattern.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, pattern.strip_prefix(".*").unwrap_or(pattern)),
    };
    let ends_escaped = rest.ends_with("\\$");
    let (ended, rest) = match rest.strip_suffix('$').filter(|_| !ends_escaped) {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let group = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    if let (true, true, Some(group)) = (anchored, ended, group) {
        let words = group.strip_prefix("?:").unwrap_or(group).split('|').map(plain_text).collect::<Option<Vec<_>>>()?;
        let distinct = words.len() > 1 && words.iter().all(|word| !word.is_empty());
        return distinct.then_some((Plain::OneOf(words), true));
    }
    // `.` stands for no line break, so a trailing `.*$` says a little more than nothing.
    let (open, rest) = match rest.strip_suffix(".*").filter(|rest| !rest.ends_with('\\')) {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let text = plain_text(rest).filter(|text| !text.is_empty())?;
    let exact = !(open && ended);
    Some(match (anchored, ended && !open) {
        (true, true) => (Plain::Equal(text), exact),
        (true, false) => (Plain::Start(text), exact),
        (false, true) => (Plain::End(text), exact),
        (false, false) => (Plain::Part(text), exact),
    })
}

/// The text that a pattern without operators stands for.
fn plain_text(pattern: &str) -> Option<String> {
    let mut text = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(chars.next().filter(char::is_ascii_punctuation)?),
            '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$' => return None,
            c => text.push(c),
        }
    }
    Some(text)
}

impl Plain {
    /// The same as an operator with its right side.
    fn test(&self, negated: bool) -> Option<String> {
        let words = |words: &[String]| {
            let literals: Vec<String> = words.iter().map(|word| string_literal(word)).collect();
            format!("[{}]", literals.join(", "))
        };
        Some(match (self, negated) {
            (Self::Equal(text), false) => format!("== {}", string_literal(text)),
            (Self::Equal(text), true) => format!("!= {}", string_literal(text)),
            (Self::OneOf(list), false) => format!("in {}", words(list)),
            (Self::OneOf(list), true) => format!("not in {}", words(list)),
            (Self::Start(text), false) => format!("^= {}", string_literal(text)),
            (Self::End(text), false) => format!("=^ {}", string_literal(text)),
            (Self::Part(text), false) => format!("contains {}", string_literal(text)),
            (Self::Part(text), true) => format!("not contains {}", string_literal(text)),
            (Self::Start(_) | Self::End(_), true) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_code, check_without};
    use expect_test::expect;
    use tamis_lang::code::Code;

    #[test]
    fn a_plain_text_needs_no_regular_expression() {
        check_code(
            Code::PlainPattern,
            &[
                r#"url.path ~ "^/v1/orders""#,
                r#"url.path ~ "/v1/orders""#,
                r#"url.path ~ r"\.json$""#,
                r#"url.path ~ "^/v1$""#,
                r#"url.path ~ "^/v1/.*""#,
                r#"url.path ~ "^/v1/.*$""#,
                r#"kong.route.name ~ "^(?:orders|cart)$""#,
                r#"kong.route.name !~ "orders""#,
                r#"kong.route.name ~ ".*orders.*""#,
                r##"kong.route.name ~ r"a\$""##,
            ],
            &expect![[r#"
                > url.path ~ "^/v1/orders"
                T406 warning 9..10 this regular expression is a plain text; write `url.path ^= "/v1/orders"`
                  fix write `^= "/v1/orders"`: url.path ^= "/v1/orders"
                > url.path ~ "/v1/orders"
                T406 warning 9..10 a regular expression may match anywhere, so `/old/v1/orders` matches too; for a prefix write `url.path ^= "/v1/orders"`
                  maybe write `^= "/v1/orders"`: url.path ^= "/v1/orders"
                  fix write `contains "/v1/orders"`: url.path contains "/v1/orders"
                > url.path ~ r"\.json$"
                T406 warning 9..10 this regular expression is a plain text; write `url.path =^ ".json"`
                  fix write `=^ ".json"`: url.path =^ ".json"
                > url.path ~ "^/v1$"
                T406 warning 9..10 this regular expression is a plain text; write `url.path == "/v1"`
                  fix write `== "/v1"`: url.path == "/v1"
                > url.path ~ "^/v1/.*"
                T406 warning 9..10 this regular expression is a plain text; write `url.path ^= "/v1/"`
                  fix write `^= "/v1/"`: url.path ^= "/v1/"
                > url.path ~ "^/v1/.*$"
                T406 warning 9..10 this regular expression is a plain text; write `url.path ^= "/v1/"`
                  maybe write `^= "/v1/"`: url.path ^= "/v1/"
                > kong.route.name ~ "^(?:orders|cart)$"
                T406 warning 16..17 this regular expression is a plain text; write `kong.route.name in ["orders", "cart"]`
                  fix write `in ["orders", "cart"]`: kong.route.name in ["orders", "cart"]
                > kong.route.name !~ "orders"
                T406 warning 16..18 this regular expression is a plain text; write `kong.route.name not contains "orders"`
                  fix write `not contains "orders"`: kong.route.name not contains "orders"
                > kong.route.name ~ ".*orders.*"
                T406 warning 16..17 this regular expression is a plain text; write `kong.route.name contains "orders"`
                  fix write `contains "orders"`: kong.route.name contains "orders"
                > kong.route.name ~ r"a\$"
                T406 warning 16..17 this regular expression is a plain text; write `kong.route.name contains "a$"`
                  fix write `contains "a$"`: kong.route.name contains "a$"
            "#]],
        );
    }

    #[test]
    fn other_patterns_stay() {
        check_without(
            Code::PlainPattern,
            &[
                r##"url.path ~ r#"^/v\d+"#"##,
                r#"url.path ~ "(?i)orders""#,
                r#"url.path ~ "a.c""#,
                r#"url.path !~ "^/v1""#,
                r#"url.path ~ """#,
            ],
        );
    }
}
