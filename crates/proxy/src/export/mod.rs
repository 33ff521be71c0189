//! Captured requests on their way out: bounded queues, one thread, counted losses.

mod file;
mod otlp;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use opentelemetry_proto::tonic::logs::v1::ResourceLogs;
use opentelemetry_proto::tonic::trace::v1::ResourceSpans;
use prost::Message;
use tokio::sync::mpsc;

/// Captures that wait at most, in each queue.
const MAX_WAITING: usize = 4_096;
/// Bytes of captures that wait at most, in each queue.
const MAX_BYTES: usize = 64 * 1_024 * 1_024;
/// Captures that leave together.
const MAX_BATCH: usize = 256;
/// How often a batch is tried.
const TRIES: u32 = 5;
/// The pause after the first failure; it doubles.
const PAUSE: Duration = Duration::from_millis(200);

/// Where captures go.
#[derive(Clone, Debug)]
pub(crate) enum Destination {
    /// A file of OTLP/JSON lines; logs go into a second file beside it.
    File(PathBuf),
    /// An OTLP receiver over HTTP.
    Http(String),
    /// An OTLP receiver over gRPC.
    Grpc(String),
}

/// One captured request.
#[derive(Clone)]
pub(crate) struct Captured {
    pub(crate) spans: ResourceSpans,
    pub(crate) logs: Option<ResourceLogs>,
}

impl Captured {
    fn len(&self) -> usize {
        self.spans.encoded_len() + self.logs.as_ref().map_or(0, Message::encoded_len)
    }
}

/// The counters of one destination.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) exported: AtomicU64,
    /// Captures for which there was no room.
    pub(crate) overflowed: AtomicU64,
    /// Captures that the receiver did not take.
    pub(crate) failed: AtomicU64,
    /// Captures that the receiver took and said it threw away.
    pub(crate) rejected: AtomicU64,
    pub(crate) waiting_bytes: AtomicUsize,
}

/// The queue to one destination.
pub(crate) struct Queue {
    sender: mpsc::Sender<Captured>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) name: String,
}

/// All queues.
pub(crate) struct Exporter {
    pub(crate) queues: Vec<Queue>,
}

impl Exporter {
    /// Starts a task for each destination on the current runtime.
    pub(crate) fn start(destinations: &[Destination]) -> Self {
        let start = |destination: &Destination| {
            let (sender, receiver) = mpsc::channel(MAX_WAITING);
            let counters = Arc::new(Counters::default());
            let name = match destination {
                Destination::File(path) => path.display().to_string(),
                Destination::Http(address) => address.clone(),
                Destination::Grpc(address) => address.replacen("http", "grpc", 1),
            };
            tokio::spawn(run(destination.clone(), receiver, Arc::clone(&counters)));
            Queue { sender, counters, name }
        };
        Self { queues: destinations.iter().map(start).collect() }
    }

    /// Hands a capture over; where there is no room it is lost, and counted.
    pub(crate) fn send(&self, captured: &Captured) {
        for queue in &self.queues {
            let len = captured.len();
            let waiting = queue.counters.waiting_bytes.fetch_add(len, Ordering::Relaxed);
            if waiting + len > MAX_BYTES || queue.sender.try_send(captured.clone()).is_err() {
                queue.counters.waiting_bytes.fetch_sub(len, Ordering::Relaxed);
                queue.counters.overflowed.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Waits until nothing is on its way, or the time is over.
    pub(crate) async fn flush(&self, at_most: Duration) {
        let is_empty = || self.queues.iter().all(|queue| queue.counters.waiting_bytes.load(Ordering::Relaxed) == 0);
        let wait = async {
            while !is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        // What is not out by then is lost with the process.
        let _ = tokio::time::timeout(at_most, wait).await;
    }
}

/// What became of a batch.
pub(super) enum Sent {
    /// It is there; so many spans were refused.
    Done { rejected: u64 },
    /// It may work later.
    Later(String),
    /// It will never work.
    Never(String),
}

/// Something that takes batches.
enum Client {
    File(file::File),
    Otlp(Box<otlp::Client>),
}

async fn run(destination: Destination, mut receiver: mpsc::Receiver<Captured>, counters: Arc<Counters>) {
    let mut client = match destination {
        Destination::File(path) => Client::File(file::File::new(path)),
        Destination::Http(address) => Client::Otlp(Box::new(otlp::Client::http(&address))),
        Destination::Grpc(address) => Client::Otlp(Box::new(otlp::Client::grpc(&address))),
    };
    let mut batch = Vec::with_capacity(MAX_BATCH);
    while receiver.recv_many(&mut batch, MAX_BATCH).await > 0 {
        let bytes: usize = batch.iter().map(Captured::len).sum();
        let n = batch.len() as u64;
        deliver(&mut client, &batch, n, &counters).await;
        counters.waiting_bytes.fetch_sub(bytes, Ordering::Relaxed);
        batch.clear();
    }
}

/// Tries a batch until it is there or hopeless.
async fn deliver(client: &mut Client, batch: &[Captured], n: u64, counters: &Counters) {
    let mut pause = PAUSE;
    for attempt in 1..=TRIES {
        let sent = match client {
            Client::File(file) => file.write(batch),
            Client::Otlp(client) => client.send(batch).await,
        };
        match sent {
            Sent::Done { rejected } => {
                counters.exported.fetch_add(n, Ordering::Relaxed);
                counters.rejected.fetch_add(rejected, Ordering::Relaxed);
                return;
            }
            Sent::Later(reason) if attempt < TRIES => {
                crate::complain(format_args!("export: {reason}; trying again in {} ms", pause.as_millis()));
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            Sent::Later(reason) | Sent::Never(reason) => {
                crate::complain(format_args!("export: {reason}; {n} captures are lost"));
                counters.failed.fetch_add(n, Ordering::Relaxed);
                return;
            }
        }
    }
}
