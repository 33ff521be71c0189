//! From bytes to a program, part by part.
//!
//! Nothing here trusts a number: tables are read row by row, and what refers to another table is verified when all of
//! them are there.

use std::collections::HashMap;
use std::net::IpAddr;

use memchr::memmem::Finder;
use tamis_lang::catalog::FieldId;
use tamis_lang::phase::Phase;
use tamis_lang::prepared::{Element, Pattern, PatternBudget, PatternRefusal, Prepared, Set};
use tamis_lang::sampling::Threshold;
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_types::hir::Mode;
use tamis_types::phases::Moments;

use super::encode::NOTHING;
use super::feature::{Feature, FeatureKind};
use super::needs::Needs;
use super::profile::{LoadLimits, NodeProfile};
use super::refusal::{Place, Reason, Refusal};
use super::wire::{Reader, Wire, count};
use super::{Loaded, MAGIC, Origin};
use crate::facts::FieldRef;
use crate::op::{Action, Instruction, Op, PreparedRef, Sign, Target};
use crate::program::Program;
use crate::run::quick::Quick;
use crate::verify;
use crate::verify::steps::Shape;

/// A part of the bytes, with the place for what is wrong in it.
trait In<T> {
    fn within(self, place: Place) -> Result<T, Vec<Refusal>>;
}

impl<T> In<T> for Result<T, Reason> {
    fn within(self, place: Place) -> Result<T, Vec<Refusal>> {
        self.map_err(|reason| vec![Refusal { place, reason }])
    }
}

/// What stands before the tables.
struct Header {
    version: u16,
    catalog: u64,
    cost: u64,
}

/// The unit of each field.
type Units = Vec<Box<str>>;

/// Reads and verifies a program for a node.
pub(super) fn decode(bytes: &[u8], node: &NodeProfile<'_>) -> Result<Loaded, Vec<Refusal>> {
    let limits = node.limits();
    if bytes.len() > limits.bytes {
        return Err(Reason::TooLong { limit: limits.bytes, found: bytes.len() }).within(Place::Header);
    }
    let mut input = Reader::new(bytes);
    let header = header(&mut input).within(Place::Header)?;
    needs(&mut input, &header, node)?;
    let (fields, units) = fields(&mut input, header.catalog, node)?;
    let moments = moments(&mut input).within(Place::Phases)?;
    let text = input.text().within(Place::Texts)?.into();
    let finders =
        rows(&mut input, 4, Place::Needle, |input, _| input.text().map(|needle| Finder::new(needle).into_owned()))?;
    let prepared = all_prepared(&mut input, limits)?;
    let constants = rows(&mut input, 3, Place::Constant, |input, _| constant(input))?;
    let comparisons = comparisons(&mut input, limits)?;
    let entry = Target::read(&mut input).within(Place::Entry)?;
    let instructions = rows(&mut input, 10, Place::Instruction, |input, _| instruction(input))?;
    let spans = rows(&mut input, 8, |_| Place::SourceMap, |input, _| Span::read(input))?;
    let source = source(&mut input).within(Place::Source)?;
    if input.left() > 0 {
        return Err(Reason::Trailing { found: input.left() }).within(Place::End);
    }

    let mut program = Program {
        entry,
        instructions: instructions.into(),
        spans: spans.into(),
        fields: fields.into(),
        text,
        finders: finders.into(),
        prepared: prepared.into(),
        constants: constants.into(),
        comparisons: Box::default(),
        fuel: 0,
        quick: Quick::default(),
    };
    // The shapes of comparisons follow from their steps and from the tables.
    verify::comparisons(&mut program, comparisons)?;
    verify::verify(&program, limits)?;
    let program = program.prepare();
    source_map(&program, source.as_deref())?;
    declared(&program, &header, &input.needs, &moments, limits)?;
    let origin = Origin { catalog: header.catalog, cost: header.cost, source, units: units.into() };
    Ok(Loaded { program, origin })
}

