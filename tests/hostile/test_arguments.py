"""Hostile command lines: whatever stands where a name, filter, number or path belongs ends in an answer or a clear error."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Ran
from hostile.material import ACTING, evil_overlay, no_input, run
from small_catalog import lay

EVERY_BYTE = [os.fsdecode(bytes([byte])) for byte in range(256)]

PIECES = (
    "and", "or", "not", "in", "(", ")", "..", "<", "<=", ">", "=", "!=", "!~", "~", "params", "reading", "@", "val", ":", "accuracy", "4B",
    "1e999", '"', "'", "\\", "%", "*", " ", "\0", "\x1b", "\udc80", "é", "漢", "9" * 400, "-", "--", "2024", "9999", "0", "moe", "null", ",",
    "{", "}", "[", "]", "?", "#", "$", "`", "|", "&", ";", "\n", "\t", "\u202e", "NEAR", "^", "fits", "memory", "8GB", "released", "llm", "id",
    "x" * 5000, "(" * 70, "not " * 300, "inf", "nan", ".5", "5.", "+3", "-3", "1..2", "1B..", "..1B", "c", "R", "any",
)  # fmt: skip

SEEDS = ("\udcd5C\n\u202e", "c", "9" * 120, "")
"""What once ended in an internal error, or might: each stands at every place."""

OPTIONS = (
    "params", "max-params", "min-params", "family", "series", "org", "llm", "encoder", "connector", "license", "released", "list", "fits",
    "sort", "columns", "limit", "format", "catalog", "lang", "color", "precision", "context", "images", "where",
)  # fmt: skip

EXPECTED = {0, 1, 2, 3, 4, 5}


def places(text: str) -> Iterator[list[str]]:
    """Command lines with a text wherever one can stand."""
    yield ["list", "--", text]
    for template in ("{}", "reading{}", "params<{}", '"{}', "not {}", "reading@{}", "reading:{}>1"):
        yield ["list", "-w", template.format(text)]
    for option in OPTIONS:
        yield ["list", f"--{option}={text}"]
    for option in ("sort", "columns", "model", "bench"):
        yield ["scores", f"--{option}={text}"]
    for option in ("split", "metric", "protocol", "borders", "weights", "missing"):
        yield ["top", "--bench=reading", *(["--bench=counting"] if option in {"weights", "missing"} else []), f"--{option}={text}"]
    for name in (text, f"reading@{text}", f"reading:{text}"):
        yield ["top", f"--bench={name}"]
        yield ["pareto", "--x=params", f"--y={name}"]
    yield ["pareto", f"--x={text}", "--y=reading"]
    for option in ("x", "y", "color", "log"):
        yield ["plot", "--x=params", "--y=reading", f"--{option}={text}"]
    for line in (
        ["show"],
        ["compare", "alpha"],
        ["why", "alpha-1b"],
        ["search"],
        ["facets"],
        ["bench", "show"],
        ["memory"],
        ["schema"],
        ["validate"],
    ):
        yield [*line, "--", text]
    yield ["why", "--", text, "reading"]
    yield ["bench", "list", f"--task={text}"]
    yield ["families", f"--sort={text}"]
    yield ["memory", "alpha-1b", f"--context={text}"]
    yield ["db", "query", "--", text]
    yield ["db", "query", "SELECT 1", f"--timeout={text}"]
    yield ["diff", "--", text, text]
    yield ["export", "csv", "-w", text]
    yield ["export", "--", text]
    yield ["validate", f"--ignore={text}"]
    yield ["import", "--as=csv", "--", text]
    yield ["add", "score", "--dry-run", f"--model={text}"]
    yield ["edit", "--", text]
    yield ["__complete", "bash", "2", "vlmctl", "list", text]
    yield ["__complete", text]
    yield [text]
    yield [f"--{text}"]
    yield ["list", f"--{text}"]
    yield ["--", text]


def wrong(line: list[str], ran: Ran) -> bool:
    return ran.code not in EXPECTED or "Traceback" in ran.err or "internal error" in ran.err or bool(set(ACTING.findall(ran.err)))


@pytest.fixture
def ready(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalog with a hostile overlay that every line sees, an editor that does nothing, an empty directory to stand in."""
    monkeypatch.setenv("VLMCTL_CATALOG", str(lay(tmp_path / "evil", evil_overlay())))
    monkeypatch.setenv("EDITOR", "true")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


def test_seeds_at_every_place(ready: Path) -> None:
    with no_input():
        failed = [(line, ran.err[:200]) for text in SEEDS for line in places(text) if wrong(line, ran := run(*line))]
    assert failed == []
    assert not list((ready / "here").iterdir())


def test_every_byte_somewhere(ready: Path) -> None:
    """Each byte as a filter, and at some of the other places; VLMCTL_FUZZ=1000 tries more."""
    chance = random.Random(5)
    more = max(1, int(os.environ.get("VLMCTL_FUZZ", "100")) // 100)
    with no_input():
        for text in EVERY_BYTE:
            everywhere = list(places(text))
            for line in [
                ["list", "--", text],
                ["list", "-w", f"reading{text}"],
                *chance.sample(everywhere, min(2 * more, len(everywhere))),
            ]:
                ran = run(*line)
                assert not wrong(line, ran), (line, ran.err)


def test_random_texts_somewhere(ready: Path) -> None:
    chance = random.Random(7)
    rounds = int(os.environ.get("VLMCTL_FUZZ", "100"))
    with no_input():
        for _ in range(3 * rounds):
            text = "".join(chance.choices(PIECES, k=chance.randint(1, 6)))
            if chance.random() < 0.3:
                text = os.fsdecode(chance.randbytes(chance.randint(1, 30)))
            line = chance.choice(list(places(text)))
            ran = run(*line)
            assert not wrong(line, ran), (line, ran.err)


@pytest.mark.parametrize(
    "name", ["..", "/", "/dev/full", "/proc/self/mem", "/proc/nonexistent/x", "", "a" * 300, "here/\0", "-", "/dev/null/x"]
)
def test_output_at_odd_places(ready: Path, name: str) -> None:
    for line in (["list"], ["export", "csv"], ["plot", "--x", "params", "--y", "reading", "--format", "json"]):
        ran = run(*line, "-o", name)
        assert not wrong(line, ran), ran.err
        assert ran.code in {0, 2, 5}
    for path in (ready / "here").iterdir():
        assert path.name in {"-"}, path  # a file of that name, as asked


def test_json_errors_are_whole_and_harmless(ready: Path) -> None:
    import json

    for text in ("\x1b[31m", "\u202e", "\x9b31m", "\udc80", "\U000e0001", "漢"):
        ran = run("show", f"model:zz{text}", "--json")
        assert ran.code == 3
        assert not ACTING.findall(ran.err)
        assert json.loads(ran.err)["error"]["kind"] == "not-found"
