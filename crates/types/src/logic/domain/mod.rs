//! The values of a type that some tests tell apart.
//!
//! [`pool`] gives values such that every combination of answers that the tests can give is given for one of them.
//! Which answers they are is asked of the operators' own kernels, so nothing here computes a comparison.

mod address;
mod automaton;
mod number;
mod related;
mod text;

use tamis_lang::catalog::Field;
use tamis_lang::prepared::{Element, Set};
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;

pub(super) use related::related;

/// The most values in a pool.
const MOST_VALUES: usize = 4096;

/// The most elements of a set that is looked into.
const MOST_ELEMENTS: usize = 1024;

/// What a test says about the order and the parts of values.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bound<'h> {
    /// Equal to it, or not.
    Equal(&'h Constant),
    /// Before or behind it.
    Order(&'h Constant),
    /// Begins with it.
    Prefix(&'h [u8]),
    /// Ends with it.
    Suffix(&'h [u8]),
    /// Has it within.
    Contains(&'h [u8]),
    /// Fits the file pattern.
    Like(&'h [u8]),
    /// Is in it.
    Set(&'h Set),
}

/// What values are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Purpose {
    /// To prove something: any value of each kind will do.
    Proofs,
    /// To be shown: usual values come first.
    Requests,
}

/// Values, the plainest first.
#[derive(Debug)]
pub(super) struct Pool {
    pub(super) values: Vec<Constant>,
    /// Whether every combination of answers is given for one of them.
    pub(super) is_complete: bool,
}

/// The values of a type that the bounds tell apart; `field` knows usual ones, and all of a closed list.
pub(super) fn pool(ty: Ty, bounds: &[Bound<'_>], field: Option<&Field>, purpose: Purpose) -> Pool {
    let mut values: Vec<Constant> = Vec::new();
    if let Some(field) = field {
        let allowed = field.allowed.as_ref();
        let listed = allowed.into_iter().flat_map(|allowed| allowed.values.iter().map(|value| &value.value));
        if allowed.is_some_and(|allowed| !allowed.open) && field.ty == ty {
            return Pool { values: listed.filter(|value| value.ty() == ty).cloned().collect(), is_complete: true };
        }
        if purpose == Purpose::Requests {
            values.extend(field.examples.iter().chain(listed.take(8)).filter(|value| value.ty() == ty).cloned());
        }
    }
    let n_elements: usize = bounds.iter().map(Bound::len).sum();
    if n_elements > MOST_ELEMENTS {
        let near = constants(bounds).take(MOST_ELEMENTS).filter(|constant| constant.ty() == ty);
        values.extend(near.cloned());
        values.extend(related(ty, &values, field));
        return Pool { values, is_complete: false };
    }
    let complete = match ty {
        Ty::Bool => Some(vec![Constant::Bool(true), Constant::Bool(false)]),
        Ty::Int | Ty::Duration | Ty::Size => Some(number::whole(ty, bounds, field)),
        Ty::Float => Some(number::floats(bounds)),
        Ty::String => text::texts(bounds),
        Ty::Ip => Some(address::addresses(bounds)),
        Ty::Network => Some(address::networks(bounds)),
    };
    let is_complete = complete.as_ref().is_some_and(|complete| complete.len() <= MOST_VALUES);
    match complete {
        Some(complete) => values.extend(complete.into_iter().take(MOST_VALUES)),
        None => values.extend(text::guesses(bounds)),
    }
    Pool { values, is_complete }
}

/// Every constant among the bounds.
fn constants<'b>(bounds: &'b [Bound<'b>]) -> impl Iterator<Item = &'b Constant> {
    bounds.iter().flat_map(|bound| -> Box<dyn Iterator<Item = &'b Constant> + 'b> {
        match bound {
            Bound::Equal(constant) | Bound::Order(constant) => Box::new(std::iter::once(*constant)),
            Bound::Set(set) => Box::new(
                set.elements()
                    .iter()
                    .flat_map(|element| match element {
                        Element::Value(constant) => [Some(constant), None],
                        Element::Range(low, high) => [Some(low), Some(high)],
                    })
                    .flatten(),
            ),
            Bound::Prefix(_) | Bound::Suffix(_) | Bound::Contains(_) | Bound::Like(_) => Box::new(std::iter::empty()),
        }
    })
}

impl Bound<'_> {
    /// How many constants it has.
    fn len(&self) -> usize {
        match self {
            Self::Set(set) => set.elements().len(),
            Self::Equal(_) | Self::Order(_) | Self::Prefix(_) | Self::Suffix(_) | Self::Contains(_) | Self::Like(_) => {
                1
            }
        }
    }
}

/// Compares what the pool tells apart with what any value could be told apart by.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::atom::{Compare, Operand};
    use std::collections::HashSet;
    use tamis_lang::builtin;
    use tamis_lang::prepared::Prepared;

    /// Checks that the pool of some tests shows every combination of answers that these values show.
    #[track_caller]
    fn check(tests: &[(&str, Constant)], values: &[Constant]) {
        let id = |op: &str| builtin::by_symbol(op).or_else(|| builtin::by_word(op)).unwrap();
        let sets: Vec<Prepared> =
            tests.iter().map(|(_, constant)| Prepared::Set(Set::new(vec![Element::Value(constant.clone())]))).collect();
        let operand = |n: usize| match tests[n].0 {
            "in" => Operand::Prepared(&sets[n]),
            _ => Operand::Right(&tests[n].1),
        };
        let compares: Vec<Compare<'_>> =
            (0..tests.len()).map(|n| Compare { op: id(tests[n].0), negated: false, operand: operand(n) }).collect();
        let bounds: Vec<Bound<'_>> = compares.iter().map(|compare| compare.bound().unwrap()).collect();
        let pool = pool(values[0].ty(), &bounds, None, Purpose::Proofs);
        assert!(pool.is_complete, "{tests:?}");
        let answers =
            |value: &Constant| -> Vec<bool> { compares.iter().map(|it| it.passes(&value.as_value())).collect() };
        let known: HashSet<Vec<bool>> = pool.values.iter().map(answers).collect();
        for value in values {
            assert!(known.contains(&answers(value)), "{value} is like none of {:?}\n{tests:?}", pool.values);
        }
    }

    fn string(text: &[u8]) -> Constant {
        Constant::String(text.into())
    }

    /// Every text of up to four letters.
    fn all_texts() -> Vec<Constant> {
        let letters = [b"a".as_slice(), b"b", b"/", b"\xff", "é".as_bytes(), b"\0"];
        let mut texts: Vec<Vec<u8>> = vec![Vec::new()];
        let mut last = texts.clone();
        for _ in 0..4 {
            last = last.iter().flat_map(|text| letters.iter().map(move |letter| [text, *letter].concat())).collect();
            texts.extend(last.iter().cloned());
        }
        texts.iter().map(|text| string(text)).collect()
    }

    #[test]
    fn texts_are_told_apart_by_order_and_prefixes() {
        let texts = all_texts();
        let some = [b"".as_slice(), b"a", b"ab", b"aba", b"b", b"/a", b"a\0", b"\xff", b"a\0\0", b"b\xff"];
        for a in some {
            for b in some {
                check(&[("<", string(a)), ("^=", string(b)), ("==", string(b))], &texts);
                check(&[("<=", string(a)), (">", string(b)), ("in", string(b"ab")), ("^=", string(a))], &texts);
            }
        }
    }

    #[test]
    fn texts_are_told_apart_by_their_parts() {
        let texts = all_texts();
        let some = [b"".as_slice(), b"a", b"ab", b"aba", b"bb", b"/a"];
        for a in some {
            for b in some {
                check(&[("contains", string(a)), ("=^", string(b)), ("^=", string(a))], &texts);
                check(&[("contains", string(a)), ("contains", string(b)), ("==", string(b))], &texts);
                check(&[("=^", string(a)), ("<", string(b)), ("contains", string(b"ba"))], &texts);
            }
        }
        for glob in [b"a*".as_slice(), b"*a*b", b"a?b", b"?", b"*", b"a\\*", b"??*/"] {
            check(&[("like", string(glob)), ("^=", string(b"a")), ("==", string(b"ab"))], &texts);
            check(&[("like", string(glob)), ("=^", string(b"b")), ("contains", string(b"/"))], &texts);
        }
        check(&[("like", string("é*".as_bytes())), ("contains", string("é".as_bytes()))], &texts);
    }

    #[test]
    fn numbers_are_told_apart_by_order() {
        let values: Vec<Constant> = (-6..6).chain([i64::MIN, i64::MAX]).map(Constant::Int).collect();
        for a in -2..3 {
            for b in [-2, 0, 1, i64::MAX, i64::MIN] {
                check(&[("<", Constant::Int(a)), ("==", Constant::Int(b)), (">=", Constant::Int(b))], &values);
            }
        }
        let values: Vec<Constant> = [-1.0, 0.0, 0.5, 1.0, 1.5, f64::NAN, f64::INFINITY].map(Constant::Float).to_vec();
        check(&[("<", Constant::Float(0.5)), ("==", Constant::Float(1.0)), (">=", Constant::Float(1.5))], &values);
    }

    #[test]
    fn addresses_are_told_apart_by_networks_and_order() {
        let ip = |text: &str| Constant::Ip(text.parse().unwrap());
        let network = |text: &str| Constant::Network(text.parse().unwrap());
        let values: Vec<Constant> = [
            "0.0.0.0",
            "9.255.255.255",
            "10.0.0.0",
            "10.0.0.1",
            "10.1.0.0",
            "11.0.0.0",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
        ]
        .map(ip)
        .to_vec();
        check(&[("in", network("10.0.0.0/8")), ("==", ip("10.0.0.1")), ("<", ip("::1"))], &values);
        check(&[("in", network("0.0.0.0/0")), (">", ip("10.0.0.0")), ("in", network("fe80::/10"))], &values);
        let values: Vec<Constant> = [
            "0.0.0.0/0",
            "10.0.0.0/8",
            "10.0.0.0/9",
            "10.128.0.0/9",
            "10.0.0.0/32",
            "11.0.0.0/8",
            "10.0.0.0/7",
            "::/0",
            "::/1",
        ]
        .map(network)
        .to_vec();
        check(
            &[("in", network("10.0.0.0/8")), ("==", network("10.0.0.0/9")), ("in", network("10.128.0.0/9"))],
            &values,
        );
    }
}
