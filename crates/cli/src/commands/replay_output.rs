//! How `tamis replay` prints what it predicts.

use std::io::{self, Write};

use serde::Serialize;
use tamis::traffic::{Decided, Full, Prediction};

use crate::moment::duration;
use crate::style::{self, paint};
use crate::table::{Cell, Column, Table};
use crate::terminal::Stream;
use crate::text::{self, counted, grouped};

/// Columns of the longest bar.
const BAR: usize = 24;
/// Parts of a column, from an eighth to the whole.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Parts of a row, from an eighth to the whole.
const WIDTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// Writes a paragraph for each rule.
pub(crate) fn write(out: &mut Stream, rules: &[(Option<&str>, &Prediction)], cap: usize) -> io::Result<()> {
    for (place, (name, prediction)) in rules.iter().enumerate() {
        if place > 0 {
            writeln!(out)?;
        }
        if let Some(name) = name {
            writeln!(out, "{}", paint(style::HEADING, text::visible(name)))?;
        }
        write_one(out, prediction, cap)?;
    }
    Ok(())
}

fn write_one(out: &mut Stream, prediction: &Prediction, cap: usize) -> io::Result<()> {
    writeln!(out, "{}", headline(prediction))?;
    if let Some(full) = prediction.full {
        writeln!(out, "{}", cap_line(full, cap))?;
    }
    if let Some(each) = prediction.conditions_each() {
        writeln!(out, "{each:.1} conditions asked of a request")?;
    }
    if !prediction.phases.is_empty() {
        writeln!(out)?;
        phases(prediction).write(out, None)?;
    }
    let most = prediction.slices.iter().copied().max().unwrap_or(0);
    if let Some(time) = prediction.duration.filter(|_| most > 0) {
        let n_slices = i64::try_from(prediction.slices.len()).unwrap_or(i64::MAX);
        writeln!(out)?;
        writeln!(out, "{}", paint(style::GOOD, columns(&prediction.slices, most)))?;
        let part = duration(time / n_slices.max(1));
        let scale = format!("matches over {}, at most {} in {part}", duration(time), grouped(most));
        writeln!(out, "{}", paint(style::FAINT, scale))?;
    }
    Ok(())
}

/// `2 of 4 requests match (50.0%), 1.25 a second, standing for 12`
fn headline(prediction: &Prediction) -> String {
    let Prediction { requests, matches, total, .. } = prediction;
    let mut line = format!("{} of {} match", grouped(*matches), counted(*requests, "request"));
    if *requests > 0 {
        line.push_str(&format!(" ({})", share(*matches, *requests)));
    }
    if let Some(rate) = prediction.rate().filter(|_| *matches > 0) {
        line.push_str(&format!(", {} a second", rounded(rate)));
    }
    match total {
        Some(total) if *matches > 0 && !is_count(*total, *matches) => {
            line.push_str(&format!(", standing for about {}", rounded(*total)));
        }
        None => line.push_str(", without an adjusted count"),
        Some(_) => {}
    }
    line
}

/// When the session is full.
fn cap_line(full: Full, cap: usize) -> String {
    let (cap, after) = (counted(cap, "trace"), duration(full.after));
    if full.is_projected {
        format!("the cap of {cap} is reached after about {after}, if traffic goes on like this")
    } else {
        format!("the cap of {cap} is reached after {after}")
    }
}

/// What is decided at each phase, with a bar for what is still recorded.
fn phases(prediction: &Prediction) -> Table {
    let mut table = Table::new(vec![
        Column::left("PHASE"),
        Column::right("DROPPED"),
        Column::right("KEPT"),
        Column::right("OPEN"),
        Column::left("STILL RECORDED"),
    ]);
    let n = prediction.requests;
    for Decided { phase, dropped, kept, open } in &prediction.phases {
        let shown = |count: usize| if count == 0 { String::new() } else { share(count, n) };
        table.push(vec![
            Cell::plain(phase.as_str()),
            Cell::new(style::BAD, shown(*dropped)),
            Cell::new(style::GOOD, shown(*kept)),
            Cell::plain(shown(*open)),
            Cell::new(style::NOTICE, bar(*open, n)),
        ]);
    }
    table
}

