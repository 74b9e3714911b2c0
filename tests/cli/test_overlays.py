"""Overlays: what they add, replace and break, and that every answer says where a record comes from."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from small_catalog import lay

RUN = "{kind: run, title: our run, retrieved: 2025-03-03}"


def addition(model: str, family: str, *scores: str, sources: str = RUN, facts: str = "") -> str:
    lines = "".join(f"  - {score}\n" for score in scores)
    return f"id: {model}\nfamily: {family}\n{facts}sources:\n  ours: {sources}\nscores:\n{lines}"


def score(value: float, benchmark: str = "reading", **more: str) -> str:
    fields = {"split": "val", "evidence": "original", **more} if benchmark == "reading" else {"evidence": "original", **more}
    return f"{{benchmark: {benchmark}, value: {value}, source: ours, {', '.join(f'{k}: {v}' for k, v in fields.items())}}}"


def top(vlmctl: Any, *arguments: str) -> list[tuple[int | None, str, float, str]]:
    rows = vlmctl("top", "--bench", "reading", "--json", *arguments).json
    return [(row["rank"], row["id"], row["value"], row["origin"]) for row in rows]


@pytest.fixture
def over(small: Path, tmp_path: Path) -> Path:
    root = tmp_path / "over"
    root.mkdir()
    return root


def test_a_family_of_an_overlay_adds(over: Path, vlmctl: Any) -> None:
    text = "id: gamma\nname: Gamma\nseries: Gamma\norganizations: [Us]\nsummary: Ours.\nmodels:\n  - {id: gamma-1b, name: Gamma 1B}\n"
    lay(over, {"families/gamma.yaml": text})
    assert vlmctl("list", "-q", "--catalog", str(over)).out.split() == ["alpha-1b", "alpha-3b", "beta-2b", "gamma-1b"]
    assert vlmctl("show", "family:gamma", "--json", "--catalog", str(over)).json[0]["origin"] == str(over)
    assert vlmctl("show", "model:gamma-1b", "--json", "--catalog", str(over)).json[0]["origin"] == str(over)
    assert vlmctl("list", "-q").out.split() == ["alpha-1b", "alpha-3b", "beta-2b"]


def test_a_family_of_an_overlay_replaces_the_whole_family_with_its_id(over: Path, vlmctl: Any) -> None:
    text = "id: beta\nname: Beta, again\nseries: Beta\norganizations: [Us]\nsummary: Ours.\nmodels:\n  - {id: beta-9b, name: Beta 9B}\n"
    lay(over, {"families/beta.yaml": text})
    ids = vlmctl("list", "-q", "--catalog", str(over)).out.split()
    assert ids == ["alpha-1b", "alpha-3b", "beta-9b"]  # in its old place
    shown = vlmctl("show", "beta", "--json", "--catalog", str(over)).json[0]
    assert (shown["name"], shown["origin"]) == ("Beta, again", str(over))


def test_scores_of_an_overlay_stand_beside_the_shipped_ones_and_the_better_founded_is_ranked(over: Path, vlmctl: Any) -> None:
    lay(over, {"models/alpha-3b.yaml": addition("alpha-3b", "alpha", score(40), score(71.5, "counting"))})
    assert top(vlmctl, "--catalog", str(over)) == [
        (1, "beta-2b", 55, ""), (2, "alpha-1b", 50.5, ""), (3, "alpha-3b", 40, str(over)),
    ]  # an original figure goes before a copy  # fmt: skip
    assert top(vlmctl)[0] == (1, "alpha-3b", 60, "")
    rows = vlmctl("scores", "--model", "alpha-3b", "--json", "--catalog", str(over)).json
    assert [(row["value"], row["origin"], row["source"]) for row in rows] == [
        (60, "", "The paper: Alpha"), (70.1, "", "The paper: Alpha"), (40, str(over), "our run"), (71.5, str(over), "our run"),
    ]  # fmt: skip
    figures = vlmctl("why", "alpha-3b", "reading", "--json", "--catalog", str(over)).json["figures"]
    assert [(f["value"], f["standing"], f["origin"]) for f in figures] == [(40, "ranked", str(over)), (60, "passed-over", "")]
    assert [figures[0]["rivals"][0]["origin"], figures[1]["rivals"][0]["origin"]] == ["", str(over)]
    assert str(over) in vlmctl("why", "alpha-3b", "reading", "--catalog", str(over)).out
    human = vlmctl("show", "alpha-3b", "--catalog", str(over), "--format", "markdown").out
    assert "Overlay" in human
    assert str(over) in human
    assert vlmctl("show", "alpha-3b", "--json", "--catalog", str(over)).json[0]["origin"] == ""  # no fact about the model is ours


def test_of_equally_founded_figures_the_newest_is_ranked(over: Path, vlmctl: Any) -> None:
    old = "{kind: run, title: our run, retrieved: 2024-01-01}"
    lay(over, {"models/alpha-1b.yaml": addition("alpha-1b", "alpha", score(40), sources=old)})
    assert (3, "alpha-1b", 50.5, "") in top(vlmctl, "--catalog", str(over))
    lay(over, {"models/alpha-1b.yaml": addition("alpha-1b", "alpha", score(40))})
    assert (3, "alpha-1b", 40, str(over)) in top(vlmctl, "--catalog", str(over))


def test_a_variant_stands_beside_the_public_figure_and_leaves_its_rank(over: Path, vlmctl: Any) -> None:
    lay(over, {"models/alpha-3b.yaml": addition("alpha-3b", "alpha", score(99, variant="our harness"))})
    assert top(vlmctl, "--catalog", str(over)) == top(vlmctl)
    assert len(vlmctl("why", "alpha-3b", "reading", "--json", "--catalog", str(over)).json["figures"]) == 2


def test_facts_of_an_addition_are_laid_over_the_model_and_aliases_are_joined(over: Path, vlmctl: Any) -> None:
    text = "id: alpha-1b\nfamily: alpha\nparams: 1.1B\naliases: [A one]\nnote: weighed again\n"
    lay(over, {"models/alpha-1b.yaml": text})
    shown = vlmctl("show", "a one", "--json", "--catalog", str(over)).json[0]
    assert (shown["id"], shown["name"], shown["params"], shown["origin"]) == ("alpha-1b", "Alpha 1B", 1_100_000_000, str(over))
    assert shown["scores"][0]["origin"] == ""


def test_a_model_is_added_to_a_shipped_family(over: Path, vlmctl: Any) -> None:
    lay(over, {"models/alpha-int4.yaml": addition("alpha-int4", "alpha", score(58), facts="name: Alpha int4\n")})
    assert (2, "alpha-int4", 58, str(over)) in top(vlmctl, "--catalog", str(over))
    assert vlmctl("show", "alpha-int4", "--json", "--catalog", str(over)).json[0]["origin"] == str(over)


def test_a_new_model_without_a_name_is_left_out(over: Path, vlmctl: Any) -> None:
    lay(over, {"models/alpha-9b.yaml": addition("alpha-9b", "alpha", score(58))})
    ran = vlmctl("list", "-q", "--catalog", str(over))
    assert ran.code == 0
    assert "alpha-9b" not in ran.out
    assert "needs a 'name'" in ran.err


def test_a_model_of_another_family_is_left_out(over: Path, vlmctl: Any) -> None:
    """An addition names the family, and a model belongs to one."""
    lay(over, {"models/alpha-1b.yaml": addition("alpha-1b", "beta", score(99))})
    ran = vlmctl("list", "-q", "--catalog", str(over))
    assert ran.out.split() == vlmctl("list", "-q").out.split()
    assert "model 'alpha-1b' belongs to another family" in ran.err
    assert vlmctl("top", "--bench", "reading", "--json", "--catalog", str(over)).out == vlmctl("top", "--bench", "reading", "--json").out
    found = vlmctl("validate", str(over), "--json")
    assert (found.code, [(each["check"], each["line"]) for each in found.json["findings"]]) == (1, [("duplicate-id", 1)])


def test_benchmarks_and_components_of_an_overlay(over: Path, vlmctl: Any) -> None:
    bench = (
        "id: forms\nname: Forms\nsummary: Forms.\ntask: document\nmetric: acc\n"
        "metrics:\n  - {id: acc, name: a, unit: percent, min: 0, max: 100, higher_is_better: true}\n"
    )
    lay(over, {
        "benchmarks/forms.yaml": bench,
        "components/language-models.yaml": "- {id: our-llm, name: Our LLM, params: 2B}\n- {id: small-llm, name: Smaller LLM, params: 1B}\n",
        "models/beta-own.yaml": addition("beta-own", "beta", score(12, "forms"), facts="name: Beta own\nlanguage_model: our-llm\n"),
    })  # fmt: skip
    assert vlmctl("bench", "show", "forms", "--json", "--catalog", str(over)).json["origin"] == str(over)
    rows = vlmctl("list", "--columns", "id,language_model_name", "--json", "--catalog", str(over)).json
    assert {row["id"]: row["language_model_name"] for row in rows}["alpha-1b"] == "Smaller LLM"
    assert {row["id"]: row["language_model_name"] for row in rows}["beta-own"] == "Our LLM"


def test_two_overlays_that_touch_the_same_model(over: Path, tmp_path: Path, vlmctl: Any) -> None:
    second = tmp_path / "second"
    lay(over, {"models/alpha-x.yaml": addition("alpha-x", "alpha", score(20), facts="name: Alpha X\nparams: 5B\n")})
    other = "{kind: run, title: another run, retrieved: 2025-04-04}"
    lay(second, {"models/alpha-x.yaml": addition("alpha-x", "alpha", score(21), sources=other, facts="params: 6B\n")})
    both = ("--catalog", str(over), "--catalog", str(second))
    shown = vlmctl("show", "alpha-x", "--json", *both).json[0]
    assert (shown["name"], shown["params"], shown["origin"]) == ("Alpha X", 6_000_000_000, str(second))
    assert [(s["value"], s["source"], s["origin"]) for s in shown["scores"]] == [
        (20, "our run", str(over)), (21, "another run", str(second)),
    ]  # the same key of a source, and yet each has its own  # fmt: skip
    assert (4, "alpha-x", 21, str(second)) in top(vlmctl, *both)


def test_the_order_is_own_overlay_then_environment_then_options(over: Path, tmp_path: Path, vlmctl: Any, monkeypatch: Any) -> None:
    for root, params in ((tmp_path / "config/vlmctl/catalog", "2B"), (tmp_path / "env", "3B"), (over, "4B")):
        lay(root, {"models/alpha-1b.yaml": f"id: alpha-1b\nfamily: alpha\nparams: {params}\n"})
    asked = ("show", "alpha-1b", "--json")
    assert vlmctl(*asked).json[0]["params"] == 2_000_000_000
    monkeypatch.setenv("VLMCTL_CATALOG", str(tmp_path / "env"))
    assert vlmctl(*asked).json[0]["params"] == 3_000_000_000
    assert vlmctl(*asked, "--catalog", str(over)).json[0]["params"] == 4_000_000_000


def test_one_bad_file_is_reported_and_left_out_and_the_rest_works(over: Path, vlmctl: Any) -> None:
    lay(over, {
        "models/alpha-1b.yaml": "id: alpha-1b\nfamily: alpha\nparms: 2B\nnonsense: 1\n",
        "models/alpha-3b.yaml": addition("alpha-3b", "alpha", score(40)),
        "families/worse.yaml": "id: [\n",
        "families/binary.yaml": b"\xff\xfe\x00",
    })  # fmt: skip
    ran = vlmctl("top", "--bench", "reading", "--json", "--catalog", str(over))
    assert ran.code == 0
    assert any(row["value"] == 40 for row in ran.json)
    notes = [line for line in ran.err.splitlines() if "left out" in line]
    assert len(notes) == 3
    assert f"{over}/models/alpha-1b.yaml:3:1: error[unknown-field]" in ran.err
    assert "and 1 more (vlmctl validate" in ran.err
    assert vlmctl("top", "--bench", "reading", "--json", "--catalog", str(over)).err == ran.err  # from the cache, too


def test_what_depends_on_a_bad_benchmark_is_left_out_with_it(over: Path, vlmctl: Any) -> None:
    lay(over, {
        "benchmarks/forms.yaml": "id: forms\n",
        "models/alpha-1b.yaml": addition("alpha-1b", "alpha", score(12, "forms")),
        "models/alpha-3b.yaml": addition("alpha-3b", "alpha", score(40)),
    })  # fmt: skip
    ran = vlmctl("scores", "--json", "--catalog", str(over))
    assert ran.code == 0
    assert [row["value"] for row in ran.json if row["origin"]] == [40]
    assert "benchmarks/forms.yaml" in ran.err
    assert "left out of the overlay with it: models/alpha-1b.yaml" in ran.err


def test_a_benchmark_that_lacks_a_split_in_use_is_left_out_not_the_catalog(over: Path, small: Path, vlmctl: Any) -> None:
    text = (small / "benchmarks/reading.yaml").read_text().replace("{id: val,", "{id: dev,").replace("split: val", "split: dev")
    lay(over, {"benchmarks/reading.yaml": text})
    ran = vlmctl("list", "-q", "--catalog", str(over))
    assert (ran.code, ran.out.split()) == (0, ["alpha-1b", "alpha-3b", "beta-2b"])
    assert "left out" in ran.err
    assert "split 'val' is missing" in ran.err


def test_a_replaced_family_that_takes_another_familys_model_is_left_out_not_the_catalog(over: Path, vlmctl: Any) -> None:
    text = "id: alpha\nname: Alpha\nseries: Alpha\norganizations: [Us]\nsummary: Ours.\nmodels:\n  - {id: beta-2b, name: Beta 2B}\n"
    lay(over, {"families/alpha.yaml": text})
    ran = vlmctl("list", "-q", "--catalog", str(over))
    assert (ran.code, ran.out.split()) == (0, ["alpha-1b", "alpha-3b", "beta-2b"])
    assert "model 'beta-2b' is defined twice" in ran.err


def test_the_same_addition_twice_in_one_overlay_is_found(over: Path, vlmctl: Any) -> None:
    text = addition("alpha-1b", "alpha", score(40))
    lay(over, {"models/alpha-1b.yaml": text, "models/alpha-1b-again.yaml": text})
    ran = vlmctl("scores", "--json", "--catalog", str(over))
    assert [row["value"] for row in ran.json if row["origin"]] == [40]
    assert "'alpha-1b' is defined twice" in ran.err


def test_edits_of_an_overlay_are_noticed(over: Path, vlmctl: Any) -> None:
    file = over / "models/alpha-3b.yaml"
    lay(over, {"models/alpha-3b.yaml": addition("alpha-3b", "alpha", score(41))})
    assert (3, "alpha-3b", 41, str(over)) in top(vlmctl, "--catalog", str(over))
    before = file.stat()
    file.write_text(file.read_text().replace("41", "42"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert (3, "alpha-3b", 42, str(over)) in top(vlmctl, "--catalog", str(over))
    file.unlink()
    assert top(vlmctl, "--catalog", str(over))[0] == (1, "alpha-3b", 60, "")


def test_what_is_not_read_is_told(over: Path, vlmctl: Any) -> None:
    lay(over, {"alpha-1b.yaml": "id: alpha-1b\n", "models": "a file where a folder belongs"})
    ran = vlmctl("list", "-q", "--catalog", str(over))
    assert ran.code == 0
    assert f"{over}/alpha-1b.yaml: records stand in families/" in ran.err
    assert f"{over}/models: not a directory" in ran.err


ODD = {
    "missing": ("nowhere", "VLMCTL_CATALOG: no such directory: nowhere; it is left out"),
    "file": ("file.yaml", "VLMCTL_CATALOG: not a directory: file.yaml; it is left out"),
    "too-long": ("x" * 5000, "no such directory"),
    "beside-a-good-one": ("nowhere:relative", "no such directory: nowhere"),
    "relative": ("relative", ""),
    "newline": ("with\nnewline", ""),
    "escape": ("with\x1b[31mescape", ""),
    "link": ("link", ""),
    "empty-parts": (":relative::", ""),
}


@pytest.mark.parametrize("case", list(ODD))
def test_the_environment_names_odd_places(case: str, small: Path, tmp_path: Path, vlmctl: Any, monkeypatch: Any) -> None:
    named, message = ODD[case]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.yaml").write_text("id: x\n")
    for name in ("relative", "with\nnewline", "with\x1b[31mescape"):
        bad = {"models/alpha-1b.yaml": "id: alpha-1b\nfamily: alpha\nbroken: 1\n"} if name != "relative" else {}
        lay(tmp_path / name, {"models/alpha-3b.yaml": addition("alpha-3b", "alpha", score(40)), **bad})
    (tmp_path / "link").symlink_to("relative")
    monkeypatch.setenv("VLMCTL_CATALOG", named)
    ran = vlmctl("scores", "--json")
    assert ran.code == 0
    assert message in ran.err
    assert "\x1b" not in ran.err
    assert [row["value"] for row in ran.json if row["origin"]] == ([] if case in {"missing", "file", "too-long"} else [40])
    assert len(ran.err.splitlines()) == (1 if message or "newline" in named or "escape" in named else 0)
    assert message in vlmctl("validate").err
    chosen = vlmctl("scores", "--json", "--catalog", named)  # what was asked for explicitly is an error
    assert (chosen.code == 2) == (case in {"missing", "file", "too-long", "beside-a-good-one", "empty-parts"})


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux")
def test_a_directory_whose_name_is_no_utf8(small: Path, tmp_path: Path, vlmctl: Any) -> None:
    root = tmp_path / os.fsdecode(b"caf\xe9")
    lay(root, {"models/alpha-3b.yaml": addition("alpha-3b", "alpha", score(40)), "models/bad.yaml": "id: 1\n"})
    ran = vlmctl("scores", "--json", "--catalog", str(root))
    assert ran.code == 0
    assert [row["origin"] for row in ran.json if row["origin"]] == [f"{tmp_path}/caf\\udce9"]


def test_the_public_api_has_no_pitfall_before_anything_is_imported() -> None:
    code = "import vlmctl; print(hasattr(vlmctl, 'nothing'), vlmctl.CatalogError.__name__)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "CatalogError"]


PAPER = "{kind: paper, title: 'The paper: Alpha', url: 'https://example.org/alpha/', retrieved: 2025-01-01}"


def of_paper(value: float, *, source: str = "paper", **more: str) -> str:
    fields = {"split": "val", "evidence": "original", **more}
    return f"{{benchmark: reading, value: {value}, source: {source}, {', '.join(f'{k}: {v}' for k, v in fields.items())}}}"


def written(over: Path, *scores: str, own: str = "") -> None:
    """A model addition whose scores name the family's own source `paper`, or `ours`."""
    sources = f"sources:\n  ours: {own}\n" if own else ""
    lay(over, {"models/alpha-1b.yaml": f"id: alpha-1b\nfamily: alpha\n{sources}scores:\n" + "".join(f"  - {each}\n" for each in scores)})


