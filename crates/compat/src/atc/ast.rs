//! Types, values and expressions.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use regex::Regex;

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A text.
    String,
    /// A network.
    IpCidr,
    /// An address.
    IpAddr,
    /// An integer of 64 bits.
    Int,
    /// A pattern; no operator takes a field of this type.
    Regex,
}

/// A value of a field, or a literal of a rule.
#[derive(Clone, Debug)]
pub enum Value {
    /// A text.
    String(String),
    /// A network.
    IpCidr(IpNet),
    /// An address.
    IpAddr(IpAddr),
    /// An integer.
    Int(i64),
    /// A pattern.
    Regex(Regex),
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::String(a), Self::String(b)) => a == b,
            (Self::IpCidr(a), Self::IpCidr(b)) => a == b,
            (Self::IpAddr(a), Self::IpAddr(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Regex(a), Self::Regex(b)) => a.as_str() == b.as_str(),
            (Self::String(_) | Self::IpCidr(_) | Self::IpAddr(_) | Self::Int(_) | Self::Regex(_), _) => false,
        }
    }
}

impl Value {
    /// The type of the value.
    #[must_use]
    pub const fn my_type(&self) -> Type {
        match self {
            Self::String(_) => Type::String,
            Self::IpCidr(_) => Type::IpCidr,
            Self::IpAddr(_) => Type::IpAddr,
            Self::Int(_) => Type::Int,
            Self::Regex(_) => Type::Regex,
        }
    }

    /// The value as the machine sees it; a pattern is none.
    pub(super) const fn as_fact(&self) -> Option<tamis_lang::value::Value<'_>> {
        use tamis_lang::value::Value as Fact;
        match self {
            Self::String(text) => Some(Fact::String(text.as_bytes())),
            Self::IpCidr(network) => Some(Fact::Network(*network)),
            Self::IpAddr(address) => Some(Fact::Ip(*address)),
            Self::Int(n) => Some(Fact::Int(*n)),
            Self::Regex(_) => None,
        }
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

/// A rule whose syntax is right; [`Validate`](super::semantics::Validate) holds it against a schema.
///
/// To run one rule over many requests, give its text to a [`Router`](super::router::Router): that compiles it once.
#[derive(Clone, PartialEq, Eq)]
pub struct Expression {
    pub(super) text: String,
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expression({:?})", self.text)
    }
}
