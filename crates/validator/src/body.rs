//! A request as one JSON document, as an HTTP service takes it.

use tamis::diagnostic::{Code, Span};
use tamis::traffic::{Format, read};
use tamis_embedded::{Document, Node, Syntax, Value};

use crate::finding::{FileId, Finding};
use crate::predict::Traffic;
use crate::reading::Reader;
use crate::report::{Asked, File, Outcome, Report};
use crate::validate::{Part, Request, Validator};

/// The members of a request.
const KEYS: &[&str] = &["session", "fleet", "entities", "traffic"];
/// The name of the body in findings.
const BODY: &str = "request";

impl Validator {
    /// Answers a request that is one JSON document.
    ///
    /// It is an object with `session`, and where they are known `fleet`, `entities` and `traffic`.
    /// Each is a value, whose places are those of the body (the file `request`), or a text in YAML or JSON as it stands in
    /// a file, whose places are those of that text (the files `session`, `fleet`, `entities`).
    /// `traffic` is a text of any recorded format, an OTLP or HAR object, or an array of objects of facts.
    ///
    /// ```
    /// use tamis::Catalog;
    /// use tamis_validator::{Outcome, Validator};
    ///
    /// let validator = Validator::new(Catalog::shipped("kong").ok_or("not a shipped catalog")?);
    /// let report = validator.validate_body(r#"{"session": {"sampling_rule": "tls.resumed"}}"#);
    /// assert_eq!(report.verdict, Outcome::Runs);
    /// let report = validator.validate_body(r#"{"session": "sampling_rule: tls.resumd"}"#);
    /// assert_eq!(report.files[0].name, "session");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn validate_body(&self, body: &str) -> Report {
        self.validate_document(BODY, &Document::read(body, Syntax::Json))
    }

    /// The same of a document that was read already, in YAML or JSON.
    #[must_use]
    pub fn validate_document(&self, name: &str, document: &Document<'_>) -> Report {
        let mut findings = Vec::new();
        let mut reader = Reader { file: FileId(0), findings: &mut findings };
        reader.problems(document);
        let root = document.roots().next().filter(|_| document.problems().is_empty());
        let root = root.filter(|root| reader.map(*root, "a request", KEYS));
        if let Some(root) = root.filter(|root| root.get("session").is_none()) {
            reader.missing(root, "a request", "session", "it says what is to be validated");
        }
        let around = Context::default();
        match root.filter(|_| findings.is_empty()) {
            Some(root) => self.validate_request(Part { name: name.to_owned(), document, node: Some(root) }, &around),
            None => refused(name, document, findings),
        }
    }

    /// Answers for one value of a document: a session, or a request with `session` and what is known beside it.
    ///
    /// What a request does not bring along is taken from what is `around` it.
    #[must_use]
    pub fn validate_part(&self, part: Part<'_>, around: &Context<'_>) -> Report {
        if let Some(root) = part.node.filter(|node| node.get("session").is_some()) {
            let mut findings = Vec::new();
            Reader { file: FileId(0), findings: &mut findings }.map(root, "a request", KEYS);
            if findings.is_empty() {
                return self.validate_request(part, around);
            }
            return refused(&part.name, part.document, findings);
        }
        let (fleet, entities) = (around.fleet.clone(), around.entities.clone());
        self.validate(&Request { session: part, fleet, entities, traffic: around.traffic })
    }

    fn validate_request(&self, part: Part<'_>, around: &Context<'_>) -> Report {
        let Part { name, document, node } = part;
        let member = |key: &str| node.and_then(|root| root.get(key));
        let texts = ["session", "fleet", "entities"].map(|key| text_of(member(key)?));
        let documents = texts.each_ref().map(|text| {
            let text = text.as_deref()?;
            Some(Document::read(text, Syntax::of_text(text)))
        });
        let of = |at: usize, key: &str| match documents.get(at).and_then(Option::as_ref) {
            Some(document) => Some(Part::of(key, document)),
            None => member(key).map(|node| Part { name: name.clone(), document, node: Some(node) }),
        };
        let traffic: Vec<Traffic> = member("traffic").map(|node| recorded(node, document.text())).into_iter().collect();
        let request = Request {
            session: of(0, "session").unwrap_or(Part { name: name.clone(), document, node: None }),
            fleet: of(1, "fleet").or_else(|| around.fleet.clone()),
            entities: of(2, "entities").or_else(|| around.entities.clone()),
            traffic: if traffic.is_empty() { around.traffic } else { &traffic },
        };
        self.validate(&request)
    }
}

/// What is known beside a session.
#[derive(Clone, Debug, Default)]
pub struct Context<'d> {
    /// The nodes that there are.
    pub fleet: Option<Part<'d>>,
    /// Services, Routes, Consumers and plugins.
    pub entities: Option<Part<'d>>,
    /// Recorded requests.
    pub traffic: &'d [Traffic],
}

/// A member that is a document as a text.
fn text_of(node: Node<'_>) -> Option<String> {
    match node.value() {
        Value::Text(text) => Some(text.to_owned()),
        _ => None,
    }
}

/// The recording that a member holds.
fn recorded(node: Node<'_>, body: &str) -> Traffic {
    let line = |span: Span| span.slice(body).replace(['\n', '\r'], " ");
    let text = match node.value() {
        Value::Text(text) => text.to_owned(),
        Value::List => node.items().map(|item| line(item.span()) + "\n").collect(),
        _ => line(node.span()),
    };
    Traffic { name: "traffic".to_owned(), recording: read(text.as_bytes(), Format::Auto) }
}

/// A body that is no request.
fn refused(name: &str, document: &Document<'_>, mut findings: Vec<Finding>) -> Report {
    if findings.is_empty() {
        let finding = Finding::new(FileId(0), Code::DocumentShape, Span::default(), "the document is empty");
        findings.push(finding.expected("an object").found("nothing"));
    }
    Report {
        verdict: Outcome::Refused,
        files: vec![File { name: name.to_owned(), text: document.text().to_owned() }],
        session: Asked::default(),
        rule: None,
        nodes: Vec::new(),
        programs: Vec::new(),
        prediction: None,
        findings,
    }
}
