//! What is known about fields and plugins beyond their records: which name an entity, which need a capture, which
//! plugins authenticate.

use tamis_embedded::{Document, Node, Syntax};

use crate::session::{Capture, EntityKind};

/// The facts, read once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Knowledge {
    links: Vec<Link>,
    captured: Vec<(String, Capture)>,
    authentication: Vec<String>,
}

/// What the values of a field name.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) field: String,
    pub(crate) kind: EntityKind,
    pub(crate) by: By,
}

/// How an entity is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Id,
    Name,
}

impl By {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
        }
    }
}

impl Knowledge {
    pub(crate) fn shipped() -> Self {
        let document = Document::read(include_str!("knowledge.json"), Syntax::Json);
        let mut knowledge = Self::default();
        let Some(root) = document.roots().next() else { return knowledge };
        for entry in root.get("entities").into_iter().flat_map(Node::items) {
            let word = entry.get("kind").and_then(Node::scalar).unwrap_or_default();
            let kind = EntityKind::ALL.iter().find(|kind| kind.as_str().eq_ignore_ascii_case(word));
            let by = if entry.get("by").and_then(Node::scalar) == Some("id") { By::Id } else { By::Name };
            let link = |field: String| Some(Link { field, kind: *kind?, by });
            knowledge.links.extend(texts(entry, "fields").filter_map(link));
        }
        for entry in root.get("captured").into_iter().flat_map(Node::items) {
            let word = entry.get("with").and_then(Node::scalar).unwrap_or_default();
            let capture = Capture::WORDS.iter().find(|(name, _)| *name == word);
            knowledge.captured.extend(texts(entry, "fields").filter_map(|field| Some((field, capture?.1))));
        }
        knowledge.authentication = texts(root, "authentication").collect();
        knowledge
    }

    /// What the values of a field name.
    pub(crate) fn link(&self, field: &str) -> Option<&Link> {
        self.links.iter().find(|link| link.field == field)
    }

    /// The field that says which entity a request belongs to.
    pub(crate) fn field(&self, kind: EntityKind, by: By) -> Option<&str> {
        self.links.iter().find(|link| link.kind == kind && link.by == by).map(|link| link.field.as_str())
    }

    /// What has to be captured for a field to be there.
    pub(crate) fn needs(&self, field: &str) -> Option<Capture> {
        self.captured.iter().find(|(name, _)| name == field).map(|(_, capture)| *capture)
    }

    /// Whether a plugin says who sent a request.
    pub(crate) fn authenticates(&self, plugin: &str) -> bool {
        self.authentication.iter().any(|name| name == plugin)
    }
}

fn texts<'d>(map: Node<'d>, key: &str) -> impl Iterator<Item = String> + use<'d> {
    map.get(key).into_iter().flat_map(Node::items).filter_map(|node| node.scalar().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use tamis::Catalog;

    use super::*;

    #[test]
    fn every_field_is_in_the_catalog() {
        let knowledge = Knowledge::shipped();
        let kong = Catalog::shipped("kong").unwrap();
        let fields =
            knowledge.links.iter().map(|link| &link.field).chain(knowledge.captured.iter().map(|(field, _)| field));
        for field in fields {
            assert!(kong.fields().iter().any(|known| known.name == *field), "{field}");
        }
        assert_eq!(knowledge.links.len(), 10);
        assert_eq!(knowledge.captured.len(), 2);
        assert!(knowledge.authenticates("key-auth"));
    }
}
