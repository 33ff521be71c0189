//! Sessions hold their limits, whatever the threads do.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what goes wrong fails the test")]

mod common;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use common::{node, request, send, send_asking, session};
use expect_test::expect;
use tamis_gateway::{Answer, Capture, Exchange, Limits, Observations, SessionState, Source, metrics};
use tamis_lang::phase::Phase;
use tamis_lang::sampling::Randomness;
use tamis_vm::Weight;

const ALL: &str = "exists(http.request.method)";

fn limits(max_samples: u64) -> Limits {
    Limits { max_samples, ..Limits::default() }
}

#[test]
fn a_full_session_has_exactly_its_samples_on_many_threads() {
    for max in [1, 7, 1_000] {
        let node = node();
        node.replace(vec![session(&node, "all", ALL, limits(max))], 0);
        let captured = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let (mut worker, request) = (node.worker(), request("GET /"));
                    for _ in 0..2_000 {
                        if send(&node, &mut worker, &request, 200, 0).is_some() {
                            captured.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        assert_eq!(captured.load(Ordering::Relaxed), max);
        assert_eq!(node.sessions()[0].state(), SessionState::Completed);
        assert_eq!(node.maintain(0), 0);
        assert!(node.begin(&mut node.worker()).is_none(), "a session that is over costs nothing");
    }
}

#[test]
fn a_stopped_session_captures_nothing_more_at_saturation() {
    let node = node();
    node.replace(vec![session(&node, "all", ALL, limits(u64::MAX))], 0);
    let (is_stopped, late, early) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let (mut worker, request) = (node.worker(), request("GET /"));
                loop {
                    // What is read before the request begins counts: one that began earlier may end captured.
                    let was_stopped = is_stopped.load(Ordering::SeqCst);
                    let capture = send(&node, &mut worker, &request, 200, 0);
                    if capture.is_some() {
                        let counter = if was_stopped { &late } else { &early };
                        counter.fetch_add(1, Ordering::Relaxed);
                    }
                    if was_stopped {
                        return;
                    }
                }
            });
        }
        while early.load(Ordering::Relaxed) < 1_000 {
            std::thread::yield_now();
        }
        node.sessions()[0].stop();
        is_stopped.store(true, Ordering::SeqCst);
    });
    assert_eq!(late.load(Ordering::Relaxed), 0);
    assert_eq!(node.sessions()[0].state(), SessionState::Cancelled);
}

#[test]
fn a_session_ends_with_its_time() {
    let node = node();
    node.replace(vec![session(&node, "all", ALL, Limits { max_samples: 9, duration: Some(1_000) })], 0);
    let (mut worker, request) = (node.worker(), request("GET /"));
    assert!(send(&node, &mut worker, &request, 200, 999).is_some());
    assert!(send(&node, &mut worker, &request, 200, 1_000).is_none());
    assert_eq!(node.sessions()[0].state(), SessionState::TimedOut);
}

#[test]
fn a_capture_that_comes_to_nothing_is_given_back() {
    let node = node();
    node.replace(vec![session(&node, "all", ALL, limits(1))], 0);
    let (mut worker, request) = (node.worker(), request("GET /"));
    let mut tracked = node.begin(&mut worker).unwrap();
    let observations = Observations::default();
    let exchange = Exchange::new(node.vocabulary(), (&request).into(), &observations, Randomness::MAX);
    let phase = Phase::RequestHeaders;
    assert_eq!(tracked.advance(&mut worker, phase, &exchange, 0), Answer::Keep);
    drop(tracked);
    assert!(send(&node, &mut worker, &request, 200, 0).is_some());
    assert!(send(&node, &mut worker, &request, 200, 0).is_none());
}

#[test]
fn a_session_that_is_over_stays_what_it_was_when_somebody_stops_it() {
    let node = node();
    let timed = Limits { max_samples: 9, duration: Some(1_000) };
    node.replace(vec![session(&node, "full", ALL, limits(1)), session(&node, "late", ALL, timed)], 0);
    send(&node, &mut node.worker(), &request("GET /"), 200, 0).unwrap();
    assert_eq!(node.maintain(1_000), 0);
    let [full, late] = node.sessions().try_into().unwrap();
    full.stop();
    late.stop();
    assert_eq!((full.state(), late.state()), (SessionState::Completed, SessionState::TimedOut));

    node.replace(vec![session(&node, "stopped", ALL, timed)], 0);
    let [stopped] = node.sessions().try_into().unwrap();
    stopped.stop();
    assert_eq!(stopped.state_at(2_000), SessionState::Cancelled);
}

