"""The command `memory`: what a model needs to run, term by term."""

from __future__ import annotations

from typing import Annotated

import typer

from vlmctl.cli.app import examples
from vlmctl.cli.fitting import Fitting
from vlmctl.cli.options import Output
from vlmctl.cli.output import emit


@examples(
    "vlmctl memory qwen2.5-vl-7b --precision int4",
    "vlmctl memory mobilevlm-v2 imp-v1.5 --context 2048",
    "vlmctl list --fits 8GB --precision int4 --sort -MMMU --columns id,memory,MMMU",
)
def memory_command(
    *,
    models: Annotated[
        list[str],
        typer.Argument(metavar="MODEL", help="Models, families or series: id, name, alias or Hugging Face id.", show_default=False),
    ],
    fitting: Fitting,
    output: Output,
) -> None:
    """Estimate the accelerator memory that inference takes: weights, cache, activations, runtime, each with its basis."""
    from vlmctl.query.memory.answer import memory_answer

    catalog = output.open()
    fitting.set_memory(catalog)
    emit(memory_answer(catalog, models, columns=output.chosen_columns()), output)
