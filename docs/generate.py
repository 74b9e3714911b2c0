"""Writes what is generated in README.md and docs/: outputs of commands, and the reference pages.

    python docs/generate.py           rewrite what is stale
    python docs/generate.py --check   say what is stale and exit with 1

In Markdown, `<!-- generated: vlmctl top --bench TextVQA -->` up to `<!-- /generated -->` holds that command and what it
prints on a terminal 100 columns wide; a command with a pipe is run by bash. Everything else on the page is left alone.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(<!-- generated: (?P<command>.+?) -->\n)(?P<body>.*?)(<!-- /generated -->)", re.DOTALL)
WIDTH = "100"


def printed(command: str) -> str:
    """What a command prints, stdout before stderr, as on a terminal without color."""
    if "|" in command:
        env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, env=env, check=False)
        return done.stdout
    from vlmctl.cli.run import run

    arguments = shlex.split(command)[1:]
    if not {"--json", "--format", "-f", "--help", "-q"} & set(arguments) and arguments[0] not in UNFORMATTED:
        arguments += ["--format", "table"]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        run(arguments)
    return out.getvalue() + err.getvalue()


def list_story() -> str:
    """How the public list's figures stand against the records, as a Markdown table.

    A cell stands right when each of its figures belongs to the benchmark, and the split, that its header names. A split
    that the source leaves open can't be wrong.
    """
    import vlmctl
    from vlmctl.errors import NotFoundError
    from vlmctl.query.parts import benchmark_part

    catalog = vlmctl.open_catalog()
    cells: dict[tuple[str, str, str], list[Any]] = {}
    for score in catalog.rows("SELECT * FROM score WHERE listed_text IS NOT NULL"):
        cells.setdefault((score["model"], score["listed_column"], score["listed_text"]), []).append(score)

    def stands_right(column: str, scores: list[Any]) -> bool:
        try:
            part = benchmark_part(catalog, column)
        except NotFoundError:
            return False
        named = column in NAMING_SPLIT
        return all(
            score["benchmark"] == part.benchmark
            and (not named or score["split"] in (None, part.split) or "split" in (score["assumed_json"] or ""))
            for score in scores
        )

    wrong = {key for key, scores in cells.items() if not stands_right(key[1], scores)}
    other = {key for key, scores in cells.items() if any("LIST WRONG" in (score["note"] or "") for score in scores)}
    rows = [
        ["cells with figures", str(len(cells))],
        ["figures in them (some cells hold a pair or a triple)", str(sum(map(len, cells.values())))],
        ["cells under the header that they belong to", str(len(cells) - len(wrong))],
        [
            "cells under another benchmark's or split's header",
            f"{len(wrong)}, in {len({key[0] for key in wrong})} of {len({key[0] for key in cells})} rows",
        ],
        ["cells that hold another model's figure", str(len(other))],
        [
            "figures that only the list has (shown, never ranked)",
            str(sum(s["evidence"] == "listed" for scores in cells.values() for s in scores)),
        ],
    ]
    return table(["the list's table", "figures"], rows) + "\n"


NAMING_SPLIT = {"MMMU_val", "MMMU_test", "SEED-IMG", "ScienceQA-IMG"}
"""Headers of the list that name a split."""

UNFORMATTED = {"--version", "export", "schema", "completion", "validate", "init", "add", "edit", "db"}
"""Commands without `--format table`."""


def with_outputs(text: str) -> str:
    """A page with its generated blocks made anew."""

    def block(match: re.Match[str]) -> str:
        command = match["command"]
        if command == "the list in figures":
            return f"{match[1]}{list_story()}{match[4]}"
        lines = [line.rstrip() for line in printed(command).rstrip("\n").split("\n")]
        return f"{match[1]}```console\n$ {command}\n" + "\n".join(lines) + f"\n```\n{match[4]}"

    return BLOCK.sub(block, text)


def escaped(text: str) -> str:
    """Text for a cell of a Markdown table."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(escaped(cell) for cell in row) + " |" for row in rows])


HEAD = "<!-- Written by docs/generate.py; edit the code instead. -->\n\n"


def commands_page() -> str:
    """Every command with its arguments, options and examples."""
    import typer

    from vlmctl.cli.app import build_app

    root = typer.main.get_command(build_app())
    parts = [HEAD + "# Commands\n\nAs `vlmctl COMMAND --help` prints them.\n"]
    for path, command in leaves("vlmctl", root):
        parts.append(f"## {path}\n\n{(command.help or '').strip()}\n")
        rows = [row(parameter) for parameter in command.params if not getattr(parameter, "hidden", False)]
        parts.append(table(["argument or option", "value", "meaning"], [each for each in rows if each]) + "\n")
        examples = (command.epilog or "").split("\n\n")[1:]
        if examples:
            parts.append("```sh\n" + "\n".join(line.replace("\\[", "[") for line in examples) + "\n```\n")
    return "\n".join(parts)


