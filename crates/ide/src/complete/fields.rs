//! Fields, families and their keys.

use tamis_lang::builtin::Operand;
use tamis_lang::catalog::{Alias, Field, FieldId, Name, NameKind, Presence, Resolution, Shape};
use tamis_lang::ty::Ty;

use super::matching::{Fit, fit};
use super::place::{Beside, Place};
use super::word::WordKind;
use super::{CompletionKind, Draft, Offers, Subject};
use crate::describe::{known_keys, literal, type_of};
use crate::symbol::field_name;

/// How many names are proposed for a misspelled one.
const SUGGESTIONS: usize = 8;

/// Every field, where a condition begins; those that are conditions themselves first, behind a negation.
pub(super) fn conditions(offers: &mut Offers<'_, '_>, is_negated: bool) {
    fields(offers, |field| u8::from(is_negated && field.ty != Ty::Bool));
}

/// Every field.
pub(super) fn any(offers: &mut Offers<'_, '_>) {
    fields(offers, |_| 0);
}

/// The fields that can stand beside a value: of its type or, beside an int, floats.
pub(super) fn of_type(offers: &mut Offers<'_, '_>, beside: &Beside) {
    let Some(ty) = beside.ty else { return fields(offers, |_| 3) };
    // Behind the operator values are likelier, before it there is nothing but fields.
    let base = if beside.is_left { 0 } else { 3 };
    let unlike = |field: &Field| match (ty, field.ty) {
        (Ty::Network, Ty::Ip) => Some(0),
        (Ty::Int, Ty::Float) if beside.field.is_none() => Some(1),
        (a, b) => (a == b).then_some(0),
    };
    let own = beside.field;
    let catalog = offers.view.catalog;
    for name in catalog.all_names() {
        let Some(field) = catalog.field(name.id) else { continue };
        if let Some(unlike) = unlike(field).filter(|_| own != Some(name.id) || !matches!(name.kind, NameKind::Field)) {
            offer(offers, &name, field, base + unlike);
        }
    }
}

/// What a function takes: values of a type, or any field.
pub(super) fn arguments(offers: &mut Offers<'_, '_>, operands: &[Operand]) {
    let takes_field = operands.contains(&Operand::Field);
    fields(offers, |field| {
        let takes = operands.iter().any(|operand| matches!(operand, Operand::Value(ty) if *ty == field.ty));
        // Of a field that every request has nobody asks whether it is there.
        let is_certain = takes_field && field.presence == Presence::Always;
        if takes { 0 } else { u8::from(!takes_field || is_certain) }
    });
}

/// What a quantifier runs over: fields with several values.
pub(super) fn sources(offers: &mut Offers<'_, '_>) {
    fields(offers, |field| u8::from(!field.is_many()));
}

fn fields(offers: &mut Offers<'_, '_>, distance: impl Fn(&Field) -> u8) {
    let catalog = offers.view.catalog;
    for name in catalog.all_names() {
        if let Some(field) = catalog.field(name.id) {
            offer(offers, &name, field, distance(field));
        }
    }
    seen_keys(offers);
}

/// One name of the catalog.
fn offer(offers: &mut Offers<'_, '_>, name: &Name<'_>, field: &Field, distance: u8) {
    if field.shape == Shape::Opaque || matches!(offers.word.kind, WordKind::Number | WordKind::Text) {
        return;
    }
    let described = format!("{}, {}", type_of(field), field.phase);
    let draft = match name.kind {
        NameKind::Field => Draft::new(CompletionKind::Field, name.text.as_ref()).subject(subject(name.id, None)),
        // Behind the dot only its keys are left.
        NameKind::Family if offers.word.typed.strip_suffix('.') == Some(&*name.text) => return,
        NameKind::Family => {
            let mut draft =
                Draft::new(CompletionKind::Family, format!("{}.", name.text)).subject(subject(name.id, None));
            draft.item.goes_on = true;
            draft
        }
        NameKind::Key(known) => {
            let name_and_key = field_name(field, Some(&known.key));
            // A key comes behind whole fields, unless its family is being typed.
            let mut draft = Draft::new(CompletionKind::Field, name_and_key).distance(1);
            let head =
                |alias: &&Alias| offers.word.typed.strip_prefix(&*alias.name).is_some_and(|it| it.starts_with('.'));
            if let Some(alias) = field.aliases.iter().find(head) {
                draft.name = format!("{}.{}", alias.name, known.key);
            }
            draft.subject(subject(name.id, Some(&known.key)))
        }
        NameKind::Alias(alias) => {
            let typed = offers.word.typed;
            let by_alias = fit(typed, &alias.name).filter(|by_alias| *by_alias <= Fit::Segments);
            let is_found = fit(typed, &field.name).is_some_and(|own| Some(own) <= by_alias);
            if typed.is_empty() || by_alias.is_none() || is_found {
                return;
            }
            let is_family = matches!(field.shape, Shape::Family { .. });
            let kind = if is_family { CompletionKind::Family } else { CompletionKind::Field };
            let label = if is_family { format!("{}.", field.name) } else { field.name.clone() };
            let mut draft = Draft::new(kind, label).subject(subject(name.id, None)).distance(1);
            draft.name.clone_from(&alias.name);
            draft.item.description = format!("{} `{}`", if alias.exact { "for" } else { "nearest to" }, alias.name);
            draft.item.goes_on = is_family;
            draft
        }
    };
    let mut draft = if draft.item.description.is_empty() { draft.description(described) } else { draft };
    draft.distance += distance;
    if let Some(deprecation) = &field.deprecated {
        draft.item.is_deprecated = true;
        if !deprecation.replacement.is_empty() {
            draft.item.description = format!("use {}", deprecation.replacement.join(" or "));
        }
    }
    offers.offer(draft);
}

