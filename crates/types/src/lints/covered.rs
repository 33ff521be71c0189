//! Rules of a file that mean the same as another, or match only what another matches.
//!
//! Most pairs have nothing to do with each other.
//! An example of each rule, and a value that each rule needs, sort these out; only pairs that are left get a diagram.

use std::collections::HashMap;

use tamis_lang::catalog::Catalog;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Severity};
use tamis_lang::span::Span;

use crate::analysis::Rule;
use crate::check::Checker;
use crate::hir::Hir;
use crate::logic::{Choice, Example, Needed, Node, Sketch, Space};

/// The most conditions of a rule that is compared with others.
const MOST_CONDITIONS: usize = 128;

/// How many conditions are looked at in examples.
const BUDGET: usize = 4_000_000;

/// How many pairs get a diagram, for each rule of the file.
const PAIRS_PER_RULE: usize = 4;

/// A rule that is compared with others.
struct Entry<'h> {
    name: &'h str,
    span: Span,
    hir: &'h Hir,
    sketch: Sketch<'h>,
    examples: [Example<'h>; 2],
}

/// A rule of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listed<'h> {
    rule: &'h Rule,
    /// Where it is named.
    name: Span,
}

impl<'h> Listed<'h> {
    pub(crate) const fn new(rule: &'h Rule, name: Span) -> Self {
        Self { rule, name }
    }
}

impl<'h> Entry<'h> {
    /// A rule to compare; none where it has an error, is too large, or is the same for every request.
    fn new(catalog: &'h Catalog, listed: Listed<'h>) -> Option<Self> {
        let Listed { rule, name: span } = listed;
        let hir = rule.checked()?.hir();
        let is_small = hir.conditions.len() <= MOST_CONDITIONS;
        let mut space = is_small.then(|| Space::of_proofs(catalog, &[hir])).flatten()?;
        let root = space.root(0)?;
        let present = space.where_present();
        if root == Node::FALSE || space.implies(present, root)? {
            return None;
        }
        let examples = [Choice::First, Choice::Last].map(|choice| Example::of(&space, root, choice));
        Some(Self { name: rule.name.as_deref()?, span, hir, sketch: Sketch::new(catalog, hir), examples })
    }
}

/// What one rule is beside another.
enum Relation {
    Equal,
    Covered,
}

/// Reports rules that another rule of the file makes useless.
pub(crate) fn check(checker: &mut Checker<'_>, rules: &[Listed<'_>]) {
    if !checker.options.relations || rules.len() < 2 || !checker.sink.has_room(Severity::Warning) {
        return;
    }
    let entries: Vec<Entry<'_>> = rules.iter().filter_map(|listed| Entry::new(checker.catalog, *listed)).collect();
    let index = Index::new(&entries);
    let mut search = Search { budget: BUDGET, pairs: PAIRS_PER_RULE.saturating_mul(entries.len()) };
    for (place, entry) in entries.iter().enumerate() {
        let Some((other, relation)) = search.cover(checker, &entries, &index, place) else { continue };
        let Some(other) = entries.get(other) else { continue };
        report(checker, entry, other, &relation);
    }
}

/// Rules by a value that they need.
struct Index {
    by_value: HashMap<Needed, Vec<usize>>,
    /// Those that need no one value.
    others: Vec<usize>,
}

