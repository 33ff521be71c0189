//! What begins with a digit: numbers, quantities, IPv4 addresses and networks.

use std::net::IpAddr;

use ipnet::IpNet;
use tamis_lang::builtin;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix};
use tamis_lang::span::Span;
use tamis_lang::unit::{self, QuantityError};
use tamis_lang::value::Constant;

use crate::foreign;

/// A literal that begins with a digit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Number {
    /// A value of the language.
    Value(Constant),
    /// The magnitude of the smallest integer, which needs a minus before it.
    SmallestInt,
    /// `5xx`: a class of status codes.
    StatusClass(u8),
}

/// The end of the number-like text that begins at the start of `text`.
///
/// Takes everything that could have been meant as one literal, so that `5xx` and `10.0.0.256` are one mistake.
pub(crate) fn scan(text: &str) -> usize {
    let bytes = text.as_bytes();
    let at = |i: usize| bytes.get(i).copied().unwrap_or(b' ');
    let mut end = 0;
    loop {
        let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let exponent = matches!(at(end), b'+' | b'-')
            && end > 0
            && matches!(at(end - 1), b'e' | b'E')
            && at(end + 1).is_ascii_digit()
            && bytes.get(..end - 1).is_some_and(is_decimal);
        if word(at(end)) || exponent {
            end += 1;
        } else if at(end) == b'.' && at(end + 1).is_ascii_digit() {
            end += 2;
        } else if let Some(micro) =
            ["µ", "μ"].iter().find(|m| text.get(end..).is_some_and(|rest| rest.starts_with(**m)))
        {
            end += micro.len();
        } else {
            break;
        }
    }
    if at(end) == b'.' && at(end + 1) != b'.' && bytes.get(..end).is_some_and(|b| b.iter().all(u8::is_ascii_digit)) {
        return end + 1;
    }
    let dotted = bytes.get(..end).is_some_and(|b| b.iter().filter(|&&b| b == b'.').count() >= 2);
    if dotted && at(end) == b'/' && at(end + 1).is_ascii_digit() {
        end += 1;
        while at(end).is_ascii_digit() || (at(end) == b'.' && at(end + 1).is_ascii_digit()) {
            end += 1;
        }
    }
    end
}

fn is_decimal(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'_'))
}

/// Reads a text that [`scan`] has cut.
///
/// # Errors
///
/// One diagnostic that says what is wrong with it.
pub(crate) fn read(text: &str, span: Span) -> Result<Number, Box<Diagnostic>> {
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'_') {
        return read_decimal(text, span);
    }
    let radix = match text.get(..2) {
        Some("0x" | "0X") => Some(16),
        Some("0o" | "0O") => Some(8),
        // `0B` alone is no bytes.
        Some("0b" | "0B") if text != "0B" => Some(2),
        _ => None,
    };
    if let Some(radix) = radix {
        return read_radix(text, radix, span);
    }
    if text.contains('/')
        || text.bytes().filter(|&b| b == b'.').count() >= 2 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    {
        return read_address(text, span).map(Number::Value);
    }
    if is_float(text) {
        return read_float(text, span);
    }
    read_quantity(text, span)
}

fn read_decimal(text: &str, span: Span) -> Result<Number, Box<Diagnostic>> {
    let digits: String = text.chars().filter(|&c| c != '_').collect();
    if digits.len() > 1 && digits.starts_with('0') {
        return Err(leading_zero(text, &digits, span));
    }
    match digits.parse::<u64>() {
        Ok(n) if n == 1 << 63 => Ok(Number::SmallestInt),
        Ok(n) => i64::try_from(n).map(|n| Number::Value(Constant::Int(n))).map_err(|_| too_large(text, span)),
        Err(_) => Err(too_large(text, span)),
    }
}

fn leading_zero(text: &str, digits: &str, span: Span) -> Box<Diagnostic> {
    let plain = digits.trim_start_matches('0');
    let plain = if plain.is_empty() { "0" } else { plain };
    let message = format!("`{text}` has a leading zero, which other languages read as octal");
    let diagnostic = Diagnostic::new(Code::LeadingZero, span, message);
    let diagnostic = match u64::from_str_radix(digits, 8) {
        Ok(octal) if octal > 7 => diagnostic
            .note(format!("decimal it would be {plain}, octal {octal}; in Kong's expressions it is octal"))
            .fix(Fix::replace(format!("write `{plain}`"), span, plain).suggestion())
            .fix(Fix::replace(format!("write `0o{plain}`, which is {octal}"), span, format!("0o{plain}")).suggestion()),
        _ => diagnostic.fix(Fix::replace(format!("write `{plain}`"), span, plain)),
    };
    Box::new(diagnostic)
}

