//! `tamis explain`

use std::io::Write as _;

use clap::Args;
use tamis::diagnostic::Code;

use crate::failure::{Failure, Status};
use crate::markdown;
use crate::style::{self, paint};
use crate::table::{Cell, Column, Table};
use crate::terminal::Terminal;

/// Explain a diagnostic code; without a code, list them all
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tamis explain T301
  tamis explain
  tamis explain T301 --markdown > T301.md")]
pub(crate) struct Arguments {
    /// The code, as it stands in `error[T301]`
    code: Option<String>,

    /// Print the page as it was written
    #[arg(long, requires = "code")]
    markdown: bool,
}

/// Prints a page, or the list of codes.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let Some(text) = &arguments.code else {
        list(terminal)?;
        return Ok(Status::Clean);
    };
    let code = code(text)?;
    let out = &mut terminal.out;
    match tamis_wire::page(code) {
        Some(page) if arguments.markdown => out.write_all(page.as_bytes())?,
        Some(page) => {
            let width = out.width();
            markdown::write(out, page, width)?;
        }
        None => writeln!(out, "{code}: {} ({})", code.title(), code.severity().as_str())?,
    }
    Ok(Status::Clean)
}

/// The code that a text names: `T301`, `t301`, `301`, and as pasted `error[T301]`.
fn code(text: &str) -> Result<Code, Failure> {
    let inner = text.split_once('[').map_or(text, |(_, code)| code.trim_end_matches([']', ':']));
    let found = inner.parse().or_else(|_| format!("T{inner}").parse());
    found.map_err(|_| Failure::new(format!("there is no code `{text}`; `tamis explain` lists the codes")))
}

fn list(terminal: &mut Terminal) -> Result<(), Failure> {
    let mut table = Table::new(vec![Column::left("CODE"), Column::left("SEVERITY"), Column::flexible("MEANING")]);
    for code in Code::ALL {
        table.push(vec![
            Cell::new(style::CODE, code.as_str()),
            Cell::new(style::of(code.severity()), code.severity().as_str()),
            Cell::plain(code.title()),
        ]);
    }
    let limit = terminal.out.limit();
    table.write(&mut terminal.out, limit)?;
    if terminal.out.is_terminal() {
        writeln!(terminal.out, "\n{}", paint(style::FAINT, "`tamis explain CODE` prints the page of a code"))?;
    }
    Ok(())
}
