//! `cargo xtask test-bindings` and `measure-bindings`: the modules for LuaJIT in a real nginx, with traffic of its own.
//!
//! The modules' own tests run in a worker of nginx, then every verdict case of the corpus, then requests go through the
//! example configuration and `tamis match` reads what it captured.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::failure::{self, Failure};

/// Where distributions put the modules of nginx.
const MODULES: &[&str] = &["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules"];

/// The packages of Debian and Ubuntu.
const PACKAGES: &[&str] = &["nginx-light", "libnginx-mod-http-lua"];

/// What the configuration of a test needs beside its server.
const COMMON: &str = "load_module modules/ndk_http_module.so;\nload_module modules/ngx_http_lua_module.so;\n\
    worker_processes 1;\npid nginx.pid;\nerror_log error.log notice;\nevents { worker_connections 256; }\n";

/// The requests that go through the example, and whether its rule captures them.
const REQUESTS: &[(&str, bool)] = &[
    ("/v1/orders", false),
    ("/v1/fail", true),
    ("/v2/fail", false),
    ("/v1/slow", true),
    ("/v1/fail?q=1", true),
    ("/v2/slow", false),
];

/// The rule of the example.
const RULE: &str = r#"url.path ^= "/v1/" && (http.response.status_code >= 500 || proxy.kong.latency.total > 250ms)"#;

/// Runs the tests; what is told is for the person who asked.
///
/// # Errors
///
/// When a test fails, with what it said.
pub fn test(root: &Path, install: bool) -> Result<String, Failure> {
    if install {
        installed()?;
    }
    let Some(modules) = modules() else {
        let how = "install it with `cargo xtask test-bindings --install`";
        return Ok(format!("skipped: there is no nginx with its Lua module here; {how}\n"));
    };
    let cargo = |words: &[&str]| failure::run(Command::new("cargo").args(words).current_dir(root));
    cargo(&["build", "--quiet", "--package", "tamis-ffi", "--package", "tamis-cli"])?;
    let target = target(root)?;
    let folder = Folder::create(root, &target.join("debug"), &modules)?;
    let cases = output(Command::new("cargo").current_dir(root).args([
        "run",
        "--quiet",
        "--package",
        "tamis-corpus",
        "--example",
        "lua_cases",
    ]))?;
    folder.write("cases.lua", &cases)?;

    let mut told = modules_work(&folder)?;
    told.push_str(&example_captures(&folder, root, &target)?);
    Ok(told)
}

/// Measures a call of the modules in a worker of nginx, beside those of atc-router where somebody has a checkout of it.
///
/// # Errors
///
/// When something does not start, or the engines do not agree.
pub fn measure(root: &Path, peer: Option<&Path>) -> Result<String, Failure> {
    let Some(modules) = modules() else {
        let how = "install it with `cargo xtask test-bindings --install`";
        return Ok(format!("skipped: there is no nginx with its Lua module here; {how}\n"));
    };
    let release = |folder: &Path, words: &[&str]| {
        let cargo = ["build", "--quiet", "--release"].iter().chain(words);
        failure::run(Command::new("cargo").args(cargo).current_dir(folder))
    };
    release(root, &["--package", "tamis-ffi"])?;
    let peer = match peer {
        Some(peer) => {
            release(peer, &[])?;
            fs::canonicalize(peer).map_err(|error| Failure::file(peer, &error))?.display().to_string()
        }
        None => String::new(),
    };
    let folder = Folder::create(root, &target(root)?.join("release"), &modules)?;
    let port = free_port()?;
    let script = root.join("benches/lua/measure.lua");
    let configuration = format!(
        "{COMMON}http {{ access_log off;\n lua_package_path \"bindings/lua/lib/?.lua;;\";\n lua_package_cpath \
         \"target/?.so;;\";\n server {{ listen 127.0.0.1:{port}; set $peer \"{peer}\";\n  location / {{ \
         content_by_lua_file {}; }} }} }}\n",
        script.display()
    );
    let nginx = folder.nginx("measure.conf", &configuration)?;
    let answer = get(port, "/")?;
    drop(nginx);
    let told = answer.split_once("\r\n\r\n").and_then(|(_, body)| body.strip_suffix("end\n"));
    told.map(str::to_owned).ok_or_else(|| Failure::new(format!("{answer}\n{}", folder.errors())))
}

