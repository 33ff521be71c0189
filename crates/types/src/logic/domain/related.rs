//! Values near constants, for conditions that have no domain: somewhere to look, without a claim that it is all.

use tamis_lang::catalog::Field;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;

use super::number;

/// The most values that are given.
const MOST_VALUES: usize = 64;

/// The longest text that is made up.
const LONGEST: usize = 256;

/// Values of a type near constants of any type.
pub(in super::super) fn related(ty: Ty, constants: &[Constant], field: Option<&Field>) -> Vec<Constant> {
    let examples = field.into_iter().flat_map(|field| field.examples.iter().cloned());
    let mut found: Vec<Constant> = constants.iter().filter(|constant| constant.ty() == ty).cloned().collect();
    found.extend(examples.filter(|example| example.ty() == ty));
    let made = match ty {
        Ty::Bool => vec![Constant::Bool(true), Constant::Bool(false)],
        Ty::Int | Ty::Duration | Ty::Size => numbers(constants).filter_map(|n| number::constant(ty, n)).collect(),
        Ty::Float => floats(constants).map(Constant::Float).collect(),
        Ty::String => texts(constants).into_iter().map(|text| Constant::String(text.into())).collect(),
        Ty::Ip | Ty::Network => Vec::new(),
    };
    found.extend(made);
    found.truncate(MOST_VALUES);
    found
}

/// Small numbers, and sums and differences with each constant.
fn numbers(constants: &[Constant]) -> impl Iterator<Item = i64> {
    let usual = [0, 1, 2, -1, 10, 1000, 1_000_000_000];
    let near = constants
        .iter()
        .filter_map(number::number)
        .flat_map(|n| [n, n.saturating_add(1), n.saturating_sub(1), n.saturating_mul(2), n.saturating_neg(), n / 2]);
    near.collect::<Vec<_>>().into_iter().chain(usual)
}

fn floats(constants: &[Constant]) -> impl Iterator<Item = f64> {
    let near = constants.iter().filter_map(|constant| if let Constant::Float(x) = constant { Some(*x) } else { None });
    let near = near.flat_map(|x| [x, x + 1.0, x - 1.0, x * 2.0, -x, x / 2.0, x.next_up(), x.next_down()]);
    near.collect::<Vec<_>>().into_iter().chain([0.0, 1.0, -1.0, 0.5, 100.0])
}

/// Each text in the shapes that functions look for, and texts of each small length.
fn texts(constants: &[Constant]) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = vec![b"x".to_vec(), Vec::new(), b"X".to_vec()];
    for constant in constants {
        match constant {
            Constant::String(text) => found.extend([
                text.to_ascii_uppercase(),
                text.to_ascii_lowercase(),
                [b"/", &**text].concat(),
                [text, b"x".as_slice()].concat(),
                [b"/x/", &**text].concat(),
                [b"/", &**text, b"/", text, b"/", text, b"/", text].concat(),
            ]),
            Constant::Int(n) => {
                let near = [n.saturating_sub(1), *n, n.saturating_add(1)];
                let lengths = near.into_iter().filter_map(|n| usize::try_from(n).ok()).filter(|n| *n <= LONGEST);
                found.extend(lengths.map(|length| vec![b'x'; length]));
            }
            _ => {}
        }
    }
    found
}
