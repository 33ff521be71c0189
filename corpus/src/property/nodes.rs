//! The validator beside the nodes: it lets a node run a rule if and only if the machine of that node loads the program.

use std::sync::LazyLock;

use serde_json::json;
use tamis_lang::catalog::Catalog;
use tamis_lang::scratch::Scratch;
use tamis_types::analysis::{Options, analyze};
use tamis_validator::{Outcome as Verdict, Report, Validator};
use tamis_vm::bytecode::{NodeProfile, VERSION};
use tamis_vm::{Program, compile};

use super::Outcome;
use crate::generate::{self, CATALOG, Document, Source};

/// The gateway versions of the fleet, from three before the newest to one after it.
const GATEWAYS: &[&str] = &["3.12", "3.13", "3.14", "3.15", "3.16"];
/// From which version on fields are there; most are there from the beginning.
const SINCE: &[Option<&str>] =
    &[None, Some("3.13"), None, Some("3.14"), None, Some("3.15"), None, None, Some("3.15.0.2"), None, Some("3.16")];

/// The catalog of generated rules, with fields of several ages.
static AGED: LazyLock<Catalog> = LazyLock::new(|| {
    let mut fields = CATALOG.fields().to_vec();
    for (field, since) in fields.iter_mut().zip(SINCE.iter().cycle()) {
        field.since = since.map(str::to_owned);
    }
    // The names are those of a catalog, so they are unique.
    Catalog::from_fields(CATALOG.name(), fields).unwrap_or_else(|_| CATALOG.clone())
});

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| Validator::new(AGED.clone()));

/// What was looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Looked {
    /// How many nodes run the rule.
    pub runs: usize,
    /// How many do not load it.
    pub refused: usize,
    /// How many verdicts of loaded programs were compared.
    pub verdicts: usize,
}

/// A node of the fleet.
struct Node {
    gateway: &'static str,
    bytecode: u16,
}

/// A validator lets nodes of several versions run a generated rule if and only if they load its program, and what they
/// load says what the rule says; a broken rule runs nowhere.
///
/// # Errors
///
/// The node and the rule.
pub fn validator_equals_nodes(document: &Document, source: &mut Source<'_>) -> Result<Looked, String> {
    let nodes: Vec<Node> = GATEWAYS
        .iter()
        .map(|gateway| Node { gateway, bytecode: 1 + u16::try_from(source.below(3)).unwrap_or(0) })
        .collect();
    let report = report(&document.text, &nodes);
    let analysis = analyze(&document.text, &AGED, &Options::for_loading());
    let rule = match analysis.rules() {
        [rule] if rule.name.is_none() && analysis.is_valid() => rule.checked(),
        _ => None,
    };
    let Some(rule) = rule else { return nowhere(&report, &document.text).map(|()| Looked::default()) };
    let [program] = report.programs.as_slice() else { return Err(format!("no program\n{}", document.text)) };
    let own = compile(rule);
    let mut looked = Looked::default();
    for (number, (node, said)) in nodes.iter().zip(&report.nodes).enumerate() {
        let profile = NodeProfile::new(&AGED).with_gateway(node.gateway).at_version(node.bytecode);
        let loaded = profile.load(&program.bytes);
        let is_told = report.findings.iter().any(|finding| finding.is_error() && finding.nodes.contains(&number));
        if is_told == loaded.is_ok() || (said.outcome != Verdict::Refused && loaded.is_err()) {
            let Node { gateway, bytecode } = node;
            return Err(format!(
                "node {gateway}, bytecode {bytecode}: the validator says {}, and the node loads: {}\n{}",
                said.outcome.as_str(),
                loaded.is_ok(),
                document.text
            ));
        }
        match loaded {
            Ok(loaded) => {
                looked.runs += 1;
                same_verdict(&own, &loaded.program, document, source)?;
                looked.verdicts += 1;
            }
            Err(_) => looked.refused += 1,
        }
    }
    Ok(looked)
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
fn nowhere(report: &Report, text: &str) -> Outcome {
    let runs = report.nodes.iter().any(|node| node.outcome != Verdict::Refused || node.program.is_some());
    let is_told = report.findings.iter().any(|finding| finding.is_error() && finding.nodes.is_empty());
    if runs || !report.programs.is_empty() || !is_told || report.verdict != Verdict::Refused {
        return Err(format!("a broken rule is {}\n{text}", report.verdict.as_str()));
    }
    Ok(())
}

/// A broken text runs on no node; a text that is not broken is none of its business.
///
/// # Errors
///
/// The text.
pub fn broken_runs_nowhere(text: &str) -> Outcome {
    let analysis = analyze(text, &AGED, &Options::for_loading());
    if analysis.is_valid() {
        return Ok(());
    }
    nowhere(&report(text, &[Node { gateway: "3.16", bytecode: VERSION }]), text)
}

/// A loaded program says of a request what the rule says.
fn same_verdict(own: &Program, loaded: &Program, document: &Document, source: &mut Source<'_>) -> Outcome {
    let request = generate::request(document, source);
    let mut scratch = Scratch::default();
    let (expected, found) = (own.run(&request, &mut scratch), loaded.run(&request, &mut scratch));
    if expected == found {
        return Ok(());
    }
    Err(format!("expected {expected:?}, and the node says {found:?}\n{}\n{}", document.text, request.describe()))
}
