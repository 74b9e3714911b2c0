"""The command `diff`: what has changed between two catalogs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from vlmctl.cli.app import examples
from vlmctl.cli.options import Format, Output
from vlmctl.cli.output import emit

if TYPE_CHECKING:
    from vlmctl.store.catalog import Catalog

Version = Annotated[
    str, typer.Argument(metavar="OLD", help="The older catalog: a directory of records, a wheel, or a compiled file.", show_default=False)
]


@examples(
    "vlmctl diff vlmctl-0.1.0-py3-none-any.whl catalog",
    "vlmctl diff old/catalog new/catalog --format markdown",
    'vlmctl diff "$(vlmctl db path)" my-overlay --json',
)
def diff_command(
    *,
    old: Version,
    new: Annotated[
        str, typer.Argument(metavar="NEW", help="The newer catalog. An overlay is laid over the shipped one.", show_default=False)
    ],
    output: Output,
) -> None:
    """Show what has changed between two catalogs: families, models, benchmarks, facts, and figures with their sources.

    --format markdown prints it as bullets for the changelog's head "Catalog".
    """
    from vlmctl.query.changelog import changelog
    from vlmctl.query.differences import differences, differences_table

    found = differences(_opened(old), _opened(new))
    as_changelog = output.format is Format.markdown and not output.columns
    emit(changelog(found) if as_changelog else differences_table(found, old=old, new=new, columns=output.chosen_columns()), output)


def _opened(path: str) -> Catalog:
    """The catalog at a path; notes on how it was opened go to stderr."""
    from vlmctl.cli import narration
    from vlmctl.store.versions import open_version

    catalog = open_version(path, narration.progress(f"reading {path}"))
    narration.notes(catalog.notes)
    return catalog
