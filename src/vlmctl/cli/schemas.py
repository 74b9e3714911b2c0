"""Command about formats: `schema`."""

from __future__ import annotations

from typing import Annotated

import typer

from vlmctl.cli.app import examples
from vlmctl.cli.options import Output
from vlmctl.cli.output import emit, write_text


@examples(
    "vlmctl schema",
    "vlmctl schema family > family.schema.json",
    "vlmctl schema list",
    "vlmctl schema bench show",
    "vlmctl schema export scores",
)
def schema_command(
    *,
    name: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME", help="A record (family, benchmark …), a command or an export; nothing lists them.", show_default=False
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The list of schemas as JSON.")] = False,
) -> None:
    """Print the JSON Schema of a kind of record, of a command's --json output, or of an exported row."""
    from vlmctl.schemas import listing, schema_text

    if name:
        write_text(schema_text("-".join(name)))
        return
    emit(listing(), Output(json=json))
