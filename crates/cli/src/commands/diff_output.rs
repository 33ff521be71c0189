//! How `tamis diff` prints what it found.

use std::io::{self, Write};

use anstyle::Style;
use serde::Serialize;
use serde_json::Value;
use tamis::reason::{Comparison, Found, KnownFacts, Relation};

use crate::commands::diff::{Entry, Fate, FlipOf, Flips};
use crate::style::{self, paint};
use crate::table::{Cell, Column, Table};
use crate::terminal::Stream;
use crate::text::{self, counted};
use crate::witness;

/// Writes what became of each rule, the flips, and a sum.
pub(crate) fn write(out: &mut Stream, entries: &[Entry<'_>], flips: Option<&Flips<'_>>) -> io::Result<()> {
    for entry in entries {
        let (word, style) = fate(&entry.fate);
        match entry.name {
            Some(name) => writeln!(out, "{}: {}", paint(style::CODE, text::visible(name)), paint(style, word))?,
            None => writeln!(out, "{}", paint(style, word))?,
        }
        if let Fate::Kept(comparison) = &entry.fate {
            write_comparison(out, comparison)?;
        }
    }
    if let Some(flips) = flips {
        writeln!(out)?;
        write_flips(out, flips)?;
    }
    if entries.len() > 1 {
        writeln!(out, "\n{}", paint(style::HEADING, sum(entries)))?;
    }
    Ok(())
}

fn fate(fate: &Fate) -> (&'static str, Style) {
    match fate {
        Fate::Added => ("added", style::GOOD),
        Fate::Removed => ("removed", style::BAD),
        Fate::Kept(comparison) => {
            let relation = comparison.relation();
            let style = if relation == Relation::Equivalent { style::GOOD } else { style::NOTICE };
            (relation.as_str(), style)
        }
    }
}

fn write_comparison(out: &mut Stream, comparison: &Comparison) -> io::Result<()> {
    write_found(out, "only the old rule matches", &comparison.only_old)?;
    write_found(out, "only the new rule matches", &comparison.only_new)?;
    let differs = comparison.relation() != Relation::Equivalent;
    if differs && comparison.both.is_nothing() {
        writeln!(out, "  no request matches both")?;
    }
    if !comparison.assumed.is_empty() {
        let names: Vec<String> = comparison.assumed.iter().map(|name| format!("`{name}`")).collect();
        writeln!(
            out,
            "  {}",
            paint(style::FAINT, format!("if every request has {}, as the catalog says", names.join(", ")))
        )?;
    }
    Ok(())
}

fn write_found(out: &mut Stream, what: &str, found: &Found) -> io::Result<()> {
    match found {
        Found::Nothing => Ok(()),
        Found::Unknown => writeln!(out, "  it is not known whether {what} something"),
        Found::Request(request) => {
            writeln!(out, "  {what}, for example:")?;
            writeln!(out, "    {}", text::visible(&witness::facts(request).to_string()))?;
            match witness::curl(request) {
                Some(line) => writeln!(out, "    {}", text::visible(&line)),
                None => Ok(()),
            }
        }
    }
}

fn write_flips(out: &mut Stream, flips: &Flips<'_>) -> io::Result<()> {
    let mut table = Table::new(vec![
        Column::flexible("FILE"),
        Column::flexible("REQUEST"),
        Column::left("METHOD"),
        Column::flexible("PATH"),
        Column::flexible("RULE"),
        Column::left("NOW"),
    ]);
    for flip in &flips.all {
        let now = if flip.now == tamis::Verdict::Match { style::GOOD } else { style::BAD };
        table.push(vec![
            Cell::new(style::FAINT, flip.file),
            Cell::plain(&flip.request.id),
            Cell::new(Style::new().bold(), flip.request.method.as_deref().unwrap_or("")),
            Cell::plain(flip.request.path.as_deref().unwrap_or("")),
            Cell::new(style::CODE, flip.rule.unwrap_or("")),
            Cell::new(now, flip.now.as_str()),
        ]);
    }
    if !flips.all.is_empty() {
        let limit = out.limit();
        table.write(out, limit)?;
        writeln!(out)?;
    }
    let verb = if flips.all.len() == 1 { "flips" } else { "flip" };
    writeln!(out, "{} of {} {verb}", counted(flips.all.len(), "verdict"), counted(flips.requests, "recorded request"))
}

/// How many rules had which fate.
fn sum(entries: &[Entry<'_>]) -> String {
    let words = ["equivalent", "stricter", "looser", "different", "unknown", "added", "removed"];
    let count = |word: &str| entries.iter().filter(|entry| fate(&entry.fate).0 == word).count();
    let parts = words.iter().map(|word| (count(word), word)).filter(|(n, _)| *n > 0);
    let parts: Vec<String> = parts.map(|(n, word)| format!("{n} {word}")).collect();
    format!("{}: {}", counted(entries.len(), "rule"), parts.join(", "))
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    rules: Vec<WireEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traffic: Option<WireTraffic<'a>>,
}

#[derive(Serialize)]
struct WireEntry<'a> {
    rule: Option<&'a str>,
    relation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    only_old: Option<WireFound>,
    #[serde(skip_serializing_if = "Option::is_none")]
    only_new: Option<WireFound>,
    #[serde(skip_serializing_if = "Option::is_none")]
    both: Option<WireFound>,
    assumed: &'a [String],
}

#[derive(Serialize)]
struct WireFound {
    found: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    facts: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    curl: Option<String>,
}

#[derive(Serialize)]
struct WireTraffic<'a> {
    requests: usize,
    flips: Vec<WireFlip<'a>>,
}

