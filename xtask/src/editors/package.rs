//! `cargo xtask package-vscode`: the extension for VS Code as one file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::tools::Tools;
use crate::failure::{self, Failure};

/// Files of the repository that belong into the extension, by their path in it.
const COPIES: &[(&str, &str)] = &[
    ("grammar/tamis.tmLanguage.json", "syntaxes/tamis.tmLanguage.json"),
    ("grammar/tamis.injection.tmLanguage.json", "syntaxes/tamis.injection.tmLanguage.json"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
];

/// Builds the extension and packs it; answers where it lies.
///
/// # Errors
///
/// When npm is missing, a step fails or a file cannot be written.
pub fn package(root: &Path) -> Result<PathBuf, Failure> {
    let extension = root.join("editors/vscode");
    for (from, to) in COPIES {
        let to = extension.join(to);
        let copied = to.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::copy(root.join(from), &to));
        copied.map_err(|error| Failure::file(&to, &error))?;
    }
    let npm = |arguments: &[&str]| failure::run(Command::new("npm").args(arguments).current_dir(&extension));
    let lock = extension.join("package-lock.json");
    let wanted = fs::read(&lock).map_err(|error| Failure::file(&lock, &error))?;
    let installed = extension.join("node_modules/.installed");
    if fs::read(&installed).ok().as_ref() != Some(&wanted) {
        npm(&["ci", "--ignore-scripts", "--silent", "--no-fund", "--no-audit"])?;
        fs::write(&installed, &wanted).map_err(|error| Failure::file(&installed, &error))?;
    }
    npm(&["run", "--silent", "build"])?;
    let folder = Tools::of(root).folder();
    fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
    let packaged = folder.join("tamis.vsix");
    npm(&["run", "--silent", "package", "--", "--out", &packaged.to_string_lossy()])?;
    Ok(packaged)
}
