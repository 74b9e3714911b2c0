"""The JSON Schemas: of records, as strict as the classes; of outputs, true for everything that the shipped catalog answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from json_schemas import fits, validator_of
from vlmctl.schemas import RECORDS, names, schema
from vlmctl.source.directory import list_files
from vlmctl.source.document import read_document
from vlmctl.source.loading import load_file
from vlmctl.store.layers import shipped_directory

CORPUS = Path(__file__).parent.parent / "records"

PROMISED = {
    "list": "id name family series organizations params active_params language_model vision_encoders connector image_size "
    "visual_tokens moe license released hf lists scores",
    "top": "rank id name family params benchmark split metric protocol value comparable reason source evidence",
    "top-several": "rank id name family params score coverage values missing",
    "scores": "model family benchmark split metric protocol shots value source url where evidence status quote listed note",
    "bench-list": "id name task split metric unit higher_is_better min max models scores",
    "families": "id name series organizations released models license lists scores summary",
}
"""Keys that are promised (v1): they are only ever added to."""

SHOWN = "benchmark split metric protocol shots value rank of source where evidence quote status listed note"


def required(node: Any, whole: Any) -> set[str]:
    while "$ref" in node:
        node = whole["$defs"][node["$ref"].rpartition("/")[2]]
    return set(node.get("required", ())) if "items" not in node else required(node["items"], whole)


@pytest.mark.parametrize("name", names())
def test_is_a_schema_and_says_what_everything_is(name: str) -> None:
    whole = schema(name)
    jsonschema_rs.meta.validate(whole)
    assert whole["title"]
    assert "parts.json" not in json.dumps(whole)
    for part in (whole, *whole.get("$defs", {}).values()):
        for key, value in part.get("properties", {}).items():
            assert "description" in value or "$ref" in value or "const" in value, key


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_promised_keys_are_required(name: str) -> None:
    whole = schema(name)
    assert set(PROMISED[name].split()) <= required(whole, whole)


def test_promised_keys_of_cards_are_required() -> None:
    shown = schema("show")
    model, family = shown["items"]["oneOf"]
    assert set(PROMISED["list"].split()) | {"architecture", "training", "contributions", "links", "sources"} <= set(model["required"])
    assert "models" in family["required"]
    assert set(SHOWN.split()) <= set(shown["$defs"]["shown_score"]["required"])
    compared = schema("compare")
    assert {"models", "facts", "benchmarks"} <= set(compared["required"])
    rows = {key: set(compared["properties"][key]["items"]["required"]) for key in ("facts", "benchmarks")}
    assert rows["facts"] >= {"field", "values"}
    assert rows["benchmarks"] >= {"benchmark", "split", "metric", "values", "best"}
    values = compared["properties"]["benchmarks"]["items"]["properties"]["values"]
    (cell,) = [each for each in values["additionalProperties"]["oneOf"] if "required" in each]
    assert set(cell["required"]) >= {"value", "comparable"}


@pytest.mark.parametrize("file", list_files(shipped_directory()), ids=lambda file: Path(file.path).name)
def test_shipped_records_fit_their_schema(file: Any) -> None:
    fits(file.kind, read_document(file.path, Path(file.path).read_bytes()).data)


@pytest.mark.parametrize("name", ["unknown-field", "missing-field", "wrong-type", "wrong-value"])
def test_broken_records_do_not_fit(name: str) -> None:
    data = load_file("x", "family", (CORPUS / "invalid" / f"{name}.yaml").read_bytes()).data
    assert not validator_of("family").is_valid(data)


def test_null_does_not_fit() -> None:
    fits("licenses", [{"id": "x", "name": "X"}])
    assert not validator_of("licenses").is_valid([{"id": "x", "name": "X", "note": None}])


@pytest.mark.parametrize("name", ["list", "families", "scores"])
def test_tables_of_everything(vlmctl: Any, name: str) -> None:
    document = vlmctl(name, "--json", "--limit", "0").json
    assert document
    fits(name, document)


def test_every_card(vlmctl: Any) -> None:
    families = [row["id"] for row in vlmctl("families", "--json").json]
    documents = vlmctl("show", *families, "--json").json
    assert len(documents) == len(families)
    fits("show", documents)
    fits("show", vlmctl("show", *[row["id"] for row in vlmctl("list", "--json").json], "--json").json)


def test_every_benchmark(vlmctl: Any) -> None:
    rows = vlmctl("bench", "list", "--json").json
    fits("bench-list", rows)
    for row in rows:
        fits("bench-show", vlmctl("bench", "show", row["id"], "--json").json)
        fits("top", vlmctl("top", "--bench", row["id"], "--split", "any", "--protocol", "any", "--limit", "0", "--json").json)


@pytest.mark.parametrize("missing", ["strict", "common", "pairwise"])
def test_several_benchmarks(vlmctl: Any, missing: str) -> None:
    benches = [part for name in ("TextVQA", "GQA", "POPE", "MME") for part in ("--bench", name)]
    ran = vlmctl("top", *benches, "--missing", missing, "--limit", "0", "--json")
    assert ran.json
    fits("top-several", ran.json)


COMPARED = [("mobilevlm-v2", "imp-v1.5"), ("bunny", "mipha", "--all"), ("mini-gemini", "internvl2", "qwen2-vl", "paligemma")]


@pytest.mark.parametrize("names_", COMPARED)
def test_comparisons(vlmctl: Any, names_: tuple[str, ...]) -> None:
    fits("compare", vlmctl("compare", *names_, "--json").json)


def test_why(vlmctl: Any) -> None:
    where = "family=mini-gemini or family=mm1 or family=minigpt-v2"
    pairs = {(row["model"], row["benchmark"]) for row in vlmctl("scores", "--json", "-w", where).json}
    assert len(pairs) > 50
    for model, benchmark in sorted(pairs):
        fits("why", vlmctl("why", model, benchmark, "--json").json)


@pytest.mark.parametrize(
    "arguments",
    [
        ("top", "--bench", "textvqua"), ("list", "parms<4B"), ("list", "params<4X"), ("list", "TextVQQ>4"), ("list", "--nonsense"),
        ("show", "nobody"), ("show", "imp-v1.5-3b"), ("validate", "nowhere"), ("diff", "nowhere", "nowhere"),
        ("db", "query", "DROP TABLE x"),
        ("add", "score", "--model", "mgm-7b", "--bench", "pope", "--value", "5000", "--source-title", "t", "--source-kind", "run"),
    ],
)  # fmt: skip
def test_errors(vlmctl: Any, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = vlmctl(*arguments, *(["--catalog", str(tmp_path)] if arguments[0] == "add" else []), "--json")
    assert ran.out == ""
    assert ran.code
    error = json.loads(ran.err.splitlines()[-1])
    fits("error", error)
    assert ("findings" in error["error"]) == (arguments[0] == "add")


def test_command_lists_and_prints(vlmctl: Any) -> None:
    listed = vlmctl("schema", "--json").json
    assert [row["name"] for row in listed] == names()
    assert [row["name"] for row in listed if row["of"] == "record"] == list(RECORDS)
    assert vlmctl("schema", "family").json == schema("family")
    assert vlmctl("schema", "bench", "show").json == schema("bench-show")


def test_unknown_schema(vlmctl: Any) -> None:
    ran = vlmctl("schema", "famly")
    assert (ran.code, ran.out) == (3, "")
    assert "did you mean family" in ran.err
