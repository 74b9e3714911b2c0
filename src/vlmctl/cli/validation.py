"""Command about a catalog's correctness: `validate`."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from vlmctl.cli.app import examples
from vlmctl.cli.options import Color, Output
from vlmctl.cli.output import emit
from vlmctl.errors import ExitCode


class ReportFormat(str, Enum):
    """How findings are printed."""

    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"


class Kind(str, Enum):
    """What a file outside a catalog's folders holds."""

    family = "family"
    benchmark = "benchmark"
    model = "model"
    language_models = "language-models"
    vision_encoders = "vision-encoders"
    licenses = "licenses"


@examples(
    "vlmctl validate",
    "vlmctl validate my-catalog",
    "vlmctl validate families/imp-v1.5.yaml --strict",
    "cat draft.yaml | vlmctl validate - --format json",
    "vlmctl validate --list-checks",
)
def validate_command(
    *,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH",
            help="Catalog directories or files; - is standard input. Nothing: the shipped catalog and your overlays.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[ReportFormat, typer.Option("--format", "-f", help="How findings are printed.")] = ReportFormat.text,
    json: Annotated[bool, typer.Option("--json", help="Short for --format json.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail, too.")] = False,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", metavar="CHECK", help="Leave a check out; repeatable.")] = None,
    explained: Annotated[bool, typer.Option("--explained", help="Show the warnings that a record's note explains, too.")] = False,
    kind: Annotated[Kind | None, typer.Option("--kind", help="What a file outside a catalog's folders holds, instead of a guess.")] = None,
    catalog: Annotated[
        list[str] | None, typer.Option("--catalog", metavar="DIR", help="A catalog that lies beneath what is checked; repeatable.")
    ] = None,
    list_checks: Annotated[bool, typer.Option("--list-checks", help="List the checks instead, with what they find.")] = False,
    color: Annotated[Color, typer.Option("--color", help="When to use styles.")] = Color.auto,
) -> None:
    """Check records: every finding of every file, with its line and column. Exit code 1 where there are errors."""
    from vlmctl.checks.describe import known_checks, listing
    from vlmctl.cli import reports

    chosen = ReportFormat.json if json else format
    if list_checks:
        emit(listing(), Output(json=chosen is ReportFormat.json, color=color))
        return
    found = reports.report(paths or [], overlays=catalog or [], kind=kind.value if kind else None, ignore=known_checks(ignore or ()))
    reports.emit_report(found, chosen.value, color=color, explained=explained)
    raise typer.Exit(ExitCode.FINDINGS if found.errors or (strict and found.warnings) else ExitCode.DONE)
