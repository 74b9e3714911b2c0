"""What can be typed, as data: every command, argument and option, read off the Typer app and written to `grammar.tsv`.

Building all commands takes longer than one completion may, so completion reads the file and a test compares it with the
app. After a change to a command: `python -m vlmctl.cli.completion.grammar`.

A line is PATH, KIND, SPELLINGS, VALUE, RULES and HELP, between tabs. PATH is the command that it belongs to (`bench list`;
empty at the top), KIND `command`, `argument` or `option`. VALUE says what completes it (see `_argument`, `_option`); RULES
are words: `flag` takes no value, `many` may be repeated, `required`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vlmctl.query.fields import find

__all__ = ["FILE", "describe"]

FILE = Path(__file__).with_name("grammar.tsv")

HEADER = "# Written by python -m vlmctl.cli.completion.grammar; the commands themselves stand in the modules beside it.\n"

BY_METAVAR = {
    "BENCH": "benchmark", "BENCHMARK": "benchmark", "BENCH=N,…": "weights", "SPLIT": "split", "METRIC": "metric", "TASK": "names:task",
    "EXPR": "expression", "TERM": "expression", "FIELD": "fields", "FAMILY": "list:family", "SERIES": "list:series",
    "FILE": "file", "PATH": "file", "OLD": "file", "NEW": "file", "DIR": "directory", "DIRECTORY": "directory",
}  # fmt: skip
"""What completes an argument or option of that metavar."""

BY_OPTION = {
    "--family": "list:family", "--series": "list:series", "--model": "names:model family series", "--task": "names:task",
    "--catalog": "directory",
}  # fmt: skip

STEMS = {"model": "model", "family": "famil", "series": "series", "benchmark": "benchmark"}
"""How the help of an argument speaks of each kind of name."""

SCORES = ("scores", "export")
"""Commands whose terms and columns are about scores, too."""


def describe() -> str:
    """The text of `grammar.tsv` as the app is now."""
    import typer

    from vlmctl.cli.app import build_app

    root = typer.main.get_command(build_app())
    lines = ["\t".join(_plain(cell) for cell in row) for row in _rows("", root)]
    return HEADER + "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return " ".join(text.split())


def _rows(path: str, command: Any) -> Iterator[tuple[str, ...]]:
    """The rows of a command and of those below it."""
    spellings = {each for parameter in command.params for each in parameter.opts}
    columns = "fields" if spellings & {"--sort", "--bench"} else ""  # other commands' columns aren't known before the answer
    for parameter in command.params:
        if getattr(parameter, "hidden", False):
            continue
        if parameter.param_type_name == "argument":
            yield _argument(path, parameter)
        else:
            yield from _option(path, parameter, columns)
    yield path, "option", "--help -h", "", "flag", "Show this message and exit."
    for name, child in getattr(command, "commands", {}).items():
        if not child.hidden:
            yield path, "command", name, "", "", _first_sentence(child.help or "")
            yield from _rows(f"{path} {name}".lstrip(), child)


def _first_sentence(text: str) -> str:
    return text.partition("\n\n")[0].partition("\f")[0]


def _rules(parameter: Any, *words: str) -> str:
    many = "many" if parameter.nargs == -1 or getattr(parameter, "multiple", False) else ""
    return " ".join(filter(None, (*words, many, "required" if parameter.required else "")))


def _argument(path: str, parameter: Any) -> tuple[str, ...]:
    metavar, text = parameter.metavar or parameter.name.upper(), parameter.help or ""
    value = _choices(metavar, parameter) or _names(metavar, text, one=parameter.nargs == 1)
    value = value or (_keys(path) if metavar == "FIELD" else "") or BY_METAVAR.get(metavar, "")
    return path, "argument", metavar, _about_scores(path, value), _rules(parameter), text


def _names(metavar: str, text: str, *, one: bool) -> str:
    """The kinds of names that an argument takes: those that its help speaks of, where models are among them."""
    if metavar == "MODEL" and one:
        return "names:model"
    said = [kind for kind, stem in STEMS.items() if stem in text.casefold()]
    return "names:" + " ".join(said) if metavar in ("MODEL", "NAME") and "model" in said else ""


def _option(path: str, parameter: Any, columns: str) -> Iterator[tuple[str, ...]]:
    text = parameter.help or ""
    if parameter.is_flag or getattr(parameter, "count", False):
        for spellings in filter(None, (parameter.opts, parameter.secondary_opts)):
            yield path, "option", " ".join(spellings), "", _rules(parameter, "flag"), text
        return
    metavar = parameter.metavar or ""
    listed = columns if metavar == "A,B" else BY_METAVAR.get(metavar, "")
    value = _choices(metavar, parameter) or _by_name(parameter.opts) or (_keys(path) if listed == "fields" else "") or listed
    yield path, "option", " ".join(parameter.opts), _about_scores(path, value), _rules(parameter), text


def _choices(metavar: str, parameter: Any) -> str:
    choices = [getattr(choice, "value", choice) for choice in getattr(parameter.type, "choices", None) or ()]
    if metavar == "CHECK":
        from vlmctl.checks.registry import checks

        choices = list(checks())
    return "choice:" + " ".join(choices) if choices else ""


def _by_name(spellings: list[str]) -> str:
    """What completes an option that is named like a field: the field's values."""
    for spelling in spellings:
        if spelling in BY_OPTION:
            return BY_OPTION[spelling]
        field = find(spelling.lstrip("-"))
        if spelling.startswith("--") and field is not None and field.name != "name" and field.type in ("choice", "names"):
            return f"values:{field.name}"
    return ""


def _keys(path: str) -> str:
    """What completes fields and columns where a command has its own set of them."""
    from vlmctl.query.benchmarks import BENCH_KEYS
    from vlmctl.query.exploring.facets import FACETS
    from vlmctl.query.families import FAMILY_KEYS

    keys = {"bench list": BENCH_KEYS, "families": FAMILY_KEYS, "facets": [facet.name for facet in FACETS]}.get(path)
    return "keys:" + " ".join(keys) if keys else ""


def _about_scores(path: str, value: str) -> str:
    return f"score-{value}" if path in SCORES and value in ("expression", "fields") else value


if __name__ == "__main__":
    FILE.write_text(describe(), encoding="utf-8")
