//! What the head of a request says about its body.

use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};

use crate::problem::{Kind, Problem};

/// Refuses a body that is not plain JSON by what is said about it.
pub(crate) fn check(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(said) = headers.get(CONTENT_TYPE) else {
        return Err(wrong("expected `content-type: application/json`, found none"));
    };
    // What is no text is no media type.
    let said = said.to_str().unwrap_or("");
    if !is_json(said) {
        return Err(wrong(&format!("expected `content-type: application/json`, found `{said}`")));
    }
    let encoded =
        headers.get_all(CONTENT_ENCODING).iter().find(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"));
    match encoded {
        None => Ok(()),
        Some(encoding) => {
            let encoding = encoding.to_str().unwrap_or("");
            Err(Problem::new(Kind::Compressed, format!("expected no `content-encoding`, found `{encoding}`")))
        }
    }
}

fn wrong(detail: &str) -> Problem {
    Problem::new(Kind::WrongMediaType, detail)
}

/// Whether a media type is JSON in UTF-8.
fn is_json(text: &str) -> bool {
    let mut parts = text.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|media| media.eq_ignore_ascii_case("application/json"));
    let mut others = parts.filter_map(|part| part.split_once('='));
    is_json
        && others.all(|(name, value)| {
            !name.trim().eq_ignore_ascii_case("charset") || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(is_json(text), expected, "{text}");
    }

    #[test]
    fn json_may_say_that_it_is_utf_8() {
        check("application/json", true);
        check("Application/JSON; charset=UTF-8", true);
        check("application/json;charset=\"utf-8\"", true);
        check("application/json; profile=x", true);
    }

    #[test]
    fn anything_else_is_something_else() {
        check("application/json; charset=utf-16", false);
        check("application/json-patch+json", false);
        check("text/plain", false);
        check("application/x-www-form-urlencoded", false);
        check("", false);
    }
}
