"""What has changed between two catalogs: families, models and benchmarks added or gone, facts, and figures with their sources.

Figures are told apart by their comparison key (and mode) and their source. One with the same key and source but another
value has changed; of what is left, one old and one new figure under the same key are a change of the source.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from vlmctl.errors import CatalogError
from vlmctl.query.columns import choose
from vlmctl.results import Cell, Column, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from vlmctl.store.catalog import Catalog

__all__ = ["COUNTS", "Change", "Differences", "differences", "differences_table"]

COUNTS = ("params", "active_params")
"""Facts that are numbers of parameters."""

KEYS = (
    "kind", "id", "name", "family", "what", "change", "old", "new", "old_what", "old_source", "new_source", "old_url", "new_url",
    "old_status", "new_status", "old_evidence", "new_evidence",
)  # fmt: skip
"""What `diff --json` prints of a difference (v1: keys are only ever added)."""

MARKS = {"added": "+", "gone": "-", "changed": "~"}

FAMILY_FACTS = "json_remove(document_json, '$.id') AS document"
MODEL_FACTS = (
    "name, family, hf, params, active_params, language_model, vision_encoders_json, image_size, tuning, license, moe, connector, "
    "visual_tokens, aliases_json, json_extract(document_json, '$.released') AS released, "
    "json_extract(document_json, '$.params_scope') AS params_scope"
)
BENCHMARK_FACTS = FAMILY_FACTS

KEY = ("benchmark", "split", "metric", "protocol", "shots", "variant", "mode")
MAIN = ("value", "status", "evidence", "source", "title", "url")
"""What makes two figures under one key different."""
DETAILS = ("place", "quote", "note", "listed_column", "listed_text", "assumed_json", "train_split_seen")
"""What else is said about a figure; a change of it is only counted."""


class Change(NamedTuple):
    """One difference."""

    kind: str
    """`family`, `model`, `benchmark`, `fact` or `score`."""
    change: str
    """`added`, `gone` or `changed`."""
    id: str
    """Of the family, model or benchmark that it is about."""
    name: str
    what: str | None = None
    """The fact's name, or the figure's benchmark, split and what else is in its key."""
    old: Any = None
    """The fact or the figure as it was."""
    new: Any = None
    old_what: str | None = None
    """Where a figure stood that now stands elsewhere."""
    old_source: str | None = None
    new_source: str | None = None
    old_url: str | None = None
    new_url: str | None = None
    old_status: str | None = None
    new_status: str | None = None
    old_evidence: str | None = None
    new_evidence: str | None = None
    family: str | None = None

    def shown(self, side: Literal["old", "new"]) -> Any:
        """The fact or figure for people: a figure with its status or evidence where these differ, and with where it stood."""
        value: Any = getattr(self, side)
        if self.kind != "score" or value is None:
            return value
        pairs = ((self.old_status, self.new_status), (self.old_evidence, self.new_evidence)) if self.change == "changed" else ()
        differing = [pair[side == "new"] for pair in pairs if pair[0] != pair[1]]
        told = f" ({', '.join(map(str, differing))})" if differing else ""
        moved = f" as {self.old_what}" if side == "old" and self.old_what else ""
        return f"{value!r}{told}{moved}" if told or moved else value


class Differences(NamedTuple):
    """All differences of two catalogs."""

    changes: Sequence[Change]
    details: int
    """How many figures differ only in their place, quote, note and the like."""

    def of(self, kind: str, change: str) -> list[Change]:
        """The differences of one sort."""
        return [each for each in self.changes if (each.kind, each.change) == (kind, change)]


def differences(old: Catalog, new: Catalog) -> Differences:
    """All differences; models are compared one by one. `CatalogError` where one of the two holds what no catalog has."""
    try:
        changes: list[Change] = []
        changes += _things(old, new, "family", "SELECT id, name FROM family ORDER BY position", FAMILY_FACTS)
        changes += _things(old, new, "benchmark", "SELECT id, name FROM benchmark ORDER BY position", BENCHMARK_FACTS)
        changes += _things(old, new, "model", "SELECT id, name FROM model ORDER BY position", MODEL_FACTS)
        scores = _Scores(old, new)
        changes += scores.changes()
    except (sqlite3.Error, ValueError, TypeError, KeyError, RecursionError) as error:
        raise CatalogError(f"one of the catalogs can't be read: {type(error).__name__}: {str(error)[:200]}") from error
    return Differences(changes, scores.details)


def _things(old: Catalog, new: Catalog, kind: str, names: str, facts: str) -> Iterator[Change]:
    """Families, models or benchmarks that were added, have gone, or whose facts have changed."""
    before = {str(row["id"]): str(row["name"]) for row in old.rows(names)}
    after = {str(row["id"]): str(row["name"]) for row in new.rows(names)}
    family = (
        (lambda catalog, key: catalog.value("SELECT family FROM model WHERE id = ?", (key,))) if kind == "model" else (lambda _, __: None)
    )
    for key, name in after.items():
        if key not in before:
            yield Change(kind, "added", key, name, family=family(new, key))
    for key, name in before.items():
        if key not in after:
            yield Change(kind, "gone", key, name, family=family(old, key))
    sql = f"SELECT {facts} FROM {kind} WHERE id = ?"
    for key, name in after.items():
        if key in before:
            yield from _facts(key, name, _facts_of(old, sql, key), _facts_of(new, sql, key))


def _facts_of(catalog: Catalog, sql: str, key: str) -> dict[str, Any]:
    row = catalog.row(sql, (key,))
    assert row is not None
    if row.keys() == ["document"]:
        found: dict[str, Any] = json.loads(row["document"])
        return found
    return {column.removesuffix("_json"): json.loads(row[column]) if column.endswith("_json") else row[column] for column in row.keys()}  # noqa: SIM118 - a row iterates over its values


def _facts(key: str, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """A change for each fact that differs; of a fact that holds several, for each of these."""
    for fact in dict.fromkeys((*before, *after)):
        old, new = before.get(fact), after.get(fact)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _facts(
                key,
                name,
                {f"{fact}.{part}": value for part, value in old.items()},
                {f"{fact}.{part}": value for part, value in new.items()},
            )
        else:
            yield Change("fact", "added" if old is None else "gone" if new is None else "changed", key, name, fact, old, new)


class _Scores:
    """Compares the figures of two catalogs model by model."""

    def __init__(self, old: Catalog, new: Catalog) -> None:
        self.old = old
        self.new = new
        self.details = 0

    def changes(self) -> Iterator[Change]:
        """The differences of all figures."""
        sql = "SELECT id, name FROM model ORDER BY position"
        names = {str(row["id"]): str(row["name"]) for catalog in (self.new, self.old) for row in catalog.rows(sql)}
        titles = {
            str(row["id"]): str(row["name"]) for catalog in (self.old, self.new) for row in catalog.rows("SELECT id, name FROM benchmark")
        }
        for model, name in names.items():
            before, after = _scores(self.old, model), _scores(self.new, model)
            pairs = [
                (key, *pair) for key in dict.fromkeys((*after, *before)) for pair in self._paired(before.get(key, []), after.get(key, []))
            ]
            yield from _moved(model, name, pairs, titles)

    def _paired(self, before: list[Any], after: list[Any]) -> Iterator[tuple[Any, Any]]:
        """Figures under one key that differ, old and new beside each other where they are the same figure."""
        before, after = list(before), list(after)
        for old, new in _matched(before, after, MAIN):
            self.details += any(old[name] != new[name] for name in DETAILS)
        yield from _matched(before, after, ("source", "value"))
        yield from _matched(before, after, ("source",))
        yield from _matched(before, after, ("url",), unless=lambda row: row["url"] is None)
        while before and after and len(before) == len(after):
            yield before.pop(0), after.pop(0)
        yield from ((old, None) for old in before)
        yield from ((None, new) for new in after)


def _moved(model: str, name: str, pairs: Sequence[tuple[tuple[Any, ...], Any, Any]], titles: Mapping[str, str]) -> Iterator[Change]:
    """The changes; a figure that is gone under one key and there under another, from the same source, has moved."""
    gone = [(key, old) for key, old, new in pairs if new is None]
    for key, old, new in pairs:
        if old is None:
            other = next((each for each in gone if _same_figure(each[1], new)), None)
            if other is not None:
                gone.remove(other)
                yield _change(model, name, _title(key, titles), other[1], new)._replace(old_what=_title(other[0], titles))
                continue
        if new is not None:
            yield _change(model, name, _title(key, titles), old, new)
    for key, old in gone:
        yield _change(model, name, _title(key, titles), old, None)


def _same_figure(old: Any, new: Any) -> bool:
    return all(old[name] == new[name] for name in ("benchmark", "value", "source"))


def _matched(
    before: list[Any], after: list[Any], names: Sequence[str], unless: Callable[[Any], bool] = lambda _: False
) -> list[tuple[Any, Any]]:
    """Take out the pairs that agree in the named columns."""
    waiting: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in after:
        waiting[tuple(row[name] for name in names)].append(row)
    pairs = []
    for row in list(before):
        same = waiting.get(tuple(row[name] for name in names))
        if same and not unless(row):
            other = same.pop(0)
            pairs.append((row, other))
            before.remove(row)
            after.remove(other)
    return pairs


def _scores(catalog: Catalog, model: str) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    """A model's figures by their key."""
    sql = (
        f"SELECT s.{', s.'.join((*KEY, 'value', 'status', 'evidence', 'source', *DETAILS))}, src.title, src.url FROM score s "
        "LEFT JOIN source src ON src.family = s.family AND src.key = s.source WHERE s.model = ? ORDER BY s.id"
    )
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in catalog.rows(sql, (model,)):
        figure = dict(row)
        found[tuple(figure[name] for name in KEY)].append(figure)
    return found


