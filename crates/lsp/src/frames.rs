//! Messages as they come from the editor, checked before the library reads them.
//!
//! The library stops reading at the first message that is broken.
//! Here such a message is replaced by a request that the wrapper answers with the error that the protocol asks for, so
//! that one slip of an editor ends no session.

use std::io;

use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

/// The method of a request that stands for a text that is no JSON.
pub(crate) const NO_JSON: &str = "$/tamis/noJson";
/// The method of a request that stands for JSON that is no message.
pub(crate) const NO_MESSAGE: &str = "$/tamis/noMessage";

/// The longest message that is read, in bytes, and the longest header line.
const MOST_BYTES: u64 = 64 << 20;
const MOST_HEADER_BYTES: u64 = 8 << 10;

/// Copies messages until one side ends.
///
/// # Errors
///
/// Reading or writing failed; the conversation is over.
pub(crate) async fn copy<I, O>(input: I, mut output: O) -> io::Result<()>
where
    I: AsyncRead + Unpin,
    O: AsyncWrite + Unpin,
{
    let mut input = BufReader::new(input);
    while let Some(length) = header(&mut input).await? {
        let body = match length {
            Some(length) if length <= MOST_BYTES => {
                let mut body = Vec::new();
                (&mut input).take(length).read_to_end(&mut body).await?;
                body
            }
            Some(length) => {
                tokio::io::copy(&mut (&mut input).take(length), &mut tokio::io::sink()).await?;
                stand_in(NO_MESSAGE)
            }
            None => stand_in(NO_MESSAGE),
        };
        let body = problem(&body).map_or(body, stand_in);
        write(&mut output, &[&body]).await?;
    }
    output.shutdown().await
}

/// Writes a message whose body comes in parts.
pub(crate) async fn write<O: AsyncWrite + Unpin>(output: &mut O, body: &[&[u8]]) -> io::Result<()> {
    let length: usize = body.iter().map(|part| part.len()).sum();
    output.write_all(format!("Content-Length: {length}\r\n\r\n").as_bytes()).await?;
    for part in body {
        output.write_all(part).await?;
    }
    output.flush().await
}

/// The length of the next message: none at the end of the stream, and within none where no header says it.
pub(crate) async fn header<I: AsyncRead + Unpin>(input: &mut BufReader<I>) -> io::Result<Option<Option<u64>>> {
    let mut length = None;
    let mut n_lines = 0_u32;
    loop {
        let mut line = Vec::new();
        (&mut *input).take(MOST_HEADER_BYTES).read_until(b'\n', &mut line).await?;
        if line.is_empty() {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        match line.trim().split_once(':') {
            // Empty lines before a header are no message.
            None if line.trim().is_empty() && n_lines == 0 => {}
            None if line.trim().is_empty() => return Ok(Some(length)),
            Some((name, value)) if name.trim().eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().ok();
                n_lines = n_lines.saturating_add(1);
            }
            Some(_) | None => n_lines = n_lines.saturating_add(1),
        }
    }
}

fn stand_in(method: &str) -> Vec<u8> {
    format!(r#"{{"jsonrpc":"2.0","id":null,"method":"{method}"}}"#).into_bytes()
}

/// A message as far as its form matters.
#[derive(Deserialize)]
struct Message<'a> {
    jsonrpc: Option<&'a str>,
    method: Option<std::borrow::Cow<'a, str>>,
    #[serde(default)]
    id: Option<Id<'a>>,
    result: Option<IgnoredAny>,
    error: Option<RemoteError>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id<'a> {
    Number(#[expect(dead_code, reason = "only its type matters")] i64),
    Text(
        #[serde(borrow)]
        #[expect(dead_code, reason = "only its type matters")]
        std::borrow::Cow<'a, str>,
    ),
}

#[derive(Deserialize)]
struct RemoteError {
    #[serde(rename = "code")]
    _code: i64,
    #[serde(rename = "message")]
    _message: String,
}

/// What is wrong with a message, as the method of what stands in for it.
fn problem(body: &[u8]) -> Option<&'static str> {
    if serde_json::from_slice::<IgnoredAny>(body).is_err() {
        return Some(NO_JSON);
    }
    let Ok(message) = serde_json::from_slice::<Message<'_>>(body) else { return Some(NO_MESSAGE) };
    // `"result": null` is an answer, too, and reads as none.
    let is_answer = message.id.is_some() && !(message.result.is_some() && message.error.is_some());
    let is_message = message.jsonrpc == Some("2.0") && (message.method.is_some() || is_answer);
    (!is_message).then_some(NO_MESSAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expected: &[&str]) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut out = Vec::new();
        runtime.block_on(copy(input.as_bytes(), &mut out)).unwrap();
        let framed = |body: &&str| format!("Content-Length: {}\r\n\r\n{body}", body.len());
        assert_eq!(String::from_utf8(out).unwrap(), expected.iter().map(framed).collect::<String>());
    }

    fn frame(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    const NO_JSON_BODY: &str = r#"{"jsonrpc":"2.0","id":null,"method":"$/tamis/noJson"}"#;
    const NO_MESSAGE_BODY: &str = r#"{"jsonrpc":"2.0","id":null,"method":"$/tamis/noMessage"}"#;

    #[test]
    fn messages_pass() {
        for body in [
            r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"x":[1]}}"#,
            r#"{"jsonrpc":"2.0","method":"a"}"#,
            r#"{"jsonrpc":"2.0","id":"x","result":null}"#,
            r#"{"jsonrpc":"2.0","id":"x","error":{"code":-1,"message":"no"}}"#,
        ] {
            check(&frame(body), &[body]);
        }
        let body = r#"{"jsonrpc":"2.0","method":"a"}"#;
        check(&format!("content-type: x\r\nCONTENT-LENGTH: {}\r\n\r\n{body}", body.len()), &[body]);
    }

    #[test]
    fn what_is_broken_is_replaced() {
        check(&frame("{"), &[NO_JSON_BODY]);
        for body in ["[]", "{}", "3", r#"{"jsonrpc":"1.0","method":"a"}"#, r#"{"jsonrpc":"2.0","id":{},"method":"a"}"#]
        {
            check(&frame(body), &[NO_MESSAGE_BODY]);
        }
        check("Content-Length: nine\r\n\r\n", &[NO_MESSAGE_BODY]);
    }
}
