"""The cards: all about a family or a model (`show`), and where a figure comes from (`why`), on the small told catalog."""

from __future__ import annotations

from typing import Any

import pytest

from unit.told_store import OVERLAY, OWL, READING, WREN, catalog, compiled, score
from vlmctl.errors import NotFoundError
from vlmctl.query import scoring
from vlmctl.query.cards.details import SCORE_KEYS, named, show, show_several
from vlmctl.query.cards.provenance import asked, why
from vlmctl.query.names import Found
from vlmctl.results import Block, Card, Cell, Fact, Facts, Prose, Table


def card(name: str, **options: Any) -> Card:
    return show(catalog(), named(catalog(), [name])[0], **options)


def value(fact: Fact) -> Any:
    return fact.value.value if isinstance(fact.value, Cell) else fact.value


def facts(block: Block) -> dict[str, Any]:
    assert isinstance(block, Facts)
    return {fact.label or fact.key: value(fact) for fact in block.items}


def titled(found: Card) -> dict[str, Any]:
    """Blocks by their titles: facts as a dictionary, prose as its lines, tables as they are."""
    blocks: dict[str, Any] = {}
    for block in found.blocks:
        title = block.heading if isinstance(block, Table) else block.title or (block.key if isinstance(block, Prose) else "")
        blocks[title] = block if isinstance(block, Table) else list(block.lines) if isinstance(block, Prose) else facts(block)
    return blocks


def test_a_cards_figures_say_what_those_of_scores_do_and_where_they_rank() -> None:
    assert {*SCORE_KEYS} - {"rank", "of", "reason"} == {*scoring.SCORE_KEYS} - {"model", "family"}


def test_a_familys_card_tells_it_from_its_summary_to_its_links() -> None:
    owl = card("owl")
    assert owl.heading == "Owl\tfamily · owl"
    blocks = titled(owl)
    assert list(blocks) == [
        "summary", "", "Architecture", "Models", "Contributions", "Training", "Deployment", "Notes", "Links", "Sources",
    ]  # fmt: skip
    assert blocks[""] == {
        "Series": "Birds", "Organizations": ["Bird Lab", "Forest"], "Released": "2024-03-05", "Languages": ["en", "zh"],
        "Code license": "Apache-2.0", "Weights license": "MIT", "License note": "Ask first.", "Lists": ["big-list", "other-list"],
    }  # fmt: skip
    assert blocks["Architecture"] == {
        "Vision encoders": "eye-l, eye-s", "Language models": "brain-7b, brain-moe", "Visual tokens": 576,
        "Connector": "mlp · Bridge · two layers", "High resolution": "tiles", "Mixture of experts": "in the large one",
    }  # fmt: skip
    assert blocks["Training"] == ["align: captions · trained: connector · frozen: encoder, language model", "tune: data not stated"]
    assert (blocks["summary"], blocks["Contributions"]) == (["Sees at night."], ["Big eyes.", "Quiet."])
    assert (blocks["Deployment"], blocks["Notes"]) == (["40 tokens per second."], ["Paper and site differ."])
    assert blocks["Links"] == {"Paper": "https://example.org/owl", "Weights": "https://example.org/owl-weights"}
    assert blocks["Sources"] == {"The Owl": "https://example.org/owl"}, "only those that can be opened"
    assert [block.bullets for block in owl.blocks if isinstance(block, Prose)] == [False, True, True, True, True]
    kinds = {fact.label: fact.kind for block in owl.blocks if isinstance(block, Facts) for fact in block.items}
    assert {label for label, kind in kinds.items() if kind == "list"} == {"Organizations", "Languages", "Lists"}
    assert (kinds["Released"], kinds["Paper"], kinds["The Owl"]) == ("date", "link", "link")


def test_a_familys_models_stand_in_a_table_with_their_scores_counted() -> None:
    owl = card("owl")
    table = titled(owl)["Models"]
    assert [(row["id"], row["params"], row["language_model_name"], row["hf"], row["score_count"]) for row in table.rows] == [
        ("owl-7b", 7_400_000_000, "Brain-7B", "birds/owl-7b", 8), ("owl-moe", 30_000_000_000, "Brain-MoE", None, 3),
    ]  # fmt: skip
    assert [column.key for column in table.columns] == [
        "id", "name", "params", "params_scope", "language_model_name", "image_size", "hf", "score_count",
    ]  # fmt: skip
    assert owl.name == ["owl-7b", "owl-moe"]


