"""An open compiled catalog. Knows SQLite and nothing about YAML, records or files' freshness."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["COMPARABLE", "EXTRA", "FORMAT", "SOURCE_OF_SCORE", "STANDING_OF_SCORE", "UNRANKED", "Catalog"]

FORMAT = 3
"""Version of the compiled format; stands in the file's `user_version`. Raise it with every change of `schema.sql`."""

COMPARABLE, UNRANKED, EXTRA = 0, 1, 2
"""Classes of standings (`standing.class`); `schema.sql` explains them. Here, since both who writes and who reads them knows this module."""

SOURCE_OF_SCORE = "LEFT JOIN source src ON src.family = s.family AND src.key = s.source"
"""The source `src` of a score `s`; none for what isn't a score."""
STANDING_OF_SCORE = (
    "LEFT JOIN standing st ON st.model = s.model AND st.benchmark = s.benchmark AND st.split = s.counted_split "
    "AND st.metric = s.metric AND st.score = s.id"
)
"""The standing `st` of a score `s`; none for one that another goes before, or that is superseded."""


class Catalog:
    """A read-only connection to a compiled catalog, with short ways to ask it."""

    def __init__(self, connection: sqlite3.Connection, path: str | None = None, notes: Sequence[str] = ()) -> None:
        """`path` is the compiled file, None for one in memory; `notes` is narration about how it was opened."""
        self.connection = connection
        self.path = path
        self.notes = tuple(notes)
        self.settings: dict[str, Any] = {}
        """What queries carry from the options to computed fields, by their module's name."""
        connection.row_factory = sqlite3.Row

    def rows(self, sql: str, params: Sequence[Any] = ()) -> Iterator[sqlite3.Row]:
        """The rows of a query, one by one."""
        try:
            return self.connection.execute(sql, params)
        except UnicodeEncodeError:  # half a character, as arguments have that aren't UTF-8: nothing in the catalog holds any
            return self.connection.execute(sql, [_storable(value) for value in params])

    def row(self, sql: str, params: Sequence[Any] = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        return next(iter(self.rows(sql, params)), None)

    def value(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """The first column of the first row, or None."""
        row = self.row(sql, params)
        return None if row is None else row[0]

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def _storable(value: Any) -> Any:
    """A text with U+FFFD in place of what UTF-8 can't hold; anything else as it is."""
    return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if isinstance(value, str) else value
