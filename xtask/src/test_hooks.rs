//! `cargo xtask test-hooks`: the hooks for pre-commit and the workflow of `docs/validate.md`, as a user has them.
//!
//! pre-commit runs the hooks of `.pre-commit-hooks.yaml` over a repository of its own, with a session that can start and
//! one that cannot; of the workflow the commands run one after the other, and its form is held to a schema of GitHub's.
//! What cannot be installed is skipped, and that is said.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::failure::{self, Failure};

/// What is installed: pre-commit, and what knows the schema of workflows.
const TOOLS: &[&str] = &["pre-commit==4.7.0", "check-jsonschema==0.39.0"];

const PAGE: &str = "docs/validate.md";

/// A session that no node runs.
const WRONG: &str = "sampling_rule: http.response.status_code = 503\nduration: 5m\n";

/// Runs the hooks and the workflow; gives the lines that say how it went.
///
/// # Errors
///
/// When a hook or a command of the workflow does not do what it should.
pub fn run(root: &Path) -> Result<Vec<String>, Failure> {
    failure::run(Command::new("cargo").args(["build", "--quiet", "--package", "tamis-cli"]).current_dir(root))?;
    let target = target(root);
    let tools = target.join("hook-tools");
    if !is_installed(&tools) {
        return Ok(vec![
            "skipped: pre-commit cannot be installed; it needs git and python3 with venv and pip".to_owned(),
        ]);
    }
    let user = User::new(root, &target, tools)?;
    Ok(vec![hooks(&user)?, workflow(&user)?])
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
    succeeds(Command::new("git").arg("--version"))
        && (tools.join("bin/check-jsonschema").is_file()
            || (succeeds(Command::new("python3").args(["-m", "venv"]).arg(tools))
                && succeeds(Command::new(tools.join("bin/pip")).args(["install", "--quiet"]).args(TOOLS))))
}

/// Somebody with a repository of sessions, and one with the hooks.
struct User {
    folder: PathBuf,
    tools: PathBuf,
    path: OsString,
    page: String,
}

impl User {
    fn new(root: &Path, target: &Path, tools: PathBuf) -> Result<Self, Failure> {
        let folder = target.join("hook-user");
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
        }
        let page = root.join(PAGE);
        let page = fs::read_to_string(&page).map_err(|error| Failure::file(&page, &error))?;
        let user = Self { path: with_command(target)?, folder, tools, page };
        for (name, to) in [
            (".pre-commit-hooks.yaml", "hooks/.pre-commit-hooks.yaml"),
            ("docs/examples/fleet.yaml", "own/fleet.yaml"),
            ("docs/examples/kong.yaml", "own/kong.yaml"),
            ("docs/examples/rules.tamis", "own/rules.tamis"),
        ] {
            let from = root.join(name);
            user.write(to, &fs::read_to_string(&from).map_err(|error| Failure::file(&from, &error))?)?;
        }
        for folder in ["hooks", "own"] {
            user.git(folder, &["init", "--quiet"])?;
        }
        user.commit("hooks")?;
        user.git("hooks", &["tag", "v0.1.0"])?;
        Ok(user)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.folder.join(name);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, text));
        made.map_err(|error| Failure::file(&path, &error))
    }

    /// A command in the user's repository.
    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.join("own")).env("PATH", &self.path);
        command.env("PRE_COMMIT_HOME", self.folder.join("cache")).env("GITHUB_STEP_SUMMARY", self.summary());
        command
    }

    fn summary(&self) -> PathBuf {
        self.folder.join("summary.md")
    }

    fn git(&self, folder: &str, words: &[&str]) -> Result<(), Failure> {
        failure::run(Command::new("git").args(words).current_dir(self.folder.join(folder)))
    }

    fn commit(&self, folder: &str) -> Result<(), Failure> {
        self.git(folder, &["add", "--all"])?;
        let author = ["-c", "user.name=user", "-c", "user.email=user@localhost", "-c", "commit.gpgsign=false"];
        self.git(folder, &[&author[..], &["commit", "--quiet", "--no-verify", "--message", "all"]].concat())
    }

    /// The example of the page that begins with this line.
    fn example(&self, first: &str) -> Result<&str, Failure> {
        let begin = format!("```yaml\n{first}\n");
        let found = self.page.split_once(&begin).and_then(|(before, rest)| {
            let end = rest.find("\n```")?;
            let start = before.len() + "```yaml\n".len();
            self.page.get(start..start + first.len() + 1 + end)
        });
        found.ok_or_else(|| Failure::new(format!("`{PAGE}` has no example that begins with `{first}`")))
    }

    /// Lets pre-commit run over everything.
    fn pre_commit(&self) -> Result<Output, Failure> {
        self.git("own", &["add", "--all"])?;
        output(self.command(self.tools.join("bin/pre-commit")).args(["run", "--all-files", "--color", "never"]))
    }
}

