//! `workspace/executeCommand`: pages about rules, and another edition.

use serde_json::{Value, json};
use tamis::Edition;
use tamis::diagnostic::{Code, Edit, Span, apply_edits};
use tamis::dialect::{ConvertOptions, Dialect, convert};
use tower_lsp::jsonrpc::{self, Error};
use tower_lsp::lsp_types::{Url, WorkspaceEdit};

use crate::reading::{self, region_of_rule};
use crate::region::Region;
use crate::state::{Kind, Snapshot};

/// The commands, each with what it takes.
pub(crate) const COMMANDS: &[(&str, &str)] = &[
    (reading::MATCHES, "the address of a text and the number of a rule"),
    (reading::WHY, "the address of a text, the number of a rule, and perhaps the number of a request"),
    (REPLAY, "the address of a text"),
    (PHASES, "the address of a text"),
    (BYTECODE, "the address of a text"),
    (CONVERT, "the address of a text and `tamis` or `atc`"),
    (EXPLAIN, "a code"),
];

const REPLAY: &str = "tamis.replay";
const PHASES: &str = "tamis.phases";
const BYTECODE: &str = "tamis.bytecode";
const CONVERT: &str = "tamis.convert";
const EXPLAIN: &str = "tamis.explain";

/// What a person wants to know.
pub(crate) struct Command<'a> {
    name: &'a str,
    takes: &'a str,
    arguments: &'a [Value],
}

/// What a command leads to.
pub(crate) enum Answer {
    /// Lines that fit in a message, and the same as a value.
    Message(String, Value),
    /// A page in Markdown.
    Page { title: String, text: String },
    /// Edits of the text.
    Edit(Box<WorkspaceEdit>, String),
}

impl<'a> Command<'a> {
    /// A command that there is.
    pub(crate) fn new(name: &'a str, arguments: &'a [Value]) -> jsonrpc::Result<Self> {
        let found = COMMANDS.iter().find(|(known, _)| *known == name);
        let (_, takes) = found.ok_or_else(|| Error::invalid_params(format!("`{name}` is not a command")))?;
        Ok(Self { name, takes, arguments })
    }

    /// Whether the caller shows the answer itself.
    pub(crate) fn is_shown_by_caller(&self) -> bool {
        self.arguments.iter().any(|argument| argument.get("show") == Some(&Value::Bool(false)))
    }

    /// The text that it is about, if it is about one.
    pub(crate) fn uri(&self) -> jsonrpc::Result<Option<Url>> {
        if self.name == EXPLAIN {
            return Ok(None);
        }
        let uri = self.text(0).and_then(|uri| Url::parse(uri).ok());
        uri.map(Some).ok_or_else(|| self.wrong())
    }

    fn wrong(&self) -> Error {
        Error::invalid_params(format!("`{}` takes {}", self.name, self.takes))
    }

    fn text(&self, place: usize) -> Option<&str> {
        self.arguments.get(place).and_then(Value::as_str)
    }

    fn number(&self, place: usize) -> Option<usize> {
        self.arguments.get(place).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok())
    }

    /// The page of a code.
    pub(crate) fn explain(&self) -> jsonrpc::Result<Answer> {
        let code: Code = self.text(0).and_then(|code| code.parse().ok()).ok_or_else(|| self.wrong())?;
        let text = tamis_wire::page(code).unwrap_or_default().to_owned();
        Ok(Answer::Page { title: format!("{code}: {}", code.title()), text })
    }

    /// What it says of a text.
    pub(crate) fn ask(&self, snapshot: &Snapshot) -> jsonrpc::Result<Answer> {
        let page = |title: &str, text: String| Ok(Answer::Page { title: title.to_owned(), text });
        match self.name {
            reading::MATCHES => Ok(self.matches(snapshot, self.number(1).ok_or_else(|| self.wrong())?)),
            reading::WHY => {
                let rule = self.number(1).ok_or_else(|| self.wrong())?;
                let found = region_of_rule(snapshot, rule);
                let (region, rule) = found.ok_or_else(|| Error::invalid_params("there is no such rule"))?;
                page("why", tamis_ide::why(&region.view, rule, self.number(2)))
            }
            REPLAY => page("recorded requests", each(snapshot, |region| tamis_ide::replay(&region.view))),
            PHASES => page("phases", each(snapshot, |region| tamis_ide::phases(&region.view))),
            BYTECODE => page("bytecode", each(snapshot, |region| tamis_ide::bytecode(&region.view))),
            _ => {
                let wanted = self.text(1).and_then(|dialect| dialect.parse().ok()).ok_or_else(|| self.wrong())?;
                converted(snapshot, wanted)
            }
        }
    }

    fn matches(&self, snapshot: &Snapshot, rule: usize) -> Answer {
        let found = reading::matches(snapshot, rule);
        let told = match &found {
            None => "no requests are recorded; name a recording in the setting `tamis.traffic`".to_owned(),
            Some(labels) if labels.is_empty() => "no recorded request matches".to_owned(),
            Some(labels) => labels.join("\n"),
        };
        Answer::Message(told, json!(found))
    }
}

/// What is said of each text of rules.
fn each(snapshot: &Snapshot, say: impl Fn(&Region<'_>) -> String) -> String {
    snapshot.regions().iter().map(say).collect::<Vec<_>>().join("\n")
}

/// The rules of a text in another language, with the line that says so.
fn converted(snapshot: &Snapshot, wanted: Dialect) -> jsonrpc::Result<Answer> {
    let Kind::Rules = snapshot.kind else {
        return Err(Error::invalid_params("the edition of a rule within another document is not written there"));
    };
    let text = &snapshot.text;
    let first = text.lines().next().filter(|line| line.starts_with("//!")).unwrap_or("");
    let line = Span::from_range(0..first.len());
    let named = first.split_once(':').and_then(|(_, name)| name.trim().parse::<Edition>().ok());
    let now = named.unwrap_or(snapshot.world.options.edition);
    let from = if now == Edition::Tamis { Dialect::Tamis } else { Dialect::Atc };
    if from == wanted {
        return Err(Error::invalid_params(format!("the text is written in `{wanted}` already")));
    }
    let body = text.get(line.range().end..).unwrap_or("").trim_start_matches(['\r', '\n']);
    let conversion = convert(body, &snapshot.world.catalog, &ConvertOptions::between(from, wanted));
    let Some(new) = &conversion.text else {
        let first = conversion.diagnostics.iter().find(|found| found.is_error());
        let why = first.map_or("the text has an error", |found| found.message.as_str());
        return Err(Error::invalid_params(format!("not converted: {why}")));
    };
    // Kong has no files of rules, so there each rule is converted and keeps its name here.
    let rules = conversion.rules.iter().filter_map(|rule| {
        let (name, text) = (rule.name.as_deref()?, rule.text.as_deref()?);
        Some(Edit { span: rule.span, text: format!("rule {name} = {}", text.trim_end()) })
    });
    let rules: Vec<Edit> = rules.collect();
    let is_file = wanted == Dialect::Atc && !rules.is_empty();
    let new = if is_file { apply_edits(body, rules.iter()) } else { new.clone() };
    let new = format!("//! edition: {wanted}\n{new}");
    let edit = Edit { span: Span::from_range(0..text.len()), text: new.clone() };
    Ok(Answer::Edit(Box::new(snapshot.workspace_edit(&[edit])), new))
}
