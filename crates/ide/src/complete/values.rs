//! Literals: listed and recorded values, examples, quantities with their units, sets.

use std::collections::HashSet;

use tamis_lang::builtin::{BuiltinId, Eval, Operand};
use tamis_lang::catalog::{AllowedValue, Field};
use tamis_lang::ty::Ty;
use tamis_lang::unit::{Dimension, UNITS, parse_quantity};
use tamis_lang::value::Constant;

use super::fields::seen;
use super::place::Beside;
use super::word::WordKind;
use super::{CompletionKind, Draft, Offers};
use crate::compared::asks_for_order;
use crate::describe::short;

/// Durations that people wait for, and sizes that are large.
const DURATIONS: &[&str] = &["100ms", "250ms", "500ms", "1s", "2s", "5s", "30s", "60s"];
const SIZES: &[&str] = &["1KB", "10KB", "100KB", "1MB", "10MB", "100MB"];
/// The networks of private and of local addresses (RFC 1918, RFC 4193, RFC 1122).
const NETWORKS: &[(&str, &str)] = &[
    ("10.0.0.0/8", "private addresses"),
    ("172.16.0.0/12", "private addresses"),
    ("192.168.0.0/16", "private addresses"),
    ("127.0.0.0/8", "this machine"),
    ("fc00::/7", "private addresses"),
];

/// What a field may be compared with: the values that the catalog lists, those that were recorded, examples.
pub(super) fn values(offers: &mut Offers<'_, '_>, beside: &Beside) {
    let field = beside.field.and_then(|id| offers.view.catalog.field(id));
    let op = beside.op.map(BuiltinId::get);
    let takes_pattern = op.is_some_and(|op| {
        matches!(op.eval, Eval::Prepared(_)) || op.negates().is_some_and(|it| matches!(it.eval, Eval::Prepared(_)))
    });
    let is_membership =
        op.is_some_and(|op| op.signatures.iter().any(|it| matches!(it.parameters.get(1), Some(Operand::Set(_)))));
    if takes_pattern && !is_membership {
        return pattern(offers);
    }
    if offers.word.kind == WordKind::Number {
        units(offers, beside.ty);
    }
    if let Some(field) = field {
        listed_values(offers, field, beside);
    }
    match beside.ty {
        Some(Ty::Bool) => ["true", "false"].into_iter().for_each(|word| value(offers, word, "")),
        Some(Ty::Duration) => DURATIONS.iter().for_each(|literal| value(offers, literal, "")),
        Some(Ty::Size) => SIZES.iter().for_each(|literal| value(offers, literal, "")),
        Some(Ty::Ip | Ty::Network) if is_membership => networks(offers, &beside.listed),
        Some(Ty::String) if offers.word.kind == WordKind::Name => {
            offers.offer(
                Draft::new(CompletionKind::Snippet, "\"…\"").snippet("\"$1\"$0").description("a text").distance(1),
            );
        }
        Some(Ty::String | Ty::Int | Ty::Float | Ty::Ip | Ty::Network) | None => {}
    }
}

fn listed_values(offers: &mut Offers<'_, '_>, field: &Field, beside: &Beside) {
    let is_sensitive = field.is_sensitive(beside.key.as_deref());
    let mut known: HashSet<String> = beside.listed.iter().cloned().collect();
    let allowed = field.allowed.as_ref().map_or(&[][..], |allowed| allowed.values.as_slice());
    let meaning = |value: &Constant| allowed.iter().find(|it| it.value == *value).map(|it| short(it).to_owned());
    let order = beside.op.is_some_and(asks_for_order);
    if order {
        rounds(offers, allowed, &mut known);
    }
    if let (Some(traffic), Some(id), false) = (offers.view.traffic, beside.field, is_sensitive) {
        for (value, n) in traffic.values(id, beside.key.as_deref()) {
            let description = match meaning(&value) {
                Some(meaning) => format!("{meaning}, {}", seen(n)),
                None => seen(n),
            };
            one(offers, &value, &description, CompletionKind::Value, &mut known);
        }
    }
    // The examples of a family are those of other keys.
    if !is_sensitive && beside.key.is_none() {
        for example in &field.examples {
            let description = meaning(example).unwrap_or_else(|| "example".to_owned());
            one(offers, example, &description, CompletionKind::Value, &mut known);
        }
    }
    for allowed in allowed {
        one(offers, &allowed.value, short(allowed), CompletionKind::Listed, &mut known);
    }
}

/// Numbers where one group of listed values ends and the next begins: those with the most zeros at their end.
fn rounds(offers: &mut Offers<'_, '_>, allowed: &[AllowedValue], known: &mut HashSet<String>) {
    for value in round_values(allowed) {
        one(offers, &Constant::Int(value), "", CompletionKind::Value, known);
    }
}