@pytest.mark.parametrize(
    ("line", "own", "fires"),
    [
        (of_paper(77), "", True),
        (of_paper(77, split="test"), "", False),
        (of_paper(77, variant="'longer prompt'"), "", False),
        (of_paper(77, mode="thinking"), "", False),
        (of_paper(77, metric="accuracy"), "", True),  # the metric that counts anyway
        (of_paper(77, status="superseded"), "", False),
        (of_paper(77, source="ours"), PAPER, True),  # the same document under another key
        (of_paper(77, source="ours"), RUN, False),
        (of_paper(77, source="ours"), PAPER.replace("/alpha/", "/alpha/v2"), False),
        (of_paper(77, source="ours"), PAPER.replace("The paper", "An appendix"), False),
    ],
)
def test_a_second_figure_from_the_document_of_one_that_ships(over: Path, vlmctl: Any, line: str, own: str, fires: bool) -> None:
    written(over, line, own=own)
    found = [each for each in vlmctl("validate", str(over), "--json").json["findings"] if each["severity"] == "error"]
    assert [each["check"] for each in found] == (["duplicate-score"] if fires else [])
    for each in found:
        assert each["text"] == "77"
        assert each["hint"].startswith("the catalog has 50.5; if both are right, name another source or a variant; if that is wrong, ")
    assert vlmctl("validate").code == 0  # nothing is wrong with the catalog below


