//! Captures as lines of OTLP/JSON, which `tamis match` reads.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use opentelemetry_proto::tonic::logs::v1::LogsData;
use opentelemetry_proto::tonic::trace::v1::TracesData;
use serde::Serialize;

use super::{Captured, Sent};

/// A file to which captures are appended, and one for their logs.
pub(super) struct File {
    traces: PathBuf,
    logs: PathBuf,
}

impl File {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { logs: path.with_extension("logs.jsonl"), traces: path }
    }

    /// Appends a batch; each line is written whole or not at all.
    pub(super) fn write(&self, batch: &[Captured]) -> Sent {
        let traces = batch.iter().map(|captured| TracesData { resource_spans: vec![captured.spans.clone()] });
        let logs = batch.iter().filter_map(|captured| captured.logs.clone());
        let logs = logs.map(|logs| LogsData { resource_logs: vec![logs] });
        let written = append(&self.traces, traces).and_then(|()| append(&self.logs, logs));
        match written {
            Ok(()) => Sent::Done { rejected: 0 },
            Err(error) => Sent::Never(format!("`{}`: {error}", self.traces.display())),
        }
    }
}

fn append<T: Serialize>(path: &Path, documents: impl Iterator<Item = T>) -> std::io::Result<()> {
    let mut lines = Vec::new();
    for document in documents {
        serde_json::to_writer(&mut lines, &document)?;
        lines.push(b'\n');
    }
    if lines.is_empty() {
        return Ok(());
    }
    OpenOptions::new().create(true).append(true).open(path)?.write_all(&lines)
}
