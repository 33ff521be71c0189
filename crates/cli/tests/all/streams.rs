//! Colours, pipes and readers that go away.

use std::io::Read as _;
use std::process::{Command, Stdio};

use crate::runner::tamis;

/// Whether what is printed has colours.
#[track_caller]
fn has_colors(words: &[&str], environment: &[(&str, &str)]) -> bool {
    let tamis = environment.iter().fold(tamis(words), |tamis, (name, value)| tamis.env(name, value));
    let output = tamis.output();
    output.stdout.contains(&0x1b) || output.stderr.contains(&0x1b)
}

#[test]
fn a_pipe_has_no_colours() {
    assert!(!has_colors(&["ops"], &[]));
    assert!(!has_colors(&["--help"], &[]));
    assert!(!has_colors(&["nonsense"], &[]));
}

#[test]
fn colours_can_be_asked_for() {
    assert!(has_colors(&["ops", "--color", "always"], &[]));
    assert!(has_colors(&["--color=always", "--help"], &[]));
    assert!(has_colors(&["nonsense", "--color=always"], &[]));
    assert!(has_colors(&["ops"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn no_color_switches_colours_off() {
    assert!(!has_colors(&["ops"], &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "0")]));
    assert!(!has_colors(&["ops", "--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(has_colors(&["ops", "--color", "always"], &[("NO_COLOR", "1")]), "an option wins over the environment");
}

#[test]
fn colours_do_not_change_the_text() {
    let plain = tamis(&["ops", "=="]).stdout();
    let colored = tamis(&["ops", "==", "--color", "always"]).stdout();
    assert_ne!(plain, colored);
    assert_eq!(plain, anstream::adapter::strip_str(&colored).to_string());
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tamis"))
        .args(["fields", "--format", "json"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // More than a pipe holds is on its way when the first byte has come.
    child.stdout.take().unwrap().read_exact(&mut [0]).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}