def test_a_family_as_json() -> None:
    data = card("owl").data
    assert {key: data[key] for key in ("id", "kind", "name", "series", "code_license", "weights_license", "license_note", "origin")} == {
        "id": "owl", "kind": "family", "name": "Owl", "series": "Birds", "code_license": "Apache-2.0", "weights_license": "MIT",
        "license_note": "Ask first.", "origin": "",
    }  # fmt: skip
    assert data["sources"] == [
        {
            "key": "paper",
            "kind": "paper",
            "title": "The Owl",
            "url": "https://example.org/owl",
            "retrieved": "2024-04-01",
            "published": None,
        },
        {"key": "site", "kind": "web", "title": "A site", "url": None, "retrieved": None, "published": None},
    ]
    assert [model["id"] for model in data["models"]] == ["owl-7b", "owl-moe"]
    assert (data["architecture"]["visual_tokens"], data["training"][1], data["links"]["paper"]) == (
        576, {"stage": "tune"}, "https://example.org/owl",
    )  # fmt: skip
    bare = card("finch").data
    assert [bare[key] for key in ("contributions", "training", "deployment", "notes", "code_license")] == [None] * 5


def test_a_family_that_states_little_has_a_short_card() -> None:
    assert titled(card("family:wren")).keys() == {"summary", "", "Models"}
    assert titled(card("family:wren"))[""] == {"Series": "Birds", "Organizations": ["Hedge"]}
    assert titled(card("finch"))["Architecture"] == {"Connector": "linear"}


def test_a_models_card() -> None:
    owl = card("owl-7b")
    assert owl.heading == "Owl 7B\tmodel · owl-7b"
    assert owl.name == ["owl-7b"]
    blocks = titled(owl)
    assert list(blocks) == [
        "summary", "", "Architecture", "Scores (8)", "Contributions", "Training", "Deployment", "Notes", "Links", "Sources",
    ]  # fmt: skip
    assert blocks[""] == {
        "Family": "owl", "Series": "Birds", "Organizations": ["Bird Lab", "Forest"], "Released": "2024-03-05",
        "Parameters": 7_400_000_000, "Parameters from": "paper, table 1", "Language model": "Brain-7B", "Vision encoder": "Eye-L, Eye-S",
        "Connector": "mlp", "Image size": 336, "Visual tokens": 576, "Mixture of experts": False, "Tuning": "full",
        "Weights license": "MIT", "Commercial use": "allowed", "License note": "Ask first.", "Languages": ["en", "zh"],
        "Hugging Face": "birds/owl-7b", "Note": "The first.",
    }  # fmt: skip
    assert blocks["Architecture"] == {
        "Connector": "mlp · Bridge · two layers", "High resolution": "tiles", "Mixture of experts": "in the large one",
    }, "its own facts tell the rest"  # fmt: skip
    kinds = {fact.key: fact.kind for block in owl.blocks if isinstance(block, Facts) for fact in block.items}
    assert (kinds["params"], kinds["moe"], kinds["hf"]) == ("count", "flag", "text")
    assert titled(card("owl-moe"))[""]["Active parameters"] == 3_000_000_000
    assert all(fact.label for block in owl.blocks if isinstance(block, Facts) for fact in block.items)


def test_a_models_scores_with_ranks_or_the_reason_why_not() -> None:
    table = titled(card("owl-7b"))["Scores (8)"]
    assert [(row["benchmark"], row["split"], row["value"].value, row["rank"], row["mode"]) for row in table.rows] == [
        ("reading", "val", 61.5, "2 of 4", None), ("reading", "val", 60, "superseded", None), ("reading", "val", 59.5, "–", None),
        ("reading", "val", 71, "few-shot (4)", None), ("reading", "test", 66, "1 of 2", "thinking"),
        ("drawing", None, 2.5, "with ruler", None), ("halves", "first", 1500, "1 of 1", None), ("halves", "second", 300, "1 of 1", None),
    ]  # fmt: skip
    assert "origin" not in [column.key for column in table.columns]
    assert table.name == "benchmark"
    assert card("owl-7b").legend == []


def test_a_split_that_is_assumed_bears_a_mark_that_the_legend_explains() -> None:
    moe = card("owl-moe")
    rows = titled(moe)["Scores (3)"].rows
    assert [(row["benchmark"], row["split"], row["value"].mark, row["rank"]) for row in rows] == [
        ("reading", "val", "?", "1 of 4"), ("drawing", None, "", "1 of 3"), ("halves", None, "", "split not stated"),
    ]  # fmt: skip
    assert moe.legend == [("?", "the source names no split; the benchmark's usual one is assumed")]


