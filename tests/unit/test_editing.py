"""Textual edits: the addition is in its place, and every other byte is as it was."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from small_catalog import FILES
from vlmctl.errors import RefusedError
from vlmctl.source.document import read_document
from vlmctl.source.editing import append, new_file, put

CATALOG = Path(__file__).resolve().parents[2] / "catalog"
SCORE = {"benchmark": "reading", "split": "val", "value": 57.5, "source": "ours", "where": "it's: here", "evidence": "original"}
LINE = '- {benchmark: reading, split: val, value: 57.5, source: ours, where: "it\'s: here", evidence: original}'
ALPHA = FILES["families/alpha.yaml"].encode()


def added(before: bytes, after: bytes) -> list[str]:
    """The lines that were added; none may be gone."""
    old, new = before.decode().splitlines(keepends=True), after.decode().splitlines(keepends=True)
    changes = [change for change in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if change[0] != "equal"]
    assert [change[0] for change in changes] == ["insert"] * len(changes)
    return [line for _, _, _, start, end in changes for line in new[start:end]]


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_score_goes_behind_the_last_of_its_model(line_break: str, mark: str) -> None:
    before = (mark + ALPHA.decode()).replace("\n", line_break).encode()
    after = append("a.yaml", before, ("models", 0, "scores"), SCORE)
    assert added(before, after) == [f"      {LINE}{line_break}"]
    lines = after.decode().split(line_break)
    at = lines.index(f"      {LINE}")
    assert lines[at - 1].endswith("# checked")
    assert lines[at + 1].strip() == "# a remark behind the last score"


def test_a_model_follows_the_last_and_a_source_the_last() -> None:
    model = {"id": "alpha-5b", "name": "Alpha: 5B", "params": "5B", "scores": [SCORE]}
    assert added(ALPHA, append("a.yaml", ALPHA, ("models",), model)) == [
        "  - id: alpha-5b\n", "    name: 'Alpha: 5B'\n", "    params: 5B\n", "    scores:\n", f"      {LINE}\n",
    ]  # fmt: skip
    source = {"kind": "run", "title": "no", "url": "https://a.b/c"}
    assert added(ALPHA, put("a.yaml", ALPHA, ("sources",), "ours", source)) == ["  ours: {kind: run, title: 'no', url: 'https://a.b/c'}\n"]


def test_a_missing_list_and_a_missing_mapping_are_made_in_front_of_what_follows() -> None:
    before = b"id: x\nmodels:\n  - id: y\n    name: Y\n# the end\nnotes: [a]\n"
    after = append("x.yaml", before, ("models", 0, "scores"), SCORE)
    assert after == before.replace(b"name: Y\n", f"name: Y\n    scores:\n      {LINE}\n".encode())
    after = put("x.yaml", before, (), "sources", {"ours": {"kind": "run", "title": "t"}}, before=("models",))
    assert after == before.replace(b"id: x\n", b"id: x\nsources:\n  ours: {kind: run, title: t}\n", 1)


CASES: dict[str, tuple[str, tuple[str | int, ...], str]] = {
    "flow list": ("k: [{a: 1}, {a: 2}]  # c\n", ("k",), "k: [{a: 1}, {a: 2}, {a: 3}]  # c\n"),
    "empty flow list": ("k: []\nz: 1\n", ("k",), "k: [{a: 3}]\nz: 1\n"),
    "flow list over lines": ("k: [{a: 1},\n    {a: 2}, # c\n  ]\n", ("k",), "k: [{a: 1},\n    {a: 2}, {a: 3}, # c\n  ]\n"),
    "no line break at the end": ("k:\n- {a: 1}", ("k",), "k:\n- {a: 1}\n- {a: 3}"),
    "list at the top": ("- a: 1\n  b: |\n    text\n\n", (), "- a: 1\n  b: |\n    text\n\n- a: 3\n"),
    "wide gap": ("k:\n  -   a: 1\n      b: 2\n", ("k",), "k:\n  -   a: 1\n      b: 2\n  -   a: 3\n"),
    "folded text": ("k:\n  - a: one\n      two\nz: 1\n", ("k",), "k:\n  - a: one\n      two\n  - a: 3\nz: 1\n"),
    "kept literal": ("k:\n  - a: |+\n      one\n\nz: 1\n", ("k",), "k:\n  - a: |+\n      one\n\n  - a: 3\nz: 1\n"),
    "comment between": (
        "k:\n  - {a: 1} # one\n  # two\n# three\nz: 1\n",
        ("k",),
        "k:\n  - {a: 1} # one\n  - {a: 3}\n  # two\n# three\nz: 1\n",
    ),
}


@pytest.mark.parametrize("case", list(CASES))
def test_layouts(case: str) -> None:
    before, route, wanted = CASES[case]
    after = append("x.yaml", before.encode(), route, {"a": 3}).decode()
    data: Any = read_document("x.yaml", after.encode()).data
    for step in route:
        data = data[step]
    assert data[-1] == {"a": 3}
    if case not in {"list at the top", "kept literal"}:  # a line more or less at the end of a literal is the same text
        assert after == wanted


@pytest.mark.parametrize("before", ["k:\n  - - {a: 1}\n", "k: &x [1]\n", "k: 1\nk: 2\n", "k: [\n", "", "k: \n"])
def test_what_can_not_be_edited_safely_is_refused(before: str) -> None:
    with pytest.raises(RefusedError):
        append("x.yaml", before.encode(), ("k", 0), {"a": 3})


def test_every_family_that_ships_can_be_added_to() -> None:
    files = sorted((CATALOG / "families").glob("*.yaml"))[::5]
    assert files
    for file in files:
        content = file.read_bytes()
        last = len(read_document(str(file), content).data["models"]) - 1
        lines = added(content, append(str(file), content, ("models", last, "scores"), SCORE))
        assert lines[-1].strip() == LINE


values = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
comments = st.sampled_from(["", "  # a remark", "\n# a line", "\n\n"])


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.tuples(values, comments), min_size=1, max_size=4), one_line=st.booleans(), line_break=st.sampled_from(["\n", "\r\n"]),
    new=values,
)  # fmt: skip
def test_an_edit_adds_and_takes_nothing_away(texts: list[tuple[str, str]], one_line: bool, line_break: str, new: str) -> None:
    from vlmctl.source.scalars import item

    lines = ["head: 1", "k:"]
    for text, comment in texts:
        entry = item({"a": text, "b": "x"}, one_line=one_line)
        lines += [*entry[:-1], entry[-1] + comment]
    before = line_break.join([*lines, "tail: [1, 2]", ""]).encode()
    after = append("x.yaml", before, ("k",), {"a": new})
    assert read_document("x.yaml", after).data["k"] == [*({"a": text, "b": "x"} for text, _ in texts), {"a": new}]
    rest = after.decode()
    inserted = len(rest) - len(before.decode())
    assert any(rest[:at] + rest[at + inserted :] == before.decode() for at in range(len(rest) - inserted + 1))


def test_a_new_file() -> None:
    record = {
        "id": "x",
        "sources": {"ours": {"kind": "run", "title": "t"}},
        "links": {"paper": "https://a.b"},
        "scores": [SCORE],
        "tags": ["a", "b"],
    }
    text = new_file(record).decode()
    assert text.splitlines()[:4] == ["id: x", "sources:", "  ours: {kind: run, title: t}", "links:"]
    assert read_document("x.yaml", text.encode()).data == record
