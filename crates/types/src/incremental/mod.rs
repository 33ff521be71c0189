//! The findings of a text that is being edited: only what changed is read again.
//!
//! A file of rules is cut into [`parts`]; a part is read and checked together with the parts that
//! define the names it uses, and what was found stays right until the part or one of those changes.
//! What concerns the whole file (names, limits, rules that cover each other) is done over the parts, in the same order
//! as a reading of the whole file does it, so that the findings are the same.
//! Where that cannot be relied on (a text that is never closed, a mistake within a `let` that only its use shows, the
//! strict edition) the whole text is read.

mod changed;
mod part;
mod place;

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use tamis_lang::catalog::Catalog;
use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::edition::Edition;
use tamis_lang::span::Span;
use tamis_syntax::tree::{Document, Item, ItemKind, NodeId};
use tamis_syntax::{parts, settle};

use self::changed::{Around, Changed};
use self::part::{Checked, Found, Left, Own, Part, Window};
use self::place::Places;
use crate::analysis::{Options, SEARCHES, analyze, checker, expansion, pass};
use crate::check::Checker;
use crate::lints::covered::{self, Listed};
use crate::sink::{Counts, Sink};
use crate::trial;

/// Below how many bytes a text is read whole: that is quick enough.
const SHORT: usize = 8 << 10;

/// How many bytes are read again at most, as a multiple of the text; more of it is needed where many parts use each
/// other's names.
const MOST_READ: usize = 3;

/// What is remembered of the last version of a text.
///
/// One catalog and one set of options belong to it: with others, begin anew.
///
/// ```
/// use tamis_lang::catalog::Catalog;
/// use tamis_types::analysis::{Options, analyze};
/// use tamis_types::incremental::Incremental;
///
/// let (kong, options) = (Catalog::shipped("kong").unwrap(), Options::default());
/// let mut incremental = Incremental::for_texts_from(0);
/// for text in ["rule a = try_count == 1\nrule b = x", "rule a = try_count == 1\nrule b = try_count > 2"] {
///     assert_eq!(incremental.diagnostics(text, &kong, &options), analyze(text, &kong, &options).diagnostics);
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Incremental {
    least_bytes: usize,
    text: String,
    edition: Edition,
    parts: Vec<Part>,
    /// What the last comparison of all rules found, with the parts that each finding is about.
    covered: Vec<(Diagnostic, Vec<Arc<Found>>)>,
}

impl Default for Incremental {
    fn default() -> Self {
        Self::for_texts_from(SHORT)
    }
}

/// What is known after the parts were put together.
struct Whole {
    found: Vec<Diagnostic>,
    covered: Vec<(Diagnostic, Vec<Arc<Found>>)>,
}

/// Whether the rules of a file are compared with each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Compare {
    /// Only what was found the last time is said again, where it still holds.
    Not,
    All,
}

impl Incremental {
    /// For texts of any length; those below so many bytes are always read whole.
    #[must_use]
    pub fn for_texts_from(bytes: usize) -> Self {
        Self {
            least_bytes: bytes,
            text: String::new(),
            edition: Edition::default(),
            parts: Vec::new(),
            covered: Vec::new(),
        }
    }

    /// Every finding of a text: exactly those of [`analyze`].
    pub fn diagnostics(&mut self, text: &str, catalog: &Catalog, options: &Options) -> Vec<Diagnostic> {
        let Some(Whole { mut found, covered }) = self.whole(text, catalog, options, Compare::All) else {
            return analyze(text, catalog, options).diagnostics;
        };
        self.covered = covered;
        trial::keep_what_mends(text, &mut found, options.limits.trials, |text| {
            pass(text, catalog, options).diagnostics
        });
        found
    }

    /// The findings of a long text, soon: a fix may be among them that does not mend, and rules that changed are not
    /// compared with the others yet. None where [`Incremental::diagnostics`] is as quick, or the only way.
    pub fn soon(&mut self, text: &str, catalog: &Catalog, options: &Options) -> Option<Vec<Diagnostic>> {
        self.whole(text, catalog, options, Compare::Not).map(|whole| whole.found)
    }

