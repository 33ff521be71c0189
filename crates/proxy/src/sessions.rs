//! The sessions of a node, from a file of manifests.
//!
//! The file is YAML or JSON: one manifest, several documents, or a list under `sessions`.

use std::fmt::Write as _;
use std::time::Duration;

use tamis_embedded::{Document, Node, Syntax, Value};
use tamis_gateway::{Limits, Session};
use tamis_lang::catalog::Catalog;
use tamis_lang::span::Span;
use tamis_types::analysis::{CheckedRule, Options, analyze};

/// A session without a rule takes every request.
const EVERY: &str = "sample(100%)";
/// How long a session runs that does not say it.
const USUAL_DURATION: Duration = Duration::from_secs(300);

/// Reads the sessions of a file.
///
/// # Errors
///
/// Every mistake with its place, one a line.
pub(crate) fn read(name: &str, text: &str, catalog: &Catalog) -> Result<Vec<Session>, String> {
    let syntax = Syntax::of_name(name).unwrap_or_else(|| Syntax::of_text(text));
    let document = Document::read(text, syntax);
    let mut reader = Reader { name, text, catalog, complaints: String::new(), sessions: Vec::new() };
    for problem in document.problems() {
        reader.complain(problem.span, &problem.message);
    }
    for root in document.roots() {
        match root.get("sessions") {
            Some(list) => list.items().for_each(|item| reader.session(item)),
            None if matches!(root.value(), Value::Null) => {}
            None => reader.session(root),
        }
    }
    if reader.complaints.is_empty() { Ok(reader.sessions) } else { Err(reader.complaints) }
}

struct Reader<'a> {
    name: &'a str,
    text: &'a str,
    catalog: &'a Catalog,
    complaints: String,
    sessions: Vec<Session>,
}

impl Reader<'_> {
    fn complain(&mut self, span: Span, message: &str) {
        let before = self.text.get(..span.start as usize).unwrap_or(self.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) + 1;
        // Writing to a text cannot fail.
        let _ = writeln!(self.complaints, "{}:{line}:{column}: {message}", self.name);
    }

    fn session(&mut self, node: Node<'_>) {
        let before = self.complaints.len();
        let Value::Map = node.value() else {
            self.complain(node.span(), "expected a session with `name` and `sampling_rule`");
            return;
        };
        for entry in node.entries() {
            let known =
                ["name", "targets", "sampling_rule", "duration", "duration_secs", "max_samples", "capture", "keep"];
            let key = entry.key.scalar().unwrap_or("?");
            if !known.contains(&key) {
                self.complain(entry.key.span(), &format!("`{key}` is nothing that this gateway knows of a session"));
            }
        }
        let name = match node.get("name").and_then(Node::scalar) {
            Some(name) => name.to_owned(),
            None => format!("session {}", self.sessions.len() + 1),
        };
        if self.sessions.iter().any(|session| session.name() == name) {
            self.complain(node.span(), &format!("there are two sessions `{name}`"));
        }
        let max_samples = self.number(node, "max_samples").unwrap_or(Limits::default().max_samples);
        let duration = self.duration(node).unwrap_or(USUAL_DURATION);
        let limits = Limits { max_samples, duration: u64::try_from(duration.as_nanos()).ok() };
        let checked = self.rule(node);
        if let (Some((text, rule)), true) = (checked, self.complaints.len() == before) {
            self.sessions.push(Session::new(&name, &text, &rule, limits));
        }
    }

    fn number(&mut self, node: Node<'_>, key: &str) -> Option<u64> {
        let value = node.get(key)?;
        let number = value.scalar().and_then(|text| text.parse().ok());
        if number.is_none() {
            self.complain(value.span(), &format!("`{key}`: expected a whole number"));
        }
        number
    }

    fn duration(&mut self, node: Node<'_>) -> Option<Duration> {
        if let Some(seconds) = self.number(node, "duration_secs") {
            return Some(Duration::from_secs(seconds));
        }
        let value = node.get("duration")?;
        let quantity = value.scalar().and_then(|text| tamis_lang::unit::parse_quantity(text).ok());
        let nanoseconds = quantity
            .filter(|quantity| quantity.dimension == tamis_lang::unit::Dimension::Time)
            .and_then(|quantity| u64::try_from(quantity.amount).ok());
        if nanoseconds.is_none() {
            self.complain(value.span(), "`duration`: expected a duration such as `5m`");
        }
        nanoseconds.map(Duration::from_nanos)
    }

    fn rule(&mut self, node: Node<'_>) -> Option<(String, CheckedRule)> {
        let value = node.get("sampling_rule");
        let embedded = value.and_then(Node::embedded);
        let text = embedded.as_ref().map_or(EVERY, |embedded| embedded.text.as_str());
        let analysis = analyze(text, self.catalog, &Options::default());
        for found in analysis.diagnostics.iter().filter(|found| found.is_error()) {
            let span = embedded.as_ref().map_or(node.span(), |embedded| embedded.to_document(found.span));
            self.complain(span, &format!("error[{}]: {}", found.code, found.message));
        }
        let checked = analysis.rules().first().and_then(|rule| rule.checked())?;
        Some((text.to_owned(), checked.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let catalog = Catalog::shipped("kong").unwrap();
        let shown = match read("s.yaml", text, &catalog) {
            Ok(sessions) => sessions
                .iter()
                .map(|session| {
                    let limits = session.limits();
                    let seconds = limits.duration.unwrap() / 1_000_000_000;
                    format!("{}: {} {} {seconds}\n", session.name(), session.rule(), limits.max_samples)
                })
                .collect(),
            Err(complaints) => complaints,
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_list_and_single_manifests_are_read() {
        check(
            "sessions:\n- {name: a, sampling_rule: 'url.path ^= \"/v1\"', max_samples: 5, duration: 2m}\n- {name: b}\n",
            "a: url.path ^= \"/v1\" 5 120\nb: sample(100%) 100 300\n",
        );
        check("name: a\nsampling_rule: null\nduration_secs: 10\n", "a: sample(100%) 100 10\n");
        check("", "");
    }

    #[test]
    fn every_mistake_has_its_place() {
        check(
            "name: a\nsampling_rule: url.pth == \"/v1\"\nmax_samples: many\nowner: me\n",
            "s.yaml:4:1: `owner` is nothing that this gateway knows of a session\n\
             s.yaml:3:14: `max_samples`: expected a whole number\n\
             s.yaml:2:16: error[T301]: `url.pth` is not a known field; did you mean `url.path`?\n",
        );
    }
}
