//! The validator beside the nodes: it lets a node run a rule if and only if the machine of that node loads the program.
//!
//! Validator and node share the code that loads programs, so what they agree on could be wrong in both.
//! Which nodes a program needs is therefore found a second time here: from tables of this file that say which gateway has
//! a field and which bytecode has a part of the machine, and from the program as the compiler makes it, never as bytes.

use std::collections::BTreeMap;
use std::ops::{AddAssign, ControlFlow};
use std::sync::LazyLock;

use serde_json::json;
use tamis_lang::catalog::Catalog;
use tamis_lang::sampling::Randomness;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::Value;
use tamis_types::analysis::{Options, analyze};
use tamis_validator::{Outcome as Verdict, Report, Validator};
use tamis_vm::bytecode::{Feature, FeatureKind, NodeProfile, VERSION};
use tamis_vm::{Fact, Facts, FieldRef, Program, compile};

use super::Outcome;
use crate::generate::{self, CATALOG, Document, Request, Source};

/// The gateway versions of the fleet, from three before the newest to one after it.
const GATEWAYS: &[&str] = &["3.12", "3.13", "3.14", "3.15", "3.16"];
/// From which version on fields are there, with the place of the first gateway that has them; most are there from the
/// beginning.
const SINCE: &[(Option<&str>, usize)] = &[
    (None, 0),
    (Some("3.13"), 1),
    (None, 0),
    (Some("3.14"), 2),
    (None, 0),
    (Some("3.15"), 3),
    (None, 0),
    (None, 0),
    (Some("3.15.0.2"), 4),
    (None, 0),
    (Some("3.16"), 4),
];
/// The parts of the machine that came after the first bytecode.
const LATER: &[(FeatureKind, &str, u16)] =
    &[(FeatureKind::Function, "sample", 2), (FeatureKind::Operation, "sample", 2)];

/// The catalog of generated rules, with fields of several ages.
static AGED: LazyLock<Catalog> = LazyLock::new(|| {
    let mut fields = CATALOG.fields().to_vec();
    for (field, (since, _)) in fields.iter_mut().zip(SINCE.iter().cycle()) {
        field.since = since.map(str::to_owned);
    }
    // The names are those of a catalog, so they are unique.
    Catalog::from_fields(CATALOG.name(), fields).unwrap_or_else(|_| CATALOG.clone())
});

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| Validator::new(AGED.clone()));

/// What was looked at.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// How many programs were held against the nodes.
    pub programs: u64,
    /// How many texts have an error, so that there is no program.
    pub broken: u64,
    /// How many nodes run a rule.
    pub runs: u64,
    /// How many do not load it.
    pub refused: u64,
    /// How many verdicts of loaded programs were compared.
    pub verdicts: u64,
    /// How many programs each mix of missing things keeps from a node, and how many texts are kept from all nodes by each
    /// error that is the first in its text.
    pub reasons: BTreeMap<String, u64>,
}

impl AddAssign for Looked {
    fn add_assign(&mut self, other: Self) {
        self.programs += other.programs;
        self.broken += other.broken;
        self.runs += other.runs;
        self.refused += other.refused;
        self.verdicts += other.verdicts;
        for (reason, n) in other.reasons {
            *self.reasons.entry(reason).or_default() += n;
        }
    }
}

/// A node of the fleet.
struct Node {
    gateway: &'static str,
    bytecode: u16,
}

/// The least that a node must have to run a program.
struct Least {
    /// The place of its gateway in [`GATEWAYS`].
    gateway: usize,
    bytecode: u16,
}

impl Least {
    /// What a program needs, from the tables of this file.
    fn of(program: &Program) -> Self {
        let first = |id: usize| SINCE.get(id % SINCE.len()).map_or(0, |(_, place)| *place);
        let gateways = program.fields().iter().map(|field| first(usize::from(field.id.0)));
        // No name of a field and no literal of a generated rule has such a word.
        let listing = program.disassemble(None);
        let later = LATER.iter().filter(|(_, name, _)| listing.contains(name)).map(|(.., since)| *since);
        Self { gateway: gateways.max().unwrap_or(0), bytecode: later.max().unwrap_or(1) }
    }
}

/// Shares of the requests, which a part of the rules take and older machines do not know.
const SHARES: &[&str] = &["sample(0.1%)", "sample(1%)", "sample(50%)", "sample(1/3, by: header.x-a)", "sample(100%)"];

/// A request with a trace.
struct Traced<'r> {
    request: &'r Request,
    randomness: Randomness,
}

impl Facts for Traced<'_> {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        self.request.get(field)
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        self.request.each(field, visit);
    }

    fn randomness(&self) -> Randomness {
        self.randomness
    }
}

