"""Where a figure comes from: the answer of `why`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmctl.errors import NotFoundError
from vlmctl.query.names import models_named
from vlmctl.query.parts import BenchmarkPart, benchmark_part, part_of
from vlmctl.query.scoring import score_row, scores_of
from vlmctl.results import Card, Cell, Fact, Facts
from vlmctl.store.catalog import COMPARABLE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from vlmctl.store.catalog import Catalog

__all__ = ["asked", "why"]

EVIDENCE = {
    "original": "original: read in the makers' own document",
    "copy": "copy: read in a full copy of the makers' document",
    "second-hand": "second-hand: read where somebody quotes the makers",
    "listed": "listed: only the public list has it",
}


def asked(catalog: Catalog, model: str, bench: str) -> tuple[str, BenchmarkPart, bool]:
    """The model, the benchmark's part, and whether one split or metric was named. `NotFoundError` for unknown names."""
    models = models_named(catalog, model)
    if len(models) > 1:
        raise NotFoundError(
            f"{model!r} stands for {len(models)} models", hint=f"name one of them: {', '.join(models[:12])}", candidates=tuple(models)
        )
    part = benchmark_part(catalog, bench)
    return models[0], part, not part.primary or "@" in bench or ":" in bench


def why(catalog: Catalog, model: str, part: BenchmarkPart, *, one_split: bool) -> Card:
    """All figures of a model on a benchmark (on one split and metric), with source, place, quote, rivals and the list's cell.

    They come in the catalog's order, but of rivals the one that counts comes first.
    """
    named = catalog.row("SELECT name FROM model WHERE id = ?", (model,))
    assert named is not None
    rows = _counting_first(row for row in scores_of(catalog, model, part.benchmark) if not one_split or _within(row, part))
    figures = [_figure(catalog, row, rows) for row in rows]
    heading = f"{named['name']} on {part.title if one_split else part.name}"
    data = {"model": model, "name": named["name"], "benchmark": part.benchmark, "figures": figures}
    notes = [] if figures else [_nothing(catalog, model, named["name"], part, one_split=one_split)]
    return Card(heading, [_block(figure) for figure in figures], data, notes=notes, name=[model])


def _counting_first(rows: Iterable[sqlite3.Row]) -> list[sqlite3.Row]:
    groups: dict[tuple[Any, ...], list[sqlite3.Row]] = {}
    for row in rows:
        groups.setdefault(_key(row), []).append(row)
    return [row for group in groups.values() for row in sorted(group, key=lambda row: row["class"] is None)]


def _within(row: sqlite3.Row, part: BenchmarkPart) -> bool:
    return bool(row["counted_split"] == part.split and row["metric"] == part.metric)


def _nothing(catalog: Catalog, model: str, name: str, part: BenchmarkPart, *, one_split: bool) -> str:
    if one_split and next(iter(scores_of(catalog, model, part.benchmark)), None) is not None:
        return f"the catalog has no figure of {name} for {part.title}, but others of {part.name} (vlmctl why {model} {part.benchmark})"
    return f"the catalog has no figure of {name} on {part.title} (vlmctl scores --model {model} lists what it has)"


def _figure(catalog: Catalog, row: sqlite3.Row, rows: list[sqlite3.Row]) -> dict[str, Any]:
    part = part_of(catalog, row["benchmark"], row["counted_split"], row["metric"])
    status = _standing(row)
    others = [other for other in rows if other["score_id"] != row["score_id"] and _key(other) == _key(row)]
    rivals = [{key: other[key] for key in ("value", "source", "url", "evidence", "status", "origin")} for other in others]
    reason = row["reason"]
    if status == "passed-over":
        reason = _passed_over(row, next(other for other in others if other["class"] is not None))
    return {
        **score_row(row), "metric_name": part.metric_name, "unit": part.unit, "min": part.min, "max": part.max,
        "rank": row["rank"], "of": row["of"], "standing": status, "reason": reason, "rivals": rivals,
        "source_kind": row["source_kind"],
    }  # fmt: skip


def _key(row: sqlite3.Row) -> tuple[Any, ...]:
    return row["counted_split"], row["metric"], row["protocol"], row["shots"], row["variant"]


