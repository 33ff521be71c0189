//! From the arguments of a command to the texts that it works on.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::source::{Source, is_stdin};

/// The ending of files with rules.
const EXTENSION: &str = "tamis";

/// The files that are meant: those named, and every `.tamis` file below the folders named.
///
/// A path that cannot be looked at becomes a failure of its own; the others are kept.
pub(crate) fn files(paths: &[PathBuf]) -> Vec<Result<PathBuf, Failure>> {
    let mut files = Vec::new();
    for path in paths {
        if is_stdin(path) || !path.is_dir() {
            files.push(Ok(path.clone()));
            continue;
        }
        let before = files.len();
        below(path, &mut files);
        if files.len() == before {
            files.push(Err(Failure::new(format!("there is no `.{EXTENSION}` file below `{}`", path.display()))));
        }
    }
    files
}

/// The files below a folder, ordered by path; hidden folders and links to folders are not entered.
fn below(folder: &Path, files: &mut Vec<Result<PathBuf, Failure>>) {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                files.push(Err(Failure::file("read", &folder, &error)));
                continue;
            }
        };
        for entry in entries.flatten() {
            let path = entry.path();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && !entry.file_name().as_encoded_bytes().starts_with(b".") {
                folders.push(path);
            } else if !is_folder && path.extension().is_some_and(|extension| extension == EXTENSION) {
                found.push(path);
            }
        }
    }
    found.sort();
    files.extend(found.into_iter().map(|path| Ok(path.strip_prefix("./").map_or(path.clone(), Path::to_owned))));
}

/// The texts that are meant: rules on the command line first, then files.
pub(crate) fn texts(rules: &[String], paths: &[PathBuf]) -> Result<Vec<Result<Source, Failure>>, Failure> {
    if rules.is_empty() && paths.is_empty() {
        return Err(Failure::new("nothing to read: give a FILE, `-e RULE`, or `-` for standard input"));
    }
    let rules = rules.iter().map(|rule| Ok(Source::argument(rule.as_str())));
    let files = files(paths).into_iter().map(|path| path.and_then(|path| Source::read(&path)));
    Ok(rules.chain(files).collect())
}
