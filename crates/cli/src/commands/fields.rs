//! `tamis fields`

use std::io::{self, Write};

use clap::Args;
use tamis::Catalog;
use tamis::catalog::{Field, Presence, Shape};

use crate::arguments::{CatalogChoice, Output};
use crate::catalogs;
use crate::commands::field_json;
use crate::failure::{Failure, Status};
use crate::style::{self, paint};
use crate::table::{Cell, Column, Table};
use crate::terminal::Terminal;
use crate::text;

/// Columns that the meaning of a field takes at least, if it stands in a table.
const LEAST_MEANING: usize = 60;

/// List the fields that a rule may name
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tamis fields
  tamis fields status
  tamis fields 'proxy.kong.latency.*' --long
  tamis fields --catalog otel --format json")]
pub(crate) struct Arguments {
    /// Only fields whose name or alias has this in it; `*` stands for any text, `?` for one character
    pattern: Option<String>,

    #[command(flatten)]
    catalog: CatalogChoice,

    /// Everything that is known: examples, allowed values, aliases
    #[arg(long)]
    long: bool,

    /// How to print them: `human` or `json`
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human", hide_possible_values = true)]
    format: Output,
}

/// Prints the fields.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let catalog = catalogs::load(&arguments.catalog.catalog, terminal)?;
    let pattern = arguments.pattern.as_deref().unwrap_or("");
    let exact = catalog.fields().iter().position(|field| field.name == pattern);
    let found: Vec<&Field> = match exact.and_then(|place| catalog.fields().get(place)) {
        Some(field) => vec![field],
        None => catalog.fields().iter().filter(|field| fits(field, pattern)).collect(),
    };
    if found.is_empty() {
        return Err(nothing(&catalog, pattern));
    }
    let out = &mut terminal.out;
    match arguments.format {
        Output::Json => field_json::write(out, &catalog, &found)?,
        Output::Human if arguments.long || exact.is_some() => {
            let width = out.width();
            for (place, field) in found.iter().enumerate() {
                if place > 0 {
                    writeln!(out)?;
                }
                describe(out, field, width)?;
            }
        }
        Output::Human => list(terminal, &catalog, &found)?,
    }
    Ok(Status::Clean)
}

/// Whether the pattern is in a name of the field; with `*` or `?`, whether it is the whole name.
fn fits(field: &Field, pattern: &str) -> bool {
    let names = std::iter::once(field.name.as_str()).chain(field.aliases.iter().map(|alias| alias.name.as_str()));
    let pattern = pattern.to_lowercase();
    let is_glob = pattern.contains(['*', '?']);
    names.map(str::to_lowercase).any(|name| if is_glob { glob(&pattern, &name) } else { name.contains(&pattern) })
}

/// Whether a text is what a pattern of `*` and `?` describes.
fn glob(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut in_text) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while in_text < text.len() {
        match pattern.get(at) {
            Some('*') => {
                retry = Some((at + 1, in_text));
                at += 1;
            }
            Some(c) if *c == '?' || Some(c) == text.get(in_text) => {
                at += 1;
                in_text += 1;
            }
            _ => match retry {
                Some((after_star, from)) => {
                    retry = Some((after_star, from + 1));
                    at = after_star;
                    in_text = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).unwrap_or(&[]).iter().all(|c| *c == '*')
}

fn nothing(catalog: &Catalog, pattern: &str) -> Failure {
    if catalog.fields().is_empty() {
        return Failure::new(format!("the catalog `{}` has no field", catalog.name()));
    }
    let near: Vec<String> = catalog.suggest(pattern, 3).iter().map(|near| format!("`{}`", near.name)).collect();
    let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) };
    Failure::new(format!("no field of the catalog `{}` has `{pattern}` in its name{hint}", catalog.name()))
}

fn list(terminal: &mut Terminal, catalog: &Catalog, found: &[&Field]) -> io::Result<()> {
    let mut table = Table::new(vec![
        Column::left("FIELD"),
        Column::left("TYPE"),
        Column::left("KNOWN FROM"),
        Column::left("PRESENCE"),
        Column::flexible("MEANING"),
    ]);
    for field in found {
        table.push(vec![
            Cell::new(style::CODE, full_name(field)),
            Cell::plain(type_of(field)),
            Cell::plain(field.phase.as_str()),
            Cell::plain(presence(field)),
            Cell::plain(if field.deprecated.is_some() {
                format!("(going away) {}", field.doc)
            } else {
                field.doc.clone()
            }),
        ]);
    }
    match terminal.out.limit() {
        Some(limit) if !table.fits(limit, LEAST_MEANING) => stack(&mut terminal.out, found, limit)?,
        limit => table.write(&mut terminal.out, limit)?,
    }
    if terminal.out.is_terminal() {
        let count = text::counted(found.len(), "field");
        let line = format!("{count} of the catalog `{}`; `--long` tells more about each", catalog.name());
        writeln!(terminal.out, "\n{}", paint(style::FAINT, line))?;
    }
    Ok(())
}

