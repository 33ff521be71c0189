//! The engines that are compared, behind one trait: Tamis, its peers, and hand-written Rust.
//!
//! Every engine gets the same rules in its own language, with field names of the same length, and the same requests.
//! What an engine cannot say it leaves out.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that is wrong has to stop"
)]

mod a_tree;
mod atc;
mod cel;
mod hand;
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures are rounded"
)]
pub(crate) mod measure;
mod tamis;
mod wirefilter;

use tamis_benches::request::{Field, Request};
use tamis_benches::rule::{Rule, Test};

use self::a_tree::ATreeEngine;
use self::atc::Atc;
use self::cel::Cel;
use self::hand::Hand;
pub(crate) use self::tamis::Tamis;
use self::tamis::TamisLoop;
use self::wirefilter::Wirefilter;

/// Every engine; hand-written Rust, which the others are measured against, comes first.
pub(crate) fn all() -> Vec<Box<dyn Engine>> {
    vec![
        Box::new(Hand),
        Box::new(Tamis::new()),
        Box::new(TamisLoop(Tamis::new())),
        Box::new(Wirefilter::new()),
        Box::new(Atc::new()),
        Box::new(Cel::new()),
        Box::new(ATreeEngine::new()),
    ]
}

/// An engine.
pub(crate) trait Engine {
    /// What tables call it.
    fn name(&self) -> &'static str;

    /// One rule of the first workload: with the context built, and starting from the request.
    fn single<'a>(&'a self, place: usize, rule: &Rule, requests: &'a [Request]) -> Option<[Pass<'a>; 2]>;

    /// Many rules.
    fn set<'a>(&'a self, rules: &[Rule], wanted: Wanted) -> Option<Search<'a>>;

    /// What turns text into something that can be evaluated: the rule of this number, which is dropped again.
    fn loader<'a>(&'a self, rules: &[Rule]) -> Option<Loader<'a>>;
}

/// How many matches of a set are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of them.
    All,
    /// That of the lowest number.
    First,
}

/// Evaluates one rule on all requests.
///
/// With a list it puts each verdict there, and otherwise only counts them.
pub(crate) type Pass<'a> = Box<dyn FnMut(Option<&mut Vec<bool>>) -> usize + 'a>;

/// Finds the rules of a set that match a request, by their numbers, in any order.
pub(crate) type Search<'a> = Box<dyn FnMut(&'a Request, &mut Vec<u32>) + 'a>;

/// Loads one rule.
pub(crate) type Loader<'a> = Box<dyn FnMut(usize) + 'a>;

/// Makes a [`Pass`] of what is asked for each request, so that the compiler sees both in one piece.
pub(crate) fn pass<'a, C: 'a>(mut contexts: Vec<C>, mut decide: impl FnMut(&mut C) -> bool + 'a) -> Pass<'a> {
    Box::new(move |told| match told {
        Some(verdicts) => {
            verdicts.extend(contexts.iter_mut().map(&mut decide));
            verdicts.len()
        }
        None => contexts.iter_mut().map(|context| usize::from(decide(context))).sum(),
    })
}

/// The spelling of logic in a peer's language; every inner group gets parentheses.
struct Logic {
    and: &'static str,
    or: &'static str,
    not: &'static str,
}

/// The usual spelling.
const SYMBOLS: Logic = Logic { and: " && ", or: " || ", not: "!" };

/// A rule in a peer's language, if that can say it.
fn spell(rule: &Rule, logic: &Logic, test: &dyn Fn(Field, &Test) -> Option<String>) -> Option<String> {
    let join = |parts: &[Rule], between| {
        let parts: Option<Vec<_>> = parts.iter().map(|part| group(part, logic, test)).collect();
        parts.map(|parts| parts.join(between))
    };
    match rule {
        Rule::All(parts) => join(parts, logic.and),
        Rule::Any(parts) => join(parts, logic.or),
        Rule::Not(part) => spell(part, logic, test).map(|part| format!("{}({part})", logic.not)),
        Rule::Is(field, is) => test(*field, is),
    }
}

fn group(rule: &Rule, logic: &Logic, test: &dyn Fn(Field, &Test) -> Option<String>) -> Option<String> {
    let text = spell(rule, logic, test)?;
    Some(if matches!(rule, Rule::All(_) | Rule::Any(_)) { format!("({text})") } else { text })
}

/// A field's name where only letters, digits, underscores and dots make names.
fn dotted(field: Field) -> String {
    field.name().replace('-', "_")
}

/// A field's name where dots do not.
fn underscored(field: Field) -> String {
    field.name().replace(['-', '.'], "_")
}

/// A regular expression for a prefix, where there is no other way.
fn prefix_pattern(prefix: &str) -> String {
    format!("^{}", prefix.replace('.', "[.]"))
}
