//! `cargo xtask install-editors`, `test-editors` and `package-vscode`: what people's editors make of the language server
//! and of the grammars.
//!
//! Each test starts the real editor, uses it by keys and reads what stands on the screen; see `editors/tests`.

mod check;
mod package;
mod tools;

use std::path::Path;
use std::process::Command;

use crate::failure::{self, Failure};

pub use package::package;

use check::CHECKS;
use tools::Tools;

/// The option that also writes the screens into the documentation.
pub const SCREENSHOTS: &str = "--screenshots";

/// Installs what the tests of the editors need: of one editor, or of all.
///
/// # Errors
///
/// When there is no such editor, or something cannot be installed.
pub fn install(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    let tools = Tools::of(root);
    let only = chosen(arguments)?;
    failure::run(Command::new("bash").arg(root.join("editors/install.sh")).arg(tools.folder()).args(only))
}

/// Tests the editors that are installed, or one of them, and says of the others what they lack.
///
/// # Errors
///
/// When there is no such editor, a test fails, or the one that was asked for is not installed.
pub fn test(root: &Path, arguments: &[String], tell: fn(&str)) -> Result<(), Failure> {
    let (options, names): (Vec<_>, Vec<_>) = arguments.iter().cloned().partition(|it| it == SCREENSHOTS);
    let only = chosen(&names)?;
    let tools = Tools::of(root);
    failure::run(Command::new("cargo").args(["build", "--quiet", "--package", "tamis-cli"]).current_dir(root))?;
    let mut failed = Vec::new();
    for check in CHECKS.iter().filter(|check| only.is_none_or(|name| name == check.name)) {
        if let Some(missing) = tools.missing(check.needs) {
            tell(&format!("skipped {}: {missing} is missing; `cargo xtask install-editors` installs it\n", check.name));
            if only.is_some() {
                return Err(Failure::new(format!("`{}` cannot be tested", check.name)));
            }
            continue;
        }
        tell(&format!("{}: {}\n", check.name, check.shows));
        if let Err(failure) = (check.run)(&tools) {
            tell(&format!("{} failed: {failure}\n", check.name));
            failed.push(check.name);
        } else if !options.is_empty() {
            tools.draw(check.pictures)?;
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(Failure::new(format!("failed: {}", failed.join(", ")))) }
}

/// The one editor that is named, if one is.
fn chosen(names: &[String]) -> Result<Option<&str>, Failure> {
    match names {
        [] => Ok(None),
        [name] if CHECKS.iter().any(|check| check.name == name) => Ok(Some(name)),
        [name, ..] => {
            let known: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
            Err(Failure::new(format!("there is no test `{name}`; there are {}", known.join(", "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_editor_can_be_named() {
        assert_eq!(chosen(&[]).unwrap(), None);
        assert_eq!(chosen(&["neovim".to_owned()]).unwrap(), Some("neovim"));
        let refused = chosen(&["ed".to_owned()]).unwrap_err().to_string();
        assert!(refused.starts_with("there is no test `ed`; there are textmate, "), "{refused}");
    }
}
