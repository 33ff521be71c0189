//! The entities of a control plane, from Kong's declarative configuration.

use tamis::diagnostic::{Code, Span};
use tamis_embedded::{Node, Value};

use crate::reading::{Reader, start_of};
use crate::session::EntityKind;

/// How many entities are looked at; aliases of YAML could make more of a short text.
const MOST: usize = 100_000;

/// Services, Routes, Consumers, and the plugins on them.
#[derive(Clone, Debug, Default)]
pub struct Entities {
    /// Every Service, Route and Consumer.
    pub all: Vec<Entity>,
    /// Every plugin that is switched on.
    pub plugins: Vec<Plugin>,
}

/// A Service, a Route or a Consumer.
#[derive(Clone, Debug)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// Its UUID; many configurations leave it out.
    pub id: Option<String>,
    /// Its name; of a Consumer the username.
    pub name: Option<String>,
    /// The Service of a Route.
    pub service: Option<usize>,
    /// The Service as a Route names it, before it is looked up.
    parent: Option<String>,
    /// Where it is written.
    pub span: Span,
}

/// A plugin.
#[derive(Clone, Debug)]
pub struct Plugin {
    /// Which plugin it is.
    pub name: String,
    /// The Route that it runs on.
    pub route: Option<usize>,
    /// The Service that it runs on.
    pub service: Option<usize>,
    /// Whether it runs for a Consumer only, which somebody else has to find out.
    pub for_consumer: bool,
    /// Route and Service as they are named, before they are looked up.
    wanted: [Option<String>; 2],
}

impl Entity {
    /// Name and id, shortened: `checkout (0f1a4101…)`.
    #[must_use]
    pub fn shown(&self) -> String {
        let short = |id: &str| match id.get(..8).filter(|_| id.len() > 12) {
            Some(start) => format!("{start}…"),
            None => id.to_owned(),
        };
        match (&self.name, &self.id) {
            (Some(name), Some(id)) => format!("{name} ({})", short(id)),
            (Some(name), None) => name.clone(),
            (None, Some(id)) => id.clone(),
            (None, None) => "without a name".to_owned(),
        }
    }

    /// Whether this text is its id or its name.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        self.id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(text)) || self.name.as_deref() == Some(text)
    }
}

impl Entities {
    /// The entities of a kind with their numbers.
    pub fn of(&self, kind: EntityKind) -> impl Iterator<Item = (usize, &Entity)> {
        self.all.iter().enumerate().filter(move |(_, entity)| entity.kind == kind)
    }

    /// The entity of a kind with this id or name.
    #[must_use]
    pub fn find(&self, kind: EntityKind, text: &str) -> Option<(usize, &Entity)> {
        self.of(kind).find(|(_, entity)| entity.is(text))
    }

    /// The plugins that run on a Route, those of its Service and of everything included.
    pub fn plugins_on(&self, route: usize) -> impl Iterator<Item = &Plugin> {
        let service = self.all.get(route).and_then(|route| route.service);
        self.plugins.iter().filter(move |plugin| match (plugin.route, plugin.service) {
            (Some(at), _) => at == route,
            (None, Some(at)) => Some(at) == service,
            (None, None) => plugin.wanted.iter().all(Option::is_none) && !plugin.for_consumer,
        })
    }
}

/// Reads a declarative configuration; entities that Tamis does not ask for are passed over.
pub(crate) fn read(reader: &mut Reader<'_>, node: Node<'_>) -> Entities {
    let mut entities = Entities::default();
    if !reader.wants(node, node.value() == Value::Map, "a declarative configuration", "a mapping") {
        return entities;
    }
    if !["_format_version", "services", "routes", "consumers", "plugins"].iter().any(|key| node.get(key).is_some()) {
        reader.missing(
            node,
            "the configuration",
            "_format_version",
            "it begins every declarative configuration of Kong",
        );
    }
    for service in items(reader, node, "services") {
        add_service(reader, &mut entities, service);
    }
    for route in items(reader, node, "routes") {
        add(reader, &mut entities, route, EntityKind::Route, None);
    }
    for consumer in items(reader, node, "consumers") {
        add(reader, &mut entities, consumer, EntityKind::Consumer, None);
    }
    for plugin in items(reader, node, "plugins") {
        add_plugin(&mut entities, plugin, None);
    }
    link(&mut entities);
    entities
}

fn items<'d>(reader: &mut Reader<'_>, map: Node<'d>, key: &str) -> Vec<Node<'d>> {
    let Some(list) = map.get(key) else { return Vec::new() };
    if !reader.wants(list, list.value() == Value::List, &format!("`{key}`"), "a list") {
        return Vec::new();
    }
    list.items()
        .filter(|item| reader.wants(*item, item.value() == Value::Map, &format!("an item of `{key}`"), "a mapping"))
        .collect()
}

