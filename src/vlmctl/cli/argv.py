"""The command line as typed, made ready for the option parser.

`'--params<4B'` is one argument that no option parser knows: it becomes `--where 'params<4B'`, so that a mistyped field
still gets the filter's own error. A bare `--params` is what is left when a shell has taken an unquoted `<4B` for a
redirection: it gets an error that explains the quoting.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vlmctl.errors import UsageError

__all__ = ["prepared", "wants_json"]

_TERM = re.compile(r"--([^\s<>!~=-][^<>!~=]*?)\s*(<=|>=|!=|!~|<|>|~).*", re.DOTALL)

VALUED = frozenset(
    (
        "--params",
        "--max-params",
        "--min-params",
        "--family",
        "--series",
        "--org",
        "--llm",
        "--encoder",
        "--connector",
        "--license",
        "--released",
        "--list",
        "--fits",
    )
)
"""Options that take a filter's value."""

OPPOSITES = (("--moe", "--no-moe"), ("--open", "--closed"))
"""Options that can't both hold; the option parser would take the last one."""

QUANTITIES = {"--params": "4B", "--max-params": "4B", "--min-params": "4B", "--released": "2024-05"}


def prepared(arguments: Sequence[str]) -> list[str]:
    """The arguments with `--FIELD<VALUE` rewritten. Raises `UsageError` for an option that lost its value."""
    ready: list[str] = []
    _contradiction(arguments)
    for index, argument in enumerate(arguments):
        if argument == "--":
            return [*ready, *arguments[index:]]
        _needs_value(argument, arguments[index + 1 :])
        if _TERM.fullmatch(argument):
            ready += ["--where", argument[2:]]
        else:
            ready.append(argument)
    return ready


def _contradiction(arguments: Sequence[str]) -> None:
    given = set(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    for one, other in OPPOSITES:
        if {one, other} <= given:
            raise UsageError(f"{one} and {other} contradict each other", hint="leave one of them out")


def _needs_value(argument: str, rest: Sequence[str]) -> None:
    if argument not in VALUED or (rest and not rest[0].startswith("--")):
        return
    example = QUANTITIES.get(argument)
    hint = None
    if example is not None:
        option = "--params" if "params" in argument else argument
        forms = [f"{option} '<{example}'", f"{option} ..{example}"] + ([f"--max-params {example}"] if option == "--params" else [])
        hint = f"an unquoted <{example} is taken by the shell; write {', '.join(forms[:-1])} or {forms[-1]}"
    raise UsageError(f"{argument} needs a value", hint=hint)


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether errors are to be objects: `--json` or a JSON `--format` was asked for."""
    for index, argument in enumerate(arguments):
        if argument == "--":
            return False
        if argument in {"--json", "--format=json", "--format=jsonl", "-fjson", "-fjsonl"}:
            return True
        if argument in {"--format", "-f"} and list(arguments[index + 1 : index + 2]) in (["json"], ["jsonl"]):
            return True
    return False