#[test]
fn an_unchanged_session_goes_on_when_others_are_swapped_in() {
    let node = node();
    node.replace(vec![session(&node, "a", ALL, limits(2)), session(&node, "b", ALL, limits(2))], 0);
    let (mut worker, request) = (node.worker(), request("GET /"));
    send(&node, &mut worker, &request, 200, 0);
    let gone = node.sessions()[1].clone();
    node.replace(vec![session(&node, "a", ALL, limits(2)), session(&node, "c", ALL, limits(2))], 0);
    assert_eq!(send(&node, &mut worker, &request, 200, 0).unwrap().sessions.len(), 2);
    assert_eq!(send(&node, &mut worker, &request, 200, 0).unwrap().sessions[0].name(), "c");
    assert_eq!(gone.state(), SessionState::Cancelled);
}

#[test]
fn what_a_request_stands_for_is_the_largest_share_that_keeps_it() {
    let node = node();
    let share = |name, rule| session(&node, name, rule, limits(9));
    node.replace(vec![share("quarter", "sample(25%)"), share("fifth", "sample(20%)")], 0);
    let (mut worker, request) = (node.worker(), request("GET /"));
    // The randomness of the trace is a fraction of 0.8069: in both.
    let capture = send(&node, &mut worker, &request, 200, 0).unwrap();
    assert_eq!(capture.sessions.len(), 2);
    let Weight::Threshold(threshold) = capture.weight else { panic!("{:?}", capture.weight) };
    assert_eq!(threshold.to_string(), "c");
}

