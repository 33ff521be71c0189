//! Reasons: why a request matches or does not, and how two rules differ.
//!
//! [`explain`] goes through a rule for one request: what each condition looked at, what it said, which of them decided,
//! and the smallest change of facts that flips the verdict.
//! [`compare`] proves that two rules match the same requests, or that one matches only what the other does, or gives
//! requests that tell them apart; [`matching`] and [`missing`] do the same for one rule.
//!
//! What is proved rests on what [`tamis_types::logic`] assumes of requests.
//! What is shown by a request was tried: the machine itself gave the verdicts.
//! Everything is data in and data out, with bounded work; nothing here is needed to run a rule.

mod change;
mod compare;
mod distance;
mod explain;
mod expression;
mod known;
mod search;

pub use change::{Change, FieldChange, Flip};
pub use compare::{Comparison, Found, Relation, compare, matching, missing};
pub use explain::{Connective, Explained, Explanation, FieldValues, explain};
pub use known::KnownFacts;
