//! Diagnostics for people and for programs: three forms of the same content.

mod change;
mod excerpt;
pub(crate) mod human;
mod picture;
mod row;
pub(crate) mod sarif;
pub(crate) mod wire;
