//! One rule, or two beside each other: proved, or shown by a request.

use tamis_lang::catalog::{Catalog, Presence};
use tamis_lang::scratch::Scratch;
use tamis_types::analysis::CheckedRule;
use tamis_types::logic::{Node, Space};

use super::known::KnownFacts;
use super::search::find;
use crate::compile::compile;
use crate::program::Program;
use crate::verdict::Verdict;

/// Whether there is a request of some kind.
#[derive(Clone, Debug)]
pub enum Found {
    /// There is none; this is proved.
    Nothing,
    /// This one; the machine gave the verdicts.
    Request(KnownFacts),
    /// Neither a proof nor a request was found.
    Unknown,
}

/// How the requests of two rules relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Both match the same requests.
    Equivalent,
    /// The new rule matches only what the old one matches, and not all of it.
    Stricter,
    /// The new rule matches all that the old one matches, and more.
    Looser,
    /// Each matches something that the other does not.
    Different,
    /// What is known does not say.
    Unknown,
}

/// Two rules beside each other.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// A request that only the old rule matches.
    pub only_old: Found,
    /// A request that only the new rule matches.
    pub only_new: Found,
    /// A request that both match; without one the rules are disjoint.
    pub both: Found,
    /// The fields of which a proof assumes that every request has them, because the catalog says so.
    pub assumed: Vec<String>,
}

impl Found {
    /// Whether it is proved that there is none.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    /// The request.
    #[must_use]
    pub const fn request(&self) -> Option<&KnownFacts> {
        match self {
            Self::Request(facts) => Some(facts),
            Self::Nothing | Self::Unknown => None,
        }
    }
}

impl Relation {
    /// The word that every output uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equivalent => "equivalent",
            Self::Stricter => "stricter",
            Self::Looser => "looser",
            Self::Different => "different",
            Self::Unknown => "unknown",
        }
    }
}

impl Comparison {
    /// How the requests of the two rules relate.
    #[must_use]
    pub const fn relation(&self) -> Relation {
        match (&self.only_old, &self.only_new) {
            (Found::Nothing, Found::Nothing) => Relation::Equivalent,
            (Found::Request(_), Found::Nothing) => Relation::Stricter,
            (Found::Nothing, Found::Request(_)) => Relation::Looser,
            (Found::Request(_), Found::Request(_)) => Relation::Different,
            (Found::Unknown, _) | (_, Found::Unknown) => Relation::Unknown,
        }
    }
}

/// A request that a rule matches; [`Found::Nothing`] where it never matches.
#[must_use]
pub fn matching(catalog: &Catalog, rule: &CheckedRule) -> Found {
    one(catalog, rule, Verdict::Match)
}

/// A request that a rule does not match; [`Found::Nothing`] where it matches every request.
#[must_use]
pub fn missing(catalog: &Catalog, rule: &CheckedRule) -> Found {
    one(catalog, rule, Verdict::NoMatch)
}

fn one(catalog: &Catalog, rule: &CheckedRule, wanted: Verdict) -> Found {
    let Some(mut space) = Space::new(catalog, &[rule.hir()]) else { return Found::Unknown };
    let Some(root) = space.root(0) else { return Found::Unknown };
    let node = if wanted == Verdict::Match { Some(root) } else { space.not(root) };
    let program = compile(rule);
    let mut scratch = Scratch::default();
    search(&mut space, node, |facts| program.run(facts, &mut scratch) == wanted).0
}

/// Compares two rules that were checked with this catalog.
///
/// ```
/// use tamis_lang::catalog::Catalog;
/// use tamis_types::analysis::{Options, analyze};
/// use tamis_vm::reason::{Relation, compare};
///
/// let kong = Catalog::shipped("kong").unwrap();
/// let rule = |text: &str| analyze(text, &kong, &Options::default()).rules()[0].checked().unwrap().clone();
/// let old = rule("http.response.status_code >= 500");
/// let new = rule("http.response.status_code in [502, 503]");
/// assert_eq!(compare(&kong, &old, &new).relation(), Relation::Stricter);
/// ```
#[must_use]
pub fn compare(catalog: &Catalog, old: &CheckedRule, new: &CheckedRule) -> Comparison {
    let unknown =
        || Comparison { only_old: Found::Unknown, only_new: Found::Unknown, both: Found::Unknown, assumed: Vec::new() };
    let Some(mut space) = Space::new(catalog, &[old.hir(), new.hir()]) else { return unknown() };
    let (Some(a), Some(b)) = (space.root(0), space.root(1)) else { return unknown() };
    let programs = [compile(old), compile(new)];
    let mut scratch = Scratch::default();
    let only_old = space.without(a, b);
    let only_new = space.without(b, a);
    let both = space.and(a, b);
    let mut ask = |space: &mut Space<'_>, node: Option<Node>, wanted: [Verdict; 2]| {
        search(space, node, |facts| verdicts(&programs, facts, &mut scratch) == wanted)
    };
    let (only_old, assumes_old) = ask(&mut space, only_old, [Verdict::Match, Verdict::NoMatch]);
    let (only_new, assumes_new) = ask(&mut space, only_new, [Verdict::NoMatch, Verdict::Match]);
    let (both, _) = ask(&mut space, both, [Verdict::Match, Verdict::Match]);
    let assumed = if assumes_old || assumes_new { always_there(catalog, &space) } else { Vec::new() };
    Comparison { only_old, only_new, both, assumed }
}

fn verdicts(programs: &[Program; 2], facts: &KnownFacts, scratch: &mut Scratch) -> [Verdict; 2] {
    let [old, new] = programs;
    [old.run(facts, scratch), new.run(facts, scratch)]
}

/// A request that satisfies a condition, and whether a proof that there is none rests on presence.
fn search(space: &mut Space<'_>, node: Option<Node>, accept: impl FnMut(&KnownFacts) -> bool) -> (Found, bool) {
    let Some(node) = node else { return (Found::Unknown, false) };
    let present = space.where_present();
    match space.and(node, present) {
        None => (Found::Unknown, false),
        Some(Node::FALSE) => (Found::Nothing, node != Node::FALSE),
        Some(usual) => (find(space, usual, accept).map_or(Found::Unknown, Found::Request), false),
    }
}

/// The fields of which the catalog says that every request has them.
fn always_there(catalog: &Catalog, space: &Space<'_>) -> Vec<String> {
    let fields = space.fields().iter().filter(|field| {
        let record = catalog.field(field.field.id);
        field.field.key.is_none() && record.is_some_and(|record| record.presence == Presence::Always)
    });
    fields.map(|field| field.field.name.clone()).collect()
}
