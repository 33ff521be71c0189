//! What is proved about rules, and the changes that flip a verdict, beside every request that there is.

use tamis_lang::scratch::Scratch;
use tamis_lang::value::Constant;
use tamis_types::analysis::CheckedRule;
use tamis_vm::reason::{Flip, Found, Relation, compare, explain};
use tamis_vm::{Program, Verdict, compile};

use super::{Outcome, analysed};
use crate::generate::{self, CATALOG, Request, SmallFields, Source};

/// The most conditions of a rule whose smallest change is looked for by trying everything.
const MOST_CONDITIONS: usize = 12;

fn checked(text: &str) -> Result<CheckedRule, String> {
    let analysis = analysed(text);
    let rule = analysis.rules().first().and_then(|rule| rule.checked());
    rule.cloned().ok_or_else(|| format!("{:?}\n{text}", analysis.diagnostics.first()))
}

/// Of two small rules everything that is said holds for every request over their fields; answers what was said.
///
/// # Errors
///
/// What does not hold.
pub fn comparison_is_right(source: &mut Source<'_>, with_unknown: bool) -> Result<Relation, String> {
    let (old, new, fields) = generate::small_pair(source, with_unknown);
    let (first, second) = (checked(&old)?, checked(&new)?);
    let found = compare(&CATALOG, &first, &second);
    let programs = [compile(&first), compile(&second)];
    let mut scratch = Scratch::default();
    for request in fields.requests() {
        let [a, b] = programs.each_ref().map(|program| program.run(&request, &mut scratch) == Verdict::Match);
        let wrong = [
            (&found.only_old, a && !b, "only the old rule matches"),
            (&found.only_new, b && !a, "only the new rule matches"),
            (&found.both, a && b, "both match"),
        ];
        if let Some((_, _, what)) = wrong.into_iter().find(|(said, is, _)| said.is_nothing() && *is) {
            return Err(format!("{what} {}\n{old}\n{new}", request.describe()));
        }
    }
    witnesses_are_usual(&found.only_old, &found.only_new).map_err(|why| format!("{why}\n{old}\n{new}"))?;
    Ok(found.relation())
}

/// A request that is shown is one that the catalog allows: one value where it says one.
fn witnesses_are_usual(first: &Found, second: &Found) -> Outcome {
    for request in [first, second].into_iter().filter_map(|found| found.request()) {
        if let Some((field, values)) = request.fields().iter().find(|(field, values)| !field.many && values.len() > 1) {
            return Err(format!("`{}` has {} values", field.name, values.len()));
        }
    }
    Ok(())
}

/// The conditions that are said to be never or always true are so, whatever request comes.
///
/// # Errors
///
/// The request that shows otherwise.
pub fn warnings_are_right(source: &mut Source<'_>) -> Result<bool, String> {
    use tamis_lang::code::Code;
    let (text, _, fields) = generate::small_pair(source, true);
    let analysis = analysed(&text);
    let rule = checked(&text)?;
    let program = compile(&rule);
    let mut scratch = Scratch::default();
    let requests = fields.requests();
    let mut verdicts = |program: &Program| -> Vec<Verdict> {
        requests.iter().map(|request| program.run(request, &mut scratch)).collect()
    };
    let before = verdicts(&program);
    let mut n_said = false;
    for diagnostic in &analysis.diagnostics {
        let span = diagnostic.span.slice(&text);
        n_said |= matches!(diagnostic.code, Code::Contradiction | Code::NeverTrue | Code::AlwaysTrue | Code::Redundant);
        if diagnostic.code == Code::Redundant {
            for fix in &diagnostic.fixes {
                let mended = fix.apply(&text);
                if verdicts(&compile(&checked(&mended)?)) != before {
                    return Err(format!("{} changes something in\n{text}\n{mended}", diagnostic.message));
                }
            }
        }
        if diagnostic.code == Code::NeverTrue || diagnostic.code == Code::AlwaysTrue && diagnostic.labels.is_empty() {
            let wanted = Verdict::from(diagnostic.code == Code::AlwaysTrue);
            let part = compile(&checked(span)?);
            let present = |request: &&Request| diagnostic.notes.is_empty() || !request.describe().contains("[]");
            if requests.iter().filter(present).any(|request| part.run(request, &mut Scratch::default()) != wanted) {
                return Err(format!("{} in\n{text}", diagnostic.message));
            }
        }
        if let (Code::Contradiction, [label]) = (diagnostic.code, diagnostic.labels.as_slice()) {
            let both = format!("({}) && ({span})", label.span.slice(&text));
            let both = compile(&checked(&both)?);
            if requests.iter().any(|request| both.run(request, &mut Scratch::default()) == Verdict::Match) {
                return Err(format!("{} in\n{text}", diagnostic.message));
            }
        }
    }
    Ok(n_said)
}

/// What an explanation of a generated rule and request says: the machine's verdict, and a change that flips it.
///
/// Answers whether there is a change, and nothing where the rule says the same of every request.
///
/// # Errors
///
/// What is wrong.
pub fn explanation_is_right(rule: &CheckedRule, text: &str, request: &Request) -> Result<Option<bool>, String> {
    let program = compile(rule);
    let mut scratch = Scratch::default();
    let verdict = program.run(request, &mut scratch);
    let explanation = explain(&CATALOG, rule, request);
    let fail = |what: &str| Err(format!("{what}\n{text}\n{}", request.describe()));
    if explanation.verdict != verdict {
        return fail("the explanation has another verdict than the machine");
    }
    if explanation.conditions.first().is_some_and(|root| Verdict::from(root.holds) != verdict) {
        return fail("the conditions give another verdict than the machine");
    }
    match &explanation.flip {
        Flip::Never => Ok(None),
        Flip::Unknown => Ok(Some(false)),
        Flip::Change(change) if program.run(&change.facts, &mut scratch) == verdict => fail("the change flips nothing"),
        Flip::Change(change) if change.fields.is_empty() => fail("the change changes nothing"),
        Flip::Change(_) => Ok(Some(true)),
    }
}

/// Of a small rule and one of its requests no smaller change flips the verdict, if it is said to be the smallest.
///
/// Answers how many fields it changes.
///
/// # Errors
///
/// The smaller change.
pub fn change_is_smallest(source: &mut Source<'_>, with_unknown: bool) -> Result<usize, String> {
    let (text, _, fields) = generate::small_pair(source, with_unknown);
    let rule = checked(&text)?;
    let requests = fields.requests();
    let Some(request) = source.pick(&requests) else { return Ok(0) };
    explanation_is_right(&rule, &text, request)?;
    let Flip::Change(change) = explain(&CATALOG, &rule, request).flip else { return Ok(0) };
    if rule.hir().conditions.len() > MOST_CONDITIONS || !change.is_smallest {
        return Ok(change.fields.len());
    }
    let program = compile(&rule);
    let mut scratch = Scratch::default();
    let verdict = program.run(request, &mut scratch);
    let smaller = requests.iter().find(|other| {
        distance(&fields, request, other) < change.fields.len() && program.run(*other, &mut scratch) != verdict
    });
    match smaller {
        None => Ok(change.fields.len()),
        Some(other) => Err(format!("{text}\n{}\nneeds only {}", request.describe(), other.describe())),
    }
}

/// In how many fields two requests differ.
fn distance(fields: &SmallFields, a: &Request, b: &Request) -> usize {
    let values = |request: &Request, name: &str| -> Vec<Constant> { request.named(name).to_vec() };
    fields.names().filter(|name| values(a, name) != values(b, name)).count()
}
