//! From spans to requests.
//!
//! A request is the topmost span of kind SERVER; in a tree without one it is the root.
//! Its own facts are the attributes of that span, then those of its resource; what follows from them is derived.
//! The spans below it are parts of the request: they never replace one of its own facts, and the catalog decides
//! which fields they feed (see [`crate::FactSet::bind`]).
//! Spans above the topmost SERVER span belong to the caller and are left out.

use std::collections::{HashMap, HashSet};

use crate::attribute::Attributes;
use crate::derive::derive;
use crate::mapping::{self, Mapping};
use crate::otlp::{Span, Spans};
use crate::raw::{PartFacts, RawFacts, RawValue};
use crate::recording::{ProblemKind, Problems, Request};

/// The names of a span's status, by its code.
const STATUS: &[Option<&str>] = &[None, Some("OK"), Some("ERROR")];

/// The requests of all traces, in the order in which their first spans occur.
pub(crate) fn requests(spans: &Spans, mapping: &Mapping, problems: &mut Problems) -> Vec<Request> {
    let mut order: Vec<&str> = Vec::new();
    let mut traces: HashMap<&str, Vec<&Span>> = HashMap::new();
    for span in &spans.spans {
        let trace = traces.entry(&span.trace).or_default();
        if trace.is_empty() {
            order.push(&span.trace);
        }
        trace.push(span);
    }
    let mut requests = Vec::new();
    for trace in order.iter().filter_map(|trace| traces.get(trace)) {
        let groups = group(trace, problems);
        let is_only = groups.len() == 1;
        requests.extend(groups.into_iter().map(|group| request(&group, is_only, &spans.resources, mapping)));
    }
    requests
}

/// The span that stands for a request, and those below it.
struct Group<'s> {
    root: &'s Span,
    parts: Vec<&'s Span>,
}

/// Where a span stands in the forest of its trace.
#[derive(Clone, Copy, Default)]
struct Standing {
    /// The root of its tree; none for a span that is its own ancestor.
    root: Option<usize>,
    /// The span whose request it belongs to.
    owner: Option<usize>,
}

/// Splits the spans of one trace into requests.
fn group<'s>(all: &[&'s Span], problems: &mut Problems) -> Vec<Group<'s>> {
    let spans = without_duplicates(all, problems);
    let by_id: HashMap<&str, usize> = spans
        .iter()
        .enumerate()
        .filter(|(_, span)| !span.id.is_empty())
        .map(|(i, span)| (span.id.as_str(), i))
        .collect();
    let parent_of = |span: &Span| span.parent.as_deref().and_then(|parent| by_id.get(parent)).copied();

    let mut children: Vec<Vec<usize>> = vec![Vec::new(); spans.len()];
    let mut walk: Vec<usize> = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        match parent_of(span).and_then(|parent| children.get_mut(parent)) {
            Some(siblings) => siblings.push(index),
            None => walk.push(index),
        }
    }
    let n_roots = walk.len();
    let mut next = 0;
    while let Some(&index) = walk.get(next) {
        walk.extend(children.get(index).into_iter().flatten());
        next += 1;
    }
    let in_cycles = spans.len() - walk.len();
    if let Some(first) = spans.first().filter(|_| in_cycles > 0) {
        problems.report(&first.place, ProblemKind::SpanCycle(in_cycles));
    }
    let standings = standings(&spans, &walk, n_roots, &parent_of);
    collect(&spans, &standings, problems)
}

/// Decides for each span, parents first, to which request it belongs.
fn standings(
    spans: &[&Span],
    walk: &[usize],
    n_roots: usize,
    parent_of: &dyn Fn(&Span) -> Option<usize>,
) -> Vec<Standing> {
    let mut standings = vec![Standing::default(); spans.len()];
    let mut has_server = vec![false; spans.len()];
    for (step, &index) in walk.iter().enumerate() {
        let Some(span) = spans.get(index) else { continue };
        let parent = if step < n_roots { None } else { parent_of(span) };
        let above = parent.and_then(|parent| standings.get(parent)).copied().unwrap_or_default();
        let root = above.root.unwrap_or(index);
        let owner = above.owner.or_else(|| span.is_server.then_some(index));
        if let Some(flag) = has_server.get_mut(root).filter(|_| span.is_server) {
            *flag = true;
        }
        if let Some(standing) = standings.get_mut(index) {
            *standing = Standing { root: Some(root), owner };
        }
    }
    let served = walk.iter().filter(|&&index| standings.get(index).is_some_and(|own| own.owner == Some(index)));
    let mut served = served.copied();
    let (only_request, several) = (served.next(), served.next().is_some());
    for &index in walk {
        let Some(root) = standings.get(index).and_then(|standing| standing.root) else { continue };
        if has_server.get(root).copied().unwrap_or(false) {
            continue;
        }
        // A tree without a SERVER span: a request of its own, unless it was cut off from a request that is here.
        let is_cut_off = spans.get(root).is_some_and(|root| root.parent.is_some());
        let owner = match only_request {
            Some(_) if is_cut_off && several => None,
            Some(request) if is_cut_off => Some(request),
            _ => Some(root),
        };
        if let Some(standing) = standings.get_mut(index) {
            standing.owner = owner;
        }
    }
    standings
}

