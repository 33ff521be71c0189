//! What makes a rule for atc-router almost one: constructs of the larger language, slips of the pen, and texts of a size
//! that a parser may not survive.

use tamis_lang::ty::Ty;

use crate::atc_text::Chance;

/// A place of a rule in which the larger language has something that atc-router does not.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Start,
    Blank,
    Joint,
    Negation,
    Condition,
    Left,
    Comparison,
    Int,
    Text,
    Address,
}

impl Place {
    /// The place on the right of an operator on a type.
    pub(crate) const fn right(ty: Ty) -> Self {
        match ty {
            Ty::Int => Self::Int,
            Ty::Ip | Ty::Network => Self::Address,
            _ => Self::Text,
        }
    }

    /// What may be written there.
    pub(crate) const fn texts(self) -> &'static [&'static str] {
        match self {
            Self::Start => STARTS,
            Self::Blank => BLANKS,
            Self::Joint => JOINTS,
            Self::Negation => NEGATIONS,
            Self::Condition => CONDITIONS,
            Self::Left => LEFTS,
            Self::Comparison => COMPARISONS,
            Self::Int => INTS,
            Self::Text => TEXTS,
            Self::Address => ADDRESSES,
        }
    }
}

const STARTS: &[&str] = &["rule r = ", "let x = 1\nrule r = ", "// c\n", "\u{feff}", "if "];
const BLANKS: &[&str] = &[" // c\n", "\u{a0}", "\u{200b}", "\u{2003}", "\u{c}", " /* c */ ", "//"];
const JOINTS: &[&str] = &[" and ", " or ", " AND ", ",", "&", "|", ";"];
const NEGATIONS: &[&str] = &["!", "not ", "! !", "not not ", "not(", "-", "+"];
const CONDITIONS: &[&str] = &[
    "true",
    "false",
    "a",
    "exists(a)",
    "exists(b.c)",
    "any(v in h.x, v == \"a\")",
    "starts_with(b.c, \"a\")",
    "sample(10%)",
    "none(v in a, v == 1)",
    "1 == 1",
    "(a)",
    "()",
];
const LEFTS: &[&str] = &[
    "8",
    "\"a\"",
    "10.0.0.1",
    "(a)",
    "lower((b.c))",
    "upper(b.c)",
    "len(b.c)",
    "all(a)",
    "h[\"x\"]",
    "h.x-y",
    "h.x.y.z",
    "_a",
    "a + 1",
    "a ?? 1",
    "-a",
    "Lower(b.c)",
    "lower(b.c, a)",
    "lower()",
    "any(any)",
    "h",
    "k.l",
    "A",
];
const COMPARISONS: &[&str] = &[
    " in [8, 10]",
    " not in [\"a\", \"ab\"]",
    " in 1..10",
    " in [10.0.0.0/8, ::1]",
    " in (8, 10)",
    " like \"a*\"",
    " not like \"*b\"",
    " !~ \"a\"",
    " not contains \"a\"",
    " not  in 10.0.0.0/8",
    " not\tin 10.0.0.0/8",
    " notin 10.0.0.0/8",
    " not in10.0.0.0/8",
    " === 8",
    " = 8",
    " <> 8",
    " eq 8",
    " == a",
    " == null",
    " =~ \"a\"",
    " == 8 == 8",
    "",
];
const INTS: &[&str] = &[
    "1_000",
    "0o17",
    "0b11",
    "1.5",
    "1e3",
    "10ms",
    "8KiB",
    "(8)",
    "- 8",
    "-(8)",
    "--8",
    "8 + 1",
    "a",
    "-9223372036854775808",
    "0x",
    "+8",
    "true",
    "5xx",
    "8;",
    "\"8\"",
];
const TEXTS: &[&str] = &[
    "'a'",
    "r\"a\"",
    "r##\"a\"##",
    "\"\\x41\"",
    "\"\\/\"",
    "\"\\u{e9}\"",
    "\"\\0\"",
    "'it\\'s'",
    "R#\"a\"#",
    "r# \"a\"#",
    "(\"a\")",
    "a",
    "GET",
    "\"a\" + \"b\"",
    "`a`",
    "\"(?-u:\\\\xff)\"",
    "lower(\"A\")",
    "\"a",
    "\"a\"\"b\"",
];
const ADDRESSES: &[&str] = &[
    "::ffff:10.0.0.1",
    "::ffff:10.0.0.0/104",
    "[10.0.0.0/8]",
    "(10.0.0.1)",
    "\"10.0.0.1\"",
    "10.0.0.1..10.0.0.9",
    "10.0.0.0/255.0.0.0",
    "10.0.0.0 / 8",
    "fe80::1%eth0",
    "[::1]",
];

/// Signs that a slip of the pen brings in.
const SIGNS: &[&str] = &[
    "\"",
    "(",
    ")",
    "!",
    "&",
    "|",
    "=",
    ".",
    " ",
    "-",
    "_",
    "0",
    "'",
    "/",
    "r",
    "#",
    "~",
    "^",
    "in",
    "not ",
    "[",
    "]",
    ",",
    "//",
    " and ",
    "..",
    "\u{a0}",
    "ms",
    "%",
    ":",
    "*",
    "+",
    "\\",
    "\n",
    "é",
    "any(",
    "lower",
    "contains ",
];

/// A rule with one or two slips of the pen.
pub(crate) fn mutated(rule: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<String> = rule.chars().map(String::from).collect();
    for _ in 0..chance.pick(&[1, 1, 2]) {
        let place = chance.below(letters.len());
        let slip = chance.below(4);
        match (slip, letters.get(place).cloned()) {
            (0, Some(_)) => drop(letters.remove(place)),
            (1, Some(letter)) => letters.insert(place, letter),
            (2, Some(_)) => {
                let next = (place + 1).min(letters.len() - 1);
                letters.swap(place, next);
            }
            _ => letters.insert(place, chance.pick(SIGNS).to_owned()),
        }
    }
    letters.concat()
}

/// A rule that is deep, long or large.
pub(crate) fn hostile(chance: &mut Chance, known: &[(&str, Ty)]) -> String {
    let named = |wanted: Ty| known.iter().find(|(_, ty)| *ty == wanted).map_or("a", |(name, _)| name);
    let (number, text) = (named(Ty::Int), named(Ty::String));
    let condition = &format!("{number} == 8");
    match chance.below(6) {
        0 | 1 => {
            let depth = chance.pick(&[20, 100, 127, 128, 129, 400, 4000]);
            let open = chance.pick(&["(", "!(", "( "]);
            format!("{}{condition}{}", open.repeat(depth), ")".repeat(depth))
        }
        2 => {
            let depth = chance.pick(&[20, 127, 128, 129, 400, 4000]);
            format!("{}{text}{} == \"a\"", "any(".repeat(depth), ")".repeat(depth))
        }
        3 => {
            let count = chance.pick(&[100, 4000, 4096, 4097, 6000, 40_000]);
            let joint = chance.pick(&["&&", "||"]);
            vec![condition.as_str(); count].join(joint)
        }
        4 => {
            let pattern = chance.pick(&[
                "(a{1000}){3}",
                "(a{1000}){30}",
                "\\w{30}",
                "\\w{200}",
                "(a{1000}){1000}",
                "(\\pL{10}){40}",
                "(a{300}){300}",
                "(?i)\\w{20}|(k{50}){50}",
            ]);
            format!("{text} ~ r#\"{pattern}\"#")
        }
        _ => format!("{text} == \"{}\"", "a".repeat(chance.pick(&[1000, 60_000, 65_520, 65_600, 200_000]))),
    }
}
