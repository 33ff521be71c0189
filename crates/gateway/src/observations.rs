//! What a gateway has found out about one request beside its headers.

use std::net::IpAddr;
use std::sync::Arc;

use tamis_lang::value::Value;

use crate::source::Source;

/// One value that was observed.
#[derive(Clone, Debug, PartialEq)]
pub enum Observed {
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Int(i64),
    /// Nanoseconds.
    Duration(i64),
    /// Bytes.
    Size(i64),
    /// An address.
    Ip(IpAddr),
    /// Text of the configuration, shared.
    Shared(Arc<str>),
    /// Text that never changes.
    Static(&'static str),
    /// Text of this request.
    Text(Box<str>),
    /// An id of 32 hexadecimal digits.
    Id([u8; 32]),
}

impl Observed {
    /// The value, as a rule sees it.
    #[must_use]
    pub fn as_value(&self) -> Value<'_> {
        match self {
            Self::Bool(bool) => Value::Bool(*bool),
            Self::Int(number) => Value::Int(*number),
            Self::Duration(nanoseconds) => Value::Duration(*nanoseconds),
            Self::Size(bytes) => Value::Size(*bytes),
            Self::Ip(address) => Value::Ip(*address),
            Self::Shared(text) => Value::String(text.as_bytes()),
            Self::Static(text) => Value::String(text.as_bytes()),
            Self::Text(text) => Value::String(text.as_bytes()),
            Self::Id(digits) => Value::String(digits),
        }
    }
}

impl Observed {
    /// An id, as 32 hexadecimal digits.
    #[must_use]
    pub fn id(id: u128) -> Self {
        let mut digits = [b'0'; 32];
        for (place, digit) in digits.iter_mut().rev().enumerate() {
            let nibble = u32::try_from(id >> (4 * place) & 0xF).unwrap_or(0);
            // A nibble is always a digit.
            *digit = char::from_digit(nibble, 16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(b'0');
        }
        Self::Id(digits)
    }
}

/// What was observed of one request.
///
/// Setting a value that needs no memory of its own allocates nothing; [`clear`](Observations::clear) keeps the memory
/// for the next request.
///
/// ```
/// use tamis_gateway::{Observations, Observed, Source};
/// let mut observations = Observations::default();
/// observations.set(Source::Status, Observed::Int(503));
/// observations.add(Source::TryCount, Observed::Int(1));
/// observations.add(Source::TryCount, Observed::Int(2));
/// assert_eq!(observations.get(Source::Status), Some(&Observed::Int(503)));
/// assert_eq!(observations.all(Source::TryCount).count(), 2);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Observations {
    /// Few, in the order in which they were set; a request has some thirty.
    single: Vec<(Source, Observed)>,
    /// The place of a source in `single`, plus one.
    places: Places,
    repeated: Vec<(Source, Observed)>,
}

#[derive(Clone, Debug)]
struct Places([u8; Source::COUNT]);

impl Default for Places {
    fn default() -> Self {
        Self([0; Source::COUNT])
    }
}

impl Observations {
    /// Says what a source is; what it was before is forgotten.
    pub fn set(&mut self, source: Source, value: Observed) {
        let Some(place) = self.places.0.get_mut(source.index()) else { return };
        if let Some((_, there)) = usize::from(*place).checked_sub(1).and_then(|at| self.single.get_mut(at)) {
            *there = value;
            return;
        }
        self.single.push((source, value));
        *place = u8::try_from(self.single.len()).unwrap_or(0);
    }

    /// Adds a value to a source that may have several.
    pub fn add(&mut self, source: Source, value: Observed) {
        self.repeated.push((source, value));
    }

    /// The value of a source that has one.
    #[must_use]
    pub fn get(&self, source: Source) -> Option<&Observed> {
        let place = usize::from(*self.places.0.get(source.index())?);
        self.single.get(place.checked_sub(1)?).map(|(_, value)| value)
    }

    /// Every value of a source, in the order in which they came.
    pub fn all(&self, source: Source) -> impl Iterator<Item = &Observed> {
        let repeated = self.repeated.iter().filter(move |(of, _)| *of == source).map(|(_, value)| value);
        self.get(source).into_iter().chain(repeated)
    }

    /// Says that a value will come later than the phase from which the catalog expects it.
    pub fn expect(&mut self, source: Source) {
        if let Some(place) = self.places.0.get_mut(source.index()).filter(|place| **place == 0) {
            *place = EXPECTED;
        }
    }

    /// Whether a value was announced and has not come.
    #[must_use]
    pub fn is_expected(&self, source: Source) -> bool {
        self.places.0.get(source.index()) == Some(&EXPECTED)
    }

    /// Forgets everything, and keeps the memory.
    pub fn clear(&mut self) {
        self.single.clear();
        self.places.0.fill(0);
        self.repeated.clear();
    }
}

/// In the place of a value that will come.
const EXPECTED: u8 = u8::MAX;

const _: () = assert!(Source::COUNT < 255, "the place of a source has to fit into a byte");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_counts() {
        let mut observations = Observations::default();
        observations.set(Source::Status, Observed::Int(200));
        observations.set(Source::RouteMatched, Observed::Bool(true));
        observations.set(Source::Status, Observed::Int(502));
        assert_eq!(observations.get(Source::Status), Some(&Observed::Int(502)));
        assert_eq!(observations.get(Source::RouteMatched), Some(&Observed::Bool(true)));
    }

    #[test]
    fn an_expected_value_is_expected_until_it_comes() {
        let mut observations = Observations::default();
        observations.expect(Source::RequestSize);
        assert!(observations.is_expected(Source::RequestSize) && observations.get(Source::RequestSize).is_none());
        observations.set(Source::RequestSize, Observed::Size(1));
        observations.expect(Source::RequestSize);
        assert!(!observations.is_expected(Source::RequestSize));
    }

    #[test]
    fn an_id_is_written_in_full() {
        let Observed::Id(digits) = Observed::id(0xab1) else { panic!() };
        assert_eq!(std::str::from_utf8(&digits).unwrap(), "00000000000000000000000000000ab1");
    }

    #[test]
    fn nothing_is_left_of_the_request_before() {
        let mut observations = Observations::default();
        observations.set(Source::Status, Observed::Int(200));
        observations.add(Source::TryCount, Observed::Int(1));
        observations.clear();
        assert!(observations.get(Source::Status).is_none() && observations.all(Source::TryCount).next().is_none());
        observations.set(Source::Transport, Observed::Static("tcp"));
        assert!(observations.get(Source::Status).is_none());
    }
}
