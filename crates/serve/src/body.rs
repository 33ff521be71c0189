//! The body of a request, as far as it may reach.

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use http_body_util::BodyExt as _;
use tokio::time::{Instant, timeout_at};

use crate::config::Config;
use crate::problem::{Kind, Problem};

/// Reads a body, within the limits of bytes and time.
pub(crate) async fn read(headers: &HeaderMap, mut body: Body, config: &Config) -> Result<Bytes, Problem> {
    let most = config.bounds.body;
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if let Some(length) = announced.filter(|length| *length > most as u64) {
        return Err(Problem::new(Kind::TooLarge, format!("the body has {length} bytes, of at most {most}")));
    }
    let end = Instant::now() + config.times.read;
    let mut pieces = Vec::new();
    loop {
        let frame = match timeout_at(end, body.frame()).await {
            Err(_) => {
                let (length, seconds) = (pieces.len(), config.times.read.as_secs_f64());
                let detail = format!("{length} bytes of the body arrived in {seconds} s");
                return Err(Problem::new(Kind::TooSlow, detail));
            }
            Ok(None) => return Ok(pieces.into()),
            Ok(Some(Err(_))) => {
                let detail = format!("it breaks off behind {} bytes", pieces.len());
                return Err(Problem::new(Kind::Broken, detail));
            }
            Ok(Some(Ok(frame))) => frame,
        };
        // What follows a body in pieces are headers, which nobody needs.
        let Ok(piece) = frame.into_data() else { continue };
        if pieces.len().saturating_add(piece.len()) > most {
            return Err(Problem::new(Kind::TooLarge, format!("the body has more than {most} bytes")));
        }
        pieces.extend_from_slice(&piece);
    }
}
