"""Commands that rank models: `top`."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from vlmctl.cli.app import examples
from vlmctl.cli.options import Limit, Output, Selection, Terms
from vlmctl.cli.output import emit


class Protocol(str, Enum):
    """Which figures are ranked."""

    generalist = "generalist"
    any = "any"


@examples(
    "vlmctl top --bench TextVQA",
    "vlmctl top --bench DocVQA --params ..4B --license apache-2.0,mit",
    "vlmctl top --bench MMBench --split test --limit 0 --json",
    "vlmctl top --bench MME:cognition",
)
def top_command(
    *,
    terms: Terms = None,
    bench: Annotated[
        list[str], typer.Option("--bench", "-b", metavar="BENCH", help="The benchmark; NAME@split and NAME:metric name a part.")
    ],
    selection: Selection,
    output: Output,
    split: Annotated[
        str | None,
        typer.Option(
            "--split", metavar="SPLIT", help="Another split than the primary one; any ranks each, unstated shows figures without one."
        ),
    ] = None,
    metric: Annotated[str | None, typer.Option("--metric", metavar="METRIC", help="Another metric than the split's own.")] = None,
    protocol: Annotated[
        Protocol, typer.Option("--protocol", help="Rank generalist figures, or any: few-shot, fine-tuned and variants too.")
    ] = Protocol.generalist,
    strict: Annotated[bool, typer.Option("--strict", help="Only the comparable figures.")] = False,
    limit: Limit = 20,
) -> None:
    """Rank models by a benchmark."""
    from vlmctl.query.ranking import Rules, parts_named, rank

    catalog = output.open()
    where = selection.filter(catalog, terms)
    parts = parts_named(catalog, bench, split=split, metric=metric)
    rules = Rules(any_protocol=protocol is Protocol.any, strict=strict)
    emit(rank(catalog, parts, where, rules=rules, columns=output.chosen_columns(), limit=limit or None), output)