/// The search path, with the command that was built.
fn with_command(target: &Path) -> Result<OsString, Failure> {
    let before = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(target.join("debug")).chain(std::env::split_paths(&before));
    std::env::join_paths(all).map_err(|error| Failure::new(format!("the search path: {error}")))
}

fn output(command: &mut Command) -> Result<Output, Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    command.output().map_err(|error| Failure::new(format!("`{program}` does not start: {error}")))
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The hooks let good files pass, and stop wrong ones with what is said about them.
fn hooks(user: &User) -> Result<String, Failure> {
    let hooks = user.folder.join("hooks").display().to_string();
    let configuration = user.example("repos:")?;
    let configuration = configuration.replace("https://github.com/example/tamis", &hooks);
    // Those that build the command differ from these in how it is installed.
    let configuration = configuration.replace("id: tamis-check", "id: tamis-check-installed");
    let configuration = configuration.replace("id: tamis-validate", "id: tamis-validate-installed");
    user.write("own/.pre-commit-config.yaml", &configuration)?;
    user.write("own/one.session.yaml", "targets: [dp-1]\nsampling_rule: http.response.status_code == 503\n")?;
    user.write("own/other.yaml", WRONG)?;
    let good = user.pre_commit()?;
    if !good.status.success() || said(&good).matches("Passed").count() != 2 {
        return Err(Failure::new(format!("the hooks do not let good files pass:\n{}", said(&good))));
    }
    for (file, text, code) in
        [("two.session.json", r#"{"duration": "1h"}"#, "V101"), ("wrong.tamis", "rule r = 5", "T203")]
    {
        user.write(&format!("own/{file}"), text)?;
        let wrong = user.pre_commit()?;
        let told = said(&wrong);
        if wrong.status.success() || !told.contains(code) || !told.contains(file) {
            return Err(Failure::new(format!("the hooks do not stop `{file}` with {code}:\n{told}")));
        }
        let path = user.folder.join("own").join(file);
        fs::remove_file(&path).map_err(|error| Failure::file(&path, &error))?;
    }
    Ok("pre-commit runs the hooks: good files pass, wrong ones do not".to_owned())
}

/// Takes the steps of the workflow that are commands.
const STEPS: &str = "\
import json, sys, yaml
steps = yaml.safe_load(sys.stdin)['jobs']['validate']['steps']
print(json.dumps([[step.get('if', ''), step['run']] for step in steps if 'run' in step]))
";

/// The commands of the workflow, with good sessions and with a wrong one.
fn workflow(user: &User) -> Result<String, Failure> {
    user.write("workflow.yaml", user.example("name: debug sessions")?)?;
    let file = user.folder.join("workflow.yaml");
    let schema = ["--builtin-schema", "vendor.github-workflows"];
    let checked = output(user.command(user.tools.join("bin/check-jsonschema")).args(schema).arg(&file))?;
    if !checked.status.success() {
        return Err(Failure::new(format!("the workflow is none:\n{}", said(&checked))));
    }
    let text = fs::File::open(&file).map_err(|error| Failure::file(&file, &error))?;
    let listed = output(user.command(user.tools.join("bin/python")).args(["-c", STEPS]).stdin(text))?;
    let steps: Vec<[String; 2]> = serde_json::from_slice(&listed.stdout)
        .map_err(|error| Failure::new(format!("the steps of the workflow: {error}\n{}", said(&listed))))?;
    user.write("own/sessions/good.yaml", "targets: [dp-1]\nsampling_rule: http.response.status_code == 503\n")?;
    for is_wrong in [false, true] {
        if is_wrong {
            user.write("own/sessions/wrong.yaml", WRONG)?;
        }
        let has_failed = steps_run(user, &steps)?;
        let sarif = user.folder.join("own/sessions.sarif");
        let sarif = fs::read_to_string(&sarif).map_err(|error| Failure::file(&sarif, &error))?;
        let summary = fs::read_to_string(user.summary()).unwrap_or_default();
        let is_read = serde_json::from_str::<serde_json::Value>(&sarif).is_ok();
        if [has_failed, sarif.contains("T108"), summary.contains("T108")] != [is_wrong; 3] || !is_read {
            let told = format!("failed: {has_failed}\nsummary: {summary}\nSARIF: {sarif}");
            return Err(Failure::new(format!("with a wrong session: {is_wrong}, the workflow says\n{told}")));
        }
    }
    Ok("the commands of the workflow do what they should".to_owned())
}

/// Runs the commands of the workflow as its server does; whether one failed.
fn steps_run(user: &User, steps: &[[String; 2]]) -> Result<bool, Failure> {
    let mut has_failed = false;
    // The command is there already.
    for [condition, command] in steps.iter().filter(|[_, command]| !command.starts_with("cargo install ")) {
        let runs = match condition.as_str() {
            "" => !has_failed,
            "always()" => true,
            "failure()" => has_failed,
            other => return Err(Failure::new(format!("what `if: {other}` means is not known here"))),
        };
        if runs {
            let shell = ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", command];
            has_failed |= !output(user.command("bash").args(shell))?.status.success();
        }
    }
    Ok(has_failed)
}
