"""Fuzzing with Hypothesis: the loader of every kind of file, and whole command lines made from the grammar.

Bounded here; `VLMCTL_FUZZ=5000` runs so many examples of each. What was once found stands as an example.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hostile.material import ACTING, REFUSED, evil_overlay, family, no_input, run
from hostile.test_arguments import EXPECTED, PIECES
from small_catalog import FILES, lay
from vlmctl.choices import FILE_KINDS
from vlmctl.cli.completion.commandline import load
from vlmctl.source.loading import load_file

EXAMPLES = int(os.environ.get("VLMCTL_FUZZ", "0"))

quick = settings(max_examples=EXAMPLES or 40, deadline=None, suppress_health_check=list(HealthCheck))

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["s", "val", "reading", "original", "1B", "2024"]),
)
fields = st.sampled_from(
    ["id", "name", "series", "models", "scores", "value", "source", "sources", "benchmark", "metrics", "splits", "metric", "released", "params",
     "shape", "layers", "summary", "aliases", "license", "links", "explains", "architecture", "plausible", "min", "max", "family", "<<", "x"]
)  # fmt: skip
documents = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(fields, inner, max_size=6), max_leaves=25)
signs = st.sampled_from(
    ["\n", "  ", "- ", ": ", "{", "}", "[", "]", "&a ", "*a", "!t ", "<<", "? ", "|", ">", "'", '"', "#", "%", ",", "\\x1b", "\\ud800"]
)
broken = st.lists(signs | st.sampled_from([*family().split("\n")]) | st.text(max_size=4), max_size=25).map("".join)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A record of the small catalog with a few bytes changed."""
    content = bytearray(draw(st.sampled_from(sorted(FILES.values()))).encode())
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(content) - 1))
        content[place : place + draw(st.integers(0, 5))] = draw(st.binary(max_size=6))
    return bytes(content)


contents = st.one_of(
    st.binary(max_size=200),
    broken.map(lambda text: text.encode("utf-8", "surrogatepass")),
    documents.map(_json := lambda data: json.dumps(data).encode()),
    damaged(),
)


@given(kind=st.sampled_from(FILE_KINDS), content=contents)
@example(kind="family", content=b'"\\ud83d\\ude00"')
@example(kind="family", content=family(value="9" * 299).encode())
@example(kind="benchmark", content=b"{min: 1e999, max: -.inf}")
@example(kind="licenses", content=b"- {}\n- []\n- ~\n")
@quick
def test_the_loader_finds_and_never_raises(kind: Any, content: bytes) -> None:
    loaded = load_file("x.yaml", kind, content)
    assert loaded.records or loaded.findings or kind not in {"family", "benchmark", "model"}
    for finding in loaded.findings:
        assert finding.place.line >= 1
        assert finding.place.column >= 1
        assert len(str(finding)) < 1500
    again = load_file("x.yaml", kind, content)
    assert (again.records, again.findings) == (loaded.records, loaded.findings)


def _values(value: str, text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Values for an option or argument, told by what completes it: mostly sensible ones, else anything."""
    if value.startswith("choice:"):
        return st.sampled_from(value.removeprefix("choice:").split()) | text
    known = {
        "expression": ["params<4B", "reading>=50 and not moe", "llm~small or released>2023", "value>50", "fits=8GB"],
        "benchmark": ["reading", "counting", "evilbench", "reading@test", "reading:anls", "reading@any"],
        "fields": ["params", "-reading", "reading,id", "memory", "released", "value", "-counting@test"],
        "split": ["val", "test", "any"], "metric": ["accuracy", "anls"], "weights": ["reading=2,counting=1"],
        "directory": ["/proc/nonexistent", "."], "file": ["/dev/null", "here.csv"],
    }  # fmt: skip
    kind = value.removeprefix("score-").split(":")[0]
    names = ["alpha-1b", "alpha", "beta", "evil-1b", "evil", "Reading", "small-llm", "MIT", "1B", "2024", "3", "..4B", "<2B"]
    return st.sampled_from(known.get(kind, names)) | st.sampled_from(names) | text


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    """A command line from the grammar: a command, some of its options, some arguments."""
    text = st.text(max_size=6) | st.sampled_from(PIECES)
    path: list[str] = []
    entries = load("")
    while commands := [entry.spellings[0] for entry in entries if entry.kind == "command"]:
        path.append(draw(st.sampled_from([name for name in commands if name not in {"init", "edit"}])))
        entries = load(" ".join(path))
    line = list(path)
    options = [
        entry for entry in entries if entry.kind == "option" and "--output" not in entry.spellings and "--yes" not in entry.spellings
    ]
    required = [entry for entry in options if "required" in entry.rules]
    for entry in [*required, *draw(st.lists(st.sampled_from(options), max_size=4) if options else st.just([]))]:
        line.append(draw(st.sampled_from(entry.spellings)))
        if entry.valued:
            line.append(draw(_values(entry.value, text)))
    for entry in (entry for entry in entries if entry.kind == "argument"):
        most = 3 if "many" in entry.rules else 1
        line += draw(st.lists(_values(entry.value, text), min_size=int("required" in entry.rules), max_size=most))
    if path == ["add"] or path[:1] in (["add"], ["import"]):
        line.append("--dry-run")
    return line


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A catalog with a hostile overlay, and an empty directory to stand in."""
    root = tmp_path_factory.mktemp("fuzz")
    shipped = lay(root / "shipped", FILES)
    (root / "here").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vlmctl.store.layers.shipped_directory", lambda: shipped)
        patch.setattr("vlmctl.store.opening.packaged_file", lambda: None)
        patch.setenv("VLMCTL_CACHE_DIR", str(root / "cache"))
        patch.setenv("XDG_CONFIG_HOME", str(root / "config"))
        patch.setenv("VLMCTL_CATALOG", str(lay(root / "evil", evil_overlay())))
        patch.chdir(root / "here")
        yield root / "here"


@given(line=lines())
@example(line=["scores", "--columns=c"])
@example(line=["plot", "--y", "reading", "--color="])
@example(line=["list", "--limit", "9" * 120])
@example(line=["top", "--bench", "\udcd5C"])
@example(line=["db", "query", "--", "\udc80"])
@quick
def test_command_lines_end_in_an_answer_or_a_clear_error(catalog: Path, line: list[str]) -> None:
    with no_input():
        for terminal in (True, False):
            ran = run(*line, terminal=terminal)
            assert ran.code in EXPECTED, (line, ran.err)
            assert "Traceback" not in ran.err
            assert not ACTING.findall(ran.err), (line, ran.err)
    assert not list(catalog.iterdir()), line


def test_broken_records_are_seeds(catalog: Path) -> None:
    """What `REFUSED` holds is tried as every kind of file."""
    for content in REFUSED.values():
        data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        if len(data) < 1_000:
            for kind in ("benchmark", "model"):
                assert load_file("x.yaml", kind, data).findings
