"""What is said about a rule."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal

from tamis._text import Span, Text

Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True, slots=True)
class Label:
    """A further place that matters, and what to see there."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A range of the text, and what comes instead."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that mend what is wrong.

    A ``safe`` one says what was meant; a ``suggestion`` is one of several things that can be meant.
    """

    title: str
    applicability: Literal["safe", "suggestion"]
    edits: tuple[Edit, ...]

    def apply(self, text: str) -> str:
        """The text with the edits."""
        for edit in sorted(self.edits, key=lambda it: it.span.start, reverse=True):
            text = text[: edit.span.start] + edit.text + text[edit.span.end :]
        return text


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something to say about a text: a stable code, its place, and fixes.

    Printed, it shows the line with what is wrong in it; a notebook shows the same in colour.
    """

    code: str
    severity: Severity
    message: str
    span: Span
    line: int
    column: int
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()
    _text: Text = field(repr=False, compare=False, default=Text(""))

    def __str__(self) -> str:
        lines = [f"{self.severity}[{self.code}] {self.line}:{self.column}: {self.message}"]
        lines.append(self._text.drawn(self.span))
        lines += [f"  {label.span.of(self._text.text)}: {label.message}" for label in self.labels]
        lines += [f"  note: {note}" for note in self.notes]
        lines += [f"  fix: {fix.title}" for fix in self.fixes]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        colour = {"error": "#c33", "warning": "#b80", "hint": "#07a"}[self.severity]
        about = [f"note: {escape(note)}" for note in self.notes]
        about += [f"fix: {escape(fix.title)}" for fix in self.fixes]
        below = "".join(f"<div>{line}</div>" for line in about)
        return (
            f'<div><b style="color: {colour}">{self.severity}[{self.code}]</b> {self.line}:{self.column}: '
            f"{escape(self.message)}<pre>{self._text.drawn_html(self.span)}</pre>{below}</div>"
        )


class RuleError(ValueError):
    """A rule that cannot run; ``diagnostics`` says why.

    >>> import tamis
    >>> try:
    ...     tamis.compile("http.response.status_code = 503")
    ... except tamis.RuleError as error:
    ...     print(error.diagnostics[0].fixes[0].apply(error.text))
    http.response.status_code == 503
    """

    def __init__(self, text: str, diagnostics: Sequence[Diagnostic]) -> None:
        errors = [diagnostic for diagnostic in diagnostics if diagnostic.severity == "error"]
        super().__init__("\n".join(str(diagnostic) for diagnostic in errors) or "there is no rule")
        self.text = text
        self.diagnostics = tuple(diagnostics)


def read_diagnostics(document: str, text: Text) -> tuple[Diagnostic, ...]:
    """Diagnostics from their JSON shape."""
    return tuple(_diagnostic(found, text) for found in json.loads(document))


def _diagnostic(found: dict[str, Any], text: Text) -> Diagnostic:
    span = _span(found["span"], text)
    line, column = text.place(span.start)
    return Diagnostic(
        code=found["code"],
        severity=found["severity"],
        message=found["message"],
        span=span,
        line=line,
        column=column,
        labels=tuple(Label(_span(label["span"], text), label["message"]) for label in found["labels"]),
        notes=tuple(found["notes"]),
        fixes=tuple(
            Fix(fix["title"], fix["applicability"], tuple(_edits(fix["edits"], text))) for fix in found["fixes"]
        ),
        _text=text,
    )


def _edits(found: Iterable[dict[str, Any]], text: Text) -> Iterable[Edit]:
    return (Edit(_span(edit, text), edit["text"]) for edit in found)


def _span(found: dict[str, int], text: Text) -> Span:
    return text.span(found["start"], found["end"])
