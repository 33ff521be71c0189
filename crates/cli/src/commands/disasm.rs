//! `tamis disasm`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use tamis::PhasedProgram;
use tamis::bytecode;

use super::compile::loaded;
use crate::arguments::Language;
use crate::failure::{Failure, Status};
use crate::rules::Rules;
use crate::source::{Origin, Source, is_stdin, read_bytes, utf8};
use crate::style::{self, paint};
use crate::terminal::Terminal;
use crate::text;

/// Show the program that a rule becomes
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tamis disasm -e 'http.response.status_code in [500, 502..504]'
  tamis disasm rules.tamis
  tamis disasm slow.tamisc")]
#[group(id = "text", multiple = false)]
pub(crate) struct Arguments {
    /// A rule
    #[arg(short = 'e', long = "expression", value_name = "RULE", allow_hyphen_values = true, group = "text")]
    rule: Option<String>,

    /// A file with rules, a program that `compile` has written, or `-` for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, group = "text")]
    file: Option<PathBuf>,

    #[command(flatten)]
    language: Language,
}

/// Compiles and prints.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let source = match (&arguments.rule, &arguments.file) {
        (None, Some(path)) => {
            let bytes = read_bytes(path)?;
            if let Some(loaded) = loaded(&bytes, &arguments.language, terminal)? {
                return show(loaded, path, terminal);
            }
            let (name, origin) = if is_stdin(path) {
                ("<stdin>".to_owned(), Origin::Stdin)
            } else {
                (path.display().to_string(), Origin::File(path.clone()))
            };
            let text = utf8(&format!("`{name}`"), bytes)?;
            Source::new(name, origin, text)
        }
        (rule, path) => Source::of(rule.as_deref(), path.as_deref())?,
    };
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

/// Prints a loaded program, or why it is not loaded.
fn show(
    loaded: Result<(PhasedProgram, bytecode::Origin), Vec<bytecode::Refusal>>,
    path: &Path,
    terminal: &mut Terminal,
) -> Result<Status, Failure> {
    let (program, origin) = match loaded {
        Ok(loaded) => loaded,
        Err(refusals) => {
            for refusal in refusals {
                terminal.complain(&format!("`{}` is not loaded: {refusal}", path.display()))?;
            }
            return Ok(Status::Found);
        }
    };
    let moments = program.moments();
    let phase = |phase: Option<tamis::Phase>| phase.map_or("never", tamis::Phase::as_str);
    writeln!(terminal.out, "catalog     {:016x}", origin.catalog)?;
    writeln!(terminal.out, "cost        {}", origin.cost)?;
    writeln!(
        terminal.out,
        "decided     dropped from {}, kept from {}, at the latest at {}",
        phase(moments.drop),
        phase(moments.keep),
        moments.last
    )?;
    let needs = program.program().needs();
    let of_kind = |kind| needs.iter().filter(move |need| need.kind == kind).map(|need| need.name);
    for kind in bytecode::FeatureKind::ALL {
        let names: Vec<&str> = of_kind(*kind).collect();
        if !names.is_empty() {
            writeln!(terminal.out, "{:12}{}", format!("{kind}s"), names.join(", "))?;
        }
    }
    writeln!(terminal.out)?;
    terminal.out.write_all(program.program().disassemble(origin.source.as_deref()).as_bytes())?;
    Ok(Status::Clean)
}
