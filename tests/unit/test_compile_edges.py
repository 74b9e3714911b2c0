"""Reading and compiling layers at the borders: what is told of broken files, what is remembered, what reaches the file."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from small_catalog import FILES, lay
from vlmctl import __version__
from vlmctl.errors import CatalogError
from vlmctl.source.directory import list_files
from vlmctl.source.loading import load_file
from vlmctl.store import compile as compiling
from vlmctl.store.catalog import FORMAT, Catalog
from vlmctl.store.layers import Layers, packaged_file, shipped_directory

BETA = FILES["families/beta.yaml"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return lay(tmp_path / "shipped", FILES)


def over(tmp_path: Path, **files: str) -> Path:
    return lay(tmp_path / "over", {name.replace("__", "/") + ".yaml": text for name, text in files.items()})


def notes(root: Path, *overlays: Path) -> list[str]:
    return compiling.read_records(Layers(root, overlays))[1]


@pytest.mark.parametrize(("broken", "more"), [("id: bad\n", 4), ("id: bad\nname: B\nseries: B\norganizations: [B]\nsummary: B\n", 0)])
def test_a_broken_overlay_file_is_one_note_with_the_number_of_its_findings(root: Path, tmp_path: Path, broken: str, more: int) -> None:
    (note,) = notes(root, over(tmp_path, families__bad=broken))
    assert note.startswith("left out of the overlay: ")
    assert (f" and {more} more (vlmctl validate " in note) is bool(more)
    assert (" more (" in note) is bool(more)
    assert note.endswith(f"(vlmctl validate {tmp_path / 'over'})")


def test_the_first_finding_of_a_broken_catalog_is_told_and_the_others_counted(tmp_path: Path) -> None:
    one = lay(tmp_path / "one", {**FILES, "families/beta.yaml": BETA.replace("name: Beta\n", "")})
    with pytest.raises(CatalogError, match=r"^the catalog is invalid: .*beta\.yaml:\d+:\d+: error\[missing-field\] [^()]*$") as caught:
        compiling.read_records(Layers(one))
    assert caught.value.hint == f"vlmctl validate {one} shows everything"
    two = lay(tmp_path / "two", {**FILES, "families/beta.yaml": BETA.replace("name: Beta\n", "").replace("series: Beta\n", "")})
    with pytest.raises(CatalogError, match=r" \(and 1 more\)$"):
        compiling.read_records(Layers(two))


def test_what_a_file_left_out_took_with_it_is_left_out_too(root: Path, tmp_path: Path) -> None:
    bench = FILES["benchmarks/counting.yaml"].replace("counting", "sums").replace("Counting", "Sums")
    family = BETA.replace("beta", "gamma").replace("Beta", "Gamma").replace("benchmark: reading, split: val", "benchmark: sums")
    overlay = over(tmp_path, benchmarks__sums=bench, families__gamma=family)
    assert notes(root, overlay) == []
    lay(overlay, {"benchmarks/sums.yaml": bench.replace("task: sums\n", "")})
    told = notes(root, overlay)
    assert {Path(note.split(": ")[1].split(":")[0]).name for note in told} == {"sums.yaml", "gamma.yaml"}
    records, _ = compiling.read_records(Layers(root, (overlay,)))
    assert set(records.families) == {"alpha", "beta"}


def test_progress_counts_the_shipped_files_only(root: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    overlay = over(tmp_path, families__gamma=BETA.replace("beta", "gamma").replace("Beta", "Gamma"))
    compiling.read_records(Layers(root, (overlay,)), progress=lambda done, of: seen.append((done, of)))
    assert seen == [(number, len(FILES)) for number in range(1, len(FILES) + 1)]


def test_a_compiled_file_says_what_it_is_made_of(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite3"
    compiling.compile_file(Layers(root), path, state="the state")
    connection = sqlite3.connect(path)
    meta = dict(connection.execute("SELECT key, value FROM meta"))
    assert meta == {"version": __version__, "layers": f'["{root}"]', "notes": "", "state": "the state"}
    assert connection.execute("PRAGMA user_version").fetchone() == (FORMAT,)
    connection.close()
    memory = compiling.compile_memory(Layers(root))
    assert (memory.path, memory.notes) == (None, ())
    assert memory.value("SELECT value FROM meta WHERE key = 'state'") == ""
    assert memory.value("SELECT count(*) FROM model") == 3


def kept(memory: Any) -> int:
    count: int = memory.connection.execute("SELECT count(*) FROM document").fetchone()[0]
    return count


def test_a_document_is_remembered_for_this_reader_only(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = BETA.encode()
    with compiling.document_memory(tmp_path) as memory:
        assert memory is not None
        memory.remember(load_file("beta.yaml", "family", content))
        assert memory.recall(content) is None, "it is written at the end, or when many have come together"
        memory.flush()
        assert memory.recall(content)["id"] == "beta"
    with compiling.document_memory(tmp_path) as again:
        assert again is not None
        assert again.recall(content)["id"] == "beta"
        monkeypatch.setattr(compiling, "READER", compiling.READER + 1)
        assert again.recall(content) is None


def test_what_has_errors_or_was_remembered_before_is_not_remembered(tmp_path: Path) -> None:
    with compiling.document_memory(tmp_path) as memory:
        assert memory is not None
        memory.remember(load_file("bad.yaml", "family", b"id: bad\n"))
        memory.flush()
        assert kept(memory) == 0
        memory.remember(load_file("beta.yaml", "family", BETA.encode()))
        memory.flush()
        recalled = load_file("beta.yaml", "family", BETA.encode(), recall=memory.recall)
        assert recalled.recalled
        memory.remember(recalled)
        assert memory.new == []


def test_much_is_written_at_once_and_little_at_the_end(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = [file.read_bytes() for file in sorted((root / "families").iterdir())]
    first, second = (load_file(f"{place}.yaml", "family", content) for place, content in enumerate(contents))
    with compiling.document_memory(tmp_path) as memory:
        assert memory is not None
        monkeypatch.setattr(compiling, "MOST_HELD", len(contents[0]))
        memory.remember(first)
        assert (kept(memory), len(memory.new), memory.size) == (0, 1, len(contents[0])), "as much as may be held"
        memory.remember(second)
        assert (kept(memory), memory.new, memory.size) == (2, [], 0)


def test_a_damaged_memory_is_thrown_away_and_made_anew(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "documents.sqlite3"
    path.write_bytes(b"no database" * 100)
    with compiling.document_memory(tmp_path) as memory:
        assert memory is not None
        assert kept(memory) == 0
        compiling.read_records(Layers(root), memory=memory)
    assert sqlite3.connect(path).execute("SELECT count(*) FROM document").fetchone() == (len(FILES),), "it is written when it is left"
    everybody = tmp_path / "open"
    everybody.mkdir()
    everybody.chmod(0o777)
    with compiling.document_memory(everybody) as none:
        assert none is None
    with compiling.document_memory(tmp_path / "nowhere") as none:
        assert none is None


def test_the_memory_in_the_users_cache(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLMCTL_CACHE_DIR", str(tmp_path / "new" / "cache"))
    with compiling.remembered() as memory:
        assert memory is not None
        compiling.read_records(Layers(root), memory=memory)
    assert (tmp_path / "new" / "cache").stat().st_mode & 0o777 == 0o700
    monkeypatch.setattr("vlmctl.source.loading.read_document", None)  # nothing is parsed again
    assert len(compiling.read_cached(Layers(root), tmp_path / "new" / "cache")[0].families) == 2
    monkeypatch.setenv("VLMCTL_CACHE_DIR", "/dev/null/no")
    with compiling.remembered() as none:
        assert none is None


# --- what is open, and where it lies ---


def test_a_catalog_answers_by_rows_a_row_or_a_value(root: Path) -> None:
    store = compiling.compile_memory(Layers(root))
    assert [row["id"] for row in store.rows("SELECT id FROM model ORDER BY position")] == ["alpha-1b", "alpha-3b", "beta-2b"]
    row = store.row("SELECT id, name FROM model WHERE id = ?", ("beta-2b",))
    assert row is not None
    assert tuple(row) == ("beta-2b", "Beta 2B")
    assert store.row("SELECT id FROM model WHERE 0") is None
    assert (store.value("SELECT name, id FROM model WHERE id = 'beta-2b'"), store.value("SELECT 1 WHERE 0")) == ("Beta 2B", None)
    store.close()
    with pytest.raises(sqlite3.ProgrammingError):
        store.value("SELECT 1")


def test_half_a_character_is_looked_for_and_not_found() -> None:
    store = Catalog(sqlite3.connect(":memory:"), notes=["told"])
    assert store.value("SELECT ?", ("a\udcffb",)) == "a\ufffd\ufffd\ufffdb"
    assert store.value("SELECT typeof(?)", (7,)) == "integer"
    assert [tuple(row) for row in store.rows("SELECT ?, ?", ("\ud800", None))] == [("\ufffd\ufffd\ufffd", None)]
    assert store.notes == ("told",)


def test_the_shipped_directory_and_the_wheels_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "checkout" / "src" / "vlmctl"
    (package / "store").mkdir(parents=True)
    monkeypatch.setattr("vlmctl.store.layers.__file__", str(package / "store" / "layers.py"))
    with pytest.raises(CatalogError, match=r"^the catalog is missing from this installation$") as caught:
        shipped_directory()
    assert caught.value.hint == "install vlmctl again"
    assert packaged_file() is None
    (tmp_path / "checkout" / "catalog" / "families").mkdir(parents=True)
    assert shipped_directory() == tmp_path / "checkout" / "catalog"
    (package / "catalog" / "families").mkdir(parents=True)
    assert shipped_directory() == package / "catalog", "an installation's own goes before"
    (package / "catalog.sqlite3").write_bytes(b"")
    assert packaged_file() == package / "catalog.sqlite3"
    assert list_files(package / "catalog") == []
