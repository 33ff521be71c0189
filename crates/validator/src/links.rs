//! What a rule says about Routes, Services and Consumers, held against those that there are.

use tamis::Diagnostic;
use tamis::diagnostic::nearest;
use tamis::diagnostic::{Code, Fix, Severity, Span};
use tamis_embedded::Embedded;
use tamis_types::hir::FieldUseId;

use crate::entities::{Entities, Entity};
use crate::finding::{FileId, Finding};
use crate::knowledge::{By, Knowledge};
use crate::rule::{Combined, Mention, literal, mentions, place_of};
use crate::session::{Basic, EntityKind, Session};

/// A session with its entities.
pub(crate) struct Linked<'s> {
    pub(crate) session: &'s Session,
    pub(crate) entities: Option<&'s Entities>,
    pub(crate) knowledge: &'s Knowledge,
    /// The document of the session and that of the entities.
    pub(crate) files: [FileId; 2],
}

impl Linked<'_> {
    /// The basic rule as text; a finding where it names nothing.
    pub(crate) fn basic_rule(&self, findings: &mut Vec<Finding>) -> Option<String> {
        let basic = self.session.basic.as_ref()?;
        let entity = self.entities.and_then(|entities| entities.find(basic.kind, &basic.which.value));
        if let (Some(entities), None) = (self.entities, entity) {
            let by = if is_uuid(&basic.which.value) { By::Id } else { By::Name };
            findings.extend(self.unknown(entities, basic.kind, by, &basic.which.value).map(|unknown| {
                let mut finding = unknown.finding(self.files[0], basic.which.span, |text| basic.which.rewrite(text));
                finding.diagnostic.severity = Severity::Error;
                finding
            }));
        }
        let id = entity.and_then(|(_, entity)| entity.id.clone()).or_else(|| {
            let is_id = is_uuid(&basic.which.value);
            is_id.then(|| basic.which.value.clone())
        });
        let (by, value) = match (id, entity.and_then(|(_, entity)| entity.name.clone())) {
            (Some(id), _) => (By::Id, id),
            (None, Some(name)) => (By::Name, name),
            (None, None) => (By::Name, basic.which.value.clone()),
        };
        let field = self.knowledge.field(basic.kind, by)?;
        Some(format!("{field} == {}", literal(&value)))
    }

    /// What the advanced rule says about entities.
    pub(crate) fn check(&self, rule: &Combined, findings: &mut Vec<Finding>) {
        let Some((checked, embedded)) = rule.advanced.as_ref().zip(self.session.rule.as_ref()) else { return };
        for mention in mentions(checked.hir(), &embedded.text) {
            let Some(link) = self.knowledge.link(&mention.field) else { continue };
            let said = self.against_basic(&mention, link.kind, embedded);
            let is_said = said.is_some();
            findings.extend(said);
            if let Some(entities) = self.entities.filter(|_| !is_said) {
                let unknown = self.unknown(entities, link.kind, link.by, &mention.value);
                findings.extend(unknown.map(|unknown| {
                    let span = quoted_span(&embedded.text, mention.span);
                    let found = unknown.finding(self.files[0], span, |text| {
                        let text = literal(text);
                        Fix::replace(format!("write `{text}`"), span, text.clone()).suggestion()
                    });
                    Finding { diagnostic: embedded.diagnostic_to_document(&found.diagnostic), ..found }
                }));
            }
        }
        self.authentication(rule, findings);
    }

    /// What a comparison adds to the basic rule: nothing, or a contradiction.
    fn against_basic(&self, mention: &Mention, kind: EntityKind, embedded: &Embedded) -> Option<Finding> {
        let basic = self.session.basic.as_ref()?;
        let noun = basic.kind.as_str();
        let span = quoted_span(&embedded.text, mention.span);
        if kind == basic.kind && self.is_same(basic, &mention.value) && !mention.is_negated {
            let diagnostic =
                Diagnostic::new(Code::AlreadyLimited, span, format!("the session is already limited to this {noun}"));
            let finding = Finding::of(self.files[0], embedded.diagnostic_to_document(&diagnostic));
            return Some(finding.found(&mention.value).note("leave this condition out"));
        }
        if !mention.is_required {
            return None;
        }
        let entities = self.entities;
        let other = match (kind, basic.kind) {
            _ if kind == basic.kind => Some(format!("the session is limited to another {noun}, so this never holds")),
            (EntityKind::Route, EntityKind::Service) => {
                let (_, route) = entities?.find(EntityKind::Route, &mention.value)?;
                let (service, _) = entities?.find(EntityKind::Service, &basic.which.value)?;
                (route.service != Some(service))
                    .then(|| "this Route does not belong to the session's Service, so this never holds".to_owned())
            }
            (EntityKind::Service, EntityKind::Route) => {
                let (_, route) = entities?.find(EntityKind::Route, &basic.which.value)?;
                let (service, _) = entities?.find(EntityKind::Service, &mention.value)?;
                (route.service != Some(service))
                    .then(|| "the session's Route does not belong to this Service, so this never holds".to_owned())
            }
            _ => None,
        }?;
        let diagnostic =
            Diagnostic::new(Code::RulesExclude, span, other).label(span, format!("not `{}`", basic.which.value));
        let mut diagnostic = embedded.diagnostic_to_document(&diagnostic);
        diagnostic.labels.clear();
        let finding = Finding::of(self.files[0], diagnostic);
        let about = format!("the {} of the session", basic.kind.as_str());
        let finding = finding.related(self.files[0], basic.which.span, about);
        Some(finding.expected(format!("`{}`", basic.which.value)).found(format!("`{}`", mention.value)))
    }

    /// Whether a text of the rule names the entity of the basic rule.
    fn is_same(&self, basic: &Basic, text: &str) -> bool {
        let entity = self.entities.and_then(|entities| entities.find(basic.kind, &basic.which.value));
        basic.which.value.eq_ignore_ascii_case(text) || entity.is_some_and(|(_, entity)| entity.is(text))
    }

    /// What to say of a text that names no entity; none where it does, or where that cannot be known.
    fn unknown<'e>(&self, entities: &'e Entities, kind: EntityKind, by: By, text: &str) -> Option<Unknown<'e>> {
        let key = |entity: &'e Entity| match by {
            By::Id => entity.id.as_deref(),
            By::Name => entity.name.as_deref(),
        };
        let is_known = |entity: &Entity| match by {
            By::Id => entity.id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(text)),
            By::Name => entity.name.as_deref() == Some(text),
        };
        let all: Vec<&Entity> = entities.of(kind).map(|(_, entity)| entity).collect();
        // Without every id nobody can say that an id names nothing.
        if all.is_empty() || all.iter().any(|entity| key(entity).is_none() || is_known(entity)) {
            return None;
        }
        let other = all.iter().find(|entity| entity.is(text));
        let near = nearest(text, all.iter().filter_map(|entity| key(entity)));
        let near = near.and_then(|near| all.iter().find(|entity| key(entity) == Some(near)));
        let meant = other.or(near).copied();
        let listed: Vec<String> = all.iter().take(3).map(|entity| entity.shown()).collect();
        let more = all.len().checked_sub(3).filter(|more| *more > 0).map(|more| format!(" and {more} more"));
        let listed = format!("{}{}", listed.join(", "), more.unwrap_or_default());
        let replacement = meant.and_then(key);
        Some(Unknown { kind, by, text: text.to_owned(), meant, replacement, is_other: other.is_some(), listed })
    }

    /// A Consumer in the rule, where nobody is authenticated.
    fn authentication(&self, rule: &Combined, findings: &mut Vec<Finding>) {
        let (Some(entities), Some(embedded)) = (self.entities, self.session.rule.as_ref()) else { return };
        let Some(checked) = &rule.advanced else { return };
        let hir = checked.hir();
        let is_consumer = |name: &str| self.knowledge.link(name).is_some_and(|link| link.kind == EntityKind::Consumer);
        let used = (0_u32..).zip(&hir.fields).find(|(_, field)| is_consumer(&field.name));
        let Some((place, field)) = used else { return };
        let routes = self.routes(entities, &mentions(hir, &embedded.text));
        let is_open =
            |route: &usize| !entities.plugins_on(*route).any(|plugin| self.knowledge.authenticates(&plugin.name));
        if routes.is_empty() || !routes.iter().all(is_open) {
            return;
        }
        let name = &field.name;
        let message = match routes.as_slice() {
            [_] => format!("no authentication runs on this Route, so `{name}` is always absent"),
            many => {
                format!("no authentication runs on any of these {} Routes, so `{name}` is always absent", many.len())
            }
        };
        let span = place_of(hir, FieldUseId(place), &embedded.text);
        let mut finding = Finding::new(self.files[0], Code::NoAuthentication, embedded.to_document(span), message)
            .expected("a plugin that authenticates")
            .found("none that is switched on");
        for route in routes.iter().take(3).filter_map(|route| entities.all.get(*route)) {
            finding = finding.related(self.files[1], route.span, format!("Route {}", route.shown()));
        }
        findings.push(finding);
    }

    /// The Routes that requests of the session may take.
    fn routes(&self, entities: &Entities, mentions: &[Mention]) -> Vec<usize> {
        let required = |kind: EntityKind| {
            let basic =
                self.session.basic.as_ref().filter(|basic| basic.kind == kind).map(|basic| basic.which.value.as_str());
            let is_of = |mention: &&Mention| self.knowledge.link(&mention.field).is_some_and(|link| link.kind == kind);
            basic.or_else(|| mentions.iter().filter(is_of).find(|it| it.is_required).map(|it| it.value.as_str()))
        };
        if let Some(route) = required(EntityKind::Route) {
            return entities.find(EntityKind::Route, route).map(|(number, _)| number).into_iter().collect();
        }
        let all = entities.of(EntityKind::Route);
        match required(EntityKind::Service) {
            None => all.map(|(number, _)| number).collect(),
            Some(service) => {
                let service = entities.find(EntityKind::Service, service).map(|(number, _)| number);
                all.filter(|(_, route)| service.is_some() && route.service == service)
                    .map(|(number, _)| number)
                    .collect()
            }
        }
    }
}

