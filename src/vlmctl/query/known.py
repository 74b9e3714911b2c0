"""What the catalog already knows about what a foreign file says: its models by their very names, and their figures.

A model is found by its id, name, alias or Hugging Face id, letter by letter or folded, and never by a prefix or by
likeness: a figure must not land on a model that merely resembles the one that was meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vlmctl.errors import NotFoundError
from vlmctl.names import normalize
from vlmctl.query.names import find
from vlmctl.store.catalog import SOURCE_OF_SCORE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vlmctl.store.catalog import Catalog

__all__ = ["Figure", "Known", "known_of", "models_beginning", "models_exactly", "near_models", "size_of", "taken_ids", "words", "words_of"]


class Figure(NamedTuple):
    """A figure that the catalog has."""

    benchmark: str
    split: str | None
    """As its source states it."""
    counted_split: str
    """What it counts as: the stated split or the default; '' for none, '?' for not known."""
    metric: str
    value: float
    protocol: str
    variant: str | None
    mode: str | None
    source: str
    """Title of the document."""
    url: str | None
    status: str
    listed: str | None
    """The cell's text in the public list, where the list prints it."""


class Known(NamedTuple):
    """A model of the catalog with its figures."""

    id: str
    name: str
    family: str
    figures: tuple[Figure, ...]


def models_exactly(catalog: Catalog, text: str) -> list[str]:
    """Ids of the models of this very name: by id, else letter by letter, else folded; several where it is ambiguous."""
    for condition, wanted in (("exact = ? AND form = 'id'", text), ("exact = ?", text), ("normal = ?", normalize(text))):
        if not wanted:
            continue
        sql = f"SELECT DISTINCT id FROM name WHERE kind = 'model' AND {condition} ORDER BY id"
        found = [str(row["id"]) for row in catalog.rows(sql, (wanted,))]
        if found:
            return found
    return []


def models_beginning(catalog: Catalog, text: str) -> list[str]:
    """Ids of a few models of which a name begins with this text, folded: what is typed may be a short form of theirs."""
    prefix = normalize(text)
    sql = "SELECT DISTINCT id FROM name WHERE kind = 'model' AND normal >= ? AND normal < ? ORDER BY id LIMIT 4"
    return [str(row["id"]) for row in catalog.rows(sql, (prefix, prefix + "\U0010ffff"))] if prefix else []


def near_models(catalog: Catalog, text: str) -> tuple[str, ...]:
    """For a name that no model bears: the models that may have been meant, at most a handful."""
    try:
        return (find(catalog, text, ("model",), "model").id,)
    except NotFoundError as error:
        return error.candidates[:4]


def known_of(catalog: Catalog, model: str) -> Known:
    """A model's figures, superseded ones included."""
    row = catalog.row("SELECT name, family FROM model WHERE id = ?", (model,))
    assert row is not None
    sql = f"SELECT s.*, src.title, src.url FROM score s {SOURCE_OF_SCORE} WHERE s.model = ? ORDER BY s.id"
    figures = tuple(
        Figure(
            each["benchmark"], each["split"], each["counted_split"], each["metric"], each["value"], each["protocol"], each["variant"],
            each["mode"], each["title"] or each["source"], each["url"], each["status"], each["listed_text"],
        )
        for each in catalog.rows(sql, (model,))
    )  # fmt: skip
    return Known(model, row["name"], row["family"], figures)


def size_of(catalog: Catalog, model: str) -> tuple[int | None, bool]:
    """A model's parameters, and whether its family has others that a name may mean as well."""
    row = catalog.row(
        "SELECT m.params, EXISTS (SELECT 1 FROM model o WHERE o.family = m.family AND o.id != m.id) AS others FROM model m WHERE m.id = ?",
        (model,),
    )
    return (row["params"], bool(row["others"])) if row is not None else (None, False)


def words_of(catalog: Catalog, model: str) -> set[str]:
    """The words of all names of a model, folded: `PaliGemma-3B-PT-224` has paligemma, 3b, pt and 224."""
    rows = catalog.rows("SELECT exact FROM name WHERE kind = 'model' AND id = ?", (model,))
    return words(row["exact"] for row in rows)


def words(texts: Iterable[str]) -> set[str]:
    """The words of some names, folded."""
    from re import split

    return {word for text in texts for word in split(r"[^0-9a-z.\u0080-\U0010ffff]+", text.lower()) if word.strip(".")}


def taken_ids(catalog: Catalog) -> set[str]:
    """All ids of models and families: a new model may bear none of them."""
    return {str(row["id"]) for row in catalog.rows("SELECT id FROM model UNION SELECT id FROM family")}
