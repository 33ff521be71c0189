//! What the rules have to know about this repository, read from `xtask/tidy.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::violation::Violation;
use crate::failure::Failure;
use crate::repository::Repository;

/// The file of the policy.
pub(super) const PATH: &str = "xtask/tidy.toml";

/// What the rules have to know about this repository.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// The entries that may stand at the top; those that end in `!` must be there.
    pub top_level: Vec<String>,
    /// What each package may depend on.
    pub layers: BTreeMap<String, Layer>,
    /// Where a rule does not hold, and why.
    pub exceptions: Vec<Exception>,
}

/// What a package may depend on, and what it promises not to know.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Packages of this repository.
    pub inside: Vec<String>,
    /// Packages from outside.
    pub outside: Vec<String>,
    /// Packages that only its tests use, from wherever.
    #[serde(default)]
    pub tests: Vec<String>,
    /// What it is for, a few words.
    pub role: String,
    /// What it does not know, a few words.
    pub unaware: String,
}

/// A place where a rule does not hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The name of the rule.
    pub rule: String,
    /// The file, or a folder when it ends in `/`.
    pub path: String,
    /// The one function, crate or word in the file that is meant; all when empty.
    #[serde(default)]
    pub item: String,
    /// Why the rule does not hold here.
    pub reason: String,
}

impl Policy {
    /// Reads the policy of a repository.
    ///
    /// # Errors
    ///
    /// When the file is missing or cannot be read.
    pub fn of(repository: &Repository) -> Result<Self, Failure> {
        let text = repository.text(PATH).ok_or_else(|| Failure::new(format!("`{PATH}` is missing")))?;
        Self::parse(text)
    }

    /// Reads a policy.
    ///
    /// # Errors
    ///
    /// When the text is not TOML of this shape, names a rule that does not exist or gives no reason.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let policy: Self = toml::from_str(text).map_err(|error| Failure::new(format!("`{PATH}`: {error}")))?;
        for Exception { rule, path, reason, .. } in &policy.exceptions {
            if super::rule(rule).is_none() {
                return Err(Failure::new(format!("`{PATH}`: there is no rule `{rule}`")));
            }
            if reason.trim().is_empty() {
                return Err(Failure::new(format!("`{PATH}`: the exception of `{path}` from `{rule}` has no reason")));
            }
        }
        Ok(policy)
    }
}

impl Exception {
    /// Whether it speaks of this violation of its rule.
    pub(super) fn excuses(&self, violation: &Violation) -> bool {
        let path = self.path == violation.path || (self.path.ends_with('/') && violation.path.starts_with(&self.path));
        path && (self.item.is_empty() || self.item == violation.item)
    }

    /// The violation that an exception is when nothing needs it.
    pub(super) fn as_stale(&self) -> Violation {
        let Self { rule, path, item, .. } = self;
        let item = if item.is_empty() { String::new() } else { format!(" for `{item}`") };
        let what = format!("nothing needs the exception of `{path}` from `{rule}`{item}");
        Violation::new(PATH, 0, what, "remove the exception")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(text: &str, expected: &str) {
        let refused = Policy::parse(text).unwrap_err().to_string();
        assert!(refused.contains(expected), "{refused}");
    }

    #[test]
    fn an_exception_names_a_rule_and_a_reason() {
        check_refused("[[exceptions]]\nrule = \"size\"\npath = \"a.rs\"\nreason = \"r\"", "there is no rule `size`");
        check_refused("[[exceptions]]\nrule = \"layers\"\npath = \"a.rs\"\nreason = \" \"", "has no reason");
        check_refused("[[exceptions]]\nrule = \"layers\"\npath = \"a.rs\"", "missing field `reason`");
    }
}
