//! Which reading of a text is meant.

use std::fmt;
use std::str::FromStr;

/// A reading of rule text.
///
/// The editions share one lexer, tree, checker and compiler; they differ only in how the texts of the table in
/// `docs/language.md` are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Edition {
    /// The language of new rules.
    #[default]
    Tamis,
    /// The language of rules that run on Kong's atc-router: whatever that accepts means here what it means there, and
    /// everything else is read as in `tamis`.
    Atc,
    /// The language of rules that must still run on Kong's atc-router: read as in `atc`, and whatever atc-router refuses
    /// is an error.
    AtcStrict,
}

impl Edition {
    /// Every edition, in the order in which they are listed.
    pub const ALL: &'static [Self] = &[Self::Tamis, Self::Atc, Self::AtcStrict];

    /// The name that commands and the `//! edition: …` line use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tamis => "tamis",
            Self::Atc => "atc",
            Self::AtcStrict => "atc-strict",
        }
    }

    /// Whether a text that atc-router accepts means what it means there.
    #[must_use]
    pub const fn reads_atc(self) -> bool {
        match self {
            Self::Tamis => false,
            Self::Atc | Self::AtcStrict => true,
        }
    }

    /// Whether a text that atc-router refuses is an error.
    #[must_use]
    pub const fn must_run_on_atc(self) -> bool {
        match self {
            Self::Tamis | Self::Atc => false,
            Self::AtcStrict => true,
        }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of no edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownEdition(pub String);

impl fmt::Display for UnknownEdition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an edition; the editions are ", self.0)?;
        for (i, edition) in Edition::ALL.iter().enumerate() {
            write!(f, "{}`{edition}`", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownEdition {}

impl FromStr for Edition {
    type Err = UnknownEdition;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|edition| edition.as_str() == name);
        found.copied().ok_or_else(|| UnknownEdition(name.to_owned()))
    }
}
