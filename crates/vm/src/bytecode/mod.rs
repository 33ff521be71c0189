//! Programs as bytes, for nodes that did not compile them.
//!
//! The form is described in `docs/bytecode.md`.
//! The same program has the same bytes, and bytes that are accepted are those that the program would be written to.
//! [`NodeProfile::load`] is the only way from bytes to a program: everything is verified before it runs, and what a
//! node does not know is refused by its name.
//!
//! ```
//! use tamis_lang::catalog::Catalog;
//! use tamis_types::analysis::{Options, analyze};
//! use tamis_vm::bytecode::{NodeProfile, Origin};
//! use tamis_vm::compile_phased;
//!
//! let kong = Catalog::shipped("kong").unwrap();
//! let rule = "http.response.status_code == 503";
//! let analysis = analyze(rule, &kong, &Options::default());
//! let program = compile_phased(analysis.rules()[0].checked().unwrap());
//! let bytes = program.program().to_bytes(&Origin::new(program.program(), &kong).with_source(rule));
//!
//! let loaded = NodeProfile::new(&kong).load(&bytes).unwrap();
//! assert_eq!(loaded.program.to_bytes(&loaded.origin), bytes);
//!
//! let otel = Catalog::shipped("otel").unwrap();
//! let refusals = NodeProfile::new(&otel).load(&bytes[..40]).unwrap_err();
//! assert_eq!(refusals[0].to_string(), "needs: the bytes end too early: expected 4 more, found 3");
//! ```

mod decode;
mod encode;
mod feature;
mod needs;
mod profile;
mod refusal;
pub(crate) mod wire;

use tamis_lang::catalog::Catalog;

use crate::program::Program;

pub use feature::{Feature, FeatureKind};
pub use profile::{LoadLimits, NodeProfile};
pub use refusal::{Place, Reason, Refusal};

/// The version of the bytecode that this release writes and reads, and up to which it knows every feature.
///
/// A program is written with the first version that has everything it needs.
pub const VERSION: u16 = 2;

/// The first bytes of a program.
pub const MAGIC: [u8; 8] = *b"\x89TAMIS\r\n";

/// What bytes say of a program beyond what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin {
    /// The fingerprint of the catalog that it was compiled with.
    pub catalog: u64,
    /// The most that it may cost, see [`Program::cost`].
    pub cost: u64,
    /// The text of the rule.
    pub source: Option<Box<str>>,
    /// The unit in which each field counts, by slot; empty where it has none.
    units: Box<[Box<str>]>,
}

/// A program that came from bytes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Loaded {
    /// The program.
    pub program: Program,
    /// What the bytes say beyond it.
    pub origin: Origin,
}

impl Origin {
    /// The origin of a program that was compiled with this catalog, without the text of its rule.
    #[must_use]
    pub fn new(program: &Program, catalog: &Catalog) -> Self {
        let unit = |id| catalog.field(id).and_then(|field| field.unit.as_ref()).map_or("", |unit| unit.ucum.as_str());
        Self {
            catalog: catalog.fingerprint(),
            cost: program.cost(),
            source: None,
            units: program.fields.iter().map(|field| unit(field.id).into()).collect(),
        }
    }

    /// The same with the text of the rule, to which the places of the conditions refer.
    #[must_use]
    pub fn with_source(self, source: &str) -> Self {
        Self { source: Some(source.into()), ..self }
    }
}

impl Program {
    /// The features that a node must have to run it.
    #[must_use]
    pub fn needs(&self) -> Vec<Feature> {
        needs::Needs::of(self).features().collect()
    }

    /// The program as bytes; the same program and origin always have the same ones.
    #[must_use]
    pub fn to_bytes(&self, origin: &Origin) -> Vec<u8> {
        encode::encode(self, origin)
    }
}
