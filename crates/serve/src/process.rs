//! A service as a process: signals, logs, threads.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::panic;
use std::pin::pin;
use std::task::{Context, Poll};

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tracing::level_filters::LevelFilter;

use crate::config::Config;
use crate::server::{Ended, serve};
use crate::service::Service;

/// How much is written to the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// Defects.
    Error,
    /// Requests that the service could not answer, too.
    Warn,
    /// Every request, and beginning and end, too.
    #[default]
    Info,
    /// Every connection, too.
    Debug,
}

/// Serves on an address until the process is told to stop by SIGTERM or SIGINT; a second signal ends it at once.
///
/// `ready` is called with the address once connections are taken; the log is written to standard error, a JSON object a
/// line. The log and what is done about panics are set for the whole process.
///
/// # Errors
///
/// The address cannot be listened on, or the threads cannot be started.
pub fn run(config: Config, listen: SocketAddr, log: LogLevel, ready: impl FnOnce(SocketAddr)) -> io::Result<()> {
    start_log(log);
    let workers = config.bounds.workers.max(1);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(workers)
        .thread_name("tamis-worker")
        .build()?;
    let service = Service::new(config);
    let ended = runtime.block_on(async {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let mut signals = Signals::new()?;
        ready(address);
        tracing::info!(%address, workers, version = env!("CARGO_PKG_VERSION"), "listening");
        let (stop, stopped) = oneshot::channel::<()>();
        let mut stop = Some(stop);
        let mut served = pin!(serve(listener, &service, async { drop(stopped.await) }));
        let ended = poll_fn(|context| {
            while signals.poll(context).is_ready() {
                // Dropping it tells the service; who is told twice has no more patience.
                match stop.take() {
                    Some(stop) => drop(stop),
                    None => return Poll::Ready(None),
                }
                tracing::info!("stopping");
            }
            served.as_mut().poll(context).map(Some)
        });
        Ok::<Option<Ended>, io::Error>(ended.await)
    })?;
    match ended {
        Some(Ended { cut: 0 }) => tracing::info!("stopped"),
        Some(Ended { cut }) => tracing::warn!(cut, "stopped, and connections were cut"),
        None => tracing::warn!("stopped at once"),
    }
    // Work that cannot be broken off must not keep the process.
    runtime.shutdown_background();
    Ok(())
}

/// The signals that tell a process to stop.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        match self.terminate.poll_recv(context) {
            Poll::Ready(_) => Poll::Ready(()),
            Poll::Pending => self.interrupt.poll_recv(context).map(|_| ()),
        }
    }
}

/// The signals that tell a process to stop.
#[cfg(not(unix))]
struct Signals(std::pin::Pin<Box<dyn Future<Output = io::Result<()>> + Send>>);

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self(Box::pin(tokio::signal::ctrl_c())))
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Poll::Ready(_) = self.0.as_mut().poll(context) else { return Poll::Pending };
        self.0 = Box::pin(tokio::signal::ctrl_c());
        Poll::Ready(())
    }
}

/// Writes events to standard error, and of a panic only the place: its message may quote a rule.
fn start_log(level: LogLevel) {
    let level = match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let log = tracing_subscriber::fmt().json().flatten_event(true).with_target(false).with_current_span(false);
    let log = log.with_span_list(false).with_max_level(level).with_writer(io::stderr);
    // Whoever has set up a log already keeps it.
    let _ = tracing::subscriber::set_global_default(log.finish());
    panic::set_hook(Box::new(|panicked| {
        let place = panicked.location().map(ToString::to_string);
        tracing::error!(place, "a request ended in a panic");
    }));
}
