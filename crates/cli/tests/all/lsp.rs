//! `tamis lsp`: the server is there, on standard input and output; what it says is tested where it is made.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const START: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#;
const SHUTDOWN: &str = r#"{"jsonrpc":"2.0","id":2,"method":"shutdown","params":null}"#;
const EXIT: &str = r#"{"jsonrpc":"2.0","method":"exit"}"#;

/// The server with its two streams, which stay open.
struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Server {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tamis"));
        let mut child = command.args(["lsp", "--stdio"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output }
    }

    fn send(&mut self, body: &str) {
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.input.flush().unwrap();
    }

    fn receive(&mut self) -> String {
        let (mut header, mut blank) = (String::new(), String::new());
        self.output.read_line(&mut header).unwrap();
        self.output.read_line(&mut blank).unwrap();
        let length: usize = header.trim().strip_prefix("Content-Length: ").unwrap().parse().unwrap();
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        String::from_utf8(body).unwrap()
    }

    /// The exit code, although both streams are open.
    fn code(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

#[test]
fn a_whole_conversation_ends_with_0() {
    let mut server = Server::start();
    server.send(START);
    assert!(server.receive().contains(r#""serverInfo":{"name":"tamis""#));
    server.send(SHUTDOWN);
    assert_eq!(server.receive(), r#"{"jsonrpc":"2.0","result":null,"id":2}"#);
    server.send(EXIT);
    assert_eq!(server.code(), Some(0));
}

#[test]
fn exit_alone_ends_with_1() {
    let mut server = Server::start();
    server.send(START);
    server.receive();
    server.send(EXIT);
    assert_eq!(server.code(), Some(1));
}
