//! From the values of a request to the rules that may match it.
//!
//! Equal texts, beginnings, ends, blocks of numbers and networks are hashed, all into one table; which lengths and which
//! sizes of blocks there are is known for each field, so only those are looked up.
//! One-sided bounds lie in order, and texts within texts are found in one pass.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use tamis_lang::builtin::Eval;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::Value;

use super::condition::Letters;
use super::core::Core;
use super::hash::{self, Beginnings};
use super::keys::{Filed, Key, Part, offset};
use super::postings::{Candidates, Postings};
use super::table::Table;
use super::within::Within;
use crate::op::Fold;

/// The kinds of hashed keys.
const WHOLE: u32 = 1;
const START: u32 = 2;
const END: u32 = 3;
const BLOCK: u32 = 4;
const IP4: u32 = 5;
const IP6: u32 = 6;

/// Lengths or levels, in order, and how many keys have each.
#[derive(Clone, Debug, Default)]
struct Sizes(Vec<(u32, u32)>);

impl Sizes {
    fn add(&mut self, size: u32) {
        match self.0.binary_search_by_key(&size, |(size, _)| *size) {
            Ok(at) => self.0.get_mut(at).into_iter().for_each(|(_, n)| *n = n.saturating_add(1)),
            Err(at) => self.0.insert(at, (size, 1)),
        }
    }

    fn remove(&mut self, size: u32) {
        if let Ok(at) = self.0.binary_search_by_key(&size, |(size, _)| *size) {
            match self.0.get_mut(at) {
                Some((_, n)) if *n > 1 => *n -= 1,
                _ => drop(self.0.remove(at)),
            }
        }
    }

    #[inline]
    fn each(&self) -> impl Iterator<Item = u32> {
        self.0.iter().map(|(size, _)| *size)
    }
}

/// A field, as it is or with its letters changed, and what is filed under its values.
#[derive(Clone, Debug)]
pub(super) struct View {
    /// The field.
    pub(super) slot: u16,
    letters: Letters,
    /// How many keys there are.
    n_keys: u32,
    present: Option<u32>,
    n_wholes: u32,
    starts: Sizes,
    ends: Sizes,
    within: Option<Box<Within>>,
    levels: Sizes,
    ip4: Sizes,
    ip6: Sizes,
    from: BTreeMap<i64, u32>,
    up_to: BTreeMap<i64, u32>,
}

impl View {
    const fn new(slot: u16, letters: Letters) -> Self {
        Self {
            slot,
            letters,
            n_keys: 0,
            present: None,
            n_wholes: 0,
            starts: Sizes(Vec::new()),
            ends: Sizes(Vec::new()),
            within: None,
            levels: Sizes(Vec::new()),
            ip4: Sizes(Vec::new()),
            ip6: Sizes(Vec::new()),
            from: BTreeMap::new(),
            up_to: BTreeMap::new(),
        }
    }

    /// Whether nothing is filed.
    pub(super) const fn is_empty(&self) -> bool {
        self.n_keys == 0
    }
}

/// Every view, and the table of hashed keys.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    views: Vec<View>,
    places: HashMap<(u16, u8), u32>,
    table: Table,
    postings: Postings,
}

impl Index {
    /// An index with room for so many hashed keys.
    pub(super) fn with_capacity(n_keys: usize) -> Self {
        Self { table: Table::with_capacity(n_keys), ..Self::default() }
    }

    /// The views; those where nothing is filed any more are there, too.
    #[inline]
    pub(super) fn views(&self) -> &[View] {
        &self.views
    }

    /// The place of the view that has a key.
    pub(super) fn view_of(&self, filed: &Filed<'_>) -> Option<u32> {
        self.places.get(&(filed.slot, letters_of(&filed.key) as u8)).copied()
    }

