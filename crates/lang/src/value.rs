//! Values: what a field holds and what an operator compares.

use std::cmp::Ordering;
use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::ty::Ty;
use crate::unit;

/// A value, borrowed from a request, a rule or the scratch memory.
///
/// Strings are bytes: a header need not be UTF-8.
/// Durations count nanoseconds, sizes bytes.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// Text.
    String(&'a [u8]),
    /// An address.
    Ip(IpAddr),
    /// A range of addresses, host bits zero.
    Network(IpNet),
    /// Nanoseconds.
    Duration(i64),
    /// Bytes.
    Size(i64),
}

/// A value that owns its text, as rules and catalogs hold it.
#[derive(Clone, Debug)]
pub enum Constant {
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// Text.
    String(Box<[u8]>),
    /// An address.
    Ip(IpAddr),
    /// A range of addresses, host bits zero.
    Network(IpNet),
    /// Nanoseconds.
    Duration(i64),
    /// Bytes.
    Size(i64),
}

impl<'a> Value<'a> {
    /// The type of the value.
    #[must_use]
    pub const fn ty(&self) -> Ty {
        match self {
            Self::Bool(_) => Ty::Bool,
            Self::Int(_) => Ty::Int,
            Self::Float(_) => Ty::Float,
            Self::String(_) => Ty::String,
            Self::Ip(_) => Ty::Ip,
            Self::Network(_) => Ty::Network,
            Self::Duration(_) => Ty::Duration,
            Self::Size(_) => Ty::Size,
        }
    }

    /// Whether two values are equal; values of different types, and NaN, never are.
    #[must_use]
    pub fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) | (Self::Duration(a), Self::Duration(b)) | (Self::Size(a), Self::Size(b)) => {
                a == b
            }
            (Self::Float(a), Self::Float(b)) => a == b,
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Ip(a), Self::Ip(b)) => a == b,
            (Self::Network(a), Self::Network(b)) => a == b,
            _ => false,
        }
    }

    /// The order of two values, where there is one.
    ///
    /// Strings are ordered by bytes, addresses within their family.
    /// Booleans, networks, addresses of different families, NaN and values of different types have no order.
    #[must_use]
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) | (Self::Duration(a), Self::Duration(b)) | (Self::Size(a), Self::Size(b)) => {
                Some(a.cmp(b))
            }
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(b),
            (Self::String(a), Self::String(b)) => Some(a.cmp(b)),
            (Self::Ip(IpAddr::V4(a)), Self::Ip(IpAddr::V4(b))) => Some(a.cmp(b)),
            (Self::Ip(IpAddr::V6(a)), Self::Ip(IpAddr::V6(b))) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// A copy that owns its text.
    #[must_use]
    pub fn to_constant(&self) -> Constant {
        match *self {
            Self::Bool(b) => Constant::Bool(b),
            Self::Int(n) => Constant::Int(n),
            Self::Float(x) => Constant::Float(x),
            Self::String(s) => Constant::String(s.into()),
            Self::Ip(ip) => Constant::Ip(ip),
            Self::Network(net) => Constant::Network(net),
            Self::Duration(ns) => Constant::Duration(ns),
            Self::Size(bytes) => Constant::Size(bytes),
        }
    }
}

impl Constant {
    /// The value, borrowed.
    #[must_use]
    pub fn as_value(&self) -> Value<'_> {
        match self {
            Self::Bool(b) => Value::Bool(*b),
            Self::Int(n) => Value::Int(*n),
            Self::Float(x) => Value::Float(*x),
            Self::String(s) => Value::String(s),
            Self::Ip(ip) => Value::Ip(*ip),
            Self::Network(net) => Value::Network(*net),
            Self::Duration(ns) => Value::Duration(*ns),
            Self::Size(bytes) => Value::Size(*bytes),
        }
    }

    /// The type of the value.
    #[must_use]
    pub fn ty(&self) -> Ty {
        self.as_value().ty()
    }
}

impl PartialEq for Constant {
    fn eq(&self, other: &Self) -> bool {
        self.as_value().equals(&other.as_value())
    }
}

/// Writes the literal that denotes the value in a rule.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(b) => write!(f, "{b}"),
            Self::Int(n) => write!(f, "{n}"),
            Self::Float(x) => write!(f, "{x:?}"),
            Self::String(bytes) => write_string_literal(f, bytes),
            Self::Ip(ip) => write!(f, "{ip}"),
            Self::Network(net) => write!(f, "{net}"),
            Self::Duration(ns) => unit::write_duration(f, *ns),
            Self::Size(bytes) => unit::write_size(f, *bytes),
        }
    }
}

impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_value().fmt(f)
    }
}

/// Writes bytes as a quoted string with the escapes of the language.
fn write_string_literal(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    use fmt::Write as _;
    f.write_char('"')?;
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                '\0' => f.write_str("\\0")?,
                c if c.is_control() => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        for byte in chunk.invalid() {
            write!(f, "\\x{byte:02x}")?;
        }
    }
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_different_families_have_no_order_and_are_not_equal() {
        let v4 = Value::Ip("10.0.0.1".parse().unwrap());
        let v6 = Value::Ip("::ffff:10.0.0.1".parse().unwrap());
        assert!(!v4.equals(&v6));
        assert_eq!(v4.order(&v6), None);
    }

    #[test]
    fn strings_print_as_literals() {
        let text = Value::String(b"a\"\\\n\x01\xffz").to_string();
        assert_eq!(text, r#""a\"\\\n\u{1}\xffz""#);
    }
}
