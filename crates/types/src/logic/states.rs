//! The states of one variable: absent, and the classes of values that its tests tell apart.

use std::collections::HashMap;

use tamis_lang::catalog::Field;
use tamis_lang::sampling::Randomness;
use tamis_lang::value::Constant;

use super::atom::{HowMany, Passes, Test};
use super::collect::{Kind, Variable};
use super::domain::{self, Purpose};

/// The most states of one variable.
const MOST_STATES: usize = 512;

/// The most answers that are asked for one variable.
const MOST_ANSWERS: usize = 400_000;

/// The most values that are kept of one class.
const MOST_VALUES: usize = 12;

/// How many values are looked through one by one.
const FEW_VALUES: usize = 64;

/// A class of values, or of several values together.
#[derive(Clone, Debug)]
pub(super) struct Class {
    /// Examples, the plainest first; each is all the values of the field.
    pub(super) examples: Vec<Vec<Constant>>,
    /// What each test says.
    pub(super) answers: Vec<bool>,
}

/// The states of a variable: the first is "absent", the others are these classes.
#[derive(Debug)]
pub(super) struct States {
    pub(super) classes: Vec<Class>,
    /// What each test says where there is no value.
    pub(super) absent: Vec<bool>,
    /// Whether the answers are known; where not, each test is a variable of its own.
    pub(super) is_known: bool,
    /// Of each test what it says of every value, if that is the same for all.
    pub(super) every: Vec<Option<bool>>,
}

impl States {
    pub(super) fn of(variable: &Variable<'_>, field: Option<&Field>, purpose: Purpose) -> Self {
        let absent: Vec<bool> = variable.tests.iter().map(|test| test.absent).collect();
        let every = variable.tests.iter().map(|test| match &test.passes {
            Passes::Every(answer) => Some(*answer),
            Passes::Compare(_) | Passes::Body(_) | Passes::Share(_) => None,
        });
        let every = every.collect();
        let mut bounds = Vec::new();
        for test in &variable.tests {
            test.bounds(&mut |bound| bounds.push(bound));
        }
        let pool = match variable.kind {
            Kind::Randomness => randomness(&variable.tests),
            Kind::Field(_) | Kind::Term => domain::pool(variable.ty, &bounds, field, purpose),
        };
        let mut values = pool.values;
        if variable.is_open && purpose == Purpose::Requests {
            values.extend(domain::related(variable.ty, &variable.related, field));
            values.extend(variable.patterns.iter().filter_map(|pattern| super::pattern::example(pattern)));
        }
        let known = pool.is_complete && values.len().saturating_mul(variable.tests.len()) <= MOST_ANSWERS;
        let classes = known.then(|| classes(variable, &values)).flatten();
        match classes {
            Some(classes) => Self { classes, absent, is_known: true, every },
            None => {
                values.truncate(MOST_VALUES);
                let examples = values.into_iter().map(|value| vec![value]).collect();
                Self { classes: vec![Class { examples, answers: Vec::new() }], absent, is_known: false, every }
            }
        }
    }

    /// Whether a test holds in a state.
    pub(super) fn holds(&self, state: usize, test: usize) -> bool {
        match state.checked_sub(1) {
            None => self.absent.get(test).copied().unwrap_or(false),
            Some(class) => self.classes.get(class).and_then(|class| class.answers.get(test)).copied().unwrap_or(false),
        }
    }

    /// How many states there are.
    pub(super) fn len(&self) -> usize {
        self.classes.len() + 1
    }
}

/// The largest randomness, and each on the edge of a share.
fn randomness(tests: &[Test<'_>]) -> domain::Pool {
    let thresholds = tests.iter().filter_map(|test| match &test.passes {
        Passes::Share(threshold) => Some(threshold.get()),
        Passes::Every(_) | Passes::Compare(_) | Passes::Body(_) => None,
    });
    let near = thresholds.flat_map(|threshold| [Some(threshold), threshold.checked_sub(1)]).flatten();
    let all = near.chain([0, Randomness::MAX.get()]).filter(|n| *n <= Randomness::MAX.get());
    let values = all.filter_map(|n| i64::try_from(n).ok()).map(Constant::Int).collect();
    domain::Pool { values, is_complete: true }
}

/// The classes of one variable; none where there are too many.
fn classes(variable: &Variable<'_>, values: &[Constant]) -> Option<Vec<Class>> {
    let single = singles(&variable.tests, values)?;
    let is_term = matches!(variable.kind, Kind::Term);
    if variable.many { several(&variable.tests, single, is_term) } else { Some(single) }
}

/// Values by their answers.
fn singles(tests: &[Test<'_>], values: &[Constant]) -> Option<Vec<Class>> {
    let mut classes: Vec<Class> = Vec::new();
    let mut places: HashMap<Vec<bool>, usize> = HashMap::new();
    // Few values are in few classes, which are looked through faster than a table is filled.
    let is_small = values.len() <= FEW_VALUES;
    let mut answers: Vec<bool> = Vec::with_capacity(tests.len());
    for value in values {
        answers.clear();
        answers.extend(tests.iter().map(|test| test.passes(value)));
        let known = if is_small {
            classes.iter().position(|class| class.answers == answers)
        } else {
            places.get(&answers).copied()
        };
        if let Some(class) = known.and_then(|place| classes.get_mut(place)) {
            let is_new = |class: &Class| !class.examples.iter().any(|known| known.first() == Some(value));
            if class.examples.len() < MOST_VALUES && is_new(class) {
                class.examples.push(vec![value.clone()]);
            }
            continue;
        }
        if classes.len() >= MOST_STATES {
            return None;
        }
        if !is_small {
            places.insert(answers.clone(), classes.len());
        }
        classes.push(Class { examples: vec![vec![value.clone()]], answers: answers.clone() });
    }
    Some(classes)
}

/// What several values say together: a test of every value holds where it holds of each, a test of one where it holds
/// of some. Adding value after value until nothing new is said gives every combination of answers.
fn several(tests: &[Test<'_>], mut single: Vec<Class>, is_term: bool) -> Option<Vec<Class>> {
    if is_term {
        // An operation without a result passes no test, and it is among the results of an expression.
        single.push(Class { examples: Vec::new(), answers: vec![false; tests.len()] });
    }
    let mut found = single.clone();
    let mut places: HashMap<Vec<bool>, usize> =
        found.iter().enumerate().map(|(place, class)| (class.answers.clone(), place)).collect();
    let mut next = 0;
    while let Some(class) = found.get(next).cloned() {
        next += 1;
        for other in &single {
            let pairs = class.answers.iter().zip(&other.answers).zip(tests);
            let answers: Vec<bool> = pairs
                .map(|((a, b), test)| match test.how_many {
                    HowMany::One => *a || *b,
                    HowMany::Every => *a && *b,
                })
                .collect();
            if places.contains_key(&answers) {
                continue;
            }
            if found.len() >= MOST_STATES {
                return None;
            }
            places.insert(answers.clone(), found.len());
            let examples = class.examples.iter().zip(other.examples.iter().cycle());
            let examples = examples.map(|(a, b)| [a.as_slice(), b].concat()).collect();
            found.push(Class { examples, answers });
        }
    }
    Some(found)
}