def test_the_same_figure_again_is_a_duplicate_with_a_way_out(over: Path, vlmctl: Any) -> None:
    written(over, of_paper(50.5))
    (only,) = vlmctl("validate", str(over), "--json").json["findings"]
    assert (only["check"], only["hint"]) == (
        "duplicate-score", "the catalog has 50.5, too: leave one out, or name another source or a variant",
    )  # fmt: skip


def test_of_two_overlays_the_upper_one_is_told(over: Path, tmp_path: Path, vlmctl: Any) -> None:
    second = tmp_path / "second"
    written(over, of_paper(41, source="ours"), own=RUN)
    written(second, of_paper(42, source="ours"), own=RUN)
    paths = [each["path"] for each in vlmctl("validate", str(over), str(second), "--json").json["findings"]]
    assert [Path(path).parent.parent for path in paths] == [second]
    assert vlmctl("validate", str(over)).code == 0


def test_an_overlay_withdraws_a_figure_that_ships_by_repeating_it_as_superseded(over: Path, vlmctl: Any) -> None:
    written(over, of_paper(50.5, status="superseded", note="misread"), of_paper(51.5))
    assert vlmctl("validate", str(over)).code == 0
    assert (3, "alpha-1b", 51.5, str(over)) in top(vlmctl, "--catalog", str(over))
    figures = vlmctl("why", "alpha-1b", "reading", "--json", "--catalog", str(over)).json["figures"]
    assert [(f["value"], f["status"], f["where"], f["note"], f["origin"]) for f in figures] == [
        (51.5, "current", None, None, str(over)), (50.5, "superseded", "table 1", "misread", str(over)),
    ]  # still with its place and quote, and once  # fmt: skip
    written(over, of_paper(50.5, status="superseded"))
    checked = vlmctl("validate", str(over), "--json")
    assert [(each["check"], each["severity"]) for each in checked.json["findings"]] == [("superseded-alone", "warning")]
    assert "alpha-1b" not in [row[1] for row in top(vlmctl, "--catalog", str(over))]
    written(over, of_paper(50, status="superseded"))  # another figure withdraws nothing
    assert (3, "alpha-1b", 50.5, "") in top(vlmctl, "--catalog", str(over))


