//! `tamis compile`

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use tamis::bytecode::{MAGIC, NodeProfile, Origin, Refusal};
use tamis::{PhasedProgram, compile_phased};

use crate::arguments::Language;
use crate::catalogs;
use crate::failure::{Failure, Status};
use crate::rules::Rules;
use crate::source::{Source, is_stdin};
use crate::terminal::Terminal;
use crate::text::counted;

/// Compile a rule to bytes that other nodes load
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tamis compile -e 'http.response.status_code >= 500' -o rule.tamisc
  tamis compile rules.tamis --rule slow -o slow.tamisc
  tamis disasm slow.tamisc")]
#[group(id = "text", multiple = false)]
pub(crate) struct Arguments {
    /// A rule
    #[arg(short = 'e', long = "expression", value_name = "RULE", allow_hyphen_values = true, group = "text")]
    rule: Option<String>,

    /// A file with rules, or `-` for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, group = "text")]
    file: Option<PathBuf>,

    /// Which rule of a file with several
    #[arg(long = "rule", value_name = "NAME")]
    name: Option<String>,

    /// Where the bytes go: a file, or `-` for standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: PathBuf,

    /// Leave the text of the rule out
    #[arg(long)]
    no_source: bool,

    #[command(flatten)]
    language: Language,
}

/// Compiles, and writes the bytes.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let source = Source::of(arguments.rule.as_deref(), arguments.file.as_deref())?;
    let Some(rules) = Rules::load(source, &arguments.language, false, terminal)? else { return Ok(Status::Found) };
    let wanted = |name: &Option<String>| arguments.name.is_none() || *name == arguments.name;
    let mut found = rules.all.iter().filter(|rule| wanted(&rule.name));
    let (Some(rule), None) = (found.next(), found.next()) else {
        let names: Vec<&str> = rules.all.iter().filter_map(|rule| rule.name.as_deref()).collect();
        let names = format!("`{}` has {}: {}", rules.source.name, counted(names.len(), "rule"), names.join(", "));
        return Err(Failure::new(match &arguments.name {
            Some(name) => format!("there is no rule `{name}`; {names}"),
            None => format!("a program is made of one rule, named with `--rule`; {names}"),
        }));
    };
    let phased = compile_phased(&rule.checked);
    let program = phased.program();
    let mut origin = Origin::new(program, &rules.catalog);
    if !arguments.no_source {
        origin = origin.with_source(&rules.source.text);
    }
    let bytes = program.to_bytes(&origin);
    if is_stdin(&arguments.output) {
        // Not through the writer of text, which takes colours and what is no text away.
        io::stdout().lock().write_all(&bytes)?;
        return Ok(Status::Clean);
    }
    fs::write(&arguments.output, &bytes).map_err(|error| Failure::file("write", &arguments.output, &error))?;
    let path = arguments.output.display();
    writeln!(terminal.out, "{path}: {}, bytecode version {}", counted(bytes.len(), "byte"), version(&bytes))?;
    Ok(Status::Clean)
}

/// The version in the header of a program.
fn version(bytes: &[u8]) -> u16 {
    let header = bytes.get(MAGIC.len()..).and_then(|rest| rest.first_chunk());
    header.map_or(0, |version| u16::from_le_bytes(*version))
}

/// A program from its bytes, or why it is refused.
pub(crate) type FromBytes = Result<(PhasedProgram, Origin), Vec<Refusal>>;

/// The program of a file that `compile` has written; nothing where the bytes are something else.
pub(crate) fn loaded(bytes: &[u8], language: &Language, terminal: &mut Terminal) -> Result<Option<FromBytes>, Failure> {
    if !bytes.starts_with(&MAGIC) {
        return Ok(None);
    }
    let catalog = catalogs::load(&language.catalog.catalog, terminal)?;
    let loaded = NodeProfile::new(&catalog).load(bytes);
    Ok(Some(loaded.map(|loaded| (PhasedProgram::new(loaded.program), loaded.origin))))
}
