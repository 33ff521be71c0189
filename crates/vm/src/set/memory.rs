//! What one thread needs to ask sets.

use tamis_lang::scratch::Scratch;

use super::asking::Answers;
use super::postings::Candidates;
use super::rule_set::RuleId;

/// What a thread writes to while it asks a set.
///
/// It may be used with any number of sets, one after the other.
/// Once it has grown to what they need, nothing is allocated.
#[derive(Debug, Default)]
pub struct Memory {
    pub(super) scratch: Scratch,
    pub(super) answers: Answers,
    pub(super) candidates: Candidates,
    pub(super) matches: Vec<RuleId>,
}
