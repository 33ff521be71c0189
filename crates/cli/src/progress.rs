//! How far long work has come, for a person who waits.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::terminal::Terminal;

/// A bar on standard error; nothing where nobody looks, and nothing for short work.
pub(crate) struct Progress {
    bar: ProgressBar,
}

/// Work of fewer steps is over before a bar could be read.
const SHORTEST: u64 = 20_000;
/// How often the bar is drawn, in a second.
const RATE: u8 = 10;

impl Progress {
    /// A bar for so many steps, each an `item`.
    pub(crate) fn new(terminal: &Terminal, item: &'static str, steps: u64) -> Self {
        if !terminal.err.is_terminal() || steps < SHORTEST {
            return Self { bar: ProgressBar::hidden() };
        }
        let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::stderr_with_hz(RATE));
        let template = format!("{{bar:30.cyan/dim}} {{human_pos}} of {{human_len}} {item}, {{eta}} left");
        bar.set_style(ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar }
    }

    /// A count of unknown end, each an `item`; only where the results go somewhere else than to the same terminal.
    pub(crate) fn endless(terminal: &Terminal, item: &'static str) -> Self {
        if !terminal.err.is_terminal() || terminal.out.is_terminal() {
            return Self { bar: ProgressBar::hidden() };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(RATE));
        let template = format!("{{spinner:.cyan}} {{human_pos}} {item}");
        bar.set_style(ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar }
    }

    /// One step is done.
    pub(crate) fn step(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
