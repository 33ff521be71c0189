//! Whether the targeted nodes can run a session.

use std::collections::BTreeSet;

use tamis::Catalog;
use tamis::diagnostic::{Applicability, Code, Edit, Fix, Span, nearest};
use tamis_types::hir::FieldUseId;

use crate::finding::{FileId, Finding};
use crate::fleet::FleetNode;
use crate::limits::{FIRST, INNER, LOGS, ON_BY_DEFAULT};
use crate::machine::{self, Compiled, Lack};
use crate::reading::{Spanned, like};
use crate::rule::{Combined, place_of};
use crate::session::{Capture, Session};
use crate::version::Version;

/// A session with the nodes that it targets.
pub(crate) struct Targeted<'s> {
    pub(crate) session: &'s Session,
    pub(crate) nodes: &'s [FleetNode],
    /// The document of the session and that of the fleet.
    pub(crate) files: [FileId; 2],
}

impl Targeted<'_> {
    /// Everything that keeps nodes from running the session, whatever its rule says.
    pub(crate) fn check(&self, findings: &mut Vec<Finding>) {
        for (number, node) in self.nodes.iter().enumerate() {
            if !node.kind.value.has_sessions() {
                findings.push(self.kind(number, node));
            } else if node.version.value < FIRST {
                findings.push(self.too_old(number, node));
            } else {
                findings.extend(self.settings(number, node));
            }
        }
        for capture in &self.session.captures {
            findings.extend(self.capture(capture));
        }
    }

    /// A finding at the target in the session, with the place in the fleet and a fix that leaves the node out; at the
    /// place in the fleet where the targets are not listed.
    fn at_target(&self, number: usize, code: Code, message: String, place: Span, about: &str) -> Finding {
        let node = self.nodes.get(number);
        let is_meant = |target: &&Spanned<String>| node.is_some_and(|node| node.is(&target.value));
        let [session, fleet] = self.files;
        let finding = match self.session.targets.iter().flatten().find(is_meant) {
            Some(target) => Finding::new(session, code, target.span, message).related(fleet, place, about),
            None => Finding::new(fleet, code, place, message),
        };
        finding.fix(node.and_then(|node| self.without(node))).on([number])
    }

    /// The fix that leaves a node out of the targets; none where they are not listed, or it is the only one.
    fn without(&self, node: &FleetNode) -> Option<Fix> {
        let targets = self.session.targets.as_ref()?;
        let left: Vec<String> =
            targets.iter().filter(|it| !node.is(&it.value)).map(|it| like(it.span, &it.value, &it.value)).collect();
        let text = format!("[{}]", left.join(", "));
        let fix = Fix::replace(format!("leave `{}` out", node.name), self.session.targets_span, text);
        (!left.is_empty()).then(|| fix.suggestion())
    }

    fn kind(&self, number: usize, node: &FleetNode) -> Finding {
        let kind = node.kind.value.as_str();
        let message = format!("node `{}` is of the kind `{kind}`, which has no debug sessions", node.name);
        self.at_target(number, Code::NodeKind, message, node.kind.span, "the kind of the node")
            .expected("`hybrid`, `dedicated` or `serverless`")
            .found(kind)
    }

    fn too_old(&self, number: usize, node: &FleetNode) -> Finding {
        let version = node.version.value;
        let message = format!("debug sessions need {FIRST}; node `{}` runs {version}", node.name);
        self.at_target(number, Code::NodeTooOld, message, node.version.span, "the version of the node")
            .expected(format!("{FIRST} or later"))
            .found(version.to_string())
    }

    /// The settings that have to be on.
    fn settings(&self, number: usize, node: &FleetNode) -> Vec<Finding> {
        let is_default = node.version.value >= ON_BY_DEFAULT;
        let settings = [("cluster_rpc", &node.cluster_rpc), ("active_tracing", &node.active_tracing)];
        let is_off = |setting: &Option<Spanned<bool>>| !setting.as_ref().map_or(is_default, |it| it.value);
        let off = settings.into_iter().filter(|(_, setting)| is_off(setting));
        off.map(|(name, setting)| {
            let version = node.version.value;
            let (message, found) = match setting {
                Some(_) => (format!("`{name}` is off on node `{}`, so it has no debug sessions", node.name), "off"),
                None => {
                    let message =
                        format!("node `{}` runs {version}, where `{name}` is off unless it is switched on", node.name);
                    (message, "not set")
                }
            };
            let place = setting.as_ref().map_or(node.version.span, |it| it.span);
            let about = if setting.is_some() { "the setting" } else { "the version of the node" };
            self.at_target(number, Code::NodeSetting, message, place, about)
                .expected(format!("`{name}: on`"))
                .found(found)
                .note(format!(
                    "set `KONG_{}=on` on the node; from {ON_BY_DEFAULT} on it is on by default",
                    name.to_uppercase()
                ))
        })
        .collect()
    }

    /// What is to be captured, and the nodes that are too old for it.
    fn capture(&self, capture: &Spanned<Capture>) -> Option<Finding> {
        let since = match capture.value {
            Capture::Headers | Capture::Bodies => return None,
            Capture::Logs => LOGS,
            Capture::Upstream | Capture::Plugins | Capture::Calls => INNER,
        };
        let old: Vec<usize> = self.where_node(|node| node.version.value >= FIRST && node.version.value < since);
        let word = capture.value.as_str();
        let message = format!("capture of `{word}` needs {since}; {}", self.versions(&old, |node| node.version.value));
        let [session, fleet] = self.files;
        let mut finding = Finding::new(session, Code::CaptureTooNew, capture.span, message)
            .expected(format!("{since} or later"))
            .found(self.distinct(&old, |node| node.version.value))
            .fix(self.without_capture(capture));
        for node in old.iter().filter_map(|number| self.nodes.get(*number)).take(3) {
            finding = finding.related(fleet, node.version.span, "the version of the node");
        }
        (!old.is_empty()).then(|| finding.on(old))
    }

    /// The fix that leaves a capture out, where more than one is listed.
    fn without_capture(&self, capture: &Spanned<Capture>) -> Option<Fix> {
        let all = &self.session.captures;
        let at = all.iter().position(|other| other == capture)?;
        // From the end of the one before, or to the start of the one behind.
        let span = match (at.checked_sub(1).and_then(|before| all.get(before)), all.get(at + 1)) {
            (Some(before), _) => Span::new(before.span.end, capture.span.end),
            (None, Some(behind)) => Span::new(capture.span.start, behind.span.start),
            (None, None) => return None,
        };
        let edits = vec![Edit { span, text: String::new() }];
        let title = format!("do not capture `{}`", capture.value.as_str());
        Some(Fix { title, edits, applicability: Applicability::Suggestion })
    }

    fn where_node(&self, is_meant: impl Fn(&FleetNode) -> bool) -> Vec<usize> {
        let numbered = self.nodes.iter().enumerate().filter(|(_, node)| node.kind.value.has_sessions());
        numbered.filter(|(_, node)| is_meant(node)).map(|(number, _)| number).collect()
    }

    /// The versions of nodes, each once and the oldest first.
    fn distinct(&self, numbers: &[usize], version: impl Fn(&FleetNode) -> Version) -> String {
        let versions: BTreeSet<Version> =
            numbers.iter().filter_map(|number| self.nodes.get(*number)).map(version).collect();
        versions.iter().map(Version::to_string).collect::<Vec<_>>().join(", ")
    }

    /// `node dp-2 runs 3.12`, or the same of several nodes.
    fn versions(&self, numbers: &[usize], version: impl Fn(&FleetNode) -> Version) -> String {
        const SHOWN: usize = 3;
        let nodes = numbers.iter().filter_map(|number| self.nodes.get(*number));
        let mut shown: Vec<String> =
            nodes.take(SHOWN).map(|it| format!("node `{}` runs {}", it.name, version(it))).collect();
        if numbers.len() > SHOWN {
            shown.push(format!("and {} more are as old", numbers.len() - SHOWN));
        }
        shown.join(", ")
    }

    /// The nodes that do not load the program of the rule, and why.
    pub(crate) fn check_rule(
        &self,
        rule: &Combined,
        compiled: &Compiled,
        catalogs: &Catalogs,
        findings: &mut Vec<Finding>,
    ) {
        let mut lacking: Vec<(Lack, Vec<usize>)> = Vec::new();
        for number in self.where_node(|_| true) {
            let Some(node) = self.nodes.get(number) else { continue };
            let Some(catalog) = catalogs.of(node) else {
                findings.push(self.unknown_catalog(number, node, catalogs));
                continue;
            };
            for lack in machine::lacks(compiled, catalog, node) {
                match lacking.iter_mut().find(|(other, _)| *other == lack) {
                    Some((_, nodes)) => nodes.push(number),
                    None => lacking.push((lack, vec![number])),
                }
            }
        }
        findings.extend(lacking.into_iter().map(|(lack, nodes)| self.lack(&lack, nodes, rule)));
    }

    fn unknown_catalog(&self, number: usize, node: &FleetNode, catalogs: &Catalogs) -> Finding {
        let (name, place) = node.catalog.as_ref().map_or(("", node.span), |catalog| (&catalog.value, catalog.span));
        let near = nearest(name, catalogs.names());
        let fix = near.zip(node.catalog.as_ref()).map(|(near, written)| written.rewrite(near));
        let [_, fleet] = self.files;
        let listed: Vec<String> = catalogs.names().map(|name| format!("`{name}`")).collect();
        Finding::new(fleet, Code::BadEntry, place, format!("there is no catalog `{name}`"))
            .expected(format!("one of {}", listed.join(", ")))
            .found(name)
            .note(format!("the catalogs are {}", listed.join(", ")))
            .fix(fix)
            .on([number])
    }

    /// Something that nodes lack.
    fn lack(&self, lack: &Lack, nodes: Vec<usize>, rule: &Combined) -> Finding {
        let names = self.names(&nodes);
        let mut finding = match lack {
            Lack::NewField { name, since } => {
                let runs = self.versions(&nodes, FleetNode::fields_of);
                let never = if nodes.len() == 1 { "would never match" } else { "would never match there" };
                let message = format!("`{name}` needs {since}; {runs} and {never}");
                let place = self.place_in_rule(rule, Some(name), None);
                Finding::new(self.files[0], Code::FieldTooNew, place, message)
                    .expected(format!("{since} or later"))
                    .found(self.distinct(&nodes, FleetNode::fields_of))
            }
            Lack::Feature { kind, name, since, has } => {
                let message = format!("the {kind} `{name}` needs bytecode {since}; {names} has {has}");
                let place = self.place_in_rule(rule, None, Some(name));
                Finding::new(self.files[0], Code::MachineTooOld, place, message)
                    .expected(format!("bytecode {since} or later"))
                    .found(format!("bytecode {has}"))
            }
            Lack::Field { name, why } => {
                let message = format!("{names} does not run `{name}`: {why}");
                let place = self.place_in_rule(rule, Some(name), None);
                Finding::new(self.files[0], Code::NodeRefuses, place, message)
            }
            Lack::Other(why) => {
                let place = self.place_in_rule(rule, None, None);
                Finding::new(self.files[0], Code::NodeRefuses, place, format!("{names} does not load the rule: {why}"))
            }
        };
        for node in nodes.iter().filter_map(|number| self.nodes.get(*number)).take(3) {
            let (place, about) = match lack {
                Lack::NewField { .. } => {
                    (node.catalog_version.as_ref().unwrap_or(&node.version).span, "the version of the node")
                }
                Lack::Feature { .. } => {
                    (node.bytecode.as_ref().map_or(node.span, |it| it.span), "the bytecode of the node")
                }
                Lack::Field { .. } => {
                    (node.catalog.as_ref().map_or(node.span, |it| it.span), "the catalog of the node")
                }
                Lack::Other(_) => (node.span, "the node"),
            };
            finding = finding.related(self.files[1], place, about);
        }
        if let [one] = nodes.as_slice() {
            finding = finding.fix(self.nodes.get(*one).and_then(|node| self.without(node)));
        }
        finding.on(nodes)
    }

    /// `node dp-1`, or the same of several nodes, of which each one is meant.
    fn names(&self, numbers: &[usize]) -> String {
        let first = numbers.first().and_then(|number| self.nodes.get(*number)).map_or("", |node| &node.name);
        match numbers.len() {
            1 => format!("node `{first}`"),
            more => format!("node `{first}`, like {} more,", more - 1),
        }
    }

    /// A field of the rule, or a word of it; all of the rule where it does not say that in so many words.
    fn place_in_rule(&self, rule: &Combined, field: Option<&str>, word: Option<&str>) -> Span {
        let advanced = rule.advanced.as_ref().zip(self.session.rule.as_ref()).and_then(|(checked, embedded)| {
            let hir = checked.hir();
            let place = match (field, word) {
                (Some(name), _) => {
                    let at = hir.fields.iter().position(|field| field.name == name)?;
                    place_of(hir, FieldUseId(u32::try_from(at).ok()?), &embedded.text)
                }
                (None, Some(word)) => {
                    let at = embedded.text.find(word)?;
                    Span::from_range(at..at + word.len())
                }
                (None, None) => return Some(embedded.span),
            };
            Some(embedded.to_document(place))
        });
        let whole = self.session.rule.as_ref().map(|rule| rule.span).filter(|_| rule.basic.is_none());
        let basic = self.session.basic.as_ref().map(|basic| basic.which.span);
        advanced.or(whole).or(basic).unwrap_or(self.session.span)
    }
}

/// The catalogs that nodes may have.
#[derive(Clone, Debug)]
pub(crate) struct Catalogs {
    /// The catalog of the validator, then the shipped ones.
    all: Vec<Catalog>,
}

impl Catalogs {
    pub(crate) fn new(own: Catalog) -> Self {
        let shipped = Catalog::SHIPPED.iter().filter(|name| **name != own.name());
        let shipped: Vec<Catalog> = shipped.filter_map(|name| Catalog::shipped(name)).collect();
        Self { all: std::iter::once(own).chain(shipped).collect() }
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(Catalog::name)
    }

    /// The catalog of a node; none where there is no such catalog.
    pub(crate) fn of(&self, node: &FleetNode) -> Option<&Catalog> {
        match &node.catalog {
            None => self.all.first(),
            Some(name) => self.all.iter().find(|catalog| catalog.name() == name.value),
        }
    }
}
