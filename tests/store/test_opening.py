"""The compiled catalog: cached by state, rebuilt when it must be, shared by processes, and never in the way."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, run_cli
from vlmctl.errors import CatalogError
from vlmctl.store import opening
from vlmctl.store.layers import Layers

FEW = ("mobilevlm-v2", "imp-v1.5", "pali-3")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A catalog of a few families, with all benchmarks and components."""
    root = tmp_path / "catalog"
    (root / "families").mkdir(parents=True)
    for name in FEW:
        shutil.copy(ROOT / "catalog" / "families" / f"{name}.yaml", root / "families")
    shutil.copytree(ROOT / "catalog" / "components", root / "components")
    shutil.copytree(ROOT / "catalog" / "benchmarks", root / "benchmarks")
    return root


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "cache"
    monkeypatch.setenv("VLMCTL_CACHE_DIR", str(directory))
    return directory


@pytest.fixture
def compiles(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Counts how often a catalog is compiled."""
    from vlmctl.store import compile as compiling

    calls: list[str] = []
    real = compiling.compile_file

    def counted(*arguments: Any, **options: Any) -> None:
        calls.append("compiled")
        real(*arguments, **options)

    monkeypatch.setattr(compiling, "compile_file", counted)
    return calls


def models(layers: Layers) -> int:
    catalog = opening.open_catalog(layers)
    count: int = catalog.value("SELECT count(*) FROM model")
    catalog.close()
    return count


def test_the_second_call_compiles_nothing(small: Path, cache: Path, compiles: list[str]) -> None:
    first = models(Layers(small))
    assert models(Layers(small)) == first == 8
    assert compiles == ["compiled"]
    assert [file.name for file in cache.glob("catalog-*")] != []


def test_an_edit_is_seen_and_only_the_changed_file_is_parsed(
    small: Path, cache: Path, compiles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from vlmctl.source import document, loading

    models(Layers(small))
    parsed: list[str] = []
    real = document.read_document

    def counted(path: str, content: bytes, **options: Any) -> Any:
        parsed.append(path)
        return real(path, content, **options)

    monkeypatch.setattr(loading, "read_document", counted)
    file = small / "families" / "mobilevlm-v2.yaml"
    file.write_text(file.read_text("utf-8").replace("value: 52.1", "value: 52.7"), "utf-8")
    catalog = opening.open_catalog(Layers(small))
    assert catalog.value("SELECT value FROM score WHERE model = 'mobilevlm-v2-1.7b' AND benchmark = 'textvqa'") == 52.7
    assert parsed == [str(file)]
    assert len(compiles) == 2


def test_an_edit_of_the_same_size_in_the_same_second_is_seen(small: Path, cache: Path) -> None:
    file = small / "families" / "mobilevlm-v2.yaml"
    for value in ("52.1", "52.2", "52.3", "52.4"):
        text = file.read_text("utf-8")
        start = text.index("value: 52.")
        file.write_text(text[: start + 7] + value + text[start + 11 :], "utf-8")
        catalog = opening.open_catalog(Layers(small))
        assert str(catalog.value("SELECT value FROM score WHERE model = 'mobilevlm-v2-1.7b' AND benchmark = 'textvqa'")) == value
        catalog.close()


def test_a_file_added_and_a_file_removed_are_seen(small: Path, cache: Path) -> None:
    assert models(Layers(small)) == 8
    (small / "families" / "pali-3.yaml").unlink()
    assert models(Layers(small)) == 7
    shutil.copy(ROOT / "catalog" / "families" / "fuyu-8b.yaml", small / "families")
    assert models(Layers(small)) == 8


@pytest.mark.parametrize("damage", ["empty", "garbage", "cut", "version", "unfinished"])
def test_a_damaged_file_is_rebuilt(small: Path, cache: Path, damage: str) -> None:
    models(Layers(small))
    (file,) = cache.glob("catalog-*.sqlite3")
    whole = file.read_bytes()
    if damage == "version":
        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA user_version = 999")
        connection.close()
    elif damage == "unfinished":
        with sqlite3.connect(file) as connection:
            connection.execute("DELETE FROM meta")
        connection.close()
    else:
        file.write_bytes({"empty": b"", "garbage": b"\xff" * 8192, "cut": whole[: len(whole) // 2]}[damage])
    assert models(Layers(small)) == 8
    assert file.stat().st_size == len(whole)


def test_damage_in_the_middle_is_found_by_the_question_and_repaired(cache: Path) -> None:
    expected = run_cli("list", "--json").out
    (file,) = cache.glob("catalog-*.sqlite3")
    content = bytearray(file.read_bytes())
    content[4096 : len(content) // 2] = b"\xa5" * (len(content) // 2 - 4096)
    file.write_bytes(content)
    ran = run_cli("list", "--json")
    os.environ.pop("VLMCTL_RECOMPILE", None)
    assert (ran.code, ran.out) == (0, expected)
    assert run_cli("list", "--json").out == expected


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere; test_a_cache_that_is_a_file covers the path")
def test_a_read_only_cache_is_no_error(small: Path, cache: Path) -> None:
    cache.mkdir()
    cache.chmod(0o500)
    assert models(Layers(small)) == 8


def test_a_cache_that_is_a_file(small: Path, cache: Path) -> None:
    cache.write_text("not a directory")
    catalog = opening.open_catalog(Layers(small))
    assert catalog.value("SELECT count(*) FROM model") == 8
    assert catalog.path is None
    assert len([note for note in catalog.notes if "can't be used" in note]) == 1
    assert cache.read_text() == "not a directory"


def test_the_note_on_an_unusable_cache_is_said_once_on_stderr(cache: Path) -> None:
    cache.write_text("not a directory")
    ran = run_cli("list", "--series", "Imp", "-q")
    assert ran.code == 0
    assert ran.err.count("can't be used") == 1


def test_first_runs_that_meet_all_answer(tmp_path: Path) -> None:
    env = {**os.environ, "VLMCTL_CACHE_DIR": str(tmp_path / "shared")}
    command = [sys.executable, "-m", "vlmctl", "list", "--series", "Imp", "-q"]
    running = [subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(8)]
    answers = [process.communicate(timeout=120) for process in running]
    assert {out for out, _ in answers} == {run_cli("list", "--series", "Imp", "-q").out}
    assert {process.returncode for process in running} == {0}
    left = [file.name for file in (tmp_path / "shared").iterdir() if file.name.endswith(".partial")]
    assert left == []


def test_a_broken_shipped_file_names_its_place(small: Path, cache: Path) -> None:
    file = small / "families" / "pali-3.yaml"
    file.write_text(file.read_text("utf-8").replace("series: PaLI", "serie: PaLI"), "utf-8")
    with pytest.raises(CatalogError) as caught:
        opening.open_catalog(Layers(small))
    assert f"{file}:" in caught.value.message
    assert caught.value.exit_code == 4


def test_no_home_at_all(tmp_path: Path) -> None:
    env = {key: value for key, value in os.environ.items() if key not in {"HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "VLMCTL_CACHE_DIR"}}
    env["XDG_CACHE_HOME"] = str(tmp_path / "c")
    done = subprocess.run([sys.executable, "-m", "vlmctl", "list", "--series", "Imp", "-q"], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "imp-v1-3b" in done.stdout


def test_the_compiled_catalog_equals_the_records_with_the_pure_parser(
    small: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Both parsers compile the same file."""
    from vlmctl.source import document

    def dump(path: Path) -> list[str]:
        connection = sqlite3.connect(path)
        lines = [line for line in connection.iterdump() if '"meta"' not in line]
        connection.close()
        return lines

    models(Layers(small))
    (file,) = cache.glob("catalog-*.sqlite3")
    fast = dump(file)
    real = document._events
    monkeypatch.setattr(document, "_events", lambda text, *, pure: real(text, pure=True))
    monkeypatch.setenv("VLMCTL_CACHE_DIR", str(tmp_path / "other"))
    models(Layers(small))
    (file,) = (tmp_path / "other").glob("catalog-*.sqlite3")
    assert dump(file) == fast
