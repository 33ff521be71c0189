//! One part of a file: what it is by its text, and what was found of it beside the parts whose names it uses.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use tamis_lang::catalog::Catalog;
use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::edition::Edition;
use tamis_lang::span::Span;
use tamis_syntax::tree::{Document, Item, ItemKind};
use tamis_syntax::{parts, settle};

use crate::analysis::{Options, Rule, broken_items, checker};
use crate::sink::{Counts, Sink};

/// What a part is by its text alone.
#[derive(Debug)]
pub(super) struct Own {
    /// The items in it, with the place of each name.
    pub(super) items: Box<[(ItemKind, Span)]>,
    /// Every name in it, hashed; those of its items first.
    pub(super) names: Box<[u64]>,
    /// How many names are those of items.
    pub(super) n_defined: usize,
    pub(super) is_open: bool,
}

impl Own {
    pub(super) fn of(part: &str, edition: Edition) -> Self {
        let parts::Outline { items, names, is_open } = parts::outline(part, edition);
        let defined: Vec<u64> = items.iter().map(|(_, name)| hash(name.slice(part))).collect();
        let mut used: Vec<u64> = names.iter().map(|name| hash(name.slice(part))).collect();
        used.retain(|name| !defined.contains(name));
        used.sort_unstable();
        used.dedup();
        let n_defined = defined.len();
        Self { items: items.into(), names: defined.into_iter().chain(used).collect(), n_defined, is_open }
    }

    pub(super) fn defines(&self) -> &[u64] {
        self.names.get(..self.n_defined).unwrap_or(&[])
    }

    pub(super) fn defines_a_let(&self) -> bool {
        self.items.iter().any(|(kind, _)| *kind == ItemKind::Let)
    }
}

fn hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

/// How much of what a whole text may have is left when a part is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Left {
    pub(super) shown: Counts,
    /// Searches for better names.
    pub(super) searches: u32,
}

/// A part with what was found of it.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) len: usize,
    pub(super) own: Arc<Own>,
    pub(super) checked: Option<Checked>,
}

/// What was found of a part, and under which conditions that is right.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    /// The parts that were read with it, in the order of the text.
    pub(super) beside: Box<[Arc<Own>]>,
    /// Whether every part above with a `let` is among them.
    pub(super) with_lets: bool,
    pub(super) left: Left,
    pub(super) found: Arc<Found>,
}

impl Checked {
    /// Whether the same would be found beside these parts with so much left.
    pub(super) fn fits<'p>(&self, beside: impl ExactSizeIterator<Item = &'p Arc<Own>>, left: Left) -> bool {
        let (had, found) = (self.left, &self.found);
        // A limit that was not reached, and would not be, has no say.
        let fits = |found: usize, had: usize, left: usize| had == left || found < had && found <= left;
        let n = |searches: u32| usize::try_from(searches).unwrap_or(usize::MAX);
        // Without room for a warning, what would find hints beside it is not done either.
        let has_room = |left: Left| left.shown.warnings > found.counts.warnings;
        fits(found.counts.errors, had.shown.errors, left.shown.errors)
            && fits(found.counts.warnings, had.shown.warnings, left.shown.warnings)
            && (had.shown.warnings == left.shown.warnings || has_room(left))
            && fits(found.counts.hints, had.shown.hints, left.shown.hints)
            && fits(n(found.searches), n(had.searches), n(left.searches))
            && self.beside.len() == beside.len()
            && self.beside.iter().zip(beside).all(|(a, b)| Arc::ptr_eq(a, b))
    }
}

/// What was found of a part; places are those of the window in which it was read.
#[derive(Debug)]
pub(super) struct Found {
    /// What the parser found.
    pub(super) parser: Box<[Diagnostic]>,
    /// What the checker found, as far as it is shown.
    pub(super) checker: Box<[Diagnostic]>,
    /// How much the checker found, shown or not.
    pub(super) counts: Counts,
    pub(super) searches: u32,
    /// What the uses of `let` added.
    pub(super) expansion: usize,
    /// The names of the file that are used.
    pub(super) used: Box<[Box<str>]>,
    /// Whether a message depends on every `let` above.
    pub(super) asked_for_names: bool,
    /// Whether something was found outside of the part.
    pub(super) is_entangled: bool,
    pub(super) rules: Box<[Rule]>,
}

