//! `cargo xtask test-serve`: the HTTP service against tools that others made.
//!
//! schemathesis asks everything that the service's own document allows, and much that it does not; wrk measures how many
//! sessions a second one processor validates.
//! What cannot be installed is skipped, and that is said.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::failure::{self, Failure};

/// The version of schemathesis.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// How many requests schemathesis makes up for each path.
const EXAMPLES: &str = "150";

/// Sessions that have to be validated in a second on one processor, and the time of the slowest but one percent.
const LEAST: Load = Load { per_second: 1000.0, milliseconds: 10.0 };

/// Connections, and the milliseconds that each waits between two sessions: somewhat more than a thousand a second.
const CONNECTIONS: &str = "14";
const PAUSE: &str = "10";

/// How often the load is measured at most, because others may be at work on the same machine.
const TRIES: usize = 3;

/// How fast requests are answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Load {
    pub(crate) per_second: f64,
    /// Within which 99 of 100 answers come.
    pub(crate) milliseconds: f64,
}

/// Holds a release build of the service to both tools; gives the lines that say how it went.
///
/// # Errors
///
/// When schemathesis finds something, when the service is too slow three times, or when it cannot be built or started.
pub fn run(root: &Path) -> Result<Vec<String>, Failure> {
    failure::run(Command::new("cargo").args(["build", "--release", "--package", "tamis-cli"]).current_dir(root))?;
    let binary = target(root).join("release/tamis");
    let tools = target(root).join("serve-tools");
    Ok(vec![contract(&binary, &tools)?, load(&binary, root)?])
}

/// Where cargo builds.
#[expect(clippy::disallowed_methods, reason = "cargo is told by its environment where to build")]
fn target(root: &Path) -> PathBuf {
    std::env::var("CARGO_TARGET_DIR").map_or_else(|_| root.join("target"), PathBuf::from)
}