/// Gathers the spans of each request, parts in the order in which they started.
fn collect<'s>(spans: &[&'s Span], standings: &[Standing], problems: &mut Problems) -> Vec<Group<'s>> {
    let mut groups: Vec<Group<'s>> = Vec::new();
    let mut group_of: HashMap<usize, usize> = HashMap::new();
    for (index, span) in spans.iter().enumerate() {
        if standings.get(index).is_some_and(|standing| standing.owner == Some(index)) {
            group_of.insert(index, groups.len());
            groups.push(Group { root: span, parts: Vec::new() });
        }
    }
    let served: HashSet<usize> =
        standings.iter().filter(|standing| standing.owner.is_some()).filter_map(|standing| standing.root).collect();
    for (index, span) in spans.iter().enumerate() {
        let Some(standing) = standings.get(index) else { continue };
        match standing.owner {
            Some(owner) if owner != index => {
                let group = group_of.get(&owner).and_then(|&group| groups.get_mut(group));
                if let Some(group) = group {
                    group.parts.push(span);
                }
            }
            None if standing.root == Some(index) && span.parent.is_some() && !served.contains(&index) => {
                problems.report(&span.place, ProblemKind::OrphanSpan(span.id.clone()));
            }
            Some(_) | None => {}
        }
    }
    for group in &mut groups {
        group.parts.sort_by_key(|span| span.start);
    }
    groups
}

/// The spans of a trace without those whose id is there already.
fn without_duplicates<'s>(all: &[&'s Span], problems: &mut Problems) -> Vec<&'s Span> {
    let mut seen: HashSet<&str> = HashSet::new();
    let mut kept = Vec::with_capacity(all.len());
    for &span in all {
        if !span.id.is_empty() && !seen.insert(&span.id) {
            problems.report(&span.place, ProblemKind::DuplicateSpan(span.id.clone()));
        } else {
            kept.push(span);
        }
    }
    kept
}

/// The request that a span and its parts stand for.
fn request(group: &Group<'_>, is_only: bool, resources: &[Attributes], mapping: &Mapping) -> Request {
    let root = group.root;
    let mut facts = RawFacts::new();
    for (name, values) in &root.attributes {
        facts.extend(name, values.iter().cloned());
    }
    let duration = root.start.zip(root.end).and_then(|(start, end)| end.checked_sub(start)).filter(|&time| time >= 0);
    if let Some(duration) = duration {
        mapping::set_if_absent(&mut facts, &mapping.total_duration, RawValue::Duration(duration));
    }
    let (code, message) = &root.status;
    let status = usize::try_from(*code).ok().and_then(|code| STATUS.get(code)).copied().flatten();
    if let Some(status) = status {
        mapping::set_if_absent(&mut facts, &mapping.span_status, RawValue::text(status));
    }
    if let Some(message) = message {
        mapping::set_if_absent(&mut facts, &mapping.span_status_text, RawValue::text(message));
    }
    for (name, values) in resources.get(root.resource).into_iter().flatten() {
        if !root.attributes.iter().any(|(there, _)| there == name) {
            facts.extend(name, values.iter().cloned());
        }
    }
    derive(&mut facts, mapping);
    add_events(&mut facts, root);
    for part in &group.parts {
        facts.add_part(PartFacts { span: part.name.clone(), values: part.attributes.clone() });
        add_events(&mut facts, part);
    }
    let is_id = root.trace.len() == 32 && root.trace.bytes().all(|byte| byte.is_ascii_hexdigit());
    Request {
        id: if is_only { root.trace.clone() } else { format!("{}/{}", root.trace, root.id) },
        place: root.place.clone(),
        method: mapping::first_text(&facts, &mapping.method).map(str::to_owned),
        path: mapping::first_text(&facts, &mapping.path).map(str::to_owned),
        time: root.start,
        duration,
        trace_id: is_id.then(|| root.trace.clone()),
        trace_state: root.trace_state.clone(),
        facts,
    }
}

