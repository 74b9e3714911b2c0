"""The command `export`: the catalog, or a part of it, in foreign formats."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from vlmctl.cli.app import examples
from vlmctl.cli.groups import WHERE, Group
from vlmctl.cli.options import Figures, Selection, Terms

if TYPE_CHECKING:
    from vlmctl.store.catalog import Catalog


class OutFormat(str, Enum):
    """Foreign formats that are written."""

    csv = "csv"
    jsonl = "jsonl"
    parquet = "parquet"
    sqlite = "sqlite"
    markdown_table = "markdown-table"
    model_index = "model-index"
    eval_results = "eval-results"
    every_eval_ever = "every-eval-ever"


class OutTable(str, Enum):
    """What a table holds."""

    scores = "scores"
    models = "models"
    benchmarks = "benchmarks"
    matrix = "matrix"


class Destination(Group):
    """Where an export goes, and which catalog it is of."""

    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", metavar="PATH", help="Write to a file, or to a directory with a file per model.", rich_help_panel=WHERE
        ),
    ] = None
    table: Annotated[
        OutTable | None,
        typer.Option(
            "--table",
            help="What a row is (csv, jsonl, parquet): a score, a model, a benchmark; or a model with its figures as columns.",
            rich_help_panel=WHERE,
            show_default=False,
        ),
    ] = None
    catalog: Annotated[
        list[str] | None,
        typer.Option("--catalog", metavar="DIR", help="Lay this directory's records over the catalog; repeatable.", rich_help_panel=WHERE),
    ] = None

    def open(self) -> "Catalog":
        """The catalog that is exported."""
        from vlmctl.cli.run import opened

        return opened(self.catalog or ())


@examples(
    "vlmctl export csv 'params<4B' -o small.csv",
    "vlmctl export sqlite -o vlm.sqlite3",
    "vlmctl export parquet --bench TextVQA -o textvqa.parquet",
    "vlmctl export markdown-table --list awesome-list-of-llm-vlms",
    "vlmctl export model-index --model mobilevlm-v2-1.7b",
    "vlmctl export every-eval-ever --family imp-v1.5 -o evaluations/",
)
def export_command(
    *,
    form: Annotated[
        OutFormat,
        typer.Argument(
            metavar="FORMAT",
            help="Tables (csv, jsonl, parquet, sqlite), the public list's own table, or results for other sites.",
            show_default=False,
        ),
    ],
    terms: Terms = None,
    selection: Selection,
    figures: Figures,
    destination: Destination,
) -> None:
    """Export scores, or whole models, in a format that other programs read.

    What a format can't carry is counted on stderr, by reason.
    """
    from vlmctl.cli.destinations import deliver
    from vlmctl.query.export import Extract

    catalog = destination.open()
    where = figures.narrow(catalog, selection.filter(catalog, terms, scores=True))
    table = None if destination.table is None else destination.table.value
    deliver(form.value, Extract(catalog, where), table, destination.output)
