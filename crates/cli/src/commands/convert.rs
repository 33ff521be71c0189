//! `tamis convert`

use std::io::{self, Write as _};

use clap::Args;
use serde::Serialize;
use tamis::Catalog;
use tamis::diagnostic::nearest;
use tamis::dialect::{Conversion, ConvertOptions, Dialect, UnknownDialect, Values, convert};

use crate::arguments::{CatalogChoice, Output};
use crate::catalogs;
use crate::failure::{Failure, Status};
use crate::inputs;
use crate::render::human;
use crate::rewrite::Rewriting;
use crate::source::{Origin, Source};
use crate::terminal::{Stream, Terminal};
use crate::text::{self, counted};

/// Write rules in another language: exactly, or not at all
#[derive(Args, Debug)]
#[command(after_help = "\
The verdict is the same on every request, with absent fields and with several values.
What cannot be said exactly in the other language is an error with its place, and the text stays as it is.

Examples:
  tamis convert --from atc --to tamis -e 'client.port == 010'
  tamis convert --from tamis --to atc -e 'http.response.status_code in 500..504'
  tamis convert --from tamis --to atc --rule slow rules.tamis
  tamis convert --from atc --to tamis --catalog kong-router --diff rules/

Exit codes:
  0  done; with `--check` or `--diff`: the text is the same in both languages
  1  something is refused; with `--check` or `--diff`: something would change
  2  wrong usage, or a file that cannot be read")]
pub(crate) struct Arguments {
    #[command(flatten)]
    rewriting: Rewriting,

    #[command(flatten)]
    catalog: CatalogChoice,

    /// The language of the rules: `tamis`, or `atc` for Kong's expressions
    #[arg(long, value_name = "LANGUAGE", value_parser = dialect)]
    from: Dialect,

    /// The language wanted
    #[arg(long, value_name = "LANGUAGE", value_parser = dialect)]
    to: Dialect,

    /// The rule of a file that is meant; it goes to standard output
    #[arg(long, value_name = "NAME")]
    rule: Option<String>,

    /// Rely on the catalog: a field that is no list has one value at most
    #[arg(long)]
    one_value: bool,

    /// How to print the result: `human`, or `json`, which changes no file
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human", hide_possible_values = true)]
    format: Output,
}

fn dialect(name: &str) -> Result<Dialect, String> {
    name.parse().map_err(|unknown: UnknownDialect| unknown.to_string())
}

/// Converts.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    if arguments.from == arguments.to {
        return Err(Failure::new(format!(
            "`--from` and `--to` are both `{}`; there is nothing to convert",
            arguments.to
        )));
    }
    let texts = inputs::texts(&arguments.rewriting.rules, &arguments.rewriting.files)?;
    let catalog = catalogs::load(&arguments.catalog.catalog, terminal)?;
    match arguments.format {
        Output::Human => {
            let mut status = Status::Clean;
            for text in texts {
                match text.and_then(|source| rewrite(arguments, &source, &catalog, terminal)) {
                    Ok(one) => status = status.worse(one),
                    Err(failure) => status = status.worse(failure.recover(terminal)?),
                }
            }
            Ok(status)
        }
        Output::Json => json(arguments, texts, &catalog, terminal),
    }
}

fn converted(arguments: &Arguments, source: &Source, catalog: &Catalog) -> Conversion {
    let values = if arguments.one_value { Values::AsTheCatalogSays } else { Values::Several };
    let options = ConvertOptions { values, ..ConvertOptions::between(arguments.from, arguments.to) };
    convert(&source.text, catalog, &options)
}

