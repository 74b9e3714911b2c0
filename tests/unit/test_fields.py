"""Every field of the registry on the told catalog: its value for a model or score, and what a filter on it finds."""

from __future__ import annotations

from typing import Any

import pytest

from unit.told_store import OVERLAY, catalog, compiled
from vlmctl.query import fields
from vlmctl.query.fields import column_of
from vlmctl.query.fields.computed import remark
from vlmctl.query.filters import Filter, compile_filter, resolve_field
from vlmctl.query.listing import list_models, rows_of
from vlmctl.query.memory.settings import Settings, configure
from vlmctl.query.scoring import list_scores, narrowed
from vlmctl.results import Table
from vlmctl.store.catalog import Catalog

OWL = {
    "id": "owl-7b", "name": "Owl 7B", "params": 7_400_000_000, "params_scope": "whole", "active_params": None,
    "family": "owl", "series": "Birds", "organizations": ["Bird Lab", "Forest"], "language_model": "brain-7b",
    "language_model_name": "Brain-7B",
    "vision_encoders": ["eye-l", "eye-s"], "vision_encoder_names": "Eye-L, Eye-S", "connector": "mlp", "image_size": 336,
    "visual_tokens": 576, "moe": False, "tuning": "full", "license": "MIT", "commercial": "allowed", "released": "2024-03-05",
    "hf": "birds/owl-7b", "open": True, "languages": "en, zh", "lists": ["big-list", "other-list"], "scores": 8, "origin": "",
}  # fmt: skip
ESTIMATED = {"memory", "memory_low"}


def row(model: str) -> dict[str, Any]:
    wanted = [field for field in fields.FIELDS if field.name not in ESTIMATED]
    (found,) = rows_of(catalog(), wanted, compile_filter(catalog(), [f"id={model}"]))
    return found


def test_every_field_reads_its_fact() -> None:
    assert row("owl-7b") == OWL
    assert set(OWL) | ESTIMATED == {field.name for field in fields.FIELDS}
    moe = row("owl-moe")
    assert (moe["active_params"], moe["moe"], moe["image_size"], moe["license"]) == (3_000_000_000, True, "dynamic", "owl-license")
    assert row("wren")["origin"] == OVERLAY


def test_a_field_is_shown_as_what_it_is() -> None:
    kinds = {field.name: field.kind for field in (*fields.FIELDS, *fields.SCORE_FIELDS)}
    assert {name: kinds[name] for name in ("id", "license", "params", "memory", "scores", "released", "moe", "organizations", "value")} == {
        "id": "text", "license": "text", "params": "count", "memory": "bytes", "scores": "number", "released": "date", "moe": "flag",
        "organizations": "list", "value": "number",
    }  # fmt: skip
    assert fields.FIELDS[0]._replace(percent=True).kind == "percent"


def test_estimates_are_made_once_for_all_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    from vlmctl.query import memory

    asked: list[Catalog] = []
    ends = memory.ends

    def counted(store: Catalog) -> Any:
        asked.append(store)
        return ends(store)

    monkeypatch.setattr(memory, "ends", counted)
    store = compiled()
    for _ in range(2):
        assert [row["id"] for row in list_models(store, compile_filter(store, ["memory>1GB"]), sort=["memory"]).rows] == ["owl-7b"]
    assert asked == [store]
    for term, found in (("memory>1GB", ["owl-7b"]), ("memory_low>8GB", ["owl-7b", "owl-moe"])):
        alone = compiled()
        assert [row["id"] for row in list_models(alone, compile_filter(alone, [term])).rows] == found
        assert (
            list_models(alone, Filter(), columns=["id", "memory_low", "memory"])
            .notes[0]
            .startswith("memory_low is the low end and memory is the high end")
        )
    assert len(list_models(compiled(), Filter(), columns=["id", "memory_low"]).rows) == 5
    asked.clear()
    configure(store, Settings("int8"))
    assert list_models(store, compile_filter(store, ["memory>1GB"])).rows
    assert asked == [store], "for other settings anew"


