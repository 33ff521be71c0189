//! Files that are made from the tables of the language, each with a test that makes it anew and compares.

mod codes;
mod fields;
mod layers;
mod operators;
mod queries;
mod table;
mod textmate;
mod tree_sitter;

use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::repository::Repository;
use crate::tidy::Policy;

/// A file as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// Its path from the top of the repository.
    pub path: String,
    /// Its whole text.
    pub text: String,
}

/// Every generated file.
///
/// # Errors
///
/// When a file that is generated in part is missing or lacks the place for it.
pub fn generate(repository: &Repository, policy: &Policy) -> Result<Vec<Generated>, Failure> {
    let mut files =
        vec![layers::generate(repository, policy)?, operators::generate(), codes::page(), codes::ledger(repository)];
    files.extend(fields::generate());
    files.extend(tree_sitter::generate());
    files.push(textmate::generate());
    files.extend(queries::generate(repository));
    Ok(files)
}

/// The generated files whose text in the repository is another.
///
/// # Errors
///
/// As [`generate`].
pub fn stale(repository: &Repository, policy: &Policy) -> Result<Vec<Generated>, Failure> {
    let files = generate(repository, policy)?;
    Ok(files.into_iter().filter(|file| repository.text(&file.path) != Some(&file.text)).collect())
}

/// Writes the generated files whose text is another, and gives them back.
///
/// # Errors
///
/// As [`generate`], or when a file cannot be written.
pub fn write(root: &Path) -> Result<Vec<Generated>, Failure> {
    let repository = Repository::open(root)?;
    // A new file is not tracked yet, so what stands on the disk decides.
    let differs = |file: &Generated| fs::read_to_string(root.join(&file.path)).ok().as_ref() != Some(&file.text);
    let files: Vec<_> = generate(&repository, &Policy::of(&repository)?)?.into_iter().filter(differs).collect();
    for file in &files {
        let path = root.join(&file.path);
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, &file.text));
        written.map_err(|error| Failure::file(&path, &error))?;
    }
    Ok(files)
}

/// The line below the title of a generated page.
fn origin(source: &str) -> String {
    format!("<!-- Generated from `{source}` by `cargo xtask codegen`; changes here are lost. -->\n")
}
