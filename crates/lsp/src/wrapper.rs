//! What the protocol asks for and the library lacks.
//!
//! - `shutdown` and `exit` may come with `params: null`; the library refuses that.
//! - `exit` ends the server although the editor keeps its stream open, with 1 where no `shutdown` came before.
//! - An editor that can pull diagnostics again says so under another name than the library knows.
//! - A method that is answered with a text goes by the name that it has within the library.
//! - A message that is broken is answered with an error, and the next one is read.
//! - A panic within a handler answers its own request with an error and nothing else.

use std::borrow::Cow;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::task::{Context, Poll};

use serde_json::Value;
use tokio::sync::Notify;
use tower_lsp::ExitedError;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tower_service::Service;

use crate::{frames, whole};

/// Says when the server has to end, and how.
#[derive(Clone, Default)]
pub(crate) struct Exit {
    shared: Arc<ExitState>,
}

#[derive(Default)]
struct ExitState {
    code: AtomicU8,
    said: Notify,
}

impl Exit {
    /// Waits until the editor said `exit`; gives the exit code.
    pub(crate) async fn wait(&self) -> u8 {
        self.shared.said.notified().await;
        self.shared.code.load(Ordering::Acquire)
    }

    fn say(&self, code: u8) {
        self.shared.code.store(code, Ordering::Release);
        self.shared.said.notify_one();
    }
}

/// A service with the promises above.
pub(crate) struct Wrapper<S> {
    inner: S,
    exit: Exit,
    was_shut_down: AtomicBool,
}

impl<S> Wrapper<S> {
    pub(crate) const fn new(inner: S, exit: Exit) -> Self {
        Self { inner, exit, was_shut_down: AtomicBool::new(false) }
    }
}

type Answer = Result<Option<Response>, ExitedError>;

impl<S> Service<Request> for Wrapper<S>
where
    S: Service<Request, Response = Option<Response>, Error = ExitedError>,
    S::Future: Send + 'static,
{
    type Response = Option<Response>;
    type Error = ExitedError;
    type Future = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ExitedError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let method = request.method().to_owned();
        let id = request.id().cloned();
        if let Some(error) = broken(&method) {
            return Box::pin(async move { Ok(Some(Response::from_error(Id::Null, error))) });
        }
        let request = match method.as_str() {
            "shutdown" | "exit" => without_parameters(request),
            "initialize" => with_both_names(request),
            method => match whole::name(method) {
                Some(name) => renamed(request, name),
                None => request,
            },
        };
        if method == "shutdown" {
            self.was_shut_down.store(true, Ordering::Release);
        }
        let inner = Fenced { inner: Box::pin(self.inner.call(request)), id };
        if method != "exit" {
            return Box::pin(inner);
        }
        let (exit, code) = (self.exit.clone(), u8::from(!self.was_shut_down.load(Ordering::Acquire)));
        Box::pin(async move {
            let answer = inner.await;
            exit.say(code);
            answer
        })
    }
}

/// The error of a message that was replaced because it is broken.
fn broken(method: &str) -> Option<Error> {
    match method {
        frames::NO_JSON => Some(Error::parse_error()),
        frames::NO_MESSAGE => Some(Error::invalid_request()),
        _ => None,
    }
}

/// The same request without `params`, which the library takes only where they are missing.
fn without_parameters(request: Request) -> Request {
    let (method, id, _) = request.into_parts();
    request_of(method, id, None)
}

/// The same request under another name.
fn renamed(request: Request, name: &'static str) -> Request {
    let (_, id, params) = request.into_parts();
    request_of(name, id, params)
}

/// The same request with what an editor says of pulled diagnostics also under the name by which the library looks for it.
fn with_both_names(request: Request) -> Request {
    let (method, id, mut params) = request.into_parts();
    let workspace = params.as_mut().and_then(|params| params.pointer_mut("/capabilities/workspace"));
    if let Some(workspace) = workspace.and_then(Value::as_object_mut)
        && let Some(said) = workspace.get("diagnostics").cloned()
    {
        workspace.entry("diagnostic").or_insert(said);
    }
    request_of(method, id, params)
}

fn request_of(method: impl Into<Cow<'static, str>>, id: Option<Id>, params: Option<Value>) -> Request {
    let mut request = Request::build(method);
    if let Some(id) = id {
        request = request.id(id);
    }
    if let Some(params) = params {
        request = request.params(params);
    }
    request.finish()
}

/// A future whose panic is an error of its own request.
struct Fenced<F> {
    inner: Pin<Box<F>>,
    id: Option<Id>,
}

impl<F: Future<Output = Answer>> Future for Fenced<F> {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        let inner = &mut self.inner;
        match catch_unwind(AssertUnwindSafe(|| inner.as_mut().poll(context))) {
            Ok(polled) => polled,
            Err(_) => Poll::Ready(Ok(self.id.take().map(|id| Response::from_error(id, Error::internal_error())))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A service whose handlers panic.
    struct Panics;

    impl Service<Request> for Panics {
        type Response = Option<Response>;
        type Error = ExitedError;
        type Future = Pin<Box<dyn Future<Output = Answer> + Send>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ExitedError>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request) -> Self::Future {
            Box::pin(async { panic!("on purpose") })
        }
    }

    #[test]
    fn a_panic_answers_its_own_request_with_an_error() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut wrapper = Wrapper::new(Panics, Exit::default());
        let request = Request::build("textDocument/hover").id(7).finish();
        let answer = runtime.block_on(wrapper.call(request)).unwrap().unwrap();
        assert_eq!(answer.into_parts(), (Id::Number(7), Err(Error::internal_error())));
        let notification = Request::build("textDocument/didOpen").finish();
        assert_eq!(runtime.block_on(wrapper.call(notification)).unwrap(), None);
    }
}
