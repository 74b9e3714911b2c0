"""`families` and `bench list`: tables of what there is, sorted, cut and told about."""

from __future__ import annotations

from typing import Any

import pytest

from unit.told_store import DRAWING, UNUSED, WREN, catalog, compiled
from vlmctl.errors import NotFoundError, UsageError
from vlmctl.query.benchmarks import list_benchmarks
from vlmctl.query.families import list_families
from vlmctl.query.filters import Filter, compile_filter
from vlmctl.results import Table


def families(*where: str, **options: Any) -> Table:
    return list_families(catalog(), compile_filter(catalog(), where) if where else Filter(), **options)


def ids(table: Table) -> list[str]:
    return [row["id"] for row in table.rows]


def test_a_family_is_told_by_its_models() -> None:
    assert families().rows == [
        {
            "id": "owl", "name": "Owl", "series": "Birds", "organizations": ["Bird Lab", "Forest"], "released": "2024-03-05", "models": 2,
            "min_params": 7_400_000_000, "max_params": 30_000_000_000, "license": "MIT, owl-license", "lists": ["big-list", "other-list"],
            "scores": 11, "summary": "Sees at night.",
        },
        {
            "id": "wren", "name": "Wren", "series": "Birds", "organizations": ["Hedge"], "released": None, "models": 2,
            "min_params": 450_000_000, "max_params": 450_000_000, "license": None, "lists": [], "scores": 2, "summary": "Small.",
        },
        {
            "id": "finch", "name": "Finch", "series": "Finches", "organizations": ["Bird Lab"], "released": "2025", "models": 1,
            "min_params": 2_000_000_000, "max_params": 2_000_000_000, "license": "MIT", "lists": [], "scores": 3, "summary": "Eats seeds.",
        },
    ]  # fmt: skip
    assert families().heading == "3 of 3 families"
    assert families().notes == []
    chinese = families(lang="zh").rows
    assert [row["summary"] for row in chinese] == ["夜视。", "Small.", "Eats seeds."]


def test_a_license_of_several_models_is_named_once() -> None:
    models = [{"id": f"w{place}", "name": f"W{place}", "license": key} for place, key in enumerate(("owl-license", "MIT", "owl-license"))]
    table = list_families(compiled(({**WREN, "models": models},), (DRAWING,), ()), Filter())
    assert [row["license"] for row in table.rows] == ["MIT, owl-license"]


def test_only_matching_models_count() -> None:
    table = families("params>8B")
    assert [(row["id"], row["models"], row["min_params"], row["license"]) for row in table.rows] == [
        ("owl", 1, 30_000_000_000, "owl-license"),
    ]  # fmt: skip
    assert table.heading == "1 of 3 families · params>8B"
    assert table.notes == ["1 model states no parameter count"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("id", ["finch", "owl", "wren"]), ("-name", ["wren", "owl", "finch"]), ("max_params", ["wren", "finch", "owl"]),
        ("-scores", ["owl", "finch", "wren"]), ("released", ["owl", "finch", "wren"]), ("-released", ["finch", "owl", "wren"]),
        ("LICENSE", ["finch", "owl", "wren"]), ("-license", ["owl", "finch", "wren"]), ("-min-params", ["owl", "finch", "wren"]),
    ],
)  # fmt: skip
def test_sorted_by_any_column_with_the_unknown_last(sort: str, order: list[str]) -> None:
    assert ids(families(sort=[sort])) == order


def test_numbers_are_sorted_as_numbers_and_texts_whatever_their_case() -> None:
    models = [{"id": f"m{number}", "name": f"M{number}", "params": f"{number}B"} for number in (9, 10)]
    each = [
        {**WREN, "id": f"f{model['params'][:-1]}", "name": name, "models": [model]} for model, name in zip(models, ("b", "A"), strict=True)
    ]
    store = compiled(each, additions=())
    for sort, order in (("min_params", ["f9", "f10"]), ("name", ["f10", "f9"]), ("-name", ["f9", "f10"])):
        assert ids(list_families(store, Filter(), sort=[sort])) == order


@pytest.mark.parametrize(("limit", "more"), [(1, 2), (2, 1), (3, 0), (9, 0), (None, 0)])
def test_a_limit_says_how_many_more_families_match(limit: int | None, more: int) -> None:
    table = families(limit=limit)
    assert ids(table) == ["owl", "wren", "finch"][: 3 - more]
    assert table.heading == "3 of 3 families"
    assert table.notes == ([f"{more} more families match (--limit 0 shows all)"] if more else [])


def test_columns_by_name() -> None:
    assert [column.key for column in families().columns if column.machine] == ["series", "lists"]
    assert [column.key for column in families().columns if column.shrinks] == ["name", "organizations", "license", "summary"]
    assert [column.key for column in families(columns=["scores", "Min-Params"]).columns] == ["scores", "min_params"]
    kinds = {column.key: column.kind for column in families().columns}
    assert {key for key, kind in kinds.items() if kind == "list"} == {"organizations", "lists"}
    assert (kinds["max_params"], kinds["released"], kinds["scores"]) == ("count", "date", "number")
    with pytest.raises(UsageError, match=r"^unknown column 'scors'$") as caught:
        families(columns=["scors"])
    assert (caught.value.hint or "").startswith("did you mean scores? columns: id, name, series, ")
    with pytest.raises(UsageError, match=r"^unknown field '§'$") as caught:
        families(sort=["-§"])
    assert (caught.value.hint or "").startswith("fields: id, name, ")


