//! Findings and checked forms, as a person who writes rules sees them.

mod conversions;
mod files;
mod functions;
mod good;
mod limits;
mod names;
mod patterns;
mod sample;
mod sets;
mod strict;
mod types;
