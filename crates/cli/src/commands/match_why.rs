//! `tamis match --why`: every recorded request, and why each rule matches it or does not.

use std::io::{self, Write};

use serde::Serialize;
use tamis::reason::explain;
use tamis::traffic::Request;
use tamis_wire::Reason;

use crate::commands::why_output::{self, Answer};
use crate::recordings::Traffic;
use crate::rules::Rules;
use crate::style::{self, paint};
use crate::terminal::Stream;
use crate::text;

/// Explains the rules for a request.
fn answers<'a>(rules: &'a Rules, request: &Request) -> Vec<Answer<'a>> {
    let (facts, _) = request.bind(&rules.catalog);
    let answer = |rule: &'a crate::rules::Runnable| Answer {
        rule: rule.name.as_deref(),
        explanation: explain(&rules.catalog, &rule.checked, &facts),
        text: &rules.source.text,
    };
    rules.all.iter().map(answer).collect()
}

/// Draws every request.
pub(crate) fn write(out: &mut Stream, rules: &Rules, traffic: &[Traffic]) -> io::Result<()> {
    let mut is_first = true;
    for file in traffic {
        for request in &file.recording.requests {
            if !std::mem::take(&mut is_first) {
                writeln!(out)?;
            }
            let what = [request.method.as_deref(), request.path.as_deref()];
            let what: Vec<&str> = what.into_iter().flatten().collect();
            let heading = format!("{}, {}  {}", file.name, request.id, what.join(" "));
            writeln!(out, "{}", paint(style::HEADING, text::visible(heading.trim_end())))?;
            why_output::write(out, &answers(rules, request))?;
        }
    }
    Ok(())
}

/// Writes an object for each request, version 1.
pub(crate) fn write_json(out: &mut Stream, rules: &Rules, traffic: &[Traffic]) -> io::Result<()> {
    #[derive(Serialize)]
    struct Line<'a> {
        version: u32,
        file: &'a str,
        id: &'a str,
        method: Option<&'a str>,
        path: Option<&'a str>,
        rules: Vec<Reason<'a>>,
    }
    for file in traffic {
        for request in &file.recording.requests {
            let answers = answers(rules, request);
            let line = Line {
                version: 1,
                file: &file.name,
                id: &request.id,
                method: request.method.as_deref(),
                path: request.path.as_deref(),
                rules: answers.iter().map(Answer::wire).collect(),
            };
            serde_json::to_writer(&mut *out, &line)?;
            writeln!(out)?;
        }
    }
    Ok(())
}
