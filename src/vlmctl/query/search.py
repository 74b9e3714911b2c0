"""Free text over names, organizations, summaries and contributions, in English and Chinese: the answer of `search`.

SQLite's trigram index answers words of three characters and more; it answers nothing below that, `LIKE` included, so
shorter words (most Chinese ones have two) are looked for in every passage.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.errors import UsageError
from vlmctl.names import normalize
from vlmctl.query.columns import choose
from vlmctl.query.filters import Filter, missing
from vlmctl.results import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vlmctl.store.catalog import Catalog

__all__ = ["KINDS", "Passage", "search", "words_of"]

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
    """A text of the catalog that holds a word."""

    kind: str
    id: str
    place: str
    text: str
    score: float
    """BM25: more is better."""

    @property
    def thing(self) -> tuple[str, str]:
        """What it speaks of."""
        return self.kind, self.id

    @property
    def order(self) -> int:
        """How much the place tells: a name more than a summary, a summary more than a contribution."""
        place = self.place.removesuffix("_zh")
        return 0 if place == NAME else 1 + OTHERS.index(place) if place in OTHERS else 1 + len(OTHERS)


class Found(NamedTuple):
    """A thing in which all words occur."""

    kind: str
    id: str
    order: int
    """The least telling place that was needed; -1 where the whole text is the thing's name."""
    score: float
    passage: Passage
    """The one to show."""
    word: str
    """A word in it."""


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
    found = [each for each in _found(catalog, text, words, lang) if each.kind in kinds]
    notes: list[str] = []
    if where.text:
        found, notes = _narrowed(catalog, found, where)
    names = _names(catalog, found if limit is None else found[:limit])
    rows = [_row(each, names) for each in found[:limit]]
    if limit is not None and len(found) > limit:
        notes.append(f"{len(found) - limit} more match (--limit 0 shows all)")
    asked = " · ".join(filter(None, (" ".join(text.split()), where.text)))
    heading = f"{asked}\t{_counted(found)}" if found else asked
    return Table(choose(_columns(), columns), rows, heading, notes=notes, empty=_nothing(words))


def _found(catalog: Catalog, text: str, words: Sequence[str], lang: str) -> list[Found]:
    """The things in which all words occur, best first."""
    holding: list[dict[tuple[str, str], list[Passage]]] = []
    for word in words:
        things: dict[tuple[str, str], list[Passage]] = {}
        for passage in _passages(catalog, word):
            things.setdefault(passage.thing, []).append(passage)
        holding.append(things)
    common = set(holding[0]).intersection(*holding[1:])
    exact = _bearing(catalog, text) & common
    found = [_judged(thing, words, [things[thing] for things in holding], lang, exact=thing in exact) for thing in common]
    return sorted(found, key=lambda each: (each.order, KINDS.index(each.kind), -each.score, each.id))


def _judged(thing: tuple[str, str], words: Sequence[str], passages: Sequence[Sequence[Passage]], lang: str, *, exact: bool) -> Found:
    """Where a thing stands, and the passage to show of it: most words, most telling place, the language asked for."""
    best = [min(each, key=lambda passage: (passage.order, -passage.score)) for each in passages]
    held: dict[tuple[str, str], list[int]] = {}
    for number, each in enumerate(passages):
        for passage in each:
            held.setdefault((passage.place, passage.text), []).append(number)
    everything = [passage for each in passages for passage in each]
    shown = min(
        everything,
        key=lambda passage: (
            -len(held[passage.place, passage.text]),
            passage.order,
            passage.place.endswith("_zh") != (lang == "zh"),
            -passage.score,
        ),
    )
    order = -1 if exact else max(passage.order for passage in best)
    return Found(*thing, order, sum(passage.score for passage in best), shown, words[held[shown.place, shown.text][0]])


def _passages(catalog: Catalog, word: str) -> Iterator[Passage]:
    """The passages that hold a word, whatever its case, and names that are the same but for `-_. ` and case."""
    if not _storable(word):
        return
    seen = set()
    for passage in _indexed(catalog, word) if len(word) >= INDEXED and word.isprintable() else _scanned(catalog, word):
        if passage.place == NAME:
            seen.add(passage.thing)
        yield passage
    for passage in _folded(catalog, word):
        if passage.thing not in seen:
            yield passage


def _storable(word: str) -> bool:
    """Whether a text can be in the store at all; half a surrogate pair, as undecodable arguments have, can't."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _indexed(catalog: Catalog, word: str) -> Iterator[Passage]:
    phrase = '"' + word.replace('"', '""') + '"'
    sql = "SELECT kind, id, place, text, -bm25(passage) AS score FROM passage WHERE passage MATCH ?"
    for row in catalog.rows(sql, (phrase,)):
        yield Passage(*row)


def _scanned(catalog: Catalog, word: str) -> Iterator[Passage]:
    """The passages by looking into each; the score is SQLite's BM25 (k1 1.2, b 0.75) with characters for tokens."""
    sql = "SELECT kind, id, place, text FROM passage WHERE instr(lower(text), ?1) OR instr(text, ?2)"
    rows = list(catalog.rows(sql, (word.lower(), word)))
    if not rows:
        return
    total, mean = tuple(catalog.row("SELECT count(*), avg(length(text)) FROM passage") or (1, 1))
    rarity = max(1e-6, math.log((total - len(rows) + 0.5) / (len(rows) + 0.5)))
    for row in rows:
        times = row["text"].lower().count(word.lower()) or 1
        score = rarity * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * len(row["text"]) / max(1, mean)))
        yield Passage(row["kind"], row["id"], row["place"], row["text"], score)


def _folded(catalog: Catalog, word: str) -> Iterator[Passage]:
    """Names that hold the word once both are folded: `qwen2vl` finds Qwen2-VL. Scored below names that hold it as it is."""
    folded = normalize(word)
    if len(folded) < FOLDED or not any(c.isalpha() for c in folded):
        return
    marks = ", ".join("?" * len(KINDS))
    sql = f"SELECT kind, id, exact, normal FROM name WHERE kind IN ({marks}) AND instr(normal, ?) ORDER BY length(normal), exact"
    for row in catalog.rows(sql, (*KINDS, folded)):
        yield Passage(row["kind"], row["id"], NAME, row["exact"], len(folded) / len(row["normal"]))


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


def _row(found: Found, names: dict[tuple[str, str], str]) -> dict[str, Any]:
    passage = found.passage
    return {
        "kind": found.kind, "id": found.id, "name": names.get(passage.thing, found.id), "place": passage.place, "text": passage.text,
        "score": round(found.score, 4), "snippet": snippet(passage.text, found.word),
    }  # fmt: skip


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
