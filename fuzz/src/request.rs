//! A request whose values are made up from a number, so that a finding happens again.

use std::net::IpAddr;
use std::ops::ControlFlow;

use tamis::{Fact, Facts, FieldRef, Ty, Value};

/// A request with values of every kind, absent and several ones among them.
pub(crate) struct Request {
    pub(crate) seed: u64,
}

const INTS: &[i64] = &[0, 1, -1, 200, 503, i64::MAX, i64::MIN];
const FLOATS: &[f64] = &[0.0, -0.0, 0.5, 1e300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
const STRINGS: &[&[u8]] = &[b"", b"GET", b"/v1/orders/42", b"ACME", "straße Σ".as_bytes(), b"\xff\xfe", b"100%"];
const ADDRESSES: &[&str] = &["10.0.0.1", "0.0.0.0", "255.255.255.255", "::1", "::ffff:10.0.0.1"];

impl Request {
    /// A number that depends on the field and on which of its values is meant.
    fn number(&self, field: &FieldRef, place: u64) -> usize {
        let mixed = (self.seed ^ u64::from(field.slot)).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ place;
        let mixed = mixed.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (mixed >> 33) as usize
    }

    fn value(&self, field: &FieldRef, place: u64) -> Value<'static> {
        let number = self.number(field, place);
        // Now and then a value is not of the type that the catalog says.
        let ty = if number.is_multiple_of(31) { Ty::ALL[number / 31 % Ty::ALL.len()] } else { field.ty };
        match ty {
            Ty::Bool => Value::Bool(number.is_multiple_of(2)),
            Ty::Int => Value::Int(INTS[number % INTS.len()]),
            Ty::Float => Value::Float(FLOATS[number % FLOATS.len()]),
            Ty::String => Value::String(STRINGS[number % STRINGS.len()]),
            Ty::Ip => Value::Ip(address(number)),
            Ty::Network => Value::Network(address(number).into()),
            Ty::Duration => Value::Duration(INTS[number % INTS.len()]),
            Ty::Size => Value::Size(INTS[number % INTS.len()]),
        }
    }
}

fn address(number: usize) -> IpAddr {
    ADDRESSES[number % ADDRESSES.len()].parse().expect("the table holds addresses")
}

impl Facts for Request {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        match self.number(field, 0) % 4 {
            0 => Fact::Absent,
            1 => Fact::Many,
            _ => Fact::One(self.value(field, 1)),
        }
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        for place in 0..=self.number(field, 0) as u64 % 4 {
            if visit(self.value(field, place)).is_break() {
                return;
            }
        }
    }
}
