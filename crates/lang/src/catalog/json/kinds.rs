//! The objects of a catalog file and their keys, in the order in which they are written.
//!
//! `catalog/schema.json` says the same for editors; a test compares the two.

/// One kind of object.
#[derive(Debug)]
pub(super) struct Kind {
    /// What messages call it, with an article.
    pub(super) title: &'static str,
    /// Its keys, in the order in which files write them.
    pub(super) keys: &'static [Key],
}

/// One key of an object.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) required: bool,
}

const fn required(name: &'static str) -> Key {
    Key { name, required: true }
}

const fn optional(name: &'static str) -> Key {
    Key { name, required: false }
}

/// The whole file.
pub(super) static CATALOG: Kind = Kind {
    title: "a catalog",
    keys: &[
        optional("$schema"),
        required("format"),
        required("name"),
        optional("doc"),
        optional("extends"),
        optional("lists"),
        required("fields"),
    ],
};

/// One field.
pub(super) static FIELD: Kind = Kind {
    title: "a field",
    keys: &[
        required("type"),
        optional("keys"),
        optional("unit"),
        optional("range"),
        optional("allowed"),
        required("phase"),
        optional("presence"),
        optional("monotone"),
        optional("sensitive"),
        optional("since"),
        required("doc"),
        optional("note"),
        optional("absence"),
        optional("absent_where"),
        optional("examples"),
        optional("aliases"),
        optional("deprecated"),
        optional("source"),
        optional("spans"),
    ],
};

/// What the keys of a family look like.
pub(super) static KEYS: Kind = Kind {
    title: "a description of keys",
    keys: &[required("pattern"), optional("ignore_case"), optional("separator"), optional("known")],
};

/// One key of a family that is worth offering.
pub(super) static KNOWN_KEY: Kind =
    Kind { title: "a known key", keys: &[required("key"), required("doc"), optional("sensitive")] };

/// The values that a field may have.
pub(super) static ALLOWED: Kind =
    Kind { title: "a description of allowed values", keys: &[required("open"), optional("list"), optional("values")] };

/// One value that a field may have.
pub(super) static ALLOWED_VALUE: Kind = Kind { title: "an allowed value", keys: &[required("value"), required("doc")] };

/// One name of another vocabulary.
pub(super) static ALIAS: Kind =
    Kind { title: "an alias", keys: &[required("name"), required("origin"), optional("exact"), optional("note")] };

/// Beside which values of another field a field is absent.
pub(super) static ABSENT_WHERE: Kind =
    Kind { title: "a description of absence", keys: &[required("field"), required("is")] };

/// Why a field is going away.
pub(super) static DEPRECATED: Kind =
    Kind { title: "a deprecation", keys: &[required("replacement"), required("note")] };