def test_figures_of_an_overlay_name_it() -> None:
    wren = card("model:wren")
    table = titled(wren)["Scores (2)"]
    assert [column.title for column in table.columns][-1] == "Overlay"
    assert {row["origin"] for row in table.rows} == {OVERLAY}
    assert titled(wren)[""] == {
        "Family": "wren", "Series": "Birds", "Organizations": ["Hedge"], "Parameters": 450_000_000, "Overlay": OVERLAY,
    }, "it gave the model another name"  # fmt: skip
    assert titled(card("wren-2"))["Scores (0)"].empty == "the catalog has no score of it"


def test_a_model_as_json() -> None:
    data = card("owl-7b").data
    assert {key: data[key] for key in ("id", "kind", "name", "family", "family_name", "aliases", "params_basis", "note", "origin")} == {
        "id": "owl-7b", "kind": "model", "name": "Owl 7B", "family": "owl", "family_name": "Owl", "aliases": ["owlet"],
        "params_basis": "paper, table 1", "note": "The first.", "origin": "",
    }  # fmt: skip
    assert (data["organizations"], data["lists"], data["released"], data["summary"]) == (
        ["Bird Lab", "Forest"], ["big-list", "other-list"], "2024-03-05", "Sees at night.",
    )  # fmt: skip
    first, _, _, fourth, fifth, *_ = data["scores"]
    assert {key: first[key] for key in ("benchmark", "split", "metric", "value", "rank", "of", "reason", "source", "where", "quote")} == {
        "benchmark": "reading", "split": "val", "metric": "accuracy", "value": 61.5, "rank": 2, "of": 4, "reason": None,
        "source": "The Owl", "where": "table 3", "quote": "Owl | 61.5",
    }  # fmt: skip
    assert (fourth["shots"], fourth["reason"], fourth["listed"]) == (4, "few-shot (4)", {"column": "Read", "text": "71.0*"})
    assert (fifth["assumed"], fifth["train_split_seen"], first["train_split_seen"], fourth["train_split_seen"]) == (
        ["split", "scale"], False, True, None,
    )  # fmt: skip


def test_chinese_where_there_is_some() -> None:
    blocks = titled(card("owl", lang="zh"))
    assert (blocks["summary"], blocks["Contributions"]) == (["夜视。"], ["大眼睛。"])
    assert titled(card("owl-7b", lang="zh"))["summary"] == ["夜视。"]
    assert titled(card("finch", lang="zh"))["summary"] == ["Eats seeds."]
    assert card("owl", lang="zh").data["summary"] == "夜视。"


def test_a_series_stands_for_its_families_and_nothing_comes_twice() -> None:
    assert named(catalog(), ["Birds", "owl", "owl-7b", "Birds"]) == [
        Found("family", "owl"),
        Found("family", "wren"),
        Found("model", "owl-7b"),
    ]


def test_several_cards_are_one() -> None:
    several = show_several(catalog(), named(catalog(), ["owl-7b", "owl-moe", "finch"]))
    assert [each["id"] for each in several.data] == ["owl-7b", "owl-moe", "finch"]
    assert several.name == ["owl-7b", "owl-moe", "finch-2b"]
    assert several.legend == (("?", "the source names no split; the benchmark's usual one is assumed"),)
    names = [block.title for block in several.blocks if isinstance(block, Prose) and block.key == "name"]
    assert names == ["Owl 7B\tmodel · owl-7b", "Owl MoE\tmodel · owl-moe", "Finch\tfamily · finch"]
    one = show_several(catalog(), named(catalog(), ["owl-moe"]))
    alone = card("owl-moe")
    assert one == Card(alone.heading, alone.blocks, [alone.data], name=alone.name, legend=alone.legend, notes=alone.notes)


# --- why ---


def figures(model: str, bench: str) -> Card:
    model_id, part, one_split = asked(catalog(), model, bench)
    return why(catalog(), model_id, part, one_split=one_split)


