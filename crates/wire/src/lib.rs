//! What the shells of Tamis hand out: JSON shapes, and the pages of the codes.
//!
//! The command line and the HTTP service print the same bytes because both print these types.
//! The types of the language are not serialised themselves, so that they can change without changing a shape.
//! Every shape is described in `docs/cli.md`; members may be added within a version.
//!
//! ```
//! use tamis::{Catalog, Options, analyze};
//! use tamis_wire::{CheckedText, Findings};
//!
//! let kong = Catalog::shipped("kong").ok_or("not a shipped catalog")?;
//! let text = "http.response.status_code = 503";
//! let analysis = analyze(text, &kong, &Options::default());
//! let checked = [CheckedText { name: "rule", analysis: &analysis }];
//! let json = Findings::of(&checked, &[], false).to_json();
//! assert!(json.contains(r#""code": "T108""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod checked;
mod diagnostic;
mod pages;
mod phases;
mod reason;

pub use checked::{CheckedText, Findings, Summary};
pub use diagnostic::{Diagnostic, Edit, Span, applicability, diagnostics};
pub use pages::page;
pub use phases::Phases;
pub use reason::{Reason, Reasons, constant};
