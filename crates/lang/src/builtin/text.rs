//! Parts, case and length of strings.

use memchr::memmem;

use super::record::{
    Absent, Builtin, Cost, Dialects, Eval, Form, Operand, Power, Signature, Special, differs, matches, text, texts,
    values,
};
use crate::scratch::Scratch;
use crate::ty::Ty;
use crate::value::Value;

const TWO_STRINGS: &[Signature] = &[values(&[Operand::Value(Ty::String), Operand::Value(Ty::String)], Ty::Bool)];
const STRING_TO_STRING: &[Signature] = &[values(&[Operand::Value(Ty::String)], Ty::String)];

/// `a ^= b`
pub(super) static STARTS_WITH_OPERATOR: Builtin = Builtin {
    name: "^=",
    form: Form::Infix { symbols: &["^="], words: &[], power: Power::Compare },
    signatures: TWO_STRINGS,
    absent: Absent::False,
    cost: Cost::PerText(1),
    eval: Eval::Pure(starts_with),
    summary: "True when the left text begins with the right text.",
    details: "Letter case counts; use `lower()` to ignore it. Every text begins with the empty text.",
    examples: &[
        matches(r#"url.path ^= "/v1""#, r#"{"url.path": "/v1/orders"}"#),
        differs(r#"url.path ^= "/v1""#, r#"{"url.path": "/old/v1"}"#),
    ],
    dialects: Dialects { atc: Some("^="), cel: Some("startsWith"), cloudflare: Some("starts_with") },
    since: "0.1",
};

/// `a =^ b`
pub(super) static ENDS_WITH_OPERATOR: Builtin = Builtin {
    name: "=^",
    form: Form::Infix { symbols: &["=^"], words: &[], power: Power::Compare },
    signatures: TWO_STRINGS,
    absent: Absent::False,
    cost: Cost::PerText(1),
    eval: Eval::Pure(ends_with),
    summary: "True when the left text ends with the right text.",
    details: "Letter case counts; use `lower()` to ignore it. Every text ends with the empty text.",
    examples: &[
        matches(r#"url.path =^ ".json""#, r#"{"url.path": "/v1/orders.json"}"#),
        differs(r#"url.path =^ ".json""#, r#"{"url.path": "/v1/orders.json/"}"#),
    ],
    dialects: Dialects { atc: Some("=^"), cel: Some("endsWith"), cloudflare: Some("ends_with") },
    since: "0.1",
};

/// `a contains b`
pub(super) static CONTAINS: Builtin = Builtin {
    name: "contains",
    form: Form::Infix { symbols: &[], words: &["contains"], power: Power::Compare },
    signatures: TWO_STRINGS,
    absent: Absent::False,
    cost: Cost::PerText(2),
    eval: Eval::Pure(contains),
    summary: "True when the right text occurs within the left text.",
    details: "Letter case counts; use `lower()` to ignore it. The empty text occurs in every text.",
    examples: &[
        matches(r#"user_agent.original contains "curl""#, r#"{"user_agent.original": "curl/8.5.0"}"#),
        differs(r#"user_agent.original contains "curl""#, r#"{"user_agent.original": "Curl/8.5.0"}"#),
    ],
    dialects: Dialects { atc: Some("contains"), cel: Some("contains"), cloudflare: Some("contains") },
    since: "0.1",
};

/// `a not contains b`
pub(super) static NOT_CONTAINS: Builtin = Builtin {
    name: "not contains",
    form: Form::Infix { symbols: &[], words: &["not contains"], power: Power::Compare },
    signatures: TWO_STRINGS,
    absent: Absent::False,
    cost: Cost::PerText(2),
    eval: Eval::Negated(&CONTAINS),
    summary: "True when the left text is present and the right text does not occur in it.",
    details: "Letter case counts; use `lower()` to ignore it. False where a side is absent; `!(a contains b)` is true there.",
    examples: &[
        matches(r#"user_agent.original not contains "bot""#, r#"{"user_agent.original": "curl/8.5.0"}"#),
        differs(r#"user_agent.original not contains "bot""#, r#"{"user_agent.original": "a bot"}"#),
        differs(r#"user_agent.original not contains "bot""#, "{}"),
    ],
    dialects: Dialects { atc: None, cel: None, cloudflare: None },
    since: "0.1",
};

/// `starts_with(a, b)`
pub(super) static STARTS_WITH: Builtin = Builtin {
    name: "starts_with",
    form: Form::Function { parameters: &["text", "prefix"] },
    signatures: TWO_STRINGS,
    absent: Absent::False,
    cost: Cost::PerText(1),
    eval: Eval::Pure(starts_with),
    summary: "True when the text begins with the prefix; the same as `text ^= prefix`.",
    details: "Letter case counts. For people who come from CEL or from Cloudflare's rules.",
    examples: &[
        matches(r#"starts_with(url.path, "/v1")"#, r#"{"url.path": "/v1/orders"}"#),
        differs(r#"starts_with(url.path, "/v1")"#, r#"{"url.path": "/v2"}"#),
    ],
    dialects: Dialects { atc: Some("^="), cel: Some("startsWith"), cloudflare: Some("starts_with") },
    since: "0.1",
};

/// `ends_with(a, b)`
pub(super) static ENDS_WITH: Builtin = Builtin {
    name: "ends_with",
    form: Form::Function { parameters: &["text", "suffix"] },
    signatures: TWO_STRINGS,
    absent: Absent::False,
    cost: Cost::PerText(1),
    eval: Eval::Pure(ends_with),
    summary: "True when the text ends with the suffix; the same as `text =^ suffix`.",
    details: "Letter case counts. For people who come from CEL or from Cloudflare's rules.",
    examples: &[
        matches(r#"ends_with(url.path, ".json")"#, r#"{"url.path": "/orders.json"}"#),
        differs(r#"ends_with(url.path, ".json")"#, r#"{"url.path": "/orders"}"#),
    ],
    dialects: Dialects { atc: Some("=^"), cel: Some("endsWith"), cloudflare: Some("ends_with") },
    since: "0.1",
};

/// `lower(a)`
pub(super) static LOWER: Builtin = Builtin {
    name: "lower",
    form: Form::Function { parameters: &["text"] },
    signatures: STRING_TO_STRING,
    absent: Absent::Absent,
    cost: Cost::PerText(8),
    eval: Eval::Pure(lower),
    summary: "The text in lower case.",
    details: "Full Unicode lower case without regard to language: a final sigma becomes `ς`, and `ẞ` becomes `ß`. \
              Bytes that are not UTF-8 stay as they are.",
    examples: &[
        matches(r#"lower(url.path) == "/healthz""#, r#"{"url.path": "/HealthZ"}"#),
        differs(r#"lower(url.path) == "/healthz""#, r#"{"url.path": "/health"}"#),
    ],
    dialects: Dialects { atc: Some("lower"), cel: None, cloudflare: None },
    since: "0.1",
};

/// `upper(a)`
pub(super) static UPPER: Builtin = Builtin {
    name: "upper",
    form: Form::Function { parameters: &["text"] },
    signatures: STRING_TO_STRING,
    absent: Absent::Absent,
    cost: Cost::PerText(8),
    eval: Eval::Pure(upper),
    summary: "The text in upper case.",
    details: "Full Unicode upper case without regard to language: `ß` becomes `SS`. Bytes that are not UTF-8 stay as they are.",
    examples: &[
        matches(r#"upper(http.request.method) == "GET""#, r#"{"http.request.method": "get"}"#),
        differs(r#"upper(http.request.method) == "GET""#, r#"{"http.request.method": "put"}"#),
    ],
    dialects: Dialects { atc: None, cel: None, cloudflare: None },
    since: "0.1",
};

/// `len(a)`
pub(super) static LEN: Builtin = Builtin {
    name: "len",
    form: Form::Function { parameters: &["text"] },
    signatures: &[values(&[Operand::Value(Ty::String)], Ty::Int), values(&[Operand::Field], Ty::Int)],
    absent: Absent::Absent,
    cost: Cost::Constant(1),
    eval: Eval::Special(Special::Len),
    summary: "The number of bytes of a text, or of values of a list.",
    details: "Bytes, not characters: `len(\"é\")` is 2. Of a header each value has its own length; `count()` counts the values.",
    examples: &[
        matches("len(url.path) > 8", r#"{"url.path": "/v1/orders"}"#),
        differs("len(url.path) > 8", r#"{"url.path": "/v1"}"#),
        differs("len(url.path) >= 0", "{}"),
        matches("len(user.roles) == 2", r#"{"user.roles": ["admin", "ops"]}"#),
    ],
    dialects: Dialects { atc: None, cel: None, cloudflare: Some("len") },
    since: "0.1",
};

fn starts_with<'a>(operands: &[Value<'a>], _: &'a Scratch) -> Option<Value<'a>> {
    let (text, prefix) = texts(operands)?;
    Some(Value::Bool(text.starts_with(prefix)))
}

fn ends_with<'a>(operands: &[Value<'a>], _: &'a Scratch) -> Option<Value<'a>> {
    let (text, suffix) = texts(operands)?;
    Some(Value::Bool(text.ends_with(suffix)))
}

fn contains<'a>(operands: &[Value<'a>], _: &'a Scratch) -> Option<Value<'a>> {
    let (text, part) = texts(operands)?;
    Some(Value::Bool(memmem::find(text, part).is_some()))
}

fn lower<'a>(operands: &[Value<'a>], scratch: &'a Scratch) -> Option<Value<'a>> {
    let text = text(operands, 0)?;
    let bytes = if text.is_ascii() {
        scratch.collect(text.iter().map(u8::to_ascii_lowercase))
    } else {
        map_text(text, scratch, Case::Lower)
    };
    Some(Value::String(bytes))
}

fn upper<'a>(operands: &[Value<'a>], scratch: &'a Scratch) -> Option<Value<'a>> {
    let text = text(operands, 0)?;
    let bytes = if text.is_ascii() {
        scratch.collect(text.iter().map(u8::to_ascii_uppercase))
    } else {
        map_text(text, scratch, Case::Upper)
    };
    Some(Value::String(bytes))
}

/// Maps the valid parts of a text; what is not UTF-8 is copied.
fn map_text<'a>(text: &[u8], scratch: &'a Scratch, case: Case) -> &'a [u8] {
    // No mapping of Unicode 16 makes more than three bytes of one (`ΐ`, two bytes, becomes six in upper case).
    let room = scratch.zeroed(text.len().saturating_mul(3));
    let mut at = 0;
    let mut push = |bytes: &[u8]| {
        let end = at + bytes.len();
        debug_assert!(end <= text.len().saturating_mul(3));
        if let Some(slot) = room.get_mut(at..end) {
            slot.copy_from_slice(bytes);
            at = end;
        }
    };
    for chunk in text.utf8_chunks() {
        case.map(chunk.valid(), &mut push);
        push(chunk.invalid());
    }
    room.get(..at).unwrap_or(&[])
}

/// A direction of case mapping.
#[derive(Clone, Copy)]
enum Case {
    Lower,
    Upper,
}

impl Case {
    fn map(self, text: &str, push: &mut impl FnMut(&[u8])) {
        let mut buffer = [0; 4];
        match self {
            // Whether a sigma is final depends on its neighbours' properties, which only the standard library knows:
            // this one letter is worth an allocation.
            Self::Lower if text.contains('Σ') => push(text.to_lowercase().as_bytes()),
            Self::Lower => {
                text.chars().flat_map(char::to_lowercase).for_each(|c| push(c.encode_utf8(&mut buffer).as_bytes()));
            }
            Self::Upper => {
                text.chars().flat_map(char::to_uppercase).for_each(|c| push(c.encode_utf8(&mut buffer).as_bytes()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kernel: super::super::Kernel, input: &[u8], expected: &[u8]) {
        let scratch = Scratch::default();
        match kernel(&[Value::String(input)], &scratch) {
            Some(Value::String(found)) => assert_eq!(found, expected, "{:?}", String::from_utf8_lossy(found)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn case_mapping_is_that_of_unicode() {
        check(lower, "ΑΣ".as_bytes(), "ας".as_bytes());
        check(lower, "İẞK".as_bytes(), "i̇ßk".as_bytes());
        check(upper, "straße ΐ".as_bytes(), "STRASSE \u{399}\u{308}\u{301}".as_bytes());
        check(lower, b"A\xffB\xc3", b"a\xffb\xc3");
    }

    #[test]
    fn every_letter_maps_as_the_standard_library_does() {
        for c in ('\0'..=char::MAX).filter(|c| !c.is_ascii()) {
            let text = c.to_string();
            check(upper, text.as_bytes(), text.to_uppercase().as_bytes());
            check(lower, text.as_bytes(), text.to_lowercase().as_bytes());
        }
    }
}
