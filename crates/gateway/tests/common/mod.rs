//! Requests of the tests: a method, a path and a status, through the phases of a gateway.
#![allow(dead_code, reason = "not every test needs everything")]

use http::{Request, Response};
use tamis_gateway::{
    Answer, Capture, Exchange, Limits, Moment, Node, Observations, Observed, RequestHead, Session, Source,
    TraceContext, Tracked, Worker,
};
use tamis_lang::catalog::Catalog;
use tamis_lang::phase::Phase;
use tamis_types::analysis::{Options, analyze};

pub(crate) fn node() -> Node {
    Node::new(Catalog::shipped("kong").unwrap())
}

#[track_caller]
pub(crate) fn session(node: &Node, name: &str, rule: &str, limits: Limits) -> Session {
    let analysis = analyze(rule, node.catalog(), &Options::default());
    let checked = analysis.rules().first().and_then(|rule| rule.checked());
    Session::new(name, rule, checked.unwrap_or_else(|| panic!("{rule}: {:?}", analysis.diagnostics)), limits)
}

/// A request without a body, `GET /path name: value`.
pub(crate) fn request(text: &str) -> Request<()> {
    let mut words = text.splitn(3, ' ');
    let mut builder = Request::builder().method(words.next().unwrap()).uri(words.next().unwrap());
    for header in words.next().unwrap_or("").split(", ").filter(|header| !header.is_empty()) {
        let (name, value) = header.split_once(": ").unwrap();
        builder = builder.header(name, value);
    }
    builder.body(()).unwrap()
}

/// Sends a request through all phases.
pub(crate) fn send(
    node: &Node,
    worker: &mut Worker,
    request: &Request<()>,
    status: i64,
    now: Moment,
) -> Option<Capture> {
    send_asking(node, worker, (request, status), now, &mut |_, _, _| true)
}

/// The same, asking only after the phases that somebody chooses.
pub(crate) fn send_asking(
    node: &Node,
    worker: &mut Worker,
    (request, status): (&Request<()>, i64),
    now: Moment,
    is_asked: &mut dyn FnMut(&Tracked, Phase, &Observations) -> bool,
) -> Option<Capture> {
    let context = TraceContext::read(request.headers(), || 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736);
    let mut known = Observations::default();
    let mut tracked = node.begin(worker)?;
    let response: Response<()> = Response::builder().header("server", "test").body(()).unwrap();
    let at = |phase| Seen { node, request, response: &response, context: &context, phase };
    if tracked.advance(worker, Phase::RequestHeaders, &at(Phase::RequestHeaders).with(&known), now) == Answer::Drop {
        tracked.discard(worker);
        return None;
    }
    known.set(Source::RouteMatched, Observed::Bool(true));
    if is_asked(&tracked, Phase::Route, &known) {
        tracked.advance(worker, Phase::Route, &at(Phase::Route).with(&known), now);
    }
    known.set(Source::Status, Observed::Int(status));
    if is_asked(&tracked, Phase::ResponseHeaders, &known) {
        tracked.advance(worker, Phase::ResponseHeaders, &at(Phase::ResponseHeaders).with(&known), now);
    }
    known.set(Source::TotalLatency, Observed::Duration(1_000_000));
    tracked.finish(worker, &at(Phase::Log).with(&known), now)
}

/// What there is of a request at a phase.
struct Seen<'a> {
    node: &'a Node,
    request: &'a Request<()>,
    response: &'a Response<()>,
    context: &'a TraceContext,
    phase: Phase,
}

impl<'a> Seen<'a> {
    fn with(&self, observations: &'a Observations) -> Exchange<'a> {
        let head = RequestHead::from(self.request);
        let exchange = Exchange::new(self.node.vocabulary(), head, observations, self.context.randomness());
        let exchange = exchange.at(self.phase);
        if self.phase < Phase::ResponseHeaders { exchange } else { exchange.with_response(self.response.headers()) }
    }
}
