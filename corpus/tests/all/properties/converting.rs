//! Rules in other languages have the same verdict, here and in the real engine.

use atc_router::ast::{Type, Value};
use atc_router::context::Context;
use atc_router::router::Router;
use atc_router::schema::Schema;
use tamis_corpus::atc::{Answer, Question, Questions};
use tamis_corpus::atc_judge::Theirs;
use tamis_corpus::generate::{self, CATALOG, Request};
use tamis_corpus::property::{self, Outcome};
use tamis_dialects::{ConvertOptions, Dialect, Values, convert};
use tamis_lang::catalog::{Resolution, Shape};
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::scratch::Scratch;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use uuid::Uuid;

use super::{check, with_document};

/// Each is some requests.
const QUESTIONS: u64 = 600;

#[test]
fn rules_of_the_gateway_come_back_with_the_same_verdicts() {
    let mut found = String::new();
    let mut n_equal = 0;
    let mut questions = Questions::default();
    for seed in 0..QUESTIONS {
        let question = questions.get(seed);
        let before = question.ours(Edition::AtcStrict);
        // What the strict edition refuses is no rule of the gateway.
        if !matches!(before, Answer::Accepted(_)) {
            continue;
        }
        match there_and_back(&question, &before) {
            Ok(true) => n_equal += 1,
            Ok(false) => {}
            Err(problem) => found.push_str(&format!("{seed}: {:?}\n  {problem}\n", question.rule)),
        }
    }
    assert!(found.is_empty(), "\n{found}");
    assert!(n_equal > QUESTIONS / 5, "only {n_equal} rules were converted");
}

/// Whether the rule came back; not where it has a name that only the gateway has.
fn there_and_back(question: &Question, before: &Answer) -> Result<bool, String> {
    let catalog = question.catalog();
    let there = convert(&question.rule, catalog, &ConvertOptions::between(Dialect::Atc, Dialect::Tamis));
    let Some(there) = there.text else {
        let excused = crate::atc::needs_the_gateway(&question.rule) && !there.diagnostics.is_empty();
        return if excused { Ok(false) } else { Err(format!("refused: {:?}", there.diagnostics)) };
    };
    let middle = question.answer(&there, Edition::Tamis);
    let back = convert(&there, catalog, &ConvertOptions::between(Dialect::Tamis, Dialect::Atc));
    let Some(back) = back.text else { return Err(format!("{there:?} does not come back: {:?}", back.diagnostics)) };
    let after = question.answer(&back, Edition::Atc);
    if middle != *before || after != *before {
        return Err(format!("{there:?}\n  {back:?}\n  {before:?}, {middle:?}, {after:?}"));
    }
    let peer = Question { rule: back, ..question.clone() };
    match (crate::engine::ask(&peer), before) {
        (Theirs::Accepted(theirs), Answer::Accepted(before)) if theirs == *before => Ok(true),
        (theirs, _) => Err(format!("{:?}\n  {before:?}, the peer {theirs:?}", peer.rule)),
    }
}

#[test]
fn what_can_be_said_in_atc_has_the_verdict_of_the_reference() {
    said(Values::Several, 500, 300, Request::well_typed);
}

#[test]
fn fields_with_one_value_say_more_in_atc() {
    said(Values::AsTheCatalogSays, 250, 100, |request| request.well_typed().as_the_catalog_says());
}

/// Generated rules in Kong's expressions over requests of one kind: `least` of the pairs are of a rule that has a
/// counterpart.
#[track_caller]
fn said(values: Values, n_cases: u32, least: usize, kind: fn(Request) -> Request) {
    let n_converted = std::cell::Cell::new(0);
    check(n_cases, |source| {
        with_document(source, |document, source| {
            let conversion = property::in_atc(&document.text, values);
            let mut scratch = Scratch::default();
            for _ in 0..3 {
                let request = kind(generate::request(document, source));
                let n = property::conversion_keeps_the_verdict(&document.text, &conversion, &request, &mut scratch)?;
                n_converted.set(n_converted.get() + n);
                for rule in conversion.rules.iter().filter_map(|rule| rule.text.as_deref()) {
                    peer_agrees(rule, &request, &mut scratch)?;
                }
            }
            Ok(())
        })
    });
    assert!(n_converted.get() > least, "only {} pairs were compared", n_converted.get());
}

#[test]
fn converting_any_text_is_sound() {
    check(600, |source| {
        with_document(source, |document, source| {
            property::conversion_is_sound(&generate::near_miss(document, source), &Limits::default())?;
            property::conversion_is_sound(&generate::noise(source), &Limits::default())
        })
    });
}

/// The real engine accepts a rule over the fields of the generated catalog, and answers as we do.
fn peer_agrees(rule: &str, request: &Request, scratch: &mut Scratch) -> Outcome {
    let mut schema = Schema::default();
    for field in CATALOG.fields() {
        let names = field.aliases.iter().map(|alias| &alias.name).chain([&field.name]);
        for name in names {
            let family = matches!(field.shape, Shape::Family { .. });
            let name = if family { format!("{name}.*") } else { name.clone() };
            if let Some(ty) = type_of(field.ty) {
                schema.add_field(&name, ty);
            }
        }
    }
    let mut router = Router::new(&schema);
    router.add_matcher(0, Uuid::nil(), rule).map_err(|reason| format!("the peer refuses {rule}\n{reason}"))?;
    let mut context = Context::new(&schema);
    for name in router.fields.keys() {
        let Resolution::Field { id, key, field, .. } = CATALOG.resolve(name, None) else {
            return Err(format!("`{name}` is no field of ours\n{rule}"));
        };
        let unit = field.unit.as_ref().and_then(|unit| unit.scale).map_or(1, |(_, scale)| scale);
        for constant in request.values(id, key.as_deref()) {
            // A value between two milliseconds is none that the gateway has.
            let Some(value) = value_of(constant, unit) else { return Ok(()) };
            context.add_value(name, value);
        }
    }
    let theirs = router.execute(&mut context);
    let options = tamis_types::analysis::Options { edition: Edition::Atc, ..Default::default() };
    let analysis = tamis_types::analysis::analyze(rule, &CATALOG, &options);
    let checked = analysis.rules().first().and_then(|rule| rule.checked()).ok_or("refused here")?;
    let ours = tamis_vm::compile(checked).run(request, scratch) == tamis_vm::Verdict::Match;
    if ours == theirs { Ok(()) } else { Err(format!("ours {ours}, theirs {theirs}\n{rule}\n{}", request.describe())) }
}

fn type_of(ty: Ty) -> Option<Type> {
    match ty {
        Ty::Int | Ty::Duration | Ty::Size => Some(Type::Int),
        Ty::Ip => Some(Type::IpAddr),
        Ty::Network => Some(Type::IpCidr),
        Ty::String => Some(Type::String),
        Ty::Bool | Ty::Float => None,
    }
}

fn value_of(value: &Constant, unit: i64) -> Option<Value> {
    Some(match value {
        Constant::Int(value) => Value::Int(*value),
        Constant::Duration(value) | Constant::Size(value) if value % unit == 0 => Value::Int(value / unit),
        Constant::Ip(value) => Value::IpAddr(*value),
        Constant::Network(value) => Value::IpCidr(value.to_string().parse().ok()?),
        Constant::String(value) => Value::String(String::from_utf8(value.to_vec()).ok()?),
        _ => return None,
    })
}
