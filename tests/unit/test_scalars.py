"""Values as YAML text: whatever is written is read back the same, by both parsers and by YAML 1.1 and 1.2 alike."""
# ruff: noqa: SIM905 - a list of traps reads better as a text

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlmctl.source.document import read_document
from vlmctl.source.scalars import block, flow, item, scalar

TRAPS = "yes No on OFF y N ~ null Null true FALSE 1e3 1E-3 12:30 190:20:30 0x1F 0o7 0b1 017 1_000 .5 5. +1 .inf -.INF .nan nan 0 -0".split(
    " "
)
TRAPS += (
    "2024 2024-05 2024-05-06 2024-05-06T10:00:00 = << - ? : a:b a#b #a @home `x` %x !x &x *x | > ' '' \" it's [x] {x} a,b --- ...".split(
        " "
    )
)
TRAPS += "é 视觉 😀 http://x.y/z?a=b#c https://x.y/: x\\y \\ e1 1e 1.7B".split(" ")
TRAPS += ["a: b", "a #b", "a, b", " x", "x ", "- x", "? x", 'say "no"', "\t", "a\tb", "a\nb", "\n", "a\r\nb"]
TRAPS += ["\x00", "\x1b[31m", "\x85", "\u2028", "\ufeff", "\u202e"]

texts = st.one_of(
    st.sampled_from(TRAPS),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    st.text("-+.:0123456789eExXobinfa_ []{},#'\"@%&*!|>?~yYnN\\\n\t", min_size=1, max_size=12),
)
values = st.recursive(
    st.one_of(texts, st.booleans(), st.integers(-(10**18), 10**18), st.floats(allow_nan=False, allow_infinity=False)),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3), st.dictionaries(texts.filter(lambda key: key != "<<"), inner, min_size=1, max_size=3)
    ),
    max_leaves=6,
)


def read(text: str, *, pure: bool) -> Any:
    document = read_document("t.yaml", text.encode(), pure=pure)
    assert not document.findings, (text, document.findings)
    return document.data


@pytest.mark.parametrize("pure", [False, True])
@settings(max_examples=120, deadline=None)
@given(text=texts)
def test_any_text_round_trips_in_every_place(text: str, pure: bool) -> None:
    source = f"k: {scalar(text)}\nl:\n  - {scalar(text)}\nf: {{a: {scalar(text, inside=True)}, b: [{scalar(text, inside=True)}]}}\nz: 1\n"
    assert read(source, pure=pure) == {"k": text, "l": [text], "f": {"a": text, "b": [text]}, "z": 1}


@settings(max_examples=80, deadline=None)
@given(text=texts)
def test_every_other_reader_takes_it_for_the_same_text(text: str) -> None:
    from ruamel.yaml import YAML

    for version in ((1, 1), (1, 2)):
        yaml: Any = YAML(typ="safe", pure=True)
        yaml.version = version
        found = yaml.load(f"k: {scalar(text)}\n")["k"]
        assert (found.isoformat() if isinstance(found, dt.date) else found) == text  # whole dates stay plain


@pytest.mark.parametrize("pure", [False, True])
@settings(max_examples=60, deadline=None)
@given(value=values)
def test_any_value_round_trips_on_one_line(value: Any, pure: bool) -> None:
    found = read(f"k: {flow(value)}\n", pure=pure)["k"]
    assert found == value
    if isinstance(value, (bool, int)) and not isinstance(value, float):
        assert type(found) is type(value)


@settings(max_examples=50, deadline=None)
@given(record=st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), values, min_size=1, max_size=4))
def test_any_record_round_trips_as_a_block(record: dict[str, Any]) -> None:
    assert read("\n".join(block(record)) + "\n", pure=False) == record
    assert read("l:\n" + "\n".join([*item(record, one_line=False), *item(record, one_line=True)]) + "\n", pure=False) == {
        "l": [record, record]
    }


def test_what_needs_no_quotes_has_none() -> None:
    plain = [
        "TextVQA",
        "1.7B",
        "table 3",
        "2024-05-06",
        "MILVLG/imp-v1-3b",
        "apache-2.0",
        "图像",
        "two words (and more)",
        "https://a.b/c?d=e",
    ]
    assert [scalar(text) for text in plain] == plain
    assert scalar("https://a.b/c", inside=True) == "'https://a.b/c'"
    assert scalar("it's") == '"it\'s"'
    assert [scalar(number) for number in (70, 52.1, 88.0, True, 1e22)] == ["70", "52.1", "88.0", "true", "1" + "0" * 22 + ".0"]
    assert math.isclose(float(scalar(1e-7)), 1e-7)
