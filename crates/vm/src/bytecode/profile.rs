//! What a node is, as far as it matters to programs.

use std::collections::BTreeSet;

use tamis_lang::catalog::{Catalog, Resolution, Via};
use tamis_lang::limits::Limits;

use super::feature::Feature;
use super::refusal::{Place, Reason, Refusal};
use super::{Loaded, Origin, VERSION, decode};
use crate::facts::FieldRef;
use crate::program::Program;

/// A node that is to run programs: its catalog, the release of its gateway, and which features its machine has.
///
/// A validator makes one for each kind of node that it knows of and asks each whether it would load a program.
///
/// ```
/// use tamis_lang::catalog::Catalog;
/// use tamis_types::analysis::{Options, analyze};
/// use tamis_vm::bytecode::NodeProfile;
/// use tamis_vm::compile;
///
/// let kong = Catalog::shipped("kong").unwrap();
/// let analysis = analyze("sample(10%)", &kong, &Options::default());
/// let program = compile(analysis.rules()[0].checked().unwrap());
/// assert!(NodeProfile::new(&kong).check(&program, &kong).is_ok());
/// let old = NodeProfile::new(&kong).at_version(1);
/// let refusals = old.check(&program, &kong).unwrap_err();
/// assert_eq!(refusals[0].reason.code(), "too-new");
/// assert_eq!(
///     refusals[1].to_string(),
///     "needs: the node does not have the operation `sample`, which came with bytecode version 2"
/// );
/// ```
#[derive(Clone, Debug)]
pub struct NodeProfile<'c> {
    catalog: &'c Catalog,
    gateway: Option<Release>,
    version: u16,
    lacks: BTreeSet<Feature>,
    limits: LoadLimits,
}

/// How large a program may be that a node loads.
///
/// The defaults take every rule that the default [`Limits`] let pass, in any edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadLimits {
    /// Bytes of a program.
    pub bytes: usize,
    /// Instructions.
    pub instructions: u32,
    /// Steps of all comparisons together.
    pub steps: u32,
    /// Quantifiers within quantifiers.
    pub quantifiers: u32,
    /// Elements of one set.
    pub set_members: u32,
    /// Bytes of one compiled regular expression.
    pub regex_bytes: u32,
    /// Bytes of all compiled regular expressions together.
    pub rule_regex_bytes: u32,
    /// The cost of one evaluation, see [`Program::cost`].
    pub cost: u64,
}

impl Default for LoadLimits {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            bytes: 64 << 20,
            instructions: 1 << 16,
            steps: 1 << 20,
            quantifiers: Limits::MAX_NESTING,
            set_members: limits.set_members,
            regex_bytes: limits.atc_regex_bytes,
            rule_regex_bytes: limits.atc_rule_regex_bytes,
            cost: u64::MAX,
        }
    }
}

impl<'c> NodeProfile<'c> {
    /// A node of this release with a catalog and the default limits.
    #[must_use]
    pub fn new(catalog: &'c Catalog) -> Self {
        Self { catalog, gateway: None, version: VERSION, lacks: BTreeSet::new(), limits: LoadLimits::default() }
    }

    /// The same with the machine of another version of the bytecode.
    ///
    /// An older one lacks what came later; a newer one has everything that this release knows.
    #[must_use]
    pub fn at_version(mut self, version: u16) -> Self {
        self.version = version;
        self
    }

    /// The same without one feature.
    #[must_use]
    pub fn without(mut self, feature: Feature) -> Self {
        self.lacks.insert(feature);
        self
    }

    /// The same with a gateway of this release, such as `3.11`: it lacks the fields that its catalog dates later.
    ///
    /// A text that is no release lacks none.
    #[must_use]
    pub fn with_gateway(mut self, release: &str) -> Self {
        self.gateway = Release::parse(release);
        self
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: LoadLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The catalog.
    #[must_use]
    pub const fn catalog(&self) -> &'c Catalog {
        self.catalog
    }

    /// The version of the bytecode.
    #[must_use]
    pub const fn version(&self) -> u16 {
        self.version
    }

    /// The limits.
    #[must_use]
    pub const fn limits(&self) -> &LoadLimits {
        &self.limits
    }

