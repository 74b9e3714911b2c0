"""Differences of two catalogs, one record changed at a time, and how a changelog tells them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from unit.told_store import DRAWING, FINCH, HALVES, OWL, READING, WREN, compiled, score
from vlmctl.errors import CatalogError
from vlmctl.query.changelog import MOST_NAMED, changelog
from vlmctl.query.differences import KEYS, Change, Differences, differences, differences_table
from vlmctl.results import Prose
from vlmctl.store.catalog import Catalog

PAPER, OTHER = "https://example.org/1", "https://example.org/2"
SOURCES = {
    "paper": {"kind": "paper", "title": "One", "url": PAPER}, "other": {"kind": "web", "title": "Two", "url": OTHER},
    "same": {"kind": "web", "title": "One again", "url": PAPER}, "bare": {"kind": "web", "title": "No address"},
    "bare2": {"kind": "web", "title": "None either"},
}  # fmt: skip


def of(*scores: dict[str, Any], **model: Any) -> Catalog:
    """A catalog of one model with these figures."""
    record = {"id": "m", "name": "The Model", "scores": list(scores), **model}
    family = {
        "id": "f",
        "name": "The Family",
        "series": "F",
        "organizations": ["O"],
        "summary": "S.",
        "sources": SOURCES,
        "models": [record],
    }
    return compiled((family,), (READING, DRAWING, HALVES), ())


def val(value: float, source: str = "paper", **other: Any) -> dict[str, Any]:
    return score("reading", value, source, split="val", **other)


def found(old: Catalog, new: Catalog) -> list[dict[str, Any]]:
    return [{key: value for key, value in each._asdict().items() if value is not None} for each in differences(old, new).changes]


def brief(old: Catalog, new: Catalog) -> list[tuple[Any, ...]]:
    return [(each.change, each.what, each.shown("old"), each.shown("new")) for each in differences(old, new).changes]


def bullets(old: Catalog, new: Catalog) -> list[str]:
    (block,) = changelog(differences(old, new)).blocks
    assert isinstance(block, Prose)
    return list(block.lines)


def test_a_figure_with_another_value_has_changed_and_names_its_source() -> None:
    assert found(of(val(50)), of(val(51.5))) == [
        {"kind": "score", "change": "changed", "id": "m", "name": "The Model", "what": "Reading val", "old": 50, "new": 51.5,
         "old_source": "One", "new_source": "One", "old_url": PAPER, "new_url": PAPER, "old_status": "current", "new_status": "current",
         "old_evidence": "original", "new_evidence": "original"},
    ]  # fmt: skip


def test_a_figure_without_a_counterpart_is_new_or_gone() -> None:
    assert found(of(), of(val(50))) == [
        {"kind": "score", "change": "added", "id": "m", "name": "The Model", "what": "Reading val", "new": 50, "new_source": "One",
         "new_url": PAPER, "new_status": "current", "new_evidence": "original"},
    ]  # fmt: skip
    assert found(of(val(50)), of()) == [
        {"kind": "score", "change": "gone", "id": "m", "name": "The Model", "what": "Reading val", "old": 50, "old_source": "One",
         "old_url": PAPER, "old_status": "current", "old_evidence": "original"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        # the same source goes before the same value, and that before the same document under another key
        ([val(50), val(60, "other")], [val(60), val(60, "other")], [("changed", "Reading val", 50, 60)]),
        ([val(50), val(60, "other")], [val(60, "other"), val(50)], []),
        ([val(50)], [val(51, "same")], [("changed", "Reading val", 50, 51)]),
        ([val(50, "bare")], [val(51, "other")], [("changed", "Reading val", 50, 51)]),
        ([val(50), val(60, "bare")], [val(50), val(61, "bare2"), val(62, "other")], [
            ("added", "Reading val", None, 61), ("added", "Reading val", None, 62), ("gone", "Reading val", 60, None),
        ]),
        ([val(50), val(60, "bare")], [val(50, "other"), val(61, "bare2")], [("changed", "Reading val", 60, 61)]),
        # what only stands in another state
        ([val(50)], [val(50, status="superseded")], [("changed", "Reading val", "50 (current)", "50 (superseded)")]),
        ([val(50)], [val(50, evidence="copy")], [("changed", "Reading val", "50 (original)", "50 (copy)")]),
        ([val(50)], [val(51, evidence="copy", status="superseded")],
         [("changed", "Reading val", "50 (current, original)", "51 (superseded, copy)")]),
        # another key is another figure
        ([val(50)], [val(50), val(50, mode="thinking")], [("added", "Reading val, thinking", None, 50)]),
        ([], [val(50, protocol="few-shot", shots=4), val(50, protocol="task-finetuned", variant="OCR")],
         [("added", "Reading val, few-shot (4)", None, 50), ("added", "Reading val, task-finetuned, OCR", None, 50)]),
        ([], [score("drawing", 1), score("reading", 40)], [("added", "Drawing error", None, 1),
        ("added", "Reading (split not stated)", None, 40)]),
        ([val(50)], [score("reading", 50)], [("changed", "Reading (split not stated)", "50 as Reading val", 50)]),
        ([], [val(50, metric="anls"), score("reading", 40, metric="anls")],
         [("added", "Reading val anls", None, 50), ("added", "Reading anls (split not stated)", None, 40)]),
        # one that is gone here and there in another place, from the same source, has moved
        ([val(50)], [score("reading", 50, split="test")], [("changed", "Reading test", "50 as Reading val", 50)]),
        ([val(50)], [score("reading", 51, split="test")], [("added", "Reading test", None, 51), ("gone", "Reading val", 50, None)]),
        ([val(50)], [score("reading", 50, "other", split="test")], [("added", "Reading test", None, 50),
        ("gone", "Reading val", 50, None)]),
        ([val(50)], [score("drawing", 50)], [("added", "Drawing error", None, 50), ("gone", "Reading val", 50, None)]),
        ([val(50)], [score("reading", 50, split="test"), score("reading", 50, split="test", variant="OCR")],
         [("changed", "Reading test", "50 as Reading val", 50), ("added", "Reading test, OCR", None, 50)]),
    ],
)  # fmt: skip
def test_which_figure_became_which(old: list[dict[str, Any]], new: list[dict[str, Any]], changes: list[tuple[Any, ...]]) -> None:
    assert brief(of(*old), of(*new)) == changes


@pytest.mark.parametrize(
    "detail", [{"where": "table 2"}, {"quote": "51"}, {"note": "seen"}, {"listed": {"column": "R", "text": "50"}}, {"assumed": ["scale"]},
               {"train_split_seen": True}],
)  # fmt: skip
def test_what_else_is_said_of_a_figure_is_only_counted(detail: dict[str, Any]) -> None:
    once = differences(of(val(50), val(60, "other")), of(val(50, **detail), val(60, "other")))
    assert (list(once.changes), once.details) == ([], 1)
    assert changelog(once).notes == ["1 figure differs only in source, place, quote or note"]
    twice = differences(of(val(50), val(60, "other")), of(val(50, **detail), val(60, "other", **detail)))
    assert differences_table(twice, old="a", new="b").notes == ["2 figures differ only in source, place, quote or note"]
    assert changelog(differences(of(), of())).notes == []


def test_facts_of_models_one_by_one() -> None:
    old = of(params="2B", aliases=["a"], image_size=336, language_model="brain-7b")
    new = of(params="2.5B", aliases=["a", "b"], hf="o/m", language_model="brain-moe", name="The model")
    assert sorted((each["what"], each["change"], each.get("old"), each.get("new")) for each in found(old, new)) == [
        ("aliases", "changed", ["a"], ["a", "b"]), ("hf", "added", None, "o/m"), ("image_size", "gone", 336, None),
        ("language_model", "changed", "brain-7b", "brain-moe"), ("moe", "changed", 0, 1), ("name", "changed", "The Model", "The model"),
        ("params", "changed", 2_000_000_000, 2_500_000_000),
    ]  # fmt: skip
    assert {each["kind"] for each in found(old, new)} == {"fact"}
    assert {(each["id"], each["name"]) for each in found(old, new)} == {("m", "The model")}, "as it is called now"


def test_facts_of_families_and_benchmarks_down_to_the_part_that_differs() -> None:
    owl: dict[str, Any] = copy.deepcopy(OWL)
    owl["architecture"]["connector"]["name"] = "Span"
    owl["architecture"]["visual_tokens"] = None
    owl["links"]["code"] = "https://example.org/code"
    owl["deployment"] = None
    reading = {**READING, "plausible": [25, 90], "task": "ocr"}
    old, new = compiled(), compiled((owl, WREN, FINCH), (reading, DRAWING, HALVES))
    facts = {(each.id, each.what): (each.change, each.old, each.new) for each in differences(old, new).of("fact", "changed")}
    assert facts == {
        ("owl", "architecture.connector.name"): ("changed", "Bridge", "Span"), ("reading", "plausible"): ("changed", [20, 90], [25, 90]),
        ("reading", "task"): ("changed", "text-vqa", "ocr"),
    }  # fmt: skip
    assert {(each.id, each.what, each.new) for each in differences(old, new).of("fact", "added")} == {
        ("owl", "links.code", "https://example.org/code"),
    }  # fmt: skip
    gone = {(each.id, each.what): each.old for each in differences(old, new).of("fact", "gone")}
    assert gone == {
        ("owl", "architecture.visual_tokens"): 576, ("owl", "deployment"): ["40 tokens per second."], ("owl-7b", "visual_tokens"): 576,
        ("owl-moe", "visual_tokens"): 576,
    }  # fmt: skip
    assert [each.id for each in differences(old, new).of("benchmark", "gone")] == ["unused"]


def test_models_that_come_or_go_name_their_family() -> None:
    old, new = compiled((OWL, WREN), additions=()), compiled((FINCH, {**WREN, "models": WREN["models"][:1]}), additions=())
    things = [(each.kind, each.change, each.id, each.family) for each in differences(old, new).changes if each.kind != "score"]
    assert things == [
        ("family", "added", "finch", None), ("family", "gone", "owl", None), ("model", "added", "finch-2b", "finch"),
        ("model", "gone", "owl-7b", "owl"), ("model", "gone", "owl-moe", "owl"), ("model", "gone", "wren-2", "wren"),
    ]  # fmt: skip


def test_the_table_for_people_and_for_machines() -> None:
    found = differences(of(val(50), params="2B"), of(val(51, "other"), params="3B"))
    table = differences_table(found, old="A", new="B")
    assert (table.heading, table.group, table.name) == ("2 differences · A → B", "kind", "id")
    assert differences_table(differences(of(val(50)), of(val(51))), old="A", new="B").heading == "1 difference · A → B"
    shown = [column.key for column in table.columns if not column.machine]
    assert shown == ["kind", "id", "what", "change", "was", "is", "source"]
    assert [column.key for column in table.columns if not column.machine and not column.importance] == ["id", "what", "change", "was", "is"]
    assert tuple(column.key for column in table.columns if not column.human) == KEYS
    fact, figure = table.rows
    assert (fact["change"].mark, fact["was"].value, fact["is"].value, fact["is"].kind) == ("~", 2_000_000_000, 3_000_000_000, "count")
    assert (figure["was"].value, figure["is"].value, figure["is"].kind, figure["source"]) == (50, 51, None, "One → Two")
    assert [differences_table(differences(*pair), old="", new="").rows[0]["change"].mark for pair in ((of(), of(val(1))), (of(val(1)),
    of()))] == [
        "+", "-",
    ]  # fmt: skip
    assert [column.key for column in differences_table(found, old="", new="", columns=["new", "was"]).columns] == ["new", "was"]


def test_each_kind_of_difference_stands_together() -> None:
    owl = {**OWL, "summary": "Other.", "models": [{**OWL["models"][0], "params": "7.5B"}, *OWL["models"][1:]]}
    new = compiled((owl, {**WREN, "models": WREN["models"][:1]}, FINCH), ({**READING, "task": "ocr"}, DRAWING, HALVES), ())
    table = differences_table(differences(compiled((OWL, WREN), (READING, DRAWING, HALVES), ()), new), old="a", new="b")
    kinds = [row["kind"] for row in table.rows]
    assert list(dict.fromkeys(kinds)) == [kind for place, kind in enumerate(kinds) if kinds[place - 1 : place] != [kind]]
    assert list(dict.fromkeys(kinds)) == ["family", "model", "fact", "score"]
    facts = [(row["id"], row["what"]) for row in table.rows if row["kind"] == "fact"]
    assert facts == [("owl", "summary"), ("reading", "task"), ("owl-7b", "params")]


def test_a_catalog_that_holds_nonsense_is_told_so() -> None:
    good, bad = of(val(50)), of(val(50))
    bad.connection.execute("UPDATE family SET document_json = '{'")
    for pair in ((good, bad), (bad, good)):
        with pytest.raises(CatalogError, match=r"^one of the catalogs can't be read: \w+: .+"):
            differences(*pair)


# --- the changelog ---


def test_bullets_for_things() -> None:
    drawn = {**DRAWING, "id": "drawn", "name": "Drawn"}
    old = compiled((OWL, WREN), (READING, DRAWING, HALVES, drawn), ())
    new = compiled((FINCH, {**WREN, "models": WREN["models"][:1]}), (READING, DRAWING, HALVES, {**drawn, "id": "held", "name": "Held"}), ())
    assert bullets(old, new)[:7] == [
        "New family: Finch.", "New with their families: 1 model.", "New benchmark: Held.", "Removed family: Owl.",
        "Removed with their families: 2 models.", "Removed model: Wren 2.", "Removed benchmark: Drawn.",
    ]  # fmt: skip
    assert bullets(new, old)[:3] == ["New family: Owl.", "New with their families: 2 models.", "New model: Wren 2."]
    assert bullets(old, old) == ["No differences."]


def test_many_names_are_cut() -> None:
    def made(count: int) -> Differences:
        return Differences([Change("model", "added", f"m{number}", f"M{number}") for number in range(count)], 0)

    def line(count: int) -> str:
        (block,) = changelog(made(count)).blocks
        assert isinstance(block, Prose)
        return block.lines[0]

    assert line(2) == "New models: M0, M1."
    assert line(MOST_NAMED).endswith("M10, M11.")
    assert line(MOST_NAMED + 2).endswith("M10, M11 and 2 more.")
    assert line(MOST_NAMED + 1).endswith("M11 and 1 more.")


def fact(change: str, what: str, old: Any = None, new: Any = None) -> str:
    (block,) = changelog(Differences([Change("fact", change, "m", "M", what, old, new)], 0)).blocks
    assert isinstance(block, Prose)
    return block.lines[0].removeprefix("M: ")


def test_facts_in_a_sentence() -> None:
    assert fact("changed", "active_params", 10**9, 15 * 10**8) == "active params 1B → 1.5B."
    assert fact("changed", "image_size", 336, "dynamic") == "image size 336 → dynamic."
    assert fact("added", "params", None, 2 * 10**9) == "params 2B."
    assert fact("added", "hf", None, "o/m") == "hf o/m."
    assert fact("added", "aliases", None, ["a"]) == "aliases added."
    assert fact("gone", "hf", "o/m") == "hf removed."
    assert fact("changed", "aliases", ["a"], ["b"]) == "aliases changed."
    assert fact("changed", "summary", "x" * 40, "y" * 40) == f"summary {'x' * 40} → {'y' * 40}."
    assert fact("changed", "summary", "x" * 40, "y" * 41) == "summary changed."
    assert fact("added", "summary", None, "x" * 60) == f"summary {'x' * 60}."
    assert fact("added", "summary", None, "x" * 61) == "summary added."


def test_all_facts_of_a_thing_are_one_bullet() -> None:
    changes = [Change("fact", "gone", "m", "M", f"f{number}", "x") for number in range(MOST_NAMED)]
    other = Change("fact", "gone", "n", "N", "hf", "x")
    (block,) = changelog(Differences([*changes, other], 0)).blocks
    assert isinstance(block, Prose)
    assert len(block.lines) == 2
    assert block.lines[0].endswith("f11 removed.")
    (block,) = changelog(Differences([*changes, changes[0]], 0)).blocks
    assert isinstance(block, Prose)
    assert block.lines[0].endswith("f11 removed ….")


def test_corrected_figures_one_by_one_with_their_sources() -> None:
    assert bullets(of(val(50)), of(val(51))) == [f"The Model, Reading val: 50 → 51 (One, {PAPER})."]
    assert bullets(of(val(50)), of(val(51, "other"))) == [f"The Model, Reading val: 50 → 51 (Two, {OTHER}; before: One, {PAPER})."]
    assert bullets(of(val(50, "bare")), of(val(51, "bare"))) == ["The Model, Reading val: 50 → 51 (No address)."]
    assert bullets(of(val(50)), of(val(50, status="superseded"))) == [
        f"The Model, Reading val: 50 (current) → 50 (superseded) (One, {PAPER}).",
    ]  # fmt: skip


def test_figures_that_were_only_judged_anew_are_one_bullet() -> None:
    old, new = (of(val(50, evidence=evidence), score("drawing", 1, evidence=evidence)) for evidence in ("original", "copy"))
    assert bullets(old, new) == [f"The Model, original → copy: Reading val 50, Drawing error 1 (One, {PAPER})."]
    assert bullets(of(val(50)), of(val(51, evidence="copy"))) == [f"The Model, Reading val: 50 (original) → 51 (copy) (One, {PAPER})."]


def test_new_figures_of_a_model_that_stays_are_one_bullet_and_of_new_models_only_counted() -> None:
    assert bullets(of(val(50)), of(val(50), score("drawing", 1, "other"), score("halves", 300, split="first"))) == [
        f"The Model, new figures: Drawing error 1, Halves first 300 (Two, {OTHER}; One, {PAPER}).",
    ]  # fmt: skip
    assert bullets(of(val(50)), of()) == [f"The Model, removed figures: Reading val 50 (One, {PAPER})."]
    lines = bullets(compiled((WREN,), additions=()), compiled((WREN, OWL), additions=()))
    assert lines[-1] == "11 figures of 2 new models."
    assert bullets(compiled((WREN, FINCH), additions=()), compiled((WREN,), additions=()))[-1] == "3 figures of 1 removed model."


def test_of_many_sources_three_are_named() -> None:
    new = [score("reading", 40 + place, key, split="val", variant=key) for place, key in enumerate(SOURCES)]
    (line,) = bullets(of(), of(*new))
    assert line.endswith(f"(One, {PAPER}; Two, {OTHER}; One again, {PAPER}).")


def test_a_title_that_is_the_address_is_not_said_twice() -> None:
    change = Change("score", "changed", "m", "M", "R", 1, 2, old_source=PAPER, new_source=PAPER, old_url=PAPER, new_url=PAPER)
    (block,) = changelog(Differences([change, change._replace(new_source=None, new_url=None)], 0)).blocks
    assert isinstance(block, Prose)
    assert list(block.lines) == [f"M, R: 1 → 2 ({PAPER}).", f"M, R: 1 → 2 (no source; before: {PAPER})."]


def test_the_changelog_as_json_has_every_difference() -> None:
    found = differences(of(val(50)), of(val(51), params="2B"))
    card = changelog(found)
    assert [each["what"] for each in card.data] == ["params", "Reading val"]
    assert card.name == ["m", "m"]
    (block,) = card.blocks
    assert isinstance(block, Prose)
    assert (block.title, block.bullets) == ("Catalog", True)


def test_the_same_source_goes_before_the_same_number_of_figures() -> None:
    assert brief(of(val(60, "bare"), val(50)), of(val(61, "bare"))) == [
        ("changed", "Reading val", 60, 61), ("gone", "Reading val", 50, None),
    ]  # fmt: skip
    assert brief(of(val(60), val(50, "bare")), of(val(61, "same"))) == [
        ("changed", "Reading val", 60, 61), ("gone", "Reading val", 50, None),
    ], "as does the same document under another key"  # fmt: skip


def test_the_same_value_goes_before_another_of_the_same_source() -> None:
    assert brief(of(val(50)), of(val(51), val(50, status="superseded"))) == [
        ("changed", "Reading val", "50 (current)", "50 (superseded)"), ("added", "Reading val", None, 51),
    ]  # fmt: skip


def test_long_texts_of_differences_may_be_shortened() -> None:
    table = differences_table(differences(of(), of(val(1))), old="a", new="b")
    assert [column.key for column in table.columns if column.shrinks] == ["what", "was", "is", "source"]
    assert [column.key for column in table.columns if column.human] == ["was", "is", "source"]


def test_what_a_mixture_is_made_of_is_told_once() -> None:
    changes = differences(of(mixture_of_experts=False), of(mixture_of_experts=True)).changes
    assert [(each.kind, each.what, each.old, each.new) for each in changes] == [("fact", "moe", False, True)]


def test_bytes_where_a_figure_belongs_are_no_catalog() -> None:
    old, odd = of(val(50)), of(val(50))
    odd.connection.execute("UPDATE score SET note = x'00ff'")
    with pytest.raises(CatalogError, match=r"^one of the catalogs can't be read: ValueError: bytes where a figure belongs$"):
        differences(old, odd)
