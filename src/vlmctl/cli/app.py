"""The Typer app: commands are registered from their modules, only the one that was asked for where that is plain.

Building one command's options takes a few milliseconds, building all of them would take longer than most answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated, Any

import typer

from vlmctl import __version__

__all__ = ["COMMANDS", "build_app"]

SECTIONS = {
    "Ask": {
        "list": "models", "show": "models", "compare": "models", "top": "rankings", "pareto": "rankings",
        "why": "scores", "scores": "scores", "search": "explore", "facets": "explore", "plot": "explore",
        "memory": "memory", "families": "models", "bench": "benchmarks",
    },
    "Keep a catalog": {
        "init": "writing.editing", "add": "writing.adding", "edit": "writing.editing", "validate": "validation",
        "import": "importing", "export": "exporting", "diff": "differences",
    },
    "Fit it into other things": {"schema": "schemas", "db": "database", "completion": "completion.shells"},
}  # fmt: skip
"""The help page's sections, and in each the commands with the module of `vlmctl.cli` that has them."""

COMMANDS = {name: module for section in SECTIONS.values() for name, module in section.items()}

HELP = """The catalog of vision-language models: filter, compare, rank and show them, offline, every figure with its source."""

EXAMPLES = (
    "vlmctl list 'params<4B' 'TextVQA>=55'",
    "vlmctl top --bench TextVQA --params ..4B",
    "vlmctl compare mobilevlm-v2 imp-v1.5",
    "vlmctl show MiniCPM-V-2",
    "vlmctl why mgm-7b mme",
)


def build_app(arguments: Sequence[str] | None = None) -> typer.Typer:
    """The app with the command that `arguments` name, or with all where they name none."""
    app = typer.Typer(
        name="vlmctl", help=HELP, epilog=_epilog(EXAMPLES), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
        rich_markup_mode="rich", context_settings={"help_option_names": ["--help", "-h"]},
    )  # fmt: skip
    app.callback()(_root)
    panels = {name: title for title, section in SECTIONS.items() for name in section}
    for name in _needed(arguments):
        module = import_module(f"vlmctl.cli.{COMMANDS[name]}")
        group = getattr(module, f"{name}_group", None)
        if group is not None:
            app.add_typer(group(), name=name, rich_help_panel=panels[name])
        else:
            add(app, name, getattr(module, f"{name}_command"), panel=panels[name])
    return app


def add(app: typer.Typer, name: str, command: Callable[..., None], *, panel: str | None = None) -> None:
    """Register a command; its `examples` end its help page."""
    from vlmctl.cli.groups import with_groups

    epilog = _epilog(getattr(command, "examples", ()))
    app.command(name, epilog=epilog, no_args_is_help=False, rich_help_panel=panel)(with_groups(command))


def examples(*lines: str) -> Callable[[Any], Any]:
    """Declare a command's examples: they end its help page and stand in the reference."""

    def declare(command: Any) -> Any:
        command.examples = lines
        return command

    return declare


def _epilog(lines: Sequence[str]) -> str | None:
    return "Examples:\n\n" + "\n\n".join(line.replace("[", r"\[") for line in lines) if lines else None


def _needed(arguments: Sequence[str] | None) -> list[str]:
    for argument in arguments or ():
        if argument in COMMANDS:
            return [argument]
        if argument == "--version":
            return []
        if argument != "--debug":
            break
    return list(COMMANDS)


def _version(value: bool) -> None:
    if value:
        from vlmctl.cli.output import write_text

        write_text(f"vlmctl {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an internal error.")] = False,
) -> None:
    pass
