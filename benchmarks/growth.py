"""Growth: what compiling and asking cost with a thousand to a million scores, beside DuckDB over Parquet and jq over JSON Lines."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from measuring import Cost, cost, in_turns
from peers import ROOT

__all__ = ["LEVELS", "QUESTIONS", "SHIPPED", "Growth", "Question", "compiling", "grown", "sizes"]

LEVELS = (1_000, 10_000, 100_000, 1_000_000)
SHIPPED = "shipped"
HERE = Path(__file__).resolve().parent

Say = Callable[[str], None]


class Question(NamedTuple):
    """A question, as each tool is asked it."""

    name: str
    synthetic: tuple[str, ...]
    """vlmctl's arguments on a synthetic catalog."""
    shipped: tuple[str, ...]
    """The same on the shipped one."""
    sql: str | None = None
    """DuckDB over `scores.parquet` and `models.parquet`."""
    jq: str | None = None
    """jq over `scores.jsonl`, one line at a time; `$models` is `models.jsonl`."""
    limit: float | None = None
    """Budget: CPU time as a multiple of the shipped catalog's."""


BEST = ("--limit", "20")
"""As many as the other tools are asked for; without it answers in JSON have every row."""

THREE = ("--bench", "TextVQA", "--bench", "GQA", "--bench", "POPE")
WHERE = "params<=4B and TextVQA>=55 and not moe"
COUNTS = ".is_primary and .comparable"
YAML_SCORES = 100_000
"""Of the catalog that is compiled from YAML; a million take two and a half minutes."""

KEEP = "def best: sort_by(-.value)[:20];"

QUESTIONS = (
    Question(
        "list -w", ("list", "-w", WHERE, "--json"), ("list", "-w", WHERE, "--json"),
        "SELECT m.* FROM 'models.parquet' m JOIN 'scores.parquet' s ON s.model = m.id WHERE m.params <= 4e9 AND NOT m.moe "
        "AND s.benchmark = 'textvqa' AND s.is_primary AND s.comparable AND s.value >= 55",
        f'(reduce $models[] as $m ({{}}; .[$m.id] = $m)) as $by | inputs | select(.benchmark == "textvqa" and {COUNTS} and .value >= 55) | $by[.model] '
        "| select(.params != null and .params <= 4e9 and .moe == false)",
    ),
    Question(
        "top", ("top", "--bench", "TextVQA", *BEST, "--json"), ("top", "--bench", "TextVQA", *BEST, "--json"),
        "SELECT * FROM 'scores.parquet' WHERE benchmark = 'textvqa' AND is_primary AND comparable ORDER BY value DESC LIMIT 20",
        f'{KEEP} reduce (inputs | select(.benchmark == "textvqa" and {COUNTS})) as $s ([]; . + [$s] | if length > 200 then best else . end) '
        "| best[]",
        limit=1.5,
    ),
    Question("top, every row", ("top", "--bench", "TextVQA", "--json"), ("top", "--bench", "TextVQA", "--json"), limit=1.5),
    Question(
        "top over three", ("top", *THREE, *BEST, "--json"), ("top", *THREE, *BEST, "--json"),
        "SELECT model, avg(value) AS score FROM 'scores.parquet' WHERE benchmark IN ('textvqa', 'gqa', 'pope') AND is_primary AND comparable "
        "GROUP BY model HAVING count(*) = 3 ORDER BY score DESC LIMIT 20",
        f'reduce (inputs | select((.benchmark == "textvqa" or .benchmark == "gqa" or .benchmark == "pope") and {COUNTS})) as $s '
        "({}; .[$s.model] = .[$s.model] + [$s.value]) | [to_entries[] | select(.value | length == 3) | {model: .key, value: (.value | add / 3)}] "
        "| sort_by(-.value)[:20][]",
    ),
    Question(
        "compare", ("compare", "synth-000001", "synth-000002", "--json"), ("compare", "mobilevlm-v2", "imp-v1.5", "--json"),
        "SELECT benchmark, split, metric, model, value FROM 'scores.parquet' WHERE family IN ('synth-000001', 'synth-000002') "
        "AND comparable ORDER BY ALL",
    ),
    Question(
        "search, one hit", ("search", '"number 3,"', "--json"), ("search", "downsample", "--json"),
        "SELECT id, family_name, summary FROM 'models.parquet' WHERE summary ILIKE '%number 3,%'",
    ),
    Question("search, in every name", ("search", "Synth", *BEST, "--json"), ("search", "vl", *BEST, "--json")),
    Question("completion", ("__complete", "bash", "vlmctl show synth-00000", "synth-00000"), ("__complete", "bash", "vlmctl show imp-", "imp-")),
)  # fmt: skip


class Growth(NamedTuple):
    """What was measured, by catalog: `shipped` or the number of scores."""

    counts: dict[str, dict[str, int]]
    """Scores, models and bytes of the compiled file, of Parquet, of JSON Lines."""
    compile: dict[str, Cost]
    asked: dict[str, dict[str, Cost]]
    """By question, then catalog."""
    duckdb: dict[str, dict[str, Cost]]
    jq: dict[str, dict[str, Cost]]


