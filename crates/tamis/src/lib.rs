//! Sampling rules: a line of text says which requests to capture, and a program compiled from it decides, request by
//! request, without ever failing.
//!
//! Three steps lead from text to verdict, each with one type:
//!
//! - [`analyze`] reads a text and gives an [`Analysis`]: every diagnostic in one pass, and the rules that are fine;
//! - [`compile`] turns such a rule into a [`Program`];
//! - [`Program::run`] asks *your* request type, through the trait [`Facts`], and answers a [`Verdict`].
//!
//! # Example
//!
//! The request below belongs to somebody else's gateway. Two methods of [`Facts`] are all that it takes to run rules on
//! it; most requests need only the first.
//!
//! ```
//! use std::net::IpAddr;
//! use tamis::{Catalog, Fact, Facts, FieldRef, Options, Scratch, Value, Verdict};
//!
//! struct Request {
//!     method: &'static str,
//!     client: IpAddr,
//!     status: Option<u16>,
//! }
//!
//! impl Facts for Request {
//!     fn get(&self, field: &FieldRef) -> Fact<'_> {
//!         match &*field.name {
//!             "http.request.method" => Fact::One(Value::String(self.method.as_bytes())),
//!             "client.address" => Fact::One(Value::Ip(self.client)),
//!             "http.response.status_code" => self.status.map(|status| Value::Int(status.into())).into(),
//!             _ => Fact::Absent,
//!         }
//!     }
//! }
//!
//! let catalog = Catalog::shipped("kong").ok_or("not a shipped catalog")?;
//! let text = r#"http.response.status_code >= 500 && client.address in 10.0.0.0/8"#;
//! let analysis = tamis::analyze(text, &catalog, &Options::default());
//! let rule = analysis.rules().first().and_then(|rule| rule.checked()).ok_or("the rule has an error")?;
//!
//! let program = tamis::compile(rule);
//! let mut scratch = Scratch::default();
//! let mut request = Request { method: "GET", client: "10.1.2.3".parse()?, status: Some(503) };
//! assert_eq!(program.run(&request, &mut scratch), Verdict::Match);
//! request.status = None;
//! assert_eq!(program.run(&request, &mut scratch), Verdict::NoMatch);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # When a rule is wrong
//!
//! A [`Diagnostic`] has a stable code, the bytes that are wrong, and edits that mend them. It is data: nothing in this
//! crate prints.
//!
//! ```
//! use tamis::{Catalog, Options};
//!
//! let catalog = Catalog::shipped("kong").ok_or("not a shipped catalog")?;
//! let text = "http.response.status_code = 503";
//! let analysis = tamis::analyze(text, &catalog, &Options::default());
//! let found = &analysis.diagnostics[0];
//! assert_eq!(found.code.as_str(), "T108");
//! assert_eq!(found.span.slice(text), "=");
//! assert_eq!(found.fixes[0].apply(text), "http.response.status_code == 503");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Guarantees
//!
//! - **Evaluation is total.** Its result is a verdict, never an error. An absent value, a value of the wrong type, a
//!   division by zero have a written meaning each.
//! - **It allocates nothing** once the [`Scratch`] memory has grown to what a rule needs; keep one for each thread.
//! - **It is bounded.** A program only jumps forward, and regular expressions take linear time.
//! - **Nothing panics**, whatever the text, the catalog, the recording or the request; nothing recurses on depth that
//!   somebody else controls.
//! - **Text is untrusted.** [`Limits`] bound its length, nesting, conditions, sets and patterns before any work is done
//!   that grows with them. Reaching a limit is a diagnostic.
//! - **What is checked runs.** [`compile`] cannot fail and takes only a [`CheckedRule`], which only [`analyze`] makes.
//! - **No I/O.** This crate opens no file, reads no clock and no environment, and keeps no global state.
//!
//! # What else there is
//!
//! - [`Catalog`]: the fields that rules may name. Four are shipped; others are loaded from JSON or put together from
//!   the records in [`catalog`].
//! - [`format()`](crate::format): a text in its one layout.
//! - [`diagnostic`]: the parts of a diagnostic, every code, and how to apply fixes.
//! - [`builtin`]: a record for each operator and function, with documentation and examples.
//! - [`dialect`]: rules in the language of Kong's gateway, and back.
//! - `compat`, with the feature of that name: the Rust interface of atc-router.
//! - [`reason`]: why a request matches or does not, the smallest change that flips a verdict, and how two rules differ.
//! - [`set`]: rules by the thousand, asked together.
//! - [`traffic`]: recorded requests (OTLP/JSON, HAR, JSON lines) as [`Facts`].