def test_each_figure_tells_where_it_stands_and_what_stands_against_it() -> None:
    found = figures("owl-7b", "reading")
    assert found.heading == "Owl 7B on Reading"
    assert found.name == ["owl-7b"]
    assert found.notes == []
    first, second, third, fourth, fifth = (block for block in found.blocks if isinstance(block, Facts))
    assert (first.title, fifth.title) == ("val · accuracy", "test · ANLS")
    assert facts(first) == {
        "figure": 61.5, "source": "The Owl", "address": "https://example.org/owl", "place": "table 3", "it says": "Owl | 61.5",
        "evidence": "original: read in the makers' own document", "protocol": "generalist",
        "trained on it": "yes: its training split was in the training data", "rank": "2 of 4",
        "rival figure": "59.5 · A site · second-hand", "note": "As printed.",
    }  # fmt: skip
    rivals = [value(fact) for fact in first.items if fact.key == "rival"]
    assert rivals == ["60 · The Owl · original · superseded", "59.5 · A site · second-hand"]
    assert facts(second)["rank"] == "not ranked: superseded by a newer figure of the makers"
    assert facts(third)["rank"] == "not ranked: a rival figure is better founded"
    assert facts(third)["evidence"] == "second-hand: read where somebody quotes the makers"
    assert "address" not in facts(third)
    assert {key: facts(fourth)[key] for key in ("protocol", "the list", "rank")} == {
        "protocol": "few-shot, 4 examples in the prompt", "the list": "has 71.0* under Read", "rank": "not ranked: few-shot (4)",
    }  # fmt: skip
    assert "rival figure" not in facts(fourth), "another protocol is no rival"
    assert {key: facts(fifth)[key] for key in ("protocol", "assumed", "trained on it", "rank")} == {
        "protocol": "generalist · thinking", "assumed": "split, scale", "trained on it": "no", "rank": "1 of 2",
    }  # fmt: skip


def cells(found: Card) -> list[Cell]:
    return [fact.value for block in found.blocks if isinstance(block, Facts) for fact in block.items if fact.key == "value"]


def test_of_rivals_the_one_that_counts_comes_first() -> None:
    more = {
        "id": "owl-7b", "family": "owl", "sources": {"newer": {"kind": "paper", "title": "Ours", "published": "2030-01-01"}},
        "scores": [score("reading", 62, "newer", split="val")],
    }  # fmt: skip
    store = compiled(additions=(more,))
    found = why(store, "owl-7b", asked(store, "owl-7b", "reading@val")[1], one_split=True).data["figures"]
    assert [(figure["value"], figure["standing"]) for figure in found][:4] == [
        (62, "ranked"), (61.5, "passed-over"), (60, "superseded"), (59.5, "passed-over"),
    ]  # fmt: skip


def test_a_figure_bears_its_unit() -> None:
    assert [cell.mark for cell in cells(figures("owl-7b", "reading"))] == ["%"] * 5
    assert [cell.mark for cell in cells(figures("owl-7b", "halves"))] == ["of 2000", "of 800"]
    drawing = figures("owl-7b", "drawing")
    assert [cell.mark for cell in cells(drawing)] == [""]
    assert all(cell.strong and cell.kind == "number" for cell in cells(drawing))
    (block,) = drawing.blocks
    assert isinstance(block, Facts)
    assert block.title == "error"
    assert facts(block)["protocol"] == "generalist · with ruler"
    assert facts(block)["rank"] == "not ranked: with ruler"


def test_what_a_source_leaves_open_is_told() -> None:
    (reading,) = figures("owl-moe", "reading").blocks
    assert isinstance(reading, Facts)
    assert reading.title == "val (assumed: the source names no split) · accuracy"
    (halves,) = figures("owl-moe", "halves").blocks
    assert isinstance(halves, Facts)
    assert (halves.title, facts(halves)["rank"]) == ("total score", "not ranked: split not stated")


def test_a_run_of_ones_own_is_told_from_the_makers_figures() -> None:
    (block,) = figures("model:wren", "reading").blocks
    assert facts(block) == {
        "figure": 40, "source": "Our own run", "evidence": "original: measured in a run of one's own", "protocol": "generalist",
        "rank": "4 of 4", "overlay": OVERLAY,
    }  # fmt: skip


def test_a_rival_of_an_overlay_names_it_and_one_of_several_ranked_protocols_says_so() -> None:
    more = {
        "id": "owl-7b", "family": "owl", "sources": {"mine": {"kind": "run", "title": "Ours"}},
        "scores": [
            score("reading", 62, "mine", split="val", evidence="copy"), score("reading", 50, split="val", protocol="task-finetuned"),
        ],
    }  # fmt: skip
    store = compiled(additions=(more,))
    found = why(store, "owl-7b", asked(store, "owl-7b", "reading@val")[1], one_split=True)
    assert found.heading == "Owl 7B on Reading"
    assert [figure["standing"] for figure in found.data["figures"]] == [
        "ranked", "superseded", "passed-over", "passed-over", "unranked", "unranked",
    ]  # fmt: skip
    first, *_ = found.blocks
    assert isinstance(first, Facts)
    assert [value(fact) for fact in first.items if fact.key == "rival"][-1] == f"62 · Ours · copy · {OVERLAY}"
    assert [figure["reason"] for figure in found.data["figures"]][-1] == "task-finetuned"