    /// Files a rule under a key.
    pub(super) fn add(&mut self, filed: &Filed<'_>, rule: u32) {
        let letters = letters_of(&filed.key);
        let views = &mut self.views;
        let place = *self.places.entry((filed.slot, letters as u8)).or_insert_with(|| {
            views.push(View::new(filed.slot, letters));
            u32::try_from(views.len() - 1).unwrap_or(0)
        });
        let Some(view) = self.views.get_mut(place as usize) else { return };
        let postings = &mut self.postings;
        view.n_keys = view.n_keys.saturating_add(1);
        match filed.key {
            Key::Present => view.present = Some(postings.add(view.present, rule)),
            Key::From(low) => put(&mut view.from, low, rule, postings),
            Key::UpTo(high) => put(&mut view.up_to, high, rule, postings),
            Key::Text(_, Part::Within, text) => view.within.get_or_insert_default().add(text, rule, postings),
            Key::Block { level, .. } => view.levels.add(level),
            Key::Ip4 { level, .. } => view.ip4.add(level),
            Key::Ip6 { level, .. } => view.ip6.add(level),
            Key::Text(_, Part::Whole, _) => view.n_wholes = view.n_wholes.saturating_add(1),
            Key::Text(_, Part::Start, text) => view.starts.add(length(text)),
            Key::Text(_, Part::End, text) => view.ends.add(length(text)),
        }
        if let Some(hash) = hash_of(place, &filed.key) {
            let before = self.table.find(hash, |_| true);
            let after = self.postings.add(before, rule);
            match before {
                Some(before) if before != after => self.table.replace(hash, before, after),
                Some(_) => {}
                None => self.table.insert(hash, after),
            }
        }
    }

    /// Takes a rule away from a key.
    pub(super) fn remove(&mut self, filed: &Filed<'_>, rule: u32) {
        let Some(place) = self.view_of(filed) else { return };
        let Some(view) = self.views.get_mut(place as usize) else { return };
        let postings = &mut self.postings;
        view.n_keys = view.n_keys.saturating_sub(1);
        match filed.key {
            Key::Present => view.present = view.present.and_then(|posting| postings.remove(posting, rule)),
            Key::From(low) => take(&mut view.from, low, rule, postings),
            Key::UpTo(high) => take(&mut view.up_to, high, rule, postings),
            Key::Text(_, Part::Within, text) => {
                if let Some(within) = &mut view.within {
                    within.remove(text, rule, postings);
                    if within.is_empty() {
                        view.within = None;
                    }
                }
            }
            Key::Block { level, .. } => view.levels.remove(level),
            Key::Ip4 { level, .. } => view.ip4.remove(level),
            Key::Ip6 { level, .. } => view.ip6.remove(level),
            Key::Text(_, Part::Whole, _) => view.n_wholes = view.n_wholes.saturating_sub(1),
            Key::Text(_, Part::Start, text) => view.starts.remove(length(text)),
            Key::Text(_, Part::End, text) => view.ends.remove(length(text)),
        }
        if let Some(hash) = hash_of(place, &filed.key)
            && let Some(before) = self.table.find(hash, |_| true)
        {
            match self.postings.remove(before, rule) {
                Some(after) if after != before => self.table.replace(hash, before, after),
                Some(_) => {}
                None => self.table.remove(hash, before),
            }
        }
    }

    /// Adds the rules that are filed under a field's being there at all.
    #[inline]
    pub(super) fn present(&self, view: &View, found: &mut Candidates) {
        if let Some(posting) = view.present {
            self.postings.each(posting, |rule| found.add(rule));
        }
    }

    /// Adds the rules that are filed under numbers from some number below this one on.
    ///
    /// This is what can be said of a number that still grows.
    pub(super) fn at_least(&self, view: &View, value: &Value<'_>, found: &mut Candidates) {
        if let Value::Int(n) | Value::Duration(n) | Value::Size(n) = value {
            view.from.range(..=n).for_each(|(_, posting)| self.postings.each(*posting, |rule| found.add(rule)));
        }
    }

    /// Adds the rules that are filed under a value.
    #[inline]
    pub(super) fn look_up(
        &self,
        (place, view): (u32, &View),
        core: &Core,
        value: Value<'_>,
        scratch: &mut Scratch,
        found: &mut Candidates,
    ) {
        if core.field(view.slot.into()).is_none_or(|field| field.ty != value.ty()) {
            return;
        }
        match value {
            Value::String(text) => match view.letters {
                Letters::Kept => self.text((place, view), text, found),
                letters => {
                    self.folded((place, view), core.fold(letters), value, scratch, found);
                    scratch.reset();
                }
            },
            Value::Int(n) | Value::Duration(n) | Value::Size(n) => {
                for level in view.levels.each() {
                    let seed = hash::seed(place, BLOCK, level);
                    self.hit(hash::number(seed, offset(n).checked_shr(level).unwrap_or(0)), found);
                }
                view.from.range(..=n).for_each(|(_, posting)| self.postings.each(*posting, |rule| found.add(rule)));
                view.up_to.range(n..).for_each(|(_, posting)| self.postings.each(*posting, |rule| found.add(rule)));
            }
            Value::Bool(truth) => self.hit(hash::number(hash::seed(place, BLOCK, 0), offset(truth.into())), found),
            Value::Ip(IpAddr::V4(address)) => {
                for level in view.ip4.each() {
                    let seed = hash::seed(place, IP4, level);
                    self.hit(hash::number(seed, u64::from(address.to_bits()) >> level), found);
                }
            }
            Value::Ip(IpAddr::V6(address)) => {
                for level in view.ip6.each() {
                    self.hit(ip6_hash(place, level, address.to_bits().checked_shr(level).unwrap_or(0)), found);
                }
            }
            Value::Float(_) | Value::Network(_) => {}
        }
    }

