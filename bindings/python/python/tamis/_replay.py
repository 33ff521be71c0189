"""What a session with a rule would do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import escape

from tamis._traffic import Request, requests_html


@dataclass(frozen=True, slots=True)
class Decided:
    """What is decided at one phase: how many requests are dropped, kept, and still open after it."""

    phase: str
    dropped: int
    kept: int
    open: int


@dataclass(frozen=True, slots=True)
class Replay:
    """What a session with a rule would have captured of a recording.

    ``matched`` are the requests that match, and ``matches`` is their number.
    ``total`` is how many requests they stand for where the rule takes a share, or None where a share goes by a key.
    ``full_after`` is when a node has as many traces as it takes, from the start of the recording; where the recording
    ends before, ``full_is_projected`` says that its rate was taken to go on.
    """

    requests: int
    matched: Sequence[Request]
    cap: int
    total: float | None
    phases: tuple[Decided, ...]
    conditions: int
    duration: timedelta | None
    full_after: timedelta | None
    full_is_projected: bool
    slices: tuple[int, ...]

    @property
    def matches(self) -> int:
        """How many requests match."""
        return len(self.matched)

    def __str__(self) -> str:
        lines = [f"{self.matches} of {self.requests} requests match"]
        if self.full_after is not None:
            goes_on = ", if traffic goes on like this" if self.full_is_projected else ""
            lines.append(f"the cap of {self.cap} traces is reached after {self.full_after}{goes_on}")
        lines += [f"{it.phase}: {it.dropped} dropped, {it.kept} kept, {it.open} open" for it in self.phases]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        told = "".join(f"<div>{escape(line)}</div>" for line in str(self).splitlines())
        return told + requests_html(self.matched[:10], self.matches)


def read_replay(document: str, matched: Sequence[Request], cap: int) -> Replay:
    """A prediction from its JSON shape."""
    found = json.loads(document)
    return Replay(
        requests=found["requests"],
        matched=matched,
        cap=cap,
        total=found["total"],
        phases=tuple(Decided(**it) for it in found["phases"]),
        conditions=found["conditions"],
        duration=_time(found["duration_ns"]),
        full_after=_time(found["full_after_ns"]),
        full_is_projected=found["full_is_projected"],
        slices=tuple(found["slices"]),
    )


def _time(nanoseconds: int | None) -> timedelta | None:
    return None if nanoseconds is None else timedelta(microseconds=nanoseconds / 1000)
