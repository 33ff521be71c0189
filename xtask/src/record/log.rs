//! The gateway's log: one JSON object per request.

use std::collections::BTreeMap;
use std::path::Path;

use super::read as read_file;
use crate::Failure;

/// One request: the name of each value and its text, in the order of the log.
pub(super) type Entry = Vec<(String, String)>;

/// How many requests had which status.
pub(super) type Statuses = BTreeMap<String, usize>;

/// Reads the log.
pub(super) fn read(path: &Path) -> Result<Vec<Entry>, Failure> {
    let text = read_file(path)?;
    let mut entries = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let members: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line)
            .map_err(|error| Failure::new(format!("line {number} of the gateway's log is not JSON: {error}")))?;
        let texts = members.into_iter().map(|(name, value)| (name, value.as_str().unwrap_or_default().to_owned()));
        entries.push(texts.collect());
    }
    Ok(entries)
}

/// The text of a name; empty where the log has none.
pub(super) fn value<'e>(entry: &'e Entry, name: &str) -> &'e str {
    entry.iter().find(|(there, _)| there == name).map_or("", |(_, value)| value)
}

/// The requests of each status.
pub(super) fn statuses(entries: &[Entry]) -> Statuses {
    let mut counts = Statuses::new();
    for entry in entries {
        *counts.entry(value(entry, "http.response.status_code:int").to_owned()).or_default() += 1;
    }
    counts
}
