//! `POST /v1/format`: a text in its one layout.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use tamis::{Diagnostic, Edition, Limits};

use super::json;
use crate::problem::Problem;
use crate::request;
use crate::service::Inner;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
    #[serde(default, deserialize_with = "request::edition")]
    edition: Edition,
}

#[derive(Serialize)]
struct Answer<'a> {
    version: u32,
    /// None of a text that cannot be read.
    text: Option<&'a str>,
    changed: bool,
    diagnostics: Vec<tamis_wire::Diagnostic<'a>>,
}

/// Formats.
pub(crate) fn answer(_: &Inner, body: &[u8]) -> Result<String, Problem> {
    let request: Request<'_> = request::read(body)?;
    Ok(match tamis::format(&request.text, request.edition, &Limits::default()) {
        Ok(text) => {
            let changed = text != request.text;
            json(&Answer { version: 1, text: Some(&text), changed, diagnostics: Vec::new() })
        }
        Err(mut found) => {
            found.retain(Diagnostic::is_error);
            let diagnostics = tamis_wire::diagnostics(&found);
            json(&Answer { version: 1, text: None, changed: false, diagnostics })
        }
    })
}
