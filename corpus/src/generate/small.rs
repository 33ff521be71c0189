//! Rules over few fields with few values, and every request that they can tell apart: small enough to try them all.

use tamis_lang::value::Constant;

use super::{Request, Source};

/// A field with the conditions that are written about it and the values that requests have.
struct Small {
    /// Its name in [`CATALOG`](static@super::CATALOG).
    name: &'static str,
    /// Whether it has several values.
    many: bool,
    /// Conditions that are decided exactly.
    exact: &'static [&'static str],
    /// Conditions of which an analysis knows nothing but their text.
    unknown: &'static [&'static str],
    values: fn() -> Vec<Constant>,
}

const SMALL: &[Small] = &[
    Small {
        name: "n",
        many: false,
        exact: &[
            "n == 1",
            "n != 1",
            "n < 2",
            "n <= 2",
            "n > 1",
            "n >= 1",
            "n in [1, 2]",
            "n not in 1..2",
            "exists(n)",
            "n ?? 1 == 1",
            "n ?? 1 != 1",
            "2 > n",
            "count(n) == 0",
            "any(n) == 2",
            "any(v in n, v > 1 && v < 3)",
        ],
        unknown: &["n + 1 > 2", "n % 2 == 0", "n * n == 4", "n + 1 > 3", "n - 1 ?? 0 == 0"],
        values: || (0..4).map(Constant::Int).collect(),
    },
    Small {
        name: "path",
        many: false,
        exact: &[
            r#"path == "a""#,
            r#"path != "ab""#,
            r#"path ^= "a""#,
            r#"path =^ "b""#,
            r#"path contains "ab""#,
            r#"path like "a*""#,
            r#"path like "*b?""#,
            r#"path in ["a", "b"]"#,
            r#"path < "ab""#,
            r#"path >= "b""#,
            "exists(path)",
            r#"path ?? "a" ^= "a""#,
            r#"path not contains "b""#,
            r#"starts_with(path, "ab")"#,
        ],
        unknown: &[
            r#"path ~ "a+b""#,
            r#"path !~ "a+b""#,
            r#"lower(path) == "a""#,
            "len(path) > 1",
            r#"lower(path) != "a""#,
        ],
        values: || {
            let texts = ["", "a", "ab", "b", "aba", "abb", "ba", "x"];
            texts.iter().map(|text| Constant::String(text.as_bytes().into())).collect()
        },
    },
    Small {
        name: "flag",
        many: false,
        exact: &["flag", "!flag", "flag == false", "exists(flag)", "flag ?? true"],
        unknown: &[],
        values: || vec![Constant::Bool(true), Constant::Bool(false)],
    },
    Small {
        name: "peer",
        many: false,
        exact: &[
            "peer in 10.0.0.0/8",
            "peer not in 10.1.0.0/16",
            "peer == 10.0.0.1",
            "peer < 10.1.0.0",
            "peer in [10.0.0.0/9, ::1]",
            "peer != ::1",
            "exists(peer)",
        ],
        unknown: &[],
        values: || {
            let texts = ["10.0.0.1", "10.1.0.1", "11.0.0.1", "::1", "9.9.9.9"];
            texts.iter().filter_map(|text| text.parse().ok().map(Constant::Ip)).collect()
        },
    },
    Small {
        name: "method",
        many: false,
        exact: &[
            r#"method == "GET""#,
            r#"method != "GET""#,
            r#"method in ["GET", "POST"]"#,
            r#"method > "GET""#,
            "exists(method)",
        ],
        unknown: &[],
        values: || ["GET", "POST", "PUT"].iter().map(|text| Constant::String(text.as_bytes().into())).collect(),
    },
    Small {
        name: "numbers",
        many: true,
        exact: &[
            "numbers == 1",
            "any(numbers) == 1",
            "numbers != 1",
            "any(numbers) != 1",
            "numbers < 2",
            "any(numbers) >= 2",
            "any(v in numbers, v > 0 && v < 2)",
            "all(v in numbers, v == 1 || v == 2)",
            "none(v in numbers, v == 2)",
            "count(numbers) > 0",
            "exists(numbers)",
            "numbers ?? 1 == 1",
            "numbers in [1, 2]",
        ],
        unknown: &["count(numbers) > 1", "any(numbers) + 1 == 2", "len(numbers) == 2"],
        values: || (0..3).map(Constant::Int).collect(),
    },
    Small {
        name: "tags",
        many: true,
        exact: &[
            r#"any(tags) == "a""#,
            r#"tags == "a""#,
            r#"any(tags) ^= "a""#,
            r#"any(v in tags, v ^= "a" && v =^ "b")"#,
            r#"none(v in tags, v contains "b")"#,
            r#"tags != "b""#,
            "exists(tags)",
        ],
        unknown: &[r#"any(tags) ~ "^a.$""#],
        values: || ["a", "ab", "b"].iter().map(|text| Constant::String(text.as_bytes().into())).collect(),
    },
];

/// A condition as a tree, so that a part of it can be changed.
#[derive(Clone, Debug)]
enum Tree {
    Leaf(&'static str),
    Not(Box<Self>),
    Chain(&'static str, Vec<Self>),
}

/// The fields of some small rules.
#[derive(Clone, Debug)]
pub struct SmallFields(Vec<usize>);

/// Two rules over up to three fields, often with much in common, and their fields.
///
/// ```
/// use tamis_corpus::generate::{Source, small_pair};
/// let (old, new, fields) = small_pair(&mut Source::seeded(1), true);
/// assert!(!old.is_empty() && !new.is_empty() && !fields.requests().is_empty());
/// ```
#[must_use]
pub fn small_pair(source: &mut Source<'_>, with_unknown: bool) -> (String, String, SmallFields) {
    let fields = some_fields(source);
    let old = tree(source, &fields, 2, with_unknown);
    let new = match source.below(4) {
        0 => tree(source, &fields, 2, with_unknown),
        1 => Tree::Chain("&&", vec![old.clone(), tree(source, &fields, 1, with_unknown)]),
        2 => Tree::Chain("||", vec![tree(source, &fields, 1, with_unknown), old.clone()]),
        _ => changed(&old, source, &fields, with_unknown),
    };
    (old.text(), new.text(), fields)
}

fn some_fields(source: &mut Source<'_>) -> SmallFields {
    let n_fields = 1 + source.below(3);
    let mut fields: Vec<usize> = (0..n_fields).map(|_| source.below(SMALL.len())).collect();
    fields.sort_unstable();
    fields.dedup();
    SmallFields(fields)
}

fn tree(source: &mut Source<'_>, fields: &SmallFields, depth: usize, with_unknown: bool) -> Tree {
    let n_parts = 2 + source.below(2);
    match if depth == 0 { 0 } else { source.below(8) } {
        0 | 1 => leaf(source, fields, with_unknown),
        2 => Tree::Not(Box::new(tree(source, fields, depth - 1, with_unknown))),
        kind => {
            let sign = if kind < 6 { "&&" } else { "||" };
            Tree::Chain(sign, (0..n_parts).map(|_| tree(source, fields, depth - 1, with_unknown)).collect())
        }
    }
}

fn leaf(source: &mut Source<'_>, fields: &SmallFields, with_unknown: bool) -> Tree {
    let field = source.pick(&fields.0).and_then(|place| SMALL.get(*place));
    let Some(field) = field else { return Tree::Leaf("true") };
    let unknown = with_unknown && source.one_in(8) && !field.unknown.is_empty();
    Tree::Leaf(source.word(if unknown { field.unknown } else { field.exact }))
}

/// The same with another leaf somewhere.
fn changed(old: &Tree, source: &mut Source<'_>, fields: &SmallFields, with_unknown: bool) -> Tree {
    match old {
        Tree::Leaf(_) => leaf(source, fields, with_unknown),
        Tree::Not(inner) => Tree::Not(Box::new(changed(inner, source, fields, with_unknown))),
        Tree::Chain(sign, parts) => {
            let place = source.below(parts.len());
            let part = |(own, part): (usize, &Tree)| {
                if own == place { changed(part, source, fields, with_unknown) } else { part.clone() }
            };
            Tree::Chain(sign, parts.iter().enumerate().map(part).collect())
        }
    }
}

impl Tree {
    fn text(&self) -> String {
        match self {
            Self::Leaf(text) => (*text).to_owned(),
            Self::Not(inner) => format!("!({})", inner.text()),
            Self::Chain(sign, parts) => {
                let parts: Vec<String> = parts.iter().map(|part| format!("({})", part.text())).collect();
                parts.join(&format!(" {sign} "))
            }
        }
    }
}

impl SmallFields {
    /// The names of the fields.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().filter_map(|place| SMALL.get(*place)).map(|field| field.name)
    }

    /// What a field may have: nothing, one value, or, where it has several, two.
    #[must_use]
    pub fn choices(&self, name: &str) -> Vec<Vec<Constant>> {
        let Some(field) = SMALL.iter().find(|field| field.name == name) else { return Vec::new() };
        let values = (field.values)();
        let mut choices = vec![Vec::new()];
        choices.extend(values.iter().map(|value| vec![value.clone()]));
        if field.many {
            for (place, first) in values.iter().enumerate() {
                choices.extend(values.iter().skip(place + 1).map(|second| vec![first.clone(), second.clone()]));
            }
            choices.push(values);
        }
        choices
    }

    /// Every request over these fields.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        let mut requests = vec![Request::default()];
        for name in self.names() {
            let choices = self.choices(name);
            let with = |request: &Request, values: &Vec<Constant>| {
                let mut request = request.clone();
                request.add(name, values.iter().cloned());
                request
            };
            requests =
                requests.iter().flat_map(|request| choices.iter().map(move |values| with(request, values))).collect();
        }
        requests
    }
}
