//! `cargo xtask test-python`: the library for Python, built as a wheel, installed, and used.
//!
//! The types are held to mypy and the stub to what is there; tests, examples and documentation run against the wheel; the
//! verdicts are those of the corpus.
//! What cannot be installed is skipped, and that is said.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{self, Failure};

/// What builds the wheel, runs the tests and reads the types.
const TOOLS: &[&str] = &["maturin==1.16.0", "pytest==9.2.0", "mypy==2.4.1"];

/// Where the package lies.
const PACKAGE: &str = "bindings/python";

/// Builds, installs and tests; gives a line that says how it went.
///
/// # Errors
///
/// When the wheel cannot be built, a test fails, or a type is wrong.
pub fn run(root: &Path) -> Result<String, Failure> {
    let target = target(root);
    let tools = target.join("python-tools");
    if !is_installed(&tools) {
        return Ok(
            "skipped: maturin, pytest and mypy cannot be installed; they need python3 with venv and pip".to_owned()
        );
    }
    let wheels = target.join("wheels");
    if wheels.exists() {
        fs::remove_dir_all(&wheels).map_err(|error| Failure::file(&wheels, &error))?;
    }
    let package = root.join(PACKAGE);
    let tool = |name: &str| Command::new(tools.join("bin").join(name));
    // Without optimisation: what is built elsewhere already is used again.
    failure::run(tool("maturin").args(["build", "--quiet", "--locked", "--out"]).arg(&wheels).current_dir(&package))?;
    let wheel = wheel(&wheels)?;
    failure::run(tool("pip").args(["install", "--quiet", "--force-reinstall", "--no-deps"]).arg(&wheel))?;

    failure::run(
        tool("mypy")
            .args(["--strict", "--cache-dir"])
            .arg(target.join("mypy"))
            .args(["python", "tests"])
            .current_dir(&package),
    )?;
    failure::run(tool("stubtest").arg("tamis._native").current_dir(&target))?;
    let cases = cases(root, &target)?;
    let pytest = |arguments: &[&str]| {
        let mut command = tool("pytest");
        command.args(["--quiet", "-p", "no:cacheprovider", "-W", "error"]).args(arguments);
        failure::run(command.env("TAMIS_CASES", &cases).env("PYTHONDONTWRITEBYTECODE", "1").current_dir(root))
    };
    pytest(&["bindings/python/tests"])?;
    // Examples in docstrings of the installed package, and on the pages.
    pytest(&["--doctest-modules", "--pyargs", "tamis"])?;
    pytest(&["--doctest-glob=*.md", "docs/python.md", "bindings/python/README.md"])?;
    failure::run(tool("python").arg("bindings/python/examples/incident.py").current_dir(root))?;
    Ok("the wheel does what its tests, its documentation and the corpus say".to_owned())
}

/// Where cargo builds.
#[expect(clippy::disallowed_methods, reason = "cargo is told by its environment where to build")]
fn target(root: &Path) -> PathBuf {
    std::env::var("CARGO_TARGET_DIR").map_or_else(|_| root.join("target"), PathBuf::from)
}

fn is_installed(tools: &Path) -> bool {
    let succeeds = |command: &mut Command| {
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    let all = ["maturin", "pytest", "mypy"];
    all.iter().all(|name| tools.join("bin").join(name).is_file())
        || (succeeds(Command::new("python3").args(["-m", "venv"]).arg(tools))
            && succeeds(Command::new(tools.join("bin/pip")).args(["install", "--quiet"]).args(TOOLS)))
}

/// The one wheel of a folder.
fn wheel(folder: &Path) -> Result<PathBuf, Failure> {
    let files = fs::read_dir(folder).map_err(|error| Failure::file(folder, &error))?;
    let mut wheels =
        files.flatten().map(|file| file.path()).filter(|path| path.extension().is_some_and(|it| it == "whl"));
    wheels.next().ok_or_else(|| Failure::new("maturin made no wheel"))
}

/// The verdict cases of the corpus, as JSON.
fn cases(root: &Path, target: &Path) -> Result<PathBuf, Failure> {
    let path = target.join("verdict-cases.json");
    let file = fs::File::create(&path).map_err(|error| Failure::file(&path, &error))?;
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--locked", "--package", "tamis-corpus", "--example", "json_cases"]);
    failure::run(command.stdout(file).current_dir(root))?;
    Ok(path)
}
