"""What completion offers, with its help, on the told catalog: fields, values of each kind of field, names, parts of benchmarks."""

from __future__ import annotations

import pytest

from unit.told_store import WREN, catalog, compiled
from vlmctl.query.completing.terms import in_expression
from vlmctl.query.completing.values import MOST, Context, Suggested, benchmark_values, field_values, names, values


def offered(kind: str, typed: str, *given: tuple[str, str]) -> Suggested:
    return values(Context(catalog(), given), kind, typed)


def only(found: Suggested) -> list[str]:
    return [value for value, _ in found.values]


def test_names_come_with_what_they_stand_for() -> None:
    assert offered("names:model family series", "").values == [
        ("birds", "series · Birds"), ("finch", "family · Finch"), ("finch-2b", "Finch 2B"), ("finches", "series · Finches"),
        ("owl", "family · Owl"), ("owl-7b", "Owl 7B"), ("owl-moe", "Owl MoE"), ("wren", "Wren"), ("wren-2", "Wren 2"),
    ]  # fmt: skip
    assert offered("benchmark", "").values == [
        ("drawing", "Drawing"), ("halves", "Halves"), ("reading", "Reading in Pictures"), ("unused", "Unused"),
    ]  # fmt: skip
    assert offered("names:model", "birds/").values == [("birds/owl-7b", "model owl-7b")]
    assert offered("names:model", "Jen").values == [("Jenny", "model wren")]
    assert only(offered("names:model", "OWL7")) == ["owl-7b"]
    assert only(offered("names:task", "")) == ["Text-VQA", "both", "drawing", "text-vqa"]
    assert not offered("names:model", "").open


def test_of_too_many_names_the_first_and_the_last() -> None:
    models = [{"id": f"m{number:04}", "name": f"M {number}"} for number in range(MOST + 2)]
    store = compiled(({**WREN, "models": models},), additions=())
    found = [value for value, _ in names(store, ("model",), "")]
    assert len(found) == MOST + 1
    assert found[-2:] == [f"m{MOST - 1:04}", f"m{MOST + 1:04}"]
    assert [value for value, _ in names(store, ("model",), "m10")] == ["m1000", "m1001"]


@pytest.mark.parametrize(
    ("name", "typed", "found"),
    [
        ("license", "", [("MIT", "MIT License"), ("owl-license", "Owl License")]),
        ("llm", "", [("brain-7b", "Brain-7B"), ("brain-moe", "Brain-MoE")]), ("encoder", "EYE-S", [("eye-s", "Eye-S")]),
        ("family", "", [("finch", "family · Finch"), ("owl", "family · Owl"), ("wren", "family · Wren")]),
        ("name", "wren", [("wren", "Wren"), ("wren-2", "Wren 2")]), ("series", "b", [("Birds", "")]), ("moe", "", [("yes", ""),
        ("no", "")]),
        ("moe", "n", [("no", "")]), ("org", "", [("Bird Lab", ""), ("Forest", ""), ("Hedge", "")]), ("tuning", "", [("full", "")]),
        ("params", "", []), ("released", "", []), ("hf", "", []), ("nothing", "", []), ("reading", "", []),
        ("connector", "", [("linear", ""), ("mlp", "")]), ("commercial", "n", [("not-allowed", "")]),
    ],
)  # fmt: skip
def test_values_of_a_field(name: str, typed: str, found: list[tuple[str, str]]) -> None:
    assert field_values(catalog(), name, typed) == found


def test_values_of_a_field_of_scores() -> None:
    assert [value for value, _ in field_values(catalog(), "benchmark", "", scores=True)] == ["drawing", "halves", "reading", "unused"]
    assert field_values(catalog(), "benchmark", "") == [], "it is no field of models"
    assert [value for value, _ in field_values(catalog(), "split", "", scores=True)] == ["first", "second", "test", "val"]
    assert [value for value, _ in field_values(catalog(), "evidence", "s", scores=True)] == ["second-hand"]
    assert [value for value, _ in field_values(catalog(), "license", "m", scores=True)] == ["MIT"]


def test_an_options_values_have_no_comma_and_are_offered_once() -> None:
    assert only(offered("values:encoder_names", "")) == [], "each holds one"
    assert only(offered("values:license", "MIT,")) == ["MIT,owl-license"]
    assert only(offered("values:license", "mit,m")) == []