fn read_radix(text: &str, radix: u32, span: Span) -> Result<Number, Box<Diagnostic>> {
    let (prefix, digits) = text.split_at_checked(2).unwrap_or((text, ""));
    if prefix.bytes().any(|b| b.is_ascii_uppercase()) {
        let better = format!("{}{digits}", prefix.to_lowercase());
        let message = format!("`{prefix}` is written in lower case");
        return Err(bad_number(span, message, Some(better)));
    }
    let digits: String = digits.chars().filter(|&c| c != '_').collect();
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        let name = match radix {
            16 => "hexadecimal digits (0 to 9, a to f)",
            8 => "octal digits (0 to 7)",
            _ => "binary digits (0 and 1)",
        };
        return Err(bad_number(span, format!("`{text}` needs {name} after `{prefix}`"), None));
    }
    i64::from_str_radix(&digits, radix).map(|n| Number::Value(Constant::Int(n))).map_err(|_| too_large(text, span))
}

/// `1.5`, `1e3`, `2.5e-3`, and the mistakes `5.`.
fn is_float(text: &str) -> bool {
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let exponent = text.get(mantissa.len()..).unwrap_or("");
    let digits = exponent.trim_start_matches(['e', 'E']).trim_start_matches(['+', '-']);
    is_decimal(mantissa.as_bytes())
        && (exponent.is_empty() || (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())))
}

fn read_float(text: &str, span: Span) -> Result<Number, Box<Diagnostic>> {
    if text.ends_with('.') {
        let message = format!("`{text}` needs a digit after the point");
        return Err(bad_number(span, message, Some(format!("{text}0"))));
    }
    let digits: String = text.chars().filter(|&c| c != '_').collect();
    let bare = digits.trim_start_matches('0');
    if digits.len() > bare.len() + 1 && digits.starts_with("00")
        || digits.starts_with('0') && bare.starts_with(|c: char| c.is_ascii_digit())
    {
        let better = if bare.starts_with('.') { format!("0{bare}") } else { bare.to_owned() };
        let message = format!("`{text}` has a leading zero");
        return Err(Box::new(Diagnostic::new(Code::LeadingZero, span, message).fix(Fix::replace(
            format!("write `{better}`"),
            span,
            better,
        ))));
    }
    match digits.parse::<f64>() {
        Ok(x) if x.is_finite() => Ok(Number::Value(Constant::Float(x))),
        _ => Err(Box::new(Diagnostic::new(Code::NumberTooLarge, span, format!("`{text}` is too large for a float")))),
    }
}

fn read_quantity(text: &str, span: Span) -> Result<Number, Box<Diagnostic>> {
    if let [class @ b'1'..=b'5', b'x' | b'X', b'x' | b'X'] = text.as_bytes() {
        return Ok(Number::StatusClass(class - b'0'));
    }
    match unit::parse_quantity(text) {
        Ok(quantity) => Ok(Number::Value(match quantity.dimension {
            unit::Dimension::Time => Constant::Duration(quantity.amount),
            unit::Dimension::Data => Constant::Size(quantity.amount),
        })),
        Err(QuantityError::UnknownUnit { start, end }) => Err(unknown_unit(text, start..end, span)),
        Err(error) => Err(bad_quantity(text, error, span)),
    }
}

fn unknown_unit(text: &str, suffix: std::ops::Range<usize>, span: Span) -> Box<Diagnostic> {
    let offset = |n: usize| span.start + u32::try_from(n).unwrap_or(0);
    let place = Span::new(offset(suffix.start), offset(suffix.end));
    let suffix = text.get(suffix).unwrap_or("");
    if suffix == "not" || builtin::by_word(suffix).is_some() {
        let message = format!("`{suffix}` needs a blank before it");
        return Box::new(Diagnostic::new(Code::MissingBlank, span, message).fix(Fix::insert(
            "insert the blank",
            place.start,
            " ",
        )));
    }
    let units: Vec<&str> = unit::UNITS.iter().map(|unit| unit.suffix).filter(|suffix| suffix.is_ascii()).collect();
    let mut diagnostic = Diagnostic::new(Code::UnknownUnit, place, format!("`{suffix}` is not a unit"));
    let known: Vec<&str> = match foreign::unit(suffix) {
        Some(ours) => ours.to_vec(),
        None => unit::by_suffix_any_case(suffix).map(|unit| unit.suffix).into_iter().collect(),
    };
    let one_reading = known.len() == 1;
    for ours in known {
        let fix = Fix::replace(format!("write `{ours}`"), place, ours);
        diagnostic = diagnostic.fix(if one_reading { fix } else { fix.suggestion() });
    }
    let digits = text.get(..text.len() - suffix.len()).unwrap_or("");
    if !suffix.is_empty()
        && suffix.bytes().all(|b| b.is_ascii_hexdigit())
        && digits.bytes().all(|b| b.is_ascii_hexdigit())
    {
        diagnostic = diagnostic.note(format!("a hexadecimal number is written `0x{text}`; text needs quotes"));
    }
    Box::new(diagnostic.note(format!("the units are {}", units.join(", "))))
}

