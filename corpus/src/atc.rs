//! Rules as atc-router reads them: a generator that is fond of its traps, and our answer to what it makes.
//!
//! The answer of the real engine is asked for in the tests, which alone depend on it.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::rc::Rc;

use tamis_lang::catalog::{Catalog, Field};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Applicability, Diagnostic};
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::scratch::Scratch;
use tamis_lang::ty::Ty;
use tamis_lang::value::{Constant, Value};
use tamis_types::analysis::{Options, analyze};
use tamis_vm::{Fact, Facts, FieldRef, Verdict};

use crate::atc_slip::hostile;
use crate::atc_text::{Chance, Writer};

/// How many questions in a row are asked about one schema.
const ABOUT_ONE: u64 = 32;

/// The requests of a question.
pub const REQUESTS: u64 = 4;

/// How many questions there are for one that is deep, long or large.
const HOSTILE: u64 = 300;

/// A schema, a rule, and some requests.
#[derive(Clone, Debug)]
pub struct Question {
    /// What the rule may name.
    pub schema: Rc<Schema>,
    /// The rule, which may be broken.
    pub rule: String,
    /// The values of some fields, for each request.
    pub requests: Vec<Request>,
}

/// The names that a rule may use.
#[derive(Debug)]
pub struct Schema {
    /// Name and type of each field; a name that ends with `.*` is a wildcard.
    pub fields: Vec<(&'static str, Ty)>,
    /// Every name that a rule may use, wildcards by some of their members.
    known: Vec<(&'static str, Ty)>,
    catalog: Catalog,
}

/// Questions by their numbers; the schema of the last one is kept for the next.
#[derive(Debug, Default)]
pub struct Questions {
    last: Option<(u64, Rc<Schema>)>,
}

/// The values of one request by the names of their fields.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The fields that are there.
    pub values: HashMap<&'static str, Vec<Constant>>,
}

/// What our engine makes of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The rule is taken; whether each request matches.
    Accepted(Vec<bool>),
    /// The rule is refused, with these errors.
    Refused(Vec<Diagnostic>),
}

/// Names of fields, each with another trap: keywords, odd dots, wildcards beside exact names.
const NAMES: &[&str] = &[
    "a",
    "b.c",
    "http.path.segments.0_1",
    "x.3p.y",
    "in",
    "not",
    "contains",
    "lower",
    "any",
    "true",
    "null",
    "like",
    "and",
    "infe80",
    "c..d",
    "e.",
    "h.*",
    "h.len",
    "h.x.*",
    "k.l.*",
];

/// Names that the wildcards of [`NAMES`] cover.
const MEMBERS: &[(&str, &str)] =
    &[("h.*", "h.x"), ("h.*", "h.in"), ("h.*", "h."), ("h.x.*", "h.x.y"), ("k.l.*", "k.l.0")];

impl Schema {
    fn new(number: u64) -> Self {
        let mut chance = Chance::new(number ^ SCHEMA);
        let fields: Vec<(&str, Ty)> = NAMES.iter().map(|name| (*name, chance.ty())).collect();
        let mut known: Vec<(&str, Ty)> = fields.iter().copied().filter(|(name, _)| !name.ends_with('*')).collect();
        for (family, member) in MEMBERS {
            known.extend(fields.iter().find(|(name, _)| name == family).map(|(_, ty)| (*member, *ty)));
        }
        let records = fields.iter().map(|(name, ty)| Field::bare(name, *ty)).collect();
        #[expect(clippy::expect_used, reason = "the names of the table differ, as every question shows")]
        let catalog = Catalog::from_fields("generated", records).expect("a name is there twice");
        Self { fields, known, catalog }
    }
}

/// Sets the numbers of schemas apart from those of rules.
const SCHEMA: u64 = 0x5343_4845_4d41;

impl Questions {
    /// The question of a number; the same number gives the same question.
    pub fn get(&mut self, seed: u64) -> Question {
        let number = seed / ABOUT_ONE;
        let schema = match &self.last {
            Some((last, schema)) if *last == number => Rc::clone(schema),
            _ => Rc::new(Schema::new(number)),
        };
        self.last = Some((number, Rc::clone(&schema)));
        let mut chance = Chance::new(seed);
        let rule = if seed % HOSTILE == HOSTILE - 1 {
            hostile(&mut chance, &schema.known)
        } else {
            let mut writer = Writer::new(&mut chance, &schema.known);
            writer.rule();
            writer.finish()
        };
        let requests = (0..REQUESTS).map(|_| Request::new(&schema.known, &rule, &mut chance)).collect();
        Question { schema, rule, requests }
    }
}