/// A text that names no entity.
struct Unknown<'e> {
    kind: EntityKind,
    by: By,
    text: String,
    /// The entity that was probably meant.
    meant: Option<&'e Entity>,
    /// What to write for it.
    replacement: Option<&'e str>,
    /// Whether the text names it in the other way.
    is_other: bool,
    /// Some of those that there are.
    listed: String,
}

impl Unknown<'_> {
    fn finding(&self, file: FileId, span: Span, rewrite: impl Fn(&str) -> Fix) -> Finding {
        let (kind, by) = (self.kind.as_str(), self.by.as_str());
        let message = match self.meant {
            Some(meant) if self.is_other => {
                let other = if self.by == By::Id { "name" } else { "id" };
                format!("this is the {other} of {}, not its {by}", meant.shown())
            }
            Some(meant) => format!("no {kind} with this {by}; did you mean {}?", meant.shown()),
            None => format!("no {kind} with this {by}"),
        };
        let mut finding = Finding::new(file, Code::UnknownEntity, span, message)
            .expected(format!("the {by} of a {kind}"))
            .found(format!("`{}`", self.text));
        if self.meant.is_none() {
            finding = finding.note(format!("there are {}", self.listed));
        }
        finding.fix(self.replacement.map(rewrite))
    }
}

/// The quotes around a text too, where there are some.
fn quoted_span(text: &str, span: Span) -> Span {
    let range = span.range();
    let before = text.get(..range.start).and_then(|text| text.chars().next_back());
    let behind = text.get(range.end..).and_then(|text| text.chars().next());
    let is_quoted = matches!((before, behind), (Some('"'), Some('"')) | (Some('\''), Some('\'')));
    if is_quoted { Span::new(span.start - 1, span.end + 1) } else { span }
}

/// Whether a text has the form of a UUID.
fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
