//! Towards Kong's expressions, as atc-router 1.7.1 reads them.
//!
//! A rule there is made of *predicates*, a field, an operator and a literal, joined by `&&`, `||` and `!( … )`.
//! Every construct of ours is brought to one *test* of a single value ([`test`]), and a test becomes predicates by the
//! laws of [`values`], which keep the verdict over absent and several values.
//! The rest of the text, its line breaks included, stays as it is ([`layout`]).

mod comparison;
mod fold;
mod formula;
mod glob;
mod layout;
mod literal;
mod lower;
mod name;
mod quantifier;
mod refusal;
mod rule;
mod subject;
mod test;
mod upper;
mod values;

pub(crate) use rule::convert;
