//! Words for messages.

use tamis_lang::builtin::{Builtin, Operand};
use tamis_lang::catalog::Field;
pub(crate) use tamis_lang::excerpt::quote;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list<'a>(words: impl IntoIterator<Item = &'a str>, last: &str) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    match words.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((end, front)) => format!("{} {last} {end}", front.join(", ")),
    }
}

/// The types that an operator or function takes in one place.
pub(crate) fn accepted(builtin: &Builtin, place: usize) -> String {
    let mut types: Vec<Ty> = Vec::new();
    for signature in builtin.signatures {
        let Some(Operand::Value(ty) | Operand::Set(ty)) = signature.parameters.get(place) else { continue };
        if !types.contains(ty) {
            types.push(*ty);
        }
    }
    match types.as_slice() {
        [only] => only.with_article().to_owned(),
        _ => list(types.iter().map(|ty| ty.as_str()), "and"),
    }
}

/// A string as a literal: raw where it has a backslash.
pub(crate) fn string_literal(text: &str) -> String {
    if !text.contains('\\') {
        return Constant::String(text.as_bytes().into()).to_string();
    }
    let mut hashes = String::new();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

/// A comparison that one could write behind a field: `== 503`, `> 250ms`.
pub(crate) fn example_comparison(field: &Field) -> Option<String> {
    let example = match (field.ty, &field.allowed) {
        (Ty::String, _) => field.examples.last(),
        _ => field.examples.first(),
    }?;
    let sign = match field.ty {
        Ty::Duration | Ty::Size | Ty::Float => ">",
        Ty::Bool | Ty::Int | Ty::String | Ty::Ip | Ty::Network => "==",
    };
    Some(format!("{sign} {example}"))
}
