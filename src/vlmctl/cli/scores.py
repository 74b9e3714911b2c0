"""Commands about single figures: `scores`, `why`."""

from __future__ import annotations

from typing import Annotated

import typer

from vlmctl.cli.app import examples
from vlmctl.cli.options import Figures, Limit, Output, Selection, Sort, Terms
from vlmctl.cli.output import emit


@examples(
    "vlmctl scores --model imp-v1.5-3b-phi2",
    "vlmctl scores 'benchmark=TextVQA' 'evidence=original' --format csv",
    "vlmctl scores --bench MME --listed --json",
)
def scores_command(
    *, terms: Terms = None, selection: Selection, output: Output, figures: Figures, sort: Sort = None, limit: Limit = None
) -> None:
    """List scores, one row each."""
    from vlmctl.query.names import shared_names
    from vlmctl.query.scoring import list_scores

    catalog = output.open()
    where = figures.narrow(catalog, selection.filter(catalog, terms, scores=True))
    notes = shared_names(catalog, figures.model or ())
    emit(list_scores(catalog, where, sort=sort or (), columns=output.chosen_columns(), limit=limit or None, notes=notes), output)


@examples("vlmctl why mgm-7b mme", "vlmctl why imp-v1.5-3b-phi2 TextVQA@val --json")
def why_command(
    *,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The model.", show_default=False)],
    bench: Annotated[str, typer.Argument(metavar="BENCH", help="The benchmark; NAME@split names a part.", show_default=False)],
    output: Output,
) -> None:
    """Show where a figure comes from: source, place, quote, evidence, rival figures, and how the public list has it."""
    from vlmctl.query.cards.provenance import asked, why

    catalog = output.open()
    key, part, one_split = asked(catalog, model, bench)
    emit(why(catalog, key, part, one_split=one_split), output)
