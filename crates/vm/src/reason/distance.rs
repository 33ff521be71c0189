//! Which of several values is nearest to the one that is there.

use tamis_lang::catalog::Field;
use tamis_lang::value::Constant;

/// How far a value is from another, and how plain it is; smaller is better.
pub(super) type Rank = (u8, u128, usize);

/// Ranks a value beside what is there now; `place` is where it stands among the examples, the plainest first.
pub(super) fn rank(now: &[Constant], value: &[Constant], field: Option<&Field>, place: usize) -> Rank {
    let Some(value) = value.first() else { return (0, 0, place) };
    let is_plain = match value {
        // One more nanosecond is a strange thing to ask for where the field counts in milliseconds.
        Constant::Duration(n) | Constant::Size(n) | Constant::Int(n) => {
            let scale = field.and_then(|field| field.unit.as_ref()).and_then(|unit| unit.scale);
            scale.is_none_or(|(_, scale)| matches!(value, Constant::Int(_)) || scale == 0 || n % scale == 0)
        }
        Constant::Float(x) => format!("{x}").len() <= 8 && x.is_finite(),
        Constant::String(text) => text.iter().all(|byte| (0x20..0x7f).contains(byte)) && !text.is_empty(),
        Constant::Bool(_) | Constant::Ip(_) | Constant::Network(_) => true,
    };
    let nearest = now.iter().filter_map(|other| distance(other, value)).min();
    (u8::from(!is_plain), nearest.unwrap_or(0), place)
}

/// How far two numbers are apart.
fn distance(a: &Constant, b: &Constant) -> Option<u128> {
    match (a, b) {
        (Constant::Int(a), Constant::Int(b))
        | (Constant::Duration(a), Constant::Duration(b))
        | (Constant::Size(a), Constant::Size(b)) => Some(u128::from(a.abs_diff(*b))),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast from float is saturating, and the distance only orders values"
        )]
        (Constant::Float(a), Constant::Float(b)) => Some(((a - b).abs() * 1e6) as u128),
        _ => None,
    }
}