pub use tamis_lang::catalog::Catalog;
pub use tamis_lang::diagnostic::Diagnostic;
pub use tamis_lang::edition::{Edition, UnknownEdition};
pub use tamis_lang::limits::Limits;
pub use tamis_lang::phase::Phase;
pub use tamis_lang::scratch::Scratch;
pub use tamis_lang::ty::Ty;
pub use tamis_lang::value::{Constant, Value};
pub use tamis_syntax::format;
pub use tamis_types::analysis::{Analysis, CheckedRule, Options, Rule, analyze};
pub use tamis_types::phases::{Moments, Phases};
pub use tamis_vm::set;
pub use tamis_vm::{
    Evaluation, Fact, Facts, FieldRef, PhasedProgram, Program, Verdict, Weight, compile, compile_phased,
};

/// Programs as bytes: what compiles once and runs on many nodes.
///
/// ```
/// use tamis::bytecode::{NodeProfile, Origin};
/// use tamis::{Catalog, Options};
///
/// let catalog = Catalog::shipped("kong").ok_or("not a shipped catalog")?;
/// let analysis = tamis::analyze("http.response.status_code == 503", &catalog, &Options::default());
/// let rule = analysis.rules().first().and_then(|rule| rule.checked()).ok_or("the rule has an error")?;
/// let program = tamis::compile_phased(rule);
/// let bytes = program.program().to_bytes(&Origin::new(program.program(), &catalog));
/// assert!(NodeProfile::new(&catalog).load(&bytes).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub mod bytecode {
    pub use tamis_vm::bytecode::{
        Feature, FeatureKind, LoadLimits, Loaded, MAGIC, NodeProfile, Origin, Place, Reason, Refusal, VERSION,
    };
    pub use tamis_vm::cost::{MOST_COMBINATIONS, MOST_VALUES, TEXT_BYTES};
}

/// What is said about a rule, in parts.
///
/// A [`Diagnostic`] points at bytes; [`LineIndex`](diagnostic::LineIndex) turns them into lines.
///
/// ```
/// use tamis::diagnostic::{Code, Severity};
///
/// assert_eq!("T301".parse(), Ok(Code::UnknownField));
/// assert_eq!(Code::UnknownField.severity(), Severity::Error);
/// ```
pub mod diagnostic {
    pub use tamis_lang::code::{Code, UnknownCode};
    pub use tamis_lang::diagnostic::{Applicability, Edit, Fix, Label, Severity, apply_edits};
    pub use tamis_lang::nearest::nearest;
    pub use tamis_lang::span::{LineIndex, Span};
}

/// The records of fields, and what a name in a rule stands for.
///
/// ```
/// use tamis::Catalog;
/// use tamis::catalog::{Presence, Resolution};
///
/// let kong = Catalog::shipped("kong").ok_or("not a shipped catalog")?;
/// let Resolution::Field { field, .. } = kong.resolve("http.response.status_code", None) else { unreachable!() };
/// assert_eq!(field.presence, Presence::Always);
/// assert_eq!(kong.suggest("http.respose.status_code", 1)[0].name, "http.response.status_code");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub mod catalog {
    pub use tamis_lang::catalog::{
        AbsentWhere, Alias, AllowedValue, AllowedValues, Deprecation, Field, FieldId, FieldUnit, KnownKey, Presence,
        Resolution, Separator, Shape, Suggestion, Via,
    };
    pub use tamis_lang::phase::{Phase, UnknownPhase};
    pub use tamis_lang::unit::Dimension;
}

/// Shares of the requests: thresholds, the randomness of a request, and the header that carries both.
///
/// ```
/// use tamis::sampling::{Randomness, Threshold};
///
/// let hundredth = Threshold::of(1, 100).ok_or("not a probability")?;
/// assert_eq!(hundredth.to_string(), "fd70a");
/// assert!(hundredth.keeps(Randomness::MAX));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub mod sampling {
    pub use tamis_lang::sampling::{BadRandomness, BadThreshold, Randomness, Threshold, TraceState, trace_of_parent};
}

/// Operators and functions: a record for each, from which the whole language derives.
///
/// ```
/// let all = tamis::builtin::BUILTINS;
/// let starts_with = all.iter().find(|it| it.name == "^=").ok_or("no such operator")?;
/// assert_eq!(starts_with.dialects.cel, Some("startsWith"));
/// assert!(!starts_with.examples.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub mod builtin {
    pub use tamis_lang::builtin::{
        Absent, BUILTINS, Builtin, Cost, Dialects, Eval, Example, Form, Operand, Outcome, Power, Signature, Special,
    };
}

