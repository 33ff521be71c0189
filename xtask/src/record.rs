//! `cargo xtask record`: makes the recording in `corpus/traffic/` anew.
//!
//! A real nginx on loopback stands in front of small services of our own (`service`).
//! curl (`plan`, `curl`) and a headless Chromium (`browser`) send it a few hundred requests.
//! The gateway's log becomes OTLP/JSON (`otlp`), what the clients saw becomes HAR (`har`).
//! Nothing leaves the machine, apart from the download of the browser's driver, and every process ends with the run.

mod browser;
mod curl;
mod gateway;
mod har;
mod log;
mod otlp;
mod plan;
mod readme;
mod server;
mod service;
mod tools;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::Failure;

/// What the clients send and the recording must not show; the same names that the Debugger masks.
const MASKED_HEADERS: &[&str] = &["authorization", "api-key", "x-api-key", "apikey", "cookie", "set-cookie"];

/// What stands in place of a masked value.
const MASK: &str = "*";

/// The statuses of which the recording must hold a handful each.
const WANTED_STATUSES: &[&str] = &[
    "200", "201", "204", "301", "302", "304", "400", "401", "403", "404", "405", "413", "429", "499", "500", "502",
    "503", "504",
];

/// How many a handful is.
const HANDFUL: usize = 5;

/// Makes the recording and writes it to `corpus/traffic/`; gives back what to tell the person who asked.
///
/// # Errors
///
/// When a tool is missing, a port is taken, or the recording lacks what it is for.
pub fn record(root: &Path) -> Result<String, Failure> {
    let tools = tools::find()?;
    let folder = Folder::create()?;
    let services = server::start(service::TARGETS)?;
    let gateway = gateway::start(&tools, &folder.0)?;

    let exchanges = plan::run(&tools, &folder.0)?;
    let browsed = browser::run(&tools, &folder.0)?;
    // Requests whose client left are logged when the gateway notices.
    thread::sleep(Duration::from_millis(500));
    drop(gateway);

    let log = log::read(&folder.0.join("access.log"))?;
    let lines = otlp::lines(&log, &services.observations(), &tools.nginx_version)?;
    let counts = log::statuses(&log);
    complete(&counts)?;

    let target = root.join("corpus").join("traffic");
    write(&target.join("gateway.otlp.json"), &lines)?;
    let curl_har = har::of_curl(&exchanges, &tools.curl_version)?;
    write(&target.join("curl.har"), &curl_har)?;
    write(&target.join("browser.har"), &browsed.har)?;
    let readme = readme::text(&tools, &browsed, &counts, &[log.len(), browsed.entries, exchanges.len()]);
    write(&target.join("README.md"), &readme)?;
    Ok(format!(
        "{} requests at the gateway, {} of curl, {} of the browser; see {}\n",
        log.len(),
        exchanges.len(),
        browsed.entries,
        target.display()
    ))
}

/// Refuses a recording that lacks a status.
fn complete(counts: &log::Statuses) -> Result<(), Failure> {
    let n_of = |status: &str| counts.get(status).copied().unwrap_or(0);
    let scarce: Vec<String> = WANTED_STATUSES
        .iter()
        .filter(|status| n_of(status) < HANDFUL)
        .map(|status| format!("{status} ({})", n_of(status)))
        .collect();
    if scarce.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("the recording has fewer than {HANDFUL} of these statuses: {}", scarce.join(", "))))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
    }
    fs::write(path, text).map_err(|error| Failure::file(path, &error))
}

fn read(path: &Path) -> Result<String, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::file(path, &error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A folder for one run, gone when the run ends.
struct Folder(PathBuf);

impl Folder {
    fn create() -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("tamis-record-{}", std::process::id()));
        let inside = path.join("temporary");
        fs::create_dir_all(&inside).map_err(|error| Failure::file(&inside, &error))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is a few files in the system's temporary folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}
