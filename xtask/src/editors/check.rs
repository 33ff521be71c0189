//! The tests, one for each editor and each grammar.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::package;
use super::tools::{Need, Picture, Tools};
use crate::failure::{self, Failure};

/// A test.
pub(super) struct Check {
    pub(super) name: &'static str,
    /// What it shows, a few words.
    pub(super) shows: &'static str,
    pub(super) needs: &'static [Need],
    /// The pictures of the documentation that it makes.
    pub(super) pictures: &'static [Picture],
    pub(super) run: fn(&Tools) -> Result<(), Failure>,
}

/// Every test, the quick ones first.
pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "textmate",
        shows: "scopes of the TextMate grammar, and of rules within YAML",
        needs: &[Need::Command("node"), Need::File(TMGRAMMAR)],
        pictures: &[],
        run: textmate,
    },
    Check {
        name: "tree-sitter",
        shows: "the generated parser is fresh; trees and colours of the tree-sitter grammar; queries of every editor",
        needs: &[Need::Command("cc"), Need::Unpacked("tree-sitter")],
        pictures: &[],
        run: tree_sitter,
    },
    Check {
        name: "neovim",
        shows: "diagnostics, completion, hover, quick fix, rename, formatting, inlay hints, lenses, tree-sitter",
        needs: &[Need::Command("tmux"), Need::Command("cc"), Need::Unpacked("nvim")],
        pictures: &[("neovim.png", "nvim.ansi"), ("neovim-completion.png", "nvim-value.ansi")],
        run: neovim,
    },
    Check {
        name: "neovim-0.11",
        shows: "the same, with the server started by the editor itself",
        needs: &[Need::Command("tmux"), Need::Command("cc"), Need::File(NEWER_NEOVIM)],
        pictures: &[],
        run: newer_neovim,
    },
    Check {
        name: "neovim-0.7",
        shows: "diagnostics, completion, hover, quick fix, rename, formatting, lenses; it has no inlay hints",
        needs: &[Need::Command("tmux"), Need::File(OLDER_NEOVIM)],
        pictures: &[],
        run: older_neovim,
    },
    Check {
        name: "helix",
        shows: "diagnostics, completion, hover, quick fix, rename, formatting, inlay hints; it has no lenses",
        needs: &[Need::Command("tmux"), Need::Command("cc"), Need::Unpacked("hx")],
        pictures: &[("helix.png", "helix.ansi"), ("helix-completion.png", "helix-value.ansi")],
        run: helix,
    },
    Check {
        name: "emacs",
        shows: "diagnostics, completion, hover, quick fix, rename, formatting; eglot has no lenses, and inlay hints \
                from Emacs 29 on",
        needs: &[Need::Command("tmux"), Need::Command("emacs")],
        pictures: &[("emacs.png", "emacs.ansi"), ("emacs-completion.png", "emacs-value.ansi")],
        run: emacs,
    },
    Check {
        name: "vscode",
        shows: "all of it, asked from the editor's API and read from its page",
        needs: &[
            Need::Command("node"),
            Need::Command("chromium"),
            Need::File("npm/node_modules/playwright-core"),
            Need::File("code-server/node_modules/code-server"),
        ],
        pictures: &[
            ("vscode-completion.png", "completion-value.png"),
            ("vscode-hover.png", "hover.png"),
            ("vscode-quick-fix.png", "quick-fix.png"),
            ("vscode-tests.png", "tests.png"),
        ],
        run: vscode,
    },
];

const TMGRAMMAR: &str = "npm/node_modules/.bin/vscode-tmgrammar-test";

/// Where editors have their queries for the tree-sitter grammar.
const QUERIES: &[&str] = &["editors/nvim/queries/tamis", "editors/helix/queries/tamis", "editors/zed/languages/tamis"];

/// The Neovims that are neither the machine's nor of the next release of Debian.
const NEWER_NEOVIM: &str = "neovim-0.11/bin/nvim";
const OLDER_NEOVIM: &str = "neovim-0.7/usr/bin/nvim";

/// What `tree-sitter generate` writes, beside the scanner.
const GENERATED: &[&str] = &[
    "src/parser.c",
    "src/grammar.json",
    "src/node-types.json",
    "src/tree_sitter/alloc.h",
    "src/tree_sitter/array.h",
    "src/tree_sitter/parser.h",
];

fn textmate(tools: &Tools) -> Result<(), Failure> {
    let mut command = Command::new(tools.folder().join(TMGRAMMAR));
    command.args(["--config", "package.json"]).current_dir(tools.root().join("grammar/tests"));
    ["rules.tamis", "manifest.yaml"].iter().try_for_each(|file| failure::run(again(&mut command).arg(file)))
}

/// The same command once more, without what was added to it.
fn again(command: &mut Command) -> Command {
    let mut copy = Command::new(command.get_program());
    copy.args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        copy.current_dir(folder);
    }
    copy
}

