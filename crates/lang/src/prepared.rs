//! Right operands that are built once, when a rule is compiled: sets, patterns and thresholds.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

mod numbers;
mod pattern;
mod states;
mod texts;

use crate::sampling::Threshold;
use crate::value::{Constant, Value};
use numbers::Numbers;
pub use pattern::{Pattern, PatternBudget, PatternRefusal};
use texts::Texts;

/// An operand of an operator that is not an ordinary value.
#[derive(Clone, Debug)]
pub enum Prepared {
    /// The right side of `in`.
    Set(Set),
    /// The right side of `~`.
    Pattern(Pattern),
    /// The share of a `sample` by a key.
    Threshold(Threshold),
}

/// One element of a set as written.
#[derive(Clone, Debug, PartialEq)]
pub enum Element {
    /// One value.
    Value(Constant),
    /// From the first to the second, both included.
    Range(Constant, Constant),
}

/// A set of values, of ranges and of networks.
///
/// ```
/// use tamis_lang::prepared::{Element, Set};
/// use tamis_lang::value::{Constant, Value};
/// let set = Set::new(vec![
///     Element::Value(Constant::Int(429)),
///     Element::Range(Constant::Int(500), Constant::Int(504)),
/// ]);
/// assert!(set.contains(&Value::Int(502)));
/// assert!(!set.contains(&Value::Int(505)));
/// ```
#[derive(Clone)]
pub struct Set {
    /// Shared, because each rule that names a set has its own copy of it.
    members: Arc<Members>,
}

/// The look-up structures of a set.
#[derive(Default)]
struct Members {
    elements: Vec<Element>,
    texts: Texts,
    numbers: Numbers,
    /// Addresses, as ranges of numbers, sorted and apart from each other.
    v4: Vec<(u32, u32)>,
    v6: Vec<(u128, u128)>,
    /// For networks, which lie within one element or in none.
    networks: Vec<IpNet>,
    /// What has no faster home: floats, booleans, ranges of strings.
    others: Vec<Element>,
}

impl Set {
    /// Builds the look-up structures for elements of one type (addresses and networks may mix).
    #[must_use]
    pub fn new(elements: Vec<Element>) -> Self {
        let mut set = Members::default();
        let (mut texts, mut numbers) = (Vec::new(), Vec::new());
        for element in &elements {
            match element {
                Element::Value(Constant::String(text)) => texts.push(&**text),
                Element::Value(Constant::Int(n) | Constant::Duration(n) | Constant::Size(n)) => numbers.push((*n, *n)),
                Element::Range(Constant::Int(low), Constant::Int(high))
                | Element::Range(Constant::Duration(low), Constant::Duration(high))
                | Element::Range(Constant::Size(low), Constant::Size(high)) => numbers.push((*low, *high)),
                Element::Value(Constant::Network(network)) => set.add_network(*network),
                Element::Value(Constant::Ip(ip)) => set.add_network(IpNet::from(*ip)),
                Element::Range(Constant::Ip(IpAddr::V4(low)), Constant::Ip(IpAddr::V4(high))) => {
                    set.v4.push((u32::from(*low), u32::from(*high)));
                }
                Element::Range(Constant::Ip(IpAddr::V6(low)), Constant::Ip(IpAddr::V6(high))) => {
                    set.v6.push((u128::from(*low), u128::from(*high)));
                }
                Element::Value(Constant::Bool(_) | Constant::Float(_)) | Element::Range(..) => {
                    set.others.push(element.clone());
                }
            }
        }
        set.texts = Texts::of(texts);
        set.numbers = Numbers::of(merged(numbers));
        set.v4 = merged(std::mem::take(&mut set.v4));
        set.v6 = merged(std::mem::take(&mut set.v6));
        // Two halves are not joined: the whole lies within neither.
        set.networks.sort_by_key(|network| (network.network(), network.prefix_len()));
        set.networks.dedup_by(|inner, outer| outer.contains(&*inner));
        set.elements = elements;
        Self { members: Arc::new(set) }
    }

