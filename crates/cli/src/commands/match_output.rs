//! How `tamis match` prints what it found.

use std::io::{self, Write};

use anstyle::Style;
use serde::Serialize;
use tamis::traffic::{Mapping, RawValue, Request};

use crate::commands::r#match::Found;
use crate::moment::{Moment, duration};
use crate::rules::Runnable;
use crate::style::{self, paint};
use crate::table::{Cell, Column, Table};
use crate::terminal::Stream;
use crate::text::{self, grouped};

/// A request that some rule captures.
pub(crate) struct Match<'t> {
    /// The recording that it is from.
    pub(crate) file: &'t str,
    /// The request.
    pub(crate) request: &'t Request,
    /// The names of the rules; none for a bare rule.
    pub(crate) rules: Vec<Option<&'t str>>,
}

/// Writes a table of the matches, and the count line.
pub(crate) fn write(out: &mut Stream, rules: &[Runnable], found: &Found<'_>, with_file: bool) -> io::Result<()> {
    let mut table = Table::new(vec![
        Column::left("TIME"),
        Column::left("METHOD"),
        Column::flexible("PATH"),
        Column::right("STATUS"),
        Column::right("DURATION"),
        Column::flexible("RULES"),
        Column::flexible("FILE"),
    ]);
    let dates: Vec<String> =
        found.matches.iter().filter_map(|it| it.request.time.map(|time| Moment(time).date())).collect();
    let one_day = dates.iter().all(|date| Some(date) == dates.first());
    let mapping = Mapping::shipped();
    for Match { file, request, rules } in &found.matches {
        let time = request.time.map(|time| if one_day { Moment(time).time() } else { Moment(time).rfc3339() });
        let label =
            if request.method.is_none() && request.path.is_none() { Some(&request.id) } else { request.path.as_ref() };
        let status = status(request, &mapping);
        let names: Vec<&str> = rules.iter().copied().flatten().collect();
        table.push(vec![
            Cell::new(style::FAINT, time.unwrap_or_default()),
            Cell::new(Style::new().bold(), request.method.as_deref().unwrap_or("")),
            Cell::plain(label.map_or("", String::as_str)),
            Cell::new(status_style(status), status.map(|status| status.to_string()).unwrap_or_default()),
            Cell::plain(request.duration.map(duration).unwrap_or_default()),
            Cell::new(style::CODE, names.join(", ")),
            Cell::new(style::FAINT, if with_file { file } else { "" }),
        ]);
    }
    if !found.matches.is_empty() {
        let limit = out.limit();
        table.write(out, limit)?;
        writeln!(out)?;
    }
    let verb = if found.matches.len() == 1 { "matches" } else { "match" };
    let line = format!("{} of {} {verb}", grouped(found.matches.len()), text::counted(found.requests, "request"));
    writeln!(out, "{}", paint(style::HEADING, line))?;
    if rules.len() > 1 { write_rule_counts(out, rules, found, "  ") } else { Ok(()) }
}

/// Writes how many requests match; of named rules a line each.
pub(crate) fn write_counts(out: &mut Stream, rules: &[Runnable], found: &Found<'_>) -> io::Result<()> {
    write_rule_counts(out, rules, found, "")
}

fn write_rule_counts(out: &mut Stream, rules: &[Runnable], found: &Found<'_>, indent: &str) -> io::Result<()> {
    let widest = found.counts.iter().map(|count| count.to_string().len()).max().unwrap_or(0);
    for (rule, count) in rules.iter().zip(&found.counts) {
        match &rule.name {
            Some(name) => writeln!(out, "{indent}{count:>widest$}  {}", paint(style::CODE, text::visible(name)))?,
            None => writeln!(out, "{indent}{count}")?,
        }
    }
    Ok(())
}

/// Writes one object a line, version 1.
pub(crate) fn write_json(out: &mut Stream, found: &Found<'_>) -> io::Result<()> {
    #[derive(Serialize)]
    struct Line<'a> {
        version: u32,
        file: &'a str,
        id: &'a str,
        time: Option<String>,
        method: Option<&'a str>,
        path: Option<&'a str>,
        status: Option<i64>,
        duration_ns: Option<i64>,
        trace_id: Option<&'a str>,
        rules: Vec<&'a str>,
    }
    let mapping = Mapping::shipped();
    for Match { file, request, rules } in &found.matches {
        let line = Line {
            version: 1,
            file,
            id: &request.id,
            time: request.time.map(|time| Moment(time).rfc3339()),
            method: request.method.as_deref(),
            path: request.path.as_deref(),
            status: status(request, &mapping),
            duration_ns: request.duration,
            trace_id: request.trace_id.as_deref(),
            rules: rules.iter().copied().flatten().collect(),
        };
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)?;
    }
    Ok(())
}

/// Writes the counts as one object, version 1.
pub(crate) fn write_json_counts(out: &mut Stream, rules: &[Runnable], found: &Found<'_>) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        version: u32,
        requests: usize,
        matches: usize,
        rules: Vec<Count<'a>>,
    }
    #[derive(Serialize)]
    struct Count<'a> {
        rule: Option<&'a str>,
        matches: usize,
    }
    let counts = rules.iter().zip(&found.counts);
    let counts = counts.map(|(rule, &matches)| Count { rule: rule.name.as_deref(), matches });
    let document =
        Document { version: 1, requests: found.requests, matches: found.matches.len(), rules: counts.collect() };
    serde_json::to_writer(&mut *out, &document)?;
    writeln!(out)
}

/// The status of the answer, from the names that recordings have for it.
fn status(request: &Request, mapping: &Mapping) -> Option<i64> {
    let value = mapping.status.iter().find_map(|name| request.facts.get(name).first())?;
    match value {
        RawValue::Int(status) => Some(*status),
        RawValue::Bool(_) | RawValue::Float(_) | RawValue::String(_) | RawValue::Duration(_) => None,
    }
}

const fn status_style(status: Option<i64>) -> Style {
    match status {
        Some(200..300) => style::GOOD,
        Some(300..400) => style::CODE,
        Some(400..500) => style::NOTICE,
        Some(500..) => style::BAD,
        _ => Style::new(),
    }
}
