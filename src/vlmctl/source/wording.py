"""What the schema finds wrong, in this project's words: nobody who writes a record should need to know Pydantic's."""

from __future__ import annotations

import json
from typing import Any

from vlmctl.forms import ADDRESS, DATE, ID, KEY, REPOSITORY

__all__ = ["expected", "shown", "worded"]

_FORMS = {
    ID: "kebab-case: lower case, digits, hyphens and dots",
    ADDRESS: "an address that starts with http:// or https://",
    DATE: "a date: 2024, 2024-05 or 2024-05-20",
    KEY: "a key: lower case, digits, hyphens, dots and underscores",
    REPOSITORY: "the id of a Hugging Face repository: owner/name",
}
"""Patterns of the records in words."""

_LIMITS = {
    "greater_than": ("gt", "greater than"), "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"), "less_than_equal": ("le", "at most"),
}  # fmt: skip


def worded(name: str, problem: Any) -> tuple[str, str]:
    """An error of a field as a message, and the check it belongs to."""
    kind, context = problem["type"], problem.get("ctx") or {}
    if kind == "extra_forbidden":
        return f"unknown field {name!r}", "unknown-field"
    if kind == "missing":
        return f"{name!r} is missing", "missing-field"
    if kind.endswith("_type") or kind.startswith("model_"):
        return f"{name!r} must be {expected(problem)}", "wrong-type"
    if kind == "value_error":
        return f"{name!r}: {context.get('error', problem['msg'])}", "wrong-value"
    must = _must(kind, context)
    if must is None and problem["msg"].startswith("Input should be "):
        must = f"be {expected(problem)}"
    return f"{name!r} must {must}" if must else f"{name!r}: {problem['msg'][:1].lower()}{problem['msg'][1:]}", "wrong-value"


def _must(kind: str, context: Any) -> str | None:
    """What a value must be or do where it has the right type; None for an unknown kind of error."""
    if kind in _LIMITS:
        key, words = _LIMITS[kind]
        return f"be {words} {context.get(key)}"
    if kind == "literal_error":
        return f"be {context.get('expected', '')}"
    if kind == "string_pattern_mismatch":
        pattern = str(context.get("pattern", ""))
        return f"be {_FORMS.get(pattern, f'of the form {pattern}')}"
    least, most, unit = context.get("min_length"), context.get("max_length"), "characters" if kind.startswith("string") else "entries"
    if kind in {"too_short", "string_too_short"}:
        return "not be empty" if least == 1 else f"have at least {least} {unit}"
    if kind in {"too_long", "string_too_long"}:
        return f"have at most {most} {unit}"
    return "be a finite number" if kind == "finite_number" else None


def expected(problem: Any) -> str:
    """What a value of the wrong type should be."""
    words = problem["msg"].removeprefix("Input should be ").removeprefix("a valid ")
    plain = {"string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false", "list": "a list"}
    return "a mapping" if words.startswith("dictionary") else str(plain.get(words, words))


def shown(value: Any) -> str:
    """A value as its record has it, shortened."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:79] + "…"
