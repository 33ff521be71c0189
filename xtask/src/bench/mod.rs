//! `cargo xtask bench`: measures every engine on the same rules and requests, and writes a dated record.
//!
//! The engines and what they are given are in `benches/`; here their figures become tables and a drawing.

mod callgrind;
mod figures;
mod plot;
mod report;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::Failure;
use figures::Figures;

/// Measures for some minutes, writes the record of today, and gives back the table of the targets.
///
/// The figures are kept in `target/figures.tsv`; with the path of such a file nothing is measured.
///
/// # Errors
///
/// When the benchmarks cannot be built, an engine disagrees with the naive evaluator, or a file cannot be written.
pub fn run(root: &Path, measured: Option<&Path>) -> Result<String, Failure> {
    let lines = match measured {
        Some(path) => fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?,
        None => measure(root)?,
    };
    let mut figures = Figures::default();
    figures.add(&lines);
    let day = day();
    let record = root.join("benches/record");
    let drawing = format!("{day}-peers.svg");
    write(&record.join(&drawing), &plot::sets(&figures))?;
    write(&record.join(format!("{day}-peers.md")), &report::record(&figures, &day, &drawing))?;
    Ok(report::targets(&figures))
}

fn measure(root: &Path) -> Result<String, Failure> {
    let [peers, footprint] = executables(root)?;
    let mut lines = output(Command::new(&footprint).arg("--bench"))?;
    lines.push_str(&output(Command::new(&peers).arg("--bench"))?);
    lines.push_str(&callgrind::count(root, &peers)?.unwrap_or_default());
    write(&root.join("target/figures.tsv"), &lines)?;
    Ok(lines)
}

/// Builds the two programs that measure and tells where they are.
fn executables(root: &Path) -> Result<[PathBuf; 2], Failure> {
    let mut build = Command::new("cargo");
    build.args(["bench", "--package", "tamis-benches", "--bench", "peers", "--bench", "footprint", "--no-run"]);
    let told = output(build.args(["--message-format", "json-render-diagnostics"]).current_dir(root))?;
    let artifacts: Vec<Value> = told.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let executable = |name: &str| {
        let is_it = |artifact: &&Value| artifact.pointer("/target/name").and_then(Value::as_str) == Some(name);
        let path = artifacts.iter().filter(is_it).find_map(|artifact| artifact.get("executable")?.as_str());
        path.map(PathBuf::from).ok_or_else(|| Failure::new(format!("the benchmark `{name}` was not built")))
    };
    Ok([executable("peers")?, executable("footprint")?])
}

/// What a command writes; what it complains about is shown.
fn output(command: &mut Command) -> Result<String, Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |why: String| Failure::new(format!("`{program}` {why}"));
    let output =
        command.stderr(Stdio::inherit()).output().map_err(|error| failed(format!("does not start: {error}")))?;
    if !output.status.success() {
        return Err(failed(format!("failed: {}", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| Failure::file(path, &error))
}

/// Today, as `2026-01-31`.
#[expect(clippy::disallowed_methods, reason = "a record has its day")]
fn day() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    civil(since.as_secs() / 86_400)
}

/// The date of a day, counted from the first of January 1970; after Howard Hinnant's `civil_from_days`.
fn civil(day: u64) -> String {
    let day = day + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let of_month = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    format!("{year}-{month:02}-{of_month:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_dates() {
        let dates = [0, 59, 11_016, 11_017, 20_514].map(civil);
        assert_eq!(dates, ["1970-01-01", "1970-03-01", "2000-02-29", "2000-03-01", "2026-03-02"]);
    }
}
