"""What the commands answer equals the records, figure by figure, for the whole shipped catalog.

The records are read here by another way than the program's own: ruamel's round-trip loader and plain dictionaries.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, run_cli

CATALOG = ROOT / "catalog"


@cache
def yaml_of(path: Path) -> Any:
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(path.read_text("utf-8"))


def families() -> list[Any]:
    return [yaml_of(path) for path in sorted((CATALOG / "families").glob("*.yaml"))]


def models() -> list[tuple[Any, Any]]:
    return [(family, model) for family in families() for model in family["models"]]


def benchmark(key: str) -> Any:
    return yaml_of(CATALOG / "benchmarks" / f"{key}.yaml")


def number(text: str | None) -> int | None:
    from decimal import Decimal

    return None if text is None else int(Decimal(text[:-1]) * {"M": 10**6, "B": 10**9, "T": 10**12}[text[-1]])


def visual_tokens(family: Any, model: Any) -> Any:
    architecture = family.get("architecture", {})
    if "visual_tokens" in model or architecture.get("visual_tokens_at", model.get("image_size")) != model.get("image_size"):
        return model.get("visual_tokens")
    return architecture.get("visual_tokens")


@cache
def answered_models() -> list[Any]:
    answer: list[Any] = run_cli("list", "--json").json
    return answer


@cache
def answered_scores() -> list[Any]:
    answer: list[Any] = run_cli("scores", "--json").json
    return answer


def test_the_catalog_is_whole() -> None:
    assert len(families()) >= 139
    # The data as handed over had 490: STEP3-VL-10B (PaCoRe) is a way of running STEP3-VL-10B, and its figures stand there.
    assert len(models()) >= 489
    assert sum(len(model.get("scores", ())) for _, model in models()) >= 5924


def test_list_has_every_model_with_its_facts() -> None:
    answered = {model["id"]: model for model in answered_models()}
    assert list(answered) == [model["id"] for _, model in models()]
    for family, model in models():
        row = answered[model["id"]]
        terms = family.get("license") or {}
        assert row["name"] == model["name"]
        assert row["family"] == family["id"]
        assert row["series"] == family["series"]
        assert row["organizations"] == family["organizations"]
        assert row["params"] == number(model.get("params")), model["id"]
        assert row["active_params"] == number(model.get("active_params"))
        assert row["language_model"] == model.get("language_model")
        assert row["vision_encoders"] == model.get("vision_encoders", [])
        assert row["params_scope"] == (model.get("params_scope", "whole") if "params" in model else None)
        assert row["image_size"] == model.get("image_size")
        assert row["visual_tokens"] == visual_tokens(family, model), model["id"]
        assert row["license"] == model.get("license", terms.get("weights"))
        released = model.get("released", family.get("released"))
        assert row["released"] == (None if released is None else str(released))
        assert row["hf"] == model.get("hf")
        assert row["lists"] == family.get("lists", [])
        assert row["scores"] == len(model.get("scores", ()))


def test_scores_has_every_figure_letter_by_letter() -> None:
    expected = []
    for family, model in models():
        for score in model.get("scores", ()):
            source = family["sources"][score["source"]]
            expected.append(
                (
                    model["id"],
                    score["benchmark"],
                    score.get("split"),
                    score.get("protocol", "generalist"),
                    score.get("shots"),
                    score.get("variant"),
                    score.get("mode"),
                    repr(score["value"]),
                    source["title"],
                    source.get("url"),
                    score.get("where"),
                    score["evidence"],
                    score.get("status", "current"),
                    score.get("quote"),
                    score.get("note"),
                    None if "listed" not in score else (score["listed"]["column"], score["listed"]["text"]),
                )
            )
    answered = [
        (
            row["model"],
            row["benchmark"],
            row["split"],
            row["protocol"],
            row["shots"],
            row["variant"],
            row["mode"],
            repr(row["value"]),
            row["source"],
            row["url"],
            row["where"],
            row["evidence"],
            row["status"],
            row["quote"],
            row["note"],
            None if row["listed"] is None else (row["listed"]["column"], row["listed"]["text"]),
        )
        for row in answered_scores()
    ]
    assert answered == expected


def test_show_has_the_same_figures_as_scores() -> None:
    by_model: dict[str, Counter[Any]] = defaultdict(Counter)
    for row in answered_scores():
        by_model[row["model"]][row["benchmark"], row["split"], row["metric"], row["protocol"], row["value"], row["source"]] += 1
    shown = [model for family in run_cli("show", *(family["id"] for family in families()), "--json").json for model in family["models"]]
    assert len(shown) == len(models())
    for model in shown:
        own = Counter((s["benchmark"], s["split"], s["metric"], s["protocol"], s["value"], s["source"]) for s in model["scores"])
        assert own == by_model[model["id"]], model["id"]


def plain(score: Any) -> bool:
    """Whether a score is a plain generalist figure that may be ranked."""
    special = score.get("protocol", "generalist") != "generalist" or score.get("variant") or score.get("status")
    return not special and score["evidence"] != "listed"


def expected_ranking(key: str) -> dict[str, float]:
    """The comparable figures on a benchmark's primary split and metric, worked out in the slowest, plainest way."""
    record = benchmark(key)
    primary = next((split for split in record.get("splits", ()) if split["primary"]), None)
    metric = (primary or {}).get("metric", record["metric"])
    order = ["original", "copy", "second-hand"]
    found: dict[str, tuple[int, float]] = {}
    for _, model in models():
        for score in model.get("scores", ()):
            if score["benchmark"] != key or not plain(score):
                continue
            split = score.get("split") or (record.get("default_split_when_unstated") or {}).get("split")
            own = next((s.get("metric") for s in record.get("splits", ()) if s["id"] == score.get("split")), None)
            computed = (
                score.get("metric") or (record.get("metric_without_split") if "split" not in score else None) or own or record["metric"]
            )
            if computed != metric or (primary is not None and split != primary["id"]):
                continue
            candidate = (order.index(score["evidence"]), score["value"])
            if model["id"] not in found or candidate[0] <= found[model["id"]][0]:
                found[model["id"]] = candidate
    return {model: value for model, (_, value) in found.items()}


