"""When a compiled catalog is used, when it is made anew, and what is said where it can't be kept: on a small catalog."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from small_catalog import FILES, lay, noted
from vlmctl.errors import CatalogError, UsageError, printable
from vlmctl.source.aside import Shelf
from vlmctl.store import compile as compiling
from vlmctl.store import layers as finding
from vlmctl.store import opening
from vlmctl.store.layers import Layers


@pytest.fixture
def compiles(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where catalogs are compiled to, in order."""
    calls: list[str] = []
    whole, memory = compiling.compile_file, compiling.compile_memory

    def to_file(layers: Layers, path: Path, **options: Any) -> None:
        calls.append("file")
        whole(layers, path, **options)

    def to_memory(*arguments: Any) -> Any:
        calls.append("memory")
        return memory(*arguments)

    monkeypatch.setattr(compiling, "compile_file", to_file)
    monkeypatch.setattr(compiling, "compile_memory", to_memory)
    return calls


def models(layers: Layers) -> int:
    catalog = opening.open_catalog(layers)
    count: int = catalog.value("SELECT count(*) FROM model")
    catalog.close()
    return count


@pytest.fixture
def packaged(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel's compiled file with one model less than the records beside it, so that one can tell which answers."""
    path = tmp_path / "packaged.sqlite3"
    compiling.compile_file(Layers(small), path)
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM model WHERE id = 'beta-2b'")
    connection.commit()
    connection.close()
    monkeypatch.setattr(opening, "packaged_file", lambda: path)
    return path


def test_the_wheels_file_answers_alone(small: Path, packaged: Path, tmp_path: Path, compiles: list[str]) -> None:
    assert models(Layers(small)) == 2
    last = opening.last_compiled(Layers(small))
    assert last is not None
    assert last.value("SELECT count(*) FROM model") == 2
    last.close()
    assert compiles == []
    assert not (tmp_path / "cache").exists()


def test_not_so_with_overlays_nor_when_it_is_damaged(
    small: Path, packaged: Path, tmp_path: Path, compiles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    over = lay(tmp_path / "over", {})
    over.mkdir()
    with_overlay = Layers(small, (over,))
    assert opening.last_compiled(with_overlay) is None, "it never was compiled"
    assert models(with_overlay) == 3
    assert compiles == ["file"]
    last = opening.last_compiled(with_overlay)
    assert last is not None
    assert last.value("SELECT count(*) FROM model") == 3
    last.close()
    monkeypatch.setenv(opening.RECOMPILE, "1")
    assert models(Layers(small)) == 3, "asked to compile anew, the wheel's file is passed over"
    monkeypatch.delenv(opening.RECOMPILE)
    packaged.write_bytes(b"no database")
    assert models(Layers(small)) == 3


def test_anew_means_each_time(small: Path, compiles: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        assert models(Layers(small)) == 3
    assert compiles == ["file"]
    monkeypatch.setenv(opening.RECOMPILE, "1")
    for _ in range(2):
        assert models(Layers(small)) == 3
    assert compiles == ["file"] * 3
    monkeypatch.setenv(opening.RECOMPILE, "")
    assert models(Layers(small)) == 3
    assert len(compiles) == 3


def test_who_waited_for_the_lock_takes_what_the_other_made(small: Path, compiles: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    real = opening.open_file
    seen: list[Path] = []

    def late(path: Path, state: str | None = None) -> Any:
        seen.append(path)
        if len(seen) == 1:
            return None  # as it was before the other process had finished
        if len(seen) == 2:
            compiling.compile_file(Layers(small), path, state=state or "")
            compiles.clear()
        return real(path, state)

    monkeypatch.setattr(opening, "open_file", late)
    assert models(Layers(small)) == 3
    assert compiles == []


def test_old_files_in_the_cache_are_cleared_when_a_new_one_comes(small: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    left, foreign = cache / "catalog-k1ll_ed8.partial", cache / "catalog-of-mine.csv"
    cache.mkdir()
    left.write_bytes(b"")
    foreign.write_bytes(b"")  # somebody chose a directory that holds other files
    models(Layers(small))
    assert not left.exists()
    assert foreign.exists()


def test_a_cache_that_cannot_be_used_is_told_with_the_reason(small: Path, tmp_path: Path, compiles: list[str]) -> None:
    (tmp_path / "cache").write_bytes(b"a file")
    catalog = opening.open_catalog(Layers(small))
    assert catalog.value("SELECT count(*) FROM model") == 3
    assert catalog.path is None
    reason = "File exists"
    assert list(catalog.notes) == [f"the cache {tmp_path / 'cache'} can't be used ({reason}); the catalog is compiled anew for each call"]
    assert compiles == ["memory"]
    catalog.close()


def test_a_reason_without_an_error_number(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(compiling, "compile_file", broken)
    catalog = opening.open_catalog(Layers(small))
    assert "can't be used (disk I/O error);" in catalog.notes[-1]
    catalog.close()


def test_a_file_that_cannot_be_opened_once_written(small: Path, compiles: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "open_file", lambda *_: None)
    assert models(Layers(small)) == 3
    assert compiles == ["file", "memory"]


def test_the_fingerprint_tells_states_apart(small: Path, tmp_path: Path) -> None:
    over, other = tmp_path / "over", tmp_path / "other"
    over.mkdir()
    other.mkdir()
    prints = [
        opening.fingerprint(layers) for layers in (Layers(small), Layers(small, (over,)), Layers(small, (other,)), Layers(over, (small,)))
    ]
    (over / "stray.yaml").write_text("what is not read is among the notes")
    prints.append(opening.fingerprint(Layers(small, (over,))))
    os.utime(small / "families" / "beta.yaml", (1, 1))
    prints.append(opening.fingerprint(Layers(small)))
    (small / "families" / "beta.yaml").unlink()
    prints.append(opening.fingerprint(Layers(small)))
    assert len(set(prints)) == len(prints)
    assert opening.fingerprint(Layers(small)) == prints[-1]


@pytest.mark.parametrize(
    "change", ["PRAGMA user_version = 0", "DELETE FROM meta WHERE key = 'notes'", "UPDATE meta SET value = '' WHERE key = 'state'"]
)
def test_another_format_or_state_is_no_catalog(small: Path, tmp_path: Path, change: str) -> None:
    path = tmp_path / "one.sqlite3"
    compiling.compile_file(Layers(small), path, state="state")
    for state in ("state", None):
        fits = opening.open_file(path, state)
        assert fits is not None
        fits.close()
    assert opening.open_file(path, "another") is None
    connection = sqlite3.connect(path)
    connection.execute(change)
    connection.commit()
    connection.close()
    assert opening.open_file(path, "state") is None
    found = opening.open_file(path)
    assert (found is None) is ("state" not in change)
    if found is not None:
        found.close()


def test_a_file_of_another_length_is_unfinished(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite3"
    compiling.compile_file(Layers(small), path)
    whole = path.read_bytes()
    path.write_bytes(whole + b"\0")
    assert opening.open_file(path) is None
    path.write_bytes(whole[:-4096])
    assert opening.open_file(path) is None
    assert opening.open_file(tmp_path / "none.sqlite3") is None


def test_a_file_that_does_not_fit_is_closed(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it can be replaced where an open file can't be."""
    path, damaged = tmp_path / "one.sqlite3", tmp_path / "damaged.sqlite3"
    compiling.compile_file(Layers(small), path, state="state")
    damaged.write_bytes(b"no database" * 100)
    opened, closed = noted(monkeypatch)
    assert opening.open_file(path, "another") is None
    assert opening.open_file(damaged) is None
    assert len(opened) == len(closed) == 2
    fits = opening.open_file(path, "state")
    assert fits is not None
    assert (len(opened), len(closed)) == (3, 2)
    fits.close()


def test_a_pipe_is_no_compiled_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    opened, _ = noted(monkeypatch)
    assert opening.open_file(tmp_path / "pipe") is None
    assert opening.open_file(tmp_path) is None
    assert opened == [], "opening one would wait for somebody to write"


def test_what_is_written_beside_the_records(small: Path, tmp_path: Path) -> None:
    over = lay(tmp_path / "over", {"families/bad.yaml": "id: bad\n", "notes.txt": "not read"})
    path = tmp_path / "one.sqlite3"
    compiling.compile_file(Layers(small, (over,)), path, state="s")
    assert sorted(file.name for file in tmp_path.glob("catalog-*")) == [], "the temporary file is gone"
    catalog = opening.open_file(path, "s")
    assert catalog is not None
    meta: dict[str, str] = {key: value for key, value in catalog.rows("SELECT key, value FROM meta")}  # noqa: C416 - rows are no pairs to mypy
    catalog.close()
    assert json.loads(meta["layers"]) == [str(small), str(over)]
    assert meta["state"] == "s"
    assert meta["notes"].split("\n") == list(catalog.notes)
    assert any("bad.yaml:1:1" in note and note.endswith(f"(vlmctl validate {over})") for note in catalog.notes)


def test_of_several_findings_the_first_is_told_and_the_others_counted(small: Path, tmp_path: Path) -> None:
    over = lay(tmp_path / "over", {"families/bad.yaml": "id: bad\nname: [1]\n"})
    _, notes = compiling.read_records(Layers(small, (over,)))
    assert len(notes) == 1
    assert " and " in notes[0]
    assert " more (vlmctl validate " in notes[0]
    with pytest.raises(CatalogError, match=r"^the catalog is invalid: .*bad\.yaml:.* \(and \d+ more\)$"):
        compiling.read_records(Layers(over))


def test_a_failed_compilation_leaves_nothing(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(compiling, "build", full)
    directory = tmp_path / "target"
    directory.mkdir()
    with pytest.raises(OSError, match="No space left"):
        compiling.compile_file(Layers(small), directory / "catalog.sqlite3")
    assert [file.name for file in directory.iterdir() if file.name != "documents.sqlite3"] == []


def test_the_memory_of_documents(tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with compiling.document_memory(tmp_path) as memory:
        assert memory is not None
        compiling.read_records(Layers(small), memory=memory)
        memory.flush()
        kept = memory.connection.execute("SELECT count(*) FROM document").fetchone()
        assert kept == (len(FILES),)
        content = (small / "families" / "beta.yaml").read_bytes()
        assert memory.recall(content)["id"] == "beta"
        assert memory.recall(content + b"\n") is None
        monkeypatch.setattr(compiling, "MOST_REMEMBERED", len(FILES))
        (small / "families" / "beta.yaml").write_bytes(content + b"# more\n")
        compiling.read_records(Layers(small), memory=memory)
        memory.flush()
        assert memory.connection.execute("SELECT count(*) FROM document").fetchone() == (len(FILES) + 1,), "at the limit all stay"
        (small / "families" / "beta.yaml").write_bytes(content + b"# still more\n")
        compiling.read_records(Layers(small), memory=memory)
        memory.flush()
        assert memory.connection.execute("SELECT count(*) FROM document").fetchone() == (1,), "past it, it starts anew"
    (tmp_path / "documents.sqlite3").write_bytes(b"damaged" * 1000)
    with compiling.document_memory(tmp_path) as memory:
        assert memory is not None
        assert memory.recall(content) is None
    with compiling.document_memory(tmp_path / "nowhere") as memory:
        assert memory is None


def dumped(small: Path, *overlays: Path) -> tuple[list[str], list[str]]:
    catalog = compiling.compile_memory(Layers(small, overlays))
    return list(catalog.connection.iterdump()), list(catalog.notes)


def test_a_catalog_too_large_for_memory_compiles_to_the_same(tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    score = "scores:\n  - {benchmark: reading, value: 51, source: ours, evidence: original}\n"
    good = "family: alpha\nid: alpha-1b\nsources:\n  ours: {kind: run, title: Ours, url: 'https://example.org/ours'}\n" + score
    bad = good.replace("alpha-1b", "alpha-3b").replace("reading", "writing")
    over = lay(tmp_path / "over", {"models/alpha-1b.yaml": good, "models/alpha-3b.yaml": bad})
    whole = dumped(small, over)
    assert any("alpha-3b.yaml:6:" in note and "'writing'" in note for note in whole[1]), whole[1]
    monkeypatch.setattr(compiling, "MOST_HELD", 0)
    shelved: list[object] = []
    put = Shelf.put

    def noting(shelf: Shelf, records: Sequence[Any]) -> Sequence[Any]:
        shelved.extend(records)
        return put(shelf, records)

    monkeypatch.setattr(Shelf, "put", noting)
    assert dumped(small, over) == whole
    assert len(shelved) == len([name for name in FILES if name.startswith("families/")]) + 2


def test_without_room_to_set_records_aside_they_stay_in_memory(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = dumped(small)
    monkeypatch.setattr(compiling, "MOST_HELD", 0)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    assert dumped(small) == whole


def test_what_a_terminal_would_act_upon_is_escaped() -> None:
    assert printable("plain ü 高") == "plain ü 高"
    assert printable("a\x1b[31m\nb\u202e\udcff") == "a\\x1b[31m\\nb\\u202e\\udcff"


def test_overlays_are_found_in_order_and_once(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "config" / "vlmctl" / "catalog"
    one, two = tmp_path / "one", tmp_path / "two"
    assert Layers.find() == (small, ())
    for path in (own, one, two):
        path.mkdir(parents=True)
    monkeypatch.setenv("VLMCTL_CATALOG", os.pathsep.join([str(two), "", str(small)]))
    assert Layers.find([str(one), two]) == (small, (own, two, one))
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert finding.user_overlay() == tmp_path / ".config" / "vlmctl" / "catalog"
    assert Layers.find() == (small, (two,))
    (tmp_path / "file").write_bytes(b"")
    for name, message in (("file", "--catalog: not a directory"), ("none", "--catalog: no such directory")):
        with pytest.raises(UsageError, match=message):
            Layers.find([tmp_path / name])
    none, file = tmp_path / "none", tmp_path / "file"
    monkeypatch.setenv("VLMCTL_CATALOG", os.pathsep.join(map(str, (none, two, file, none))))
    assert Layers.find() == (small, (two,))
    assert finding.unfound() == [
        f"VLMCTL_CATALOG: no such directory: {none}; it is left out", f"VLMCTL_CATALOG: not a directory: {file}; it is left out",
    ]  # fmt: skip
