//! `GET /v1/explain/{code}`: the page of a code.

use serde::Serialize;
use tamis::diagnostic::Code;

use super::json;
use crate::problem::{Kind, Problem};

#[derive(Serialize)]
struct Answer {
    version: u32,
    code: &'static str,
    severity: &'static str,
    title: &'static str,
    markdown: &'static str,
}

/// Explains.
pub(crate) fn answer(code: &str) -> Result<String, Problem> {
    let found: Code = code.parse().map_err(|_| {
        let first = Code::ALL.first().map_or("", |code| code.as_str());
        Problem::new(Kind::NoSuchCode, format!("expected a code such as `{first}`, found `{code}`"))
    })?;
    let markdown = tamis_wire::page(found).unwrap_or_default();
    let (code, severity, title) = (found.as_str(), found.severity().as_str(), found.title());
    Ok(json(&Answer { version: 1, code, severity, title, markdown }))
}
