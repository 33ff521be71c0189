//! The fields that an unknown name probably means.
//!
//! Three questions are asked, the surest first: is it the spelling of a name (letters swapped, another case, `_` for
//! `.`), is it a family under another name with a key, and which names share its telling words.
//! A word tells the more the fewer names have it: in `http.route.name` the word `route` counts most.
//! Among equals the order of the catalog decides, so a catalog lists first what is wanted most.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;

use super::names::NameKind;
use super::{Catalog, FieldId, Shape};
use crate::nearest::distance;

/// A name that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The name to write.
    pub name: String,
    /// What it means.
    pub doc: String,
}

/// The longest name that is looked at, in bytes, and the most words of one.
const LONGEST: usize = 255;
const MOST_WORDS: usize = 16;

/// Scores: parts of a thousand for shared words, above that for spellings.
const SPELLING: u32 = 2_000;
const FAMILY: u32 = 1_500;
const FAR_FETCHED: u32 = 400;

/// The names of a catalog, taken apart once.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    entries: Vec<Entry>,
    /// How much each word tells.
    weights: HashMap<String, u32>,
}

/// One name of a catalog.
#[derive(Clone, Debug)]
struct Entry {
    id: FieldId,
    /// What to write: the field's name, or the member of a family.
    suggestion: Suggestion,
    /// The name without separators, in lower case.
    squashed: String,
    /// The name without its first segments, squashed: what people write who leave them out.
    endings: Vec<String>,
    words: Vec<Word>,
    /// How many letters may differ: a known key has to be recognised itself.
    edits: usize,
    /// In hundredths: below 100 what is seldom meant (deprecated, several values, not testable, an alias).
    favour: u32,
    is_family: bool,
}

/// A word of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    text: String,
    /// Whether it is a whole segment rather than a part of one.
    whole: bool,
}

/// The name without separators, in lower case.
fn squash(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '.' | '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// What remains of a name, squashed, when the first segments are left out.
fn endings(name: &str) -> Vec<String> {
    let rest = name.match_indices('.').filter_map(|(dot, _)| name.get(dot + 1..));
    rest.map(squash).filter(|ending| ending.len() >= 6).collect()
}

/// The words of a name: cut at `.`, `_`, `-` and before a capital letter that follows a small one.
fn words(name: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for segment in name.split('.') {
        let before = words.len();
        for part in segment.split(['_', '-']) {
            let mut word = String::new();
            let mut after_small = false;
            for c in part.chars() {
                if c.is_uppercase() && after_small {
                    words.push(Word { text: std::mem::take(&mut word), whole: false });
                }
                after_small = c.is_lowercase();
                word.extend(c.to_lowercase());
            }
            if !word.is_empty() {
                words.push(Word { text: word, whole: false });
            }
        }
        if before + 1 == words.len()
            && let Some(only) = words.last_mut()
        {
            only.whole = true;
        }
    }
    words.truncate(MOST_WORDS);
    words
}

/// How well a written word fits a known one, in hundredths; 0 where it does not.
fn likeness(written: &str, known: &str) -> u32 {
    let shorter = written.len().min(known.len());
    if written.len() < 2 {
        0
    } else if written == known {
        100
    } else if singular(written) == singular(known) {
        90
    } else if known.starts_with(written) && shorter >= 3 {
        // `req`, `resp`, `addr`.
        80
    } else if shorter >= 4 && distance(written, known, 1).is_some() {
        80
    } else if shorter >= 7 && distance(written, known, 2).is_some() {
        70
    } else {
        0
    }
}

/// A word without the ending of an English plural.
fn singular(word: &str) -> Cow<'_, str> {
    match (word.strip_suffix("ies"), word.strip_suffix('s')) {
        (Some(stem), _) if !stem.is_empty() => Cow::Owned(format!("{stem}y")),
        (None, Some(stem)) if stem.len() >= 2 && !stem.ends_with('s') => Cow::Borrowed(stem),
        _ => Cow::Borrowed(word),
    }
}

/// What a word counts, in hundredths, that is a part of a segment here or there.
const PART_OF_SEGMENT: u32 = 96;

impl Vocabulary {
    fn of(catalog: &Catalog) -> Self {
        let entries: Vec<Entry> = catalog.all_names().filter_map(|name| entry(catalog, &name)).collect();
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for entry in &entries {
            let mut texts: Vec<&str> = entry.words.iter().map(|word| word.text.as_str()).collect();
            texts.sort_unstable();
            texts.dedup();
            for text in texts {
                *counts.entry(text).or_default() += 1;
            }
        }
        let n_entries = entries.len();
        let weights = counts.into_iter().map(|(word, n)| (word.to_owned(), weight(n_entries, n))).collect();
        Self { entries, weights }
    }

