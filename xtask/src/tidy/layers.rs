//! Crates depend on what their layer may know, as `[layers]` in `xtask/tidy.toml` says.
//!
//! A new line in a manifest is thereby a decision: the layer has to be changed with it.

use toml::{Table, Value};

use super::policy::{Layer, PATH};
use super::{Policy, Violation};
use crate::repository::Repository;

/// In a list of packages: whatever there is.
const ANYTHING: &str = "*";

/// One dependency of one package.
struct Edge<'a> {
    name: &'a str,
    only_tests: bool,
    /// Whether version and features come from the shared table.
    shared: bool,
}

pub(super) fn check(repository: &Repository, policy: &Policy) -> Vec<Violation> {
    let manifests: Vec<_> = repository.files().filter_map(|file| manifest(&file.path, &file.text)).collect();
    let ours: Vec<_> = manifests.iter().map(|manifest| manifest.name.as_str()).collect();
    let mut violations: Vec<_> = manifests.iter().flat_map(|manifest| manifest.violations(policy, &ours)).collect();
    let gone = policy.layers.keys().filter(|name| !ours.contains(&name.as_str()));
    violations.extend(gone.map(|name| {
        Violation::new(PATH, 0, format!("there is no package `{name}` for its layer"), "remove the layer").of_item(name)
    }));
    violations
}

/// The manifest of one package.
struct Manifest<'a> {
    path: &'a str,
    text: &'a str,
    name: String,
    table: Table,
}

/// Reads a manifest, of a file that is one of a package.
fn manifest<'a>(path: &'a str, text: &'a str) -> Option<Manifest<'a>> {
    if path != "Cargo.toml" && !path.ends_with("/Cargo.toml") {
        return None;
    }
    let table: Table = text.parse().ok()?;
    let name = table.get("package")?.get("name")?.as_str()?.to_string();
    Some(Manifest { path, text, name, table })
}

impl Manifest<'_> {
    fn violations(&self, policy: &Policy, ours: &[&str]) -> Vec<Violation> {
        let Some(layer) = policy.layers.get(&self.name) else {
            let what = format!("package `{}` has no layer", self.name);
            return vec![Violation::new(self.path, 0, what, "decide what it may know in `xtask/tidy.toml`")];
        };
        self.edges().iter().filter_map(|edge| self.violation(layer, edge, ours)).collect()
    }

    fn violation(&self, layer: &Layer, edge: &Edge<'_>, ours: &[&str]) -> Option<Violation> {
        let Edge { name, only_tests, shared } = *edge;
        let listed = |names: &[String]| names.iter().any(|listed| listed == name || listed == ANYTHING);
        let list = if ours.contains(&name) { &layer.inside } else { &layer.outside };
        let violation = |what, mend| Some(Violation::new(self.path, self.line_of(name), what, mend).of_item(name));
        let allowed = listed(list) || (only_tests && listed(&layer.tests));
        if !allowed {
            let kind = if only_tests { "the tests of " } else { "" };
            let what = format!("{kind}`{}` may not depend on `{name}`", self.name);
            return violation(what, "put the code into a layer that may, or change the layer in `xtask/tidy.toml`");
        }
        if !shared {
            let what = format!("the version of `{name}` stands outside the shared table");
            return violation(what, "move it to `[workspace.dependencies]` and write `workspace = true`");
        }
        None
    }

    fn edges(&self) -> Vec<Edge<'_>> {
        let targets = self.table.get("target").and_then(Value::as_table);
        let targets = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table);
        let own_workspace = self.table.contains_key("workspace");
        let kinds = [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)];
        let mut edges = Vec::new();
        for table in targets.chain([&self.table]) {
            for (kind, only_tests) in kinds {
                let entries = table.get(kind).and_then(Value::as_table).into_iter().flatten();
                edges.extend(entries.map(|(key, value)| Edge {
                    name: value.get("package").and_then(Value::as_str).unwrap_or(key),
                    only_tests,
                    shared: own_workspace || value.get("workspace").and_then(Value::as_bool) == Some(true),
                }));
            }
        }
        edges
    }

    /// The line of the manifest that names a dependency, or 0.
    fn line_of(&self, name: &str) -> usize {
        let names_it = |line: &str| {
            line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
                || line.contains(&format!("\"{name}\""))
        };
        self.text.lines().zip(1..).find(|(line, _)| names_it(line)).map_or(0, |(_, number)| number)
    }
}

#[cfg(test)]
mod tests {
    use crate::tidy::violation::check_rule;

    const POLICY: &str = r#"
        [layers.low]
        inside = []
        outside = ["regex"]
        tests = ["high", "proptest"]
        role = "r"
        unaware = "u"
        [layers.high]
        inside = ["*"]
        outside = ["*"]
        role = "r"
        unaware = "u"
    "#;

    const HIGH: (&str, &str) =
        ("high/Cargo.toml", "[package]\nname = \"high\"\n[dependencies]\nlow.workspace = true\n");

    #[track_caller]
    fn check(dependencies: &str, expected: &[&str]) {
        let low = format!("[package]\nname = \"low\"\n{dependencies}\n");
        check_rule("layers", POLICY, &[HIGH, ("low/Cargo.toml", &low)], expected);
    }

    #[test]
    fn listed_edges_are_fine() {
        check("[dependencies]\nregex.workspace = true", &[]);
        check("[dev-dependencies]\nhigh.workspace = true\nproptest.workspace = true", &[]);
    }

    #[test]
    fn edges_that_are_not_listed_are_found() {
        check("[dependencies]\nhigh.workspace = true", &["low/Cargo.toml:4: `low` may not depend on `high`"]);
        check("[dependencies]\nlogos.workspace = true", &["low/Cargo.toml:4: `low` may not depend on `logos`"]);
        check("[build-dependencies]\nhigh.workspace = true", &["low/Cargo.toml:4: `low` may not depend on `high`"]);
        check(
            "[target.'cfg(unix)'.dependencies]\nlogos.workspace = true",
            &["low/Cargo.toml:4: `low` may not depend on `logos`"],
        );
        check(
            "[dev-dependencies]\nlogos.workspace = true",
            &["low/Cargo.toml:4: the tests of `low` may not depend on `logos`"],
        );
    }

    #[test]
    fn another_name_does_not_hide_an_edge() {
        check(
            "[dependencies]\nregex = { package = \"logos\", workspace = true }",
            &["low/Cargo.toml:4: `low` may not depend on `logos`"],
        );
    }

    #[test]
    fn versions_stand_in_the_shared_table() {
        let found = "low/Cargo.toml:4: the version of `regex` stands outside the shared table";
        check("[dependencies]\nregex = \"1\"", &[found]);
        check("[workspace]\n[dependencies]\nregex = \"1\"", &[]);
    }

    #[test]
    fn every_package_has_a_layer_and_every_layer_a_package() {
        let gone = "xtask/tidy.toml:0: there is no package `low` for its layer";
        check_rule("layers", POLICY, &[HIGH], &[gone]);
        let new = ("new/Cargo.toml", "[package]\nname = \"new\"\n");
        let low = ("low/Cargo.toml", "[package]\nname = \"low\"\n");
        check_rule("layers", POLICY, &[HIGH, low, new], &["new/Cargo.toml:0: package `new` has no layer"]);
    }
}