def test_add_score_corrects_a_figure_that_ships_in_two_steps(over: Path, vlmctl: Any) -> None:
    asked = ("add", "score", "--model", "alpha-1b", "--bench", "Reading@val", "--source", "paper", "--evidence", "original", "--catalog")
    refused = vlmctl(*asked, str(over), "--value", "51.5")
    assert (refused.code, refused.out) == (5, "")
    assert "duplicate-score" in refused.err
    assert "the catalog has 50.5" in refused.err
    assert vlmctl(*asked, str(over), "--value", "50.5", "--superseded").code == 0
    assert vlmctl(*asked, str(over), "--value", "51.5").code == 0
    assert (3, "alpha-1b", 51.5, str(over)) in top(vlmctl, "--catalog", str(over))


ABOVE = (
    "id: alpha\nname: Alpha\nseries: Alpha\norganizations: [Us]\nsummary: Ours.\n"
    "sources:\n  mine: {kind: run, title: the upper run, retrieved: 2025-03-03}\n"
    "models:\n  - id: alpha-1b\n    name: Alpha 1B\n    params: 5B\n    aliases: [Upper]\n    scores:\n"
    "      - {benchmark: reading, split: val, value: 42, source: mine, evidence: original}\n"
)


def test_an_upper_overlay_has_the_last_word_with_a_familys_file_too(over: Path, tmp_path: Path, vlmctl: Any) -> None:
    upper = tmp_path / "upper"
    facts = "params: 4B\nimage_size: 448\naliases: [Lower]\n"
    lay(over, {"models/alpha-1b.yaml": addition("alpha-1b", "alpha", score(41), facts=facts)})
    lay(over, {"models/alpha-x.yaml": addition("alpha-x", "alpha", score(20), facts="name: Alpha X\n")})
    lay(upper, {"families/alpha.yaml": ABOVE})
    both = ("--catalog", str(over), "--catalog", str(upper))
    shown = vlmctl("show", "model:alpha-1b", "--json", *both).json[0]
    assert (shown["params"], shown["image_size"], shown["origin"]) == (5_000_000_000, 448, str(upper))
    assert [vlmctl("show", name, "--json", *both).json[0]["id"] for name in ("Upper", "Lower")] == ["alpha-1b"] * 2
    assert [(s["value"], s["origin"]) for s in shown["scores"]] == [(41, str(over)), (42, str(upper))]
    assert (2, "alpha-1b", 42, str(upper)) in top(vlmctl, *both)
    assert vlmctl("list", "-q", *both).out.split() == ["alpha-1b", "alpha-x", "beta-2b"]  # scores and models are never dropped
    turned = ("--catalog", str(upper), "--catalog", str(over))
    assert vlmctl("show", "model:alpha-1b", "--json", *turned).json[0]["params"] == 4_000_000_000
    assert (2, "alpha-1b", 41, str(over)) in top(vlmctl, *turned)