fn bad_quantity(text: &str, error: QuantityError, span: Span) -> Box<Diagnostic> {
    let counted = if text.ends_with('B') { "bytes" } else { "nanoseconds" };
    let (code, message) = match error {
        QuantityError::MixedDimensions => (Code::BadQuantity, format!("`{text}` mixes time and data")),
        QuantityError::NotDescending => {
            (Code::BadQuantity, format!("the parts of `{text}` must go from large to small, each unit once"))
        }
        QuantityError::NotWhole => (Code::BadQuantity, format!("`{text}` is not a whole number of {counted}")),
        QuantityError::TooLarge => (Code::NumberTooLarge, format!("`{text}` does not fit into 64 bits of {counted}")),
        QuantityError::Malformed | QuantityError::UnknownUnit { .. } => {
            (Code::BadNumber, format!("`{text}` is neither a number nor a number with a unit"))
        }
    };
    Box::new(Diagnostic::new(code, span, message))
}

/// Reads an address or a network, of either family.
///
/// # Errors
///
/// One diagnostic that says what is wrong with it.
pub(crate) fn read_address(text: &str, span: Span) -> Result<Constant, Box<Diagnostic>> {
    let Some((address, prefix)) = text.split_once('/') else {
        return match text.parse::<IpAddr>() {
            Ok(ip) => Ok(Constant::Ip(ip)),
            Err(_) => Err(bad_address(text, span)),
        };
    };
    let address_span = Span::new(span.start, span.start + u32::try_from(address.len()).unwrap_or(0));
    let Ok(ip) = address.parse::<IpAddr>() else { return Err(bad_address(address, address_span)) };
    let bits = if ip.is_ipv4() { 32 } else { 128 };
    let bad = |message: String| Box::new(Diagnostic::new(Code::BadNetwork, span, message));
    if let Ok(IpAddr::V4(mask)) = prefix.parse::<IpAddr>() {
        let length = u32::from(mask).leading_ones();
        let diagnostic = bad(format!("`{text}` has a mask; a network is written with the length of its prefix"));
        let whole = u32::from(mask).leading_ones() + u32::from(mask).trailing_zeros() == 32 || u32::from(mask) == 0;
        return Err(if whole {
            Box::new(diagnostic.fix(Fix::replace(
                format!("write `{address}/{length}`"),
                span,
                format!("{address}/{length}"),
            )))
        } else {
            diagnostic
        });
    }
    let Ok(length) = prefix.parse::<u8>() else {
        return Err(bad(format!("`/{prefix}` is not the length of a prefix: 0 to {bits}")));
    };
    if prefix.len() > 1 && prefix.starts_with('0') {
        let better = format!("{address}/{length}");
        return Err(Box::new(bad(format!("`/{prefix}` has a leading zero")).fix(Fix::replace(
            format!("write `{better}`"),
            span,
            better,
        ))));
    }
    let Ok(network) = IpNet::new(ip, length) else {
        return Err(bad(format!(
            "`/{length}` is too long for an IPv{} address: 0 to {bits}",
            if bits == 32 { 4 } else { 6 }
        )));
    };
    if network.network() == ip { Ok(Constant::Network(network)) } else { Err(host_bits(text, network, span)) }
}

fn host_bits(text: &str, network: IpNet, span: Span) -> Box<Diagnostic> {
    let (whole, single) = (network.trunc(), IpNet::from(network.addr()));
    Box::new(
        Diagnostic::new(Code::HostBits, span, format!("`{text}` has host bits set; the network is `{whole}`"))
            .fix(Fix::replace(format!("use `{whole}`"), span, whole.to_string()).suggestion())
            .fix(Fix::replace(format!("only this address: `{single}`"), span, single.to_string()).suggestion()),
    )
}