/// The same on a narrow terminal: a line for the name and the rest below it.
fn stack(out: &mut impl Write, found: &[&Field], width: usize) -> io::Result<()> {
    for field in found {
        let facts = format!("{}, from {}, {}", type_of(field), field.phase.as_str(), presence(field));
        writeln!(out, "{}  {}", paint(style::CODE, full_name(field)), paint(style::FAINT, facts))?;
        for line in text::wrapped(&text::visible(&field.doc), width.saturating_sub(2)) {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}

/// The name, of a family with a place for its key.
pub(crate) fn full_name(field: &Field) -> String {
    match field.shape {
        Shape::Family { .. } => format!("{}.KEY", field.name),
        Shape::One | Shape::Many | Shape::Opaque => field.name.clone(),
    }
}

/// The type with its unit: `int (ms)`, `list of string`.
fn type_of(field: &Field) -> String {
    let many = matches!(field.shape, Shape::Many | Shape::Family { many: true, .. });
    let kind = match (&field.shape, many) {
        (Shape::Opaque, _) => "not testable".to_owned(),
        (_, true) => format!("list of {}", field.ty),
        (_, false) => field.ty.to_string(),
    };
    field.unit.as_ref().map_or(kind.clone(), |unit| format!("{kind} ({})", unit.ucum.trim_matches(['{', '}'])))
}

const fn presence(field: &Field) -> &'static str {
    match field.presence {
        Presence::Always => "always",
        Presence::Optional => "optional",
    }
}

/// Everything that is known about a field.
fn describe(out: &mut impl Write, field: &Field, width: usize) -> io::Result<()> {
    writeln!(out, "{}", paint(style::CODE.bold(), full_name(field)))?;
    let mut entry = |name: &str, value: &str| -> io::Result<()> {
        let mut name = name;
        for line in text::wrapped(&text::visible(value), width.saturating_sub(14)) {
            writeln!(out, "  {} {line}", paint(style::FAINT, format_args!("{name:<11}")))?;
            name = "";
        }
        Ok(())
    };
    entry("means", &field.doc)?;
    let range = field.range.map(|(low, high)| format!(", {low} to {high}")).unwrap_or_default();
    entry("type", &format!("{}{range}", type_of(field)))?;
    entry("known from", field.phase.as_str())?;
    let absence = field.absence.as_deref().map(|absence| format!(": {absence}")).unwrap_or_default();
    entry("presence", &format!("{}{absence}", presence(field)))?;
    let examples: Vec<String> = field.examples.iter().map(ToString::to_string).collect();
    entry("examples", &examples.join(", "))?;
    if let Some(allowed) = &field.allowed {
        let values: Vec<String> = allowed.values.iter().map(|allowed| allowed.value.to_string()).collect();
        let rest = if allowed.open { ", and others" } else { "" };
        entry("values", &format!("{}{rest}", values.join(", ")))?;
    }
    if let Shape::Family { known_keys, .. } = &field.shape {
        let keys: Vec<&str> = known_keys.iter().map(|known| known.key.as_str()).collect();
        entry("keys", &keys.join(", "))?;
    }
    for alias in &field.aliases {
        let relation = if alias.exact { "the same" } else { "nearly the same" };
        let note = alias.note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
        entry("also named", &format!("{} ({}), {relation}{note}", alias.name, alias.origin))?;
    }
    if let Some(deprecated) = &field.deprecated {
        entry("going away", &format!("{} Use {}.", deprecated.note, deprecated.replacement.join(" or ")))?;
    }
    entry("since", field.since.as_deref().unwrap_or(""))?;
    entry("sensitive", if field.sensitive { "its values are never shown" } else { "" })?;
    entry("grows", if field.monotone { "only grows during a request" } else { "" })?;
    entry("note", field.note.as_deref().unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use tamis::Catalog;

    use super::{glob, stack};

    #[test]
    fn a_narrow_terminal_has_the_meaning_below_the_name() {
        let catalog = Catalog::shipped("kong").unwrap();
        let fields: Vec<_> = catalog.fields().iter().filter(|field| field.name == "http.request.header").collect();
        let mut out = Vec::new();
        stack(&mut anstream::StripStream::new(&mut out), &fields, 40).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "http.request.header.KEY  list of string, from request_headers, optional\n  \
             Request headers, one list of values\n  per header name.\n"
        );
    }

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(glob("http.*.status*", "http.response.status_code"));
        assert!(glob("*code", "http.response.status_code"));
        assert!(!glob("*status", "http.response.status_code"));
        assert!(glob("?b*", "abc") && !glob("?b", "abc"));
    }
}
