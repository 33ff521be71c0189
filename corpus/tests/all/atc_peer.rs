//! The real atc-router, asked the same question.

use std::panic::{AssertUnwindSafe, catch_unwind};

use atc_router::ast::{Type, Value};
use atc_router::context::Context;
use atc_router::router::Router;
use atc_router::schema::Schema;
use tamis_corpus::atc::{Answer, Question};
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use uuid::Uuid;

/// How the real engine and ours agree.
pub(crate) enum Agreement {
    /// It accepts the rule, and every verdict is the same.
    Accepted,
    /// It refuses the rule, about which the edition `atc` may think otherwise.
    Refused,
    /// It panics where it is known to.
    Panicked,
}

/// Asks both engines.
///
/// # Errors
///
/// The two answers where nothing explains that they differ.
pub(crate) fn compare(question: &Question) -> Result<Agreement, String> {
    let theirs = match catch_unwind(AssertUnwindSafe(|| ask(question))) {
        Ok(theirs) => theirs,
        Err(_) if panics(&question.rule) => return Ok(Agreement::Panicked),
        Err(_) => return Err("the peer panics".to_owned()),
    };
    if matches!(theirs, Answer::Refused(_)) {
        return Ok(Agreement::Refused);
    }
    let ours = question.ours();
    if theirs == ours { Ok(Agreement::Accepted) } else { Err(format!("theirs {theirs:?}\n  ours   {ours:?}")) }
}

/// Whether the parser of the peer is known to panic: any blank between `not` and `in` that is not one space.
pub(crate) fn panics(rule: &str) -> bool {
    rule.match_indices("not").any(|(at, _)| {
        let rest = rule.get(at + 3..).unwrap_or_default();
        let word = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        word.starts_with("in") && !(rest.len() == word.len() + 1 && rest.starts_with(' '))
    })
}

/// What the real engine makes of a question.
pub(crate) fn ask(question: &Question) -> Answer {
    let mut schema = Schema::default();
    for (name, ty) in &question.fields {
        schema.add_field(name, type_of(*ty));
    }
    let mut router = Router::new(&schema);
    if let Err(reason) = router.add_matcher(0, Uuid::default(), &question.rule) {
        return Answer::Refused(reason);
    }
    let verdicts = question.requests.iter().map(|request| {
        let mut context = Context::new(&schema);
        for (name, values) in &request.values {
            values.iter().for_each(|value| context.add_value(name, value_of(value)));
        }
        router.execute(&mut context)
    });
    Answer::Accepted(verdicts.collect())
}

/// The type there.
pub(crate) fn type_of(ty: Ty) -> Type {
    match ty {
        Ty::Int => Type::Int,
        Ty::Ip => Type::IpAddr,
        Ty::Network => Type::IpCidr,
        _ => Type::String,
    }
}

/// The value there.
pub(crate) fn value_of(value: &Constant) -> Value {
    match value {
        Constant::Int(value) => Value::Int(*value),
        Constant::Ip(value) => Value::IpAddr(*value),
        Constant::Network(value) => Value::IpCidr(value.to_string().parse().unwrap()),
        Constant::String(value) => Value::String(String::from_utf8(value.to_vec()).unwrap()),
        other => panic!("no request has {other}"),
    }
}
