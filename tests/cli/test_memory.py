"""The command `memory`, `--fits` and the field `memory`."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import run_cli


def ends(*options: str) -> dict[str, tuple[int | None, int | None]]:
    rows = run_cli("list", "--columns", "id,memory_low,memory", "--json", *options).json
    return {row["id"]: (row["memory_low"], row["memory"]) for row in rows}


def test_a_model_fits_only_if_the_high_end_fits() -> None:
    everything = ends("--precision", "int4")
    fitting = ends("--fits", "8GB", "--precision", "int4")
    assert set(fitting) == {model for model, (_, high) in everything.items() if high is not None and high <= 8 * 10**9}
    assert any(low is not None and high is not None and low <= 8 * 10**9 < high for low, high in everything.values())
    ran = run_cli("list", "--fits", "8GB", "--precision", "int4", "-q")
    unknown = sum(high is None for _, high in everything.values())
    assert f"{unknown} models state too little to estimate their memory" in ran.err
    assert "int4, 4,096 tokens of context, 1 image" in ran.err


def test_fits_takes_binary_units_and_equals_the_term() -> None:
    assert ends("--fits", "8GiB") == ends("memory<=8589934592B")
    assert set(ends("--fits", "8GB")) <= set(ends("--fits", "8GiB"))


def test_context_and_images_reach_the_field() -> None:
    small, large = ends("--family", "llava-1.5"), ends("--family", "llava-1.5", "--context", "8192", "--images", "4")
    assert all((small[model][1] or 0) < (large[model][1] or 0) for model in small)


def test_sorted_by_memory_with_the_unknown_last() -> None:
    highs = [high for _, high in ends("--sort", "memory").values()]
    known = [high for high in highs if high is not None]
    assert highs == sorted(known) + [None] * (len(highs) - len(known))
    assert len(known) < len(highs)


def test_the_promised_question() -> None:
    rows = run_cli("list", "released>=2025-06", "MMMU>60", "--columns", "id,params,MMMU,memory", "--sort", "memory", "--json").json
    assert rows
    assert list(rows[0]) == ["id", "params", "MMMU", "memory", "assumed", "modes"]
    known = [row["memory"] for row in rows if row["memory"] is not None]
    assert known == sorted(known)


@pytest.mark.parametrize(
    "command", [["top", "--bench", "TextVQA", "-n", "0", "--columns", "name,memory"], ["families"], ["scores"], ["compare", "imp-v1.5"]]
)
def test_fits_on_every_command_that_selects_models(command: list[str]) -> None:
    narrow, wide = (run_cli(*command, "--fits", size, "--precision", "int4") for size in ("7GB", "2000GB"))
    assert narrow.code == wide.code == 0, narrow.err + wide.err
    assert narrow.out
    assert len(narrow.out) < len(wide.out)


def test_the_card_and_its_json_agree() -> None:
    ran = run_cli("memory", "imp-v1.5-3b-phi2", "--precision", "int4", "--json")
    [model] = ran.json
    assert model["settings"] == {"precision": "int4", "context": 4096, "images": 1, "format": "llama.cpp Q4_K_M"}
    assert [term["key"] for term in model["terms"]] == [
        "language_model", "vision_encoder", "connector", "weights", "kv_cache", "activations", "runtime",
    ]  # fmt: skip
    counted = [term for term in model["terms"] if not term["part"]]
    assert sum(term["low"] for term in counted) == pytest.approx(model["memory_low"], abs=3)
    assert sum(term["high"] for term in counted) == pytest.approx(model["memory"], abs=3)
    assert model["reasons"]
    assert (model["memory_low"], model["memory"]) == ends("name=imp-v1.5-3b-phi2", "--precision", "int4")["imp-v1.5-3b-phi2"]
    text = run_cli("memory", "imp-v1.5-3b-phi2", "--precision", "int4", "--format", "table").out
    assert "2 × 32 layers × 32 heads × 80 × 4,825 tokens × 2 bytes" in text
    assert "Why it is a range" in text


def test_families_stand_for_their_models() -> None:
    rows = run_cli("memory", "mobilevlm-v2", "mobilevlm-v2-3b", "--json").json
    assert {row["id"] for row in rows} == {"mobilevlm-v2-1.7b", "mobilevlm-v2-3b", "mobilevlm-v2-7b"}
    assert run_cli("memory", "mobilevlm-v2", "-q").out.split() == ["mobilevlm-v2-1.7b", "mobilevlm-v2-3b", "mobilevlm-v2-7b"]
    assert run_cli("memory", "mobilevlm-v2", "--columns", "id,memory").out.splitlines()[0] == "id\tmemory"


def test_an_unknown_estimate_says_why() -> None:
    ran = run_cli("memory", "dots.vlm1", "--format", "table")
    assert ran.code == 0
    assert "Why it is unknown" in ran.out
    assert run_cli("memory", "dots.vlm1", "--json").json[0]["memory"] is None
    assert "or more" in run_cli("memory", "instructblip-vicuna-7b", "--format", "table").out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["list", "--fits", "8"], 2, "8 has no unit"),
        (["list", "--fits", "8XB"], 2, "unknown unit XB"),
        (["list", "--fits", "8GB", "--context", "0"], 2, "the context must be"),
        (["list", "--fits", "8GB", "--images=-1"], 2, "the number of images must be"),
        (["list", "--fits", "8GB", "--precision", "int5"], 2, "int5"),
        (["memory", "nonesuch"], 3, "no model, family or series named"),
        (["memory"], 2, "missing argument"),
    ],
)
def test_errors_are_one_line(arguments: list[str], code: int, message: str) -> None:
    ran = run_cli(*arguments)
    assert ran.code == code
    assert ran.out == ""
    assert message in ran.err.splitlines()[0]


def test_the_estimate_is_not_loaded_where_nobody_asks_for_it() -> None:
    import subprocess
    import sys

    script = (
        "import sys; from vlmctl.cli.run import run; run(sys.argv[1:]); "
        "print([name for name in sys.modules if 'query.memory' in name], file=sys.stderr)"
    )
    for arguments, loaded in ((["list", "params<4B", "--json"], False), (["list", "--columns", "id,memory"], True)):
        done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
        assert ("vlmctl.query.memory" in done.stderr) is loaded


def test_two_settings_on_one_open_catalog(shipped: Any) -> None:
    from vlmctl.query.filters import Filter
    from vlmctl.query.listing import list_models
    from vlmctl.query.memory import Settings, configure

    sizes = []
    for precision in ("fp16", "int4", "fp16"):
        configure(shipped, Settings(precision))
        table = list_models(shipped, Filter("m.id = ?", ("llava-1.5-7b",)), columns=["memory"])
        sizes.append(table.rows[0]["memory"])
    shipped.settings.pop("memory")
    assert sizes[0] == sizes[2] > sizes[1]
