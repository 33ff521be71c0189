//! The functions of the kinds of tests.
//!
//! The compiler makes each of them anew for an embedder's type of requests, and leaves out of it the fields from which
//! no value of the test's type comes.

use std::hint::cold_path;
use std::net::IpAddr;

use tamis_lang::prepared::{Pattern, Prepared, Set};
use tamis_lang::value::Value;

use super::{Answer, Test};
use crate::facts::{Fact, Facts};
use crate::program::Program;

/// Asks for the value of a test's field, and goes on by what `ask` says of it.
///
/// `ask` has no answer for a value of another type.
#[inline]
fn value<F: Facts + ?Sized>(
    program: &Program,
    facts: &F,
    test: &Test,
    ask: impl FnOnce(&Value<'_>) -> Option<bool>,
) -> Answer {
    match facts.get_at(test.slot as usize, &program.fields) {
        Fact::One(value) => match ask(&value) {
            Some(true) => Answer::Yes,
            Some(false) => Answer::No,
            None => Answer::Nothing,
        },
        // Nearly every answer is one value, so that is looked for first.
        Fact::Absent | Fact::NotYet => {
            cold_path();
            Answer::Nothing
        }
        Fact::Many | Fact::SoFar | Fact::AtLeast(_) => {
            cold_path();
            Answer::Ask
        }
    }
}

/// The same for a text.
#[inline]
pub(super) fn text<F: Facts + ?Sized>(
    program: &Program,
    facts: &F,
    test: &Test,
    ask: impl FnOnce(&[u8]) -> bool,
) -> Answer {
    value(program, facts, test, |value| match value {
        Value::String(text) => Some(ask(text)),
        _ => None,
    })
}

/// Leaves it to the instruction.
pub(super) fn instruction<F: ?Sized>(_: &Program, _: &F, _: &Test) -> Answer {
    Answer::Ask
}

pub(super) fn int<F: Facts + ?Sized>(program: &Program, facts: &F, test: &Test) -> Answer {
    value(program, facts, test, |value| match *value {
        Value::Int(n) => Some(test.holds_number(n)),
        _ => None,
    })
}

pub(super) fn duration<F: Facts + ?Sized>(program: &Program, facts: &F, test: &Test) -> Answer {
    value(program, facts, test, |value| match *value {
        Value::Duration(n) => Some(test.holds_number(n)),
        _ => None,
    })
}

pub(super) fn size<F: Facts + ?Sized>(program: &Program, facts: &F, test: &Test) -> Answer {
    value(program, facts, test, |value| match *value {
        Value::Size(n) => Some(test.holds_number(n)),
        _ => None,
    })
}

pub(super) fn bool<F: Facts + ?Sized>(program: &Program, facts: &F, test: &Test) -> Answer {
    value(program, facts, test, |value| match *value {
        Value::Bool(answer) => Some(answer),
        _ => None,
    })
}

/// An integer among those that have a bit: the smallest one, and where its bits start and end.
pub(super) fn int_among<F: Facts + ?Sized>(program: &Program, facts: &F, test: &Test) -> Answer {
    value(program, facts, test, |value| match *value {
        Value::Int(n) => {
            let place = n.cast_unsigned().wrapping_sub(test.first);
            let words = program.quick.bits.get(test.range()).unwrap_or_default();
            let word = words.get(index(place / 64)).copied().unwrap_or(0);
            Some(word >> (place % 64) & 1 == 1)
        }
        _ => None,
    })
}

/// An integer in a set that has too few of too many numbers for bits.
pub(super) fn int_in<F: Facts + ?Sized>(program: &Program, facts: &F, test: &Test) -> Answer {
    value(program, facts, test, |value| match *value {
        Value::Int(n) => set(program, test).map(|set| set.contains_number(n)),
        _ => None,
    })
}

pub(super) fn text_has<F: Facts + ?Sized>(program: &Program, facts: &F, test: &Test) -> Answer {
    text(program, facts, test, |text| {
        program.finders.get(index(test.first)).is_some_and(|finder| finder.find(text).is_some())
    })
}

pub(super) fn text_in<F: Facts + ?Sized>(program: &Program, facts: &F, test: &Test) -> Answer {
    text(program, facts, test, |text| set(program, test).is_some_and(|set| set.contains_text(text)))
}

pub(super) fn text_matches<F: Facts + ?Sized>(program: &Program, facts: &F, test: &Test) -> Answer {
    text(program, facts, test, |text| pattern(program, test).is_some_and(|pattern| pattern.is_match(text)))
}

/// A text without regard to the case of letters, where only the letters of ASCII can be equal to it.
pub(super) fn text_folded<F: Facts + ?Sized>(program: &Program, facts: &F, test: &Test) -> Answer {
    text(program, facts, test, |text| {
        program.text.get(test.range()).is_some_and(|wanted| text.eq_ignore_ascii_case(wanted))
    })
}

/// An address in an IPv4 network: its first address, and the bits that count.
pub(super) fn network<F: Facts + ?Sized>(program: &Program, facts: &F, test: &Test) -> Answer {
    value(program, facts, test, |value| match *value {
        Value::Ip(IpAddr::V4(address)) => Some(u64::from(u32::from(address)) & test.second == test.first),
        Value::Ip(IpAddr::V6(_)) => Some(false),
        _ => None,
    })
}

pub(super) fn address_in<F: Facts + ?Sized>(program: &Program, facts: &F, test: &Test) -> Answer {
    value(program, facts, test, |value| match *value {
        Value::Ip(address) => set(program, test).map(|set| set.contains_address(address)),
        _ => None,
    })
}

#[inline]
fn set<'p>(program: &'p Program, test: &Test) -> Option<&'p Set> {
    match program.prepared.get(index(test.first)) {
        Some(Prepared::Set(set)) => Some(set),
        _ => None,
    }
}

#[inline]
fn pattern<'p>(program: &'p Program, test: &Test) -> Option<&'p Pattern> {
    match program.prepared.get(index(test.first)) {
        Some(Prepared::Pattern(pattern)) => Some(pattern),
        _ => None,
    }
}

/// A place in a table; one that does not fit lies outside every table.
#[inline]
fn index(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}