    /// For each written word: how much it tells, and how well it fits each known word.
    fn readings(&self, words: &[Word]) -> Vec<Reading<'_>> {
        let unknown = weight(self.entries.len(), 0);
        let reading = |word: &Word| {
            let fits: HashMap<&str, u32> = self
                .weights
                .keys()
                .map(|known| (known.as_str(), likeness(&word.text, known)))
                .filter(|(_, fit)| *fit > 0)
                .collect();
            let best = fits.iter().map(|(known, fit)| (*fit, self.weights.get(*known).copied().unwrap_or(unknown)));
            let weight = if word.text.len() < 2 { 0 } else { best.max().map_or(unknown, |(_, weight)| weight) };
            Reading { weight, whole: word.whole, fits }
        };
        words.iter().map(reading).collect()
    }
}

/// A written word against the known ones.
struct Reading<'v> {
    weight: u32,
    whole: bool,
    fits: HashMap<&'v str, u32>,
}

impl Reading<'_> {
    /// How well it fits the best of some words, in hundredths.
    fn fit(&self, words: &[Word]) -> u32 {
        let fit = |word: &Word| {
            let fit = self.fits.get(word.text.as_str()).copied().unwrap_or(0);
            if word.whole && self.whole { fit } else { fit * PART_OF_SEGMENT / 100 }
        };
        words.iter().map(fit).max().unwrap_or(0)
    }
}

/// The share of what the written words tell that some words have, in thousandths.
fn shared(readings: &[Reading<'_>], words: &[Word]) -> u32 {
    let total: u32 = readings.iter().map(|reading| reading.weight).sum();
    let found: u32 = readings.iter().map(|reading| reading.weight * reading.fit(words) / 100).sum();
    (found * 1_000).checked_div(total).unwrap_or(0)
}

/// How much a word tells that `n` of `n_entries` names have: the square of its information.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the logarithm of a number of names from 1 to 2^22 is small and not negative"
)]
fn weight(n_entries: usize, n: usize) -> u32 {
    let rarity = (2 * n_entries + 1) as f64 / (2 * n + 1) as f64;
    (rarity.max(1.0).ln().powi(2) * 100.0) as u32
}

/// A name taken apart; none for what a rule cannot test.
fn entry(catalog: &Catalog, name: &super::Name<'_>) -> Option<Entry> {
    let field = catalog.field(name.id)?;
    let is_family = matches!(field.shape, Shape::Family { .. });
    let (text, favour) = match name.kind {
        NameKind::Field if field.shape == Shape::Opaque => return None,
        NameKind::Field | NameKind::Family => (name.text.to_string(), 100),
        NameKind::Key(_) => (name.text.to_string(), 85),
        NameKind::Alias(_) => (field.name.clone(), 90),
    };
    let favour = if field.deprecated.is_some() { favour * 70 / 100 } else { favour };
    let favour = if field.shape == Shape::Many { favour * 80 / 100 } else { favour };
    Some(Entry {
        id: name.id,
        suggestion: Suggestion { name: text, doc: name.doc.to_owned() },
        squashed: squash(&name.text),
        endings: if matches!(name.kind, NameKind::Key(_)) { Vec::new() } else { endings(&name.text) },
        edits: match name.kind {
            NameKind::Key(known) => known.key.len() / 4,
            NameKind::Field | NameKind::Family | NameKind::Alias(_) => usize::MAX,
        },
        words: match name.kind {
            // The family alone would make every key of it fit.
            NameKind::Key(known) => words(&known.key),
            NameKind::Field | NameKind::Family | NameKind::Alias(_) => words(&name.text),
        },
        favour,
        is_family: is_family && !matches!(name.kind, NameKind::Key(_)),
    })
}

impl Catalog {
    /// The names that were probably meant, the most likely first, at most `limit`; none where nothing is near.
    ///
    /// Each names a field that a rule can test.
    ///
    /// ```
    /// use tamis_lang::catalog::Catalog;
    /// let kong = Catalog::shipped("kong").unwrap();
    /// assert_eq!(kong.suggest("http.respose.status_code", 3)[0].name, "http.response.status_code");
    /// assert_eq!(kong.suggest("method", 1)[0].name, "http.request.method");
    /// assert!(kong.suggest("frobnicate", 3).is_empty());
    /// ```
    #[must_use]
    pub fn suggest(&self, name: &str, limit: usize) -> Vec<Suggestion> {
        let mut found = self.nearest_entries(name, |entry| !entry.is_family);
        found.extend(self.members(name));
        best(found, limit)
    }

