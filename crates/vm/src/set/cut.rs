//! Which conditions a rule cannot match without: the cheapest set of them of which one has to hold.
//!
//! Every way through a program to a match leads through such a set, so a request for which none of them holds cannot
//! match.
//! The program is a graph whose edges lead forward; the set is a cut between its entry and the match.
//! It is found backwards: a cut of a node is its own condition with a cut of where it leads otherwise, or cuts of both
//! sides, or a cut of the next node through which all ways lead.
//! For `&&` and `||` within each other that is the cheapest one.

use tamis_lang::phase::Phase;

use super::translate::{Next, Node};

/// What the cheapest cut is made of.
#[derive(Clone, Copy, Debug)]
enum Choice {
    /// The node's own condition, and a cut of the other side.
    Own,
    /// A cut of either side.
    Both,
    /// A cut of the next node that all ways lead through.
    Later(u32),
    /// Nothing: there is no way to a match.
    Nothing,
    /// There is no cut.
    Impossible,
}

/// The conditions of the cheapest cut, and what it costs; none where there is none that is cheaper than `limit`.
///
/// The cost of a condition is none if a request cannot be looked up by it.
pub(super) fn cheapest(
    entry: Next,
    nodes: &[Node],
    cost: impl Fn(&Node) -> Option<f32>,
    limit: f32,
) -> Option<(Vec<u32>, f32)> {
    let mut costs = vec![f32::INFINITY; nodes.len()];
    let mut choices = vec![Choice::Impossible; nodes.len()];
    let joins = joins(nodes);
    let of = |costs: &[f32], next: Next| match next {
        Next::Match => f32::INFINITY,
        Next::NoMatch => 0.0,
        Next::Node(place) => costs.get(place as usize).copied().unwrap_or(f32::INFINITY),
    };
    for (place, node) in nodes.iter().enumerate().rev() {
        let (then, otherwise) = (of(&costs, node.then), of(&costs, node.otherwise));
        let own = cost(node).unwrap_or(f32::INFINITY) + otherwise;
        let mut best = (f32::INFINITY, Choice::Impossible);
        let mut consider = |cost: f32, choice| {
            if cost < best.0 {
                best = (cost, choice);
            }
        };
        if then == 0.0 && otherwise == 0.0 {
            consider(0.0, Choice::Nothing);
        }
        if let Some(Next::Node(later)) = joins.get(place) {
            consider(of(&costs, Next::Node(*later)), Choice::Later(*later));
        }
        consider(own, Choice::Own);
        consider(then + otherwise, Choice::Both);
        if let (Some(cost), Some(choice)) = (costs.get_mut(place), choices.get_mut(place)) {
            (*cost, *choice) = best;
        }
    }
    let total = of(&costs, entry);
    if total >= limit {
        return None;
    }
    Some((collect(entry, nodes, &choices), total))
}

/// The conditions of the chosen cut, each once.
fn collect(entry: Next, nodes: &[Node], choices: &[Choice]) -> Vec<u32> {
    let mut cut: Vec<u32> = Vec::new();
    let mut seen = vec![false; nodes.len()];
    let mut open = vec![entry];
    while let Some(next) = open.pop() {
        let Next::Node(place) = next else { continue };
        let place = place as usize;
        let (Some(seen), Some(node), Some(choice)) = (seen.get_mut(place), nodes.get(place), choices.get(place)) else {
            continue;
        };
        if std::mem::replace(seen, true) {
            continue;
        }
        match choice {
            Choice::Own => {
                if !cut.contains(&node.id) {
                    cut.push(node.id);
                }
                open.push(node.otherwise);
            }
            Choice::Both => open.extend([node.then, node.otherwise]),
            Choice::Later(later) => open.push(Next::Node(*later)),
            Choice::Nothing | Choice::Impossible => {}
        }
    }
    cut
}

/// For each node the next one that every way to a match leads through, or the match.
fn joins(nodes: &[Node]) -> Vec<Next> {
    let mut joins = vec![Next::NoMatch; nodes.len()];
    for (place, node) in nodes.iter().enumerate().rev() {
        let join = match (reaches(node.then, &joins), reaches(node.otherwise, &joins)) {
            (true, true) => meet(node.then, node.otherwise, &joins),
            (true, false) => node.then,
            (false, true) => node.otherwise,
            (false, false) => Next::NoMatch,
        };
        if let Some(own) = joins.get_mut(place) {
            *own = join;
        }
    }
    joins
}

/// Whether there is a way to a match.
fn reaches(next: Next, joins: &[Next]) -> bool {
    match next {
        Next::Match => true,
        Next::NoMatch => false,
        Next::Node(place) => joins.get(place as usize).is_some_and(|join| *join != Next::NoMatch),
    }
}

