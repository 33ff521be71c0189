//! What is answered: one file for each path, from the bytes of a request to those of its answer.

pub(crate) mod check;
pub(crate) mod complete;
pub(crate) mod explain;
pub(crate) mod format;
pub(crate) mod hover;
pub(crate) mod validate;

use serde::Serialize;

/// An answer as it is handed out: indented, with a line break at its end.
fn json(answer: &impl Serialize) -> String {
    // Writing to memory fails for no value of these types.
    let mut json = serde_json::to_string_pretty(answer).unwrap_or_default();
    json.push('\n');
    json
}
