//! The two output streams: where colours go, how wide they are, and how they end.

use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use clap::ValueEnum;

use crate::style::{self, paint};
use crate::text;

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// How wide text is laid out where no terminal says it.
const DEFAULT_WIDTH: usize = 120;
/// The narrowest layout; on a smaller terminal lines wrap.
const MIN_WIDTH: usize = 40;

/// Standard output and standard error.
pub(crate) struct Terminal {
    /// Where results go.
    pub(crate) out: Stream,
    /// Where failures, warnings beside results and progress go.
    pub(crate) err: Stream,
}

/// One output stream; colours are taken out where they are not wanted.
pub(crate) struct Stream {
    writer: AutoStream<Box<dyn Write>>,
    is_terminal: bool,
    width: usize,
}

impl Color {
    /// The choice as the stream and clap understand it.
    pub(crate) const fn choice(self) -> ColorChoice {
        match self {
            Self::Auto => ColorChoice::Auto,
            Self::Always => ColorChoice::Always,
            Self::Never => ColorChoice::Never,
        }
    }
}

impl Terminal {
    /// The streams of this process.
    pub(crate) fn new(color: Color) -> Self {
        let out = io::stdout();
        let err = io::stderr();
        let out_choice = resolve(color, AutoStream::choice(&out));
        let err_choice = resolve(color, AutoStream::choice(&err));
        let out_width = terminal_size::terminal_size_of(&out).map(|(width, _)| usize::from(width.0));
        let err_width = terminal_size::terminal_size_of(&err).map(|(width, _)| usize::from(width.0));
        // Not locked: the language server writes from another thread.
        Self {
            out: Stream::new(out.is_terminal(), out_width, BufWriter::with_capacity(1 << 16, out), out_choice),
            err: Stream::new(err.is_terminal(), err_width, BufWriter::new(err), err_choice),
        }
    }
}

impl Terminal {
    /// Writes one line about something that went wrong.
    pub(crate) fn complain(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.err, "{}: {}", paint(style::BAD.bold(), "error"), text::visible(line))?;
        self.err.flush()
    }

    /// Writes one line about something that the user should know, and that stops nothing.
    pub(crate) fn warn(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.err, "{}: {}", paint(style::NOTICE.bold(), "warning"), text::visible(line))?;
        self.err.flush()
    }
}

/// The command line wins over the environment.
fn resolve(color: Color, environment: ColorChoice) -> ColorChoice {
    match color {
        Color::Auto => environment,
        Color::Always | Color::Never => color.choice(),
    }
}

impl Stream {
    fn new(is_terminal: bool, width: Option<usize>, writer: impl Write + 'static, choice: ColorChoice) -> Self {
        let writer: Box<dyn Write> = Box::new(writer);
        let width = width.unwrap_or(DEFAULT_WIDTH).max(MIN_WIDTH);
        Self { writer: AutoStream::new(writer, choice), is_terminal, width }
    }

    /// Whether a person is looking.
    pub(crate) const fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// How many columns a line of prose has.
    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    /// How many columns the line of a table may have: in a pipe as many as it needs.
    pub(crate) const fn limit(&self) -> Option<usize> {
        if self.is_terminal { Some(self.width) } else { None }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