/// The roundest of the listed ints, the largest first.
fn round_values(allowed: &[AllowedValue]) -> Vec<i64> {
    let ints = allowed.iter().filter_map(|it| match it.value {
        Constant::Int(n) if n > 0 => Some(n),
        _ => None,
    });
    let ints: Vec<i64> = ints.collect();
    let zeros =
        |n: i64| (1..10).take_while(|digits| 10_i64.checked_pow(*digits).is_some_and(|ten| n % ten == 0)).count();
    let most = ints.iter().map(|n| zeros(*n)).max().unwrap_or(0);
    let mut round: Vec<i64> = ints.into_iter().filter(|n| most > 0 && zeros(*n) == most).collect();
    round.sort_unstable_by(|a, b| b.cmp(a));
    round
}

fn one(
    offers: &mut Offers<'_, '_>,
    constant: &Constant,
    description: &str,
    kind: CompletionKind,
    known: &mut HashSet<String>,
) {
    let literal = constant.to_string();
    if known.insert(literal.clone()) {
        let mut draft = Draft::new(kind, literal).description(description);
        if let Constant::String(bytes) = constant {
            draft.name = String::from_utf8_lossy(bytes).into_owned();
        }
        offers.offer(draft);
    }
}

fn value(offers: &mut Offers<'_, '_>, literal: &str, description: &str) {
    offers.offer(Draft::new(CompletionKind::Value, literal).description(description));
}

fn networks(offers: &mut Offers<'_, '_>, listed: &[String]) {
    for (network, description) in NETWORKS.iter().filter(|(network, _)| !listed.iter().any(|it| it == network)) {
        value(offers, network, description);
    }
}

/// The typed number with each unit of the dimension.
fn units(offers: &mut Offers<'_, '_>, ty: Option<Ty>) {
    let Some(dimension) = ty.and_then(Dimension::of) else { return };
    let typed = offers.word.typed;
    let digits = typed.trim_end_matches(|c: char| !c.is_ascii_digit());
    for unit in UNITS.iter().filter(|unit| unit.dimension == dimension && unit.suffix.is_ascii()) {
        let label = format!("{digits}{}", unit.suffix);
        if parse_quantity(&label).is_ok() {
            // Of the units those are wanted in which people wait or measure.
            let usual = DURATIONS
                .iter()
                .chain(SIZES)
                .any(|usual| usual.trim_start_matches(|c: char| c.is_ascii_digit()) == unit.suffix);
            let draft = Draft::new(CompletionKind::Quantity, label).description(format!("{}s", unit.name));
            offers.offer(draft.distance(u8::from(!usual)));
        }
    }
}

/// A regular expression as a raw text, in which a backslash is one.
fn pattern(offers: &mut Offers<'_, '_>) {
    if offers.word.kind == WordKind::Name {
        let raw = Draft::new(CompletionKind::Snippet, "r#\"…\"#").snippet("r#\"$1\"#$0");
        offers.offer(raw.description("a regular expression"));
        let begins = Draft::new(CompletionKind::Snippet, "r#\"^…\"#").snippet("r#\"^$1\"#$0");
        offers.offer(begins.description("a regular expression for the beginning"));
    }
}

/// What is right of `in`: a set to fill in, networks, ranges of ints.
pub(super) fn set(offers: &mut Offers<'_, '_>, beside: &Beside) {
    let mut draft = Draft::new(CompletionKind::Snippet, "[…]").snippet("[$1]$0").description("a set");
    draft.item.goes_on = true;
    "[".clone_into(&mut draft.name);
    "[".clone_into(&mut draft.item.filter);
    offers.offer(draft);
    if matches!(beside.ty, Some(Ty::Ip | Ty::Network)) {
        networks(offers, &[]);
    }
    let field = beside.field.and_then(|id| offers.view.catalog.field(id));
    let allowed = field.and_then(|field| field.allowed.as_ref()).map_or(&[][..], |it| it.values.as_slice());
    let round = round_values(allowed);
    let step = round.iter().zip(round.iter().skip(1)).map(|(high, low)| high - low).min();
    for (low, step) in round.iter().filter_map(|low| Some((low, step?))) {
        value(offers, &format!("{low}..{}", low + step - 1), "a range, both ends included");
    }
}

/// What a function takes that is no field.
pub(super) fn arguments(offers: &mut Offers<'_, '_>, operands: &[Operand]) {
    if operands.contains(&Operand::Probability) {
        ["10%", "1%", "0.1%", "1/1000"].into_iter().for_each(|share| value(offers, share, "of the requests"));
    }
}
