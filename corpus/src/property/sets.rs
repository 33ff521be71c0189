//! Rule sets beside their rules, one by one.

use std::sync::Arc;

use tamis_lang::phase::Phase;
use tamis_lang::sampling::Randomness;
use tamis_lang::scratch::Scratch;
use tamis_vm::set::{Memory, RuleId, RuleSet, SetEvaluation};
use tamis_vm::{Evaluation, PhasedProgram, Program, Verdict, compile, compile_phased};

use super::phases::{Arriving, PHASES, Traced};
use super::{Outcome, analysed};
use crate::generate::{self, Document, Request, Source};

/// The most rules that a set begins with.
const MOST_RULES: usize = 10;
/// How often a set is changed.
const CHANGES: usize = 4;
/// Requests between two changes.
const REQUESTS: usize = 3;

/// A rule outside the set.
#[derive(Debug)]
struct Rule {
    text: String,
    program: Program,
    phased: PhasedProgram,
    priority: i32,
}

/// A set and its rules, each in the place of its id.
#[derive(Debug, Default)]
struct Beside {
    set: RuleSet,
    rules: Vec<Option<Rule>>,
    /// What the requests are made from: the fields of all texts.
    interests: Document,
}

/// Whatever rules are added to a set and removed from it, it says of each request what the rules say one by one, and
/// decides each rule at the phase at which the rule itself is decided; answers how many requests were looked at.
///
/// # Errors
///
/// What the set says, what the rules say, and the request.
pub fn set_equals_its_rules(
    mut source: Source<'_>,
    memory: &mut Memory,
    scratch: &mut Scratch,
) -> Result<usize, String> {
    let mut beside = Beside::default();
    let mut first: Vec<Rule> = Vec::new();
    while first.len() < 1 + source.below(MOST_RULES) {
        let (rules, rest) = rules(source, &mut beside.interests)?;
        first.extend(rules);
        source = rest;
    }
    if source.one_in(2) {
        let all = first.iter().map(|rule| (&rule.program, rule.priority));
        beside.set = RuleSet::of(all).map_err(|full| full.to_string())?;
        beside.rules = first.into_iter().map(Some).collect();
    } else {
        first.into_iter().try_for_each(|rule| beside.insert(rule))?;
    }
    let mut n_requests = 0;
    for _ in 0..=CHANGES {
        for _ in 0..REQUESTS {
            let request = generate::request(&beside.interests, &mut source);
            let outcome = beside.agrees(&request, memory, scratch);
            let outcome = outcome.and_then(|()| beside.follows(&request, &mut source, memory, scratch));
            outcome.map_err(|problem| format!("{problem}\n{}\n{}", beside.texts(), request.describe()))?;
            n_requests += 1;
        }
        if source.one_in(2) {
            let (rules, rest) = rules(source, &mut beside.interests)?;
            source = rest;
            rules.into_iter().try_for_each(|rule| beside.insert(rule))?;
        } else {
            let ids: Vec<RuleId> = beside.set.ids().collect();
            if let Some(id) = source.pick(&ids).copied() {
                beside.remove(id)?;
            }
        }
    }
    Ok(n_requests)
}

/// The rules of one more text.
fn rules<'s>(source: Source<'s>, interests: &mut Document) -> Result<(Vec<Rule>, Source<'s>), String> {
    let (document, mut source) = generate::document(source);
    let analysis = analysed(&document.text);
    let mut rules = Vec::new();
    for rule in analysis.rules() {
        let checked = rule.checked().ok_or_else(|| format!("a generated rule has an error\n{}", document.text))?;
        let priority = i32::try_from(source.below(3)).unwrap_or_default();
        let (program, phased) = (compile(checked), compile_phased(checked));
        rules.push(Rule { text: document.text.clone(), program, phased, priority });
    }
    interests.interests.extend(document.interests);
    Ok((rules, source))
}

impl Beside {
    fn insert(&mut self, rule: Rule) -> Outcome {
        let id = self.set.insert(&rule.program, rule.priority).map_err(|full| full.to_string())?;
        if id.index() == self.rules.len() {
            self.rules.push(None);
        }
        match self.rules.get_mut(id.index()) {
            Some(place @ None) => *place = Some(rule),
            _ => return Err(format!("the id {id} is taken")),
        }
        Ok(())
    }

