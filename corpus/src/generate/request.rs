//! Requests whose values lie on the boundaries of a rule.

use std::ops::ControlFlow;

use tamis_lang::catalog::{Field, FieldId};
use tamis_lang::ty::Ty;
use tamis_lang::value::{Constant, Value};
use tamis_vm::{Fact, Facts, FieldRef};

use super::catalog::{CATALOG, SAMPLES, Sample};
use super::literal::literal;
use super::{Document, Source};

/// The values of the fields of one request, of any type whatever the catalog says.
#[derive(Clone, Debug, Default)]
pub struct Request {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    id: FieldId,
    key: Option<&'static str>,
    values: Vec<Constant>,
}

impl Request {
    /// The values of a field, of a family's member with the normalised key; none where it is absent.
    #[must_use]
    pub fn values(&self, id: FieldId, key: Option<&str>) -> &[Constant] {
        let found = self.entries.iter().find(|entry| entry.id == id && entry.key == key);
        found.map_or(&[], |entry| &entry.values)
    }

    /// Adds values to the field that a sample's spelling names; to none where no sample is spelled so.
    pub fn add(&mut self, spelling: &str, values: impl IntoIterator<Item = Constant>) {
        let is_named = |sample: &&Sample| sample.spellings.iter().any(|known| known == spelling);
        if let Some(sample) = SAMPLES.iter().find(is_named) {
            let values = values.into_iter().collect();
            self.entries.push(Entry { id: sample.id, key: sample.key, values });
        }
    }

    /// The same without values of another type than their field, and without texts that are not UTF-8.
    #[must_use]
    pub fn well_typed(mut self) -> Self {
        for entry in &mut self.entries {
            let sample = SAMPLES.iter().find(|sample| sample.id == entry.id && sample.key == entry.key);
            entry.values.retain(|value| {
                let is_utf8 = !matches!(value, Constant::String(text) if std::str::from_utf8(text).is_err());
                is_utf8 && sample.is_some_and(|sample| sample.ty == value.ty())
            });
        }
        self
    }

    /// The same with one value at most in a field that is no list.
    #[must_use]
    pub fn as_the_catalog_says(mut self) -> Self {
        for entry in &mut self.entries {
            if !CATALOG.field(entry.id).is_some_and(Field::is_many) {
                entry.values.truncate(1);
            }
        }
        self
    }

    /// The values of the field that a sample's spelling names.
    #[must_use]
    pub fn named(&self, spelling: &str) -> &[Constant] {
        let is_named = |sample: &&Sample| sample.spellings.iter().any(|known| known == spelling);
        SAMPLES.iter().find(is_named).map_or(&[], |sample| self.values(sample.id, sample.key))
    }

    /// Every field with its values, for messages.
    #[must_use]
    pub fn describe(&self) -> String {
        let entry = |entry: &Entry| {
            let sample = SAMPLES.iter().find(|sample| sample.id == entry.id && sample.key == entry.key);
            let name = sample.and_then(|sample| sample.spellings.first()).map_or("?", String::as_str);
            let values: Vec<String> = entry.values.iter().map(ToString::to_string).collect();
            format!("{name}: [{}]", values.join(", "))
        };
        let entries: Vec<String> = self.entries.iter().map(entry).collect();
        format!("{{ {} }}", entries.join(", "))
    }
}

impl Facts for Request {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        match self.values(field.id, field.key.as_deref()) {
            [] => Fact::Absent,
            [value] => Fact::One(value.as_value()),
            [_, _, ..] => Fact::Many,
        }
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        for value in self.values(field.id, field.key.as_deref()) {
            if visit(value.as_value()).is_break() {
                return;
            }
        }
    }
}

/// A request for a generated text: its fields absent, with one value or with several, mostly those that matter.
#[must_use]
pub fn request(document: &Document, source: &mut Source<'_>) -> Request {
    let mut entries = Vec::new();
    for interest in &document.interests {
        let Some(sample) = SAMPLES.get(interest.field) else { continue };
        let n_values = match source.below(10) {
            0..=4 => 1,
            5 | 6 => 0,
            7 | 8 => 2,
            _ => 3,
        };
        let values: Vec<Constant> = (0..n_values).map(|_| value(sample, &interest.constants, source)).collect();
        if !values.is_empty() {
            entries.push(Entry { id: sample.id, key: sample.key, values });
        }
    }
    Request { entries }
}