impl Question {
    /// The question of a number; the same number gives the same question.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Questions::default().get(seed)
    }

    /// Questions about one schema and the same requests, none of them hostile.
    #[must_use]
    pub fn several(seed: u64, n_rules: usize) -> Vec<Self> {
        let schema = Rc::new(Schema::new(seed));
        let mut chance = Chance::new(seed);
        let mut rule = || {
            let mut writer = Writer::new(&mut chance, &schema.known);
            writer.rule();
            writer.finish()
        };
        let rules: Vec<String> = (0..n_rules).map(|_| rule()).collect();
        let all = rules.concat();
        let requests: Vec<Request> = (0..REQUESTS).map(|_| Request::new(&schema.known, &all, &mut chance)).collect();
        let question = |rule| Self { schema: Rc::clone(&schema), rule, requests: requests.clone() };
        rules.into_iter().map(question).collect()
    }

    /// The same question about requests in which only members of families have several values, as the catalog says.
    #[must_use]
    pub fn with_single_values(mut self) -> Self {
        let is_single = |name: &str| self.schema.fields.iter().any(|(field, _)| *field == name);
        for (name, values) in self.requests.iter_mut().flat_map(|request| &mut request.values) {
            if is_single(name) {
                values.truncate(1);
            }
        }
        self
    }

    /// What our own engine answers in an edition.
    #[must_use]
    pub fn ours(&self, edition: Edition) -> Answer {
        self.answer(&self.rule, edition)
    }

    /// The rule for the edition `tamis`: the fixes of what the edition `atc` reads in its own way are applied, until
    /// nothing is left to fix.
    #[must_use]
    pub fn converted(&self) -> String {
        let mut rule = self.rule.clone();
        while let Some(fix) = tamis_syntax::parse(&rule, Edition::Atc, &Limits::default())
            .diagnostics
            .iter()
            .flat_map(|diagnostic| &diagnostic.fixes)
            .find(|fix| fix.applicability == Applicability::Safe)
        {
            rule = fix.apply(&rule);
        }
        rule
    }

    /// What our own engine answers to the converted rule, in the edition `tamis`.
    #[must_use]
    pub fn ours_converted(&self) -> Answer {
        self.answer(&self.converted(), Edition::Tamis)
    }

    /// The schema as a catalog.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.schema.catalog
    }

    /// The rule for the gateway: every safe fix of what the gateway refuses is applied, until none is left.
    #[must_use]
    pub fn mended(&self) -> String {
        let mut rule = self.rule.clone();
        // Every fix takes one refusal away; a fix that did not would be found by the number of rounds.
        for _ in 0..100 {
            let analysis = analyze(&rule, &self.schema.catalog, &options(Edition::AtcStrict));
            let refused = analysis.diagnostics.iter().filter(|found| is_refusal(found.code));
            let fix = refused.flat_map(|found| &found.fixes).find(|fix| fix.applicability == Applicability::Safe);
            let Some(fix) = fix else { return rule };
            rule = fix.apply(&rule);
        }
        rule
    }

    /// What our own engine answers to a rule in place of the question's own.
    #[must_use]
    pub fn answer(&self, rule: &str, edition: Edition) -> Answer {
        let analysis = analyze(rule, &self.schema.catalog, &options(edition));
        let Some(checked) = analysis.rules().first().and_then(|rule| rule.checked()) else {
            return Answer::Refused(analysis.diagnostics.into_iter().filter(Diagnostic::is_error).collect());
        };
        let program = tamis_vm::compile(checked);
        let mut scratch = Scratch::default();
        let verdicts = self.requests.iter().map(|request| program.run(request, &mut scratch) == Verdict::Match);
        Answer::Accepted(verdicts.collect())
    }
}

/// Nobody reads the warnings of most questions, so no time is spent on them.
fn options(edition: Edition) -> Options {
    Options { edition, ..Options::for_loading() }
}

/// Whether a code says that the gateway refuses something.
pub(crate) const fn is_refusal(code: Code) -> bool {
    matches!(code, Code::GatewayParseError | Code::GatewayTypeError | Code::GatewayPanic)
}

impl Request {
    /// Values for fields, those that the rule names more often than others.
    fn new(known: &[(&'static str, Ty)], rule: &str, chance: &mut Chance) -> Self {
        let mut values = HashMap::new();
        for (name, ty) in known.iter().filter(|(name, _)| rule.contains(name)) {
            let n_values = chance.pick(&[0, 1, 1, 1, 2, 3]);
            let some: Vec<Constant> = (0..n_values).map(|_| chance.value(*ty)).collect();
            if !some.is_empty() {
                values.insert(*name, some);
            }
        }
        Self { values }
    }

    fn of(&self, field: &FieldRef) -> &[Constant] {
        let found = match field.name.strip_suffix("[\"\"]") {
            // A key that is empty has no dotted spelling of ours.
            Some(family) => self.values.get(format!("{family}.").as_str()),
            None => self.values.get(&*field.name),
        };
        found.map_or(&[], Vec::as_slice)
    }
}

impl Facts for Request {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        match self.of(field) {
            [] => Fact::Absent,
            [value] => Fact::One(value.as_value()),
            _ => Fact::Many,
        }
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        for value in self.of(field) {
            if visit(value.as_value()).is_break() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_questions_are_rules() {
        let mut questions = Questions::default();
        let mut accepted = |edition: Edition| {
            let is_accepted = |seed: &u64| matches!(questions.get(*seed).ours(edition), Answer::Accepted(_));
            (0..400).filter(is_accepted).count()
        };
        let (strict, larger) = (accepted(Edition::AtcStrict), accepted(Edition::Atc));
        assert!((150..larger).contains(&strict) && larger < 400, "{strict} and {larger} of 400");
    }

    #[test]
    fn a_number_has_one_question() {
        assert_eq!(Question::new(7).rule, Question::new(7).rule);
        assert_ne!(Question::new(7).rule, Question::new(8).rule);
    }
}
