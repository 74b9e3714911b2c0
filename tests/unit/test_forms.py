"""What ids and addresses look like is said once, and every door asks for the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vlmctl import forms
from vlmctl.cli.writing.answers import address
from vlmctl.errors import RefusedError, UsageError
from vlmctl.interchange.reading import Origin
from vlmctl.interchange.sourcing import Chosen, sourced
from vlmctl.records.describe import KINDS, record_schema
from vlmctl.source.changes import add_record

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMS = {getattr(forms, name) for name in forms.__all__}

GOOD_IDS = ["a", "mobilevlm-v2-1.7b", "0", "a.b-c"]
BAD_IDS = ["", "-", ".", "a-", "a--b", ".a", "a..b", "a/b", "../a", "A", "a_b", "a\n", "ä"]

GOOD_ADDRESSES = ["http://a", "https://example.org/a?b=c#d"]
BAD_ADDRESSES = [
    "http://",
    "https://",
    "example.org",
    "https://exa mple.org",
    "ftp://a",
    "https://a\n",
    "https://a\x7f",
    "file:///etc/passwd",
]


def patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from [schema["pattern"]] if isinstance(schema.get("pattern"), str) else ()
        yield from schema.get("patternProperties", {})
        for value in schema.values():
            yield from patterns(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from patterns(value)


@pytest.mark.parametrize("kind", KINDS)
def test_records_have_these_forms_alone(kind: str) -> None:
    assert {*patterns(record_schema(kind))} <= FORMS


def test_all_forms_are_in_use() -> None:
    assert {each for kind in KINDS for each in patterns(record_schema(kind))} == FORMS


@pytest.mark.parametrize("text", GOOD_IDS)
def test_an_id(text: str) -> None:
    assert re.fullmatch(forms.ID, text)


@pytest.mark.parametrize("text", BAD_IDS)
def test_no_id(text: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="is no id"):
        add_record(str(tmp_path), "families", {"id": text})


def imported_from(url: str) -> Any:
    return sourced(Chosen("A page", url, "web", "original", retrieved="2026-01-01"), Origin("web"))


@pytest.mark.parametrize("text", GOOD_ADDRESSES)
def test_an_address(text: str) -> None:
    address(text)
    assert imported_from(text).record["url"] == text


@pytest.mark.parametrize("text", BAD_ADDRESSES)
def test_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="an address starts with"):
        address(text)
    with pytest.raises(UsageError, match="no http"):
        imported_from(text)
