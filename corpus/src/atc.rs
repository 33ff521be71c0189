//! Rules as atc-router reads them: a generator that is fond of its traps, and our answer to what it makes.
//!
//! The answer of the real engine is asked for in the tests, which alone depend on it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::ControlFlow;

use tamis_lang::catalog::{Catalog, Field, Presence, Separator, Shape};
use tamis_lang::diagnostic::{Applicability, Diagnostic};
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::phase::Phase;
use tamis_lang::scratch::Scratch;
use tamis_lang::ty::Ty;
use tamis_lang::value::{Constant, Value};
use tamis_types::analysis::{Options, analyze};
use tamis_vm::{Fact, Facts, FieldRef, Verdict};

use crate::atc_text::{Chance, Writer};

/// A schema, a rule, and some requests.
#[derive(Clone, Debug)]
pub struct Question {
    /// Name and type of each field; a name that ends with `.*` is a wildcard.
    pub fields: Vec<(&'static str, Ty)>,
    /// The rule, which may be broken.
    pub rule: String,
    /// The values of some fields, for each request.
    pub requests: Vec<Request>,
}

/// The values of one request by the names of their fields.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The fields that are there.
    pub values: HashMap<&'static str, Vec<Constant>>,
}

/// A field with its type.
type NamedType = (&'static str, Ty);

/// What an engine makes of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The rule is taken; whether each request matches.
    Accepted(Vec<bool>),
    /// The rule is refused, for this reason.
    Refused(String),
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

impl Question {
    /// The question of a number; the same number gives the same question.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let (fields, known) = schema(&mut chance);
        let mut writer = Writer::new(&mut chance, &known);
        writer.rule();
        let rule = writer.finish();
        let requests = (0..3).map(|_| Request::new(&known, &rule, &mut chance)).collect();
        Self { fields, rule, requests }
    }

    /// Questions about one schema and the same requests.
    #[must_use]
    pub fn several(seed: u64, n_rules: usize) -> Vec<Self> {
        let mut chance = Chance::new(seed);
        let (fields, known) = schema(&mut chance);
        let mut rule = || {
            let mut writer = Writer::new(&mut chance, &known);
            writer.rule();
            writer.finish()
        };
        let rules: Vec<String> = (0..n_rules).map(|_| rule()).collect();
        let all = rules.concat();
        let requests: Vec<Request> = (0..3).map(|_| Request::new(&known, &all, &mut chance)).collect();
        let question = |rule| Self { fields: fields.clone(), rule, requests: requests.clone() };
        rules.into_iter().map(question).collect()
    }

    /// What our own engine answers, in the edition `atc`.
    #[must_use]
    pub fn ours(&self) -> Answer {
        self.answer(&self.rule, Edition::Atc)
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
    ///
    /// # Errors
    ///
    /// A name that the schema has twice.
    pub fn catalog(&self) -> Result<Catalog, String> {
        let fields = self.fields.iter().map(|(name, ty)| field(name, *ty)).collect();
        Catalog::from_fields("generated", fields).map_err(|name| format!("the catalog has `{name}` twice"))
    }

    /// What our own engine answers to a rule in place of the question's own.
    #[must_use]
    pub fn answer(&self, rule: &str, edition: Edition) -> Answer {
        let catalog = match self.catalog() {
            Ok(catalog) => catalog,
            Err(problem) => return Answer::Refused(problem),
        };
        let analysis = analyze(rule, &catalog, &Options { edition, ..Options::default() });
        let Some(checked) = analysis.rules().first().and_then(|rule| rule.checked()) else {
            return Answer::Refused(said(&analysis.diagnostics));
        };
        let program = tamis_vm::compile(checked);
        let mut scratch = Scratch::default();
        let verdicts = self.requests.iter().map(|request| program.run(request, &mut scratch) == Verdict::Match);
        Answer::Accepted(verdicts.collect())
    }
}

/// A schema, and the names that a rule over it may have.
fn schema(chance: &mut Chance) -> (Vec<NamedType>, Vec<NamedType>) {
    let fields: Vec<NamedType> = NAMES.iter().map(|name| (*name, chance.ty())).collect();
    let mut known: Vec<NamedType> = fields.iter().copied().filter(|(name, _)| !name.ends_with('*')).collect();
    for (family, member) in MEMBERS {
        known.extend(fields.iter().find(|(name, _)| name == family).map(|(_, ty)| (*member, *ty)));
    }
    (fields, known)
}

fn said(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    errors.fold(String::new(), |mut out, error| {
        let _ = write!(out, "{} {}; ", error.code, error.message);
        out
    })
}

/// The record of a field of which only name and type are known.
fn field(name: &str, ty: Ty) -> Field {
    let (name, shape) = match name.strip_suffix(".*") {
        Some(family) => (family, wildcard()),
        None => (name, Shape::One),
    };
    Field {
        name: name.to_owned(),
        ty,
        shape,
        unit: None,
        presence: Presence::Optional,
        phase: Phase::Connect,
        monotone: false,
        allowed: None,
        range: None,
        sensitive: false,
        aliases: Vec::new(),
        deprecated: None,
        since: None,
        doc: String::new(),
        note: None,
        examples: Vec::new(),
        absence: None,
        source: String::new(),
        spans: Vec::new(),
    }
}

/// What a wildcard covers: one further segment, which may be empty.
fn wildcard() -> Shape {
    Shape::Family {
        many: true,
        key_pattern: "[^.]*".to_owned(),
        case_insensitive: false,
        separator: Separator::AsWritten,
        known_keys: Vec::new(),
    }
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
        let accepted = (0..400).filter(|seed| matches!(Question::new(*seed).ours(), Answer::Accepted(_))).count();
        assert!((200..400).contains(&accepted), "{accepted} of 400");
    }

    #[test]
    fn a_number_has_one_question() {
        assert_eq!(Question::new(7).rule, Question::new(7).rule);
        assert_ne!(Question::new(7).rule, Question::new(8).rule);
    }
}
