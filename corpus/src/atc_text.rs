//! The text of generated rules for atc-router, and the values of the requests beside them.

use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;

use crate::atc_slip::{Place, mutated};

/// Numbers without a pattern, always the same for one seed.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

const INTS: &[&str] = &[
    "0",
    "8",
    "10",
    "010",
    "08",
    "09",
    "00",
    "-0",
    "-010",
    "-8",
    "0x1F",
    "-0x1f",
    "503",
    "0767",
    "0899",
    "9223372036854775807",
    "0777777777777777777777",
    "-9223372036854775807",
];
const BAD_INTS: &[&str] = &["018", "0779", "9223372036854775808", "- 8", "+8", "1:2", "0X1", "01_0", "12abc"];
const INT_VALUES: &[i64] = &[0, 8, 9, 10, -8, 31, -31, 503, 899, i64::MAX, -i64::MAX];
const TEXTS: &[&str] = &[
    "", "a", "A", "ab", "aB", "b", "ας", "ΑΣ", "k", "\u{212a}", "İ", "i\u{307}", "ẞ", "ß", "a\nb", "a\tb", "a\r\nb",
    "a\"b", "a\\b", "//", "x && y", "é", "aéa", "1", "\0",
];
const PATTERNS: &[&str] = &[
    "^a",
    "b$",
    "(?i)AB",
    "\\d",
    "a|b",
    "",
    "a.b",
    "(?s)a.b",
    "^$",
    "(?P<n>a)\\w*",
    "a**",
    ".",
    "\\B",
    "(?-u:\\B)",
    "(?-u:\\w)",
    "\\bb",
    "(?m)^b$",
    "(?x) a b",
    "(?i)k",
    "(?i)ss",
    "\\p{Greek}",
    "\\x{e9}",
    "(?U)a+",
    "[[:alpha:]&&[^a]]",
];
const BAD_PATTERNS: &[&str] =
    &["[", "(?=a)", "a{,2}", "*", "(a)\\1", "(?-u:\\xff)", "(?-u:[^a])", "\\pX", "a{2,1}", "(?P<n>a)(?P<n>b)", "\\"];
const ADDRESSES: &[&str] = &["10.0.0.1", "10.255.0.1", "11.0.0.1", "::1", "fe80::1", "::ffff:a00:1", "::", "FE80::1"];
const BAD_ADDRESSES: &[&str] = &["010.0.0.1", "10.0.0.256", "10.0.0", "1:2", "fe80::1%eth0", ":::"];
const NETWORKS: &[&str] = &[
    "10.0.0.0/8",
    "10.0.0.0/08",
    "0.0.0.0/0",
    "0.0.0.0/00",
    "::/0",
    "fe80::/10",
    "fe80::/010",
    "::ffff:0:0/96",
    "10.0.0.1/32",
    "::1/128",
];
const BAD_NETWORKS: &[&str] = &["10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/008", "::/129", "10.0.0.0/"];
const BLANKS: &[&str] = &["", "", " ", " ", " ", "  ", "\n", "\t", "\r\n"];