/// A service on a free port, until it is dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts a service with these words, behind those of a command that starts it.
    fn start(starter: &[&str], binary: &Path, words: &[&str]) -> Result<Self, Failure> {
        let binary = binary.display().to_string();
        let line: Vec<&str> = starter.iter().copied().chain([binary.as_str(), "serve"]).collect();
        let (program, rest) = line.split_first().ok_or_else(|| Failure::new("there is no command"))?;
        let mut command = Command::new(program);
        command.args(rest).args(["--listen", "127.0.0.1:0", "--log", "warn"]).args(words);
        let started = command.stdout(Stdio::piped()).spawn();
        let mut child = started.map_err(|error| Failure::new(format!("`{program}` does not start: {error}")))?;
        let mut told = String::new();
        if let Some(output) = child.stdout.take() {
            let read = BufReader::new(output).read_line(&mut told);
            read.map_err(|error| Failure::new(format!("the service says nothing: {error}")))?;
        }
        match told.trim().strip_prefix("listening on ") {
            Some(address) => Ok(Self { address: address.to_owned(), child }),
            None => Err(Failure::new(format!("the service says `{}`", told.trim()))),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether a command is there and does what it is asked.
fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Lets schemathesis look for what the document does not say.
fn contract(binary: &Path, tools: &Path) -> Result<String, Failure> {
    let tool = tools.join("bin/schemathesis");
    let is_there = tool.is_file()
        || (succeeds(Command::new("python3").args(["-m", "venv"]).arg(tools))
            && succeeds(Command::new(tools.join("bin/pip")).args(["install", "--quiet", SCHEMATHESIS])));
    if !is_there {
        return Ok(format!("skipped: `{SCHEMATHESIS}` cannot be installed; it needs python3 with venv and pip"));
    }
    let server = Server::start(&[], binary, &[])?;
    let mut command = Command::new(tool);
    command.arg("run").arg(format!("{}/openapi.json", server.address)).args(["--checks", "all", "--seed", "1"]);
    command.args(["--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES, "--no-color"]);
    // It leaves its notes where it runs.
    failure::run(command.current_dir(tools))?;
    Ok("schemathesis found nothing".to_owned())
}

/// Measures how fast sessions are validated on one processor.
fn load(binary: &Path, root: &Path) -> Result<String, Failure> {
    let has_wrk = || succeeds(Command::new("sh").args(["-c", "command -v wrk"]));
    if !has_wrk() && succeeds(Command::new("apt-get").arg("--version")) {
        // Without the rights for it there is still the message below.
        let _ = succeeds(Command::new("apt-get").args(["install", "--yes", "--no-install-recommends", "wrk"]));
    }
    if !has_wrk() || !succeeds(Command::new("taskset").args(["--cpu-list", "0", "true"])) {
        return Ok("skipped: there is no `wrk`, or no `taskset`, to measure the load with".to_owned());
    }
    let script = root.join("benches/serve.lua");
    fs::metadata(&script).map_err(|error| Failure::file(&script, &error))?;
    // Before everybody else where that is allowed, so that others on the machine do not show in the times.
    let first = ["chrt", "--fifo", "10"];
    let first: &[&str] = if succeeds(Command::new("chrt").args(["--fifo", "10", "true"])) { &first } else { &[] };
    let starter = [first, &["taskset", "--cpu-list", "0"]].concat();
    let server = Server::start(&starter, binary, &["--workers", "1"])?;
    let mut best = Load { per_second: 0.0, milliseconds: f64::INFINITY };
    for _ in 0..TRIES {
        let line = [first, &["wrk"]].concat();
        let (program, rest) = line.split_first().ok_or_else(|| Failure::new("there is no command"))?;
        let mut command = Command::new(program);
        command.args(rest).args(["--threads", "1", "--connections", CONNECTIONS, "--duration", "10s", "--latency"]);
        command.arg("--script").arg(&script).arg(format!("{}/v1/validate", server.address));
        let output = command.args(["--", PAUSE]).output();
        let output = output.map_err(|error| Failure::new(format!("`wrk` does not start: {error}")))?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        best = read(&said).ok_or_else(|| Failure::new(format!("`wrk` says\n{said}")))?;
        if best.per_second >= LEAST.per_second && best.milliseconds < LEAST.milliseconds {
            return Ok(told(best));
        }
    }
    Err(Failure::new(format!("{}, three times in a row", told(best))))
}

fn told(load: Load) -> String {
    format!(
        "{:.0} sessions a second on one processor, 99 of 100 within {:.2} ms; at least {:.0} and {:.0} ms are wanted",
        load.per_second, load.milliseconds, LEAST.per_second, LEAST.milliseconds
    )
}

/// What wrk says, if every answer was a success.
pub(crate) fn read(said: &str) -> Option<Load> {
    let value = |name: &str| said.lines().find_map(|line| Some(line.trim().strip_prefix(name)?.trim().to_owned()));
    if value("Non-2xx or 3xx responses:").is_some() || value("Socket errors:").is_some() {
        return None;
    }
    Some(Load { per_second: value("Requests/sec:")?.parse().ok()?, milliseconds: milliseconds(&value("99%")?)? })
}

/// A time as wrk writes it.
fn milliseconds(text: &str) -> Option<f64> {
    let units = [("us", 1e-3), ("ms", 1.0), ("s", 1e3)];
    let (number, scale) = units.into_iter().find_map(|(unit, scale)| Some((text.strip_suffix(unit)?, scale)))?;
    Some(number.parse::<f64>().ok()? * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "\
  Latency Distribution
     50%  512.00us
     99%    3.20ms
  40000 requests in 10.00s, 20.00MB read
Requests/sec:   4000.12
Transfer/sec:      2.00MB
";

    #[test]
    fn rate_and_latency_are_read() {
        assert_eq!(read(SAID), Some(Load { per_second: 4000.12, milliseconds: 3.2 }));
        assert_eq!(milliseconds("850.00us"), Some(0.85));
        assert_eq!(milliseconds("1.20s"), Some(1200.0));
    }

    #[test]
    fn a_run_with_failures_says_nothing() {
        assert_eq!(read(&format!("{SAID}  Non-2xx or 3xx responses: 3\n")), None);
        assert_eq!(read(&format!("{SAID}  Socket errors: connect 0, read 1, write 0, timeout 0\n")), None);
    }
}
