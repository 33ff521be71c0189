//! Where the editors under test lie, and what is missing.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{self, Failure};

/// Where `editors/install.sh` leaves the commands that it unpacks.
const UNPACKED: &str = "unpacked/usr/bin";

/// The folders of a test run.
#[derive(Debug)]
pub(super) struct Tools {
    root: PathBuf,
    target: PathBuf,
}

/// Something that a test needs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Need {
    /// A command of the machine.
    Command(&'static str),
    /// A command that may be unpacked below the folder of the editors, or the machine's own.
    Unpacked(&'static str),
    /// A file below the folder of the editors.
    File(&'static str),
}

/// A picture of the documentation, and the kept screen that it shows.
pub(super) type Picture = (&'static str, &'static str);

impl Tools {
    pub(super) fn of(root: &Path) -> Self {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        Self { root: root.to_path_buf(), target }
    }

    /// Where editors are installed that the system does not have.
    pub(super) fn folder(&self) -> PathBuf {
        self.target.join("editors")
    }

    /// The top of the repository.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The command under test.
    pub(super) fn tamis(&self) -> PathBuf {
        self.target.join("debug/tamis")
    }

    /// A folder for one test, which it may empty.
    pub(super) fn work(&self, name: &str) -> PathBuf {
        self.folder().join("work").join(name)
    }

    /// Where the tests keep what was on the screen.
    pub(super) fn screens(&self) -> PathBuf {
        self.folder().join("screens")
    }

    /// The program of a command that may be unpacked or the machine's own.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        let unpacked = self.folder().join(UNPACKED).join(name);
        if unpacked.exists() { unpacked } else { PathBuf::from(name) }
    }

    /// The first need that is not met.
    pub(super) fn missing(&self, needs: &[Need]) -> Option<&'static str> {
        needs.iter().find_map(|need| {
            let (name, is_there) = match *need {
                Need::Command(name) => (name, is_command(OsStr::new(name))),
                Need::Unpacked(name) => {
                    let program = self.program(name);
                    (name, program.is_absolute() || is_command(program.as_os_str()))
                }
                Need::File(path) => (path, self.folder().join(path).exists()),
            };
            (!is_there).then_some(name)
        })
    }

    /// Writes pictures of kept screens into the documentation.
    ///
    /// # Errors
    ///
    /// When a screen was not kept, or it cannot be drawn.
    pub(super) fn draw(&self, pictures: &[Picture]) -> Result<(), Failure> {
        let folder = self.root.join("docs/editors");
        fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
        for (picture, screen) in pictures {
            let (screen, picture) = (self.screens().join(screen), folder.join(picture));
            if screen.extension() == Some(OsStr::new("png")) {
                fs::copy(&screen, &picture).map_err(|error| Failure::file(&screen, &error))?;
                continue;
            }
            let script = self.root.join("editors/tests/picture.mjs");
            failure::run(Command::new("node").arg(script).arg(self.folder().join("npm")).arg(screen).arg(picture))?;
        }
        Ok(())
    }
}

/// Whether a command of this name is in the path.
fn is_command(name: &OsStr) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}