# --- bench list ---


def benchmarks(**options: Any) -> Table:
    return list_benchmarks(catalog(), **options)


def test_a_benchmark_is_told_by_what_ranks_it_and_how_many_have_it() -> None:
    table = benchmarks()
    assert table.rows[0] == {
        "id": "reading", "name": "Reading", "task": "text-vqa", "split": "val", "metric": "accuracy", "unit": "percent",
        "higher_is_better": True, "min": 0, "max": 100, "models": 4, "scores": 9,
    }  # fmt: skip
    assert [(row["id"], row["split"], row["metric"], row["higher_is_better"], row["max"]) for row in table.rows[1:]] == [
        ("drawing", None, "error", False, None), ("halves", "first", "first", True, 2000), ("unused", None, "error", False, None),
    ]  # fmt: skip
    assert table.heading == "4 benchmarks\t4 tasks"
    assert table.notes == []


@pytest.mark.parametrize(
    ("asked", "found", "heading"),
    [
        ({"task": "TEXT-vqa"}, ["reading", "unused"], "2 benchmarks · TEXT-vqa"),
        ({"text": "READ"}, ["reading"], "1 benchmark · READ\t1 task"),
        ({"text": "it"}, ["reading"], "1 benchmark · it\t1 task"),
        ({"text": "s"}, ["reading", "halves", "unused"], "3 benchmarks · s\t3 tasks"),
        ({"task": "text-vqa", "text": "un"}, ["unused"], "1 benchmark · text-vqa · un"),
    ],
)
def test_a_task_is_named_in_full_a_name_in_part(asked: dict[str, str], found: list[str], heading: str) -> None:
    table = benchmarks(**asked)
    assert (sorted(ids(table)), table.heading) == (sorted(found), heading)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("-models", ["reading", "drawing", "halves", "unused"]), ("scores", ["unused", "halves", "drawing", "reading"]),
        ("task", ["halves", "drawing", "reading", "unused"]), ("-name", ["unused", "reading", "halves", "drawing"]),
        ("max", ["reading", "halves", "drawing", "unused"]), ("-max", ["halves", "reading", "drawing", "unused"]),
        ("-higher_is_better", ["reading", "halves", "drawing", "unused"]),
    ],
)  # fmt: skip
def test_sorted_by_any_field_equals_as_in_the_catalog(sort: str, order: list[str]) -> None:
    assert ids(benchmarks(sort=[sort])) == order


@pytest.mark.parametrize(("limit", "more"), [(1, 3), (3, 1), (4, 0), (None, 0)])
def test_a_limit_says_how_many_more_benchmarks_there_are(limit: int | None, more: int) -> None:
    table = benchmarks(limit=limit)
    assert len(table.rows) == 4 - more
    assert table.notes == ([f"{more} more (--limit 0 shows all)"] if more else [])
    assert table.heading == "4 benchmarks\t4 tasks"


def test_of_a_benchmark_people_see_less_than_machines() -> None:
    assert [column.key for column in benchmarks().columns if column.machine] == ["higher_is_better", "min", "max"]
    assert [column.key for column in benchmarks().columns if column.shrinks] == ["name"]
    assert [column.key for column in benchmarks(columns=["max", "id"]).columns] == ["max", "id"]


def test_several_keys_and_absent_values_last() -> None:
    assert ids(families(sort=["series", "-models, name"])) == ["owl", "wren", "finch"]
    assert ids(families(sort=["-series,name"])) == ["finch", "owl", "wren"]
    assert ids(benchmarks(sort=["task", "-name"])) == ["halves", "drawing", "unused", "reading"]
    assert ids(families(sort=["organizations"])) == ["finch", "owl", "wren"]
    assert ids(families(sort=["-lists", "name"])) == ["owl", "finch", "wren"]


def test_what_no_benchmark_has() -> None:
    with pytest.raises(NotFoundError, match=r"^no benchmark has the task 'text-vqua'$") as caught:
        benchmarks(task="text-vqua")
    assert caught.value.hint == "did you mean Text-VQA?"
    with pytest.raises(NotFoundError) as caught:
        benchmarks(task="§")
    assert caught.value.hint == "tasks: Text-VQA, both, drawing, text-vqa"
    again = compiled((WREN,), (DRAWING, UNUSED | {"task": "drawing"}), ())
    with pytest.raises(NotFoundError) as caught:
        list_benchmarks(again, task="§")
    assert caught.value.hint == "tasks: drawing", "each once"
    assert benchmarks(text="reding").empty == "no benchmark matches; did you mean reading or drawing?"
    assert benchmarks(text="§§").empty == benchmarks(task="drawing").empty == "no benchmark matches"
