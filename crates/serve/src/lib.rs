//! Tamis as an HTTP service: checks, completes, explains and formats rules for whoever has no Rust.
//!
//! [`serve`] answers on a listener until it is told to stop; [`run`] does that for a process, with its signals and logs.
//! [`router`] is the same service without a network.
//!
//! ```
//! use axum::body::Body;
//! use axum::http::Request;
//! use tamis_serve::{Config, Service, router};
//! use tower::ServiceExt as _;
//!
//! let service = Service::new(Config::default());
//! let health = Request::get("/healthz").body(Body::empty())?;
//! let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! let response = runtime.block_on(router(&service).oneshot(health))?;
//! assert_eq!(response.status(), 200);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Nothing is kept from one request to the next, so any number of services may stand behind a balancer.
//! A connection is read and written on one thread; whatever takes more than a moment is done by workers, so that the
//! health of a service that is busy can be asked for.
//! Logs hold no text of a request, only what kind it was and how it ended.
//! `docs/serve.md` describes the interface, the limits and the metrics.

mod answers;
mod body;
mod config;
mod connection;
mod gate;
mod media;
mod metrics;
mod observe;
mod openapi;
mod problem;
mod process;
mod request;
mod routes;
mod server;
mod service;
mod stream;

pub use config::{Bounds, Config, Times};
pub use process::{LogLevel, run};
pub use routes::{ROUTES, Route, router};
pub use server::{Ended, serve};
pub use service::Service;
