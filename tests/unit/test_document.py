"""Reading YAML: what a scalar means, where everything stands, and what is refused. Both parsers, same answers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlmctl.source.document import MAX_BYTES, MAX_DEPTH, MOST_REREAD, read_document

BOTH = pytest.mark.parametrize("pure", [False, True], ids=["C", "pure"])


@BOTH
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1), ("-3", -3), ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), ("true", True), ("False", False), ("no", "no"),
        ("yes", "yes"),
        ("on", "on"), ("12:30", "12:30"), ("2024-05-10", "2024-05-10"), ("0x10", "0x10"),
        ("0o7", "0o7"), ("1_000", "1_000"), (".inf", ".inf"),
        ("'1'", "1"), ('"true"', "true"), ("'null'", "null"), ("1.7B", "1.7B"), ("a-b", "a-b"), ("-x", "-x"),
    ],
)  # fmt: skip
def test_what_a_scalar_means(text: str, value: Any, pure: bool) -> None:
    document = read_document("f.yaml", f"a: {text}\n".encode(), pure=pure)
    assert document.findings == []
    assert document.data == {"a": value}
    assert type(document.data["a"]) is type(value)


@BOTH
@pytest.mark.parametrize(
    ("text", "check", "line", "column"),
    [
        ("a: 1\na: 2\n", "duplicate-key", 2, 1),
        ("a: &x 1\n", "anchor", 1, 4),
        ("a: *x\n", "anchor", 1, 4),
        ("a: !!str x\n", "tag", 1, 4),
        ("a: !!python/object/apply:os.system ['true']\n", "tag", 1, 4),
        ("b:\n  a:\n", "null", 0, 0),  # nothing is written there: each parser has its own idea of the place
        ("a: ~\n", "null", 1, 4),
        ("<<: {a: 1}\n", "merge-key", 1, 1),
        ("a: 1\n---\nb: 2\n", "syntax", 2, 1),
        ("? [1]\n: 2\n", "syntax", 1, 3),
        ("", "syntax", 1, 1),
    ],
)
def test_what_is_refused_and_where(text: str, check: str, line: int, column: int, pure: bool) -> None:
    findings = read_document("f.yaml", text.encode(), pure=pure).findings
    assert [finding.check for finding in findings][:1] == [check]
    place = findings[0].place
    assert place.path == "f.yaml"
    if line:
        assert (place.line, place.column) == (line, column)


def test_all_problems_of_a_file_are_found() -> None:
    document = read_document("f.yaml", b"a: 1\na: 2\nb: &x 1\nc: *x\nd: !!int 1\n")
    assert [finding.check for finding in document.findings] == ["duplicate-key", "anchor", "anchor", "tag"]


@BOTH
def test_broken_bytes_are_findings(pure: bool) -> None:
    assert read_document("f.yaml", b"a: 1\nb: \xff\n", pure=pure).findings[0].place.line == 2
    assert read_document("f.yaml", b"a: \x00\n", pure=pure).findings[0].check == "syntax"
    assert read_document("f.yaml", b"a: [1, 2\n", pure=pure).findings[0].check == "syntax"


def test_size_and_depth_are_bounded() -> None:
    assert read_document("f.yaml", b"a: " + b"x" * MAX_BYTES).findings[0].check == "file-size"
    deep = b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1)
    assert read_document("f.yaml", deep).findings[0].check == "depth"
    assert read_document("f.yaml", b"[" * MAX_DEPTH + b"]" * MAX_DEPTH).findings == []
    assert read_document("f.yaml", b"[" * 1_000_000).findings[0].check == "depth"


def test_positions() -> None:
    text = "models:\n  - id: a\n    scores:\n      - {benchmark: x, value: 1}\n"
    document = read_document("f.yaml", text.encode(), positions=True)
    assert str(document.locate(["models", 0, "scores", 0, "value"])) == "f.yaml:4:31"
    assert str(document.locate(["models", 0, "scores", 0, "value"], key=True)) == "f.yaml:4:24"
    assert str(document.locate(["models", 0, "missing"])) == "f.yaml:2:5"


@BOTH
def test_line_ends_and_byte_order_marks(pure: bool) -> None:
    assert read_document("f", b"\xef\xbb\xbfa: 1\r\nb: x\r\n", pure=pure).data == {"a": 1, "b": "x"}


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_no_content_raises(content: bytes) -> None:
    for pure in (False, True):
        document = read_document("f", content, positions=True, pure=pure)
        assert document.findings or document.data is not None


@BOTH
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("r: {kind: web, title: T, url: https://example.org/x}", {"r": {"kind": "web", "title": "T", "url": "https://example.org/x"}}),
        ("r: {url: https://example.org:80/x?y#z, d: 1}", {"r": {"url": "https://example.org:80/x?y#z", "d": 1}}),
        ("r: [https://example.org/x, a:b]", {"r": ["https://example.org/x", "a:b"]}),
        ("r: {\n  url: https://example.org/x,\n  title: T}", {"r": {"url": "https://example.org/x", "title": "T"}}),
    ],
)  # fmt: skip
def test_an_unquoted_address_in_braces(text: str, value: Any, pure: bool) -> None:
    document = read_document("f.yaml", text.encode(), pure=pure, positions=True)
    assert (document.findings, document.data) == ([], value)
    assert document.locate(("r",)).column == 4


TOKENS = (
    *("{", "}", "[", "]", ":", ": ", ", ", ",", "a", "url", "https://e.org/x", "http://x:80/y?z#w", "x:y", "::", "\n", "\n  ", "- ", "-"),
    *("'", '"', "#", " #", "?", "? ", "!", "&a", "*a", "|", ">", "%", "@", "`", "1e3", "null", "12:30", "\t", " ", "é", "---", "<<", "\\"),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=9), st.sampled_from(["", "\n", "}", "]\n"]))
def test_both_parsers_take_and_refuse_the_same(parts: list[str], end: str) -> None:
    content = f"r: {''.join(parts)}{end}".encode()
    fast, pure = read_document("f", content), read_document("f", content, pure=True)
    assert bool(fast.findings) == bool(pure.findings)
    assert pure.findings or fast.data == pure.data


def test_what_the_c_parser_refuses_in_a_large_file_is_refused_at_once() -> None:
    line = b"- {kind: web, url: https://example.org/x}\n"
    assert read_document("f", line * 2000).findings == []
    pytest.importorskip("_ruamel_yaml")
    (only,) = read_document("f", line * (MOST_REREAD // len(line) + 1)).findings
    assert (only.check, only.place.line, only.text) == ("syntax", 1, line.decode().strip())
    assert only.hint == "in braces and brackets quote what holds a colon, such as an address"


@BOTH
def test_a_syntax_error_shows_its_line(pure: bool) -> None:
    (only,) = read_document("f", b"a: 1\nb:  [1, 2  \nc: 3\n", pure=pure).findings
    assert (only.check, only.text) == ("syntax", "c: 3")
    assert read_document("f", b"a: 1\nb: \x07" + b"x" * 500, pure=pure).findings[0].text == "b: \x07" + "x" * 116