#[derive(Serialize)]
struct WireFlip<'a> {
    file: &'a str,
    id: &'a str,
    method: Option<&'a str>,
    path: Option<&'a str>,
    rule: Option<&'a str>,
    now: &'static str,
}

impl From<&Found> for WireFound {
    fn from(found: &Found) -> Self {
        let of = |request: &KnownFacts| (Some(witness::facts(request)), witness::curl(request));
        let (word, (facts, curl)) = match found {
            Found::Nothing => ("nothing", (None, None)),
            Found::Unknown => ("unknown", (None, None)),
            Found::Request(request) => ("request", of(request)),
        };
        Self { found: word, facts, curl }
    }
}

impl<'a> From<&'a Entry<'a>> for WireEntry<'a> {
    fn from(entry: &'a Entry<'a>) -> Self {
        let kept = if let Fate::Kept(comparison) = &entry.fate { Some(comparison) } else { None };
        Self {
            rule: entry.name,
            relation: fate(&entry.fate).0,
            only_old: kept.map(|it| WireFound::from(&it.only_old)),
            only_new: kept.map(|it| WireFound::from(&it.only_new)),
            both: kept.map(|it| WireFound::from(&it.both)),
            assumed: kept.map_or(&[], |it| &it.assumed),
        }
    }
}

impl<'a> From<&'a FlipOf<'a>> for WireFlip<'a> {
    fn from(flip: &'a FlipOf<'a>) -> Self {
        Self {
            file: flip.file,
            id: &flip.request.id,
            method: flip.request.method.as_deref(),
            path: flip.request.path.as_deref(),
            rule: flip.rule,
            now: flip.now.as_str(),
        }
    }
}

/// One document, version 1.
pub(crate) fn write_json(out: &mut Stream, entries: &[Entry<'_>], flips: Option<&Flips<'_>>) -> io::Result<()> {
    let traffic = flips
        .map(|flips| WireTraffic { requests: flips.requests, flips: flips.all.iter().map(WireFlip::from).collect() });
    let document = Document { version: 1, rules: entries.iter().map(WireEntry::from).collect(), traffic };
    serde_json::to_writer(&mut *out, &document)?;
    writeln!(out)
}
