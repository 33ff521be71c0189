//! From a listener to connections, until it is time to stop.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::connection;
use crate::routes::router;
use crate::service::Service;

/// How long to wait when no connection can be taken, for instance because there are too many open files.
const BREATH: Duration = Duration::from_millis(50);

/// Connections that are being told that there are too many of them.
const TURNED_AWAY: usize = 64;

/// How a service ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Connections that were cut, because they were not done when the time was over.
    pub cut: usize,
}

/// Answers on a listener until `stop`; then no connection is taken any more, and those that are there end with the
/// request that they are at.
///
/// Runs within a Tokio runtime that has time and I/O.
pub async fn serve(listener: TcpListener, service: &Service, stop: impl Future<Output = ()>) -> Ended {
    let most = service.inner().config.bounds.connections.clamp(1, Semaphore::MAX_PERMITS);
    let most = u32::try_from(most).unwrap_or(u32::MAX);
    let places = Arc::new(Semaphore::new(most as usize));
    let away = Arc::new(Semaphore::new(TURNED_AWAY));
    let (tell, told) = watch::channel(());
    let router = router(service);
    let mut stop = pin!(stop);
    while let Some(taken) = next(&listener, &mut stop).await {
        let stream = match taken {
            Ok(stream) => stream,
            Err(error) if is_of_one(&error) => continue,
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                sleep(BREATH).await;
                continue;
            }
        };
        // An answer leaves at once; where that cannot be asked for, it leaves a little later.
        let _ = stream.set_nodelay(true);
        if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
            let (service, router, mut told) = (service.clone(), router.clone(), told.clone());
            // The sender goes away when the service stops.
            let stopped = async move { while told.changed().await.is_ok() {} };
            drop(tokio::spawn(hold(place, async move {
                connection::converse(stream, &service, router, stopped).await;
            })));
        } else {
            service.inner().metrics.connections_refused.fetch_add(1, Ordering::Relaxed);
            if let Ok(place) = Arc::clone(&away).try_acquire_owned() {
                drop(tokio::spawn(hold(place, connection::turn_away(stream))));
            }
        }
    }
    service.inner().stop();
    drop((listener, tell));
    let all_done = timeout(service.inner().config.times.stop, places.acquire_many(most)).await;
    let cut = if all_done.is_ok() { 0 } else { (most as usize).saturating_sub(places.available_permits()) };
    Ended { cut }
}

/// Does something, and frees its place when it is done.
async fn hold(place: OwnedSemaphorePermit, what: impl Future<Output = ()>) {
    what.await;
    drop(place);
}

/// The next connection, or none when it is time to stop.
async fn next(listener: &TcpListener, stop: &mut (impl Future<Output = ()> + Unpin)) -> Option<io::Result<TcpStream>> {
    poll_fn(|context| {
        if std::pin::Pin::new(&mut *stop).poll(context).is_ready() {
            return Poll::Ready(None);
        }
        listener.poll_accept(context).map(|taken| Some(taken.map(|(stream, _)| stream)))
    })
    .await
}

/// Whether an error concerns the connection that would have been the next, and no other.
fn is_of_one(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
