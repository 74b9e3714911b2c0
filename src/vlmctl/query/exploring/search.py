"""Free text over names, organizations, summaries and contributions, in English and Chinese: the answer of `search`.

A word may stand in every name of a large catalog. So the first look keeps a few numbers of each passage; texts are read,
and passages weighed against each other, only for what is shown.
"""

from __future__ import annotations

import json
import re
from heapq import nsmallest
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.query.columns import choose
from vlmctl.query.exploring.words import KINDS, bearing, passages_holding, words_of
from vlmctl.query.filters import Filter, missing
from vlmctl.results import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vlmctl.query.exploring.words import Holding, Passage, Thing
    from vlmctl.store.catalog import Catalog

__all__ = ["search", "snippet"]

_LEAD, _LONG = 18, 160
"""Characters of a snippet before the match, and altogether."""


class Found(NamedTuple):
    """A thing in which all words occur. They sort best first."""

    order: int
    """The least telling place that was needed; -1 where the whole text is the thing's name."""
    rank: int
    """Of its kind among `KINDS`."""
    unlike: float
    id: str

    @property
    def kind(self) -> str:
        """What it is."""
        return KINDS[self.rank]

    @property
    def thing(self) -> Thing:
        """What it is, and which."""
        return self.kind, self.id


def search(
    catalog: Catalog,
    text: str,
    where: Filter,
    *,
    kinds: Sequence[str] = KINDS,
    columns: Sequence[str] = (),
    limit: int | None = None,
    lang: str = "en",
) -> Table:
    """Families, benchmarks and models in which all words of `text` occur, the most telling place first, then by BM25.

    A filter on models keeps the models that match, and the families of such models.
    """
    words = words_of(text)
    holding = [passages_holding(catalog, word) for word in words]
    found = [each for each in _found(catalog, text, holding) if each.kind in kinds]
    notes: list[str] = []
    if not where.unconditional:
        found, notes = _narrowed(catalog, found, where)
    first = sorted(found) if limit is None else nsmallest(limit, found)
    rows = _rows(catalog, first, words, holding, lang)
    if limit is not None and len(found) > limit:
        notes.append(f"{len(found) - limit} more match (--limit 0 shows all)")
    asked = " · ".join(filter(None, (" ".join(text.split()), where.text)))
    heading = f"{asked}\t{_counted(found)}" if found else asked
    return Table(choose(_columns(), columns), rows, heading, notes=notes, empty=_nothing(words))


def _found(catalog: Catalog, text: str, holding: Sequence[Holding]) -> list[Found]:
    """The things in which all words occur, in no order."""
    common = holding[0].keys() if len(holding) == 1 else set(holding[0]).intersection(*holding[1:])
    exact = bearing(catalog, text)
    ranks = {kind: rank for rank, kind in enumerate(KINDS)}
    found = []
    for thing in common:
        best = [min(things[thing]) for things in holding]
        order = -1 if thing in exact else max(passage.order for passage in best)
        found.append(Found(order, ranks[thing[0]], sum(passage.unlike for passage in best), thing[1]))
    return found


def _shown(passages: Sequence[Sequence[Passage]], lang: str) -> tuple[Passage, int]:
    """The passage to show of a thing, with the first of the words in it: most words, most telling place, the language asked for."""
    held: dict[tuple[str, int | str], list[int]] = {}
    for number, each in enumerate(passages):
        for passage in each:
            held.setdefault((passage.place, passage.text), []).append(number)

    def better(passage: Passage) -> tuple[int, int, bool, float]:
        return (-len(held[passage.place, passage.text]), passage.order, passage.place.endswith("_zh") != (lang == "zh"), passage.unlike)

    shown = min((passage for each in passages for passage in each), key=better)
    return shown, held[shown.place, shown.text][0]


def _narrowed(catalog: Catalog, found: Sequence[Found], where: Filter) -> tuple[list[Found], list[str]]:
    """The models that match and the families of models that match; a note on those that lack a fact, and on benchmarks."""
    ids = [json.dumps([each.id for each in found if each.kind == kind]) for kind in ("model", "family")]
    among = "(m.id IN (SELECT value FROM json_each(?)) OR m.family IN (SELECT value FROM json_each(?)))"
    narrow = where._replace(sql=f"({where.sql}) AND {among}", params=(*where.params, *ids))
    kept = {"model": set[str](), "family": set[str]()}
    for row in catalog.rows(f"SELECT m.id, m.family FROM model m WHERE {narrow.sql}", narrow.params):
        kept["model"].add(row["id"])
        kept["family"].add(row["family"])
    notes = missing(catalog, narrow)
    benchmarks = sum(each.kind == "benchmark" for each in found)
    if benchmarks:
        notes.append(f"{benchmarks} {'benchmark is' if benchmarks == 1 else 'benchmarks are'} left out: the conditions are about models")
    return [each for each in found if each.id in kept.get(each.kind, ())], notes


def _names(catalog: Catalog, found: Iterable[Found]) -> dict[tuple[str, str], str]:
    names: dict[tuple[str, str], str] = {}
    ids: dict[str, list[str]] = {}
    for each in found:
        ids.setdefault(each.kind, []).append(each.id)
    for kind, some in ids.items():
        for row in catalog.rows(f"SELECT id, name FROM {kind} WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(some),)):
            names[kind, row["id"]] = row["name"]
    return names


def _rows(catalog: Catalog, found: Sequence[Found], words: Sequence[str], holding: Sequence[Holding], lang: str) -> list[dict[str, Any]]:
    """The rows to show, each with the passage that tells most."""
    shown = [_shown([things[each.thing] for things in holding], lang) for each in found]
    numbers = json.dumps([passage.text for passage, _ in shown if isinstance(passage.text, int)])
    texts: dict[int | str, str] = dict(
        tuple(row) for row in catalog.rows("SELECT rowid, text FROM passage WHERE rowid IN (SELECT value FROM json_each(?))", (numbers,))
    )
    names = _names(catalog, found)
    rows = []
    for each, (passage, word) in zip(found, shown, strict=True):
        text = texts.get(passage.text) or str(passage.text)
        rows.append({
            "kind": each.kind, "id": each.id, "name": names.get(each.thing, each.id), "place": passage.place, "text": text,
            "score": round(-each.unlike, 4), "snippet": snippet(text, words[word]),
        })  # fmt: skip
    return rows


def snippet(text: str, word: str) -> str:
    """The text around the first place that holds the word, so that it stands near the start."""
    match = re.search(re.escape(word), text, re.IGNORECASE)
    start = max(0, match.start() - _LEAD) if match else 0
    if start:
        space = text.find(" ", start, match.start() if match else start)
        start = space + 1 if space >= 0 else start
    end = start + _LONG
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _counted(found: Sequence[Found]) -> str:
    plurals = {"family": "families", "benchmark": "benchmarks", "model": "models"}
    counts = {kind: sum(each.kind == kind for each in found) for kind in KINDS}
    return ", ".join(f"{count} {kind if count == 1 else plurals[kind]}" for kind, count in counts.items() if count)


def _nothing(words: Sequence[str]) -> str:
    return "nothing in the catalog holds all of these words" if len(words) > 1 else "nothing in the catalog holds this text"


def _columns() -> list[Column]:
    return [
        Column("kind", "Kind", importance=10), Column("id", "Id", machine=True), Column("name", "Name", importance=0),
        Column("place", "Place", importance=20), Column("text", "Text", machine=True, importance=60, shrinks=True),
        Column("snippet", "Text", human=True, importance=5, shrinks=True), Column("score", "Score", "number", machine=True, importance=70),
    ]  # fmt: skip
