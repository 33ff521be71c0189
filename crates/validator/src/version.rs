//! Versions of gateways.

use std::fmt;

/// A version of a gateway, `3.9.1` or `3.14.0.9`; numbers that are not there are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version([u32; 4]);

impl Version {
    /// The version of these numbers.
    #[must_use]
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self([major, minor, patch, 0])
    }

    /// Reads one to four numbers with dots between them; what follows a hyphen or a plus does not count.
    ///
    /// ```
    /// use tamis_validator::Version;
    /// assert!(Version::read("3.14.0.9-ubuntu") > Version::read("3.9.1"));
    /// assert_eq!(Version::read("latest"), None);
    /// ```
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let numbers = text.trim().trim_start_matches('v').split(['-', '+']).next()?;
        let mut version = [0; 4];
        for (place, number) in numbers.split('.').enumerate() {
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            *version.get_mut(place)? = number.parse().ok().filter(|_| is_number)?;
        }
        Some(Self(version))
    }

    /// The first two numbers.
    #[must_use]
    pub const fn minor(self) -> (u32, u32) {
        let [major, minor, ..] = self.0;
        (major, minor)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch, build] = self.0;
        write!(f, "{major}.{minor}")?;
        if patch > 0 || build > 0 {
            write!(f, ".{patch}")?;
        }
        if build > 0 {
            write!(f, ".{build}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(Version::read(text).map(|version| version.to_string()).as_deref(), expected);
    }

    #[test]
    fn versions_are_numbers() {
        check("3.9.1", Some("3.9.1"));
        check("3.10", Some("3.10"));
        check("v3.14.0.9-debian", Some("3.14.0.9"));
        check("3", Some("3.0"));
        check("", None);
        check("3..1", None);
        check("3.x", None);
        check("1.2.3.4.5", None);
        check("3.99999999999", None);
    }

    #[test]
    fn ten_is_more_than_nine() {
        assert!(Version::read("3.10") > Version::read("3.9.9"));
        assert_eq!(Version::read("3.10"), Version::read("3.10.0.0"));
    }
}
