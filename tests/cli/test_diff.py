"""`diff`: what has changed between two catalogs, whatever form they have."""

from __future__ import annotations

import json
import random
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest

from small_catalog import FILES, lay
from vlmctl.store.compile import compile_file
from vlmctl.store.layers import Layers

NEW = {
    **FILES,
    "families/alpha.yaml": FILES["families/alpha.yaml"]
    .replace(
        "value: 50.5, source: paper, where: table 1, evidence: original, quote: '50.5'",
        "value: 51.5, source: paper, where: table 2, evidence: original",
    )
    .replace(
        "{benchmark: counting, value: 70.1, source: paper, evidence: copy}",
        "{benchmark: counting, value: 70.1, source: paper, evidence: copy, note: seen}",
    )
    .replace("params: 3B", "params: 3.1B")
    .replace("released: 2024-03", "released: 2024-03-05")
    .replace("split: val, value: 60,", "split: test, value: 60,"),
    "families/gamma.yaml": FILES["families/beta.yaml"].replace("beta", "gamma").replace("Beta", "Gamma"),
    "benchmarks/naming.yaml": FILES["benchmarks/counting.yaml"].replace("counting", "naming").replace("Counting", "Naming"),
}
del NEW["families/beta.yaml"]


@pytest.fixture
def catalogs(tmp_path: Path) -> tuple[Path, Path]:
    return lay(tmp_path / "old", FILES), lay(tmp_path / "new", NEW)


