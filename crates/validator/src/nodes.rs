//! Whether the targeted nodes can run a session.

use tamis::Catalog;
use tamis::diagnostic::{Applicability, Code, Edit, Fix, Span};
use tamis_types::hir::FieldUseId;

use crate::finding::{FileId, Finding};
use crate::fleet::FleetNode;
use crate::limits::{FIRST, INNER, LOGS, ON_BY_DEFAULT};
use crate::reading::Spanned;
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
        let left: Vec<String> = targets.iter().filter(|it| !node.is(&it.value)).map(|it| quoted(&it.value)).collect();
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
            .found(self.versions(&old, |node| node.version.value))
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

    /// The fields of a rule that some nodes do not have, and the nodes whose machine does not load its program.
    pub(crate) fn check_rule(&self, rule: &Combined, catalog: &Catalog, findings: &mut Vec<Finding>) {
        for (number, field) in rule.checked.hir().fields.iter().enumerate() {
            let record = catalog.field(field.id);
            let Some(text) = record.and_then(|record| record.since.as_deref()) else { continue };
            let Some(since) = Version::read(text) else { continue };
            let old = self.where_node(|node| node.fields_of() < since);
            if old.is_empty() {
                continue;
            }
            let never = if old.len() == 1 { "would never match" } else { "would never match there" };
            let runs = self.versions(&old, FleetNode::fields_of);
            let message = format!("`{}` needs {since}; {runs} and {never}", field.name);
            let id = FieldUseId(u32::try_from(number).unwrap_or(u32::MAX));
            let mut finding = self.in_rule(rule, Code::FieldTooNew, id, message);
            finding = finding.expected(format!("{since} or later")).found(runs);
            for node in old.iter().filter_map(|number| self.nodes.get(*number)).take(3) {
                let place = node.catalog_version.as_ref().unwrap_or(&node.version);
                finding = finding.related(self.files[1], place.span, "the version of the node");
            }
            if let [one] = old.as_slice() {
                finding = finding.fix(self.nodes.get(*one).and_then(|node| self.without(node)));
            }
            findings.push(finding.on(old));
        }
    }

    /// A finding at a field of the rule, or at the basic rule where that asks for it.
    fn in_rule(&self, rule: &Combined, code: Code, field: FieldUseId, message: String) -> Finding {
        let [session, _] = self.files;
        let name = rule.checked.hir().field(field).map(|field| field.name.as_str());
        let advanced = rule.advanced.as_ref().zip(self.session.rule.as_ref()).and_then(|(checked, embedded)| {
            let hir = checked.hir();
            let at = hir.fields.iter().position(|field| Some(field.name.as_str()) == name)?;
            let place = place_of(hir, FieldUseId(u32::try_from(at).ok()?), &embedded.text);
            Some(embedded.to_document(place))
        });
        let basic = self.session.basic.as_ref().map(|basic| basic.which.span);
        Finding::new(session, code, advanced.or(basic).unwrap_or(self.session.span), message)
    }
}

/// A text as an item of a list in brackets, in YAML and JSON alike.
fn quoted(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if is_plain { text.to_owned() } else { format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")) }
}
