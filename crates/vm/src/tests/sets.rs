//! Rule sets beside their rules one by one.

use std::sync::Arc;

use proptest::prelude::*;
use tamis_lang::phase::Phase;
use tamis_lang::sampling::Randomness;
use tamis_lang::scratch::Scratch;

use super::build::Request;
use super::phased::{Arrival, LAST, Staged};
use super::random::{Choices, FIELDS, THRESHOLDS, rule, sampled_rule};
use crate::compile::compile_hir;
use crate::phased::{Evaluation, PhasedProgram};
use crate::program::Program;
use crate::set::{Memory, RuleId, RuleSet, SetEvaluation, Tally};
use crate::verdict::Verdict;

/// Sets for each run of the tests.
const CASES: u32 = 3_000;
/// Requests for each set, after each change.
const REQUESTS: usize = 3;

/// The rules of a set, by their ids.
struct Naive {
    rules: Vec<Option<(Program, i32)>>,
}

impl Naive {
    fn matches(&self, request: &Request, scratch: &mut Scratch) -> Vec<(i32, usize)> {
        let mut matches = Vec::new();
        for (id, rule) in self.rules.iter().enumerate() {
            if let Some((program, priority)) = rule
                && program.run(request, scratch) == Verdict::Match
            {
                matches.push((*priority, id));
            }
        }
        matches
    }

    fn describe(&self) -> String {
        let rules = self.rules.iter().enumerate();
        rules
            .map(|(id, rule)| rule.as_ref().map_or(String::new(), |(it, _)| format!("{id}\n{}", it.disassemble(None))))
            .collect()
    }
}