def test_what_is_not_stated_is_none() -> None:
    bare = row("wren-2")
    stated = {"id", "name", "family", "series", "organizations", "vision_encoders", "open", "lists", "scores", "origin"}
    assert {key for key, value in bare.items() if value is not None} == stated
    assert (bare["vision_encoders"], bare["lists"], bare["scores"], bare["open"]) == ([], [], 0, False)


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("id=owl-7b", "owl-7b"), ("name=owlet", "owl-7b"), ("model=birds/owl-7b", "owl-7b"), ("name~jen", "wren"),
        ("params=2B", "finch-2b"), ("size>7B", "owl-7b owl-moe"), ("parameters<1B", "wren"), ("active=3B", "owl-moe"),
        ("active_params<4B", "owl-moe"), ("family=Finch", "finch-2b"), ("family=owl", "owl-7b owl-moe"), ("family~wre", "wren wren-2"),
        ("series=birds", "owl-7b owl-moe wren wren-2"), ("org=hedge", "wren wren-2"),
        ("organizations='bird lab'", "owl-7b owl-moe finch-2b"),
        ("maker~for", "owl-7b owl-moe"), ("llm=brain7", "owl-7b finch-2b"), ("language_model=Brain", "owl-7b finch-2b"),
        ("llm_name~moe", "owl-moe"), ("encoder=eye", "owl-7b"), ("vision_encoder='small eye'", "owl-7b"), ("encoder_names=eye-l", "owl-7b"),
        ("vision_encoders~small", "owl-7b"), ("connector=bridge", "owl-7b owl-moe"), ("projector=linear", "finch-2b"),
        ("image_size=336", "owl-7b"), ("resolution>=1", "owl-7b"), ("visual_tokens=576", "owl-7b owl-moe"),
        ("tokens<600", "owl-7b owl-moe"),
        ("moe", "owl-moe"), ("not moe", "owl-7b finch-2b"), ("tuning=full", "owl-7b"), ("license=mit", "owl-7b finch-2b"),
        ("licence=owl-license", "owl-moe"), ("commercial", "owl-7b finch-2b"), ("commercial=yes", "owl-7b finch-2b"),
        ("commercial=not-allowed", "owl-moe"), ("released=2024-03", "owl-7b owl-moe"), ("released<2025", "owl-7b owl-moe"),
        ("date>2024-03-05", "finch-2b"), ("hf~birds", "owl-7b"), ("huggingface=birds/owl-7b", "owl-7b"), ("open", "owl-7b finch-2b"),
        ("languages=zh", "owl-7b owl-moe"), ("language=en", "owl-7b owl-moe"), ("lists=big-list", "owl-7b owl-moe"),
        ("list~other", "owl-7b owl-moe"),
        ("scores>=3", "owl-7b owl-moe finch-2b"), ("scores=0", "wren-2"), (f"origin={OVERLAY}", "wren"),
    ],
)  # fmt: skip
def test_a_filter_finds_by_any_name_of_the_field_and_any_spelling_of_the_thing(term: str, found: str) -> None:
    assert [each["id"] for each in list_models(catalog(), compile_filter(catalog(), [term])).rows] == found.split()


@pytest.mark.parametrize(
    ("term", "note"),
    [
        ("params<9B", "1 model states no parameter count"), ("active<9B", "4 models state no separate number of active parameters"),
        ("llm=brain", "2 models state no language model"), ("llm_name~b", "2 models state no language model"),
        ("encoder=eye", "4 models state no vision encoder"), ("encoder_names~eye", "4 models state no vision encoder"),
        ("connector=mlp", "2 models state no connector"), ("image_size>1", "4 models state no image size in pixels"),
        ("tokens>1", "3 models state no number of visual tokens"), ("moe", "2 models do not state whether they are mixtures of experts"),
        ("tuning=full", "4 models state no kind of tuning"), ("license=mit", "2 models state no license of the weights"),
        ("commercial", "2 models state nothing that tells whether commercial use is allowed"),
        ("released>2024", "2 models state no release date"), ("hf~b", "4 models state no Hugging Face id"),
        ("open", "1 model does not state whether their weights can be downloaded"), ("languages=en", "3 models state no languages"),
    ],
)  # fmt: skip
def test_models_that_lack_the_fact_are_counted(term: str, note: str) -> None:
    assert note in list_models(catalog(), compile_filter(catalog(), [term])).notes


