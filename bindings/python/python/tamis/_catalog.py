"""The fields that rules may name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

from tamis import _native
from tamis._diagnostics import RuleError, read_diagnostics
from tamis._text import Text


@dataclass(frozen=True, slots=True)
class Field:
    """A field: what it is, and from when on it is known.

    ``unit`` is in what a bare number counts, as UCUM writes it; ``since`` is the first gateway version that has it.
    """

    name: str
    type: str
    unit: str | None
    shape: Literal["one", "list", "family", "opaque"]
    optional: bool
    phase: str
    sensitive: bool
    since: str | None
    summary: str


class Catalog:
    """The fields that rules may name: one that comes along, or one of your own.

    >>> import tamis
    >>> kong = tamis.Catalog("kong")
    >>> kong["http.response.status_code"].phase
    'response_headers'
    """

    def __init__(self, name: str = "kong") -> None:
        native = _native.Catalog.shipped(name)
        if native is None:
            raise ValueError(f"there is no catalog {name!r}; there are {', '.join(_native.Catalog.names())}")
        self._native = native

    @classmethod
    def from_json(cls, text: str) -> Catalog:
        """A catalog from a JSON text; a :class:`RuleError` says what is wrong with it."""
        native, problems = _native.Catalog.from_json(text)
        if native is None:
            raise RuleError(text, read_diagnostics(problems, Text(text)))
        catalog = cls.__new__(cls)
        catalog._native = native
        return catalog

    @property
    def name(self) -> str:
        return self._native.name

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Every field, in the order of the catalog."""
        return tuple(Field(**found) for found in json.loads(self._native.fields()))

    def __getitem__(self, name: str) -> Field:
        for found in self.fields:
            if found.name == name:
                return found
        raise KeyError(name)

    def __len__(self) -> int:
        return len(self.fields)

    def __repr__(self) -> str:
        return f"Catalog({self.name!r})"


@cache
def shipped(name: str) -> Catalog:
    return Catalog(name)


def catalog_of(catalog: Catalog | str) -> Catalog:
    return shipped(catalog) if isinstance(catalog, str) else catalog
