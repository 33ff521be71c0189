//! The gateway: nginx with a configuration and certificates of its own, on loopback.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::tools::Tools;
use super::write;
use crate::Failure;

/// Where the gateway listens, in clear and with TLS.
pub(super) const CLEAR_PORT: u16 = 8000;
pub(super) const TLS_PORT: u16 = 8443;

/// The host that it serves.
pub(super) const HOST: &str = "shop.example";

/// A running nginx; it ends when this is dropped.
pub(super) struct Gateway {
    nginx: PathBuf,
    folder: PathBuf,
    process: Child,
}

/// Starts nginx and waits until it answers.
pub(super) fn start(tools: &Tools, folder: &Path) -> Result<Gateway, Failure> {
    for port in [CLEAR_PORT, TLS_PORT] {
        TcpListener::bind(("127.0.0.1", port))
            .map_err(|error| Failure::new(format!("port {port} of 127.0.0.1 is not free: {error}")))?;
    }
    certificates(tools, folder)?;
    let configuration = include_str!("nginx.conf").replace("@FOLDER@", &folder.display().to_string());
    write(&folder.join("nginx.conf"), &configuration)?;
    let process = command(&tools.nginx, folder)
        .args(["-g", "daemon off;"])
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| Failure::new(format!("nginx does not start: {error}")))?;
    let gateway = Gateway { nginx: tools.nginx.clone(), folder: folder.to_owned(), process };
    for _ in 0..100 {
        if TcpStream::connect(("127.0.0.1", TLS_PORT)).is_ok() {
            return Ok(gateway);
        }
        thread::sleep(Duration::from_millis(50));
    }
    let said = fs::read_to_string(folder.join("error.log")).unwrap_or_default();
    Err(Failure::new(format!("nginx does not answer; it says:\n{said}")))
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // `-s stop` lets the master end its workers, which killing it would not.
        let asked = command(&self.nginx, &self.folder).args(["-s", "stop"]).status();
        if asked.is_err() {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

fn command(nginx: &Path, folder: &Path) -> Command {
    let mut command = Command::new(nginx);
    command.arg("-p").arg(folder).arg("-c").arg(folder.join("nginx.conf")).arg("-e").arg(folder.join("error.log"));
    command
}

/// Makes an authority, a certificate for the host, and one for a client.
fn certificates(tools: &Tools, folder: &Path) -> Result<(), Failure> {
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "7"];
    let subject = "/O=Example/CN=Example Root CA";
    let own = ["req", "-x509", "-subj", subject, "-keyout", "authority.key", "-out", "authority.pem"];
    openssl(tools, folder, &[&own[..], &key[..]].concat())?;
    let alternative = format!("subjectAltName=DNS:{HOST}");
    for (name, subject, extension) in [
        ("server", format!("/CN={HOST}"), alternative.as_str()),
        ("client", "/O=Example/OU=Partners/CN=partner-a".to_owned(), "extendedKeyUsage=clientAuth"),
    ] {
        let (key_file, certificate) = (format!("{name}.key"), format!("{name}.pem"));
        let signed = ["req", "-x509", "-CA", "authority.pem", "-CAkey", "authority.key", "-subj", &subject];
        let files = ["-addext", extension, "-keyout", &key_file, "-out", &certificate];
        openssl(tools, folder, &[&signed[..], &files[..], &key[..]].concat())?;
    }
    Ok(())
}

fn openssl(tools: &Tools, folder: &Path, arguments: &[&str]) -> Result<(), Failure> {
    let output = Command::new(&tools.openssl).args(arguments).current_dir(folder).output();
    let output = output.map_err(|error| Failure::new(format!("openssl does not start: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("openssl makes no certificate: {}", String::from_utf8_lossy(&output.stderr))))
}