def leaves(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    """All commands below a group, by their full name."""
    for name, each in getattr(command, "commands", {}).items():
        if getattr(each, "commands", None):
            yield from leaves(f"{path} {name}", each)
        elif not each.hidden:
            yield f"{path} {name}", each


def row(parameter: Any) -> list[str]:
    """A parameter's row: how it is written, its value, its help."""
    if parameter.param_type_name == "argument":
        return [f"`{parameter.metavar or parameter.name.upper()}`", "", getattr(parameter, "help", "") or ""]
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    choices = getattr(parameter.type, "choices", None)
    value = "" if parameter.is_flag else ("|".join(choices) if choices else parameter.metavar or "TEXT")
    return [names, f"`{value}`" if value else "", parameter.help or ""]


def fields_page() -> str:
    """The fields of filters, sort orders and columns."""
    from vlmctl.query.fields import FIELDS, SCORE_FIELDS

    def rows(fields: Any) -> list[list[str]]:
        return [[f"`{f.name}`", ", ".join(f"`{a}`" for a in f.aliases), f.type, f.help] for f in fields]

    header = ["field", "also", "type", "meaning"]
    return (
        HEAD + "# Fields\n\nFor terms (`'params<4B'`), `--where`, `--sort` and `--columns`. Any benchmark is a field too: `TextVQA`, `MMMU@test`,\n"
        "`MME:cognition`; it stands for the model's comparable figure.\n\n"
        "A date may be known only to the month or year: a condition holds where it holds on all of its days, fails where it fails on all,\n"
        "and is undecided otherwise (`released<=2024-05-20` of a model from 2024-05); stderr counts those. One that you type means all its days.\n\n"
        "Types: `count` takes 450M, 4B, 1.5T; `bytes` 8GB, 8GiB; `date` 2024, 2024-05, 2024-05-10; `names` match any of several names,\n"
        "`=` a whole one and `~` a part; `choice` is compared whole; `flag` stands alone (`moe`, `not moe`).\n\n"
        "An option given again: of its values (`--params 2B --params 4B`) any may hold, its bounds (`--released '>=2024-02'\n"
        "--released '<2024-05'`; also ranges, `!=` and `!~`) must all hold. By commas (`--params 2B,4B`) any may.\n\n## Of models\n\n"
        + table(header, rows(FIELDS)) + "\n\nBeside these, `list` and `top` have a column that isn't a field: `--columns pareto` says whether no matching model is smaller and as good,\n"
        "or better and no larger. `pareto:TextVQA` names the benchmark; alone it means the first benchmark that `list` is asked about, or what\n`top` ranks by." + "\n\n## Of scores (`vlmctl scores`)\n\n" + table(header, rows(SCORE_FIELDS)) + "\n"
    )  # fmt: skip


def exit_codes_page() -> str:
    """The exit codes, from `errors.ExitCode`."""
    tree = ast.parse((ROOT / "src/vlmctl/errors.py").read_text("utf-8"))
    codes = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "ExitCode")
    body = [node for node in codes.body if not (isinstance(node, ast.Expr) and node is codes.body[0])]
    rows = []
    for node, text in zip(body[::2], body[1::2], strict=True):
        assert isinstance(node, ast.Assign)
        assert isinstance(text, ast.Expr)
        rows.append([str(ast.literal_eval(node.value)), ast.literal_eval(text.value)])
    return HEAD + "# Exit codes\n\n" + table(["code", "meaning"], rows) + "\n"


def modules_page() -> str:
    """Where each thing lives: every module with the first line of its docstring, package by package, in the order of imports."""
    package = ROOT / "src/vlmctl"
    by_folder: dict[Path, list[list[str]]] = {}
    for path in sorted(package.rglob("*.py")):
        text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        name = path.relative_to(package).as_posix()
        by_folder.setdefault(path.parent, []).append(
            [f"[{path.stem}](../../src/vlmctl/{name})", " ".join(text.partition("\n\n")[0].split())]
        )
    order = {name: place for place, name in enumerate(("", *PACKAGES))}
    folders = sorted(by_folder, key=lambda folder: (order[folder.relative_to(package).as_posix().split("/")[0].replace(".", "")], folder))
    parts = [HEAD + "# Modules\n\nEach with its first sentence. What may import what: [the design](../design.md).\n"]
    for folder in folders:
        title = folder.relative_to(package.parent).as_posix()
        (about,) = (text for name, text in by_folder[folder] if name.startswith("[__init__]"))
        rows_ = [row for row in by_folder[folder] if not row[0].startswith("[__init__]")]
        parts.append(f"## {title}\n\n{about}\n" + ("\n" + table(["module", "what it is for"], rows_) + "\n" if rows_ else ""))
    return "\n".join(parts)


PACKAGES = ("cli", "render", "interchange", "query", "checks", "store", "source", "records", "schemas")
"""From the command line down."""


def pages() -> dict[Path, str]:
    """Every file that is generated or holds something generated, as it should be."""
    from vlmctl.cli.completion.grammar import FILE, describe

    found = {
        FILE: describe(),
        ROOT / "docs/reference/commands.md": commands_page(),
        ROOT / "docs/reference/fields.md": fields_page(),
        ROOT / "docs/reference/exit-codes.md": exit_codes_page(),
        ROOT / "docs/reference/modules.md": modules_page(),
    }
    with contextlib.suppress(ImportError):
        from vlmctl.checks.describe import reference

        found[ROOT / "docs/reference/checks.md"] = HEAD + reference()
    from vlmctl.schemas.describe import reference as json_reference

    found[ROOT / "docs/reference/json.md"] = HEAD + json_reference()
    from vlmctl.records.describe import field_tables

    annotated = ROOT / "catalog/README.md"
    before, mark, rest = annotated.read_text("utf-8").partition("<!-- generated: fields -->\n")
    found[annotated] = before + mark + field_tables() + rest[rest.index("<!-- end of generated: fields -->") :]
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))):
        text = path.read_text("utf-8")
        if BLOCK.search(text) and path not in found:
            found[path] = with_outputs(text)
    return found


def main(arguments: list[str]) -> int:
    """Write or check the pages."""
    os.environ.update(COLUMNS=WIDTH, LINES="60", NO_COLOR="1", TERM="dumb")
    for name in ("VLMCTL_CATALOG", "VLMCTL_RECOMPILE"):
        os.environ.pop(name, None)
    os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="vlmctl-docs-")
    sys.stderr.isatty = lambda: False  # type: ignore[method-assign]
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            print(f"stale: {path.relative_to(ROOT)} (python docs/generate.py)", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages()[path], "utf-8")
        print(f"written: {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
