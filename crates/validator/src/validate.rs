//! From the documents of a request to a report.

use tamis::diagnostic::{Code, Severity, Span};
use tamis::reason::matching;
use tamis::{Catalog, CheckedRule, Diagnostic, Options, Phase, Phases, analyze};
use tamis_embedded::{Document, Embedded, Node};

use crate::entities;
use crate::finding::{FileId, Finding};
use crate::fleet::{self, FleetNode};
use crate::knowledge::Knowledge;
use crate::limits::{LONG, LONGEST};
use crate::links::Linked;
use crate::machine;
use crate::nodes::{Catalogs, Targeted};
use crate::predict::{Traffic, predict};
use crate::reading::Reader;
use crate::report::{Asked, File, NodeReport, Outcome, Predicted, ProgramReport, Report, RuleReport, Sampling};
use crate::rule::{Combined, place_of};
use crate::session::{self, Session};

/// A document of a request.
#[derive(Clone, Debug)]
pub struct Part<'d> {
    /// Its name, for messages.
    pub name: String,
    /// The document.
    pub document: &'d Document<'d>,
    /// The value that is meant; none where the document could not be read so far.
    pub node: Option<Node<'d>>,
}

/// What is to be validated.
#[derive(Clone, Debug)]
pub struct Request<'d> {
    /// The session.
    pub session: Part<'d>,
    /// The nodes that there are; without them nothing is said about nodes.
    pub fleet: Option<Part<'d>>,
    /// Services, Routes, Consumers and plugins, as Kong's declarative configuration has them.
    pub entities: Option<Part<'d>>,
    /// Recorded requests.
    pub traffic: &'d [Traffic],
}

impl<'d> Part<'d> {
    /// The first value of a document.
    #[must_use]
    pub fn of(name: impl Into<String>, document: &'d Document<'d>) -> Self {
        Self { name: name.into(), document, node: document.roots().next() }
    }
}

/// Answers requests; it keeps what all of them need.
#[derive(Clone, Debug)]
pub struct Validator {
    catalog: Catalog,
    catalogs: Catalogs,
    knowledge: Knowledge,
}

impl Validator {
    /// A validator for rules over a catalog.
    #[must_use]
    pub fn new(catalog: Catalog) -> Self {
        Self { catalogs: Catalogs::new(catalog.clone()), catalog, knowledge: Knowledge::shipped() }
    }

    /// The catalog.
    #[must_use]
    pub const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Says whether a session can start, and what it will do.
    #[must_use]
    pub fn validate(&self, request: &Request<'_>) -> Report {
        let mut work = Work { validator: self, findings: Vec::new(), files: Vec::new() };
        work.run(request)
    }
}

/// A request that is being answered.
struct Work<'v> {
    validator: &'v Validator,
    findings: Vec<Finding>,
    files: Vec<File>,
}