def test_kinds_of_columns() -> None:
    kinds: dict[str, set[str]] = {}
    for field in fields.FIELDS:
        kinds.setdefault(column_of(field).kind, set()).add(field.name)
    assert kinds == {
        "list": {"organizations", "vision_encoders", "lists"}, "count": {"params", "active_params"}, "bytes": ESTIMATED,
        "number": {"image_size", "visual_tokens", "scores"}, "date": {"released"}, "flag": {"moe", "open"},
        "text": set(OWL) - {"organizations", "vision_encoders", "lists", "params", "active_params", "image_size", "visual_tokens", "scores",
                            "released", "moe", "open"},
    }  # fmt: skip
    assert {field.name for field in fields.FIELDS if field.shrinks} == {
        "organizations", "language_model", "language_model_name", "vision_encoders", "vision_encoder_names",
    }, "long texts that a narrow screen may shorten"  # fmt: skip
    shortened = {field.name for field in fields.SCORE_FIELDS if field.shrinks}
    assert shortened == {"source", "url", "where", "quote", "note"}


# --- scores ---


def scores(*where: str, **options: Any) -> Table:
    return list_scores(catalog(), compile_filter(catalog(), where, scores=True), **options)


@pytest.mark.parametrize(
    ("term", "values"),
    [
        ("benchmark=reading", [61.5, 60, 59.5, 71, 66, 70.25, 40, 61.5, 58]),
        ("bench='Read it'", [61.5, 60, 59.5, 71, 66, 70.25, 40, 61.5, 58]),
        ("benchmark~alv", [1500, 300, 1800]), ("split=test", [66, 58]), ("metric=anls", [66, 58]), ("protocol=few-shot", [71]),
        ("shots=4", [71]), ("shots>0", [71]), ("variant='with ruler'", [2.5]), ("variant~ruler", [2.5]), ("mode=thinking", [66]),
        ("value>1000", [1500, 1800]), ("source='a site'", [59.5]), ("source~own", [40, 9.5]), ("url~finches", [61.5, 1, 58]),
        ("where~table", [61.5]), ("evidence=second-hand", [59.5]), ("status=superseded", [60]), ("quote~owl", [61.5]),
        ("listed=read", [71]),
        ("note~printed", [61.5]), ("params<1B", [40, 9.5]), ("benchmark=drawing and variant=''", [1, 9.5, 1]),
        ("mode='' and split=test", [58]), ("shots=0 and value>1000", [1500, 1800]),
    ],
)  # fmt: skip
def test_fields_of_scores(term: str, values: list[float]) -> None:
    assert [row["value"].value for row in scores(term).rows] == values


@pytest.mark.parametrize(
    ("term", "note"),
    [
        ("split=val", "4 models have scores that state no split"), ("url~x", "2 models have scores that state no address of the source"),
        ("where~x", "4 models have scores that state no place in the source"), ("quote~x", "4 models have scores that state no quote"),
        ("listed=x", "4 models have scores that state no place in the list"), ("note~x", "4 models have scores that state no note"),
    ],
)  # fmt: skip
def test_scores_that_lack_the_fact_are_counted(term: str, note: str) -> None:
    assert note in scores(term).notes


def test_score_columns_by_name() -> None:
    table = scores("mode=thinking", columns=["model", "where", "counted_split", "params", "assumed"])
    assert [column.key for column in table.columns] == ["model", "where", "counted_split", "params", "assumed"]
    assert [table.rows[0][key] for key in ("model", "where", "counted_split", "params", "assumed")] == [
        "owl-7b", None, "test", 7_400_000_000, ["split", "scale"],
    ]  # fmt: skip
    assert table.data is None


