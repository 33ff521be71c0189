//! The real atc-router, asked a question in this process, which may not survive it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use atc_router::ast::{Type, Value};
use atc_router::context::Context;
use atc_router::router::Router;
use atc_router::schema::Schema;
use tamis_corpus::atc::Question;
use tamis_corpus::atc_judge::Theirs;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use uuid::Uuid;

/// Asks atc-router; a panic is an answer, a stack that is used up ends the process.
pub(crate) fn ask(question: &Question) -> Theirs {
    catch_unwind(AssertUnwindSafe(|| answer(question))).unwrap_or(Theirs::Panicked)
}

fn answer(question: &Question) -> Theirs {
    let schema = schema(&question.schema.fields);
    let mut router = Router::new(&schema);
    if let Err(reason) = router.add_matcher(0, Uuid::default(), &question.rule) {
        return refused(reason);
    }
    let verdicts = question.requests.iter().map(|request| {
        let mut context = Context::new(&schema);
        for (name, values) in &request.values {
            values.iter().for_each(|value| context.add_value(name, value_of(value)));
        }
        router.execute(&mut context)
    });
    Theirs::Accepted(verdicts.collect())
}

/// Names and types as a schema; a name that ends with `.*` is a wildcard.
pub(crate) fn schema(fields: &[(&str, Ty)]) -> Schema {
    let mut schema = Schema::default();
    for (name, ty) in fields {
        schema.add_field(name, type_of(*ty));
    }
    schema
}

/// What a reason says: a text that its parser refuses is shown in it.
pub(crate) fn refused(reason: String) -> Theirs {
    if reason.contains("-->") { Theirs::ParseError } else { Theirs::TypeError(reason) }
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
