"""Opening a catalog in any form to compare it: which directory is what, and what is refused, each with its reason."""

from __future__ import annotations

import os
import random
import sqlite3
import zipfile
from pathlib import Path

import pytest

from small_catalog import FILES, lay, noted
from vlmctl.errors import CatalogError, UsageError
from vlmctl.store import versions
from vlmctl.store.catalog import FORMAT
from vlmctl.store.compile import compile_file
from vlmctl.store.layers import Layers
from vlmctl.store.versions import MEMBER, open_version


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    path = tmp_path / "one.sqlite3"
    compile_file(Layers(lay(tmp_path / "records", FILES)), path)
    return path


def wheel(path: Path, content: bytes, member: str = MEMBER, compression: int = zipfile.ZIP_STORED) -> str:
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr(member, content)
    return str(path)


def models(path: str | Path) -> int:
    catalog = open_version(str(path))
    count: int = catalog.value("SELECT count(*) FROM model")
    catalog.close()
    return count


def test_a_directory_of_records_a_checkout_a_file_and_a_wheel(tmp_path: Path, compiled: Path) -> None:
    checkout = tmp_path / "checkout"
    lay(checkout / "catalog", FILES)
    for path in (tmp_path / "records", checkout, checkout / "catalog", compiled, wheel(tmp_path / "a.whl", compiled.read_bytes())):
        assert models(path) == 3
    assert open_version(str(compiled)).path == str(compiled)
    assert open_version(str(checkout)).path is None
    assert open_version(str(checkout)).notes == ()


