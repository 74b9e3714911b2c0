"""From a name as typed to what it means (docs/design.md). Resolution is never fuzzy; only the suggestion is.

A name is tried as: id, alias or display name or Hugging Face id (whatever the case), the same after folding (`normalize`),
the repository's name in a Hugging Face id, unique prefix of a folded name. `kind:name` (`model:aria`, `family:aria`) says
which kind is meant where several share a name. The only module that imports rapidfuzz, and only to suggest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.errors import AmbiguousNameError, NotFoundError
from vlmctl.names import normalize

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from vlmctl.store.catalog import Catalog

__all__ = ["Found", "either", "find", "models_named", "models_of", "nearest", "normalize", "plural", "quoted", "same_names", "shared_names"]

MODEL_KINDS = ("model", "family", "series")
SHOWN_KINDS = ("family", "model", "series")
KINDS = ("model", "family", "series", "benchmark", "language-model", "vision-encoder", "license")
SHOWN_CANDIDATES = 8
SHORT = 3
ASKED_BY = {
    "model": "vlmctl show", "family": "vlmctl show", "series": "vlmctl show", "benchmark": "vlmctl bench show",
    "language-model": "vlmctl list --llm", "vision-encoder": "vlmctl list --encoder", "license": "vlmctl list --license",
}  # fmt: skip
"""How to ask for a thing of each kind, for a name that was tried where another kind belongs."""

LISTED_BY = {
    "model": "vlmctl list -q lists the models", "family": "vlmctl families -q lists the families",
    "series": "vlmctl facets series lists them", "benchmark": "vlmctl bench list -q lists the benchmarks",
}  # fmt: skip
"""How to see what there is of a kind, for a name that is like none."""


class Found(NamedTuple):
    """What a name means."""

    kind: str
    id: str


def find(catalog: Catalog, text: str, kinds: Sequence[str], what: str) -> Found:
    """What `text` names among `kinds`, the first kind winning where several bear the name.

    `what` says in the error what was looked for. Raises `NotFoundError` with suggestions, or with the candidates of
    an ambiguous prefix.
    """
    kind, colon, rest = text.partition(":")
    if colon and kind in kinds and rest:
        return find(catalog, rest, (kind,), kind)
    marks = ", ".join("?" * len(kinds))
    sql = f"SELECT kind, id, exact, form FROM name WHERE normal = ? AND kind IN ({marks})"
    rows = sorted(
        (_remoteness(row, text), kinds.index(row["kind"]), row["id"], row["exact"] != text)
        for row in catalog.rows(sql, (normalize(text), *kinds))
    )
    if not rows:
        return _prefixed(catalog, text, kinds, what)
    nearest_rows = [row for row in rows if row[:2] == rows[0][:2]]
    as_typed = [row for row in nearest_rows if not row[3]]
    ids = list(dict.fromkeys(id_ for _, _, id_, _ in as_typed or nearest_rows))
    found = [Found(kinds[rows[0][1]], id_) for id_ in ids]
    if len(found) > 1:
        raise _ambiguous(text, found, what)
    return found[0]


def _remoteness(row: sqlite3.Row, text: str) -> int:
    """How far a name that is the same when folded is from what was typed. The case never counts: a name means the same in every case."""
    if row["form"] == "repo":
        return 3
    if row["exact"].casefold() != text.casefold():
        return 2
    return 0 if row["form"] == "id" and row["kind"] != "series" else 1  # a series has no id but its name


def shared_names(catalog: Catalog, texts: Sequence[str], kinds: Sequence[str] = ("model", "family", "series")) -> list[str]:
    """A note on each name that a family, a series or a model share but which means other models: what was taken, and how to choose."""
    notes = []
    for text in texts:
        if text.partition(":")[0] in kinds:
            continue
        taken = find(catalog, text, kinds, "name")
        models = models_of(catalog, taken)
        for other in dict.fromkeys(_matching(catalog, "normal = ? AND form <> 'repo'", (normalize(text),), kinds)):
            have = models_of(catalog, other)
            if other.kind != taken.kind and set(have) != set(models):
                counts = [f"{len(each)} model{'' if len(each) == 1 else 's'}" for each in (models, have)]
                notes.append(
                    f"{quoted(text)}: the {taken.kind} ({counts[0]}); {other.kind}:{other.id} means the {other.kind} ({counts[1]})"
                )
    return notes


def same_names(catalog: Catalog, text: str, kinds: Sequence[str]) -> list[Found]:
    """What bears the name, once folded."""
    return _matching(catalog, "normal = ?", (normalize(text),), kinds)


def _matching(catalog: Catalog, condition: str, params: tuple[str, ...], kinds: Sequence[str]) -> list[Found]:
    marks = ", ".join("?" * len(kinds))
    sql = f"SELECT DISTINCT kind, id FROM name WHERE {condition} AND kind IN ({marks})"
    return [Found(row["kind"], row["id"]) for row in catalog.rows(sql, (*params, *kinds))]


def _prefixed(catalog: Catalog, text: str, kinds: Sequence[str], what: str) -> Found:
    prefix = normalize(text)
    found = _matching(catalog, "normal >= ? AND normal < ?", (prefix, prefix + "\U0010ffff"), kinds) if prefix else []
    if len(found) == 1:
        return found[0]
    if found:
        raise _ambiguous(text, found, what)
    other = next((each for each in same_names(catalog, text, KINDS) if each.kind in ASKED_BY), None)
    if other is not None:
        raise NotFoundError(f"no {what} named {quoted(text)}", hint=f"it is a {other.kind}: {ASKED_BY[other.kind]} {other.id}")
    if "model" in kinds and re.search(r"\w *[<>=~]", text):
        raise NotFoundError(f"no {what} named {quoted(text)}", hint="a condition goes to vlmctl list, or behind -w where there is one")
    near = suggestions(catalog, text, kinds)
    hint = f"did you mean {either(near)}?" if near else LISTED_BY.get(kinds[0])
    raise NotFoundError(f"no {what} named {quoted(text)}", hint=hint, candidates=tuple(near))


def _ambiguous(text: str, found: Sequence[Found], what: str) -> AmbiguousNameError:
    several_kinds = len({each.kind for each in found}) > 1
    ids = sorted({f"{each.kind}:{each.id}" if several_kinds else each.id for each in found})
    shown = ", ".join(ids[:SHOWN_CANDIDATES]) + (f" and {len(ids) - SHOWN_CANDIDATES} more" if len(ids) > SHOWN_CANDIDATES else "")
    message = f"{quoted(text)} could be {len(ids)} {plural(what)}: {shown}"
    return AmbiguousNameError(message, hint="name one of them", candidates=tuple(ids))


def plural(what: str) -> str:
    """The plural of what is looked for: `model, family or series` -> `models, families or series`."""
    plurals = {"family": "families", "series": "series"}
    return re.sub(r"[a-z]+(?=,| or |$)", lambda word: plurals.get(word[0], word[0] + "s"), what)


def quoted(text: str) -> str:
    """A name as typed, in an error: printable and not too long."""
    shown = "".join(c if c.isprintable() else "?" for c in text)
    return repr(shown if len(shown) <= 60 else shown[:59] + "…")


def either(names: Sequence[str]) -> str:
    """Names in a sentence: `a`, `a or b`, `a, b or c`; nothing for none."""
    return " or ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def suggestions(catalog: Catalog, text: str, kinds: Sequence[str]) -> list[str]:
    """At most three ids whose names are nearest to `text`, nearest first."""
    marks = ", ".join("?" * len(kinds))
    sql = f"SELECT DISTINCT normal, id FROM name WHERE kind IN ({marks})"
    ids: dict[str, str] = {}
    for row in catalog.rows(sql, kinds):
        ids.setdefault(row["normal"], row["id"])
    near = [ids[normal] for normal in _closest(normalize(text), list(ids), 12)]
    return list(dict.fromkeys(near))[:3]


def nearest(text: str, choices: Iterable[str], limit: int = 3) -> list[str]:
    """The choices whose folded spelling is nearest to `text`, nearest first, equally near ones by name; empty where none is near."""
    folded = {normalize(choice): choice for choice in reversed(list(choices))}
    return [folded[each] for each in _closest(normalize(text), list(folded), limit)]


def _closest(text: str, choices: Sequence[str], limit: int) -> list[str]:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA, JaroWinkler

    found = {
        choice: score for choice, score, _ in process.extract(text, choices, scorer=JaroWinkler.similarity, limit=None, score_cutoff=0.78)
    }
    # Two letters that changed places (mpl for mlp) make a short word unlike itself.
    swapped = process.extract(text, choices, scorer=OSA.distance, limit=None, score_cutoff=1) if len(text) == SHORT else []
    found |= {choice: 1.0 for choice, _, _ in swapped if sorted(choice) == sorted(text)}
    return sorted(found, key=lambda choice: (-found[choice], choice))[:limit]


def models_named(catalog: Catalog, text: str) -> list[str]:
    """Ids of the models that a name stands for: one model, or all of a family or series, in the catalog's order."""
    return models_of(catalog, find(catalog, text, MODEL_KINDS, "model, family or series"))


def models_of(catalog: Catalog, found: Found) -> list[str]:
    """Ids of a model, or of all of a family or series, in the catalog's order."""
    if found.kind == "model":
        return [found.id]
    column = "family" if found.kind == "family" else "series"
    sql = f"SELECT id FROM model WHERE {column} = ? ORDER BY position"
    return [row["id"] for row in catalog.rows(sql, (found.id,))]