    /// The families that were probably meant, without a key; for a note, because a rule needs the key.
    #[must_use]
    pub fn suggest_families(&self, name: &str, limit: usize) -> Vec<Suggestion> {
        best(self.nearest_entries(name, |entry| entry.is_family), limit)
    }

    fn vocabulary(&self) -> &Vocabulary {
        self.vocabulary.get_or_init(|| Vocabulary::of(self))
    }

    /// The entries that are near in spelling or share words, with their scores.
    fn nearest_entries(&self, name: &str, wanted: impl Fn(&Entry) -> bool) -> Vec<Scored> {
        if name.len() > LONGEST {
            return Vec::new();
        }
        let squashed = squash(name);
        let readings = self.vocabulary().readings(&words(name));
        let entries = self.vocabulary().entries.iter().filter(|entry| wanted(entry));
        let scored = entries.map(|entry| {
            let score = spelling(&squashed, &entry.squashed, entry.edits).unwrap_or_else(|| {
                let endings = entry.endings.iter().filter_map(|ending| spelling(&squashed, ending, 1));
                shared(&readings, &entry.words).max(endings.max().unwrap_or(0) / 2)
            });
            Scored { score: score * entry.favour / 100, id: entry.id, suggestion: entry.suggestion.clone() }
        });
        scored.filter(|scored| scored.score >= FAR_FETCHED).collect()
    }

    /// Members of families whose name, without the key, is near a family's.
    fn members(&self, name: &str) -> Vec<Scored> {
        let mut found = Vec::new();
        if name.len() > LONGEST {
            return found;
        }
        for (dot, _) in name.match_indices('.').take(MOST_WORDS) {
            let Some((before, key)) = name.split_at_checked(dot) else { continue };
            let key = key.strip_prefix('.').unwrap_or(key);
            let written = words(before);
            let readings = self.vocabulary().readings(&written);
            for family in self.vocabulary().entries.iter().filter(|entry| entry.is_family) {
                let last = readings.last().zip(family.words.last());
                let ends_alike = last.is_some_and(|(reading, word)| reading.fit(std::slice::from_ref(word)) >= 70);
                let share = shared(&readings, &family.words);
                let near = spelling(&squash(before), &family.squashed, family.edits);
                let Some(score) = near.or((ends_alike && share >= 700).then_some(share)) else { continue };
                if let Some(member) = self.member_name(family.id, key) {
                    let score = FAMILY * score / 1_000;
                    let doc = family.suggestion.doc.clone();
                    found.push(Scored { score, id: family.id, suggestion: Suggestion { name: member, doc } });
                }
            }
        }
        found
    }

    /// What to write for a key of a family, if it takes it.
    fn member_name(&self, family: FieldId, key: &str) -> Option<String> {
        let family = self.field(family)?;
        match self.resolve(&family.name, Some(key)) {
            super::Resolution::Field { field, key: Some(key), .. } => Some(format!("{}.{key}", field.name)),
            super::Resolution::Field { field, key: None, .. } => Some(field.name.clone()),
            _ => None,
        }
    }
}

/// The score of a spelling near enough.
fn spelling(written: &str, known: &str, edits: usize) -> Option<u32> {
    let limit = if written.len() < 3 { 0 } else { (written.len() / 5).clamp(1, 4).min(edits) };
    if written.len().abs_diff(known.len()) > 4 * limit {
        return None;
    }
    let edits = distance(written, known, limit)?;
    SPELLING.checked_sub(250 * u32::try_from(edits).ok()?)
}

/// A suggestion in the running.
struct Scored {
    score: u32,
    id: FieldId,
    suggestion: Suggestion,
}

