//! `tamis completions`

use crate::runner::tamis;

#[test]
fn every_shell_gets_a_script_that_knows_the_commands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = tamis(&["completions", shell]).stdout();
        for command in ["match", "batch", "disasm"] {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
}
