"""Why a rule says what it says of a request."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal

from tamis._text import Span, Text

_HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Looked:
    """A field that a condition looked at, and the values that it had.

    The values of a sensitive field are never shown; ``hidden`` says that it had some.
    """

    field: str
    values: tuple[Any, ...]
    hidden: bool

    def __str__(self) -> str:
        return _HIDDEN if self.hidden else _listed(self.values)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the rule: whether it holds, and whether it decides.

    ``depth`` says how deep it is; what belongs to an ``and``, an ``or`` or a ``not`` follows it and is one deeper.
    ``result`` is what an expression came to, where the condition compares one.
    """

    kind: Literal["condition", "and", "or", "not"]
    depth: int
    text: str
    span: Span
    holds: bool
    decides: bool
    fields: tuple[Looked, ...]
    result: tuple[Any, ...] | None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that has to change for another verdict."""

    field: str
    before: tuple[Any, ...]
    after: tuple[Any, ...]
    hidden: bool

    def __str__(self) -> str:
        before, after = (_HIDDEN, "another value") if self.hidden else (_listed(self.before), _listed(self.after))
        return f"{self.field}: {before} -> {after}"


@dataclass(frozen=True, slots=True)
class Why:
    """Why a rule matches a request or does not, and the smallest change that flips that.

    ``flip`` is ``change`` where ``changes`` holds one, ``never`` where no request gets another verdict, and ``unknown``
    where none was found; ``smallest`` says whether fewer changes cannot be enough.
    """

    matches: bool
    conditions: tuple[Condition, ...]
    flip: Literal["change", "never", "unknown"]
    changes: tuple[FieldChange, ...] = ()
    smallest: bool = field(default=True)

    def __bool__(self) -> bool:
        return self.matches

    @property
    def deciding(self) -> tuple[Condition, ...]:
        """The conditions that decide, without what joins them."""
        return tuple(it for it in self.conditions if it.decides and it.kind == "condition")

    def __str__(self) -> str:
        lines = ["match" if self.matches else "no match"]
        lines += [f"{'  ' * condition.depth}  {_line(condition)}" for condition in self.conditions]
        return "\n".join([*lines, *self._flip()])

    def _flip(self) -> list[str]:
        if self.flip == "never":
            return ["the rule matches every request" if self.matches else "the rule matches no request"]
        if self.flip == "unknown":
            return ["no change was found that flips the verdict"]
        fewest = "" if self.smallest else " (fewer may be enough)"
        return [f"{'not ' if self.matches else ''}to match{fewest}:", *(f"  {change}" for change in self.changes)]

    def _repr_html_(self) -> str:
        def row(condition: Condition) -> str:
            colour = "#080" if condition.holds else "#c33"
            weight = "bold" if condition.decides else "normal"
            style = f"color: {colour}; font-weight: {weight}; padding-left: {condition.depth}em"
            return f'<div style="{style}">{escape(_line(condition))}</div>'

        verdict = f"<b>{'match' if self.matches else 'no match'}</b>"
        flip = "".join(f"<div>{escape(line)}</div>" for line in self._flip())
        return f"<div>{verdict}{''.join(row(condition) for condition in self.conditions)}{flip}</div>"


def _line(condition: Condition) -> str:
    mark = "✓" if condition.holds else "✗"
    words = {"and": "all of", "or": "one of", "not": "not"}
    text = words.get(condition.kind) or " ".join(condition.text.split())
    looked = [f"{looked.field} was {looked}" for looked in condition.fields]
    if condition.result is not None and any(result is not None for result in condition.result):
        looked.append(f"the expression was {_listed(condition.result)}")
    about = f"  ({', '.join(looked)})" if looked else ""
    decides = condition.decides and condition.kind == "condition"
    return f"{mark} {text}{about}{'  <- decides' if decides else ''}"


def _listed(values: tuple[Any, ...]) -> str:
    return ", ".join("nothing" if value is None else json.dumps(value) for value in values) or "absent"


def read_why(document: str, text: Text) -> Why:
    """An explanation from its JSON shape."""
    found = json.loads(document)["rules"][0]
    change = found["change"] or {"fields": [], "smallest": True}
    return Why(
        matches=found["verdict"] == "match",
        conditions=tuple(_condition(condition, text) for condition in found["conditions"]),
        flip=found["flip"],
        changes=tuple(
            FieldChange(it["field"], tuple(it["from"]), tuple(it["to"]), it["hidden"]) for it in change["fields"]
        ),
        smallest=change["smallest"],
    )


def _condition(found: dict[str, Any], text: Text) -> Condition:
    return Condition(
        kind=found["kind"],
        depth=found["depth"],
        text=found["text"],
        span=text.span(found["start"], found["end"]),
        holds=found["holds"],
        decides=found["decides"],
        fields=tuple(Looked(it["field"], tuple(it["values"]), it["hidden"]) for it in found["fields"]),
        result=None if found["result"] is None else tuple(found["result"]),
    )
