//! Ordered decision diagrams whose variables have any number of states.
//!
//! A diagram asks each variable at most once, in one order, and equal diagrams are one node, so a condition is never
//! true exactly where its node is [`Node::FALSE`].
//! Work and memory are bounded: past the budget every operation answers nothing.
//!
//! Operations recurse once per variable, and [`MOST_VARIABLES`] bounds these.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The most variables that a diagram may have.
pub(crate) const MOST_VARIABLES: usize = 96;

/// A condition over the variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(u32);

impl Node {
    /// The condition that never holds.
    pub const FALSE: Self = Self(0);
    /// The condition that always holds.
    pub const TRUE: Self = Self(1);
}

/// All nodes of one question.
#[derive(Debug)]
pub(crate) struct Diagram {
    /// How many states each variable has.
    states: Vec<u32>,
    /// The variable of each inner node, and where its successors begin.
    nodes: Vec<(u32, u32)>,
    successors: Vec<Node>,
    unique: Map<Key, Node>,
    applied: Map<(Operation, Node, Node), Node>,
    /// How much work is left.
    budget: usize,
}

/// What makes two nodes equal.
type Key = (u32, Box<[Node]>);

/// A connective of two conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Operation {
    And,
    Or,
    /// The first and not the second.
    Without,
}

impl Diagram {
    /// Diagrams over variables with so many states each; none where there are too many variables.
    pub(crate) fn new(states: Vec<u32>, budget: usize) -> Option<Self> {
        (states.len() <= MOST_VARIABLES).then(|| Self {
            states,
            nodes: Vec::new(),
            successors: Vec::new(),
            unique: Map::default(),
            applied: Map::default(),
            budget,
        })
    }

    /// How many variables there are.
    pub(crate) fn n_variables(&self) -> usize {
        self.states.len()
    }

    /// How many states a variable has.
    pub(crate) fn n_states(&self, variable: usize) -> usize {
        self.states.get(variable).map_or(0, |n| *n as usize)
    }

    /// The condition that a variable is in one of some states.
    pub(crate) fn variable(&mut self, variable: usize, holds: impl Fn(usize) -> bool) -> Option<Node> {
        let states = 0..self.n_states(variable);
        let successors = states.map(|state| if holds(state) { Node::TRUE } else { Node::FALSE }).collect();
        self.node(u32::try_from(variable).ok()?, successors)
    }

    /// Both hold.
    pub(crate) fn and(&mut self, left: Node, right: Node) -> Option<Node> {
        self.apply(Operation::And, left, right)
    }

    /// Some of both holds.
    pub(crate) fn or(&mut self, left: Node, right: Node) -> Option<Node> {
        self.apply(Operation::Or, left, right)
    }

    /// The first holds and the second does not.
    pub(crate) fn without(&mut self, left: Node, right: Node) -> Option<Node> {
        self.apply(Operation::Without, left, right)
    }

    /// It does not hold.
    pub(crate) fn not(&mut self, node: Node) -> Option<Node> {
        self.without(Node::TRUE, node)
    }

    /// The variable that a node asks and where each of its states leads; none for the two ends.
    pub(crate) fn ask(&self, node: Node) -> Option<(usize, &[Node])> {
        let (variable, start) = *self.nodes.get((node.0 as usize).checked_sub(2)?)?;
        let end = start.saturating_add(self.states.get(variable as usize).copied()?);
        Some((variable as usize, self.successors.get(start as usize..end as usize)?))
    }

    fn node(&mut self, variable: u32, successors: Box<[Node]>) -> Option<Node> {
        let first = *successors.first()?;
        if successors.iter().all(|successor| *successor == first) {
            return Some(first);
        }
        let key = (variable, successors);
        if let Some(known) = self.unique.get(&key) {
            return Some(*known);
        }
        self.budget = self.budget.checked_sub(key.1.len())?;
        let node = Node(u32::try_from(self.nodes.len()).ok()?.checked_add(2)?);
        self.nodes.push((variable, u32::try_from(self.successors.len()).ok()?));
        self.successors.extend_from_slice(&key.1);
        self.unique.insert(key, node);
        Some(node)
    }

