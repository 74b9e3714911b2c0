"""Facts that the shipped records state of some models of a family are answered of those, and of no others."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from conftest import run_cli


@cache
def models() -> dict[str, Any]:
    return {model["id"]: model for model in run_cli("list", "--json").json}


@pytest.mark.parametrize(
    ("tokens", "ids"),
    [
        (256, "paligemma-3b-pt-224 paligemma-3b-mix-224 cogvlm-base-224 llava-7b-v0"),
        (1024, "paligemma-3b-pt-448 paligemma-3b-mix-448"), (4096, "paligemma-3b-pt-896"),
        (576, "mgm-2b bunny-phi-2-eva-lora moe-llava-2.7bx4-top2 llava-v1-0719-336px-lora-vicuna-13b-v1.3 deepseek-vl-1.3b deepseek-vl-7b"),
        (2880, "mgm-7b-hd mgm-34b-hd"), (196, "imp-v1.5-3b-phi2-196"), (1225, "cogvlm-chat"),
        (729, "imp-v1.5-3b-phi2 bunny-v1.0-3b bunny-v1.1-4b moe-llava-2.7bx4-top2-384 tinyllava-3.1b"),
        (144, "mm1-3b"), (720, "mm1-3b-chat mm1-30b-chat"), (64, "idefics2-8b"),
        # The record states a number of a sibling's pictures, and none of these.
        (None, "tinyllava-1.4b smolvlm-256m-instruct xgen-mm-phi3-mini-base-r-v1 idefics-80b-instruct glm-4.1v-9b-thinking kimi-k2.5"),
    ],
)  # fmt: skip
def test_visual_tokens_are_those_of_the_models_pictures(tokens: int | None, ids: str) -> None:
    assert {id_: models()[id_]["visual_tokens"] for id_ in ids.split()} == dict.fromkeys(ids.split(), tokens)


def test_a_number_of_tokens_for_each_tile_is_no_number_for_a_picture() -> None:
    tiled = "internvl2-8b llava-1.6-vicuna-7b smolvlm-instruct lfm2-vl-1.6b minicpm-v-2.0 minicpm-llama3-v-2.5 idefics3-8b-llama3"
    for id_ in (*tiled.split(), "xgen-mm-phi3-mini-instruct-dpo-r-v1.5", "llava-onevision-7b", "deepseek-vl2"):
        assert " per " in models()[id_]["visual_tokens"], id_
    assert models()["llava-1.5-7b"]["visual_tokens"] == 576


@pytest.mark.parametrize(
    ("id_", "released"),
    [
        ("qwen2-vl-7b-instruct", "2024-08-29"), ("qvq-72b-preview", "2024-12-25"), ("qwen2.5-vl-32b", "2025-03-25"),
        ("glm-4.1v-9b-thinking", "2025-07-01"), ("glm-4.5v", "2025-08-11"), ("glm-4.6v", "2025-12"), ("glm-5.3-flash", "2026-08-26"),
        ("moondream1", "2024-01-20"), ("moondream2-2024-08-26", "2024-08-26"), ("qwen3-vl-235b-a22b-instruct", "2025-09-23"),
        ("qwen3-vl-2b-instruct", "2025-10-21"), ("qwen3.5-9b", "2026-03-02"), ("qwen3.6-27b", "2026-04"),
        ("bunny-v1.1-llama-3-8b-v", "2024-06-01"), ("kimi-k2.6", "2026-04-20"), ("xgen-mm-phi3-mini-instruct-dpo-r-v1.5", "2024-08-19"),
        ("vila1.5-8b", "2024-05"), ("janus-pro-7b", "2025-01-27"), ("smolvlm2-2.2b-instruct", "2025-02-20"),
    ],
)  # fmt: skip
def test_a_model_that_came_later_has_its_own_date(id_: str, released: str) -> None:
    assert models()[id_]["released"] == released


def test_what_came_later_is_no_front_over_time() -> None:
    rows = run_cli("pareto", "--x", "released", "--y", "MMMU", "-n", "0", "--json").json
    dates = {row["id"]: row["x"] for row in rows}
    assert (dates["glm-4.6v"], dates["qvq-72b-preview"]) == ("2025-12", "2024-12-25")
    assert "qvq-72b-preview" not in run_cli("list", "--released", "..2024-11", "-q").out.split()


def test_parameters_of_the_language_model_alone_are_stated_as_such() -> None:
    part = {id_ for id_, model in models().items() if model["params_scope"] == "language-model"}
    assert len(part) >= 59
    assert {
        "eagle-x5-7b",
        "llava-onevision-0.5b",
        "mgm-8x7b",
        "mm1-30b-chat",
        "ovis1.6-gemma2-9b",
        "tinygpt-v-phi-2",
        "janus-pro-7b",
    } <= part
    assert not part & {"internvl2-8b", "cogvlm-chat", "qwen2.5-vl-7b", "granite-vision-3.1-2b-preview"}
    assert {model["params_scope"] for model in models().values() if model["params"] is None} == {None}
    small = sum(models()[id_]["params"] < 4_000_000_000 for id_ in part)
    assert f"{small} of the models that match state the size of the language model alone (params_scope)" in run_cli("list", "params<4B").err
    assert "of these" in run_cli("top", "--bench", "TextVQA", "--by-size").err
    assert "of these" in run_cli("pareto", "--x", "params", "--y", "TextVQA", "-n", "0").err
    assert "language model alone" not in run_cli("list").err + run_cli("top", "--bench", "TextVQA").err


@pytest.mark.parametrize(
    ("model", "bench", "counts", "reasons"),
    [
        ("moondream1", "TextVQA", 35.6, {}),  # the makers' figures of the first release are superseded
        ("moondream1", "GQA", 57.9, {}),
        ("smolvlm-instruct", "MMStar", 41.8, {42.1: "a rival figure's source is newer (2025-02-20; this one's is of 2024-11-26)"}),
        ("smolvlm-instruct", "MMMU", 38.3, {38.8: "a rival figure's source is newer (2025-02-20; this one's is of 2024-11-26)"}),
    ],
)
def test_of_equally_founded_figures_the_newest_counts_and_why_says_so(
    model: str, bench: str, counts: float, reasons: dict[float, str]
) -> None:
    figures = run_cli("why", model, bench, "--json").json["figures"]
    assert [figure["value"] for figure in figures if figure["standing"] == "ranked"] == [counts]
    assert figures[0]["value"] == counts, "what counts comes first"
    assert {figure["value"]: figure["reason"] for figure in figures if figure["standing"] == "passed-over"} == reasons


def test_no_figure_yields_to_another_by_its_place_alone() -> None:
    ids = "SELECT DISTINCT model, benchmark FROM score s WHERE status = 'current' AND id NOT IN (SELECT score FROM standing)"
    yielding = run_cli("db", "query", ids, "--json").json
    assert len(yielding) >= 5
    for row in yielding:
        figures = run_cli("why", row["model"], row["benchmark"], "--json").json["figures"]
        reasons = [figure["reason"] for figure in figures if figure["standing"] == "passed-over"]
        assert reasons, row
        assert not any("later in the record" in reason for reason in reasons), (row, reasons)


def test_answers_merged_from_many_are_a_variant_of_the_model() -> None:
    merged = {"mmmu": 80.11, "mathvista": 85.5, "mathvision": 75.95, "mmbench-en": 92.38, "mmstar": 77.64, "ocrbench": 890}
    rows = run_cli("scores", "--model", "step3-vl-10b", "variant~PaCoRe", "--json").json
    assert {row["benchmark"]: row["value"] for row in rows} == merged
    ranked = run_cli("top", "--bench", "MMMU", "id=step3-vl-10b", "--json").json
    assert [(row["value"], row["comparable"]) for row in ranked] == [(78.11, True)]
    (figure,) = (f for f in run_cli("why", "step3-vl-10b-pacore", "MMMU", "--json").json["figures"] if f["value"] == 80.11)
    assert (figure["standing"], figure["reason"]) == ("unranked", "PaCoRe (16 parallel answers merged)")