    /// Takes over what a copy found out about rules beside each other, also if it read another version of the text.
    pub fn learn(&mut self, copy: Self) {
        self.covered = copy.covered;
    }

    fn whole(&mut self, text: &str, catalog: &Catalog, options: &Options, compare: Compare) -> Option<Whole> {
        let edition = parts::edition(text, options.edition);
        if text.len() < self.least_bytes || text.len() > options.limits.file_bytes as usize || edition.must_run_on_atc()
        {
            return None;
        }
        self.cut(text, edition);
        let is_whole = self.parts.iter().all(|part| !part.own.is_open && !part.own.items.is_empty());
        if !is_whole || self.parts.len() < 2 {
            return None;
        }
        self.put_together(catalog, options, compare)
    }

    /// Takes a new version of the text; only what is around a change is cut anew, and parts of it that are the same
    /// are kept, too.
    fn cut(&mut self, text: &str, edition: Edition) {
        if edition != self.edition {
            (self.edition, self.parts) = (edition, Vec::new());
            self.text.clear();
        }
        let changed = Changed::between(&self.text, text);
        if changed.is_nothing() && !self.parts.is_empty() {
            return;
        }
        let Around { parts: around, old, new } = changed.around(&self.parts, text.len());
        let old = self.text.get(old).unwrap_or("");
        let lengths = self.parts.get(around.clone()).unwrap_or(&[]).iter().map(|part| part.len);
        let old: Vec<&str> = lengths
            .scan(old, |rest, len| {
                let (part, behind) = rest.split_at_checked(len)?;
                *rest = behind;
                Some(part)
            })
            .collect();
        let new: Vec<&str> = parts::cut(text.get(new).unwrap_or("")).collect();
        let least = old.len().min(new.len());
        let same = |(old, new): &(&&str, &&str)| old == new;
        let head = old.iter().zip(&new).take_while(same).count();
        let tail = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
        // The first part of a file is read in another way than the others.
        let tail = tail.min(least - head).min(least.saturating_sub(1));
        let fresh = new.iter().take(new.len() - tail).skip(head).map(|text| Part {
            len: text.len(),
            own: Arc::new(Own::of(text, edition)),
            checked: None,
        });
        drop(self.parts.splice(around.start + head..around.end - tail, fresh));
        debug_assert!(self.parts.iter().map(|part| part.len).eq(parts::cut(text).map(str::len)), "as if cut whole");
        text.clone_into(&mut self.text);
    }

    /// Checks the parts that have to be, and says of the whole file what is to be said.
    fn put_together(&mut self, catalog: &Catalog, options: &Options, compare: Compare) -> Option<Whole> {
        let Self { text, edition, parts, covered, .. } = self;
        let file = File::new(text, *edition, parts);
        let nothing = tamis_syntax::parse("", *edition, &options.limits).tree;
        let budget = expansion(text, &options.limits);
        // The first reading is without limits that depend on other parts.
        let most = Left { shown: Counts::of_each(options.limits.diagnostics as usize), searches: SEARCHES };
        let mut reading = Reading { catalog, options, budget, bytes: text.len().saturating_mul(MOST_READ) };
        for place in 0..parts.len() {
            file.check(parts, place, most, &mut reading, Fresh::OrAnyLimits)?;
        }
        let parser = file.parser_findings(parts)?;
        let limit = options.limits.diagnostics as usize;
        let sink = Sink::new(parser, options.limits.diagnostics, options.least);
        if sink.counts().zip(Counts::of_each(limit), |n, limit| usize::from(n > limit)) != Counts::default() {
            return None;
        }
        let mut checker = checker((text, &nothing), *edition, catalog, options, sink);
        let mut items = file.items(parts);
        checker.define(&items);
        let mut expanded = 0_usize;
        for place in 0..parts.len() {
            let left = Left { shown: checker.sink.left(), searches: checker.searches.get() };
            let found = file.check(parts, place, left, &mut reading, Fresh::Exactly)?;
            expanded = expanded.saturating_add(found.expansion);
            if found.is_entangled || expanded > budget {
                return None;
            }
            checker.searches.set(left.searches.saturating_sub(found.searches));
            for name in &found.used {
                if let Some(definition) = checker.names.get_mut(&**name) {
                    definition.used = true;
                }
            }
            file.take(&mut checker, parts, place, &found);
        }
        file.read_unused(&checker, parts, &mut items, options);
        checker.unused(&items);
        let n_kept = checker.sink.kept().len();
        let covered = match compare {
            Compare::All => {
                covered::check(&mut checker, &file.listed(parts));
                let new = checker.sink.kept().get(n_kept..).unwrap_or(&[]);
                new.iter().filter_map(|found| file.remember(parts, found)).collect()
            }
            Compare::Not => {
                for found in file.still_covered(parts, covered) {
                    checker.sink.push(found);
                }
                Vec::new()
            }
        };
        let mut found = checker.sink.finish(text);
        settle(text, *edition, &nothing, &mut found);
        Some(Whole { found, covered })
    }
}

