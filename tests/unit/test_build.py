"""What compiling makes of records: the rows of each table, its names, and what later tables take from earlier ones."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest

from unit.told_store import DRAWING, FINCH, OWL, READING, WREN, catalog, compiled, gathered, score
from vlmctl.store.build import build
from vlmctl.store.catalog import FORMAT, Catalog


@pytest.fixture(autouse=True)
def compiled_anew() -> None:
    """Each test compiles, so that each is known to reach the code that it is about (`benchmarks/mutants.py`)."""
    catalog.cache_clear()


def row(sql: str, *params: Any) -> dict[str, Any]:
    found = catalog().row(sql, params)
    assert found is not None
    return dict(found)


def listed(sql: str, *params: Any, of: Catalog | None = None) -> list[tuple[Any, ...]]:
    return [tuple(each) for each in (of or catalog()).rows(sql, params)]


def model(id_: str) -> dict[str, Any]:
    return row("SELECT * FROM model WHERE id = ?", id_)


def test_a_model_is_one_row_with_what_its_family_and_parts_say() -> None:
    owl = model("owl-7b")
    assert {key: owl[key] for key in ("position", "name", "family", "family_name", "series", "params", "active_params", "scores")} == {
        "position": 1, "name": "Owl 7B", "family": "owl", "family_name": "Owl", "series": "Birds", "params": 7_400_000_000,
        "active_params": None, "scores": 8,
    }  # fmt: skip
    assert (owl["language_model"], owl["language_model_name"], owl["vision_encoder_names"]) == ("brain-7b", "Brain-7B", "Eye-L, Eye-S")
    assert (json.loads(owl["organizations_json"]), json.loads(owl["vision_encoders_json"])) == (["Bird Lab", "Forest"], ["eye-l", "eye-s"])
    assert (owl["connector"], owl["image_size"], owl["visual_tokens"], owl["moe"], owl["tuning"]) == ("mlp", 336, 576, 0, "full")
    assert (owl["released"], owl["released_first"], owl["released_last"]) == ("2024-03-05",) * 3
    assert (owl["hf"], owl["open"], owl["license"], owl["commercial"]) == ("birds/owl-7b", 1, "MIT", "allowed")
    assert (json.loads(owl["lists_json"]), json.loads(owl["aliases_json"])) == (["big-list", "other-list"], ["owlet"])
    assert json.loads(owl["document_json"])["params_basis"] == "paper, table 1"
    assert "scores" not in json.loads(owl["document_json"])


def test_texts_for_filters_hold_every_spelling_once_in_lower_case() -> None:
    owl = model("owl-7b")
    texts = {key: owl[key].strip("\x1f").split("\x1f") for key in owl if key.endswith("_text")}
    assert texts == {
        "names_text": ["owl 7b", "owl-7b", "owlet", "birds/owl-7b"], "organizations_text": ["bird lab", "forest"],
        "language_model_text": ["brain-7b", "brain7", "brain"], "vision_encoders_text": ["eye-l", "eye", "eye-s", "small eye"],
        "connector_text": ["mlp", "bridge"], "languages_text": ["en", "zh"], "lists_text": ["big-list", "other-list"],
    }  # fmt: skip
    assert all(owl[key].startswith("\x1f") and owl[key].endswith("\x1f") for key in texts)


def test_what_a_record_does_not_state_is_null() -> None:
    wren = model("wren-2")
    absent = {key for key, value in wren.items() if value is None}
    assert absent == {
        "params", "params_scope", "active_params", "language_model", "language_model_name", "language_model_text", "vision_encoder_names",
        "vision_encoders_text", "connector", "connector_text", "image_size", "visual_tokens", "moe", "tuning", "license", "commercial",
        "released", "released_first", "released_last", "hf", "languages_text", "lists_text",
    }  # fmt: skip
    assert (wren["vision_encoders_json"], wren["lists_json"], wren["aliases_json"], wren["open"]) == ("[]", "[]", "[]", 0)


def test_a_models_own_license_goes_before_its_familys() -> None:
    assert (model("owl-moe")["license"], model("owl-moe")["commercial"]) == ("owl-license", "not-allowed")
    assert (model("finch-2b")["license"], model("finch-2b")["released_last"]) == ("MIT", "2025-12-31")
    assert model("owl-moe")["moe"] == 1, "its language model's shape says so"
    assert (model("finch-2b")["connector"], model("finch-2b")["connector_text"]) == ("linear", "\x1flinear\x1f")


def test_components_and_licenses_with_all_their_names() -> None:
    brain = row("SELECT * FROM component WHERE id = 'brain-7b'")
    assert {key: brain[key] for key in brain if not key.endswith("_json")} == {
        "id": "brain-7b", "kind": "language-model", "name": "Brain-7B", "line": "Brain", "maker": "Brain Lab", "params": 7_000_000_000,
        "hf": "brain/brain-7b",
    }  # fmt: skip
    assert json.loads(brain["shape_json"])["kv_heads"] == 2
    assert json.loads(brain["document_json"])["aliases"] == ["Brain7", "Brain-7B"]
    assert listed("SELECT id, kind, shape_json IS NULL FROM component ORDER BY id") == [
        ("brain-7b", "language-model", 0), ("brain-moe", "language-model", 0), ("eye-l", "vision-encoder", 1),
        ("eye-s", "vision-encoder", 1),
    ]  # fmt: skip
    assert listed("SELECT * FROM license ORDER BY id") == [
        ("MIT", "MIT License", "allowed", "https://example.org/mit", None),
        ("owl-license", "Owl License", "not-allowed", None, "For owls."),
    ]


def test_everything_is_found_by_each_of_its_names_of_which_the_id_counts_most() -> None:
    names = {(kind, id_): set() for kind, id_ in listed("SELECT kind, id FROM name")}  # type: dict[tuple[str, str], set[tuple[str, str]]]
    for kind, id_, exact, form in listed("SELECT kind, id, exact, form FROM name"):
        names[kind, id_].add((exact, form))
    assert names["model", "owl-7b"] == {("owl-7b", "id"), ("Owl 7B", "name"), ("owlet", "alias"), ("birds/owl-7b", "hf")}
    assert names["model", "wren"] == {("wren", "id"), ("Wren", "name"), ("Jenny", "alias")}
    assert names["family", "owl"] == {("owl", "id"), ("Owl", "name"), ("The Owl", "alias")}
    assert names["series", "Birds"] == {("Birds", "id")}
    assert names["language-model", "brain-7b"] == {
        ("brain-7b", "id"), ("Brain-7B", "name"), ("Brain7", "alias"), ("brain/brain-7b", "hf"),
    }  # fmt: skip
    assert names["vision-encoder", "eye-s"] == {("eye-s", "id"), ("Eye-S", "name"), ("Small Eye", "alias")}
    assert names["license", "MIT"] == {("MIT", "id"), ("MIT License", "name"), ("mit-license", "alias")}
    assert names["benchmark", "reading"] == {("reading", "id"), ("Reading", "name"), ("Read it", "alias"), ("Reading (test)", "alias")}
    assert listed("SELECT DISTINCT normal FROM name WHERE id = 'owl-7b' ORDER BY 1") == [("birdsowl7b",), ("owl7b",), ("owlet",)]


def test_benchmarks_with_their_parts_and_how_many_have_them() -> None:
    reading = row("SELECT * FROM benchmark WHERE id = 'reading'")
    assert {key: reading[key] for key in reading if key not in {"document_json", "summary", "summary_zh"}} == {
        "id": "reading", "position": 1, "name": "Reading", "full_name": "Reading in Pictures", "task": "text-vqa", "split": "val",
        "metric": "accuracy", "default_split": "val", "questions": None, "models": 4, "scores": 9, "origin": "",
    }  # fmt: skip
    assert listed("SELECT id, position, split, metric, default_split, questions, models, scores FROM benchmark WHERE id <> 'reading'") == [
        ("drawing", 2, "", "error", None, 40, 4, 4), ("halves", 3, "first", "first", None, None, 2, 3),
        ("unused", 4, "", "error", None, 40, 0, 0),
    ]  # fmt: skip
    assert listed("SELECT id, name, metric, position, questions FROM split WHERE benchmark = 'reading' ORDER BY position") == [
        ("test", "test set", "anls", 0, 900), ("val", "validation", "accuracy", 1, 5000),
    ]  # fmt: skip
    assert listed("SELECT id, name, unit, min, max, higher_is_better FROM metric WHERE benchmark IN ('drawing', 'reading')") == [
        ("error", "error", "distance", 0, None, 0), ("accuracy", "accuracy", "percent", 0, 100, 1), ("anls", "ANLS", "percent", 0, 100, 1),
    ]  # fmt: skip
    assert sorted(listed("SELECT kind, normal, id FROM part_name WHERE benchmark = 'reading'")) == [
        ("alias", "reading(test)", "test"), ("metric", "accuracy", "accuracy"), ("metric", "anls", "anls"), ("metric", "edit", "anls"),
        ("split", "dev", "val"), ("split", "test", "test"), ("split", "testset", "test"), ("split", "val", "val"),
        ("split", "validation", "val"),
    ]  # fmt: skip


def test_the_primary_splits_own_metric_is_the_benchmarks() -> None:
    splits = [{**each, "primary": each["id"] == "test"} for each in READING["splits"]]
    other = compiled((WREN,), ({**READING, "splits": splits},), ())
    assert listed("SELECT split, metric FROM benchmark", of=other) == [("test", "anls")]


def test_a_score_keeps_what_was_stated_and_what_it_counts_as() -> None:
    columns = (
        "model, family, benchmark, split, counted_split, metric, protocol, shots, variant, mode, value, source, place, evidence, "
        "evidence_order, quote, status, listed_column, listed_text, assumed_json, train_split_seen, note, origin"
    )
    found = listed(f"SELECT {columns} FROM score ORDER BY id")
    assert found[0] == (
        "owl-7b", "owl", "reading", "val", "val", "accuracy", "generalist", None, None, None, 61.5, "paper", "table 3", "original", 0,
        "Owl | 61.5", "current", None, None, None, 1, "As printed.", "",
    )  # fmt: skip
    assert found[1][16] == "superseded"
    assert found[2][11:15] == ("site", None, "second-hand", 2)
    assert found[3][6:8] + found[3][17:19] == ("few-shot", 4, "Read", "71.0*")
    assert (*found[4][3:6], found[4][9], found[4][20]) == ("test", "test", "anls", "thinking", 0)
    assert json.loads(found[4][19]) == ["split", "scale"]
    assert found[8][:6] == ("owl-moe", "owl", "reading", None, "val", "accuracy"), "the usual split, where none is stated"
    assert found[10][2:6] == ("halves", None, "?", "total"), "which of two can't be told"
    assert isinstance(found[9][10], int), "a whole number stays one"
    assert found[11][:6] + found[11][11:12] + found[11][22:] == ("wren", "wren", "reading", "val", "val", "accuracy", "wren/mine", "/over")


def test_families_sources_and_passages() -> None:
    owl = row("SELECT * FROM family WHERE id = 'owl'")
    assert [owl[key] for key in ("position", "name", "series", "summary", "summary_zh", "released", "released_first", "origin")] == [
        1, "Owl", "Birds", "Sees at night.", "夜视。", "2024-03-05", "2024-03-05", "",
    ]  # fmt: skip
    assert "models" not in json.loads(owl["document_json"])
    assert listed("SELECT id, position, released FROM family ORDER BY position") == [
        ("owl", 1, "2024-03-05"), ("wren", 2, None), ("finch", 3, "2025"),
    ]  # fmt: skip
    assert listed("SELECT family, key, kind, title, url, retrieved FROM source WHERE family <> 'finch'") == [
        ("owl", "paper", "paper", "The Owl", "https://example.org/owl", "2024-04-01"),
        ("owl", "site", "web", "A site", None, None),
        ("wren", "wren/mine", "run", "Our own run", None, "2026-01-02"),
    ]
    assert listed("SELECT place, text FROM passage WHERE id = 'owl'") == [
        ("name", "Owl · Birds · The Owl"), ("organizations", "Bird Lab · Forest"), ("summary", "Sees at night."), ("summary_zh", "夜视。"),
        ("contributions", "Big eyes."), ("contributions", "Quiet."), ("contributions_zh", "大眼睛。"),
    ]  # fmt: skip
    assert listed("SELECT text FROM passage WHERE id = 'owl-7b'") == [("Owl 7B · owlet · birds/owl-7b",)]
    assert listed("SELECT place, text FROM passage WHERE id = 'reading'") == [
        ("name", "Reading · Reading in Pictures"), ("summary", "Words in pictures."), ("summary_zh", "图中文字。"),
    ]  # fmt: skip


def test_standings_and_their_counts() -> None:
    assert listed("SELECT split, metric, ranked, unranked, only_here FROM coverage WHERE benchmark = 'reading' ORDER BY split") == [
        ("test", "anls", 2, 0, 0), ("val", "accuracy", 4, 0, 0),
    ]  # fmt: skip
    assert listed("SELECT split, metric, ranked, unranked, only_here FROM coverage WHERE benchmark = 'halves' ORDER BY split") == [
        ("?", "total", 0, 1, 1), ("first", "first", 1, 0, 0), ("second", "second", 1, 0, 0),
    ]  # fmt: skip
    assert listed("SELECT model, rank, of FROM standing WHERE benchmark = 'drawing' AND class = 0") == [
        ("finch-2b", 1, 3), ("owl-moe", 1, 3), ("wren", 3, 3),
    ]  # fmt: skip


def test_families_may_come_one_by_one() -> None:
    records = gathered((), additions=())
    connection = sqlite3.connect(":memory:")
    build(records, connection, families=iter(gathered((FINCH, WREN)).families.values()))
    assert connection.execute("SELECT id, position FROM family ORDER BY position").fetchall() == [("finch", 1), ("wren", 2)]
    assert connection.execute("SELECT id, position FROM model ORDER BY position").fetchall() == [
        ("finch-2b", 1),
        ("wren", 2),
        ("wren-2", 3),
    ]
    assert connection.execute("PRAGMA user_version").fetchone() == (FORMAT,)
    assert connection.execute("SELECT * FROM meta").fetchall() == []


def test_what_is_told_about_the_build_stands_in_it_and_statistics_help_the_planner() -> None:
    assert listed("SELECT key, value FROM meta") == [("notes", ""), ("version", "1")]
    assert catalog().value("SELECT count(*) FROM sqlite_stat1") > 10
    assert not catalog().connection.in_transaction


def test_a_new_model_of_an_overlay_bears_its_origin() -> None:
    new = {"id": "wren-3", "family": "wren", "name": "Wren 3", "scores": [score("drawing", 2, "paper")]}
    own = {**WREN, "sources": OWL["sources"]}
    store = compiled((own,), (DRAWING,), (new,))
    assert listed("SELECT id, origin, scores FROM model ORDER BY position", of=store) == [
        ("wren", "", 0),
        ("wren-2", "", 0),
        ("wren-3", "/over", 1),
    ]
    assert listed("SELECT model, source, origin FROM score", of=store) == [("wren-3", "paper", "/over")]
