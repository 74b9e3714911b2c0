"""Free text over names, organizations, summaries and contributions, in English and Chinese: the answer of `search`.

SQLite's trigram index answers words of three characters and more; it answers nothing below that, `LIKE` included, so
shorter words (most Chinese ones have two) are looked for in every passage.

A word may stand in every name of a large catalog. So the first look keeps a few numbers of each passage; texts are read,
and passages weighed against each other, only for what is shown.
"""

from __future__ import annotations

import json
import math
import re
import sys
from heapq import nsmallest
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.errors import UsageError
from vlmctl.names import normalize
from vlmctl.query.columns import choose
from vlmctl.query.filters import Filter, missing
from vlmctl.results import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vlmctl.store.catalog import Catalog

__all__ = ["KINDS", "search", "words_of"]

KINDS = ("family", "benchmark", "model")
"""What is found, in the order in which equals are listed."""

INDEXED = 3
"""Characters from which on the index finds a word."""
LONGEST, MOST_WORDS = 1000, 20
"""Characters and words of a search."""
FOLDED = 4
"""Letters and digits from which on a name is also found by another spelling of it, such as `qwen2vl`."""

NAME, OTHERS = "name", ("organizations", "summary", "contributions")

_WORD = re.compile(r'"([^"]*)"|(\S+)')
_LEAD, _LONG = 18, 160
"""Characters of a snippet before the match, and altogether."""


class Passage(NamedTuple):
    """Where a word stands."""

    order: int
    """How much the place tells: a name (0) more than a summary, a summary more than a contribution."""
    unlike: float
    """BM25, negated: less is better."""
    place: str
    text: int | str
    """The row of `passage` that has the text, or the text itself."""


Thing = tuple[str, str]
"""(kind, id)"""

Holding = dict[Thing, list[Passage]]
"""The passages that hold a word, by what they speak of."""


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


def words_of(text: str) -> list[str]:
    """The words that must all occur, each once whatever its case; a "quoted phrase" is one. `UsageError` if there are none."""
    if len(text) > LONGEST:
        raise UsageError(f"the text to search for is too long: {len(text):,} characters, at most {LONGEST:,}")
    words = [(quoted or plain).strip() for quoted, plain in _WORD.findall(text)]
    unique = list({word.casefold(): word for word in words if word}.values())
    if not unique:
        raise UsageError("there is no text to search for", hint="write a word, as in vlmctl search OCR")
    if len(unique) > MOST_WORDS:
        raise UsageError(f"too many words to search for: {len(unique)}, at most {MOST_WORDS}")
    return unique


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
    holding = [_holding(catalog, word) for word in words]
    found = [each for each in _found(catalog, text, holding) if each.kind in kinds]
    notes: list[str] = []
    if where.text:
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
    exact = _bearing(catalog, text)
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


def _order(place: str) -> int:
    place = place.removesuffix("_zh")
    return 0 if place == NAME else 1 + OTHERS.index(place) if place in OTHERS else 1 + len(OTHERS)


def _holding(catalog: Catalog, word: str) -> Holding:
    """The passages that hold a word, whatever its case, and names that are the same but for `-_. ` and case."""
    found: Holding = {}
    if not _storable(word):
        return found
    orders: dict[str, int] = {}
    named: set[Thing] = set()
    for kind, id_, place, row, score in (_indexed if len(word) >= INDEXED and word.isprintable() else _scanned)(catalog, word):
        order = orders[place] if place in orders else orders.setdefault(place, _order(place))
        thing = (sys.intern(kind), id_)
        found.setdefault(thing, []).append(Passage(order, -score, sys.intern(place), row))
        if order == 0:
            named.add(thing)
    for thing, name, score in _folded(catalog, word):
        if thing not in named:
            found.setdefault(thing, []).append(Passage(0, -score, NAME, name))
    return found


def _storable(word: str) -> bool:
    """Whether a text can be in the store at all; half a surrogate pair, as undecodable arguments have, can't."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


Hit = tuple[str, str, str, int, float]
"""(kind, id, place, row of `passage`, BM25: more is better)"""


def _indexed(catalog: Catalog, word: str) -> Iterator[Hit]:
    phrase = '"' + word.replace('"', '""') + '"'
    sql = "SELECT kind, id, place, rowid, -bm25(passage) FROM passage WHERE passage MATCH ?"
    for row in catalog.rows(sql, (phrase,)):
        yield tuple(row)


def _scanned(catalog: Catalog, word: str) -> Iterator[Hit]:
    """The passages by looking into each; the score is SQLite's BM25 (k1 1.2, b 0.75) with characters for tokens."""
    sql = "SELECT kind, id, place, rowid, text FROM passage WHERE instr(lower(text), ?) OR instr(text, ?)"
    lower = word.lower()
    hits = [(*row, text.lower().count(lower) or 1, len(text)) for *row, text in catalog.rows(sql, (lower, word))]
    if not hits:
        return
    total, mean = tuple(catalog.row("SELECT count(*), avg(length(text)) FROM passage") or (1, 1))
    rarity = max(1e-6, math.log((total - len(hits) + 0.5) / (len(hits) + 0.5)))
    for kind, id_, place, row, times, length in hits:
        yield kind, id_, place, row, rarity * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length / max(1, mean)))


def _folded(catalog: Catalog, word: str) -> Iterator[tuple[Thing, str, float]]:
    """Names that hold the word once both are folded: `qwen2vl` finds Qwen2-VL. Scored below names that hold it as it is."""
    folded = normalize(word)
    if len(folded) < FOLDED or not any(c.isalpha() for c in folded):
        return
    marks = ", ".join("?" * len(KINDS))
    sql = f"SELECT kind, id, exact, length(normal) FROM name WHERE kind IN ({marks}) AND instr(normal, ?)"
    for kind, id_, exact, length in catalog.rows(sql, (*KINDS, folded)):
        yield (kind, id_), exact, len(folded) / length


def _bearing(catalog: Catalog, text: str) -> set[tuple[str, str]]:
    """The things whose name the whole text is."""
    folded = normalize(text.strip())
    if not folded or not _storable(text):
        return set()
    return {(row["kind"], row["id"]) for row in catalog.rows("SELECT kind, id FROM name WHERE normal = ?", (folded,))}


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
