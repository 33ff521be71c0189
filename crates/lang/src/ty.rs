//! The types of values.

use std::fmt;
use std::str::FromStr;

/// The type of one value.
///
/// Enumerations are not types of their own: they are strings or integers whose field lists the allowed values.
/// A list is several values of one of these types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ty {
    /// `true` or `false`.
    Bool,
    /// A signed 64-bit integer.
    Int,
    /// An IEEE 754 double.
    Float,
    /// Bytes, normally UTF-8.
    String,
    /// An IPv4 or IPv6 address.
    Ip,
    /// A range of addresses, `10.0.0.0/8`.
    Network,
    /// A span of time, whole nanoseconds.
    Duration,
    /// An amount of data, whole bytes.
    Size,
}

impl Ty {
    /// Every type.
    pub const ALL: &'static [Self] =
        &[Self::Bool, Self::Int, Self::Float, Self::String, Self::Ip, Self::Network, Self::Duration, Self::Size];

    /// The name that messages, catalogs and the documentation use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Float => "float",
            Self::String => "string",
            Self::Ip => "ip",
            Self::Network => "network",
            Self::Duration => "duration",
            Self::Size => "size",
        }
    }

    /// The name with an article, for a sentence: `a string`, `an int`.
    #[must_use]
    pub const fn with_article(self) -> &'static str {
        match self {
            Self::Bool => "a bool",
            Self::Int => "an int",
            Self::Float => "a float",
            Self::String => "a string",
            Self::Ip => "an ip address",
            Self::Network => "a network",
            Self::Duration => "a duration",
            Self::Size => "a size",
        }
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of no type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownTy;

impl fmt::Display for UnknownTy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a type of the language")
    }
}

impl std::error::Error for UnknownTy {}

impl FromStr for Ty {
    type Err = UnknownTy;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().find(|ty| ty.as_str() == name).copied().ok_or(UnknownTy)
    }
}