    /// Gives back what is not needed.
    pub(super) fn shrink(&mut self) {
        self.table.shrink();
        self.postings.shrink();
    }

    fn text(&self, (place, view): (u32, &View), text: &[u8], found: &mut Candidates) {
        if view.n_wholes > 0 {
            self.hit(hash::text(hash::seed(place, WHOLE, 0), text), found);
        }
        let mut beginnings = Beginnings::new(hash::seed(place, START, 0), text);
        for len in view.starts.each() {
            let Some(hash) = beginnings.next(len as usize) else { break };
            self.hit(hash, found);
        }
        for len in view.ends.each() {
            let Some(start) = text.len().checked_sub(len as usize) else { break };
            self.hit(hash::text(hash::seed(place, END, 0), text.get(start..).unwrap_or_default()), found);
        }
        if let Some(within) = &view.within {
            within.scan(text, |posting| self.postings.each(posting, |rule| found.add(rule)));
        }
    }

    /// The same for a text whose letters are changed first.
    fn folded(&self, view: (u32, &View), fold: Fold, value: Value<'_>, scratch: &Scratch, found: &mut Candidates) {
        let (function, letter): (_, fn(&u8) -> u8) = match fold {
            Fold::Keep => return,
            Fold::Lower(function) => (function, u8::to_ascii_lowercase),
            Fold::Upper(function) => (function, u8::to_ascii_uppercase),
        };
        match value {
            Value::String(text) if text.is_ascii() => {
                self.text(view, scratch.collect(text.iter().map(letter)), found);
            }
            _ => {
                let Eval::Pure(kernel) = function.get().eval else { return };
                if let Some(Value::String(text)) = kernel(&[value], scratch) {
                    self.text(view, text, found);
                }
            }
        }
    }

    #[inline]
    fn hit(&self, hash: u32, found: &mut Candidates) {
        if let Some(posting) = self.table.find(hash, |_| true) {
            self.postings.each(posting, |rule| found.add(rule));
        }
    }
}

fn put(map: &mut BTreeMap<i64, u32>, key: i64, rule: u32, postings: &mut Postings) {
    let after = postings.add(map.get(&key).copied(), rule);
    map.insert(key, after);
}

fn take(map: &mut BTreeMap<i64, u32>, key: i64, rule: u32, postings: &mut Postings) {
    match map.get(&key).and_then(|before| postings.remove(*before, rule)) {
        Some(after) => drop(map.insert(key, after)),
        None => drop(map.remove(&key)),
    }
}

const fn letters_of(key: &Key<'_>) -> Letters {
    match key {
        Key::Text(letters, ..) => *letters,
        Key::Present | Key::Block { .. } | Key::Ip4 { .. } | Key::Ip6 { .. } | Key::From(_) | Key::UpTo(_) => {
            Letters::Kept
        }
    }
}

/// A rule is shorter than 32 bits count.
fn length(text: &[u8]) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

fn ip6_hash(place: u32, level: u32, block: u128) -> u32 {
    hash::text(hash::seed(place, IP6, level), &block.to_be_bytes())
}

/// The hash of a key that lies in the table.
fn hash_of(place: u32, key: &Key<'_>) -> Option<u32> {
    match *key {
        Key::Text(_, Part::Whole, text) => Some(hash::text(hash::seed(place, WHOLE, 0), text)),
        Key::Text(_, Part::Start, text) => Some(hash::text(hash::seed(place, START, 0), text)),
        Key::Text(_, Part::End, text) => Some(hash::text(hash::seed(place, END, 0), text)),
        Key::Block { level, block } => Some(hash::number(hash::seed(place, BLOCK, level), block)),
        Key::Ip4 { level, block } => Some(hash::number(hash::seed(place, IP4, level), block)),
        Key::Ip6 { level, block } => Some(ip6_hash(place, level, block)),
        Key::Present | Key::From(_) | Key::UpTo(_) | Key::Text(_, Part::Within, _) => None,
    }
}
