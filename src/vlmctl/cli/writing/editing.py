"""Commands that start an overlay and change records by hand: `init`, `edit`."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer

from vlmctl.cli import narration
from vlmctl.cli.app import examples
from vlmctl.cli.output import write_text
from vlmctl.cli.writing.changing import Writing


@examples("vlmctl init my-catalog", "vlmctl init ~/.config/vlmctl/catalog")
def init_command(*, directory: Annotated[str, typer.Argument(metavar="DIR", help="A new or empty directory.", show_default=False)]) -> None:
    """Start an overlay: a directory of records that lie over the catalog, with an annotated example.

    The files that were written are listed. A directory that holds anything else is refused.
    """
    from vlmctl.source.starting import start

    written, notes = start(directory)
    name = shlex.quote(directory)
    if written:
        write_text("\n".join(written))
    narration.notes(notes if written else [f"{directory} has it all already"])
    narration.notes([f"next: vlmctl validate {name}", f"      vlmctl list --catalog {name}"])


@examples("vlmctl edit imp-v1.5-3b-phi2", "vlmctl edit family:imp-v1.5 --catalog catalog", "EDITOR='code --wait' vlmctl edit TextVQA")
def edit_command(
    *,
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="A model, family, benchmark or component, or the path of a record's file.", show_default=False),
    ],
    writing: Writing,
) -> None:
    """Open a record in $VISUAL or $EDITOR; what doesn't validate isn't saved.

    A record of another layer is not touched: a model gets a file that adds to it, a family or benchmark is copied as a whole and
    replaces the one below, a component is copied alone.
    """
    from vlmctl.cli.writing.editor import edited, opened_for

    opened = opened_for(name, writing)
    narration.notes(opened.notes)
    edited(opened, writing)
