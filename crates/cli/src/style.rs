//! The colours of the command, each named after what it marks.

use std::fmt;

use anstyle::{AnsiColor, Color, Style};
use tamis::diagnostic::Severity;

/// A heading.
pub(crate) const HEADING: Style = Style::new().bold();
/// Rule text, field names and other words that a user types.
pub(crate) const CODE: Style = ansi(AnsiColor::Cyan);
/// What is of less interest.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// What is new or as wanted.
pub(crate) const GOOD: Style = ansi(AnsiColor::Green);
/// What goes away or is wrong.
pub(crate) const BAD: Style = ansi(AnsiColor::Red);
/// What is to be looked at.
pub(crate) const NOTICE: Style = ansi(AnsiColor::Yellow);
/// The lines around a picture.
pub(crate) const MARGIN: Style = ansi(AnsiColor::BrightBlack);

const fn ansi(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(color)))
}

/// The colour of a severity.
pub(crate) const fn of(severity: Severity) -> Style {
    match severity {
        Severity::Error => BAD,
        Severity::Warning => NOTICE,
        Severity::Hint => CODE,
    }
}

/// Something with a colour around it.
pub(crate) struct Painted<T> {
    style: Style,
    inner: T,
}

/// Puts a colour around something; the stream takes it out where it is not wanted.
pub(crate) const fn paint<T: fmt::Display>(style: Style, inner: T) -> Painted<T> {
    Painted { style, inner }
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.style.render(), self.inner, self.style.render_reset())
    }
}
