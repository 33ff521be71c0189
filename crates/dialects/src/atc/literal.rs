//! Literals as Kong's expressions write them.

use std::net::IpAddr;

use ipnet::IpNet;

/// A text in quotes, with the five escapes that there are.
pub(crate) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A pattern: raw where that saves backslashes.
pub(crate) fn pattern(pattern: &str) -> String {
    let raw = pattern.contains('\\') && !pattern.contains("\"#") && !pattern.ends_with('"');
    if raw { format!("r#\"{pattern}\"#") } else { text(pattern) }
}

/// Whether a literal, as it was written, is read there too, and as this text.
pub(crate) fn as_written(source: &str, text: &str) -> bool {
    if let Some(raw) = source.strip_prefix("r#\"") {
        return raw.strip_suffix("\"#") == Some(text) && !text.contains("\"#");
    }
    let Some(inner) = source.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return false };
    let mut read = String::with_capacity(inner.len());
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        let meant = match letter {
            '\\' => match letters.next() {
                Some(same @ ('"' | '\\')) => same,
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                _ => return false,
            },
            '"' | '\n' | '\r' => return false,
            other => other,
        };
        read.push(meant);
    }
    read == text
}

/// A number as it was written, where Kong's expressions read the same there.
pub(crate) fn number_as_written(source: &str, value: i64) -> bool {
    let digits = source.strip_prefix('-').unwrap_or(source);
    let (digits, radix) = digits.strip_prefix("0x").map_or((digits, 10), |hex| (hex, 16));
    let plain = radix == 16 || digits == "0" || !digits.starts_with('0');
    let read = i64::from_str_radix(digits, radix).ok().filter(|_| digits.bytes().all(|b| b.is_ascii_alphanumeric()));
    plain && read.map(|n| if source.starts_with('-') { -n } else { n }) == Some(value)
}

/// An address; the spelling with an IPv4 tail does not exist there.
pub(crate) fn address(address: IpAddr) -> String {
    let spelled = address.to_string();
    match address {
        IpAddr::V6(v6) if spelled.contains('.') => v6.segments().map(|segment| format!("{segment:x}")).join(":"),
        IpAddr::V4(_) | IpAddr::V6(_) => spelled,
    }
}

/// A network.
pub(crate) fn network(network: IpNet) -> String {
    format!("{}/{}", address(network.network()), network.prefix_len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_five_escapes() {
        assert_eq!(text("a\"b\\c\n\r\t\u{0}é"), "\"a\\\"b\\\\c\\n\\r\\t\u{0}é\"");
        assert_eq!(pattern(r"^\d"), r##"r#"^\d"#"##);
        assert_eq!(pattern(r#"\d""#), r#""\\d\"""#);
    }

    #[test]
    fn a_literal_stays_where_both_read_the_same() {
        assert!(as_written(r#""a\n""#, "a\n") && as_written(r##"r#"\d"#"##, r"\d"));
        assert!(!as_written("'a'", "a") && !as_written(r#""\x41""#, "A") && !as_written(r#"r"a""#, "a"));
        assert!(!as_written("\"a\nb\"", "a\nb") && !as_written("\"b\"", "a"));
        assert!(number_as_written("503", 503) && number_as_written("-0x1F", -31) && number_as_written("0", 0));
        assert!(!number_as_written("1_000", 1000) && !number_as_written("010", 10) && !number_as_written("0o17", 15));
    }

    #[test]
    fn addresses_have_no_tail_with_dots() {
        assert_eq!(address("::ffff:10.0.0.1".parse().unwrap()), "0:0:0:0:0:ffff:a00:1");
        assert_eq!(network("::ffff:0:0/96".parse().unwrap()), "0:0:0:0:0:ffff:0:0/96");
        assert_eq!(network("fe80::/10".parse().unwrap()), "fe80::/10");
    }
}