def test_scores_as_they_stand() -> None:
    table = scores()
    assert table.heading == "16 of 16 scores"
    assert table.ids == ["owl-7b", "owl-moe", "wren", "finch-2b"]
    assert table.legend == [("†", "superseded by a newer figure")]
    assert [row["value"].mark for row in table.rows][:3] == ["", "†", ""]
    assert {column.key for column in table.columns if column.human} == {"model_name"}
    shown = [column.key for column in table.columns if not column.machine]
    assert shown == ["model_name", "benchmark", "split", "protocol", "value", "source", "evidence"]
    assert table.data[4]["train_split_seen"] is False
    assert [row["counted_split"] for row in table.data][8:12] == ["val", None, None, "val"], "neither none nor not known is a split"
    assert scores("value<10").legend == []
    limited = scores(limit=15)
    assert (limited.heading, limited.notes[-1:]) == ("16 of 16 scores", ["1 more scores match (--limit 0 shows all)"])
    assert scores(limit=16).notes == []
    assert [row["value"].value for row in scores(sort=["-value"], limit=2).rows] == [1800, 1500]


@pytest.mark.parametrize(
    ("asked", "count", "text"),
    [
        ({"models": ["owl"]}, 11, "model owl"), ({"models": ["finch", "finch-2b", "wren"]}, 5, "model finch, finch-2b, wren"),
        ({"benchmarks": ["reading"]}, 9, "on reading"), ({"benchmarks": ["reading@val"]}, 7, "on reading@val"),
        ({"benchmarks": ["reading@test", "drawing"]}, 6, "on reading@test, drawing"),
        ({"benchmarks": ["halves:second"]}, 1, "on halves:second"),
        ({"benchmarks": ["Reading (test)"]}, 2, "on Reading (test)"), ({"listed": True}, 1, "in the list"),
        ({"models": ["owl-7b"], "benchmarks": ["halves"]}, 2, "model owl-7b · on halves"), ({}, 16, ""),
    ],
)  # fmt: skip
def test_scores_of_some_models_on_some_benchmarks(asked: dict[str, Any], count: int, text: str) -> None:
    where = narrowed(catalog(), Filter(), **asked)
    assert len(list_scores(catalog(), where).rows) == count
    assert (where.text, where.scores) == (text, True)


def test_a_condition_holds_beside_what_is_named() -> None:
    where = narrowed(catalog(), compile_filter(catalog(), ["value>60 or value<2"], scores=True), models=["owl-7b"])
    assert [row["value"].value for row in list_scores(catalog(), where).rows] == [61.5, 71, 66, 1500, 300]
    assert where.text == "value>60 or value<2 · model owl-7b"


# --- what is computed ---


def test_memory_is_estimated_once_for_each_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    from vlmctl.query import memory

    store = compiled()
    made = []
    plain = memory.ends

    def ends(catalog: Any) -> Any:
        made.append(memory.settings_of(catalog).precision)
        return plain(catalog)

    monkeypatch.setattr(memory, "ends", ends)
    found = resolve_field(store, "memory"), resolve_field(store, "vram"), resolve_field(store, "memory_low")
    where = compile_filter(store, ["id=owl-7b"])
    (first,) = rows_of(store, found, where)
    assert first["memory_low"] < first["memory"]
    configure(store, Settings("int4"))
    (second,) = rows_of(store, found, where)
    configure(store, Settings())
    assert rows_of(store, found, where) == [first]
    assert second["memory"] < first["memory"]
    assert made == ["fp16", "int4", "fp16"], "only the last setting's estimates are kept"


def test_a_model_that_states_nothing_has_no_estimate_and_the_remark_names_the_settings() -> None:
    store = compiled()
    (bare,) = rows_of(store, [resolve_field(store, "memory"), resolve_field(store, "memory_low")], compile_filter(store, ["id=wren-2"]))
    assert bare == {"memory": None, "memory_low": None}
    made = "of an estimate for fp16, 4,096 tokens of context, 1 image (vlmctl memory MODEL shows its terms)"
    assert remark(store, ["memory"]) == f"memory is the high end {made}"
    assert remark(store, ["memory_low"]) == f"memory_low is the low end {made}"
    assert remark(store, ["memory", "memory_low"]) == f"memory_low is the low end and memory is the high end {made}"
    assert store.value("SELECT model_memory('nobody', 0)") is None
    asked = "EXPLAIN SELECT 1 FROM model WHERE id IN (SELECT id FROM model) AND model_memory('owl-7b', 1) > 0"
    assert list(store.rows(asked)), "it may stand in any statement"
