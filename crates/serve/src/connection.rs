//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;
use tower_service::Service as _;

use crate::problem::{Kind, Problem};
use crate::service::Service;
use crate::stream::{Late, Progress, Watched};

/// Bytes of the head of a request.
const HEAD: usize = 16 << 10;

/// How long, and how many bytes of, what nobody wants is read at the end of a connection.
///
/// Closing earlier would take back an answer that the other end has not read yet, because it is still sending.
const LAST_WORDS: (Duration, u64) = (Duration::from_secs(1), 8 << 20);

/// Answers the requests of a connection until it ends, or until `stop` and the end of the request that is there then.
pub(crate) async fn converse<S>(stream: S, service: &Service, router: Router, stop: impl Future<Output = ()>)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let _counted = service.inner().metrics.connections.count();
    let progress = Arc::new(Progress::default());
    let watched = Watched::new(stream, Arc::clone(&progress), service.inner().config.times.clone());
    let answer = service_fn(move |request: Request<Incoming>| {
        let (progress, answer) = (Arc::clone(&progress), router.clone().call(request));
        progress.begin();
        let answered = async move {
            let response = answer.await;
            progress.end();
            response
        };
        Box::pin(answered) as Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>
    });
    let mut connection =
        http1::Builder::new().max_header_size(HEAD).half_close(true).serve_connection(TokioIo::new(watched), answer);
    let mut stop = pin!(stop);
    let mut is_told = false;
    let ended = poll_fn(|context| {
        if !is_told && stop.as_mut().poll(context).is_ready() {
            is_told = true;
            Pin::new(&mut connection).graceful_shutdown();
        }
        connection.poll_without_shutdown(context)
    });
    let ended = ended.await;
    let watched = connection.into_parts().io.into_inner();
    let late = watched.late();
    if let Some(late) = late {
        service.inner().metrics.connections_too_slow.fetch_add(u64::from(late != Late::Request), Ordering::Relaxed);
    }
    tracing::debug!(late = late.map(Late::name), error = ended.err().map(|_| "protocol"), "closed");
    take_leave(watched.into_inner(), late, service).await;
}

/// Says why, where that is not known, and lets the other end finish.
async fn take_leave<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, late: Option<Late>, service: &Service) {
    let (most, bytes) = LAST_WORDS;
    // Whatever fails here fails because the other end is gone.
    let leave = async {
        if late == Some(Late::Head) {
            let seconds = service.inner().config.times.read.as_secs_f64();
            let detail = format!("the head of the request did not arrive within {seconds} s");
            let _ = stream.write_all(&Problem::new(Kind::TooSlow, detail).to_bytes()).await;
        }
        let _ = stream.shutdown().await;
        let mut rest = stream.take(bytes);
        let _ = tokio::io::copy(&mut rest, &mut tokio::io::sink()).await;
    };
    let _ = timeout(most, leave).await;
}

/// Tells a connection that it is one too many.
pub(crate) async fn turn_away<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) {
    let problem = Problem::new(Kind::Busy, "there are as many connections as there may be");
    // Whatever fails here fails because the other end is gone.
    let leave = async {
        let _ = stream.write_all(&problem.to_bytes()).await;
        let _ = stream.shutdown().await;
        let _ = stream.read(&mut [0; 1024]).await;
    };
    let _ = timeout(LAST_WORDS.0, leave).await;
}
