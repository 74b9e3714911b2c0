"""Every `--json` against its schema, in many shapes; and every command that prints JSON has a schema and is tried here.

The schemas are closed, so a key that no schema tells of fails as one that is missing does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from json_schemas import fits
from small_catalog import FILES, lay
from vlmctl.cli.app import build_app
from vlmctl.schemas import EXPORTS, RECORDS, names, schema

SHAPES = """
list: list -n 0
list: list -n 0 --sort -TextVQA,memory,language_model_name -w 'MMMU>30 and POPE>80 and ocrbench>0'
list: list 'params<0.001B'
show: show 'MobileVLM' imp-v1.5 mgm-7b --lang zh
show: show imp-v1.5-3b-phi2
compare: compare mobilevlm-v2 imp-v1.5
compare: compare mobilevlm-v2-3b imp-v1.5-3b-phi2 --all
compare: compare mgm-7b
compare: compare mini-gemini internvl2 qwen2-vl paligemma minicpm-v --all --diff
compare: compare mm1 qwen-vl --pick largest --all
top: top -b TextVQA
top: top -b MMMU -n 0 --split any --protocol any --bars
top: top -b MME:cognition -n 0
top: top -b VQAv2 --split unstated -n 0
top: top -b DocVQA --by-size --per-family
top: top -b GQA --pareto 'TextVQA>=50'
top: top -b TextVQA --strict --borders 3B,7B --by-size -n 0
top-several: top -b TextVQA -b GQA -b POPE -n 0
top-several: top -b TextVQA -b GQA -b MME --missing common --min-models 50 --weights GQA=2 -n 0
top-several: top -b TextVQA@val -b MMMU@val -b MMMU@test --missing pairwise --per-family -n 0
top-several: top -b TextVQA -b GQA --by-size --bars
top-several: top -b TextVQA -b GQA --pareto
pareto: pareto --y TextVQA -n 0
pareto: pareto --x released --y MMMU -n 0
pareto: pareto --x memory --y OCRBench --precision int4 -n 0
pareto: pareto --x POPE --y GQA -n 0
pareto: pareto --x visual_tokens --y MME -n 0
why: why mgm-7b mme
why: why imp-v1.5-3b-phi2 TextVQA@val
why: why mgm-7b DocVQA
scores: scores -n 0
scores: scores -b MME --listed --sort -value
scores: scores 'params<4B' --sort memory
search: search 高分辨率 -n 0
search: search e -n 0
search: search 'mobile' 'vlm' --lang zh -n 0 --params ..4B
search: search microsoft --kind family
search: search nothingholdsthis
facets: facets
facets: facets --params ..4B --borders 2B
facets-field: facets encoder
facets-field: facets llm
facets-field: facets license
facets-field: facets org
facets-field: facets connector
facets-field: facets benchmark
facets-field: facets size
facets-field: facets moe
facets-field: facets benchmark 'TextVQA>50'
facets-field: facets year 'TextVQA>50'
facets-field: facets list 'TextVQA>50'
facets-field: facets tuning 'TextVQA>50'
facets-field: facets image_size 'TextVQA>50'
plot: plot --y TextVQA
plot: plot --x released --y MMMU --color license
plot: plot --x memory --y GQA --log xy --pareto --color moe
plot: plot --x visual_tokens --y params
memory: memory imp-v1.5-3b-phi2 --precision int8 --context 1 --images 0
memory: memory dots.vlm1 cambrian-1-8b
memory: memory {families} --precision int4
families: families
families: families --lang zh --sort -released 'params<2B'
bench-list: bench list
bench-list: bench list ocr --sort name
bench-show: bench show TextVQA
bench-show: bench show MMBench -n 0 --lang zh
bench-show: bench show VQAv2
add: add score --model alpha-1b --bench counting --value 51 --source paper --evidence copy {there}
add: add model --family alpha --id alpha-9b --name 'Alpha 9B' {there} --dry-run
add: add family --id delta --name Delta --series Delta --organization Someone --summary 'A model.' {there} --dry-run
add: add benchmark --id looking --name Looking --task vqa --summary 'Looks.' --metric accuracy --unit percent {there} --dry-run
edit: edit family:alpha {there}
validate: validate --explained
validate: validate {broken}
checks: validate --list-checks
import: import {table} {sourced} --dry-run
import: import {results} --dry-run --only skipped
diff: diff {old} {new}
diff: diff {shipped} {new}
diff: diff {old} {old}
schema: schema
db-query: db query 'SELECT * FROM model'
db-query: db query 'SELECT 1, NULL, x.value, 2.5 AS y FROM (SELECT 1 AS value) x'
"""
"""Schemas, and command lines whose `--json` they describe; what stands in braces is made by `places`."""

TABLE = """| Model | TextVQA | MME（P/C） | Nonsense | GQA |
|---|---|---|---|---|
| mgm-7b | 65.2 | 1523/316 | 3 | – |
| Imp-v1.5-3B-Phi2 | 1523 | 59.8 | 4 | 63.5 |
| nobody | 50 | 1/2 | 5 | 1 |
"""


def shapes() -> list[tuple[str, str]]:
    """The schemas and command lines."""
    pairs = (line.partition(": ") for line in SHAPES.strip().splitlines())
    return [(name, line) for name, _, line in pairs]


def commands_with_json() -> Iterator[str]:
    """The commands that have `--json`, as they are typed."""

    def walk(command: Any, path: tuple[str, ...]) -> Iterator[str]:
        for name, child in getattr(command, "commands", {}).items():
            yield from walk(child, (*path, name))
        if any("--json" in parameter.opts for parameter in command.params):
            yield " ".join(path)

    yield from walk(typer.main.get_command(build_app()), ())


@pytest.fixture
def places(tmp_path: Path, shipped: Any, vlmctl: Any) -> dict[str, str]:
    """What stands for the names in braces."""
    table = tmp_path / "table.md"
    table.write_text(TABLE, "utf-8")
    results = tmp_path / "results.json"
    scores = {"textvqa_val": {"exact_match,none": 0.5, "exact_match_stderr,none": "N/A"}, "unheard_of": {"acc,none": 0.5}}
    results.write_text(json.dumps({"results": scores, "n-shot": {"textvqa_val": 0}, "config": {"model": "mgm-7b"}}), "utf-8")
    changed = {**FILES, "families/alpha.yaml": FILES["families/alpha.yaml"].replace("3B", "4B").replace("50.5", "51.5")}
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: Broken\nname: [1\n", "utf-8")
    return {
        "table": str(table), "results": str(results), "there": f"--catalog {lay(tmp_path / 'overlay', FILES)}",
        "sourced": "--source-title T --source-kind web --source-url https://example.org --evidence copy",
        "old": str(lay(tmp_path / "old", FILES)), "new": str(lay(tmp_path / "new", changed)), "broken": str(broken),
        "shipped": str(shipped.path), "families": " ".join(row["id"] for row in vlmctl("families", "--json").json),
    }  # fmt: skip


def test_every_command_with_json_is_tried_and_has_a_schema() -> None:
    commands = list(commands_with_json())
    assert len(commands) > 20
    for command in commands:
        assert schema(command.replace(" ", "-"))["title"].startswith(f"vlmctl {command.split()[0]}")
        assert any(f"{line} ".startswith(f"{command} ") for _, line in shapes()), f"{command} is not tried"


def test_every_schema_of_an_output_is_tried() -> None:
    assert {name for name, _ in shapes()} | {"error"} == set(names()) - set(RECORDS) - set(EXPORTS)


@pytest.mark.parametrize(("name", "line"), shapes(), ids=lambda text: text)
def test_output_fits_its_schema(vlmctl: Any, places: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str, line: str) -> None:
    import shlex

    monkeypatch.setenv("EDITOR", f"{sys.executable} -c 'import sys, pathlib; p = pathlib.Path(sys.argv[1]); "
                                 "p.write_text(p.read_text().replace(\"name: Alpha\\n\", \"name: Alfa\\n\"))'")  # fmt: skip
    ran = vlmctl(*shlex.split(line.format(**places)), "--json")
    assert ran.code in ((1,) if "broken" in line else (0,)), ran.err
    fits(name, ran.json)


@pytest.mark.parametrize("line", ["list", "top -b TextVQA", "scores -n 500", "search OCR", "facets llm", "pareto --y GQA", "bench list"])
def test_each_line_of_json_lines_is_an_element(vlmctl: Any, line: str) -> None:
    command = line.split()
    lines = [json.loads(text) for text in vlmctl(*command, "--format", "jsonl").out.splitlines()]
    assert lines == vlmctl(*command, "--json").json
    name = "bench-list" if command[0] == "bench" else "facets-field" if command[0] == "facets" else command[0]
    for each in lines:
        fits(name, each, rows=True)


@pytest.mark.parametrize("table", [name.removeprefix("export-") for name in EXPORTS])
def test_exported_rows_fit_their_schema(vlmctl: Any, table: str) -> None:
    lines = vlmctl("export", "jsonl", "--table", table).out.splitlines()
    assert len(lines) > 100
    for line in lines:
        fits(f"export-{table}", json.loads(line))


def objects(node: Any, route: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    """All schemas of objects within a schema."""
    if isinstance(node, list):
        for index, each in enumerate(node):
            yield from objects(each, f"{route}[{index}]")
    elif isinstance(node, dict):
        kind = node.get("type")
        if kind == "object" or (isinstance(kind, list) and "object" in kind and "properties" in node):
            yield route, node
        for key, each in node.items():
            yield from objects(each, f"{route}.{key}")


@pytest.mark.parametrize("name", [name for name in names() if name not in RECORDS])
def test_schemas_are_closed_and_tell_of_every_key(name: str) -> None:
    for route, node in objects(schema(name)):
        if "patternProperties" in node or route.endswith("MixtureOfExperts"):
            continue
        assert "additionalProperties" in node, route
        properties = node.get("properties", {})
        assert set(node.get("required", ())) <= set(properties), route
        for key, value in properties.items():
            assert {"description", "const"} & set(value) or set(value) == {"$ref"}, f"{route}.{key}"
        if node["additionalProperties"] is not False:
            assert node["additionalProperties"], f"{route}: whatever it may hold is told"
