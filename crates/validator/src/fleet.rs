//! The nodes that a session could run on.

use tamis::diagnostic::{Code, Span};
use tamis_embedded::{Node, Value};

use crate::reading::{Reader, Spanned, start_of};
use crate::version::Version;

/// A node of the fleet.
#[derive(Clone, Debug)]
pub struct FleetNode {
    /// Its name, or its id where it has none.
    pub name: String,
    /// Its id.
    pub id: Option<String>,
    /// The version of its gateway.
    pub version: Spanned<Version>,
    /// What it is.
    pub kind: Spanned<NodeKind>,
    /// The setting `cluster_rpc`; none where nothing is said.
    pub cluster_rpc: Option<Spanned<bool>>,
    /// The setting `active_tracing`; none where nothing is said.
    pub active_tracing: Option<Spanned<bool>>,
    /// The version of the bytecode that its machine runs; none for that of this release.
    pub bytecode: Option<Spanned<u16>>,
    /// The name of its catalog; none for that of the validator.
    pub catalog: Option<Spanned<String>>,
    /// The gateway version whose fields its catalog has; none for that of its gateway.
    pub catalog_version: Option<Spanned<Version>>,
    /// Requests in a second, where that is known.
    pub rate: Option<f64>,
    /// Where it is written.
    pub span: Span,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// A data plane that its owner runs.
    Hybrid,
    /// A dedicated cloud gateway.
    Dedicated,
    /// A serverless gateway.
    Serverless,
    /// An ingress controller.
    IngressController,
    /// An event gateway.
    EventGateway,
}

impl NodeKind {
    /// Every kind with its word in a fleet.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("hybrid", Self::Hybrid),
        ("dedicated", Self::Dedicated),
        ("serverless", Self::Serverless),
        ("ingress_controller", Self::IngressController),
        ("event_gateway", Self::EventGateway),
    ];

    /// The word in a fleet.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// Whether it can run debug sessions at all.
    #[must_use]
    pub const fn has_sessions(self) -> bool {
        matches!(self, Self::Hybrid | Self::Dedicated | Self::Serverless)
    }
}

impl FleetNode {
    /// Whether a session names this node by this text.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        self.name == text || self.id.as_deref() == Some(text)
    }

    /// The gateway version whose fields it has.
    #[must_use]
    pub fn fields_of(&self) -> Version {
        self.catalog_version.as_ref().map_or(self.version.value, |version| version.value)
    }
}

const KEYS: &[&str] =
    &["name", "id", "version", "kind", "settings", "bytecode", "catalog", "catalog_version", "requests_per_second"];
const SETTINGS: &[&str] = &["cluster_rpc", "active_tracing"];

/// Reads a fleet: a mapping with `nodes`, or the list itself.
pub(crate) fn read(reader: &mut Reader<'_>, node: Node<'_>) -> Vec<FleetNode> {
    let list = match node.value() {
        Value::List => Some(node),
        _ if reader.map(node, "a fleet", &["nodes"]) => {
            let list = node.get("nodes");
            if list.is_none() {
                reader.missing(node, "the fleet", "nodes", "it lists the data plane nodes");
            }
            list
        }
        _ => None,
    };
    let Some(list) = list else { return Vec::new() };
    if !reader.wants(list, list.value() == Value::List, "`nodes`", "a list of nodes") {
        return Vec::new();
    }
    let mut nodes: Vec<FleetNode> = Vec::new();
    for item in list.items() {
        let Some(found) = read_node(reader, item) else { continue };
        if nodes.iter().any(|other| other.name == found.name) {
            let finding = reader.say(Code::RepeatedEntry, found.span, format!("node `{}` is there twice", found.name));
            reader.add(finding.found(&found.name));
        }
        nodes.push(found);
    }
    nodes
}

fn read_node(reader: &mut Reader<'_>, node: Node<'_>) -> Option<FleetNode> {
    if !reader.map(node, "a node", KEYS) {
        return None;
    }
    let (name, id) = (reader.text(node, "name"), reader.text(node, "id"));
    let named = name.as_ref().or(id.as_ref()).cloned();
    if named.is_none() {
        reader.missing(node, "a node", "name", "a session names its targets by `name` or `id`");
    }
    if node.get("version").is_none() {
        reader.missing(node, "a node", "version", "what a node can run depends on the version of its gateway");
    }
    let version = read_version(reader, node, "version");
    let kind = match reader.text(node, "kind") {
        Some(kind) => {
            let value = reader.word(&kind, "kind of node", NodeKind::WORDS)?;
            Spanned { value, span: kind.span }
        }
        None => Spanned { value: NodeKind::Hybrid, span: start_of(node) },
    };
    let settings = node.get("settings").filter(|settings| reader.map(*settings, "`settings`", SETTINGS));
    let mut setting = |key| reader.switch(settings?, key);
    let (cluster_rpc, active_tracing) = (setting("cluster_rpc"), setting("active_tracing"));
    let named = named?;
    Some(FleetNode {
        name: named.value,
        id: id.map(|id| id.value),
        version: version?,
        kind,
        cluster_rpc,
        active_tracing,
        bytecode: reader.number(node, "bytecode", "a version of the bytecode, a whole number"),
        catalog: reader.text(node, "catalog"),
        catalog_version: read_version(reader, node, "catalog_version"),
        rate: reader
            .number::<f64>(node, "requests_per_second", "a number")
            .map(|rate| rate.value)
            .filter(|rate| *rate > 0.0),
        span: named.span,
    })
}

fn read_version(reader: &mut Reader<'_>, map: Node<'_>, key: &str) -> Option<Spanned<Version>> {
    let text = reader.text(map, key)?;
    let version = Version::read(&text.value);
    if version.is_none() {
        let finding =
            reader.say(Code::BadEntry, text.span, format!("`{}` is no version; one is written `3.9.1`", text.value));
        let fix = text.value.replace([',', '_'], ".");
        let fix = Version::read(&fix).map(|_| text.rewrite(&fix));
        reader.add(finding.expected("a version such as `3.9.1`").found(&text.value).fix(fix));
    }
    Some(Spanned { value: version?, span: text.span })
}
