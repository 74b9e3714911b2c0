"""What a name resolves to where several things bear it, and which split and metric a benchmark's name means."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from unit.tiny_store import SCHEMA, insert
from unit.told_store import OWL, WREN, compiled
from vlmctl.errors import NotFoundError
from vlmctl.names import normalize
from vlmctl.query import names, parts
from vlmctl.store.catalog import Catalog

NAMES = (
    ("model", "aria", "Aria", "id"), ("family", "aria", "Aria", "id"), ("series", "Aria", "Aria", "id"),
    ("model", "bee-1b", "bee-1b", "id"), ("model", "bee-1b", "Bee 1B", "name"), ("model", "bee-1b", "maker/bee", "hf"),
    ("model", "bee-2b", "bee-2b", "id"), ("family", "bee", "bee", "id"),
    ("model", "cat-a", "cat-a", "id"), ("model", "cat-b", "cat-b", "id"), ("family", "catalogue", "catalogue", "id"),
    ("model", "twin-x", "Twin", "alias"), ("model", "twin-y", "twin", "alias"),
    ("benchmark", "plain", "plain", "id"), ("benchmark", "plain", "Plain", "name"),
    ("benchmark", "parts", "parts", "id"), ("benchmark", "parts", "Parts", "name"), ("benchmark", "parts", "Parts-Test", "alias"),
    ("benchmark", "odd", "odd", "id"), ("benchmark", "odd", "Odd@one", "name"),
)  # fmt: skip
"""kind, id, as written, form"""


@pytest.fixture(scope="module")
def catalog() -> Iterator[Catalog]:
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA.read_text(encoding="utf-8"))
    for kind, id_, exact, form in NAMES:
        row = (normalize(exact), kind, id_, exact, form)
        connection.execute("INSERT OR IGNORE INTO name VALUES (?, ?, ?, ?, ?)", row)
    for position, (id_, family) in enumerate((("bee-2b", "bee"), ("bee-1b", "bee"), ("aria", "aria"))):
        insert(
            connection, "model", id=id_, position=position, name=id_, names_text="", family=family, family_name=family,
            series="Aria" if family == "aria" else "Bee", organizations_json="[]", organizations_text="", vision_encoders_json="[]",
            lists_json="[]", scores=0, aliases_json="[]", document_json="{}", origin="",
        )  # fmt: skip
    for id_, name, split in (("plain", "Plain", ""), ("parts", "Parts", "val"), ("odd", "Odd@one", "")):
        insert(
            connection, "benchmark", id=id_, position=0, name=name, task="t", split=split, metric="accuracy", models=0, scores=0,
            document_json="{}", origin="",
        )  # fmt: skip
        for metric, up in (("accuracy", 1), ("error", 0), ("lone", 1)):
            insert(connection, "metric", benchmark=id_, id=metric, name=metric.title(), unit="percent", min=0, max=100, higher_is_better=up)
            insert(connection, "part_name", benchmark=id_, normal=metric, kind="metric", id=metric)
    for place, (split, metric) in enumerate((("val", "accuracy"), ("test", "accuracy"), ("hard", "error"), ("mini", "error"))):
        insert(connection, "split", benchmark="parts", id=split, name=split, metric=metric, position=place)
        insert(connection, "part_name", benchmark="parts", normal=split, kind="split", id=split)
    insert(connection, "part_name", benchmark="parts", normal="partstest", kind="alias", id="test")
    for metric, ranked, unranked in (("accuracy", 1, 1), ("error", 2, 1), ("lone", 0, 2)):
        insert(connection, "coverage", benchmark="parts", split="?", metric=metric, ranked=ranked, unranked=unranked, only_here=0)
    store = Catalog(connection)
    yield store
    store.close()


def found(catalog: Catalog, text: str, kinds: tuple[str, ...] = names.MODEL_KINDS) -> tuple[str, str]:
    return tuple(names.find(catalog, text, kinds, "model"))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("text", "kind", "id_"),
    [
        ("aria", "model", "aria"), ("ARIA", "model", "aria"), ("family:aria", "family", "aria"), ("series:aria", "series", "Aria"),
        ("Bee 1B", "model", "bee-1b"), ("bee1b", "model", "bee-1b"), ("maker/bee", "model", "bee-1b"), ("bee", "family", "bee"),
        ("bee-1", "model", "bee-1b"), ("catal", "family", "catalogue"), ("Twin", "model", "twin-x"), ("twin", "model", "twin-y"),
    ],
)  # fmt: skip
def test_the_first_kind_and_the_exact_form_win(catalog: Catalog, text: str, kind: str, id_: str) -> None:
    assert found(catalog, text) == (kind, id_)


def test_a_name_means_the_same_in_every_case(catalog: Catalog) -> None:
    for text in ("aria", "bee", "bee-1b", "Bee 1B", "catalogue", "maker/bee"):
        assert {found(catalog, spelling) for spelling in (text.lower(), text.upper(), text.title(), text.swapcase())} == {
            found(catalog, text)
        }
    assert found(compiled(), "finches") == found(compiled(), "Finches") == ("series", "Finches")
    assert found(compiled(), "OWL") == found(compiled(), "owl") == ("family", "owl")


def test_names_that_several_share_are_told_where_they_mean_other_models() -> None:
    store = compiled((OWL, {**WREN, "series": "OWL"}))
    for text in ("owl", "Owl", "OWL"):
        assert names.models_named(store, text) == ["owl-7b", "owl-moe"]
        assert names.shared_names(store, [text]) == [f"{text!r}: the family (2 models); series:OWL means the series (2 models)"]
    assert names.models_named(store, "series:OWL") == ["wren", "wren-2"]
    assert names.shared_names(store, ["wren"]) == ["'wren': the model (1 model); family:wren means the family (2 models)"]
    assert names.shared_names(store, ["family:owl", "owl-7b"]) == []
    assert names.shared_names(compiled(({**OWL, "series": "Owl"}, WREN)), ["owl"]) == [], "the same models either way"


def test_a_repository_is_named_last() -> None:
    first, second = OWL["models"]
    store = compiled(({**OWL, "models": [first, {**second, "hf": "birds/Owl-Mixture"}]}, WREN))
    assert found(store, "owl-mixture") == found(store, "OWL mixture") == ("model", "owl-moe")
    taken = compiled(({**OWL, "models": [first, {**second, "hf": "birds/owl"}]}, WREN))
    assert found(taken, "owl") == ("family", "owl")
    twice = compiled(({**OWL, "models": [{**first, "hf": "one/bird"}, {**second, "hf": "two/bird"}]}, WREN))
    with pytest.raises(NotFoundError, match=r"'bird' could be 2 models: owl-7b, owl-moe"):
        found(twice, "bird")


def test_the_order_of_kinds_decides(catalog: Catalog) -> None:
    assert found(catalog, "aria", names.SHOWN_KINDS) == ("family", "aria")


@pytest.mark.parametrize(
    ("text", "message", "candidates"),
    [
        (
            "cat-",
            "'cat-' could be 3 models: family:catalogue, model:cat-a, model:cat-b",
            ("family:catalogue", "model:cat-a", "model:cat-b"),
        ),
        ("TWIN", "'TWIN' could be 2 models: twin-x, twin-y", ("twin-x", "twin-y")),
        ("model:cat", "'cat' could be 2 models: cat-a, cat-b", ("cat-a", "cat-b")),
    ],
)
def test_what_is_ambiguous_is_refused_with_all_candidates(catalog: Catalog, text: str, message: str, candidates: tuple[str, ...]) -> None:
    with pytest.raises(NotFoundError) as error:
        found(catalog, text)
    assert (error.value.message, error.value.candidates) == (message, candidates)


@pytest.mark.parametrize("text", ["", "-", "zzz", "plain:aria", "family:", "benchmark:plain", "family:bee-1b"])
def test_what_names_nothing(catalog: Catalog, text: str) -> None:
    with pytest.raises(NotFoundError, match=r"^no (model|family) named"):
        found(catalog, text)


def test_suggestions_are_near_few_and_of_the_wanted_kind(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError) as error:
        found(catalog, "bee-1x", ("model",))
    assert error.value.candidates == ("bee-1b", "bee-2b")
    assert error.value.hint == "did you mean bee-1b or bee-2b?"
    with pytest.raises(NotFoundError) as error:
        found(catalog, "qqqq")
    assert (error.value.candidates, error.value.hint) == ((), "vlmctl list -q lists the models")
    assert names.nearest("TextVQ", ["TextVQA", "text-vqa", "POPE"]) == ["TextVQA"], "of one spelling the first stays"
    assert names.nearest("cat", ["cats", "caty", "cata"]) == names.nearest("cat", ["caty", "cata", "cats"]) == ["cata", "cats", "caty"]
    assert len(names.nearest("abcde", ["abcdef", "abcdeg", "abcdeh", "abcdei"])) == 3
    assert names.nearest("abcde", ["abcdefghi", "abcde1", "abcde1234"], 1) == ["abcde1"]


def test_many_candidates_are_cut(catalog: Catalog) -> None:
    ids = [names.Found("model", f"m{number}") for number in range(10)]
    error = names._ambiguous("m", ids[:9], "model")
    assert error.message.endswith(": m0, m1, m2, m3, m4, m5, m6, m7 and 1 more")
    assert names._ambiguous("m", ids[:8], "model").message.endswith(": m0, m1, m2, m3, m4, m5, m6, m7")
    assert "could be 2 models, families or series:" in names._ambiguous("m", ids[:2], "model, family or series").message


def test_long_and_hostile_names_are_quoted_short(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError) as error:
        found(catalog, "x\x1b" + "y" * 58)
    assert error.value.message == "no model named 'x?" + "y" * 58 + "'"
    with pytest.raises(NotFoundError) as error:
        found(catalog, "y" * 61)
    assert error.value.message == "no model named '" + "y" * 59 + "…'"


def test_models_of_a_name(catalog: Catalog) -> None:
    assert names.models_named(catalog, "bee-1b") == ["bee-1b"]
    assert names.models_named(catalog, "family:bee") == ["bee-2b", "bee-1b"], "in the catalog's order"
    assert names.models_named(catalog, "series:Aria") == ["aria"]
    assert names.models_named(catalog, "family:aria") == ["aria"]


@pytest.mark.parametrize(
    ("text", "split", "metric", "title"),
    [
        ("plain", "", "accuracy", "Plain"), ("plain:error", "", "error", "Plain:error"), ("Odd@one", "", "accuracy", "Odd@one"),
        ("parts", "val", "accuracy", "Parts"), ("parts@val", "val", "accuracy", "Parts"), ("parts@test", "test", "accuracy", "Parts@test"),
        ("parts:test", "test", "accuracy", "Parts@test"), ("parts@hard", "hard", "error", "Parts@hard"),
        ("parts@hard:accuracy", "hard", "accuracy", "Parts@hard:accuracy"), ("parts:error", "hard", "error", "Parts@hard"),
        ("parts:lone", "val", "lone", "Parts@val:lone"), ("parts:accuracy", "val", "accuracy", "Parts"),
        ("Parts-Test", "test", "accuracy", "Parts@test"), ("Parts-Test@hard", "hard", "error", "Parts@hard"),
        ("parts@?", "?", "error", "Parts@?:error"), ("parts@unstated", "?", "error", "Parts@?:error"),
        ("parts@unknown:lone", "?", "lone", "Parts@?:lone"), ("plain@?", "?", "accuracy", "Plain@?"),
        ("parts@", "val", "accuracy", "Parts"), ("parts:", "val", "accuracy", "Parts"), ("parts@test:", "test", "accuracy", "Parts@test"),
    ],
)  # fmt: skip
def test_the_ranking_that_a_benchmarks_name_means(catalog: Catalog, text: str, split: str, metric: str, title: str) -> None:
    part = parts.benchmark_part(catalog, text)
    assert (part.split, part.metric, part.title) == (split, metric, title)
    assert part.higher_is_better is (metric != "error")
    assert (part.metric_name, part.unit, part.min, part.max) == (metric.title(), "percent", 0, 100)


@pytest.mark.parametrize(
    ("name", "unit", "measure"),
    [
        ("VQA accuracy (agreement with ten human answers)", "percent", "VQA accuracy, %"),
        ("overall score (text, tables), in percent", "percent", "overall score, %"),
        ("share of errors, lower is better", "percent", "share of errors, %"),
        ("score (of 2000)", "points", "score"),
        ("(F1)", "points", "(F1)"),
    ],
)
def test_a_measure_is_told_in_short_and_once(catalog: Catalog, name: str, unit: str, measure: str) -> None:
    part = parts.benchmark_part(catalog, "Parts")
    assert part._replace(metric_name=name, unit=unit).measure == measure


def test_options_stand_in_for_what_the_text_does_not_name(catalog: Catalog) -> None:
    def meant(text: str, **options: str) -> tuple[str, str]:
        part = parts.benchmark_part(catalog, text, **options)
        return part.split, part.metric

    assert meant("parts", split="test") == ("test", "accuracy")
    assert meant("parts@hard", split="test") == ("hard", "error")
    assert meant("parts", metric="error") == ("hard", "error")
    assert meant("parts:lone", metric="error") == ("val", "lone")
    assert meant("parts", split="test", metric="error") == ("test", "error")
    assert meant("Parts-Test", split="hard") == ("test", "accuracy")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("parts@nope", "Parts has no split 'nope'", "Parts has val, test, hard, mini"),
        ("parts:nope", "Parts has no metric 'nope'", "Parts has accuracy, error, lone"),
        ("plain@test", "Plain has no split 'test'", "Plain has no splits"),
        ("parts@mini:tset", "Parts has no metric 'tset'", "Parts has accuracy, error, lone"),
    ],
)
def test_a_wrong_part_names_those_there_are(catalog: Catalog, text: str, message: str, hint: str) -> None:
    with pytest.raises(NotFoundError) as error:
        parts.benchmark_part(catalog, text)
    assert (error.value.message, set((error.value.hint or "").replace(",", "").split())) == (message, set(hint.replace(",", "").split()))


def test_a_misspelled_part_is_suggested(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError) as error:
        parts.benchmark_part(catalog, "parts@tset")
    assert error.value.candidates == ("test",)
