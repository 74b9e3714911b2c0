"""Commands about the compiled catalog as a SQLite file: `db path`, `db query`."""

from __future__ import annotations

from typing import Annotated

import typer

from vlmctl.cli.app import add, examples
from vlmctl.cli.options import Limit, Output
from vlmctl.cli.output import emit, write_text


def db_group() -> typer.Typer:
    """The group `db`."""
    group = typer.Typer(help="Find and ask the compiled catalog, a SQLite file.", no_args_is_help=False)
    add(group, "path", path_command)
    add(group, "query", query_command)
    return group


@examples("vlmctl db path", 'sqlite3 "file:$(vlmctl db path)?mode=ro" .tables')
def path_command(
    *,
    catalog: Annotated[
        list[str] | None, typer.Option("--catalog", metavar="DIR", help="Lay this directory's records over the catalog; repeatable.")
    ] = None,
) -> None:
    """Print where the compiled catalog is."""
    from vlmctl.cli.run import opened
    from vlmctl.query.sql import database_path

    write_text(database_path(opened(catalog or ())))


@examples(
    "vlmctl db query 'SELECT name, params FROM model ORDER BY params DESC LIMIT 5'",
    "vlmctl db query 'SELECT evidence, count(*) AS scores FROM score GROUP BY evidence' --json",
)
def query_command(
    *,
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT statement.", show_default=False)],
    output: Output,
    limit: Limit = None,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=0.001, max=3600, help="Stop the statement after so long.")
    ] = 10.0,
) -> None:
    """Ask the compiled catalog one SQL statement, read-only.

    Its tables may change from version to version; export gives tables that don't.
    """
    from vlmctl.query.sql import query

    catalog = output.open()
    emit(query(catalog, sql, limit=limit, seconds=timeout, columns=output.chosen_columns()), output)
