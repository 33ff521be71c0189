//! Rules as data: what every engine is given in its own language, and what a naive evaluator says about them.

use std::fmt::Write;
use std::net::IpAddr;

use crate::request::{Field, Held, Request, Unit};

/// A rule.
#[derive(Clone, Debug)]
pub enum Rule {
    /// Holds if all parts hold.
    All(Vec<Rule>),
    /// Holds if some part holds.
    Any(Vec<Rule>),
    /// Holds if the part does not.
    Not(Box<Rule>),
    /// A single condition.
    Is(Field, Test),
}

/// A condition on one field.
#[derive(Clone, Debug)]
pub enum Test {
    /// The number compares so.
    Int(Order, i64),
    /// The number is one of these.
    IntIn(Vec<i64>),
    /// The text is this one.
    Equals(String),
    /// The text is this one, in capitals or not; it stands here in small letters.
    EqualsInAnyCase(String),
    /// The text starts so.
    StartsWith(String),
    /// The text has this in it.
    Contains(String),
    /// The text matches a regular expression somewhere.
    Matches(String),
    /// The text is one of these.
    TextIn(Vec<String>),
    /// The address is in a network: its first address, and the length of its prefix.
    In([u8; 4], u32),
}

/// How numbers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Order {
    Equal,
    NotEqual,
    Less,
    Greater,
    AtLeast,
}

impl Order {
    /// The operator, the same in all languages.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }

    /// Whether two numbers compare so.
    #[must_use]
    pub const fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::Greater => left > right,
            Self::AtLeast => left >= right,
        }
    }
}

impl Rule {
    /// What the rule says, found out in the plainest way.
    #[must_use]
    pub fn holds(&self, request: &Request) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(request)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(request)),
            Self::Not(part) => !part.holds(request),
            Self::Is(field, test) => test.holds(request.held(*field)),
        }
    }

    /// The rule as Tamis reads it.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, false);
        text
    }

    fn write(&self, text: &mut String, inner: bool) {
        let (parts, between) = match self {
            Self::All(parts) => (parts, " && "),
            Self::Any(parts) => (parts, " || "),
            Self::Not(part) => {
                text.push_str("!(");
                part.write(text, false);
                return text.push(')');
            }
            Self::Is(field, test) => return test.write(*field, text),
        };
        text.push_str(if inner { "(" } else { "" });
        for (place, part) in parts.iter().enumerate() {
            text.push_str(if place > 0 { between } else { "" });
            part.write(text, true);
        }
        text.push_str(if inner { ")" } else { "" });
    }

    /// The fields that the rule uses, each once.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::fields).collect(),
            Self::Not(part) => part.fields(),
            Self::Is(field, _) => vec![*field],
        };
        fields.sort_unstable_by_key(|field| field.place());
        fields.dedup();
        fields
    }
}

impl Test {
    fn holds(&self, held: Held<'_>) -> bool {
        match (self, held) {
            (Self::Int(order, wanted), Held::Int(found)) => order.holds(found, *wanted),
            (Self::IntIn(wanted), Held::Int(found)) => wanted.contains(&found),
            (Self::Equals(wanted), Held::Text(found)) => wanted == found,
            (Self::EqualsInAnyCase(wanted), Held::Text(found)) => *wanted == found.to_lowercase(),
            (Self::StartsWith(wanted), Held::Text(found)) => found.starts_with(wanted),
            (Self::Contains(wanted), Held::Text(found)) => found.contains(wanted),
            (Self::Matches(wanted), Held::Text(found)) => regex::Regex::new(wanted).is_ok_and(|it| it.is_match(found)),
            (Self::TextIn(wanted), Held::Text(found)) => wanted.iter().any(|wanted| wanted == found),
            (Self::In(network, length), Held::Address(IpAddr::V4(found))) => {
                let shift = 32 - length;
                u32::from_be_bytes(*network) >> shift == u32::from(found) >> shift
            }
            _ => false,
        }
    }

    fn write(&self, field: Field, text: &mut String) {
        let name = field.name();
        let suffix = match field.unit() {
            Unit::None => "",
            Unit::Milliseconds => "ms",
            Unit::Bytes => "B",
        };
        let _infallible = match self {
            Self::Int(order, wanted) => write!(text, "{name} {} {wanted}{suffix}", order.symbol()),
            Self::IntIn(wanted) => write!(text, "{name} in {wanted:?}"),
            Self::Equals(wanted) => write!(text, "{name} == {wanted:?}"),
            Self::EqualsInAnyCase(wanted) => write!(text, "lower({name}) == {wanted:?}"),
            Self::StartsWith(wanted) => write!(text, "{name} ^= {wanted:?}"),
            Self::Contains(wanted) => write!(text, "{name} contains {wanted:?}"),
            Self::Matches(wanted) => write!(text, "{name} ~ r\"{wanted}\""),
            Self::TextIn(wanted) => write!(text, "{name} in {wanted:?}"),
            Self::In([a, b, c, d], length) => write!(text, "{name} in {a}.{b}.{c}.{d}/{length}"),
        };
    }
}

/// A condition on a number.
#[must_use]
pub fn int(field: Field, order: Order, wanted: i64) -> Rule {
    Rule::Is(field, Test::Int(order, wanted))
}

/// A condition that a text is equal to another.
#[must_use]
pub fn equals(field: Field, wanted: impl Into<String>) -> Rule {
    Rule::Is(field, Test::Equals(wanted.into()))
}

/// A condition on the start of a text.
#[must_use]
pub fn starts(field: Field, wanted: impl Into<String>) -> Rule {
    Rule::Is(field, Test::StartsWith(wanted.into()))
}
