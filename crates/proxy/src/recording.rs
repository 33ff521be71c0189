//! What is recorded of a request until it is dropped or exported.

use std::cell::{OnceCell, RefCell};
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::ops::Range;

use http::HeaderMap;
use tamis_gateway::{Later, Moment, Node, Observations, Source, TraceContext, Worker};
use tamis_lang::sampling::Randomness;
use tamis_lang::value::Value;

/// Recordings that a thread keeps for the next requests.
const MAX_POOLED: usize = 1_024;

/// One request, as far as it went.
pub(crate) struct Recording {
    pub(crate) context: TraceContext,
    /// The id of the root span.
    pub(crate) root: u64,
    /// How many other spans have an id.
    n_ids: u64,
    pub(crate) observations: Observations,
    pub(crate) began: Moment,
    /// When the clock was last read for it.
    pub(crate) latest: Moment,
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
    /// Which of the values that were added to what was observed are its own; values that a request has once are
    /// looked up when it is exported.
    pub(crate) own: Range<usize>,
    pub(crate) is_error: bool,
}

/// Moments of which spans are made.
#[derive(Clone, Copy, Default)]
pub(crate) struct Marks {
    pub(crate) body_began: Option<Moment>,
    pub(crate) body_ended: Option<Moment>,
    /// When the router began and ended, and the plugins of the access step and of the response's headers.
    pub(crate) routed: Option<(Moment, Moment)>,
    pub(crate) access: Option<(Moment, Moment)>,
    pub(crate) filtered: Option<(Moment, Moment)>,
    /// When the first target was chosen.
    pub(crate) selection: Option<Moment>,
    pub(crate) attempt: Option<Moment>,
    pub(crate) connected: Option<Moment>,
    pub(crate) sent: Option<Moment>,
    pub(crate) response_headers: Option<Moment>,
    pub(crate) upstream_body: Option<Moment>,
    pub(crate) first_written: Option<Moment>,
    /// When the rules were asked last.
    pub(crate) asked: Option<Moment>,
    /// The status that the upstream gave, and the one that the client gets.
    pub(crate) upstream_status: Option<u16>,
    pub(crate) status: Option<u16>,
    /// Who made the response.
    pub(crate) response_source: Option<&'static str>,
    /// Nanoseconds of looking up names.
    pub(crate) dns: i64,
    pub(crate) has_asked_dns: bool,
}

/// The numbers of spans that others stand below; those of the others follow.
pub(crate) const ACCESS: u64 = 1;
pub(crate) const HEADER_FILTER: u64 = 2;
pub(crate) const SELECTION: u64 = 3;

impl Recording {
    /// The id of one more span, not zero: no two of a trace are alike.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.n_ids += 1;
        self.id(self.n_ids)
    }

    /// The id of the span with a number.
    pub(crate) const fn id(&self, number: u64) -> u64 {
        match mixed(self.root.wrapping_add(number.wrapping_mul(GOLDEN))) {
            0 => 1,
            id => id,
        }
    }

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
            own: 0..0,
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
    ids: Ids,
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
    pub(crate) fn recording(&mut self, began: Moment) -> Box<Recording> {
        let Self { recordings, ids, .. } = self;
        let root = ids.span();
        match recordings.pop() {
            Some(mut recording) => {
                recording.root = root;
                recording.n_ids = SELECTION;
                (recording.began, recording.latest) = (began, began);
                recording.observations.clear();
                recording.spans.clear();
                recording.response = None;
                recording.errors.clear();
                recording.marks = Marks::default();
                recording
            }
            None => Box::new(Recording {
                context: TraceContext::default(),
                root,
                n_ids: SELECTION,
                observations: Observations::default(),
                began,
                latest: began,
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

/// The trace of a request, read from its headers only when a rule asks for a share or the request is recorded.
#[derive(Debug)]
pub(crate) struct Trace<'a> {
    headers: &'a HeaderMap,
    /// The id of a request that has none.
    fresh: u128,
    context: OnceCell<TraceContext>,
}

impl<'a> Trace<'a> {
    pub(crate) fn new(headers: &'a HeaderMap, local: &mut Local) -> Self {
        Self { headers, fresh: local.ids.trace(), context: OnceCell::new() }
    }

    pub(crate) fn context(&self) -> &TraceContext {
        self.context.get_or_init(|| TraceContext::read(self.headers, || self.fresh))
    }
}

impl Later for Trace<'_> {
    fn value(&self, _: Source) -> Option<Value<'_>> {
        None
    }

    fn randomness(&self) -> Option<Randomness> {
        Some(self.context().randomness())
    }
}

/// Random ids: two sequences of SplitMix64, whose beginnings the operating system chose for each thread.
struct Ids {
    states: [u64; 2],
}

impl Default for Ids {
    fn default() -> Self {
        Self { states: [(); 2].map(|()| RandomState::new().hash_one(0)) }
    }
}

impl Ids {
    /// Two numbers.
    fn next(&mut self) -> [u64; 2] {
        self.states = self.states.map(|state| state.wrapping_add(GOLDEN));
        self.states.map(mixed)
    }

    /// The id of a span, not zero.
    fn span(&mut self) -> u64 {
        let [high, low] = self.next();
        (high ^ low.rotate_left(32)).max(1)
    }

    /// The id of a trace, not zero.
    fn trace(&mut self) -> u128 {
        let [high, low] = self.next();
        (u128::from(high) << 64 | u128::from(low)).max(1)
    }
}

/// What SplitMix64 adds from one number to the next.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The last steps of SplitMix64, which take no two numbers to the same one.
const fn mixed(number: u64) -> u64 {
    let number = (number ^ number >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ number >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ number >> 31
}