impl Chance {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number (Steele, Lea and Flood: SplitMix64).
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`, zero where that is zero.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(1).max(1);
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    /// Whether something that happens `percent` times in a hundred happens.
    pub(crate) fn happens(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<T: Copy + Default>(&mut self, all: &[T]) -> T {
        let place = self.below(all.len());
        all.get(place).copied().unwrap_or_default()
    }

    /// A type that atc-router has.
    pub(crate) fn ty(&mut self) -> Ty {
        match self.below(7) {
            0 | 1 => Ty::String,
            2 | 3 => Ty::Int,
            4 | 5 => Ty::Ip,
            _ => Ty::Network,
        }
    }

    /// A value of a type, of those that the generated rules compare with.
    pub(crate) fn value(&mut self, ty: Ty) -> Constant {
        match ty {
            Ty::Int => Constant::Int(self.pick(INT_VALUES)),
            Ty::Ip => {
                let address = self.pick(ADDRESSES);
                address.parse().map_or_else(|_| Constant::String(address.as_bytes().into()), Constant::Ip)
            }
            Ty::Network => {
                let network = self.pick(&["10.0.0.0/8", "0.0.0.0/0", "::/0", "fe80::/10", "10.0.0.1/32"]);
                network.parse().map_or_else(|_| Constant::String(network.as_bytes().into()), Constant::Network)
            }
            _ => Constant::String(self.pick(TEXTS).as_bytes().into()),
        }
    }
}

/// Writes one rule.
pub(crate) struct Writer<'a> {
    chance: &'a mut Chance,
    known: &'a [(&'static str, Ty)],
    out: String,
    /// How often, in a hundred, something is written that only the larger language has.
    foreign: usize,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(chance: &'a mut Chance, known: &'a [(&'static str, Ty)]) -> Self {
        let foreign = if chance.happens(25) { 8 } else { 0 };
        Self { chance, known, out: String::new(), foreign }
    }

    /// Writes what only the larger language has in a place, now and then; whether it did.
    fn foreign(&mut self, place: Place) -> bool {
        if self.foreign == 0 || !self.chance.happens(self.foreign) {
            return false;
        }
        let texts = place.texts();
        let text = self.chance.pick(texts);
        self.out.push_str(text);
        true
    }

    /// The rule; now and then with a mistake somewhere.
    pub(crate) fn finish(self) -> String {
        let Self { chance, out, .. } = self;
        if chance.happens(85) { out } else { mutated(&out, chance) }
    }

    pub(crate) fn rule(&mut self) {
        self.foreign(Place::Start);
        self.blank();
        self.expression(3);
        self.blank();
    }

    fn blank(&mut self) {
        if self.foreign(Place::Blank) {
            return;
        }
        let blank = self.chance.pick(BLANKS);
        self.out.push_str(blank);
    }

    fn expression(&mut self, depth: u32) {
        let n_terms = self.chance.pick(&[1, 1, 2, 2, 3, 4]);
        for place in 0..n_terms {
            if place > 0 {
                self.blank();
                if !self.foreign(Place::Joint) {
                    let joint = self.chance.pick(&["&&", "||"]);
                    self.out.push_str(joint);
                }
                self.blank();
            }
            self.term(depth);
        }
    }

    fn term(&mut self, depth: u32) {
        self.foreign(Place::Negation);
        if self.foreign(Place::Condition) {
            return;
        }
        if depth == 0 || self.chance.happens(70) {
            return self.predicate();
        }
        if self.chance.happens(50) {
            self.out.push('!');
            self.blank();
        }
        self.out.push('(');
        self.blank();
        self.expression(depth - 1);
        self.blank();
        self.out.push(')');
    }

    fn predicate(&mut self) {
        let place = self.chance.below(self.known.len());
        let (name, ty) = self.known.get(place).copied().unwrap_or(("a", Ty::Int));
        let name = if self.chance.happens(2) { "unknown.field" } else { name };
        self.left(name, ty);
        let ty = if self.chance.happens(4) { self.chance.ty() } else { ty };
        let operators: &[&str] = match ty {
            Ty::Int => &["==", "!=", "<", "<=", ">", ">="],
            Ty::Ip => &["in", "in", "not in", "==", "!="],
            Ty::Network => &["==", "!="],
            _ => &["==", "!=", "^=", "=^", "contains", "contains", "~", "~"],
        };
        if self.foreign(Place::Comparison) {
            return;
        }
        let operator = self.chance.pick(operators);
        let is_word = operator.starts_with(|c: char| c.is_ascii_alphabetic());
        if is_word && !self.out.ends_with(')') {
            self.out.push(' ');
        }
        self.blank();
        if operator == "not in" && self.chance.happens(5) {
            let blank = self.chance.pick(&["  ", "\n", "\t", ""]);
            self.out.push_str("not");
            self.out.push_str(blank);
            self.out.push_str("in");
        } else {
            self.out.push_str(operator);
        }
        self.blank();
        self.right(operator, ty);
    }

    /// The name of a field, with functions around it.
    fn left(&mut self, name: &str, ty: Ty) {
        if self.foreign(Place::Left) {
            return;
        }
        let functions: &[&str] = if ty == Ty::String { &["any", "lower"] } else { &["any"] };
        let n_functions = self.chance.pick(&[0, 0, 0, 1, 1, 2]);
        for _ in 0..n_functions {
            let function = if self.chance.happens(2) { "upper" } else { self.chance.pick(functions) };
            self.out.push_str(function);
            self.blank();
            self.out.push('(');
            self.blank();
        }
        self.out.push_str(name);
        for _ in 0..n_functions {
            self.blank();
            self.out.push(')');
        }
    }

    fn right(&mut self, operator: &str, ty: Ty) {
        if self.foreign(Place::right(ty)) {
            return;
        }
        let bad = self.chance.happens(3);
        let text = match (operator, ty) {
            ("~", _) => return self.text_or(if bad { BAD_PATTERNS } else { PATTERNS }),
            ("in" | "not in", _) | (_, Ty::Network) => self.chance.pick(if bad { BAD_NETWORKS } else { NETWORKS }),
            (_, Ty::Int) => self.chance.pick(if bad { BAD_INTS } else { INTS }),
            (_, Ty::Ip) => self.chance.pick(if bad { BAD_ADDRESSES } else { ADDRESSES }),
            _ => return self.text_or(TEXTS),
        };
        self.out.push_str(text);
    }

    /// A string in one of its spellings.
    fn text_or(&mut self, all: &[&'static str]) {
        let text = self.chance.pick(all);
        if !text.contains("\"#") && !text.ends_with('"') && self.chance.happens(30) {
            self.out.push_str("r#\"");
            self.out.push_str(text);
            return self.out.push_str("\"#");
        }
        self.out.push('"');
        for c in text.chars() {
            let escape = match c {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' if self.chance.happens(50) => "\\n",
                '\r' if self.chance.happens(50) => "\\r",
                '\t' if self.chance.happens(50) => "\\t",
                _ => {
                    self.out.push(c);
                    continue;
                }
            };
            self.out.push_str(escape);
        }
        self.out.push('"');
    }
}
