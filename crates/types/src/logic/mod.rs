//! What follows from conditions, without running them: never true, always true, implied, equal.
//!
//! A [`Space`] holds the conditions of some rules over common variables.
//! Each field is a variable, and its states are the classes of values that no test of these rules tells apart: numbers
//! fall into intervals, texts into prefixes and exact values, addresses into networks.
//! "Absent" is a state of every field, and a field with several values is in the state of all its values together.
//! A condition is a decision diagram over these variables, so that implication and equality are a look at one node.
//!
//! What has no such classes (regular expressions, arithmetic, one field against another) is a variable of its own: the
//! same text is the same variable, and nothing else is known of it.
//! Variables may then take states together that no request can have, so the space is too large, never too small:
//! *never true* and *implied* are proved, and *can be true* needs a request that shows it, which the crate above finds.
//!
//! # What is assumed of requests
//!
//! - A field that its catalog gives one value has at most one, and values have their field's type.
//! - A field with a closed list of values has no other.
//! - Ranges and presence are not assumed, because rules document them (`status >= 500 && status < 600`);
//!   [`Space::where_present`] gives the requests that have every field which the catalog says is always there.
//!
//! All work is bounded; past a bound the answer is `None`.

mod atom;
mod body;
mod collect;
mod diagram;
mod domain;
mod key;
mod pattern;
mod sketch;
mod space;
mod states;

pub use diagram::Node;
pub(crate) use sketch::{Choice, Example, Needed, Sketch};
pub use space::{FieldStates, Space, State};
