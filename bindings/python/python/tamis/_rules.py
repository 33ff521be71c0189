"""From a text to rules, and from rules to verdicts."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from html import escape
from typing import Literal, TypeAlias

from tamis import _native
from tamis._catalog import Catalog, catalog_of
from tamis._diagnostics import Diagnostic, RuleError, read_diagnostics
from tamis._replay import Replay, read_replay
from tamis._text import Span, Text
from tamis._traffic import Facts, Recording, Request, plain_facts
from tamis._why import Why, read_why

Edition: TypeAlias = Literal["tamis", "atc", "atc-strict"]


class FactWarning(UserWarning):
    """A fact that no field of the catalog takes, so that a rule does not see it."""


class _Matched(Sequence[Request]):
    """The requests of a recording that match, made when they are asked for."""

    def __init__(self, recording: Recording, places: list[int]) -> None:
        self._recording, self._places = recording, places

    def __getitem__(self, index: int | slice) -> Request | list[Request]:  # type: ignore[override]
        if isinstance(index, slice):
            return [self._recording[place] for place in self._places[index]]
        return self._recording[self._places[index]]

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        return f"<{len(self)} of {len(self._recording)} requests>"


class Rule:
    """A rule that runs; :func:`compile` makes one.

    >>> import tamis
    >>> rule = tamis.compile("http.response.status_code >= 500 && proxy.kong.latency.total > 250ms")
    >>> rule.match({"http.response.status_code": 503, "proxy.kong.latency.total": 900})
    True
    >>> rule.fields
    ('http.response.status_code', 'proxy.kong.latency.total')
    """

    def __init__(self, native: _native.Rule, text: Text, span: Span, name: str | None, catalog: Catalog) -> None:
        self._native, self._text, self._catalog = native, text, catalog
        self.span = span
        self.name = name

    @property
    def text(self) -> str:
        """The rule as it is written."""
        return self.span.of(self._text.text)

    @property
    def catalog(self) -> Catalog:
        return self._catalog

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields that it asks for."""
        return tuple(self._native.fields())

    @property
    def cost(self) -> int:
        """The most that one evaluation costs, in comparisons of numbers."""
        return self._native.cost()

    @cached_property
    def decided_at(self) -> str:
        """The phase of a request at which it is decided at the latest."""
        phase: str = json.loads(self._native.phases())["last"]
        return phase

    @cached_property
    def drops_at(self) -> str | None:
        """The phase at which it can drop a request at the earliest; None where it never does."""
        phase: str | None = json.loads(self._native.phases())["drop"]
        return phase

    def to_bytes(self) -> bytes:
        """The program, for a node that loads it."""
        return self._native.to_bytes()

    def match(self, facts: Facts | Request, *, trace_id: str | None = None) -> bool:
        """Whether it matches a request.

        Facts are values by the names of fields; what is not there is absent.
        A fact that the catalog does not know, or of another type, is a :class:`FactWarning` and does not count.
        ``trace_id`` decides ``sample``; without it, the header ``traceparent`` does, and without both a request is in no
        share but ``sample(100%)``.
        """
        if isinstance(facts, Request) and trace_id is None:
            return bool(self._native.matches_recorded(facts._native, facts._index))
        return self._native.matches(self._facts(facts, trace_id))

    def why(self, facts: Facts | Request, *, trace_id: str | None = None) -> Why:
        """Why it matches a request or does not, and what would flip that.

        >>> import tamis
        >>> print(tamis.compile("http.response.status_code == 503").why({"http.response.status_code": 502}))
        no match
          ✗ http.response.status_code == 503  (http.response.status_code was 502)  <- decides
        to match:
          http.response.status_code: 502 -> 503
        """
        told = None
        if isinstance(facts, Request) and trace_id is None:
            told = self._native.explain_recorded(facts._native, facts._index)
        return read_why(told or self._native.explain(self._facts(facts, trace_id)), self._text)

    def select(self, recording: Recording) -> Sequence[Request]:
        """The requests of a recording that it matches."""
        places, _ = self._native.select(recording._native)
        return _Matched(recording, places)

    def replay(self, recording: Recording, *, cap: int = 100) -> Replay:
        """What a session with it would capture, how early it decides, and when its cap is reached."""
        if cap < 1:
            raise ValueError("a session takes one trace or more")
        return read_replay(self._native.replay(recording._native, cap), self.select(recording), cap)

    def _facts(self, facts: Facts | Request, trace_id: str | None) -> _native.Facts:
        plain = plain_facts(facts.facts if isinstance(facts, Request) else facts)
        typed = _native.Facts(plain, self._catalog._native, trace_id)
        for problem in typed.problems:
            warnings.warn(problem, FactWarning, stacklevel=3)
        if not typed.traced and self._native.samples():
            said = "the request has no trace, so it is in no share but `sample(100%)`"
            warnings.warn(said, FactWarning, stacklevel=3)
        return typed

    def __repr__(self) -> str:
        return f"Rule({' '.join(self.text.split())!r})" if self.name is None else f"<Rule {self.name}>"


