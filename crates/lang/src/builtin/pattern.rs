//! `like` and `~`.

use super::record::{
    Absent, Builtin, Cost, Dialects, Eval, Form, Operand, Power, Signature, differs, matches, texts, values,
};
use crate::prepared::Prepared;
use crate::scratch::Scratch;
use crate::ty::Ty;
use crate::value::Value;

const TWO_STRINGS: &[Signature] = &[values(&[Operand::Value(Ty::String), Operand::Value(Ty::String)], Ty::Bool)];
const STRING_AND_PATTERN: &[Signature] = &[values(&[Operand::Value(Ty::String), Operand::Pattern], Ty::Bool)];

/// `a like b`
pub(super) static LIKE: Builtin = Builtin {
    name: "like",
    form: Form::Infix { symbols: &[], words: &["like"], power: Power::Compare },
    signatures: TWO_STRINGS,
    absent: Absent::False,
    cost: Cost::PerTextSquared(1),
    eval: Eval::Pure(like),
    summary: "True when the whole left text fits the file pattern on the right.",
    details: "`*` stands for any run of characters, the empty one included, `?` for one character. \
              A backslash makes the next character an ordinary one; in a quoted string it is written `\\\\*`, in a raw string `\\*`. \
              Letter case counts.",
    examples: &[
        matches(r#"url.path like "/v?/orders/*""#, r#"{"url.path": "/v1/orders/42"}"#),
        differs(r#"url.path like "/v?/orders/*""#, r#"{"url.path": "/v10/orders/42"}"#),
        differs(r#"url.path like "orders""#, r#"{"url.path": "/orders"}"#),
    ],
    dialects: Dialects { atc: None, cel: None, cloudflare: Some("strict wildcard") },
    since: "0.1",
};

/// `a not like b`
pub(super) static NOT_LIKE: Builtin = Builtin {
    name: "not like",
    form: Form::Infix { symbols: &[], words: &["not like"], power: Power::Compare },
    signatures: TWO_STRINGS,
    absent: Absent::False,
    cost: Cost::PerTextSquared(1),
    eval: Eval::Negated(&LIKE),
    summary: "True when the left text is present and does not fit the file pattern on the right.",
    details: "Letter case counts. False where a side is absent; `!(a like b)` is true there.",
    examples: &[
        matches(r#"url.path not like "*.css""#, r#"{"url.path": "/v1/orders"}"#),
        differs(r#"url.path not like "*.css""#, r#"{"url.path": "/site.css"}"#),
        differs(r#"url.path not like "*.css""#, "{}"),
    ],
    dialects: Dialects { atc: None, cel: None, cloudflare: None },
    since: "0.1",
};

/// `a ~ "b"`
pub(super) static MATCHES: Builtin = Builtin {
    name: "~",
    form: Form::Infix { symbols: &["~"], words: &[], power: Power::Compare },
    signatures: STRING_AND_PATTERN,
    absent: Absent::False,
    cost: Cost::PerText(16),
    eval: Eval::Prepared(is_match),
    summary: "True when the regular expression on the right occurs within the left text.",
    details: "The syntax is that of the Rust `regex` crate: linear time, Unicode, no look-around, no back-references. \
              Letter case counts unless the expression says `(?i)`. \
              It is not anchored: write `^` and `$` for the whole text. A raw string, `r#\"^/v\\d+\"#`, saves the doubled backslashes.",
    examples: &[
        matches(r##"url.path ~ r#"^/v\d+/orders$"#"##, r#"{"url.path": "/v1/orders"}"#),
        differs(r##"url.path ~ r#"^/v\d+/orders$"#"##, r#"{"url.path": "/v1/orders/9"}"#),
    ],
    dialects: Dialects { atc: Some("~"), cel: Some("matches"), cloudflare: Some("matches") },
    since: "0.1",
};

/// `a !~ "b"`
pub(super) static NOT_MATCHES: Builtin = Builtin {
    name: "!~",
    form: Form::Infix { symbols: &["!~"], words: &[], power: Power::Compare },
    signatures: STRING_AND_PATTERN,
    absent: Absent::False,
    cost: Cost::PerText(16),
    eval: Eval::Negated(&MATCHES),
    summary: "True when the left text is present and the regular expression does not occur in it.",
    details: "Letter case counts unless the expression says `(?i)`. False where the text is absent; `!(a ~ \"b\")` is true there.",
    examples: &[
        matches(r#"user_agent.original !~ "(?i)bot|spider""#, r#"{"user_agent.original": "curl/8.5.0"}"#),
        differs(r#"user_agent.original !~ "(?i)bot|spider""#, r#"{"user_agent.original": "GoodBot"}"#),
        differs(r#"user_agent.original !~ "(?i)bot|spider""#, "{}"),
    ],
    dialects: Dialects { atc: None, cel: None, cloudflare: None },
    since: "0.1",
};

fn is_match(value: &Value<'_>, prepared: &Prepared) -> Option<bool> {
    match (value, prepared) {
        (Value::String(text), Prepared::Pattern(pattern)) => Some(pattern.is_match(text)),
        _ => None,
    }
}

fn like<'a>(operands: &[Value<'a>], _: &'a Scratch) -> Option<Value<'a>> {
    let (text, glob) = texts(operands)?;
    Some(Value::Bool(glob_matches(text, glob)))
}

/// Whether a whole text fits a glob, in time proportional to the product of both lengths at worst.
///
/// On a mismatch only the last `*` can still take more, so nothing is remembered but its place.
fn glob_matches(text: &[u8], glob: &[u8]) -> bool {
    let (mut t, mut g) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        let (Some(rest), Some(pattern)) = (text.get(t..), glob.get(g..)) else { return false };
        let advanced = match (pattern, rest) {
            ([], []) => return true,
            ([b'*', ..], _) => {
                star = Some((t, g + 1));
                Some((0, 1))
            }
            ([b'?', ..], [_, ..]) => Some((character_len(rest), 1)),
            ([b'\\', literal, ..], [byte, ..]) => (literal == byte).then_some((1, 2)),
            ([literal, ..], [byte, ..]) => (literal == byte).then_some((1, 1)),
            ([], _) | (_, []) => None,
        };
        match (advanced, star) {
            (Some((in_text, in_glob)), _) => {
                t += in_text;
                g += in_glob;
            }
            (None, Some((from, after))) if from < text.len() => {
                let next = from + text.get(from..).map_or(1, character_len);
                star = Some((next, after));
                t = next;
                g = after;
            }
            (None, _) => return false,
        }
    }
}

/// The bytes of the first character; a byte that is not UTF-8 counts as one.
fn character_len(text: &[u8]) -> usize {
    let head = text.get(..4).unwrap_or(text);
    let first = head.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
    first.map_or(1, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(glob: &str, fits: &[&str], differs: &[&str]) {
        for text in fits {
            assert!(glob_matches(text.as_bytes(), glob.as_bytes()), "`{glob}` should fit `{text}`");
        }
        for text in differs {
            assert!(!glob_matches(text.as_bytes(), glob.as_bytes()), "`{glob}` should not fit `{text}`");
        }
    }

    #[test]
    fn globs_cover_the_whole_text() {
        check("", &[""], &["a"]);
        check("*", &["", "a", "a/b"], &[]);
        check("a*b*c", &["abc", "a-b-c", "abcbc", "aXbbbcc"], &["abcd", "ac"]);
        check("*.json", &["x.json", ".json"], &["x.json5", "json"]);
        check("a?c", &["abc", "aéc", "a💡c"], &["ac", "abbc"]);
    }

    #[test]
    fn a_backslash_makes_the_next_character_ordinary() {
        check(r"\*", &["*"], &["a", r"\*"]);
        check(r"a\?*", &["a?", "a?b"], &["ab"]);
        check(r"\\", &[r"\"], &[r"\\"]);
        check(r"a\", &[r"a\"], &["a"]);
    }

    #[test]
    fn many_stars_stay_cheap() {
        let text = "a".repeat(2_000);
        let glob = "*a".repeat(500) + "b";
        assert!(!glob_matches(text.as_bytes(), glob.as_bytes()));
    }

    #[test]
    fn bytes_that_are_not_utf8_count_one_each() {
        assert!(glob_matches(b"a\xff\xfeb", b"a??b"));
    }
}
