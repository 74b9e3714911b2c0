"""What makes each check fire and what doesn't, and what a check is: beside the corpus, which has one case of each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from unit.test_check_edges import BASE, BENCH, FAMILY, FIVE, found, laid, model, reading, score
from vlmctl.checks import describe, registry
from vlmctl.checks.check import Check, Problem, error, found_while_reading, warning
from vlmctl.checks.languages import language_problem
from vlmctl.checks.validation import Report, validate
from vlmctl.errors import UsageError

# --- what a check is ---


def test_a_check_is_a_function_with_its_docstring() -> None:
    @warning("family", "model")
    def looks_at_one(subject: Any) -> Iterator[Problem]:
        """A title.

        What to do.
        """
        yield Problem(("id",), f"seen {subject}")

    @error("score")
    def looks_around(subject: Any, around: Any) -> Iterator[Problem]:
        """Title."""
        yield Problem((), f"{subject} in {around}")

    @found_while_reading("warning")
    def found_before() -> None:
        """Read."""

    assert (looks_at_one.id, looks_at_one.severity, looks_at_one.on, looks_at_one.looks_around) == (
        "looks-at-one", "warning", ("family", "model"), False,
    )  # fmt: skip
    assert (looks_at_one.title, looks_at_one.doc) == ("A title.", "A title.\n\nWhat to do.")
    assert [problem.message for problem in looks_at_one.run(1, 2)] == ["seen 1"]
    assert (looks_around.id, looks_around.severity, looks_around.on, looks_around.looks_around) == (
        "looks-around",
        "error",
        ("score",),
        True,
    )
    assert [problem.message for problem in looks_around.run(1, 2)] == ["1 in 2"]
    assert (found_before.severity, found_before.on, list(found_before.run(1, 2))) == ("warning", ("reading",), [])
    with pytest.raises(ValueError, match="the check nothing_said needs a docstring"):

        @error("score")
        def nothing_said(subject: Any) -> Iterator[Problem]:
            yield Problem((), "")


def test_all_checks_are_found_and_come_by_what_they_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    every = registry.checks.__wrapped__()
    order = ["reading", "file", "family", "model", "score", "benchmark", "component", "license"]
    places = [order.index(check.on[0]) for check in every.values()]
    assert places == sorted(places)
    assert set(places) == set(range(len(order)))
    assert all(isinstance(check, Check) and key == check.id for key, check in every.items())
    from vlmctl.checks import rows

    monkeypatch.setattr(rows, "again", Check("null", "error", ("file",), "Doc.", None), raising=False)
    with pytest.raises(ValueError, match="two checks are called null"):
        registry.checks.__wrapped__()


def test_the_reference_page_has_a_section_for_each_check() -> None:
    page = describe.reference()
    assert (ROOT / "docs" / "reference" / "checks.md").read_text("utf-8").endswith(f"-->\n\n{page}"), "write it with docs/generate.py"
    known = registry.checks()
    errors = sum(check.severity == "error" for check in known.values())
    assert page.startswith(f"# Checks\n\n`vlmctl validate` runs {len(known)} checks. {errors} find errors, which make it exit with 1; ")
    parts = page.split("\n## ")
    assert [part.partition("\n")[0] for part in parts[1:]] == [
        "What reading finds", "Files", "Families", "Models", "Scores", "Benchmarks", "Components", "Licenses",
    ]  # fmt: skip
    sections = {
        section.partition("\n")[0]: section.partition("\n")[2].strip("\n") for part in parts[1:] for section in part.split("\n### ")[1:]
    }
    assert list(sections) == list(known)
    for key, text in sections.items():
        check = known[key]
        looks_at = "" if check.on == ("reading",) else f" · looks at: {', '.join(check.on)}"
        assert text == f"*{check.severity}*{looks_at}\n\n{check.doc}"
    assert parts[2].startswith("Files\n\nAny file's texts.\n\n### ")


def test_checks_named_by_their_ids() -> None:
    assert describe.known_checks(["null, syntax", "placeholder,"]) == {"null", "syntax", "placeholder"}
    assert describe.known_checks([]) == frozenset()
    with pytest.raises(UsageError, match=r"^no check is called 'placeholdr'$") as caught:
        describe.known_checks(["placeholdr"])
    assert caught.value.hint == "did you mean placeholder?"
    with pytest.raises(UsageError) as caught:
        describe.known_checks(["null", "§"])
    assert caught.value.hint == "vlmctl validate --list-checks names them all"


def test_the_list_of_checks() -> None:
    table = describe.listing()
    assert table.heading == f"{len(registry.checks())} checks"
    rows = {row["id"]: row for row in table.rows}
    assert {key: rows["stray-space"][key] for key in ("severity", "on")} == {"severity": "warning", "on": "file"}
    assert rows["alias-twice"]["on"] == "family, model, benchmark, component, license"
    assert rows["alias-twice"]["title"] == "An alias stands there twice."
    assert rows["alias-twice"]["text"].endswith("Remove one.")
    assert [(column.key, column.machine, column.shrinks) for column in table.columns] == [
        ("id", False, False), ("severity", False, False), ("on", True, False), ("title", False, True),
    ]  # fmt: skip


# --- what is used, and how things are spelled ---


def catalog(root: Path, files: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """Check, message and text of every finding in a directory of records without anything beneath it."""
    for name, records in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(records, ensure_ascii=False), "utf-8")
    report = validate([], [root], today=date(2026, 1, 1))
    return [(each.check, each.message, each.text) for each in report.findings]


LICENSES = [{"id": key, "name": f"{key} name", "url": "https://example.org"} for key in ("A", "B", "C", "D")]
ENCODERS = [{"id": f"e{number}", "name": f"E{number}"} for number in range(3)]
LANGUAGES = [{"id": f"l{number}", "name": f"L{number}"} for number in range(3)]


def test_what_a_family_or_one_of_its_models_names_is_used(tmp_path: Path) -> None:
    family = {
        **FAMILY, "license": {"code": "A", "weights": "B"}, "architecture": {"vision_encoders": ["e0"], "language_models": ["l0"]},
        "models": [model(language_model="l1", vision_encoders=["e1"], license="C")],
    }  # fmt: skip
    findings = catalog(
        tmp_path / "c",
        {
            "components/licenses.yaml": LICENSES, "components/vision-encoders.yaml": ENCODERS, "components/language-models.yaml": LANGUAGES,
            "families/example.yaml": family,
        },
    )  # fmt: skip
    assert sorted(text or "" for check, _, text in findings if check == "unused-component") == ["D", "e2", "l2"]
    assert {message for check, message, _ in findings if check == "unused-component"} == {"nothing uses it"}


def test_spellings_are_counted_over_families_and_makers(tmp_path: Path) -> None:
    def family(key: str, organizations: list[str], series: str) -> dict[str, Any]:
        return {
            **FAMILY,
            "id": key,
            "name": key.upper(),
            "organizations": organizations,
            "series": series,
            "models": [model(name=f"{key} 1")],
        }

    findings = catalog(
        tmp_path / "c",
        {
            "families/a.yaml": family("a", ["Open Lab"], "Line"), "families/b.yaml": family("b", ["Other", "OpenLab"], "LINE"),
            "families/c.yaml": family("c", ["Third"], "LINE"),
            "components/vision-encoders.yaml": [{**ENCODERS[0], "maker": "Open Lab"}, {**ENCODERS[1], "maker": "Open Lab"}],
        },
    )  # fmt: skip
    told = [(message, text) for check, message, text in findings if check == "spelled-two-ways"]
    assert told == [("2 other records write 'LINE'", "Line"), ("3 other records write 'Open Lab'", "OpenLab")]
    told = found(tmp_path, "spelled-two-ways", organizations=["Examplelab"])
    assert told == [("2 other records write 'Example Lab'", "write 'Example Lab'")], "a family and a language model's maker"
    assert found(tmp_path, "spelled-two-ways", series="BASE") == [("1 other record writes 'Base'", "write 'Base'")]


def test_a_benchmark_without_any_score_is_unused(tmp_path: Path) -> None:
    findings = laid(tmp_path, "benchmarks/new.yaml", BENCH)
    assert ("unused-benchmark", "no model has a score on it") in findings
    assert ("no-plausible-range", "no 'plausible' range") in findings
    assert "no-plausible-range" not in dict(laid(tmp_path, "benchmarks/new.yaml", {**BENCH, "plausible_by_metric": {"accuracy": [1, 2]}}))


# --- components ---


def test_a_license_nobody_can_open(tmp_path: Path) -> None:
    told = laid(tmp_path, "components/licenses.yaml", [{"id": "X", "name": "X"}, {"id": "Y", "name": "Y", "url": "https://example.org"}])
    assert [message for check, message in told if check == "license-without-address"] == ["no url"]


SHAPE: dict[str, Any] = {"layers": 10, "attention": "hybrid", "source": "paper"}
GROUP = {"layers": 4, "kv_heads": 2, "head_dim": 64}


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ({"layer_groups": [GROUP, GROUP], "mamba": {"layers": 2}}, []),
        ({"layer_groups": [GROUP, GROUP], "mamba": {"layers": 3}}, ["its parts have 11 layers"]),
        ({"linear_attention": {"layers": 5}, "conv": {"layers": 5}}, []),
        ({"linear_attention": {"layers": 5}, "conv": {"layers": 5}, "mamba": {"layers": 1}}, ["its parts have 11 layers"]),
        ({"kv_heads_per_layer": [1] * 10, "heads_per_layer": [2] * 10}, []),
        ({"kv_heads_per_layer": [1] * 9, "heads_per_layer": [2] * 11}, ["9 entries for 10 layers", "11 entries for 10 layers"]),
        ({}, []),
    ],
)
def test_layers_of_all_kinds_add_up(tmp_path: Path, shape: dict[str, Any], told: list[str]) -> None:
    records = [{"id": "new", "name": "New", "shape": {**SHAPE, **shape}}]
    assert [message for check, message in laid(tmp_path, "components/language-models.yaml", records) if check == "shape-layers"] == told


@pytest.mark.parametrize(("heads", "kv_heads", "fires"), [(8, 2, False), (8, 8, False), (8, 3, True), (2, 8, True), (None, 3, False)])
def test_heads_share_keys_in_equal_groups(tmp_path: Path, heads: int | None, kv_heads: int, fires: bool) -> None:
    shape = {**SHAPE, "kv_heads": kv_heads, **({"heads": heads} if heads else {})}
    told = dict(laid(tmp_path, "components/language-models.yaml", [{"id": "new", "name": "New", "shape": shape}]))
    assert told.get("shape-heads") == (f"{heads} heads can't share {kv_heads}" if fires else None)


# --- models ---


def test_a_size_is_weighed_against_the_parts(tmp_path: Path) -> None:
    def told(params: str, **other: Any) -> list[str]:
        facts = {"language_model": "large-lm", "vision_encoders": ["encoder-a"], "params_basis": "paper", **other}
        return [message for message, _ in found(tmp_path, "params-against-parts", model(params=params, **facts))]

    # together 7.3B: a fifth less is rounding, half more and a billion are a connector and another way of counting
    assert told("5.84B") == told("11.95B") == []
    assert told("5.83B") == ["Example One: 5.83B parameters, but its parts have 7.3B"]
    assert told("11.96B") == ["Example One: 11.96B parameters, but its parts have only 7.3B"]
    assert told("40B", vision_encoders=["encoder-b"]) == [], "a part of unknown size"
    assert told("40B", vision_encoders=["encoder-a", "encoder-b"]) == []
    assert told("40B", mixture_of_experts=True) == []
    assert told("5.83B", mixture_of_experts=True) != []
    assert told("1B", language_model="none") == []
    assert told("6B", params_basis="the language model alone") == []
    assert told("5.5B", params_basis="the language model alone") != [], "the language model has 7B"


def test_experts_of_their_own_make_it_larger(tmp_path: Path) -> None:
    parts = model(params="40B", params_basis="paper", language_model="large-lm", vision_encoders=["encoder-a"])
    for kind, fires in (("visual-expert", False), ("mlp", True)):
        assert bool(found(tmp_path, "params-against-parts", parts, architecture={"connector": {"kind": kind}})) is fires


def test_a_name_may_count_the_language_model_alone(tmp_path: Path) -> None:
    def fires(name: str, params: str, **other: Any) -> bool:
        return bool(found(tmp_path, "params-against-name", model(name=name, params=params, params_basis="paper", **other)))

    assert fires("Example 7B", "9B")
    assert not fires("Example 7B", "9B", language_model="large-lm")
    assert fires("Example 7B", "5B", language_model="large-lm"), "the whole isn't smaller than its language model"
    assert fires("Example 1B", "9B", language_model="large-lm"), "the name says neither"


def test_active_parameters_are_fewer(tmp_path: Path) -> None:
    def told(params: str | None, active: str) -> list[str]:
        sizes: Any = {"active_params": active, **({"params": params} if params else {})}
        return [message for message, _ in found(tmp_path, "active-params-not-fewer", model(**sizes))]

    assert told("3B", "2.9B") == told(None, "3B") == []
    assert told("3B", "3B") == ["Example One: 3B of 3B are active"]


def test_a_models_id_may_be_its_own_familys(tmp_path: Path) -> None:
    own = {**model(), "id": "example"}
    assert found(tmp_path, "model-id-of-family", own) == []
    assert found(tmp_path, "model-id-of-family", {**model(), "id": "base"}) == [("'base' is a family", None)]


def test_parts_that_the_architecture_does_not_name(tmp_path: Path) -> None:
    parts = model(language_model="small-lm", vision_encoders=["encoder-a", "encoder-b"])

    def told(architecture: dict[str, Any] | None) -> list[str]:
        return [message for message, _ in found(tmp_path, "part-not-in-family", parts, architecture=architecture)]

    assert told({"language_models": ["large-lm"], "vision_encoders": ["encoder-b"]}) == [
        "not among the family's language models: small-lm", "not among the family's vision encoders: encoder-a",
    ]  # fmt: skip
    assert told({"high_resolution": "tiles"}) == told({"language_models": ["small-lm"]}) == []


def test_the_same_weights_are_told_of_the_second_model(tmp_path: Path) -> None:
    first, second = model(hf="o/m"), model(name="Example Two", hf="O/M")
    assert found(tmp_path, "same-weights", first, second) == [("'example-one' has the same weights", None)]
    assert found(tmp_path, "name-collision", first, second) == [], "that says it"
    assert found(tmp_path, "same-weights", model(hf="example/base-7b")) == [("'base-7b' has the same weights", None)]


def test_an_alias_that_stands_there_twice(tmp_path: Path) -> None:
    assert found(tmp_path, "alias-twice", model(aliases=["x1", "x2", "x1", "x1"])) == [("'x1' stands there twice", "remove it")] * 2
    assert found(tmp_path, "alias-twice", model(aliases=["x1", "X1"])) == []


def test_who_else_bears_a_name(tmp_path: Path) -> None:
    def told(name: str, **other: Any) -> list[str]:
        return [message for message, _ in found(tmp_path, "name-collision", model(name=name, **other))]

    assert told("BASE 7b", id="new") == ["'BASE 7b' is also the id of the model 'base-7b'"]
    assert told("New", aliases=["the-base"]) == ["'the-base' is also the alias of the model 'base-7b'"]
    assert told("New", hf="base/7b") == ["'base/7b' is also the id of the model 'base-7b'"]
    assert told("Reading") == told("Base") == [], "a benchmark or family may be called so"
    assert told("New", aliases=["Base 7B", "base-1b"]) == [
        "'Base 7B' is also the id of the model 'base-7b'", "'base-1b' is also the id of the model 'base-1b'",
    ]  # fmt: skip


# --- where figures come from ---


def test_shots_belong_to_few_shot(tmp_path: Path) -> None:
    few = {"protocol": "few-shot"}
    assert found(tmp_path, "few-shot-without-shots", model([reading(50, **few)])) == [("ReadQA@val: how many shots?", "add shots")]
    assert found(tmp_path, "few-shot-without-shots", model([reading(50, **few, shots=4), reading(51)])) == []
    assert found(tmp_path, "shots-without-few-shot", model([reading(50, shots=4)])) == [
        ("ReadQA@val: shots with protocol 'generalist'", "write protocol: few-shot"),
    ]  # fmt: skip
    assert found(tmp_path, "shots-without-few-shot", model([reading(50, **few, shots=4)])) == []


@pytest.mark.parametrize(
    ("newer", "fires"),
    [
        (reading(55), False), (reading(52), False), (score("reading", 55), False), (reading(55, source="other"), False),
        (reading(55, protocol="few-shot"),
        False),
        (score("reading", 55, split="test"), True), (reading(55, status="superseded"), True), (score("puzzles", 55), True),
    ],
)  # fmt: skip
def test_a_superseded_figure_needs_a_newer_one_in_its_place(tmp_path: Path, newer: dict[str, Any], fires: bool) -> None:
    sources = {**FAMILY["sources"], "other": {"kind": "web", "title": "W", "url": "https://example.org/w"}}
    findings = found(tmp_path, "superseded-alone", model([reading(52, status="superseded"), newer]), sources=sources)
    assert findings == [("ReadQA@val: no current figure takes its place", None)] * (fires + (newer.get("status") is not None))


@pytest.mark.parametrize(
    ("split", "metric", "fires"),
    [("first", "second-score", True), ("second", "first-score", True), ("first", "first-score", False), (None, "second-score", False),
     ("total", "second-score", True)],
)  # fmt: skip
def test_a_metric_of_another_split(tmp_path: Path, split: str | None, metric: str, fires: bool) -> None:
    figure = score("halves", 300, metric=metric, **({"split": split} if split else {}))
    told = [message for message, _ in found(tmp_path, "metric-of-other-split", model([figure]))]
    own = f"{split}-score" if split != "total" else "total-score"
    assert told == ([f"Halves@{split} has the metric {own!r}"] if fires else [])


def test_a_figure_without_a_metric_has_its_splits_own(tmp_path: Path) -> None:
    metrics = [{**METRIC, "id": key, "name": key} for key in ("accuracy", "edit", "third")]
    splits: list[dict[str, Any]] = [
        {"id": "one", "name": "one", "primary": True, "metric": "edit"}, {"id": "two", "name": "two"},
        {"id": "three", "name": "three", "metric": "third"},
    ]  # fmt: skip
    figures = [
        score("new", 10, split="one"), score("new", 11, split="one", metric="third", variant="a"),
        score("new", 12, split="one", metric="accuracy", variant="b"), score("new", 13, split="two", metric="third", variant="c"),
    ]  # fmt: skip
    files = {
        "benchmarks/new.yaml": {**BENCH, "metrics": metrics, "splits": splits},
        "families/e.yaml": {**FAMILY, "models": [model(figures)]},
    }
    told = [(message, text) for check, message, text in catalog(tmp_path / "c", files) if check == "metric-of-other-split"]
    assert told == [("New@one has the metric 'edit'", "third")], "no other split has the metric accuracy, and two has none of its own"


def test_what_was_assumed_is_there(tmp_path: Path) -> None:
    def fires(**other: Any) -> bool:
        return bool(found(tmp_path, "assumed-nothing", model([score("reading", 50, **other)])))

    assert fires(assumed=["split"])
    assert not fires(assumed=["split"], split="val")
    assert not fires(assumed=["scale"])


def test_a_training_split_that_is_not_there(tmp_path: Path) -> None:
    def told(benchmark: str, **other: Any) -> list[str]:
        return [message for message, _ in found(tmp_path, "no-training-split", model([score(benchmark, 50, **other)]))]

    assert told("puzzles", train_split_seen=True) == told("puzzles", train_split_seen=False) == ["Puzzles has no training split"]
    assert told("puzzles") == told("reading", train_split_seen=True) == told("halves", train_split_seen=True) == []


def listed(column: str, text: str = "50", **other: Any) -> dict[str, Any]:
    return reading(50, listed={"column": column, "text": text}, **other)


def test_columns_of_the_list_are_spellings_of_benchmarks(tmp_path: Path) -> None:
    def told(*columns: str) -> list[tuple[str, str | None]]:
        return found(tmp_path, "unknown-column", model([listed(column, variant=column) for column in columns]))

    assert told("readqa", "PZL", "Reading Test", "(28th cell, past the last header)") == []
    assert told("ReadQA-x", "ReadQA") == [("no benchmark is spelled 'ReadQA-x'", "did you mean 'ReadQA'?")]
    assert told("ReadQA-x") == [("no benchmark is spelled 'ReadQA-x'", None)], "nothing else is printed"


def test_the_lists_cell_holds_the_value_or_a_note_says_why_not(tmp_path: Path) -> None:
    def told(text: str, **other: Any) -> list[str]:
        return [message for message, _ in found(tmp_path, "listed-lacks-value", model([listed("ReadQA", text, **other)]))]

    assert told("50") == told("49/50.0*") == told("51", note="The list is wrong.") == []
    assert told("51") == ["ReadQA@val: the list's cell doesn't hold 50"]
    wrong = found(tmp_path, "list-wrong-without-cell", model([reading(50, note="LIST WRONG: 51")]))
    assert wrong == [("ReadQA@val: LIST WRONG without 'listed'", "add listed: {column, text}")]
    assert found(tmp_path, "list-wrong-without-cell", model([listed("ReadQA", "51", note="LIST WRONG: 51")])) == []


def test_evidence_says_no_more_than_its_source_can(tmp_path: Path) -> None:
    sources = {**FAMILY["sources"], "list": {"kind": "list", "title": "A list", "url": "https://example.org/list"}}

    def told(**other: Any) -> list[str]:
        return [message for message, _ in found(tmp_path, "evidence-against-source", model([reading(50, **other)]), sources=sources)]

    cell = {"listed": {"column": "ReadQA", "text": "50"}}
    assert told() == told(source="list", evidence="listed", **cell) == told(evidence="listed", **cell) == []
    assert told(source="list", evidence="copy", **cell) == ["ReadQA@val: read in a list, so the evidence is 'listed'"]
    assert told(evidence="listed") == ["ReadQA@val: 'listed' without the list's cell"]


@pytest.mark.parametrize(
    ("retrieved", "fires"),
    [("2023-04", True), ("2023-04-30", True), ("2023-05", False), ("2023", False), ("2022", True), ("2023-05-01", False)],
)
def test_nothing_is_read_before_it_is_published(tmp_path: Path, retrieved: str, fires: bool) -> None:
    sources = {"paper": {**FAMILY["sources"]["paper"], "retrieved": retrieved}}
    told = found(tmp_path, "read-before-published", model([reading(50)]), sources=sources, released=None)
    assert told == ([(f"ReadQA was published in 2023-05, the source read in {retrieved}", None)] if fires else [])


@pytest.mark.parametrize(
    ("released", "retrieved", "fires"),
    [
        ("2024-05", "2024-04", True), ("2024-05", "2024-04-30", True), ("2024-05", "2024-05-01", False), ("2024-05", "2024", False),
        ("2024-05-20", "2024-05", False), ("2024-05-20", "2024-05-19", True), ("2024", "2024-01-01", False), ("2024", "2023-12", True),
    ],
)  # fmt: skip
def test_a_source_is_read_after_the_release(tmp_path: Path, released: str, retrieved: str, fires: bool) -> None:
    sources = {"paper": {**FAMILY["sources"]["paper"], "retrieved": retrieved}}
    told = found(tmp_path, "read-before-release", model([reading(50)]), sources=sources, released=released)
    assert told == ([(f"the family was released in {released}", None)] if fires else [])


@pytest.mark.parametrize(
    ("day", "fires"), [("2026-01-01", False), ("2026-01-02", True), ("2026-01", False), ("2026-02", True), ("2026", False), ("2027", True)]
)
def test_the_future_begins_tomorrow(tmp_path: Path, day: str, fires: bool) -> None:
    assert found(tmp_path, "future-date", released=day) == ([(f"{day} is in the future", None)] if fires else [])
    sources = {"paper": {**FAMILY["sources"]["paper"], "retrieved": day}}
    assert bool(found(tmp_path, "future-date", model([reading(50)]), sources=sources, released=None)) is fires


def test_sources_that_nobody_uses_or_can_open(tmp_path: Path) -> None:
    sources = {
        "paper": FAMILY["sources"]["paper"], "unused": {"kind": "web", "title": "U", "url": "https://example.org/u"},
        "told": {"kind": "web", "title": "T", "url": "https://example.org/t"}, "hidden": {"kind": "web", "title": "H"},
        "run": {"kind": "run", "title": "R"}, "again": {"kind": "web", "title": "U", "url": "https://example.org/u/"},
        "chapter": {"kind": "web", "title": "Another part", "url": "https://example.org/u"},
    }  # fmt: skip
    figures = [reading(50 + place, source=key, variant=key) for place, key in enumerate(sources) if key not in {"unused", "told"}]
    options: dict[str, Any] = {"sources": sources, "notes": ["What 'told' says was wrong."]}
    assert found(tmp_path, "unused-source", model(figures), **options) == [("no figure was read in 'unused'", None)]
    assert found(tmp_path, "source-without-address", model(figures), **options) == [("'hidden' has no address", "add url")]
    assert found(tmp_path, "source-twice", model(figures), **options) == [("'again' is the same document as 'unused'", None)]


def test_sources_of_a_model_laid_over_a_family(tmp_path: Path) -> None:
    sources = {
        "mine": {"kind": "run", "title": "M"}, "web": {"kind": "web", "title": "W"},
        "unused": {"kind": "web", "title": "U", "url": "https://example.org/u"},
    }  # fmt: skip
    addition = {
        "id": "base-7b",
        "family": "base",
        "sources": sources,
        "scores": [reading(50, source="mine"), reading(51, source="web", variant="x")],
    }
    told = [message for check, message in laid(tmp_path, "models/base-7b.yaml", addition) if check == "source-of-addition"]
    assert sorted(told) == ["'web' has no address", "no figure was read in 'unused'"]


def test_a_source_used_by_what_is_laid_over_the_family_is_used(tmp_path: Path) -> None:
    other = {"kind": "web", "title": "O", "url": "https://example.org/o"}
    family = {**FAMILY, "sources": {**FAMILY["sources"], "other": other}, "models": [model([reading(50)])]}
    for belongs, unused in (("example", False), ("base", True)):
        figures = [reading(51, source="other", variant="x")] if belongs == "example" else []
        addition = {"id": "example-one" if belongs == "example" else "base-7b", "family": belongs, "scores": figures}
        root = tmp_path / belongs
        for name, record in (("families/example.yaml", family), (f"models/{addition['id']}.yaml", addition)):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(record, ensure_ascii=False), "utf-8")
        checks = {each.check for each in validate([str(root)], [BASE], today=date(2026, 1, 1)).findings}
        assert ("unused-source" in checks) is unused


# --- figures beside each other ---


def test_a_second_figure_under_the_same_key_names_the_first(tmp_path: Path) -> None:
    def told(*scores: dict[str, Any], **other: Any) -> list[tuple[str, str | None]]:
        return found(tmp_path, "duplicate-score", model(scores), **other)

    assert told(reading(50), reading(51)) == [
        (
            "ReadQA@val: a second figure under the same key from 'paper'",
            "line 1 has 50; if both are right, name another source or a variant; if that is wrong, correct line 1",
        )
    ]
    assert told(reading(50), score("reading", 51)) != [], "what names no split counts as val"
    assert len(told(reading(50), reading(51), reading(52))) == 2
    sources = {**FAMILY["sources"], "other": {"kind": "web", "title": "O", "url": "https://example.org/o"}}
    for apart in ({"variant": "x"}, {"mode": "thinking"}, {"status": "superseded"}, {"protocol": "task-finetuned"}, {"source": "other"}):
        assert told(reading(50), reading(51, **apart), sources=sources) == []
    assert told(reading(50, status="superseded"), reading(51)) == []
    assert told(reading(50, metric="accuracy"), reading(51)) != []


def test_a_total_is_compared_with_its_own_parts_only(tmp_path: Path) -> None:
    first, second, total = (score("halves", value, split=split) for value, split in ((1234, "first"), (321, "second"), (1600, "total")))

    def told(*scores: dict[str, Any]) -> list[str]:
        return [message for message, _ in found(tmp_path, "sum-of-parts", model(scores))]

    assert told(first, second, total) == ["Halves@total: 1234 + 321 is 1555"]
    assert told(first, total) == [], "a part is missing"
    assert told(first, second, {**total, "status": "superseded"}) == []
    assert told(first, {**second, "status": "superseded"}, total) == []
    assert told(first, {**second, "variant": "x"}, total) == []
    assert told({**first, "mode": "thinking"}, {**second, "mode": "thinking"}, {**total, "mode": "thinking"}) != []
    assert told(first, {**second, "value": 366}, total) == []


def test_an_average_of_parts_is_no_sum(tmp_path: Path) -> None:
    metric = {"id": "points", "name": "points", "unit": "points", "min": 0, "max": 100, "higher_is_better": True}
    splits = [{"id": key, "name": key, "primary": key == "total"} for key in ("one", "two", "total")]
    bench = {**BENCH, "metric": "points", "metrics": [metric], "splits": splits, "plausible": [0, 100]}
    figures = [score("new", value, split=split) for value, split in ((40, "one"), (60, "two"), (50, "total"))]
    findings = catalog(tmp_path / "c", {"benchmarks/new.yaml": bench, "families/example.yaml": {**FAMILY, "models": [model(figures)]}})
    assert "sum-of-parts" not in {check for check, *_ in findings}


def test_a_quote_of_one_cell_is_of_one_model(tmp_path: Path) -> None:
    def told(second: dict[str, Any], **other: Any) -> list[str]:
        first = score("puzzles", 33.3, quote="Their row | cell | 33.3")
        sources = {**FAMILY["sources"], "other": {"kind": "web", "title": "The paper", "url": "https://example.org/o"}, **other}
        copied = model([{**first, **second}], "Example Two")
        return [message for message, _ in found(tmp_path, "copied-figure", model([first]), copied, sources=sources)]

    assert told({}) == ["Puzzles: 'example-one' has the same figure with the same quote"]
    assert told({"quote": "My row | cell | 33.3"}) == told({"value": 33.4}) == told({"status": "superseded"}) == []
    assert told({"source": "other"}) == [], "another document"
    assert told({"source": "other"}, other={**FAMILY["sources"]["paper"], "title": "The same"}) != [], "the same under another key"


@pytest.mark.parametrize(
    ("quote", "fires"),
    [
        ("acc | Puzzles | 33.3", False),
        ("accuracy | PZL | 33.3", False),
        ("acc | Some row | 33.3", False),
        ("Some row | 33.3", False),
        ("Some row | Puzzles | 33.3", True),
        ("Some row | x | 33.3", True),
        ("xy | PZL | 33.3", False),
        ("33.3", False),
    ],
)
def test_a_quote_that_names_no_row_may_be_anybodys(tmp_path: Path, quote: str, fires: bool) -> None:
    figure = score("puzzles", 33.3, quote=quote)
    assert bool(found(tmp_path, "copied-figure", model([figure]), model([figure], "Example Two"))) is fires


def test_a_row_is_not_its_own_copy(tmp_path: Path) -> None:
    assert found(tmp_path, "copied-row", model(FIVE)) == []
    halved = [*FIVE[:5], *(score("puzzles", 30 + place, variant=str(place)) for place in range(3))]
    other = [*FIVE[:5], *(score("puzzles", 40 + place, variant=str(place)) for place in range(3))]
    assert found(tmp_path, "copied-row", model(halved), model(other, "Example Two")) == [], "5 of 8 are not most"


def test_the_same_figure_may_stand_twice_where_the_other_cannot_have_it(tmp_path: Path) -> None:
    def told(*scores: dict[str, Any]) -> list[str]:
        return [message for message, _ in found(tmp_path, "same-value-elsewhere", model(scores))]

    assert told(reading(61.25), score("puzzles", 61.25)) == ["Puzzles and ReadQA@val have the same figure"]
    assert told(reading(61.25), score("reading", 61.25, split="test")) == [], "one benchmark"
    assert told(reading(1234), score("halves", 1234, split="first")) == [], "the first is wrong anyway"


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (0.6, "a tenth of it? on this scale it would be 6"), (0.08, "a fraction? on this scale it would be 8"), (0.4, None), (0.95, None),
        (1, None), (60, None),
    ],
)  # fmt: skip
def test_a_figure_on_another_scale_is_told(tmp_path: Path, value: float, hint: str | None) -> None:
    bench = {**BENCH, "metrics": [{**METRIC, "max": 100}], "plausible": [5, 9]}
    family = {**FAMILY, "models": [model([score("new", value)])]}
    for name, record in (("benchmarks/new.yaml", bench), ("families/example.yaml", family)):
        path = tmp_path / "c" / name
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    findings = validate([], [tmp_path / "c"], today=date(2026, 1, 1)).findings
    assert [(each.message, each.hint) for each in findings if each.check == "implausible-value"] == [
        ("New: real figures lie from 5 to 9", hint)
    ]


def test_swapped_parts_are_told_once_with_both_figures(tmp_path: Path) -> None:
    pair = [score("halves", 320, split="first"), score("halves", 1500, split="second")]
    assert found(tmp_path, "swapped-pair", model(pair)) == [
        ("Halves@second and Halves@first seem to be swapped", "exchange the two values")
    ]
    assert found(tmp_path, "swapped-pair", model([score("puzzles", 320), score("halves", 10, split="first")])) == [], "two benchmarks"


def test_a_misplaced_figure_names_the_benchmark_beside_it(tmp_path: Path) -> None:
    assert found(tmp_path, "misplaced-value", model([reading(52), score("puzzles", 75.4)])) == [
        ("Puzzles: 75.4 would fit ReadQA@val, which stands beside it", None),
    ]  # fmt: skip
    assert found(tmp_path, "misplaced-value", model([reading(75.4), score("puzzles", 75.4)])) == [], "it has the same figure"
    sources = {**FAMILY["sources"], "other": {"kind": "web", "title": "O", "url": "https://example.org/o"}}
    assert found(tmp_path, "misplaced-value", model([reading(52, source="other"), score("puzzles", 75.4)]), sources=sources) == [], (
        "another row"
    )


def test_a_scale_is_explained_by_a_note_or_by_what_was_assumed(tmp_path: Path) -> None:
    def told(value: float, **other: Any) -> list[str]:
        return [message for message, _ in found(tmp_path, "scale-unexplained", model([reading(value, **other)]))]

    assert told(64.2, quote="0.642") == ["ReadQA@val: 100 times the figure in the quote"]
    assert told(64.2, quote="642") == ["ReadQA@val: 0.1 times the figure in the quote"]
    assert told(64.2, quote="0.642", note="A fraction there.") == told(64.2, quote="0.642", assumed=["scale"]) == []
    assert told(64.2, quote="64.2") == told(64.2, quote="7") == told(64.2) == []


@pytest.mark.parametrize(
    ("quote", "told"),
    [
        ("PZL: 50", ["the quote has 50 under puzzles"]), ("Puzzles 50", ["the quote has 50 under puzzles"]), ("ReadQA 50 | PZL 50", []),
        ("a | PZL = 50", ["the quote has 50 under puzzles"]), ("Example PZL 50", ["the quote has 50 under puzzles"]),
        ("Reading test 50", []), ("PZL 51, then 50", []), ("PZL/ReadQA: 40/50", []), ("v1.50 PZL 5.0", []), ("PZL 50.5", []),
        ("one two three four five PZL six 50", []), ("PZL | 50 | Halves 50", ["the quote has 50 under halves or puzzles"]),
        ("(PZL) 50", []), ("PZL** 50", ["the quote has 50 under puzzles"]), ("Readqa_VAL: 50", []),
    ],
)  # fmt: skip
def test_whose_name_stands_before_the_figure(tmp_path: Path, quote: str, told: list[str]) -> None:
    assert [message for message, _ in found(tmp_path, "quote-names-other-benchmark", model([reading(50, quote=quote)]))] == told


# --- benchmarks ---


METRIC = BENCH["metrics"][0]


@pytest.mark.parametrize(
    ("span", "metric", "fires"),
    [([0, 50], {}, False), ([-1, 50], {}, True), ([0, 51], {}, True), ([0, 9000], {"max": None}, False), ([-1, 5], {"max": None}, True)],
)
@pytest.mark.parametrize("key", ["plausible", "plausible_by_metric"])
def test_what_is_plausible_is_possible(tmp_path: Path, span: list[float], metric: dict[str, Any], fires: bool, key: str) -> None:
    own = {name: value for name, value in {**METRIC, **metric}.items() if value is not None}
    bench = {**BENCH, "metrics": [own], key: span if key == "plausible" else {"accuracy": span}}
    told = [message for check, message in laid(tmp_path, "benchmarks/new.yaml", bench) if check == "plausible-impossible"]
    assert told == ([f"accuracy goes from 0 to {own.get('max')}"] if fires else [])


def test_parts_of_one_name(tmp_path: Path) -> None:
    def told(**other: Any) -> list[str]:
        return [message for check, message in laid(tmp_path, "benchmarks/new.yaml", {**BENCH, **other}) if check == "part-twice"]

    def split(key: str, name: str, *aliases: str) -> dict[str, Any]:
        return {"id": key, "name": name, "primary": key == "val", **({"aliases": list(aliases)} if aliases else {})}

    assert told(splits=[split("val", "Val", "VAL"), split("test", "Test")]) == []
    assert told(splits=[split("val", "validation", "dev"), split("test", "Dev")]) == ["'Dev' is also a name of 'val'"]
    assert told(splits=[split("val", "validation"), split("test", "Test", "v-a-l")]) == ["'v-a-l' is also a name of 'val'"]
    assert told(splits=[split("val", "a"), split("x", "b"), split("x", "c")]) == ["'x' is also a name of 'x'"]
    assert told(metrics=[METRIC, {**METRIC, "id": "acc", "name": "Accuracy"}]) == ["'Accuracy' is also a name of 'accuracy'"]
    assert told(metrics=[METRIC, {**METRIC, "id": "val", "name": "V"}], splits=[split("val", "validation")]) == [], "a split is no metric"


def test_spellings_that_name_a_split_are_aliases(tmp_path: Path) -> None:
    splits = [{"id": "val", "name": "validation", "primary": True}]
    bench = {**BENCH, "splits": splits, "aliases": ["NEW_VAL"], "alias_splits": {"new val": "val", "new": "val", "other": "val"}}
    told = [message for check, message in laid(tmp_path, "benchmarks/new.yaml", bench) if check == "split-of-no-alias"]
    assert told == ["'other' is no alias"]


@pytest.mark.parametrize(("whole", "of_split", "fires"), [(10, 5, True), (10, None, False), (None, 5, False)])
def test_questions_stand_in_one_place(tmp_path: Path, whole: int | None, of_split: int | None, fires: bool) -> None:
    splits = [
        {"id": "val", "name": "validation", "primary": True},
        {"id": "test", "name": "test", **({"questions": of_split} if of_split else {})},
    ]
    bench = {**BENCH, "splits": splits, **({"questions": whole} if whole else {})}
    assert ("questions-twice" in dict(laid(tmp_path, "benchmarks/new.yaml", bench))) is fires


def test_a_task_is_compared_with_those_that_several_have(tmp_path: Path) -> None:
    def told(*tasks: str) -> list[tuple[str, str | None]]:
        report = root(*tasks)
        return [(each.message, each.hint) for each in report.findings if each.check == "task-spelled-anew"]

    def root(*tasks: str) -> Report:
        directory = tmp_path / "-".join(tasks)
        for place, task in enumerate(tasks):
            path = directory / "benchmarks" / f"b{place}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({**BENCH, "id": f"b{place}", "name": f"B{place}", "task": task}), "utf-8")
        return validate([], [directory], today=date(2026, 1, 1))

    anew = ("no other benchmark has the task 'documents'", "did you mean 'document'?")
    assert told("document", "document", "documents") == [anew]
    assert told("document", "documents") == [], "which of the two is right can't be told"
    assert told("document", "document", "charts") == told("document", "document", "charts", "chart") == []
    assert told("document", "document", "documents", "documents") == []
    assert told("document", "document", "docment", "docment", "documents") == [anew], "the nearest alone is named"


# --- texts ---


def texts(tmp_path: Path, check: str, **family: Any) -> list[tuple[int, str, str]]:
    """Column, text and hint of each finding of a check in a family written on one line."""
    path = tmp_path / "example.yaml"
    path.write_text(json.dumps({**FAMILY, "models": [model()], **family}, ensure_ascii=False), "utf-8")
    report = validate([str(path)], [BASE], today=date(2026, 1, 1))
    return sorted((each.place.column, each.text or "", each.hint or "") for each in report.findings if each.check == check)


def test_keys_are_texts(tmp_path: Path) -> None:
    source = FAMILY["sources"]["paper"]
    sources = {"sources": {**FAMILY["sources"], "pa\u200bper": source}}
    assert [text for _, text, _ in texts(tmp_path, "hidden-characters", **sources)] == ["pa\u200bper"]
    assert [text for _, text, _ in texts(tmp_path, "stray-space", sources={**FAMILY["sources"], "other ": source})] == ["other "]
    assert texts(tmp_path, "placeholder", sources={**FAMILY["sources"], "na": source}) == [], "a source may be called so"


def test_two_spaces_within_a_name_and_nowhere_else(tmp_path: Path) -> None:
    def told(**other: Any) -> list[str]:
        return [text for _, text, _ in texts(tmp_path, "stray-space", **other)]

    assert told(models=[model(name="Example  One", hf="a/b  c")]) == ["Example  One", "a/b  c"]
    assert told(series="A  B") == ["A  B"]
    assert told(summary="One.  Two.", models=[model(note="One.  Two.", aliases=["Example  1"])]) == []
    assert told(summary=" One.", notes=["Two.\n"]) == [" One.", "Two.\n"]


def test_what_only_holds_a_place(tmp_path: Path) -> None:
    def told(**other: Any) -> list[tuple[str, str]]:
        return [(text, hint) for _, text, hint in texts(tmp_path, "placeholder", **other)]

    hint = "leave the field out"
    assert told(notes=["TODO", "TBD: ask", "n/a …"], models=[model(note="Unknown.")]) == [
        ("Unknown.", hint),
        ("TODO", hint),
        ("n/a …", hint),
    ]
    assert told(aliases=["XXX"], models=[model([reading(50, quote="-", listed={"column": "ReadQA", "text": "-"})], aliases=["NA"])]) == []


# --- languages, units, dates ---


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("en", None), ("zh-Hant", None), ("pt-BR", None), ("yue", None), ("zh-Hant-TW", None),
        ("EN", ("not a language code: 'EN'", "write 'en'")), ("Yue", ("not a language code: 'Yue'", "write 'yue'")),
        ("Thai", ("not a language code: 'Thai'", "move the words into notes")),
        ("en_US", ("not a language code: 'en_US'", "move the words into notes")),
        ("e", ("not a language code: 'e'", "move the words into notes")),
        ("x1", ("not a language code: 'x1'", "move the words into notes")),
        ("xx", ("ISO 639-1 has no language 'xx'", None)), ("xx-Latn", ("ISO 639-1 has no language 'xx'", None)),
        ("eng", ("the code of 'eng' has two letters", "write 'en'")), ("deu-AT", ("the code of 'deu' has two letters", "write 'de-AT'")),
        ("ger", None), ("zul", ("the code of 'zul' has two letters", "write 'zu'")),
        ("aar", ("the code of 'aar' has two letters", "write 'aa'")),
    ],
)  # fmt: skip
def test_codes_of_languages(code: str, problem: tuple[str, str | None] | None) -> None:
    assert language_problem(code) == problem


@pytest.mark.parametrize(
    ("params", "hint"),
    [
        ("3", "write 3B"),
        ("999", "write 999B"),
        ("1000", "write it with its unit"),
        ("999999", "write it with its unit"),
        ("1000000", None),
        ("3B", None),
    ],
)
def test_a_count_without_its_unit(tmp_path: Path, params: str, hint: str | None) -> None:
    told = [(f"{int(params)} parameters", hint)] if hint else []
    assert found(tmp_path, "few-params", model(params=params, params_basis="paper")) == told
    assert found(tmp_path, "few-params", model(active_params=params)) == told
    component = laid(tmp_path, "components/vision-encoders.yaml", [{"id": "new", "name": "New", "params": params}])
    assert ("few-params" in dict(component)) is bool(hint)


@pytest.mark.parametrize(
    ("day", "model_told", "benchmark_told"), [("2014-12", True, False), ("2015", False, False), ("1999", True, True), ("2000", True, False)]
)
def test_dates_before_there_was_anything_like_it(tmp_path: Path, day: str, model_told: bool, benchmark_told: bool) -> None:
    assert found(tmp_path, "implausible-date", released=day) == ([(f"a model of {day}?", None)] if model_told else [])
    sources = {"paper": {**FAMILY["sources"]["paper"], "retrieved": day}}
    told = found(tmp_path, "implausible-date", model([reading(50)]), sources=sources, released=None)
    assert told == ([(f"read in {day}?", None)] if model_told else [])
    bench = dict(laid(tmp_path, "benchmarks/new.yaml", {**BENCH, "released": day}))
    assert bench.get("implausible-date") == (f"a benchmark of {day}?" if benchmark_told else None)


@pytest.mark.parametrize(
    ("architecture", "sizes", "told"),
    [
        ({"visual_tokens": 576}, [336, 336], None), ({"visual_tokens": 576}, [336, 448], "the models' picture sizes differ: 336, 448"),
        ({"visual_tokens": 576}, [336, None], "the models' picture sizes differ: 336, not stated"),
        ({"visual_tokens": "it depends"}, [336, 448], None), ({"visual_tokens": 576, "visual_tokens_at": 336}, [336, 448], None),
        ({"visual_tokens": 576, "visual_tokens_at": 224}, [336, 448], "no model has pictures of that size"),
        ({"visual_tokens_at": 336}, [336], "there are no visual_tokens that it could be about"), ({}, [336, 448], None),
    ],
)  # fmt: skip
def test_of_which_models_a_number_of_visual_tokens_is_said(
    tmp_path: Path, architecture: dict[str, Any], sizes: list[int | None], told: str | None
) -> None:
    pictures: list[Any] = [{"image_size": size} if size else {} for size in sizes]
    models = [model(name=f"Example {place}", **each) for place, each in enumerate(pictures)]
    given = {"high_resolution": "tiles", **architecture}
    assert [message for message, _ in found(tmp_path, "visual-tokens-of-which", *models, architecture=given)] == ([told] if told else [])


def test_a_model_with_its_own_visual_tokens_inherits_none(tmp_path: Path) -> None:
    models = [model(image_size=336), model(name="Example Two", image_size=448, visual_tokens=1024)]
    assert found(tmp_path, "visual-tokens-of-which", *models, architecture={"visual_tokens": 576}) == []


def test_a_text_in_the_wrong_language_is_pointed_at(tmp_path: Path) -> None:
    texts_of = {"contributions": ["A.", "全部中文。"], "contributions_zh": ["一。", "B."], "summary": "全部中文。", "summary_zh": "C."}
    path = tmp_path / "example.yaml"
    path.write_text("\n".join(f"{key}: {json.dumps(value)}" for key, value in {**FAMILY, "models": [model()], **texts_of}.items()), "utf-8")
    lines = path.read_text("utf-8").split("\n")
    report = validate([str(path)], [BASE], today=date(2026, 1, 1))
    told = {(lines[each.place.line - 1].partition(":")[0], each.text) for each in report.findings if each.check == "wrong-language"}
    assert told == {("contributions", "全部中文。"), ("contributions_zh", "B."), ("summary", "全部中文。"), ("summary_zh", "C.")}
    columns = {each.text: each.place.column for each in report.findings if each.check == "wrong-language"}
    assert columns["B."] > columns["C."], "the second of the list"


def test_a_wrong_code_of_a_language_says_what_to_write(tmp_path: Path) -> None:
    assert found(tmp_path, "language-code", languages=["en", "eng", "xx"]) == [
        ("the code of 'eng' has two letters", "write 'en'"), ("ISO 639-1 has no language 'xx'", None),
    ]  # fmt: skip


def test_contributions_in_one_language_are_not_unequal(tmp_path: Path) -> None:
    def told(**texts: Any) -> list[str]:
        return [message for message, _ in found(tmp_path, "contributions-unequal", **texts)]

    assert told(contributions=["a", "b"], contributions_zh=["一"]) == ["2 in English, 1 in Chinese"]
    assert told(contributions=["a", "b"]) == told(contributions_zh=["一"]) == told(contributions=["a"], contributions_zh=["一"]) == []