def test_evidence_only_the_list_has_is_told() -> None:
    listed: Any = {"evidence": "listed", "listed": {"column": "Read", "text": "9"}}
    family = {**OWL, "models": [{"id": "owl-7b", "name": "Owl 7B", "scores": [score("reading", 9, split="val", **listed)]}]}
    store = compiled((family,), additions=())
    (block,) = why(store, "owl-7b", asked(store, "owl-7b", "reading")[1], one_split=False).blocks
    assert (facts(block)["evidence"], facts(block)["rank"]) == ("listed: only the public list has it", "not ranked: only in the list")


def test_as_json() -> None:
    data = figures("owl-7b", "halves").data
    assert (data["model"], data["name"], data["benchmark"]) == ("owl-7b", "Owl 7B", "halves")
    assert [
        {key: figure[key] for key in ("split", "metric", "metric_name", "unit", "min", "max", "rank", "of", "standing")}
        for figure in data["figures"]
    ] == [
        {"split": "first", "metric": "first", "metric_name": "first score", "unit": "points", "min": 0, "max": 2000, "rank": 1, "of": 1,
         "standing": "ranked"},
        {"split": "second", "metric": "second", "metric_name": "second score", "unit": "points", "min": 0, "max": 800, "rank": 1, "of": 1,
         "standing": "ranked"},
    ]  # fmt: skip
    assert figures("owl-7b", "reading").data["figures"][1]["rivals"][0] == {
        "value": 61.5, "source": "The Owl", "url": "https://example.org/owl", "evidence": "original", "status": "current", "origin": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("bench", "title", "values"),
    [
        ("reading", "Reading", [61.5, 60, 59.5, 71, 66]),
        ("reading@val", "Reading", [61.5, 60, 59.5, 71]),
        ("reading@test", "Reading@test", [66]),
        ("reading:anls", "Reading@test", [66]),
        ("halves", "Halves", [1500, 300]),
        ("halves@second", "Halves@second", [300]),
    ],
)
def test_a_split_that_is_named_is_the_only_one(bench: str, title: str, values: list[float]) -> None:
    found = figures("owl-7b", bench)
    assert ([figure["value"] for figure in found.data["figures"]], found.heading) == (values, f"Owl 7B on {title}")


def test_nothing_is_told_with_what_there_is() -> None:
    assert figures("finch", "halves").notes == [
        "the catalog has no figure of Finch 2B on Halves (vlmctl scores --model finch-2b lists what it has)"
    ]
    assert figures("finch", "reading:accuracy").notes == []
    assert figures("owl-moe", "reading@test").notes == [
        "the catalog has no figure of Owl MoE for Reading@test, but others of Reading (vlmctl why owl-moe reading)"
    ]
    assert figures("wren-2", "reading@test").notes == [
        "the catalog has no figure of Wren 2 on Reading@test (vlmctl scores --model wren-2 lists what it has)"
    ]


def test_a_family_of_several_models_is_asked_which() -> None:
    with pytest.raises(NotFoundError, match=r"^'owl' stands for 2 models$") as caught:
        asked(catalog(), "owl", "reading")
    assert (caught.value.hint, caught.value.candidates) == ("name one of them: owl-7b, owl-moe", ("owl-7b", "owl-moe"))
    assert asked(catalog(), "finch", READING["id"])[0] == "finch-2b"
    many = [{"id": f"wren-{letter}", "name": f"Wren {letter}"} for letter in "abcdefghijklmn"]
    with pytest.raises(NotFoundError, match=r"^'wren' stands for 14 models$") as caught:
        asked(compiled(({**WREN, "models": many},), (READING,), ()), "wren", "reading")
    assert caught.value.hint == f"name one of them: {', '.join(each['id'] for each in many[:12])}", "a dozen are named"
    assert len(caught.value.candidates) == 14


def test_long_texts_of_cards_may_be_shortened() -> None:
    shrinking = [column.key for block in card("owl").blocks if isinstance(block, Table) for column in block.columns if column.shrinks]
    assert shrinking == ["name", "language_model_name"]
    shrinking = [
        column.key for block in card("model:wren").blocks if isinstance(block, Table) for column in block.columns if column.shrinks
    ]
    assert shrinking == ["source", "origin"]
