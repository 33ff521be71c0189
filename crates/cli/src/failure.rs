//! What stops a command: one clear line on standard error.

use std::fmt;
use std::io::{self, Write as _};
use std::path::Path;

use crate::terminal::Terminal;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// It did what was asked, and there was nothing to complain about.
    Clean,
    /// It ran, and a rule is wrong (or, of a `--check`, a file would change).
    Found,
    /// It could not do what was asked: wrong usage, or a file that cannot be read.
    Unable,
}

impl Status {
    /// The exit code of the process.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Found => 1,
            Self::Unable => 2,
        }
    }

    /// The worse of two.
    pub(crate) const fn worse(self, other: Self) -> Self {
        if other.code() > self.code() { other } else { self }
    }
}

/// Why a command cannot go on.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A line for the user.
    Told(String),
    /// The result cannot be written.
    Output(io::Error),
}

impl Failure {
    /// A failure with its line.
    pub(crate) fn new(line: impl Into<String>) -> Self {
        Self::Told(line.into())
    }

    /// A file that cannot be read or written; `verb` is what was tried.
    pub(crate) fn file(verb: &str, path: &Path, error: &io::Error) -> Self {
        Self::new(format!("cannot {verb} `{}`: {}", path.display(), reason(error)))
    }

    /// Says it and goes on with the other files; only a failure to write cannot be survived.
    pub(crate) fn recover(self, terminal: &mut Terminal) -> Result<Status, Self> {
        match self {
            Self::Told(line) => {
                terminal.out.flush()?;
                terminal.complain(&line)?;
                Ok(Status::Unable)
            }
            Self::Output(_) => Err(self),
        }
    }

    /// Whether the reader of the output went away, which is its right.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// The reason of an error of the operating system, without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
        _ => {
            let text = error.to_string();
            let end = text.find(" (os error").unwrap_or(text.len());
            text.get(..end).unwrap_or(&text).to_lowercase()
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Told(line) => f.write_str(line),
            Self::Output(error) => write!(f, "cannot write the output: {}", reason(error)),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
