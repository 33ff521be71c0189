//! Literals that atc-router reads in its own way: octal numbers, lengths of prefixes, line breaks in strings.
//!
//! Each is a warning with the spelling that means the same in every edition.

use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Edit, Fix, Severity};
use tamis_lang::span::Span;
use tamis_lang::value::Constant;

use crate::number;

/// A number with a leading zero: octal where a second octal digit follows the zero, decimal otherwise.
///
/// `010` is 8, `08` is 8, and `018` is no number.
pub(crate) fn leading_zero(text: &str, span: Span) -> Option<(Constant, Diagnostic)> {
    let rest = text.strip_prefix('0').filter(|rest| rest.bytes().all(|b| b.is_ascii_digit()))?;
    let is_octal = rest.starts_with(|c: char| c.is_digit(8));
    let value = i64::from_str_radix(rest, if is_octal { 8 } else { 10 }).ok()?;
    let message = if is_octal {
        format!("`{text}` is octal here because of its leading zero: {value}")
    } else {
        format!("`{text}` has a leading zero and is {value} only because of its digits")
    };
    let mut diagnostic = warning(Code::LeadingZero, span, message).fix(Fix::replace(
        format!("write `{value}`"),
        span,
        value.to_string(),
    ));
    let decimal = rest.trim_start_matches('0');
    if is_octal && value > 7 {
        let title = format!("write `{decimal}`, if that is meant");
        diagnostic = diagnostic.fix(Fix::replace(title, span, decimal).suggestion());
    }
    Some((Constant::Int(value), diagnostic))
}

/// A network whose length has leading zeros; atc-router reads two digits behind an IPv4 address and three behind IPv6.
pub(crate) fn network(text: &str, span: Span) -> Option<(Constant, Diagnostic)> {
    let (address, prefix) = text.split_once('/')?;
    let n_digits = if address.contains(':') { 3 } else { 2 };
    if !prefix.starts_with('0') || !(2..=n_digits).contains(&prefix.len()) {
        return None;
    }
    let length: u8 = prefix.parse().ok()?;
    let better = format!("{address}/{length}");
    let value = number::read_address(&better, span).ok()?;
    let diagnostic = warning(Code::BadNetwork, span, format!("`/{prefix}` has a leading zero and means `/{length}`"));
    Some((value, diagnostic.fix(Fix::replace(format!("write `{better}`"), span, better))))
}

/// Where the network is that begins at an offset, if there is one.
pub(crate) fn network_at(text: &str, start: u32) -> Option<Span> {
    let rest = text.get(start as usize..)?;
    let len = rest.bytes().take(64).take_while(|b| b.is_ascii_hexdigit() || b".:/".contains(b)).count();
    let span = Span::new(start, start + u32::try_from(len).ok()?);
    let spelled = span.slice(text);
    let is_network = number::read_address(spelled, span).is_ok() || network(spelled, span).is_some();
    (spelled.contains('/') && is_network).then_some(span)
}

/// A string that goes on behind the end of its line; none for a string on one line.
pub(crate) fn line_breaks(text: &str, span: Span) -> Option<Diagnostic> {
    let edits: Vec<Edit> = text
        .match_indices(['\n', '\r'])
        .map(|(at, sign)| {
            let start = span.start + u32::try_from(at).unwrap_or(0);
            let escape = if sign == "\n" { "\\n" } else { "\\r" };
            Edit { span: Span::new(start, start + 1), text: escape.into() }
        })
        .collect();
    let first = edits.iter().find(|edit| edit.text.as_str() == "\\n")?.span;
    let message = "this text goes on behind the end of its line";
    let fix = Fix::new("write the line breaks as `\\n`", edits);
    Some(warning(Code::RawLineBreak, first, message).label(span, "the whole text").fix(fix))
}

/// A name with two dots in a row or one at its end.
pub(crate) fn odd_name(text: &str, span: Span) -> Diagnostic {
    let message = format!("`{text}` has a dot without a name behind it, which is a name in Kong's expressions only");
    let better = text.split('.').filter(|segment| !segment.is_empty()).collect::<Vec<_>>().join(".");
    warning(Code::BadName, span, message)
        .fix(Fix::replace(format!("write `{better}`, if that is meant"), span, better).suggestion())
}

fn warning(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic { severity: Severity::Warning, ..Diagnostic::new(code, span, message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let span = Span::from_range(0..text.len());
        let read = leading_zero(text, span).or_else(|| network(text, span));
        assert_eq!(read.map(|(value, _)| value.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_zero_before_an_octal_digit_makes_a_number_octal() {
        check("010", Some("8"));
        check("00", Some("0"));
        check("0503", Some("323"));
        check("08", Some("8"));
        check("0899", Some("899"));
        check("018", None);
        check("0779", None);
        check("0777777777777777777777", Some("9223372036854775807"));
        check("01000000000000000000000", None);
        check("09223372036854775808", None);
    }

    #[test]
    fn a_length_may_have_as_many_zeros_as_fit() {
        check("10.0.0.0/08", Some("10.0.0.0/8"));
        check("0.0.0.0/00", Some("0.0.0.0/0"));
        check("0.0.0.0/0", None);
        check("10.0.0.0/008", None);
        check("fe80::/010", Some("fe80::/10"));
        check("10.0.0.1/08", None);
    }
}