def _title(key: tuple[Any, ...], titles: Mapping[str, str]) -> str:
    """A key in words: `TextVQA val, few-shot (4), thinking`."""
    benchmark, split, metric, protocol, shots, variant, mode = key
    circumstances = f"{protocol} ({shots})" if shots else "" if protocol == "generalist" else protocol
    part = f"{titles.get(benchmark, benchmark)} {split or metric}"
    return ", ".join(filter(None, (part, circumstances, variant, mode)))


def _change(model: str, name: str, what: str, old: Any, new: Any) -> Change:
    change = "added" if old is None else "gone" if new is None else "changed"
    sides = {side: figure for side, figure in (("old", old), ("new", new)) if figure is not None}
    facts = {side: figure["value"] for side, figure in sides.items()}
    facts |= {f"{side}_source": figure["title"] or figure["source"] for side, figure in sides.items()}
    facts |= {f"{side}_{key}": figure[key] for side, figure in sides.items() for key in ("url", "status", "evidence")}
    return Change("score", change, model, name, what, **facts)


def differences_table(found: Differences, *, old: str, new: str, columns: Sequence[str] = ()) -> Table:
    """The differences as a table, a row each."""
    own = {
        "kind": Column("kind", "Kind", importance=1), "change": Column("change", "Change", importance=0),
        "id": Column("id", "Id", importance=0), "what": Column("what", "What", importance=1, shrinks=True),
    }  # fmt: skip
    people = [
        Column("was", "Old", "number", importance=0, shrinks=True, human=True),
        Column("is", "New", "number", importance=0, shrinks=True, human=True),
        Column("source", "Source", importance=9, shrinks=True, human=True),
    ]
    every = [*(own.get(key) or Column(key, key.capitalize().replace("_", " "), machine=True, importance=70) for key in KEYS), *people]
    rows = [_row(each) for each in found.changes]
    heading = f"{len(rows):,} difference{'' if len(rows) == 1 else 's'} · {old} → {new}"
    return Table(choose(every, columns), rows, heading, notes=notes_of(found), name="id", group="kind", empty="no differences")


def _row(each: Change) -> dict[str, Any]:
    sources = dict.fromkeys(source for source in (each.old_source, each.new_source) if source)
    kind: Kind | None = "count" if each.what in COUNTS else None
    return {
        **{key: getattr(each, key) for key in KEYS},
        "change": Cell(each.change, mark=MARKS[each.change]),
        "was": Cell(each.shown("old"), kind=kind), "is": Cell(each.shown("new"), kind=kind), "source": " → ".join(sources),
    }  # fmt: skip


def notes_of(found: Differences) -> list[str]:
    """Narration on what is only counted."""
    one = found.details == 1
    return (
        [f"{found.details:,} figure{'' if one else 's'} differ{'s' if one else ''} only in place, quote or note"] if found.details else []
    )