def changes(rows: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {(row["kind"], row["change"], row["id"], row["what"], row["old"], row["new"]) for row in rows}


def test_everything_that_changed_is_found(vlmctl: Any, catalogs: tuple[Path, Path]) -> None:
    ran = vlmctl("diff", *map(str, catalogs), "--json")
    assert changes(ran.json) == {
        ("family", "added", "gamma", None, None, None),
        ("family", "gone", "beta", None, None, None),
        ("model", "added", "gamma-2b", None, None, None),
        ("model", "gone", "beta-2b", None, None, None),
        ("benchmark", "added", "naming", None, None, None),
        ("fact", "changed", "alpha", "released", "2024-03", "2024-03-05"),
        ("fact", "changed", "alpha-3b", "params", 3_000_000_000, 3_100_000_000),
        ("score", "changed", "alpha-1b", "Reading val", 50.5, 51.5),
        ("score", "changed", "alpha-3b", "Reading test", 60, 60),
        ("score", "gone", "beta-2b", "Reading val", 55, None),
        ("score", "added", "gamma-2b", "Reading val", None, 55),
    }
    score = next(row for row in ran.json if row["id"] == "alpha-1b")
    assert score["old_source"] == score["new_source"] == "The paper: Alpha"
    assert score["new_url"] == "https://example.org/alpha"
    moved = next(row for row in ran.json if row["id"] == "alpha-3b" and row["kind"] == "score")
    assert moved["old_what"] == "Reading val"
    assert "60 as Reading val" in vlmctl("diff", *map(str, catalogs), "--format", "table").out
    assert "1 figure differs only in source, place, quote or note" in ran.err


def test_turned_round_it_finds_the_opposite(vlmctl: Any, catalogs: tuple[Path, Path]) -> None:
    old, new = map(str, catalogs)
    opposite = {"added": "gone", "gone": "added", "changed": "changed"}
    forth, back = (vlmctl("diff", *pair, "--json").json for pair in ((old, new), (new, old)))
    assert {(row["kind"], opposite[row["change"]], row["id"]) for row in forth} == {(row["kind"], row["change"], row["id"]) for row in back}


def test_the_changelog_has_bullets_with_sources(vlmctl: Any, catalogs: tuple[Path, Path]) -> None:
    lines = vlmctl("diff", *map(str, catalogs), "--format", "markdown").out.splitlines()
    assert lines[0] == "### Catalog"
    assert all(line.startswith("- ") and line.endswith(".") for line in lines[2:])
    text = "\n".join(lines)
    assert "- New family: Gamma." in text
    assert "- Removed family: Beta." in text
    assert "- Alpha 1B, Reading val: 50.5 → 51.5 (The paper: Alpha, https://example.org/alpha)." in text
    assert "- Alpha 3B: params 3B → 3.1B." in text


def test_a_source_that_got_another_key_is_the_same_document(vlmctl: Any, tmp_path: Path) -> None:
    alpha = FILES["families/alpha.yaml"]
    rival = "      - {benchmark: reading, split: val, value: 49, source: other, evidence: second-hand}\n"
    new = alpha.replace("  paper: {", "  other: {kind: web, title: Other, url: 'https://example.org/other'}\n  renamed: {").replace(
        "source: paper", "source: renamed"
    )
    new = new.replace("      # a remark", f"{rival}      # a remark")
    old_root, new_root = (
        lay(tmp_path / "old", FILES),
        lay(tmp_path / "new", {**FILES, "families/alpha.yaml": new.replace("50.5, source", "50.6, source").replace("'50.5'", "'50.6'")}),
    )
    rows = [row for row in vlmctl("diff", str(old_root), str(new_root), "--json").json if row["id"] == "alpha-1b"]
    assert {(row["change"], row["old"], row["new"], row["new_source"]) for row in rows} == {
        ("changed", 50.5, 50.6, "The paper: Alpha"),
        ("added", None, 49, "Other"),
    }


@pytest.mark.parametrize("form", ["directory", "file", "wheel", "checkout"])
def test_every_form_of_a_catalog_is_the_same(vlmctl: Any, tmp_path: Path, form: str) -> None:
    root = lay(tmp_path / "checkout" / "catalog", FILES)
    compiled = tmp_path / "old.sqlite3"
    compile_file(Layers(root), compiled)
    wheel = tmp_path / "vlmctl-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(compiled, "vlmctl/catalog.sqlite3")
    paths = {"directory": root, "file": compiled, "wheel": wheel, "checkout": root.parent}
    new = lay(tmp_path / "new", NEW)
    assert vlmctl("diff", str(paths[form]), str(root), "--json").json == []
    assert len(vlmctl("diff", str(paths[form]), str(new), "--json").json) == 11


def test_an_overlay_is_compared_as_laid_over_the_shipped_catalog(vlmctl: Any, tmp_path: Path, shipped: Any) -> None:
    overlay = lay(
        tmp_path / "overlay",
        {
            "models/mobilevlm-v2-1.7b.yaml": "id: mobilevlm-v2-1.7b\nfamily: mobilevlm-v2\n"
            "sources: {ours: {kind: run, title: Our run}}\nscores:\n"
            "  - {benchmark: textvqa, split: val, value: 52, source: ours, evidence: original}\n"
        },
    )
    ran = vlmctl("diff", shipped.path, str(overlay), "--json")
    assert changes(ran.json) == {("score", "added", "mobilevlm-v2-1.7b", "TextVQA val", None, 52)}
    assert ran.json[0]["new_source"] == "Our run"
    assert "laid over the shipped catalog" in ran.err


def test_the_shipped_catalog_differs_from_itself_in_nothing(vlmctl: Any, shipped: Any) -> None:
    ran = vlmctl("diff", shipped.path, shipped.path, "--json")
    assert (ran.code, ran.json) == (0, [])
    assert "no differences" in ran.err


def changed(tmp_path: Path, **files: tuple[str, str]) -> tuple[str, str]:
    """Two catalogs: in the second, of each file one text is another."""
    new = dict(FILES)
    for name, (old, text) in files.items():
        key = next(key for key in FILES if key.endswith(f"/{name.replace('_', '-')}.yaml"))
        assert old in new[key]
        new[key] = new[key].replace(old, text)
    return str(lay(tmp_path / "old", FILES)), str(lay(tmp_path / "new", new))


def test_components_licenses_and_parts_of_benchmarks_are_compared(vlmctl: Any, tmp_path: Path) -> None:
    pair = changed(
        tmp_path,
        licenses=("commercial: allowed", "commercial: conditional\n  aliases: [The MIT License]"),
        language_models=(
            "params: 1.5B",
            "params: 1.6B\n  shape: {layers: 12, heads: 16, kv_heads: 4, attention: standard, source: config}",
        ),
        vision_encoders=("id: small-encoder\n  name: Small Encoder", "id: other-encoder\n  name: Other Encoder"),
        reading=("id: test, name: test}", "id: test, name: test, questions: 500}\n  - {id: dev, name: dev}"),
    )
    rows = vlmctl("diff", *pair, "--json").json
    assert changes([row for row in rows if not isinstance(row["new"], (dict, list))]) >= {
        ("vision-encoder", "added", "other-encoder", None, None, None),
        ("vision-encoder", "gone", "small-encoder", None, None, None),
        ("fact", "changed", "MIT", "commercial", "allowed", "conditional"),
        ("fact", "changed", "small-llm", "params", 1_500_000_000, 1_600_000_000),
        ("fact", "added", "reading", "splits.test.questions", None, 500),
    }
    assert {row["what"]: row["new"] for row in rows if row["change"] == "added"} == {
        "aliases": ["The MIT License"], "splits.test.questions": 500, "splits.dev": {"id": "dev", "name": "dev", "primary": False},
        "shape": {"layers": 12, "heads": 16, "kv_heads": 4, "attention": "standard", "source": "config"},
        "moe": 0, None: None,  # the model without a shape could have been a mixture of experts
    }  # fmt: skip
    text = vlmctl("diff", *pair, "--format", "markdown").out
    assert "- New vision encoder: Other Encoder." in text
    assert "- MIT License: commercial allowed → conditional, aliases added." in text
    assert "- Small LLM: params 1.5B → 1.6B, shape added." in text


def test_a_sources_new_address_is_one_fact_and_no_new_figures(vlmctl: Any, tmp_path: Path) -> None:
    pair = changed(tmp_path, alpha=("https://example.org/alpha", "https://example.org/alpha/v2"))
    ran = vlmctl("diff", *pair, "--format", "markdown")
    assert [line for line in ran.out.splitlines() if line.startswith("- ")] == [
        "- Alpha: sources.paper.url https://example.org/alpha → https://example.org/alpha/v2."
    ]
    assert "3 figures differ only in source, place, quote or note" in ran.err


def test_the_hint_names_the_directory_that_is_invalid(vlmctl: Any, tmp_path: Path) -> None:
    old, new = changed(tmp_path, alpha=("name: Alpha\n", "nome: Alpha\n"))
    for pair in ((old, new), (new, old)):
        ran = vlmctl("diff", *pair)
        assert ran.code == 4
        assert f"hint: vlmctl validate {new} shows everything" in ran.err


def broken(tmp_path: Path) -> dict[str, tuple[Path, int]]:
    """Things that are no catalog, each with the exit code."""
    compiled = tmp_path / "good.sqlite3"
    compile_file(Layers(lay(tmp_path / "good", FILES)), compiled)
    content = compiled.read_bytes()
    found = {"missing": (tmp_path / "missing", 2), "empty": (tmp_path / "empty", 2)}
    found["empty"][0].mkdir()
    for name, data, code in (
        ("text.txt", b"hello", 2),
        ("nothing", b"", 2),
        ("cut.sqlite3", content[: len(content) // 2], 4),
        ("noise.sqlite3", content[:4096] + bytes(len(content) - 4096), 4),
        ("zip.whl", b"PK\x03\x04 no zip", 4),
    ):
        (tmp_path / name).write_bytes(data)
        found[name] = (tmp_path / name, code)
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as archive:
        archive.writestr("../vlmctl/catalog.sqlite3", content)
    with zipfile.ZipFile(tmp_path / "bad.whl", "w") as archive:
        archive.writestr("vlmctl/catalog.sqlite3", b"hello")
    for name, statements in (
        ("other.sqlite3", ["PRAGMA user_version = 0"]),
        ("newer.sqlite3", ["PRAGMA user_version = 99"]),
        ("column.sqlite3", ["ALTER TABLE score RENAME COLUMN value TO worth"]),
        ("view.sqlite3", ["ALTER TABLE meta RENAME TO meta2", "CREATE VIEW meta AS SELECT * FROM meta2"]),
        ("json.sqlite3", ["UPDATE family SET document_json = '{'"]),
        ("types.sqlite3", ["UPDATE model SET aliases_json = '[', family = x'00'"]),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        found[name] = (path, 4)
    return found | {name: (tmp_path / name, 4) for name in ("other.whl", "bad.whl")}


def test_what_is_no_catalog_is_told_in_one_line(vlmctl: Any, tmp_path: Path) -> None:
    good = lay(tmp_path / "whole", FILES)
    for name, (path, code) in broken(tmp_path).items():
        for pair in ((path, good), (good, path)):
            ran = vlmctl("diff", *map(str, pair), "--json")
            assert (ran.code, ran.out) == (code, ""), (name, ran.err)
            error = json.loads(ran.err.splitlines()[-1])["error"]
            assert error["message"]
            assert "internal error" not in ran.err


@pytest.mark.parametrize(
    ("content", "said"),
    [(random.Random(1).randbytes(3 * 2**20), "larger than 1 MiB"), (bytes(3 * 2**20), "unpacks to 3145744 bytes; that is no catalog")],
    ids=["large", "bomb"],
)
def test_a_wheel_that_unpacks_to_too_much_is_refused(
    vlmctl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, said: str
) -> None:
    wheel = tmp_path / "bomb.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("vlmctl/catalog.sqlite3", b"SQLite format 3\0" + content)
    monkeypatch.setattr("vlmctl.store.versions.MOST_BYTES", 2**20)
    ran = vlmctl("diff", str(wheel), str(wheel))
    assert ran.code == 4
    assert said in ran.err
