//! The files of the repository, read once, so that every rule is a function of values.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::source::Source;

/// Every file that belongs to the repository, by path from its top with `/` between the parts.
#[derive(Debug, Default)]
pub struct Repository {
    /// Where it lies, unless it was made up.
    root: Option<PathBuf>,
    files: BTreeMap<String, File>,
    folders: BTreeSet<String>,
}

/// One file.
#[derive(Debug)]
pub struct File {
    /// Its path from the top.
    pub path: String,
    /// Its text; empty for a file that is not UTF-8.
    pub text: String,
    /// Its tokens, of a Rust file; or the line at which it stops being Rust.
    pub source: Option<Result<Source, usize>>,
}

impl Repository {
    /// Reads the files that git tracks below `root`; every file when there is no git.
    ///
    /// # Errors
    ///
    /// When a file cannot be read.
    pub fn open(root: &Path) -> Result<Self, Failure> {
        let paths = tracked(root).map_or_else(|| everything(root), Ok)?;
        let mut repository = Self { root: Some(root.to_path_buf()), ..Self::default() };
        for path in paths {
            let full = root.join(&path);
            if !full.is_file() {
                continue;
            }
            let bytes = fs::read(&full).map_err(|error| Failure::file(&full, &error))?;
            repository.add(path, String::from_utf8(bytes).unwrap_or_default());
        }
        Ok(repository)
    }

    /// A repository of these files, for tests.
    #[must_use]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let mut repository = Self::default();
        for (path, text) in files {
            repository.add((*path).into(), (*text).into());
        }
        repository
    }

    /// Every file, in the order of the paths.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.files.values()
    }

    /// The files whose name ends in `.extension`.
    pub fn with_extension(&self, extension: &str) -> impl Iterator<Item = &File> {
        self.files().filter(move |file| file.path.rsplit_once('.').is_some_and(|(_, end)| end == extension))
    }

    /// The Rust files that can be read, with their tokens.
    pub fn rust(&self) -> impl Iterator<Item = (&str, &Source)> {
        self.files().filter_map(|file| Some((file.path.as_str(), file.source.as_ref()?.as_ref().ok()?)))
    }

    /// The text of a file.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(|file| file.text.as_str())
    }

    /// Whether there is a file or a folder of this path.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path) || self.folders.contains(path)
    }

    /// Every line that a file had in an earlier version and that was taken out, as far as git can tell.
    #[must_use]
    pub fn former_lines(&self, path: &str) -> Vec<String> {
        let Some(root) = &self.root else { return Vec::new() };
        let mut git = Command::new("git");
        git.arg("-C").arg(root).args(["log", "--format=", "--patch", "--unified=0", "--", path]);
        let output = git.output().ok().filter(|output| output.status.success());
        let patch = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        let removed = patch.lines().filter(|line| !line.starts_with("---")).filter_map(|line| line.strip_prefix('-'));
        removed.map(String::from).collect()
    }

    fn add(&mut self, path: String, text: String) {
        for (place, _) in path.match_indices('/') {
            self.folders.extend(path.get(..place).map(String::from));
        }
        let source = path.ends_with(".rs").then(|| Source::parse(&text));
        self.files.insert(path.clone(), File { path, text, source });
    }
}

/// The top of the repository that this program was built from.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// What git tracks, or none where git cannot tell.
fn tracked(root: &Path) -> Option<Vec<String>> {
    let output = Command::new("git").arg("-C").arg(root).args(["ls-files", "-z"]).output().ok()?;
    let paths: Vec<_> = String::from_utf8(output.stdout).ok()?.split_terminator('\0').map(String::from).collect();
    (output.status.success() && !paths.is_empty()).then_some(paths)
}

/// Every file below `root` but those of git and those that the build makes.
fn everything(root: &Path) -> Result<Vec<String>, Failure> {
    let mut paths = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).map_err(|error| Failure::file(&folder, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| Failure::file(&folder, &error))?.path();
            let name = path.file_name().unwrap_or_default();
            if path.is_dir() && !["target", ".git", "node_modules"].iter().any(|skipped| name == *skipped) {
                folders.push(path);
            } else if let Some(inner) = path.is_file().then(|| path.strip_prefix(root).ok()).flatten() {
                paths.push(inner.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_files_are_there() {
        let repository = Repository::of(&[("docs/decisions/0001.md", "")]);
        let there = ["docs", "docs/decisions", "docs/decisions/0001.md", "doc"].map(|path| repository.has(path));
        assert_eq!(there, [true, true, true, false]);
    }

    #[test]
    fn this_repository_is_read_with_and_without_git() {
        let root = root();
        let all = everything(&root).unwrap();
        assert!(all.iter().any(|path| path == "xtask/src/repository.rs"));
        assert!(all.iter().all(|path| !path.starts_with("target/")));
        assert!(Repository::open(&root).unwrap().has("Cargo.toml"));
    }
}
