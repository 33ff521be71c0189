//! The language server: editors speak to it, `tamis-ide` thinks for it.
//!
//! [`serve`] speaks the Language Server Protocol over any pair of streams; [`serve_standard_streams`] over those of the
//! process.
//! A handler takes what it needs out of the state, then works on a thread of its own, so that the next message is read
//! meanwhile; `wrapper` makes up for what the protocol library lacks, and `written` writes large answers past it.

mod actions;
mod capabilities;
mod catalog_action;
mod commands;
mod completion;
mod convert;
mod frames;
mod lines;
mod links;
mod pages;
mod publish;
mod reading;
mod region;
mod semantic;
mod server;
mod settings;
mod state;
mod whole;
mod workers;
mod workspace;
mod world;
mod wrapper;
mod written;

use std::future::{Future as _, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;

use tokio::io::{AsyncRead, AsyncWrite};
use tower_lsp::Server as Transport;

use crate::wrapper::{Exit, Wrapper};
use crate::written::Written;

/// How many requests are worked on at once; the rest waits, but a cancellation never does.
const CONCURRENCY: usize = 64;

/// How many bytes of messages wait for the library, and how many of the library's for being sent on.
const BUFFER: usize = 64 << 10;

/// Serves one editor until it says `exit` or closes its stream; gives the exit code that the protocol asks for.
///
/// Runs within a Tokio runtime.
pub async fn serve<I, O>(input: I, output: O) -> u8
where
    I: AsyncRead + Unpin,
    O: AsyncWrite,
{
    let written = Written::default();
    let (service, socket) = whole::service(written.clone());
    let exit = Exit::default();
    let wrapper = Wrapper::new(service, exit.clone());
    let (checked, from_editor) = tokio::io::duplex(BUFFER);
    let (to_editor, said) = tokio::io::duplex(BUFFER);
    let transport = Transport::new(from_editor, to_editor, socket).concurrency_level(CONCURRENCY).serve(wrapper);
    let (mut transport, mut told) = (pin!(transport), pin!(exit.wait()));
    let mut reading = pin!(frames::copy(input, checked));
    let output = pin!(output);
    let mut writing = pin!(written::copy(said, output, &written));
    let (mut reads, mut runs, mut writes) = (true, true, true);
    poll_fn(|context| {
        // When a stream ends, dropping or closing its copy ends what comes after it.
        reads = reads && reading.as_mut().poll(context).is_pending();
        runs = runs && transport.as_mut().poll(context).is_pending();
        writes = writes && writing.as_mut().poll(context).is_pending();
        match told.as_mut().poll(context) {
            Poll::Ready(code) => Poll::Ready(code),
            Poll::Pending if runs || writes => Poll::Pending,
            // An editor that is gone without a word is no reason to complain.
            Poll::Pending => Poll::Ready(0),
        }
    })
    .await
}

/// Serves the editor at the other end of standard input and output; gives the exit code of the process.
///
/// The process has to end itself with it, because a thread may still wait for input.
///
/// # Errors
///
/// The runtime could not be started.
pub fn serve_standard_streams() -> io::Result<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let code = runtime.block_on(serve(tokio::io::stdin(), tokio::io::stdout()));
    runtime.shutdown_background();
    Ok(code)
}
