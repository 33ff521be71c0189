//! A small HTTP/1.1 server for the services behind the gateway: one thread per connection, nothing but loopback.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::service::{self, Service};
use crate::Failure;

/// The most bytes of a request's head and of its body.
const MAX_HEAD: u64 = 64 << 10;
const MAX_BODY: usize = 1 << 20;

/// A request as a service sees it.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Asked {
    /// The first value of a header, by its name in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// What a service answers.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    pub(super) manner: Manner,
}

/// How an answer is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// At once.
    AtOnce,
    /// After so many milliseconds.
    After(u64),
    /// The body in pieces, with so many milliseconds before each.
    InPieces(u64),
    /// Not at all: the connection is closed.
    Close,
    /// With a header that no HTTP allows.
    Garbage,
}

/// One attempt of the gateway, as a service saw it.
#[derive(Clone, Debug)]
pub(super) struct Observation {
    /// The gateway's id of the request.
    pub(super) request: String,
    /// The address of the service.
    pub(super) address: &'static str,
    /// The headers, names in lower case.
    pub(super) headers: Vec<(String, String)>,
    /// The how many-eth request it was on its connection, from 1.
    pub(super) on_connection: usize,
}

/// The running services.
#[derive(Clone, Default)]
pub(super) struct Services {
    observations: Arc<Mutex<Vec<Observation>>>,
}

impl Services {
    /// Every attempt so far.
    pub(super) fn observations(&self) -> Vec<Observation> {
        self.observations.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn observe(&self, observation: Observation) {
        self.observations.lock().unwrap_or_else(PoisonError::into_inner).push(observation);
    }
}

/// Starts the services; their threads end with the process.
pub(super) fn start(targets: &'static [(&'static str, Service)]) -> Result<Services, Failure> {
    let services = Services::default();
    for &(address, service) in targets {
        let listener = TcpListener::bind(address)
            .map_err(|error| Failure::new(format!("a service cannot listen at {address}: {error}")))?;
        let services = services.clone();
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let services = services.clone();
                thread::spawn(move || serve(&connection, address, service, &services));
            }
        });
    }
    Ok(services)
}

/// Answers the requests of one connection until it is closed.
fn serve(connection: &TcpStream, address: &'static str, service: Service, services: &Services) {
    let is_ready =
        connection.set_read_timeout(Some(Duration::from_secs(30))).and_then(|()| connection.set_nodelay(true));
    if is_ready.is_err() {
        return;
    }
    let mut reader = BufReader::new(connection);
    for on_connection in 1.. {
        let Some(asked) = receive(&mut reader) else { return };
        let request = asked.header("x-request-id").unwrap_or_default().to_owned();
        services.observe(Observation { request, address, headers: asked.headers.clone(), on_connection });
        let answer = service::answer(service, &asked);
        if !send(connection, &answer, asked.method == "HEAD") {
            return;
        }
    }
}

/// Reads one request; none where the connection ends or the request is malformed.
fn receive(reader: &mut BufReader<&TcpStream>) -> Option<Asked> {
    let mut lines = reader.by_ref().take(MAX_HEAD).lines();
    let first = lines.next()?.ok()?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut asked =
        Asked { method: method.to_owned(), path: path.to_owned(), query: query.to_owned(), ..Asked::default() };
    loop {
        let line = lines.next()?.ok()?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        asked.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = asked.header("content-length").map_or(Some(0), |length| length.parse().ok())?;
    if length > MAX_BODY {
        return None;
    }
    asked.body = vec![0; length];
    reader.read_exact(&mut asked.body).ok()?;
    Some(asked)
}

/// Sends an answer; whether the connection can go on.
fn send(mut connection: &TcpStream, answer: &Answer, head_only: bool) -> bool {
    match answer.manner {
        Manner::Close => return false,
        Manner::Garbage => {
            let _ = connection.write_all(b"HTTP/1.1 200 OK\r\n\0: no name of a header\r\n\r\n");
            return false;
        }
        Manner::After(milliseconds) => thread::sleep(Duration::from_millis(milliseconds)),
        Manner::AtOnce | Manner::InPieces(_) => {}
    }
    let mut head = format!("HTTP/1.1 {} {}\r\n", answer.status, reason(answer.status));
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if answer.status != 204 && answer.status != 304 {
        head.push_str(&format!("Content-Length: {}\r\n", answer.body.len()));
    }
    head.push_str("\r\n");
    if connection.write_all(head.as_bytes()).is_err() {
        return false;
    }
    if head_only {
        return true;
    }
    let Manner::InPieces(pause) = answer.manner else { return connection.write_all(&answer.body).is_ok() };
    answer.body.chunks(answer.body.len().div_ceil(10).max(1)).all(|piece| {
        thread::sleep(Duration::from_millis(pause));
        connection.write_all(piece).is_ok()
    })
}

/// The words beside a status.
const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        422 => "Unprocessable Content",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Other",
    }
}
