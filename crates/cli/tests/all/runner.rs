//! Runs the command and writes down what it does.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use expect_test::Expect;

/// The command with its words, before it runs.
pub(crate) struct Tamis {
    command: Command,
    stdin: Vec<u8>,
}

/// `tamis` with these words.
pub(crate) fn tamis(words: &[&str]) -> Tamis {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tamis"));
    command.args(words);
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(variable);
    }
    Tamis { command, stdin: Vec::new() }
}

impl Tamis {
    /// What it reads on standard input.
    pub(crate) fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.stdin = bytes.as_ref().to_vec();
        self
    }

    /// A variable of its environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// The folder in which it runs.
    pub(crate) fn within(mut self, folder: &Folder) -> Self {
        self.command.current_dir(&folder.path);
        self
    }

    /// Runs it to the end.
    pub(crate) fn output(mut self) -> Output {
        let mut child =
            self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let bytes = self.stdin;
        // A command that needs no input may end before it is written.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&bytes)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        output
    }

    /// What it prints on standard output; it has to end well.
    #[track_caller]
    pub(crate) fn stdout(self) -> String {
        let output = self.output();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Compares both outputs and the exit code with what is expected.
    #[track_caller]
    pub(crate) fn check(self, expected: &Expect) {
        expected.assert_eq(&self.transcript());
    }

    /// Both outputs and the exit code, as a text.
    pub(crate) fn transcript(self) -> String {
        let output = self.output();
        let mut shown = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        if !stderr.is_empty() {
            shown.push_str("--- standard error\n");
            shown.push_str(&stderr);
        }
        let code = output.status.code().map_or("a signal".to_owned(), |code| code.to_string());
        if code != "0" {
            shown.push_str(&format!("--- exit {code}\n"));
        }
        shown
    }
}

/// A folder for one test.
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// An empty folder; `test` is a name that no other test has.
    pub(crate) fn new(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
        if path.exists() {
            fs::remove_dir_all(&path).unwrap();
        }
        fs::create_dir_all(&path).unwrap();
        Self { path }
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    /// The text of a file.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path.join(name)).unwrap()
    }
}