@pytest.mark.parametrize("key", sorted(path.stem for path in (CATALOG / "benchmarks").glob("*.yaml")))
def test_top_ranks_exactly_the_comparable_figures(key: str) -> None:
    expected = expected_ranking(key)
    rows = [row for row in run_cli("top", "--bench", key, "--limit", "0", "--json").json if row["rank"] is not None]
    assert {row["id"]: row["value"] for row in rows} == expected
    record = benchmark(key)
    higher = {metric["id"]: metric["higher_is_better"] for metric in record["metrics"]}
    for row in rows:
        better = [v for v in expected.values() if (v > row["value"] if higher[row["metric"]] else v < row["value"])]
        assert row["rank"] == len(better) + 1
        assert row["comparable"] is True
        assert row["reason"] is None


def test_no_superseded_or_listed_figure_is_ever_ranked() -> None:
    bad = {
        (row["model"], row["benchmark"], row["value"])
        for row in answered_scores()
        if row["status"] == "superseded" or row["evidence"] == "listed"
    }
    assert bad
    good = {
        (row["model"], row["benchmark"], row["value"])
        for row in answered_scores()
        if row["status"] == "current" and row["evidence"] != "listed"
    }
    for key in sorted({each[1] for each in bad}):
        ranked = {
            (r["id"], key, r["value"])
            for r in run_cli("top", "-b", key, "--split", "any", "-n", "0", "--json").json
            if r["rank"] is not None
        }
        assert not ranked & (bad - good)


def test_both_parsers_give_the_same_documents() -> None:
    pytest.importorskip("_ruamel_yaml")
    from vlmctl.source.document import read_document

    for path in sorted(CATALOG.rglob("*.yaml")):
        content = path.read_bytes()
        fast, pure = read_document(str(path), content), read_document(str(path), content, pure=True)
        assert fast.data == pure.data, path
        assert not fast.findings
        assert not pure.findings
