//! Pages that the server writes as files, so that every editor can show them: of codes, of fields, of shipped catalogs,
//! and the answers of commands.
//!
//! They stand in the folder that the system has for such files, in one of this version.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use tamis::Catalog;
use tamis::diagnostic::Code;
use tower_lsp::lsp_types::Url;

/// The page of a code.
pub(crate) fn code(code: Code) -> Option<Url> {
    write(&format!("codes/{code}.md"), tamis_wire::page(code)?)
}

/// The page of a field of a catalog.
pub(crate) fn field(catalog: &str, name: &str, text: &str) -> Option<Url> {
    write(&format!("fields/{}/{}.md", plain(catalog), plain(name)), text)
}

/// The text of a shipped catalog, with its file.
pub(crate) fn catalog(name: &str) -> Option<(Url, &'static str)> {
    let text = Catalog::shipped_text(name)?;
    Some((write(&format!("catalogs/{}.json", plain(name)), text)?, text))
}

/// The answer of a command.
pub(crate) fn answer(name: &str, text: &str) -> Option<Url> {
    write(&format!("answers/{}.md", plain(name)), text)
}

/// A name that is one for every system's files.
fn plain(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    plain.trim_start_matches('.').chars().take(100).collect()
}

/// Writes a page, unless it is there already; none where nothing can be written.
fn write(name: &str, text: &str) -> Option<Url> {
    let path = folder().join(name);
    if fs::read_to_string(&path).ok().as_deref() != Some(text) {
        fs::create_dir_all(path.parent()?).ok()?;
        fs::write(&path, text).ok()?;
    }
    Url::from_file_path(path).ok()
}

fn folder() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = variable("XDG_CACHE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .or_else(|| variable("HOME").map(|home| home.join(".cache")));
    let own = cache.map_or_else(|| std::env::temp_dir().join(process()), |cache| cache.join("tamis"));
    own.join(env!("CARGO_PKG_VERSION"))
}

/// In a folder that all users share, a folder of this process.
fn process() -> OsString {
    format!("tamis-{}", std::process::id()).into()
}