@pytest.mark.parametrize("kind", ["families", "benchmarks", "components", "models"])
def test_a_directory_with_some_of_the_kinds_is_an_overlay(tmp_path: Path, small: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vlmctl.store.layers.shipped_directory", lambda: small)
    overlay = tmp_path / "over"
    (overlay / kind).mkdir(parents=True)
    (overlay / "catalog" / "families").mkdir(parents=True)  # it is no checkout for that
    catalog = open_version(str(overlay))
    assert catalog.value("SELECT count(*) FROM model") == 3
    assert catalog.notes == (f"{overlay} is an overlay: it is laid over the shipped catalog",)
    lay(overlay, {"families/bad.yaml": "id: bad\n"})
    assert open_version(str(overlay)).notes[1].startswith("left out of the overlay: ")


def test_a_directory_without_records(tmp_path: Path) -> None:
    (tmp_path / "catalog").mkdir()
    with pytest.raises(UsageError, match="holds no records") as caught:
        open_version(str(tmp_path))
    assert caught.value.hint == "a directory of records has families/, benchmarks/ … or models/"


def test_progress_is_told(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    open_version(str(lay(tmp_path / "records", FILES)), lambda done, of: seen.append((done, of)))
    assert seen[-1] == (len(FILES), len(FILES))


def refused(path: str) -> str:
    with pytest.raises((UsageError, CatalogError)) as caught:
        open_version(path)
    return str(caught.value).replace(path, "PATH")


def test_what_is_not_there_or_is_something_else(tmp_path: Path) -> None:
    for absent in (str(tmp_path / "none"), "a\0b"):
        assert refused(absent) == "no such file or directory: PATH"
    for content in (b"", b"SQLite format 3", b"PK\x03", b"hello" * 10):
        path = tmp_path / "other"
        path.write_bytes(content)
        assert refused(str(path)) == "PATH is neither a wheel nor a compiled catalog"
    os.mkfifo(tmp_path / "pipe")
    assert refused(str(tmp_path / "pipe")) == "PATH is not a file", "nobody waits for it to be written"
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    assert refused(str(tmp_path / "broken")).startswith("can't read PATH: no such file")


def test_a_compiled_file_of_another_format_or_size(tmp_path: Path, compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(*statements: str) -> str:
        path = tmp_path / "changed.sqlite3"
        path.write_bytes(compiled.read_bytes())
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        return str(path)

    assert refused(changed("PRAGMA user_version = 0")) == f"PATH is no catalog compiled in format {FORMAT}"
    assert refused(changed("PRAGMA user_version = 99")) == f"PATH is no catalog compiled in format {FORMAT} but in format 99"
    assert refused(changed("DROP TABLE meta")) == "PATH is damaged or no compiled catalog"
    assert refused(changed("ALTER TABLE meta RENAME COLUMN value TO worth")) == "PATH is damaged or no compiled catalog"
    for more in (
        "CREATE TRIGGER t AFTER INSERT ON meta BEGIN SELECT 1; END",
        "CREATE VIEW v AS SELECT 1",
        "CREATE INDEX i ON meta (value)",
    ):
        assert refused(changed(more)) == "PATH is damaged or no compiled catalog", "something else stands in it"
    assert models(changed("DELETE FROM model WHERE id = 'beta-2b'")) == 2
    size = compiled.stat().st_size
    monkeypatch.setattr(versions, "MOST_BYTES", size)
    assert models(compiled) == models(wheel(tmp_path / "a.whl", compiled.read_bytes())) == 3, "as large as may be"
    monkeypatch.setattr(versions, "MOST_BYTES", size - 1)
    assert refused(str(compiled)) == "PATH is larger than 0 MiB"
    assert refused(wheel(tmp_path / "a.whl", compiled.read_bytes())) == f"{MEMBER} of PATH is larger than 0 MiB"


def test_wheels_that_hold_no_catalog(tmp_path: Path, compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = compiled.read_bytes()
    path = str(tmp_path / "a.whl")
    assert refused(wheel(Path(path), content, "vlmctl/other.sqlite3")) == f"PATH holds no {MEMBER}"
    Path(path).write_bytes(b"PK\x03\x04" + b"\0" * 100)
    assert refused(path).startswith("PATH can't be read: ")
    assert refused(wheel(Path(path), b"no database" * 100)).startswith("PATH")
    noise = random.Random(1).randbytes(2000)
    assert refused(wheel(Path(path), noise + bytes(1000), compression=zipfile.ZIP_DEFLATED)).startswith(("PATH", MEMBER))
    monkeypatch.setattr(versions, "MOST_RATIO", 1)
    assert models(wheel(Path(path), content)) == 3, "not packed at all"
    assert refused(wheel(Path(path), content, compression=zipfile.ZIP_DEFLATED)) == (
        f"{MEMBER} of PATH unpacks to {len(content)} bytes; that is no catalog"
    )


def test_a_damaged_wheel_and_a_file_that_is_gone_since(tmp_path: Path, compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = bytes(random.Random(1).choices(b"abcdefgh", k=4000))
    path = Path(wheel(tmp_path / "a.whl", letters, compression=zipfile.ZIP_DEFLATED))
    content = path.read_bytes()
    path.write_bytes(content[:200] + b"\xff" * 50 + content[250:])
    assert refused(str(path)).startswith("PATH is damaged: Error -3 while decompressing data")

    def gone(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(sqlite3, "connect", gone)
    assert refused(str(compiled)) == "PATH can't be read: unable to open database file"


def test_what_is_opened_can_not_be_written(compiled: Path) -> None:
    catalog = open_version(str(compiled))
    with pytest.raises(sqlite3.OperationalError):
        catalog.value("DELETE FROM model RETURNING id")
    catalog.close()


# --- what comes from elsewhere is read within bounds ---


def packed(path: Path, ratio: float) -> str:
    """A wheel whose member unpacks to so many times its size; it is no database."""
    noise = random.Random(1).randbytes(100_000)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MEMBER, noise + bytes(int((ratio - 1) * 100_000)))
        size = archive.getinfo(MEMBER)
    assert abs(size.file_size / size.compress_size - ratio) < 0.4
    return str(path)


def test_a_catalog_packs_less_than_sixteen_times(tmp_path: Path) -> None:
    assert "that is no catalog" in refused(packed(tmp_path / "a.whl", 16.6))
    assert refused(packed(tmp_path / "a.whl", 15.6)) == "PATH is damaged: file is not a database"


def test_a_list_of_members_is_counted_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.whl"
    mark, too_many = b"PK\x01\x02", "PATH holds more than {} files; that is no wheel of vlmctl"
    path.write_bytes(b"PK\x03\x04" + mark * 10_001)
    assert refused(str(path)) == too_many.format(10_000)
    path.write_bytes(b"PK\x03\x04" + mark * 10_000)
    assert refused(str(path)) == "PATH can't be read: File is not a zip file"
    for before in range(2**20 - 5, 2**20 + 2):  # the file is read in parts of a mebibyte
        path.write_bytes(b"PK\x03\x04".ljust(before, b"x") + mark + bytes(2**20))
        for most in (0, 1):
            monkeypatch.setattr(versions, "MOST_MEMBERS", most)
            assert (refused(str(path)) == too_many.format(most)) is (most == 0), "it is counted once, wherever it stands"


def test_a_file_of_more_than_a_gibibyte_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "large.sqlite3"
    path.write_bytes(b"SQLite format 3\0")
    with path.open("r+b") as file:
        file.truncate(2**30 + 1)
        assert refused(str(path)) == "PATH is larger than 1024 MiB"
        file.truncate(2**30)
        assert refused(str(path)) == "PATH is damaged: file is not a database"


def test_what_is_opened_runs_nothing_that_stands_in_it(compiled: Path, tmp_path: Path) -> None:
    for path in (str(compiled), wheel(tmp_path / "a.whl", compiled.read_bytes())):
        connection = open_version(path).connection
        settings = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in SETTINGS}
        assert settings == SETTINGS
        assert connection.getlimit(sqlite3.SQLITE_LIMIT_LENGTH) == 2**23
        connection.close()


SETTINGS = {"trusted_schema": 0, "query_only": 1, "ignore_check_constraints": 1}


@pytest.mark.parametrize(
    "change", ["", "PRAGMA user_version = 0", "DROP TABLE meta", "ALTER TABLE meta ADD COLUMN run AS (abs(-1))", "damage"]
)
def test_what_is_refused_is_closed(tmp_path: Path, compiled: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    if change == "damage":
        content = compiled.read_bytes()
        compiled.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    else:
        connection = sqlite3.connect(compiled)
        connection.execute(change)
        connection.commit()
        connection.close()
    opened, closed = noted(monkeypatch)
    if not change:
        open_version(str(compiled)).close()
    else:
        refused(str(compiled))
    assert len(opened) == len(closed) > 0