/// How findings of an earlier reading may be used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fresh {
    /// Whatever was left then.
    OrAnyLimits,
    /// Only if as much is left, or it makes no difference.
    Exactly,
}

/// How the parts of a file are read.
struct Reading<'a> {
    catalog: &'a Catalog,
    options: &'a Options,
    /// How much `let` may add.
    budget: usize,
    /// How many bytes may still be read.
    bytes: usize,
}

/// The places of the parts of a file, and of the names that it defines.
struct File<'a> {
    text: &'a str,
    edition: Edition,
    starts: Vec<usize>,
    /// The part that defines a name first.
    defined: HashMap<u64, usize, BuildHasherDefault<Hashed>>,
    /// The parts that define with `let`.
    lets: Vec<usize>,
}

/// For keys that are hashes themselves.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl<'a> File<'a> {
    fn new(text: &'a str, edition: Edition, parts: &[Part]) -> Self {
        let mut file = Self {
            text,
            edition,
            starts: Vec::with_capacity(parts.len()),
            defined: HashMap::with_capacity_and_hasher(parts.len(), BuildHasherDefault::default()),
            lets: Vec::new(),
        };
        let mut start = 0;
        for (place, part) in parts.iter().enumerate() {
            file.starts.push(start);
            start += part.len;
            for name in part.own.defines() {
                file.defined.entry(*name).or_insert(place);
            }
            if part.own.defines_a_let() {
                file.lets.push(place);
            }
        }
        file
    }

    fn start(&self, place: usize) -> usize {
        self.starts.get(place).copied().unwrap_or(self.text.len())
    }

    fn part(&self, place: usize) -> &'a str {
        self.text.get(self.start(place)..self.start(place + 1)).unwrap_or("")
    }

    /// The parts that a part has to be read with: those that define its names, and so on.
    fn beside(&self, parts: &[Part], place: usize, with_lets: bool) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        let mut open = vec![place];
        if with_lets {
            let above = self.lets.iter().copied().filter(|other| *other < place);
            found.extend(above);
            open.extend(&found);
        }
        while let Some(next) = open.pop() {
            let names = parts.get(next).map_or(&[][..], |part| &part.own.names);
            for other in names.iter().filter_map(|name| self.defined.get(name)).copied() {
                if other != place && !found.contains(&other) {
                    found.push(other);
                    open.push(other);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// What is found of a part; none where too much would have to be read.
    fn check(
        &self,
        parts: &mut [Part],
        place: usize,
        left: Left,
        reading: &mut Reading<'_>,
        fresh: Fresh,
    ) -> Option<Arc<Found>> {
        let asked = |checked: &Checked| checked.with_lets || checked.found.asked_for_names;
        let mut with_lets = parts.get(place)?.checked.as_ref().is_some_and(asked);
        loop {
            let beside = self.beside(parts, place, with_lets);
            if let Some(checked) = &parts.get(place)?.checked {
                let owns = beside.iter().filter_map(|other| parts.get(*other)).map(|part| &part.own);
                let owns: Vec<&Arc<Own>> = owns.collect();
                let left = if fresh == Fresh::OrAnyLimits { checked.left } else { left };
                if checked.fits(owns.into_iter(), left) {
                    return Some(Arc::clone(&checked.found));
                }
            }
            let found = Arc::new(self.read(place, &beside, left, reading)?);
            let owns = beside.iter().filter_map(|other| parts.get(*other)).map(|part| Arc::clone(&part.own));
            let beside_owns: Box<[Arc<Own>]> = owns.collect();
            let asks = found.asked_for_names && !with_lets;
            parts.get_mut(place)?.checked = Some(Checked { beside: beside_owns, with_lets, left, found });
            if !asks || self.lets.first().is_none_or(|first| *first >= place) {
                return parts.get(place)?.checked.as_ref().map(|checked| Arc::clone(&checked.found));
            }
            with_lets = true;
        }
    }

    fn read(&self, place: usize, beside: &[usize], left: Left, reading: &mut Reading<'_>) -> Option<Found> {
        let part = self.part(place);
        let (mut text, mut own) = (String::new(), 0..part.len());
        if !beside.is_empty() {
            let before = beside.partition_point(|other| *other < place);
            for (n, other) in beside.iter().enumerate() {
                if n == before {
                    own = text.len()..text.len() + part.len();
                    text.push_str(part);
                }
                text.push_str(self.part(*other));
            }
            if before == beside.len() {
                own = text.len()..text.len() + part.len();
                text.push_str(part);
            }
        }
        let text = if beside.is_empty() { part } else { text.as_str() };
        reading.bytes = reading.bytes.checked_sub(text.len())?;
        let window = Window { text, own, is_first: place == 0, edition: self.edition };
        Some(window.check(reading.catalog, reading.options, left, reading.budget))
    }

    /// Where the window of a part is in the text.
    fn places(&self, parts: &[Part], place: usize) -> Places {
        let len = |place: usize| self.part(place).len();
        let beside = match parts.get(place).and_then(|part| part.checked.as_ref()) {
            Some(checked) if !checked.beside.is_empty() => self.beside(parts, place, checked.with_lets),
            _ => Vec::new(),
        };
        let mut order: Vec<usize> = beside;
        order.insert(order.partition_point(|other| *other < place), place);
        let (mut inside, mut own) = (0, 0..len(place));
        let mut pieces = Vec::with_capacity(order.len());
        for other in order {
            if other == place {
                own = inside..inside + len(place);
            }
            pieces.push((inside, self.start(other)));
            inside += len(other);
        }
        Places::new(pieces, own)
    }

    /// What the parser found in the whole file.
    fn parser_findings(&self, parts: &[Part]) -> Option<Vec<Diagnostic>> {
        let mut all = Vec::new();
        for (place, part) in parts.iter().enumerate() {
            let found = &part.checked.as_ref()?.found;
            if !found.parser.is_empty() {
                let places = self.places(parts, place);
                all.extend(found.parser.iter().map(|found| places.finding(found)));
            }
        }
        all.sort_by_key(|found| (found.span.start, found.span.end));
        Some(all)
    }

    /// Every item of the file, as far as its name goes.
    fn items(&self, parts: &[Part]) -> Vec<Item> {
        let mut items = Vec::with_capacity(parts.len());
        for (place, part) in parts.iter().enumerate() {
            let start = u32::try_from(self.start(place)).unwrap_or(u32::MAX);
            let shift = |span: Span| Span::new(span.start.saturating_add(start), span.end.saturating_add(start));
            items.extend(part.own.items.iter().map(|(kind, name)| Item {
                kind: *kind,
                keyword: shift(*name),
                name: shift(*name),
                body: NodeId::new(0),
                span: shift(*name),
                documentation: Vec::new(),
            }));
        }
        items
    }

    /// Puts what was found of a part to the rest.
    fn take(&self, checker: &mut Checker<'_>, parts: &[Part], place: usize, found: &Found) {
        if found.counts == Counts::default() {
            return;
        }
        let mut hidden = found.counts;
        if !found.checker.is_empty() {
            let places = self.places(parts, place);
            for diagnostic in &found.checker {
                let n = hidden.slot(diagnostic.severity);
                *n = n.saturating_sub(1);
                checker.sink.push(places.finding(diagnostic));
            }
        }
        checker.sink.count_all(hidden);
    }

    /// Reads where the `let`s that nothing names begin and end, as far as they are shown.
    fn read_unused(&self, checker: &Checker<'_>, parts: &[Part], items: &mut [Item], options: &Options) {
        let mut unused: Vec<usize> = checker
            .names
            .values()
            .filter(|definition| definition.is_let && !definition.used)
            .map(|definition| definition.place)
            .collect();
        unused.sort_unstable();
        unused.truncate(checker.sink.left().warnings);
        for place in unused {
            let Some(item) = items.get_mut(place) else { continue };
            let part = self.starts.partition_point(|start| *start <= item.name.start as usize).saturating_sub(1);
            // The comments above belong to the part before.
            let start = self.start(part.saturating_sub(1));
            let Some(text) = self.text.get(start..self.start(part + 1)) else { continue };
            let parse = match part {
                0 | 1 => tamis_syntax::parse(text, options.edition, &options.limits),
                _ => parts::parse(text, self.edition, &options.limits),
            };
            let Document::File(read) = parse.tree.document() else { continue };
            let shift = |span: Span| Span::from_range(span.range().start + start..span.range().end + start);
            let Some(read) = read.iter().find(|read| shift(read.name) == item.name) else { continue };
            item.span = shift(read.span);
            item.documentation = read.documentation.iter().map(|line| shift(*line)).collect();
        }
        debug_assert_eq!(self.starts.len(), parts.len(), "each part has its place");
    }

    /// The rules of the file.
    fn listed<'p>(&self, parts: &'p [Part]) -> Vec<Listed<'p>> {
        let mut listed = Vec::with_capacity(parts.len());
        for (place, part) in parts.iter().enumerate() {
            let Some(checked) = &part.checked else { continue };
            let names = part.own.items.iter().filter(|(kind, _)| *kind == ItemKind::Rule).map(|(_, name)| *name);
            let start = self.start(place);
            let shift = |span: Span| Span::from_range(span.range().start + start..span.range().end + start);
            listed.extend(checked.found.rules.iter().zip(names).map(|(rule, name)| Listed::new(rule, shift(name))));
        }
        listed
    }

    /// The part at an offset.
    fn at(&self, offset: u32) -> usize {
        self.starts.partition_point(|start| *start <= offset as usize).saturating_sub(1)
    }

    /// A finding about rules with the parts that it is about; its places are from then on those within the parts.
    fn remember(&self, parts: &[Part], found: &Diagnostic) -> Option<(Diagnostic, Vec<Arc<Found>>)> {
        let mut found = found.clone();
        let spans = std::iter::once(&mut found.span).chain(found.labels.iter_mut().map(|label| &mut label.span));
        let mut about = Vec::new();
        for span in spans {
            let place = self.at(span.start);
            let start = self.start(place);
            about.push(Arc::clone(&parts.get(place)?.checked.as_ref()?.found));
            *span = Span::from_range(span.range().start - start..span.range().end - start);
        }
        Some((found, about))
    }

    /// The findings about rules that are still there, as they were.
    fn still_covered(&self, parts: &[Part], covered: &[(Diagnostic, Vec<Arc<Found>>)]) -> Vec<Diagnostic> {
        if covered.is_empty() {
            return Vec::new();
        }
        let mut places: HashMap<*const Found, Option<usize>> =
            covered.iter().flat_map(|(_, about)| about).map(|found| (Arc::as_ptr(found), None)).collect();
        for (place, part) in parts.iter().enumerate() {
            let found = part.checked.as_ref().map(|checked| Arc::as_ptr(&checked.found));
            if let Some(slot) = found.and_then(|found| places.get_mut(&found)) {
                *slot = Some(place);
            }
        }
        let again = |(finding, about): &(Diagnostic, Vec<Arc<Found>>)| {
            let mut finding = finding.clone();
            let spans =
                std::iter::once(&mut finding.span).chain(finding.labels.iter_mut().map(|label| &mut label.span));
            for (span, about) in spans.zip(about) {
                let start = self.start((*places.get(&Arc::as_ptr(about))?)?);
                *span = Span::from_range(span.range().start + start..span.range().end + start);
            }
            Some(finding)
        };
        covered.iter().filter_map(again).collect()
    }
}