fn subject(id: FieldId, key: Option<&str>) -> Subject {
    Subject::Field { id, key: key.map(str::to_owned) }
}

/// The members of a family that were seen in recorded requests, once its name is typed.
fn seen_keys(offers: &mut Offers<'_, '_>) {
    let Some(traffic) = offers.view.traffic else { return };
    let typed = offers.word.typed;
    let Some((id, field)) = family_of(offers, typed) else { return };
    for (key, n) in traffic.keys(id) {
        let draft = Draft::new(CompletionKind::Field, field_name(field, Some(&key)));
        offers.offer(draft.subject(subject(id, Some(&key))).description(seen(n)));
    }
}

/// The family whose key is being typed.
fn family_of<'v>(offers: &Offers<'_, 'v>, typed: &str) -> Option<(FieldId, &'v Field)> {
    let catalog = offers.view.catalog;
    let heads = typed.rmatch_indices('.').filter_map(|(dot, _)| typed.get(..dot));
    let mut families = heads.filter_map(|head| match catalog.resolve(head, None) {
        Resolution::FamilyWithoutKey(id) => Some((id, catalog.field(id)?)),
        _ => None,
    });
    families.next()
}

/// How often something was recorded, for the row of an item.
pub(super) fn seen(n: usize) -> String {
    format!("recorded {}", if n == 1 { "once".to_owned() } else { format!("{n} times") })
}

/// The keys of a family within brackets, in quotes.
pub(super) fn bracketed_keys(offers: &mut Offers<'_, '_>, family: FieldId) {
    let Some(field) = offers.view.catalog.field(family) else { return };
    if let Some(traffic) = offers.view.traffic {
        for (key, n) in traffic.keys(family) {
            text(offers, &key, seen(n), subject(family, Some(&key)));
        }
    }
    for known in known_keys(field) {
        text(offers, &known.key, known.doc.clone(), subject(family, Some(&known.key)));
    }
}

fn text(offers: &mut Offers<'_, '_>, content: &str, description: String, subject: Subject) {
    let mut draft = Draft::new(CompletionKind::Value, literal(content)).description(description).subject(subject);
    content.clone_into(&mut draft.name);
    draft.item.filter = draft.item.label.clone();
    offers.offer(draft);
}

/// The names that were probably meant where nothing fits what was typed.
pub(super) fn misspelled(offers: &mut Offers<'_, '_>, place: &Place) {
    let takes_names = matches!(
        place,
        Place::Condition { .. } | Place::Anything | Place::Value(_) | Place::Argument(_) | Place::Source
    );
    if offers.word.kind != WordKind::Name || !takes_names {
        return;
    }
    let catalog = offers.view.catalog;
    let typed = offers.word.typed;
    let families = catalog.suggest_families(typed, SUGGESTIONS).into_iter();
    for name in catalog.suggest(typed, SUGGESTIONS).into_iter().chain(families).map(|suggestion| suggestion.name) {
        let (id, key, is_family) = match catalog.resolve(&name, None) {
            Resolution::Field { id, key, .. } => (id, key, false),
            Resolution::FamilyWithoutKey(id) => (id, None, true),
            _ => continue,
        };
        let Some(field) = catalog.field(id) else { continue };
        let kind = if is_family { CompletionKind::Family } else { CompletionKind::Field };
        let label = if is_family { format!("{name}.") } else { name };
        let mut draft = Draft::new(kind, label).subject(subject(id, key.as_deref()));
        draft = draft.description(format!("{}, {}", type_of(field), field.phase));
        draft.item.goes_on = is_family;
        draft.item.is_deprecated = field.deprecated.is_some();
        offers.near(draft);
    }
}
