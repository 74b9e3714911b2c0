"""Documents against the program's JSON Schemas."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from vlmctl.schemas import schema


@cache
def validator_of(name: str, *, rows: bool = False) -> jsonschema_rs.Draft202012Validator:
    """What holds a document against a schema, or one of its rows against the schema of its items."""
    whole = schema(name)
    return jsonschema_rs.Draft202012Validator({**whole["items"], "$defs": whole.get("$defs", {})} if rows else whole)


def fits(name: str, document: Any, *, rows: bool = False) -> None:
    """Fail with the place and the reason of the first misfit; of branches that all fail, with what is deepest in them."""
    for error in validator_of(name, rows=rows).iter_errors(document):
        branches = [each for branch in getattr(error.kind, "context", ()) for each in branch]
        deepest = min([error, *branches], key=lambda each: -len(each.instance_path))
        pytest.fail(f"{name}: {'.'.join(map(str, deepest.instance_path))}: {deepest.message[-400:]}")