    /// The elements as written.
    #[must_use]
    pub fn elements(&self) -> &[Element] {
        &self.members.elements
    }

    /// Whether a value is in the set; a network is in it only where it lies within an element.
    #[must_use]
    pub fn contains(&self, value: &Value<'_>) -> bool {
        self.members.contains(value)
    }

    /// The IPv4 network that the set consists of: its address, and the bits of it that count.
    #[must_use]
    pub fn only_network(&self) -> Option<(u32, u32)> {
        match self.elements() {
            [Element::Value(Constant::Network(IpNet::V4(network)))] => {
                Some((network.network().into(), network.netmask().into()))
            }
            _ => None,
        }
    }

    /// Whether a whole number is in the set: an int, nanoseconds or bytes.
    #[must_use]
    #[inline]
    pub fn contains_number(&self, n: i64) -> bool {
        self.members.numbers.contain(n)
    }

    /// A bit for each whole number from the smallest one on, where they lie close together.
    #[must_use]
    pub fn number_bits(&self) -> Option<(i64, &[u64])> {
        self.members.numbers.bits()
    }

    /// Whether a text is in the set.
    #[must_use]
    #[inline]
    pub fn contains_text(&self, text: &[u8]) -> bool {
        let members = &*self.members;
        members.texts.contain(text) || (!members.others.is_empty() && members.in_others(&Value::String(text)))
    }

    /// Whether an address is in the set.
    #[must_use]
    #[inline]
    pub fn contains_address(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => in_ranges(&self.members.v4, u32::from(address)),
            IpAddr::V6(address) => in_ranges(&self.members.v6, u128::from(address)),
        }
    }
}

impl Members {
    fn add_network(&mut self, network: IpNet) {
        self.networks.push(network);
        match network {
            IpNet::V4(network) => self.v4.push((network.network().into(), network.broadcast().into())),
            IpNet::V6(network) => self.v6.push((network.network().into(), network.broadcast().into())),
        }
    }

    fn contains(&self, value: &Value<'_>) -> bool {
        match value {
            Value::String(text) => self.texts.contain(text) || self.in_others(value),
            Value::Int(n) | Value::Duration(n) | Value::Size(n) => self.numbers.contain(*n),
            Value::Ip(IpAddr::V4(address)) => in_ranges(&self.v4, u32::from(*address)),
            Value::Ip(IpAddr::V6(address)) => in_ranges(&self.v6, u128::from(*address)),
            Value::Network(network) => self.contains_network(network),
            Value::Bool(_) | Value::Float(_) => self.in_others(value),
        }
    }

    #[cold]
    fn in_others(&self, value: &Value<'_>) -> bool {
        self.others.iter().any(|element| element.contains(value))
    }

    /// The networks are disjoint and sorted, so only the last one that starts at or before it can hold it.
    fn contains_network(&self, network: &IpNet) -> bool {
        let after = self.networks.partition_point(|candidate| candidate.network() <= network.network());
        let candidate = after.checked_sub(1).and_then(|i| self.networks.get(i));
        candidate.is_some_and(|candidate| candidate.contains(network))
    }
}

/// Whether a number lies in one of some ranges, which are sorted and apart from each other.
#[inline]
fn in_ranges<N: Copy + Ord>(ranges: &[(N, N)], n: N) -> bool {
    match ranges {
        [(low, high)] => *low <= n && n <= *high,
        ranges => {
            let after = ranges.partition_point(|&(low, _)| low <= n);
            let candidate = after.checked_sub(1).and_then(|i| ranges.get(i));
            candidate.is_some_and(|&(_, high)| n <= high)
        }
    }
}

impl Element {
    /// Whether a value is this element or lies within it.
    #[must_use]
    pub fn contains(&self, value: &Value<'_>) -> bool {
        match self {
            Self::Value(Constant::Network(network)) => match value {
                Value::Ip(ip) => network.contains(ip),
                Value::Network(inner) => network.contains(inner),
                _ => false,
            },
            Self::Value(constant) => constant.as_value().equals(value),
            Self::Range(low, high) => {
                value.order(&low.as_value()).is_some_and(std::cmp::Ordering::is_ge)
                    && value.order(&high.as_value()).is_some_and(std::cmp::Ordering::is_le)
            }
        }
    }
}

