//! `tamis disasm`

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::arguments::Language;
use crate::failure::{Failure, Status};
use crate::rules::Rules;
use crate::source::Source;
use crate::style::{self, paint};
use crate::terminal::Terminal;
use crate::text;

/// Show the program that a rule becomes
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tamis disasm -e 'http.response.status_code in [500, 502..504]'
  tamis disasm rules.tamis")]
#[group(id = "text", multiple = false)]
pub(crate) struct Arguments {
    /// A rule
    #[arg(short = 'e', long = "expression", value_name = "RULE", allow_hyphen_values = true, group = "text")]
    rule: Option<String>,

    /// A file with rules, or `-` for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, group = "text")]
    file: Option<PathBuf>,

    #[command(flatten)]
    language: Language,
}

/// Compiles and prints.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let source = Source::of(arguments.rule.as_deref(), arguments.file.as_deref())?;
    let Some(rules) = Rules::load(source, &arguments.language, false, terminal)? else { return Ok(Status::Found) };
    for (place, rule) in rules.all.iter().enumerate() {
        if place > 0 {
            writeln!(terminal.out)?;
        }
        if let Some(name) = &rule.name {
            writeln!(terminal.out, "{}", paint(style::HEADING, format_args!("rule {}", text::visible(name))))?;
        }
        terminal.out.write_all(rule.program.disassemble(Some(&rules.source.text)).as_bytes())?;
    }
    Ok(Status::Clean)
}
