//! Recorded requests as facts for the Tamis language.
//!
//! [`read`] takes the bytes of a recording (OTLP/JSON traces, HAR 1.2 or JSON lines of facts) and gives back its
//! requests, each with its [`RawFacts`]: names and untyped values, independent of any catalog.
//! [`FactSet::bind`] then types the facts of one request by a catalog, once, and reports what did not fit.
//!
//! Nothing here opens a file, and nothing fails as a whole: a record that cannot be read is a [`Problem`] with its
//! place and its reason, and the others are kept.
//!
//! ```
//! use tamis_traffic::{read, Format};
//!
//! let recording = read(br#"{"http.request.method": "GET", "url.path": "/v1/orders"}"#, Format::Auto);
//! assert_eq!(recording.requests.len(), 1);
//! assert_eq!(recording.requests[0].label(), "GET /v1/orders");
//! assert!(recording.problems.is_empty());
//! ```
//!
//! The tables of what is read from where are in `docs/traffic.md`.

mod attribute;
mod bind;
mod clock;
mod coerce;
mod derive;
mod facts;
mod format;
mod har;
mod json;
mod mapping;
mod otlp;
mod raw;
mod recording;
mod replay;
mod trace;
pub mod url;

pub use bind::{FactProblem, FactSet};
pub use coerce::FactProblemKind;
pub use facts::facts_from_json;
pub use format::{Format, UnknownFormat, read, read_with};
pub use mapping::{Mapping, trace_of};
pub use raw::{PartFacts, RawFacts, RawValue};
pub use recording::{Place, Problem, ProblemKind, Recording, Request};
pub use replay::{Decided, Full, Observed, Prediction, ReplayOptions, replay};
