//! `request-transformer`: changes the headers that the upstream gets.

use http::{HeaderName, HeaderValue};
use pingora_error::Result;
use pingora_http::RequestHeader;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    #[serde(default)]
    remove: Part,
    #[serde(default)]
    rename: Part,
    #[serde(default)]
    replace: Part,
    #[serde(default)]
    add: Part,
    #[serde(default)]
    append: Part,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    /// `name`, `old:new` or `name:value`.
    #[serde(default)]
    headers: Vec<String>,
}

pub(super) struct RequestTransformer {
    changes: Vec<Change>,
}

/// In the order in which Kong makes them.
enum Change {
    Remove(HeaderName),
    Rename(HeaderName, HeaderName),
    /// Only where it is there.
    Replace(HeaderName, HeaderValue),
    /// Only where it is not there.
    Add(HeaderName, HeaderValue),
    Append(HeaderName, HeaderValue),
}

/// Makes a change of a header.
type Make = fn(HeaderName, HeaderValue) -> Change;

impl RequestTransformer {
    pub(super) fn new(config: &Config) -> Result<Self, String> {
        let mut changes = Vec::new();
        for text in &config.remove.headers {
            changes.push(Change::Remove(super::name(text)?));
        }
        for text in &config.rename.headers {
            let (old, new) = pair(text)?;
            changes.push(Change::Rename(super::name(old)?, super::name(new)?));
        }
        let kinds =
            [(&config.replace, Change::Replace as Make), (&config.add, Change::Add), (&config.append, Change::Append)];
        for (part, change) in kinds {
            for text in &part.headers {
                let (name, value) = pair(text)?;
                changes.push(change(super::name(name)?, super::value(value)?));
            }
        }
        Ok(Self { changes })
    }

    pub(super) fn upstream_request(&self, request: &mut RequestHeader) -> Result<()> {
        for change in &self.changes {
            match change {
                Change::Remove(name) => {
                    request.remove_header(name);
                }
                Change::Rename(old, new) => {
                    if let Some(value) = request.remove_header(old) {
                        request.insert_header(new.clone(), value)?;
                    }
                }
                Change::Replace(name, value) if request.headers.contains_key(name) => {
                    request.insert_header(name.clone(), value.clone())?;
                }
                Change::Add(name, value) if !request.headers.contains_key(name) => {
                    request.insert_header(name.clone(), value.clone())?;
                }
                Change::Append(name, value) => {
                    request.append_header(name.clone(), value.clone())?;
                }
                Change::Replace(..) | Change::Add(..) => {}
            }
        }
        Ok(())
    }
}

fn pair(text: &str) -> Result<(&str, &str), String> {
    text.split_once(':').ok_or_else(|| format!("expected `name:value`, found `{text}`"))
}
