//! Files name no folder of a machine, no private host and no writing tool.
//!
//! What this file looks for stands here in pieces, so that the rule holds for itself.

use super::{Policy, Violation};
use crate::repository::{File, Repository};

/// Folders of somebody's machine.
const FOLDERS: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/fa", "rm/"),
    concat!("C:\\Us", "ers\\"),
];

/// Tools that write text or code; in lower case.
const TOOLS: &[&str] = &[
    concat!("chat", "gpt"),
    concat!("cla", "ude"),
    concat!("co", "pilot"),
    concat!("co", "dex"),
    concat!("language ", "model"),
    concat!("co-authored", "-by"),
];

/// The hosts that manifests, lock files and scripts may name.
const HOSTS: &[&str] = &[
    "crates.io",
    "docs.rs",
    "github.com",
    "json-schema.org",
    "keepachangelog.com",
    "opentelemetry.io",
    "registry.npmjs.org",
    "semver.org",
    "www.apache.org",
];

/// Files that machines read and that may carry the address of a registry.
const MACHINE_READ: &[&str] = &[".toml", ".lock", "package-lock.json", ".npmrc", ".sh", ".ci/run", ".yml", ".yaml"];

pub(super) fn check(repository: &Repository, _: &Policy) -> Vec<Violation> {
    repository.files().flat_map(in_file).collect()
}

fn in_file(file: &File) -> Vec<Violation> {
    let mut violations = Vec::new();
    let machine_read = MACHINE_READ.iter().any(|end| file.path.ends_with(end));
    let is_data = [".json", ".har", ".ndjson", ".jsonl"].iter().any(|end| file.path.ends_with(end));
    for (line, number) in file.text.lines().zip(1..) {
        let mut found = |item: &str, what: &str, mend| {
            violations.push(Violation::new(&file.path, number, format!("{what} `{item}`"), mend).of_item(item));
        };
        if let Some(folder) = folder(line) {
            found(folder, "folder of a machine", "write a path from the top of the repository");
        }
        if let Some(tool) = (!is_data).then(|| tool(line)).flatten() {
            found(tool, "name of a writing tool", "say what the text is about, not how it was made");
        }
        for host in machine_read.then(|| hosts(line)).into_iter().flatten() {
            if !HOSTS.contains(&host) {
                found(host, "unknown host", "use the public registry, or list the host in `xtask/src/tidy/origin.rs`");
            }
        }
    }
    violations
}

/// The first folder of a machine; a longer path or address that merely contains its name is none.
fn folder(line: &str) -> Option<&'static str> {
    let starts = |place: usize| {
        let before = line.get(..place).unwrap_or_default().chars().next_back();
        !before.is_some_and(|it| it.is_alphanumeric() || "_-.*}/".contains(it))
    };
    FOLDERS.iter().copied().find(|folder| line.match_indices(folder).any(|(place, _)| starts(place)))
}

fn tool(line: &str) -> Option<&'static str> {
    let lower = line.to_lowercase();
    TOOLS.iter().copied().find(|tool| lower.contains(tool))
}

/// The hosts of the addresses in a line.
fn hosts(line: &str) -> impl Iterator<Item = &str> {
    line.split("://").skip(1).filter_map(|rest| {
        let host = rest.split(|it: char| !(it.is_alphanumeric() || "-.@".contains(it))).next()?;
        let local = ["localhost", "127.0.0.1"].contains(&host);
        (host.contains('.') && !local).then_some(host)
    })
}

#[cfg(test)]
mod tests {
    use super::{FOLDERS, TOOLS};
    use crate::tidy::violation::check_rule;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        check_rule("origin", "", &[(path, text)], expected);
    }

    #[test]
    fn folders_of_machines_are_found() {
        let folder = FOLDERS[0];
        check("a.md", &format!("\nIn `{folder}x`."), &[&format!("a.md:2: folder of a machine `{folder}`")]);
        check("a.md", &format!("In `/v1{folder}x` and `https://host.example{folder}`."), &[]);
    }

    #[test]
    fn writing_tools_are_found_outside_data() {
        let tool = TOOLS[0];
        check("a.rs", &format!("// {}", tool.to_uppercase()), &[&format!("a.rs:1: name of a writing tool `{tool}`")]);
        check("a.json", tool, &[]);
    }

    #[test]
    fn hosts_of_registries_are_found() {
        check("Cargo.lock", "source = \"registry+https://github.com/rust-lang/crates.io-index\"", &[]);
        check(
            "Cargo.lock",
            "\"sparse+https://mirror.example/index\"",
            &["Cargo.lock:1: unknown host `mirror.example`"],
        );
        check(".ci/run", "curl http://127.0.0.1:80/ http://localhost/", &[]);
        check("a.md", "See <https://mirror.example/index>.", &[]);
    }
}
