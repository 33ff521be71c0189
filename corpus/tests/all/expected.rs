//! Files that hold what a runner finds: compared, or written anew where the environment has `UPDATE=1`.

use std::fs;
use std::path::{Path, PathBuf};

/// One file of cases.
pub(crate) struct CaseFile {
    /// Its path from the top of the repository.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

impl CaseFile {
    /// The file's name without its ending.
    pub(crate) fn stem(&self) -> &str {
        Path::new(&self.path).file_stem().and_then(|stem| stem.to_str()).unwrap_or("")
    }
}

/// The files of a folder of the repository with this ending, by name; a folder without any is a mistake.
#[track_caller]
pub(crate) fn files(folder: &str, ending: &str) -> Vec<CaseFile> {
    let root = xtask::repository::root();
    let entries = fs::read_dir(root.join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut names: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension == ending));
    names.sort();
    assert!(!names.is_empty(), "{folder} has no file that ends with .{ending}");
    let read = |path: PathBuf| {
        let name = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
        CaseFile { path: name, text: fs::read_to_string(&path).unwrap() }
    };
    names.into_iter().map(read).collect()
}

/// The differences that a runner found, told at its end all at once.
#[derive(Default)]
pub(crate) struct Differences(Vec<String>);

impl Differences {
    /// Something is wrong that no rewriting mends.
    pub(crate) fn add(&mut self, place: &str, what: impl std::fmt::Display) {
        self.0.push(format!("{place}: {what}"));
    }

    /// Notes where the text of a file is not what the runner would write, or writes it.
    pub(crate) fn settle(&mut self, file: &CaseFile, new: &str) {
        if file.text == new {
            return;
        }
        if updates() {
            fs::write(xtask::repository::root().join(&file.path), new).unwrap();
            return;
        }
        let (old_lines, new_lines): (Vec<_>, Vec<_>) = (file.text.lines().collect(), new.lines().collect());
        let same = old_lines.iter().zip(&new_lines).take_while(|(a, b)| a == b).count();
        let shown =
            |lines: &[&str]| lines.iter().skip(same).take(12).map(|it| format!("    {it}\n")).collect::<String>();
        let (was, is) = (shown(&old_lines), shown(&new_lines));
        let place = format!("{}:{}", file.path, same + 1);
        self.add(&place, format!("expected\n{was}  found\n{is}  (`UPDATE=1 cargo test` accepts what was found)"));
    }

    /// Fails where there is a difference.
    #[track_caller]
    pub(crate) fn finish(self) {
        assert!(self.0.is_empty(), "{} differences\n\n{}\n", self.0.len(), self.0.join("\n\n"));
    }
}

/// Whether expectations are written anew; nothing but these tests reads this variable.
#[expect(clippy::disallowed_methods, reason = "a test run is configured by its environment")]
fn updates() -> bool {
    std::env::var("UPDATE").is_ok_and(|value| !value.is_empty() && value != "0")
}
