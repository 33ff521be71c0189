//! `tamis fmt`

use std::io::Write as _;

use clap::Args;
use tamis::{Edition, Limits};

use crate::arguments::edition;
use crate::failure::{Failure, Status};
use crate::inputs;
use crate::render::human;
use crate::rewrite::Rewriting;
use crate::source::Source;
use crate::terminal::Terminal;
use crate::text::counted;

/// Write rules in their one layout
#[derive(Args, Debug)]
#[command(after_help = "\
The meaning never changes, and comments stay.

Examples:
  tamis fmt rules.tamis
  tamis fmt --check rules/
  tamis fmt --diff rules.tamis
  tamis fmt -e 'a==1 and b in[1,2]'
  tamis fmt - < rules.tamis

Exit codes:
  0  done; with `--check` or `--diff`: everything has its layout
  1  a text cannot be read as rules; with `--check` or `--diff`: something would change
  2  wrong usage, or a file that cannot be read")]
pub(crate) struct Arguments {
    #[command(flatten)]
    rewriting: Rewriting,

    /// How the rules are to be read
    #[arg(long, value_name = "EDITION", default_value = "tamis", value_parser = edition)]
    edition: Edition,
}

/// Formats.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let texts = inputs::texts(&arguments.rewriting.rules, &arguments.rewriting.files)?;
    let mut status = Status::Clean;
    for text in texts {
        let formatted = text.and_then(|source| format(arguments, &source, terminal));
        match formatted {
            Ok(one) => status = status.worse(one),
            Err(failure) => status = status.worse(failure.recover(terminal)?),
        }
    }
    Ok(status)
}

fn format(arguments: &Arguments, source: &Source, terminal: &mut Terminal) -> Result<Status, Failure> {
    match tamis::format(&source.text, arguments.edition, &Limits::default()) {
        Ok(new) => arguments.rewriting.deliver(source, &new, terminal),
        Err(found) => {
            terminal.out.flush()?;
            let width = terminal.err.width();
            let errors: Vec<_> = found.iter().filter(|it| it.is_error()).collect();
            for diagnostic in &errors {
                human::write(&mut terminal.err, diagnostic, source, width)?;
                writeln!(terminal.err)?;
            }
            let errors = counted(errors.len(), "error");
            terminal.complain(&format!("`{}` stays as it is, for {errors}", source.name))?;
            Ok(Status::Found)
        }
    }
}
