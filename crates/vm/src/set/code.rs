//! The code of a rule within a set: its conditions, and what follows from each.
//!
//! Most rules are conjunctions and take a word for each condition; others take three.

use super::asking::Asking;
use super::condition::Kind;
use super::core::Core;
use super::translate::{Next, Node};
use crate::facts::Facts;

/// How many words there are and what they mean.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shape(u32);

impl Shape {
    const JUMPS: u32 = 1 << 31;

    pub(super) const fn n_words(self) -> usize {
        (self.0 & !Self::JUMPS) as usize
    }

    const fn has_jumps(self) -> bool {
        self.0 & Self::JUMPS != 0
    }
}

/// The end where the rule matches.
const MATCH: u32 = u32::MAX;
/// The end where it does not.
const NO_MATCH: u32 = u32::MAX - 1;

/// The words of a rule.
#[derive(Clone, Copy)]
pub(super) enum Code<'w> {
    /// Conditions that all have to hold, or not to: the place of each, shifted by one, and in the last bit which.
    All(&'w [u32]),
    /// Conditions with both successors, which lie further on.
    Jumps(&'w [[u32; 3]]),
}

impl<'w> Code<'w> {
    #[inline]
    pub(super) fn new(shape: Shape, words: &'w [u32]) -> Self {
        if shape.has_jumps() { Self::Jumps(words.as_chunks::<3>().0) } else { Self::All(words) }
    }

    /// Whether the rule matches a request that is known altogether.
    #[inline]
    pub(super) fn matches<F: Facts + ?Sized>(self, asking: &mut Asking<'_, F>) -> bool {
        match self {
            Self::All(words) => words.iter().all(|word| asking.holds(word >> 1) == (word & 1 == 1)),
            Self::Jumps(nodes) => {
                let mut at = if nodes.is_empty() { NO_MATCH } else { 0 };
                // INVARIANT: successors lie further on.
                while let Some([id, then, otherwise]) = nodes.get(at as usize) {
                    at = if asking.holds(*id) { *then } else { *otherwise };
                }
                at == MATCH
            }
        }
    }

    /// Whether it matches, if that is known.
    pub(super) fn matches_early<F: Facts + ?Sized>(self, asking: &mut Asking<'_, F>) -> Option<bool> {
        match self {
            Self::All(words) => {
                let mut all = Some(true);
                for word in words {
                    match asking.holds_early(word >> 1) {
                        Some(holds) if holds != (word & 1 == 1) => return Some(false),
                        Some(_) => {}
                        None => all = None,
                    }
                }
                all
            }
            Self::Jumps(nodes) => {
                let reached = asking.arena.filled(nodes.len(), false);
                reached.iter_mut().take(1).for_each(|entry| *entry = true);
                let (mut may_match, mut may_not) = (false, nodes.is_empty());
                for (at, [id, then, otherwise]) in nodes.iter().enumerate() {
                    if !reached.get(at).copied().unwrap_or(false) {
                        continue;
                    }
                    let holds = asking.holds_early(*id);
                    for (target, is_open) in [(then, holds != Some(false)), (otherwise, holds != Some(true))] {
                        match *target {
                            _ if !is_open => {}
                            MATCH => may_match = true,
                            NO_MATCH => may_not = true,
                            place => {
                                if let Some(reached) = reached.get_mut(place as usize) {
                                    *reached = true;
                                }
                            }
                        }
                    }
                }
                (may_match != may_not).then_some(may_match)
            }
        }
    }

    /// The conditions, as often as they stand there.
    pub(super) fn conditions(self) -> impl Iterator<Item = u32> {
        let (all, jumps) = match self {
            Self::All(words) => (words, &[][..]),
            Self::Jumps(nodes) => (&[][..], nodes),
        };
        all.iter().map(|word| word >> 1).chain(jumps.iter().map(|[id, ..]| *id))
    }
}

/// Adds the words of a rule.
///
/// A condition that the rule was found by most likely holds, so in a conjunction it is asked after the others.
pub(super) fn write(
    entry: Next,
    nodes: &[Node],
    is_found_by: impl Fn(u32) -> bool,
    core: &Core,
    words: &mut Vec<u32>,
) -> Shape {
    let before = words.len();
    let mut form = 0;
    if let Some(mut all) = conjunction(entry, nodes) {
        all.sort_by_key(|word| (is_found_by(word >> 1), price(core, word >> 1)));
        words.extend(all);
    } else {
        form = Shape::JUMPS;
        let target = |next: Next| match next {
            Next::Node(place) => place,
            Next::Match => MATCH,
            Next::NoMatch => NO_MATCH,
        };
        for node in nodes {
            words.extend([node.id, target(node.then), target(node.otherwise)]);
        }
    }
    // A rule is far shorter than that.
    Shape(u32::try_from(words.len() - before).unwrap_or(0) | form)
}

/// The words of a program in which every condition has to hold, or every one not to; none of any other.
fn conjunction(entry: Next, nodes: &[Node]) -> Option<Vec<u32>> {
    if entry == Next::Match {
        return Some(Vec::new());
    }
    let mut words = Vec::with_capacity(nodes.len());
    let mut expected = entry;
    for (place, node) in (0..).zip(nodes) {
        if expected != Next::Node(place) {
            return None;
        }
        let (next, bit) = match (node.then, node.otherwise) {
            (next, Next::NoMatch) => (next, 1),
            (Next::NoMatch, next) => (next, 0),
            _ => return None,
        };
        words.push(node.id << 1 | bit);
        expected = next;
    }
    (expected == Next::Match && !nodes.is_empty()).then_some(words)
}

/// What asking a condition costs, in rough steps.
fn price(core: &Core, id: u32) -> u8 {
    match core.conditions.get(id).map(|condition| condition.kind) {
        Some(Kind::Int | Kind::Duration | Kind::Size | Kind::Bool | Kind::Exists) | None => 0,
        Some(Kind::TextIs | Kind::Ip4) => 1,
        Some(Kind::TextStarts | Kind::TextEnds | Kind::Ip6 | Kind::Sample) => 2,
        Some(Kind::Kernel) => 3,
        Some(Kind::TextHas) => 4,
        Some(Kind::Prepared) => 5,
        Some(Kind::Opaque) => 6,
    }
}