/// A row of blocks, as long as the share is large.
fn bar(count: usize, of: usize) -> String {
    let eighths = (count * BAR * 8).checked_div(of).unwrap_or(0);
    let mut bar = "█".repeat(eighths / 8);
    bar.extend((eighths % 8).checked_sub(1).and_then(|part| WIDTHS.get(part)));
    if bar.is_empty() && count > 0 {
        bar.push('▏');
    }
    bar
}

/// A column of blocks for each number.
fn columns(counts: &[usize], most: usize) -> String {
    let height = |count: &usize| match count {
        0 => ' ',
        count => HEIGHTS.get((count * 8).div_ceil(most.max(1)) - 1).copied().unwrap_or('█'),
    };
    counts.iter().map(height).collect::<String>().trim_end().to_owned()
}

/// A share in percent.
#[expect(clippy::cast_precision_loss, reason = "a share is shown with one digit")]
fn share(count: usize, of: usize) -> String {
    format!("{:.1}%", count as f64 * 100.0 / of.max(1) as f64)
}

/// Three digits or so.
fn rounded(x: f64) -> String {
    match x {
        ..0.0095 => format!("{x:.4}"),
        0.0095..9.95 => format!("{x:.2}"),
        9.95..99.5 => format!("{x:.1}"),
        _ => format!("{x:.0}"),
    }
}

/// Whether each kept request stands for itself.
#[expect(clippy::cast_precision_loss, reason = "only small differences matter")]
fn is_count(total: f64, matches: usize) -> bool {
    (total - matches as f64).abs() < 0.5
}

/// One document, version 1.
pub(crate) fn write_json(out: &mut Stream, rules: &[(Option<&str>, &Prediction)], cap: usize) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        version: u32,
        requests: usize,
        duration_ns: Option<i64>,
        cap: usize,
        rules: Vec<Rule<'a>>,
    }
    #[derive(Serialize)]
    struct Rule<'a> {
        rule: Option<&'a str>,
        matches: usize,
        estimated_total: Option<f64>,
        matches_per_second: Option<f64>,
        full: Option<WireFull>,
        conditions_per_request: Option<f64>,
        phases: Vec<WireDecided>,
        matches_over_time: &'a [usize],
    }
    #[derive(Serialize)]
    struct WireFull {
        after_ns: i64,
        projected: bool,
    }
    #[derive(Serialize)]
    struct WireDecided {
        phase: &'static str,
        dropped: usize,
        kept: usize,
        open: usize,
    }
    let decided =
        |it: &Decided| WireDecided { phase: it.phase.as_str(), dropped: it.dropped, kept: it.kept, open: it.open };
    let shown = rules.iter().map(|(rule, prediction)| Rule {
        rule: *rule,
        matches: prediction.matches,
        estimated_total: prediction.total,
        matches_per_second: prediction.rate(),
        full: prediction.full.map(|full| WireFull { after_ns: full.after, projected: full.is_projected }),
        conditions_per_request: prediction.conditions_each(),
        phases: prediction.phases.iter().map(decided).collect(),
        matches_over_time: &prediction.slices,
    });
    let first = rules.first().map(|(_, prediction)| prediction);
    let document = Document {
        version: 1,
        requests: first.map_or(0, |prediction| prediction.requests),
        duration_ns: first.and_then(|prediction| prediction.duration),
        cap,
        rules: shown.collect(),
    };
    serde_json::to_writer(&mut *out, &document)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!(bar(1, 1).chars().count(), BAR);
        assert_eq!(bar(1, 2), "█".repeat(BAR / 2));
        assert_eq!(bar(1, 1000), "▏");
        assert_eq!(bar(0, 4), "");
        assert_eq!(bar(0, 0), "");
    }

    #[test]
    fn the_highest_column_is_full() {
        assert_eq!(columns(&[0, 1, 8, 4, 0], 8), " ▁█▄");
        assert_eq!(columns(&[], 0), "");
    }

    #[test]
    fn numbers_keep_three_digits() {
        let shown = [0.0012, 0.5, 1.0, 12.34, 1234.5].map(rounded);
        assert_eq!(shown, ["0.0012", "0.50", "1.00", "12.3", "1234"]);
    }
}
