"""What the store tells of a model beyond what one field states, and how overlays' additions are laid over it."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Any

import pytest

from unit.tiny_store import SCHEMA
from unit.told_store import compiled
from vlmctl.records import Benchmark, Family, Model, ModelAddition, Shape, Source
from vlmctl.source.layers import Catalog as Records
from vlmctl.source.layers import Entry
from vlmctl.source.loading import LoadedFile
from vlmctl.store import cache
from vlmctl.store.additions import assemble, same_document
from vlmctl.store.catalog import FORMAT
from vlmctl.store.derived import is_mixture, is_open

SHAPE = {"layers": 2, "kv_heads": 2, "heads": 2, "head_size": 64, "hidden_size": 128}


def family(models: list[dict[str, Any]] | None = None, **other: Any) -> Family:
    facts = {"id": "f", "name": "F", "series": "F", "organizations": ["O"], "summary": "S.", "models": models or [{"id": "m", "name": "M"}]}
    return Family.model_validate({**facts, **other})


@pytest.mark.parametrize(
    ("facts", "architecture", "mixture"),
    [
        ({"mixture_of_experts": True}, None, True),
        ({"mixture_of_experts": False}, {"mixture_of_experts": {"experts": 4}}, False),
        ({}, None, None),
        ({}, {"high_resolution": "tiles"}, False),
        ({}, {"mixture_of_experts": {"experts": 4}}, None),
        ({"params": 9 * 10**9, "active_params": 10**9}, {"high_resolution": "tiles"}, None),
    ],
)
def test_mixtures_are_told_only_by_what_is_stated(facts: dict[str, Any], architecture: dict[str, Any] | None, mixture: bool | None) -> None:
    own = Model.model_construct(**{**dict.fromkeys(Model.model_fields), "id": "m", "name": "M", **facts})
    assert is_mixture(family(architecture=architecture), own, None) is mixture


def test_a_shape_tells_whether_it_is_a_mixture() -> None:
    model = family().models[0]
    dense, mixed = (Shape.model_construct(moe=moe) for moe in (None, object()))
    assert is_mixture(family(), model, dense) is False
    assert is_mixture(family(), model, mixed) is True


def test_weights_can_be_had_where_an_address_says_so() -> None:
    models = [{"id": "m", "name": "M"}, {"id": "n", "name": "N", "hf": "o/n"}]
    bare, other = family(), family(models, links={"weights": "https://example.org/w"})
    assert is_open(bare, bare.models[0]) is False
    assert is_open(other, other.models[1]) is True
    assert is_open(other, other.models[0]) is None, "the family's address may be the other model's"
    alone = family(links={"weights": "https://example.org/w"})
    assert is_open(alone, alone.models[0]) is True
    elsewhere = family(links={"code": "https://example.org/c"})
    assert is_open(elsewhere, elsewhere.models[0]) is False
    licensed = family(license={"weights": "MIT"})
    assert is_open(licensed, licensed.models[0]) is None, "what bears a license may be somewhere"
    one_of_two = family(models)
    assert is_open(one_of_two, one_of_two.models[0]) is None, "the other can be had, so nobody knows of this one"


SCORE = {"benchmark": "b", "value": 50, "source": "paper", "evidence": "original"}
PAPER = {"kind": "paper", "title": "One", "url": "https://example.org/1"}
OTHER = {"kind": "paper", "title": "Two", "url": "https://example.org/2"}


def entry(record: Any, origin: str = "") -> Entry[Any]:
    return Entry(LoadedFile("a.yaml", "family", b"", [record]), origin)


def addition(**other: Any) -> ModelAddition:
    return ModelAddition.model_validate({"id": "m", "family": "f", **other})


def test_additions_come_behind_and_keep_their_sources() -> None:
    base = family([{"id": "m", "name": "M", "aliases": ["Em"], "scores": [SCORE]}], sources={"paper": PAPER})
    more = [
        entry(addition(aliases=["Em", "M1"], sources={"paper": OTHER}, scores=[{**SCORE, "value": 60}]), "one"),
        entry(addition(sources={"paper": PAPER}, scores=[{**SCORE, "value": 70}]), "two"),
        entry(addition(sources={"paper": PAPER}, scores=[{**SCORE, "value": 80}]), "three"),
        entry(addition(id="new", name="New", scores=[]), "four"),
    ]
    models, sources = assemble(Records(), entry(base), more)
    assert [each.model.id for each in models] == ["m", "new"]
    assert models[0].model.aliases == ["Em", "M1"]
    assert models[0].origin == "one", "the highest layer that states a fact, not one that only adds scores"
    assert models[1].origin == "four"
    assert [(each.score.value, each.source, each.origin) for each in models[0].scores] == [
        (50, "paper", ""), (60, "m/paper", "one"), (70, "m/paper/2", "two"), (80, "m/paper/2", "three"),
    ]  # fmt: skip
    assert {key: source.title for key, source in sources.items()} == {"paper": "One", "m/paper": "Two", "m/paper/2": "One"}


def test_a_figure_repeated_as_superseded_takes_the_other_ones_place() -> None:
    metric = {"id": "a", "name": "a", "unit": "percent", "min": 0, "max": 100, "higher_is_better": True}
    bench = {"id": "b", "name": "B", "summary": "S.", "task": "t", "metric": "a", "metrics": [metric]}
    records = Records(benchmarks={"b": entry(Benchmark.model_validate(bench))})
    base = family(
        [{"id": "m", "name": "M", "scores": [{**SCORE, "note": "As printed."}, {**SCORE, "value": 60}]}], sources={"paper": PAPER}
    )

    def told(*scores: dict[str, Any], source: dict[str, Any] = PAPER) -> list[tuple[float, str | None, str | None, str]]:
        more = entry(addition(sources={"paper": source}, scores=list(scores)), "one")
        return [
            (each.score.value, each.score.status, each.score.note, each.origin)
            for each in assemble(records, entry(base), [more])[0][0].scores
        ]

    first, second = (50, None, "As printed.", ""), (60, None, None, "")
    gone = {**SCORE, "status": "superseded"}
    assert told(gone) == [(50, "superseded", "As printed.", "one"), second]
    assert told({**gone, "note": "Misread."}) == [(50, "superseded", "Misread.", "one"), second]
    assert told(SCORE) == [first, second, (50, None, None, "one")], "it only says the same"
    assert told({**gone, "value": 51}) == [first, second, (51, "superseded", None, "one")]
    assert told({**gone, "protocol": "few-shot"}) == [first, second, (50, "superseded", None, "one")]
    assert told(gone, source=OTHER) == [first, second, (50, "superseded", None, "one")], "another document"
    assert told(SCORE, gone) == [(50, "superseded", "As printed.", "one"), second, (50, None, None, "one")], "not its own layer's"


def test_a_fact_of_a_higher_layer_replaces_and_one_that_says_the_same_changes_no_origin() -> None:
    base = family([{"id": "m", "name": "M", "image_size": 336}])
    same, _ = assemble(Records(), entry(base), [entry(addition(image_size=336), "one")])
    assert (same[0].model.image_size, same[0].origin) == (336, "")
    changed, _ = assemble(Records(), entry(base), [entry(addition(image_size=448), "one"), entry(addition(image_size=224), "two")])
    assert (changed[0].model.image_size, changed[0].model.name, changed[0].origin) == (224, "M", "two")


SCHEMAS = {3: "b5f583605ff72fe7"}
"""By format: the digest of `schema.sql` without its comments and white space."""


def test_another_schema_is_another_format() -> None:
    """A file that an earlier version compiled is told from today's by its format alone."""
    bare = "".join(re.sub(r"--[^\n]*", "", SCHEMA.read_text("utf-8")).split())
    assert compiled().value("PRAGMA user_version") == FORMAT
    assert {FORMAT: hashlib.sha256(bare.encode()).hexdigest()[:16]} == SCHEMAS, "raise FORMAT, then write down its digest here"