def test_parts_of_benchmarks() -> None:
    assert benchmark_values(catalog(), "reading@") == [("reading@test", "test set"), ("reading@val", "validation")]
    assert benchmark_values(catalog(), "reading:") == [("reading:accuracy", ""), ("reading:anls", "ANLS")]
    assert benchmark_values(catalog(), "reading@test:a") == [("reading@test:accuracy", ""), ("reading@test:anls", "ANLS")]
    assert benchmark_values(catalog(), "Read it@v") == [("Read it@val", "validation")]
    assert benchmark_values(catalog(), "nothing@") == benchmark_values(catalog(), "@v") == []
    assert [value for value, _ in benchmark_values(catalog(), "", model="birds/owl-7b")] == ["drawing", "halves", "reading"]
    assert [value for value, _ in benchmark_values(catalog(), "", model="wren-2")] == []
    assert offered("split", "", ("benchmark", "reading")).values == [("test", "test set"), ("val", "validation")]
    assert offered("split", "", ("benchmark", "reading"), ("benchmark", "halves")).values[2:] == [
        ("first", "first part"), ("second", "second part"),
    ]  # fmt: skip
    assert offered("metric", "a", ("benchmark", "reading")).values == [("accuracy", ""), ("anls", "ANLS")]
    assert offered("split", "") == Suggested([])


def test_lists_and_weights_go_on() -> None:
    assert only(offered("list", "reading,h")) == ["reading,halves"]
    assert only(offered("list:model", "owl-7b,owl")) == ["owl-7b,owl-moe"]
    assert (only(offered("weights", "re")), offered("weights", "re").open) == (["reading"], True)
    assert only(offered("fields", "id,-nam")) == ["id,-name"]
    assert only(offered("fields", "-id,i")) == ["-id,image_size"]
    assert only(offered("score-fields", "evid")) == ["evidence"]
    assert only(offered("fields", "evid")) == []
    assert only(offered("keys:id name", "-n")) == ["-name"]
    assert only(offered("nothing", "x")) == []
    assert values(Context(None), "names:model", "") == Suggested([])


def test_a_name_given_before_is_not_offered_again() -> None:
    assert only(offered("names:model", "owl", ("names:model", "owl-7b"))) == ["owl-moe"]
    assert only(offered("names:model", "owl", ("names:family", "owl-7b"))) == ["owl-7b", "owl-moe"]
    assert only(offered("benchmark", "", ("names:model", "wren"))) == ["drawing", "reading"]


# --- expressions ---


def terms(typed: str, **options: bool) -> list[str]:
    return only(in_expression(catalog(), typed, **options))


def test_a_field_typed_in_full_goes_on_with_operators_and_the_longer_ones_behind() -> None:
    found = terms("name")
    assert found[:3] == ["name=", "name~", "name!="]
    assert terms("license") == ["license=", "license~", "license!="]
    assert terms("PARAMS")[:2] == ["params=", "params<"]
    assert terms("moe") == ["moe"], "a flag says it all"
    assert in_expression(catalog(), "moe").values[0][1] == "whether the language model is a mixture of experts"
    assert in_expression(catalog(), "drawing").values[0] == ("drawing=", "the comparable figure on drawing")
    assert in_expression(catalog(), "drawing").open


def test_what_stands_behind_a_whole_term() -> None:
    assert in_expression(catalog(), "params<4B ") == Suggested([("params<4B and", ""), ("params<4B or", "")], open=True)
    assert in_expression(catalog(), "params<4B") == Suggested([])
    assert in_expression(catalog(), "params<4B a") == Suggested([], open=True)
    assert terms("moe and lic") == ["moe and license=", "moe and license~", "moe and license!="]
    assert terms("license in (m") == ["license in (MIT"]
    assert terms("license in (MIT, o") == ["license in (MIT, owl-license"]
    assert terms("license=MIT, o") == ["license=MIT, owl-license"]
    assert terms('org="bird') == ['org="Bird Lab"']
    assert terms('org="Bird Lab" or series=') == ['org="Bird Lab" or series=Birds', 'org="Bird Lab" or series=Finches']


def test_fields_of_scores_come_first() -> None:
    assert terms("split", scores=True) == ["split=", "split~", "split!="]
    assert terms("split") == []
    assert terms("bench", scores=True)[0] == "benchmark="
    assert in_expression(None, "licens").values
    assert in_expression(None, "license=").values == []
