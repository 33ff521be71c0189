//! Puts the pages of `corpus/diagnostics` into the binary: a table from code to text.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = variable("CARGO_MANIFEST_DIR")?.join("../../corpus/diagnostics");
    let mut pages = pages(&folder)?;
    pages.sort();
    let mut table = String::from("&[\n");
    for (code, path) in pages {
        // Writing to memory cannot fail.
        let _ = writeln!(table, "    ({code:?}, include_str!({:?})),", path.display().to_string());
    }
    table.push_str("]\n");
    tell(&format!("cargo::rerun-if-changed={}", folder.display()));
    fs::write(variable("OUT_DIR")?.join("pages.rs"), table)
}

/// The pages of a folder by code: `T301.md` and its like.
fn pages(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut pages = Vec::new();
    if !folder.is_dir() {
        return Ok(pages);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let code = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
        let is_code = code.len() == 4
            && code.starts_with(['T', 'V'])
            && code.get(1..).is_some_and(|number| number.parse::<u16>().is_ok());
        if is_code && path.extension().is_some_and(|extension| extension == "md") {
            pages.push((code.to_owned(), path.canonicalize()?));
        }
    }
    Ok(pages)
}

#[expect(clippy::disallowed_methods, reason = "a build script is told where things are by its environment")]
fn variable(name: &str) -> io::Result<PathBuf> {
    env::var(name).map(PathBuf::from).map_err(io::Error::other)
}

fn tell(line: &str) {
    println!("{line}");
}