impl Work<'_> {
    fn run(&mut self, request: &Request<'_>) -> Report {
        let (session_file, session) = self.read(&request.session, session::read);
        let session = session.flatten();
        let (fleet_file, fleet) = match &request.fleet {
            Some(part) => self.read(part, fleet::read),
            None => (session_file, None),
        };
        let (entities_file, entities) = match &request.entities {
            Some(part) => self.read(part, entities::read),
            None => (session_file, None),
        };
        let Some(session) = session else { return self.report(Answer::default()) };
        let nodes = self.targets(&session, fleet.as_deref(), session_file);
        let targeted = Targeted { session: &session, nodes: &nodes, files: [session_file, fleet_file] };
        targeted.check(&mut self.findings);
        let linked = Linked {
            session: &session,
            entities: entities.as_ref(),
            knowledge: &self.validator.knowledge,
            files: [session_file, entities_file],
        };
        let rule = self.rule(&session, &linked, session_file);
        let (mut prediction, mut compiled) = (None, None);
        if let Some((rule, _)) = &rule {
            let catalog = &self.validator.catalog;
            let program = machine::compile(&rule.checked, catalog, &rule.text);
            targeted.check_rule(rule, &program, &self.validator.catalogs, &mut self.findings);
            compiled = Some(program);
            linked.check(rule, &mut self.findings);
            self.meaning(&session, rule, session_file);
            prediction = predict(rule, &session, request.traffic, catalog);
        }
        self.recordings(request.traffic, &session, session_file);
        if let Some(prediction) = &prediction {
            self.findings.extend(prediction.findings(session_file, &session, &nodes));
        }
        self.report(Answer { session: Some(&session), rule, compiled, nodes: &nodes, prediction })
    }

    /// Reads a document.
    fn read<T>(&mut self, part: &Part<'_>, read: impl FnOnce(&mut Reader<'_>, Node<'_>) -> T) -> (FileId, Option<T>) {
        let same = self.files.iter().position(|file| file.name == part.name && file.text == part.document.text());
        let file = FileId(same.unwrap_or(self.files.len()));
        let mut reader = Reader { file, findings: &mut self.findings };
        if same.is_none() {
            self.files.push(File { name: part.name.clone(), text: part.document.text().to_owned() });
            reader.problems(part.document);
        }
        let is_broken = !part.document.problems().is_empty();
        // What is behind a mistake is missing, so nothing is said about what is not there.
        let value = part.node.filter(|_| !is_broken).map(|node| read(&mut reader, node));
        if part.node.is_none() && !is_broken {
            let finding = reader.say(Code::DocumentShape, Span::default(), "the document is empty");
            reader.add(finding.expected("a mapping").found("nothing"));
        }
        (file, value)
    }

    /// The nodes of the fleet that are meant.
    fn targets(&mut self, session: &Session, fleet: Option<&[FleetNode]>, file: FileId) -> Vec<FleetNode> {
        let Some(fleet) = fleet else { return Vec::new() };
        let Some(targets) = &session.targets else { return fleet.to_vec() };
        if targets.is_empty() {
            let finding = Finding::new(file, Code::NoTarget, session.targets_span, "the session targets no node");
            self.findings
                .push(finding.expected("a node or more").found("none").note("without `targets` every node is meant"));
        }
        for target in targets.iter().filter(|target| !fleet.iter().any(|node| node.is(&target.value))) {
            let names = fleet.iter().flat_map(|node| [Some(node.name.as_str()), node.id.as_deref()]).flatten();
            let near = tamis::diagnostic::nearest(&target.value, names);
            let help = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let fix = near.map(|near| target.rewrite(near));
            let message = format!("the fleet has no node `{}`{help}", target.value);
            let finding = Finding::new(file, Code::UnknownTarget, target.span, message);
            self.findings.push(finding.expected("the name or id of a node").found(&target.value).fix(fix));
        }
        fleet.iter().filter(|node| targets.iter().any(|target| node.is(&target.value))).cloned().collect()
    }

    /// The rule of the session, with its secrets; none where it has an error.
    fn rule(&mut self, session: &Session, linked: &Linked<'_>, file: FileId) -> Option<(Combined, Vec<Span>)> {
        let basic = linked.basic_rule(&mut self.findings);
        let Some(embedded) = &session.rule else {
            return Some((Combined::of(basic.as_deref(), None, &self.validator.catalog)?, Vec::new()));
        };
        let (checked, secrets) = self.advanced(embedded, file);
        let combined = Combined::of(basic.as_deref(), Some((&embedded.text, checked?)), &self.validator.catalog);
        if let (None, Some(basic)) = (&combined, &basic) {
            self.together(basic, embedded, file);
        }
        Some((combined?, secrets))
    }

    /// What is wrong with both rules together while each is right alone: a limit.
    fn together(&mut self, basic: &str, embedded: &Embedded, file: FileId) {
        let text = Combined::text_of(basic, &embedded.text);
        let analysis = analyze(&text, &self.validator.catalog, &Options::for_loading());
        for found in analysis.diagnostics.iter().filter(|found| found.is_error()) {
            let diagnostic = Diagnostic::new(found.code, embedded.span, found.message.clone());
            self.findings.push(Finding::of(file, diagnostic).note("this is so together with the basic rule"));
        }
    }

    /// The advanced rule, and where secrets are in it.
    fn advanced(&mut self, embedded: &Embedded, file: FileId) -> (Option<CheckedRule>, Vec<Span>) {
        let analysis = analyze(&embedded.text, &self.validator.catalog, &Options::default());
        for diagnostic in &analysis.diagnostics {
            self.findings.push(Finding::of(file, embedded.diagnostic_to_document(diagnostic)));
        }
        let secrets = analysis.diagnostics.iter().filter(|found| found.code == Code::Credential);
        let secrets: Vec<Span> = secrets.map(|found| found.span).collect();
        match analysis.rules() {
            [rule] if rule.name.is_none() => (rule.checked().cloned().filter(|_| analysis.is_valid()), secrets),
            rules => {
                if analysis.is_valid() {
                    let message = "a session has one rule, and this is a file of named rules".to_owned();
                    let finding = Finding::new(file, Code::SeveralSessionRules, embedded.span, message);
                    let found = format!("{} named rules", rules.len());
                    self.findings.push(
                        finding
                            .expected("one condition")
                            .found(found)
                            .note("write the condition alone, or a session for each rule"),
                    );
                }
                (None, secrets)
            }
        }
    }

    /// What follows from the rule for the session.
    fn meaning(&mut self, session: &Session, rule: &Combined, file: FileId) {
        let place = session.rule.as_ref().map(|rule| rule.span);
        let place = place.or(session.basic.as_ref().map(|basic| basic.which.span)).unwrap_or(session.span);
        let excludes = self.findings.iter().any(|finding| finding.diagnostic.code == Code::RulesExclude);
        if !excludes && matching(&self.validator.catalog, &rule.checked).is_nothing() {
            let message = "no request can match, so this session can capture nothing";
            self.findings.push(Finding::new(file, Code::MatchesNothing, place, message));
        }
        self.not_captured(session, rule, file);
        let moments = Phases::of(rule.checked.hir()).rule();
        let is_late =
            moments.drop.is_none_or(|drop| drop >= Phase::ResponseHeaders) && moments.last >= Phase::ResponseHeaders;
        if is_late && (LONG + 1..=LONGEST).contains(&session.duration.value) {
            let message = "every request is recorded until it ends; add a Route, Service or method to stop early";
            let duration = session::shown(session.duration.value);
            let finding = Finding::new(file, Code::RecordsEverything, place, message)
                .expected("a condition that is known before the upstream answers")
                .found(format!("the first request can be dropped at `{}`", moments.drop.unwrap_or(moments.last)))
                .note(format!("the session lasts {duration}"));
            self.findings.push(finding);
        }
    }

    /// Fields that are there only if something is captured that is not.
    fn not_captured(&mut self, session: &Session, rule: &Combined, file: FileId) {
        let Some((checked, embedded)) = rule.advanced.as_ref().zip(session.rule.as_ref()) else { return };
        for (number, field) in (0_u32..).zip(&checked.hir().fields) {
            let Some(capture) = self.validator.knowledge.needs(&field.name) else { continue };
            if session.captures.iter().any(|it| it.value == capture) {
                continue;
            }
            let span = place_of(checked.hir(), tamis_types::hir::FieldUseId(number), &embedded.text);
            let what = if capture == session::Capture::Bodies { "payload capture" } else { "their capture" };
            let message = format!("{what} is off in this session, so `{}` is always absent", field.name);
            let diagnostic = Diagnostic::new(Code::NotCaptured, span, message);
            let finding = Finding::of(file, embedded.diagnostic_to_document(&diagnostic));
            let word = capture.as_str();
            self.findings.push(
                finding
                    .expected(format!("`{word}` in `capture`"))
                    .found("no such capture")
                    .note(format!("add `{word}` to `capture`")),
            );
        }
    }

    /// Recordings that could not be read as a whole.
    fn recordings(&mut self, traffic: &[Traffic], session: &Session, file: FileId) {
        for traffic in traffic {
            let problems = &traffic.recording.problems;
            let Some(first) = problems.first() else { continue };
            let n = problems.len() + traffic.recording.problems_left_out;
            let parts = if n == 1 { "a part".to_owned() } else { format!("{n} parts") };
            let message = format!("{parts} of `{}` could not be read; the prediction is made without", traffic.name);
            let finding = Finding::new(file, Code::BadRecording, session.span, message);
            self.findings.push(finding.note(format!("the first: {first}")));
        }
    }

    fn report(&mut self, answer: Answer<'_>) -> Report {
        let Answer { session, rule, compiled, nodes, prediction } = answer;
        let mut findings = std::mem::take(&mut self.findings);
        findings.sort_by_key(|finding| (finding.file, finding.diagnostic.span));
        let is_refused = findings.iter().any(Finding::is_error);
        let is_warned = findings.iter().any(|finding| finding.diagnostic.severity == Severity::Warning);
        let outcome = |is_refused, is_warned| match (is_refused, is_warned) {
            (true, _) => Outcome::Refused,
            (false, true) => Outcome::Warned,
            (false, false) => Outcome::Runs,
        };
        let mut reports: Vec<NodeReport> = (0..)
            .zip(nodes)
            .map(|(number, node)| self.node(number, node, &findings, prediction.as_ref(), session))
            .collect();
        let programs = compiled.as_ref().map(|compiled| self.programs(compiled, &mut reports)).unwrap_or_default();
        let cost = compiled.map_or(0, |compiled| compiled.cost);
        Report {
            verdict: outcome(is_refused, is_warned),
            files: std::mem::take(&mut self.files),
            session: session.map(Asked::of).unwrap_or_default(),
            rule: rule.as_ref().map(|(rule, secrets)| rule_report(rule, secrets, cost)),
            nodes: reports,
            programs,
            prediction,
            findings,
        }
    }

    fn node(
        &self,
        number: usize,
        node: &FleetNode,
        findings: &[Finding],
        prediction: Option<&Predicted>,
        session: Option<&Session>,
    ) -> NodeReport {
        let concerns = |finding: &Finding| finding.nodes.is_empty() || finding.nodes.contains(&number);
        let reasons = findings.iter().enumerate().filter(|(_, finding)| concerns(finding));
        let reasons: Vec<(usize, Severity)> = reasons.map(|(at, it)| (at, it.diagnostic.severity)).collect();
        let worst = reasons.iter().map(|(_, severity)| *severity).max();
        let outcome = match worst {
            Some(Severity::Error) => Outcome::Refused,
            Some(Severity::Warning) => Outcome::Warned,
            Some(Severity::Hint) | None => Outcome::Runs,
        };
        let full_after = prediction.zip(session).and_then(|(prediction, session)| match node.rate {
            Some(rate) => prediction.full_at(rate, session),
            None => prediction.full_after,
        });
        NodeReport {
            name: node.name.clone(),
            id: node.id.clone(),
            version: node.version.value,
            outcome,
            reasons: reasons.into_iter().map(|(at, _)| at).collect(),
            program: None,
            rate: node.rate,
            full_after,
        }
    }

    /// The program, with the nodes that run it.
    fn programs(&self, compiled: &machine::Compiled, nodes: &mut [NodeReport]) -> Vec<ProgramReport> {
        let mut running = Vec::new();
        for (number, node) in nodes.iter_mut().enumerate().filter(|(_, node)| node.outcome != Outcome::Refused) {
            node.program = Some(0);
            running.push(number);
        }
        let catalog = &self.validator.catalog;
        vec![ProgramReport {
            bytecode: compiled.bytecode,
            catalog: catalog.name().to_owned(),
            fingerprint: catalog.fingerprint(),
            bytes: compiled.bytes.clone(),
            nodes: running,
        }]
    }
}