/// Converts one text and writes it where it belongs.
fn rewrite(
    arguments: &Arguments,
    source: &Source,
    catalog: &Catalog,
    terminal: &mut Terminal,
) -> Result<Status, Failure> {
    let mut conversion = converted(arguments, source, catalog);
    if let Some(name) = &arguments.rule {
        choose(&mut conversion, name, source)?;
    }
    terminal.out.flush()?;
    let width = terminal.err.width();
    for diagnostic in &conversion.diagnostics {
        human::write(&mut terminal.err, diagnostic, source, width)?;
        writeln!(terminal.err)?;
    }
    let Some(new) = &conversion.text else {
        let errors = conversion.diagnostics.iter().filter(|found| found.is_error()).count();
        let errors = counted(errors, "error");
        terminal.complain(&format!("`{}` stays as it is, for {errors}", source.name))?;
        return Ok(Status::Found);
    };
    terminal.err.flush()?;
    if arguments.rule.is_none() {
        return arguments.rewriting.deliver(source, new, terminal);
    }
    // A rule that was taken out of a file does not take its place.
    let loose = Source::new(source.name.clone(), Origin::Stdin, source.text.clone());
    arguments.rewriting.deliver(&loose, new, terminal)
}

/// Leaves only one rule of a file, and what is said about it.
fn choose(conversion: &mut Conversion, name: &str, source: &Source) -> Result<(), Failure> {
    let named = |rule: &tamis::dialect::ConvertedRule| rule.name.as_deref() == Some(name);
    let Some(rule) = conversion.rules.iter().find(|rule| named(rule)) else {
        let names = conversion.rules.iter().filter_map(|rule| rule.name.as_deref());
        let near = nearest(name, names).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        let file = text::visible(&source.name);
        return Err(Failure::new(format!("`{file}` has no rule `{}`{near}", text::visible(name))));
    };
    let rule = rule.clone();
    conversion.diagnostics.clone_from(&rule.diagnostics);
    conversion.text.clone_from(&rule.text);
    conversion.rules = vec![rule];
    Ok(())
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    files: Vec<File<'a>>,
    failures: Vec<String>,
}

#[derive(Serialize)]
struct File<'a> {
    file: &'a str,
    text: Option<&'a str>,
    rules: Vec<Rule<'a>>,
    diagnostics: Vec<tamis_wire::Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Rule<'a> {
    name: Option<&'a str>,
    span: tamis_wire::Span,
    text: Option<&'a str>,
    diagnostics: Vec<tamis_wire::Diagnostic<'a>>,
}

/// Everything as one document, version 1.
fn json(
    arguments: &Arguments,
    texts: Vec<Result<Source, Failure>>,
    catalog: &Catalog,
    terminal: &mut Terminal,
) -> Result<Status, Failure> {
    let mut failures = Vec::new();
    let mut all: Vec<(Source, Conversion)> = Vec::new();
    for text in texts {
        let one = text.and_then(|source| {
            let mut conversion = converted(arguments, &source, catalog);
            match &arguments.rule {
                Some(name) => choose(&mut conversion, name, &source).map(|()| (source, conversion)),
                None => Ok((source, conversion)),
            }
        });
        match one {
            Ok(one) => all.push(one),
            Err(failure) => failures.push(failure.to_string()),
        }
    }
    print(&mut terminal.out, &all, &failures)?;
    terminal.out.flush()?;
    for failure in &failures {
        terminal.complain(failure)?;
    }
    let refused = all.iter().any(|(_, conversion)| conversion.rules.iter().any(|rule| rule.text.is_none()));
    let status = if refused { Status::Found } else { Status::Clean };
    Ok(status.worse(if failures.is_empty() { Status::Clean } else { Status::Unable }))
}

fn print(out: &mut Stream, all: &[(Source, Conversion)], failures: &[String]) -> io::Result<()> {
    let files = all.iter().map(|(source, conversion)| File {
        file: &source.name,
        text: conversion.text.as_deref(),
        rules: conversion
            .rules
            .iter()
            .map(|rule| Rule {
                name: rule.name.as_deref(),
                span: rule.span.into(),
                text: rule.text.as_deref(),
                diagnostics: tamis_wire::diagnostics(&rule.diagnostics),
            })
            .collect(),
        diagnostics: tamis_wire::diagnostics(&conversion.diagnostics),
    });
    let document = Document { version: 1, files: files.collect(), failures: failures.to_vec() };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