@dataclass(frozen=True, slots=True)
class Report:
    """What is said about a text: true where nothing is wrong with it.

    Printed, it shows every diagnostic; a notebook shows the same in colour.
    """

    text: str
    diagnostics: tuple[Diagnostic, ...]
    rules: tuple[Rule, ...] = field(repr=False)

    @property
    def valid(self) -> bool:
        return not self.errors

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(it for it in self.diagnostics if it.severity == "error")

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return tuple(it for it in self.diagnostics if it.severity == "warning")

    def fixed(self) -> str:
        """The text with every safe fix that does not touch the edits of another one."""
        text, before = self.text, len(self.text)
        safe = [fix for it in self.diagnostics for fix in it.fixes[:1] if fix.applicability == "safe"]
        for fix in sorted(safe, key=lambda fix: fix.edits[0].span.start, reverse=True):
            if fix.edits[-1].span.end <= before:
                text, before = fix.apply(text), fix.edits[0].span.start
        return text

    def __bool__(self) -> bool:
        return self.valid

    def __str__(self) -> str:
        return "\n".join(str(diagnostic) for diagnostic in self.diagnostics) or "nothing to complain about"

    def _repr_html_(self) -> str:
        shown = "".join(diagnostic._repr_html_() for diagnostic in self.diagnostics)
        return shown or f"<div>{escape(str(self))}</div>"


def check(
    text: str, *, catalog: Catalog | str = "kong", edition: Edition = "tamis", hints: bool = True
) -> Report:
    """Says what is wrong with a rule or a file of rules, all in one pass.

    >>> import tamis
    >>> print(tamis.check("http.response.status_code = 503"))
    error[T108] 1:27: `=` is not an operator; write `==`
      http.response.status_code = 503
                                ^
      fix: write `==`
    """
    known = catalog_of(catalog)
    document, rows = _native.analyze(text, known._native, edition)
    places = Text(text)
    found = read_diagnostics(document, places)
    if not hints:
        found = tuple(it for it in found if it.severity != "hint")
    rules = tuple(
        Rule(native, places, places.span(start, end), name, known)
        for name, start, end, native in rows
        if native is not None
    )
    return Report(text, found, rules)


def compile(text: str, *, catalog: Catalog | str = "kong", edition: Edition = "tamis") -> Rule:
    """One rule that runs; a :class:`RuleError` where the text has an error or not exactly one rule."""
    report = check(text, catalog=catalog, edition=edition)
    if not report.valid:
        raise RuleError(text, report.diagnostics)
    if len(report.rules) != 1:
        raise ValueError(f"the text has {len(report.rules)} rules; `compile_rules` takes a file of them")
    return report.rules[0]


def compile_rules(
    text: str, *, catalog: Catalog | str = "kong", edition: Edition = "tamis"
) -> dict[str, Rule]:
    """The rules of a file by their names.

    >>> import tamis
    >>> rules = tamis.compile_rules("rule failed = http.response.status_code >= 500\\nrule resumed = tls.resumed")
    >>> [name for name, rule in rules.items() if rule.match({"tls.resumed": True})]
    ['resumed']
    """
    report = check(text, catalog=catalog, edition=edition)
    if not report.valid:
        raise RuleError(text, report.diagnostics)
    return {rule.name or "rule": rule for rule in report.rules}


@lru_cache(maxsize=256)
def _compiled(text: str) -> Rule:
    return compile(text)


def _rule(rule: Rule | str) -> Rule:
    return _compiled(rule) if isinstance(rule, str) else rule


def _recording(recording: Recording | str | os.PathLike[str]) -> Recording:
    return recording if isinstance(recording, Recording) else Recording.read(recording)


def match(rule: Rule | str, facts: Facts | Request, *, trace_id: str | None = None) -> bool:
    """Whether a rule matches a request; see :meth:`Rule.match`.

    >>> import tamis
    >>> tamis.match("client.address in 10.0.0.0/8", {"client.address": "10.1.2.3"})
    True
    """
    return _rule(rule).match(facts, trace_id=trace_id)


def why(rule: Rule | str, facts: Facts | Request, *, trace_id: str | None = None) -> Why:
    """Why a rule matches a request or does not; see :meth:`Rule.why`."""
    return _rule(rule).why(facts, trace_id=trace_id)


def replay(
    rule: Rule | str, recording: Recording | str | os.PathLike[str], *, cap: int = 100
) -> Replay:
    """What a session with a rule would capture of a recording, or of the file at a path; see :meth:`Rule.replay`."""
    return _rule(rule).replay(_recording(recording), cap=cap)