def _passed_over(row: sqlite3.Row, chosen: sqlite3.Row) -> str:
    """Why the chosen rival stands for the figure: the first that differs of what `store/placing.py` chooses by."""
    if row["evidence"] != chosen["evidence"]:
        return "a rival figure is better founded"
    if (row["mode"] is None) != (chosen["mode"] is None):
        return "the figure without thinking counts"
    if row["dated"] != chosen["dated"]:
        own = f"is of {row['dated']}" if row["dated"] else "has no date"
        return f"a rival figure's source is newer ({chosen['dated']}; this one's {own})"
    place = "in an overlay" if chosen["origin"] != row["origin"] else "later in the record"
    return f"an equally founded figure stands {place}"


def _standing(row: sqlite3.Row) -> str:
    """What becomes of the figure in rankings: ranked, unranked (for a reason), passed over for a rival, superseded."""
    if row["status"] == "superseded":
        return "superseded"
    if row["class"] is None:
        return "passed-over"
    return "ranked" if row["class"] == COMPARABLE else "unranked"


def _block(figure: dict[str, Any]) -> Facts:
    title = " · ".join(filter(None, (_split(figure), figure["metric_name"])))
    limit = f" of {figure['max']:g}" if figure["unit"] == "points" and figure["max"] else ""
    percent = " %" if figure["unit"] == "percent" else ""
    listed = figure["listed"]
    items = [
        Fact("value", "figure", Cell(figure["value"], mark=f"{limit}{percent}".strip(), strong=True, kind="number"), "number"),
        Fact("source", "source", Cell(figure["source"], link=figure["url"])),
        Fact("url", "address", figure["url"], "link"),
        Fact("where", "place", figure["where"]),
        Fact("quote", "it says", figure["quote"]),
        Fact("evidence", "evidence", _evidence(figure)),
        Fact("protocol", "protocol", _protocol(figure)),
        Fact("assumed", "assumed", ", ".join(figure["assumed"]) or None),
        Fact("train_split_seen", "trained on it", _seen(figure["train_split_seen"])),
        Fact("listed", "the list", f"has {listed['text']} under {listed['column']}" if listed else None),
        Fact("standing", "rank", _rank(figure)),
        *(
            Fact("rival", "rival figure", f"{rival['value']} · {rival['source']} · {rival['evidence']}{_of(rival)}")
            for rival in figure["rivals"]
        ),
        Fact("note", "note", figure["note"]),
        Fact("origin", "overlay", figure["origin"] or None),
    ]
    return Facts([item for item in items if item.value is not None and item.value != ""], title)


def _evidence(figure: dict[str, Any]) -> str:
    if figure["source_kind"] == "run" and figure["evidence"] == "original":
        return "original: measured in a run of one's own"
    return EVIDENCE[figure["evidence"]]


def _of(rival: dict[str, Any]) -> str:
    overlay = f" · {rival['origin']}" if rival["origin"] else ""
    return (" · superseded" if rival["status"] == "superseded" else "") + overlay


def _split(figure: dict[str, Any]) -> str:
    if figure["split"]:
        return str(figure["split"])
    return f"{figure['counted_split']} (assumed: the source names no split)" if figure["counted_split"] else ""


def _protocol(figure: dict[str, Any]) -> str:
    shots = f", {figure['shots']} examples in the prompt" if figure["shots"] else ""
    return " · ".join(filter(None, (figure["protocol"] + shots, figure["variant"], figure["mode"])))


def _seen(value: bool | None) -> str | None:
    return None if value is None else ("yes: its training split was in the training data" if value else "no")


def _rank(figure: dict[str, Any]) -> str:
    if figure["standing"] == "ranked":
        return f"{figure['rank']} of {figure['of']}"
    if figure["standing"] == "unranked":
        return f"not ranked: {figure['reason'] or 'the model has a comparable figure'}"
    if figure["standing"] != "superseded":
        return f"not ranked: {figure['reason']}"
    return f"not ranked: {'superseded, says the overlay' if figure['origin'] else 'superseded by a newer figure of the makers'}"
