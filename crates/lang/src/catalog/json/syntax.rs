//! From text to JSON, with mistakes in our own words (`T701`).

use jsonc_parser::ast::Value;
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Fix};
use crate::span::Span;

/// Parses strict JSON.
///
/// # Errors
///
/// What is wrong first; the parser does not go on after a mistake.
pub(super) fn parse(text: &str) -> Result<Value<'_>, Diagnostic> {
    const MARK: &str = "\u{feff}";
    if text.starts_with(MARK) {
        let span = Span::from_range(0..MARK.len());
        let problem = Diagnostic::new(Code::CatalogJson, span, "a byte-order mark stands before the catalog");
        return Err(problem.fix(Fix::delete("delete the mark", span)));
    }
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &strict).map_err(|error| not_json(&error))?;
    parsed.value.ok_or_else(|| Diagnostic::new(Code::CatalogJson, Span::at(0), "the catalog is empty"))
}

fn not_json(error: &ParseError) -> Diagnostic {
    let range = error.range();
    let span = Span::from_range(range.start..range.end);
    let problem = Diagnostic::new(Code::CatalogJson, span, message(error.kind()));
    match error.kind() {
        ParseErrorKind::TrailingCommasNotAllowed => problem.fix(Fix::delete("delete the comma", span)),
        ParseErrorKind::ExpectedComma => problem.fix(Fix::insert("insert a comma", span.start, ",")),
        _ => problem,
    }
}

/// One sentence for each mistake that the parser knows.
fn message(kind: &ParseErrorKind) -> String {
    let fixed = match kind {
        ParseErrorKind::BareDecimalPointNumbersNotAllowed => "a number needs digits on both sides of the point",
        ParseErrorKind::CommentsNotAllowed => "JSON has no comments; use `doc` and `note`",
        ParseErrorKind::ExpectedColonAfterObjectKey => "expected `:` after the key",
        ParseErrorKind::ExpectedObjectValue => "expected a value after `:`",
        ParseErrorKind::ExpectedDigit
        | ParseErrorKind::ExpectedDigitFollowingNegativeSign
        | ParseErrorKind::ExpectedPlusMinusOrDigitInNumberLiteral => "expected a digit",
        ParseErrorKind::ExpectedStringObjectProperty => "a key stands in double quotes",
        ParseErrorKind::HexadecimalNumbersNotAllowed => "JSON numbers are decimal",
        ParseErrorKind::ExpectedComma => "expected `,` before the next entry",
        ParseErrorKind::MultipleRootJsonValues => "text after the end of the catalog",
        ParseErrorKind::NonFiniteNumbersNotAllowed => "JSON has no such number",
        ParseErrorKind::SingleQuotedStringsNotAllowed => "a string stands in double quotes",
        ParseErrorKind::TrailingCommasNotAllowed => "a comma with nothing after it",
        ParseErrorKind::UnaryPlusNumbersNotAllowed => "a JSON number has no `+` before it",
        ParseErrorKind::UnexpectedCloseBrace => "expected a value, found `}`",
        ParseErrorKind::UnexpectedCloseBracket => "expected a value, found `]`",
        ParseErrorKind::UnexpectedColon => "expected a value, found `:`",
        ParseErrorKind::UnexpectedComma => "expected a value, found `,`",
        ParseErrorKind::UnexpectedToken | ParseErrorKind::UnexpectedWord => "text that is no JSON value",
        ParseErrorKind::UnexpectedTokenInObject => "expected a key in double quotes or `}`",
        ParseErrorKind::UnterminatedArray => "this array is never closed",
        ParseErrorKind::UnterminatedCommentBlock => "JSON has no comments, and this one is never closed",
        ParseErrorKind::UnterminatedObject => "this object is never closed",
        ParseErrorKind::NestingDepthExceeded => "arrays and objects are nested too deep",
        ParseErrorKind::String(kind) => {
            return format!("this string cannot be read: {}", kind.to_string().to_lowercase());
        }
    };
    fixed.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check_file, fix};

    #[test]
    fn what_is_no_json_is_shown_where_it_stops_being_json() {
        check_file("«»", &["T701 the catalog is empty"]);
        check_file("«cat»", &["T701 text that is no JSON value"]);
        check_file(r#"{ "format" «1» }"#, &["T701 expected `:` after the key"]);
        check_file(r#"{ "format": «}»"#, &["T701 expected a value, found `}`"]);
        check_file(r#"«{ "format": 1»"#, &["T701 this object is never closed"]);
        check_file(r#"{ «'»format': 1 }"#, &["T701 a string stands in double quotes"]);
        check_file(r#"{ "format": 1 } «{»}"#, &["T701 text after the end of the catalog"]);
        check_file("{ «// no»\n }", &["T701 JSON has no comments; use `doc` and `note`"]);
    }

    #[test]
    fn commas_have_fixes() {
        let problems = check_file(r#"{ "format": 1«,» }"#, &["T701 a comma with nothing after it"]);
        assert_eq!(fix(&problems), ("delete the comma", ""));
        let problems = check_file(r#"{ "format": 1«» "name": "t" }"#, &["T701 expected `,` before the next entry"]);
        assert_eq!(fix(&problems), ("insert a comma", ","));
    }

    #[test]
    fn a_byte_order_mark_has_a_fix() {
        let problems = check_file("«\u{feff}»{}", &["T701 a byte-order mark stands before the catalog"]);
        assert_eq!(fix(&problems), ("delete the mark", ""));
    }
}
