//! How an explanation is printed.

use std::borrow::Cow;
use std::io::{self, Write};

use tamis::reason::{Connective, Explained, Explanation, FieldChange, FieldValues, Flip};
use tamis::{Constant, Verdict};
use tamis_wire::{Reason, Reasons};

use crate::style::{self, paint};
use crate::terminal::Stream;
use crate::text::{self, counted};

/// How many values of a field are shown.
const MOST_VALUES: usize = 4;
/// Columns of a condition's text.
const WIDEST: usize = 72;
/// Columns up to which what conditions looked at is lined up.
const ALIGNED: usize = 56;
/// What is shown instead of a value that must never be.
const HIDDEN: &str = "hidden";

/// A rule and why it says what it says.
pub(crate) struct Answer<'a> {
    /// Its name; none of a bare rule.
    pub(crate) rule: Option<&'a str>,
    /// Why.
    pub(crate) explanation: Explanation,
    /// The text that the rule stands in.
    pub(crate) text: &'a str,
}

/// Draws explanations, one after the other.
pub(crate) fn write(out: &mut Stream, answers: &[Answer<'_>]) -> io::Result<()> {
    for (place, answer) in answers.iter().enumerate() {
        if place > 0 {
            writeln!(out)?;
        }
        write_one(out, answer)?;
    }
    Ok(())
}

fn write_one(out: &mut Stream, answer: &Answer<'_>) -> io::Result<()> {
    let verdict = answer.explanation.verdict;
    let style = if verdict == Verdict::Match { style::GOOD } else { style::NOTICE };
    match answer.rule {
        Some(name) => writeln!(out, "{}: {}", text::visible(name), paint(style, verdict))?,
        None => writeln!(out, "{}", paint(style, verdict))?,
    }
    writeln!(out)?;
    write_tree(out, answer)?;
    writeln!(out)?;
    write_flip(out, verdict, &answer.explanation.flip)
}

/// A line of the tree, before its columns are lined up.
struct Line<'a> {
    branch: String,
    condition: &'a Explained,
    text: String,
    detail: String,
}