fn header(input: &mut Reader<'_>) -> Result<Header, Reason> {
    if input.take(MAGIC.len()).ok() != Some(&MAGIC) {
        return Err(Reason::NotBytecode {});
    }
    let (version, catalog, cost) = (u16::read(input)?, u64::read(input)?, u64::read(input)?);
    Ok(Header { version, catalog, cost })
}

/// Reads the names of what the program needs; everything that the node lacks is told at once.
fn needs(input: &mut Reader<'_>, header: &Header, node: &NodeProfile<'_>) -> Result<(), Vec<Refusal>> {
    let mut refusals = Vec::new();
    if header.version > node.version() {
        let reason = Reason::TooNew { found: header.version, supported: node.version() };
        refusals.push(Refusal { place: Place::Header, reason });
    }
    let mut needs = Needs::default();
    let mut refuse = |reason| refusals.push(Refusal { place: Place::Needs, reason });
    for kind in FeatureKind::ALL {
        let n_names = input.count(4).within(Place::Needs)?;
        let mut before: Option<&str> = None;
        for _ in 0..n_names {
            let name = input.utf8().within(Place::Needs)?;
            if let Some(before) = before.filter(|before| *before >= name) {
                let reason = Reason::Unsorted { before: before.to_owned(), name: name.to_owned() };
                return Err(reason).within(Place::Needs);
            }
            before = Some(name);
            match Feature::find(*kind, name) {
                Some(feature) if node.has(&feature) && needs.add(feature) => {}
                Some(Feature { kind, name, since }) => refuse(Reason::Unsupported { kind, name, since }),
                None => refuse(Reason::UnknownName { kind: *kind, name: name.to_owned() }),
            }
        }
    }
    input.needs = needs;
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

/// Reads the fields and looks up each in the node's catalog; everything that differs is told at once.
fn fields(
    input: &mut Reader<'_>,
    catalog: u64,
    node: &NodeProfile<'_>,
) -> Result<(Vec<FieldRef>, Units), Vec<Refusal>> {
    let n_fields = input.count(16).within(Place::Field(0))?;
    let (mut fields, mut units, mut refusals) = (Vec::<FieldRef>::new(), Vec::new(), Vec::new());
    let mut seen = HashMap::new();
    for slot in (0..).take(n_fields) {
        let place = Place::Field(slot);
        let (name, row, unit) = field(input, slot).within(place)?;
        if seen.insert((name, row.key.clone()), slot).is_some() {
            return Err(Reason::FieldTwice { name: row.name.into() }).within(place);
        }
        match node.field(name, &row, unit, catalog) {
            Ok(own) => fields.push(own),
            Err(more) => refusals.extend(more),
        }
        units.push(unit.into());
    }
    if refusals.is_empty() { Ok((fields, units)) } else { Err(refusals) }
}

/// A row of the table of fields: the name, the row, the unit.
fn field<'b>(input: &mut Reader<'b>, slot: u32) -> Result<(&'b str, FieldRef, &'b str), Reason> {
    let (name, unit) = (input.utf8()?, input.utf8()?);
    let key = if bool::read(input)? { Some(input.utf8()?.into()) } else { None };
    let row = FieldRef {
        slot,
        id: FieldId(0),
        name: key.as_ref().map_or_else(|| name.into(), |key| format!("{name}.{key}").into()),
        key,
        ty: Wire::read(input)?,
        phase: Wire::read(input)?,
        many: bool::read(input)?,
        optional: bool::read(input)?,
        monotone: bool::read(input)?,
        sensitive: false,
    };
    Ok((name, row, unit))
}

fn moments(input: &mut Reader<'_>) -> Result<Moments, Reason> {
    let moment = |input: &mut Reader<'_>| if bool::read(input)? { Wire::read(input).map(Some) } else { Ok(None) };
    Ok(Moments {
        drop: moment(input)?,
        keep: moment(input)?,
        last: Wire::read(input)?,
        drop_sooner: bool::read(input)?,
        keep_sooner: bool::read(input)?,
    })
}