/// The best of them, each name once, without those far behind the first.
fn best(mut found: Vec<Scored>, limit: usize) -> Vec<Suggestion> {
    // Scores that hardly differ are equal, so that the order of the catalog decides.
    found.sort_by_key(|scored| (Reverse(scored.score.div_ceil(50)), scored.id));
    let first = found.first().map_or(0, |scored| scored.score);
    let share = if first > 1_000 { 80 } else { 65 };
    let mut out: Vec<Suggestion> = Vec::new();
    for scored in found.into_iter().filter(|scored| scored.score >= first * share / 100) {
        if out.len() == limit {
            break;
        }
        if !out.iter().any(|earlier| earlier.name == scored.suggestion.name) {
            out.push(scored.suggestion);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Resolution, Via};

    #[track_caller]
    fn check(catalog: &str, name: &str, expected: &[&str]) {
        let catalog = Catalog::shipped(catalog).unwrap();
        let found: Vec<String> = catalog.suggest(name, 3).into_iter().map(|near| near.name).collect();
        assert_eq!(found, expected, "{name}");
    }

    #[test]
    fn a_spelling_mistake_names_one_field() {
        check("kong", "http.respose.status_code", &["http.response.status_code"]);
        check("kong", "proxy.kong.latency.totl", &["proxy.kong.latency.total"]);
        check("kong", "proxy.kong.latency_total_m", &["proxy.kong.latency.total"]);
        check("otel", "http.request.methdo", &["http.request.method"]);
    }

    #[test]
    fn case_and_separators_do_not_matter() {
        check("kong", "HTTP.Request.Method", &["http.request.method"]);
        check("kong", "http_request_method", &["http.request.method"]);
        check("kong", "http.response.statusCode", &["http.response.status_code"]);
        check("kong", "proxy.kong.client_ka", &["proxy.kong.client_KA"]);
    }

    #[test]
    fn a_word_finds_the_names_that_have_it_in_the_order_of_the_catalog() {
        check("kong", "status", &["http.response.status_code", "proxy.kong.upstream.status_code", "otel.status_code"]);
        check("kong", "method", &["http.request.method", "http.request.method_original", "rpc.method"]);
        check("kong", "path", &["url.path", "proxy.kong.router.upstream_path"]);
        check(
            "kong",
            "latency",
            &["proxy.kong.latency.total", "proxy.kong.latency.upstream", "proxy.kong.latency.client"],
        );
        check("kong", "host", &["proxy.kong.request.host", "host.name", "proxy.kong.upstream.host"]);
        check("kong-router", "methods", &["http.method"]);
        check("otel", "tries", &[]);
        check("kong", "tries", &["try_count"]);
    }

    #[test]
    fn the_rarest_word_tells_most() {
        check("kong", "http.route.name", &["kong.route.name", "http.route", "proxy.kong.route.id"]);
        check("kong", "http.request.uri.path", &["url.path", "kong.upstream.uri", "mcp.resource.uri"]);
        check("kong", "request.host", &["proxy.kong.request.host", "http.request.header.host", "host.name"]);
        check("kong", "tls.version", &["tls.protocol.version"]);
    }

    #[test]
    fn the_first_segments_may_be_left_out() {
        check("kong", "router.cachehit", &["proxy.kong.router.cache_hit"]);
        check("kong", "service.id", &["proxy.kong.service.id"]);
        check(
            "kong",
            "statuscode",
            &["http.response.status_code", "proxy.kong.upstream.status_code", "otel.status_code"],
        );
    }

    #[test]
    fn other_vocabularies_lead_to_this_one() {
        check("otel", "http.status_cod", &["http.response.status_code"]);
        check("kong", "client_ip", &["client.address"]);
        check("kong-router", "http.request.methods", &["http.method"]);
    }

    #[test]
    fn a_family_keeps_its_key() {
        check("kong", "http.headers.x-tenant-id", &["http.request.header.x-tenant-id"]);
        check(
            "otel",
            "http.headers.x-tenant-id",
            &["http.request.header.x-tenant-id", "http.response.header.x-tenant-id"],
        );
        check("kong", "http.request.headers.X-Tenant-Id", &["http.request.header.x-tenant-id"]);
        check("kong", "response.header.x", &["http.response.header.x"]);
        check("kong", "http.query.page", &["url.query.page"]);
        check("kong-router", "http.header.x-foo", &["http.headers.x_foo"]);
    }

    #[test]
    fn a_known_key_is_found_on_its_own() {
        check("kong", "content-type", &["http.request.header.content-type", "http.response.header.content-type"]);
        check("kong", "traceparent", &["http.request.header.traceparent"]);
    }

    #[test]
    fn nothing_is_better_than_something_far_fetched() {
        for name in ["frobnicate", "foo.bar", "x", "tenant", "http.foo", "", ".", "..", "ä.ö", "elapsed"] {
            check("kong", name, &[]);
        }
        check("kong", &"status.".repeat(1_000), &[]);
    }

    #[test]
    fn families_are_suggested_apart() {
        let kong = Catalog::shipped("kong").unwrap();
        let found: Vec<String> = kong.suggest_families("http.headers", 3).into_iter().map(|near| near.name).collect();
        assert_eq!(found, ["http.request.header"]);
    }

    #[test]
    fn every_suggestion_is_a_field() {
        let kong = Catalog::shipped("kong").unwrap();
        for known in kong.all_names().step_by(3) {
            let mut misspelled = known.text.replace('e', "");
            misspelled.push('z');
            for near in kong.suggest(&misspelled, 10) {
                let found = kong.resolve(&near.name, None);
                assert!(matches!(found, Resolution::Field { via: Via::Name, .. }), "{misspelled}: {}", near.name);
            }
        }
    }
}