/// What is known when the checks are done.
#[derive(Default)]
struct Answer<'a> {
    session: Option<&'a Session>,
    rule: Option<(Combined, Vec<Span>)>,
    compiled: Option<machine::Compiled>,
    nodes: &'a [FleetNode],
    prediction: Option<Predicted>,
}

impl Asked {
    fn of(session: &Session) -> Self {
        Self {
            name: session.name.clone(),
            duration: session.duration.value,
            cap: session.cap.value,
            keep: session.keep,
            captures: session.captures.iter().map(|capture| capture.value).collect(),
            sampling: match (&session.basic, &session.rule) {
                (None, None) => Sampling::Every,
                (Some(_), None) => Sampling::Basic,
                (None, Some(_)) => Sampling::Advanced,
                (Some(_), Some(_)) => Sampling::Both,
            },
        }
    }
}

fn rule_report(rule: &Combined, secrets: &[Span], cost: u64) -> RuleReport {
    let offset = rule.text.find("&& (\n").filter(|_| rule.basic.is_some() && rule.advanced.is_some());
    let offset = offset.map_or(0, |at| at + "&& (\n".len());
    let mut text = rule.text.clone();
    for secret in secrets.iter().rev() {
        let range = secret.range();
        let range = range.start + offset..range.end + offset;
        if text.get(range.clone()).is_some() {
            text.replace_range(range, "…");
        }
    }
    RuleReport {
        text,
        fields: rule.checked.hir().fields.iter().map(|field| field.name.clone()).collect(),
        phases: Phases::of(rule.checked.hir()),
        cost,
        secrets: secrets.len(),
    }
}
