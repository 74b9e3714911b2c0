"""What the options of `top` ask for together: which of them need which others is decided here, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmctl.errors import UsageError
from vlmctl.names import normalize
from vlmctl.query import fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.query.parts import BenchmarkPart
    from vlmctl.query.rankings.ranking import Rules
    from vlmctl.query.rankings.several import How
    from vlmctl.query.rankings.sizes import View
    from vlmctl.store.catalog import Catalog

__all__ = ["columns_asked", "how_asked", "rules_asked", "view_asked"]


def rules_asked(*, any_protocol: bool, strict: bool) -> Rules:
    """What is ranked: `--strict` leaves out what `--protocol any` ranks, so they don't go together."""
    if any_protocol and strict:
        raise UsageError("--strict leaves out what --protocol any ranks", hint="leave one of them out")
    from vlmctl.query.rankings.ranking import Rules

    return Rules(any_protocol=any_protocol, strict=strict)


def how_asked(
    catalog: Catalog,
    parts: Sequence[BenchmarkPart],
    *,
    missing: Any = None,
    weights: Sequence[str] = (),
    min_models: int | None = None,
    splits: str | None = None,
) -> How | None:
    """How to rank by several benchmarks; None for a ranking by one (or by each split of one, with `--split any`).

    One benchmark with `--missing` or `--weights` is answered as several are, so that scripts get one shape.
    """
    each_split = splits is not None and normalize(splits) == "any"
    asked = missing is not None or bool(weights) or min_models is not None
    if each_split and (asked or len({part.benchmark for part in parts}) > 1):
        raise UsageError(
            "--split any ranks each split of one benchmark on its own", hint="name the splits: --bench DocVQA@test --bench ChartQA@test"
        )
    if each_split or (len(parts) == 1 and not asked):
        return None
    if min_models is not None and missing != "common":
        raise UsageError(
            "--min-models goes with --missing common", hint="add --missing common, which drops benchmarks until so many have all"
        )
    from vlmctl.query.rankings.scale import weights_named
    from vlmctl.query.rankings.several import How

    return How(missing or "strict", weights_named(catalog, weights, parts), How().min_models if min_models is None else min_models)


def columns_asked(catalog: Catalog, columns: Sequence[str], parts: Sequence[BenchmarkPart]) -> list[str]:
    """The columns of a ranking. Its Pareto mark is of what it ranks by, which may be named: `pareto:BENCH`."""
    from vlmctl.query.parts import benchmark_part

    found = []
    for name in columns:
        _, _, bench = name.partition(":")
        if fields.is_pareto(name) and bench and [benchmark_part(catalog, bench)] != list(parts):
            hint = f"vlmctl list --columns id,{name} marks the front of {bench}"
            raise UsageError(f"a ranking's column pareto is of what it ranks by, not of {bench}", hint=hint)
        found.append(fields.PARETO if fields.is_pareto(name) else name)
    return found


def view_asked(
    parts: Sequence[BenchmarkPart],
    *,
    by_size: bool = False,
    borders: str | None = None,
    per_family: bool = False,
    front: bool = False,
    columns: Sequence[str] = (),
    several: bool = False,
) -> View | None:
    """The view of a ranking; None for the ranking as it is."""
    mark = any(map(fields.is_pareto, columns))
    if borders is not None and not by_size:
        raise UsageError("--borders goes with --by-size", hint=f"write --by-size --borders {borders}")
    if not (by_size or per_family or front or mark):
        return None
    if len(parts) > 1 and not several:
        raise UsageError("--by-size, --per-family and --pareto take one split at a time", hint="name it with --split")
    from vlmctl.query.rankings.sizes import BORDERS, View, borders_of

    return View(borders_of(borders or BORDERS) if by_size else (), per_family, front, mark)
