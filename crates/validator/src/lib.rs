//! Whether a debug session can start, and what it will do.
//!
//! A session names its nodes, its rule, its duration, its cap and what it captures.
//! [`Validator::validate`] holds that against the fleet, the entities of the control plane and recorded traffic, and
//! answers with a [`Report`]: per rule and per node *runs*, *runs with a warning* or *refused*, with every reason at its
//! place in the documents.
//!
//! ```
//! use tamis::Catalog;
//! use tamis_embedded::{Document, Syntax};
//! use tamis_validator::{Outcome, Part, Request, Validator};
//!
//! let validator = Validator::new(Catalog::shipped("kong").ok_or("not a shipped catalog")?);
//! let session = Document::read("sampling_rule: http.response.status_code == 503\nduration: 1h\n", Syntax::Yaml);
//! let request = Request { session: Part::of("session.yaml", &session), fleet: None, entities: None, traffic: &[] };
//! let report = validator.validate(&request);
//! assert_eq!(report.verdict, Outcome::Refused);
//! assert_eq!(report.findings[0].diagnostic.message, "a session lasts 10 s to 30 min, and this is 1 h");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod body;
mod entities;
mod finding;
mod fleet;
mod junit;
mod knowledge;
pub mod limits;
mod links;
mod machine;
mod markdown;
mod nodes;
mod predict;
mod reading;
mod report;
mod rule;
mod session;
mod validate;
mod version;
mod wire;

pub use body::Context;
pub use entities::{Entities, Entity, Plugin};
pub use finding::{FileId, Finding, Related};
pub use fleet::{FleetNode, NodeKind};
pub use junit::to_junit;
pub use markdown::to_markdown;
pub use predict::Traffic;
pub use reading::Spanned;
pub use report::{Asked, File, NodeReport, Outcome, Predicted, ProgramReport, Report, RuleReport, Sampling};
pub use session::{Basic, Capture, EntityKind, Session};
pub use validate::{Part, Request, Validator};
pub use version::Version;
pub use wire::{SCHEMA, VERSION, to_json};
