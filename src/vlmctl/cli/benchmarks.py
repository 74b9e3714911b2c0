"""Commands about benchmarks: `bench list`, `bench show`."""

from __future__ import annotations

from typing import Annotated

import typer

from vlmctl.cli.app import add, examples
from vlmctl.cli.options import Limit, Output, Sort
from vlmctl.cli.output import emit


def bench_group() -> typer.Typer:
    """The group `bench`."""
    group = typer.Typer(help="List and show benchmarks.", no_args_is_help=False)
    add(group, "list", list_command)
    add(group, "show", show_command)
    return group


@examples("vlmctl bench list", "vlmctl bench list --task document", "vlmctl bench list ocr")
def list_command(
    *,
    output: Output,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="Only those whose name or alias holds TEXT.", show_default=False)
    ] = None,
    task: Annotated[str | None, typer.Option("--task", metavar="TASK", help="Only of this task.")] = None,
    sort: Sort = None,
    limit: Limit = None,
) -> None:
    """List the benchmarks, those with the most models first."""
    from vlmctl.query.benchmarks import list_benchmarks

    catalog = output.open()
    emit(
        list_benchmarks(catalog, task=task, text=text, sort=sort or ("-models",), limit=limit or None, columns=output.chosen_columns()),
        output,
    )


@examples("vlmctl bench show TextVQA", "vlmctl bench show MMBench --json")
def show_command(
    *, bench: Annotated[str, typer.Argument(metavar="BENCH", help="The benchmark.", show_default=False)], output: Output, limit: Limit = 10
) -> None:
    """Show a benchmark: what it asks, its splits and metrics, the rules of comparison, and who leads."""
    from vlmctl.query.benchmarks import show_benchmark
    from vlmctl.query.parts import benchmark_part

    catalog = output.open()
    emit(show_benchmark(catalog, benchmark_part(catalog, bench), lang=output.lang.value, head=limit or None), output)
