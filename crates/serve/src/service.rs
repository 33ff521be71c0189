//! What every request is answered with; it never changes but for what is counted.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tamis::Catalog;
use tamis_validator::Validator;

use crate::config::Config;
use crate::gate::Gate;
use crate::metrics::Metrics;
use crate::openapi;
use crate::problem::{Kind, Problem};

/// A service, to be shared by all that answer for it.
#[derive(Clone, Debug)]
pub struct Service(Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) config: Config,
    /// The catalogs that requests may name, the one that is meant without a name first.
    catalogs: Vec<Catalog>,
    pub(crate) validator: Validator,
    pub(crate) gate: Gate,
    pub(crate) metrics: Metrics,
    /// The interface, as it is handed out.
    pub(crate) document: String,
    is_stopping: AtomicBool,
    n_requests: AtomicU64,
    /// What tells this service apart from others.
    nonce: u32,
}

/// The catalog that is meant where neither a request nor the configuration names one.
const DEFAULT: &str = "kong";

impl Service {
    /// A service that has answered nothing yet.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let default = config.catalogs.is_empty().then_some(DEFAULT);
        let shipped = default.into_iter().chain(Catalog::SHIPPED.iter().copied()).filter_map(Catalog::shipped);
        let mut catalogs: Vec<Catalog> = Vec::new();
        for catalog in config.catalogs.iter().cloned().chain(shipped) {
            if catalogs.iter().all(|known| known.name() != catalog.name()) {
                catalogs.push(catalog);
            }
        }
        let validator = Validator::new(catalogs.first().cloned().unwrap_or_else(empty));
        let names: Vec<&str> = catalogs.iter().map(Catalog::name).collect();
        let document = openapi::document(&names);
        Self(Arc::new(Inner {
            gate: Gate::new(&config.bounds),
            metrics: Metrics::default(),
            document,
            validator,
            is_stopping: AtomicBool::new(false),
            n_requests: AtomicU64::new(0),
            nonce: nonce(),
            catalogs,
            config,
        }))
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }
}

/// A catalog without fields.
#[expect(clippy::expect_used, reason = "a catalog is refused for a field of it, and here is none")]
fn empty() -> Catalog {
    Catalog::from_fields("", Vec::new()).expect("there is no field to complain about")
}

/// A number that another service hardly has.
fn nonce() -> u32 {
    let [a, b, c, d, ..] = RandomState::new().hash_one(0_u8).to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

impl Inner {
    /// Says from now on that it is stopping.
    pub(crate) fn stop(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }

    /// A name for a new request that no other one of this service has, and hardly one of another service.
    pub(crate) fn next_request(&self) -> String {
        let number = self.n_requests.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        format!("{:08x}{number:08x}", self.nonce)
    }

    /// The catalog of a name; without one, that of the configuration.
    pub(crate) fn catalog(&self, name: Option<&str>) -> Result<&Catalog, Problem> {
        let found = match name {
            None => self.catalogs.first(),
            Some(name) => self.catalogs.iter().find(|catalog| catalog.name() == name),
        };
        found.ok_or_else(|| {
            let names: Vec<&str> = self.catalogs.iter().map(Catalog::name).collect();
            let name = name.unwrap_or(DEFAULT);
            let detail = format!("there is no catalog `{name}`; the catalogs are {}", names.join(", "));
            Problem::new(Kind::WrongShape, detail)
        })
    }
}
