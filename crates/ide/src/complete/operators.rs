//! Operators that fit what stands before them.

use tamis_lang::builtin::{self, Builtin, BuiltinId, Eval, Form, Operand, Power, Signature, Special};
use tamis_lang::ty::Ty;

use super::place::Left;
use super::word::WordKind;
use super::{CompletionKind, Draft, Offers, Subject, words};
use crate::describe::in_short;

/// Operators behind a value or a condition.
pub(super) fn behind(offers: &mut Offers<'_, '_>, left: &Left) {
    for (id, builtin) in builtin::all() {
        let Form::Infix { power, .. } = builtin.form else { continue };
        let distance = match power {
            Power::Logic if left.ends_condition => Some(logic(left, id)),
            Power::Compare if left.ends_operand => comparison(builtin, left, offers),
            Power::Sum | Power::Product | Power::Default => {
                let takes = left.ty.is_some_and(|ty| first_types(builtin).any(|first| first == ty));
                takes.then_some(8 + u8::from(power == Power::Default))
            }
            Power::Logic | Power::Compare => None,
        };
        if let Some(distance) = distance {
            spellings(offers, id, distance);
        }
    }
    if left.ends_condition && left.starts_line {
        words::items(offers, 5);
    }
}

/// How far from the first place a logical operator is: the one of the chain comes first, because a mix needs parentheses.
fn logic(left: &Left, id: BuiltinId) -> u8 {
    match left.chain {
        Some(chain) => u8::from(chain != id),
        // A rule is narrowed more often than widened.
        None => u8::from(id.get().special() == Some(Special::Or)),
    }
}

/// What kind of question a comparison asks, read off its signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Equality,
    Order,
    Text,
    Membership,
}

fn question(builtin: &Builtin) -> Question {
    let takes = |ty: Ty| first_types(builtin).any(|first| first == ty);
    let is_set = |signature: &Signature| matches!(signature.parameters.get(1), Some(Operand::Set(_)));
    if builtin.signatures.iter().any(is_set) {
        Question::Membership
    } else if takes(Ty::Bool) {
        Question::Equality
    } else if takes(Ty::Duration) {
        Question::Order
    } else {
        Question::Text
    }
}

/// How far from the first place a comparison is; none where it does not take the value.
fn comparison(builtin: &Builtin, left: &Left, offers: &Offers<'_, '_>) -> Option<u8> {
    let question = question(builtin);
    let is_negated = u8::from(matches!(builtin.eval, Eval::Negated(_)) && question != Question::Equality);
    let Some(ty) = left.ty else { return Some(is_negated) };
    if !first_types(builtin).any(|first| first == ty) {
        return None;
    }
    let is_listed =
        left.field.and_then(|id| offers.view.catalog.field(id)).is_some_and(|field| field.allowed.is_some());
    let order: &[Question] = match ty {
        Ty::Duration | Ty::Size | Ty::Float => &[Question::Order, Question::Equality, Question::Membership],
        Ty::Int => &[Question::Equality, Question::Order, Question::Membership],
        Ty::Ip | Ty::Network => &[Question::Membership, Question::Equality, Question::Order],
        Ty::Bool => &[Question::Equality, Question::Membership],
        Ty::String if is_listed => &[Question::Equality, Question::Membership, Question::Text, Question::Order],
        Ty::String => &[Question::Equality, Question::Text, Question::Membership, Question::Order],
    };
    let place = order.iter().zip(0_u8..).find(|(it, _)| **it == question).map_or(4, |(_, place)| place);
    // A bool on its own is a condition already.
    let after_logic = if ty == Ty::Bool { 3 } else { 0 };
    Some(2 * place + is_negated + after_logic)
}

/// The types that an operator takes on its left.
fn first_types(builtin: &Builtin) -> impl Iterator<Item = Ty> {
    builtin.signatures.iter().filter_map(|signature| match signature.parameters.first() {
        Some(Operand::Value(ty)) => Some(*ty),
        _ => None,
    })
}

/// The spellings of an operator: the first one, and others that begin with what was typed.
fn spellings(offers: &mut Offers<'_, '_>, id: BuiltinId, distance: u8) {
    let builtin = id.get();
    for (place, spelling) in builtin.spellings().enumerate() {
        let typed = offers.word.typed;
        let is_there = offers.word.kind == WordKind::Sign && spelling == typed;
        let is_wanted = !is_there && (place == 0 || !typed.is_empty() && spelling.starts_with(typed));
        // Signs that are half there go on before anything else begins.
        let distance = if offers.word.kind == WordKind::Sign { 0 } else { distance };
        if is_wanted {
            offers.offer(draft(id, spelling).distance(distance));
        }
    }
}

fn draft(id: BuiltinId, spelling: &str) -> Draft {
    let mut draft = Draft::new(CompletionKind::Operator, spelling);
    draft = draft.description(in_short(id.get())).subject(Subject::Builtin(id));
    draft.item.goes_on = true;
    draft
}

/// Whether typed signs are an operator as they are.
pub(super) fn is_whole(typed: &str) -> bool {
    builtin::by_symbol(typed).is_some() || builtin::by_prefix(typed).is_some()
}

/// The words that complete an operator of several words.
pub(super) fn rest(offers: &mut Offers<'_, '_>, first: &str) {
    for (id, builtin) in builtin::all() {
        for spelling in builtin.spellings() {
            if let Some(rest) = spelling.strip_prefix(first).and_then(|rest| rest.strip_prefix(' ')) {
                offers.offer(draft(id, rest));
            }
        }
    }
}