def grown(python: str, levels: Sequence[int], rounds: int, env: Mapping[str, str], duckdb: str | None, jq: str | None, say: Say) -> Growth:
    """Compile each catalog, export it, ask it. `python` has vlmctl; the files take 1.2 GB at a million scores, for the time being."""
    with tempfile.TemporaryDirectory(prefix="vlmctl-bench-") as name:
        directory = Path(name)
        files, counts, compiled = _catalogs(python, levels, env, directory, say)
        ask = [python, str(HERE / "ask.py")]
        say("asking vlmctl")
        asked = {}
        for question in QUESTIONS:
            arguments = {key: question.shipped if key == SHIPPED else question.synthetic for key in files}
            asked[question.name] = in_turns({key: [*ask, str(file), *arguments[key]] for key, file in files.items()}, rounds, env)
        found = Growth(counts, compiled, asked, {}, {})
        for level in map(str, levels):
            say(f"exporting {int(level):,} scores, asking DuckDB and jq")
            place = directory / level
            place.mkdir()
            for form in ("parquet", "jsonl") if jq else ("parquet",):
                for table in ("scores", "models"):
                    out = str(place / f"{table}.{form}")
                    subprocess.run(
                        [*ask, str(files[level]), "export", form, "--table", table, "-o", out], check=True, env=env, capture_output=True
                    )
                    counts[level][form] = counts[level].get(form, 0) + Path(out).stat().st_size
            few = max(1, rounds // 4) if int(level) <= 100_000 else 0
            if duckdb:
                _merge(found.duckdb, level, in_turns(_duckdb(duckdb, place), rounds, env))
            if jq:
                _merge(found.jq, level, in_turns(_jq(jq, place), few, env) if few else {n: cost(c, env) for n, c in _jq(jq, place).items()})
            shutil.rmtree(place)
    return found


def _catalogs(
    python: str, levels: Sequence[int], env: Mapping[str, str], directory: Path, say: Say
) -> tuple[dict[str, Path], dict[str, dict[str, int]], dict[str, Cost]]:
    """The compiled files, their sizes, and what compiling took."""
    shipped = Path(_out(python, "-c", "from vlmctl.store.layers import packaged_file; print(packaged_file())"))
    files, compiled = {SHIPPED: shipped}, {}
    for level in levels:
        say(f"compiling {level:,} scores")
        files[str(level)] = directory / f"{level}.sqlite3"
        compiled[str(level)] = cost([python, str(HERE / "synthetic.py"), str(level), str(files[str(level)])], env, progress=True)
    counts = {}
    sql = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); print(*(c.execute(f'SELECT count(*) FROM {t}').fetchone()[0] for t in ('score', 'model')))"
    for key, file in files.items():
        scores, models = _out(python, "-c", sql, str(file)).split()
        counts[key] = {"scores": int(scores), "models": int(models), "bytes": file.stat().st_size}
    return files, counts, compiled


def _out(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _merge(into: dict[str, dict[str, Cost]], level: str, costs: Mapping[str, Cost]) -> None:
    for name, each in costs.items():
        into.setdefault(name, {})[level] = each


def _duckdb(program: str, place: Path) -> dict[str, list[str]]:
    # The questions name files without a place.
    return {each.name: [program, "-json", "-c", re.sub(r"'(\w+\.parquet)'", rf"'{place}/\1'", each.sql)] for each in QUESTIONS if each.sql}


def _jq(program: str, place: Path) -> dict[str, list[str]]:
    return {
        each.name: [program, "-n", "-c", *(["--slurpfile", "models", str(place / "models.jsonl")] if "$models" in each.jq else []),
                    each.jq, str(place / "scores.jsonl")]
        for each in QUESTIONS if each.jq
    }  # fmt: skip


def compiling(python: str, env: Mapping[str, str], say: Say) -> dict[str, Cost]:
    """From a copy of the checkout: its catalog compiled at first, unchanged, after an edit, by the pure parser; then a synthetic one."""
    with tempfile.TemporaryDirectory(prefix="vlmctl-bench-") as name:
        copy = Path(name)
        shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "catalog", copy / "catalog")
        here = {**env, "PYTHONPATH": str(copy / "src"), "VLMCTL_CACHE_DIR": str(copy / "cache")}
        ask = [python, "-m", "vlmctl", "list", "-q"]
        cost([*ask[:3], "schema", "family"], here)  # writes bytecode
        found = {"first": cost(ask, here), "unchanged": cost(ask, here)}
        one = copy / "catalog" / "families" / "imp-v1.5.yaml"
        one.write_text(one.read_text("utf-8") + "\n# one more line\n", "utf-8")
        found["after an edit"] = cost(ask, here)
        pure = "import sys; sys.modules['_ruamel_yaml'] = None; from vlmctl.cli.run import run; sys.exit(run(['list', '-q']))"
        found["pure parser"] = cost([python, "-c", pure], {**here, "VLMCTL_CACHE_DIR": str(copy / "other")})
        found["validate"] = cost([*ask[:3], "validate", str(one)], here)
        say(f"compiling {YAML_SCORES:,} scores from YAML")
        shutil.rmtree(copy / "catalog")
        cost([python, str(HERE / "synthetic.py"), str(YAML_SCORES), f"{copy / 'catalog'}/"], env)
        found["yaml"] = cost(ask, here)
    return found


def sizes(growth: Growth) -> str:
    """Everything measured, as JSON, for whoever wants to compare two runs."""
    return json.dumps({"counts": growth.counts, "compile": growth.compile, "asked": growth.asked, "duckdb": growth.duckdb, "jq": growth.jq})
