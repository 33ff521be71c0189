"""Recorded requests."""

import json
from datetime import timedelta, timezone
from pathlib import Path

import pytest

import tamis

TRAFFIC = Path(__file__).parents[3] / "corpus/traffic"
FAILED = "http.response.status_code == 503"


@pytest.fixture(scope="module", params=["gateway.otlp.json", "browser.har"])
def recording(request: pytest.FixtureRequest) -> tamis.Recording:
    return tamis.Recording.read(TRAFFIC / request.param)


def test_a_recording_is_a_sequence_of_requests(recording: tamis.Recording) -> None:
    assert len(recording) > 100 and not recording.problems
    first, last = recording[0], recording[-1]
    assert first.method and first.path and first.time and first.time.tzinfo is timezone.utc
    assert isinstance(first.duration, timedelta) and last != first
    assert [it.id for it in recording[:3]] == [it.id for it in list(recording)[:3]]
    assert "requests" in repr(recording) and "<table>" in recording._repr_html_()
    with pytest.raises(IndexError):
        recording[len(recording)]


def test_a_rule_over_all_says_what_it_says_of_each(recording: tamis.Recording) -> None:
    for text in [FAILED, "http.response.status_code >= 400", 'http.request.method != "GET"', "sample(30%)"]:
        rule = tamis.compile(text)
        each = [request.id for request in recording if rule.match(request)]
        assert [request.id for request in rule.select(recording)] == each
        replay = rule.replay(recording)
        assert (replay.requests, replay.matches) == (len(recording), len(each))
        assert [request.id for request in replay.matched] == each
        assert all(bool(rule.why(request)) == rule.match(request) for request in recording[:20])


def test_a_replay_tells_phases_and_the_cap() -> None:
    replay = tamis.replay("http.response.status_code >= 400", TRAFFIC / "gateway.otlp.json", cap=20)
    assert (replay.requests, replay.matches, replay.cap) == (426, 121, 20)
    assert replay.full_after and replay.duration and replay.full_after < replay.duration
    assert sum(it.dropped + it.kept for it in replay.phases) == 426
    assert str(replay).startswith("121 of 426 requests match\nthe cap of 20 traces")
    assert "and 111 more" in replay._repr_html_()
    with pytest.raises(ValueError):
        tamis.replay("tls.resumed", TRAFFIC / "gateway.otlp.json", cap=0)


def test_lines_of_facts() -> None:
    lines = [{"http.response.status_code": 503, "url.path": "/a"}, {"http.response.status_code": 200}]
    recording = tamis.Recording.parse("\n".join(map(json.dumps, lines)))
    assert recording.format == "facts"
    assert [request.path for request in tamis.compile(FAILED).select(recording)] == ["/a"]


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    broken = tamis.Recording.parse(b'{"url.path": "/a"}\n{"url.path"\n', format="facts")
    assert len(broken) == 1 and len(broken.problems) == 1
    assert len(tamis.Recording.parse(b"\xff\xfe")) == 0
    with pytest.raises(FileNotFoundError):
        tamis.replay("tls.resumed", tmp_path / "none.har")
    with pytest.raises(ValueError, match="otlp"):
        tamis.Recording.parse(b"", format="pcap")  # type: ignore[arg-type]
