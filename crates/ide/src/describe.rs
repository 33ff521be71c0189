//! Fields and operators in Markdown, as hovers and completion items show them.

use std::fmt::Write as _;

use tamis_lang::builtin::{Absent, Builtin, Form, Operand, Signature};
use tamis_lang::catalog::{AllowedValue, Catalog, Field, Presence, Shape};
use tamis_lang::unit::UNITS;
use tamis_lang::value::Value;

use crate::complete::Subject;
use crate::symbol::field_name;

/// How many values of a long list are shown.
const MOST_VALUES: usize = 8;

/// What is known of the subject of a completion item, in Markdown; empty where there is nothing to tell.
#[must_use]
pub fn describe(subject: &Subject, catalog: &Catalog) -> String {
    match subject {
        Subject::Nothing => String::new(),
        Subject::Field { id, key } => {
            catalog.field(*id).map(|field| of_field(field, key.as_deref())).unwrap_or_default()
        }
        Subject::Builtin(id) => of_builtin(id.get()),
    }
}

/// A field: its type, what it means, from when it is known, when it is absent, what it may be.
pub(crate) fn of_field(field: &Field, key: Option<&str>) -> String {
    let mut out = format!("```tamis\n{}: {}\n```\n", field_name(field, key), type_of(field));
    let known = key.and_then(|key| known_keys(field).iter().find(|known| known.key == key));
    let doc = known.map_or(field.doc.as_str(), |known| known.doc.as_str());
    let _ = writeln!(out, "{doc}");
    if let Some(deprecation) = &field.deprecated {
        let replacement: Vec<String> = deprecation.replacement.iter().map(|name| format!("`{name}`")).collect();
        let instead =
            if replacement.is_empty() { String::new() } else { format!(" Use {}.", replacement.join(" or ")) };
        let _ = writeln!(out, "\n**Deprecated.**{instead} {}", deprecation.note);
    }
    if let Some(note) = &field.note {
        let _ = writeln!(out, "\n{note}");
    }
    let _ = write!(out, "\n{}", facts(field, key));
    out
}

/// The list of facts below the sentence about a field.
fn facts(field: &Field, key: Option<&str>) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        // Writing to memory cannot fail.
        let _ = writeln!(out, "- {text}");
    };
    line(format!("known from: `{}`{}", field.phase, if field.monotone { ", and only grows from there" } else { "" }));
    line(match (field.presence, &field.absence) {
        (Presence::Always, _) => "every request has it".to_owned(),
        (Presence::Optional, Some(absence)) => format!("may be missing. {absence} A comparison with it is then false."),
        (Presence::Optional, None) => "may be missing; a comparison with it is then false".to_owned(),
    });
    if field.is_many() {
        line("may have several values; a comparison wants all of them to pass, `any(…)` one".to_owned());
    }
    if field.is_sensitive(key) {
        line("sensitive: its values are not shown".to_owned());
    }
    if let Some(unit) = field.unit.as_ref().and_then(unit_name) {
        line(format!("a bare number counts {unit}s"));
    }
    if let Some((low, high)) = field.range {
        line(format!("from {low} to {high}"));
    }
    if let Some(allowed) = &field.allowed {
        let shown: Vec<String> = allowed.values.iter().take(MOST_VALUES).map(|it| format!("`{}`", it.value)).collect();
        let more = allowed.values.len().saturating_sub(MOST_VALUES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let others = if allowed.open { "; others occur" } else { "; no others" };
        line(format!("values: {}{more}{others}", shown.join(", ")));
    }
    if !field.examples.is_empty() && !field.is_sensitive(key) {
        let examples: Vec<String> = field.examples.iter().map(|example| format!("`{example}`")).collect();
        line(format!("for example: {}", examples.join(", ")));
    }
    if !field.aliases.is_empty() {
        let aliases: Vec<String> = field.aliases.iter().map(|alias| format!("`{}`", alias.name)).collect();
        line(format!("also called: {}", aliases.join(", ")));
    }
    let since = field.since.as_ref().map(|since| format!(", since {since}")).unwrap_or_default();
    line(format!("source: {}{since}", field.source));
    out
}

/// The name of the unit in which a bare number counts.
fn unit_name(unit: &tamis_lang::catalog::FieldUnit) -> Option<&'static str> {
    let (dimension, scale) = unit.scale?;
    UNITS.iter().find(|known| known.dimension == dimension && known.scale == scale).map(|known| known.name)
}

/// The keys of a family that are worth knowing.
pub(crate) fn known_keys(field: &Field) -> &[tamis_lang::catalog::KnownKey] {
    match &field.shape {
        Shape::Family { known_keys, .. } => known_keys,
        Shape::One | Shape::Many | Shape::Opaque => &[],
    }
}