    fn remove(&mut self, id: RuleId) -> Outcome {
        let gone = self.rules.get_mut(id.index()).and_then(Option::take);
        if gone.is_none() || !self.set.remove(id) || self.set.remove(id) {
            return Err(format!("the rule {id} is not removed once"));
        }
        Ok(())
    }

    /// The rules that are in the set, with their ids.
    fn rules(&self) -> impl Iterator<Item = (usize, &Rule)> {
        self.rules.iter().enumerate().filter_map(|(id, rule)| Some((id, rule.as_ref()?)))
    }

    fn texts(&self) -> String {
        self.rules().map(|(id, rule)| format!("{id}: {}\n", rule.text)).collect()
    }

    /// All matches, their number and the first one.
    fn agrees(&self, request: &Request, memory: &mut Memory, scratch: &mut Scratch) -> Outcome {
        let matching = self.rules().filter(|(_, rule)| rule.program.run(request, scratch) == Verdict::Match);
        let matching: Vec<(usize, i32)> = matching.map(|(id, rule)| (id, rule.priority)).collect();
        let expected: Vec<usize> = matching.iter().map(|(id, _)| *id).collect();
        let found: Vec<usize> = self.set.matches(request, memory).iter().map(|id| id.index()).collect();
        if found != expected {
            return Err(format!("the set says {found:?}, its rules {expected:?}"));
        }
        let best = matching.iter().max_by_key(|(id, priority)| (*priority, std::cmp::Reverse(*id))).map(|(id, _)| *id);
        let first = self.set.first_match(request, memory).map(RuleId::index);
        if first != best || self.set.count(request, memory) != expected.len() {
            return Err(format!("the first match is {first:?}, not {best:?}, or the count differs"));
        }
        Ok(())
    }

    /// The same phase by phase, with fields that come late and in any order.
    fn follows(
        &self,
        request: &Request,
        source: &mut Source<'_>,
        memory: &mut Memory,
        scratch: &mut Scratch,
    ) -> Outcome {
        let sixteenth = u64::try_from(source.below(16)).unwrap_or(0) << 52;
        let traced = Traced { request, randomness: Randomness::new(sixteenth) };
        let arrivals = self.set.fields().iter();
        let arrivals: Vec<_> = arrivals
            .map(|field| (field.id, field.key.as_deref().map(str::to_owned), source.below(PHASES.len())))
            .collect();
        let mut arriving = Arriving { traced: &traced, arrivals: &arrivals, step: 0 };
        let mut alone: Vec<(usize, Evaluation)> =
            self.rules().map(|(id, rule)| (id, rule.phased.evaluation())).collect();
        let mut together = SetEvaluation::new(Arc::new(self.set.clone()));
        for (step, phase) in PHASES.into_iter().enumerate() {
            arriving.step = step;
            let new: Vec<usize> = together.advance(phase, &arriving, memory).iter().map(|id| id.index()).collect();
            let mut expected = Vec::new();
            let mut n_open = 0;
            for (id, evaluation) in &mut alone {
                let was_open = evaluation.verdict() == Verdict::NotYet;
                let verdict = evaluation.advance(phase, &arriving, scratch);
                let found = self.set.ids().find(|known| known.index() == *id).and_then(|id| together.verdict(id));
                if found != Some(verdict) {
                    return Err(format!("at {phase} the set says {found:?} of rule {id}, the rule {verdict}"));
                }
                n_open += usize::from(verdict == Verdict::NotYet);
                if was_open && verdict == Verdict::Match {
                    expected.push(*id);
                }
            }
            let tally = together.tally();
            if new != expected || tally.open != n_open || tally.matched != together.matches().count() {
                return Err(format!("at {phase} {new:?} match and not {expected:?}; {tally:?}, and {n_open} are open"));
            }
            if together.next_phase().is_some_and(|next: Phase| next <= phase || n_open == 0) {
                return Err(format!("the phase after {phase} is {:?}", together.next_phase()));
            }
        }
        Ok(())
    }
}
