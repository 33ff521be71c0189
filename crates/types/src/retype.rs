//! How a literal of one type is written as one of another.

use std::net::IpAddr;

use ipnet::IpNet;
use tamis_lang::ty::Ty;
use tamis_lang::unit::{Dimension, parse_quantity};
use tamis_lang::value::Constant;

use crate::convert::suffix;
use crate::meaning::Scale;

/// A literal in other words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rewrite {
    /// What to write.
    pub(crate) text: String,
    /// What that changes, as advice behind a message.
    pub(crate) advice: Advice,
    /// Whether it is the only reading.
    pub(crate) certain: bool,
}

/// What to do with a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Advice {
    /// Quotes go.
    RemoveQuotes,
    /// Quotes come.
    AddQuotes,
    /// Something else is written.
    Write,
}

impl Rewrite {
    const fn new(text: String, advice: Advice) -> Self {
        Self { text, advice, certain: true }
    }

    const fn guess(text: String) -> Self {
        Self { text, advice: Advice::Write, certain: false }
    }

    /// The end of a message: `remove the quotes`.
    pub(crate) fn advice(&self) -> String {
        match self.advice {
            Advice::RemoveQuotes => "remove the quotes".to_owned(),
            Advice::AddQuotes | Advice::Write => format!("write `{}`", self.text),
        }
    }

    /// The title of the fix.
    pub(crate) fn title(&self) -> String {
        match self.advice {
            Advice::RemoveQuotes => "remove the quotes".to_owned(),
            Advice::AddQuotes => "write it in quotes".to_owned(),
            Advice::Write => format!("write `{}`", self.text),
        }
    }
}

/// How a literal is written where a value of type `wanted` is needed.
///
/// `source` is the literal as written, `scale` what a bare number counts in on the other side.
pub(crate) fn retype(literal: &Constant, source: &str, wanted: Ty, scale: Option<Scale>) -> Option<Rewrite> {
    match (literal, wanted) {
        (Constant::String(bytes), _) => {
            let content = std::str::from_utf8(bytes).ok()?.trim();
            let text = unquoted(content, wanted)?;
            let advice = if text == content { Advice::RemoveQuotes } else { Advice::Write };
            Some(Rewrite::new(text, advice))
        }
        (Constant::Int(0), Ty::Bool) => Some(Rewrite::new("false".into(), Advice::Write)),
        (Constant::Int(1), Ty::Bool) => Some(Rewrite::new("true".into(), Advice::Write)),
        (Constant::Bool(truth), Ty::Int) => Some(Rewrite::guess(i64::from(*truth).to_string())),
        (_, Ty::String) if !source.contains(['"', '\\']) => {
            Some(Rewrite::new(format!("\"{source}\""), Advice::AddQuotes))
        }
        (Constant::Float(x), Ty::Int) => whole(*x).map(|n| Rewrite::new(n.to_string(), Advice::Write)),
        (Constant::Float(_), Ty::Duration | Ty::Size) => {
            let suffix = suffix(scale.filter(|scale| scale.dimension.ty() == wanted)?)?;
            let text = format!("{source}{suffix}");
            parse_quantity(&text).is_ok().then(|| Rewrite::guess(text))
        }
        (Constant::Ip(ip), Ty::Network) => Some(Rewrite::new(IpNet::from(*ip).to_string(), Advice::Write)),
        _ => None,
    }
}

/// The content of a string as a literal of another type.
fn unquoted(content: &str, wanted: Ty) -> Option<String> {
    match wanted {
        Ty::Bool => match content.to_ascii_lowercase().as_str() {
            "true" => Some("true".into()),
            "false" => Some("false".into()),
            _ => None,
        },
        Ty::Int => content.parse::<i64>().ok().map(|n| n.to_string()),
        Ty::Float => {
            let x = content.parse::<f64>().ok().filter(|x| x.is_finite())?;
            Some(if content.parse::<i64>().is_ok() { content.to_owned() } else { format!("{x:?}") })
        }
        Ty::String => None,
        Ty::Ip => content.parse::<IpAddr>().ok().map(|ip| ip.to_string()),
        Ty::Network => content.parse::<IpNet>().ok().map(|network| network.trunc().to_string()),
        Ty::Duration => quantity(content, Dimension::Time),
        Ty::Size => quantity(content, Dimension::Data),
    }
}

/// A quantity, with the blank between number and unit gone.
fn quantity(content: &str, dimension: Dimension) -> Option<String> {
    let text: String = content.chars().filter(|c| *c != ' ').collect();
    parse_quantity(&text).is_ok_and(|quantity| quantity.dimension == dimension).then_some(text)
}

/// A float without a fraction, as an int.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
fn whole(x: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (x.fract() == 0.0 && x.abs() <= EXACT).then_some(x as i64)
}

