//! A connection's bytes, with a time within which the other end has to send and to take them.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::config::Times;

/// How many requests have begun and ended on a connection; the one that answers counts, the stream looks.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    begun: AtomicU64,
    ended: AtomicU64,
}

/// A stream that fails when the other end is too slow.
///
/// Between requests it waits for the first byte as long as a connection may be idle, and from then on as long as the
/// head of a request may take. While a request is being answered whoever answers watches the time of its body.
#[derive(Debug)]
pub(crate) struct Watched<S> {
    stream: S,
    progress: Arc<Progress>,
    times: Times,
    /// How many requests had begun when the wait below began.
    seen: u64,
    /// Whether a part of the next head is here.
    has_head: bool,
    reading: Deadline,
    writing: Deadline,
    /// Why the stream failed, if it did.
    late: Option<Late>,
}

/// What did not come in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Late {
    /// The next request.
    Request,
    /// The rest of its head.
    Head,
    /// The other end's taking of an answer.
    Taking,
}

/// A moment until which something has to happen.
#[derive(Debug, Default)]
struct Deadline {
    /// Made once, moved from then on.
    sleep: Option<Pin<Box<Sleep>>>,
    is_set: bool,
}

impl Late {
    /// A word for the log.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Head => "head",
            Self::Taking => "taking",
        }
    }
}

impl Progress {
    pub(crate) fn begin(&self) {
        self.begun.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn end(&self) {
        self.ended.fetch_add(1, Ordering::Relaxed);
    }
}

impl Deadline {
    fn clear(&mut self) {
        self.is_set = false;
    }

    /// Sets the moment where none is set; ready when it has come.
    fn poll(&mut self, context: &mut Context<'_>, after: Duration) -> Poll<()> {
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + after)));
        if !self.is_set {
            sleep.as_mut().reset(Instant::now() + after);
            self.is_set = true;
        }
        sleep.as_mut().poll(context)
    }
}

impl<S> Watched<S> {
    pub(crate) fn new(stream: S, progress: Arc<Progress>, times: Times) -> Self {
        Self {
            stream,
            progress,
            times,
            seen: 0,
            has_head: false,
            reading: Deadline::default(),
            writing: Deadline::default(),
            late: None,
        }
    }

    /// Why the stream failed, if it was for the other end's slowness.
    pub(crate) const fn late(&self) -> Option<Late> {
        self.late
    }

    pub(crate) fn into_inner(self) -> S {
        self.stream
    }

    /// Fails if the next request, or the rest of its head, does not come in time.
    fn poll_request(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let begun = self.progress.begun.load(Ordering::Relaxed);
        if begun != self.seen {
            (self.seen, self.has_head) = (begun, false);
            self.reading.clear();
        }
        if begun != self.progress.ended.load(Ordering::Relaxed) {
            return Poll::Pending;
        }
        let (late, after) =
            if self.has_head { (Late::Head, self.times.read) } else { (Late::Request, self.times.idle) };
        match self.reading.poll(context, after) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => Poll::Ready(Err(self.fail(late))),
        }
    }

    fn fail(&mut self, late: Late) -> io::Error {
        self.late = Some(late);
        io::ErrorKind::TimedOut.into()
    }

    /// Fails if what waits to be taken is not taken in time.
    fn poll_taken<T>(&mut self, context: &mut Context<'_>, taken: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if taken.is_ready() {
            self.writing.clear();
            return taken;
        }
        match self.writing.poll(context, self.times.write) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => Poll::Ready(Err(self.fail(Late::Taking))),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        match Pin::new(&mut this.stream).poll_read(context, buffer) {
            Poll::Ready(result) => {
                let is_idle =
                    this.progress.begun.load(Ordering::Relaxed) == this.progress.ended.load(Ordering::Relaxed);
                if is_idle && !this.has_head && buffer.filled().len() > before {
                    this.has_head = true;
                    this.reading.clear();
                }
                Poll::Ready(result)
            }
            Poll::Pending => this.poll_request(context),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.poll_taken(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.poll_taken(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.poll_taken(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