/// The interfaces of other rule engines, so that a program changes an import; with the feature `compat`.
#[cfg(feature = "compat")]
pub mod compat {
    pub use tamis_compat::atc;
}

/// Rules in other languages: exact, or refused with a span.
///
/// ```
/// use tamis::Catalog;
/// use tamis::dialect::{ConvertOptions, Dialect, convert};
///
/// let router = Catalog::shipped("kong-router").ok_or("not a shipped catalog")?;
/// let options = ConvertOptions::between(Dialect::Atc, Dialect::Tamis);
/// let converted = convert(r#"net.dst.port == 010 || http.path ^= "/v1""#, &router, &options);
/// assert_eq!(converted.text.as_deref(), Some(r#"net.dst.port == 8 || http.path ^= "/v1""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub mod dialect {
    pub use tamis_dialects::{Conversion, ConvertOptions, ConvertedRule, Dialect, UnknownDialect, Values, convert};
}

/// Why a request matches or does not, and how two rules differ.
///
/// ```
/// use tamis::reason::{Flip, explain};
/// use tamis::traffic::{FactSet, facts_from_json};
/// use tamis::{Catalog, Options};
///
/// let catalog = Catalog::shipped("kong").ok_or("not a shipped catalog")?;
/// let analysis = tamis::analyze("http.response.status_code == 503", &catalog, &Options::default());
/// let rule = analysis.rules().first().and_then(|rule| rule.checked()).ok_or("the rule has an error")?;
/// let (raw, _) = facts_from_json(r#"{"http.response.status_code": 502}"#);
/// let (facts, _) = FactSet::bind(&raw, &catalog);
///
/// let Flip::Change(change) = explain(&catalog, rule, &facts).flip else { unreachable!() };
/// assert_eq!(change.fields[0].from.values[0].to_string(), "502");
/// assert_eq!(change.fields[0].to.values[0].to_string(), "503");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub mod reason {
    pub use tamis_vm::reason::{
        Change, Comparison, Connective, Explained, Explanation, FieldChange, FieldValues, Flip, Found, KnownFacts,
        Relation, compare, explain, matching, missing,
    };
}

/// Recorded requests: read from bytes, then typed by a catalog, so that rules run on them.
///
/// ```
/// use tamis::traffic::{FactSet, Format, read};
/// use tamis::{Catalog, Options, Scratch, Verdict};
///
/// let catalog = Catalog::shipped("kong").ok_or("not a shipped catalog")?;
/// let analysis = tamis::analyze(r#"http.request.method == "GET""#, &catalog, &Options::default());
/// let rule = analysis.rules().first().and_then(|rule| rule.checked()).ok_or("the rule has an error")?;
/// let program = tamis::compile(rule);
///
/// let recording = read(br#"{"http.request.method": "GET"}"#, Format::Auto);
/// let (facts, problems) = FactSet::bind(&recording.requests[0].facts, &catalog);
/// assert!(problems.is_empty());
/// assert_eq!(program.run(&facts, &mut Scratch::default()), Verdict::Match);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`replay`](traffic::replay) tells what a session would capture of them, how early and at which cost:
///
/// ```
/// use tamis::traffic::{Format, Observed, ReplayOptions, read, replay};
/// use tamis::{Catalog, Options, Phase};
///
/// let catalog = Catalog::shipped("kong").ok_or("not a shipped catalog")?;
/// let rule = r#"http.request.method == "POST" && http.response.status_code == 503"#;
/// let analysis = tamis::analyze(rule, &catalog, &Options::default());
/// let rule = analysis.rules().first().and_then(|rule| rule.checked()).ok_or("the rule has an error")?;
/// let recording = read(br#"{"http.request.method": "GET"}"#, Format::Auto);
/// let observed: Vec<Observed> = recording.requests.iter().map(|request| Observed::of(request, &catalog).0).collect();
/// let prediction = replay(&tamis::compile_phased(rule), &observed, &ReplayOptions::default());
/// assert_eq!((prediction.phases[0].phase, prediction.phases[0].dropped), (Phase::RequestHeaders, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub mod traffic {
    pub use tamis_traffic::{
        Decided, FactProblem, FactProblemKind, FactSet, Format, Full, Mapping, Observed, PartFacts, Place, Prediction,
        Problem, ProblemKind, RawFacts, RawValue, Recording, ReplayOptions, Request, UnknownFormat, facts_from_json,
        read, read_with, replay, trace_of,
    };
}

/// The page about rule sets, whose examples run.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/rule-sets.md")]
pub struct RuleSetsPage;