fn add_service(reader: &mut Reader<'_>, entities: &mut Entities, node: Node<'_>) {
    let Some(service) = add(reader, entities, node, EntityKind::Service, None) else { return };
    for route in items(reader, node, "routes") {
        add(reader, entities, route, EntityKind::Route, Some(service));
    }
}

/// Adds an entity with the plugins in it.
fn add(
    reader: &mut Reader<'_>,
    entities: &mut Entities,
    node: Node<'_>,
    kind: EntityKind,
    service: Option<usize>,
) -> Option<usize> {
    if entities.all.len() + entities.plugins.len() >= MOST {
        if entities.all.len() + entities.plugins.len() == MOST {
            let finding = reader.say(
                Code::DocumentShape,
                start_of(node),
                format!("more than {MOST} entities; the rest is not looked at"),
            );
            reader.add(finding);
            entities.plugins.extend(entities.plugins.last().cloned());
        }
        return None;
    }
    let name = if kind == EntityKind::Consumer { "username" } else { "name" };
    let text = |key: &str| node.get(key).and_then(Node::scalar).map(str::to_owned);
    let number = entities.all.len();
    entities.all.push(Entity {
        kind,
        id: text("id"),
        name: text(name),
        service,
        parent: node.get("service").and_then(reference),
        span: start_of(node),
    });
    for plugin in items(reader, node, "plugins") {
        add_plugin(entities, plugin, Some((kind, number)));
    }
    Some(number)
}

fn add_plugin(entities: &mut Entities, node: Node<'_>, on: Option<(EntityKind, usize)>) {
    let Some(name) = node.get("name").and_then(Node::scalar) else { return };
    let is_off = node.get("enabled").is_some_and(|enabled| enabled.value() == Value::Bool(false));
    if is_off || entities.all.len() + entities.plugins.len() >= MOST {
        return;
    }
    let at = |wanted: EntityKind| on.filter(|(kind, _)| *kind == wanted).map(|(_, number)| number);
    entities.plugins.push(Plugin {
        name: name.to_owned(),
        route: at(EntityKind::Route),
        service: at(EntityKind::Service),
        for_consumer: at(EntityKind::Consumer).is_some() || node.get("consumer").is_some(),
        wanted: ["route", "service"].map(|key| node.get(key).and_then(reference)),
    });
}

/// How a configuration names another entity: by a text, or by a mapping with its id or name.
fn reference(node: Node<'_>) -> Option<String> {
    let named = node.scalar().or_else(|| ["id", "name"].iter().find_map(|key| node.get(key)?.scalar()));
    named.map(str::to_owned)
}

/// Looks up what Routes and plugins name.
fn link(entities: &mut Entities) {
    let found = |all: &Entities, kind, text: &Option<String>| Some(all.find(kind, text.as_deref()?)?.0);
    for number in 0..entities.all.len() {
        let service = entities.all.get(number).and_then(|route| found(entities, EntityKind::Service, &route.parent));
        if let Some(entity) = entities.all.get_mut(number) {
            entity.service = entity.service.or(service);
        }
    }
    for number in 0..entities.plugins.len() {
        let Some(plugin) = entities.plugins.get(number) else { continue };
        let [route, service] = &plugin.wanted;
        let links = (found(entities, EntityKind::Route, route), found(entities, EntityKind::Service, service));
        if let Some(plugin) = entities.plugins.get_mut(number) {
            plugin.route = plugin.route.or(links.0);
            plugin.service = plugin.service.or(links.1);
        }
    }
}

#[cfg(test)]
mod tests {
    use tamis_embedded::{Document, Syntax};

    use super::*;
    use crate::finding::FileId;

    #[test]
    fn routes_know_their_service_and_their_plugins() {
        let deck = "\
_format_version: '3.0'
services:
- name: shop
  routes:
  - name: cart
  plugins: [{name: jwt}, {name: acl, enabled: false}]
- {name: open, id: 11111111-2222-3333-4444-555555555555}
routes:
- name: status
  service: {name: open}
consumers: [{username: ada, plugins: [{name: rate-limiting}]}]
plugins:
- {name: cors}
- {name: key-auth, route: status}
- {name: oauth2, service: gone}
";
        let document = Document::read(deck, Syntax::Yaml);
        let mut findings = Vec::new();
        let mut reader = Reader { file: FileId(0), findings: &mut findings };
        let entities = read(&mut reader, document.roots().next().unwrap());
        assert_eq!(findings, []);
        let on = |name: &str| {
            let (route, _) = entities.find(EntityKind::Route, name).unwrap();
            entities.plugins_on(route).map(|plugin| plugin.name.as_str()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(on("cart"), "jwt cors");
        assert_eq!(on("status"), "cors key-auth");
        assert_eq!(entities.find(EntityKind::Service, "open").unwrap().1.shown(), "open (11111111…)");
    }
}
