//! Diagnostics for people and for programs: three forms of the same content.

mod change;
mod excerpt;
pub(crate) mod human;
pub(crate) mod phases;
mod picture;
mod readings;
mod row;
pub(crate) mod sarif;
