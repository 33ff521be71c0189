"""The verdict cases that every engine is held to; `cargo xtask test-python` hands them over."""

import json
import os
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import tamis
from tamis import _native


def value(found: dict[str, Any]) -> Any:
    [(kind, held)] = found.items()
    if kind == "ns":
        return (held,)
    return {"float": float, "bytes": bytes}[kind](held) if kind in ("float", "bytes") else held


def test_verdicts_are_those_of_the_corpus() -> None:
    path = os.environ.get("TAMIS_CASES")
    if path is None:
        pytest.skip("there are no cases; see `cargo xtask test-python`")
    n_compared, skipped = 0, []
    for case in json.loads(Path(path).read_text()):
        own = case["catalog_text"]
        catalog = tamis.Catalog.from_json(own) if own else tamis.Catalog(case["catalog"])
        rules = tamis.compile_rules(case["rule"], catalog=catalog)
        rule = rules[case["named"] or "rule"]
        facts = [(name, [value(one) for one in values]) for name, values in case["facts"].items()]
        typed = _native.Facts(facts, catalog._native, case["randomness"].rjust(32, "0"))
        single = {field.name for field in catalog.fields if field.shape == "one"}
        if typed.problems or any(name in single and len(values) > 1 for name, values in facts):
            # Facts that no recording can say, such as a value of another type, or two of a field that has one.
            skipped.append(case["name"])
            continue
        assert rule._native.matches(typed) == case["matches"], case["name"]
        n_compared += 1
    assert n_compared > 400, (n_compared, skipped)
    print(f"{n_compared} verdicts compared, {len(skipped)} cases with facts that no recording can say")