/// Runs the modules' own tests, each in a request.
fn modules_work(folder: &Folder) -> Result<String, Failure> {
    let port = free_port()?;
    let configuration = format!(
        "{COMMON}http {{ access_log off;\n lua_package_path \"bindings/lua/lib/?.lua;;\";\n lua_package_cpath \
         \"target/?.so;;\";\n server {{ listen 127.0.0.1:{port}; set $cases cases.lua;\n  location ~ ^/(?<name>\\w+)$ \
         {{ content_by_lua_file bindings/lua/tests/$name.lua; }} }} }}\n"
    );
    let nginx = folder.nginx("tests.conf", &configuration)?;
    for test in ["rules", "router", "corpus"] {
        let answer = get(port, &format!("/{test}"))?;
        if !answer.ends_with("\r\n\r\nok\n") {
            return Err(Failure::new(format!("bindings/lua/tests/{test}.lua: {answer}\n{}", folder.errors())));
        }
    }
    drop(nginx);
    Ok("the modules for LuaJIT pass their tests, and say what the corpus says\n".to_owned())
}

/// Sends requests through the example, and compares what it captured with `tamis match`.
fn example_captures(folder: &Folder, root: &Path, target: &Path) -> Result<String, Failure> {
    let (front, back) = (free_port()?, free_port()?);
    let example = root.join("bindings/lua/examples/nginx.conf");
    let example = fs::read_to_string(&example).map_err(|error| Failure::file(&example, &error))?;
    let example = example.replace("127.0.0.1:8000", &format!("127.0.0.1:{front}"));
    let example = example.replace("127.0.0.1:8080", &format!("127.0.0.1:{back}"));
    let example = example.replace("target/release/?.so", "target/?.so");
    let upstream = format!(
        "{}http {{ access_log off; server {{ listen 127.0.0.1:{back};\n location ~ fail {{ return 503; }}\n location ~ \
         slow {{ content_by_lua_block {{ ngx.sleep(0.3) ngx.say('late') }} }}\n location / {{ return 200 'fine'; }} }} }}\n",
        COMMON.replace("nginx.pid", "upstream.pid")
    );
    let upstream = folder.nginx("upstream.conf", &upstream)?;
    let nginx = folder.nginx("example.conf", &example)?;
    for (path, _) in REQUESTS {
        get(front, path)?;
    }
    // The last request is logged after its answer.
    thread::sleep(Duration::from_millis(300));
    drop((nginx, upstream));

    let captured = folder.read("captured.jsonl");
    let paths: Vec<&str> = captured.lines().filter_map(|line| line.split(r#""url.path":""#).nth(1)).collect();
    let paths: Vec<&str> = paths.iter().filter_map(|rest| rest.split('"').next()).collect();
    let wanted = REQUESTS.iter().filter(|(_, captured)| *captured);
    let wanted: Vec<&str> = wanted.filter_map(|(path, _)| path.split('?').next()).collect();
    if paths != wanted {
        let what = format!("the example captured {paths:?} and not {wanted:?}");
        return Err(Failure::new(format!("{what}\n{captured}\n{}", folder.errors())));
    }
    let tamis = target.join("debug").join("tamis");
    let file = folder.0.join("captured.jsonl");
    let n = output(Command::new(tamis).args(["match", "--count", RULE]).arg(file))?;
    if n.trim() != wanted.len().to_string() {
        return Err(Failure::new(format!("`tamis match` says {n} of the captured requests\n{captured}")));
    }
    Ok("nginx captured what `tamis match` matches, and nothing else\n".to_owned())
}

/// Installs what the tests need.
fn installed() -> Result<(), Failure> {
    failure::run(Command::new("apt-get").args(["update", "-qq"]))?;
    let install = ["install", "-y", "-qq", "--no-install-recommends"];
    failure::run(Command::new("apt-get").args(install).args(PACKAGES).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// The folder of nginx's modules, if the one for Lua is there.
fn modules() -> Option<PathBuf> {
    let has_nginx = Command::new("nginx").arg("-v").output().is_ok_and(|output| output.status.success());
    let found = MODULES.iter().map(PathBuf::from).find(|folder| folder.join("ngx_http_lua_module.so").exists());
    found.filter(|_| has_nginx)
}

/// Where cargo builds.
fn target(root: &Path) -> Result<PathBuf, Failure> {
    let metadata =
        Command::new("cargo").args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(root).output();
    let metadata = metadata.map_err(|error| Failure::new(format!("`cargo metadata` does not start: {error}")))?;
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout)
        .map_err(|error| Failure::new(format!("`cargo metadata` cannot be read: {error}")))?;
    let folder = metadata.get("target_directory").and_then(serde_json::Value::as_str);
    folder.map(PathBuf::from).ok_or_else(|| Failure::new("`cargo metadata` names no target directory"))
}

/// What a command prints; it has to end well.
fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|error| Failure::new(format!("a command does not start: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    Err(Failure::new(format!("a command failed: {text}{}", String::from_utf8_lossy(&output.stderr))))
}

/// A port that nobody listens on; somebody else may take it before nginx does, which then says so.
fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|error| Failure::new(format!("there is no free port: {error}")))
}

/// The answer to a request, with its head.
fn get(port: u16, path: &str) -> Result<String, Failure> {
    let told = |error: std::io::Error| Failure::new(format!("nginx does not answer on port {port}: {error}"));
    let mut stream = TcpStream::connect(("127.0.0.1", port)).map_err(told)?;
    stream.set_read_timeout(Some(Duration::from_secs(120))).map_err(told)?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").map_err(told)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(told)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The folder that nginx runs in, gone when the tests end.
struct Folder(PathBuf);

impl Folder {
    fn create(root: &Path, libraries: &Path, modules: &Path) -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("tamis-bindings-{}", std::process::id()));
        fs::create_dir_all(&path).map_err(|error| Failure::file(&path, &error))?;
        let folder = Self(path);
        for (name, place) in [
            ("bindings", &root.join("bindings")),
            ("target", &libraries.to_path_buf()),
            ("modules", &modules.to_path_buf()),
        ] {
            let link = folder.0.join(name);
            std::os::unix::fs::symlink(place, &link).map_err(|error| Failure::file(&link, &error))?;
        }
        Ok(folder)
    }

    fn write(&self, name: &str, text: &str) -> Result<PathBuf, Failure> {
        let path = self.0.join(name);
        fs::write(&path, text).map_err(|error| Failure::file(&path, &error))?;
        Ok(path)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap_or_default()
    }

    /// What nginx complained about.
    fn errors(&self) -> String {
        self.read("error.log").lines().filter(|line| !line.contains("[notice]")).collect::<Vec<_>>().join("\n")
    }

    /// Starts nginx with a configuration; it stops when what is given back is dropped.
    fn nginx(&self, name: &str, configuration: &str) -> Result<Nginx, Failure> {
        let path = self.write(name, configuration)?;
        let mut command = Command::new("nginx");
        // The modules open files from the folder where nginx was started.
        command.current_dir(&self.0).arg("-p").arg(&self.0).arg("-c").arg(&path);
        output(&mut command).map_err(|failure| Failure::new(format!("{failure}\n{}", self.errors())))?;
        Ok(Nginx { folder: self.0.clone(), configuration: path })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is a few files in the system's temporary folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A running nginx.
struct Nginx {
    folder: PathBuf,
    configuration: PathBuf,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let mut command = Command::new("nginx");
        // If it does not stop, it is the next test that says so.
        let _ = command.arg("-p").arg(&self.folder).arg("-c").arg(&self.configuration).args(["-s", "stop"]).output();
        thread::sleep(Duration::from_millis(200));
    }
}