fn write_tree(out: &mut Stream, answer: &Answer<'_>) -> io::Result<()> {
    let conditions = &answer.explanation.conditions;
    let lines: Vec<Line<'_>> = conditions
        .iter()
        .enumerate()
        .map(|(place, condition)| Line {
            branch: branch(conditions, place),
            condition,
            text: label(condition, answer.text),
            detail: detail(condition),
        })
        .collect();
    let width = |line: &Line<'_>| text::width(&line.branch) + text::width(&line.text);
    let leaves = || lines.iter().filter(|line| line.condition.connective.is_none());
    let widest = leaves().map(width).filter(|width| *width <= ALIGNED).max().unwrap_or(0);
    for line in &lines {
        let (mark, style) = if line.condition.holds { ("✓", style::GOOD) } else { ("✗", style::BAD) };
        write!(out, "{}{} ", paint(style::MARGIN, &line.branch), paint(style, mark))?;
        if line.condition.connective.is_some() {
            writeln!(out, "{}", line.text)?;
            continue;
        }
        write!(out, "{}", line.text)?;
        let gap = widest.saturating_sub(width(line)) + 3;
        if !line.detail.is_empty() || line.condition.decides {
            write!(out, "{}{}", " ".repeat(gap), paint(style::FAINT, &line.detail))?;
        }
        if line.condition.decides {
            let dash = if line.detail.is_empty() { "" } else { "  " };
            write!(out, "{dash}{}", paint(style::HEADING, "← decides"))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The branches before a condition: which of the conditions around it have more parts below.
fn branch(conditions: &[Explained], place: usize) -> String {
    let Some(condition) = conditions.get(place) else { return String::new() };
    let mut out = String::new();
    for depth in 1..=condition.depth {
        // The next condition that is no deeper says whether the branch goes on.
        let below = conditions.iter().skip(place + 1).find(|other| other.depth <= depth);
        let goes_on = below.is_some_and(|other| other.depth == depth);
        out.push_str(match (depth == condition.depth, goes_on) {
            (true, true) => "├─ ",
            (true, false) => "└─ ",
            (false, true) => "│  ",
            (false, false) => "   ",
        });
    }
    out
}

fn label(condition: &Explained, text: &str) -> String {
    match condition.connective {
        Some(Connective::And) => "all of".to_owned(),
        Some(Connective::Or) => "one of".to_owned(),
        Some(Connective::Not) => "not".to_owned(),
        None => {
            let words: Vec<&str> = condition.span.slice(text).split_whitespace().collect();
            text::shortened(&text::visible(&words.join(" ")), WIDEST).into_owned()
        }
    }
}

/// What a condition looked at.
fn detail(condition: &Explained) -> String {
    let with_name = condition.fields.len() > 1;
    let mut parts: Vec<String> = condition.fields.iter().map(|field| was(field, with_name)).collect();
    if let ([part], false) = (parts.as_mut_slice(), condition.holds)
        && condition.fields.iter().all(|field| field.values.is_empty() && !field.hidden)
    {
        part.push_str(", so it is false");
    }
    if let Some(results) = &condition.result {
        parts.push(match results.as_slice() {
            [] => String::new(),
            [None] => "the expression had no result, so the comparison is false".to_owned(),
            results => format!("the expression was {}", listed(results.iter().map(result))),
        });
    }
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

fn was(field: &FieldValues, with_name: bool) -> String {
    let name = if with_name { format!("`{}` ", text::visible(&field.field.name)) } else { String::new() };
    if field.hidden {
        return format!("{name}was there ({HIDDEN})");
    }
    match field.values.as_slice() {
        [] => format!("{name}was absent"),
        values => format!("{name}was {}", listed(values.iter().map(shown))),
    }
}

fn shown(value: &Constant) -> Cow<'static, str> {
    let literal = value.to_string();
    Cow::Owned(text::shortened(&text::visible(&literal), WIDEST).into_owned())
}

fn result(result: &Option<Constant>) -> Cow<'static, str> {
    result.as_ref().map_or(Cow::Borrowed("nothing"), shown)
}

fn listed(values: impl ExactSizeIterator<Item = Cow<'static, str>>) -> String {
    let more = values.len().saturating_sub(MOST_VALUES);
    let shown: Vec<Cow<'static, str>> = values.take(MOST_VALUES).collect();
    let shown = shown.join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

fn write_flip(out: &mut Stream, verdict: Verdict, flip: &Flip) -> io::Result<()> {
    let wanted = if verdict == Verdict::Match { "not to match" } else { "to match" };
    match flip {
        Flip::Never if verdict == Verdict::Match => writeln!(out, "the rule matches every request"),
        Flip::Never => writeln!(out, "the rule matches no request"),
        Flip::Unknown => writeln!(out, "no change was found that flips the verdict"),
        Flip::Change(change) => {
            let n = change.fields.len();
            let verb = if n == 1 { "has" } else { "have" };
            let fewest = if change.is_smallest { "" } else { " (fewer may be enough)" };
            writeln!(out, "{wanted}, {} {verb} to change{fewest}:", counted(n, "field"))?;
            let name = |change: &FieldChange| text::visible(&change.from.field.name).into_owned();
            let widest = change.fields.iter().map(|it| text::width(&name(it))).max().unwrap_or(0);
            for field in &change.fields {
                let name = name(field);
                let gap = " ".repeat(widest - text::width(&name));
                let to = if field.to.hidden { "another value".to_owned() } else { side(&field.to) };
                let from = side(&field.from);
                writeln!(out, "  {}{gap}  {from} → {}", paint(style::CODE, name), paint(style::HEADING, to))?;
            }
            Ok(())
        }
    }
}

fn side(field: &FieldValues) -> String {
    match field.values.as_slice() {
        _ if field.hidden => HIDDEN.to_owned(),
        [] => "absent".to_owned(),
        values => listed(values.iter().map(shown)),
    }
}

/// One document, version 1.
pub(crate) fn write_json(out: &mut Stream, answers: &[Answer<'_>], problems: &[String]) -> io::Result<()> {
    let reasons = answers.iter().map(Answer::wire).collect();
    out.write_all(Reasons::new(reasons, problems).to_json().as_bytes())
}

impl Answer<'_> {
    /// As JSON.
    pub(crate) fn wire(&self) -> Reason<'_> {
        Reason::of(self.rule, &self.explanation, self.text)
    }
}
