//! `tamis ops`

use std::io::{self, Write};

use clap::Args;
use tamis::Ty;
use tamis::builtin::{Absent, BUILTINS, Builtin, Form, Operand, Outcome, Signature};
use tamis::diagnostic::nearest;

use crate::failure::{Failure, Status};
use crate::style::{self, paint};
use crate::table::{Cell, Column, Table};
use crate::terminal::Terminal;
use crate::text;

/// List the operators and functions, or document one
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tamis ops
  tamis ops '^='
  tamis ops startsWith")]
pub(crate) struct Arguments {
    /// Any spelling of an operator or function, also that of CEL, Cloudflare or Kong
    #[arg(allow_hyphen_values = true)]
    name: Option<String>,
}

/// Prints the list, or the records with a name.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let Some(name) = &arguments.name else {
        list(terminal)?;
        return Ok(Status::Clean);
    };
    let found = named(name);
    if found.is_empty() {
        let hint = nearest(name, BUILTINS.iter().map(|builtin| builtin.name));
        let hint = hint.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return Err(Failure::new(format!("there is no operator and no function `{name}`{hint}")));
    }
    let width = terminal.out.width();
    for (place, builtin) in found.iter().enumerate() {
        if place > 0 {
            writeln!(terminal.out)?;
        }
        describe(&mut terminal.out, builtin, width)?;
    }
    Ok(Status::Clean)
}

/// The records that are spelled like this; where there is none, those that other languages spell like this.
fn named(name: &str) -> Vec<&'static Builtin> {
    let own = |builtin: &&Builtin| builtin.name == name || builtin.spellings().any(|spelling| spelling == name);
    let other = |builtin: &&Builtin| {
        let dialects = &builtin.dialects;
        [dialects.atc, dialects.cel, dialects.cloudflare].into_iter().flatten().any(|spelling| spelling == name)
    };
    let found: Vec<_> = BUILTINS.iter().copied().filter(own).collect();
    if found.is_empty() { BUILTINS.iter().copied().filter(other).collect() } else { found }
}

fn list(terminal: &mut Terminal) -> io::Result<()> {
    let mut table = Table::new(vec![Column::left("WRITTEN"), Column::left("ON"), Column::flexible("MEANING")]);
    for builtin in BUILTINS {
        table.push(vec![
            Cell::new(style::CODE, written(builtin)),
            Cell::plain(taken(builtin)),
            Cell::plain(builtin.summary),
        ]);
    }
    let limit = terminal.out.limit();
    table.write(&mut terminal.out, limit)?;
    if terminal.out.is_terminal() {
        writeln!(terminal.out, "\n{}", paint(style::FAINT, "`tamis ops NAME` tells more about one, with examples"))?;
    }
    Ok(())
}

/// The types that its first operand may have.
fn taken(builtin: &Builtin) -> String {
    let mut types: Vec<String> = Vec::new();
    for signature in builtin.signatures {
        let first = signature.parameters.first().map(operand);
        types.extend(first.filter(|first| !types.contains(first)));
    }
    if types.len() == Ty::ALL.len() { "any".to_owned() } else { types.join(" ") }
}

/// How it is written, in all its spellings: `a && b, a and b`, `lower(text)`.
fn written(builtin: &Builtin) -> String {
    let all = |form: &dyn Fn(&str) -> String| builtin.spellings().map(form).collect::<Vec<_>>().join(", ");
    match &builtin.form {
        Form::Infix { .. } => all(&|spelling| format!("a {spelling} b")),
        Form::Prefix { .. } => all(&|spelling| {
            let blank = if spelling.chars().all(char::is_alphabetic) { " " } else { "" };
            format!("{spelling}{blank}a")
        }),
        Form::Function { parameters } => format!("{}({})", builtin.name, parameters.join(", ")),
        Form::Quantifier => format!("{}(name in field, condition)", builtin.name),
    }
}

fn describe(out: &mut impl Write, builtin: &Builtin, width: usize) -> io::Result<()> {
    writeln!(out, "{}", paint(style::CODE.bold(), written(builtin)))?;
    for line in text::wrapped(&format!("{} {}", builtin.summary, builtin.details), width.saturating_sub(2)) {
        writeln!(out, "  {line}")?;
    }
    let mut entry =
        |name: &str, value: &str| writeln!(out, "  {} {value}", paint(style::FAINT, format_args!("{name:<10}")));
    let mut name = "types";
    for signature in builtin.signatures {
        entry(name, &signed(signature))?;
        name = "";
    }
    let absent = match builtin.absent {
        Absent::False => "an absent side makes it false",
        Absent::Absent => "an absent operand makes the result absent",
        Absent::Handled => "it has a meaning for absent operands",
    };
    entry("absence", absent)?;
    let dialects =
        [("Kong", builtin.dialects.atc), ("CEL", builtin.dialects.cel), ("Cloudflare", builtin.dialects.cloudflare)];
    let elsewhere = dialects.iter().filter_map(|(language, spelling)| Some(format!("{} {language}", (*spelling)?)));
    let elsewhere = elsewhere.collect::<Vec<_>>().join(", ");
    if !elsewhere.is_empty() {
        entry("elsewhere", &elsewhere)?;
    }
    entry("since", builtin.since)?;
    writeln!(out, "  {}", paint(style::FAINT, "examples"))?;
    for example in builtin.examples {
        let (style, verdict) = match example.outcome {
            Outcome::Match => (style::GOOD, "match"),
            Outcome::NoMatch => (style::NOTICE, "no match"),
        };
        writeln!(out, "    {}", paint(style::CODE, example.rule))?;
        writeln!(out, "      {} {}", paint(style, format_args!("{verdict:<8}")), paint(style::FAINT, example.facts))?;
    }
    Ok(())
}

/// `(string, string) → bool`
fn signed(signature: &Signature) -> String {
    let parameters: Vec<String> = signature.parameters.iter().map(operand).collect();
    let more = if signature.variadic { ", …" } else { "" };
    format!("({}{more}) → {}", parameters.join(", "), signature.result)
}

fn operand(operand: &Operand) -> String {
    match operand {
        Operand::Value(ty) => ty.to_string(),
        Operand::Set(ty) => format!("set of {ty}"),
        Operand::Pattern => "pattern".to_owned(),
        Operand::Field => "field".to_owned(),
        Operand::Condition => "condition".to_owned(),
        Operand::Probability => "probability".to_owned(),
    }
}