fn bad_address(text: &str, span: Span) -> Box<Diagnostic> {
    let octets: Vec<&str> = text.split('.').collect();
    let reason = if text.contains(':') {
        format!("`{text}` is not an IPv6 address")
    } else if octets.len() != 4 {
        format!("`{text}` is neither a number nor an IPv4 address, which has four parts")
    } else if let Some(part) = octets.iter().find(|part| part.len() > 1 && part.starts_with('0')) {
        format!("`{text}` is not an IPv4 address: `{part}` has a leading zero")
    } else if let Some(part) = octets.iter().find(|part| part.parse::<u8>().is_err()) {
        format!("`{text}` is not an IPv4 address: {part} is over 255")
    } else {
        format!("`{text}` is not an address")
    };
    Box::new(Diagnostic::new(Code::BadAddress, span, reason))
}

fn too_large(text: &str, span: Span) -> Box<Diagnostic> {
    let message = format!("`{text}` does not fit into 64 bits");
    Box::new(Diagnostic::new(Code::NumberTooLarge, span, message).note(format!("the largest int is {}", i64::MAX)))
}

fn bad_number(span: Span, message: String, better: Option<String>) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::new(Code::BadNumber, span, message);
    Box::new(match better {
        Some(better) => diagnostic.fix(Fix::replace(format!("write `{better}`"), span, better)),
        None => diagnostic,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(scan(text), text.len(), "`{text}` is not one literal");
        let found = match read(text, Span::from_range(0..text.len())) {
            Ok(Number::Value(value)) => format!("{} {value}", value.ty()),
            Ok(other) => format!("{other:?}"),
            Err(diagnostic) => format!("{} {}", diagnostic.code, diagnostic.message),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn integers_in_every_base() {
        check("503", "int 503");
        check("1_000", "int 1000");
        check("0x1F", "int 31");
        check("0o17", "int 15");
        check("0b11", "int 3");
        check("0", "int 0");
        check("0B", "size 0B");
        check("9223372036854775807", "int 9223372036854775807");
        check("9223372036854775808", "SmallestInt");
        check("9223372036854775809", "T006 `9223372036854775809` does not fit into 64 bits");
        check("0xffffffffffffffff", "T006 `0xffffffffffffffff` does not fit into 64 bits");
        check("0X1F", "T005 `0X` is written in lower case");
        check("0b12", "T005 `0b12` needs binary digits (0 and 1) after `0b`");
    }

    #[test]
    fn floats_have_digits_on_both_sides() {
        check("0.5", "float 0.5");
        check("1e3", "float 1000.0");
        check("2.5e-3", "float 0.0025");
        check("5.", "T005 `5.` needs a digit after the point");
        check("00.5", "T007 `00.5` has a leading zero");
        check("1e999", "T006 `1e999` is too large for a float");
    }

    #[test]
    fn leading_zeros_are_refused() {
        check("0503", "T007 `0503` has a leading zero, which other languages read as octal");
        check("08", "T007 `08` has a leading zero, which other languages read as octal");
        check("00", "T007 `00` has a leading zero, which other languages read as octal");
    }

    #[test]
    fn quantities_with_their_units() {
        check("250ms", "duration 250ms");
        check("1h30m", "duration 90m");
        check("5µs", "duration 5us");
        check("8KiB", "size 8KiB");
        check("10kb", "T008 `kb` is not a unit");
        check("5sec", "T008 `sec` is not a unit");
        check("1s1KB", "T009 `1s1KB` mixes time and data");
        check("5xx", "StatusClass(5)");
        check("6xx", "T008 `xx` is not a unit");
    }

    #[test]
    fn addresses_and_networks() {
        check("10.0.0.1", "ip 10.0.0.1");
        check("10.0.0.0/8", "network 10.0.0.0/8");
        check("10.0.0.1/8", "T013 `10.0.0.1/8` has host bits set; the network is `10.0.0.0/8`");
        check("10.0.0.256", "T011 `10.0.0.256` is not an IPv4 address: 256 is over 255");
        check("10.0.0", "T011 `10.0.0` is neither a number nor an IPv4 address, which has four parts");
        check("010.0.0.1", "T011 `010.0.0.1` is not an IPv4 address: `010` has a leading zero");
        check("10.0.0.0/33", "T012 `/33` is too long for an IPv4 address: 0 to 32");
        check("10.0.0.0/08", "T012 `/08` has a leading zero");
        check(
            "10.0.0.0/255.0.0.0",
            "T012 `10.0.0.0/255.0.0.0` has a mask; a network is written with the length of its prefix",
        );
    }

    #[test]
    fn a_range_is_not_part_of_a_number() {
        assert_eq!(scan("500..504"), 3);
        assert_eq!(scan("1h..2h"), 2);
        assert_eq!(scan("10.0.0.1..10.0.0.9"), 8);
        assert_eq!(scan("1-2"), 1);
        assert_eq!(scan("0x1e-2"), 4);
    }
}
