//! `grammar/operators.md`: every operator and function, from its record.

use std::fmt::Write as _;

use tamis_lang::builtin::{Absent, BUILTINS, Builtin, Form, Operand, Outcome, Power, Signature};
use tamis_lang::ty::Ty;

use super::table::{Table, code, codes};
use super::{Generated, origin};

/// The levels of infix operators with what to know of each, the loosest first.
const POWERS: &[(Power, &str)] = &[
    (Power::Logic, "`&&` and `||` mix only with parentheses."),
    (Power::Compare, "Comparisons do not chain."),
    (Power::Sum, "From the left."),
    (Power::Product, "From the left."),
    (Power::Default, "From the left."),
];

pub(super) fn generate() -> Generated {
    let mut text = format!("# Operators and functions\n\n{}\n", origin("crates/lang/src/builtin"));
    text.push_str(
        "Each has one record; lexer, parser, checker, compiler, machine and this page read it.\n\
         The grammar around them stands in [grammar.ebnf](grammar.ebnf).\n\n",
    );
    text.push_str(&overview());
    text.push_str("\n## In detail\n");
    for builtin in BUILTINS {
        text.push_str(&detail(builtin));
    }
    Generated { path: "grammar/operators.md".into(), text }
}

/// One row each, infix operators by how tightly they bind.
fn overview() -> String {
    let mut text = String::from("## Between two operands\n\nHow tightly they bind, the loosest first:\n\n");
    for (place, (_, note)) in (1..).zip(POWERS) {
        let _ = writeln!(text, "{place}. {note}");
    }
    text.push('\n');
    let mut table = Table::new(["Operator", "Also", "Binds", "On", "Absent operand", "Meaning"]);
    for (place, (power, _)) in (1..).zip(POWERS) {
        for builtin in BUILTINS.iter().filter(|builtin| builtin.power() == Some(*power)) {
            table.row([
                code(builtin.name),
                also(builtin),
                place.to_string(),
                on(builtin),
                absent(builtin).into(),
                builtin.summary.into(),
            ]);
        }
    }
    text.push_str(&table.into_text());
    text.push_str("\n## Before an operand, and functions\n\n");
    let mut table = Table::new(["Written", "Also", "On", "Absent operand", "Meaning"]);
    for builtin in BUILTINS.iter().filter(|builtin| builtin.power().is_none()) {
        table.row([written(builtin), also(builtin), on(builtin), absent(builtin).into(), builtin.summary.into()]);
    }
    text + &table.into_text()
}

fn detail(builtin: &Builtin) -> String {
    let mut text = format!("\n### {}\n\n{}\n", code(builtin.name), builtin.summary);
    let details = sentences(builtin.details);
    let _ = writeln!(text, "{details}");
    let mut table = Table::new(["", ""]);
    table.row(["Written".into(), written(builtin)]);
    table.row(["Types".into(), builtin.signatures.iter().map(signature).collect::<Vec<_>>().join("; ")]);
    let known = [
        ("Kong's expressions", builtin.dialects.atc),
        ("CEL", builtin.dialects.cel),
        ("Cloudflare's rules", builtin.dialects.cloudflare),
    ];
    for (language, spelling) in known {
        table.row([language.into(), spelling.map(code).unwrap_or_default()]);
    }
    table.row(["Since".into(), builtin.since.into()]);
    text.push_str(&table.into_text());
    if !builtin.examples.is_empty() {
        text.push_str(&examples(builtin));
    }
    text
}

fn examples(builtin: &Builtin) -> String {
    let mut table = Table::new(["Rule", "Facts", "Answer"]);
    for example in builtin.examples {
        let answer = match example.outcome {
            Outcome::Match => "match",
            Outcome::NoMatch => "no match",
        };
        table.row([code(example.rule), code(example.facts), answer.into()]);
    }
    format!("\n{}", table.into_text())
}

/// How it is written, with names for the operands.
fn written(builtin: &Builtin) -> String {
    match builtin.form {
        Form::Infix { .. } => code(&format!("a {} b", builtin.name)),
        Form::Prefix { .. } => code(&format!("{}a", builtin.spellings().next().unwrap_or(builtin.name))),
        Form::Function { parameters } => code(&format!("{}({})", builtin.name, parameters.join(", "))),
        Form::Quantifier => {
            let named = format!("{}(v in field, condition)", builtin.name);
            let around = format!("{}(field)", builtin.name);
            if builtin.signatures.iter().any(|it| it.parameters.len() == 1) {
                codes([named, around])
            } else {
                code(&named)
            }
        }
    }
}

/// The other spellings.
fn also(builtin: &Builtin) -> String {
    let first = builtin.spellings().next();
    codes(builtin.spellings().filter(|spelling| Some(*spelling) != first))
}

/// The types of its first operand, each once.
fn on(builtin: &Builtin) -> String {
    let mut kinds: Vec<String> = Vec::new();
    for signature in builtin.signatures {
        let kind = signature.parameters.first().map(operand).unwrap_or_default();
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.join(", ")
}

const fn absent(builtin: &Builtin) -> &'static str {
    match builtin.absent {
        Absent::False => "false",
        Absent::Absent => "absent",
        Absent::Handled => "see below",
    }
}

fn signature(signature: &Signature) -> String {
    let more = if signature.variadic { ", …" } else { "" };
    let parameters = signature.parameters.iter().map(operand).collect::<Vec<_>>().join(", ");
    format!("{parameters}{more} → {}", signature.result)
}

fn operand(operand: &Operand) -> String {
    match operand {
        Operand::Value(ty) => ty.to_string(),
        Operand::Set(Ty::Ip) => "network or set of ip".into(),
        Operand::Set(ty) => format!("set of {ty}"),
        Operand::Pattern => "pattern".into(),
        Operand::Field => "field".into(),
        Operand::Condition => "condition".into(),
        Operand::Probability => "probability".into(),
    }
}

/// One sentence per line, as everywhere in Markdown.
pub(super) fn sentences(text: &str) -> String {
    let mut lines = String::new();
    let mut within_code = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        within_code ^= character == '`';
        let ends = ".!?".contains(character) && !within_code && characters.peek() == Some(&' ');
        lines.push(character);
        if ends {
            characters.next();
            lines.push('\n');
        }
    }
    if lines.is_empty() { lines } else { lines + "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_is_on_the_page() {
        let page = generate().text;
        assert!(BUILTINS.iter().all(|builtin| page.contains(&format!("\n### {}\n", code(builtin.name)))));
        let powers: Vec<_> = BUILTINS.iter().filter_map(|builtin| builtin.power()).collect();
        assert!(powers.iter().all(|power| POWERS.iter().any(|(known, _)| known == power)));
    }

    #[test]
    fn sentences_stand_on_lines_of_their_own() {
        assert_eq!(sentences("One. Two `a. b` is 1.5."), "One.\nTwo `a. b` is 1.5.\n");
    }
}
