//! Literals of every type in every spelling, with the value that each denotes.

use tamis_lang::ty::Ty;
use tamis_lang::unit::parse_quantity;
use tamis_lang::value::Constant;

use super::Source;
use super::draft::Piece;

/// A literal as tokens, and what it denotes.
#[derive(Clone, Debug)]
pub(super) struct Literal {
    /// Its tokens; a minus is one of its own.
    pub(super) pieces: Vec<Piece>,
    /// Its value.
    pub(super) value: Constant,
}

/// The spellings of ints, the plainest first.
const INTS: &[(&str, i64)] = &[
    ("0", 0),
    ("1", 1),
    ("2", 2),
    ("3", 3),
    ("500", 500),
    ("503", 503),
    ("1_000", 1_000),
    ("0x1F", 31),
    ("0o17", 15),
    ("0b11", 3),
    ("2000000", 2_000_000),
    ("9007199254740993", 9_007_199_254_740_993),
    ("9223372036854775807", i64::MAX),
];

const FLOATS: &[(&str, f64)] = &[
    ("0.5", 0.5),
    ("1.0", 1.0),
    ("0.0", 0.0),
    ("2.5e-3", 2.5e-3),
    ("1e3", 1e3),
    ("1_0.2_5", 10.25),
    ("9007199254740992.0", 9_007_199_254_740_992.0),
    ("1e300", 1e300),
    ("1.7976931348623157e308", f64::MAX),
    ("5e-324", 5e-324),
];

const DURATIONS: &[&str] =
    &["250ms", "1s", "1.5s", "2ms", "2500us", "1ns", "0s", "1h30m", "1m1s1ms", "3d", "7µs", "0.25h", "106751d"];

const SIZES: &[&str] = &["512B", "1B", "1KB", "8KiB", "1.5MB", "1.5KiB", "0B", "2GiB", "1TiB", "8388607TiB"];