fn value(sample: &Sample, constants: &[Constant], source: &mut Source<'_>) -> Constant {
    if source.one_in(25) {
        let ty = *source.pick(Ty::ALL).unwrap_or(&Ty::Bool);
        return literal(ty, source).value;
    }
    let near: Vec<Constant> = constants.iter().filter_map(|constant| counted(constant, sample)).collect();
    match source.pick(&near).cloned() {
        Some(constant) if !source.one_in(4) => beside(constant, source),
        _ => literal(sample.ty, source).value,
    }
}

/// A constant in the type of a field.
fn counted(constant: &Constant, sample: &Sample) -> Option<Constant> {
    match (constant, sample.ty, sample.unit) {
        (constant, ty, _) if constant.ty() == ty => Some(constant.clone()),
        #[expect(clippy::cast_precision_loss, reason = "a value near the boundary is as good as the boundary")]
        (Constant::Int(n), Ty::Float, _) => Some(Constant::Float(*n as f64)),
        (Constant::Int(n), Ty::Duration, Some((_, scale))) => n.checked_mul(scale).map(Constant::Duration),
        (Constant::Int(n), Ty::Size, Some((_, scale))) => n.checked_mul(scale).map(Constant::Size),
        (Constant::Duration(n) | Constant::Size(n), Ty::Int, Some((_, scale))) => {
            n.checked_div_euclid(scale).map(Constant::Int)
        }
        (Constant::Network(network), Ty::Ip, _) => Some(Constant::Ip(network.network())),
        (Constant::Ip(ip), Ty::Network, _) => Some(Constant::Network((*ip).into())),
        _ => None,
    }
}

/// A constant or a value right beside it.
fn beside(constant: Constant, source: &mut Source<'_>) -> Constant {
    let step = match source.below(5) {
        3 => 1,
        4 => -1,
        _ => return constant,
    };
    match constant {
        Constant::Bool(truth) => Constant::Bool(!truth),
        Constant::Int(n) => Constant::Int(n.wrapping_add(step)),
        Constant::Duration(n) => Constant::Duration(n.wrapping_add(step)),
        Constant::Size(n) => Constant::Size(n.wrapping_add(step)),
        Constant::Float(x) => Constant::Float(match source.below(6) {
            0 => x.next_up(),
            1 => x.next_down(),
            2 => -x,
            3 => f64::NAN,
            4 => f64::INFINITY,
            _ => 0.0,
        }),
        Constant::String(text) => Constant::String(altered(&text, source).into()),
        Constant::Ip(ip) => Constant::Ip(neighbour(ip, step)),
        Constant::Network(network) => Constant::Network(network.supernet().unwrap_or(network)),
    }
}

fn neighbour(ip: std::net::IpAddr, step: i64) -> std::net::IpAddr {
    use std::net::IpAddr;
    let up = step > 0;
    match ip {
        IpAddr::V4(ip) => {
            let bits = u32::from(ip);
            IpAddr::V4(if up { bits.wrapping_add(1) } else { bits.wrapping_sub(1) }.into())
        }
        IpAddr::V6(ip) => {
            let bits = u128::from(ip);
            IpAddr::V6(if up { bits.wrapping_add(1) } else { bits.wrapping_sub(1) }.into())
        }
    }
}

fn altered(text: &[u8], source: &mut Source<'_>) -> Vec<u8> {
    let half = text.get(..text.len() / 2).unwrap_or(&[]).to_vec();
    match source.below(6) {
        0 => [text, b"x"].concat(),
        1 => [b"x", text].concat(),
        2 => half,
        3 => text.to_ascii_uppercase(),
        4 => [text, b"/\xff/", text].concat(),
        _ => Vec::new(),
    }
}