/// The events of a span are parts too: an exception may occur several times.
fn add_events(facts: &mut RawFacts, span: &Span) {
    for event in span.events.iter().filter(|event| !event.is_empty()) {
        facts.add_part(PartFacts { span: span.name.clone(), values: event.clone() });
    }
}

#[cfg(test)]
mod tests {
    use crate::{Format, Request, read};

    /// Builds a document of spans, each `trace id parent kind name attributes`, where `-` is nothing.
    fn document(spans: &[&str]) -> String {
        let spans = spans.iter().enumerate().map(|(at, span)| {
            let mut words = span.split(' ');
            let mut word = || words.next().filter(|word| *word != "-").unwrap_or("");
            let (trace, id, parent, kind, name) = (word(), word(), word(), word(), word());
            let attributes = words
                .filter_map(|pair| pair.split_once('='))
                .map(|(key, value)| format!(r#"{{"key": "{key}", "value": {{"intValue": "{value}"}}}}"#));
            let attributes: Vec<String> = attributes.collect();
            let parent = if parent.is_empty() { String::new() } else { format!("{parent:0>16}") };
            let kind = if kind.is_empty() { "1" } else { kind };
            format!(
                r#"{{"traceId": "{trace:0>32}", "spanId": "{id:0>16}", "parentSpanId": "{parent}", "kind": {kind},
                    "name": "{name}", "startTimeUnixNano": "{start}", "endTimeUnixNano": {end},
                    "attributes": [{attributes}]}}"#,
                start = 1_000 + at,
                end = 2_000 + at,
                attributes = attributes.join(",")
            )
        });
        let spans: Vec<String> = spans.collect();
        format!(r#"{{"resourceSpans": [{{"scopeSpans": [{{"spans": [{}]}}]}}]}}"#, spans.join(","))
    }

    fn shown(request: &Request) -> String {
        let own = request.facts.iter().filter(|(name, _)| !name.contains('.'));
        let mut shown: Vec<String> = own.map(|(name, values)| format!("{name}={}", joined(values))).collect();
        for part in request.facts.parts() {
            let values: Vec<String> =
                part.values.iter().map(|(name, values)| format!("{name}={}", joined(values))).collect();
            shown.push(format!("{}({})", part.span, values.join(" ")));
        }
        shown.join(" ")
    }

    fn joined(values: &[crate::RawValue]) -> String {
        values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }

    /// Reads the spans and prints each request with its parts, then the problems.
    #[track_caller]
    fn check(spans: &[&str], expected: &[&str]) {
        let recording = read(document(spans).as_bytes(), Format::Auto);
        let mut found: Vec<String> = recording.requests.iter().map(shown).collect();
        found.extend(recording.problems.iter().map(ToString::to_string));
        assert_eq!(found, expected);
    }

    #[test]
    fn the_root_is_the_request_and_its_children_are_parts() {
        check(
            &["a 1 - 2 gateway x=1", "a 2 1 3 try y=1", "a 3 1 3 try y=2", "a 4 3 1 inner z=3"],
            &["x=1 try(y=1) try(y=2) inner(z=3)"],
        );
        check(&["a 1 - - root x=1", "a 2 1 - child y=1"], &["x=1 child(y=1)"]);
    }

    #[test]
    fn a_parent_in_another_process_still_makes_a_root() {
        check(&["a 1 9 2 gateway x=1", "a 2 1 3 try y=1"], &["x=1 try(y=1)"]);
    }

    #[test]
    fn spans_of_the_caller_are_left_out() {
        check(&["a 1 - 3 browser u=1", "a 2 1 2 gateway x=1", "a 3 2 2 upstream y=1"], &["x=1 upstream(y=1)"]);
    }

    #[test]
    fn every_topmost_server_span_is_a_request() {
        check(&["a 1 9 2 gateway x=1", "b 1 - 2 gateway x=2", "a 2 9 2 gateway x=3"], &["x=1", "x=3", "x=2"]);
    }

    #[test]
    fn a_span_that_lost_its_parent_belongs_to_the_only_request() {
        check(&["a 1 - 2 gateway x=1", "a 2 7 1 cut_off y=1"], &["x=1 cut_off(y=1)"]);
        check(
            &["a 1 - 2 gateway x=1", "a 2 - 2 gateway x=2", "a 3 7 1 cut_off y=1"],
            &[
                "x=1",
                "x=2",
                "`resourceSpans[0].scopeSpans[0].spans[2]`: the parent of span `0000000000000003` is not in the \
                 recording, and its trace has several requests",
            ],
        );
    }

    #[test]
    fn spans_in_a_circle_are_left_out() {
        check(
            &["a 1 2 2 x", "a 2 1 2 y", "a 3 - 2 z x=1"],
            &["x=1", "`resourceSpans[0].scopeSpans[0].spans[0]`: spans of this trace that are their own ancestors: 2"],
        );
        check(
            &["a 1 1 2 x"],
            &["`resourceSpans[0].scopeSpans[0].spans[0]`: spans of this trace that are their own ancestors: 1"],
        );
    }

    #[test]
    fn of_two_spans_with_one_id_the_first_counts() {
        check(
            &["a 1 - 2 gateway x=1", "a 1 - 2 gateway x=2"],
            &[
                "x=1",
                "`resourceSpans[0].scopeSpans[0].spans[1]`: span `0000000000000001` is there twice; the first one counts",
            ],
        );
    }

    #[test]
    fn time_duration_and_ids_come_from_the_root() {
        let recording = read(document(&["A 1 - 2 gateway"]).as_bytes(), Format::Auto);
        let request = &recording.requests[0];
        assert_eq!((request.time, request.duration), (Some(1_000), Some(1_000)));
        assert_eq!(request.trace_id.as_deref(), Some("0000000000000000000000000000000a"));
        assert_eq!(joined(request.facts.get("proxy.kong.latency.total")), "1us");
    }

    #[test]
    fn resources_statuses_and_events_feed_facts() {
        let text = r#"{"resourceSpans": [{
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "kong"}},
                {"key": "host.name", "value": {"stringValue": "resource"}}]},
            "scopeSpans": [{"spans": [{"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331",
                "name": "kong", "traceState": "ot=th:8", "unknown": {"is": "ignored"},
                "attributes": [{"key": "host.name", "value": {"stringValue": "span"}},
                    {"key": "url.full", "value": {"stringValue": "http://a/b"}}],
                "events": [{"name": "exception",
                    "attributes": [{"key": "exception.type", "value": {"stringValue": "E"}}]}],
                "status": {"code": 2, "message": "timed out"}}]}]}]}"#;
        let recording = read(text.as_bytes(), Format::Auto);
        assert_eq!(recording.problems, []);
        let request = &recording.requests[0];
        for (name, expected) in [
            ("service.name", r#""kong""#),
            ("host.name", r#""span""#),
            ("otel.status_code", r#""ERROR""#),
            ("otel.status_description", r#""timed out""#),
            ("url.path", r#""/b""#),
        ] {
            assert_eq!(joined(request.facts.get(name)), expected, "{name}");
        }
        assert_eq!(request.facts.parts()[0].values[0].0, "exception.type");
        assert_eq!(request.trace_state.as_deref(), Some("ot=th:8"));
    }

    #[test]
    fn a_document_per_line_may_split_a_trace() {
        let lines = format!("{}\n\n{}\n", line(&["a 1 - 2 gateway x=1"]), line(&["a 2 1 3 try y=1"]));
        let recording = read(lines.as_bytes(), Format::Auto);
        assert_eq!((recording.requests.len(), recording.problems.len()), (1, 0));
        assert_eq!(shown(&recording.requests[0]), "x=1 try(y=1)");
    }

    #[test]
    fn a_bad_line_or_span_does_not_lose_the_others() {
        let good = line(&["a 1 - 2 gateway x=1"]);
        let lines = format!(
            "{{\"resourceSpans\": [\n{good}\n{{\"resourceSpans\": [{{\"scopeSpans\": [{{\"spans\": [{{}}, 7]}}]}}]}}\n[]"
        );
        let recording = read(lines.as_bytes(), Format::Auto);
        assert_eq!(recording.requests.len(), 1);
        let problems: Vec<String> = recording.problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            problems,
            [
                "line 1, column 19: this is not JSON: EOF while parsing a list",
                "line 3, `resourceSpans[0].scopeSpans[0].spans[0]`: `traceId` is missing",
                "line 3, `resourceSpans[0].scopeSpans[0].spans[1]`: expected an object, found a number",
                "line 4: expected an object, found an array",
            ]
        );
    }

    #[test]
    fn an_id_of_another_form_is_reported_and_still_groups() {
        let text = document(&["a 1 - 2 gateway x=1", "a 2 1 3 try y=1"])
            .replace(&format!("{:0>32}", "a"), "CvdlGRbNQ92ESOshHIAxnA==");
        let recording = read(text.as_bytes(), Format::Auto);
        assert_eq!(recording.requests.len(), 1);
        assert_eq!(recording.requests[0].trace_id, None);
        assert_eq!(
            recording.problems[0].to_string(),
            "`resourceSpans[0].scopeSpans[0].spans[0].traceId`: expected 32 hexadecimal digits, found `CvdlGRbNQ92ESOshHIAxnA==`"
        );
    }

    fn line(spans: &[&str]) -> String {
        document(spans).replace('\n', " ")
    }
}