/// Reads a table whose rows take some bytes at least.
fn rows<'b, T>(
    input: &mut Reader<'b>,
    smallest: usize,
    place: impl Fn(u32) -> Place,
    mut read: impl FnMut(&mut Reader<'b>, u32) -> Result<T, Reason>,
) -> Result<Vec<T>, Vec<Refusal>> {
    let n_rows = input.count(smallest).within(place(0))?;
    (0..).take(n_rows).map(|number| read(input, number).within(place(number))).collect()
}

fn all_prepared(input: &mut Reader<'_>, limits: &LoadLimits) -> Result<Vec<Prepared>, Vec<Refusal>> {
    let mut budget = PatternBudget::new(limits.regex_bytes, limits.rule_regex_bytes);
    // A pattern that stands in the table twice is compiled once.
    let mut patterns: HashMap<&str, Pattern> = HashMap::new();
    rows(input, 5, Place::Prepared, |input, _| match u8::read(input)? {
        0 => set(input, limits).map(Prepared::Set),
        1 => {
            let text = input.utf8()?;
            if let Some(known) = patterns.get(text) {
                return Ok(Prepared::Pattern(known.clone()));
            }
            let pattern = budget.compile(text).map_err(|refusal| match refusal {
                PatternRefusal::Syntax(why) => Reason::BadPattern { why },
                PatternRefusal::TooLarge { limit } | PatternRefusal::TooLargeTogether { limit } => {
                    Reason::PatternTooLarge { limit }
                }
            })?;
            patterns.insert(text, pattern.clone());
            Ok(Prepared::Pattern(pattern))
        }
        2 => Threshold::read(input).map(Prepared::Threshold),
        found => Err(Reason::BadByte { what: "a set, a pattern or a threshold", allowed: 3, found }),
    })
}

fn set(input: &mut Reader<'_>, limits: &LoadLimits) -> Result<Set, Reason> {
    let n_elements = input.count(4)?;
    if n_elements > limits.set_members as usize {
        let (limit, found) = (limits.set_members.into(), count(n_elements).into());
        return Err(Reason::TooMany { what: "elements of one set", limit, found });
    }
    let mut elements = Vec::with_capacity(n_elements);
    for _ in 0..n_elements {
        let element = if bool::read(input)? {
            let (low, high) = (constant(input)?, constant(input)?);
            if low.ty() != high.ty() {
                return Err(Reason::BadRange { found: format!("{low}..{high}") });
            }
            Element::Range(low, high)
        } else {
            Element::Value(constant(input)?)
        };
        elements.push(element);
    }
    Ok(Set::new(elements))
}

fn constant(input: &mut Reader<'_>) -> Result<Constant, Reason> {
    Ok(match Ty::read(input)? {
        Ty::Bool => Constant::Bool(bool::read(input)?),
        Ty::Int => Constant::Int(i64::read(input)?),
        Ty::Float => Constant::Float(float(input)?),
        Ty::String => Constant::String(input.text()?.into()),
        Ty::Ip => Constant::Ip(IpAddr::read(input)?),
        Ty::Network => network(input)?,
        Ty::Duration => Constant::Duration(i64::read(input)?),
        Ty::Size => Constant::Size(i64::read(input)?),
    })
}

fn float(input: &mut Reader<'_>) -> Result<f64, Reason> {
    let x = f64::read(input)?;
    if x.is_nan() && x.to_bits() != f64::NAN.to_bits() { Err(Reason::BadFloat { found: x.to_bits() }) } else { Ok(x) }
}

fn network(input: &mut Reader<'_>) -> Result<Constant, Reason> {
    let (address, prefix) = (IpAddr::read(input)?, u8::read(input)?);
    let found = format!("{address}/{prefix}");
    match found.parse().map(Constant::Network) {
        Ok(Constant::Network(network)) if network.network() == network.addr() => Ok(Constant::Network(network)),
        _ => Err(Reason::BadNetwork { found }),
    }
}