/// The first place that all ways from both lead through; both have one.
fn meet(mut one: Next, mut other: Next, joins: &[Next]) -> Next {
    while one != other {
        // Nodes come before the match, and joins lie further on.
        let earlier = if one < other { &mut one } else { &mut other };
        let Next::Node(place) = *earlier else { return Next::Match };
        *earlier = joins.get(place as usize).copied().unwrap_or(Next::Match);
    }
    one
}

/// The first phase at which the rule can turn out not to match, at the earliest; none where it never can.
///
/// `phase` is the first one at which anything can be said about a condition.
pub(super) fn earliest_drop(entry: Next, nodes: &[Node], phase: impl Fn(&Node) -> Phase) -> Option<Phase> {
    let mut drops: Vec<Option<Phase>> = vec![None; nodes.len()];
    let of = |drops: &[Option<Phase>], next: Next| match next {
        Next::Match => None,
        Next::NoMatch => Some(Phase::Connect),
        Next::Node(place) => drops.get(place as usize).copied().flatten(),
    };
    for (place, node) in nodes.iter().enumerate().rev() {
        let (then, otherwise) = (of(&drops, node.then), of(&drops, node.otherwise));
        let own = phase(node);
        // The condition is known and its side is closed, or both sides are.
        let ways = [
            then.map(|then| then.max(own)),
            otherwise.map(|otherwise| otherwise.max(own)),
            then.zip(otherwise).map(|(then, otherwise)| then.max(otherwise)),
        ];
        if let Some(drop) = drops.get_mut(place) {
            *drop = ways.into_iter().flatten().min();
        }
    }
    of(&drops, entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nodes with their costs, an infinite one where there is no look-up.
    #[track_caller]
    fn check(nodes: &[(Next, Next, f32)], expected: Option<&[u32]>) {
        let costs: Vec<f32> = nodes.iter().map(|(.., cost)| *cost).collect();
        let nodes: Vec<Node> = (0..)
            .zip(nodes)
            .map(|(id, (then, otherwise, _))| Node { id, then: *then, otherwise: *otherwise })
            .collect();
        let cost = |node: &Node| Some(costs[node.id as usize]).filter(|cost| cost.is_finite());
        let found = cheapest(Next::Node(0), &nodes, cost, 1e9).map(|(mut cut, _)| {
            cut.sort_unstable();
            cut
        });
        assert_eq!(found.as_deref(), expected);
    }

    use Next::{Match, NoMatch, Node as To};

    #[test]
    fn of_a_conjunction_the_cheapest_part_is_enough() {
        check(&[(To(1), NoMatch, 3.0), (To(2), NoMatch, 1.0), (Match, NoMatch, 2.0)], Some(&[1]));
    }

    #[test]
    fn of_a_disjunction_every_part_is_needed() {
        check(&[(Match, To(1), 3.0), (Match, To(2), 1.0), (Match, NoMatch, 2.0)], Some(&[0, 1, 2]));
        check(&[(Match, To(1), 3.0), (Match, NoMatch, f32::INFINITY)], None);
    }

    #[test]
    fn a_part_behind_a_disjunction_is_enough_even_if_it_costs_more_than_one_side() {
        // (a || b) && c
        check(&[(To(2), To(1), 5.0), (To(2), NoMatch, 5.0), (Match, NoMatch, 6.0)], Some(&[2]));
        check(&[(To(2), To(1), 2.0), (To(2), NoMatch, 2.0), (Match, NoMatch, 6.0)], Some(&[0, 1]));
    }

    #[test]
    fn a_negated_condition_is_no_cut() {
        // !a && b, and !a
        check(&[(NoMatch, To(1), 1.0), (Match, NoMatch, 7.0)], Some(&[1]));
        check(&[(NoMatch, Match, 1.0)], None);
    }

    #[test]
    fn what_never_matches_needs_no_condition() {
        check(&[(NoMatch, NoMatch, 1.0)], Some(&[]));
    }

    #[test]
    fn a_rule_is_dropped_by_its_first_condition_or_by_all_alternatives() {
        let phases = [Phase::Log, Phase::RequestHeaders];
        let phase = |node: &Node| phases[node.id as usize];
        let conjunction =
            [Node { id: 0, then: To(1), otherwise: NoMatch }, Node { id: 1, then: Match, otherwise: NoMatch }];
        assert_eq!(earliest_drop(To(0), &conjunction, phase), Some(Phase::RequestHeaders));
        let disjunction =
            [Node { id: 0, then: Match, otherwise: To(1) }, Node { id: 1, then: Match, otherwise: NoMatch }];
        assert_eq!(earliest_drop(To(0), &disjunction, phase), Some(Phase::Log));
    }
}
