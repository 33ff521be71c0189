//! How a service is set up.

use std::time::Duration;

use tamis::Catalog;

/// How a service is set up.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Catalogs beside the shipped ones, by their own names; the first is meant where a request names none.
    ///
    /// Without any, `kong` is meant.
    pub catalogs: Vec<Catalog>,
    /// How much may be asked for at once.
    pub bounds: Bounds,
    /// How long things may take.
    pub times: Times,
}

/// How much may be asked for at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of a request's body.
    pub body: usize,
    /// Connections; whoever comes after them is told that the service is busy.
    pub connections: usize,
    /// Requests that are worked on or wait for a worker; whoever comes after them is told that the service is busy.
    pub requests: usize,
    /// Requests that are worked on at once, each by a thread.
    pub workers: usize,
}

/// How long things may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    /// For the head of a request to arrive, and again for its body.
    pub read: Duration,
    /// From the end of a request's body to its answer.
    pub work: Duration,
    /// Until a client takes the next piece of an answer.
    pub write: Duration,
    /// Between two requests of a connection.
    pub idle: Duration,
    /// For what is being answered when the service is told to stop.
    pub stop: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { body: 1 << 20, connections: 1024, requests: 256, workers: 1 }
    }
}

impl Default for Times {
    fn default() -> Self {
        Self {
            read: Duration::from_secs(10),
            work: Duration::from_secs(5),
            write: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            stop: Duration::from_secs(10),
        }
    }
}
