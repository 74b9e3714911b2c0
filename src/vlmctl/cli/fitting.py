"""What an estimate of memory is made for: options of `memory`, and of every command that selects models.

Annotations are not postponed here: `groups` reads them as they are.
"""

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vlmctl.cli.groups import Group

if TYPE_CHECKING:
    from vlmctl.store.catalog import Catalog

__all__ = ["FITS", "Fitting", "Precision"]

FITS = "What fits"


class Precision(str, Enum):
    """Precision of the language model's weights."""

    fp16 = "fp16"
    int8 = "int8"
    int4 = "int4"


class Fitting(Group):
    """What an estimate of memory is made for."""

    precision: Annotated[
        Precision | None,
        typer.Option(
            "--precision",
            help="Of the language model's weights, for memory: fp16 unless named; int8 is Q8_0, int4 Q4_K_M.",
            rich_help_panel=FITS,
        ),
    ] = None
    context: Annotated[
        int | None, typer.Option("--context", metavar="TOKENS", help="Tokens of text, for memory: 4096 unless named.", rich_help_panel=FITS)
    ] = None
    images: Annotated[
        int | None, typer.Option("--images", metavar="N", help="Images in the prompt, for memory: 1 unless named.", rich_help_panel=FITS)
    ] = None

    def set_memory(self, catalog: "Catalog") -> None:
        """Have memory estimated for these options, where any is given."""
        given: dict[str, Any] = {
            "precision": self.precision and self.precision.value, "context": self.context, "images": self.images,
        }  # fmt: skip
        chosen = {name: value for name, value in given.items() if value is not None}
        if chosen:
            from vlmctl.query.memory.settings import Settings, configure

            configure(catalog, Settings(**chosen))
