"""Recorded requests."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cached_property
from html import escape
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, Literal, TypeAlias, overload

from tamis import _native

#: Values by the names of fields: a bool, int, float, str, bytes, timedelta, address or network, several of them, or None
#: where there is none. That is looked at when they are used, because no checker infers it for a dict of several types.
Facts: TypeAlias = Mapping[str, object]
Format: TypeAlias = Literal["auto", "otlp", "har", "facts"]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def _plain(value: Any) -> bool | int | float | str | bytes | tuple[int]:
    if isinstance(value, timedelta):
        return ((value // timedelta(microseconds=1)) * 1000,)
    if isinstance(value, (IPv4Address, IPv6Address, IPv4Network, IPv6Network)):
        return str(value)
    if not isinstance(value, (bool, int, float, str, bytes)) and callable(getattr(value, "item", None)):
        # A number of NumPy or pandas.
        value = value.item()
    # The native part says what it does not take.
    plain: bool | int | float | str | bytes = value
    return plain


def plain_facts(facts: Facts) -> list[tuple[str, list[bool | int | float | str | bytes | tuple[int]]]]:
    """Facts as the native part takes them."""
    if not isinstance(facts, Mapping):
        raise TypeError(f"facts are a mapping from names of fields to values, not {type(facts).__name__}")
    plain = []
    for name, value in facts.items():
        if value is None:
            continue
        if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
            plain.append((name, [_plain(one) for one in value]))
        else:
            plain.append((name, [_plain(value)]))
    return plain


@dataclass(frozen=True, slots=True)
class Request:
    """A recorded request.

    ``time`` is cut to microseconds, which is what Python has; ``time_ns`` and ``duration_ns`` are exact.
    """

    id: str
    method: str | None
    path: str | None
    time_ns: int | None
    duration_ns: int | None
    trace_id: str | None
    facts: dict[str, list[Any]]
    # The recording with all that its trace says, from which rules are asked.
    _native: "_native.Recording" = field(repr=False, compare=False)
    _index: int = field(repr=False, compare=False)

    @property
    def time(self) -> datetime | None:
        return None if self.time_ns is None else _EPOCH + timedelta(microseconds=self.time_ns // 1000)

    @property
    def duration(self) -> timedelta | None:
        return None if self.duration_ns is None else timedelta(microseconds=self.duration_ns / 1000)


class Recording(Sequence[Request]):
    """Recorded requests: OpenTelemetry traces as JSON, HAR, or a JSON object of facts a line.

    >>> import tamis
    >>> recording = tamis.Recording.parse('{"http.response.status_code": 503}\\n{"url.path": "/"}\\n', format="facts")
    >>> [request.facts for request in recording]
    [{'http.response.status_code': [503]}, {'url.path': ['/']}]
    """

    def __init__(self, native: _native.Recording) -> None:
        self._native = native

    @classmethod
    def read(cls, path: str | os.PathLike[str], *, format: Format = "auto") -> Recording:
        """Reads a file."""
        with open(path, "rb") as file:
            return cls.parse(file.read(), format=format)

    @classmethod
    def parse(cls, data: str | bytes, *, format: Format = "auto") -> Recording:
        """Reads what a file holds."""
        return cls(_native.Recording.parse(data.encode() if isinstance(data, str) else bytes(data), format))

    @property
    def format(self) -> str:
        """In which format it was read."""
        return self._native.format

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """What could not be read."""
        return tuple(self._native.problems())

    def __len__(self) -> int:
        return len(self._native)

    @overload
    def __getitem__(self, index: int) -> Request: ...
    @overload
    def __getitem__(self, index: slice) -> list[Request]: ...
    def __getitem__(self, index: int | slice) -> Request | list[Request]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(f"the recording has {len(self)} requests")
        id, method, path, time_ns, duration_ns, trace_id, plain = self._native.request(place)
        facts = {name: [_value(value) for value in values] for name, values in plain.items()}
        return Request(id, method, path, time_ns, duration_ns, trace_id, facts, self._native, place)

    def __iter__(self) -> Iterator[Request]:
        return (self[place] for place in range(len(self)))

    def __repr__(self) -> str:
        return f"<Recording of {len(self)} requests, {self.format}>"

    def _repr_html_(self) -> str:
        return f"<div>{escape(repr(self))}</div>" + requests_html(self[:10], len(self))


def _value(value: Any) -> Any:
    return timedelta(microseconds=value[0] / 1000) if isinstance(value, tuple) else value


def requests_html(requests: Sequence[Request], total: int) -> str:
    """The first requests as a table."""
    rows = "".join(
        f"<tr><td>{escape(request.id)}</td><td>{escape(request.method or '')}</td>"
        f"<td>{escape(request.path or '')}</td><td>{request.duration or ''}</td></tr>"
        for request in requests
    )
    more = f"<div>and {total - len(requests)} more</div>" if total > len(requests) else ""
    return f"<table><tr><th>id</th><th>method</th><th>path</th><th>duration</th></tr>{rows}</table>{more}"
