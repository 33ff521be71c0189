"""Texts, rules and single requests."""

import concurrent.futures
from datetime import timedelta
from ipaddress import ip_address

import pytest

import tamis

SLOW = "http.response.status_code == 503 && proxy.kong.latency.total > 250ms"


def test_a_span_is_in_indices_of_the_string() -> None:
    text = 'url.path == "/größe/🙂" && http.response.status_code = 503'
    [found] = tamis.check(text).errors
    assert found.span.of(text) == "="
    assert text.encode()[found.span.start_byte : found.span.end_byte] == b"="
    assert found.span.start_byte == found.span.start + 5
    assert (found.line, found.column) == (1, found.span.start + 1)
    assert found.fixes[0].apply(text) == text.replace(" = ", " == ")


def test_a_diagnostic_is_shown_with_its_line() -> None:
    report = tamis.check("tls.resumed\n&& http.response.status_code = 503")
    assert str(report.errors[0]).splitlines() == [
        "error[T108] 2:30: `=` is not an operator; write `==`",
        "  && http.response.status_code = 503",
        "                               ^",
        "  fix: write `==`",
    ]
    shown = report._repr_html_()
    assert "T108" in shown and "underline" in shown
    assert "&lt;script&gt;" in tamis.check('url.path = "<script>"')._repr_html_()


def test_safe_fixes_together() -> None:
    report = tamis.check("http.response.status_code = 503 and proxy.kong.latency.total > 250")
    assert not report
    assert tamis.check(report.fixed()).valid
    assert report.fixed() == "http.response.status_code == 503 and proxy.kong.latency.total > 250ms"


def test_a_wrong_rule_is_an_exception_with_diagnostics() -> None:
    with pytest.raises(tamis.RuleError, match="T301") as caught:
        tamis.compile("http.respose.status_code == 503")
    assert caught.value.diagnostics[0].fixes[0].title == "use `http.response.status_code`"
    with pytest.raises(tamis.RuleError):
        tamis.match("url.path ==", {})
    with pytest.raises(ValueError, match="2 rules"):
        tamis.compile("rule a = tls.resumed\nrule b = tls.resumed")


def test_values_of_python() -> None:
    facts = {"http.response.status_code": 503, "proxy.kong.latency.total": timedelta(milliseconds=300)}
    assert tamis.match(SLOW, facts)
    assert tamis.match(SLOW, {**facts, "proxy.kong.latency.total": 300.5})
    assert not tamis.match(SLOW, {**facts, "proxy.kong.latency.total": None})
    assert tamis.match("client.address in 10.0.0.0/8", {"client.address": ip_address("10.1.2.3")})
    assert tamis.match('any(http.request.header.x-a) == "b"', {"http.request.header.x-a": ["a", b"b"]})
    with pytest.raises(TypeError, match="url.path"):
        tamis.match('url.path == "/"', {"url.path": object()})
    with pytest.raises(TypeError, match="mapping"):
        tamis.match("tls.resumed", ["tls.resumed"])  # type: ignore[arg-type]
    with pytest.raises(UnicodeEncodeError):
        tamis.check("url.path == '\ud800'")


def test_a_fact_that_nothing_takes_is_told() -> None:
    with pytest.warns(tamis.FactWarning, match="http.respose.status_code"):
        assert not tamis.match("http.response.status_code == 503", {"http.respose.status_code": 503})
    with pytest.warns(tamis.FactWarning, match="int"):
        assert not tamis.match("http.response.status_code == 503", {"http.response.status_code": True})


def test_a_share_goes_by_the_trace() -> None:
    assert tamis.match("sample(50%)", {}, trace_id="0af7651916cd43dd8448eb211c80319c") is False
    assert tamis.match("sample(50%)", {}, trace_id="0af7651916cd43dd84ffeb211c80319c") is True
    with pytest.warns(tamis.FactWarning, match="no trace"):
        assert not tamis.match("sample(50%)", {})
    with pytest.raises(ValueError, match="32 hexadecimal"):
        tamis.match("sample(50%)", {}, trace_id="abc")


def test_why_has_structure_and_text() -> None:
    why = tamis.why(SLOW, {"http.response.status_code": 503, "proxy.kong.latency.total": 100})
    assert not why and not why.matches
    [deciding] = why.deciding
    assert deciding.text == "proxy.kong.latency.total > 250ms"
    assert deciding.span.of(SLOW) == deciding.text
    assert [(change.field, change.before) for change in why.changes] == [("proxy.kong.latency.total", ("100ms",))]
    assert "<- decides" in str(why) and "no match" in why._repr_html_()
    assert tamis.why('http.request.header.authorization == "a"', {"http.request.header.authorization": "b"}).conditions[
        0
    ].fields[0].hidden


def test_a_rule_tells_about_itself() -> None:
    rule = tamis.compile(SLOW)
    assert rule.text == SLOW and rule.name is None and rule.catalog.name == "kong"
    assert rule.decided_at and rule.cost >= 2
    assert rule.to_bytes().startswith(b"\x89TAMIS")


def test_catalogs() -> None:
    kong = tamis.Catalog("kong")
    assert len(kong) > 100 and kong["proxy.kong.latency.total"].unit == "ms"
    with pytest.raises(ValueError, match="kong-router"):
        tamis.Catalog("king")
    with pytest.raises(tamis.RuleError):
        tamis.Catalog.from_json("{")
    assert tamis.check("net.dst.port == 443", catalog="kong-router").valid
    assert not tamis.check("proxy.kong.latency.total > 5ms", catalog="kong-router").valid
    with pytest.raises(ValueError, match="atc-strict"):
        tamis.check("true", edition="atx")  # type: ignore[arg-type]


def test_threads() -> None:
    texts = [f"http.response.status_code == {status}" for status in range(200, 400)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        rules = list(pool.map(tamis.compile, texts))
        facts = {"http.response.status_code": 301}
        assert sum(pool.map(lambda rule: rule.match(facts), rules)) == 1


@pytest.mark.parametrize("text", ["", "\0", "(" * 5000, "a" * 100_000, "é" * 1000, "rule", "\r\n\t=", "!" * 9999])
def test_any_text_gets_an_answer(text: str) -> None:
    report = tamis.check(text)
    str(report), report._repr_html_(), report.fixed()
    with pytest.raises(ValueError):
        tamis.compile(text)