/// The network that holds exactly the addresses whose text begins so: `10.` is `10.0.0.0/8`.
pub(crate) fn network_of_prefix(prefix: &str) -> Option<String> {
    if let Ok(ip) = prefix.parse::<IpAddr>() {
        return Some(IpNet::from(ip).to_string());
    }
    if let Some(octets) = prefix.strip_suffix('.') {
        let octets: Vec<u8> = octets.split('.').map(|octet| octet.parse().ok()).collect::<Option<_>>()?;
        let n = octets.len();
        let zeros = 4_usize.checked_sub(n).filter(|zeros| (1..4).contains(zeros))?;
        let address = octets.iter().map(u8::to_string).chain(std::iter::repeat_n("0".to_owned(), zeros));
        return Some(format!("{}/{}", address.collect::<Vec<_>>().join("."), 8 * n));
    }
    let groups: Vec<&str> = prefix.strip_suffix(':')?.split(':').collect();
    let is_group = |group: &&str| (1..=4).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_hexdigit());
    let bits = groups.len().checked_mul(16).filter(|bits| *bits < 128)?;
    let network = format!("{}::/{bits}", groups.join(":")).parse::<IpNet>().ok()?;
    groups.iter().all(is_group).then(|| network.to_string())
}

/// The ints of as many digits as `largest` has that fit a text pattern (`^5`, `5..`, `5*`, `5xx`, `50\d`).
pub(crate) fn range_of_digits(pattern: &str, largest: i64) -> Option<(i64, i64)> {
    let places = largest.checked_ilog10()? + 1;
    let pattern = pattern.strip_prefix('^').unwrap_or(pattern);
    let pattern = pattern.strip_suffix('$').unwrap_or(pattern);
    let n_digits = pattern.find(|c: char| !c.is_ascii_digit()).unwrap_or(pattern.len());
    let (digits, rest) = pattern.split_at_checked(n_digits)?;
    let known = u32::try_from(digits.len()).ok().filter(|known| (1..=places).contains(known))?;
    if !is_wild(rest, places - known) {
        return None;
    }
    let width = 10_i64.checked_pow(places - known)?;
    let low = digits.parse::<i64>().ok()?.checked_mul(width)?;
    Some((low, (low + width - 1).min(largest))).filter(|(low, high)| low <= high)
}

/// Whether a pattern has a place for every digit, so that it fits nowhere but from the first digit on.
pub(crate) fn is_full_width(pattern: &str, largest: i64) -> bool {
    let places = largest.checked_ilog10().map_or(0, |digits| digits + 1);
    let is_open = pattern.ends_with(['*', '+']) || pattern.bytes().all(|byte| byte.is_ascii_digit());
    let digits = u32::try_from(pattern.bytes().take_while(u8::is_ascii_digit).count()).unwrap_or(0);
    digits == places || !is_open
}

/// Whether the rest of a pattern stands for `n` more digits, or for anything.
fn is_wild(rest: &str, n: u32) -> bool {
    let n = usize::try_from(n).unwrap_or(usize::MAX);
    let repeated = |part: &str| rest.len() == part.len().saturating_mul(n) && rest == part.repeat(n);
    let counted = [format!("\\d{{{n}}}"), format!("[0-9]{{{n}}}"), format!(".{{{n}}}")];
    let anything = ["", "*", ".*", ".+", "\\d+", "\\d*"];
    anything.contains(&rest)
        || counted.iter().any(|form| form == rest)
        || ["x", "X", ".", "?", "\\d", "[0-9]"].into_iter().any(repeated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(literal: &str, wanted: Ty, expected: Option<&str>) {
        let constant = Constant::String(literal.as_bytes().into());
        let found = retype(&constant, &format!("{literal:?}"), wanted, None);
        assert_eq!(found.map(|rewrite| rewrite.text).as_deref(), expected);
    }

    #[test]
    fn quoted_values_lose_their_quotes() {
        check("503", Ty::Int, Some("503"));
        check("0503", Ty::Int, Some("503"));
        check("five", Ty::Int, None);
        check("TRUE", Ty::Bool, Some("true"));
        check("0.5", Ty::Float, Some("0.5"));
        check("1", Ty::Float, Some("1"));
        check("inf", Ty::Float, None);
        check("10.0.0.1", Ty::Ip, Some("10.0.0.1"));
        check("10.0.0.1/8", Ty::Network, Some("10.0.0.0/8"));
        check("250 ms", Ty::Duration, Some("250ms"));
        check("250ms", Ty::Size, None);
    }

    #[test]
    fn the_start_of_an_address_is_a_network() {
        assert_eq!(network_of_prefix("10.").as_deref(), Some("10.0.0.0/8"));
        assert_eq!(network_of_prefix("192.168.").as_deref(), Some("192.168.0.0/16"));
        assert_eq!(network_of_prefix("2001:db8:").as_deref(), Some("2001:db8::/32"));
        assert_eq!(network_of_prefix("10.0.0.1").as_deref(), Some("10.0.0.1/32"));
        assert_eq!(network_of_prefix("10"), None, "also the start of 100.0.0.1");
        assert_eq!(network_of_prefix("1.2.3.4."), None);
        assert_eq!(network_of_prefix("."), None);
        assert_eq!(network_of_prefix(":"), None);
    }

    #[test]
    fn digits_before_wild_places_are_a_range() {
        for pattern in ["^5", "5..", "5xx", "5XX", "5\\d\\d", "^5[0-9]{2}$", "5??", "5*", "^5.*"] {
            assert_eq!(range_of_digits(pattern, 599), Some((500, 599)), "{pattern}");
        }
        assert_eq!(range_of_digits("50", 599), Some((500, 509)));
        assert_eq!(range_of_digits("404", 599), Some((404, 404)));
        assert_eq!(range_of_digits("6", 599), None);
        assert_eq!(range_of_digits("5.", 599), None);
        assert_eq!(range_of_digits("(4|5)", 599), None);
        assert_eq!(range_of_digits("", 599), None);
    }
}