fn tree_sitter(tools: &Tools) -> Result<(), Failure> {
    let program = tools.program("tree-sitter");
    let grammar = tools.root().join("grammar/tree-sitter-tamis");
    let work = fresh(&tools.work("tree-sitter"))?;
    for file in ["grammar.js", "operators.json", "package.json"] {
        copy(&grammar.join(file), &work.join(file))?;
    }
    failure::run(Command::new(&program).args(["generate", "--no-bindings"]).current_dir(&work))?;
    for file in GENERATED {
        let read =
            |folder: &Path| fs::read(folder.join(file)).map_err(|error| Failure::file(&folder.join(file), &error));
        if read(&work)? != read(&grammar)? {
            let how = "run `tree-sitter generate --no-bindings` in its folder";
            return Err(Failure::new(format!("`{file}` of the tree-sitter grammar is stale; {how}")));
        }
    }
    let home = work.join("home");
    failure::run(Command::new(&program).arg("test").env("XDG_CACHE_HOME", &home).current_dir(&grammar))?;
    // The queries of each editor, also of one that is not tested itself, name what the grammar has.
    let example = tools.root().join("editors/tests/workspace/rules.tamis");
    for folder in QUERIES {
        let folder = tools.root().join(folder);
        let files = fs::read_dir(&folder).map_err(|error| Failure::file(&folder, &error))?;
        for query in
            files.flatten().map(|file| file.path()).filter(|path| path.extension().is_some_and(|it| it == "scm"))
        {
            let mut command = Command::new(&program);
            command.args(["query", "--quiet"]).args([&query, &example]).env("XDG_CACHE_HOME", &home);
            failure::run(command.current_dir(&grammar))?;
        }
    }
    Ok(())
}

/// An empty folder.
fn fresh(folder: &Path) -> Result<std::path::PathBuf, Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
    }
    fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
    Ok(folder.to_path_buf())
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::copy(from, to).map(drop).map_err(|error| Failure::file(from, &error))
}

/// The tree-sitter parser as a library that editors load, in a folder.
fn library(tools: &Tools, folder: &Path) -> Result<(), Failure> {
    let folder = fresh(folder)?;
    let source = tools.root().join("grammar/tree-sitter-tamis/src");
    let mut command = Command::new("cc");
    command.args(["-shared", "-fPIC", "-O1", "-o"]).arg(folder.join("tamis.so")).arg("-I").arg(&source);
    failure::run(command.args([source.join("parser.c"), source.join("scanner.c")]))
}

/// Runs the test of an editor in a terminal.
fn terminal(tools: &Tools, script: &str, editor: &Path) -> Command {
    let mut command = Command::new("bash");
    command.arg(tools.root().join("editors/tests").join(script)).arg(editor);
    command.env("TAMIS", tools.tamis()).env("WORK", tools.work(script)).env("SHOTS", tools.screens());
    command
}

fn neovim(tools: &Tools) -> Result<(), Failure> {
    run_neovim(tools, "nvim.sh", &tools.program("nvim"))
}

fn newer_neovim(tools: &Tools) -> Result<(), Failure> {
    run_neovim(tools, "nvim.sh", &tools.folder().join(NEWER_NEOVIM))
}

fn older_neovim(tools: &Tools) -> Result<(), Failure> {
    run_neovim(tools, "nvim-old.sh", &tools.folder().join(OLDER_NEOVIM))
}

fn run_neovim(tools: &Tools, script: &str, editor: &Path) -> Result<(), Failure> {
    let runtime = tools.work("neovim-runtime");
    library(tools, &runtime.join("parser"))?;
    let mut command = terminal(tools, script, editor);
    command.env("TAMIS_RUNTIME", runtime);
    // One that is not the machine's own has its files and libraries beside it.
    if let Some(top) = editor.ancestors().nth(2).filter(|_| editor.is_absolute()) {
        command.env("VIMRUNTIME", top.join("share/nvim/runtime"));
        let libraries = top.join("lib/x86_64-linux-gnu");
        if editor.ends_with(OLDER_NEOVIM) {
            command.env("NEOVIM_LIBRARIES", libraries);
        }
    }
    failure::run(&mut command)
}

fn helix(tools: &Tools) -> Result<(), Failure> {
    let runtime = tools.work("helix-runtime");
    library(tools, &runtime.join("grammars"))?;
    failure::run(terminal(tools, "helix.sh", &tools.program("hx")).env("TAMIS_RUNTIME", runtime))
}

fn emacs(tools: &Tools) -> Result<(), Failure> {
    failure::run(&mut terminal(tools, "emacs.sh", Path::new("emacs")))
}

fn vscode(tools: &Tools) -> Result<(), Failure> {
    let packaged = package(tools.root())?;
    let mut command = Command::new("node");
    command.arg(tools.root().join("editors/tests/vscode/test.mjs"));
    command.args([tools.folder(), packaged, tools.tamis(), tools.work("vscode"), tools.screens()]);
    failure::run(&mut command)
}
