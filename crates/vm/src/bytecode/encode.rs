//! From a program to bytes.

use tamis_lang::prepared::{Element, Prepared};
use tamis_lang::value::Constant;
use tamis_types::phases::Moments;

use super::feature::FeatureKind;
use super::needs::Needs;
use super::wire::{Wire as _, Writer, count};
use super::{MAGIC, Origin};
use crate::facts::FieldRef;
use crate::program::{Comparison, Program};

/// The place of nothing in a table.
pub(super) const NOTHING: u32 = u32::MAX;

/// Writes all parts in their order.
pub(super) fn encode(program: &Program, origin: &Origin) -> Vec<u8> {
    let needs = Needs::of(program);
    let mut out = Writer { bytes: MAGIC.to_vec(), needs: &needs };
    needs.version().write(&mut out);
    origin.catalog.write(&mut out);
    origin.cost.write(&mut out);
    for kind in FeatureKind::ALL {
        out.rows(&needs.names(*kind), |name, out| out.text(name.as_bytes()));
    }
    count(program.fields.len()).write(&mut out);
    for (field, unit) in program.fields.iter().zip(&origin.units) {
        write_field(field, unit, &mut out);
    }
    write_moments(&program.moments(), &mut out);
    out.text(&program.text);
    out.rows(&program.finders, |finder, out| out.text(finder.needle()));
    out.rows(&program.prepared, write_prepared);
    out.rows(&program.constants, write_constant);
    out.rows(&program.comparisons, write_comparison);
    program.entry.write(&mut out);
    out.rows(&program.instructions, |instruction, out| {
        let place = out.needs.place_of_operation(instruction.op.row().name);
        place.write(out);
        instruction.op.write(out);
        instruction.then.write(out);
        instruction.otherwise.write(out);
    });
    out.rows(&program.spans, |span, out| span.write(out));
    origin.source.is_some().write(&mut out);
    if let Some(source) = &origin.source {
        out.text(source.as_bytes());
    }
    out.bytes
}

fn write_field(field: &FieldRef, unit: &str, out: &mut Writer<'_>) {
    out.text(field.catalog_name().as_bytes());
    out.text(unit.as_bytes());
    field.key.is_some().write(out);
    if let Some(key) = &field.key {
        out.text(key.as_bytes());
    }
    field.ty.write(out);
    field.phase.write(out);
    field.many.write(out);
    field.optional.write(out);
    field.monotone.write(out);
}

fn write_moments(moments: &Moments, out: &mut Writer<'_>) {
    for moment in [moments.drop, moments.keep] {
        moment.is_some().write(out);
        if let Some(phase) = moment {
            phase.write(out);
        }
    }
    moments.last.write(out);
    moments.drop_sooner.write(out);
    moments.keep_sooner.write(out);
}

fn write_prepared(prepared: &Prepared, out: &mut Writer<'_>) {
    match prepared {
        Prepared::Set(set) => {
            0_u8.write(out);
            out.rows(set.elements(), |element, out| match element {
                Element::Value(value) => {
                    false.write(out);
                    write_constant(value, out);
                }
                Element::Range(low, high) => {
                    true.write(out);
                    write_constant(low, out);
                    write_constant(high, out);
                }
            });
        }
        Prepared::Pattern(pattern) => {
            1_u8.write(out);
            out.text(pattern.as_str().as_bytes());
        }
        Prepared::Threshold(threshold) => {
            2_u8.write(out);
            threshold.write(out);
        }
    }
}

fn write_constant(constant: &Constant, out: &mut Writer<'_>) {
    constant.ty().write(out);
    match constant {
        Constant::Bool(value) => value.write(out),
        Constant::Int(n) | Constant::Duration(n) | Constant::Size(n) => n.write(out),
        // There are many, and they all mean the same.
        Constant::Float(x) if x.is_nan() => f64::NAN.write(out),
        Constant::Float(x) => x.write(out),
        Constant::String(text) => out.text(text),
        Constant::Ip(address) => address.write(out),
        Constant::Network(network) => {
            network.network().write(out);
            network.prefix_len().write(out);
        }
    }
}

fn write_comparison(comparison: &Comparison, out: &mut Writer<'_>) {
    comparison.operator.write(out);
    comparison.prepared.map_or(NOTHING, |prepared| prepared.0).write(out);
    comparison.mode.write(out);
    comparison.sign.write(out);
    out.rows(&comparison.steps, |step, out| {
        let place = out.needs.place_of_step(step.action.row().name);
        place.write(out);
        step.action.write(out);
    });
}
