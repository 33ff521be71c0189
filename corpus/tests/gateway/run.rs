//! A run of questions: both engines, and how they agree.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use tamis_corpus::atc::Questions;
use tamis_corpus::atc_judge::{Agreement, judge};

use crate::process::Answers;

/// What came of a run.
#[derive(Debug, Default)]
pub(crate) struct Run {
    /// How many questions agreed in each way.
    pub(crate) agreements: BTreeMap<Agreement, u64>,
    /// What nothing explains.
    pub(crate) differences: Vec<String>,
}

impl Run {
    /// Asks both engines; `told` hears of each difference when it is found.
    pub(crate) fn new(numbers: Range<u64>, mut told: impl FnMut(&str)) -> Self {
        let mut run = Self::default();
        let mut questions = Questions::default();
        for (seed, theirs) in Answers::new(numbers) {
            let question = questions.get(seed);
            match judge(&question, &theirs) {
                Ok(agreement) => *run.agreements.entry(agreement).or_default() += 1,
                Err(difference) => {
                    let rule: String = question.rule.chars().take(300).collect();
                    let difference = format!("{seed}: {rule:?}\n  {difference}");
                    told(&difference);
                    run.differences.push(difference);
                }
            }
        }
        run
    }

    /// How many questions agreed in a way.
    pub(crate) fn count(&self, agreement: Agreement) -> u64 {
        self.agreements.get(&agreement).copied().unwrap_or_default()
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (agreement, count) in &self.agreements {
            write!(f, "{agreement:?} {count}, ")?;
        }
        write!(f, "different {}", self.differences.len())
    }
}