    fn apply(&mut self, operation: Operation, left: Node, right: Node) -> Option<Node> {
        if let Some(known) = operation.at_an_end(left, right) {
            return Some(known);
        }
        let commutes = operation != Operation::Without;
        let (left, right) = if commutes && right < left { (right, left) } else { (left, right) };
        if let Some(known) = self.applied.get(&(operation, left, right)) {
            return Some(*known);
        }
        let variable = |node: Node| self.ask(node).map_or(usize::MAX, |(variable, _)| variable);
        let asked = variable(left).min(variable(right));
        let n_states = self.n_states(asked);
        self.budget = self.budget.checked_sub(n_states)?;
        let mut successors = Vec::with_capacity(n_states);
        for state in 0..n_states {
            let (a, b) = (self.after(left, asked, state), self.after(right, asked, state));
            successors.push(self.apply(operation, a, b)?);
        }
        let result = self.node(u32::try_from(asked).ok()?, successors.into())?;
        self.applied.insert((operation, left, right), result);
        Some(result)
    }

    /// What is left of a condition where a variable is in one state.
    fn after(&self, node: Node, variable: usize, state: usize) -> Node {
        match self.ask(node) {
            Some((asked, successors)) if asked == variable => successors.get(state).copied().unwrap_or(node),
            _ => node,
        }
    }
}

impl Operation {
    /// The answer where one of the sides says everything.
    fn at_an_end(self, left: Node, right: Node) -> Option<Node> {
        match self {
            Self::And => match (left, right) {
                (Node::FALSE, _) | (_, Node::FALSE) => Some(Node::FALSE),
                (Node::TRUE, other) | (other, Node::TRUE) => Some(other),
                (a, b) => (a == b).then_some(a),
            },
            Self::Or => match (left, right) {
                (Node::TRUE, _) | (_, Node::TRUE) => Some(Node::TRUE),
                (Node::FALSE, other) | (other, Node::FALSE) => Some(other),
                (a, b) => (a == b).then_some(a),
            },
            Self::Without => match (left, right) {
                (Node::FALSE, _) | (_, Node::TRUE) => Some(Node::FALSE),
                (other, Node::FALSE) => Some(other),
                (a, b) => (a == b).then_some(Node::FALSE),
            },
        }
    }
}

/// A map whose keys are small and not chosen by an attacker who could know the order of nodes.
type Map<K, V> = HashMap<K, V, BuildHasherDefault<Mixer>>;

/// Mixes words by multiplication and rotation, as the compiler's own tables do.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mixer(u64);

impl Mixer {
    const fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.add(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, word: u32) {
        self.add(u64::from(word));
    }

    fn write_usize(&mut self, word: usize) {
        self.add(u64::try_from(word).unwrap_or(u64::MAX));
    }

    fn write_isize(&mut self, word: isize) {
        self.add(u64::from_ne_bytes(i64::try_from(word).unwrap_or(0).to_ne_bytes()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_conditions_are_one_node() {
        let mut diagram = Diagram::new(vec![3, 2, 4], 1000).unwrap();
        let a = diagram.variable(0, |state| state == 1).unwrap();
        let b = diagram.variable(1, |state| state == 0).unwrap();
        let c = diagram.variable(2, |state| state > 1).unwrap();
        let left = diagram.or(b, c).and_then(|it| diagram.and(a, it)).unwrap();
        let ab = diagram.and(a, b).unwrap();
        let ac = diagram.and(c, a).unwrap();
        assert_eq!(diagram.or(ac, ab), Some(left));
        let not = diagram.not(left).unwrap();
        assert_eq!(diagram.and(not, left), Some(Node::FALSE));
        assert_eq!(diagram.or(not, left), Some(Node::TRUE));
        assert_eq!(diagram.without(left, a), Some(Node::FALSE));
        assert_ne!(diagram.without(a, left), Some(Node::FALSE));
    }

    #[test]
    fn past_the_budget_there_is_no_answer() {
        let mut diagram = Diagram::new(vec![2; 40], 60).unwrap();
        let mut all = Node::TRUE;
        let mut answered = 0;
        for variable in 0..40 {
            let Some(one) = diagram.variable(variable, |state| state == 0) else { break };
            let Some(both) = diagram.and(all, one) else { break };
            all = both;
            answered += 1;
        }
        assert!((1..40).contains(&answered), "{answered}");
        assert!(Diagram::new(vec![2; MOST_VARIABLES + 1], 60).is_none());
    }
}
