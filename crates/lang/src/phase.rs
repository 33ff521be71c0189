//! The moments of a request at which more of it becomes known.

use std::fmt;
use std::str::FromStr;

/// A moment in the life of a request, in order.
///
/// The names are those of the catalogs; the gateway steps behind them are listed in the catalog reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// The connection is accepted: addresses, ports and node facts.
    Connect,
    /// The handshake is done: server name, certificates, cipher.
    Tls,
    /// Request line and headers are read.
    RequestHeaders,
    /// The router has run: Route and Service, or none.
    Route,
    /// Plugins of the access step have run: the Consumer, or none.
    Authenticated,
    /// The request body is read.
    RequestBody,
    /// A target is chosen and the request sent to it.
    Upstream,
    /// The response's status and headers are known.
    ResponseHeaders,
    /// The response body is sent.
    ResponseBody,
    /// The last byte is out; all totals are final.
    Log,
}

impl Phase {
    /// Every phase, the earliest first.
    pub const ALL: &'static [Self] = &[
        Self::Connect,
        Self::Tls,
        Self::RequestHeaders,
        Self::Route,
        Self::Authenticated,
        Self::RequestBody,
        Self::Upstream,
        Self::ResponseHeaders,
        Self::ResponseBody,
        Self::Log,
    ];

    /// Its place in [`ALL`](Self::ALL).
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The name that catalogs and reports use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::RequestHeaders => "request_headers",
            Self::Route => "route",
            Self::Authenticated => "authenticated",
            Self::RequestBody => "request_body",
            Self::Upstream => "upstream",
            Self::ResponseHeaders => "response_headers",
            Self::ResponseBody => "response_body",
            Self::Log => "log",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of no phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownPhase;

impl fmt::Display for UnknownPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a phase of a request")
    }
}

impl std::error::Error for UnknownPhase {}

impl FromStr for Phase {
    type Err = UnknownPhase;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().find(|phase| phase.as_str() == name).copied().ok_or(UnknownPhase)
    }
}
