//! The programs that a recording needs.

use std::path::PathBuf;
use std::process::Command;

use crate::Failure;

/// Where the programs are, and which versions they have.
#[derive(Debug)]
pub(super) struct Tools {
    pub(super) nginx: PathBuf,
    pub(super) curl: PathBuf,
    pub(super) openssl: PathBuf,
    pub(super) node: PathBuf,
    pub(super) npm: PathBuf,
    pub(super) chromium: PathBuf,
    pub(super) nginx_version: String,
    pub(super) curl_version: String,
}

/// Finds the programs, or says which are missing and how to get them.
///
/// # Errors
///
/// When a program does not start.
pub(super) fn find() -> Result<Tools, Failure> {
    let mut missing = Vec::new();
    let mut tool = |name: &'static str, package: &'static str, argument: &str| {
        let found = path_of(name).and_then(|path| Some((Command::new(&path).arg(argument).output().ok()?, path)));
        let Some((output, path)) = found else {
            missing.push(package);
            return (PathBuf::from(name), String::new());
        };
        // nginx tells its version on the error output.
        let text = [output.stdout, output.stderr].concat();
        (path, version(&String::from_utf8_lossy(&text)))
    };
    let (nginx, nginx_version) = tool("nginx", "nginx", "-v");
    let (curl, curl_version) = tool("curl", "curl", "--version");
    let (openssl, _) = tool("openssl", "openssl", "version");
    let (node, _) = tool("node", "nodejs", "--version");
    let (npm, _) = tool("npm", "npm", "--version");
    let (chromium, _) = tool("chromium", "chromium", "--version");
    if missing.is_empty() {
        return Ok(Tools { nginx, curl, openssl, node, npm, chromium, nginx_version, curl_version });
    }
    let missing = missing.join(" ");
    Err(Failure::new(format!(
        "some programs are missing; on Debian: apt-get install --no-install-recommends {missing}"
    )))
}

/// Where a program is; the driver of the browser asks for the whole path.
fn path_of(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let usual = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&folders).chain(usual).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// The first word of a text that looks like a version.
fn version(text: &str) -> String {
    let words = text.split([' ', '/', '\n']);
    let mut versions = words.filter(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.'));
    versions.next().unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_found_in_what_programs_say() {
        assert_eq!(version("nginx version: nginx/1.22.1\n"), "1.22.1");
        assert_eq!(version("curl 7.88.1 (x86_64) libcurl/7.88.1"), "7.88.1");
        assert_eq!(version("none"), "unknown");
    }
}