impl fmt::Debug for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Set").field(&self.elements()).finish()
    }
}

/// A number that has another one next to it.
trait Number: Copy + Ord {
    fn next(self) -> Self;
}

macro_rules! numbers {
    ($($ty:ty),*) => {
        $(impl Number for $ty {
            fn next(self) -> Self {
                self.saturating_add(1)
            }
        })*
    };
}

numbers!(i64, u32, u128);

/// Sorts ranges and joins those that overlap; inverted ones vanish.
fn merged<N: Number>(mut ranges: Vec<(N, N)>) -> Vec<(N, N)> {
    ranges.retain(|(low, high)| low <= high);
    ranges.sort_unstable();
    let mut out: Vec<(N, N)> = Vec::with_capacity(ranges.len());
    for (low, high) in ranges {
        match out.last_mut() {
            Some(last) if low <= last.1.next() => last.1 = last.1.max(high),
            _ => out.push((low, high)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> Constant {
        Constant::Ip(text.parse().unwrap())
    }

    fn network(text: &str) -> Constant {
        Constant::Network(text.parse().unwrap())
    }

    #[test]
    fn overlapping_and_adjacent_ranges_merge() {
        assert_eq!(merged(vec![(5_i64, 7), (1, 4), (6, 9), (20, 10)]), vec![(1, 9)]);
        assert_eq!(merged(vec![(i64::MIN, i64::MAX), (i64::MAX, i64::MAX)]), vec![(i64::MIN, i64::MAX)]);
    }

    #[test]
    fn nested_networks_are_found() {
        let set = Set::new(vec![
            Element::Value(network("10.0.0.0/8")),
            Element::Value(network("10.1.0.0/16")),
            Element::Value(ip("::1")),
        ]);
        assert!(set.contains(&Value::Ip("10.255.0.1".parse().unwrap())));
        assert!(set.contains(&Value::Ip("::1".parse().unwrap())));
        assert!(!set.contains(&Value::Ip("11.0.0.1".parse().unwrap())));
        assert!(!set.contains(&Value::Ip("::ffff:10.0.0.1".parse().unwrap())));
        assert!(set.contains(&network("10.2.0.0/16").as_value()));
        assert!(!set.contains(&network("0.0.0.0/0").as_value()));
    }

    #[test]
    fn a_network_that_only_two_elements_cover_is_in_neither() {
        let set = Set::new(vec![Element::Value(network("10.128.0.0/9")), Element::Value(network("10.0.0.0/9"))]);
        assert!(!set.contains(&network("10.0.0.0/8").as_value()));
        assert!(set.contains(&network("10.128.0.0/10").as_value()));
        assert!(set.contains(&ip("10.200.0.1").as_value()));
    }

    #[test]
    fn a_set_agrees_with_its_elements_one_by_one() {
        let elements = vec![
            Element::Range(ip("10.0.0.5"), ip("10.0.0.9")),
            Element::Range(Constant::String(b"b".as_slice().into()), Constant::String(b"d".as_slice().into())),
            Element::Value(Constant::Float(0.5)),
            Element::Value(Constant::Bool(true)),
            Element::Value(Constant::Size(10)),
        ];
        let set = Set::new(elements.clone());
        let probes = [
            Value::Ip("10.0.0.5".parse().unwrap()),
            Value::Ip("10.0.0.10".parse().unwrap()),
            Value::String(b"c"),
            Value::String(b"da"),
            Value::Float(0.5),
            Value::Float(f64::NAN),
            Value::Bool(true),
            Value::Bool(false),
            Value::Size(10),
            Value::Size(11),
        ];
        for probe in probes {
            assert_eq!(set.contains(&probe), elements.iter().any(|e| e.contains(&probe)), "{probe}");
        }
    }
}
