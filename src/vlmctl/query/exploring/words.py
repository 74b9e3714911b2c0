"""Which passages of the catalog hold a word, in English and Chinese.

SQLite's trigram index answers words of three characters and more; it answers nothing below that, `LIKE` included, so
shorter words (most Chinese ones have two) are looked for in every passage.
"""

from __future__ import annotations

import math
import re
import sys
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.errors import UsageError
from vlmctl.names import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.store.catalog import Catalog

__all__ = ["KINDS", "Holding", "Passage", "Thing", "bearing", "passages_holding", "words_of"]

KINDS = ("family", "benchmark", "model")
"""What is found, in the order in which equals are listed."""

INDEXED = 3
"""Characters from which on the index finds a word."""
LONGEST, MOST_WORDS = 1000, 20
"""Characters and words of a search."""
FOLDED = 4
"""Letters and digits from which on a name is also found by another spelling of it, such as `qwen2vl`."""

PLACES = ("name", "organizations", "summary", "contributions")
"""Where a word may stand, the most telling first; `_zh` follows the name of a place in Chinese."""

_WORD = re.compile(r'"([^"]*)"|(\S+)')


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


def passages_holding(catalog: Catalog, word: str) -> Holding:
    """The passages that hold a word, whatever its case, and names that are the same but for `-_. ` and case."""
    found: Holding = {}
    orders: dict[str, int] = {}
    named: set[Thing] = set()
    for kind, id_, place, row, score in (_indexed if len(word) >= INDEXED and word.isprintable() else _scanned)(catalog, word):
        order = orders[place] if place in orders else orders.setdefault(place, PLACES.index(place.removesuffix("_zh")))
        thing = (sys.intern(kind), id_)
        found.setdefault(thing, []).append(Passage(order, -score, sys.intern(place), row))
        if order == 0:
            named.add(thing)
    for thing, name, score in _folded(catalog, word):
        if thing not in named:
            found.setdefault(thing, []).append(Passage(0, -score, PLACES[0], name))
    return found


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
    total, mean = next(catalog.rows("SELECT count(*), avg(length(text)) FROM passage"))
    rarity = max(1e-6, math.log((total - len(hits) + 0.5) / (len(hits) + 0.5)))
    for kind, id_, place, row, times, length in hits:
        yield kind, id_, place, row, rarity * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length / mean))


def _folded(catalog: Catalog, word: str) -> Iterator[tuple[Thing, str, float]]:
    """Names that hold the word once both are folded: `qwen2vl` finds Qwen2-VL. Scored below names that hold it as it is."""
    folded = normalize(word)
    if len(folded) < FOLDED or not any(c.isalpha() for c in folded):
        return
    marks = ", ".join("?" * len(KINDS))
    sql = f"SELECT kind, id, exact, length(normal) FROM name WHERE kind IN ({marks}) AND instr(normal, ?)"
    for kind, id_, exact, length in catalog.rows(sql, (*KINDS, folded)):
        yield (kind, id_), exact, len(folded) / length


def bearing(catalog: Catalog, text: str) -> set[tuple[str, str]]:
    """The things whose name the whole text is."""
    folded = normalize(text.strip())
    if not folded:
        return set()
    return {(row["kind"], row["id"]) for row in catalog.rows("SELECT kind, id FROM name WHERE normal = ?", (folded,))}