fn comparisons(input: &mut Reader<'_>, limits: &LoadLimits) -> Result<Vec<Shape>, Vec<Refusal>> {
    let mut n_steps: u64 = 0;
    rows(input, 12, Place::Comparison, |input, _| {
        let operator = Wire::read(input)?;
        let prepared = Some(u32::read(input)?).filter(|place| *place != NOTHING).map(PreparedRef);
        let (mode, sign) = (Mode::read(input)?, Sign::read(input)?);
        let n_own = input.count(2)?;
        n_steps = n_steps.saturating_add(count(n_own).into());
        if n_steps > limits.steps.into() {
            return Err(Reason::TooMany { what: "steps", limit: limits.steps.into(), found: n_steps });
        }
        let mut actions = Vec::with_capacity(n_own);
        for _ in 0..n_own {
            let place = u16::read(input)?;
            actions.push(Action::read(input.needs.step(place)?, input)?);
        }
        Ok(Shape { operator, prepared, mode, sign, actions })
    })
}

fn instruction(input: &mut Reader<'_>) -> Result<Instruction, Reason> {
    let place = u16::read(input)?;
    let op = Op::read(input.needs.operation(place)?, input)?;
    let (then, otherwise) = (Target::read(input)?, Target::read(input)?);
    Ok(Instruction { op, then, otherwise })
}

fn source(input: &mut Reader<'_>) -> Result<Option<Box<str>>, Reason> {
    Ok(if bool::read(input)? { Some(input.utf8()?.into()) } else { None })
}

fn source_map(program: &Program, source: Option<&str>) -> Result<(), Vec<Refusal>> {
    let (expected, found) = (program.instructions.len(), program.spans.len());
    if expected != found {
        return Err(Reason::SpanCount { expected, found }).within(Place::SourceMap);
    }
    let Some(source) = source else { return Ok(()) };
    match program.spans.iter().find(|span| source.get(span.range()).is_none()) {
        Some(span) => Err(Reason::SpanOutside { len: source.len(), found: span.end }).within(Place::SourceMap),
        None => Ok(()),
    }
}

/// Compares what the bytes say about the program with what follows from it.
fn declared(
    program: &Program,
    header: &Header,
    needs: &Needs,
    moments: &Moments,
    limits: &LoadLimits,
) -> Result<(), Vec<Refusal>> {
    let own = Needs::of(program);
    for kind in FeatureKind::ALL {
        let (expected, found) = (own.names(*kind), needs.names(*kind));
        if expected != found {
            let list = |names: Vec<&str>| {
                if names.is_empty() { "none".to_owned() } else { format!("`{}`", names.join("`, `")) }
            };
            let reason = Reason::WrongNeeds { kind: *kind, expected: list(expected), found: list(found) };
            return Err(reason).within(Place::Needs);
        }
    }
    let expected = own.version();
    if header.version != expected {
        return Err(Reason::WrongVersion { expected, found: header.version }).within(Place::Header);
    }
    let expected = program.moments();
    if *moments != expected {
        let [expected, found] = [&expected, moments].map(moments_text);
        return Err(Reason::WrongMoments { expected, found }).within(Place::Phases);
    }
    let found = program.cost();
    if found > header.cost {
        return Err(Reason::CostsMore { declared: header.cost, found }).within(Place::Header);
    }
    if header.cost > limits.cost {
        return Err(Reason::TooCostly { limit: limits.cost, found: header.cost }).within(Place::Header);
    }
    Ok(())
}

fn moments_text(moments: &Moments) -> String {
    let Moments { drop, keep, last, drop_sooner, keep_sooner } = moments;
    let moment = |phase: Option<Phase>, sooner: bool| {
        let sooner = if sooner { " or sooner" } else { "" };
        phase.map_or_else(|| "never".to_owned(), |phase| format!("from {phase} on{sooner}"))
    };
    let (drop, keep) = (moment(*drop, *drop_sooner), moment(*keep, *keep_sooner));
    format!("dropped {drop}, kept {keep}, decided at {last}")
}
