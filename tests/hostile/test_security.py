"""What SECURITY.md promises about caches, links, files and the database; what other tests hold isn't repeated here."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from hostile.material import run
from small_catalog import lay

SHIPPED = ["alpha-1b", "alpha-3b", "beta-2b"]


def planted(cache: Path) -> None:
    """Give every model in a compiled catalog another name."""
    for file in cache.glob("catalog-*"):
        with sqlite3.connect(file) as connection:
            connection.execute("UPDATE model SET id = 'planted-' || id")
        connection.close()


def test_a_cache_that_anybody_may_write_to_is_not_believed(small: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert run("list", "-q").out.split() == SHIPPED
    planted(cache)
    assert run("list", "-q").out.split() == [f"planted-{name}" for name in SHIPPED]  # this user's own doing
    assert "planted" in run("__complete", "bash", "vlmctl show ", "").out
    cache.chmod(0o1777)
    ran = run("list", "-q")
    assert (ran.code, ran.out.split()) == (0, SHIPPED)
    assert "everybody may write to it" in ran.err
    assert "planted" not in run("__complete", "bash", "vlmctl show ", "").out


def test_a_cache_of_another_user_is_not_believed(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("list", "-q")
    planted(tmp_path / "cache")
    os.chown(tmp_path / "cache", 12345, -1) if os.geteuid() == 0 else monkeypatch.setattr(os, "geteuid", lambda: 12345)
    ran = run("list", "-q")
    assert (ran.code, ran.out.split()) == (0, SHIPPED)
    assert "it belongs to another user" in ran.err


def test_the_cache_is_made_for_this_user_alone(small: Path, tmp_path: Path) -> None:
    run("list", "-q")
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (tmp_path / "cache").glob("catalog-*"))


@pytest.mark.parametrize("name", [".lock", "documents.sqlite3", "catalog"])
def test_links_in_the_cache_are_not_written_through(small: Path, tmp_path: Path, name: str) -> None:
    run("list", "-q")
    cache, precious = tmp_path / "cache", tmp_path / "precious"
    precious.write_bytes(b"precious")
    path = next(cache.glob("catalog-*")) if name == "catalog" else cache / name
    path.unlink()
    path.symlink_to(precious)
    (small / "families" / "beta.yaml").unlink()
    ran = run("list", "-q")
    assert (ran.code, ran.out.split()) == (0, SHIPPED[:2])
    assert precious.read_bytes() == b"precious"


def test_an_output_keeps_to_its_file(small: Path, tmp_path: Path) -> None:
    """Through a link the file behind it is replaced, as an editor would; nothing else in the directory is touched."""
    target, link = tmp_path / "target.tsv", tmp_path / "link.tsv"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    assert run("list", "-q", "-o", str(link)).code == 0
    assert link.is_symlink()
    assert target.read_text().split() == SHIPPED
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.parametrize("form", ["model-index", "eval-results", "every-eval-ever"])
def test_an_export_stays_in_its_directory(small: Path, tmp_path: Path, form: str) -> None:
    text = (
        "id: evil\nname: E\nseries: E\norganizations: [Us]\nsummary: S.\nsources:\n  s: {kind: run, title: '../../t'}\nmodels:\n"
        "  - id: evil-1b\n    name: '../../../name'\n    hf: '../..'\n    scores:\n"
        "      - {benchmark: reading, split: val, value: 51, source: s, evidence: original}\n"
    )
    over = lay(tmp_path / "over", {"families/evil.yaml": text})
    out = tmp_path / "deep" / "out"
    out.mkdir(parents=True)
    before = {path for path in tmp_path.rglob("*") if "cache" not in path.parts}
    run("export", form, "-o", str(out), "--catalog", str(over))
    made = {path for path in tmp_path.rglob("*") if "cache" not in path.parts} - before
    assert all(out in path.parents for path in made)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM model", "ATTACH '/tmp/x' AS x", "PRAGMA writable_schema = 1", "SELECT load_extension('x')", "CREATE TABLE t (a)", "VACUUM INTO '/tmp/x'",
        "SELECT 1; DELETE FROM model", "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
        "SELECT zeroblob(2000000000)", "INSERT INTO passage(passage) VALUES ('rebuild')",
    ],
)  # fmt: skip
def test_db_query_only_reads_and_ends(small: Path, sql: str) -> None:
    ran = run("db", "query", sql, "--timeout", "0.3")
    assert ran.code == 2, ran.out
    assert run("list", "-q").out.split() == SHIPPED


def test_no_word_of_the_command_line_becomes_sql(small: Path) -> None:
    for text in ("' OR 1=1 --", "x'); DROP TABLE model; --", "%", "_", "*", '" OR "" = "'):
        assert run("list", "-q", "--org", text).out == ""
        assert run("list", "-q", "-w", f"name ~ '{text}'").code in {0, 2}
        assert run("search", text).code == 0
        assert run("show", text).code == 3
    assert run("list", "-q").out.split() == SHIPPED


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "https://x\x1b]8;;", "https://x\u202e", "https://x\n", "data:,x", 5, None]
)
def test_only_plain_http_addresses_become_links(address: Any) -> None:
    from vlmctl.render.cells import safe_link

    assert safe_link(address) is None
    assert safe_link("https://example.org/a?b=%20#c") == "https://example.org/a?b=%20#c"


def test_what_completion_inserts_is_quoted(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """bash takes a completion as it is: a name must not become a command."""
    names = "'$(touch pwned)', 'a b;ls', '`x`', \"it's\", \"\\e[31mred\""
    text = f"id: evil\nname: E\nseries: E\norganizations: [{names}]\nsummary: S.\nmodels:\n  - {{id: evil-1b, name: E}}\n"
    monkeypatch.setenv("VLMCTL_CATALOG", str(lay(tmp_path / "over", {"families/evil.yaml": text})))
    run("list")
    found = run("__complete", "bash", "vlmctl list --org ", "").out.splitlines()
    assert {"\\$\\(touch\\ pwned\\)", "a\\ b\\;ls", "\\`x\\`", "it\\'s"} <= set(found)
    assert not any("\x1b" in line for line in found)


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_what_is_quoted_means_itself_to_bash(quote: str) -> None:
    from vlmctl.cli.completion.answers import quoted

    value = "a!b $(x) `y` \"z\" \\ 'w' #~*?[1]{a,b}<>|&;^%"
    script = f"set -o history -H\nprintf '%s' {quote}{quoted(value, quote)}{quote}\n"
    ran = subprocess.run(["bash", "--norc", "-i"], input=script, capture_output=True, text=True, timeout=20, start_new_session=True)
    assert ran.stdout == value


def test_a_wheel_that_is_a_bomb(tmp_path: Path) -> None:
    wheel = tmp_path / "x.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("vlmctl/catalog.sqlite3", bytes(20_000_000))
    ran = run("diff", str(wheel), str(wheel))
    assert ran.code == 4
    assert "unpacks to" in ran.err


def test_the_editor_gets_a_path_and_no_shell(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """$EDITOR is split as a shell would, but nothing in a record or path is run."""
    over = tmp_path / "over; touch pwned"
    over.mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("EDITOR", "true; touch pwned")
    run("edit", "alpha-1b", "--catalog", str(over))
    assert not list(tmp_path.rglob("pwned"))
