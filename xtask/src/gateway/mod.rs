//! `cargo xtask test-gateway`: tests the gateway around its run-time, with a receiver that nobody here wrote.

pub mod measure;
mod site;
pub mod soak;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{self, Failure};

/// The package of the receiver of OpenTelemetry traces, on PyPI.
const RECEIVER: &str = "rotel==0.0.1a15";
/// Where the receiver's program lies in its package.
const PROGRAM: &str = "rotel-agent";
/// The manifest of the proxy, which is a workspace of its own.
const MANIFEST: &str = "crates/proxy/Cargo.toml";

/// Builds and tests `tamis-gateway`; gives what could not be tested, as lines.
///
/// # Errors
///
/// When a test fails; which, has been printed.
pub fn test(root: &Path) -> Result<String, Failure> {
    let mut told = String::new();
    if !starts("cmake") {
        install_cmake();
    }
    if !starts("cmake") {
        told.push_str("skipped: Pingora needs cmake to build (on Debian: apt-get install cmake)\n");
        return Ok(told);
    }
    let cargo = |arguments: &[&str]| {
        let mut command = Command::new("cargo");
        command.args(arguments).args(["--manifest-path", MANIFEST]).current_dir(root);
        command
    };
    failure::run(&mut cargo(&["fmt", "--check"]))?;
    let mut tests = cargo(&["test", "--release", "--locked"]);
    match receiver(root) {
        Some(program) => {
            tests.env("TAMIS_ROTEL", program);
        }
        None => {
            told.push_str(&format!("skipped: `{RECEIVER}` could not be installed, so no receiver reads the traces\n"));
        }
    }
    failure::run(&mut tests)?;
    failure::run(cargo(&["clippy", "--release", "--locked", "--all-targets"]).args(["--", "-D", "warnings"]))?;
    Ok(told)
}

/// Builds the gateway as it runs in earnest; gives its program.
fn build(root: &Path) -> Result<PathBuf, Failure> {
    let mut command = Command::new("cargo");
    command.args(["build", "--release", "--locked", "--manifest-path", MANIFEST]);
    failure::run(command.current_dir(root))?;
    Ok(root.join("crates/proxy/target/release/tamis-gateway"))
}

/// Whether a program is there.
fn starts(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Installs cmake where that needs no question; whether it worked, shows in whether it starts.
fn install_cmake() {
    for arguments in [&["update", "-qq"][..], &["install", "-y", "-qq", "--no-install-recommends", "cmake"]] {
        let mut command = Command::new("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
        if !command.status().is_ok_and(|status| status.success()) {
            return;
        }
    }
}

/// The program of the receiver, installed into `target/gateway-tools`.
fn receiver(root: &Path) -> Option<PathBuf> {
    let folder = root.join("target/gateway-tools");
    let python = folder.join("bin/python");
    if !python.is_file() {
        let made = Command::new("python3").args(["-m", "venv"]).arg(&folder).status();
        made.ok().filter(|status| status.success())?;
    }
    let installed = Command::new(&python).args(["-m", "pip", "install", "--quiet", RECEIVER]).status();
    installed.ok().filter(|status| status.success())?;
    let asked = Command::new(&python).args(["-c", "import rotel; print(rotel.__path__[0])"]).output().ok()?;
    let program = PathBuf::from(String::from_utf8(asked.stdout).ok()?.trim()).join(PROGRAM);
    program.is_file().then_some(program)
}