/// Parts put together to be read: one of them is checked, the others define names that it uses.
pub(super) struct Window<'a> {
    pub(super) text: &'a str,
    /// The part that is checked.
    pub(super) own: Range<usize>,
    /// Whether the part is the first of the file, whose first line may choose the edition.
    pub(super) is_first: bool,
    pub(super) edition: Edition,
}

impl Window<'_> {
    /// Whether a span of a finding belongs to the part.
    fn holds(&self, span: Span) -> bool {
        let range = span.range();
        self.own.start <= range.start && range.end <= self.own.end
    }

    /// Whether what begins at an offset belongs to the part.
    fn begins_here(&self, offset: u32) -> bool {
        let offset = offset as usize;
        let is_last = self.own.end == self.text.len();
        self.own.start <= offset && (offset < self.own.end || is_last)
    }

    /// Reads the window and checks the part.
    pub(super) fn check(&self, catalog: &Catalog, options: &Options, left: Left, budget: usize) -> Found {
        let mut parse = match self.is_first {
            true => tamis_syntax::parse(self.text, options.edition, &options.limits),
            false => parts::parse(self.text, self.edition, &options.limits),
        };
        let parser = std::mem::take(&mut parse.diagnostics);
        let Document::File(items) = parse.tree.document() else { return Found::nothing(parser) };
        let broken = broken_items(&parse.tree, &parser);
        let sink = Sink::new(parser.clone(), u32::MAX, options.least);
        let mut checker = checker((self.text, &parse.tree), parse.edition, catalog, options, sink);
        let undefined = checker.define(items);
        let is_broken =
            |place: usize| broken.get(place).copied().unwrap_or(true) || undefined.binary_search(&place).is_ok();
        let own = |item: &Item| self.begins_here(item.span.start);
        let first = items.iter().position(own).unwrap_or(items.len());
        for (place, item) in items.iter().enumerate().take(first) {
            checker.one(place, item, is_broken(place));
        }
        checker.names.values_mut().for_each(|definition| definition.used = false);
        checker.asked_for_names.set(false);
        checker.searches.set(left.searches);
        checker.sink.leave(left.shown);
        checker.budget = budget;
        let (n_kept, before) = (checker.sink.kept().len(), checker.sink.counts());
        let mut rules = Vec::new();
        for (place, item) in items.iter().enumerate().skip(first).take_while(|(_, item)| own(item)) {
            rules.extend(checker.one(place, item, is_broken(place)));
        }
        let used = checker.names.iter().filter(|(_, definition)| definition.used);
        let used = used.map(|(name, _)| Box::from(*name)).collect();
        let counts = checker.sink.counts().zip(before, usize::saturating_sub);
        let mut found: Vec<Diagnostic> = checker.sink.kept().get(n_kept..).unwrap_or(&[]).to_vec();
        settle(self.text, parse.edition, &parse.tree, &mut found);
        Found {
            is_entangled: !found.iter().all(|found| self.holds(found.span)),
            parser: parser.into_iter().filter(|found| self.begins_here(found.span.start)).collect(),
            checker: found.into(),
            counts,
            searches: left.searches.saturating_sub(checker.searches.get()),
            expansion: budget.saturating_sub(checker.budget),
            used,
            asked_for_names: checker.asked_for_names.get(),
            rules: rules.into_iter().map(Rule::kept).collect(),
        }
    }
}

impl Found {
    /// What is found where there is no item.
    fn nothing(parser: Vec<Diagnostic>) -> Self {
        Self {
            parser: parser.into(),
            checker: Box::default(),
            counts: Counts::default(),
            searches: 0,
            expansion: 0,
            used: Box::default(),
            asked_for_names: false,
            // Whoever put the parts together saw items where the parser sees none.
            is_entangled: true,
            rules: Box::default(),
        }
    }
}