/// A validator lets nodes of several versions run a generated rule if and only if they have what it needs and load its
/// program, and what they load says what the rule says; a broken rule runs nowhere.
///
/// # Errors
///
/// The node and the rule.
pub fn validator_equals_nodes(document: &Document, source: &mut Source<'_>) -> Result<Looked, String> {
    let nodes: Vec<Node> = GATEWAYS
        .iter()
        .map(|gateway| Node { gateway, bytecode: 1 + u16::try_from(source.below(3)).unwrap_or(0) })
        .collect();
    let text = match source.below(4) {
        0 => format!("{} {} ({}\n)", source.word(SHARES), source.word(&["&&", "||"]), document.text),
        _ => document.text.clone(),
    };
    let report = report(&text, &nodes);
    let analysis = analyze(&text, &AGED, &Options::for_loading());
    let rule = match analysis.rules() {
        [rule] if rule.name.is_none() && analysis.is_valid() => rule.checked(),
        _ => None,
    };
    let Some(rule) = rule else { return nowhere(&report, &text) };
    let [program] = report.programs.as_slice() else { return Err(format!("no program\n{text}")) };
    let own = compile(rule);
    let least = Least::of(&own);
    let mut looked = Looked { programs: 1, ..Looked::default() };
    let request = generate::request(document, source);
    let request = Traced { request: &request, randomness: Randomness::new(source.long()) };
    for (number, (node, said)) in nodes.iter().zip(&report.nodes).enumerate() {
        let profile = NodeProfile::new(&AGED).with_gateway(node.gateway).at_version(node.bytecode);
        let loaded = profile.load(&program.bytes);
        let has_it = number >= least.gateway && node.bytecode >= least.bytecode;
        let is_told = report.findings.iter().any(|finding| finding.is_error() && finding.nodes.contains(&number));
        let is_let = said.outcome != Verdict::Refused;
        // What concerns all nodes may refuse what each of them could run: a rule that matches nothing.
        let is_stopped = report.findings.iter().any(|finding| finding.is_error() && finding.nodes.is_empty());
        let agree = loaded.is_ok() == has_it
            && is_told != has_it
            && is_let == (has_it && !is_stopped)
            && program.nodes.contains(&number) == is_let;
        if !agree {
            let Node { gateway, bytecode } = node;
            return Err(format!(
                "node {gateway}, bytecode {bytecode}: the validator says {}, the node loads: {}, it has what is needed: \
                 {has_it}\n{text}",
                said.outcome.as_str(),
                loaded.is_ok(),
            ));
        }
        match loaded {
            Ok(loaded) => {
                looked.runs += 1;
                same_verdict([&own, &loaded.program], &request, &text)?;
                looked.verdicts += 1;
            }
            Err(refusals) => {
                looked.refused += 1;
                let mut codes: Vec<&str> = refusals.iter().map(|refusal| refusal.reason.code()).collect();
                codes.sort_unstable();
                codes.dedup();
                *looked.reasons.entry(codes.join(" ")).or_default() += 1;
            }
        }
    }
    Ok(looked)
}

/// What this file knows of the machine is all that there is to know.
///
/// # Errors
///
/// The tables, where they differ from the machine's.
pub fn later_features_are_known() -> Outcome {
    let later: Vec<_> = Feature::all().filter(|it| it.since > 1).map(|it| (it.kind, it.name, it.since)).collect();
    if later == LATER { Ok(()) } else { Err(format!("`LATER` is {LATER:?}, and the machine has {later:?}")) }
}

/// The report on a session with one rule.
fn report(rule: &str, nodes: &[Node]) -> Report {
    let fleet: Vec<serde_json::Value> = nodes
        .iter()
        .enumerate()
        .map(|(number, node)| json!({ "name": format!("n{number}"), "version": node.gateway, "bytecode": node.bytecode }))
        .collect();
    VALIDATOR.validate_body(&json!({ "session": { "sampling_rule": rule }, "fleet": fleet }).to_string())
}

/// A broken rule: nothing runs, nothing is compiled, and an error says why.
fn nowhere(report: &Report, text: &str) -> Result<Looked, String> {
    let runs = report.nodes.iter().any(|node| node.outcome != Verdict::Refused || node.program.is_some());
    let is_told = report.findings.iter().any(|finding| finding.is_error() && finding.nodes.is_empty());
    if runs || !report.programs.is_empty() || !is_told || report.verdict != Verdict::Refused {
        return Err(format!("a broken rule is {}\n{text}", report.verdict.as_str()));
    }
    let mut looked = Looked { broken: 1, ..Looked::default() };
    for finding in report.findings.iter().filter(|finding| finding.is_error()).take(1) {
        looked.reasons.insert(finding.diagnostic.code.to_string(), 1);
    }
    Ok(looked)
}

/// A broken text runs on no node; a text that is not broken is none of its business.
///
/// # Errors
///
/// The text.
pub fn broken_runs_nowhere(text: &str) -> Result<Looked, String> {
    let analysis = analyze(text, &AGED, &Options::for_loading());
    if analysis.is_valid() {
        return Ok(Looked::default());
    }
    nowhere(&report(text, &[Node { gateway: "3.16", bytecode: VERSION }]), text)
}

/// A loaded program says of a request what the rule says.
fn same_verdict([own, loaded]: [&Program; 2], request: &Traced<'_>, text: &str) -> Outcome {
    let mut scratch = Scratch::default();
    let (expected, found) = (own.run(request, &mut scratch), loaded.run(request, &mut scratch));
    if expected == found {
        return Ok(());
    }
    Err(format!("expected {expected:?}, and the node says {found:?}\n{text}\n{}", request.request.describe()))
}