#[test]
fn counters_say_what_became_of_the_requests_of_each_rule() {
    let node = node();
    let rule = r#"http.request.method == "POST" && http.response.status_code >= 500"#;
    node.replace(
        vec![
            session(&node, "early \"and\" late", rule, limits(1)),
            session(&node, "never known", "proxy.kong.consumer.id == \"x\" || exists(tls.cipher)", limits(1)),
        ],
        0,
    );
    let mut worker = node.worker();
    for (line, status) in [("GET /", 500), ("GET /", 200), ("POST /", 200), ("POST /", 503), ("POST /", 503)] {
        send(&node, &mut worker, &request(line), status, 0);
    }
    expect![[r#"
        # HELP tamis_requests_seen_total Requests that came while a session was active.
        # TYPE tamis_requests_seen_total counter
        tamis_requests_seen_total 5
        # HELP tamis_sessions Sessions by state.
        # TYPE tamis_sessions gauge
        tamis_sessions{state="active"} 1
    "#]]
    .assert_eq(&metrics(&node, 0).lines().take(6).map(|line| format!("{line}\n")).collect::<String>());
    let values: String = metrics(&node, 0)
        .lines()
        .filter(|line| line.starts_with("tamis_rule"))
        .map(|line| format!("{line}\n"))
        .collect();
    expect![[r#"
        tamis_rule_requests_seen_total{session="early \"and\" late"} 5
        tamis_rule_requests_seen_total{session="never known"} 5
        tamis_rule_requests_matched_total{session="early \"and\" late"} 1
        tamis_rule_requests_matched_total{session="never known"} 0
        tamis_rule_requests_captured{session="early \"and\" late"} 1
        tamis_rule_requests_captured{session="never known"} 0
        tamis_rule_requests_refused_total{session="early \"and\" late"} 1
        tamis_rule_requests_refused_total{session="never known"} 0
        tamis_rule_requests_undecided_total{session="early \"and\" late"} 0
        tamis_rule_requests_undecided_total{session="never known"} 0
        tamis_rule_conditions_asked_total{session="early \"and\" late"} 6
        tamis_rule_conditions_asked_total{session="never known"} 10
        tamis_rule_requests_dropped_total{session="early \"and\" late",phase="request_headers"} 2
        tamis_rule_requests_dropped_total{session="early \"and\" late",phase="response_headers"} 1
        tamis_rule_requests_dropped_total{session="never known",phase="response_headers"} 5
    "#]]
    .assert_eq(&values);
}

#[test]
fn many_sessions_capture_what_few_do() {
    let rules = [
        r#"http.request.method == "POST""#,
        r#"url.path ^= "/v1/" && http.response.status_code >= 500"#,
        "http.response.status_code in [200, 503] && sample(25%)",
        "proxy.kong.latency.total >= 1ms",
        r#"!(url.path ^= "/v1/") || exists(tls.cipher)"#,
    ];
    let captured = |n_others: usize| {
        let node = node();
        let own = rules.iter().zip(0..).map(|(rule, number)| session(&node, &format!("{number}"), rule, limits(9)));
        let others = (0..n_others).map(|number| {
            session(&node, &format!("other {number}"), &format!("http.response.status_code == {number}"), limits(9))
        });
        node.replace(own.chain(others).collect(), 0);
        let mut worker = node.worker();
        let mut shown = String::new();
        for (line, status) in [("GET /v1/a", 503), ("POST /v1/a", 200), ("GET /b", 404), ("POST /b", 503)] {
            let capture = send(&node, &mut worker, &request(line), status, 0).unwrap();
            let mut names: Vec<_> = capture.sessions.iter().map(|session| session.name().to_owned()).collect();
            names.retain(|name| !name.starts_with("other"));
            names.sort();
            shown += &format!("{line}: {} {:?}\n", names.join(" "), capture.weight);
        }
        shown
    };
    assert_eq!(captured(0), captured(600));
    assert!(captured(0).starts_with("GET /v1/a: 1 2 3 Threshold"), "{}", captured(0));
}

#[test]
fn a_phase_that_no_rule_waits_for_may_be_left_out() {
    let rules = [
        r#"http.request.method == "POST" && http.response.status_code >= 500"#,
        "proxy.kong.router.matched && sample(25%)",
        "proxy.kong.latency.total >= 1ms && http.response.status_code == 200",
        "http.response.header.server == \"test\" || exists(tls.cipher)",
    ];
    for n_others in [0, 600] {
        let node = node();
        let own = rules.iter().map(|rule| session(&node, rule, rule, limits(u64::MAX)));
        let others = (0..n_others).map(|number| {
            session(&node, &format!("other {number}"), &format!("http.response.status_code == {number}"), limits(9))
        });
        node.replace(own.chain(others).collect(), 0);
        let mut worker = node.worker();
        let names = |capture: Option<Capture>| {
            let sessions = capture.map(|capture| capture.sessions).unwrap_or_default();
            sessions.iter().map(|session| session.name().to_owned()).collect::<BTreeSet<_>>()
        };
        for (line, status) in [("GET /", 200), ("POST /", 503), ("POST /", 200), ("GET /", 404)] {
            let request = request(line);
            let always = names(send(&node, &mut worker, &request, status, 0));
            let sparing = send_asking(&node, &mut worker, (&request, status), 0, &mut |tracked, phase, known| {
                tracked.waits_for(phase, known)
            });
            assert_eq!(names(sparing), always, "{line} {status}");
        }
    }
}

#[test]
fn a_rule_waits_for_the_phase_of_its_fields_and_for_what_is_late() {
    let node = node();
    let request = request("POST /");
    let mut worker = node.worker();
    let mut waits = |rule: &str, is_late: bool| {
        node.replace(vec![session(&node, rule, rule, limits(9))], 0);
        let mut observations = Observations::default();
        if is_late {
            observations.expect(Source::RequestBodySize);
        }
        let mut tracked = node.begin(&mut worker).unwrap();
        let head = (&request).into();
        let known = Exchange::new(node.vocabulary(), head, &observations, Randomness::MAX);
        assert_eq!(tracked.advance(&mut worker, Phase::RequestHeaders, &known, 0), Answer::NotYet);
        let waits = |phase: &&Phase| tracked.waits_for(**phase, &observations);
        Phase::ALL.iter().find(waits).copied()
    };
    assert_eq!(waits("http.response.status_code >= 500", false), Some(Phase::ResponseHeaders));
    assert_eq!(waits("proxy.kong.latency.total > 1s", false), Some(Phase::Log));
    assert_eq!(waits("proxy.kong.router.matched || http.response.status_code == 1", false), Some(Phase::Route));
    assert_eq!(waits("http.request.size > 1KiB", true), Some(Phase::Connect));
}
