"""`vlmctl validate`: paths, formats, exit codes."""

from __future__ import annotations

import builtins
import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from json_schemas import fits
from vlmctl.source.document import read_document

RECORDS = Path(__file__).parent.parent / "records"
ONE_ERROR = RECORDS / "invalid" / "unknown-field.yaml"
GOOD = """
id: example
name: Example
series: Example
organizations: [Example Lab]
summary: A model that exists only in tests.
summary_zh: 只存在于测试中的模型。
models:
  - {id: example-1, name: Example One}
"""


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "example.yaml"
    file.write_text(GOOD, "utf-8")
    return file


def standard_input(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    stream = io.TextIOWrapper(io.BytesIO(content))
    monkeypatch.setattr("sys.stdin", stream)


def test_shipped_catalog_has_neither_errors_nor_warnings(vlmctl: Any) -> None:
    ran = vlmctl("validate", "--strict")
    assert (ran.code, ran.out) == (0, "")
    assert "files checked: no errors, no warnings" in ran.err


def test_what_is_explained_is_counted_and_shown_on_demand(vlmctl: Any) -> None:
    ran = vlmctl("validate", "--explained")
    lines = [line for line in ran.out.splitlines() if not line.startswith("    ")]
    assert ran.code == 0
    assert f"{len(lines)} warnings explained" in ran.err
    assert all(": explained[" in line for line in lines)


BROKEN = """
sources:
  readme: {kind: web, title: README, url: 'https://example.org/', retrieved: 2025-01-01}
architecture: {vision_encoders: [Bad Id, nosuch]}
models:
  - id: example-1
    name: Example One
    scores:
      - {benchmark: texvqa, value: 20, source: readme, evidence: origina}
      - {benchmark: textvqa, split: vaal, metric: nope, value: 2000, source: readmee, evidence: origina}
      - {benchmark: Text VQA, split: val, value: 20, source: Read me, evidence: original}
      - {benchmark: textvqa, split: 5, value: 2000, source: readme, evidence: original}
"""


def test_what_a_broken_score_refers_to_is_told_in_the_same_run(vlmctl: Any, tmp_path: Path) -> None:
    file = tmp_path / "example.yaml"
    file.write_text(GOOD.partition("models:")[0].strip() + BROKEN, "utf-8")
    found = [(each["line"], each["column"], each["check"]) for each in vlmctl("validate", str(file), "--json").json["findings"]]
    lines = file.read_text("utf-8").splitlines()
    told = [(lines[line - 1][column - 1 :].split(",")[0].rstrip("]}"), check) for line, column, check in found]
    assert told == [
        ("Bad Id", "wrong-value"), ("nosuch", "dangling-reference"), ("texvqa", "dangling-reference"), ("origina", "wrong-value"),
        ("vaal", "dangling-reference"), ("nope", "dangling-reference"), ("readmee", "dangling-reference"), ("origina", "wrong-value"),
        ("Text VQA", "wrong-value"), ("Read me", "wrong-value"), ("5", "wrong-type"),
    ], "each once, and no check judges a value whose score is broken"  # fmt: skip


@pytest.mark.parametrize(("written", "instead"), [("summary: A model that exists only in tests.\n", ""), ("kind: web", "kind: wib")])
def test_references_are_followed_where_a_needed_field_is_missing_or_wrong(vlmctl: Any, tmp_path: Path, written: str, instead: str) -> None:
    file = tmp_path / "example.yaml"
    file.write_text((GOOD.partition("models:")[0].strip() + BROKEN).replace(written, instead), "utf-8")
    found = [each["text"] for each in vlmctl("validate", str(file), "--json").json["findings"] if each["check"] == "dangling-reference"]
    assert found == ["nosuch", "texvqa", "vaal", "nope", "readmee"]


def test_good_file(vlmctl: Any, good: Path) -> None:
    ran = vlmctl("validate", str(good))
    assert (ran.code, ran.out, ran.err) == (0, "", "1 file checked: no errors, no warnings\n")


def test_finding_has_place_check_text_and_hint(vlmctl: Any, good: Path) -> None:
    good.write_text(GOOD.replace("series:", "serie:"), "utf-8")
    ran = vlmctl("validate", str(good))
    assert ran.code == 1
    assert f"{good}:4:1: error[unknown-field] unknown field 'serie'\n    found: \"Example\"\n    hint: did you mean 'series'?\n" in ran.out
    assert ran.err == "1 file checked: 2 errors, no warnings\n"


def test_every_finding_of_every_file_in_one_run(vlmctl: Any, good: Path) -> None:
    other = good.with_name("other.yaml")
    other.write_text("id: other\nmodels: [\n", "utf-8")
    good.write_text(GOOD + "colour: blue\nlanguages: [everything]\nmodels_: 3\n", "utf-8")
    found = vlmctl("validate", str(good), str(other), "--json").json["findings"]
    assert {(Path(each["path"]).name, each["check"]) for each in found} == {
        ("example.yaml", "unknown-field"),
        ("example.yaml", "language-code"),
        ("other.yaml", "syntax"),
    }


def test_warnings_fail_only_with_strict(vlmctl: Any, good: Path) -> None:
    good.write_text(GOOD + "languages: [everything]\n", "utf-8")
    assert vlmctl("validate", str(good)).code == 0
    assert vlmctl("validate", "--strict", str(good)).code == 1
    assert vlmctl("validate", "--strict", "--ignore", "language-code", str(good)).code == 0


def test_references_resolve_against_the_shipped_catalog(vlmctl: Any, good: Path) -> None:
    known = "architecture: {language_models: [phi-2]}\n"
    good.write_text(GOOD.replace("Example One}", "Example One, language_model: phi-2}") + known, "utf-8")
    assert vlmctl("validate", str(good)).code == 0
    good.write_text(GOOD + known.replace("phi-2", "phi-22"), "utf-8")
    ran = vlmctl("validate", str(good))
    assert ran.code == 1
    assert "dangling-reference" in ran.out
    assert "did you mean 'phi-2'?" in ran.out


def overlay(root: Path) -> Path:
    for name in ("families", "benchmarks"):
        (root / name).mkdir(parents=True)
    (root / "benchmarks" / "ours.yaml").write_text(
        "id: ours\nname: Ours\nsummary: Our test.\nsummary_zh: 我们的测试。\ntask: test\nmetric: acc\nplausible: [1, 99]\n"
        "metrics:\n  - {id: acc, name: accuracy, unit: percent, min: 0, max: 100, higher_is_better: true}\n",
        "utf-8",
    )
    family = GOOD.replace(
        "Example One}", "Example One, scores: [{benchmark: ours, value: 5, source: run, evidence: original, quote: '5'}]}"
    )
    (root / "families" / "example.yaml").write_text(family + "sources: {run: {kind: run, title: ours}}\n", "utf-8")
    return root


def test_overlay_directory(vlmctl: Any, tmp_path: Path) -> None:
    root = overlay(tmp_path / "over")
    ran = vlmctl("validate", str(root), "--strict")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("2 files checked")


@pytest.mark.parametrize(
    ("start", "path"), [("", "over"), ("", "over/families/example.yaml"), ("over", "."), ("over/families", "example.yaml")]
)
def test_errors_are_found_from_any_working_directory(
    vlmctl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str, path: str
) -> None:
    root = overlay(tmp_path / "over")
    (root / "families" / "example.yaml").write_text(GOOD.replace("series:", "serie:"), "utf-8")
    monkeypatch.chdir(tmp_path / start)
    found = vlmctl("validate", path, "--json").json["findings"]
    assert {each["check"] for each in found} >= {"unknown-field", "missing-field"}
    assert {each["path"] for each in found if each["check"] == "unknown-field"} == {os.path.relpath(root / "families" / "example.yaml")}
    absolute = vlmctl("validate", str(root / "families" / "example.yaml"), "--json").json["findings"]
    assert [each["check"] for each in absolute] == [each["check"] for each in found if each["path"].endswith("example.yaml")]


def test_file_of_an_overlay_is_seen_among_its_neighbours(vlmctl: Any, tmp_path: Path) -> None:
    root = overlay(tmp_path / "over")
    (root / "families" / "broken.yaml").write_text("id: broken\n", "utf-8")
    ran = vlmctl("validate", str(root / "families" / "example.yaml"), "--strict")
    assert (ran.code, ran.out, ran.err) == (0, "", "1 file checked: no errors, no warnings\n")


def test_broken_neighbour_is_no_missing_reference(vlmctl: Any, tmp_path: Path) -> None:
    root = overlay(tmp_path / "over")
    path = root / "benchmarks" / "ours.yaml"
    path.write_text(path.read_text("utf-8").replace("task:", "taks:"), "utf-8")
    found = vlmctl("validate", str(root), "--json").json["findings"]
    assert {each["check"] for each in found} == {"unknown-field", "missing-field"}


def test_an_overlay_that_breaks_what_lies_beneath(vlmctl: Any, tmp_path: Path) -> None:
    root = tmp_path / "over"
    (root / "benchmarks").mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "catalog" / "benchmarks" / "mme.yaml"
    text = shipped.read_text("utf-8").replace("  - id: total\n", "  - id: sum\n").replace(": total\n", ": sum\n")
    (root / "benchmarks" / "mme.yaml").write_text(text, "utf-8")
    ran = vlmctl("validate", str(root))
    assert ran.code == 1
    assert "over/benchmarks/mme.yaml:" in ran.out
    assert "error[dangling-reference] split 'total' is missing" in ran.out


def test_overlays_in_use_are_checked_without_a_path(vlmctl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = overlay(tmp_path / "over")
    (root / "families" / "example.yaml").write_text(GOOD.replace("series:", "serie:"), "utf-8")
    monkeypatch.setenv("VLMCTL_CATALOG", str(root))
    ran = vlmctl("validate")
    assert ran.code == 1
    assert "over/families/example.yaml:4:1: error[unknown-field]" in ran.out


def test_an_empty_overlay_in_use_is_no_error(vlmctl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "families").mkdir()
    monkeypatch.setenv("VLMCTL_CATALOG", str(tmp_path))
    assert vlmctl("validate").code == 0


def test_only_a_whole_directory_is_searched_for_stray_files(vlmctl: Any, tmp_path: Path) -> None:
    root = overlay(tmp_path / "over")
    (root / "notes.yaml").write_text("x: 1\n", "utf-8")
    assert "unread-file" not in vlmctl("validate", str(root / "families" / "example.yaml")).out
    assert "unread-file" in vlmctl("validate", str(root)).out


def test_catalog_beneath(vlmctl: Any, tmp_path: Path, good: Path) -> None:
    root = overlay(tmp_path / "over")
    good.write_text((root / "families" / "example.yaml").read_text("utf-8"), "utf-8")
    assert vlmctl("validate", str(good)).code == 1
    assert vlmctl("validate", str(good), "--catalog", str(root)).code == 0


def test_standard_input(vlmctl: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, GOOD.encode())
    assert vlmctl("validate", "-").code == 0
    standard_input(monkeypatch, GOOD.replace("series", "serie").encode())
    ran = vlmctl("validate", "-")
    assert ran.code == 1
    assert "\n<standard input>:4:1: error[unknown-field]" in ran.out


def test_kind_is_guessed_or_named(vlmctl: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, b"- {id: x-lm, name: X}\n")
    assert "unknown-kind" in vlmctl("validate", "-").out
    standard_input(monkeypatch, b"- {id: x-lm, name: X}\n")
    assert "unused-component" in vlmctl("validate", "-", "--kind", "language-models").out


@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"\xff\xfe", b"[", b"42", b"- - -", b"&a [*a]", b"models: 3", b"? [a]\n: b", b"\xef\xbb\xbf"]
)
def test_any_content_is_a_finding(vlmctl: Any, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    standard_input(monkeypatch, content)
    ran = vlmctl("validate", "-", "--json")
    assert ran.code == 1
    assert ran.json["errors"] >= 1


def test_github(vlmctl: Any, tmp_path: Path) -> None:
    file = tmp_path / "a,b: 100%.yaml"
    file.write_text(GOOD.replace("series:", "serie:"), "utf-8")
    ran = vlmctl("validate", str(file), "--format", "github")
    first = ran.out.splitlines()[-1]
    assert ran.code == 1
    assert first.startswith("::error file=")
    assert "a%2Cb%3A 100%25.yaml,line=4,col=1,title=unknown-field::unknown field 'serie' (did you mean 'series'?)" in first


def test_sarif(vlmctl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ä b.yaml").write_text(GOOD + "languages: [everything]\ncolour: blue\n", "utf-8")
    ran = vlmctl("validate", "ä b.yaml", "--format", "sarif")
    document = ran.json
    assert document["version"] == "2.1.0"
    assert document["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) > 60
    assert [result["level"] for result in run["results"]] == ["warning", "error"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        location = result["locations"][0]["physicalLocation"]
        assert location["artifactLocation"]["uri"] == "%C3%A4%20b.yaml"
        assert location["region"]["startLine"] >= 10


def test_json_is_as_its_schema_says(vlmctl: Any, good: Path) -> None:
    good.write_text(GOOD + "languages: [everything]\ncolour: blue\n", "utf-8")
    document = vlmctl("validate", str(good), "--json").json
    fits("validate", document)
    assert (document["errors"], document["warnings"], document["files"]) == (1, 1, 1)
    fits("checks", vlmctl("validate", "--list-checks", "--json").json)


@pytest.mark.skipif(os.name == "nt", reason="such names can't be there")
@pytest.mark.parametrize("form", ["text", "github", "json", "sarif"])
def test_hostile_names_and_texts_stay_on_their_line(vlmctl: Any, tmp_path: Path, form: str) -> None:
    file = tmp_path / "a\n::error::b\x1b[31m\u202e.yaml"
    file.write_text(GOOD + 'languages: ["\\e[2J\\n::warning::x"]\n', "utf-8")
    ran = vlmctl("validate", str(file), "--format", form)
    assert "\x1b" not in ran.out
    assert "\u202e" not in ran.out
    assert not any(line.startswith(("::error::b", "::warning::x")) for line in ran.out.splitlines())
    if form in {"json", "sarif"}:
        assert ran.json


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.yaml",), "no such file or directory: nowhere.yaml"),
        (("--ignore", "implausible-valu"), "did you mean implausible-value?"),
        (("--format", "xml"), "did you mean"),
        (("--catalog", "nowhere"), "no such directory: nowhere"),
    ],
)
def test_usage_errors(vlmctl: Any, arguments: tuple[str, ...], said: str) -> None:
    ran = vlmctl("validate", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err or "--format" in said or arguments[0] == "--format"


def test_directory_without_records(vlmctl: Any, tmp_path: Path) -> None:
    ran = vlmctl("validate", str(tmp_path))
    assert ran.code == 2
    assert "no records in" in ran.err


def test_file_too_large(vlmctl: Any, tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_bytes(b"#" * (4 * 2**20 + 1))
    assert "error[file-size]" in vlmctl("validate", str(file)).out


def test_file_that_cant_be_read(vlmctl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = overlay(tmp_path / "over")
    real = builtins.open

    def refused(path: Any, *arguments: Any, **named: Any) -> Any:
        if str(path).endswith("example.yaml"):
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **named)

    monkeypatch.setattr(builtins, "open", refused)
    ran = vlmctl("validate", str(root))
    assert ran.code == 1
    assert "example.yaml:1:1: error[unreadable] " in ran.out


def test_list_of_checks(vlmctl: Any) -> None:
    from vlmctl.checks.registry import checks

    rows = vlmctl("validate", "--list-checks", "--json").json
    assert [row["id"] for row in rows] == list(checks())


def test_unread_file_beside_records(vlmctl: Any, tmp_path: Path) -> None:
    root = overlay(tmp_path / "over")
    shutil.copy(root / "families" / "example.yaml", root / "example.yaml")
    ran = vlmctl("validate", str(root))
    assert ran.code == 0
    assert "example.yaml:1:1: warning[unread-file]" in ran.out


STRAY = {
    "model/alpha.yaml": "records stand in families/, models/, benchmarks/ and components/",
    "benchmarks/sub/x.yaml": "records stand in families/, models/, benchmarks/ and components/",
    "deep/er/families/x.yml": "records stand in families/, models/, benchmarks/ and components/",
    "families/x.YAML": "rename it to x.yaml",
    "families/y.Yml": "rename it to y.yml",
    "components/encoders.yaml": "components/ holds language-models, vision-encoders and licenses",
    "notes.YML": "records stand in families/, models/, benchmarks/ and components/",
}


def test_files_in_mistyped_places_are_told(vlmctl: Any, tmp_path: Path) -> None:
    root = overlay(tmp_path / "over")
    for name in (*STRAY, "families/.hidden.yaml", ".github/workflows/ci.yaml", "model/notes.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x: 1\n", "utf-8")
    (root / "around").symlink_to(root)
    ran = vlmctl("validate", str(root), "--json")
    found = {each["path"].partition("/over/")[2]: each["hint"] for each in ran.json["findings"]}
    assert (ran.code, found) == (0, STRAY)
    assert {each["check"] for each in ran.json["findings"]} == {"unread-file"}
    listed = vlmctl("list", "-q", "--catalog", str(root)).err
    assert f"left out of the overlay: {root}/model: 1 YAML file; {STRAY['model/alpha.yaml']}" in listed
    assert f"{root}/benchmarks/sub: 1 YAML file; " in listed
    assert f"{root}/families/x.YAML: rename it to x.yaml" in listed
    assert f"{root}/components/encoders.yaml: components/ holds " in listed
    assert "hidden" not in listed
    assert "github" not in listed


def test_shipped_file_by_its_path_is_checked_once(vlmctl: Any) -> None:
    path = Path(__file__).parents[2] / "catalog" / "families" / "imp-v1.5.yaml"
    ran = vlmctl("validate", str(path), str(path), "--strict")
    assert (ran.code, ran.out, ran.err) == (0, "", "1 file checked: no errors, no warnings\n")


def test_json_reads_back_whatever_the_path(vlmctl: Any, tmp_path: Path) -> None:
    file = tmp_path / "x\ny.yaml"
    file.write_text("colour: blue\n", "utf-8")
    document = json.loads(vlmctl("validate", str(file), "--json").out)
    assert document["findings"][0]["path"].endswith("x\ny.yaml")


def test_the_pre_commit_hook_finds_what_a_deleted_file_breaks(vlmctl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As pre-commit runs it: at every commit, without file names, in the repository's root, with the hook's own or the user's `args`."""
    root = Path(__file__).parents[2]
    manifest = (root / ".pre-commit-hooks.yaml").read_text("utf-8")
    assert 'CONTRIBUTING.md, "Keep your own results"' in manifest
    assert "### Keep your own results\n" in (root / "CONTRIBUTING.md").read_text("utf-8")
    (hook,) = read_document("hooks", manifest.encode()).data
    assert (hook["id"], hook["language"], hook["pass_filenames"], hook["always_run"]) == ("vlmctl-validate", "python", False, True)
    command = hook["entry"].split()
    assert command[0] == "vlmctl"
    assert vlmctl("init", str(tmp_path / "our-catalog")).code == 0
    for where, args in ((tmp_path / "our-catalog", hook["args"]), (tmp_path, ["our-catalog"])):
        monkeypatch.chdir(where)
        assert vlmctl(*command[1:], *args).code == 0
    monkeypatch.chdir(tmp_path)
    assert (vlmctl(*command[1:], *hook["args"]).code, vlmctl(*command[1:], "nowhere").code) == (2, 2)  # never passed over in silence
    (tmp_path / "our-catalog/benchmarks/example-forms.yaml").unlink()
    ran = vlmctl(*command[1:], "our-catalog")
    assert ran.code == 1
    assert "unknown benchmark 'example-forms'" in ran.out
