//! What `tamis batch` keeps from line to line: catalogs, and rules that were checked and compiled.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use serde::Deserialize;
use serde_json::value::RawValue;
use tamis::catalog::Field;
use tamis::{Analysis, Catalog, Edition, Options, PhasedProgram, Program, Ty, analyze, compile, compile_phased};

use crate::catalogs;

/// More catalogs than this are forgotten and made anew.
const CATALOGS: usize = 256;
/// More bytes of rule text than this are forgotten and compiled anew.
const RULE_BYTES: usize = 1 << 20;

/// A rule text with everything that is known about it.
pub(crate) struct Prepared {
    /// Whether there is no error in it.
    pub(crate) valid: bool,
    /// The diagnostics as JSON.
    pub(crate) diagnostics: Box<RawValue>,
    /// Its rules by name.
    pub(crate) rules: Vec<(Option<String>, Program)>,
    /// What its names mean.
    pub(crate) vocabulary: Rc<Vocabulary>,
    analysis: Analysis,
    /// The rules once more, once they were to be decided phase by phase.
    phased: OnceCell<Vec<PhasedProgram>>,
}

impl Prepared {
    /// A rule to be decided phase by phase.
    pub(crate) fn phased(&self, place: usize) -> Option<&PhasedProgram> {
        let compile = || self.analysis.rules().iter().filter_map(|rule| rule.checked()).map(compile_phased).collect();
        self.phased.get_or_init(compile).get(place)
    }
}

/// A catalog in the two forms that are needed.
pub(crate) struct Vocabulary {
    /// What rules are checked with.
    rules: Catalog,
    /// What facts are typed by; see [`catalogs::roomy`].
    pub(crate) facts: Catalog,
}

/// Catalogs and rules by their texts.
pub(crate) struct Cache {
    default: Rc<Vocabulary>,
    catalogs: HashMap<Box<str>, (u64, Rc<Vocabulary>)>,
    next_catalog: u64,
    rules: HashMap<Key, Rc<Prepared>>,
    rule_bytes: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    catalog: u64,
    edition: Edition,
    rule: Box<str>,
}

/// The catalog that is meant where a line names none.
const DEFAULT: u64 = 0;

impl Cache {
    /// A cache that knows one catalog.
    pub(crate) fn new(default: Catalog) -> Self {
        Self {
            default: Rc::new(Vocabulary::new(default)),
            catalogs: HashMap::new(),
            next_catalog: DEFAULT + 1,
            rules: HashMap::new(),
            rule_bytes: 0,
        }
    }

    /// A rule, checked and compiled; the error says what is wrong with the catalog.
    pub(crate) fn prepare(
        &mut self,
        rule: &str,
        edition: Edition,
        catalog: Option<&RawValue>,
    ) -> Result<Rc<Prepared>, String> {
        let (number, catalog) = match catalog {
            None => (DEFAULT, Rc::clone(&self.default)),
            Some(catalog) => self.catalog(catalog.get())?,
        };
        let key = Key { catalog: number, edition, rule: rule.into() };
        if let Some(prepared) = self.rules.get(&key) {
            return Ok(Rc::clone(prepared));
        }
        if self.rule_bytes > RULE_BYTES {
            self.rules.clear();
            self.rule_bytes = 0;
        }
        self.rule_bytes += rule.len();
        let prepared = Rc::new(prepare(rule, edition, catalog)?);
        self.rules.insert(key, Rc::clone(&prepared));
        Ok(prepared)
    }

    /// The catalog that a JSON text names or describes, with its number.
    fn catalog(&mut self, text: &str) -> Result<(u64, Rc<Vocabulary>), String> {
        if let Some((number, catalog)) = self.catalogs.get(text) {
            return Ok((*number, Rc::clone(catalog)));
        }
        if self.catalogs.len() >= CATALOGS {
            self.catalogs.clear();
        }
        let catalog = Rc::new(Vocabulary::new(read_catalog(text)?));
        let number = self.next_catalog;
        self.next_catalog += 1;
        self.catalogs.insert(text.into(), (number, Rc::clone(&catalog)));
        Ok((number, catalog))
    }
}

impl Vocabulary {
    fn new(catalog: Catalog) -> Self {
        Self { facts: catalogs::roomy(&catalog), rules: catalog }
    }
}

fn prepare(rule: &str, edition: Edition, vocabulary: Rc<Vocabulary>) -> Result<Prepared, String> {
    let analysis = analyze(rule, &vocabulary.rules, &Options { edition, ..Options::default() });
    let diagnostics = serde_json::value::to_raw_value(&tamis_wire::diagnostics(&analysis.diagnostics))
        .map_err(|error| error.to_string())?;
    let rules = analysis.rules().iter().filter_map(|rule| Some((rule.name.clone(), compile(rule.checked()?))));
    let rules = rules.collect();
    Ok(Prepared { valid: analysis.is_valid(), diagnostics, rules, vocabulary, analysis, phased: OnceCell::new() })
}

/// A catalog in a question: the name of a shipped one, or names and types.
#[derive(Deserialize)]
#[serde(untagged, expecting = "`catalog` is neither a name nor {\"fields\": {NAME: TYPE}}")]
enum Described {
    Named(String),
    Fields { fields: BTreeMap<String, String> },
}

fn read_catalog(text: &str) -> Result<Catalog, String> {
    match serde_json::from_str(text).map_err(|error: serde_json::Error| error.to_string())? {
        Described::Named(name) => Catalog::shipped(&name)
            .ok_or_else(|| format!("there is no catalog `{name}`; the catalogs are {}", Catalog::SHIPPED.join(", "))),
        Described::Fields { fields } => {
            let fields: Result<Vec<Field>, String> = fields.iter().map(|(name, ty)| field(name, ty)).collect();
            Catalog::from_fields("batch", fields?).map_err(|name| format!("the catalog has `{name}` twice"))
        }
    }
}

/// A field of which only name and type are known.
fn field(name: &str, ty: &str) -> Result<Field, String> {
    let (list, element) = ty.strip_suffix("[]").map_or((false, ty), |element| (true, element));
    let ty = match element {
        "String" => Some(Ty::String),
        "Int" => Some(Ty::Int),
        "IpAddr" => Some(Ty::Ip),
        "IpCidr" => Some(Ty::Network),
        _ => element.parse().ok(),
    };
    let Some(ty) = ty else {
        let types: Vec<&str> = Ty::ALL.iter().map(|ty| ty.as_str()).collect();
        return Err(format!("`{element}` is not a type; the types are {}", types.join(", ")));
    };
    let field = Field::bare(name, ty);
    Ok(if list { field.with_several_values() } else { field })
}
