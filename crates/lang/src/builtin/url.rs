//! `segment` and `url_decode`.

use super::record::{Absent, Builtin, Cost, Dialects, Eval, Form, Operand, differs, matches, text, values};
use crate::scratch::Scratch;
use crate::ty::Ty;
use crate::value::Value;

/// `segment(path, n)`
pub(super) static SEGMENT: Builtin = Builtin {
    name: "segment",
    form: Form::Function { parameters: &["path", "index"] },
    signatures: &[values(&[Operand::Value(Ty::String), Operand::Value(Ty::Int)], Ty::String)],
    absent: Absent::Absent,
    cost: Cost::PerText(2),
    eval: Eval::Pure(segment),
    summary: "One segment of a path, counted from zero.",
    details: "The text is cut at each `/`; one `/` at the start does not count. \
              A negative index counts from the end, -1 being the last segment. \
              Absent where the path has no such segment. Of `/v1/orders/` the segment 2 is the empty text.",
    examples: &[
        matches(r#"segment(url.path, 1) == "orders""#, r#"{"url.path": "/v1/orders/42"}"#),
        matches(r#"segment(url.path, -1) == "42""#, r#"{"url.path": "/v1/orders/42"}"#),
        differs(r#"segment(url.path, 3) != "orders""#, r#"{"url.path": "/v1/orders/42"}"#),
    ],
    dialects: Dialects { atc: Some("http.path.segments.N"), cel: None, cloudflare: None },
    since: "0.1",
};

/// `url_decode(text)`
pub(super) static URL_DECODE: Builtin = Builtin {
    name: "url_decode",
    form: Form::Function { parameters: &["text"] },
    signatures: &[values(&[Operand::Value(Ty::String)], Ty::String)],
    absent: Absent::Absent,
    cost: Cost::PerText(4),
    eval: Eval::Pure(url_decode),
    summary: "The text with percent-encoding undone.",
    details: "RFC 3986, section 2.1: `%2F` becomes `/`. A `+` stays a `+`. \
              Absent where a `%` is not followed by two hexadecimal digits.",
    examples: &[
        matches(r#"url_decode(url.path) contains " ""#, r#"{"url.path": "/a%20b"}"#),
        differs(r#"url_decode(url.path) contains "%""#, r#"{"url.path": "/a%20b"}"#),
        differs(r#"url_decode(url.path) != "x""#, r#"{"url.path": "/100%"}"#),
    ],
    dialects: Dialects { atc: None, cel: None, cloudflare: Some("url_decode") },
    since: "0.1",
};

fn segment<'a>(operands: &[Value<'a>], _: &'a Scratch) -> Option<Value<'a>> {
    let path = text(operands, 0)?;
    let Some(Value::Int(index)) = operands.get(1) else { return None };
    let segments = path.strip_prefix(b"/").unwrap_or(path).split(|&byte| byte == b'/');
    let places = usize::try_from(index.unsigned_abs()).ok()?;
    let found = if *index < 0 { segments.rev().nth(places.checked_sub(1)?) } else { segments.into_iter().nth(places) };
    found.map(Value::String)
}

fn url_decode<'a>(operands: &[Value<'a>], scratch: &'a Scratch) -> Option<Value<'a>> {
    let text = text(operands, 0)?;
    if !text.contains(&b'%') {
        return Some(Value::String(text));
    }
    let room = scratch.zeroed(text.len());
    let (mut bytes, mut len) = (text.iter().copied(), 0);
    while let Some(byte) = bytes.next() {
        let decoded = if byte == b'%' { hex(bytes.next()?)? << 4 | hex(bytes.next()?)? } else { byte };
        *room.get_mut(len)? = decoded;
        len += 1;
    }
    room.get(..len).map(Value::String)
}

/// The value of a hexadecimal digit.
fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_segment(path: &str, index: i64, expected: Option<&str>) {
        let scratch = Scratch::default();
        let found = segment(&[Value::String(path.as_bytes()), Value::Int(index)], &scratch);
        assert_eq!(found.map(|v| v.to_string()), expected.map(|text| format!("{text:?}")), "{path} {index}");
    }

    #[test]
    fn segments_count_from_both_ends() {
        check_segment("/v1/orders", 0, Some("v1"));
        check_segment("v1/orders", 0, Some("v1"));
        check_segment("/v1/orders/", 2, Some(""));
        check_segment("/v1/orders/", -1, Some(""));
        check_segment("/v1", -2, None);
        check_segment("/", 0, Some(""));
        check_segment("/v1", i64::MIN, None);
        check_segment("/v1", i64::MAX, None);
    }

    #[test]
    fn bad_percent_encoding_has_no_result() {
        let scratch = Scratch::default();
        for bad in ["%", "%2", "%zz", "a%2"] {
            assert!(url_decode(&[Value::String(bad.as_bytes())], &scratch).is_none(), "{bad}");
        }
        let good = url_decode(&[Value::String(b"%41+%ff")], &scratch);
        assert_eq!(good.map(|v| v.to_string()).as_deref(), Some(r#""A+\xff""#));
    }
}
