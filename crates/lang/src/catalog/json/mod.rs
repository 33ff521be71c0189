//! Catalog files: JSON, checked as a whole before anything is believed.
//!
//! The format is described in `docs/catalogs.md` and in `catalog/schema.json`.
//! Every problem of a file is reported at once, each at the value that is wrong.

mod file;
mod kinds;
mod literal;
mod naming;
mod reader;
mod record;
mod syntax;
mod values;