/// The spellings of texts, the plainest first; each stands beside what it denotes.
const STRINGS: &[(&str, &[u8])] = &[
    (r#""a""#, b"a"),
    (r#""""#, b""),
    (r#""/v1/orders""#, b"/v1/orders"),
    (r#"'/v1'"#, b"/v1"),
    (r#""GET""#, b"GET"),
    (r#""text/html;q=0.9""#, b"text/html;q=0.9"),
    (r##"r#"a"b"#"##, b"a\"b"),
    (r#"r"\d""#, b"\\d"),
    (r#""a\"\\\n\t\r\0\/""#, b"a\"\\\n\t\r\0/"),
    (r#"'it\'s "é"'"#, "it's \"é\"".as_bytes()),
    (r#""\x41\xff\u{e9}\u{1F980}""#, b"A\xff\xc3\xa9\xf0\x9f\xa6\x80"),
    (r#""STRASSE""#, b"STRASSE"),
    (r#""straße ΑΣ""#, "straße ΑΣ".as_bytes()),
    (r#""%41%zz""#, b"%41%zz"),
    (r#""*a?""#, b"*a?"),
    (r#""// no comment && (""#, b"// no comment && ("),
];

const ADDRESSES: &[&str] = &[
    "10.0.0.1",
    "10.0.0.9",
    "192.168.1.1",
    "0.0.0.0",
    "255.255.255.255",
    "::1",
    "2001:db8::1",
    "::ffff:10.0.0.1",
    "::",
];

const NETWORKS: &[&str] =
    &["10.0.0.0/8", "10.0.0.0/30", "192.168.0.0/16", "0.0.0.0/0", "10.0.0.1/32", "2001:db8::/32", "::/0", "::1/128"];

/// Globs with a text that fits each.
const GLOBS: &[(&str, &str)] = &[
    ("a*", "abc"),
    ("*", "x"),
    ("/v?/*", "/v1/orders"),
    ("*.json", "a.json"),
    ("?", "é"),
    ("a*b*c", "aXbYc"),
    ("", ""),
];

/// Regular expressions with a text in which each occurs.
pub(super) const PATTERNS: &[(&str, &str)] = &[
    (r#""a""#, "cat"),
    (r#""^/v1""#, "/v1/x"),
    (r##"r#"^/v\d+/"#"##, "/v12/"),
    (r#""(?i)bot|spider""#, "A BOT"),
    (r#""^$""#, ""),
    (r#"'[^a-f]{2}$'"#, "xyz"),
    (r#""a.c""#, "aéc"),
    (r#""(a|b)*c""#, "ababc"),
    (r#"r"\bx\b""#, "a x b"),
    (r#""(?-u)\\xff""#, "\u{ff}"),
];

/// A literal of a type.
pub(super) fn literal(ty: Ty, source: &mut Source<'_>) -> Literal {
    match ty {
        Ty::Bool => {
            let truth = source.one_in(2);
            Literal { pieces: vec![Piece::word(if truth { "true" } else { "false" })], value: Constant::Bool(truth) }
        }
        Ty::Int => int(source),
        Ty::Float => {
            let (text, value) = source.pick(FLOATS).copied().unwrap_or(("0.5", 0.5));
            let (pieces, negative) = signed(text, source.one_in(6));
            Literal { pieces, value: Constant::Float(if negative { -value } else { value }) }
        }
        Ty::String => string(source),
        Ty::Ip => parsed(source.word(ADDRESSES), |text| text.parse().ok().map(Constant::Ip)),
        Ty::Network => parsed(source.word(NETWORKS), |text| text.parse().ok().map(Constant::Network)),
        Ty::Duration => quantity(source.word(DURATIONS)),
        Ty::Size => quantity(source.word(SIZES)),
    }
}

fn int(source: &mut Source<'_>) -> Literal {
    if source.one_in(40) {
        let pieces = vec![Piece::sign("-"), Piece::word("9223372036854775808")];
        return Literal { pieces, value: Constant::Int(i64::MIN) };
    }
    let (text, value) = match source.below(3) {
        0 | 1 => source.pick(INTS).map_or(("0".to_owned(), 0), |(text, value)| ((*text).to_owned(), *value)),
        _ => {
            let value = i64::try_from(source.below(600)).unwrap_or(0);
            (value.to_string(), value)
        }
    };
    let (pieces, negative) = signed(&text, source.one_in(6));
    Literal { pieces, value: Constant::Int(if negative { -value } else { value }) }
}

fn signed(text: &str, negative: bool) -> (Vec<Piece>, bool) {
    let mut pieces = vec![Piece::word(text)];
    if negative {
        pieces.insert(0, Piece::sign("-"));
    }
    (pieces, negative)
}

fn string(source: &mut Source<'_>) -> Literal {
    let (text, value) = source.pick(STRINGS).copied().unwrap_or((r#""""#, b""));
    let piece = if text.starts_with('r') { Piece::word(text) } else { Piece::quoted(text) };
    Literal { pieces: vec![piece], value: Constant::String(value.into()) }
}

/// A quantity without a sign.
fn quantity(text: &str) -> Literal {
    parsed(text, |text| {
        let quantity = parse_quantity(text).ok()?;
        Some(match quantity.dimension.ty() {
            Ty::Duration => Constant::Duration(quantity.amount),
            _ => Constant::Size(quantity.amount),
        })
    })
}

fn parsed(text: &str, read: impl Fn(&str) -> Option<Constant>) -> Literal {
    let value = read(text);
    debug_assert!(value.is_some(), "{text}");
    Literal { pieces: vec![Piece::word(text)], value: value.unwrap_or(Constant::Bool(false)) }
}

/// A glob, and a text that fits it.
pub(super) fn glob(source: &mut Source<'_>) -> (Literal, Constant) {
    let (glob, fits) = source.pick(GLOBS).copied().unwrap_or(("*", ""));
    let literal =
        Literal { pieces: vec![Piece::quoted(format!("{glob:?}"))], value: Constant::String(glob.as_bytes().into()) };
    (literal, Constant::String(fits.as_bytes().into()))
}

/// A regular expression, and a text in which it occurs.
pub(super) fn pattern(source: &mut Source<'_>) -> (Piece, Constant) {
    let (pattern, text) = source.pick(PATTERNS).copied().unwrap_or((r#""a""#, "a"));
    let piece = if pattern.starts_with('r') { Piece::word(pattern) } else { Piece::quoted(pattern) };
    (piece, Constant::String(text.as_bytes().into()))
}
