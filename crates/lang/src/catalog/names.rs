//! Every name that a rule may write, for completion and for suggestions.

use std::borrow::Cow;

use super::{Alias, Catalog, Field, FieldId, KnownKey, Shape};

/// A name that leads to a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    /// The name as a rule writes it; of a family without a key.
    pub text: Cow<'a, str>,
    /// The field.
    pub id: FieldId,
    /// What it means.
    pub doc: &'a str,
    /// Why it leads there.
    pub kind: NameKind<'a>,
}

/// Why a name leads to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind<'a> {
    /// It is the field's own.
    Field,
    /// It is a family's own; a key has to follow.
    Family,
    /// It is a key of a family that is worth offering.
    Key(&'a KnownKey),
    /// It is another vocabulary's.
    Alias(&'a Alias),
}

impl Catalog {
    /// Every name: fields and families in the order of the catalog, each followed by its known keys and its aliases.
    ///
    /// ```
    /// use tamis_lang::catalog::Catalog;
    /// let kong = Catalog::shipped("kong").unwrap();
    /// let texts: Vec<_> = kong.all_names().map(|name| name.text).collect();
    /// assert!(texts.contains(&"http.request.header.user-agent".into()));
    /// ```
    pub fn all_names(&self) -> impl Iterator<Item = Name<'_>> {
        (0..u16::MAX).map(FieldId).zip(&self.fields).flat_map(|(id, field)| names_of(id, field))
    }
}

fn names_of(id: FieldId, field: &Field) -> impl Iterator<Item = Name<'_>> {
    let (kind, known_keys) = match &field.shape {
        Shape::Family { known_keys, .. } => (NameKind::Family, known_keys.as_slice()),
        Shape::One | Shape::Many | Shape::Opaque => (NameKind::Field, [].as_slice()),
    };
    let own = Name { text: Cow::Borrowed(field.name.as_str()), id, doc: &field.doc, kind };
    let keys = known_keys.iter().map(move |known| Name {
        text: Cow::Owned(format!("{}.{}", field.name, known.key)),
        id,
        doc: &known.doc,
        kind: NameKind::Key(known),
    });
    let aliases = field.aliases.iter().map(move |alias| Name {
        text: Cow::Borrowed(alias.name.as_str()),
        id,
        doc: &field.doc,
        kind: NameKind::Alias(alias),
    });
    std::iter::once(own).chain(keys).chain(aliases)
}