def test_what_follows_from_a_broken_file_is_not_told_of_the_innocent_ones(over: Path, vlmctl: Any, monkeypatch: Any) -> None:
    family = "id: ours\nname: Ours\nseries: Ours\norganizations: [Us]\nsummary: Ours.\nmodels:\n  - {id: ours, name: Ours}\n"
    lay(over, {
        "families/ours.yaml": family, "models/ours-x.yaml": "id: ours-x\nfamily: ours\nname: X\n",
        "models/ours-y.yaml": "id: ours-y\nfamily: ours\nname: Y\n",
    })  # fmt: skip
    monkeypatch.setenv("EDITOR", "sed -i 's/^summary/sumary/'")
    ran = vlmctl("edit", "family:ours", "--catalog", str(over))
    assert ran.code == 5
    assert ran.err.count("error[") == 2  # the unknown field, and the missing one that it should be
    assert "ours.yaml" in ran.err
    assert "ours-x.yaml" not in ran.err
    lay(over, {"families/ours.yaml": family.replace("summary", "sumary"), "models/beta-9b.yaml": "id: beta-9b\nfamily: betta\nname: B\n"})
    told = [line for line in vlmctl("list", "-q", "--catalog", str(over)).err.splitlines() if "left out" in line]
    assert len(told) == 3
    assert f"{over}/families/ours.yaml:1:1: error[missing-field]" in told[0]
    assert f"{over}/models/beta-9b.yaml:2:9: error[dangling-reference] unknown family 'betta'" in told[1]
    assert told[2] == "left out of the overlay with it: models/ours-x.yaml, models/ours-y.yaml"


def test_why_says_that_only_the_layer_decided_where_nothing_else_did(over: Path, vlmctl: Any) -> None:
    same_day = "{kind: run, title: our run, retrieved: 2024-04-01}"
    lay(over, {"models/alpha-1b.yaml": addition("alpha-1b", "alpha", score(40), sources=same_day)})
    figures = vlmctl("why", "alpha-1b", "reading", "--json", "--catalog", str(over)).json["figures"]
    assert [(f["value"], f["standing"], f["reason"]) for f in figures] == [
        (40, "ranked", None), (50.5, "passed-over", "an equally founded figure stands in an overlay"),
    ]  # fmt: skip
    written(over, of_paper(50.5, status="superseded"), of_paper(51.5))
    told = vlmctl("why", "alpha-1b", "reading", "--format", "markdown", "--catalog", str(over)).out
    assert "not ranked: superseded, says the overlay" in told
