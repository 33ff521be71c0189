//! Page loads by a headless Chromium, driven over its debugging protocol, kept as HAR.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::tools::Tools;
use super::{MASK, MASKED_HEADERS, har, read, write};
use crate::Failure;

/// The driver, fetched from the npm registry into the folder of the run.
pub(super) const DRIVER: &str = "playwright-core@1.56.1";

/// What the browser did.
pub(super) struct Browsed {
    /// The HAR file.
    pub(super) har: String,
    /// How many entries it has.
    pub(super) entries: usize,
    /// The version of the browser.
    pub(super) version: String,
}

/// Loads the pages.
pub(super) fn run(tools: &Tools, folder: &Path) -> Result<Browsed, Failure> {
    write(&folder.join("package.json"), r#"{"private": true, "type": "module"}"#)?;
    write(&folder.join("browser.mjs"), include_str!("browser.mjs"))?;
    let mut install = Command::new(&tools.npm);
    install.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", DRIVER]);
    quietly(install.current_dir(folder), "npm")?;
    let (har_file, version_file) = (folder.join("browser.har"), folder.join("version"));
    let mut node = Command::new(&tools.node);
    node.arg("browser.mjs").arg(&tools.chromium).arg(&har_file).arg(&version_file).current_dir(folder);
    quietly(&mut node, "the browser")?;

    let mut document: Value = serde_json::from_str(&read(&har_file)?)
        .map_err(|error| Failure::new(format!("the browser's recording is not JSON: {error}")))?;
    let entries = document.pointer_mut("/log/entries").and_then(Value::as_array_mut);
    let entries = entries.ok_or_else(|| Failure::new("the browser's recording has no entries"))?;
    entries.iter_mut().for_each(clean);
    let n_entries = entries.len();
    Ok(Browsed { har: har::text(&document)?, entries: n_entries, version: read(&version_file)? })
}

fn quietly(command: &mut Command, name: &str) -> Result<(), Failure> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| Failure::new(format!("{name} does not start: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!("{name} failed, {}: {told}", output.status)))
}

/// Masks what must not be shown and drops what is no part of HAR 1.2.
fn clean(entry: &mut Value) {
    for side in ["request", "response"] {
        let Some(message) = entry.get_mut(side).and_then(Value::as_object_mut) else { continue };
        message.retain(|name, _| !name.starts_with('_'));
        message.insert("cookies".to_owned(), Value::Array(Vec::new()));
        message.remove("postData");
        let headers = message.get_mut("headers").and_then(Value::as_array_mut);
        for header in headers.into_iter().flatten() {
            let name = header.get("name").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
            if let Some(value) = header.get_mut("value").filter(|_| MASKED_HEADERS.contains(&name.as_str())) {
                *value = Value::from(MASK);
            }
        }
    }
    if let Some(entry) = entry.as_object_mut() {
        entry.retain(|name, _| !name.starts_with('_'));
    }
}
