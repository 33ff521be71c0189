//! The fields of generated rules: every type in every shape.

use std::sync::LazyLock;

use tamis_lang::catalog::{Catalog, Field, FieldId, Shape};
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;

/// A field as rules name it.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The field.
    pub id: FieldId,
    /// The normalised key, of a family's member.
    pub key: Option<&'static str>,
    /// The ways to write it.
    pub spellings: Vec<String>,
    /// The type of one value.
    pub ty: Ty,
    /// Whether it is a list, so that `len` counts.
    pub is_list: bool,
    /// Nanoseconds or bytes of a bare number beside it, and the type of these.
    pub unit: Option<(Ty, i64)>,
    /// The values of a closed list.
    pub allowed: Vec<Constant>,
    /// Whether its name is a keyword elsewhere.
    pub is_keyword: bool,
}

impl Sample {
    /// Whether it may stand beside any literal of its type, wherever a value of that type may stand.
    pub(super) fn is_plain(&self) -> bool {
        !self.is_keyword && self.allowed.is_empty()
    }
}

/// The keys of families, each with its spellings.
const KEYS: &[(&str, &str, &[&str])] = &[
    ("header", "x-a", &["header.x-a", "header[\"x-a\"]", "header['X-A']", "header.X-a", "header.x_a"]),
    ("header", "accept", &["header.accept", "header[\"Accept\"]"]),
    ("param", "q", &["param.q", "param['q']"]),
    ("param", "Q.r", &["param.Q.r", "param[\"Q.r\"]"]),
    ("score", "spam", &["score.spam"]),
];

/// The catalog that generated rules are written for.
pub static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let read = Catalog::from_json(include_str!("catalog.json"));
    #[expect(clippy::expect_used, reason = "a fixed file, read by every test that generates")]
    read.expect("the catalog of generated rules is valid")
});

/// Every field of [`CATALOG`] as rules name it, the plainest of each type first.
pub static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let ids = (0..).map(FieldId);
    ids.zip(CATALOG.fields()).flat_map(|(id, field)| samples(id, field)).collect()
});

fn samples(id: FieldId, field: &Field) -> Vec<Sample> {
    let unit = field.unit.as_ref().and_then(|unit| unit.scale).map(|(dimension, scale)| (dimension.ty(), scale));
    let closed = field.allowed.as_ref().filter(|allowed| !allowed.open);
    let sample = |key, spellings| Sample {
        id,
        key,
        spellings,
        ty: field.ty,
        is_list: field.shape == Shape::Many,
        unit,
        allowed: closed.map(|list| list.values.iter().map(|v| v.value.clone()).collect()).unwrap_or_default(),
        is_keyword: matches!(field.name.as_str(), "not" | "in" | "contains" | "any"),
    };
    if !matches!(field.shape, Shape::Family { .. }) {
        return vec![sample(None, vec![field.name.clone()])];
    }
    let members = KEYS.iter().filter(|(family, ..)| *family == field.name);
    members.map(|(_, key, spellings)| sample(Some(*key), spellings.iter().map(|s| (*s).to_owned()).collect())).collect()
}
