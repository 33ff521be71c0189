//! Randomness from a key, for `sample(p, by: key)`.

use std::net::IpAddr;

use super::Randomness;
use super::xxh64::xxh64;
use crate::value::Value;

impl Randomness {
    /// The randomness of a key: the low 56 bits of its XXH64 with seed zero, the same on every node.
    ///
    /// A text counts with its bytes, a number with the eight bytes of its 64 bits, the lowest first (nanoseconds of a
    /// duration, bytes of a size), a truth value with one byte, an address with its 4 or 16 bytes, a network with the
    /// bytes of its address and one for the length of its prefix.
    /// Equal numbers have one key: negative zero counts as zero, and every NaN as one.
    #[must_use]
    pub fn of_key(value: &Value<'_>) -> Self {
        Self::new(match value {
            Value::String(text) => xxh64(text),
            Value::Bool(truth) => xxh64(&[u8::from(*truth)]),
            Value::Int(n) | Value::Duration(n) | Value::Size(n) => xxh64(&n.to_le_bytes()),
            Value::Float(x) => xxh64(&canonical(*x).to_le_bytes()),
            Value::Ip(IpAddr::V4(address)) => xxh64(&address.octets()),
            Value::Ip(IpAddr::V6(address)) => xxh64(&address.octets()),
            Value::Network(network) => {
                let mut bytes = [0; 17];
                let len = match network.network() {
                    IpAddr::V4(address) => copy(&mut bytes, &address.octets()),
                    IpAddr::V6(address) => copy(&mut bytes, &address.octets()),
                };
                if let Some(last) = bytes.get_mut(len) {
                    *last = network.prefix_len();
                }
                xxh64(bytes.get(..=len).unwrap_or(&bytes))
            }
        })
    }
}

fn copy(into: &mut [u8], bytes: &[u8]) -> usize {
    for (place, byte) in into.iter_mut().zip(bytes) {
        *place = *byte;
    }
    bytes.len()
}

fn canonical(x: f64) -> f64 {
    if x.is_nan() {
        f64::NAN
    } else if x == 0.0 {
        0.0
    } else {
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &Value<'_>, expected: &str) {
        assert_eq!(Randomness::of_key(value).to_string(), expected);
    }

    #[test]
    fn keys_have_the_randomness_that_other_implementations_give_them() {
        check(&Value::String(b""), "46db3751d8e999");
        check(&Value::String(b"abc"), "bc2cf5ad770999");
        check(&Value::Bool(true), "4127811b21e730");
        check(&Value::Int(503), "b3497c00c2c6ac");
        check(&Value::Duration(503), "b3497c00c2c6ac");
        check(&Value::Float(0.5), "cb5e118059da42");
        check(&Value::Ip("10.0.0.1".parse().expect("an address")), "563b5083b99aff");
        check(&Value::Ip("::1".parse().expect("an address")), "dd97d1b9d614c7");
        check(&Value::Network("10.0.0.0/8".parse().expect("a network")), "fdea1d944bc83c");
    }

    #[test]
    fn equal_numbers_are_one_key() {
        let of = |x: f64| Randomness::of_key(&Value::Float(x));
        assert_eq!(of(0.0), of(-0.0));
        assert_eq!(of(f64::NAN), of(-f64::NAN));
        assert_ne!(of(1.0), of(2.0));
    }
}
