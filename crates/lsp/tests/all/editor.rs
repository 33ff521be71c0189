//! An editor that speaks the protocol over a stream in memory.

use std::collections::VecDeque;
use std::future::Future;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long an answer may take on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The address of the text that most tests open.
pub(crate) const TEXT: &str = "file:///rules/a.tamis";

/// An editor and its server.
pub(crate) struct Editor {
    to: DuplexStream,
    from: BufReader<DuplexStream>,
    server: JoinHandle<u8>,
    n_requests: i64,
    /// What the server sent and nobody has asked for yet.
    mail: VecDeque<Value>,
    /// What the server asked, and got an answer to.
    questions: VecDeque<Value>,
    /// What the editor answers when it is asked for its settings; nothing at all where there is none.
    pub(crate) settings: Option<Value>,
    /// What the server said when it started.
    pub(crate) started: Value,
}

/// Runs a conversation.
#[track_caller]
pub(crate) fn run<T>(conversation: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(conversation)
}

impl Editor {
    /// A server that nobody has spoken to.
    pub(crate) fn connect() -> Self {
        let (to, input) = tokio::io::duplex(1 << 20);
        let (output, from) = tokio::io::duplex(1 << 20);
        let server = tokio::spawn(tamis_lsp::serve(input, output));
        let from = BufReader::new(from);
        Self {
            to,
            from,
            server,
            n_requests: 0,
            mail: VecDeque::new(),
            questions: VecDeque::new(),
            settings: None,
            started: Value::Null,
        }
    }

    /// An editor with these abilities.
    pub(crate) async fn with(abilities: Value, options: Value) -> Self {
        let mut editor = Self::connect();
        let params = json!({ "capabilities": abilities, "initializationOptions": options });
        editor.started = editor.request("initialize", params).await;
        editor.notify("initialized", json!({})).await;
        editor
    }

    /// An editor that can do little.
    pub(crate) async fn plain() -> Self {
        Self::with(json!({}), Value::Null).await
    }

    /// An editor with one open text.
    pub(crate) async fn open(text: &str) -> Self {
        let mut editor = Self::plain().await;
        editor.open_text(TEXT, text).await;
        editor
    }

    pub(crate) async fn open_text(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "tamis", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document })).await;
    }

    pub(crate) async fn change(&mut self, version: i32, changes: Value) {
        let document = json!({ "uri": TEXT, "version": version });
        let params = json!({ "textDocument": document, "contentChanges": changes });
        self.notify("textDocument/didChange", params).await;
    }

    /// Sends bytes as the body of a message.
    pub(crate) async fn send_body(&mut self, body: &[u8]) {
        self.to.write_all(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes()).await.unwrap();
        self.to.write_all(body).await.unwrap();
    }

    async fn send(&mut self, message: &Value) {
        self.send_body(message.to_string().as_bytes()).await;
    }

    pub(crate) async fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params })).await;
    }

    /// Sends a request and gives its number.
    pub(crate) async fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.n_requests += 1;
        let id = self.n_requests;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })).await;
        id
    }

    /// The answer to a request: its result or its error.
    pub(crate) async fn answer(&mut self, id: i64) -> Result<Value, Value> {
        let answer = self.wait(move |message| message["id"] == id && message.get("method").is_none()).await;
        match answer.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(answer["result"].clone()),
        }
    }

    pub(crate) async fn try_request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.ask(method, params).await;
        self.answer(id).await
    }

    pub(crate) async fn request(&mut self, method: &str, params: Value) -> Value {
        match self.try_request(method, params).await {
            Ok(result) => result,
            Err(error) => panic!("`{method}` was answered with {error}"),
        }
    }

    /// A request about a place of the open text.
    pub(crate) async fn at(&mut self, method: &str, line: u32, character: u32) -> Value {
        let position = json!({ "line": line, "character": character });
        self.request(method, json!({ "textDocument": { "uri": TEXT }, "position": position })).await
    }

    /// The next notification of a kind.
    pub(crate) async fn told(&mut self, method: &'static str) -> Value {
        self.wait(move |message| message["method"] == method).await["params"].clone()
    }

    /// The diagnostics of a version of the open text.
    pub(crate) async fn diagnostics(&mut self, version: i32) -> Vec<Value> {
        loop {
            let told = self.told("textDocument/publishDiagnostics").await;
            if told["version"] == version {
                return told["diagnostics"].as_array().unwrap().clone();
            }
        }
    }

    /// What the server asks for with a request of its own.
    pub(crate) async fn asked(&mut self, method: &'static str) -> Value {
        loop {
            if let Some(place) = self.questions.iter().position(|message| message["method"] == method) {
                return self.questions.remove(place).unwrap()["params"].clone();
            }
            let message = timeout(PATIENCE, self.read()).await.expect("the server asks in time");
            let message = message.expect("the server is there");
            if let Some(message) = self.reply(message).await {
                self.mail.push_back(message);
            }
        }
    }

    /// Forgets what the server sent meanwhile and nobody asked for.
    pub(crate) fn forget(&mut self) {
        self.mail.clear();
        self.questions.clear();
    }

    /// The first message that is wanted; others are kept for later.
    pub(crate) async fn wait(&mut self, is_wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(place) = self.mail.iter().position(&is_wanted) {
            return self.mail.remove(place).unwrap();
        }
        loop {
            let message = timeout(PATIENCE, self.receive()).await.expect("the server answers in time");
            let message = message.expect("the server is there");
            if is_wanted(&message) {
                return message;
            }
            self.mail.push_back(message);
        }
    }

    /// The next message; questions of the server are answered at once.
    async fn receive(&mut self) -> Option<Value> {
        loop {
            let message = self.read().await?;
            if let Some(message) = self.reply(message).await {
                return Some(message);
            }
        }
    }

    /// The next message, whatever it is.
    async fn read(&mut self) -> Option<Value> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.from.read_line(&mut line).await.unwrap() == 0 {
                return None;
            }
            match line.trim_end() {
                "" => break,
                header => {
                    if let Some(n) = header.strip_prefix("Content-Length: ") {
                        length = n.parse().unwrap();
                    }
                }
            }
        }
        let mut body = vec![0; length];
        self.from.read_exact(&mut body).await.unwrap();
        Some(serde_json::from_slice(&body).unwrap())
    }

    /// Answers a question of the server; what is none is given back.
    async fn reply(&mut self, message: Value) -> Option<Value> {
        if message.get("method").is_none() || message.get("id").is_none() {
            return Some(message);
        }
        self.questions.push_back(message.clone());
        let result = match message["method"].as_str() {
            Some("workspace/configuration") => match &self.settings {
                Some(settings) => json!(vec![settings; message["params"]["items"].as_array().unwrap().len()]),
                None => return None,
            },
            Some("workspace/applyEdit") => json!({ "applied": true }),
            Some("window/showDocument") => json!({ "success": true }),
            _ => Value::Null,
        };
        self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": result })).await;
        None
    }

    /// The exit code of the server, once it has ended.
    pub(crate) async fn ended(self) -> u8 {
        // The stream stays open meanwhile.
        timeout(PATIENCE, self.server).await.expect("the server ends").unwrap()
    }

    /// The exit code of the server after the editor has closed its stream.
    pub(crate) async fn closed(self) -> u8 {
        let Self { to, server, from, .. } = self;
        drop(to);
        drop(from);
        timeout(PATIENCE, server).await.expect("the server ends").unwrap()
    }
}