def test_the_cache_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HOME", "/home/h")
    monkeypatch.setenv("VLMCTL_CACHE_DIR", "/c/v")
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    assert cache.cache_directory() == Path("/c/v")
    monkeypatch.delenv("VLMCTL_CACHE_DIR")
    assert cache.cache_directory() == Path("/x/vlmctl")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache.cache_directory() == Path("/home/h/.cache/vlmctl")
    monkeypatch.setattr("sys.platform", "darwin")
    assert cache.cache_directory() == Path("/home/h/Library/Caches/vlmctl")
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", "/l")
    assert cache.cache_directory() == Path("/l/vlmctl/cache")
    monkeypatch.delenv("LOCALAPPDATA")
    assert cache.cache_directory() == Path("/home/h/AppData/Local/vlmctl/cache")


def test_no_home_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.setattr("sys.platform", "linux")
    for name in ("VLMCTL_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert cache.cache_directory() == Path(os.devnull) / ".cache" / "vlmctl"


def test_each_set_of_layers_has_a_file_of_its_own() -> None:
    paths = {cache.compiled_path(list(map(Path, roots))).name for roots in (["/a"], ["/b"], ["/a", "/b"], ["/b", "/a"], ["/a/b"])}
    assert len(paths) == 5
    assert all(name.startswith("catalog-") and name.endswith(".sqlite3") and len(name) == len("catalog-12345678.sqlite3") for name in paths)


def test_the_least_recently_used_go(tmp_path: Path) -> None:
    for age in range(12):
        path = tmp_path / f"catalog-{age:08x}.sqlite3"
        path.write_bytes(b"")
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    for name in ("catalog-xyz4567_.partial", "documents.sqlite3", ".lock"):
        (tmp_path / name).write_bytes(b"")
    keep = tmp_path / "catalog-0000000b.sqlite3"
    cache.prune(tmp_path, keep)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == [".lock", *(f"catalog-{age:08x}.sqlite3" for age in (*range(7), 11)), "documents.sqlite3"]


def test_a_lock_is_held_by_one_and_freed(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    directory = tmp_path / "new" / "cache"
    with cache.lock(directory):
        with cache.lock(tmp_path / "another"):
            pass
        other = os.open(directory / ".lock", os.O_RDWR)
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(other)
    assert (directory / ".lock").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (PAPER, PAPER, True), (PAPER, {**PAPER, "kind": "web", "retrieved": "2024"}, True),
        (PAPER, {**PAPER, "url": PAPER["url"] + "/"}, True),
        (PAPER, {**PAPER, "title": "Another part"}, False), (PAPER, {"kind": "paper", "title": "One"}, False),
        ({"kind": "run", "title": "R"}, {"kind": "run", "title": "R"}, True),
        ({"kind": "run", "title": "R"}, {"kind": "web", "title": "R"}, False),
    ],
)  # fmt: skip
def test_what_is_one_document(one: dict[str, Any], other: dict[str, Any], same: bool) -> None:
    first, second = Source.model_validate(one), Source.model_validate(other)
    assert same_document(first, second) is same_document(second, first) is same
    assert same_document(first, None) is same_document(None, second) is same_document(None, None) is False


@pytest.mark.parametrize(
    ("owner", "told"), [(1000, None), (0, None), (1001, "it belongs to another user"), (1, "it belongs to another user")]
)
def test_a_cache_of_another_user_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: int, told: str | None) -> None:
    facts = list(tmp_path.stat())[:10]
    facts[4] = owner
    state = os.stat_result(facts)
    with monkeypatch.context() as patched:
        patched.setattr(os, "geteuid", lambda: 1000)
        patched.setattr(os, "stat", lambda _: state)
        found = cache.distrusted(tmp_path)
    assert found == told


def test_a_cache_directory_is_the_users_alone(tmp_path: Path) -> None:
    directory = tmp_path / "a" / "b"
    with cache.lock(directory):
        assert directory.stat().st_mode & 0o777 == 0o700
    assert cache.distrusted(directory) is None
    directory.chmod(0o702)
    assert cache.distrusted(directory) == "everybody may write to it"
    directory.chmod(0o700)
    assert cache.distrusted(tmp_path / "none") is None
