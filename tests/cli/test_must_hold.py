"""The examples that the project promised from the start, on the shipped catalog."""

from __future__ import annotations

import pytest

from conftest import run_cli


def test_params_below_4b_in_all_spellings() -> None:
    first = run_cli("list", "--params<4B", "--json")
    rows = first.json
    assert rows
    assert all(row["params"] is not None and row["params"] < 4_000_000_000 for row in rows)
    assert run_cli("list", "--params", "<4B", "--json").json == rows
    assert run_cli("list", "params<4B", "--json").json == rows
    everything = run_cli("list", "--json").json
    unknown = sum(row["params"] is None for row in everything)
    assert f"{unknown} models state no parameter count" in first.err
    assert len(rows) == sum(row["params"] is not None and row["params"] < 4_000_000_000 for row in everything)


@pytest.mark.parametrize(
    ("option", "low", "high"),
    [
        (["--params", "4B"], 4e9, 4e9),
        (["--params", "<=4B"], 0, 4e9),
        (["--params", ">1B"], 1e9 + 1, 1e15),
        (["--params", "..4B"], 0, 4e9),
        (["--params", "1B..4B"], 1e9, 4e9),
        (["--params", "4B.."], 4e9, 1e15),
        (["--max-params", "4B"], 0, 4e9),
        (["--min-params", "4B"], 4e9, 1e15),
    ],
)
def test_every_form_of_params(option: list[str], low: float, high: float) -> None:
    rows = run_cli("list", *option, "--json").json
    everything = run_cli("list", "--json").json
    assert [row["id"] for row in rows] == [row["id"] for row in everything if row["params"] is not None and low <= row["params"] <= high]


def test_compare_two_families() -> None:
    answer = run_cli("compare", "mobilevlm-v2", "imp-v1.5", "--json").json
    assert len(answer["models"]) == 7
    shared = {(each["benchmark"], each["split"]): each for each in answer["benchmarks"]}
    for key in (("textvqa", "val"), ("gqa", "test-dev"), ("pope", "average"), ("mme", "perception"), ("mmbench-en", "dev")):
        assert key in shared
        assert sum(value is not None and value["comparable"] for value in shared[key]["values"].values()) >= 2
    assert shared["textvqa", "val"]["best"] == ["mobilevlm-v2-7b"]


def test_top_on_the_public_list() -> None:
    ran = run_cli("top", "--bench", "TextVQA", "--list", "awesome-list-of-llm-vlms", "--json")
    rows = ran.json
    ranked = [row for row in rows if row["rank"] is not None]
    assert (ranked[0]["name"], ranked[0]["value"]) == ("MiniCPM-Llama3-V 2.5", 76.6)
    above = rows[: rows.index(ranked[0])]
    assert [(row["name"], row["value"], row["reason"], row["comparable"]) for row in above] == [
        ("PaLI-3 5B", 80.78, "task-finetuned", False)
    ]
    assert "only the split test-std (--split test-std)" in ran.err
    other = run_cli("top", "--bench", "TextVQA", "--split", "test-std", "--json").json
    assert 76.48 in [row["value"] for row in other]


def test_show_by_id_hugging_face_id_and_name() -> None:
    assert run_cli("show", "imp-v1.5-3b-phi2", "--json").json[0]["hf"] == "MILVLG/Imp-v1.5-3B-Phi2"
    assert run_cli("show", "MILVLG/imp-v1-3b", "--json").json[0]["id"] == "imp-v1-3b"
    family = run_cli("show", "MobileVLM V2", "--json").json[0]
    assert (family["kind"], len(family["models"])) == ("family", 3)


def test_an_ambiguous_prefix_lists_its_candidates() -> None:
    ran = run_cli("show", "imp-v1.5-3b")
    assert (ran.code, ran.out) == (3, "")
    assert "imp-v1.5-3b-phi2" in ran.err
    assert "imp-v1.5-3b-phi2-196" in ran.err


def test_why_mgm_7b_mme() -> None:
    figures = run_cli("why", "mgm-7b", "mme", "--json").json["figures"]
    assert [(figure["counted_split"], figure["value"]) for figure in figures] == [("perception", 1523), ("cognition", 316)]
    for figure in figures:
        assert figure["evidence"] == "original"
        assert figure["source"] == "dvlab-research/MGM README.md"
        assert figure["listed"] == {"column": "MMB_ZH(T/D)", "text": "1523/316"}


def test_not_found_suggests_at_most_three() -> None:
    ran = run_cli("show", "llava1.5x")
    assert (ran.code, ran.out) == (3, "")
    hint = next(line for line in ran.err.splitlines() if line.startswith("hint: did you mean"))
    assert 1 <= len(hint.removeprefix("hint: did you mean ").replace(" or ", ", ").split(", ")) <= 3


def test_llava_is_never_quietly_imp() -> None:
    ran = run_cli("show", "llava1.5", "--json")
    assert [each["id"] for each in ran.json] == ["llava-1.5"]


def test_typos_in_benchmark_and_field() -> None:
    ran = run_cli("top", "--bench", "textvqua")
    assert (ran.code, ran.out) == (3, "")
    assert "textvqa" in ran.err
    ran = run_cli("list", "parms<4B")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean params" in ran.err
    assert "fields: id, name, params" in ran.err


def test_a_bare_params_explains_the_shell() -> None:
    ran = run_cli("list", "--params")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "vlmctl: error: --params needs a value\n"
        "hint: an unquoted <4B is taken by the shell; write --params '<4B', --params ..4B or --max-params 4B\n"
    )
    assert run_cli("list", "--params", "--json").code == 2


def test_an_unknown_unit_is_pointed_at() -> None:
    ran = run_cli("list", "--params<4Q")
    assert ran.err.splitlines()[:3] == ["vlmctl: error: unknown unit Q in a number of parameters", "    params<4Q", "            ^"]


def test_errors_are_objects_with_json() -> None:
    import json

    ran = run_cli("show", "nosuchmodel", "--json")
    assert (ran.code, ran.out) == (3, "")
    error = json.loads(ran.err)["error"]
    assert error["kind"] == "not-found"
    assert error["exit_code"] == 3


def test_an_empty_answer_is_an_answer() -> None:
    ran = run_cli("list", "params>900T", "--json")
    assert (ran.code, ran.json) == (0, [])
    assert "no model matches" in ran.err