/// The type of a field in a word or two: `int`, `string[]`.
pub(crate) fn type_of(field: &Field) -> String {
    let list = if field.is_many() { "[]" } else { "" };
    format!("{}{list}", field.ty)
}

/// What a listed value means, in the few words before its colon.
pub(crate) fn short(value: &AllowedValue) -> &str {
    value.doc.split_once(':').map_or(value.doc.as_str(), |(short, _)| short)
}

/// An operator or function: what it means, how it is written, what absence does, how others call it, examples.
pub(crate) fn of_builtin(builtin: &Builtin) -> String {
    let mut out = String::from("```tamis\n");
    for signature in shown_signatures(builtin) {
        let _ = writeln!(out, "{}", written(builtin, signature));
    }
    let _ = writeln!(out, "```\n{}", builtin.summary);
    if !builtin.details.is_empty() {
        let _ = writeln!(out, "\n{}", builtin.details);
    }
    let absent = match builtin.absent {
        Absent::False => Some("Where a side is absent the comparison is false."),
        Absent::Absent => Some("Where an operand is absent so is the result."),
        Absent::Handled => None,
    };
    if let Some(absent) = absent {
        let _ = writeln!(out, "\n{absent}");
    }
    if let [first, ..] = builtin.examples {
        let _ = writeln!(out, "\n```tamis\n{}\n```", first.rule);
    }
    let spellings: Vec<&str> = builtin.spellings().filter(|spelling| *spelling != builtin.name).collect();
    if !spellings.is_empty() {
        let _ = writeln!(out, "\n- also written: `{}`", spellings.join("`, `"));
    }
    let dialects =
        [("Kong", builtin.dialects.atc), ("CEL", builtin.dialects.cel), ("Cloudflare", builtin.dialects.cloudflare)];
    for (language, spelling) in dialects {
        if let Some(spelling) = spelling {
            let _ = writeln!(out, "- in {language}: `{spelling}`");
        }
    }
    out
}

/// What an operator or function means, in the words of its summary that fit on a row.
pub(crate) fn in_short(builtin: &Builtin) -> &'static str {
    let summary = builtin.summary.trim_end_matches('.');
    summary.strip_prefix("True when ").or_else(|| summary.strip_prefix("True where ")).unwrap_or(summary)
}

/// The signatures that say something: of a family that differs only in the type, the first few.
fn shown_signatures(builtin: &Builtin) -> &'static [Signature] {
    const MOST: usize = 4;
    builtin.signatures.get(..MOST).unwrap_or(builtin.signatures)
}

/// A signature as it is written: `string ^= string: bool`.
pub(crate) fn written(builtin: &Builtin, signature: &Signature) -> String {
    let operands: Vec<String> = signature.parameters.iter().map(|operand| operand_name(*operand)).collect();
    let head = match builtin.form {
        Form::Infix { .. } => operands.join(&format!(" {} ", builtin.name)),
        Form::Prefix { .. } => format!("{}{}", builtin.name, operands.concat()),
        Form::Function { .. } | Form::Quantifier => {
            format!("{}({})", builtin.name, parameters(builtin, signature).join(", "))
        }
    };
    format!("{head}: {}", signature.result)
}

/// The parameters of a function, each with its type.
pub(crate) fn parameters(builtin: &Builtin, signature: &Signature) -> Vec<String> {
    let named = match builtin.form {
        Form::Function { parameters } => parameters,
        Form::Quantifier | Form::Infix { .. } | Form::Prefix { .. } => &[],
    };
    let mut parameters: Vec<String> = signature
        .parameters
        .iter()
        .enumerate()
        .map(|(place, operand)| match (named.get(place), operand) {
            (Some(name), Operand::Value(ty)) => format!("{name}: {ty}"),
            (Some(name), _) => (*name).to_owned(),
            (None, Operand::Field) if signature.parameters.len() > 1 => "variable in field".to_owned(),
            (None, operand) => operand_name(*operand),
        })
        .collect();
    if signature.variadic {
        parameters.push("…".to_owned());
    }
    parameters
}

fn operand_name(operand: Operand) -> String {
    match operand {
        Operand::Value(ty) => ty.to_string(),
        Operand::Set(ty) => format!("[{ty}, …]"),
        Operand::Pattern => "pattern".to_owned(),
        Operand::Field => "field".to_owned(),
        Operand::Condition => "condition".to_owned(),
        Operand::Probability => "probability".to_owned(),
    }
}

/// Text as the literal that a rule would hold.
pub(crate) fn literal(text: &str) -> String {
    Value::String(text.as_bytes()).to_string()
}
