//! Literals as atc-router spells them.

use tamis_lang::value::Constant;

use super::refusal::Refusal;
use crate::meaning::Scale;

/// What atc-router does not take about a literal.
pub(super) fn refusal(constant: &Constant, source: &str) -> Option<Refusal> {
    match constant {
        Constant::Int(_) if is_int(source) => None,
        Constant::Int(_) => Some(Refusal::Number),
        Constant::Float(_) => Some(Refusal::Float),
        Constant::Duration(_) | Constant::Size(_) => Some(Refusal::Quantity),
        Constant::Bool(_) => Some(Refusal::Truth),
        Constant::Ip(_) | Constant::Network(_) if source.contains(':') && source.contains('.') => {
            Some(Refusal::Address)
        }
        Constant::Ip(_) | Constant::Network(_) => None,
        Constant::String(_) => text(source),
    }
}

/// An optional minus, then octal digits behind a zero, hexadecimal digits behind `0x`, or decimal digits, of which the
/// first form that fits is read without a second try.
fn is_int(source: &str) -> bool {
    let digits = source.strip_prefix('-').unwrap_or(source);
    let all = |text: &str, radix: u32| !text.is_empty() && text.chars().all(|c| c.is_digit(radix));
    let fits = |text: &str, radix: u32| all(text, radix) && i64::from_str_radix(text, radix).is_ok();
    match digits.strip_prefix('0') {
        Some(octal) if octal.starts_with(|c: char| c.is_digit(8)) => fits(octal, 8),
        Some(rest) if rest.starts_with('x') => fits(rest.get(1..).unwrap_or(""), 16),
        _ => fits(digits, 10),
    }
}

fn text(source: &str) -> Option<Refusal> {
    if source.starts_with('r') {
        return (!source.starts_with("r#\"")).then_some(Refusal::RawText);
    }
    let Some(body) = source.strip_prefix('"') else { return Some(Refusal::Quotes) };
    let mut characters = body.chars();
    while let Some(character) = characters.next() {
        if character == '\\' && !matches!(characters.next(), Some('"' | '\\' | 'n' | 'r' | 't')) {
            return Some(Refusal::Escape);
        }
    }
    None
}

/// A literal as atc-router writes it, where it has one; a quantity counts in a unit.
pub(super) fn spelled(constant: &Constant, source: &str, scale: Option<Scale>) -> Option<String> {
    match constant {
        _ if refusal(constant, source).is_none() => Some(source.to_owned()),
        Constant::Int(i64::MIN) | Constant::Float(_) | Constant::Bool(_) => None,
        Constant::Int(value) => Some(value.to_string()),
        Constant::Duration(amount) | Constant::Size(amount) => {
            let scale = scale.filter(|scale| scale.dimension.ty() == constant.ty() && scale.amount > 0)?;
            (amount % scale.amount == 0 && *amount > i64::MIN).then(|| (amount / scale.amount).to_string())
        }
        Constant::Ip(ip) => Some(hexadecimal(*ip)),
        Constant::Network(network) => Some(format!("{}/{}", hexadecimal(network.network()), network.prefix_len())),
        Constant::String(bytes) => quoted(std::str::from_utf8(bytes).ok()?),
    }
}

/// An address without the dots that end some spellings of IPv6.
fn hexadecimal(ip: std::net::IpAddr) -> String {
    match ip {
        std::net::IpAddr::V4(ip) => ip.to_string(),
        std::net::IpAddr::V6(ip) => ip.segments().map(|segment| format!("{segment:x}")).join(":"),
    }
}

/// A text in quotes; a raw one where that reads better. Without a good spelling for control characters.
pub(super) fn quoted(text: &str) -> Option<String> {
    if text.contains('\\') && !text.contains("\"#") && !text.ends_with('"') && !text.contains(char::is_control) {
        return Some(format!("r#\"{text}\"#"));
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() => return None,
            other => out.push(other),
        }
    }
    out.push('"');
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_int_has_three_forms() {
        for text in ["0", "503", "-8", "010", "-010", "08", "0899", "0x1F", "-0x1f", "0777777777777777777777"] {
            assert!(is_int(text), "{text}");
        }
        for text in
            ["1_000", "0o17", "0b11", "0X1", "018", "- 8", "-9223372036854775808", "0x", "01000000000000000000000"]
        {
            assert!(!is_int(text), "{text}");
        }
    }

    #[test]
    fn a_text_has_five_escapes_and_one_hash() {
        assert_eq!(text(r#""a\"\\\n\r\t""#), None);
        assert_eq!(text("r#\"\\d\"#"), None);
        assert_eq!(text(r#""\/""#), Some(Refusal::Escape));
        assert_eq!(text("r\"a\""), Some(Refusal::RawText));
        assert_eq!(text("r##\"a\"##"), Some(Refusal::RawText));
        assert_eq!(text("'a'"), Some(Refusal::Quotes));
    }

    #[test]
    fn a_literal_is_spelled_anew() {
        let text = |bytes: &[u8]| Constant::String(bytes.into());
        assert_eq!(spelled(&text(b"a/b"), r#""a\/b""#, None).as_deref(), Some("\"a/b\""));
        assert_eq!(spelled(&text(b"\\d"), r#"r"\d""#, None).as_deref(), Some("r#\"\\d\"#"));
        assert_eq!(spelled(&text(b"\xff"), r#""\xff""#, None), None);
        assert_eq!(spelled(&Constant::Int(15), "0o17", None).as_deref(), Some("15"));
        let mapped = Constant::Ip("::ffff:10.0.0.1".parse().unwrap());
        assert_eq!(spelled(&mapped, "::ffff:10.0.0.1", None).as_deref(), Some("0:0:0:0:0:ffff:a00:1"));
    }
}
