//! The run-time side of sampling rules: what a gateway needs beside its own traffic.
//!
//! A [`Node`] holds the sessions, each a rule with its limits, and swaps them as a whole while requests run.
//! Each thread has a [`Worker`]; each request a [`Tracked`], which advances phase by phase and answers
//! [`Answer::Drop`], [`Answer::Keep`] or [`Answer::NotYet`].
//! Limits hold in the node: a session captures exactly as many requests as it may, on however many threads, and one that
//! was stopped captures nothing more.
//!
//! This crate does no I/O and reads no clock: the time is an argument, as nanoseconds of any clock that does not go back.
//! Nothing is allocated for a request that is dropped at its headers, once the memory of the thread is warm.
//!
//! ```
//! use http::{HeaderMap, Request};
//! use tamis_gateway::{
//!     Answer, Exchange, Limits, Node, Observations, Observed, RequestHead, Session, Source, TraceContext,
//! };
//! use tamis_lang::catalog::Catalog;
//! use tamis_lang::phase::Phase;
//! use tamis_types::analysis::{Options, analyze};
//!
//! let node = Node::new(Catalog::shipped("kong").unwrap());
//! let rule = r#"http.request.method == "POST" && http.response.status_code >= 500"#;
//! let analysis = analyze(rule, node.catalog(), &Options::default());
//! let checked = analysis.rules()[0].checked().unwrap();
//! node.replace(vec![Session::new("failing orders", rule, checked, Limits { max_samples: 1, duration: None })], 0);
//!
//! let mut worker = node.worker();
//! let mut ask = |method: &str, status: i64| {
//!     let request = Request::builder().method(method).uri("/v1/orders").body(()).unwrap();
//!     let context = TraceContext::read(request.headers(), || 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736);
//!     let mut observations = Observations::default();
//!     let mut tracked = node.begin(&mut worker).unwrap();
//!
//!     let head = RequestHead::from(&request);
//!     let known = Exchange::new(node.vocabulary(), head, &observations, context.randomness());
//!     if tracked.advance(&mut worker, Phase::RequestHeaders, &known, 0) == Answer::Drop {
//!         tracked.discard(&mut worker);
//!         return "dropped at its headers";
//!     }
//!     observations.set(Source::Status, Observed::Int(status));
//!     let response = HeaderMap::new();
//!     let known = Exchange::new(node.vocabulary(), head, &observations, context.randomness());
//!     let known = known.with_response(&response).at(Phase::Log);
//!     match tracked.finish(&mut worker, &known, 0) {
//!         Some(_) => "captured",
//!         None => "dropped at its end",
//!     }
//! };
//! assert_eq!(ask("GET", 503), "dropped at its headers");
//! assert_eq!(ask("POST", 200), "dropped at its end");
//! assert_eq!(ask("POST", 503), "captured");
//! assert_eq!(ask("POST", 503), "dropped at its end"); // The session was full.
//! ```

mod context;
mod engine;
mod exchange;
mod metrics;
mod node;
mod observations;
mod query;
mod redact;
mod session;
mod source;
mod tracked;

pub use context::{TRACE_PARENT, TRACE_STATE, TraceContext};
pub use exchange::{Exchange, Later, RequestHead, header_bytes};
pub use metrics::metrics;
pub use node::{Node, Worker};
pub use observations::{Connection, Identity, Observations, Observed};
pub use redact::{MASK, Redaction};
pub use session::{Counts, Limits, Session, SessionState};
pub use source::{Entry, Source, Vocabulary};
pub use tracked::{Answer, Capture, Tracked};

/// A moment: nanoseconds since any moment that the gateway chose, of a clock that never goes back.
pub type Moment = u64;