fn some_rule(choices: &mut Choices<'_>) -> Program {
    let rule = if choices.one_in(4) { sampled_rule(choices) } else { rule(choices) };
    compile_hir(&rule.hir)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_set_says_what_its_rules_say(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let mut choices = Choices(bytes.iter());
        let requests: Vec<Request> = (0..REQUESTS).map(|_| choices.request(FIELDS.iter().map(|(_, ty)| *ty))).collect();
        let n_rules = choices.below(8);
        let rules: Vec<(Program, i32)> =
            (0..n_rules).map(|_| (some_rule(&mut choices), i32::try_from(choices.below(3)).unwrap())).collect();
        let mut naive = Naive { rules: Vec::new() };
        let mut set = RuleSet::new();
        let (mut memory, mut scratch) = (Memory::default(), Scratch::default());
        if choices.one_in(2) {
            set = RuleSet::of(rules.iter().map(|(program, priority)| (program, *priority))).unwrap();
            naive.rules = rules.into_iter().map(Some).collect();
        } else {
            for (program, priority) in rules {
                prop_assert_eq!(set.insert(&program, priority).unwrap().index(), naive.rules.len());
                naive.rules.push(Some((program, priority)));
            }
        }
        for _ in 0..6 {
            for request in &requests {
                let expected = naive.matches(request, &mut scratch);
                let found: Vec<usize> = set.matches(request, &mut memory).iter().map(|id| id.index()).collect();
                let ids: Vec<usize> = expected.iter().map(|(_, id)| *id).collect();
                prop_assert_eq!(found, ids, "{}\n{:?}", naive.describe(), request);
                prop_assert_eq!(set.count(request, &mut memory), expected.len());
                let first = expected.iter().max_by_key(|(priority, id)| (*priority, std::cmp::Reverse(*id)));
                prop_assert_eq!(set.first_match(request, &mut memory).map(RuleId::index), first.map(|(_, id)| *id));
            }
            prop_assert_eq!(set.len(), naive.rules.iter().flatten().count());
            prop_assert_eq!(set.ids().count(), set.len());
            if choices.one_in(2) {
                let program = some_rule(&mut choices);
                let priority = i32::try_from(choices.below(3)).unwrap();
                let id = set.insert(&program, priority).unwrap().index();
                if id == naive.rules.len() {
                    naive.rules.push(None);
                }
                prop_assert!(naive.rules[id].is_none());
                naive.rules[id] = Some((program, priority));
            } else {
                let ids: Vec<RuleId> = set.ids().collect();
                let Some(id) = ids.get(choices.below(naive.rules.len().max(1))).copied() else { continue };
                prop_assert!(set.remove(id));
                prop_assert!(!set.remove(id));
                naive.rules[id.index()] = None;
            }
        }
    }

    #[test]
    fn a_set_decides_each_rule_when_the_rule_itself_would(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let mut choices = Choices(bytes.iter());
        let moments: Vec<(Phase, bool)> =
            FIELDS.iter().map(|_| (choices.of(Phase::ALL), choices.one_in(3))).collect();
        let arrivals: Vec<Arrival> =
            FIELDS.iter().map(|_| Arrival { step: choices.below(LAST + 1), grows: choices.one_in(2) }).collect();
        let request = choices.request(FIELDS.iter().map(|(_, ty)| *ty));
        let near = choices.of(THRESHOLDS).get();
        let randomness = Randomness::new(near.wrapping_add(choices.of(&[0, 1, 7, u64::MAX])));
        let mut set = RuleSet::new();
        let mut evaluations: Vec<Evaluation> = Vec::new();
        for _ in 0..1 + choices.below(6) {
            let mut rule = if choices.one_in(3) { sampled_rule(&mut choices) } else { rule(&mut choices) };
            for (field, (phase, monotone)) in rule.hir.fields.iter_mut().zip(&moments) {
                (field.phase, field.monotone) = (*phase, *monotone);
            }
            set.insert(&compile_hir(&rule.hir), 0).unwrap();
            evaluations.push(PhasedProgram::of(&rule.hir).evaluation());
        }
        if choices.one_in(3) {
            let gone = choices.below(evaluations.len());
            let gone = set.ids().nth(gone).unwrap();
            set.remove(gone);
        }
        let mut staged = Staged { request: &request, arrivals: &arrivals, step: 0, randomness };
        let (mut memory, mut scratch) = (Memory::default(), Scratch::default());
        let mut together = SetEvaluation::new(Arc::new(set));
        let lacks_values = request.0.iter().any(|answer| answer.as_many && answer.values.is_empty());
        let (mut phase, mut early) = (0, Vec::new());
        for step in 0..=LAST + 1 {
            phase = if step < LAST { (phase + choices.below(5)).min(Phase::ALL.len() - 1) } else { Phase::ALL.len() - 1 };
            staged.step = step.min(LAST);
            let at = Phase::ALL[phase];
            let new: Vec<RuleId> = if step > LAST {
                together.finish(&staged, &mut memory).to_vec()
            } else {
                together.advance(at, &staged, &mut memory).to_vec()
            };
            let set = Arc::clone(together.set());
            let (mut tally, mut matched) = (Tally::default(), Vec::new());
            for id in set.ids() {
                let evaluation = &mut evaluations[id.index()];
                let before = evaluation.verdict();
                let verdict = if step > LAST {
                    evaluation.finish(&staged, &mut scratch)
                } else {
                    evaluation.advance(at, &staged, &mut scratch)
                };
                let found = together.verdict(id).unwrap();
                let text = set_text(&together, id);
                // That several values turn out to be none is seen by the set, and by a rule only in the end.
                if lacks_values && verdict == Verdict::NotYet && found == Verdict::NoMatch {
                    early.push(id);
                }
                prop_assert!(!early.contains(&id) || verdict != Verdict::Match);
                let verdict = if early.contains(&id) { Verdict::NoMatch } else { verdict };
                prop_assert_eq!(found, verdict, "at {} (step {}) {}\n{:?}", at, step, text, request);
                match verdict {
                    Verdict::Match => tally.matched += 1,
                    Verdict::NoMatch => tally.dropped += 1,
                    Verdict::NotYet => tally.open += 1,
                }
                if verdict == Verdict::Match && before == Verdict::NotYet {
                    matched.push(id);
                }
            }
            prop_assert_eq!(together.tally(), tally);
            prop_assert_eq!(together.is_open(), tally.open > 0);
            prop_assert_eq!(new, matched);
            let all: Vec<RuleId> = together.matches().collect();
            prop_assert_eq!(all.len(), tally.matched);
            prop_assert!(together.next_phase().is_none_or(|next| next > at && tally.open > 0));
        }
    }
}

fn set_text(evaluation: &SetEvaluation, id: RuleId) -> String {
    format!("rule {id} of {}: {evaluation:?}", evaluation.set().len())
}