impl Index {
    fn new(entries: &[Entry<'_>]) -> Self {
        let mut index = Self { by_value: HashMap::new(), others: Vec::new() };
        for (place, entry) in entries.iter().enumerate() {
            match entry.sketch.needed() {
                Some(needed) => index.by_value.entry(needed).or_default().push(place),
                None => index.others.push(place),
            }
        }
        index
    }

    /// The rules that may match an example, in the order of the file.
    fn candidates(&self, example: &Example<'_>) -> Vec<usize> {
        let needed = example.needs().filter_map(|needed| self.by_value.get(&needed)).flatten();
        let mut found: Vec<usize> = needed.chain(&self.others).copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// How much is left to be done.
struct Search {
    budget: usize,
    pairs: usize,
}

impl Search {
    /// The first rule that matches everything that one rule matches.
    fn cover(
        &mut self,
        checker: &Checker<'_>,
        entries: &[Entry<'_>],
        index: &Index,
        place: usize,
    ) -> Option<(usize, Relation)> {
        let entry = entries.get(place)?;
        for candidate in index.candidates(entry.examples.first()?) {
            let Some(other) = entries.get(candidate).filter(|_| candidate != place) else { continue };
            self.budget = self.budget.checked_sub(other.hir.conditions.len())?;
            if entry.examples.iter().any(|example| other.sketch.at(example) == Some(false)) {
                continue;
            }
            self.pairs = self.pairs.checked_sub(1)?;
            let Some(relation) = relation(checker, entry, other) else { continue };
            match relation {
                // Of two equal rules the second is told.
                Relation::Equal if candidate > place => {}
                relation => return Some((candidate, relation)),
            }
        }
        None
    }
}

fn relation(checker: &Checker<'_>, entry: &Entry<'_>, other: &Entry<'_>) -> Option<Relation> {
    let mut space = Space::of_proofs(checker.catalog, &[entry.hir, other.hir])?;
    let (own, whole) = (space.root(0)?, space.root(1)?);
    if own == whole {
        return Some(Relation::Equal);
    }
    space.implies(own, whole)?.then_some(Relation::Covered)
}

fn report(checker: &mut Checker<'_>, entry: &Entry<'_>, other: &Entry<'_>, relation: &Relation) {
    let (own, name) = (entry.name, other.name);
    match relation {
        Relation::Equal => checker.report(Severity::Warning, |_| {
            Diagnostic::new(Code::EqualRules, entry.span, format!("`{own}` means the same as `{name}`"))
                .label(other.span, "the same requests match this rule")
        }),
        Relation::Covered => checker.report(Severity::Hint, |_| {
            Diagnostic::new(Code::CoveredRule, entry.span, format!("`{name}` matches whatever `{own}` matches"))
                .label(other.span, "this rule matches more")
        }),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_clean};
    use expect_test::expect;

    #[test]
    fn rules_that_others_make_useless_are_told() {
        check(
            &[
                "rule a = http.response.status_code >= 500\nrule b = http.response.status_code == 503\n",
                "rule a = http.response.status_code == 503 && tls.resumed\nrule b = tls.resumed == true && http.response.status_code in 503..503\n",
                "let slow = 2s\nrule a = proxy.kong.latency.total > slow\nrule b = proxy.kong.latency.total > 3s && tls.resumed\nrule c = proxy.kong.latency.total > 2000ms\n",
                "rule a = http.request.method == \"GET\" || tls.resumed\nrule b = tls.resumed && url.path ^= \"/v1\"\n",
                "rule a = url.path ~ \"x+\" && tls.resumed\nrule b = url.path ~ \"x+\" && tls.resumed && http.response.status_code == 500\n",
            ],
            &expect![[r#"
                > rule a = http.response.status_code >= 500
                > rule b = http.response.status_code == 503
                T509 hint 47..48 `a` matches whatever `b` matches
                  label 5..6 this rule matches more
                > rule a = http.response.status_code == 503 && tls.resumed
                > rule b = tls.resumed == true && http.response.status_code in 503..503
                T508 warning 62..63 `b` means the same as `a`
                  label 5..6 the same requests match this rule
                > let slow = 2s
                > rule a = proxy.kong.latency.total > slow
                > rule b = proxy.kong.latency.total > 3s && tls.resumed
                > rule c = proxy.kong.latency.total > 2000ms
                T509 hint 60..61 `a` matches whatever `b` matches
                  label 19..20 this rule matches more
                T508 warning 114..115 `c` means the same as `a`
                  label 19..20 the same requests match this rule
                > rule a = http.request.method == "GET" || tls.resumed
                > rule b = tls.resumed && url.path ^= "/v1"
                T509 hint 58..59 `a` matches whatever `b` matches
                  label 5..6 this rule matches more
                > rule a = url.path ~ "x+" && tls.resumed
                > rule b = url.path ~ "x+" && tls.resumed && http.response.status_code == 500
                T509 hint 45..46 `a` matches whatever `b` matches
                  label 5..6 this rule matches more
            "#]],
        );
    }

    #[test]
    fn rules_that_match_something_of_their_own_are_fine() {
        check_clean(
            "rule a = http.response.status_code == 503 && tls.resumed\n\
             rule b = http.response.status_code == 503 && tls.established\n\
             rule c = http.response.status_code >= 500 && tls.resumed == false\n\
             rule d = url.path ~ \"a+\"\n\
             rule e = url.path ~ \"a+b\"\n\
             rule f = true\n",
        );
    }
}
