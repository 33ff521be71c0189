//! `POST /v1/check`: what `tamis check --format json` prints.

use std::borrow::Cow;

use serde::Deserialize;
use tamis::catalog::Phase;
use tamis::diagnostic::Severity;
use tamis::{Edition, Options, analyze};
use tamis_wire::{CheckedText, Findings};

use crate::problem::{Kind, Problem};
use crate::request::{self, Object};
use crate::service::Inner;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request<'a> {
    /// One text, which is called `rule`.
    #[serde(borrow, default, deserialize_with = "request::some")]
    text: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "request::some")]
    files: Option<Vec<Object<File<'a>>>>,
    #[serde(borrow, default, deserialize_with = "request::some")]
    catalog: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "request::edition")]
    edition: Edition,
    #[serde(default, deserialize_with = "request::phase")]
    decide_by: Option<Phase>,
    #[serde(default)]
    phases: bool,
    #[serde(default, deserialize_with = "request::some")]
    hints: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'a> {
    #[serde(borrow)]
    file: Cow<'a, str>,
    #[serde(borrow)]
    text: Cow<'a, str>,
}

/// What a text is called that has no name.
const NAMELESS: &str = "rule";

/// Checks texts.
pub(crate) fn answer(service: &Inner, body: &[u8]) -> Result<String, Problem> {
    let request: Request<'_> = request::read(body)?;
    let catalog = service.catalog(request.catalog.as_deref())?;
    let options = Options {
        edition: request.edition,
        decide_by: request.decide_by,
        advise_on_phases: request.phases,
        ..Options::default()
    };
    let files = match (request.text, request.files) {
        (Some(text), None) => vec![Object(File { file: NAMELESS.into(), text })],
        (None, Some(files)) => files,
        (Some(_), Some(_)) => return Err(wrong("expected `text` or `files`, found both")),
        (None, None) => return Err(wrong("expected `text` or `files`, found neither")),
    };
    let analyses = files.iter().map(|Object(file)| {
        let mut analysis = analyze(&file.text, catalog, &options);
        if request.hints == Some(false) {
            analysis.diagnostics.retain(|found| found.severity != Severity::Hint);
        }
        analysis
    });
    let analyses: Vec<_> = analyses.collect();
    let checked =
        files.iter().zip(&analyses).map(|(Object(file), analysis)| CheckedText { name: &file.file, analysis });
    let checked: Vec<_> = checked.collect();
    Ok(Findings::of(&checked, &[], request.phases).to_json())
}

fn wrong(detail: &str) -> Problem {
    Problem::new(Kind::WrongShape, detail)
}
