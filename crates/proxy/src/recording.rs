//! What is recorded of a request until it is dropped or exported.

use std::cell::RefCell;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use http::HeaderMap;
use tamis_gateway::{Moment, Node, Observations, Observed, Source, TraceContext, Worker};

/// Recordings that a thread keeps for the next requests.
const MAX_POOLED: usize = 1_024;

/// One request, as far as it went.
pub(crate) struct Recording {
    pub(crate) context: TraceContext,
    /// The id of the root span.
    pub(crate) root: u64,
    pub(crate) observations: Observations,
    pub(crate) began: Moment,
    pub(crate) spans: Vec<Span>,
    /// The headers of the response, as they were when the rules saw them.
    pub(crate) response: Option<HeaderMap>,
    /// What went wrong, for the log.
    pub(crate) errors: Vec<(Moment, String)>,
    pub(crate) marks: Marks,
}

/// One step.
pub(crate) struct Span {
    pub(crate) name: &'static str,
    /// The name of a plugin, behind the name of the span.
    pub(crate) plugin: Option<&'static str>,
    pub(crate) id: u64,
    /// The id of the span above; zero is the root.
    pub(crate) parent: u64,
    pub(crate) start: Moment,
    pub(crate) end: Moment,
    pub(crate) values: Vec<(Source, Observed)>,
    pub(crate) is_error: bool,
}

/// Moments of which spans are made.
#[derive(Clone, Copy, Default)]
pub(crate) struct Marks {
    pub(crate) body_began: Option<Moment>,
    pub(crate) body_ended: Option<Moment>,
    pub(crate) selection: Option<(u64, Moment)>,
    pub(crate) attempt: Option<Moment>,
    pub(crate) connected: Option<Moment>,
    pub(crate) sent: Option<Moment>,
    pub(crate) response_headers: Option<Moment>,
    pub(crate) upstream_body: Option<Moment>,
    pub(crate) first_written: Option<Moment>,
    /// Nanoseconds of looking up names.
    pub(crate) dns: i64,
    pub(crate) has_asked_dns: bool,
}

impl Recording {
    /// Adds a step that is over, and gives its id.
    pub(crate) fn span(
        &mut self,
        name: &'static str,
        parent: u64,
        (start, end): (Moment, Moment),
        id: u64,
    ) -> &mut Span {
        self.spans.push(Span {
            name,
            plugin: None,
            id,
            parent,
            start,
            end: end.max(start),
            values: Vec::new(),
            is_error: false,
        });
        let last = self.spans.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "it was pushed just now")]
        &mut self.spans[last]
    }
}

/// What each thread has.
pub(crate) struct Local {
    pub(crate) worker: Worker,
    #[expect(clippy::vec_box, reason = "a request holds its recording in a box, which comes and goes as it is")]
    recordings: Vec<Box<Recording>>,
    pub(crate) ids: Ids,
}

thread_local! {
    static LOCAL: RefCell<Option<Local>> = const { RefCell::new(None) };
}

/// Calls a function with what this thread has for a node; a process has one node.
pub(crate) fn with_local<T>(node: &Node, then: impl FnOnce(&mut Local) -> T) -> T {
    LOCAL.with_borrow_mut(|local| {
        let local =
            local.get_or_insert_with(|| Local { worker: node.worker(), recordings: Vec::new(), ids: Ids::default() });
        then(local)
    })
}

impl Local {
    /// Memory for one request.
    pub(crate) fn recording(&mut self, headers: &HeaderMap, began: Moment) -> Box<Recording> {
        let Self { recordings, ids, .. } = self;
        let context = TraceContext::read(headers, || ids.trace());
        let root = ids.span();
        match recordings.pop() {
            Some(mut recording) => {
                recording.context = context;
                recording.root = root;
                recording.began = began;
                recording.observations.clear();
                recording.spans.clear();
                recording.response = None;
                recording.errors.clear();
                recording.marks = Marks::default();
                recording
            }
            None => Box::new(Recording {
                context,
                root,
                observations: Observations::default(),
                began,
                spans: Vec::with_capacity(24),
                response: None,
                errors: Vec::new(),
                marks: Marks::default(),
            }),
        }
    }

    /// Takes the memory back.
    pub(crate) fn put_back(&mut self, recording: Box<Recording>) {
        if self.recordings.len() < MAX_POOLED {
            self.recordings.push(recording);
        }
    }
}

/// Random ids: the keyed hash of a counter, with keys of the operating system for each thread.
#[derive(Default)]
pub(crate) struct Ids {
    keys: RandomState,
    count: u64,
}

impl Ids {
    fn next(&mut self) -> u64 {
        self.count += 1;
        let mut hasher = self.keys.build_hasher();
        hasher.write_u64(self.count);
        hasher.finish()
    }

    /// The id of a span, not zero.
    pub(crate) fn span(&mut self) -> u64 {
        self.next().max(1)
    }

    /// The id of a trace, not zero.
    pub(crate) fn trace(&mut self) -> u128 {
        (u128::from(self.next()) << 64 | u128::from(self.next())).max(1)
    }
}