    /// Whether it has a feature.
    #[must_use]
    pub fn has(&self, feature: &Feature) -> bool {
        feature.since <= self.version && !self.lacks.contains(feature)
    }

    /// Loads a program from anywhere: decodes it, verifies it, and looks up its fields.
    ///
    /// # Errors
    ///
    /// Every reason that does not follow from another one; there is at least one.
    /// Nothing is ever left out of a program to make it load.
    pub fn load(&self, bytes: &[u8]) -> Result<Loaded, Vec<Refusal>> {
        decode::decode(bytes, self)
    }

    /// Whether the node would load a program that was compiled with a catalog.
    ///
    /// The answer is that of [`load`](NodeProfile::load) for the bytes of the program.
    ///
    /// # Errors
    ///
    /// As of `load`.
    pub fn check(&self, program: &Program, catalog: &Catalog) -> Result<(), Vec<Refusal>> {
        self.load(&program.to_bytes(&Origin::new(program, catalog))).map(drop)
    }

    /// The field of the node that a row of a program's table stands for; `catalog` is the fingerprint of the catalog
    /// that the program was compiled with.
    pub(super) fn field(&self, name: &str, row: &FieldRef, unit: &str, catalog: u64) -> Result<FieldRef, Vec<Refusal>> {
        let refusal = |reason| Refusal { place: Place::Field(row.slot), reason };
        let found = self.catalog.resolve(name, row.key.as_deref());
        let found = match found {
            Resolution::Field { id, field, key, via: Via::Name } => Some((id, field, key)),
            // The editions of atc-router let a rule ask for keys that the family does not take. That must have been
            // this very family: a key that only another catalog takes would be absent here for ever.
            Resolution::BadKey { id, key } if self.catalog.fingerprint() == catalog => {
                let field = self.catalog.field(id).filter(|field| field.normalised_key(&key) == key);
                field.map(|field| (id, field, Some(key)))
            }
            _ => None,
        };
        let Some((id, field, key)) = found.filter(|(.., key)| key.as_deref() == row.key.as_deref()) else {
            return Err(vec![refusal(Reason::UnknownField { name: row.name.to_string() })]);
        };
        let own = FieldRef::of_catalog(row.slot, (id, field), key.as_deref());
        let name = || own.name.to_string();
        let mut refusals = Vec::new();
        let since = field.since.as_deref().and_then(Release::parse);
        if let (Some(since), Some(gateway)) = (since, &self.gateway)
            && since > *gateway
        {
            let (since, found) = (since.text, gateway.text.clone());
            refusals.push(refusal(Reason::FieldTooNew { name: name(), since, found }));
        }
        let own_unit = field.unit.as_ref().map_or("", |unit| unit.ucum.as_str());
        let differing = [
            ("type", own.ty.to_string(), row.ty.to_string()),
            ("unit", format!("`{own_unit}`"), format!("`{unit}`")),
            ("phase", own.phase.to_string(), row.phase.to_string()),
            ("number of values", number(own.many), number(row.many)),
            ("presence", presence(own.optional), presence(row.optional)),
            ("growth", growth(own.monotone), growth(row.monotone)),
        ];
        for (what, expected, found) in differing {
            if expected != found {
                refusals.push(refusal(Reason::FieldDiffers { name: name(), what, expected, found }));
            }
        }
        if refusals.is_empty() { Ok(own) } else { Err(refusals) }
    }
}

fn number(many: bool) -> String {
    if many { "several" } else { "one" }.into()
}

fn presence(optional: bool) -> String {
    if optional { "optional" } else { "always" }.into()
}

fn growth(monotone: bool) -> String {
    if monotone { "grows" } else { "fixed" }.into()
}

/// A release of a gateway, ordered by its numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Release {
    numbers: Vec<u32>,
    text: String,
}

impl Release {
    fn parse(text: &str) -> Option<Self> {
        let numbers: Option<Vec<u32>> = text.split('.').map(|number| number.parse().ok()).collect();
        let mut numbers = numbers?;
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        Some(Self { numbers, text: text.to_owned() })
    }
}
