//! The top of the repository has the listed entries and no others.

use std::collections::BTreeSet;

use super::policy::PATH;
use super::{Policy, Violation};
use crate::repository::Repository;

pub(super) fn check(repository: &Repository, policy: &Policy) -> Vec<Violation> {
    let entries: BTreeSet<_> = repository.files().filter_map(|file| file.path.split('/').next()).collect();
    let listed = |entry: &str| policy.top_level.iter().any(|name| name.trim_end_matches('!') == entry);
    let unlisted = entries.iter().filter(|entry| !listed(entry)).map(|entry| {
        let what = format!("`{entry}` is not an entry that the top of the repository has");
        Violation::new(entry, 0, what, "move it to where its like stand, or list it in `xtask/tidy.toml`")
    });
    let required = policy.top_level.iter().filter_map(|name| name.strip_suffix('!'));
    let missing = required.filter(|name| !entries.contains(name));
    let missing = missing.map(|name| Violation::new(PATH, 0, format!("`{name}` is missing at the top"), "write it"));
    unlisted.chain(missing).collect()
}

#[cfg(test)]
mod tests {
    use crate::tidy::violation::check_rule;

    const POLICY: &str = "top_level = [\"README.md!\", \"docs\"]";

    #[test]
    fn listed_entries_are_welcome() {
        check_rule("top_level", POLICY, &[("README.md", ""), ("docs/a.md", "")], &[]);
        check_rule("top_level", POLICY, &[("README.md", "")], &[]);
    }

    #[test]
    fn others_are_not_and_some_must_be_there() {
        let unlisted = "notes.txt:0: `notes.txt` is not an entry that the top of the repository has";
        let missing = "xtask/tidy.toml:0: `README.md` is missing at the top";
        check_rule("top_level", POLICY, &[("notes.txt", "")], &[unlisted, missing]);
    }
}
