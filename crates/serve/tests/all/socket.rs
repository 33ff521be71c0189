//! A service on a real socket, and a client that writes bytes as it likes.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::Value;
use tamis_serve::{Bounds, Config, Ended, Service, Times, serve};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

/// A service that listens, until it is dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<Ended>>,
}

/// A service that waits no longer for a request than it must.
pub(crate) fn impatient() -> Config {
    let config = small();
    Config { times: Times { read: Duration::from_millis(300), ..config.times }, ..config }
}

/// A service with little room and, on a machine with much else to do, enough time.
pub(crate) fn small() -> Config {
    Config {
        catalogs: Vec::new(),
        bounds: Bounds { body: 64 << 10, connections: 16, requests: 8, workers: 1 },
        times: Times {
            read: Duration::from_secs(60),
            work: Duration::from_secs(60),
            write: Duration::from_secs(60),
            idle: Duration::from_secs(60),
            stop: Duration::from_secs(60),
        },
    }
}

impl Running {
    pub(crate) fn start(config: Config) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = mpsc::channel();
        let thread = thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            let service = Service::new(config);
            let ended = runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                serve(listener, &service, async { drop(stopped.await) }).await
            });
            runtime.shutdown_background();
            ended
        });
        Self { address: told.recv().unwrap(), stop: Some(stop), thread: Some(thread) }
    }

    /// Tells it to stop, and does not wait.
    pub(crate) fn tell(&mut self) {
        drop(self.stop.take());
    }

    /// Waits until it has stopped.
    pub(crate) fn ended(mut self) -> Ended {
        self.tell();
        self.thread.take().unwrap().join().unwrap()
    }

    pub(crate) fn connect(&self) -> Client {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Client { stream }
    }

    /// The answer to bytes behind which nothing follows on the connection.
    pub(crate) fn answer(&self, bytes: &[u8]) -> Reply {
        let mut client = self.connect();
        client.send(bytes);
        client.reply()
    }

    pub(crate) fn is_healthy(&self) -> bool {
        self.answer(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").status == 200
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.tell();
    }
}

/// One connection.
pub(crate) struct Client {
    stream: TcpStream,
}

/// What came back, read up to the length that it says.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    /// The name of the problem.
    pub(crate) fn problem(&self) -> String {
        let json: Value = serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        assert_eq!(json["status"], self.status, "{self:?}");
        assert!(self.head.contains("content-type: application/problem+json\r\n"), "{self:?}");
        json["type"].as_str().unwrap().trim_start_matches("urn:problem-type:tamis:").to_owned()
    }
}

impl Client {
    /// Sends what the other end still takes.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        // Who is answered early may find that nobody listens any more.
        let _ = self.stream.write_all(bytes);
    }

    /// Whether the other end still takes bytes.
    pub(crate) fn try_send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// Says that nothing more comes.
    pub(crate) fn finish(&mut self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }

    /// The next answer.
    pub(crate) fn reply(&mut self) -> Reply {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            match self.stream.read(&mut byte) {
                Ok(1) => head.push(byte[0]),
                other => panic!("{other:?} behind {:?}", String::from_utf8_lossy(&head)),
            }
        }
        let head = String::from_utf8(head).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
        let mut body = vec![0; length.parse().unwrap()];
        self.stream.read_exact(&mut body).unwrap();
        Reply { status, head, body: String::from_utf8(body).unwrap() }
    }

    /// Whether the other end closes without another byte.
    pub(crate) fn is_closed(&mut self) -> bool {
        match self.stream.read(&mut [0]) {
            Ok(n) => n == 0,
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        }
    }
}

/// A request with a body in JSON, of the length that it says.
pub(crate) fn post(path: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("POST {path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n");
    [head.as_bytes(), format!("content-length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}
