//! Large answers as texts, written past the library.
//!
//! The library makes a tree of JSON values of an answer before it writes it: of the outline of 10,000 rules seven maps
//! a rule, fifty megabytes.
//! The handler of a large answer writes it itself, keeps the text here and gives the library a [`Ticket`]; on the way
//! out the text takes the ticket's place.
//! Order, cancellation and errors stay the library's.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Serialize, Serializer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

use crate::frames;

/// How an answer begins whose result is a ticket; its number and a quotation mark follow.
const BEGINNING: &str = r#"{"jsonrpc":"2.0","result":"$/tamis/text/"#;
/// How it begins with the text in the ticket's place.
const BEFORE_TEXT: &str = r#"{"jsonrpc":"2.0","result":"#;

/// The texts that are on their way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    n_tickets: u64,
    texts: HashMap<u64, Vec<u8>>,
}

/// What stands for a text in an answer.
#[derive(Debug)]
pub(crate) struct Ticket(u64);

impl Serialize for Ticket {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("$/tamis/text/{}", self.0))
    }
}

impl Written {
    /// Keeps the text of a result; the ticket has to be given to the library without waiting for anything, so that no
    /// text is left behind by a request that was cancelled.
    pub(crate) fn keep(&self, text: Vec<u8>) -> Ticket {
        let mut kept = self.lock();
        kept.n_tickets = kept.n_tickets.saturating_add(1);
        let number = kept.n_tickets;
        kept.texts.insert(number, text);
        Ticket(number)
    }

    /// The text whose ticket an answer is, and what follows it; none of any other message.
    fn redeem<'a>(&self, body: &'a [u8]) -> Option<(Vec<u8>, &'a [u8])> {
        let rest = body.strip_prefix(BEGINNING.as_bytes())?;
        let end = rest.iter().position(|byte| *byte == b'"')?;
        let (number, rest) = rest.split_at_checked(end)?;
        let number = std::str::from_utf8(number).ok()?.parse().ok()?;
        let text = self.lock().texts.remove(&number)?;
        Some((text, rest.get(1..)?))
    }

    /// A panic while it was held has left it whole.
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Copies what the library says until it has nothing more to say, with texts in the place of their tickets.
///
/// # Errors
///
/// Reading or writing failed; the conversation is over.
pub(crate) async fn copy<I, O>(input: I, mut output: O, written: &Written) -> io::Result<()>
where
    I: AsyncRead + Unpin,
    O: AsyncWrite + Unpin,
{
    let mut input = BufReader::new(input);
    while let Some(Some(length)) = frames::header(&mut input).await? {
        let mut body = Vec::new();
        (&mut input).take(length).read_to_end(&mut body).await?;
        match written.redeem(&body) {
            Some((text, rest)) => frames::write(&mut output, &[BEFORE_TEXT.as_bytes(), &text, rest]).await?,
            None => frames::write(&mut output, &[&body]).await?,
        }
    }
    output.shutdown().await
}

#[cfg(test)]
mod tests {
    use tower_lsp::jsonrpc::{Id, Response};

    use super::*;

    #[track_caller]
    fn check(written: &Written, answer: &Response, expected: &str) {
        let frame = |body: &str| format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let mut out = Vec::new();
        let input = frame(&serde_json::to_string(answer).unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(copy(input.as_bytes(), &mut out, written)).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), frame(expected));
    }

    #[test]
    fn a_text_takes_the_place_of_its_ticket() {
        let written = Written::default();
        for (text, id) in [(r#"[{"name":"é"}]"#, 7), ("null", 8)] {
            let ticket = serde_json::to_value(written.keep(text.as_bytes().to_vec())).unwrap();
            let expected = format!(r#"{{"jsonrpc":"2.0","result":{text},"id":{id}}}"#);
            check(&written, &Response::from_ok(Id::Number(id), ticket), &expected);
        }
        assert!(written.lock().texts.is_empty());
    }

    #[test]
    fn other_answers_pass() {
        let written = Written::default();
        for result in ["$/tamis/text/1", "$/tamis/text/", "$/tamis/text/x", "", "\""] {
            let answer = Response::from_ok(Id::Number(1), result.into());
            check(&written, &answer, &serde_json::to_string(&answer).unwrap());
        }
        let answer = Response::from_error(Id::Number(1), tower_lsp::jsonrpc::Error::internal_error());
        check(&written, &answer, &serde_json::to_string(&answer).unwrap());
    }
}
