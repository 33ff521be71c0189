"""Sampling rules for API gateways: check them, and try them on requests.

>>> import tamis
>>> rule = tamis.compile("http.response.status_code == 503 && proxy.kong.latency.total > 250ms")
>>> rule.match({"http.response.status_code": 503, "proxy.kong.latency.total": 300})
True
>>> tamis.check("http.respose.status_code == 503").errors[0].fixes[0].title
'use `http.response.status_code`'

The language is described in docs/language.md.
"""

from tamis._catalog import Catalog, Field
from tamis._diagnostics import Diagnostic, Edit, Fix, Label, RuleError
from tamis._replay import Decided, Replay
from tamis._rules import (
    FactWarning,
    Report,
    Rule,
    check,
    compile,
    compile_rules,
    match,
    replay,
    why,
)
from tamis._text import Span
from tamis._traffic import Recording, Request
from tamis._why import Condition, FieldChange, Looked, Why

__all__ = [
    "Catalog",
    "Condition",
    "Decided",
    "Diagnostic",
    "Edit",
    "FactWarning",
    "Field",
    "FieldChange",
    "Fix",
    "Label",
    "Looked",
    "Recording",
    "Replay",
    "Report",
    "Request",
    "Rule",
    "RuleError",
    "Span",
    "Why",
    "check",
    "compile",
    "compile_rules",
    "match",
    "replay",
    "why",
]
