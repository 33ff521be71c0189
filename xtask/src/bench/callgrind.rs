//! Instruction counts, which no noise of the machine changes.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::output;
use crate::Failure;

/// Counts what the program of the peers does within its function `counted`; nothing where valgrind is missing.
///
/// Gives lines as the program prints them, with the instructions of one unit of work in place of the units.
pub(super) fn count(root: &Path, peers: &Path) -> Result<Option<String>, Failure> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Ok(None);
    }
    let folder = root.join("target/callgrind");
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--quiet", "--collect-atstart=no", "--toggle-collect=peers::counted"]);
    valgrind.arg("--dump-after=peers::counted").arg(format!("--callgrind-out-file={}/dump", folder.display()));
    let told = output(valgrind.arg(peers).arg("--instructions"))?;
    let lines = told.lines().zip(1_usize..).map(|(line, number)| {
        let path = folder.join(format!("dump.{number}"));
        let dump = fs::read_to_string(&path).map_err(|error| Failure::file(&path, &error))?;
        Ok(with_instructions(line, total(&dump)))
    });
    lines.collect::<Result<Vec<_>, Failure>>().map(|lines| Some(lines.concat()))
}

/// The instructions of one dump.
fn total(dump: &str) -> f64 {
    let summary =
        dump.lines().find_map(|line| line.strip_prefix("summary: ").or_else(|| line.strip_prefix("totals: ")));
    summary.and_then(|count| count.trim().parse().ok()).unwrap_or_default()
}

fn with_instructions(line: &str, total: f64) -> String {
    let Some((figure, units)) = line.rsplit_once('\t') else { return String::new() };
    let units: f64 = units.trim().parse().unwrap_or(1.0);
    format!("{figure}, instructions\t{}\n", total / units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_units_become_instructions_of_one() {
        let dump = "version: 1\nsummary: 5000\n";
        assert_eq!(with_instructions("single\ta\tx\tall\t100.0", total(dump)), "single\ta\tx\tall, instructions\t50\n");
    }
}
