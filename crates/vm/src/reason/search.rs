//! Looks for a request that satisfies a condition, and lets the machine confirm it.

use tamis_lang::sampling::Randomness;
use tamis_lang::value::Constant;
use tamis_types::logic::{Node, Space};

use super::known::KnownFacts;

/// The most ways through a diagram that are tried.
const MOST_PATHS: usize = 64;

/// The most requests that are tried for each way.
const MOST_TRIALS: usize = 192;

/// A request for which `accept` says yes, among those that satisfy a condition as far as diagrams know.
pub(super) fn find(space: &Space<'_>, node: Node, mut accept: impl FnMut(&KnownFacts) -> bool) -> Option<KnownFacts> {
    let mut paths = Paths::new(node);
    for _ in 0..MOST_PATHS {
        let path = paths.next(space)?;
        if let Some(found) = try_path(space, &path, &mut accept) {
            return Some(found);
        }
    }
    None
}

/// The ways from a node to "true", each a state of some variables.
struct Paths {
    open: Vec<(Node, Vec<(usize, usize)>)>,
}

impl Paths {
    fn new(node: Node) -> Self {
        Self { open: vec![(node, Vec::new())] }
    }

    fn next(&mut self, space: &Space<'_>) -> Option<Vec<(usize, usize)>> {
        while let Some((node, path)) = self.open.pop() {
            if node == Node::TRUE {
                return Some(path);
            }
            let Some((variable, successors)) = space.ask(node) else { continue };
            // The stack gives back the last one first; a field that has a value makes the plainer request.
            let (absent, present) = successors.split_first()?;
            let states =
                std::iter::once((0, absent)).chain(present.iter().enumerate().rev().map(|(n, next)| (n + 1, next)));
            for (state, next) in states.filter(|(_, next)| **next != Node::FALSE) {
                let mut path = path.clone();
                path.push((variable, state));
                self.open.push((*next, path));
            }
        }
        None
    }
}

/// Tries the examples of the states on a path, the plainest first, then others.
fn try_path(
    space: &Space<'_>,
    path: &[(usize, usize)],
    accept: &mut impl FnMut(&KnownFacts) -> bool,
) -> Option<KnownFacts> {
    let mut choices: Vec<Vec<&[Constant]>> = Vec::new();
    for field in space.fields() {
        let state = path.iter().find(|(variable, _)| *variable == field.variable).map(|(_, state)| *state);
        let examples = |state: usize| field.states.get(state).into_iter().flat_map(|state| &state.examples);
        let mut own: Vec<&[Constant]> = match state {
            Some(state) => examples(state).map(Vec::as_slice).collect(),
            None if field.is_open => (0..field.states.len()).flat_map(examples).map(Vec::as_slice).collect(),
            None => vec![&[]],
        };
        own.truncate(if field.is_open { usize::MAX } else { 1 });
        if own.is_empty() {
            return None;
        }
        choices.push(own);
    }
    let n_all = choices.iter().map(Vec::len).fold(1_usize, usize::saturating_mul);
    let randomness = space.randomness(path).unwrap_or(Randomness::MAX);
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for trial in 0..n_all.min(MOST_TRIALS) {
        let mut facts = KnownFacts::empty(randomness);
        let mut rest = trial;
        for (field, own) in space.fields().iter().zip(&choices) {
            // All of them where they are few; else the plainest, one field after the other, and then any.
            let place = if n_all <= MOST_TRIALS {
                let place = rest % own.len();
                rest /= own.len();
                place
            } else if trial == 0 {
                0
            } else {
                random.below(own.len())
            };
            facts.set(field.field, own.get(place).map(|values| values.to_vec()).unwrap_or_default());
        }
        if accept(&facts) {
            return Some(facts);
        }
    }
    None
}

/// Numbers that look random and are the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let n = u64::try_from(n.max(1)).unwrap_or(1);
        usize::try_from((self.0 >> 33) % n).unwrap_or(0)
    }
}
